//! An agreement with a relay as a document that people read.

use model::{Day, Language, RsitClassSet};
use paper::{Block, Document};
use rules::message::day_in_words;
use store::{RelayAgreement, RelayLink};

use crate::refusal::Refusal;
use crate::site::Site;

/// What the document says.
pub(super) struct AgreementPaper<'a> {
    pub(super) agreement: &'a RelayAgreement,
    pub(super) links: &'a [RelayLink],
    pub(super) language: Language,
    pub(super) made_on: Day,
}

impl AgreementPaper<'_> {
    pub(super) fn document(&self, site: &Site, author: &str) -> Result<Document, Refusal> {
        let text = |key: &str| site.pages().text(self.language, key, &[]);
        let day = |day| day_in_words(day, self.language);
        let terms = &self.agreement.terms;
        let mut classes = Vec::new();
        if terms.classes == RsitClassSet::ALL {
            classes.push(text("desk-relay-all-classes")?);
        } else {
            for class in terms.classes.iter() {
                classes.push(text(&format!("asset-seen-{class}"))?);
            }
        }
        let until = match terms.until {
            Some(until) => day(until),
            None => text("desk-relay-no-end")?,
        };
        let forward = match terms.may_forward {
            true => "desk-relay-forward-yes",
            false => "desk-relay-forward-no",
        };
        let severity = text(&format!("desk-severity-{}", terms.severity_min))?;
        let facts = [
            ("desk-relay-document", terms.document.clone()),
            ("desk-relay-from", day(terms.from)),
            ("desk-relay-until", until),
            ("desk-relay-review", day(terms.review_on)),
            ("desk-relay-classes", classes.join(", ")),
            ("desk-relay-severity", severity),
            ("desk-relay-forward", text(forward)?),
            ("desk-relay-feedback", terms.feedback.clone()),
        ];
        let mut items = Vec::new();
        for (key, fact) in facts {
            items.push(format!("{}: {fact}", text(key)?));
        }
        let mut blocks = vec![
            Block::paragraph(text("desk-relay-meaning")?),
            Block::List {
                is_numbered: false,
                items,
            },
            Block::heading(text("desk-relay-organisations")?),
        ];
        let held = self.links.iter().filter(|link| link.holds());
        let rows: Vec<_> = held
            .map(|link| vec![link.name.clone(), day(link.agreed_on), link.ground.clone()])
            .collect();
        blocks.push(match rows.is_empty() {
            true => Block::paragraph(text("desk-relay-no-organisations")?),
            false => Block::Table {
                head: vec![
                    text("desk-relay-organisation")?,
                    text("desk-relay-agreed")?,
                    text("desk-relay-ground")?,
                ],
                rows,
            },
        });
        let title = [("relay", &*self.agreement.name)];
        Ok(Document {
            title: site
                .pages()
                .text(self.language, "desk-relay-title-of", &title)?,
            language: self.language,
            author: author.to_owned(),
            made_on: self.made_on,
            blocks,
        })
    }
}
