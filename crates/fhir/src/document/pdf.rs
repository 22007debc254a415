//! The words of a PDF (ISO 32000-1), for those who cannot see its pages and for finding it again. The pages themselves are shown by
//! the browser.
//!
//! A PDF says where glyphs stand and not what a line is. What stands on one height is taken for a line, and a gap of a fifth of the
//! size of the letters for a space. How wide glyphs are is read from the fonts, so that "50 mg" and "2 tablets" beside it do not run
//! into one another.

use super::symbol::Typeface;
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Encoding, LoadOptions, Object, Stream};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The most bytes of a file of which the words are read.
const LONGEST: usize = 20 * 1024 * 1024;
/// The most pages.
const MOST_PAGES: usize = 100;
/// The most bytes that one stream may unpack to while the file is opened, and the content of a page.
const MOST_STREAM: usize = 32 * 1024 * 1024;
const MOST_CONTENT: usize = 8 * 1024 * 1024;
const MOST_MAP: usize = 2 * 1024 * 1024;
/// The most operations of a page, and the most typefaces.
const MOST_STEPS: usize = 400_000;
const MOST_FONTS: usize = 100;
/// How deep forms may stand in one another.
const DEEPEST: usize = 4;
/// The most characters.
const MOST_CHARS: usize = 500_000;
/// How many letters a page must have at least for the file to count as one with words: stamps and numbers of pages are fewer.
const FEWEST_LETTERS: usize = 20;
/// A gap of this part of the size of the letters is a space; a step down of this part of it begins a line, and of this a paragraph.
const SPACE: f32 = 0.2;
const LINE: f32 = 0.4;
const PARAGRAPH: f32 = 1.9;

/// The words of a PDF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// Lines; a blank one between paragraphs and pages.
    pub(super) text: String,
    /// Something was left out: pages beyond those that are read, or what could not be told.
    pub(super) cut: bool,
}

/// What a PDF has of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Words(Words),
    /// Its pages are pictures.
    None,
    /// It cannot be read: locked, damaged, too large, or it takes too long.
    Unread,
}

/// Whether these bytes are a PDF: readers find its mark within the first kilobyte (ISO 32000-1, annex H).
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    let head = bytes.get(..1024.min(bytes.len())).unwrap_or_default();
    head.windows(5).any(|part| part == b"%PDF-")
}

/// The words of a PDF, as long as `go_on` says so; it is asked again and again.
pub(super) fn words(bytes: &[u8], go_on: &mut dyn FnMut() -> bool) -> Found {
    if bytes.len() > LONGEST {
        return Found::Unread;
    }
    // The library is made for files that follow the standard; one that makes it stumble must not stop what comes with it.
    catch_unwind(AssertUnwindSafe(|| read(bytes, go_on))).unwrap_or(Found::Unread)
}

fn read(bytes: &[u8], go_on: &mut dyn FnMut() -> bool) -> Found {
    let options = LoadOptions { max_decompressed_size: Some(MOST_STREAM), ..LoadOptions::default() };
    let Ok(document) = Document::load_mem_with_options(bytes, options) else { return Found::Unread };
    if document.is_encrypted() {
        return Found::Unread;
    }
    let mut writer = Writer { out: String::new(), last: None, cut: false, unknown: 0 };
    for (pages, page) in document.page_iter().enumerate() {
        if pages == MOST_PAGES || writer.out.len() > MOST_CHARS {
            writer.cut = true;
            break;
        }
        if !go_on() {
            return Found::Unread;
        }
        writer.new_page();
        let fonts = document.get_page_fonts(page).unwrap_or_default();
        let forms = forms_of_page(&document, page);
        let Ok(content) = document.get_page_content_with_limit(page, MOST_CONTENT) else {
            writer.cut = true;
            continue;
        };
        let mut steps = 0;
        let view = View { document: &document, fonts: Fonts::of(&document, &fonts), forms, depth: 0 };
        if !view.run(&content, IDENTITY, &mut writer, &mut steps, go_on) {
            return Found::Unread;
        }
    }
    let letters = writer.out.chars().filter(|sign| sign.is_alphanumeric()).count();
    // Where every fourth sign cannot be told, the others are not to be relied on.
    if letters < FEWEST_LETTERS || writer.unknown.saturating_mul(4) > letters {
        return if writer.unknown > FEWEST_LETTERS { Found::Unread } else { Found::None };
    }
    Found::Words(Words { text: writer.out.trim().to_owned(), cut: writer.cut || writer.unknown > 0 })
}

/// Six numbers of a transformation (ISO 32000-1, 8.3.3).
type Matrix = [f32; 6];
const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// What `a` does, then `b`.
fn then(a: Matrix, b: Matrix) -> Matrix {
    let [a0, a1, a2, a3, a4, a5] = a;
    let [b0, b1, b2, b3, b4, b5] = b;
    [a0 * b0 + a1 * b2, a0 * b1 + a1 * b3, a2 * b0 + a3 * b2, a2 * b1 + a3 * b3, a4 * b0 + a5 * b2 + b4, a4 * b1 + a5 * b3 + b5]
}

fn moved(x: f32, y: f32) -> Matrix {
    [1.0, 0.0, 0.0, 1.0, x, y]
}

/// How wide the glyphs of a font are, in thousandths of its size.
enum Widths {
    Simple { first: usize, widths: Vec<f32>, missing: f32 },
    Composite { widths: BTreeMap<usize, f32>, missing: f32 },
}

struct Font<'a> {
    encoding: Option<Encoding<'a>>,
    face: Typeface,
    widths: Widths,
    double: bool,
}

struct Fonts<'a>(BTreeMap<Vec<u8>, Font<'a>>);

impl<'a> Fonts<'a> {
    fn of(document: &'a Document, fonts: &BTreeMap<Vec<u8>, &'a Dictionary>) -> Self {
        Self(fonts.iter().take(MOST_FONTS).map(|(name, font)| (name.clone(), Font::of(document, font))).collect())
    }
}

fn number(object: &Object) -> Option<f32> {
    object.as_float().ok().filter(|number| number.is_finite())
}

fn whole(object: &Object) -> Option<usize> {
    usize::try_from(object.as_i64().ok()?).ok()
}

impl<'a> Font<'a> {
    fn of(document: &'a Document, font: &'a Dictionary) -> Self {
        let name = |key: &[u8]| font.get_deref(key, document).and_then(Object::as_name).unwrap_or_default();
        let double = name(b"Subtype") == b"Type0";
        let maps = font.get_deref(b"ToUnicode", document).and_then(Object::as_stream).is_ok();
        let encoding = font.get_font_encoding_with_limit(document, MOST_MAP).ok();
        // The numbers of glyphs are no letters.
        let encoding = encoding.filter(|encoding| !double || !matches!(encoding, Encoding::OneByteEncoding(_)));
        let face = if maps { Typeface::Letters } else { Typeface::of(&String::from_utf8_lossy(name(b"BaseFont"))) };
        let widths = if double { composite_widths(document, font) } else { simple_widths(document, font) };
        Self { encoding, face, widths, double }
    }

    /// The codes of a string, one by one.
    fn codes<'s>(&self, bytes: &'s [u8]) -> impl Iterator<Item = usize> + use<'s> {
        bytes.chunks(if self.double { 2 } else { 1 }).map(|code| code.iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte)))
    }

    fn width(&self, code: usize) -> f32 {
        let known = match &self.widths {
            Widths::Simple { first, widths, missing } => code.checked_sub(*first).and_then(|at| widths.get(at)).or(Some(missing)),
            Widths::Composite { widths, missing } => widths.get(&code).or(Some(missing)),
        };
        known.copied().unwrap_or(500.0)
    }

    fn letters(&self, bytes: &[u8]) -> String {
        if self.face != Typeface::Letters {
            return bytes.iter().map(|byte| self.face.shows(char::from(*byte))).collect();
        }
        let text = self.encoding.as_ref().and_then(|encoding| Document::decode_text(encoding, bytes).ok());
        text.unwrap_or_else(|| "\u{fffd}".repeat(self.codes(bytes).count()))
    }
}

fn simple_widths(document: &Document, font: &Dictionary) -> Widths {
    let get = |key: &[u8]| font.get_deref(key, document).ok();
    let listed = get(b"Widths").and_then(|list| list.as_array().ok());
    let widths = listed.map(|list| list.iter().take(256).map(|one| number(one).unwrap_or(500.0)).collect()).unwrap_or_default();
    Widths::Simple { first: get(b"FirstChar").and_then(whole).unwrap_or_default(), widths, missing: 500.0 }
}

/// The widths of a font whose glyphs have numbers (ISO 32000-1, 9.7.4.3).
fn composite_widths(document: &Document, font: &Dictionary) -> Widths {
    let mut widths = BTreeMap::new();
    let descendant = font
        .get_deref(b"DescendantFonts", document)
        .and_then(Object::as_array)
        .ok()
        .and_then(|all| all.first())
        .and_then(|one| document.dereference(one).ok())
        .and_then(|(_, one)| one.as_dict().ok());
    let get = |key: &[u8]| descendant.and_then(|one| one.get_deref(key, document).ok());
    let list = get(b"W").and_then(|list| list.as_array().ok()).map(Vec::as_slice).unwrap_or_default();
    let mut rest = list.iter();
    while let (Some(first), Some(second)) = (rest.next().and_then(whole), rest.next()) {
        if widths.len() > 65_536 {
            break;
        }
        let Ok((_, second)) = document.dereference(second) else { break };
        if let Ok(each) = second.as_array() {
            widths.extend(each.iter().take(65_536).enumerate().filter_map(|(at, width)| Some((first + at, number(width)?))));
        } else if let (Some(last), Some(width)) = (whole(second), rest.next().and_then(number)) {
            widths.extend((first..=last.min(first.saturating_add(65_535))).map(|code| (code, width)));
        }
    }
    Widths::Composite { widths, missing: get(b"DW").and_then(number).unwrap_or(1000.0) }
}

/// The forms that a page draws: pieces of content with a name.
type Forms<'a> = BTreeMap<Vec<u8>, &'a Stream>;

fn forms_of_page(document: &Document, page: lopdf::ObjectId) -> Forms<'_> {
    let mut forms = BTreeMap::new();
    if let Ok((own, inherited)) = document.get_page_resources(page) {
        let inherited = inherited.into_iter().filter_map(|id| document.get_dictionary(id).ok());
        for resources in own.into_iter().chain(inherited) {
            forms_of(document, resources, &mut forms);
        }
    }
    forms
}

fn forms_of<'a>(document: &'a Document, resources: &'a Dictionary, forms: &mut Forms<'a>) {
    let Ok(all) = resources.get_deref(b"XObject", document).and_then(Object::as_dict) else { return };
    for (name, object) in all.iter().take(200) {
        if let Ok(stream) = document.dereference(object).and_then(|(_, object)| object.as_stream())
            && stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Form")
        {
            forms.entry(name.clone()).or_insert(stream);
        }
    }
}

/// A page, or a form on it, that is being read.
struct View<'a> {
    document: &'a Document,
    fonts: Fonts<'a>,
    forms: Forms<'a>,
    depth: usize,
}

/// Where and how text is shown (ISO 32000-1, 9.3 and 9.4).
#[derive(Clone)]
struct Shows {
    space: Matrix,
    font: Vec<u8>,
    size: f32,
    between: f32,
    word: f32,
    across: f32,
    leading: f32,
}

impl View<'_> {
    /// Follows a content stream; `false` where it takes too long.
    fn run(
        &self,
        content: &[u8],
        space: Matrix,
        writer: &mut Writer,
        steps: &mut usize,
        go_on: &mut dyn FnMut() -> bool,
    ) -> bool {
        let mut shows = Shows { space, font: Vec::new(), size: 1.0, between: 0.0, word: 0.0, across: 1.0, leading: 0.0 };
        let (mut kept, mut text, mut line) = (Vec::new(), IDENTITY, IDENTITY);
        for operation in Content::decode_iter(content) {
            let Ok(operation) = operation else {
                writer.cut = true;
                break;
            };
            *steps += 1;
            if *steps > MOST_STEPS || writer.out.len() > MOST_CHARS {
                writer.cut = true;
                break;
            }
            if steps.is_multiple_of(5000) && !go_on() {
                return false;
            }
            let at = |place: usize| operation.operands.get(place).and_then(number);
            match operation.operator.as_str() {
                "q" if kept.len() < 64 => kept.push(shows.clone()),
                "Q" => shows = kept.pop().unwrap_or(shows),
                "cm" => shows.space = then(matrix(&operation), shows.space),
                "BT" => (text, line) = (IDENTITY, IDENTITY),
                "Tf" => {
                    shows.font = operation.operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default().to_vec();
                    shows.size = at(1).unwrap_or(1.0);
                }
                "Tc" => shows.between = at(0).unwrap_or_default(),
                "Tw" => shows.word = at(0).unwrap_or_default(),
                "Tz" => shows.across = at(0).unwrap_or(100.0) / 100.0,
                "TL" => shows.leading = at(0).unwrap_or_default(),
                "Tm" => (text, line) = (matrix(&operation), matrix(&operation)),
                "Td" | "TD" => {
                    let (x, y) = (at(0).unwrap_or_default(), at(1).unwrap_or_default());
                    if operation.operator == "TD" {
                        shows.leading = -y;
                    }
                    line = then(moved(x, y), line);
                    text = line;
                }
                "T*" => {
                    line = then(moved(0.0, -shows.leading), line);
                    text = line;
                }
                "Tj" => self.show(operation.operands.first(), &shows, &mut text, writer),
                "'" | "\"" => {
                    line = then(moved(0.0, -shows.leading), line);
                    text = line;
                    self.show(operation.operands.last(), &shows, &mut text, writer);
                }
                "TJ" => {
                    for part in operation.operands.first().and_then(|parts| parts.as_array().ok()).into_iter().flatten() {
                        match number(part) {
                            Some(back) => text = then(moved(-back / 1000.0 * shows.size * shows.across, 0.0), text),
                            None => self.show(Some(part), &shows, &mut text, writer),
                        }
                    }
                }
                "Do" => {
                    let name = operation.operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default();
                    if !self.form(name, shows.space, writer, steps, go_on) {
                        return false;
                    }
                }
                _ => {}
            }
        }
        true
    }

    fn form(&self, name: &[u8], space: Matrix, writer: &mut Writer, steps: &mut usize, go_on: &mut dyn FnMut() -> bool) -> bool {
        let Some(stream) = self.forms.get(name) else { return true };
        let Ok(content) = stream.decompressed_content_with_limit(MOST_CONTENT) else { return true };
        if self.depth >= DEEPEST {
            writer.cut = true;
            return true;
        }
        // Each costs what it unpacks, so that one that is drawn again and again comes to an end.
        *steps += 50 + content.len() / 64;
        let own = stream.dict.get(b"Matrix").ok().and_then(|list| numbers(list.as_array().ok()?)).unwrap_or(IDENTITY);
        let mut forms = BTreeMap::new();
        let mut fonts = BTreeMap::new();
        if let Ok(resources) = stream.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict) {
            forms_of(self.document, resources, &mut forms);
            if let Ok(all) = resources.get_deref(b"Font", self.document).and_then(Object::as_dict) {
                for (name, font) in all.iter().take(MOST_FONTS) {
                    if let Ok(font) = self.document.dereference(font).and_then(|(_, font)| font.as_dict()) {
                        fonts.insert(name.clone(), font);
                    }
                }
            }
        }
        let view = View { document: self.document, fonts: Fonts::of(self.document, &fonts), forms, depth: self.depth + 1 };
        view.run(&content, then(own, space), writer, steps, go_on)
    }

    fn show(&self, part: Option<&Object>, shows: &Shows, text: &mut Matrix, writer: &mut Writer) {
        let Some(bytes) = part.and_then(|part| part.as_str().ok()).filter(|bytes| !bytes.is_empty()) else { return };
        let Some(font) = self.fonts.0.get(&shows.font) else {
            writer.unknown += bytes.len();
            return;
        };
        let mut advance = 0.0;
        for code in font.codes(bytes) {
            let word = if code == 32 && !font.double { shows.word } else { 0.0 };
            advance += (font.width(code) / 1000.0 * shows.size + shows.between + word) * shows.across;
        }
        let begins = then(*text, shows.space);
        *text = then(moved(advance, 0.0), *text);
        let ends = then(*text, shows.space);
        writer.write(&font.letters(bytes), begins, ends, shows.size);
    }
}

fn numbers(list: &[Object]) -> Option<Matrix> {
    let mut all = list.iter().filter_map(number);
    Some([all.next()?, all.next()?, all.next()?, all.next()?, all.next()?, all.next()?])
}

fn matrix(operation: &Operation) -> Matrix {
    numbers(&operation.operands).unwrap_or(IDENTITY)
}

/// The lines as they come about.
struct Writer {
    out: String,
    /// Where the last words ended.
    last: Option<(f32, f32)>,
    cut: bool,
    /// Signs that could not be told.
    unknown: usize,
}

impl Writer {
    fn new_page(&mut self) {
        self.last = None;
        if !self.out.is_empty() {
            self.out.push_str("\n\n");
        }
    }

    fn write(&mut self, letters: &str, begins: Matrix, ends: Matrix, size: f32) {
        let [a, b, _, _, x, y] = begins;
        let stretch = a.hypot(b);
        let size = (size * stretch).abs();
        if !stretch.is_normal() || !size.is_normal() {
            return;
        }
        if let Some((last_x, last_y)) = self.last {
            // Along the line of writing, and away from it.
            let (dx, dy) = (x - last_x, y - last_y);
            let (along, away) = ((dx * a + dy * b) / stretch, ((dy * a - dx * b) / stretch).abs());
            if away > PARAGRAPH * size {
                self.out.push_str("\n\n");
            } else if away > LINE * size {
                self.out.push('\n');
            } else if (along > SPACE * size || along < -size) && !self.out.ends_with([' ', '\n']) {
                self.out.push(' ');
            }
        }
        for sign in letters.chars() {
            match sign {
                '\u{fffd}' | '\u{e000}'..='\u{f8ff}' => {
                    self.unknown += 1;
                    self.out.push('\u{fffd}');
                }
                '\n' | '\r' | '\t' | '\u{a0}' => self.out.push(' '),
                sign if sign.is_control() => {}
                sign => self.out.push(sign),
            }
        }
        self.last = Some((ends[4], ends[5]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;
    use proptest::prelude::*;

    /// A PDF of one page with this content, packed, in Helvetica.
    fn pdf(content: &str) -> Vec<u8> {
        let mut document = Document::with_version("1.5");
        let font = document.add_object(
            dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding" },
        );
        let symbol = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Symbol" });
        let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font, "F2" => symbol } });
        let mut stream = Stream::new(dictionary! {}, content.as_bytes().to_vec());
        stream.compress().unwrap();
        let content = document.add_object(stream);
        let pages = document.new_object_id();
        let page = document
            .add_object(dictionary! { "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources });
        document.objects.insert(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    fn found(bytes: &[u8]) -> Found {
        words(bytes, &mut || true)
    }

    #[test]
    fn lines_columns_and_paragraphs_do_not_run_into_one_another() {
        let bytes = pdf("BT /F1 12 Tf 72 700 Td (Dear Mrs Ellis) Tj 0 -40 Td (Take ramipril 5 mg) Tj 200 0 Td (2 tablets) Tj \
                         -200 -14 Td [(each mor) 20 (ning)] TJ ET BT /F1 12 Tf 72 630 Td (Dose: 50 ) Tj /F2 12 Tf (m) Tj /F1 12 Tf (g) Tj ET");
        let Found::Words(words) = found(&bytes) else { panic!("no words") };
        assert_eq!(words.text, "Dear Mrs Ellis\n\nTake ramipril 5 mg 2 tablets\neach morning\nDose: 50 \u{3bc}g");
        assert!(!words.cut);
    }

    #[test]
    fn a_scanned_page_has_no_words() {
        assert_eq!(found(&pdf("q 595 0 0 842 0 0 cm /Im0 Do Q BT /F1 8 Tf 500 20 Td (Page 1) Tj ET")), Found::None);
    }

    #[test]
    fn what_is_no_pdf_or_takes_too_long_is_not_read() {
        assert_eq!(found(b"%PDF-1.7 but no more"), Found::Unread);
        let long = pdf(&"BT /F1 12 Tf (x) Tj ET ".repeat(20_000));
        let mut turns = 3;
        let stopped = words(&long, &mut || {
            turns -= 1;
            turns > 0
        });
        assert_eq!(stopped, Found::Unread);
        // A page that unpacks to more than is read is left out.
        let bomb = pdf(&" ".repeat(MOST_CONTENT + 10));
        assert!(bomb.len() < 100_000);
        assert_eq!(found(&bomb), Found::None);
        assert!(is_pdf(b"\r\n%PDF-1.4") && !is_pdf(b"PDF"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_spoilt_pdf_is_read_or_not(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30)) {
            let mut bytes = pdf("BT /F1 12 Tf 72 700 Td (Dear Mrs Ellis, this is your letter) Tj ET");
            for (place, byte) in places {
                let at = place.index(bytes.len());
                bytes[at] = byte;
            }
            let _ = found(&bytes);
        }

        #[test]
        fn any_content_is_followed(content in r"((BT|ET|q|Q|Tj|TJ|Td|Tm|cm|Do|\(a\)|\[|\]|/F1|-?[0-9]{1,4}(\.[0-9])?|T\*|Tf|') ){0,60}") {
            let _ = found(&pdf(&content));
        }
    }
}
