//! Where the record comes from: who sends what, when it last came, and what is wrong with one.

use super::mistakes::MISTAKES;
use super::narrow::{Asked, TIMELINE};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::shell::Place;
use crate::ui::{BackLink, EmptyState, IconName, Inset, PageHeading, Section, SummaryList, SummaryRow};
use crate::whose::Whose;
use crate::words;
use domain::rhythm::{Rhythm, Silence};
use domain::when::{day_in_words, instant_in_words, london_day};
use leptos::prelude::*;
use service::{Narrowing, OrganisationKind, SourceDetail, SourceFault};

/// The page.
pub async fn show(ctx: Ctx) -> Answer {
    let seen = ctx.services().records.sources(&ctx.actor(), ctx.person()?).await?;
    let may_report = ctx.services().corrections.may_report(&ctx.actor(), ctx.person()?).await?;
    let whose = ctx.whose();
    let title = format!("Where {} record comes from", whose.in_sentence());
    ctx.page(Head::new(&title, Place::Record), || {
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
        <p><a href=MISTAKES>"See the mistakes you reported"</a></p>
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
    let failing = source.failing.map(|(since, fault)| {
        let (why, act) = failing(&source.name, &day_in_words(london_day(since)), fault, whose);
        view! { <Inset><p><strong>"This may be out of date."</strong> " " {why}</p><p>{act}</p></Inset> }
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
    let sent = if sent.is_empty() {
        view! { "Nothing that is shown in lists" }.into_any()
    } else {
        view! { <ul>{sent}</ul> }.into_any()
    };
    let mut rows = Vec::new();
    rows.extend(sort(source.kind).map(|sort| SummaryRow::new("What it is", sort)));
    rows.push(SummaryRow::new("What it sent", sent));
    let last = source.last_success.map_or_else(|| "Not yet".to_owned(), instant_in_words);
    rows.push(SummaryRow::new("Last received", last));
    if source.unread > 0 {
        let count = words::how_many(source.unread, "thing", "things");
        rows.push(SummaryRow::new("Not read", format!("{count} in what came last could not be read. The rest was.")));
    }
    let last_failure = match (source.last_failure, source.failing) {
        (Some((at, fault)), None) => {
            format!("{}. {} It has worked again since.", instant_in_words(at), why(fault, whose))
        }
        (Some((at, _)), Some(_)) => instant_in_words(at),
        (None, _) => "Never".to_owned(),
    };
    rows.push(SummaryRow::new("Last time it failed", last_failure));
    let narrowing = Narrowing { source: Some(source.id), ..Narrowing::default() };
    let href = Asked::default().address(TIMELINE, &narrowing, None);
    let of = format!(" from {}", source.name);
    view! {
        <Section title=source.name>
            {failing}
            {silent}
            <SummaryList rows=rows />
            <p class="sh-screen-only">
                <a href=href>"See everything it sent" <span class="nhsuk-u-visually-hidden">{of}</span></a>
            </p>
        </Section>
    }
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

/// Why something that a source sent could once not be taken in.
fn why(fault: SourceFault, whose: &Whose) -> String {
    match fault {
        SourceFault::Unreadable => "We could not read what they sent.".to_owned(),
        SourceFault::NotMatched => format!("We could not safely match what they sent to {}.", whose.person()),
        SourceFault::Ours => "Something went wrong here.".to_owned(),
    }
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
    fn what_fails_is_said_in_plain_words() {
        let whose = Whose::open(None);
        let said = |fault| failing("Riverside Surgery", "3 November 2026", fault, &whose);
        assert_eq!(
            said(SourceFault::Unreadable).0,
            "We could not read the newest from Riverside Surgery since 3 November 2026. What you see may be older."
        );
        assert!(said(SourceFault::NotMatched).0.contains("safely match to you"));
        assert!(said(SourceFault::Ours).1.contains("ask Riverside Surgery"));
        assert_eq!(why(SourceFault::Unreadable, &whose), "We could not read what they sent.");
        assert_eq!(why(SourceFault::NotMatched, &whose), "We could not safely match what they sent to you.");
        assert_eq!(why(SourceFault::Ours, &whose), "Something went wrong here.");
    }
}
