//! The typeface: text as glyphs, and what of a text has any.

use super::PdfError;
use harfrust::{Direction, FontRef, ShapeOptions, ShaperData, UnicodeBuffer};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use std::collections::BTreeSet;

/// How heavy a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// As most of it.
    Regular,
    /// What must be found at once.
    Bold,
}

/// The weights of the typeface (DejaVu Sans: Latin with its marks, Greek, Cyrillic, Arabic, Hebrew and more).
pub struct Typeface {
    regular: Face,
    bold: Face,
}

/// One weight.
struct Face {
    font: FontRef<'static>,
    shaping: ShaperData,
    in_pdf: Font,
}

/// Text as glyphs from left to right, in parts of the type size.
pub struct Shaped {
    /// The glyphs, each with its place in the text.
    pub glyphs: Vec<KrillaGlyph>,
    /// How wide they are.
    pub width: f32,
}

/// A text as far as there are glyphs for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printable {
    /// On one line.
    pub text: String,
    /// Whether that is all of it.
    pub whole: bool,
}

impl Typeface {
    /// The typeface that the program carries.
    ///
    /// # Errors
    /// [`PdfError::Typeface`] when it cannot be read.
    pub fn load() -> Result<Self, PdfError> {
        Ok(Self { regular: Face::read(dejavu::sans::regular())?, bold: Face::read(dejavu::sans::bold())? })
    }

    const fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// This weight as the file embeds it.
    pub fn in_pdf(&self, weight: Weight) -> Font {
        self.face(weight).in_pdf.clone()
    }

    /// A text of one direction as glyphs.
    pub fn shape(&self, text: &str, weight: Weight, direction: Direction) -> Shaped {
        let face = self.face(weight);
        let units = face.in_pdf.units_per_em();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(direction);
        let shaped = face.shaping.shaper(&face.font).build().shape(buffer, ShapeOptions::new());
        let start = |cluster: u32| usize::try_from(cluster).unwrap_or(text.len());
        let starts: BTreeSet<usize> = shaped.glyph_infos().iter().map(|glyph| start(glyph.cluster)).collect();
        let part = |length: i32| f32::from(i16::try_from(length).unwrap_or_default()) / units;
        let placed = shaped.glyph_infos().iter().zip(shaped.glyph_positions()).map(|(glyph, at)| {
            let from = start(glyph.cluster);
            let to = starts.range(from + 1..).next().copied().unwrap_or(text.len());
            let (x, y) = (part(at.x_offset), part(at.y_offset));
            KrillaGlyph::new(GlyphId::new(glyph.glyph_id), part(at.x_advance), x, y, part(at.y_advance), from..to, None)
        });
        let glyphs: Vec<KrillaGlyph> = placed.collect();
        Shaped { width: glyphs.iter().map(|glyph| glyph.x_advance).sum(), glyphs }
    }

    fn has(&self, text: &str, weight: Weight) -> bool {
        self.shape(text, weight, Direction::LeftToRight).glyphs.iter().all(|glyph| glyph.glyph_id != GlyphId::new(0))
    }

    /// What of a text from a record can be printed. A word with a letter for which there is no glyph is left out whole,
    /// because half a name is another name; a sign that is no letter is left out by itself.
    pub fn printable(&self, text: &str, weight: Weight) -> Printable {
        let mut whole = true;
        let mut words = Vec::new();
        for word in text.split(|sign: char| sign.is_whitespace() || sign.is_control()) {
            let word: String = word.chars().filter(|sign| !is_unseen(*sign)).collect();
            if self.has(&word, weight) {
                words.push(word);
                continue;
            }
            whole = false;
            let rest: String =
                word.chars().filter(|sign| sign.is_alphanumeric() || self.has(&sign.to_string(), weight)).collect();
            if self.has(&rest, weight) {
                words.push(rest);
            }
        }
        words.retain(|word| word.chars().any(|sign| sign != '\u{200c}' && sign != '\u{200d}'));
        Printable { text: words.join(" "), whole }
    }
}

impl Face {
    fn read(bytes: &'static [u8]) -> Result<Self, PdfError> {
        let font = FontRef::new(bytes).map_err(|_| PdfError::Typeface)?;
        let in_pdf = Font::new(bytes.into(), 0).ok_or(PdfError::Typeface)?;
        Ok(Self { shaping: ShaperData::new(&font), font, in_pdf })
    }
}

/// Signs that are not seen but steer other programs: directions, selectors, marks of byte order; and the private ones,
/// which mean something else to everybody. The joiners of Persian and Hindi (U+200C, U+200D) shape words and stay.
const fn is_unseen(sign: char) -> bool {
    matches!(
        sign,
        '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{e0000}'..='\u{10ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printable(text: &str) -> (String, bool) {
        let Printable { text, whole } = Typeface::load().unwrap().printable(text, Weight::Regular);
        (text, whole)
    }

    #[test]
    fn names_of_many_scripts_can_be_printed() {
        for name in [
            "Siân Ó Dálaigh-Wójcik",
            "Nguyễn Thị Ánh",
            "Zoe\u{308} Ma\u{301}rta",
            "Ελένη Παπαδοπούλου",
            "Надежда Їжакевич",
            "فاطمة الزهراء",
            "علی\u{200c}رضا",
            "יהודית כהן",
            "Անահիտ",
            "ნინო",
        ] {
            assert_eq!(printable(name), (name.to_owned(), true));
        }
    }

    #[test]
    fn a_word_without_all_its_letters_is_left_out_whole_and_a_sign_by_itself() {
        assert_eq!(printable("李小龙 Lee"), ("Lee".to_owned(), false));
        assert_eq!(printable("李小龙"), (String::new(), false));
        assert_eq!(printable("Bea李 Holt"), ("Holt".to_owned(), false));
        assert_eq!(printable("Bea🦊 Holt 🦊"), ("Bea Holt".to_owned(), false));
        assert_eq!(printable(""), (String::new(), true));
    }

    #[test]
    fn what_is_not_seen_is_not_missed() {
        assert_eq!(printable(" Bea\u{200f}\u{fe0f}\n\0 Ho\u{ad}lt\u{202e} "), ("Bea Holt".to_owned(), true));
    }
}
