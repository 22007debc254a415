//! Prescriptions on their way: where each item stands, what happens next, and the number that a pharmacy scans.

use super::{LIST, in_a_row};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::pages::appointments::{Part, id_in, phone_link};
use crate::shell::Place;
use crate::ui::{
    BackLink, BarCode, Button, ButtonKind, Details, EmptyState, EntryList, EntryRow, IconName, Inset, Narrow, PageHeading,
    Section, SummaryList, SummaryRow, Tag, TagKind,
};
use crate::whose::Whose;
use crate::words;
use barcoders::sym::code128::Code128;
use chrono::NaiveDate;
use domain::PrescriptionId;
use domain::medicine::{Course, DispenseStatus, Issues, PrescriptionNumber};
use domain::when::{day_in_words, instant_in_words, london_day};
use leptos::prelude::*;
use service::{DispenserSeen, PrescriptionItemSeen, PrescriptionSeen, PrescriptionsSeen, Watching};

/// Where the list is.
pub(crate) const PRESCRIPTIONS: &str = "/medicines/prescriptions";

/// Where a prescription is.
pub(crate) fn page_of(id: PrescriptionId) -> String {
    format!("{PRESCRIPTIONS}/{id}")
}

/// "Prescriptions", "Edna Hughes’s prescriptions".
fn title(whose: &Whose) -> String {
    whose.name.as_ref().map_or_else(|| "Prescriptions".to_owned(), |_| format!("{} prescriptions", whose.title()))
}

/// Those on their way, and then those that are over.
pub async fn list(ctx: Ctx) -> Answer {
    let seen = ctx.services().prescriptions.list(&ctx.actor(), ctx.person()?).await?;
    let today = london_day(ctx.services().core.now());
    let whose = ctx.whose();
    let heading = title(&whose);
    ctx.page(Head::new(&heading.clone(), Place::Medicines), || {
        let PrescriptionsSeen { prescriptions, more, watching } = seen;
        let none = prescriptions.is_empty();
        let (current, over): (Vec<_>, Vec<_>) = prescriptions.into_iter().partition(|one| one.current);
        let part = |heading: &'static str, of: Vec<PrescriptionSeen>| {
            (!of.is_empty()).then(|| {
                let rows = of.iter().map(|one| row(one, today)).collect_view();
                view! { <Section title=heading><EntryList>{rows}</EntryList></Section> }
            })
        };
        let practice = practice(&whose);
        let empty = none.then(|| {
            view! {
                <EmptyState title="No prescriptions here" icon=IconName::Pill>
                    <p>"When a prescription is sent to a pharmacy, you see here how far it is."</p>
                    <p>{format!("If you wait for one that is not here, ask {} whether it was sent.", practice)}</p>
                </EmptyState>
            }
        });
        let lead = watching.answered_at.map(|at| format!("As the national service told us on {}.", instant_in_words(at)));
        view! {
            <BackLink href=LIST label="Back to medicines" />
            <PageHeading title=heading lead=lead />
            {notes(&whose, &watching, !none)}
            {empty}
            {part("On their way", current)}
            {part("Earlier", over)}
            {more.then(|| view! { <p>"There are older prescriptions that we do not show here."</p> })}
        }
    })
    .await
}

/// "your practice", "the practice".
fn practice(whose: &Whose) -> &'static str {
    if whose.name.is_some() { "the practice" } else { "your practice" }
}

/// What is not known, and what to do about it.
fn notes(whose: &Whose, watching: &Watching, any: bool) -> impl IntoView + use<> {
    let (theirs, them, practice) = (whose.in_sentence(), whose.person(), practice(whose));
    let pharmacy = if whose.name.is_some() { "the pharmacy" } else { "your pharmacy" };
    let mut notes: Vec<String> = Vec::new();
    if watching.delayed {
        let from = match watching.answered_at {
            Some(at) => format!("What you see is from {}.", instant_in_words(at)),
            None => "Nothing newer is known here.".to_owned(),
        };
        notes.push(format!(
            "We could not find out how {theirs} prescriptions stand. {from} We try again by ourselves. If it is urgent, ring the pharmacy."
        ));
    } else if watching.asking {
        notes.push(format!("We are finding out how {theirs} prescriptions stand. Open this page again in a minute to see it."));
    } else if watching.on && watching.no_number {
        notes.push(format!(
            "We hold no NHS number for {them}, so we cannot find out how {theirs} prescriptions stand. Ask the pharmacy."
        ));
    } else if !watching.on && any {
        notes.push(format!(
            "We see here only what a pharmacy or {practice} tells us. If something looks wrong, ring the pharmacy."
        ));
    }
    if !watching.held_back.is_empty() {
        let numbers = watching.held_back.join(", ");
        notes.push(format!(
            "The national service does not show us every prescription. It holds back {numbers}. Ask {pharmacy} about it."
        ));
    } else if watching.more_held_back {
        notes.push(format!("The national service does not show us every prescription. If one is missing, ask {pharmacy}."));
    }
    if watching.unread > 0 {
        let count = words::how_many(u64::from(watching.unread), "prescription", "prescriptions");
        notes.push(format!("We could not read {count}. Ask {pharmacy} what else they have for {them}."));
    }
    let lines = notes.into_iter().map(|note| view! { <p>{note}</p> }).collect::<Vec<_>>();
    (!lines.is_empty()).then(|| view! { <Inset>{lines}</Inset> })
}

/// The name of an item, also where nobody has told it yet.
fn name(item: &PrescriptionItemSeen) -> String {
    if item.name.is_empty() { "A medicine of which we do not know the name yet".to_owned() } else { item.name.clone() }
}

/// Where an item stands, as a tag.
pub(crate) fn tag(status: Option<DispenseStatus>) -> (String, TagKind) {
    let Some(status) = status else { return ("Not known yet".to_owned(), TagKind::Neutral) };
    let kind = match status {
        DispenseStatus::ReadyToCollect | DispenseStatus::ReadyToDispatch => TagKind::Good,
        DispenseStatus::ReadyToCollectPartial
        | DispenseStatus::ReadyToDispatchPartial
        | DispenseStatus::PreparingRemainder
        | DispenseStatus::Unavailable => TagKind::Attention,
        DispenseStatus::NotDispensed | DispenseStatus::Cancelled => TagKind::Danger,
        DispenseStatus::Approved | DispenseStatus::NotTracked | DispenseStatus::WithPharmacy => TagKind::Info,
        DispenseStatus::Dispatched | DispenseStatus::Collected => TagKind::Neutral,
    };
    (status.title().to_owned(), kind)
}

/// Where an item stands now; that nobody can tell only where nothing else is known.
fn status(item: &PrescriptionItemSeen) -> Option<DispenseStatus> {
    item.now.map(|step| step.status).or_else(|| item.unavailable_since.map(|_| DispenseStatus::Unavailable))
}

/// How much somebody wants to know it.
fn weight(status: Option<DispenseStatus>) -> u8 {
    match status {
        Some(DispenseStatus::ReadyToCollect | DispenseStatus::ReadyToDispatch) => 0,
        Some(DispenseStatus::ReadyToCollectPartial | DispenseStatus::ReadyToDispatchPartial) => 1,
        Some(DispenseStatus::NotDispensed | DispenseStatus::Cancelled) => 2,
        Some(DispenseStatus::PreparingRemainder) => 3,
        Some(DispenseStatus::WithPharmacy | DispenseStatus::NotTracked) => 4,
        Some(DispenseStatus::Approved) => 5,
        Some(DispenseStatus::Unavailable) | None => 6,
        Some(DispenseStatus::Dispatched | DispenseStatus::Collected) => 7,
    }
}

/// Who has it, in a few words.
fn with_whom(one: &PrescriptionSeen) -> String {
    match (&one.dispenser, &one.ordered_to) {
        (Some(place), _) if !place.name.is_empty() => place.name.clone(),
        (Some(place), _) => format!("A pharmacy with the code {}", place.ods),
        (None, Some(place)) => format!("Ordered to {}", place.name),
        (None, None) if one.needs_token => "With no pharmacy yet".to_owned(),
        (None, None) => one.prescriber.clone(),
    }
}

/// A prescription as a row.
fn row(one: &PrescriptionSeen, today: NaiveDate) -> impl IntoView + use<> {
    let first = one.items.iter().map(status).min_by_key(|status| weight(*status)).flatten();
    let same = one.items.iter().all(|item| status(item) == first);
    let each: Vec<String> = one.items.iter().map(|item| format!("{}: {}", name(item), tag(status(item)).0)).collect();
    let latest = one.items.iter().filter_map(|item| item.now).map(|step| step.at).max().unwrap_or(one.changed_at);
    let title = match one.items.as_slice() {
        [item] => name(item),
        items => words::how_many(u64::try_from(items.len()).unwrap_or_default(), "medicine", "medicines"),
    };
    let text = match (same, one.items.len()) {
        (_, 1) => None,
        (true, _) => Some(one.items.iter().map(name).collect::<Vec<_>>().join(", ")),
        (false, _) => Some(in_a_row(&each)),
    };
    let issue = one.issues.map(issue_in_words);
    let source: Vec<String> = [Some(with_whom(one)), issue].into_iter().flatten().filter(|text| !text.is_empty()).collect();
    view! {
        <EntryRow
            title=title
            href=page_of(one.id)
            date=words::day_and_clock(latest, today)
            datetime=latest.to_rfc3339()
            text=crate::ui::Words(text)
            source=source.join(". ")
            tag=Some(tag(first))
        />
    }
}

/// "Issue 2 of 6, next from 3 January 2027".
fn issue_in_words(issues: Issues) -> String {
    let of = if issues.of > 1 { format!(" of {}", issues.of) } else { String::new() };
    let next = issues.next_on().map(|day| format!(", next from {}", day_in_words(day))).unwrap_or_default();
    let last = if issues.of > 1 && issues.left() == 0 { ", the last one" } else { "" };
    format!("Issue {}{of}{next}{last}", issues.issue)
}

/// One prescription.
pub async fn show(ctx: Ctx, path: Part) -> Answer {
    let id = id_in::<PrescriptionId>(path)?;
    let (seen, watching) = ctx.services().prescriptions.one(&ctx.actor(), ctx.person()?, id).await?;
    let whose = ctx.whose();
    ctx.page(Head::new("A prescription", Place::Medicines), || {
        let mut rows = vec![SummaryRow::new("Number", seen.number.to_string())];
        let mut add = |key: &str, text: Option<String>| rows.extend(text.map(|text| SummaryRow::new(key, text)));
        add("Prescribed", seen.written_on.map(day_in_words));
        add("By", Some(seen.prescriber.clone()).filter(|text| !text.is_empty()));
        add("How often", how_often(&seen, practice(&whose)));
        let items = seen.items.iter().map(item).collect_view();
        view! {
            <Narrow>
                <BackLink href=PRESCRIPTIONS label="Back to prescriptions" />
                <PageHeading title="A prescription" />
                {notes(&whose, &watching, true)}
                <SummaryList rows=rows />
                {items}
                {pharmacy(&seen, practice(&whose))}
                <p>"Questions about it? Ask the pharmacy. If you have run out of a medicine that you need, call " <a href="tel:111">"111"</a> "."</p>
            </Narrow>
        }
    })
    .await
}

/// How it is supplied, in words.
fn how_often(seen: &PrescriptionSeen, practice: &str) -> Option<String> {
    match (seen.issues, seen.course) {
        (Some(issues), _) => {
            let left = issues.left();
            let left = match left {
                0 => format!("When it is used up, ask {practice} for more."),
                _ => format!(
                    "{} left: the pharmacy gives it without an order.",
                    words::how_many(u64::from(left), "issue", "issues")
                ),
            };
            Some(format!("{}. {left}", issue_in_words(issues)))
        }
        (None, Course::Acute) => Some("Once".to_owned()),
        (None, Course::Repeat) => Some("A repeat: order it again when you need more".to_owned()),
        (None, _) => None,
    }
}

fn item(item: &PrescriptionItemSeen) -> impl IntoView + use<> {
    let now = status(item);
    let (label, kind) = tag(now);
    let since = item.now.map(|step| format!("Since {}", instant_in_words(step.at)));
    let next = now.map_or("Nobody has told us yet where it stands. If it is urgent, ring the pharmacy.", DispenseStatus::next);
    let unsure = item.unavailable_since.filter(|_| item.now.is_some()).map(|at| {
        let at = instant_in_words(at);
        view! { <p>{format!("Since {at} nobody can tell us how it goes on. It may be further than this by now. If it is urgent, ring the pharmacy.")}</p> }
    });
    let mut rows = Vec::new();
    let mut add = |key: &str, text: &str| {
        if !text.is_empty() {
            rows.push(SummaryRow::new(key, view! { <bdi>{text.to_owned()}</bdi> }));
        }
    };
    add("How much", &item.quantity);
    add("The pharmacy says", &item.note);
    let history: Vec<_> = item.history.clone();
    let history = (history.len() > 1).then(|| {
        let lines = history
            .into_iter()
            .map(|step| view! { <li>{format!("{}: {}", instant_in_words(step.at), step.status.title())}</li> })
            .collect::<Vec<_>>();
        view! { <Details summary="What we were told so far"><ul>{lines}</ul></Details> }
    });
    view! {
        <Section title=name(item)>
            <p><Tag label=label kind=kind /> {since.map(|since| view! { " " {since} })}</p>
            <p>{next}</p>
            {unsure}
            {(!rows.is_empty()).then(|| view! { <SummaryList rows=rows /> })}
            {history}
        </Section>
    }
}

/// Who has it and how to reach them; or how to take it to a pharmacy.
fn pharmacy(seen: &PrescriptionSeen, practice: &str) -> impl IntoView + use<> {
    let token = seen.has_token().then(|| {
        let href = format!("{}/token", page_of(seen.id));
        view! { <Button href=href kind=ButtonKind::Secondary>"Show the number with its bar code"</Button> }
    });
    match (&seen.dispenser, &seen.ordered_to) {
        (Some(has), _) => {
            let who = who(has.clone(), practice);
            view! { <Section title="Pharmacy">{who}</Section> }.into_any()
        }
        (None, Some(to)) => {
            let who = who(to.clone(), practice);
            view! {
                <Section title="Pharmacy">
                    <p>"It was ordered to this pharmacy. Nobody has told us yet that they have it: ring them before you go."</p>
                    {who}
                    <p>"If they do not have it, another pharmacy in England may give it: show them the number of the prescription."</p>
                    {token}
                </Section>
            }
            .into_any()
        }
        (None, None) => token
            .map(|token| {
                view! {
                    <Section title="Pharmacy">
                        <p>"It is with no pharmacy yet. Any pharmacy in England can give it: show them the number of the prescription."</p>
                        {token}
                    </Section>
                }
            })
            .into_any(),
    }
}

/// Which pharmacy it is, and how to reach it.
fn who(DispenserSeen { ods, name, phone, address, web, listed }: DispenserSeen, practice: &str) -> impl IntoView + use<> {
    let mut rows = Vec::new();
    let mut add = |key: &str, text: String| {
        if !text.is_empty() {
            rows.push(SummaryRow::new(key, view! { <bdi>{text}</bdi> }));
        }
    };
    let unnamed = name.is_empty();
    add("Name", name);
    add("Address", address);
    add("On the web", web);
    if unnamed {
        add("Code", ods.clone());
    }
    if !phone.is_empty() {
        rows.push(SummaryRow::new("Phone", phone_link(&phone)));
    }
    let hours = listed
        .then(|| view! { <p class="sh-screen-only"><a href=format!("/medicines/pharmacy/{ods}")>"See when it is open"</a></p> });
    let unknown = unnamed.then(|| {
        view! { <p>{format!("We know only the code of this pharmacy. If you do not know which it is, ask {practice}.")}</p> }
    });
    view! {
        <SummaryList rows=rows />
        {hours}
        {unknown}
    }
}

/// The number with its bar code, for a pharmacy to scan.
pub async fn token(ctx: Ctx, path: Part) -> Answer {
    let id = id_in::<PrescriptionId>(path)?;
    let seen = ctx.services().prescriptions.token(&ctx.actor(), ctx.person()?, id).await?;
    let modules = modules(&seen.number).ok_or_else(|| Failure(service::ServiceError::internal("a number has no bar code")))?;
    ctx.page(Head::new("Show this to a pharmacy", Place::Medicines), || {
        let number = seen.number.to_string();
        let items = seen.items.iter().map(|item| view! { <li>{name(item)}</li> }).collect_view();
        let lead = seen.ordered_to.as_ref().map_or_else(
            || "Any pharmacy in England can give it. They scan the bar code, or type the number.".to_owned(),
            |to| format!("It was ordered to {}. If they do not have it, show this to another pharmacy in England.", to.name),
        );
        view! {
            <Narrow>
                <BackLink href=page_of(seen.id) label="Back to the prescription" />
                <PageHeading title="Show this to a pharmacy" lead=lead />
                <BarCode modules=modules.clone() label=format!("Bar code of prescription {number}") />
                <p><strong>{number}</strong></p>
                <p>"For:"</p>
                <ul>{items}</ul>
                <p class="sh-screen-only">"If the bar code cannot be scanned from your screen, turn up the light of the screen, or print this page."</p>
            </Narrow>
        }
    })
    .await
}

/// The bars of a number as Code 128, in its set B: capital letters, digits, hyphen and plus.
fn modules(number: &PrescriptionNumber) -> Option<Vec<bool>> {
    let code = Code128::new(format!("\u{181}{number}")).ok()?;
    Some(code.encode().into_iter().map(|module| module == 1).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads Code 128 set B by hand, with its check symbol.
    fn read(modules: &[bool]) -> String {
        let text: String = modules.iter().map(|dark| if *dark { '1' } else { '0' }).collect();
        let (body, stop) = text.split_at(text.len() - 13);
        assert_eq!(stop, "1100011101011");
        let symbols: Vec<usize> = body
            .as_bytes()
            .chunks(11)
            .map(|chunk| SYMBOLS.iter().position(|symbol| symbol.as_bytes() == chunk).unwrap())
            .collect();
        let [104, middle @ .., check] = symbols.as_slice() else { panic!("it does not begin in set B") };
        let sum: usize = middle.iter().enumerate().map(|(at, value)| (at + 1) * value).sum();
        assert_eq!((104 + sum) % 103, *check);
        middle.iter().map(|value| char::from(u8::try_from(value + 32).unwrap())).collect()
    }

    /// The symbols 0 to 104 of ISO/IEC 15417 as modules; 104 begins set B.
    const SYMBOLS: [&str; 105] = [
        "11011001100",
        "11001101100",
        "11001100110",
        "10010011000",
        "10010001100",
        "10001001100",
        "10011001000",
        "10011000100",
        "10001100100",
        "11001001000",
        "11001000100",
        "11000100100",
        "10110011100",
        "10011011100",
        "10011001110",
        "10111001100",
        "10011101100",
        "10011100110",
        "11001110010",
        "11001011100",
        "11001001110",
        "11011100100",
        "11001110100",
        "11101101110",
        "11101001100",
        "11100101100",
        "11100100110",
        "11101100100",
        "11100110100",
        "11100110010",
        "11011011000",
        "11011000110",
        "11000110110",
        "10100011000",
        "10001011000",
        "10001000110",
        "10110001000",
        "10001101000",
        "10001100010",
        "11010001000",
        "11000101000",
        "11000100010",
        "10110111000",
        "10110001110",
        "10001101110",
        "10111011000",
        "10111000110",
        "10001110110",
        "11101110110",
        "11010001110",
        "11000101110",
        "11011101000",
        "11011100010",
        "11011101110",
        "11101011000",
        "11101000110",
        "11100010110",
        "11101101000",
        "11101100010",
        "11100011010",
        "11101111010",
        "11001000010",
        "11110001010",
        "10100110000",
        "10100001100",
        "10010110000",
        "10010000110",
        "10000101100",
        "10000100110",
        "10110010000",
        "10110000100",
        "10011010000",
        "10011000010",
        "10000110100",
        "10000110010",
        "11000010010",
        "11001010000",
        "11110111010",
        "11000010100",
        "10001111010",
        "10100111100",
        "10010111100",
        "10010011110",
        "10111100100",
        "10011110100",
        "10011110010",
        "11110100100",
        "11110010100",
        "11110010010",
        "11011011110",
        "11011110110",
        "11110110110",
        "10101111000",
        "10100011110",
        "10001011110",
        "10111101000",
        "10111100010",
        "11110101000",
        "11110100010",
        "10111011110",
        "10111101110",
        "11101011110",
        "11110101110",
        "11010000100",
        "11010010000",
    ];

    #[test]
    fn another_reader_reads_the_same_number() {
        for text in ["04F4C2-A99968-7F717P", "24F5DA-A83008-7EFE6Z", "566946-B86044-FEFEFN", "CDF34E-A99968-4FF3BQ"] {
            let number: PrescriptionNumber = text.parse().unwrap();
            assert_eq!(read(&modules(&number).unwrap()), text);
        }
        // With the plus that a check character can be.
        let plus: PrescriptionNumber = "04F4C2-A99968-7F717+".parse().unwrap();
        assert_eq!(read(&modules(&plus).unwrap()), "04F4C2-A99968-7F717+");
    }

    #[test]
    fn an_issue_is_told_in_words() {
        let from: NaiveDate = "2026-12-06".parse().unwrap();
        let two = Issues { issue: 2, of: 6, from: Some(from), days: None };
        assert_eq!(issue_in_words(two), "Issue 2 of 6, next from 3 January 2027");
        assert_eq!(issue_in_words(Issues { issue: 6, ..two }), "Issue 6 of 6, the last one");
        assert_eq!(issue_in_words(Issues { of: 0, ..two }), "Issue 2");
    }
}
