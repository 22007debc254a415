//! What the demonstration's people have measured at home, and what their practice agreed with them about it.

use crate::commands::told;
use crate::seed::readings::{AtHome, DemoGoal};
use chrono::{Datelike, Days, NaiveDate};
use domain::PersonId;
use domain::access::Actor;
use domain::appointment::shown_at;
use domain::reading::{Amount, Bound, Condition, ReadyRule, ReadyTarget};
use service::{BestForm, GoalForm, ReadingForm, RuleForm, Services, TargetForm};
use std::collections::BTreeMap;

/// Takes over what somebody measured until now, and lets a clinician of their practice say what is wanted of it.
pub(crate) async fn keep(
    services: &Services,
    one: &AtHome,
    (actor, person): (&Actor, PersonId),
    (clinician, today): (Option<&Actor>, NaiveDate),
) -> Result<(), String> {
    let readings = &services.readings;
    let form = |numbers: &[String]| ReadingForm {
        numbers: numbers.to_vec(),
        submission: services.core.new_id().to_string(),
        ..ReadingForm::default()
    };
    let all = one.readings.iter().map(|reading| {
        let day = [reading.day.day().to_string(), reading.day.month().to_string(), reading.day.year().to_string()];
        let settings: BTreeMap<String, String> =
            reading.settings.iter().map(|(field, answer)| ((*field).to_owned(), (*answer).to_owned())).collect();
        let (time, note) = (reading.time.to_owned(), reading.note.to_owned());
        (reading.measure, ReadingForm { day, time, settings, note, ..form(&reading.numbers) })
    });
    readings.take_over(actor, person, all.collect()).await.map_err(told)?;
    for (protocol, days, best) in &one.weeks {
        let best =
            best.map(|[best, green, amber]| BestForm { best: best.to_owned(), green: green.to_owned(), amber: amber.to_owned() });
        readings.take_over_week(actor, person, (*protocol, *days), best).await.map_err(told)?;
    }
    for (word, ago, ticked) in &one.answered {
        let Some(at) = shown_at(today - Days::new(*ago), 18 * 60) else { continue };
        services.questionnaires.take_over(actor, person, word, (ticked.clone(), at)).await.map_err(told)?;
    }
    for goal in one.goals {
        set(services, goal, (actor, person)).await?;
    }
    if let Some(clinician) = clinician {
        agree(services, one, (clinician, person), today).await?;
    }
    if let Some((measure, number)) = one.last {
        readings.add(actor, person, measure, &form(&[number.to_owned()])).await.map_err(told)?;
    }
    Ok(())
}

/// Sets a goal, and says how the last week went.
async fn set(services: &Services, goal: &DemoGoal, (actor, person): (&Actor, PersonId)) -> Result<(), String> {
    let (care, submission) = (&services.self_care, || services.core.new_id().to_string());
    let form = GoalForm {
        words: goal.words.to_owned(),
        target: goal.target.to_owned(),
        why: goal.why.to_owned(),
        first_step: goal.first_step.to_owned(),
        submission: submission(),
        ..GoalForm::default()
    };
    let id = care.set_goal(actor, person, goal.kind, &form).await.map_err(told)?;
    if let Some((how, note)) = goal.check_in {
        care.check_in(actor, person, id, (how.code(), note, &submission())).await.map_err(told)?;
    }
    Ok(())
}

/// How many days ago targets were agreed: before the weeks that are compared with them.
const AGREED: Days = Days::new(90);

/// Sets the targets and rules of somebody, as guidance gives them.
async fn agree(
    services: &Services,
    one: &AtHome,
    (clinician, person): (&Actor, PersonId),
    today: NaiveDate,
) -> Result<(), String> {
    let readings = &services.readings;
    let agreed = shown_at(today - AGREED, 10 * 60).unwrap_or_else(|| services.core.now());
    for (measure, code) in one.targets {
        let Some(ready) = ReadyTarget::of(code) else { continue };
        let end = |end: Option<Amount>| end.map(|end| end.to_string()).unwrap_or_default();
        let form = TargetForm {
            first_low: end(ready.target.first.low),
            first_high: end(ready.target.first.high),
            second_low: end(ready.target.second.low),
            second_high: end(ready.target.second.high),
            why: format!("As guidance says: {}", ready.source),
            ..TargetForm::default()
        };
        readings.take_over_target(clinician, person, *measure, (&form, agreed)).await.map_err(told)?;
    }
    for code in one.rules {
        let Some(ready) = ReadyRule::of(code) else { continue };
        let form = RuleForm {
            ready: ready.code.to_owned(),
            kind: ready.condition.kind().code().to_owned(),
            typed: typed(ready),
            submission: services.core.new_id().to_string(),
            ..RuleForm::default()
        };
        readings.add_rule(clinician, person, ready.measure, &form).await.map_err(told)?;
    }
    Ok(())
}

/// A ready rule as its form sends it.
fn typed(ready: &ReadyRule) -> BTreeMap<String, String> {
    let mut typed: Vec<(&str, String)> = vec![
        ("colour", ready.colour.code().to_owned()),
        ("words", ready.words.to_owned()),
        ("why", "We agreed this together at your last review.".to_owned()),
    ];
    let bound = |bound: Bound| {
        let end = |end: Option<Amount>| end.map(|end| end.to_string()).unwrap_or_default();
        [("side", bound.side.code().to_owned()), ("first", end(bound.first)), ("second", end(bound.second))]
    };
    match ready.condition {
        Condition::Single { bound: of } | Condition::Both { bound: of, .. } => typed.extend(bound(of)),
        Condition::Average { bound: of, days, least } => {
            typed.extend(bound(of));
            typed.extend([("days", days.to_string()), ("least", least.to_string())]);
        }
        Condition::Change { side, by, days } => {
            typed.extend([("side", side.code().to_owned()), ("by", by.to_string()), ("days", days.to_string())]);
        }
        Condition::Missing { days } => typed.push(("days", days.to_string())),
    }
    typed.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}
