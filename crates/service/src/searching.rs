//! Looking for words in a record.

use crate::profile::{OwnEyes, OwnLine};
use crate::reader::{Reader, is_told_all};
use crate::records::{FullLine, Marks, Records, full_lines, read, summary};
use crate::timeline::{Narrowing, TimelineChoices, choices};
use crate::{Cursor, EntryLine, PersonSummary, PlainWords, ServiceError, activity, documents};
use domain::access::Actor;
use domain::record::Detail;
use domain::search::{Piece, Query, Told, marked};
use domain::{EntryId, PersonId};
use serde::Serialize;
use std::collections::BTreeSet;
use store::Tx;
use store::record::{self, Found, Narrowed};

/// How many entries a page of what is found holds.
const PAGE: usize = 20;
/// How many things that the person wrote themself stand beside the entries; there are more where it is narrowed down to them.
const BESIDE: usize = 5;
/// As many as are kept at most: notes and medicines.
const MOST_OWN: usize = 700;
/// How many entries are read at once to be told anew.
const AT_ONCE: i64 = 32;
/// Shorter words are not taken for others.
const LEAST: usize = 4;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchAsked {
    /// What was typed.
    pub words: String,
    /// To what it is narrowed down.
    pub narrowing: Narrowing,
    /// From after this entry, and whether words that are like those that were typed were found before it.
    pub after: Option<(Cursor, bool)>,
    /// Words that are like those that were typed are looked for too, whatever is found by those themselves.
    pub alike: bool,
}

/// Whether words that are like those that were typed are looked for too, beside what has those themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Alike {
    /// They are not, and need not be.
    #[default]
    No,
    /// They are not, and may be: something was found, and one word that is mistyped there hides what is spelt as it should be.
    Offered,
    /// They are, as was asked.
    Yes,
}

/// An entry that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundEntry {
    /// As lists show it.
    pub line: EntryLine,
    /// Its name, with what was looked for marked.
    pub title: Vec<Piece>,
    /// Where what was looked for stands beside that, and the words round it.
    pub context: Option<(String, Vec<Piece>)>,
}

/// Something that the person wrote themself and that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundOwn {
    /// As the timeline shows it.
    pub line: OwnLine,
    /// Its name, with what was looked for marked; may be empty.
    pub title: Vec<Piece>,
    /// Where what was looked for stands beside that, and the words round it.
    pub context: Option<(String, Vec<Piece>)>,
}

/// A page of what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SearchPage {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// The words that were looked for; empty where none were typed.
    pub words: Vec<String>,
    /// Not all that was typed was looked for: it is too long.
    pub cut: bool,
    /// Nothing was found by the words as they were typed: these were found by words that are like them.
    pub near: bool,
    /// Whether such words are looked for also where something was found.
    pub alike: Alike,
    /// Newest first.
    pub found: Vec<FoundEntry>,
    /// What the person wrote themself, newest first: the first of it on the first page, and a page of it where it is narrowed down to that.
    pub own: Vec<FoundOwn>,
    /// There is more of that than stands beside the entries.
    pub more_own: bool,
    /// Where to go on, if there is more.
    pub next: Option<Cursor>,
    /// To what it can be narrowed down.
    pub choices: TimelineChoices,
    /// What marks entries to whoever gives care; nothing to anybody else.
    #[serde(skip)]
    pub marks: Marks,
}

impl Records {
    /// Looks for words in all that is open of a record. Where they are found nowhere, or it is asked for, words that are like them are
    /// looked for. That
    /// there was a search is audited, and not what for.
    ///
    /// What is found, and whether like words are looked for at all, follows from what is open to the reader alone.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a place that is not there; [`ServiceError`] as [`access`](domain::access) decides, or when the
    /// database fails.
    pub async fn search(&self, actor: &Actor, person: PersonId, asked: &SearchAsked) -> Result<SearchPage, ServiceError> {
        let (mut tx, subject, reader, marks) = self.open_marked(actor, person, "search").await?;
        let eyes = OwnEyes::of(&self.core, &mut tx, actor, &reader).await?;
        let page = SearchPage { marks, ..look(&mut tx, &reader, &eyes, &self.plain_words, asked).await? };
        drop(tx);
        activity::disclose(&self.core, read(actor, subject, "search")).await?;
        Ok(page)
    }
}

async fn look(
    tx: &mut Tx,
    reader: &Reader,
    eyes: &OwnEyes,
    plain: &PlainWords,
    asked: &SearchAsked,
) -> Result<SearchPage, ServiceError> {
    let choices = choices(tx, reader).await?;
    let empty = SearchPage {
        whose: summary(tx, reader).await?,
        words: Vec::new(),
        cut: false,
        near: false,
        alike: if asked.alike { Alike::Yes } else { Alike::No },
        found: Vec::new(),
        own: Vec::new(),
        more_own: false,
        next: None,
        choices,
        marks: Marks::default(),
    };
    let Some(query) = Query::read(&asked.words) else { return Ok(empty) };
    let (narrowed, alone) = (asked.narrowing.stored(), asked.narrowing.own);
    let mut near = asked.alike || asked.after.is_some_and(|(_, near)| near);
    let behind = match asked.after.filter(|_| !alone) {
        Some((Cursor(id), _)) => {
            record::place_in_time(tx, reader.person, &reader.filter, id).await?.ok_or(ServiceError::NotFound)?;
            Some(record::place_in_text(tx, reader.person, id).await?.ok_or(ServiceError::NotFound)?)
        }
        None => None,
    };
    // Beside the entries it stands on their first page alone; where words like those are looked for, its words are among them.
    let wanted = asked.narrowing.takes_own() && (alone || near || behind.is_none());
    let own = if wanted { eyes.in_time(tx, reader, &narrowed, None, MOST_OWN).await? } else { Vec::new() };
    let (mut found, mut own_found) = (Vec::new(), Vec::new());
    if !near {
        if !alone {
            found = matching(tx, reader, plain, &query, &narrowed, behind).await?;
        }
        own_found = own_matching(&query, &own).await?;
    }
    if found.is_empty() && own_found.is_empty() && (near || asked.after.is_none()) {
        let mut words = vocabulary(tx, reader, &query).await?;
        own.iter().for_each(|line| words.extend(own_words(line)));
        let wider = query.with_near(&words);
        if !alone {
            found = matching(tx, reader, plain, &wider, &narrowed, behind).await?;
        }
        own_found = own_matching(&wider, &own).await?;
        near = true;
    }
    let any = !(found.is_empty() && own_found.is_empty());
    let alike = if any && !near && may_be_alike(&query) { Alike::Offered } else { empty.alike };
    let near = near && any && !asked.alike;
    let page = SearchPage { words: query.typed().to_vec(), cut: query.is_cut(), near, alike, ..empty };
    if alone {
        if let Some((Cursor(last), _)) = asked.after {
            let at = own_found.iter().position(|one| one.line.id() == last.as_uuid()).ok_or(ServiceError::NotFound)?;
            own_found.drain(..=at);
        }
        let more = own_found.len() > PAGE;
        own_found.truncate(PAGE);
        // What stands in time has an id among all that does.
        let next = own_found.last().map(|one| Cursor(EntryId::from_uuid(one.line.id()))).filter(|_| more);
        return Ok(SearchPage { own: own_found, next, ..page });
    }
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().map(|one| Cursor(one.line.id)).filter(|_| more);
    let more_own = behind.is_none() && own_found.len() > BESIDE;
    own_found.truncate(if behind.is_none() { BESIDE } else { 0 });
    Ok(SearchPage { found, own: own_found, more_own, next, ..page })
}

/// Whether there are words that are like one that was typed. Words that mean something only together are looked for one by one there:
/// less would be found.
fn may_be_alike(query: &Query) -> bool {
    let may = |word: &String| word.len() >= LEAST && !Query::letters(word).is_empty();
    query.wanted().len() == query.typed().len() && query.typed().iter().any(may)
}

/// Those that meet the query, with what was looked for marked.
async fn own_matching(query: &Query, own: &[OwnLine]) -> Result<Vec<FoundOwn>, ServiceError> {
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let (query, own) = (query.clone(), own.to_vec());
    // Somebody may have written much.
    let meet = move || own.into_iter().filter_map(|line| own_found(&query, line)).collect();
    tokio::task::spawn_blocking(meet).await.map_err(ServiceError::internal)
}

fn own_found(query: &Query, line: OwnLine) -> Option<FoundOwn> {
    let details = line.details();
    let told = own_told(&line, &details);
    let met = query.met(&told.words())?;
    let title = marked(&line.title, &met);
    let context = told.context(&met).map(|(label, pieces)| (label.to_owned(), pieces));
    Some(FoundOwn { title, context, line })
}

fn own_words(line: &OwnLine) -> BTreeSet<String> {
    own_told(line, &line.details()).words()
}

/// What a note or a medicine of the person's own tells. That it is one is said of all of them, and is nothing to find one by.
fn own_told<'a>(line: &'a OwnLine, details: &'a [Detail]) -> Told<'a> {
    Told {
        title: &line.title,
        kind: "",
        plain: None,
        display: None,
        value: None,
        details,
        author: None,
        place: None,
        sent_by: None,
        files: &[],
    }
}

/// The words of the record that may be meant by those that were typed.
async fn vocabulary(tx: &mut Tx, reader: &Reader, query: &Query) -> Result<BTreeSet<String>, ServiceError> {
    let mut asked: BTreeSet<(char, usize)> = BTreeSet::new();
    for word in query.typed().iter().filter(|word| word.len() >= LEAST) {
        asked.extend(Query::letters(word).into_iter().map(|letter| (letter, word.len().saturating_sub(2))));
    }
    let mut letters: Vec<(char, i64)> =
        asked.into_iter().map(|(letter, least)| (letter, i64::try_from(least).unwrap_or_default())).collect();
    // Of a letter that is asked for twice the shortest words come first, and hold the others.
    letters.dedup_by_key(|(letter, _)| *letter);
    Ok(record::starting_with(tx, reader.person, &letters).await?.into_iter().collect())
}

/// A page and one of what meets the query, as this reader is told it.
///
/// Whoever may not read everything is told entries anew that take words from others: what is found by words that are not open is left out, and it is
/// gone on until the page is full, so that where it ends says nothing of that either.
async fn matching(
    tx: &mut Tx,
    reader: &Reader,
    plain: &PlainWords,
    query: &Query,
    narrowed: &Narrowed,
    mut behind: Option<i64>,
) -> Result<Vec<FoundEntry>, ServiceError> {
    let mut found = Vec::new();
    let told_all = is_told_all(tx, reader).await?;
    loop {
        let asked = Found { query, narrowed, behind, limit: AT_ONCE };
        let rows = record::find(tx, reader.person, &reader.filter, asked).await?;
        let all = i64::try_from(rows.len()).unwrap_or_default() < AT_ONCE;
        behind = rows.last().map(|row| row.stands);
        let rows = rows.into_iter().map(|row| {
            let code = row.code();
            (row.line, code, row.details.0)
        });
        let lines = full_lines(tx, reader, rows.collect()).await?;
        let met: Vec<_> = lines.iter().map(|full| query.met(&told(plain, full, &[]).words())).collect();
        // Only the files of those are read that do not say it themselves.
        let unsaid: Vec<EntryId> =
            lines.iter().zip(&met).filter(|(_, met)| met.is_none()).map(|((line, ..), _)| line.id).collect();
        let files = documents::words_of(tx, reader, &unsaid).await?;
        for (full, met) in lines.into_iter().zip(met) {
            let files: Vec<&str> = files.get(&full.0.id).into_iter().flatten().map(String::as_str).collect();
            found.extend(entry(plain, query, full, (met, &files), told_all));
            if found.len() > PAGE {
                return Ok(found);
            }
        }
        if all {
            return Ok(found);
        }
    }
}

/// What an entry tells a reader, with these words of its files.
fn told<'a>(plain: &'a PlainWords, (line, code, details): &'a FullLine, files: &'a [&'a str]) -> Told<'a> {
    Told {
        title: &line.title,
        kind: &line.kind,
        plain: plain.find(line.category, code.as_slice(), &line.title).map(|words| words.name.as_str()),
        display: code.as_ref().and_then(|code| code.display.as_deref()),
        value: line.value.as_ref().map(|value| value.text.as_str()),
        details,
        author: line.author.as_deref(),
        place: line.place.as_deref(),
        sent_by: Some(&line.sent_by),
        files,
    }
}

/// An entry with what was looked for marked; `None` where it does not say it to this reader. `met` is what it says of it by itself,
/// and beside that stand the words of its files.
fn entry(
    plain: &PlainWords,
    query: &Query,
    full: FullLine,
    (met, files): (Option<BTreeSet<String>>, &[&str]),
    told_all: bool,
) -> Option<FoundEntry> {
    let told = told(plain, &full, files);
    let met = match met.or_else(|| query.met(&told.words())) {
        Some(met) => met,
        // Kept with the words of before; nothing is kept from its owner.
        None if told_all => BTreeSet::new(),
        None => return None,
    };
    let title = marked(&full.0.title, &met);
    let context = told.context(&met).map(|(label, pieces)| (label.to_owned(), pieces));
    let (line, ..) = full;
    Some(FoundEntry { title, context, line })
}
