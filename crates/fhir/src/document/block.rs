//! What a document shows: headings, paragraphs, lists and tables of plain words. There is no markup in it, so that nothing of what
//! a file holds can become any: whoever shows it makes the markup.

use serde::{Deserialize, Serialize};

/// The most blocks, rows, cells and items of one document. What comes after is left out, and that is said.
const MOST_PARTS: usize = 20_000;
/// The most characters of one document.
const MOST_CHARS: usize = 1_000_000;
/// How deep lists may stand in one another; what is deeper stands in the last of them.
const DEEPEST: usize = 6;

/// A stretch of words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The words; a line break begins a new line.
    pub text: String,
    /// They are marked as important.
    pub strong: bool,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// A heading within a section, from 1.
    Heading {
        /// How deep it is, 1 to 6.
        level: u8,
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// A list.
    List {
        /// Its items are numbered.
        ordered: bool,
        /// They.
        items: Vec<Item>,
    },
    /// A table.
    Table(Table),
}

/// An item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it says.
    pub runs: Vec<Run>,
    /// Lists and tables within it.
    pub inner: Vec<Block>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What it shows, where the document says.
    pub caption: Option<String>,
    /// Its rows from the top.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// It is the head of its column or row.
    pub head: bool,
    /// Over how many columns it reaches, from 1.
    pub across: u16,
    /// What it says.
    pub runs: Vec<Run>,
}

/// The words of some runs, one after another.
#[must_use]
pub fn words(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect::<String>().trim().to_owned()
}

impl Cell {
    /// What it says, on one line.
    #[must_use]
    pub fn words(&self) -> String {
        words(&self.runs).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Block {
    /// Its words as plain text, each part on a line of its own.
    pub fn say(&self, out: &mut String) {
        let mut line = |text: &str| {
            if !text.is_empty() {
                out.push_str(text);
                out.push('\n');
            }
        };
        match self {
            Self::Heading { text, .. } => line(text),
            Self::Paragraph(runs) => line(&words(runs)),
            Self::List { items, .. } => {
                for item in items {
                    let text = words(&item.runs);
                    if !text.is_empty() {
                        out.push_str(&text);
                        out.push('\n');
                    }
                    for inner in &item.inner {
                        inner.say(out);
                    }
                }
            }
            Self::Table(table) => {
                if let Some(caption) = &table.caption {
                    line(caption);
                }
                for row in &table.rows {
                    let cells: Vec<_> = row.iter().map(Cell::words).filter(|text| !text.is_empty()).collect();
                    line(&cells.join(" | "));
                }
            }
        }
    }
}

/// Whether a sign may stand in what is shown. Marks that turn the direction of writing could show "15" as "51"; the signs that steer
/// other programs show nothing.
const fn is_shown(sign: char) -> bool {
    !matches!(
        sign,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{200b}' | '\u{200e}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// A list that is being read.
#[derive(Default)]
struct OpenList {
    ordered: bool,
    items: Vec<Item>,
    open: bool,
}

/// A table that is being read.
#[derive(Default)]
struct OpenTable {
    table: Table,
    row_open: bool,
    cell_open: bool,
    caption: bool,
}

/// Puts a document together from what a reader of any format comes across. It takes whatever comes in whatever order: what is
/// not closed is closed, what closes nothing does nothing.
#[derive(Default)]
pub(super) struct Builder {
    out: Vec<Block>,
    runs: Vec<Run>,
    /// Where white space is kept as it is.
    pre: usize,
    strong: usize,
    heading: Option<u8>,
    lists: Vec<OpenList>,
    /// Lists that are open beyond the deepest.
    deeper: usize,
    table: Option<OpenTable>,
    /// Tables that only lay out what is in them.
    layout: usize,
    parts: usize,
    chars: usize,
    /// Something was left out.
    pub(super) cut: bool,
}

impl Builder {
    /// Whether there is room for one more part.
    fn room(&mut self) -> bool {
        self.parts += 1;
        let room = self.parts <= MOST_PARTS;
        self.cut |= !room;
        room
    }

    /// Whether no more is taken in.
    pub(super) const fn is_full(&self) -> bool {
        self.parts > MOST_PARTS || self.chars > MOST_CHARS
    }

    /// Words. White space is one space, where it is not kept.
    pub(super) fn text(&mut self, text: &str) {
        for sign in text.chars() {
            if self.pre == 0 && (sign.is_ascii_whitespace() || sign == '\u{a0}') {
                self.space();
            } else {
                self.sign(sign);
            }
        }
    }

    fn space(&mut self) {
        let blank = match self.runs.last() {
            None => true,
            Some(run) => run.text.ends_with([' ', '\n']),
        };
        if !blank {
            self.put(' ');
        }
    }

    fn sign(&mut self, sign: char) {
        match sign {
            // The bullet of Word's Symbol typeface.
            '\u{f0b7}' => self.put('\u{2022}'),
            '\t' => self.put(' '),
            sign if is_shown(sign) => self.put(sign),
            _ => {}
        }
    }

    fn put(&mut self, sign: char) {
        if self.chars >= MOST_CHARS {
            self.chars = self.chars.saturating_add(1);
            self.cut = true;
            return;
        }
        self.chars += 1;
        let strong = self.strong > 0;
        match self.runs.last_mut() {
            Some(run) if run.strong == strong => run.text.push(sign),
            _ => {
                // Marks that change from letter to letter are as long as parts.
                if self.room() {
                    self.runs.push(Run { text: sign.into(), strong });
                }
            }
        }
    }

    /// A line break.
    pub(super) fn line(&mut self) {
        if let Some(run) = self.runs.last_mut() {
            while run.text.ends_with(' ') {
                run.text.pop();
            }
            self.put('\n');
        }
    }

    pub(super) const fn keep_spaces(&mut self, keep: bool) {
        self.pre = if keep { self.pre.saturating_add(1) } else { self.pre.saturating_sub(1) };
    }

    pub(super) const fn strong(&mut self, on: bool) {
        self.strong = if on { self.strong.saturating_add(1) } else { self.strong.saturating_sub(1) };
    }

    /// What follows is important, or not, whatever was before.
    pub(super) const fn set_strong(&mut self, on: bool) {
        self.strong = if on { 1 } else { 0 };
    }

    fn taken(&mut self) -> Vec<Run> {
        let mut runs = std::mem::take(&mut self.runs);
        if let Some(first) = runs.first_mut() {
            first.text = first.text.trim_start_matches([' ', '\n']).to_owned();
        }
        if let Some(last) = runs.last_mut() {
            last.text = last.text.trim_end_matches([' ', '\n']).to_owned();
        }
        runs.retain(|run| !run.text.is_empty());
        if runs.iter().all(|run| run.text.trim().is_empty()) { Vec::new() } else { runs }
    }

    /// Ends a paragraph, wherever it stands.
    pub(super) fn flush(&mut self) {
        let runs = self.taken();
        if runs.is_empty() {
            return;
        }
        if let Some(open) = &mut self.table {
            if open.caption {
                let text = words(&runs);
                open.table.caption =
                    Some(open.table.caption.take().map_or_else(|| text.clone(), |before| format!("{before} {text}")));
                return;
            }
            if let Some(cell) = open.table.rows.last_mut().filter(|_| open.cell_open).and_then(|row| row.last_mut()) {
                append(&mut cell.runs, runs);
                return;
            }
        }
        if let Some(item) = self.lists.last_mut().filter(|list| list.open).and_then(|list| list.items.last_mut()) {
            if item.inner.is_empty() {
                append(&mut item.runs, runs);
            } else {
                item.inner.push(Block::Paragraph(runs));
            }
            return;
        }
        if !self.room() {
            return;
        }
        let block = match self.heading {
            Some(level) => Block::Heading { level, text: words(&runs).split_whitespace().collect::<Vec<_>>().join(" ") },
            None => Block::Paragraph(runs),
        };
        self.add(block);
    }

    /// Adds a block where it stands: in the item of a list that is open, or in the document.
    fn add(&mut self, block: Block) {
        match self.lists.last_mut().filter(|list| list.open).and_then(|list| list.items.last_mut()) {
            Some(item) => item.inner.push(block),
            None => self.out.push(block),
        }
    }

    pub(super) fn open_heading(&mut self, level: u8) {
        self.flush();
        self.heading = Some(level.clamp(1, 6));
    }

    pub(super) fn close_heading(&mut self) {
        self.flush();
        self.heading = None;
    }

    pub(super) fn open_list(&mut self, ordered: bool) {
        self.flush();
        if self.is_in_cell() || self.lists.len() >= DEEPEST {
            self.deeper = self.deeper.saturating_add(1);
        } else {
            self.lists.push(OpenList { ordered, ..OpenList::default() });
        }
    }

    pub(super) fn close_list(&mut self) {
        self.flush();
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(list) = self.lists.pop() else { return };
        let items: Vec<_> = list.items.into_iter().filter(|item| !item.runs.is_empty() || !item.inner.is_empty()).collect();
        if !items.is_empty() && self.room() {
            self.add(Block::List { ordered: list.ordered, items });
        }
    }

    pub(super) fn open_item(&mut self) {
        self.flush();
        let in_cell = self.is_in_cell();
        let room = self.room();
        match self.lists.last_mut().filter(|_| !in_cell && room) {
            Some(list) => {
                list.items.push(Item::default());
                list.open = true;
            }
            // In a cell, or without a list: a line of its own.
            None => {
                if in_cell {
                    self.put('\u{2022}');
                    self.put(' ');
                }
            }
        }
    }

    pub(super) fn close_item(&mut self) {
        self.flush();
        if let Some(list) = self.lists.last_mut().filter(|_| self.deeper == 0) {
            list.open = false;
        }
    }

    fn is_in_cell(&self) -> bool {
        self.table.as_ref().is_some_and(|open| open.cell_open)
    }

    /// A table. One within another shows that the outer one only lays out: what it holds so far stands by itself.
    pub(super) fn open_table(&mut self) {
        self.flush();
        if let Some(open) = self.table.take() {
            self.layout = self.layout.saturating_add(1);
            self.unwrap(open.table);
        }
        self.table = Some(OpenTable::default());
    }

    /// What a table holds that only lays out.
    fn unwrap(&mut self, table: Table) {
        if let Some(text) = table.caption.filter(|_| self.room()) {
            self.add(Block::Paragraph(vec![Run { text, strong: true }]));
        }
        for cell in table.rows.into_iter().flatten().filter(|cell| !cell.runs.is_empty()) {
            if self.room() {
                self.add(Block::Paragraph(cell.runs));
            }
        }
    }

    pub(super) fn close_table(&mut self) {
        self.flush();
        let Some(open) = self.table.take() else {
            self.layout = self.layout.saturating_sub(1);
            return;
        };
        let mut table = open.table;
        table.rows.retain(|row| row.iter().any(|cell| !cell.runs.is_empty()));
        let columns = table.rows.iter().map(Vec::len).max().unwrap_or_default();
        if columns < 2 {
            self.unwrap(table);
        } else if self.room() {
            self.add(Block::Table(table));
        }
    }

    pub(super) fn open_row(&mut self) {
        self.flush();
        let room = self.room();
        if let Some(open) = self.table.as_mut().filter(|_| room) {
            (open.row_open, open.cell_open, open.caption) = (true, false, false);
            open.table.rows.push(Vec::new());
        }
    }

    pub(super) fn close_row(&mut self) {
        self.flush();
        if let Some(open) = &mut self.table {
            (open.row_open, open.cell_open) = (false, false);
        }
    }

    pub(super) fn open_cell(&mut self, head: bool, across: u16) {
        self.flush();
        if self.table.as_ref().is_some_and(|open| !open.row_open) {
            self.open_row();
        }
        let room = self.room();
        if let Some(open) = self.table.as_mut().filter(|open| open.row_open && room)
            && let Some(row) = open.table.rows.last_mut()
        {
            row.push(Cell { head, across: across.clamp(1, 100), runs: Vec::new() });
            (open.cell_open, open.caption) = (true, false);
        }
    }

    pub(super) fn close_cell(&mut self) {
        self.flush();
        if let Some(open) = &mut self.table {
            open.cell_open = false;
        }
    }

    pub(super) fn open_caption(&mut self) {
        self.flush();
        match &mut self.table {
            Some(open) => open.caption = true,
            None => self.strong(true),
        }
    }

    pub(super) fn close_caption(&mut self) {
        self.flush();
        match &mut self.table {
            Some(open) => open.caption = false,
            None => self.strong(false),
        }
    }

    pub(super) const fn is_in_table(&self) -> bool {
        self.table.is_some()
    }

    /// The document, and whether something was left out.
    pub(super) fn finish(mut self) -> (Vec<Block>, bool) {
        self.flush();
        while self.table.is_some() {
            self.close_table();
        }
        self.deeper = 0;
        while !self.lists.is_empty() {
            self.close_list();
        }
        (self.out, self.cut)
    }
}

/// Adds a paragraph to what is there, on a line of its own.
fn append(to: &mut Vec<Run>, runs: Vec<Run>) {
    if let Some(last) = to.last_mut() {
        last.text.push('\n');
    }
    to.extend(runs);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_closed_is_closed_and_what_closes_nothing_does_nothing() {
        let mut builder = Builder::default();
        builder.close_table();
        builder.close_list();
        builder.close_item();
        builder.open_list(false);
        builder.open_item();
        builder.text("One");
        builder.open_table();
        builder.open_cell(true, 1);
        builder.text("Dose");
        builder.open_cell(false, 1);
        builder.text("5 mg");
        let (blocks, cut) = builder.finish();
        let mut text = String::new();
        blocks.iter().for_each(|block| block.say(&mut text));
        assert_eq!((text.as_str(), cut), ("One\nDose | 5 mg\n", false));
    }

    #[test]
    fn marks_of_direction_do_not_turn_a_dose_round() {
        let mut builder = Builder::default();
        builder.text("Take \u{202e}51\u{202c} mg\0");
        let (blocks, _) = builder.finish();
        assert_eq!(blocks, [Block::Paragraph(vec![Run { text: "Take 51 mg".to_owned(), strong: false }])]);
    }

    #[test]
    fn a_table_round_a_table_only_lays_out() {
        let mut builder = Builder::default();
        for _ in 0..50 {
            builder.open_table();
            builder.open_row();
            builder.open_cell(false, 1);
            builder.text("Side");
        }
        builder.open_cell(false, 1);
        builder.text("Main");
        let (blocks, _) = builder.finish();
        assert_eq!(blocks.iter().filter(|block| matches!(block, Block::Table(_))).count(), 1);
        assert_eq!(blocks.len(), 50);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_put_together_and_bounded(steps in prop::collection::vec((0_u8..16, any::<bool>(), ".{0,8}"), 0..400)) {
            let mut builder = Builder::default();
            for (step, flag, text) in &steps {
                match step {
                    0 => builder.open_heading(3),
                    1 => builder.close_heading(),
                    2 => builder.open_list(*flag),
                    3 => builder.close_list(),
                    4 => builder.open_item(),
                    5 => builder.close_item(),
                    6 => builder.open_table(),
                    7 => builder.close_table(),
                    8 => builder.open_row(),
                    9 => builder.close_row(),
                    10 => builder.open_cell(*flag, 2),
                    11 => builder.close_cell(),
                    12 => builder.open_caption(),
                    13 => builder.close_caption(),
                    14 => builder.line(),
                    _ => builder.strong(*flag),
                }
                builder.text(text);
            }
            let (blocks, _) = builder.finish();
            let mut said = String::new();
            blocks.iter().for_each(|block| block.say(&mut said));
            prop_assert!(depth(&blocks) <= DEEPEST + 1);
            // Nothing that was said is lost.
            for (_, _, text) in &steps {
                for word in text.split_whitespace().filter(|word| word.chars().all(|sign| sign.is_ascii_alphanumeric())) {
                    prop_assert!(said.contains(word), "{word} in {said:?}");
                }
            }
        }
    }

    fn depth(blocks: &[Block]) -> usize {
        let of = |block: &Block| match block {
            Block::List { items, .. } => 1 + items.iter().map(|item| depth(&item.inner)).max().unwrap_or_default(),
            _ => 1,
        };
        blocks.iter().map(of).max().unwrap_or_default()
    }
}
