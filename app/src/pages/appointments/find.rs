//! Finding a time: what is looked for stands in the address, so that a page can be kept and gone back to.

use super::{
    cannot_wait, changed, changing, how_far, instead_of, may_have_others, other_ways, page_of, slot_page, times_for, with_whom,
};
use crate::api::field;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::forms::Typed;
use crate::islands::slot_picker::{PICKED, SlotPicker};
use crate::pages::by_day;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Choice, DateInput, DateParts, Details, EmptyState, ErrorSummary, FieldError,
    IconName, InputKind, Inset, PageHeading, Radios, Section, SummaryList, SummaryRow, TextInput, TimeLink, TimeList, Width,
};
use crate::whose::Whose;
use crate::words;
use axum::extract::Query;
use chrono::NaiveDate;
use domain::appointment::{Mode, ServiceKind};
use domain::when::{clock_at, day_in_words, instant_in_words, london_day};
use domain::{AppointmentId, PersonId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use service::{AppointmentSeen, Choices, Closed, FieldProblem, Found, MILES, SearchForm, ServiceError, SlotSeen};

/// Times of day, as they are chosen.
const TIMES: [(&str, &str); 4] =
    [("", "Any time"), ("morning", "Morning"), ("afternoon", "Afternoon"), ("evening", "Evening, from 5pm")];
/// Days of the week, as they are chosen.
const DAYS: [(&str, &str); 8] = [
    ("", "Any day"),
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
];

/// What the address asks for.
#[derive(Clone, Debug, Default)]
struct Asked {
    form: SearchForm,
    from: DateParts,
    old: Option<AppointmentId>,
    /// The form was sent, even if nothing was chosen on it.
    sent: bool,
    /// A postcode was typed: it stays in the address, and one from the record does not come into it.
    says_where: bool,
}

/// The session's key for [`Kept`].
const KEPT: &str = "times";
/// The longest address that is kept, in bytes: nobody looks for more.
const LONGEST: usize = 1024;

/// The page of times that was looked at last.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    person: PersonId,
    kind: String,
    old: Option<AppointmentId>,
    address: String,
}

/// Where the times of a kind are: the page that was looked at last for this person, where it is one of them.
pub(super) async fn times_of(ctx: &Ctx, kind: ServiceKind, old: Option<AppointmentId>) -> Result<String, Failure> {
    let person = ctx.person()?;
    let kept = ctx.session.get::<Kept>(KEPT).await?;
    let kept = kept.filter(|kept| kept.person == person && kept.kind == kind.code() && kept.old == old);
    Ok(kept.map_or_else(
        || match old {
            Some(_) => changing("/appointments/find".to_owned(), old),
            None => times_for(kind),
        },
        |kept| kept.address,
    ))
}

/// Keeps the page of times for the way back to it.
async fn keep(ctx: &Ctx, asked: &Asked) -> Result<(), Failure> {
    let address = asked.address(&asked.form.after, &asked.form.practitioner);
    let kept = Kept { person: ctx.person()?, kind: asked.form.kind.clone(), old: asked.old, address };
    if kept.address.len() <= LONGEST && ctx.session.get::<Kept>(KEPT).await?.as_ref() != Some(&kept) {
        ctx.session.insert(KEPT, kept).await?;
    }
    Ok(())
}

impl Asked {
    fn read(query: &Typed) -> Result<Self, Failure> {
        let part = |name| field(query, name).trim().to_owned();
        let mut from = DateParts::new(part("from_day"), part("from_month"), part("from_year"));
        let typed = [&from.year, &from.month, &from.day].into_iter().any(|part| !part.is_empty());
        let day = match (typed, part("from")) {
            (true, _) => format!("{:0>4}-{:0>2}-{:0>2}", from.year, from.month, from.day),
            (false, day) => day,
        };
        if let (false, Ok(day)) = (typed, day.parse::<NaiveDate>()) {
            from = DateParts::new(day.format("%-d").to_string(), day.format("%-m").to_string(), day.format("%Y").to_string());
        }
        Ok(Self {
            form: SearchForm {
                kind: part("kind"),
                service: part("service"),
                mode: part("mode"),
                place: part("place"),
                practitioner: part("practitioner"),
                from: day,
                time: part("time"),
                weekday: part("weekday"),
                postcode: part("postcode"),
                within: part("within"),
                after: part("after"),
            },
            from,
            old: instead_of(query)?,
            sent: query.keys().any(|name| name != "instead_of"),
            says_where: !part("postcode").is_empty(),
        })
    }

    /// The address of the page that begins there, with times of whoever is named.
    fn address(&self, after: &str, practitioner: &str) -> String {
        let (form, old) = (&self.form, self.old.map(|id| id.to_string()).unwrap_or_default());
        let parts = [
            ("kind", form.kind.as_str()),
            ("service", &form.service),
            ("mode", &form.mode),
            ("place", &form.place),
            ("practitioner", practitioner),
            ("from", &form.from),
            ("time", &form.time),
            ("weekday", &form.weekday),
            ("postcode", if self.says_where { &form.postcode } else { "" }),
            ("within", &form.within),
            ("instead_of", &old),
            ("after", after),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", crate::routes::in_query(value)))
            .collect();
        format!("/appointments/find?{}", parts.join("&"))
    }

    /// The address of the page with later times of the same.
    fn later(&self, after: &str) -> String {
        self.address(after, &self.form.practitioner)
    }

    /// The address of the page with the times from a day on; from now on without one.
    fn from(&self, day: Option<NaiveDate>) -> String {
        let mut from = self.clone();
        from.form.from = day.map(|day| day.to_string()).unwrap_or_default();
        from.later("")
    }

    /// "GP, by phone, in the morning".
    fn in_words(&self, choices: &Choices) -> String {
        let (form, named) = (&self.form, |list: &[(&str, &str)], code: &str| {
            list.iter().find(|(of, _)| !code.is_empty() && *of == code).map(|(_, name)| (*name).to_owned())
        });
        let place = choices.places.iter().find(|place| place.id.to_string() == form.place);
        let who = choices.practitioners.iter().find(|one| one.id.to_string() == form.practitioner);
        let near = MILES.iter().find(|miles| miles.to_string() == form.within);
        let parts = [
            ServiceKind::from_code(&form.kind).map(|kind| kind.title().to_owned()),
            Mode::from_code(&form.mode).map(|mode| words::in_sentence(mode.title())),
            who.map(|one| format!("with {}", one.name)),
            place.map(|place| format!("at {}", place.name)),
            near.map(|miles| format!("within {} of {}", words::miles(f64::from(*miles)), form.postcode.to_uppercase())),
            named(&DAYS, &form.weekday).map(|day| format!("on a {day}")),
            named(&TIMES, &form.time).map(|time| words::in_sentence(&time)),
            form.from.parse::<NaiveDate>().ok().map(|day| format!("from {}", day_in_words(day))),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The form, and what it found.
pub async fn show(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let (actor, person, today) = (ctx.actor(), ctx.person()?, london_day(ctx.services().core.now()));
    let mut asked = Asked::read(&query)?;
    let old = match asked.old {
        None => None,
        Some(id) => match changed(&ctx, id).await? {
            None => return Ok(ctx.go(&page_of(id))),
            old => old,
        },
    };
    if let (true, Some(old)) = (asked.form.kind.is_empty(), &old) {
        asked.form.kind = old.kind.code().to_owned();
        asked.sent = true;
    }
    let appointments = &ctx.services().appointments;
    let mut home = None;
    if !asked.says_where {
        home = appointments.home_postcode(&actor, person).await?;
        asked.form.postcode = home.clone().unwrap_or_default();
    }
    let choices = appointments.choices(&actor, person, &asked.form).await?;
    if !choices.knows_postcodes {
        (asked.form.postcode, asked.form.within, asked.says_where) = (String::new(), String::new(), false);
    }
    let (found, problems) = match asked.sent {
        false => (None, Vec::new()),
        true => match appointments.search(&actor, person, &asked.form).await {
            Ok(found) => (Some(found), Vec::new()),
            Err(ServiceError::Fields(problems)) => (None, problems),
            Err(other) => return Err(other.into()),
        },
    };
    if found.is_some() {
        keep(&ctx, &asked).await?;
    }
    let (whose, home) = (ctx.whose(), home.as_deref());
    let title = if found.is_some() { "Choose a time" } else { "Find an appointment" };
    let head = Head { has_errors: !problems.is_empty(), ..Head::new(title, Place::Appointments).with_island() };
    ctx.page(head, || {
        let said = said(found.as_ref(), &problems);
        let (back, label) = match asked.old {
            Some(id) => (page_of(id), "Back to the appointment that you have"),
            None => ("/appointments".to_owned(), "Back to appointments"),
        };
        let lead = found.is_some().then(|| asked.in_words(&choices));
        let how = match &found {
            Some(found) if !found.slots.is_empty() => acts::steps(&acts::TIMES),
            None if !choices.kinds.is_empty() => acts::steps(&acts::FIND),
            _ => None,
        };
        let body = match found {
            // Where nothing is found, that is what is said first, and the form is open for another try.
            Some(found) if found.slots.is_empty() => {
                let form = search(&asked, choices, &problems, home);
                view! {
                    {results(found, &asked, today, &whose)}
                    <Section title="Look for something else">{form}</Section>
                }
                .into_any()
            }
            Some(found) => {
                let form = search(&asked, choices, &problems, home);
                view! {
                    <Details summary="Change what you look for">{form}</Details>
                    {results(found, &asked, today, &whose)}
                }
                .into_any()
            }
            None if choices.kinds.is_empty() => view! {
                <EmptyState title="Nothing can be booked here now" icon=IconName::Calendar>
                    <p>"No service has free times here today. New times may open tomorrow."</p>
                    {other_ways()}
                </EmptyState>
            }
            .into_any(),
            None => search(&asked, choices, &problems, home).into_any(),
        };
        view! {
            <BackLink href=back label=label />
            <SlotPicker>
                <div id=PICKED tabindex="-1" data-said=said>
                    <ErrorSummary errors=errors(&problems) />
                    {easy::picture(IconName::Calendar)}
                    <PageHeading title=title lead=lead />
                    {how}
                    {old.map(|old| view! { <Inset><p>{keeping(&old, &whose)}</p></Inset> })}
                    {body}
                </div>
            </SlotPicker>
        }
    })
    .await
}

/// What a screen reader says where the list is exchanged without a new page.
fn said(found: Option<&Found>, problems: &[FieldProblem]) -> String {
    match found {
        None if problems.is_empty() => String::new(),
        None => "There is a problem".to_owned(),
        Some(found) if found.slots.is_empty() => "We found no times".to_owned(),
        Some(found) => {
            let count = u64::try_from(found.slots.len()).unwrap_or_default();
            let first = found.slots.first().map(|slot| format!(", the first on {}", instant_in_words(slot.starts_at)));
            format!("{}{}", words::how_many(count, "time", "times"), first.unwrap_or_default())
        }
    }
}

/// That nothing is lost by looking.
pub(super) fn keeping(old: &AppointmentSeen, whose: &Whose) -> String {
    let at = instant_in_words(old.starts_at);
    match &whose.name {
        None => format!("You keep your appointment on {at} until you have booked another."),
        Some(name) => format!("{name} keeps the appointment on {at} until you have booked another."),
    }
}

fn errors(problems: &[FieldProblem]) -> Vec<FieldError> {
    let id = |field: &str| match field {
        "from" => "from-day".to_owned(),
        // That somebody cannot book at all has no field to go to.
        "slot" => String::new(),
        field => field.to_owned(),
    };
    problems.iter().map(|problem| FieldError::new(id(&problem.field), problem.message.clone())).collect()
}

fn choices(list: &[(&str, &str)]) -> Vec<Choice> {
    list.iter().map(|(code, name)| Choice::new(*code, *name)).collect()
}

fn search(asked: &Asked, found: Choices, problems: &[FieldProblem], home: Option<&str>) -> impl IntoView + use<> {
    let error = |name: &str| problems.iter().find(|problem| problem.field == name).map(|problem| problem.message.clone());
    let Choices { kinds, places, practitioners, knows_postcodes } = found;
    let kind = |kind: ServiceKind| Choice::new(kind.code(), kind.title());
    let any_mode = Choice::new("", "Any way");
    let modes = std::iter::once(any_mode).chain(Mode::ALL.iter().map(|mode| Choice::new(mode.code(), mode.title()))).collect();
    let form = asked.form.clone();
    let places = (places.len() > 1).then(|| {
        let named = places.into_iter().map(|place| {
            let far = place.miles.map(|miles| format!(", {}", words::miles(miles))).unwrap_or_default();
            Choice::new(place.id.to_string(), format!("{}{far}", place.name))
        });
        let choices = std::iter::once(Choice::new("", "Any place")).chain(named).collect();
        view! { <Radios id="place" legend_text="Where?" choices=choices value=form.place.clone() /> }
    });
    let people = (practitioners.len() > 1 || !form.practitioner.is_empty() && !practitioners.is_empty()).then(|| {
        let named = practitioners.into_iter().map(|one| Choice::new(one.id.to_string(), with_whom(&one.name, &one.job)));
        let choices = std::iter::once(Choice::new("", "Anyone")).chain(named).collect();
        view! { <Radios id="practitioner" legend_text="Who with?" choices=choices value=form.practitioner.clone() /> }
    });
    let near = knows_postcodes.then(|| near(&form, home, error("postcode")));
    // A postcode out of the record narrows nothing.
    let postcode = if asked.says_where { form.postcode.as_str() } else { "" };
    let narrowed = [&form.mode, &form.time, &form.weekday, &form.from, &form.place, &form.practitioner, postcode, &form.within];
    let open = narrowed.into_iter().any(|part| !part.is_empty());
    let old = asked.old.map(|id| view! { <input type="hidden" name="instead_of" value=id.to_string() /> });
    let (kind_error, from_error) = (error("kind"), error("from"));
    let from = asked.from.clone();
    view! {
        <form class="sh-form" method="get" action="/appointments/find">
            {old}
            <Radios
                id="kind"
                legend_text="What do you need?"
                choices=kinds.into_iter().map(kind).collect()
                error=kind_error
                value=form.kind
            />
            <Details summary="Narrow it down" open=open>
                <Radios id="mode" legend_text="How?" choices=modes inline=true value=form.mode />
                {people}
                <Radios id="time" legend_text="What time of day?" choices=choices(&TIMES) inline=true value=form.time />
                <Radios id="weekday" legend_text="Which day?" choices=choices(&DAYS) inline=true value=form.weekday />
                <DateInput
                    id="from"
                    legend_text="From which day on?"
                    hint="For example, 27 3 2027. Leave it empty for the earliest."
                    error=from_error
                    value=from
                />
                {near}
                {places}
            </Details>
            <Button>"Show times"</Button>
        </form>
    }
}

/// Where the person is, and how far they would go. The postcode of their record stands in no field, so that it comes into no
/// address.
fn near(form: &SearchForm, home: Option<&str>, error: Option<String>) -> impl IntoView + use<> {
    let (label, hint) = match home {
        Some(home) => ("Another postcode", format!("We look from {home}, as your record says. Type another to look from there.")),
        None => {
            let hint = "It shows how far away each place is. The first part, like TA1, is enough. You can leave it empty.";
            ("Your postcode", hint.to_owned())
        }
    };
    let miles = MILES.iter().map(|miles| Choice::new(miles.to_string(), words::miles(f64::from(*miles))));
    let miles = std::iter::once(Choice::new("", "Any distance")).chain(miles).collect();
    view! {
        <TextInput
            id="postcode"
            label=label
            hint=hint
            error=error
            value=if home.is_none() { form.postcode.clone() } else { String::new() }
            kind=InputKind::LetterCode
            width=Width::Ten
            autocomplete=home.is_none().then(|| "postal-code".to_owned())
        />
        <Radios
            id="within"
            legend_text="How far would you go?"
            hint="We show phone and video appointments too."
            choices=miles
            inline=true
            value=form.within.clone()
        />
    }
}

fn results(found: Found, asked: &Asked, today: NaiveDate, whose: &Whose) -> impl IntoView + use<> {
    let Found { slots, next, week, closed, opens } = found;
    let first = (!asked.form.after.is_empty() || !asked.form.from.is_empty()).then(|| {
        let href = asked.from(None);
        view! { <p class="sh-screen-only"><a href=href>"Back to the earliest times"</a></p> }
    });
    let everyone = (!asked.form.practitioner.is_empty()).then(|| {
        let href = asked.address("", "");
        view! { <p class="sh-screen-only"><a href=href>"See times with anyone"</a></p> }
    });
    let list = if slots.is_empty() {
        nothing(&closed, &opens, whose).into_any()
    } else {
        let asked = asked.clone();
        // With one person alone there is nobody to leave out.
        let of = slots.first().map(|slot| slot.practitioner_id);
        let several = asked.form.practitioner.is_empty() && slots.iter().any(|slot| Some(slot.practitioner_id) != of);
        by_day(slots, |one| one.starts_at)
            .into_iter()
            .map(|(day, slots)| {
                let rows = together(slots).into_iter().map(|slots| times(slots, &asked, several)).collect_view();
                view! { <Section title=words::day_heading(day, today)>{rows}</Section> }
            })
            .collect_view()
            .into_any()
    };
    let week = week.map(|monday| {
        let href = asked.from(Some(monday));
        view! { <a href=href>{format!("Go on to {}", words::day_heading(monday, today))}</a> }
    });
    let later = next.map(|next| {
        let href = asked.later(&next);
        view! {
            <ButtonGroup>
                <Button kind=ButtonKind::Secondary href=href>"Show later times"</Button>
                {week}
            </ButtonGroup>
        }
    });
    let title = match &whose.name {
        None => "Services that you cannot book".to_owned(),
        Some(name) => format!("Services that are not for {name}"),
    };
    view! {
        {list}
        {later}
        {first}
        {everyone}
        {(!opens.is_empty()).then(|| services("Times that open later".to_owned(), opens))}
        {(!closed.is_empty()).then(|| services(title, closed))}
    }
}

fn nothing(closed: &[Closed], opens: &[Closed], whose: &Whose) -> impl IntoView + use<> {
    let why = match (opens.is_empty(), closed.is_empty()) {
        (false, _) => "No time that fits what you chose can be booked now. Below we say when times open.".to_owned(),
        (true, true) => "No time is free that fits what you chose.".to_owned(),
        (true, false) => format!("The times that are free are not for {}. Below we say why.", whose.person()),
    };
    let other = opens.is_empty().then(|| {
        view! { <p>"Try another day, another time or another kind of appointment. New times open every day."</p> }
    });
    view! {
        <EmptyState title="We found no times" icon=IconName::Calendar>
            <p>{why}</p>
            {cannot_wait()}
            {other}
            {may_have_others()}
        </EmptyState>
    }
}

fn services(title: String, of: Vec<Closed>) -> impl IntoView {
    let rows: Vec<SummaryRow> = of.into_iter().map(|one| SummaryRow::new(one.service, format!("{}.", one.why))).collect();
    view! {
        <Section title=title>
            <SummaryList rows=rows />
        </Section>
    }
}

/// The times of a day, those together that are with the same person, in the same way, for the same; the earliest first.
fn together(slots: Vec<SlotSeen>) -> Vec<Vec<SlotSeen>> {
    let mut groups: Vec<Vec<SlotSeen>> = Vec::new();
    for slot in slots {
        let of = |one: &SlotSeen| (one.practitioner_id, one.service_id, one.place_id, one.mode);
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| of(first) == of(&slot))) {
            Some(group) => group.push(slot),
            None => groups.push(vec![slot]),
        }
    }
    groups
}

fn times(slots: Vec<SlotSeen>, asked: &Asked, several: bool) -> impl IntoView + use<> {
    let (first, old) = (slots.first().cloned(), asked.old);
    let links =
        slots.into_iter().map(|slot| TimeLink { time: clock_at(slot.starts_at), href: slot_page(slot.id, old) }).collect();
    first.map(|first| {
        let more = several.then(|| {
            let words = format!("See only times with {}", first.practitioner);
            (words, asked.address("", &first.practitioner_id.to_string()))
        });
        view! {
            <TimeList
                with=first.practitioner.clone()
                job=first.job.clone()
                how=how_far(first.mode, &first.place, first.miles)
                source=format!("{}, {}", first.service, first.organisation)
                times=links
                more=more
            />
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(parts: &[(&str, &str)]) -> Asked {
        Asked::read(&parts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()).unwrap()
    }

    #[test]
    fn a_day_is_read_from_three_fields_or_from_an_address_and_written_into_the_next() {
        let typed = asked(&[("kind", "gp"), ("from_day", "3"), ("from_month", "11"), ("from_year", "2026"), ("time", "")]);
        assert_eq!(typed.form.from, "2026-11-03");
        assert_eq!(typed.later("7_x"), "/appointments/find?kind=gp&from=2026%2D11%2D03&after=7%5Fx");
        let linked = asked(&[("kind", "gp"), ("from", "2026-11-03")]);
        assert_eq!(linked.from, DateParts::new("3", "11", "2026"));
        assert_eq!(linked.in_words(&Choices::default()), "GP, from 3 November 2026");
        // What is no day stays in the fields as it was typed, and the service says what to do.
        let wrong = asked(&[("from_day", "soon")]);
        assert_eq!((wrong.form.from.as_str(), wrong.from.day.as_str()), ("0000-00-soon", "soon"));
    }

    #[test]
    fn a_postcode_that_was_typed_stays_in_the_address_and_one_that_was_not_does_not_come_into_it() {
        let typed = asked(&[("kind", "gp"), ("postcode", "ta1 1aa"), ("within", "5"), ("practitioner", "x")]);
        assert_eq!(typed.later("y"), "/appointments/find?kind=gp&practitioner=x&postcode=ta1%201aa&within=5&after=y");
        assert_eq!(typed.address("", ""), "/appointments/find?kind=gp&postcode=ta1%201aa&within=5");
        assert_eq!(typed.in_words(&Choices::default()), "GP, within 5 miles of TA1 1AA");
        assert_eq!(asked(&[("kind", "gp"), ("postcode", "")]).later(""), "/appointments/find?kind=gp");
        let mut known = asked(&[("kind", "gp")]);
        known.form.postcode = "TA1 1AA".to_owned();
        assert_eq!(known.later(""), "/appointments/find?kind=gp");
    }

    #[test]
    fn a_day_can_be_gone_on_to_and_back_from() {
        let found = asked(&[("kind", "gp"), ("weekday", "mon"), ("after", "7_x")]);
        let monday = NaiveDate::from_ymd_opt(2026, 12, 7);
        assert_eq!(found.from(monday), "/appointments/find?kind=gp&from=2026%2D12%2D07&weekday=mon");
        assert_eq!(asked(&[("kind", "gp"), ("from", "2026-12-07")]).from(None), "/appointments/find?kind=gp");
    }

    #[test]
    fn an_address_that_only_says_what_is_changed_has_not_been_sent() {
        assert!(!asked(&[]).sent && !asked(&[("instead_of", "019a5f00-0000-7000-8000-000000000000")]).sent);
        assert!(asked(&[("kind", "")]).sent);
        assert!(Asked::read(&[("instead_of".to_owned(), "nonsense".to_owned())].into()).is_err());
    }
}
