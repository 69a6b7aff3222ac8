//! `/organisations/{organisation}/suppliers`: who looks after which systems, what they are called, and products in use.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use model::{Care, EmailAddress, Product, Supplier};
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use store::{AssetGroup, Tx};

use super::profile_change::{change, is_line};
use super::{Before, done};
use crate::asset::group_choices;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Names without an address that are shown.
const WITHOUT_ADDRESS_MAX: i64 = 50;

/// What stands in a form for the systems that are in no group.
const NO_GROUP: &str = "none";

pub(super) fn routes() -> Router<Site> {
    let at = |end: &str| format!("/organisations/{{organisation}}/suppliers{end}");
    Router::new()
        .route(&at(""), get(list).post(add_supplier))
        .route(&at("/remove"), post(remove_supplier))
        .route(&at("/care"), post(set_care))
        .route(&at("/products"), post(add_product))
        .route(&at("/products/remove"), post(remove_product))
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct SupplierForm {
    name: String,
    email: String,
}

#[derive(Deserialize)]
struct NameForm {
    name: String,
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct ProductForm {
    vendor: String,
    product: String,
}

#[derive(Serialize)]
struct SuppliersView {
    suppliers: Vec<(String, String)>,
    /// Who is named at systems, and has no address here.
    without_address: Vec<String>,
    has_more_without_address: bool,
    care: Vec<CareView>,
    /// Vendor and name.
    products: Vec<(String, String)>,
    may_change: bool,
    supplier: SupplierForm,
    product: ProductForm,
    errors: Errors,
    done: String,
}

/// Who acts on the systems of a group.
#[derive(Serialize)]
struct CareView {
    /// Public id; `none` for the systems that are in no group.
    id: String,
    /// Empty for the systems that are in no group.
    group: String,
    /// Empty: the organisation itself.
    supplier: String,
    reference: String,
}

/// What stands in the fields, where something is wrong with it.
#[derive(Default)]
struct Typed {
    supplier: SupplierForm,
    product: ProductForm,
    errors: Errors,
}

async fn list(
    State(site): State<Site>,
    member: Member,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let done = before.known(&["saved", "supplier-removed", "product-removed"]);
    show(&site, &member, Typed::default(), done).await
}

async fn show(
    site: &Site,
    member: &Member,
    typed: Typed,
    done: String,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let party_no = member.party_no;
    let (profile, groups, mut without_address) = site
        .read(move |tx| {
            Ok((
                tx.profile(party_no)?,
                tx.asset_groups(party_no)?,
                tx.suppliers_without_address(party_no, WITHOUT_ADDRESS_MAX + 1)?,
            ))
        })
        .await?;
    let has_more_without_address = without_address.len() as i64 > WITHOUT_ADDRESS_MAX;
    without_address.truncate(WITHOUT_ADDRESS_MAX as usize);
    let care = places(site, &groups)
        .into_iter()
        .map(|(group_no, id, group)| {
            let entry = profile.care.iter().find(|care| care.group_no == group_no);
            CareView {
                id,
                group,
                supplier: entry
                    .and_then(|care| care.supplier.clone())
                    .unwrap_or_default(),
                reference: entry.map(|care| care.reference.clone()).unwrap_or_default(),
            }
        });
    let view = SuppliersView {
        care: care.collect(),
        without_address,
        has_more_without_address,
        suppliers: profile
            .suppliers
            .into_iter()
            .map(|it| (it.name, it.email.to_string()))
            .collect(),
        products: profile
            .products
            .into_iter()
            .map(|it| (it.vendor, it.name))
            .collect(),
        may_change: member.standing.may(Deed::ChangeAssets),
        supplier: typed.supplier,
        product: typed.product,
        errors: typed.errors,
        done,
    };
    site.page(member, "organisation/suppliers.html", &view)
}

/// The groups, and the systems that are in none: number, what forms call it, and name.
fn places(site: &Site, groups: &[AssetGroup]) -> Vec<(Option<i64>, String, String)> {
    let named = groups.iter().zip(group_choices(site, groups));
    let mut places: Vec<_> = named
        .map(|(group, (id, name))| (Some(group.group_no), id, name))
        .collect();
    places.push((None, NO_GROUP.to_owned(), String::new()));
    places
}

async fn add_supplier(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<SupplierForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let mut errors = Errors::default();
    let name = form.name.trim().to_owned();
    if !is_line(&name) {
        errors.add("name", "organisation-error-name");
    }
    let email = form.email.trim().parse::<EmailAddress>();
    let email = errors.take("email", email, "organisation-error-email");
    let (Some(email), true) = (email, errors.is_empty()) else {
        let typed = Typed {
            supplier: form,
            errors,
            ..Typed::default()
        };
        return show(&site, &member, typed, String::new()).await;
    };
    let supplier = Supplier { name, email };
    let (acting, now) = (member.acting(&site), site.now());
    site.write(move |tx| {
        change(tx, &acting, now, |profile| {
            // The same name again: another address.
            let same = |known: &&mut Supplier| known.name == supplier.name;
            match profile.suppliers.iter_mut().find(same) {
                Some(known) => known.email = supplier.email.clone(),
                None => profile.suppliers.push(supplier.clone()),
            }
        })
    })
    .await?;
    Ok(done(&member, "suppliers", "saved").into_response())
}

async fn remove_supplier(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<NameForm>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let (acting, now) = (member.acting(&site), site.now());
    site.write(move |tx| {
        change(tx, &acting, now, |profile| {
            profile.remove_supplier(&form.name);
        })
    })
    .await?;
    Ok(done(&member, "suppliers", "supplier-removed"))
}

/// Who acts on which systems: a field for each group, all of them at once.
async fn set_care(
    State(site): State<Site>,
    member: Member,
    form: Bytes,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let (acting, own, now) = (member.acting(&site), site.clone(), site.now());
    site.write(move |tx| {
        let care = care_in(tx, &own, acting.party_no, &form)?;
        change(tx, &acting, now, |profile| profile.care.clone_from(&care))
    })
    .await?;
    Ok(done(&member, "suppliers", "saved"))
}

fn care_in(tx: &mut Tx<'_>, site: &Site, party_no: i64, form: &[u8]) -> Result<Vec<Care>, Refusal> {
    let groups = tx.asset_groups(party_no)?;
    let fields: Vec<_> = url::form_urlencoded::parse(form).collect();
    let field = |kind: &str, id: &str| {
        let name = format!("{kind}-{id}");
        let value = fields.iter().find(|(known, _)| *known == name);
        value
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    };
    let mut care = Vec::new();
    for (group_no, id, _) in places(site, &groups) {
        let (supplier, reference) = (field("supplier", &id), field("reference", &id));
        if !reference.is_empty() && !is_line(&reference) {
            return Err(Refusal::Bad);
        }
        let supplier = Some(supplier).filter(|name| !name.is_empty());
        if supplier.is_some() || !reference.is_empty() {
            care.push(Care {
                group_no,
                supplier,
                reference,
            });
        }
    }
    Ok(care)
}

async fn add_product(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<ProductForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let product = Product {
        vendor: form.vendor.trim().to_owned(),
        name: form.product.trim().to_owned(),
    };
    let mut errors = Errors::default();
    if !product.vendor.is_empty() && !is_line(&product.vendor) {
        errors.add("vendor", "organisation-error-name");
    }
    if !is_line(&product.name) {
        errors.add("product", "organisation-error-name");
    }
    if !errors.is_empty() {
        let typed = Typed {
            product: form,
            errors,
            ..Typed::default()
        };
        return show(&site, &member, typed, String::new()).await;
    }
    let (acting, now) = (member.acting(&site), site.now());
    site.write(move |tx| {
        change(tx, &acting, now, |profile| {
            if !profile.products.contains(&product) {
                profile.products.push(product.clone());
            }
        })
    })
    .await?;
    Ok(done(&member, "suppliers", "saved").into_response())
}

async fn remove_product(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<ProductForm>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let (acting, now) = (member.acting(&site), site.now());
    site.write(move |tx| {
        change(tx, &acting, now, |profile| {
            let is_meant = |it: &Product| it.vendor == form.vendor && it.name == form.product;
            profile.products.retain(|product| !is_meant(product));
        })
    })
    .await?;
    Ok(done(&member, "suppliers", "product-removed"))
}
