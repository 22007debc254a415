//! The letter with which somebody opens their record.

use super::PdfError;
use super::face::{Typeface, Weight};
use super::sheet::{self, Block, Text};
use crate::letter as words;
use domain::when::instant_in_words;
use service::Letter;

/// What is said when the typeface has no glyphs for a part of a name.
const LEFT_OUT: &str = "Some letters of a name cannot be printed here. Your record has the whole name.";

/// The letter as a tagged PDF (PDF/UA-1), on one page unless names are very long.
///
/// # Errors
/// [`PdfError`]; none that lies in what a record holds.
pub fn letter(letter: &Letter) -> Result<Vec<u8>, PdfError> {
    let typeface = Typeface::load()?;
    let sender = typeface.printable(&letter.organisation, Weight::Bold);
    let name = typeface.printable(&letter.name, Weight::Regular);
    let greeting = if name.text.is_empty() { "Hello,".to_owned() } else { format!("Dear {},", name.text) };
    let [go_to, set_up] = words::GO_TO;
    let fact = |name: &str, value: Text| (Text::plain(name), value);
    let mut blocks = Vec::new();
    if !sender.text.is_empty() {
        blocks.push(Block::Sender(Text::bold(&sender.text)));
    }
    blocks.push(Block::Heading(Text::bold(words::TITLE).sized(21.0)));
    blocks.push(Block::Paragraph(Text::plain(greeting)));
    blocks.push(Block::Paragraph(Text::plain(words::CHECKED)));
    blocks
        .push(Block::Steps(vec![Text::plain(go_to).and_bold(&words::register(letter)).and(set_up), Text::plain(words::TYPE_IN)]));
    blocks.push(Block::Facts(vec![
        fact(words::NUMBER, Text::bold(&words::number(letter))),
        fact(words::CODE, Text::bold(&letter.code).sized(21.0)),
        fact(words::UNTIL, Text::bold(&instant_in_words(letter.expires_at))),
    ]));
    blocks.push(Block::Note(Text::plain(words::SECRET)));
    blocks.push(Block::Paragraph(Text::plain(words::HELP)));
    if !(sender.whole && name.whole) {
        blocks.push(Block::Paragraph(Text::plain(LEFT_OUT)));
    }
    sheet::set(&typeface, words::TITLE, None, &blocks)
}

#[cfg(test)]
mod tests;
