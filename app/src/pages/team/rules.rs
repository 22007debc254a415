//! The rules of a care team about somebody's readings: picking one that guidance gives or writing one, and changing it.

use super::targets::{plan_page, unit};
use super::{id_in, patient_page};
use crate::api::field;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::{FormState, Typed};
use crate::pages::readings::watch::made_from;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, Details, EntryList, EntryRow, ErrorSummary, Form, InputKind, Inset, Narrow,
    PageHeading, Radios, Section, TagKind, TextArea, TextInput, Width,
};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use domain::reading::{Amount, Bound, Colour, Condition, Drawn, MOST_DAYS, Meal, Measure, ReadyRule, RuleKind, Side};
use domain::when::{day_in_words, london_day};
use domain::{PersonId, ReadingRuleId};
use leptos::prelude::*;
use service::{RuleAsked, RulePage};

/// The name of the form of a rule.
pub(crate) const RULE_FORM: &str = "reading-rule";
/// The name of the form that ends one.
pub(crate) const END_FORM: &str = "reading-rule-end";

/// Where the rules are added.
pub(crate) fn rules_page(person: PersonId) -> String {
    format!("{}/rules", patient_page(person))
}

/// Where one is chosen.
pub(crate) fn new_rule_page(person: PersonId) -> String {
    format!("{}/new", rules_page(person))
}

/// Where one is changed.
pub(crate) fn rule_page(person: PersonId, id: ReadingRuleId) -> String {
    format!("{}/{id}", rules_page(person))
}

/// The form of a rule that is made from this ready one, or of this kind for this measure.
pub(crate) fn form_page(person: PersonId, ready: &str, kind: RuleKind, measure: Measure) -> String {
    let here = new_rule_page(person);
    match ready {
        "" => format!("{here}?kind={}&measure={}", kind.code(), measure.code()),
        ready => format!("{here}?ready={ready}"),
    }
}

/// A new rule: what there is to choose from, or the form of what was chosen.
pub async fn add(ctx: Ctx, path: Result<Path<String>, PathRejection>, Query(query): Query<Typed>) -> Answer {
    let person = id_in::<PersonId>(path)?;
    let ready = ReadyRule::of(field(&query, "ready"));
    let own = RuleKind::from_code(field(&query, "kind")).zip(Measure::from_code(field(&query, "measure")));
    match (ready, own) {
        (Some(ready), _) => form(ctx, person, Some(ready), (ready.condition.kind(), ready.measure)).await,
        (None, Some(own)) => form(ctx, person, None, own).await,
        (None, None) => choose(ctx, person).await,
    }
}

async fn choose(ctx: Ctx, person: PersonId) -> Answer {
    let plan = ctx.services().readings.plan(&ctx.staff()?, person).await?;
    if !plan.may_set {
        return Err(Failure::not_found());
    }
    ctx.page(Head::new("Add a rule", Place::People), || {
        let ready = ReadyRule::ALL.iter().filter(|ready| plan.open.contains(&ready.measure)).map(|ready| {
            let text = match ready.of_best {
                Some(part) => format!("one reading is {part}% of their best or lower"),
                None => ready.condition.in_words(ready.measure),
            };
            view! {
                <EntryRow
                    title=ready.title
                    href=form_page(person, ready.code, ready.condition.kind(), ready.measure)
                    text=format!("When {text}")
                    source=ready.source
                    tag=Some(tag(ready.colour))
                />
            }
        });
        let ready = ready.collect_view();
        let own = RuleKind::ALL.iter().map(|kind| {
            let links = plan.open.iter().map(|measure| {
                view! { <li><a href=form_page(person, "", *kind, *measure)>{measure.clinical_name()}</a></li> }
            });
            let links = links.collect_view();
            view! { <Details summary=kind.title()><ul class="nhsuk-list">{links}</ul></Details> }
        });
        let own = own.collect_view();
        view! {
            <BackLink href=plan_page(person) label="Back to targets and rules" />
            <PageHeading title="Add a rule" lead="None is on until you add it. You can change every number on the next page." />
            <Section title="From guidance"><EntryList>{ready}</EntryList></Section>
            <Section title="One of your own">{own}</Section>
        }
    })
    .await
}

/// What a rule of this kind looks at: "one reading"; of what is added up over a day "the total of one day".
fn of_what(kind: RuleKind, measure: Measure) -> String {
    match (kind, measure.drawn()) {
        (RuleKind::Single, Drawn::DayTotal) => "the total of one day".to_owned(),
        (kind, _) => kind.title().to_lowercase(),
    }
}

fn tag(colour: Colour) -> (String, TagKind) {
    match colour {
        Colour::Red => ("Red".to_owned(), TagKind::Danger),
        Colour::Amber => ("Amber".to_owned(), TagKind::Attention),
    }
}

async fn form(ctx: Ctx, person: PersonId, ready: Option<&'static ReadyRule>, (kind, measure): (RuleKind, Measure)) -> Answer {
    let page = ctx.services().readings.rule_page(&ctx.staff()?, person, RuleAsked::New(measure)).await?;
    let (form, submission) = (ctx.form(RULE_FORM).await?, ctx.submission());
    let part = ready.and_then(|ready| ready.of_best).zip(page.best);
    let bound = part.map(|(part, best)| measure.rounded(Amount::from_thousandths(best.thousandths() * part / 100)));
    let form = match ready {
        Some(ready) if !form.has_errors() => FormState::typed(RULE_FORM, typed_of(ready, bound)),
        _ => form,
    };
    let best = ready.and_then(|ready| ready.of_best).map(|part| match (page.best, bound) {
        (Some(best), Some(bound)) => {
            format!("{part}% of their personal best. The highest reading here in two years is {best}, which gives {bound}. Check it against their plan.")
        }
        _ => format!("{part}% of their personal best. There is no reading here to work it out from: take it from their plan."),
    });
    let title =
        ready.map_or_else(|| format!("{}: {}", measure.clinical_name(), of_what(kind, measure)), |ready| ready.title.to_owned());
    let heading = title.clone();
    ctx.page(Head::form(&title, Place::People, &form), || {
        let source = ready.map(|ready| view! { <p class="nhsuk-hint">{format!("From {}.", ready.source)}</p> });
        let best = best.map(|words| view! { <Inset><p>{words}</p></Inset> });
        view! {
            <Narrow>
                <BackLink href=new_rule_page(person) label="Back to all rules" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title=heading />
                {source}
                {best}
                <Form action=rules_page(person) submission=submission>
                    <input type="hidden" name="ready" value=ready.map_or("", |ready| ready.code) />
                    <input type="hidden" name="kind" value=kind.code() />
                    <input type="hidden" name="measure" value=measure.code() />
                    {fields(kind, measure, &form)}
                    <Button>"Add this rule"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// A rule that is changed, or ended.
pub async fn change(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>) -> Answer {
    let (person, id) = rule_in(path)?;
    let page = ctx.services().readings.rule_page(&ctx.staff()?, person, RuleAsked::Change(id)).await?;
    let RulePage { rule: Some(rule), before, .. } = page else { return Err(Failure::not_found()) };
    let (form, ends) = (ctx.form(RULE_FORM).await?, ctx.form(END_FORM).await?);
    let typed = typed(rule.condition, rule.colour, &rule.words, &rule.why);
    let form = if form.has_errors() { form } else { FormState::typed(RULE_FORM, typed) };
    let errors = if ends.has_errors() { ends.errors() } else { form.errors() };
    let title = format!("Rule: {}", rule.measure.name_in_sentence());
    let heading = title.clone();
    let head = Head { has_errors: form.has_errors() || ends.has_errors(), ..Head::form(&title, Place::People, &form) };
    ctx.page(head, || {
        let here = rule_page(person, id);
        let source = rule.source.map(|source| made_from(source, rule.is_changed));
        let lines = before.iter().map(|old| {
            let colour = if old.colour == Colour::Red { "Red" } else { "Amber" };
            let said = format!(
                "{colour}, when {}. {}, {}. {}",
                old.condition.in_words(rule.measure),
                old.by,
                day_in_words(london_day(old.at)),
                old.why
            );
            view! { <li><bdi>{said}</bdi></li> }
        });
        let lines = lines.collect_view();
        let before = (!before.is_empty())
            .then(|| view! { <Details summary="What it was before"><ul class="nhsuk-list">{lines}</ul></Details> });
        let open = ends.has_errors();
        view! {
            <Narrow>
                <BackLink href=plan_page(person) label="Back to targets and rules" />
                <ErrorSummary errors=errors />
                <PageHeading title=heading lead="What was written down before raises it only together with something new." />
                {source}
                <Form action=here.clone()>
                    <input type="hidden" name="version" value=rule.version.to_string() />
                    {fields(rule.condition.kind(), rule.measure, &form)}
                    <Button>"Save the change"</Button>
                </Form>
                <Details summary="End this rule" open=open>
                    <Form action=format!("{here}/end")>
                        <input type="hidden" name="version" value=rule.version.to_string() />
                        <TextArea
                            id="end_why"
                            label="Why (the person may read it)"
                            rows=2
                            error=ends.error("end_why")
                            value=ends.value("end_why")
                        />
                        <Button kind=ButtonKind::Warning>"End it"</Button>
                    </Form>
                </Details>
                {before}
            </Narrow>
        }
    })
    .await
}

/// The person and the rule that a path names.
pub(crate) fn rule_in(path: Result<Path<(String, String)>, PathRejection>) -> Result<(PersonId, ReadingRuleId), Failure> {
    let Ok(Path((person, id))) = path else { return Err(Failure::not_found()) };
    person.parse().ok().zip(id.parse().ok()).ok_or_else(Failure::not_found)
}

/// A ready rule as its form would hold it, with the bound that was worked out of somebody's best.
fn typed_of(ready: &ReadyRule, bound: Option<Amount>) -> Typed {
    let mut typed = typed(ready.condition, ready.colour, ready.words, "");
    if let Some(bound) = bound {
        typed.insert("first".to_owned(), bound.to_string());
    }
    typed
}

/// A rule as its form would hold it.
fn typed(condition: Condition, colour: Colour, words: &str, why: &str) -> Typed {
    let mut typed = Typed::new();
    let mut put = |field: &str, value: String| {
        typed.insert(field.to_owned(), value);
    };
    let bounds = |put: &mut dyn FnMut(&str, String), begins: &str, bound: Bound| {
        put(&format!("{begins}side"), bound.side.code().to_owned());
        for (name, end) in [("first", bound.first), ("second", bound.second)] {
            put(&format!("{begins}{name}"), end.map(|end| end.to_string()).unwrap_or_default());
        }
        put(&format!("{begins}meal"), bound.meal.map_or("", Meal::code).to_owned());
    };
    match condition {
        Condition::Single { bound } => bounds(&mut put, "", bound),
        Condition::Average { bound, days, least } => {
            bounds(&mut put, "", bound);
            put("days", days.to_string());
            put("least", least.to_string());
        }
        Condition::Change { side, by, days } => {
            put("side", side.code().to_owned());
            put("by", by.to_string());
            put("days", days.to_string());
        }
        Condition::Both { bound, other, also } => {
            bounds(&mut put, "", bound);
            put("other", other.code().to_owned());
            bounds(&mut put, "also_", also);
        }
        Condition::Missing { days } => put("days", days.to_string()),
    }
    put("colour", colour.code().to_owned());
    put("words", words.to_owned());
    put("why", why.to_owned());
    typed
}

fn fields(kind: RuleKind, measure: Measure, form: &FormState) -> AnyView {
    let days = |label: &'static str| {
        let hint = format!("From 1 to {MOST_DAYS}");
        view! {
            <TextInput
                id="days"
                label=label
                hint=hint
                kind=InputKind::Numeric
                width=Width::Four
                error=form.error("days")
                value=form.value("days")
            />
        }
        .into_any()
    };
    let is_total = measure.drawn() == Drawn::DayTotal;
    let one = if is_total { "When a day\u{2019}s total is" } else { "When one reading is" };
    let condition = match kind {
        RuleKind::Single => bound("", one, measure, form),
        RuleKind::Average => {
            let label = format!("From how many {} at least?", measure.averaged_from());
            let average = if is_total { "When the average of the days\u{2019} totals is" } else { "When the average is" };
            let least = view! {
                <TextInput
                    id="least"
                    label=label
                    hint="With fewer nobody is told."
                    kind=InputKind::Numeric
                    width=Width::Four
                    error=form.error("least")
                    value=form.value("least")
                />
            };
            view! { {bound("", average, measure, form)} {days("The average of how many days?")} {least} }.into_any()
        }
        RuleKind::Change => {
            let what = if is_total { "A day\u{2019}s total" } else { "It" };
            let choices = vec![
                Choice::new(Side::Above.code(), format!("{what} rises")),
                Choice::new(Side::Below.code(), format!("{what} falls")),
            ];
            let (wrong, value) = (form.error("side"), form.value("side"));
            view! {
                <Radios id="side" legend_text="Which way?" choices=choices error=wrong value=value />
                <TextInput
                    id="by"
                    label="By how much, or more?"
                    hint=unit(measure)
                    kind=InputKind::Decimal
                    width=Width::Ten
                    error=form.error("by")
                    value=form.value("by")
                />
                {days("Within how many days?")}
            }
            .into_any()
        }
        RuleKind::Both => {
            let others =
                Measure::ALL.iter().filter(|other| **other != measure && other.parts().len() == 1 && !other.is_worked_out());
            let choices = others.map(|other| Choice::new(other.code(), other.clinical_name())).collect();
            let (wrong, value) = (form.error("other"), form.value("other"));
            let other = Measure::from_code(&value).filter(|other| other.parts().len() == 1);
            view! {
                {bound("", one, measure, form)}
                <Radios id="other" legend_text="And which other measure, within 6 hours?" choices=choices error=wrong value=value />
                {(other == Some(Measure::Glucose)).then(|| meal("also_meal", "Of which of its readings?", form))}
                {side("also_", "The other measure is", other, form)}
                <TextInput
                    id="also_first"
                    label="The number of the other measure"
                    hint=other.and_then(unit)
                    kind=InputKind::Decimal
                    width=Width::Ten
                    error=form.error("also_first")
                    value=form.value("also_first")
                />
            }
            .into_any()
        }
        RuleKind::Missing => days("Nothing for how many days?"),
    };
    let colours = Colour::ALL.iter().rev().map(|colour| Choice::new(colour.code(), colour.title())).collect();
    let (wrong, value) = (form.error("colour"), form.value("colour"));
    view! {
        {condition}
        <Radios id="colour" legend_text="How soon do you want to be told?" choices=colours error=wrong value=value />
        <TextArea
            id="words"
            label="What should the person do then?"
            hint="They read it at once, as you write it. General advice, such as when to call 999, always stands above it."
            rows=4
            error=form.error("words")
            value=form.value("words")
        />
        <TextArea id="why" label="Why this rule (the person reads it)" rows=2 error=form.error("why") value=form.value("why") />
    }
    .into_any()
}

/// On which side of its number a measure is to be, in the words for that measure; in both where it is not chosen yet.
fn side(begins: &str, legend: &'static str, measure: Option<Measure>, form: &FormState) -> AnyView {
    let id = format!("{begins}side");
    let choice = |side: Side| {
        let way = match (measure, side) {
            (Some(measure), side) => side.in_words(measure),
            (None, Side::Above) => "or higher, or more",
            (None, Side::Below) => "or lower, or less",
        };
        Choice::new(side.code(), format!("This number {way}"))
    };
    let choices = vec![choice(Side::Above), choice(Side::Below)];
    let (wrong, value) = (form.error(&id), form.value(&id));
    view! { <Radios id=id legend_text=legend choices=choices error=wrong value=value /> }.into_any()
}

fn bound(begins: &'static str, legend: &'static str, measure: Measure, form: &FormState) -> AnyView {
    let two = measure.parts().len() > 1;
    let inputs = measure.parts().iter().zip(["first", "second"]).map(|(part, name)| {
        let id = format!("{begins}{name}");
        let label = if two { part.short.to_owned() } else { measure.clinical_name().to_owned() };
        let hint = match (unit(measure), two) {
            (unit, true) => {
                Some(format!("{}. Either number is enough; leave one out if only the other counts.", unit.unwrap_or_default()))
            }
            (unit, false) => unit,
        };
        let kind = if part.decimals == 0 { InputKind::Numeric } else { InputKind::Decimal };
        let (wrong, value) = (form.error(&id), form.value(&id));
        view! { <TextInput id=id label=label hint=hint kind=kind width=Width::Ten error=wrong value=value /> }
    });
    let inputs = inputs.collect_view();
    let meal = measure.has_meals().then(|| meal(&format!("{begins}meal"), "Of which readings?", form));
    view! { {meal} {side(begins, legend, Some(measure), form)} {inputs} }.into_any()
}

/// Whether it is about all readings, or those on waking, before or after meals.
fn meal(id: &str, legend: &'static str, form: &FormState) -> AnyView {
    let any = Choice::new("", "All of them");
    let choices = std::iter::once(any).chain(Meal::ALL.iter().map(|meal| Choice::new(meal.code(), meal.title()))).collect();
    let hint = "A reading counts as on waking, before or after a meal only where the person said so.";
    let (wrong, value, id) = (form.error(id), form.value(id), id.to_owned());
    view! { <Radios id=id legend_text=legend hint=hint choices=choices error=wrong value=value /> }.into_any()
}
