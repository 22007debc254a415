//! Your record: how much there is of each category, and where it comes from.

use super::mistakes::MISTAKES;
use super::narrow::{SOURCES, SearchBox, TIMELINE};
use super::notes::NOTES;
use super::summary::SUMMARY;
use super::{icon, sources};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy;
use crate::pages::account::details::DETAILS;
use crate::pages::account::needs::NEEDS;
use crate::shell::Place;
use crate::ui::{Card, CardGroup, IconName, Level, PageHeading, Section, SummaryList, SummaryRow};
use crate::whose::Whose;
use crate::words;
use domain::record::Category;
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::{CategoryCount, OutOfDate, SourceSeen};

/// The overview.
pub async fn show(ctx: Ctx) -> Answer {
    let contents = ctx.services().records.contents(&ctx.actor(), ctx.person()?).await?;
    let whose = ctx.whose();
    let lead = lead(&contents.counts, &whose);
    let title = format!("{} record", whose.title());
    ctx.page(Head::new(&title, Place::Record).of(&contents.whose), || {
        let more = more(&whose, contents.sees_profile, contents.may_report);
        let band = sources::band(&contents.out_of_date, &whose);
        view! {
            {easy::picture(IconName::Record)}
            <PageHeading title=title.clone() lead=easy::say(lead, easy::RECORD) />
            {band}
            <SearchBox whose=whose.clone() />
            <p class="sh-screen-only"><a href=TIMELINE>"See everything in the order of time"</a></p>
            <Categories counts=contents.counts whose=whose.clone() />
            <Sources sources=contents.sources out_of_date=contents.out_of_date whose />
            <p class="sh-screen-only"><a href=SOURCES>"See what each place sends, and when it last did"</a></p>
            <div class="sh-screen-only">{more}</div>
        }
    })
    .await
}

/// How much there is. Who somebody is and who looks after them says nothing of their health.
fn lead(counts: &[CategoryCount], whose: &Whose) -> String {
    let total: u64 = counts.iter().map(|count| count.count).sum();
    let health: u64 = counts.iter().filter(|count| count.category != Category::People).map(|count| count.count).sum();
    match &whose.name {
        None if health == 0 => "Nothing has been sent here about your health yet.".to_owned(),
        None => {
            let entries = words::how_many(health, "entry", "entries");
            format!("{entries} about your health, from the places that look after you.")
        }
        Some(name) if total == 0 => format!("There is nothing here that you can see for {name}."),
        Some(_) => format!("{} that you can see.", words::how_many(total, "entry", "entries")),
    }
}

/// What else is done with a record; some of it only by the person themself.
fn more(whose: &Whose, about: bool, reports: bool) -> impl IntoView + use<> {
    let summary = format!("{} summary", whose.title());
    let (notes, of_notes) = match whose.is_another() {
        true => ("Own notes", "In their own words, beside what services recorded."),
        false => ("My notes", "In your own words, beside what services recorded."),
    };
    let (details, needs) = match whose.is_another() {
        true => (format!("{} details", whose.title()), format!("{} needs", whose.title())),
        false => ("My details".to_owned(), "My needs".to_owned()),
    };
    let about = about.then(|| {
        view! {
            <Card
                title=details
                href=DETAILS
                text="How to contact, and whom to tell."
                icon=IconName::People
                level=Level::Three
            />
            <Card
                title=needs
                href=NEEDS
                text="Large print, easy read, an interpreter, more time."
                icon=IconName::Speech
                level=Level::Three
            />
        }
    });
    let reports = reports.then(|| {
        view! {
            <Card
                title="Mistakes you reported"
                href=MISTAKES
                text="What you said is wrong in the record, and what came of it."
                icon=IconName::Message
                level=Level::Three
            />
        }
    });
    let own = (!whose.is_another()).then(|| {
        view! {
                    <Card
                        title="Download your record"
                        href="/account/download"
                        text="All of it as one file, to keep or to take to somebody else."
                        icon=IconName::Download
                        level=Level::Three
                    />
                    <Card
                        title="Who has looked at your record"
                        href="/activity"
                        text="Every look and every change, with its day and time."
                        icon=IconName::Eye
                        level=Level::Three
                    />
        }
    });
    view! {
        <Section title="More">
            <CardGroup>
                <Card
                    title=summary
                    href=SUMMARY
                    text="One page with what someone in a hurry asks first. Print it or take it along."
                    icon=IconName::Document
                    level=Level::Three
                />
                <Card
                    title=notes
                    href=NOTES
                    text=of_notes
                    icon=IconName::Pen
                    level=Level::Three
                />
                {about}
                {reports}
                {own}
            </CardGroup>
        </Section>
    }
}

/// A card for each category, with how many entries it has.
#[component]
pub(crate) fn Categories(counts: Vec<CategoryCount>, whose: Whose) -> impl IntoView {
    let cards = counts
        .into_iter()
        .map(|count| {
            view! {
                <Card
                    title=count.category.title()
                    href=whose.category(count.category)
                    count=how_much(&count)
                    text=card_text(&count, &whose)
                    icon=icon(count.category)
                    level=Level::Two
                />
            }
        })
        .collect_view();
    view! { <CardGroup>{cards}</CardGroup> }
}

/// How many entries the card of a category counts. The list of people and places tells each once, from however many entries: there the
/// card says what it counts.
pub(crate) fn how_much(count: &CategoryCount) -> Option<String> {
    match (count.count, count.category) {
        (0, _) => None,
        (many, Category::People) => Some(words::how_many(many, "entry", "entries")),
        (many, _) => Some(words::grouped(many)),
    }
}

/// What the card of a category says: what has come and is not shown yet or not read, in easy words what it is, and whether there is
/// nothing in it.
pub(crate) fn card_text(count: &CategoryCount, whose: &Whose) -> Option<String> {
    let (short, news) = (in_short(count, whose.is_another()), news(count));
    if !easy::is_on() {
        return match (news, short) {
            (Some(news), Some(short)) if count.waiting == 0 => Some(format!("{news}. {short}")),
            (news, short) => news.or(short),
        };
    }
    let short = news
        .or_else(|| short.filter(|_| count.count == 0))
        .map(|short| format!(" {}.", short.trim_end_matches('.')))
        .unwrap_or_default();
    Some(format!("{}{short}", easy::category(count.category, whose.name.is_some())))
}

/// "1 has come. See when you can read it", and of letters "3 new"; nothing else is said beside the first.
fn news(count: &CategoryCount) -> Option<String> {
    match (count.waiting, count.unread) {
        (0, 0) => None,
        (0, unread) => Some(format!("{} new", words::grouped(unread))),
        (1, _) => Some("1 has come. See when you can read it".to_owned()),
        (waiting, _) => Some(format!("{} have come. See when you can read them", words::grouped(waiting))),
    }
}

/// "Latest: 3 November 2026"; where there is no entry, what somebody wrote of there being none, or that nothing is recorded.
pub(crate) fn in_short(count: &CategoryCount, to_another: bool) -> Option<String> {
    match count.count {
        0 => Some(words::nothing(&count.none_said, to_another)),
        _ => count.latest.map(|when| format!("Latest: {}", when.day_only())),
    }
}

/// "Last updated Tuesday 3 November 2026, 10:40am", and that something newer may be missing where the page says so above.
fn last_updated(source: &SourceSeen, out_of_date: &[OutOfDate]) -> String {
    let said = format!("Last updated {}", instant_in_words(source.last_updated));
    match out_of_date.iter().any(|one| one.id == source.id) {
        true => format!("{said}. This may be out of date."),
        false => said,
    }
}

/// Where a record comes from, and when something last came from each.
#[component]
pub(crate) fn Sources(
    /// Where it comes from.
    sources: Vec<SourceSeen>,
    /// Of which of them the newest may be missing.
    #[prop(optional)]
    out_of_date: Vec<OutOfDate>,
    /// Whose record it is.
    whose: Whose,
) -> impl IntoView {
    let body = if sources.is_empty() && whose.is_another() {
        return ().into_any();
    } else if sources.is_empty() {
        view! { <p>"No place has sent anything yet. Ask your GP practice when your record will be here."</p> }.into_any()
    } else {
        let rows = sources
            .into_iter()
            .map(|source| {
                let said = last_updated(&source, &out_of_date);
                SummaryRow::new(source.organisation, said)
            })
            .collect();
        view! {
            <SummaryList rows=rows />
            <p>{format!("What other places know about {} is not here.", whose.person())}</p>
        }
        .into_any()
    };
    view! { <Section title=format!("Where {} record comes from", whose.in_sentence())>{body}</Section> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::profile::{Display, Setting};
    use domain::record::Category;
    use service::SourceFault;

    #[test]
    fn of_two_sources_with_one_name_only_the_one_that_fails_may_be_out_of_date() {
        let id = |number| domain::OrganisationId::from_uuid(uuid::Uuid::from_u128(number));
        let last_updated_at = "2026-11-03T10:40:00Z".parse().unwrap();
        let of = |id| SourceSeen { id, organisation: "The Surgery".to_owned(), last_updated: last_updated_at };
        let failing = Some((last_updated_at, SourceFault::Unreadable));
        let out =
            [OutOfDate { id: id(1), name: "The Surgery".to_owned(), failing, silence: None, never: false, sent: Vec::new() }];
        assert!(last_updated(&of(id(1)), &out).ends_with("This may be out of date."));
        assert_eq!(last_updated(&of(id(2)), &out), "Last updated Tuesday 3 November 2026, 10:40am");
    }

    fn in_easy_words(none_said: &[&str], whose: &Whose) -> String {
        let none_said = none_said.iter().map(|words| (*words).to_owned()).collect();
        let count = CategoryCount { category: Category::Allergy, count: 0, none_said, latest: None, waiting: 0, unread: 0 };
        let owner = Owner::new();
        owner.with(|| {
            provide_context(Display::NONE.with(Setting::EasyRead));
            card_text(&count, whose).unwrap()
        })
    }

    #[test]
    fn a_sentence_in_easy_words_ends_once() {
        let own = Whose::open(None);
        let nothing = in_easy_words(&[], &own);
        assert!(nothing.ends_with("you have none.") && !nothing.contains(".."), "{nothing}");
        let said = in_easy_words(&["No known allergies"], &own);
        assert!(said.ends_with("\u{201c}No known allergies\u{201d}.") && !said.contains(".."), "{said}");
        let other = in_easy_words(&[], &Whose::open(Some("Edna Hughes".to_owned())));
        assert!(other.ends_with("there is none.") && !other.contains(".."), "{other}");
    }

    #[test]
    fn a_card_says_of_people_and_places_that_it_counts_entries() {
        let said = |category, count| {
            how_much(&CategoryCount { category, count, none_said: Vec::new(), latest: None, waiting: 0, unread: 0 })
        };
        assert_eq!(said(Category::People, 25).as_deref(), Some("25 entries"));
        assert_eq!(said(Category::People, 1).as_deref(), Some("1 entry"));
        assert_eq!(said(Category::Problem, 1284).as_deref(), Some("1,284"));
        assert_eq!(said(Category::People, 0), None);
    }

    #[test]
    fn who_looks_after_somebody_counts_as_nothing_about_their_health() {
        let count =
            |category, count| CategoryCount { category, count, none_said: Vec::new(), latest: None, waiting: 0, unread: 0 };
        let said = |problems, people, name: Option<&str>| {
            let counts = [count(Category::Problem, problems), count(Category::People, people)];
            lead(&counts, &Whose::open(name.map(str::to_owned)))
        };
        assert_eq!(said(0, 2, None), "Nothing has been sent here about your health yet.");
        assert_eq!(said(1, 2, None), "1 entry about your health, from the places that look after you.");
        assert_eq!(said(0, 2, Some("Sam Rivers")), "2 entries that you can see.");
        assert_eq!(said(0, 0, Some("Sam Rivers")), "There is nothing here that you can see for Sam Rivers.");
    }
}
