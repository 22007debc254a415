//! Setting a text on sheets of A4 and tagging what is what, in the order in which it is read.

use super::PdfError;
use super::face::{Typeface, Weight};
use harfrust::Direction;
use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::rgb::Color;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, ListNumbering, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};
use krilla::text::KrillaGlyph;
use std::num::NonZeroU16;
use std::ops::Range;
use unicode_bidi::{Level, ParagraphBidiInfo};

// Lengths are in points: 72 to the inch (ISO 32000-1).
/// A4 (ISO 216).
const PAGE: (f32, f32) = (595.28, 841.89);
/// Where what is numbered, or stands behind a bar, begins.
const INDENT: f32 = 26.0;
/// The size of most text: large enough for most people to read without help.
const BODY: f32 = 13.0;
/// The size of what stands below, where print is not large.
const SMALL: f32 = 9.0;
/// The least that stays free under what stands below.
const EDGE: f32 = 18.0;
/// How far under a line's top its letters stand, in parts of the size.
const BASELINE: f32 = 1.1;

/// How close a text stands on its sheets.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The margin at the left and at the right.
    left: f32,
    /// The margin above.
    top: f32,
    /// The margin below, in which the foot stands.
    below: f32,
    /// How far from the left margin the values of facts begin.
    values: f32,
    /// Between paragraphs.
    gap: f32,
    /// From line to line, in parts of the size.
    leading: f32,
    /// How large a text is to what it is where there is room.
    scale: f32,
    /// How many points larger each text is besides.
    more: f32,
    /// From the end of the text to where what stands below each sheet begins.
    until_foot: f32,
    /// The points of what stands below.
    small: f32,
}

impl Frame {
    /// A letter.
    const ROOMY: Self = Self {
        left: 72.0,
        top: 68.0,
        below: 62.0,
        values: 158.0,
        gap: GAP,
        leading: 1.5,
        scale: 1.0,
        more: 0.0,
        until_foot: 14.0,
        small: SMALL,
    };
    /// As much on a sheet as can be read well, where one sheet is not enough: 11 points.
    pub const LONG: Self = Self::close(11.0);
    /// What is tried to bring all of it onto one sheet, the largest first: 12 to 9 points. Smaller is not read well on paper.
    const ONE_SHEET: [Self; 4] = [Self::close(12.0), Self::LONG, Self::close(10.0), Self::close(9.0)];

    /// Most of a text in so many points, and close together.
    const fn close(points: f32) -> Self {
        let scale = points / BODY;
        Self {
            left: 40.0,
            top: 32.0,
            below: 38.0,
            values: 168.0,
            gap: 4.0 * scale,
            leading: 1.22,
            scale,
            until_foot: 8.5,
            ..Self::ROOMY
        }
    }

    /// As large as a print is. Every text is as much larger as most of it is.
    pub const fn large(print: Print) -> Self {
        Self { more: print.points() - BODY, small: print.below(), ..Self::ROOMY }
    }

    /// The same with room for as many lines below each sheet.
    fn with_lines_below(self, lines: &[Vec<Run>]) -> Self {
        let height: f32 = lines.iter().map(|_| self.small * self.leading).sum();
        Self { below: self.below.max(self.until_foot + height + EDGE).min(PAGE.1 / 2.0), ..self }
    }

    /// The largest in which these stand on one sheet with this below; `None` where they do not, however small.
    pub fn of_one_sheet(typeface: &Typeface, foot: &str, blocks: &[Block]) -> Option<Self> {
        Self::ONE_SHEET.into_iter().find(|frame| {
            let layout = Layout::of(typeface, *frame, blocks);
            sheets(&layout.rows, &frame.with_room_for(&layout, Some(foot))) == 1
        })
    }

    /// The same with room for what stands below each sheet, and the number of as many sheets as nobody hands over.
    fn with_room_for(self, layout: &Layout<'_>, foot: Option<&str>) -> Self {
        let most = foot.map(|words| layout.broken(&self.below(words, 888, 888), self.width())).unwrap_or_default();
        self.with_lines_below(&most)
    }

    /// What stands below one of so many sheets.
    fn below(&self, words: &str, sheet: usize, sheets: usize) -> Text {
        Text::plain(format!("{words}. Page {sheet} of {sheets}")).sized((self.small - self.more) / self.scale)
    }

    const fn right(&self) -> f32 {
        PAGE.0 - self.left
    }

    const fn width(&self) -> f32 {
        self.right() - self.left
    }

    const fn bottom(&self) -> f32 {
        PAGE.1 - self.below
    }

    /// Where what stands below each sheet begins.
    const fn foot(&self) -> f32 {
        self.bottom() + self.until_foot
    }
}

/// Between paragraphs of a letter.
const GAP: f32 = 13.0;

const INK: (u8, u8, u8) = (0x1d, 0x16, 0x29);
const VIOLET: (u8, u8, u8) = (0x56, 0x30, 0x8a);
const RULE: (u8, u8, u8) = (0xcf, 0xbc, 0xe8);

/// How large the letters of a document are.
///
/// The large ones are those that the Accessible Information Standard (DAPB1605) names as needs: at least 20, 24 or 28 points, without
/// serifs. Nothing on the sheets is smaller then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Print {
    /// As most people read them without help.
    #[default]
    Usual,
    /// 20 points.
    Large20,
    /// 24 points.
    Large24,
    /// 28 points.
    Large28,
}

impl Print {
    /// Each that is large.
    pub const LARGE: [Self; 3] = [Self::Large20, Self::Large24, Self::Large28];

    /// How an address names it: its points; empty for the usual one.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usual => "",
            Self::Large20 => "20",
            Self::Large24 => "24",
            Self::Large28 => "28",
        }
    }

    /// That which an address names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::LARGE.into_iter().find(|one| one.code() == code)
    }

    /// The points of most of the text.
    const fn points(self) -> f32 {
        match self {
            Self::Usual => BODY,
            Self::Large20 => 20.0,
            Self::Large24 => 24.0,
            Self::Large28 => 28.0,
        }
    }

    /// The points of what stands below each sheet.
    const fn below(self) -> f32 {
        match self {
            Self::Usual => SMALL,
            Self::Large20 | Self::Large24 | Self::Large28 => self.points(),
        }
    }
}

/// A text of one size, part of which may be bold.
#[derive(Clone, Debug, Default)]
pub struct Text {
    words: String,
    bold: Vec<Range<usize>>,
    size: f32,
}

impl Text {
    /// A text as most of it.
    pub fn plain(words: impl Into<String>) -> Self {
        Self { words: words.into(), bold: Vec::new(), size: BODY }
    }

    /// A text in bold.
    pub fn bold(words: &str) -> Self {
        Self::plain("").and_bold(words)
    }

    /// The same, larger: so many points.
    pub const fn sized(mut self, size: f32) -> Self {
        self.size = size;
        self
    }

    /// More of it.
    pub fn and(mut self, words: &str) -> Self {
        self.words.push_str(words);
        self
    }

    /// More of it, in bold.
    pub fn and_bold(mut self, words: &str) -> Self {
        let from = self.words.len();
        self.words.push_str(words);
        self.bold.push(from..self.words.len());
        self
    }

    /// The parts of a range that have one weight each.
    fn parts(&self, range: Range<usize>) -> Vec<(Range<usize>, Weight)> {
        let mut parts = Vec::new();
        let mut at = range.start;
        let mut part = |from: usize, to: usize, weight| {
            let (from, to) = (from.clamp(range.start, range.end), to.clamp(range.start, range.end));
            if from < to {
                parts.push((from..to, weight));
            }
        };
        for bold in &self.bold {
            part(at, bold.start, Weight::Regular);
            part(at.max(bold.start), bold.end, Weight::Bold);
            at = at.max(bold.end);
        }
        part(at, range.end, Weight::Regular);
        parts
    }

    fn slice(&self, range: Range<usize>) -> &str {
        self.words.get(range).unwrap_or_default()
    }
}

/// A part of the text.
pub enum Block {
    /// From whom it is.
    Sender(Text),
    /// What it is about. One of these comes before everything that it is over.
    Heading(Text),
    /// What a part of it is about.
    Section(Text),
    /// Some sentences.
    Paragraph(Text),
    /// What to do, in order.
    Steps(Vec<Text>),
    /// What there is of one sort, each on a line of its own.
    Items(Vec<Text>),
    /// What is called what.
    Facts(Vec<(Text, Text)>),
    /// What must not be missed.
    Note(Text),
}

/// What is drawn beside or between lines and says nothing.
#[derive(Clone, Copy, PartialEq)]
enum Ornament {
    None,
    Line,
    Bar,
}

/// One line across the sheet, with the space above it.
struct Row {
    above: f32,
    height: f32,
    size: f32,
    ornament: Ornament,
    /// It never stands last on a sheet: what it is over follows.
    leads: bool,
    cells: Vec<Cell>,
}

/// One line of one part, which belongs to a leaf of the tag tree.
struct Cell {
    x: f32,
    leaf: usize,
    runs: Vec<Run>,
}

/// Glyphs of one weight and direction.
struct Run {
    text: String,
    glyphs: Vec<KrillaGlyph>,
    width: f32,
    size: f32,
    weight: Weight,
    rtl: bool,
    /// Where it is in the text as it is read.
    at: usize,
}

/// Sets a document in British English: as many sheets as it needs. `foot` is what stands below each of them before its number, so
/// that sheets which come apart can be told.
///
/// # Errors
/// [`PdfError::Standard`] when it would not keep to PDF/UA-1; [`PdfError::Typeface`], [`PdfError::Writing`].
pub fn set(typeface: &Typeface, title: &str, foot: Option<&str>, blocks: &[Block]) -> Result<Vec<u8>, PdfError> {
    set_in(Frame::ROOMY, typeface, (title, foot), blocks)
}

/// The same, as close together as the frame says.
///
/// # Errors
/// As [`set`].
pub fn set_in(
    frame: Frame,
    typeface: &Typeface,
    (title, foot): (&str, Option<&str>),
    blocks: &[Block],
) -> Result<Vec<u8>, PdfError> {
    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = configuration.map_err(|_| PdfError::Writing)?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut layout = Layout::of(typeface, frame, blocks);
    let mut leaves: Vec<Vec<Node>> = std::iter::repeat_with(Vec::new).take(layout.leaves).collect();
    let mut rows = std::mem::take(&mut layout.rows);
    let frame = frame.with_room_for(&layout, foot);
    let sheets = sheets(&rows, &frame);
    for sheet in 1..=sheets {
        let rest = rows.split_off(fitting(&rows, &frame));
        let foot = foot.map(|words| frame.below(words, sheet, sheets));
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(PdfError::Writing)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        draw_page(&mut surface, (typeface, &frame), rows, &mut leaves);
        let lines = foot.map(|text| layout.broken(&text, frame.width())).unwrap_or_default();
        draw_foot(&mut surface, (typeface, &frame), lines);
        surface.finish();
        page.finish();
        rows = rest;
    }
    document.set_tag_tree(tree(blocks, leaves));
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(title.to_owned(), XyzDestination::new(0, Point::from_xy(0.0, 0.0))));
    document.set_outline(outline);
    document.set_metadata(Metadata::new().title(title.to_owned()).language("en-GB".to_owned()));
    Ok(document.finish()?)
}

struct Layout<'a> {
    typeface: &'a Typeface,
    frame: Frame,
    rows: Vec<Row>,
    leaves: usize,
}

impl<'a> Layout<'a> {
    /// Blocks in rows, in their order.
    fn of(typeface: &'a Typeface, frame: Frame, blocks: &[Block]) -> Self {
        let mut layout = Self { typeface, frame, rows: Vec::new(), leaves: 0 };
        for block in blocks {
            layout.add(block);
        }
        layout
    }

    fn add(&mut self, block: &Block) {
        let Frame { left, values, gap, .. } = self.frame;
        match block {
            Block::Sender(text) | Block::Paragraph(text) => self.lines(text, left, gap, Ornament::None),
            Block::Heading(text) => self.lines(text, left, 2.5 * gap, Ornament::None),
            Block::Section(text) => {
                let from = self.rows.len();
                self.lines(text, left, 2.0 * gap, Ornament::None);
                for row in self.rows.iter_mut().skip(from) {
                    row.leads = true;
                }
            }
            Block::Note(text) => self.lines(text, left + INDENT, 2.0 * gap, Ornament::Bar),
            Block::Steps(steps) => {
                for (index, step) in steps.iter().enumerate() {
                    let label = Text::plain(label(index));
                    self.beside((&label, left, left + INDENT), (step, left + INDENT), Ornament::None);
                }
            }
            Block::Items(items) => {
                for item in items {
                    self.lines(item, left, gap * 0.5, Ornament::None);
                }
            }
            Block::Facts(facts) => {
                self.space(gap);
                for (name, value) in facts {
                    self.beside((name, left, left + values - gap), (value, left + values), Ornament::Line);
                    self.space(gap * 0.75);
                }
                let ornament = Ornament::Line;
                self.rows.push(Row { above: 0.0, height: 0.0, size: 0.0, ornament, leads: false, cells: Vec::new() });
            }
        }
    }

    /// Leaves room under what there is.
    fn space(&mut self, height: f32) {
        if let Some(row) = self.rows.last_mut() {
            row.height += height;
        }
    }

    /// The size of a text on these sheets.
    const fn size(&self, text: &Text) -> f32 {
        text.size * self.frame.scale + self.frame.more
    }

    /// A text over all lines that it needs.
    fn lines(&mut self, text: &Text, x: f32, above: f32, ornament: Ornament) {
        let (leaf, size) = (self.leaf(), self.size(text));
        let height = size * self.frame.leading;
        for (index, runs) in self.broken(text, self.frame.right() - x).into_iter().enumerate() {
            let cells = vec![Cell { x, leaf, runs }];
            let above = if index == 0 { above } else { 0.0 };
            self.rows.push(Row { above, height, size, ornament, leads: false, cells });
        }
    }

    /// Two texts beside each other: the first from one place to another, the second from a place on.
    fn beside(&mut self, first: (&Text, f32, f32), second: (&Text, f32), ornament: Ornament) {
        let (leaves, size) = ([self.leaf(), self.leaf()], self.size(first.0).max(self.size(second.0)));
        let mut left = self.broken(first.0, first.2 - first.1).into_iter();
        let mut right = self.broken(second.0, self.frame.right() - second.1).into_iter();
        for index in 0.. {
            let cells = [(first.1, left.next()), (second.1, right.next())];
            if cells.iter().all(|(_, runs)| runs.is_none()) {
                break;
            }
            let cells = cells.into_iter().zip(leaves);
            let cells = cells.filter_map(|((x, runs), leaf)| runs.map(|runs| Cell { x, leaf, runs })).collect();
            let (above, ornament) = if index == 0 { (self.frame.gap * 0.75, ornament) } else { (0.0, Ornament::None) };
            self.rows.push(Row { above, height: size * self.frame.leading, size, ornament, leads: false, cells });
        }
    }

    const fn leaf(&mut self) -> usize {
        self.leaves += 1;
        self.leaves - 1
    }

    /// Breaks a text into lines no wider than this, after spaces, and within a word only if it is wider by itself.
    fn broken(&self, text: &Text, width: f32) -> Vec<Vec<Run>> {
        let mut lines = Vec::new();
        let (mut from, mut at, mut used) = (0, 0, 0.0);
        for word in text.words.split_inclusive(' ') {
            let seen = self.width(text, at..at + word.trim_end_matches(' ').len());
            if used + seen > width && at > from {
                lines.push(from..at);
                (from, used) = (at, 0.0);
            }
            if seen > width {
                for (index, sign) in word.char_indices() {
                    let wide = self.width(text, at + index..at + index + sign.len_utf8());
                    if used + wide > width && at + index > from {
                        lines.push(from..at + index);
                        (from, used) = (at + index, 0.0);
                    }
                    used += wide;
                }
            } else {
                used += self.width(text, at..at + word.len());
            }
            at += word.len();
        }
        if from < at {
            lines.push(from..at);
        }
        let bidi = ParagraphBidiInfo::new(&text.words, Some(Level::ltr()));
        lines.into_iter().map(|line| self.runs(text, &bidi, line)).collect()
    }

    fn width(&self, text: &Text, range: Range<usize>) -> f32 {
        let wide = |(part, weight)| self.typeface.shape(text.slice(part), weight, Direction::LeftToRight).width;
        text.parts(range).into_iter().map(wide).sum::<f32>() * self.size(text)
    }

    /// The runs of a line from left to right (Unicode Standard Annex 9).
    fn runs(&self, text: &Text, bidi: &ParagraphBidiInfo<'_>, line: Range<usize>) -> Vec<Run> {
        let (levels, visual) = bidi.visual_runs(line);
        let mut runs = Vec::new();
        for run in visual {
            let rtl = levels.get(run.start).is_some_and(|level| level.is_rtl());
            let direction = if rtl { Direction::RightToLeft } else { Direction::LeftToRight };
            let mut parts = text.parts(run);
            if rtl {
                parts.reverse();
            }
            for (part, weight) in parts {
                let at = part.start;
                let text_of_run = text.slice(part);
                let shaped = self.typeface.shape(text_of_run, weight, direction);
                let (glyphs, width) = (shaped.glyphs, shaped.width * self.size(text));
                runs.push(Run { text: text_of_run.to_owned(), glyphs, width, size: self.size(text), weight, rtl, at });
            }
        }
        runs
    }
}

fn label(index: usize) -> String {
    format!("{}.", index + 1)
}

/// How far down a row reaches that is set at this height; the first of a sheet has no space above it.
fn reach(row: &Row, y: f32, frame: &Frame) -> f32 {
    let above = if y > frame.top || row.ornament == Ornament::Line { row.above } else { 0.0 };
    y + above + row.height
}

/// How many of these rows stand on the first sheet: as many as fit, one at least, and none of the last that leads.
fn fitting(rows: &[Row], frame: &Frame) -> usize {
    let (mut y, mut fit) = (frame.top, 0);
    for row in rows {
        if fit > 0 && y + row.above + row.height > frame.bottom() {
            break;
        }
        y = reach(row, y, frame);
        fit += 1;
    }
    let leading = rows.iter().take(fit).rev().take_while(|row| row.leads).count();
    if fit == rows.len() || leading == fit { fit } else { fit - leading }
}

/// How many sheets these rows need.
fn sheets(mut rows: &[Row], frame: &Frame) -> usize {
    let mut sheets = 0;
    while !rows.is_empty() {
        rows = rows.get(fitting(rows, frame)..).unwrap_or_default();
        sheets += 1;
    }
    sheets
}

/// What stands below a sheet, which no reader reads out on each of them.
fn draw_foot(surface: &mut Surface<'_>, (typeface, frame): (&Typeface, &Frame), lines: Vec<Vec<Run>>) {
    let mut y = frame.foot();
    for line in lines {
        let mut x = frame.left;
        for run in line {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
            surface.set_fill(fill(INK));
            let start = Point::from_xy(x, y + run.size * BASELINE);
            surface.draw_glyphs(start, &run.glyphs, typeface.in_pdf(run.weight), &run.text, run.size, false);
            surface.end_tagged();
            x += run.width;
        }
        y += frame.small * frame.leading;
    }
}

/// Draws rows on a page, and notes what belongs to which leaf.
fn draw_page(surface: &mut Surface<'_>, (typeface, frame): (&Typeface, &Frame), rows: Vec<Row>, leaves: &mut [Vec<Node>]) {
    let mut y = frame.top;
    for row in rows {
        if row.ornament == Ornament::Line {
            ornament(surface, RULE, (frame.left, y), (frame.width(), 1.0));
        }
        if y > frame.top || row.ornament == Ornament::Line {
            y += row.above;
        }
        if row.ornament == Ornament::Bar {
            ornament(surface, VIOLET, (frame.left, y), (4.0, row.height));
        }
        for cell in row.cells {
            let mut x = cell.x;
            let mut said = Vec::new();
            for run in cell.runs {
                let id = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
                surface.set_fill(fill(INK));
                let start = Point::from_xy(x, y + row.size * BASELINE);
                surface.draw_glyphs(start, &run.glyphs, typeface.in_pdf(run.weight), &run.text, run.size, false);
                surface.end_tagged();
                // Glyphs from right to left are in the file as they are seen; beside them is told what they say.
                let span = Tag::Span.with_actual_text(Some(run.text));
                said.push((run.at, if run.rtl { TagGroup::with_children(span, vec![id.into()]).into() } else { Node::from(id) }));
                x += run.width;
            }
            said.sort_by_key(|(at, _)| *at);
            if let Some(leaf) = leaves.get_mut(cell.leaf) {
                leaf.extend(said.into_iter().map(|(_, node)| node));
            }
        }
        y += row.height;
    }
}

fn fill((red, green, blue): (u8, u8, u8)) -> Option<Fill> {
    Some(Fill { paint: Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, rule: FillRule::default() })
}

/// A bar or a line, which no reader reads out.
fn ornament(surface: &mut Surface<'_>, colour: (u8, u8, u8), (x, y): (f32, f32), (width, height): (f32, f32)) {
    let Some(rect) = Rect::from_xywh(x, y, width, height) else { return };
    let mut path = PathBuilder::new();
    path.push_rect(rect);
    let Some(path) = path.finish() else { return };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    surface.set_fill(fill(colour));
    surface.draw_path(&path);
    surface.end_tagged();
}

/// What is what, in the order in which it is read: that of [`Layout::add`].
fn tree(blocks: &[Block], leaves: Vec<Vec<Node>>) -> TagTree {
    let mut leaves = leaves.into_iter();
    let mut leaf = |tag: TagKind| Node::from(TagGroup::with_children(tag, leaves.next().unwrap_or_default()));
    let mut tree = TagTree::new();
    for block in blocks {
        tree.push(match block {
            Block::Heading(text) => leaf(Tag::Hn(NonZeroU16::MIN, Some(text.words.clone())).into()),
            Block::Section(text) => leaf(Tag::Hn(NonZeroU16::MIN.saturating_add(1), Some(text.words.clone())).into()),
            Block::Sender(_) | Block::Paragraph(_) | Block::Note(_) => leaf(Tag::P.into()),
            Block::Steps(steps) => {
                let step = |_| {
                    let parts = vec![leaf(Tag::Lbl.into()), leaf(Tag::LBody.into())];
                    Node::from(TagGroup::with_children(Tag::LI, parts))
                };
                Node::from(TagGroup::with_children(Tag::L(ListNumbering::Decimal), steps.iter().map(step).collect()))
            }
            Block::Items(items) => {
                let item = |_| Node::from(TagGroup::with_children(Tag::LI, vec![leaf(Tag::LBody.into())]));
                Node::from(TagGroup::with_children(Tag::L(ListNumbering::None), items.iter().map(item).collect()))
            }
            Block::Facts(facts) => {
                let fact = |_| {
                    let cells = vec![leaf(Tag::TH(TableHeaderScope::Row).into()), leaf(Tag::TD.into())];
                    Node::from(TagGroup::with_children(Tag::TR, cells))
                };
                Node::from(TagGroup::with_children(Tag::Table, facts.iter().map(fact).collect()))
            }
        });
    }
    tree
}
