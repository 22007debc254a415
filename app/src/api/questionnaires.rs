//! Questionnaires: beginning one, saving its pages and finishing it; and what a care team asks for.

use super::field;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::Typed;
use crate::pages::questionnaires::fill::{FINISH, FORM, after};
use crate::pages::questionnaires::one;
use crate::pages::questionnaires::{
    OfPage, OfQuestionnaire, OfResponse, check_page, page_in, questionnaire_page, questions_page, response_in, response_page,
};
use crate::pages::team::id_in;
use crate::pages::team::questionnaires::{ASK, RULES, RULES_PAGE, list_page};
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::PersonId;
use service::{AnswersForm, QuestionnaireRulesForm};

/// Begins one, or goes on with the one that is not finished.
pub async fn begin(ctx: Ctx, path: OfQuestionnaire, Form(typed): Form<Typed>) -> Answer {
    let Ok(Path(word)) = path else { return Err(Failure::not_found()) };
    let (actor, person, questionnaires) = (ctx.actor(), ctx.person()?, &ctx.services().questionnaires);
    let asked = (word.as_str(), field(&typed, "submission"));
    let begun = match field(&typed, "anew") {
        "yes" => questionnaires.begin_anew(&actor, person, asked).await,
        _ => questionnaires.begin(&actor, person, asked).await,
    };
    match begun {
        Ok(id) => Ok(ctx.go(&response_page(&word, id))),
        Err(error) => ctx.send_back(error, one::FORM, &questionnaire_page(&word), typed).await,
    }
}

/// Saves a page of answers.
pub async fn save(ctx: Ctx, path: OfPage, Form(typed): Form<Typed>) -> Answer {
    let (word, id, page) = page_in(path)?;
    let form = AnswersForm { page, version: field(&typed, "version").to_owned(), typed: typed.clone() };
    match ctx.services().questionnaires.save(&ctx.actor(), ctx.person()?, (&word, id), &form).await {
        Ok(next @ service::Next::Result) => ctx.done(&after(next, &word, id), "Your change is saved", None).await,
        Ok(next) => Ok(ctx.go(&after(next, &word, id))),
        Err(error) => ctx.send_back(error, FORM, &questions_page(&word, id, page), typed).await,
    }
}

/// Finishes one.
pub async fn finish(ctx: Ctx, path: OfResponse) -> Answer {
    let (word, id) = response_in(path)?;
    match ctx.services().questionnaires.finish(&ctx.actor(), ctx.person()?, (&word, id)).await {
        Ok(()) => ctx.done(&response_page(&word, id), "Your answers are saved", None).await,
        Err(error) => ctx.send_back(error, FINISH, &check_page(&word, id), Typed::new()).await,
    }
}

/// Asks somebody to fill one in.
pub async fn ask(ctx: Ctx, path: Result<Path<String>, PathRejection>, Form(typed): Form<Typed>) -> Answer {
    let (id, staff) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let asked = (field(&typed, "questionnaire"), field(&typed, "submission"));
    match ctx.services().questionnaires.ask(&staff, id, asked).await {
        Ok(()) => {
            ctx.done(&list_page(id), "You asked for it", Some("The person is told by email that there is something new.")).await
        }
        Err(error) => ctx.send_back(error, ASK, &list_page(id), typed).await,
    }
}

/// Takes back what was asked for.
pub async fn withdraw(ctx: Ctx, path: Result<Path<String>, PathRejection>, Form(typed): Form<Typed>) -> Answer {
    let (id, staff) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let request = field(&typed, "request").parse().map_err(|_| Failure::not_found())?;
    ctx.services().questionnaires.withdraw(&staff, id, request).await?;
    ctx.done(&list_page(id), "It is taken back", None).await
}

/// Says whether the team is told of answers that may tell of danger to life.
pub async fn rules(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let part = |name: &str| field(&typed, name).to_owned();
    let form = QuestionnaireRulesForm { alerts: part("alerts"), version: part("version") };
    match ctx.services().questionnaires.change_rules(&ctx.staff()?, &form).await {
        Ok(()) => ctx.done(RULES_PAGE, "Your change is saved", Some("It counts from now on.")).await,
        Err(error) => ctx.send_back(error, RULES, RULES_PAGE, typed).await,
    }
}
