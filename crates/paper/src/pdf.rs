//! The document as a tagged PDF: every line belongs to a leaf of the tree that programs read aloud.

use std::num::NonZeroU16;

use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Stroke;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, TableHeaderScope, Tag,
    TagGroup, TagKind, TagTree,
};
use krilla::{SerializeSettings, color::rgb};
use model::{Day, Language};

use crate::layout::{Layout, Line, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, face, lay_out};
use crate::{Block, Document};

/// Size of the letters at the foot of a page.
const FOOT_SIZE: f32 = 9.0;

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{title}` as PDF: {why}")]
pub struct PdfError {
    title: String,
    why: String,
}

pub(crate) fn write(document: &Document) -> Result<Vec<u8>, PdfError> {
    let failed = |why: String| PdfError {
        title: document.title.clone(),
        why,
    };
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| failed(format!("{error:?}")))?;
    let mut pdf = krilla::Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let layout = lay_out(document);
    let leaves = draw(&mut pdf, document, &layout);
    pdf.set_tag_tree(tree(document, leaves));
    pdf.set_outline(outline(document, &layout));
    pdf.set_metadata(metadata(document));
    pdf.finish().map_err(|error| failed(format!("{error:?}")))
}

fn metadata(document: &Document) -> Metadata {
    Metadata::new()
        .title(document.title.clone())
        .language(document.language.to_string())
        .authors(vec![document.author.clone()])
        .creator("Seinpost".to_owned())
        .creation_date(date(document.made_on))
}

fn date(day: Day) -> DateTime {
    let text = day.to_string();
    let mut parts = text.rsplit('-');
    let mut part = || parts.next().and_then(|part| part.parse::<u8>().ok());
    let (day, month) = (part().unwrap_or(1), part().unwrap_or(1));
    let year = text.split('-').next().and_then(|year| year.parse().ok());
    DateTime::new(year.unwrap_or_default())
        .month(month)
        .day(day)
}

/// Draws all pages; gives for each leaf what was drawn of it.
fn draw(pdf: &mut krilla::Document, document: &Document, layout: &Layout) -> Vec<Vec<Identifier>> {
    let mut leaves: Vec<Vec<Identifier>> = Vec::new();
    let pages = layout.pages.len();
    for (number, page) in (1..).zip(&layout.pages) {
        let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).expect("A4 has a size");
        let mut sheet = pdf.start_page_with(settings);
        let mut surface = sheet.surface();
        for line in &page.lines {
            let drawn = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            draw_line(&mut surface, line);
            surface.end_tagged();
            if leaves.len() <= line.leaf {
                leaves.resize_with(line.leaf + 1, Vec::new);
            }
            leaves[line.leaf].push(drawn);
        }
        let ornament = |kind| ContentTag::Artifact(Artifact::with_kind(kind));
        for rule in &page.rules {
            surface.start_tagged(ornament(ArtifactType::Layout));
            draw_rule(&mut surface, *rule);
            surface.end_tagged();
        }
        surface.start_tagged(ornament(ArtifactType::Footer));
        draw_line(&mut surface, &foot(document.language, number, pages));
        surface.end_tagged();
        surface.finish();
        sheet.finish();
    }
    leaves
}

fn foot(language: Language, number: usize, pages: usize) -> Line {
    let text = match language {
        Language::Nl => format!("Pagina {number} van {pages}"),
        Language::En => format!("Page {number} of {pages}"),
    };
    Line {
        leaf: 0,
        x: MARGIN,
        y: PAGE_HEIGHT - MARGIN / 2.0,
        size: FOOT_SIZE,
        is_bold: false,
        text,
    }
}

fn draw_line(surface: &mut Surface<'_>, line: &Line) {
    let face = face(line.is_bold);
    let (glyphs, font) = (face.glyphs(&line.text), face.font.clone());
    let start = Point::from_xy(line.x, line.y);
    surface.draw_glyphs(start, &glyphs, font, &line.text, line.size, false);
}

fn draw_rule(surface: &mut Surface<'_>, y: f32) {
    let mut path = PathBuilder::new();
    path.move_to(MARGIN, y);
    path.line_to(PAGE_WIDTH - MARGIN, y);
    let fill = surface.get_fill().cloned();
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: rgb::Color::new(120, 120, 120).into(),
        width: 0.5,
        ..Stroke::default()
    }));
    surface.draw_path(&path.finish().expect("a line has two ends"));
    surface.set_stroke(None);
    surface.set_fill(fill);
}

/// What programs read aloud, in this order.
fn tree(document: &Document, leaves: Vec<Vec<Identifier>>) -> TagTree {
    let mut leaves = leaves.into_iter();
    let mut leaf = |tag: TagKind| {
        let mut group = TagGroup::new(tag);
        for drawn in leaves.next().unwrap_or_default() {
            group.push(drawn);
        }
        group
    };
    let mut tree = TagTree::new();
    tree.push(leaf(heading(1, &document.title)));
    for block in &document.blocks {
        tree.push(match block {
            Block::Heading { level, text } => leaf(heading((*level).into(), text)),
            Block::Paragraph { .. } => leaf(Tag::P.into()),
            Block::List { is_numbered, items } => {
                let numbering = match is_numbered {
                    true => ListNumbering::Decimal,
                    false => ListNumbering::Disc,
                };
                let mut list = TagGroup::new(Tag::L(numbering));
                for _ in items {
                    let mut item = TagGroup::new(Tag::LI);
                    item.push(leaf(Tag::Lbl.into()));
                    item.push(leaf(Tag::LBody.into()));
                    list.push(item);
                }
                list
            }
            Block::Table { head, rows } => {
                let mut table = TagGroup::new(Tag::Table);
                let mut top = TagGroup::new(Tag::TR);
                for _ in head {
                    top.push(leaf(Tag::TH(TableHeaderScope::Column).into()));
                }
                let mut tops = TagGroup::new(Tag::THead);
                tops.push(top);
                table.push(tops);
                let mut body = TagGroup::new(Tag::TBody);
                for row in rows {
                    let mut cells = TagGroup::new(Tag::TR);
                    for column in 0..row.len().min(head.len()) {
                        cells.push(leaf(match column {
                            0 => Tag::TH(TableHeaderScope::Row).into(),
                            _ => Tag::TD.into(),
                        }));
                    }
                    body.push(cells);
                }
                if !rows.is_empty() {
                    table.push(body);
                }
                table
            }
        });
    }
    tree
}

fn heading(level: u16, text: &str) -> TagKind {
    let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    Tag::Hn(level, Some(text.to_owned())).into()
}

/// The headings, for who looks for one: each leads to its page.
fn outline(document: &Document, layout: &Layout) -> Outline {
    let mut outline = Outline::new();
    let mut leaf = 1;
    let mut add = |text: &str, leaf: usize| {
        let places = layout.pages.iter().enumerate();
        let mut places =
            places.flat_map(|(page, one)| one.lines.iter().map(move |line| (page, line)));
        if let Some((page, line)) = places.find(|(_, line)| line.leaf == leaf) {
            let place = Point::from_xy(0.0, line.y - line.size);
            let target = XyzDestination::new(page, place);
            outline.push_child(OutlineNode::new(text.to_owned(), target));
        }
    };
    add(&document.title, 0);
    for block in &document.blocks {
        if let Block::Heading { text, .. } = block {
            add(text, leaf);
        }
        leaf += leaves_of(block);
    }
    outline
}

/// How many parts of a block are read by themselves.
fn leaves_of(block: &Block) -> usize {
    match block {
        Block::Heading { .. } | Block::Paragraph { .. } => 1,
        Block::List { items, .. } => 2 * items.len(),
        Block::Table { head, rows } => head.len() * (rows.len() + 1),
    }
}

#[cfg(test)]
mod tests;
