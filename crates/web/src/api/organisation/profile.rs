//! How the caller's organisation works: suppliers, who acts on which systems, products in use. One document, put as a whole.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use model::{Care, EmailAddress, IdKind, Product, Profile, Scope, Supplier};
use rules::profile::{NAME_CHARS_MAX, PRODUCTS_MAX, ProfileFlaw, SUPPLIERS_MAX, flaws};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::{Fields, replacement};
use crate::api::parameters::no_parameters;
use crate::api::shown::{must_match, shown};
use crate::organisation::profile_change::put;
use crate::site::Site;

/// Groups of an organisation at most, and the systems that are in none.
const CARE_MAX: usize = 501;

/// The routes of the profile.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(get_profile, put_profile))
}

/// How an organisation works, as it says itself. It decides nothing about what is sent; messages name suppliers, references
/// and products.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Profile)]
struct ProfileView {
    /// Each name once.
    #[schema(max_items = 50)]
    suppliers: Vec<SupplierView>,
    /// Each group once; a group that is not here: the organisation itself acts.
    #[schema(max_items = 501)]
    care: Vec<CareView>,
    /// Each once.
    #[schema(max_items = 200)]
    products: Vec<ProductView>,
}

/// Somebody who looks after systems.
#[derive(Serialize, ToSchema)]
#[schema(as = ProfileSupplier)]
struct SupplierView {
    #[schema(max_length = 100, min_length = 1, example = "Office IT")]
    name: String,
    /// Where messages can be forwarded to.
    #[schema(example = "help@supplier.example")]
    email: String,
}

/// Who acts on the systems of a group.
#[derive(Serialize, ToSchema)]
#[schema(as = ProfileCare)]
struct CareView {
    /// Group of assets; `null`: the systems that are in no group.
    group: Option<Uuid>,
    /// Name of a supplier; `null`: the organisation itself.
    #[schema(max_length = 100, min_length = 1, example = "Office IT")]
    supplier: Option<String>,
    /// What the organisation calls them; `null`: nothing.
    #[schema(max_length = 100, min_length = 1, example = "CMDB-0042")]
    reference: Option<String>,
}

/// A product in use.
#[derive(Serialize, ToSchema)]
#[schema(as = ProfileProduct)]
struct ProductView {
    /// Who makes it; `null`: nobody said. Needed to recognise names of fewer than four characters.
    #[schema(max_length = 100, min_length = 1, example = "Example Networks")]
    vendor: Option<String>,
    #[schema(max_length = 100, min_length = 1, example = "EdgeGate")]
    name: String,
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn view(site: &Site, profile: &Profile) -> ProfileView {
    let supplier = |it: &Supplier| SupplierView {
        name: it.name.clone(),
        email: it.email.to_string(),
    };
    let care = |it: &Care| CareView {
        group: it
            .group_no
            .map(|number| site.id(IdKind::AssetGroup, number)),
        supplier: it.supplier.clone(),
        reference: some(&it.reference),
    };
    let product = |it: &Product| ProductView {
        vendor: some(&it.vendor),
        name: it.name.clone(),
    };
    ProfileView {
        suppliers: profile.suppliers.iter().map(supplier).collect(),
        care: profile.care.iter().map(care).collect(),
        products: profile.products.iter().map(product).collect(),
    }
}

fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<Profile> {
    for list in ["suppliers", "care", "products"] {
        fields.needs(list);
    }
    let suppliers = fields.each("suppliers", SUPPLIERS_MAX, |it| {
        let (name, email) = (
            it.line("name", NAME_CHARS_MAX),
            it.required::<EmailAddress>("email"),
        );
        Some(Supplier {
            name: name?,
            email: email?,
        })
    });
    let care = fields.each("care", CARE_MAX, |it| {
        let group_no = it.id(site, IdKind::AssetGroup, "group");
        let supplier = it.optional_line("supplier", NAME_CHARS_MAX);
        let reference = it.optional_line("reference", NAME_CHARS_MAX);
        Some(Care {
            group_no: group_no?,
            supplier: supplier?,
            reference: reference?.unwrap_or_default(),
        })
    });
    let products = fields.each("products", PRODUCTS_MAX, |it| {
        let vendor = it.optional_line("vendor", NAME_CHARS_MAX);
        let name = it.line("name", NAME_CHARS_MAX);
        Some(Product {
            vendor: vendor?.unwrap_or_default(),
            name: name?,
        })
    });
    Some(Profile {
        suppliers: suppliers?,
        care: care?,
        products: products?,
    })
}

fn mistake(flaw: ProfileFlaw) -> Mistake {
    match flaw {
        ProfileFlaw::SupplierTwice(index) => Mistake::at(
            format!("/suppliers/{index}/name"),
            "twice",
            "a supplier of this name is there already",
        ),
        ProfileFlaw::ProductTwice(index) => Mistake::at(
            format!("/products/{index}"),
            "twice",
            "this product is there already",
        ),
        ProfileFlaw::GroupTwice(index) => Mistake::at(
            format!("/care/{index}/group"),
            "twice",
            "this group is there already",
        ),
        ProfileFlaw::NoSupplier(index) => Mistake::at(
            format!("/care/{index}/supplier"),
            "unknown",
            "nobody of this name is among the suppliers",
        ),
    }
}

/// How the organisation works.
#[utoipa::path(
    get, path = "/organisations/{organisation}/profile", tag = "organisations", operation_id = "getProfile",
    responses((status = 200, description = "The profile; empty lists where nothing was said", body = ProfileView)),
)]
async fn get_profile(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationRead)?;
    no_parameters(&parts)?;
    let profile = site.read(move |tx| Ok(tx.profile(own.party_no)?));
    Ok(shown(&parts.headers, &view(&site, &profile.await?)))
}

/// Says anew how the organisation works: the whole of it.
#[utoipa::path(
    put, path = "/organisations/{organisation}/profile", tag = "organisations", operation_id = "putProfile",
    request_body = ProfileView,
    responses((status = 200, description = "As it is now", body = ProfileView)),
)]
async fn put_profile(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    let (profile, parts) = replacement(request, |fields| read(&site, fields)).await?;
    let (acting, now, shown_by) = (own.acting(&site), site.now(), site.clone());
    let view = site.change(move |tx| {
        tx.hold_party(acting.party_no)?;
        must_match(
            &parts.headers,
            &view(&shown_by, &tx.profile(acting.party_no)?),
        )?;
        let mut mistakes: Vec<Mistake> = flaws(&profile).into_iter().map(mistake).collect();
        let groups = tx.asset_groups(acting.party_no)?;
        for (index, care) in profile.care.iter().enumerate() {
            let is_own = |no| groups.iter().any(|group| group.group_no == no);
            if !care.group_no.is_none_or(is_own) {
                let why = "the organisation has no such group";
                mistakes.push(Mistake::at(format!("/care/{index}/group"), "unknown", why));
            }
        }
        if !mistakes.is_empty() {
            return Err(ApiError::Invalid(mistakes));
        }
        put(tx, &acting, &profile, now)?;
        Ok(view(&shown_by, &tx.profile(acting.party_no)?))
    });
    Ok(shown(&HeaderMap::new(), &view.await?))
}
