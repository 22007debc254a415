//! Looking for words in the record.

use super::narrow::{Asked, Narrow, OWN_TITLE, SearchBox, Wrong};
use super::{in_full, mark_of, own};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::shell::Place;
use crate::ui::{BackLink, Details, EmptyState, EntryList, FoundRow, IconName, Inset, PageHeading, Pagination, Section};
use crate::whose::Whose;
use crate::words;
use axum::extract::RawQuery;
use chrono::NaiveDate;
use domain::search::Piece;
use domain::when::london_day;
use leptos::prelude::*;
use service::{Alike, FoundEntry, Narrowing, SearchAsked, SearchPage};

/// The box, and what was found.
pub async fn show(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let asked = Asked::read(query.as_deref());
    let page = ctx.services().records.search(&ctx.actor(), ctx.person()?, &looked_for(&asked)).await?;
    let (whose, today) = (ctx.whose(), london_day(ctx.services().core.now()));
    // The title stays in the browser's history with less to see than the address: what was looked for is not in it.
    let title = format!("Search {} record", whose.in_sentence());
    let head = Head { has_errors: asked.is_wrong(), ..Head::new(&title, Place::Record).of(&page.whose) };
    ctx.page(head, || {
        let found = listed(&asked, page, &whose, today);
        view! {
            <BackLink href="/record" label=format!("Back to {} record", whose.in_sentence()) />
            <Wrong asked=asked.clone() />
            {easy::picture(IconName::Search)}
            <PageHeading title=title.clone() lead=easy::is_on().then_some(acts::SEARCH) />
            {found}
        }
    })
    .await
}

/// What an address asks to look for; nothing while a date is wrong.
pub(crate) fn looked_for(asked: &Asked) -> SearchAsked {
    SearchAsked {
        words: if asked.is_wrong() { String::new() } else { asked.words.clone() },
        narrowing: asked.narrowing,
        after: asked.after.map(|after| (after, asked.near)),
        alike: asked.alike,
    }
}

/// The box, how it is narrowed down, what was found, and how that is done.
pub(crate) fn listed(asked: &Asked, page: SearchPage, whose: &Whose, today: NaiveDate) -> AnyView {
    let here = whose.search();
    let near = page.near;
    let older = page.next.map(|next| asked.address(&here, &asked.narrowing, Some((next, near))));
    let newer = asked.after.map(|_| asked.address(&here, &asked.narrowing, None));
    let asked_for = !page.words.is_empty();
    let choices = page.choices.clone();
    let alike = alike(asked, page.alike, &here);
    // The box does not stand on paper.
    let on_paper = asked_for.then(|| {
        let words = format!("Searched for: \u{201c}{}\u{201d}", asked.words.trim());
        view! { <p class="sh-print-only">{words}</p> }
    });
    let narrow =
        (asked_for || asked.is_wrong()).then(|| view! { <Narrow page=here asked=asked.clone() choices=choices today=today /> });
    let body = if asked.is_wrong() {
        view! { <p>"Put right what is wrong with the dates to search."</p> }.into_any()
    } else if asked_for {
        view! { {alike} <Found asked=asked.clone() page whose=whose.clone() /> <Pagination newer=newer older=older /> }.into_any()
    } else {
        nothing_typed(asked, whose).into_any()
    };
    view! {
        <SearchBox whose=whose.clone() value=asked.words.clone() narrowing=asked.narrowing />
        {on_paper}
        {narrow}
        {body}
        <div class="sh-screen-only">
            <Details summary="How the search works">
                <p>
                    "It looks through the names, values, notes and letters that places sent, and through our plain words for them. It also \
                    looks through the words inside files, such as PDFs, and through own notes and medicines. It shows what has all your words. \
                    You can type the beginning of a word. If nothing fits, it looks for words that are spelt in a similar way."
                </p>
                <p>"We write down that you searched. We do not write down what for. Your browser may keep it in its history."</p>
                <p>
                    "It does not look through readings from home. It cannot read pictures, pages that were scanned, or some kinds of file. Of a \
                    very long file it only looks through the beginning."
                </p>
            </Details>
        </div>
    }
    .into_any()
}

/// The way to look also for words that are spelt like those that were typed, and back.
fn alike(asked: &Asked, alike: Alike, here: &str) -> Option<AnyView> {
    let to = |alike: bool| {
        let mut other = asked.clone();
        other.alike = alike;
        other.address(here, &asked.narrowing, None)
    };
    match alike {
        Alike::No => None,
        Alike::Offered => {
            let why = "A place may have spelt it in another way.";
            Some(
                view! { <p class="sh-screen-only">{why} " " <a href=to(true)>"Look also for words spelt like these"</a></p> }
                    .into_any(),
            )
        }
        Alike::Yes => {
            let what = "We look for your words, and for words that are spelt like them.";
            Some(view! { <p>{what} " " <a class="sh-screen-only" href=to(false)>"Look only for your words"</a></p> }.into_any())
        }
    }
}

fn nothing_typed(asked: &Asked, whose: &Whose) -> impl IntoView + use<> {
    let words = if asked.words.trim().is_empty() {
        "Type a word that you look for, and choose Search."
    } else {
        "There is no word or number in what you typed. Type a word that you look for."
    };
    view! { <p>{words} " Or " <a href=whose.timeline()>"see everything in the order of time"</a> "."</p> }
}

#[component]
fn Found(asked: Asked, page: SearchPage, whose: Whose) -> impl IntoView {
    let own = own_found(&asked, &page, &whose);
    let count = u64::try_from(page.found.len()).unwrap_or_default();
    let cut = page.cut.then(|| {
        let words = page.words.join(" ");
        view! { <Inset><p>{format!("That is more than we can look for at once. We looked for: {words}")}</p></Inset> }
    });
    if page.found.is_empty() && own.is_some() {
        let many = u64::try_from(page.own.len()).unwrap_or_default();
        let many = words::how_many(many, "own note or medicine", "own notes and medicines");
        let said = told(&many, page.near, asked.after.is_some(), page.next.is_some() || page.more_own);
        return view! { {cut} <p role="status">{said}</p> {own} }.into_any();
    }
    if page.found.is_empty() {
        let (title, why) = if asked.after.is_some() {
            ("No more was found", "There is nothing older than what you saw.")
        } else if asked.narrowing.is_narrow() {
            ("Nothing was found", "Nothing that you chose to see has these words. Show everything again to search the rest.")
        } else {
            (
                "Nothing was found",
                "Nothing here has all of these words, or words that are spelt like them. Try fewer words, or another word.",
            )
        };
        return view! {
            {cut}
            <EmptyState title=title icon=IconName::Record>
                <p>{why}</p>
                <p>"It may also be that a place has not sent it here."</p>
            </EmptyState>
        }
        .into_any();
    }
    let entries = words::how_many(count, "entry", "entries");
    let said = told(&entries, page.near, asked.after.is_some(), page.next.is_some());
    let rows = page.found.into_iter().map(|one| row(one, &whose)).collect_view();
    view! {
        {cut}
        <p role="status">{said}</p>
        {own}
        <EntryList>{rows}</EntryList>
    }
    .into_any()
}

/// How much was found, and whether there is more: of a page that others are before, and of one that others are behind.
fn told(many: &str, near: bool, later: bool, more: bool) -> String {
    let end = if more { "There are more." } else { "There are no more." };
    match (near, later || more) {
        (false, false) => format!("{many} found, newest first."),
        (false, true) => format!("{many} on this page, newest first. {end}"),
        (true, false) => format!("Nothing has exactly these words. {many} with words that are spelt like them:"),
        (true, true) => {
            format!("Nothing has exactly these words. {many} on this page with words that are spelt like them. {end}")
        }
    }
}

/// What the person wrote themself and that was found, apart from the entries of services.
fn own_found(asked: &Asked, page: &SearchPage, whose: &Whose) -> Option<AnyView> {
    if page.own.is_empty() {
        return None;
    }
    let shown = page.own.iter().cloned().map(|one| own::found(one, whose)).collect_view();
    let more = page.more_own.then(|| {
        let narrowing = Narrowing { own: true, ..asked.narrowing };
        view! { <p class="sh-screen-only"><a href=asked.address(&whose.search(), &narrowing, None)>"See all own notes and medicines with these words"</a></p> }
    });
    Some(view! { <Section title=OWN_TITLE>{shown}{more}</Section> }.into_any())
}

fn row(found: FoundEntry, whose: &Whose) -> impl IntoView + use<> {
    let parts = |pieces: Vec<Piece>| pieces.into_iter().map(|piece| (piece.text, piece.marked)).collect::<Vec<_>>();
    let FoundEntry { line, title, context } = found;
    let date = words::day_of(&line);
    let value = line.value.as_ref().map(|value| {
        let (amount, unit) = words::amount(value);
        unit.map_or_else(|| amount.clone(), |unit| format!("{amount} {unit}"))
    });
    let kind = (!line.kind.eq_ignore_ascii_case(&line.title)).then(|| line.kind.clone());
    let text = [kind, value].into_iter().flatten().collect::<Vec<_>>().join(": ");
    view! {
        <FoundRow
            title=parts(title)
            href=whose.entry(line.id)
            date=date
            datetime=words::date_of(&line)
            text=Some(text).filter(|text| !text.is_empty())
            context=context.map(|(label, pieces)| (label, parts(pieces)))
            source=in_full(&line)
            mark=mark_of(whose, line.id)
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_there_are_more_is_said_only_where_more_come() {
        assert_eq!(told("1 entry", false, false, false), "1 entry found, newest first.");
        for later in [false, true] {
            assert_eq!(told("20 entries", false, later, true), "20 entries on this page, newest first. There are more.");
        }
        assert_eq!(told("1 entry", false, true, false), "1 entry on this page, newest first. There are no more.");
    }

    #[test]
    fn words_that_are_spelt_like_those_that_were_typed_are_told_on_every_page() {
        let said = |later, more| told("2 entries", true, later, more);
        let (none, like) = ("Nothing has exactly these words. 2 entries", "with words that are spelt like them");
        assert_eq!(said(false, false), format!("{none} {like}:"));
        for later in [false, true] {
            assert_eq!(said(later, true), format!("{none} on this page {like}. There are more."));
        }
        assert_eq!(said(true, false), format!("{none} on this page {like}. There are no more."));
    }
}
