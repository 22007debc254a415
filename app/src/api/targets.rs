//! Targets and rules about readings, and what a care team does with what came up.

use super::field;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::{Typed, gathered};
use crate::pages::team::rules::{END_FORM, RULE_FORM, form_page, rule_in, rule_page};
use crate::pages::team::targets::{HOURS_FORM, TARGET_FORM, hours_page, plan_page, target_in, target_page};
use crate::pages::team::{id_in, work_page};
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::reading::{AlertState, Measure, RuleKind};
use domain::{PersonId, WorkItemId};
use service::{AlertForm, DigestForm, RuleForm, TargetForm, WatchForm};

type Id = Result<Path<String>, PathRejection>;
type Ids = Result<Path<(String, String)>, PathRejection>;

fn version(typed: &Typed) -> i32 {
    field(typed, "version").parse().unwrap_or_default()
}

/// Sets where a measure is wanted, or ends that.
pub async fn set_target(ctx: Ctx, path: Ids, Form(typed): Form<Typed>) -> Answer {
    let (person, measure) = target_in(path)?;
    let part = |name: &str| field(&typed, name).to_owned();
    let form = TargetForm {
        first_low: part("first_low"),
        first_high: part("first_high"),
        second_low: part("second_low"),
        second_high: part("second_high"),
        waking_low: part("waking_low"),
        waking_high: part("waking_high"),
        after_low: part("after_low"),
        after_high: part("after_high"),
        why: part("why"),
        ends: !field(&typed, "ends").is_empty(),
        version: version(&typed),
    };
    match ctx.services().readings.set_target(&ctx.staff()?, person, measure, &form).await {
        Ok(()) if form.ends => ctx.done(&plan_page(person), "The target is ended", None).await,
        Ok(()) => ctx.done(&plan_page(person), "The target is set", Some("The person reads it, with your name.")).await,
        Err(error) => ctx.send_back(error, TARGET_FORM, &target_page(person, measure), typed).await,
    }
}

fn rule(typed: &Typed) -> RuleForm {
    RuleForm {
        ready: field(typed, "ready").to_owned(),
        kind: field(typed, "kind").to_owned(),
        typed: typed.clone(),
        version: version(typed),
        submission: field(typed, "submission").to_owned(),
    }
}

/// Adds a rule.
pub async fn add_rule(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let person = id_in::<PersonId>(path)?;
    let measure = Measure::from_code(field(&typed, "measure")).ok_or_else(Failure::not_found)?;
    let kind = RuleKind::from_code(field(&typed, "kind")).ok_or_else(Failure::not_found)?;
    let form = rule(&typed);
    match ctx.services().readings.add_rule(&ctx.staff()?, person, measure, &form).await {
        Ok(_) => ctx.done(&plan_page(person), "The rule is on", Some("The person reads it, with your name.")).await,
        Err(error) => ctx.send_back(error, RULE_FORM, &form_page(person, &form.ready, kind, measure), typed).await,
    }
}

/// Changes one.
pub async fn change_rule(ctx: Ctx, path: Ids, Form(typed): Form<Typed>) -> Answer {
    let (person, id) = rule_in(path)?;
    match ctx.services().readings.change_rule(&ctx.staff()?, person, id, &rule(&typed)).await {
        Ok(()) => ctx.done(&plan_page(person), "The rule is changed", None).await,
        Err(error) => ctx.send_back(error, RULE_FORM, &rule_page(person, id), typed).await,
    }
}

/// Ends one.
pub async fn end_rule(ctx: Ctx, path: Ids, Form(typed): Form<Typed>) -> Answer {
    let (person, id) = rule_in(path)?;
    match ctx.services().readings.end_rule(&ctx.staff()?, person, (id, version(&typed)), field(&typed, "end_why")).await {
        Ok(()) => ctx.done(&plan_page(person), "The rule is ended", None).await,
        Err(error) => ctx.send_back(error, END_FORM, &rule_page(person, id), typed).await,
    }
}

/// Says when the care team looks. A box may be ticked several times, so the form is a list.
pub async fn set_hours(ctx: Ctx, path: Id, Form(sent): Form<Vec<(String, String)>>) -> Answer {
    let (person, typed) = (id_in::<PersonId>(path)?, gathered(sent));
    let part = |name: &str| field(&typed, name).to_owned();
    let form = WatchForm { days: part("days"), from: part("from"), until: part("until") };
    match ctx.services().readings.set_hours(&ctx.staff()?, person, &form).await {
        Ok(()) => ctx.done(&plan_page(person), "When you look is saved", None).await,
        Err(error) => ctx.send_back(error, HOURS_FORM, &hours_page(person), typed).await,
    }
}

/// Does something with what came up.
pub async fn answer_alert(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: WorkItemId = id_in(path)?;
    let part = |name: &str| field(&typed, name).to_owned();
    let form = AlertForm { act: part("act"), words: part("words"), version: version(&typed) };
    match ctx.services().readings.answer_alert(&ctx.staff()?, id, &form).await {
        Ok(AlertState::Closed) => ctx.done("/team", "It is closed", Some("The person reads what you wrote.")).await,
        Ok(_) => ctx.done(&work_page(id), "It is noted", Some("The person reads it. Close it when nothing is left to do.")).await,
        Err(error) => ctx.send_back(error, "work", &work_page(id), typed).await,
    }
}

/// Closes what came up since the day before.
pub async fn close_digest(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: WorkItemId = id_in(path)?;
    let form = DigestForm { seen: field(&typed, "seen").to_owned(), words: field(&typed, "words").to_owned() };
    match ctx.services().readings.close_digest(&ctx.staff()?, id, &form).await {
        Ok(()) => ctx.done("/team", "All of these are closed", Some("The person reads what you wrote.")).await,
        Err(error) => ctx.send_back(error, "work", &work_page(id), typed).await,
    }
}
