//! What a care team agreed with somebody about their readings: the targets, and when it looks.

use super::about::needs_box;
use super::emergency::EmergencyBand;
use super::readings::readings_page;
use super::rules::{new_rule_page, rule_page};
use super::{id_in, patient_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::{FormState, Typed};
use crate::pages::readings::watch::{history, target_line};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, Checkbox, Checkboxes, Choice, Details, EntryList, EntryRow, ErrorSummary, Form, InputKind,
    Inset, Narrow, PageHeading, Section, SummaryList, SummaryRow, TagKind, TextArea, TextInput, Width,
};
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use domain::PersonId;
use domain::appointment::{Weekdays, clock_of};
use domain::reading::{Amount, Colour, Meal, Measure, Part, ReadyTarget};
use domain::when::{day_in_words, london_day, weekday_in_words};
use leptos::prelude::*;
use service::{PlanSeen, ReadingRuleSeen, TargetSeen};

/// The name of the form of a target.
pub(crate) const TARGET_FORM: &str = "reading-target";
/// The name of the form of the hours.
pub(crate) const HOURS_FORM: &str = "reading-hours";

/// Where it is.
pub(crate) fn plan_page(person: PersonId) -> String {
    format!("{}/targets", patient_page(person))
}

/// Where a target is set.
pub(crate) fn target_page(person: PersonId, measure: Measure) -> String {
    format!("{}/{}", plan_page(person), measure.code())
}

/// Where it is said when somebody looks.
pub(crate) fn hours_page(person: PersonId) -> String {
    format!("{}/watch-hours", patient_page(person))
}

/// Targets, rules and what came up.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let (person, actor) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let plan = ctx.services().readings.plan(&actor, person).await?;
    let patient = ctx.services().care_team.patient(&actor, person).await?;
    let name = patient.person.display_name;
    ctx.page(Head::new("Targets and rules", Place::People).of(&plan.whose), || {
        let (targets, rules, hours) = (targets(&plan, person), rules(&plan, person), hours(&plan, person));
        view! {
            <EmergencyBand person until=patient.emergency_until />
            <BackLink href=readings_page(person) label="Back to their readings" />
            {needs_box(&patient.needs, person)}
            <PageHeading title="Targets and rules" whose=name />
            <Section title="Targets">{targets}</Section>
            <Section title="Rules">{rules}</Section>
            <Section title="When you look">{hours}</Section>
            {alerts(&plan)}
        }
    })
    .await
}

fn targets(plan: &PlanSeen, person: PersonId) -> AnyView {
    let rows: Vec<SummaryRow> = plan
        .targets
        .iter()
        .filter(|one| one.now.target.is_some())
        .map(|one| {
            let line = format!("{}. {}", words::sentence(&target_line(one.measure, &one.now)), one.now.why);
            let row = SummaryRow::new(one.measure.clinical_name(), view! { <bdi>{line}</bdi> });
            if plan.may_set { row.action(target_page(person, one.measure), "Change") } else { row }
        })
        .collect();
    let rows = if rows.is_empty() {
        view! { <p>"No target is set."</p> }.into_any()
    } else {
        view! { <SummaryList rows=rows /> }.into_any()
    };
    let choose = plan.may_set.then(|| {
        let links = plan
            .open
            .iter()
            .map(|measure| view! { <li><a href=target_page(person, *measure)>{measure.clinical_name()}</a></li> });
        let links = links.collect_view();
        view! { <div class="sh-screen-only"><Details summary="Set a target"><ul class="nhsuk-list">{links}</ul></Details></div> }
    });
    view! { {rows} {choose} }.into_any()
}

fn rules(plan: &PlanSeen, person: PersonId) -> AnyView {
    let rows = plan.rules.iter().map(|one| row(one, plan, person)).collect_view();
    let rows = if plan.rules.is_empty() {
        view! { <p>"There is no rule: nobody is told of anything, and the person reads that nobody watches."</p> }.into_any()
    } else {
        view! { <EntryList>{rows}</EntryList> }.into_any()
    };
    let add = plan.may_set.then(|| view! { <ButtonGroup><Button href=new_rule_page(person)>"Add a rule"</Button></ButtonGroup> });
    view! { {rows} {add} }.into_any()
}

fn row(one: &ReadingRuleSeen, plan: &PlanSeen, person: PersonId) -> AnyView {
    let own = plan.may_set && plan.organisation == Some(one.organisation_id);
    let tag = match one.colour {
        Colour::Red => ("Red".to_owned(), TagKind::Danger),
        Colour::Amber => ("Amber".to_owned(), TagKind::Attention),
    };
    view! {
        <EntryRow
            title=format!("{}: {}", one.measure.clinical_name(), one.condition.in_words(one.measure))
            href=own.then(|| rule_page(person, one.id))
            text=one.why.clone()
            source=format!("{}, {}, {}", one.organisation, one.by, day_in_words(london_day(one.at)))
            tag=Some(tag)
        />
    }
    .into_any()
}

fn hours(plan: &PlanSeen, person: PersonId) -> AnyView {
    let says =
        format!("{}, not on bank holidays. The person reads that nobody is watching at other times.", plan.hours.in_words());
    let change =
        plan.may_set.then(|| view! { <p class="sh-screen-only"><a href=hours_page(person)>"Change when you look"</a></p> });
    view! { <p>{says}</p> {change} }.into_any()
}

fn alerts(plan: &PlanSeen) -> Option<AnyView> {
    let rows = plan.alerts.iter().map(|one| {
        view! {
            <h3 class="nhsuk-heading-s">{format!("{}: {}", one.measure.clinical_name(), one.found)}</h3>
            {history(one)}
        }
    });
    let rows = rows.collect_view();
    (!plan.alerts.is_empty()).then(|| view! { <Section title="What came up">{rows}</Section> }.into_any())
}

/// The form of a target.
pub async fn target(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>, Query(query): Query<Typed>) -> Answer {
    let (person, measure) = target_in(path)?;
    let plan = ctx.services().readings.plan(&ctx.staff()?, person).await?;
    if !plan.may_set || !plan.open.contains(&measure) {
        return Err(Failure::not_found());
    }
    let form = ctx.form(TARGET_FORM).await?;
    let seen = plan.targets.into_iter().find(|one| one.measure == measure);
    let ready = query.get("ready").and_then(|code| ReadyTarget::of(code)).filter(|ready| ready.measure == measure);
    let form = if form.has_errors() { form } else { FormState::typed(TARGET_FORM, typed(seen.as_ref(), ready)) };
    let title = format!("Target: {}", measure.name_in_sentence());
    let heading = title.clone();
    ctx.page(Head::form(&title, Place::People, &form), || {
        let here = target_page(person, measure);
        let version = seen.as_ref().map_or(0, |seen| seen.now.version);
        let ready = ReadyTarget::ALL.iter().filter(|ready| ready.measure == measure).map(|ready| {
            view! {
                <EntryRow
                    title=format!("{}: {}", ready.title, ready.target.in_words(measure))
                    href=format!("{here}?ready={}", ready.code)
                    source=ready.source
                />
            }
        });
        let ready: Vec<_> = ready.collect();
        let ready = (!ready.is_empty()).then(|| {
            view! { <Details summary="What guidelines say"><EntryList>{ready}</EntryList></Details> }
        });
        let fields = ranges(measure).into_iter().map(
            |(lead, part, (low, high))| {
                let [low, high] = [(low, "no lower than"), (high, "no higher than, or below")].map(|(field, says)| {
                    let label = format!("{lead}{says}");
                    let label = words::sentence(&label);
                    view! {
                        <TextInput
                            id=field
                            label=label
                            hint=unit(measure)
                            kind=if part.decimals == 0 { InputKind::Numeric } else { InputKind::Decimal }
                            width=Width::Ten
                            error=form.error(field)
                            value=form.value(field)
                        />
                    }
                });
                view! { {low} {high} }
            },
        );
        let fields = fields.collect_view();
        let meals = measure.has_meals().then(|| {
            view! { <p class="nhsuk-hint">"Is it the same at any time? Fill in before meals only. On waking is as before meals where nothing else is filled in."</p> }
        });
        let ends = seen.as_ref().filter(|seen| seen.now.target.is_some()).map(|_| {
            let checked = !form.value("ends").is_empty();
            view! { <Checkbox id="ends" label="End this target: there is none any more" checked=checked /> }
        });
        let before = seen.as_ref().filter(|seen| !seen.before.is_empty()).map(|seen| {
            let lines = seen.before.iter().map(|old| {
                view! { <li><bdi>{format!("{}. {}", words::sentence(&target_line(measure, old)), old.why)}</bdi></li> }
            });
            let lines = lines.collect_view();
            view! { <Details summary="What it was before"><ul class="nhsuk-list">{lines}</ul></Details> }
        });
        view! {
            <Narrow>
                <BackLink href=plan_page(person) label="Back to targets and rules" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title=heading lead="For this one person. They read it, with your name." />
                {ready}
                <Form action=here.clone()>
                    <input type="hidden" name="version" value=version.to_string() />
                    {fields}
                    <p class="nhsuk-hint">"An upper end by itself means below it. With a lower end both are in the target."</p>
                    {meals}
                    {ends}
                    <TextArea id="why" label="Why (the person reads it)" rows=2 error=form.error("why") value=form.value("why") />
                    <Button>"Save"</Button>
                </Form>
                {before}
            </Narrow>
        }
    })
    .await
}

/// What each range of a target is called, of which part it is, and its two fields.
fn ranges(measure: Measure) -> Vec<(String, &'static Part, (&'static str, &'static str))> {
    let parts = measure.parts();
    let fields = [("first_low", "first_high"), ("second_low", "second_high")];
    if measure.has_meals() {
        let fields = [
            (Meal::Waking.title(), ("waking_low", "waking_high")),
            ("Before meals", ("first_low", "first_high")),
            (Meal::After.title(), ("after_low", "after_high")),
        ];
        let of = parts.first().into_iter().flat_map(|part| fields.map(|(title, fields)| (title, part, fields)));
        return of.map(|(title, part, fields)| (format!("{title}: "), part, fields)).collect();
    }
    let lead = |part: &Part| if parts.len() > 1 { format!("{}: ", part.short) } else { String::new() };
    parts.iter().zip(fields).map(|(part, fields)| (lead(part), part, fields)).collect()
}

/// The person and the measure that a path names.
pub(crate) fn target_in(path: Result<Path<(String, String)>, PathRejection>) -> Result<(PersonId, Measure), Failure> {
    let Ok(Path((id, word))) = path else { return Err(Failure::not_found()) };
    id.parse().ok().zip(Measure::from_code(&word)).ok_or_else(Failure::not_found)
}

/// "In mmHg".
pub(super) fn unit(measure: Measure) -> Option<String> {
    let choices = measure.choices().len();
    match measure.unit().shown {
        _ if choices > 0 => Some(format!("A number from 1 to {choices}, the last the best")),
        "" => None,
        unit => Some(format!("In {unit}")),
    }
}

/// A target as its form would hold it: what is there, or what a guideline says.
fn typed(seen: Option<&TargetSeen>, ready: Option<&ReadyTarget>) -> Typed {
    let target = ready.map(|ready| ready.target).or_else(|| seen.and_then(|seen| seen.now.target)).unwrap_or_default();
    let says = |end: Option<Amount>| end.map(|end| end.to_string()).unwrap_or_default();
    let mut typed = Typed::new();
    for (field, end) in [
        ("first_low", target.first.low),
        ("first_high", target.first.high),
        ("second_low", target.second.low),
        ("second_high", target.second.high),
        ("waking_low", target.waking.low),
        ("waking_high", target.waking.high),
        ("after_low", target.after.low),
        ("after_high", target.after.high),
    ] {
        typed.insert(field.to_owned(), says(end));
    }
    let why = match (ready, seen) {
        (Some(ready), _) => format!("From {}", ready.source),
        (None, Some(seen)) if seen.now.target.is_some() => seen.now.why.clone(),
        (None, _) => String::new(),
    };
    typed.insert("why".to_owned(), why);
    typed
}

/// The form of when somebody looks.
pub async fn watch_hours(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let person = id_in::<PersonId>(path)?;
    let plan = ctx.services().readings.plan(&ctx.staff()?, person).await?;
    if !plan.may_set {
        return Err(Failure::not_found());
    }
    let form = ctx.form(HOURS_FORM).await?;
    ctx.page(Head::form("When you look", Place::People, &form), || {
        let now = |name: &str, now: String| if form.has_errors() { form.value(name) } else { now };
        let days = now("days", plan.hours.days.code()).split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
        let (from, until) = (now("from", clock_of(plan.hours.from)), now("until", clock_of(plan.hours.until)));
        let choices =
            Weekdays::WEEK.into_iter().map(|day| Choice::new(Weekdays::default().with(day).code(), weekday_in_words(day))).collect();
        let [wrong_days, wrong_from, wrong_until] = ["days", "from", "until"].map(|field| form.error(field));
        view! {
            <Narrow>
                <BackLink href=plan_page(person) label="Back to targets and rules" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title="When you look" />
                <Inset>
                    <p>"The person reads these hours, and that nobody is watching at other times and on bank holidays. Say only what your team keeps to."</p>
                </Inset>
                <Form action=hours_page(person)>
                    <Checkboxes id="days" legend_text="On which days?" choices=choices values=days error=wrong_days />
                    <TextInput id="from" label="From" hint="Such as 8am" width=Width::Ten error=wrong_from value=from />
                    <TextInput id="until" label="Until" hint="Such as 18:30" width=Width::Ten error=wrong_until value=until />
                    <Button>"Save"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}
