//! A record on a few sheets, to hand to whoever treats somebody in a hurry.

use super::PdfError;
use super::face::{Typeface, Weight};
use super::sheet::{self, Block, Print, Text};
use crate::pages::medicines::who;
use crate::summary::Part;
use service::PersonSummary;

/// Its title.
const TITLE: &str = "Health record summary";
/// What is said when the typeface has no glyphs for a part of what it says.
const LEFT_OUT: &str = "Some words cannot be printed here. They are marked. The record on the screen has them.";
/// How a text is marked of which a part is left out: half a name may be that of another medicine.
const MARK: &str = "(not all of it: see the screen)";

/// The summary as a tagged PDF (PDF/UA-1): whose it is stands on every sheet; of which day it is and, for whoever is not the person, that
/// it may not be all, on the first. `print` says how large its letters are.
///
/// # Errors
/// [`PdfError`]; none that lies in what a record holds.
pub(crate) fn summary(
    whose: &PersonSummary,
    (as_on, partial): (&str, Option<&str>),
    parts: &[Part],
    print: Print,
) -> Result<Vec<u8>, PdfError> {
    let typeface = Typeface::load()?;
    let mut whole = true;
    let mut printed = |text: &str, weight: Weight| {
        let printable = typeface.printable(text, weight);
        whole &= printable.whole;
        if printable.whole { printable.text } else { format!("{} {MARK}", printable.text).trim_start().to_owned() }
    };
    let name = printed(&who(whose), Weight::Bold);
    let mut blocks = vec![
        Block::Heading(Text::bold(TITLE).sized(21.0)),
        Block::Paragraph(Text::bold(&name)),
        Block::Paragraph(Text::plain(format!("As on {as_on}. It may have changed since."))),
    ];
    blocks.extend(partial.map(|words| Block::Paragraph(Text::bold(words))));
    for part in parts {
        blocks.push(Block::Section(Text::bold(part.title).sized(16.0)));
        let facts: Vec<(Text, Text)> = part
            .facts
            .iter()
            .map(|fact| (Text::bold(&printed(&fact.name, Weight::Bold)), Text::plain(printed(&fact.text, Weight::Regular))))
            .collect();
        if !facts.is_empty() {
            blocks.push(Block::Facts(facts));
        }
        if let Some(note) = &part.note {
            blocks.push(Block::Paragraph(Text::plain(printed(note, Weight::Regular))));
        }
    }
    if !whole {
        blocks.push(Block::Note(Text::plain(LEFT_OUT)));
    }
    let foot = typeface.printable(&who(whose), Weight::Regular).text;
    sheet::set(&typeface, TITLE, (Some(&foot), print), &blocks)
}

#[cfg(test)]
mod tests;
