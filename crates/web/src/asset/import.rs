//! `POST /organisations/{organisation}/assets/imports`: takes a list, a file or a pasted text, and shows what it would do.
//!
//! The list is kept as it came. What it would change is worked out when somebody looks, and again when it is brought in.

use std::sync::Arc;

use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use formats::asset_list::{self, AssetListError};
use model::IdKind;
use rules::access::Deed;
use store::NewAssetImport;

use super::add::{self, AssetForm};
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// A list waits a day for somebody to bring it in.
const KEPT_SECS: i64 = 86_400;

/// Lists of an organisation. Each is up to 4 MiB in the store.
const UPLOADS: Limiter = Limiter::new("asset lists", Rate::per_hour(30));

/// Longest name of a file that is kept, in characters.
const NAME_CHARS_MAX: usize = 100;

/// What a browser sent.
#[derive(Default)]
struct Upload {
    name: String,
    content: Vec<u8>,
    is_whole: bool,
}

pub(super) async fn upload(
    State(site): State<Site>,
    member: Member,
    form: Multipart,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    site.limit(&UPLOADS, member.party_no)?;
    let upload = match Upload::read(form).await {
        Ok(upload) => upload,
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let (form, errors) = (AssetForm::default(), Errors::default());
            return add::show(&site, &member, form, errors, "asset-list-too-large");
        }
        Err(_) => return Err(Refusal::Bad),
    };
    let content = Arc::new(upload.content);
    let read = content.clone();
    if let Some(text) = site.compute(move || refused(&read)).await? {
        let form = AssetForm::default();
        return add::show(&site, &member, form, Errors::default(), text);
    }
    let (party_no, by_person, now) = (member.party_no, member.who.person.person_no, site.now());
    let digest = *blake3::hash(&content).as_bytes();
    let import_no = site
        .write(move |tx| {
            let list = NewAssetImport {
                party_no,
                by_person,
                name: &upload.name,
                content: &content,
                digest: &digest,
                is_whole: upload.is_whole,
                expires_at: now.plus_seconds(KEPT_SECS),
            };
            Ok(tx.add_asset_import(&list, now)?)
        })
        .await?;
    let id = site.id(IdKind::AssetImport, import_no);
    let place = format!("{}/assets/imports/{id}", member.home());
    Ok(Redirect::to(&place).into_response())
}

impl Upload {
    /// A file counts before a pasted text.
    async fn read(mut form: Multipart) -> Result<Self, MultipartError> {
        let mut upload = Self::default();
        let mut pasted = Vec::new();
        while let Some(field) = form.next_field().await? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().unwrap_or_default().to_owned();
            let content = field.bytes().await?;
            match &name[..] {
                "file" if !content.is_empty() => {
                    upload.name = model::shown(&file_name)
                        .chars()
                        .take(NAME_CHARS_MAX)
                        .collect();
                    upload.content = content.into();
                }
                "text" => pasted = content.into(),
                "whole" => upload.is_whole = &content[..] == b"yes",
                _ => {}
            }
        }
        if upload.content.is_empty() {
            upload.content = pasted;
        }
        Ok(upload)
    }
}

/// Why a list cannot be read at all: the key of a text.
fn refused(content: &[u8]) -> Option<&'static str> {
    if content.trim_ascii().is_empty() {
        return Some("asset-list-empty");
    }
    match asset_list::read(content) {
        Ok(_) => None,
        Err(AssetListError::TooLarge) => Some("asset-list-too-large"),
        Err(AssetListError::TooManyRows) => Some("asset-list-too-many"),
        Err(AssetListError::UnknownHeader) => Some("asset-list-header"),
        Err(AssetListError::Workbook(_)) => Some("asset-list-workbook"),
        Err(AssetListError::Table(_)) => Some("asset-list-table"),
    }
}
