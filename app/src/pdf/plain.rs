//! A short letter in plain words.

use super::PdfError;
use super::face::{Typeface, Weight};
use super::sheet::{self, Block, Text};

/// Who it is from, what it is about, and its paragraphs, as a tagged PDF (PDF/UA-1).
///
/// # Errors
/// [`PdfError`]; none that lies in what it says.
pub fn plain_letter(from: &str, title: &str, paragraphs: &[&str]) -> Result<Vec<u8>, PdfError> {
    let typeface = Typeface::load()?;
    let printed = |text: &str, weight: Weight| typeface.printable(text, weight).text;
    let mut blocks = vec![
        Block::Sender(Text::bold(&printed(from, Weight::Bold))),
        Block::Heading(Text::bold(&printed(title, Weight::Bold)).sized(21.0)),
    ];
    blocks.extend(paragraphs.iter().map(|text| Block::Paragraph(Text::plain(printed(text, Weight::Regular)))));
    sheet::set(&typeface, &printed(title, Weight::Regular), None, &blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_words_can_be_read_out_of_it_again() {
        let pdf = plain_letter("Northwold Hospital", "Your eyes", &["Dear Mrs Ellis", "We took photos of both eyes."]).unwrap();
        let (text, words) = fhir::document::text_of(domain::document::DocumentKind::Pdf, &pdf, None, &mut || true);
        assert_eq!(words, domain::document::DocumentWords::Read);
        let text = text.unwrap();
        for line in ["Northwold Hospital", "Your eyes", "Dear Mrs Ellis", "We took photos of both eyes."] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
