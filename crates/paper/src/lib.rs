//! Documents that people keep: an agreement, a report. A document is a list of blocks; it becomes a PDF that is tagged for those
//! who do not see it (PDF/UA-1, ISO 14289-1). docs/adr/0018-pdf.md says why it is made this way.

mod font;
mod layout;
mod pdf;
mod text;

use model::{Day, Language};
use serde::Serialize;

pub use pdf::PdfError;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its title: the first heading, and the name that programs show.
    pub title: String,
    /// Language of everything in it.
    pub language: Language,
    /// Whose document it is.
    pub author: String,
    /// Day on which it was made.
    pub made_on: Day,
    /// What stands in it, below the title.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// A heading below the title.
    Heading {
        /// 2 below the title, 3 below such a heading.
        level: u8,
        /// On one line.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Without breaks.
        text: String,
    },
    /// A list.
    List {
        /// Whether its items are numbered from 1.
        is_numbered: bool,
        /// Without breaks.
        items: Vec<String>,
    },
    /// A table. The first column names each row.
    Table {
        /// What each column is.
        head: Vec<String>,
        /// As many cells as the head has.
        rows: Vec<Vec<String>>,
    },
}

impl Block {
    /// Reads a plain text. Blocks stand apart by an empty line; `# ` or `## ` begins a heading, `- ` an item of a list and
    /// `1. ` an item of a numbered one. Everything else is a paragraph.
    #[must_use]
    pub fn read(text: &str) -> Vec<Self> {
        text::read(text)
    }

    /// A heading right below the title.
    #[must_use]
    pub fn heading(text: impl Into<String>) -> Self {
        Self::Heading {
            level: 2,
            text: text.into(),
        }
    }

    /// A paragraph.
    #[must_use]
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::Paragraph { text: text.into() }
    }
}

impl Document {
    /// The document as a PDF. The same document gives the same bytes.
    ///
    /// # Errors
    /// When the writer of the PDF finds that its own rules are not kept.
    pub fn to_pdf(&self) -> Result<Vec<u8>, PdfError> {
        pdf::write(self)
    }
}
