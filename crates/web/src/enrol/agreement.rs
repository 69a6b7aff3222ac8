//! The agreement of a programme as a document to keep: blank, or with who signed it.

use axum::response::Response;
use model::Language;
use paper::{Block, Document};
use rules::enrol::draw::commitment as digest;
use rules::message::time_in_words;
use serde::Serialize;
use store::{Agreement, Programme, Signature};

use super::in_language;
use crate::download::file;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// A version of an agreement, and who signed it for which organisation.
pub(crate) struct Copy<'a> {
    pub(crate) programme: &'a Programme,
    pub(crate) version: &'a Agreement,
    pub(crate) signed: Option<(&'a Signature, &'a str)>,
}

/// A version of an agreement, to be read on a page.
#[derive(Serialize)]
pub(crate) struct AgreementText {
    version: i64,
    published_at: String,
    blocks: Vec<Block>,
    /// SHA-256 of the text.
    pub(crate) digest: String,
}

impl AgreementText {
    pub(crate) fn new(language: Language, version: &Agreement) -> Self {
        let text = in_language(language, &version.text);
        Self {
            version: version.version,
            published_at: version.published_at.to_string(),
            digest: digest(&text),
            blocks: Block::read(&text),
        }
    }
}

impl Copy<'_> {
    /// As a PDF: in the language in which it was signed, or else that of the visitor.
    pub(crate) fn to_file(&self, site: &Site, visitor: &Visitor) -> Result<Response, Refusal> {
        let language = self.signed.map(|(signature, _)| signature.language);
        let document = self.document(site, visitor, language.unwrap_or(visitor.language))?;
        let name = format!("{}-{}.pdf", self.programme.terms.slug, self.version.version);
        pdf_file(&document, &name)
    }

    fn document(
        &self,
        site: &Site,
        visitor: &Visitor,
        language: Language,
    ) -> Result<Document, Refusal> {
        let t = |key: &str| site.pages().text(language, key, &[]);
        let moment = |at| time_in_words(at, &visitor.zone, language);
        let text = in_language(language, &self.version.text);
        let mut blocks = Block::read(&text);
        blocks.push(Block::heading(t("agreement-signing")?));
        let mut rows = vec![
            [t("agreement-version")?, self.version.version.to_string()],
            [t("agreement-published")?, moment(self.version.published_at)],
        ];
        match self.signed {
            Some((signature, organisation)) => {
                rows.push([t("agreement-organisation")?, organisation.to_owned()]);
                rows.push([t("agreement-signatory")?, signature.signatory.clone()]);
                rows.push([t("agreement-signed")?, moment(signature.signed_at)]);
                rows.push([t("agreement-digest")?, signature.digest.clone()]);
            }
            None => {
                rows.push([t("agreement-digest")?, digest(&text)]);
                blocks.push(Block::paragraph(t("agreement-blank")?));
            }
        }
        blocks.push(Block::Table {
            head: vec![t("agreement-what")?, t("agreement-value")?],
            rows: rows.into_iter().map(Vec::from).collect(),
        });
        blocks.push(Block::paragraph(t("agreement-digest-text")?));
        let programme = in_language(language, &self.programme.terms.name);
        let title = [("programme", &programme[..])];
        Ok(Document {
            title: site.pages().text(language, "agreement-title", &title)?,
            language,
            author: visitor.desk_name.clone(),
            made_on: self
                .signed
                .map_or(self.version.published_at, |(signature, _)| {
                    signature.signed_at
                })
                .day(),
            blocks,
        })
    }
}

/// A document as a PDF of this name.
pub(crate) fn pdf_file(document: &Document, name: &str) -> Result<Response, Refusal> {
    let pdf = document.to_pdf().map_err(|error| {
        tracing::error!(%error, "a document has no PDF");
        Refusal::Panicked
    })?;
    Ok(file("application/pdf", name, pdf))
}
