//! The first page: for everybody a short welcome, for who is signed in what is next and what is new.

use super::appointments::list::row as appointment_row;
use super::appointments::{lost, may_miss};
use super::as_on_paper;
use super::goals::goal_page;
use super::questionnaires::questionnaire_page;
use super::readings::targets::PLAN;
use super::readings::{holds_now, reading_page};
use super::record::overview::card_text;
use super::record::results::names;
use super::record::{Says, icon, row};
use super::weeks::week_page;
use crate::ctx::{Answer, Ctx, Head};
use crate::easy;
use crate::routes;
use crate::shell::Place;
use crate::ui::{
    Button, ButtonGroup, ButtonKind, Card, CardGroup, Columns, EmptyState, EntryList, EntryRow, IconName, Inset, Level,
    PageHeading, Section, SummaryList, SummaryRow,
};
use crate::whose::Whose;
use crate::words;
use chrono::{DateTime, NaiveDate, Utc};
use domain::goal::State;
use domain::reading::{AlertAct, Colour};
use domain::record::{Category, Code};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{
    Ahead, AppointmentSeen, EntryLine, GoalSeen, Overview, PersonSummary, PlainWords, QuestionsDue, ReadingNews, RedOpen,
    SittingDue, Waits,
};
use std::sync::Arc;

/// What of the record the first page leads to; the rest is one step further.
const SHORT_CUTS: [Category; 6] =
    [Category::Result, Category::Medicine, Category::Problem, Category::Allergy, Category::Visit, Category::Document];

/// Signed out: the welcome. Signed in: home, or the step that is still missing.
pub async fn show(ctx: Ctx) -> Answer {
    let Some(reader) = ctx.signed_in.clone() else { return welcome(&ctx).await };
    if reader.second_step_at.is_none() {
        return Ok(ctx.go("/second-step"));
    }
    let (actor, now) = (ctx.actor(), ctx.services().core.now());
    let Some(person) = reader.subject() else {
        // Nobody's record is their own: they came for somebody else's, or to link theirs.
        if !ctx.services().care_team.places(&actor).await?.is_empty() {
            return Ok(ctx.go("/team"));
        }
        let cares = !ctx.services().carers.cared_for(&actor).await?.is_empty();
        return Ok(ctx.go(if cares { "/acting" } else { "/link" }));
    };
    let (overview, coming) = ctx.services().records.home(&actor, person).await?;
    let (whose, books, records) = (ctx.whose(), ctx.books(), ctx.records_readings());
    let ahead = if books { ctx.services().appointments.ahead(&actor, person).await? } else { Ahead::default() };
    let waits = if records { ctx.services().readings.waits(&actor, person).await? } else { Waits::default() };
    let plain = Arc::clone(&ctx.services().plain_words);
    let head = Head::new("Home", Place::Home).named(&overview.person);
    ctx.page(head, || view! { <Home overview coming ahead waits books records now whose plain /> }).await
}

#[component]
fn Home(
    overview: Overview,
    coming: Vec<EntryLine>,
    ahead: Ahead,
    waits: Waits,
    books: bool,
    records: bool,
    now: DateTime<Utc>,
    whose: Whose,
    plain: Arc<PlainWords>,
) -> impl IntoView {
    let (today, Ahead { next, lost: not_kept }) = (london_day(now), ahead);
    let Overview { person, counts, newest, new_values, new_codes, sources } = overview;
    // What is coming up is not said twice, unless nothing else is new.
    let others: Vec<EntryLine> = newest.iter().filter(|line| coming.iter().all(|other| other.id != line.id)).cloned().collect();
    let newest = if others.is_empty() { newest } else { others };
    let newest: Vec<EntryLine> = newest
        .into_iter()
        .map(|line| {
            let (code, values) = (new_codes.get(&line.id), new_values.get(&line.id).copied());
            arrived(line, code, values, &whose, &plain)
        })
        .collect();
    let title = match &whose.name {
        None => format!("Hello, {}", person.display_name),
        Some(name) => format!("Looking after {name}"),
    };
    let (title_of_record, all_of_it) =
        (format!("{} record", whose.title()), format!("See all of {} record", whose.in_sentence()));
    let acting = whose.is_another();
    // The next of all, whoever gave it; where appointments are not open, none is named as that.
    let mut later: Vec<Coming> = next.map(Coming::Booked).into_iter().chain(coming.into_iter().map(Coming::Told)).collect();
    later.sort_by_key(Coming::at);
    let next = (books && !later.is_empty()).then(|| later.remove(0));
    let missed = match &next {
        Some(Coming::Booked(seen)) => seen.hospital.as_ref().map(|hospital| may_miss(hospital, &whose)),
        _ => None,
    };
    let no_allergies = !acting
        && counts.iter().any(|count| count.category == Category::Allergy && count.count == 0 && count.none_said.is_empty());
    let to_come: u64 = counts.iter().map(|count| count.waiting).sum();
    let short_cuts = SHORT_CUTS
        .into_iter()
        .filter_map(|category| counts.iter().find(|count| count.category == category))
        .map(|count| {
            view! {
                <Card
                    title=count.category.title()
                    href=routes::category(count.category)
                    count=(count.count > 0).then(|| words::grouped(count.count))
                    text=card_text(count, &whose)
                    icon=icon(count.category)
                    level=Level::Three
                />
            }
        })
        .collect_view();
    view! {
        <PageHeading title=title lead=identity(&person) />
        {waits.holds.as_ref().map(holds_now)}
        {as_on_paper()}
        {easy::is_on().then(|| pictures(acting, books, records))}
        {lost(&not_kept)}
        {waiting((waits, to_come), today, &whose)}
        {next.map(|next| view! {
            <Section title="Next appointment">
                {missed.map(|words| view! {
                    <Inset>
                        <p>{words}</p>
                        <p>"Open the appointment to change or cancel it."</p>
                    </Inset>
                })}
                <EntryList>{next.row(today, now)}</EntryList>
                <p class="sh-screen-only"><a href="/appointments">"See all appointments"</a></p>
            </Section>
        })}
        {(!later.is_empty()).then(|| view! {
            <Section title="Coming up">
                <EntryList>{later.into_iter().map(|one| one.row(today, now)).collect_view()}</EntryList>
            </Section>
        })}
        <Columns>
            <Newest lines=newest any_source=!sources.is_empty() whose />
            <DoNext no_allergies acting books records />
        </Columns>
        <Section title=title_of_record>
            <CardGroup>{short_cuts}</CardGroup>
            <p class="sh-screen-only"><a href="/record">{all_of_it}</a></p>
        </Section>
    }
}

/// The places of the product as big pictures with short words, for whoever reads in easy words.
fn pictures(acting: bool, books: bool, records: bool) -> impl IntoView {
    let lead = if acting { easy::HOME_OF_ANOTHER } else { easy::HOME };
    let appointments = books.then(|| {
        view! {
            <Card title="Appointments" href="/appointments" text=easy::MY_APPOINTMENTS icon=IconName::Calendar level=Level::Two prominent=true />
        }
    });
    let medicines = (!acting).then(|| {
        view! { <Card title="Medicines" href="/medicines" text=easy::MY_MEDICINES icon=IconName::Pill level=Level::Two prominent=true /> }
    });
    let how = if acting { easy::HEALTH_OF_ANOTHER } else { easy::MY_HEALTH };
    let health = records.then(|| {
        view! { <Card title="Health" href="/readings" text=how icon=IconName::Heart level=Level::Two prominent=true /> }
    });
    view! {
        <p class="sh-lead">{lead}</p>
        <CardGroup>
            <Card title="Record" href="/record" text=easy::MY_RECORD icon=IconName::Record level=Level::Two prominent=true />
            {appointments}
            {medicines}
            {health}
        </CardGroup>
    }
}

/// What waits for the reader, a card each; nothing where nothing does.
fn waiting((waits, to_come): (Waits, u64), today: NaiveDate, whose: &Whose) -> Option<AnyView> {
    let Waits { holds, red, sitting, questions, news, goal } = waits;
    // What holds now stands above, once.
    let is_said = |one: &RedOpen| holds.is_some_and(|holds| Some(holds.signs.advice) == one.advice);
    let general = red.as_ref().filter(|one| !is_said(one)).and_then(|one| at_once(one, today));
    let red = red.map(|one| came_up(one, today));
    let news = news.map(|news| looked(news, today, whose));
    let cards: Vec<AnyView> = [general, red, has_come(to_come), sitting.map(due), questions.map(asked), news, goal.map(in_hand)]
        .into_iter()
        .flatten()
        .collect();
    (!cards.is_empty()).then(|| view! { <Section title="For you now"><CardGroup>{cards}</CardGroup></Section> }.into_any())
}

/// What public guidance asks for now about the reading that a care team's rule is about. No word of it is cut.
fn at_once(one: &RedOpen, today: NaiveDate) -> Option<AnyView> {
    let (advice, id) = one.advice.zip(one.reading)?;
    let emergency = if advice.emergency.is_empty() { String::new() } else { format!(" Call 999 now if {}.", advice.emergency) };
    let signs = one.held.map(|held| format!(" {}", held.in_short())).unwrap_or_default();
    let day = words::day_heading(london_day(one.at), today);
    let text = format!("{day}: {}.{signs}{emergency} {}", one.found, advice.does.join(" "));
    let href = reading_page(one.measure, id);
    Some(view! { <Card title=advice.title href=href text=text icon=IconName::Alert level=Level::Three /> }.into_any())
}

/// What a care team's rule asks for. No word of it is cut.
fn came_up(one: RedOpen, today: NaiveDate) -> AnyView {
    // What the general advice beside it asks for comes first.
    let after = match Colour::Red.is_said_after_999(one.advice.map(|advice| advice.urgency)) {
        true => "after you called 999, ",
        false => "",
    };
    let title = format!("{}: {after}what {} asks you to do", one.measure.name(), one.organisation);
    let words = one.words.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = format!("{}: {}. {words}", words::day_heading(london_day(one.at), today), one.found);
    let href = one.reading.map_or_else(|| PLAN.to_owned(), |id| reading_page(one.measure, id));
    view! { <Card title=title href=href text=text icon=IconName::Alert level=Level::Three /> }.into_any()
}

/// Results that have come and are not shown yet: no word of what they are.
fn has_come(many: u64) -> Option<AnyView> {
    let (title, text) = match many {
        0 => return None,
        1 => ("A test result has come".to_owned(), "See when you can read it."),
        _ => (format!("{} test results have come", words::grouped(many)), "See when you can read them."),
    };
    let href = routes::category(Category::Result);
    Some(view! { <Card title=title href=href text=text icon=IconName::Flask level=Level::Three /> }.into_any())
}

fn due(one: SittingDue) -> AnyView {
    let part = match one.protocol.sittings().len() {
        1 => "Today\u{2019}s reading".to_owned(),
        _ => one.sitting.title.to_owned(),
    };
    let text = if one.begun { format!("{part}: one more reading to take.") } else { format!("{part}: it is time to measure.") };
    view! { <Card title=one.protocol.title() href=week_page(one.week) text=text icon=IconName::Heart level=Level::Three /> }
        .into_any()
}

fn asked(one: QuestionsDue) -> AnyView {
    let text = match (one.asked_by, one.begun) {
        (Some(by), false) => format!("{by} asks you to fill this in."),
        (Some(by), true) => format!("{by} asks for it. Go on where you stopped."),
        (None, _) => "Not finished. Go on where you stopped.".to_owned(),
    };
    let href = questionnaire_page(&one.questionnaire);
    view! { <Card title=one.title href=href text=text icon=IconName::Clipboard level=Level::Three /> }.into_any()
}

/// What they want, how it goes, and what comes next.
fn in_hand(goal: GoalSeen) -> AnyView {
    let text = match goal.proposed_by.as_ref().filter(|_| goal.state == State::Proposed) {
        Some((by, at)) => format!("{by}, {at}, suggests this. Say whether you want it."),
        None => {
            let now = goal.now_in_words().map(|now| format!("{now}. ")).unwrap_or_default();
            let next = match (goal.check_in, goal.first_step.is_empty()) {
                (None, false) => format!("First step: {}", in_one_line(&goal.first_step)),
                _ => goal.encouragement().to_owned(),
            };
            format!("{now}{next}")
        }
    };
    let title = in_one_line(&goal.says);
    view! { <Card title=title href=goal_page(goal.id) text=text icon=IconName::Done level=Level::Three /> }.into_any()
}

fn looked(news: ReadingNews, today: NaiveDate, whose: &Whose) -> AnyView {
    let of = format!("{} {}", whose.in_sentence(), news.measure.name_in_sentence());
    let title = match news.act {
        AlertAct::See => format!("{} looked at {of}", news.organisation),
        AlertAct::Act | AlertAct::Close => format!("{} wrote about {of}", news.organisation),
    };
    let day = words::day_heading(london_day(news.at), today);
    let text =
        if news.words.is_empty() { format!("{day}: they have seen it.") } else { format!("{day}: {}", in_one_line(&news.words)) };
    let href = news.reading.map_or_else(|| PLAN.to_owned(), |id| reading_page(news.measure, id));
    view! { <Card title=title href=href text=text icon=IconName::Stethoscope level=Level::Three /> }.into_any()
}

/// The beginning of what somebody wrote, cut at a word.
fn in_one_line(words: &str) -> String {
    const MOST: usize = 120;
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= MOST {
        return words;
    }
    let cut: String = words.chars().take(MOST).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole} \u{2026}")
}

/// "NHS number 999 012 3456 · Born 3 May 1950 (age 76)", the number never broken across lines.
fn identity(person: &PersonSummary) -> Option<String> {
    let number = person.nhs_number.as_ref().map(|number| format!("NHS number {}", number.to_string().replace(' ', "\u{a0}")));
    let born = person.birth_date.map(|birth| {
        let age = person.age.filter(|age| *age > 0).map(|age| format!(" (age {age})")).unwrap_or_default();
        format!("Born {}{age}", day_in_words(birth))
    });
    let parts: Vec<String> = number.into_iter().chain(born).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// What is coming up: booked here, or told by another source.
enum Coming {
    Booked(AppointmentSeen),
    Told(EntryLine),
}

impl Coming {
    fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Booked(seen) => seen.starts_at,
            Self::Told(line) => line.happened.map_or(DateTime::<Utc>::MAX_UTC, |when| when.begins()),
        }
    }

    fn row(self, today: NaiveDate, now: DateTime<Utc>) -> AnyView {
        match self {
            Self::Booked(seen) => appointment_row(&seen, today, now).into_any(),
            Self::Told(line) => told_row(line, today).into_any(),
        }
    }
}

fn told_row(line: EntryLine, today: NaiveDate) -> impl IntoView {
    let source = super::record::source(line.author.as_deref(), line.place.as_deref());
    let text = (!line.kind.eq_ignore_ascii_case(&line.title)).then_some(line.kind);
    view! {
        <EntryRow
            title=line.title
            href=routes::entry(line.id)
            date=line.happened.map(|when| words::soon(when, today))
            datetime=line.happened.map(|when| when.to_string())
            text=text
            source=source
            tag=words::status_tag(line.category, line.status.as_deref())
        />
    }
}

/// What newly arrived as its row says it: a test by its plain name, and a report with how many of its values are new.
fn arrived(line: EntryLine, code: Option<&Code>, values: Option<u64>, whose: &Whose, plain: &PlainWords) -> EntryLine {
    let (title, also) = match line.category {
        Category::Result => names(&line, code, whose, plain),
        _ => (line.title.clone(), None),
    };
    let mut kind = line.kind.clone();
    if let Some(values) = values {
        kind = format!("{kind}: {}", words::how_many(values, "new value", "new values"));
    }
    if let Some(also) = also {
        kind = format!("{kind}. Called in the record: {also}");
    }
    EntryLine { title, kind, ..line }
}

#[component]
fn Newest(lines: Vec<EntryLine>, any_source: bool, whose: Whose) -> impl IntoView {
    let title = format!("Newly arrived in {} record", whose.in_sentence());
    let body = if lines.is_empty() && whose.is_another() {
        view! {
            <EmptyState title="Nothing here" icon=IconName::Record level=Level::Three>
                <p>{format!("There is nothing here that you can see for {}.", whose.person())}</p>
            </EmptyState>
        }
        .into_any()
    } else if lines.is_empty() {
        let why = if any_source {
            "The places that look after you have sent nothing about your health yet."
        } else {
            "No place has sent your record here yet."
        };
        view! {
            <EmptyState title="Nothing here yet" icon=IconName::Record level=Level::Three>
                <p>{why}</p>
                <p>"Ask your GP practice when it will be here."</p>
            </EmptyState>
        }
        .into_any()
    } else {
        let rows = lines.into_iter().map(|line| row(line, Says { kind: true, date: true })).collect_view();
        view! { <EntryList>{rows}</EntryList> }.into_any()
    };
    view! { <Section title=title>{body}</Section> }
}

#[component]
fn DoNext(no_allergies: bool, acting: bool, books: bool, records: bool) -> impl IntoView {
    let reading = records.then(|| {
        view! {
            <Card
                title="Record a reading"
                href="/readings"
                text=easy::say("Blood pressure, weight, mood and more.", easy::READING)
                icon=IconName::Heart
                level=Level::Three
                prominent=true
            />
        }
    });
    let find = books.then(|| {
        view! {
            <Card
                title="Find an appointment"
                href="/appointments/find"
                text=easy::say("See the times that are free, and book one.", easy::FIND)
                icon=IconName::Calendar
                level=Level::Three
                prominent=true
            />
        }
    });
    let allergies = no_allergies.then(|| {
        view! {
            <Card
                title="Tell your practice about allergies"
                href=routes::category(Category::Allergy)
                text="Your record does not say whether you have any."
                icon=IconName::Alert
                level=Level::Three
            />
        }
    });
    if acting {
        return view! {
            <div class="sh-screen-only">
                <Section title="What to do next">
                    <CardGroup>
                        {find}
                        {reading}
                        <Card
                            title="Everybody you look after"
                            href="/acting"
                            text="Go to somebody else, or back to your own record."
                            icon=IconName::People
                            level=Level::Three
                        />
                    </CardGroup>
                </Section>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="sh-screen-only">
            <Section title="What to do next">
                <CardGroup>
                    {find}
                    {reading}
                    {allergies}
                    <Card
                        title="Check that your record is right"
                        href="/record"
                        text=easy::say("If something is wrong or missing, tell your GP practice.", easy::CHECK)
                        icon=IconName::Clipboard
                        level=Level::Three
                    />
                    <Card
                        title="See who has looked"
                        href="/activity"
                        text=easy::say("Every look at your record is written down.", easy::LOOKED)
                        icon=IconName::Eye
                        level=Level::Three
                    />
                    <Card
                        title="Keep a copy"
                        href="/account/download"
                        text=easy::say("Download your whole record.", easy::COPY)
                        icon=IconName::Download
                        level=Level::Three
                    />
                </CardGroup>
            </Section>
        </div>
    }
    .into_any()
}

async fn welcome(ctx: &Ctx) -> Answer {
    let demo = ctx.state.demo.is_some();
    ctx.page(Head::new("Your health record", Place::Home), || {
        view! {
            <PageHeading
                title="Your health record, in plain words"
                lead="Selfheal shows you what your GP practice and hospitals have written down about your health."
            />
            <ButtonGroup>
                <Button href="/sign-in">"Sign in"</Button>
                <Button kind=ButtonKind::Secondary href="/register">"Set up your account"</Button>
            </ButtonGroup>
            {demo.then(|| {
                view! {
                    <Inset>
                        <p>
                            "This is a demonstration with made-up people. " <a href="/sign-in">"Choose who to be"</a>
                            " and look around."
                        </p>
                    </Inset>
                }
            })}
            <Columns>
                <Section title="What you can do here">
                    <SummaryList rows=vec![
                        SummaryRow::new("Read it", "Your test results, medicines, allergies, vaccinations, visits and letters, newest first"),
                        SummaryRow::new("Check it", "Where each entry comes from, and what it said before"),
                        SummaryRow::new("Watch over it", "Who has looked at your record, when and why"),
                        SummaryRow::new("Take it with you", "Download all of it as one file"),
                    ] />
                </Section>
                <Section title="First time here?">
                    <ol>
                        <li>"Have the letter from your GP practice ready. It has the code that opens your record."</li>
                        <li><a href="/register">"Set up your account"</a> " with your email address, and with a passkey or an app that shows codes."</li>
                        <li>"Type in the code. Your record opens."</li>
                    </ol>
                    <p>"No letter? Ask the reception of your practice."</p>
                    <p class="sh-screen-only"><a href="/help">"More help with getting in"</a></p>
                </Section>
            </Columns>
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{NhsNumber, PersonId};
    use uuid::Uuid;

    #[test]
    fn what_somebody_wrote_is_cut_at_a_word() {
        assert_eq!(in_one_line("Take one\n more"), "Take one more");
        let long = in_one_line(&"one two ".repeat(40));
        assert!(long.ends_with("two \u{2026}") && long.chars().count() <= 122, "{long}");
        assert_eq!(in_one_line(&"x".repeat(200)).chars().count(), 122, "a word without an end is cut");
    }

    #[test]
    fn a_person_without_a_number_or_a_birthday_is_greeted_all_the_same() {
        let mut person = PersonSummary {
            id: PersonId::from_uuid(Uuid::nil()),
            display_name: "Margaret Ellis".to_owned(),
            nhs_number: Some(NhsNumber::parse("9434765919").unwrap()),
            birth_date: NaiveDate::from_ymd_opt(1950, 5, 3),
            age: Some(76),
            gender: None,
            deceased: false,
        };
        assert_eq!(identity(&person).unwrap(), "NHS number 943\u{a0}476\u{a0}5919 · Born 3 May 1950 (age 76)");
        person.nhs_number = None;
        person.age = None;
        assert_eq!(identity(&person).unwrap(), "Born 3 May 1950");
        person.birth_date = None;
        assert_eq!(identity(&person), None);
    }
}
