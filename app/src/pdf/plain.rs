//! A short letter in plain words.

use super::PdfError;
use super::face::{Typeface, Weight};
use super::sheet::{self, Block, Text};

/// Who it is from, what it is about, and its paragraphs, as a tagged PDF (PDF/UA-1). What has nothing that can be printed is left out.
///
/// # Errors
/// [`PdfError`]; none that lies in what it says.
pub fn plain_letter(from: &str, title: &str, paragraphs: &[&str]) -> Result<Vec<u8>, PdfError> {
    let typeface = Typeface::load()?;
    let printed = |text: &str, weight: Weight| typeface.printable(text, weight).text;
    let sender = Some(printed(from, Weight::Bold)).filter(|text| !text.is_empty());
    let mut blocks: Vec<Block> = sender.iter().map(|text| Block::Sender(Text::bold(text))).collect();
    blocks.push(Block::Heading(Text::bold(&printed(title, Weight::Bold)).sized(21.0)));
    let paragraphs = paragraphs.iter().map(|text| printed(text, Weight::Regular)).filter(|text| !text.is_empty());
    blocks.extend(paragraphs.map(|text| Block::Paragraph(Text::plain(text))));
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

    #[test]
    fn what_cannot_be_printed_leaves_a_letter_all_the_same() {
        let pdf = plain_letter("\u{1f33f}", "A mistake", &["\u{1f33f}", "What is wrong: the year"]).unwrap();
        let (text, _) = fhir::document::text_of(domain::document::DocumentKind::Pdf, &pdf, None, &mut || true);
        assert!(text.unwrap().contains("What is wrong: the year"));
    }
}
