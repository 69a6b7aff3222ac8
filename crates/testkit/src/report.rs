//! Shadowserver reports in a few words: rows by column name, of any type.

use formats::shadowserver::report_type;

/// A report under construction. Rows have the columns of the type, in its order; what a row does not name is empty,
/// except the time, which is an hour before [`crate::NOW`].
#[derive(Clone, Debug)]
pub struct Report {
    name: &'static str,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    line_end: &'static str,
}

impl Report {
    /// A report of that type.
    ///
    /// # Panics
    /// When there is no such type.
    pub fn new(name: &str) -> Self {
        let known = report_type(name).unwrap_or_else(|| panic!("there is no report type `{name}`"));
        let columns = known
            .columns()
            .map(|column| column.trim().to_owned())
            .collect();
        Self {
            name: known.name,
            columns,
            rows: Vec::new(),
            line_end: "\n",
        }
    }

    /// A row with these fields, as `[("ip", "192.0.2.1"), ("port", "3389")]`.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn row(mut self, fields: &[(&str, &str)]) -> Self {
        let mut row = vec![String::new(); self.columns.len()];
        row[self.place("timestamp")] = "2026-11-18 11:00:00".into();
        for (column, value) in fields {
            let place = self.place(column);
            row[place] = (*value).to_owned();
        }
        self.rows.push(row);
        self
    }

    /// Adds a column that the type does not have, with the same value in every row so far.
    #[must_use]
    pub fn column(mut self, column: &str, value: &str) -> Self {
        self.columns.push(column.to_owned());
        self.rows
            .iter_mut()
            .for_each(|row| row.push(value.to_owned()));
        self
    }

    /// Takes a column away.
    #[must_use]
    pub fn without_column(mut self, column: &str) -> Self {
        let place = self.place(column);
        self.columns.remove(place);
        self.rows.iter_mut().for_each(|row| drop(row.remove(place)));
        self
    }

    /// Puts the columns in the opposite order.
    #[must_use]
    pub fn reversed_columns(mut self) -> Self {
        self.columns.reverse();
        self.rows.iter_mut().for_each(|row| row.reverse());
        self
    }

    /// Ends lines as Windows does.
    #[must_use]
    pub fn windows(mut self) -> Self {
        self.line_end = "\r\n";
        self
    }

    /// Name of the file of a day in November 2026.
    pub fn file_name(&self) -> String {
        format!("2026-11-18-{}-nl.csv", self.name)
    }

    /// The file.
    pub fn text(&self) -> String {
        let mut text = self.columns.join(",");
        text.push_str(self.line_end);
        for row in &self.rows {
            let fields: Vec<_> = row.iter().map(|field| quoted(field)).collect();
            text.push_str(&fields.join(","));
            text.push_str(self.line_end);
        }
        text
    }

    fn place(&self, column: &str) -> usize {
        let place = self.columns.iter().position(|known| known == column);
        place.unwrap_or_else(|| panic!("{} has no column `{column}`", self.name))
    }
}

fn quoted(field: &str) -> String {
    match field.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.to_owned(),
    }
}
