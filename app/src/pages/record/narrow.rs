//! To what a record is narrowed down, as its address says it and as its form asks.

use super::privacy;
use crate::routes;
use crate::ui::{Button, ButtonKind, Choice, DateInput, DateParts, Details, ErrorSummary, FieldError, SearchForm, Select};
use crate::whose::Whose;
use crate::words;
use chrono::{Datelike, Months, NaiveDate};
use domain::OrganisationId;
use domain::record::{Category, Sensitivity};
use domain::when::{day_in_words, typed_day};
use leptos::prelude::*;
use service::{Cursor, Narrowing, TimelineChoices};
use std::collections::BTreeMap;

/// Where the timeline is.
pub(crate) const TIMELINE: &str = "/record/timeline";
/// Where it is said where the record comes from.
pub(crate) const SOURCES: &str = "/record/sources";
/// The word by which an address names what the person wrote themself, among the kinds of entries.
const OWN: &str = "own";
/// What that is called.
pub(crate) const OWN_TITLE: &str = "Own notes and medicines";
/// The word by which an address asks for words that are like those that were typed, beside these.
const ALIKE: &str = "too";
/// How much of what was typed is kept.
const LONGEST: usize = 1000;
/// How much of a part of a date that an address has is kept.
const LONGEST_PART: usize = 10;

/// What the address asks for. What cannot be read counts as not asked, but for dates, which are typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// What is looked for.
    pub(crate) words: String,
    pub(crate) narrowing: Narrowing,
    pub(crate) after: Option<Cursor>,
    /// Words that are like those that were typed were found on the page before.
    pub(crate) near: bool,
    /// Such words are looked for too, whatever is found by those that were typed.
    pub(crate) alike: bool,
    from: DateParts,
    to: DateParts,
    wrong: Vec<(&'static str, String)>,
}

impl Asked {
    pub(crate) fn read(query: Option<&str>) -> Self {
        let query: BTreeMap<String, String> = query
            .and_then(|query| serde_urlencoded::from_str::<Vec<(String, String)>>(query).ok())
            .into_iter()
            .flatten()
            .collect();
        let get = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
        let (from, to) = (typed(&query, "from"), typed(&query, "to"));
        let mut wrong = Vec::new();
        let mut day =
            |name: &'static str, whose: &str, parts: &DateParts| match typed_day([&parts.day, &parts.month, &parts.year]) {
                Ok(day) => day,
                Err(error) => {
                    wrong.push((name, error.in_words(whose, "27 3 2026")));
                    None
                }
            };
        let (first, last) = (day("from", "The first day", &from), day("to", "The last day", &to));
        if first.zip(last).is_some_and(|(first, last)| last < first) {
            wrong.push(("to", "The last day must be the same as the first day or after it".to_owned()));
        }
        let kind = Category::from_code(get("kind")).filter(|kind| !matches!(kind, Category::People | Category::Other));
        Self {
            words: get("q").chars().take(LONGEST).collect(),
            narrowing: Narrowing {
                kind,
                source: get("source").parse().ok(),
                from: first,
                to: last,
                label: Sensitivity::from_code(get("label")),
                own: get("kind") == OWN,
            },
            after: get("after").parse().ok(),
            near: get("near") == "yes",
            alike: get("near") == ALIKE,
            from,
            to,
            wrong,
        }
    }

    /// Whether a date cannot be used: then nothing is shown until it is put right.
    pub(crate) fn is_wrong(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// The address of a page that asks for this.
    pub(crate) fn address(&self, page: &str, narrowing: &Narrowing, after: Option<(Cursor, bool)>) -> String {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let near = match after {
            _ if self.alike => ALIKE,
            Some((_, true)) => "yes",
            _ => "",
        };
        let parts = [
            ("q", self.words.clone()),
            ("kind", kind_of(narrowing).to_owned()),
            ("source", narrowing.source.map(|source| source.to_string()).unwrap_or_default()),
            ("from", day(narrowing.from)),
            ("to", day(narrowing.to)),
            ("label", narrowing.label.map(|label| label.code().to_owned()).unwrap_or_default()),
            ("near", near.to_owned()),
            ("after", after.map(|(after, _)| after.to_string()).unwrap_or_default()),
        ];
        let parts = parts.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = parts.map(|(name, value)| format!("{name}={}", routes::in_query(value))).collect();
        if query.is_empty() { page.to_owned() } else { format!("{page}?{}", query.join("&")) }
    }
}

/// The word of the kind to which it is narrowed down, or none.
fn kind_of(narrowing: &Narrowing) -> &'static str {
    if narrowing.own { OWN } else { narrowing.kind.map_or("", Category::code) }
}

/// A date as it was typed in three fields, or as an address has it.
fn typed(query: &BTreeMap<String, String>, name: &str) -> DateParts {
    let part = |part: &str| query.get(&format!("{name}_{part}")).map(|part| part.trim().to_owned()).unwrap_or_default();
    let parts = DateParts::new(part("day"), part("month"), part("year"));
    let whole = query.get(name).map(|day| day.trim()).filter(|day| !day.is_empty() && parts == DateParts::default());
    let Some(whole) = whole else { return parts };
    if let Ok(day) = whole.parse::<NaiveDate>() {
        return DateParts::new(day.day().to_string(), day.month().to_string(), day.year().to_string());
    }
    // What is no day stays in the fields, as an address has it, so that what is wrong is said beside it.
    let mut rest = whole.splitn(3, '-').map(|part| part.chars().take(LONGEST_PART).collect::<String>());
    let (year, month, day) = (rest.next(), rest.next(), rest.next());
    DateParts::new(day.unwrap_or_default(), month.unwrap_or_default(), year.unwrap_or_default())
}

/// What is wrong with the dates.
#[component]
pub(crate) fn Wrong(asked: Asked) -> impl IntoView {
    let errors = asked.wrong.iter().map(|(field, message)| FieldError::new(format!("{field}-day"), message.clone())).collect();
    view! { <ErrorSummary errors /> }
}

/// The form by which a record is narrowed down, what stands now, and how to take it back.
#[component]
pub(crate) fn Narrow(
    /// Where it is sent.
    #[prop(into)]
    page: String,
    asked: Asked,
    choices: TimelineChoices,
    today: NaiveDate,
) -> impl IntoView {
    let narrowing = asked.narrowing;
    let kinds = std::iter::once(Choice::new("", "Everything"))
        .chain(choices.kinds.iter().map(|kind| Choice::new(kind.code(), kind.title())))
        .chain(std::iter::once(Choice::new(OWN, OWN_TITLE)))
        .collect();
    let sources: Vec<_> = std::iter::once(Choice::new("", "Anywhere"))
        .chain(choices.sources.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())))
        .collect();
    let labels = (!choices.labels.is_empty()).then(|| {
        let labels = std::iter::once(Choice::new("", "Anything"))
            .chain(choices.labels.iter().map(|label| Choice::new(label.code(), privacy::label(*label))))
            .collect();
        let value = narrowing.label.map(|label| label.code().to_owned()).unwrap_or_default();
        view! { <Select id="label" label="How sensitive it is" choices=labels value=value /> }
    });
    let error = |field: &str| asked.wrong.iter().find(|(of, _)| *of == field).map(|(_, message)| message.clone());
    let (wrong_from, wrong_to) = (error("from"), error("to"));
    let (from, to) = (asked.from.clone(), asked.to.clone());
    let words = (!asked.words.is_empty()).then(|| view! { <input type="hidden" name="q" value=asked.words.clone() /> });
    let alike = asked.alike.then(|| view! { <input type="hidden" name="near" value=ALIKE /> });
    let open = narrowing.is_narrow() || asked.is_wrong();
    let quick = quick(&page, &asked, today);
    let standing = standing(&page, &asked, &choices);
    view! {
        {standing}
        {quick}
        <Details summary="Choose what to see" open=open>
            <form class="sh-form" method="get" action=page novalidate>
                {words}
                {alike}
                <Select
                    id="kind"
                    label="Kind"
                    choices=kinds
                    value=kind_of(&narrowing)
                />
                <Select
                    id="source"
                    label="Sent by"
                    choices=sources
                    value=narrowing.source.map(|source| source.to_string()).unwrap_or_default()
                />
                <DateInput
                    id="from"
                    legend_text="From this day on"
                    hint="For example, 27 3 2025. Leave it empty for everything before the last day."
                    error=wrong_from
                    value=from
                />
                <DateInput
                    id="to"
                    legend_text="Up to this day"
                    hint="Leave it empty for everything since the first day."
                    error=wrong_to
                    value=to
                />
                {labels}
                <Button kind=ButtonKind::Secondary>"Show these"</Button>
            </form>
        </Details>
    }
}

/// Periods that many ask for.
fn quick(page: &str, asked: &Asked, today: NaiveDate) -> AnyView {
    let months = |months: u32| today.checked_sub_months(Months::new(months));
    let periods = [
        ("This year", NaiveDate::from_ymd_opt(today.year(), 1, 1)),
        ("The last 3 months", months(3)),
        ("The last 12 months", months(12)),
        ("The last 5 years", months(60)),
        ("Any time", None),
    ];
    let here = asked.narrowing;
    let links = periods
        .into_iter()
        .map(|(words, from)| {
            let narrowing = Narrowing { from, to: None, ..here };
            let current = (here == narrowing && !asked.is_wrong()).then_some("true");
            let href = asked.address(page, &narrowing, None);
            view! { <li><a href=href aria-current=current>{words}</a></li> }
        })
        .collect_view();
    view! {
        <nav class="sh-parts" aria-label="Period">
            <ul role="list">{links}</ul>
        </nav>
    }
    .into_any()
}

/// What stands now, each with a link that takes it back. While a date is wrong nothing is shown, so that nothing is said of what is, and
/// only the way back to everything stands there.
fn standing(page: &str, asked: &Asked, choices: &TimelineChoices) -> Option<AnyView> {
    let here = asked.narrowing;
    if !here.is_narrow() {
        return None;
    }
    let everything = asked.address(page, &Narrowing::default(), None);
    let everything = view! { <p class="sh-screen-only"><a href=everything>"Show everything again"</a></p> };
    if asked.is_wrong() {
        return Some(everything.into_any());
    }
    let source = here.source.map(|source| {
        let known = choices.sources.iter().find(|(id, _)| *id == source);
        known.map_or_else(|| "a place that is not in the list".to_owned(), |(_, name)| name.clone())
    });
    let kind = if here.own { Some(OWN_TITLE) } else { here.kind.map(Category::title) };
    let all: [(&str, Option<String>, Narrowing); 5] = [
        ("Kind", kind.map(str::to_owned), Narrowing { kind: None, own: false, ..here }),
        ("Sent by", source, Narrowing { source: None, ..here }),
        ("From", here.from.map(day_in_words), Narrowing { from: None, ..here }),
        ("Up to", here.to.map(day_in_words), Narrowing { to: None, ..here }),
        ("How sensitive it is", here.label.map(|label| privacy::label(label).to_owned()), Narrowing { label: None, ..here }),
    ];
    let rows = all
        .into_iter()
        .filter_map(|(name, value, without)| {
            let (value, href) = (value?, asked.address(page, &without, None));
            let of = format!(" {}: {value}", words::in_sentence(name));
            Some(view! {
                <li>
                    {format!("{name}: {value}. ")}
                    <a class="sh-screen-only" href=href>"Take away" <span class="nhsuk-u-visually-hidden">{of}</span></a>
                </li>
            })
        })
        .collect_view();
    // What has no date at all is in no period that begins.
    let less = here.from.map(|_| {
        let href = asked.address(page, &Narrowing { from: None, ..here }, None);
        let what = "What has no date is left out here. Where only the month or the year is known, you see all that may have been in this time.";
        view! { <p>{what} " " <a class="sh-screen-only" href=href>"Show what has no date too, with all that is older"</a></p> }
    });
    Some(
        view! {
            <p>"You see only:"</p>
            <ul>{rows}</ul>
            {less}
            {everything}
        }
        .into_any(),
    )
}

/// The box in which words are typed that are looked for.
#[component]
pub(crate) fn SearchBox(
    /// What was looked for.
    #[prop(optional, into)]
    value: String,
    /// To what it stays narrowed down.
    #[prop(optional)]
    narrowing: Narrowing,
    /// Whose record, as in "Search your record", and so where.
    whose: Whose,
) -> impl IntoView {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let kept = [
        ("kind", Some(kind_of(&narrowing).to_owned()).filter(|kind| !kind.is_empty())),
        ("source", narrowing.source.map(|source: OrganisationId| source.to_string())),
        ("from", day(narrowing.from)),
        ("to", day(narrowing.to)),
        ("label", narrowing.label.map(|label| label.code().to_owned())),
    ];
    let kept = kept
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| view! { <input type="hidden" name=name value=value /> }))
        .collect_view();
    let label = format!("Search {} record", whose.in_sentence());
    view! { <SearchForm action=whose.search() label=label value=value>{kept}</SearchForm> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_its_page_is_narrowed_to() {
        let source = "019a5f00-0000-7000-8000-000000000001";
        let query = format!(
            "kind=results&source={source}&from=2026-01-01&to_day=3&to_month=11&to_year=2026&label=mental&q=blood%20sugar"
        );
        let asked = Asked::read(Some(&query));
        assert!(!asked.is_wrong() && asked.narrowing.is_narrow());
        assert_eq!((asked.from.day.as_str(), asked.narrowing.to), ("1", NaiveDate::from_ymd_opt(2026, 11, 3)));
        let address = asked.address("/record/search", &asked.narrowing, None);
        assert_eq!(Asked::read(address.split_once('?').map(|(_, query)| query)).narrowing, asked.narrowing);
        assert!(address.starts_with("/record/search?q=blood%20sugar&kind=results&source=019a5f00"), "{address}");
        assert_eq!(Asked::default().address(TIMELINE, &Narrowing::default(), None), "/record/timeline");
        let own = Asked::read(Some("kind=own"));
        assert!(own.narrowing.own && own.narrowing.kind.is_none());
        assert_eq!(own.address(TIMELINE, &own.narrowing, None), "/record/timeline?kind=own");
        let alike = Asked::read(Some("q=metforman&near=too"));
        assert!(alike.alike && !alike.near);
        assert_eq!(alike.address("/record/search", &alike.narrowing, None), "/record/search?q=metforman&near=too");
    }

    #[test]
    fn what_cannot_be_read_is_not_asked_and_a_date_that_is_none_is_said() {
        let asked = Asked::read(Some("kind=people&source=x&label=secret&after=y&from=&kind=%00"));
        assert_eq!((asked.narrowing, asked.after, asked.is_wrong()), (Narrowing::default(), None, false));
        let asked = Asked::read(Some("from=9999-99-98"));
        assert_eq!(asked.from, DateParts::new("98", "99", "9999"));
        for (query, said) in [
            ("from_day=31&from_month=2&from_year=2026", "The first day must be a real date, like 27 3 2026"),
            ("from=9999-99-99", "The first day must be a real date, like 27 3 2026"),
            ("to=soon", "The last day must include a day and a month"),
            ("to_day=&to_month=2&to_year=", "The last day must include a day and a year"),
            ("from=2026-02-03&to=2026-02-02", "The last day must be the same as the first day or after it"),
        ] {
            let asked = Asked::read(Some(query));
            assert_eq!(asked.wrong.first().map(|(_, message)| message.as_str()), Some(said));
        }
    }
}
