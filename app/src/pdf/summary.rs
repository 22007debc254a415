//! A record on a few sheets, to hand to whoever treats somebody in a hurry.

use super::PdfError;
use super::face::{Typeface, Weight};
use super::sheet::{self, Block, Frame, Print, Text};
use crate::pages::who;
use crate::summary::{Part, left_out};
use service::PersonSummary;

/// Its title.
const TITLE: &str = "Health record summary";
/// What is said when the typeface has no glyphs for a part of what it says.
const LEFT_OUT: &str = "Some words cannot be printed here. They are marked. The record on the screen has them.";
/// How a text is marked of which a part is left out: half a name may be that of another medicine.
const MARK: &str = "(not all of it: see the screen)";

/// How many of a part that may be cut stay where that brings the whole onto one sheet. What is left out is counted there.
const FEW: usize = 5;
/// With more than so many lines nobody tries to bring it onto one sheet.
const MOST_TRIED: usize = 90;

/// The summary as a tagged PDF (PDF/UA-1), on one sheet where that can still be read: whose it is stands on every sheet; of which day it is
/// and, for whoever is not the person, that it may not be all, and of which source the newest may be missing, on the first. Care plans and vaccinations alone may be cut;
/// of a wish with long words the beginning stands there in every print, as on the screen, and where the rest is.
/// In large print it takes as many sheets as it needs, and no part is cut.
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
    let first = (who(whose), format!("As on {as_on}. It may have changed since."), partial);
    let lay = |most: usize, list: bool| blocks(&typeface, &first, parts, (most, list));
    let all = lay(usize::MAX, true);
    let foot = typeface.printable(&first.0, Weight::Regular).text;
    let lines: usize = parts.iter().map(|part| shown(part, FEW)).sum();
    let fits = |blocks: &[Block]| if lines <= MOST_TRIED { Frame::of_one_sheet(&typeface, &foot, blocks) } else { None };
    // All of it comes before a line for each: what is run together is still there.
    let mut tight = [(usize::MAX, false), (FEW, true), (FEW, false)].into_iter().map(|(most, list)| lay(most, list));
    let (frame, set) = if print != Print::Usual {
        (Frame::large(print), all)
    } else if let Some(frame) = fits(&all) {
        (frame, all)
    } else {
        tight.find_map(|blocks| fits(&blocks).map(|frame| (frame, blocks))).unwrap_or((Frame::LONG, all))
    };
    sheet::set_in(frame, &typeface, (TITLE, Some(&foot)), &set)
}

/// How many facts of a part stand there, with so many of each that may be cut.
fn shown(part: &Part, most: usize) -> usize {
    if part.may_be_cut { part.facts.len().min(most) } else { part.facts.len() }
}

/// What stands between a name and what is said of it: a name that is a sentence has its end already.
fn between(name: &str, said: &str) -> &'static str {
    match (said.is_empty(), name.ends_with(['.', '!', '?'])) {
        (true, _) => "",
        (false, true) => " ",
        (false, false) => ": ",
    }
}

/// What stands there, with so many of each part that may be cut short (`most`), and with a line for each fact also of parts that may be
/// running text (`list`).
fn blocks(
    typeface: &Typeface,
    (name, as_on, partial): &(String, String, Option<&str>),
    parts: &[Part],
    (most, list): (usize, bool),
) -> Vec<Block> {
    let mut whole = true;
    let mut printed = |text: &str, weight: Weight| {
        let printable = typeface.printable(text, weight);
        whole &= printable.whole;
        if printable.whole { printable.text } else { format!("{} {MARK}", printable.text).trim_start().to_owned() }
    };
    let name = printed(name, Weight::Bold);
    let mut blocks =
        vec![Block::Heading(Text::bold(TITLE).sized(19.0)), Block::Paragraph(Text::bold(&name).and(&format!(". {as_on}")))];
    if let Some(words) = partial {
        let words = printed(words, Weight::Bold);
        blocks.push(Block::Paragraph(Text::bold(&words)));
    }
    for part in parts {
        blocks.push(Block::Section(Text::bold(part.title).sized(15.0)));
        let shown = shown(part, most);
        let facts =
            part.facts.iter().take(shown).map(|fact| (printed(&fact.name, Weight::Bold), printed(&fact.text, Weight::Regular)));
        let facts: Vec<(String, String)> = facts.filter(|(name, said)| !(name.is_empty() && said.is_empty())).collect();
        if facts.is_empty() {
            // What stands in their place is a note.
        } else if part.running && !list {
            let mut text = Text::plain("");
            for (at, (name, said)) in facts.iter().enumerate() {
                let before = if at > 0 { "; " } else { "" };
                text = text.and(before).and_bold(name).and(between(name, said)).and(said);
            }
            blocks.push(Block::Paragraph(text));
        } else {
            let item = |(name, said): &(String, String)| Text::bold(name).and(between(name, said)).and(said);
            blocks.push(Block::Items(facts.iter().map(item).collect()));
        }
        let beyond = u64::try_from(part.facts.len().saturating_sub(shown)).unwrap_or(u64::MAX);
        let notes = [part.note.clone(), left_out(part.left_out.saturating_add(beyond), part.under)];
        for note in notes.into_iter().flatten() {
            blocks.push(Block::Paragraph(Text::plain(printed(&note, Weight::Regular))));
        }
    }
    if !whole {
        blocks.push(Block::Note(Text::plain(LEFT_OUT)));
    }
    blocks
}

#[cfg(test)]
mod tests;
