//! Where the record comes from: who sends what, when it last came, and what is wrong with one.

use super::mistakes::MISTAKES;
use super::narrow::{Asked, SOURCES, TIMELINE};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::shell::Place;
use crate::ui::{BackLink, EmptyState, IconName, Inset, PageHeading, Section, SummaryList, SummaryRow};
use crate::whose::Whose;
use crate::words;
use domain::rhythm::{Rhythm, Silence};
use domain::when::{day_in_words, instant_in_words, london_day};
use leptos::prelude::*;
use service::{Connection, ConnectionOf, Narrowing, OrganisationKind, OutOfDate, SourceDetail, SourceFault};

/// The page.
pub async fn show(ctx: Ctx) -> Answer {
    let seen = ctx.services().records.sources(&ctx.actor(), ctx.person()?).await?;
    let may_report = ctx.services().corrections.may_report(&ctx.actor(), ctx.person()?).await?;
    let whose = ctx.whose();
    let title = format!("Where {} record comes from", whose.in_sentence());
    ctx.page(Head::new(&title, Place::Record).of(&seen.whose), || {
        let body = if seen.sources.is_empty() {
            nothing(&whose).into_any()
        } else {
            seen.sources.into_iter().map(|source| one(source, &whose)).collect_view().into_any()
        };
        let lead = easy::say("Each place keeps its own record. What it sends here, we show as it came.", acts::SOURCES);
        view! {
            <BackLink href="/record" label=format!("Back to {} record", whose.in_sentence()) />
            {easy::picture(IconName::Sources)}
            <PageHeading title=title.clone() lead=lead />
            {body}
            {asked(seen.connections)}
            <Section title="What is not here">
                <p>{format!("What other places know about {} is not here. Ask them.", whose.person())}</p>
            </Section>
            <Section title="If something is wrong">{wrong(may_report)}</Section>
        }
    })
    .await
}

/// What to do where a place sent something wrong: a report by whoever can make one, or a word to that place.
fn wrong(may_report: bool) -> AnyView {
    if !may_report {
        let words = "If something is wrong in what a place sent, tell that place. Nobody here can change what it says.";
        return view! { <p>{words}</p> }.into_any();
    }
    view! {
        <p>
            "If something is wrong in what a place sent, " <a href=TIMELINE>"find the entry"</a>
            ", open it and choose \u{201c}Report a mistake\u{201d}. Your report goes to that place. Only they can change what it says."
        </p>
        <p class="sh-screen-only"><a href=MISTAKES>"See the mistakes you reported"</a></p>
    }
    .into_any()
}

fn nothing(whose: &Whose) -> impl IntoView + use<> {
    let words = if whose.is_another() {
        format!("There is nothing here that you can see for {}.", whose.person())
    } else {
        "No place has sent anything yet. Ask your GP practice when your record will be here.".to_owned()
    };
    view! { <EmptyState title="Nothing has come yet" icon=IconName::Record><p>{words}</p></EmptyState> }
}

const fn sort(kind: OrganisationKind) -> Option<&'static str> {
    match kind {
        OrganisationKind::Practice => Some("GP practice"),
        OrganisationKind::Hospital => Some("Hospital"),
        OrganisationKind::Community => Some("Community service"),
        OrganisationKind::Pharmacy => Some("Pharmacy"),
        OrganisationKind::Urgent => Some("NHS 111 or out-of-hours service"),
        OrganisationKind::Ambulance => Some("Ambulance service"),
        OrganisationKind::Hospice => Some("Hospice"),
        OrganisationKind::SocialCare => Some("Social care"),
        OrganisationKind::Other => None,
    }
}

fn one(source: SourceDetail, whose: &Whose) -> impl IntoView + use<> {
    let never = source.last_success.is_none();
    let failing = source.failing.map(|(since, fault)| {
        let since = day_in_words(london_day(since));
        let said = if never { missing_all } else { failing };
        let (why, act) = said(&source.name, &since, fault, whose);
        let what = if never { "Something is missing." } else { "This may be out of date." };
        view! { <Inset><p><strong>{what}</strong> " " {why}</p><p>{act}</p></Inset> }
    });
    let silent = source.silence.filter(|_| source.failing.is_none()).map(|silence| {
        let (words, ask) = silent(&source.name, silence, whose);
        view! { <Inset><p><strong>"This may be out of date."</strong> " " {words}</p><p>{ask}</p></Inset> }
    });
    let sent = source
        .sent
        .iter()
        .map(|kind| format!("{}: {}", kind.category.title(), words::how_many(kind.entries, "entry", "entries")));
    let sent: Vec<_> = sent.map(|words| view! { <li>{words}</li> }).collect();
    let sent = if never {
        "Nothing that we could take in".into_any()
    } else if sent.is_empty() {
        "Nothing that is shown in lists".into_any()
    } else {
        view! { <ul>{sent}</ul> }.into_any()
    };
    let mut rows = Vec::new();
    rows.extend(sort(source.kind).map(|sort| SummaryRow::new("What it is", sort)));
    rows.push(SummaryRow::new("What it sent", sent));
    let last = source.last_success.map_or_else(|| "Not yet".to_owned(), instant_in_words);
    rows.push(SummaryRow::new("Last received", last));
    if source.is_once {
        rows.push(SummaryRow::new("How often", "Once so far. What is new there since then may not be here."));
    }
    if source.unread > 0 {
        let count = words::how_many(source.unread, "thing", "things");
        rows.push(SummaryRow::new("Not read", format!("{count} in what came last could not be read. The rest was.")));
    }
    rows.extend(kept(&source));
    let last_failure = match (source.last_failure, source.failing) {
        (Some((at, fault)), None) => {
            format!("{}. {} It has worked again since.", instant_in_words(at), why(fault, whose))
        }
        (Some((at, _)), Some(_)) => format!("{}. The newest try failed.", instant_in_words(at)),
        (None, _) => "Never".to_owned(),
    };
    rows.push(SummaryRow::new("Last time it failed", last_failure));
    let narrowing = Narrowing { source: Some(source.id), ..Narrowing::default() };
    let href = Asked::default().address(TIMELINE, &narrowing, None);
    let of = format!(" from {}", source.name);
    let all = (!never).then(|| {
        view! {
            <p class="sh-screen-only">
                <a href=href>"See everything it sent" <span class="nhsuk-u-visually-hidden">{of}</span></a>
            </p>
        }
    });
    view! {
        <Section title=source.name>
            {failing}
            {silent}
            <SummaryList rows=rows />
            {all}
        </Section>
    }
}

/// What a source sent of kinds that no page shows, or that could not be read; absent where that is nothing.
fn kept(source: &SourceDetail) -> Option<SummaryRow> {
    let count = match (source.kept, source.kept_more) {
        (_, true) => "Many things".to_owned(),
        (0, false) => return None,
        (kept, false) => words::how_many(kept, "thing", "things"),
    };
    let what = "These are kinds that we cannot show yet (answers to forms, diets, and doses that somebody gave), \
                and what we could not read. They are not in the timeline, and the search does not find them.";
    let ask = format!("If you want to know what they say, ask {}.", source.name);
    let words = view! {
        <p>{format!("{count}. {what}")}</p>
        <p>{ask} " Or " <a href="/account/download">"download the whole record"</a> ": they are in that file."</p>
    };
    Some(SummaryRow::new("Kept, not shown here", words))
}

/// The systems that are asked when something is wanted; absent where there are none.
fn asked(connections: Vec<Connection>) -> Option<AnyView> {
    if connections.is_empty() {
        return None;
    }
    let all: Vec<_> = connections.into_iter().map(|one| system(&one)).collect();
    Some(view! { <Section title="Systems that we ask">{all}</Section> }.into_any())
}

/// One of them.
fn system(one: &Connection) -> AnyView {
    let failing = one.failing.map(|since| {
        let (why, act) = not_answering(one, &instant_in_words(since));
        view! { <Inset><p><strong>"This may be out of date."</strong> " " {why}</p><p>{act}</p></Inset> }
    });
    view! {
        <p>{answering(one)}</p>
        {failing}
    }
    .into_any()
}

/// What a system is asked for, and when it last answered and failed.
fn answering(one: &Connection) -> String {
    let name = &one.name;
    let what = match one.of {
        ConnectionOf::Appointments => {
            format!("Appointments at {name} come from its own system. We look there every few minutes.")
        }
        ConnectionOf::Orders => {
            format!("Orders for medicines go to {name}\u{2019}s own system. We ask it how each order is going.")
        }
    };
    let last = one
        .last_success
        .map_or_else(|| "It has not answered yet.".to_owned(), |at| format!("It last answered on {}.", instant_in_words(at)));
    match (one.last_failure, one.failing) {
        (Some(at), None) => format!("{what} {last} It last failed on {}. It has worked again since.", instant_in_words(at)),
        _ => format!("{what} {last}"),
    }
}

/// That a system does not answer, and what to do.
fn not_answering(one: &Connection, since: &str) -> (String, String) {
    let name = &one.name;
    let (what, need) = match one.of {
        ConnectionOf::Appointments => ("appointments", "If you need an appointment"),
        ConnectionOf::Orders => ("orders for medicines", "If you need to know about an order"),
    };
    let why =
        format!("We could not get an answer from the system of {name} since {since}. What you see about {what} may be older.");
    (why, format!("{need} now, ring {name}."))
}

/// That nothing has come for longer than is usual, and what to do.
fn silent(name: &str, silence: Silence, whose: &Whose) -> (String, String) {
    let since = day_in_words(silence.since);
    let usual = match silence.rhythm {
        Rhythm::Daily => "every day or every few days",
        Rhythm::Weekly => "about once a week",
        Rhythm::Monthly => "about once a month",
    };
    let record = whose.in_sentence();
    let words = format!(
        "We have not heard from {name} since {since}. It usually sends {usual}. What is new may be missing from {record} record."
    );
    (words, format!("If you need the newest now, ask {name}."))
}

/// What stands above what a page shows of the record where the newest of some sources may be missing from it; absent where it is not.
pub(crate) fn band(all: &[OutOfDate], whose: &Whose) -> Option<AnyView> {
    let missing: Vec<String> = all.iter().filter_map(|one| missing(one, whose)).collect();
    if missing.is_empty() {
        return None;
    }
    let what = what_is_late(all);
    let missing = missing.into_iter().map(|words| view! { <p>{words}</p> }).collect_view();
    let more = format!("See where {} record comes from", whose.in_sentence());
    Some(
        view! {
            <Inset>
                <p><strong>{what}</strong></p>
                {missing}
                <p class="sh-screen-only"><a href=SOURCES>{more}</a></p>
            </Inset>
        }
        .into_any(),
    )
}

/// The same in words alone, for paper.
pub(crate) fn late(all: &[OutOfDate], whose: &Whose) -> Option<String> {
    let missing: Vec<String> = all.iter().filter_map(|one| missing(one, whose)).collect();
    (!missing.is_empty()).then(|| format!("{} {}", what_is_late(all), missing.join(" ")))
}

/// What is so where the newest of these sources may be missing.
fn what_is_late(all: &[OutOfDate]) -> &'static str {
    if all.iter().all(|one| one.never) { "Something is missing." } else { "This may be out of date." }
}

/// Why the newest of one source is missing.
fn missing(one: &OutOfDate, whose: &Whose) -> Option<String> {
    let failed = |(since, fault)| {
        let since = day_in_words(london_day(since));
        let said = if one.never { missing_all } else { failing };
        said(&one.name, &since, fault, whose).0
    };
    one.failing.map(failed).or_else(|| one.silence.map(|silence| silent(&one.name, silence, whose).0))
}

/// Why something that a source sent could once not be taken in.
fn why(fault: SourceFault, whose: &Whose) -> String {
    match fault {
        SourceFault::Unreadable => "We could not read what they sent.".to_owned(),
        SourceFault::NotMatched => format!("We could not safely match what they sent to {}.", whose.person()),
        SourceFault::Ours => "Something went wrong here.".to_owned(),
    }
}

/// Why nothing of a source is here, and what to do.
fn missing_all(name: &str, since: &str, fault: SourceFault, whose: &Whose) -> (String, String) {
    let why = match fault {
        SourceFault::Unreadable => format!("We could not read what they sent since {since}."),
        SourceFault::NotMatched => {
            format!("Since {since} they sent something that we could not safely match to {}.", whose.person())
        }
        SourceFault::Ours => format!("Something went wrong here since {since} with what they sent."),
    };
    let act = failing(name, since, fault, whose).1.replace("the newest now", "it now");
    (format!("Nothing from {name} is here yet. {why}"), act)
}

/// Why the newest is not here, and what to do.
fn failing(name: &str, since: &str, fault: SourceFault, whose: &Whose) -> (String, String) {
    let why = match fault {
        SourceFault::Unreadable => {
            format!("We could not read the newest from {name} since {since}. What you see may be older.")
        }
        SourceFault::NotMatched => format!(
            "{name} sent something that we could not safely match to {}. We have not added anything from there since {since}.",
            whose.person()
        ),
        SourceFault::Ours => {
            format!("Something went wrong here with the newest from {name} since {since}. What you see may be older.")
        }
    };
    let act = match fault {
        SourceFault::Unreadable | SourceFault::NotMatched => {
            format!("If you need the newest now, ask {name}. Tell them that Selfheal could not take it.")
        }
        SourceFault::Ours => format!("We will try again when they next send. If you need the newest now, ask {name}."),
    };
    (why, act)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_that_is_asked_says_when_it_answered_and_when_it_did_not() {
        let at = |day: &str| Some(format!("2026-11-{day}T10:40:00Z").parse().unwrap());
        let mut one = Connection {
            name: "Riverside Surgery".to_owned(),
            of: ConnectionOf::Appointments,
            last_success: None,
            failing: None,
            last_failure: None,
        };
        assert!(answering(&one).ends_with("We look there every few minutes. It has not answered yet."));
        one.last_success = at("03");
        assert_eq!(
            answering(&one),
            "Appointments at Riverside Surgery come from its own system. We look there every few minutes. It last answered on Tuesday \
             3 November 2026, 10:40am."
        );
        one.last_failure = at("02");
        assert!(answering(&one).ends_with("It last failed on Monday 2 November 2026, 10:40am. It has worked again since."));
        (one.failing, one.last_failure) = (at("04"), at("04"));
        assert!(answering(&one).ends_with("It last answered on Tuesday 3 November 2026, 10:40am."));
        let (why, act) = not_answering(&one, "4 November 2026");
        assert_eq!(
            why,
            "We could not get an answer from the system of Riverside Surgery since 4 November 2026. What you see about appointments may \
             be older."
        );
        assert_eq!(act, "If you need an appointment now, ring Riverside Surgery.");
        one.of = ConnectionOf::Orders;
        assert!(answering(&one).contains("We ask it how each order is going."));
        assert!(not_answering(&one, "today").0.contains("about orders for medicines"));
    }

    #[test]
    fn a_page_says_what_may_be_missing_and_nothing_where_nothing_is() {
        let whose = Whose::open(None);
        let since = "2026-11-03".parse().unwrap();
        let silence = Some(Silence { rhythm: Rhythm::Daily, since });
        let failing = Some(("2026-11-05T10:40:00Z".parse().unwrap(), SourceFault::Unreadable));
        let id = domain::OrganisationId::from_uuid(uuid::Uuid::from_u128(1));
        let one = |failing, silence| OutOfDate {
            id,
            name: "Riverside Surgery".to_owned(),
            failing,
            silence,
            never: false,
            sent: Vec::new(),
        };
        let heard = "We have not heard from Riverside Surgery since 3 November 2026.";
        assert!(missing(&one(None, silence), &whose).unwrap().starts_with(heard));
        let failed = "We could not read the newest from Riverside Surgery since 5 November 2026. What you see may be older.";
        assert_eq!(missing(&one(failing, silence), &whose).as_deref(), Some(failed));
        let never = OutOfDate { never: true, ..one(failing, None) };
        assert!(missing(&never, &whose).unwrap().starts_with("Nothing from Riverside Surgery is here yet."));
        assert_eq!(missing(&one(None, None), &whose), None);
        assert!(band(&[], &whose).is_none());
        assert_eq!(late(&[one(failing, silence)], &whose), Some(format!("This may be out of date. {failed}")));
        assert!(late(&[never], &whose).unwrap().starts_with("Something is missing. Nothing from Riverside Surgery"));
        assert_eq!((late(&[], &whose), late(&[one(None, None)], &whose)), (None, None));
    }

    #[test]
    fn what_fails_is_said_in_plain_words() {
        let whose = Whose::open(None);
        let said = |fault| failing("Riverside Surgery", "3 November 2026", fault, &whose);
        assert_eq!(
            said(SourceFault::Unreadable).0,
            "We could not read the newest from Riverside Surgery since 3 November 2026. What you see may be older."
        );
        assert!(said(SourceFault::NotMatched).0.contains("safely match to you"));
        assert!(said(SourceFault::Ours).1.contains("ask Riverside Surgery"));
        let (nothing, ask) = missing_all("Riverside Surgery", "3 November 2026", SourceFault::Unreadable, &whose);
        assert_eq!(
            nothing,
            "Nothing from Riverside Surgery is here yet. We could not read what they sent since 3 November 2026."
        );
        assert_eq!(ask, "If you need it now, ask Riverside Surgery. Tell them that Selfheal could not take it.");
        assert_eq!(why(SourceFault::Unreadable, &whose), "We could not read what they sent.");
        assert_eq!(why(SourceFault::NotMatched, &whose), "We could not safely match what they sent to you.");
        assert_eq!(why(SourceFault::Ours, &whose), "Something went wrong here.");
    }
}
