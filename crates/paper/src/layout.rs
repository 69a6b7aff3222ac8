//! Where everything stands: lines on pages, from the top down.

use crate::font::{BOLD, Face, REGULAR};
use crate::{Block, Document};

/// A4, in points.
pub(crate) const PAGE_WIDTH: f32 = 595.28;
pub(crate) const PAGE_HEIGHT: f32 = 841.89;

/// Empty around the text.
pub(crate) const MARGIN: f32 = 64.0;

/// Size of letters.
const TEXT_SIZE: f32 = 11.0;
const CELL_SIZE: f32 = 9.5;
const TITLE_SIZE: f32 = 20.0;

/// From one line to the next, in sizes of its letters.
const LEADING: f32 = 1.45;

/// Of lists: from their left side to the text of their items.
const INDENT: f32 = 22.0;

/// Between two columns of a table.
const GUTTER: f32 = 10.0;

/// Characters of its longest cell for which a column gets room, at least and at most.
const COLUMN_CHARS: (usize, usize) = (8, 40);

/// A line of text on a page. All lines of one leaf are read together.
pub(crate) struct Line {
    pub(crate) leaf: usize,
    pub(crate) x: f32,
    /// Of the foot of its letters, from the top of the page.
    pub(crate) y: f32,
    pub(crate) size: f32,
    pub(crate) is_bold: bool,
    pub(crate) text: String,
}

/// A page.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) lines: Vec<Line>,
    /// Rules below the rows of a table, from the top of the page.
    pub(crate) rules: Vec<f32>,
}

/// Everything in its place. Leaves are numbered in the order in which they are read: the title, then those of each block.
pub(crate) struct Layout {
    pub(crate) pages: Vec<Page>,
    leaves: usize,
    /// How far down the last page is filled.
    y: f32,
}

pub(crate) fn face(is_bold: bool) -> &'static Face {
    if is_bold { &BOLD } else { &REGULAR }
}

/// Lays a document out.
pub(crate) fn lay_out(document: &Document) -> Layout {
    let mut layout = Layout {
        pages: vec![Page::default()],
        leaves: 0,
        y: MARGIN,
    };
    layout.text(
        &document.title,
        TITLE_SIZE,
        true,
        (MARGIN, PAGE_WIDTH - MARGIN),
    );
    for block in &document.blocks {
        layout.block(block);
    }
    layout
}

impl Layout {
    fn block(&mut self, block: &Block) {
        let sides = (MARGIN, PAGE_WIDTH - MARGIN);
        match block {
            Block::Heading { level, text } => {
                let size = if *level < 3 { 14.0 } else { 12.0 };
                self.y += size;
                // Not alone at the end of a page.
                self.keep(size * LEADING + 3.0 * TEXT_SIZE * LEADING);
                self.text(text, size, true, sides);
                self.y += 2.0;
            }
            Block::Paragraph { text } => {
                self.text(text, TEXT_SIZE, false, sides);
                self.y += 6.0;
            }
            Block::List { is_numbered, items } => {
                for (number, item) in (1..).zip(items) {
                    let label = match is_numbered {
                        true => format!("{number}."),
                        false => "\u{2022}".to_owned(),
                    };
                    self.keep(TEXT_SIZE * LEADING);
                    let top = self.y;
                    self.text(&label, TEXT_SIZE, false, (MARGIN + 6.0, MARGIN + INDENT));
                    self.y = top;
                    self.text(item, TEXT_SIZE, false, (MARGIN + INDENT, sides.1));
                }
                self.y += 6.0;
            }
            Block::Table { head, rows } => {
                let columns = columns(head, rows);
                self.row(head, &columns, |_| true);
                for row in rows {
                    self.row(row, &columns, |column| column == 0);
                }
                self.y += 10.0;
            }
        }
    }

    /// Lets what follows stand together: on a new page if this one has not that much room.
    fn keep(&mut self, height: f32) {
        if self.y + height > PAGE_HEIGHT - MARGIN && self.y > MARGIN {
            self.pages.push(Page::default());
            self.y = MARGIN;
        }
    }

    /// Sets one leaf between two sides.
    fn text(&mut self, text: &str, size: f32, is_bold: bool, (left, right): (f32, f32)) {
        let leaf = self.leaves;
        self.leaves += 1;
        for text in lines(text, size, is_bold, right - left) {
            self.keep(size * LEADING);
            self.y += size * LEADING;
            let line = Line {
                leaf,
                x: left,
                y: self.y - size * 0.3,
                size,
                is_bold,
                text,
            };
            self.page().lines.push(line);
        }
    }

    /// Sets the cells of a row beside each other; a row does not go over two pages.
    fn row(&mut self, cells: &[String], columns: &[(f32, f32)], is_bold: impl Fn(usize) -> bool) {
        let line_height = CELL_SIZE * LEADING;
        let heights = cells
            .iter()
            .zip(columns)
            .enumerate()
            .map(|(column, (cell, sides))| {
                lines(cell, CELL_SIZE, is_bold(column), sides.1 - sides.0).len() as f32
                    * line_height
            });
        let height = heights.fold(line_height, f32::max);
        self.keep(height + 5.0);
        let top = self.y;
        for (column, (cell, sides)) in cells.iter().zip(columns).enumerate() {
            self.y = top;
            self.text(cell, CELL_SIZE, is_bold(column), *sides);
        }
        self.y = top + height + 5.0;
        let rule = self.y - 2.0;
        self.page().rules.push(rule);
    }

    fn page(&mut self) -> &mut Page {
        self.pages.last_mut().expect("there is a first page")
    }
}

/// Lines of a text. Nothing is a dash: what is empty would vanish for those who hear it.
fn lines(text: &str, size: f32, is_bold: bool, width: f32) -> Vec<String> {
    let lines = face(is_bold).lines(text, size, width);
    match lines.is_empty() {
        true => vec!["-".to_owned()],
        false => lines,
    }
}

/// Left and right side of each column, wider where there is more to say.
fn columns(head: &[String], rows: &[Vec<String>]) -> Vec<(f32, f32)> {
    let (least, most) = COLUMN_CHARS;
    let weight = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let chars = cells
            .chain(head.get(column))
            .map(|cell| cell.chars().count());
        chars.max().unwrap_or(0).clamp(least, most) as f32
    };
    let weights: Vec<f32> = (0..head.len()).map(weight).collect();
    let room = PAGE_WIDTH - 2.0 * MARGIN - GUTTER * (head.len() as f32 - 1.0);
    let all: f32 = weights.iter().sum();
    let mut left = MARGIN;
    let sides = weights.into_iter().map(|weight| {
        let right = left + room * weight / all;
        let sides = (left, right);
        left = right + GUTTER;
        sides
    });
    sides.collect()
}
