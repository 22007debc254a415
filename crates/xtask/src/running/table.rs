//! A table in the terminal and in a document.

/// Which side a column keeps to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Rows under a head, all of the same number of cells.
pub struct Table {
    head: Vec<(&'static str, Side)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub fn new(head: &[(&'static str, Side)]) -> Self {
        Self { head: head.to_vec(), rows: Vec::new() }
    }

    /// Adds a row; cells that it lacks stay empty, and those beyond the head are left out.
    pub fn row(&mut self, mut cells: Vec<String>) {
        cells.resize(self.head.len(), String::new());
        self.rows.push(cells);
    }

    /// For the terminal: every column as wide as its widest cell.
    pub fn aligned(&self) -> String {
        let head: Vec<String> = self.head.iter().map(|(name, _)| (*name).to_owned()).collect();
        let lines: Vec<&Vec<String>> = std::iter::once(&head).chain(&self.rows).collect();
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let line = |cells: &Vec<String>| {
            let padded = cells.iter().zip(&self.head).zip(&widths).map(|((cell, (_, side)), &width)| match side {
                Side::Left => format!("{cell:<width$}"),
                Side::Right => format!("{cell:>width$}"),
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
        };
        lines.into_iter().map(line).collect()
    }

    /// For a document, as Markdown.
    pub fn markdown(&self) -> String {
        let line = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
        let sides = self.head.iter().map(|(_, side)| if *side == Side::Right { "---:" } else { "---" });
        let mut text = line(self.head.iter().map(|(name, _)| *name).collect());
        text += &line(sides.collect());
        for row in &self.rows {
            text += &line(row.iter().map(String::as_str).collect());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&[("What", Side::Left), ("a second", Side::Right), ("Note", Side::Left)]);
        table.row(vec!["Página".to_owned(), "1,234".to_owned(), "well".to_owned()]);
        table.row(vec!["Sign-in".to_owned(), "7".to_owned()]);
        table
    }

    #[test]
    fn in_the_terminal_words_stand_left_and_numbers_right() {
        assert_eq!(table().aligned(), "What     a second  Note\nPágina      1,234  well\nSign-in         7\n");
    }

    #[test]
    fn in_a_document_it_is_markdown() {
        assert_eq!(
            table().markdown(),
            "| What | a second | Note |\n| --- | ---: | --- |\n| Página | 1,234 | well |\n| Sign-in | 7 |  |\n"
        );
    }
}
