//! Rich Text Format (Microsoft, RTF Specification 1.9.1), as far as letters use it: paragraphs, tables, what is bold, and the signs.

use super::block::{Block, Builder};
use super::symbol::Typeface;
use encoding_rs::{Encoding, WINDOWS_1252};
use std::collections::HashMap;

/// The most bytes that are read.
const LONGEST: usize = 16 * 1024 * 1024;
/// How deep groups may stand in one another.
const DEEPEST: usize = 200;
/// The most typefaces.
const MOST_FACES: usize = 1000;

/// Groups that hold nothing of the text.
const NOT_TEXT: &[&str] = &[
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "objdata",
    "fldinst",
    "themedata",
    "datastore",
    "generator",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "xmlnstbl",
    "filetbl",
    "revtbl",
    "latentstyles",
    "colorschememapping",
    "bkmkstart",
    "bkmkend",
    "xe",
    "tc",
    "annotation",
    "atnid",
    "atnauthor",
    "atrfstart",
    "atrfend",
    "nonshppict",
    "shp",
    "shpinst",
    "template",
    "pgdsctbl",
    "mmathPr",
    "wgrffmtfilter",
];

/// What holds within a group.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Nothing of it is shown.
    skip: bool,
    /// It is the table of typefaces.
    fonts: bool,
    bold: bool,
    /// It is hidden, or was struck out by somebody who revised the letter.
    hidden: bool,
    /// Which typeface.
    font: i32,
    /// How many signs stand after a Unicode sign for readers that know none.
    fallback: usize,
}

/// What an RTF file shows.
pub(super) struct Letter {
    pub(super) blocks: Vec<Block>,
    pub(super) cut: bool,
    pub(super) pictures: bool,
}

/// Whether these bytes are RTF.
pub(super) fn is_rtf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"{\\rtf")
}

/// An RTF file as blocks, however it is spoilt.
pub(super) fn letter(bytes: &[u8]) -> Letter {
    let all = bytes.get(..bytes.len().min(LONGEST)).unwrap_or_default();
    let mut reader = Reader::new();
    let mut at = 0;
    while let Some(byte) = all.get(at) {
        if reader.builder.is_full() {
            break;
        }
        at = match byte {
            b'{' => {
                reader.open();
                at + 1
            }
            b'}' => {
                reader.close();
                at + 1
            }
            b'\\' => reader.control(all, at + 1),
            b'\r' | b'\n' => at + 1,
            _ => {
                reader.byte(*byte);
                at + 1
            }
        };
    }
    reader.finish(all.len() < bytes.len())
}

struct Reader {
    builder: Builder,
    state: State,
    outer: Vec<State>,
    /// Groups that are open beyond the deepest.
    deeper: usize,
    /// The next control word is that of a group which readers may pass over.
    optional: bool,
    /// Signs that are still to be passed over, because they stand for a Unicode sign.
    pass: usize,
    /// Bytes that are not yet letters.
    bytes: Vec<u8>,
    /// The first half of a sign that takes two.
    half: Option<u16>,
    encoding: &'static Encoding,
    default_font: i32,
    faces: HashMap<i32, Face>,
    font_name: String,
    in_table: bool,
    cell_open: bool,
    pictures: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Face {
    face: Typeface,
    encoding: Option<&'static Encoding>,
}

impl Reader {
    fn new() -> Self {
        Self {
            builder: Builder::default(),
            state: State { fallback: 1, ..State::default() },
            outer: Vec::new(),
            deeper: 0,
            optional: false,
            pass: 0,
            bytes: Vec::new(),
            half: None,
            encoding: WINDOWS_1252,
            default_font: 0,
            faces: HashMap::new(),
            font_name: String::new(),
            in_table: false,
            cell_open: false,
            pictures: false,
        }
    }

    fn open(&mut self) {
        self.letters();
        (self.optional, self.pass) = (false, 0);
        if self.outer.len() >= DEEPEST {
            self.deeper += 1;
        } else {
            self.outer.push(self.state);
        }
    }

    fn close(&mut self) {
        self.letters();
        (self.optional, self.pass) = (false, 0);
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if let Some(state) = self.outer.pop() {
            self.state = state;
            self.builder.set_strong(self.state.bold);
        }
    }

    /// Reads a control word or sign that begins after a backslash, and says where to go on.
    fn control(&mut self, all: &[u8], at: usize) -> usize {
        let Some(first) = all.get(at) else { return at };
        if !first.is_ascii_alphabetic() {
            return self.control_sign(all, at, *first);
        }
        let word_end = at + all.iter().skip(at).take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let mut end = word_end;
        if all.get(end) == Some(&b'-') {
            end += 1;
        }
        end += all.iter().skip(end).take(10).take_while(|byte| byte.is_ascii_digit()).count();
        let text =
            |from: usize, to: usize| all.get(from..to).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        let (word, number) = (text(at, word_end), text(word_end, end).parse::<i32>().ok());
        if all.get(end) == Some(&b' ') {
            end += 1;
        }
        // What follows is bytes of something else.
        if word == "bin" {
            let count = number.and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
            return end.saturating_add(count);
        }
        let optional = std::mem::take(&mut self.optional);
        self.word(word, number, optional);
        end
    }

    fn control_sign(&mut self, all: &[u8], at: usize, sign: u8) -> usize {
        match sign {
            b'\'' => {
                let digit = |at: usize| all.get(at).and_then(|byte| char::from(*byte).to_digit(16));
                if let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) {
                    self.byte(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                    return at + 3;
                }
            }
            b'*' => self.optional = true,
            b'~' => self.sign('\u{a0}'),
            b'_' => self.sign('\u{2011}'),
            b'\\' | b'{' | b'}' => self.byte(sign),
            b'\r' | b'\n' => self.paragraph(),
            _ => {}
        }
        at + 1
    }

    fn word(&mut self, word: &str, number: Option<i32>, optional: bool) {
        if word == "u" {
            return self.unicode(number.unwrap_or_default());
        }
        self.letters();
        // What may stand for a Unicode sign is a sign, not a word; this one ends that.
        self.pass = 0;
        let on = number != Some(0);
        match word {
            "fonttbl" => (self.state.fonts, self.state.skip) = (true, true),
            "pict" | "shppict" | "object" => {
                self.pictures = true;
                self.state.skip = true;
            }
            word if NOT_TEXT.contains(&word) => self.state.skip = true,
            _ if optional => (self.state.skip, self.state.fonts) = (true, false),
            "f" => self.state.font = number.unwrap_or_default(),
            "deff" => {
                self.default_font = number.unwrap_or_default();
                self.state.font = self.default_font;
            }
            "fcharset" if self.state.fonts => self.font_charset(number.unwrap_or_default()),
            "ansicpg" => self.encoding = code_page(number.unwrap_or_default()).unwrap_or(WINDOWS_1252),
            "mac" => self.encoding = encoding_rs::MACINTOSH,
            "uc" => self.state.fallback = number.and_then(|count| usize::try_from(count).ok()).unwrap_or(1).min(16),
            "b" => {
                self.state.bold = on;
                self.builder.set_strong(on);
            }
            "v" | "deleted" => self.state.hidden = on,
            "plain" => {
                (self.state.bold, self.state.hidden, self.state.font) = (false, false, self.default_font);
                self.builder.set_strong(false);
            }
            _ if self.state.skip => {}
            "par" | "sect" | "page" => self.paragraph(),
            "line" | "softline" => self.builder.line(),
            "tab" => self.builder.text(" "),
            "trowd" | "intbl" => self.in_table = true,
            "pard" => self.in_table = false,
            "cell" | "nestcell" => self.cell(),
            "row" | "nestrow" => self.row(),
            "emdash" => self.sign('\u{2014}'),
            "endash" => self.sign('\u{2013}'),
            "lquote" => self.sign('\u{2018}'),
            "rquote" => self.sign('\u{2019}'),
            "ldblquote" => self.sign('\u{201c}'),
            "rdblquote" => self.sign('\u{201d}'),
            "bullet" => self.sign('\u{2022}'),
            "emspace" | "enspace" | "qmspace" => self.sign(' '),
            _ => {}
        }
    }

    fn font_charset(&mut self, charset: i32) {
        if self.faces.len() < MOST_FACES || self.faces.contains_key(&self.state.font) {
            let face = self.faces.entry(self.state.font).or_default();
            face.encoding = charset_encoding(charset);
            if charset == 2 && face.face == Typeface::Letters {
                face.face = Typeface::Pictures;
            }
        }
    }

    /// The name of a typeface ends.
    fn font_named(&mut self) {
        let name = std::mem::take(&mut self.font_name);
        if self.faces.len() < MOST_FACES || self.faces.contains_key(&self.state.font) {
            let face = self.faces.entry(self.state.font).or_default();
            let named = Typeface::of(&name);
            if named != Typeface::Letters {
                face.face = named;
            }
        }
    }

    fn unicode(&mut self, number: i32) {
        self.letters();
        self.pass = self.state.fallback;
        // Signs above 32,767 are written as negative numbers.
        let unit = u16::try_from(if number < 0 { number + 65_536 } else { number }).unwrap_or(0xfffd);
        let sign = match (self.half.take(), unit) {
            (_, 0xd800..=0xdbff) => {
                self.half = Some(unit);
                return;
            }
            (Some(high), 0xdc00..=0xdfff) => char::decode_utf16([high, unit]).next().and_then(Result::ok),
            _ => char::from_u32(u32::from(unit)),
        };
        self.show(sign.unwrap_or('\u{fffd}'));
    }

    fn byte(&mut self, byte: u8) {
        self.optional = false;
        if self.pass > 0 {
            self.pass -= 1;
            return;
        }
        if self.state.fonts {
            match byte {
                b';' => self.font_named(),
                _ if self.font_name.len() < 64 => self.font_name.push(char::from(byte)),
                _ => {}
            }
            return;
        }
        if !self.state.skip && !self.state.hidden {
            self.bytes.push(byte);
            if self.bytes.len() >= 4096 {
                self.letters();
            }
        }
    }

    /// Makes letters of the bytes that came.
    fn letters(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let face = self.faces.get(&self.state.font).copied().unwrap_or_default();
        let encoding = if face.face == Typeface::Letters { face.encoding.unwrap_or(self.encoding) } else { WINDOWS_1252 };
        self.place();
        if face.face == Typeface::Letters {
            self.builder.text(&encoding.decode_without_bom_handling(&bytes).0);
        } else {
            // These typefaces know the number of a byte and no charset.
            let shown: String = bytes.iter().map(|byte| face.face.shows(char::from(*byte))).collect();
            self.builder.text(&shown);
        }
    }

    /// A sign that stands for itself.
    fn sign(&mut self, sign: char) {
        self.letters();
        if self.pass > 0 {
            self.pass -= 1;
        } else if !self.state.skip && !self.state.hidden {
            self.place();
            self.builder.text(sign.encode_utf8(&mut [0; 4]));
        }
    }

    /// A sign as its typeface shows it.
    fn show(&mut self, sign: char) {
        if self.state.fonts || self.state.skip || self.state.hidden {
            return;
        }
        let face = self.faces.get(&self.state.font).copied().unwrap_or_default().face;
        self.place();
        self.builder.text(face.shows(sign).encode_utf8(&mut [0; 4]));
    }

    /// Sees to it that what comes next stands in its cell, or after the table.
    fn place(&mut self) {
        if self.in_table {
            if !self.builder.is_in_table() {
                self.builder.open_table();
            }
            if !self.cell_open {
                self.builder.open_cell(false, 1);
                self.cell_open = true;
            }
        } else if self.builder.is_in_table() {
            self.builder.close_table();
            self.cell_open = false;
        }
    }

    fn paragraph(&mut self) {
        self.letters();
        if !self.state.skip && !self.state.hidden {
            self.builder.flush();
        }
    }

    fn cell(&mut self) {
        self.in_table = true;
        self.place();
        self.builder.close_cell();
        self.cell_open = false;
    }

    fn row(&mut self) {
        if self.builder.is_in_table() {
            self.builder.close_row();
        }
        self.cell_open = false;
    }

    fn finish(mut self, longer: bool) -> Letter {
        self.letters();
        let unended = !self.outer.is_empty() && self.state.skip;
        let (blocks, cut) = self.builder.finish();
        Letter { blocks, cut: cut || longer || unended, pictures: self.pictures }
    }
}

/// The encoding of a Windows code page.
fn code_page(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1252 => WINDOWS_1252,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        866 => encoding_rs::IBM866,
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        10_000 => encoding_rs::MACINTOSH,
        65_001 => encoding_rs::UTF_8,
        _ => return None,
    })
}

/// The encoding of a typeface's charset.
fn charset_encoding(charset: i32) -> Option<&'static Encoding> {
    code_page(match charset {
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(rtf: &str) -> String {
        let mut out = String::new();
        letter(rtf.as_bytes()).blocks.iter().for_each(|block| block.say(&mut out));
        out
    }

    #[test]
    fn paragraphs_signs_and_what_is_bold() {
        let text = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset2 Symbol;}}{\info{\author Dr X}}
\pard Dear Mrs Ellis\par\b Diagnosis:\b0  caf\'e9 \u8805?5 {\f1 m}g\line next\par {\*\generator Word;}{\pict 89504e47}end}";
        assert_eq!(said(text), "Dear Mrs Ellis\nDiagnosis: café ≥5 μg\nnext\nend\n");
        let read = letter(text.as_bytes());
        assert!(read.pictures && !read.cut);
        let Block::Paragraph(runs) = &read.blocks[1] else { panic!("{:?}", read.blocks) };
        assert!(runs[0].strong && !runs[1].strong);
    }

    #[test]
    fn a_table_is_a_table_and_what_was_struck_out_is_not_there() {
        let text = r"{\rtf1 Before\par\trowd\intbl Medicine\cell Change\cell\row\trowd\intbl Ramipril\cell Stopped\cell\row\pard After {\deleted warfarin}{\v hidden}\par}";
        assert_eq!(said(text), "Before\nMedicine | Change\nRamipril | Stopped\nAfter\n");
        assert!(letter(text.as_bytes()).blocks.iter().any(|block| matches!(block, Block::Table(_))));
    }

    #[test]
    fn other_alphabets_and_signs_of_two_halves() {
        assert_eq!(said(r"{\rtf1\ansicpg1251 \'cf\'f0\'e8}"), "При\n");
        assert_eq!(said(r"{\rtf1\uc1\u-10179?\u-8704?}"), "\u{1f600}\n");
        assert_eq!(said(r"{\rtf1\uc0\u181 g \uc2\u181 ??g}"), "µg µg\n");
        assert_eq!(said(r"{\rtf1{\fonttbl{\f0 Arial;}{\f3\fcharset161 Arial Greek;}}{\f3 \'e1}}"), "α\n");
    }

    #[test]
    fn hostile_letters_end_soon() {
        for part in [
            "{",
            "}",
            r"\par ",
            r"{\b x",
            r"\cell",
            r"\trowd\intbl x\cell\row",
            r"\u99999?",
            r"\'",
            r"\bin9999999 ",
            "{\\*\\x ",
            r"\uc99999\u5 ",
        ] {
            let read = letter(format!("{{\\rtf1 {}", part.repeat(100_000)).as_bytes());
            assert!(read.blocks.len() <= 20_001, "{part}");
        }
        let link = said(r#"{\rtf1 {\field{\*\fldinst HYPERLINK "javascript:alert(1)"}{\fldrslt press}}}"#);
        assert_eq!(link, "press\n");
    }

    proptest! {
        #[test]
        fn whatever_it_holds_it_is_read(rtf in r"(\{|\}|\\(par|b|f|u|uc|cell|row|trowd|intbl|fonttbl|v|bin)-?[0-9]{0,6} ?|\\'[0-9a-f]{0,2}|[a-z ;]{0,4}){0,80}") {
            let _ = letter(format!("{{\\rtf1 {rtf}").as_bytes());
        }

        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = letter(&bytes);
        }
    }
}
