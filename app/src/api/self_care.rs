//! Looking after oneself: goals, things to read, apps and groups; and what care teams propose and give.

use super::{date, field};
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::Typed;
use crate::pages::appointments::id_in;
use crate::pages::goals::{Part, goal_page, kind_in, one, set, set_page};
use crate::pages::learn::article_page;
use crate::pages::support::{SUPPORT, support_page};
use crate::pages::team::goals::{COMMENT, PROPOSE, goals_page, propose_page, team_goal_page};
use crate::pages::team::learn::{GIVE, learn_page};
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::goal::{Act, State};
use domain::self_care::GivenAnswer;
use domain::{GoalId, PersonId};
use service::{GoalForm, ServiceError};

fn form(typed: &Typed) -> GoalForm {
    let part = |name: &str| field(typed, name).to_owned();
    GoalForm {
        words: part("words"),
        start: part("start"),
        target: part("target"),
        unit: part("unit"),
        by: date(typed, "by"),
        why: part("why"),
        first_step: part("first_step"),
        submission: part("submission"),
    }
}

fn version(typed: &Typed) -> Result<i32, ServiceError> {
    field(typed, "version").parse().map_err(|_| ServiceError::field("", "The page was not whole. Send it again"))
}

/// Sets a goal.
pub async fn set_goal(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let kind = kind_in(path)?;
    match ctx.services().self_care.set_goal(&ctx.actor(), ctx.person()?, kind, &form(&typed)).await {
        Ok(id) => ctx.done(&goal_page(id), "Your goal is set", None).await,
        Err(error) => ctx.send_back(error, set::FORM, &set_page(kind), typed).await,
    }
}

/// Changes one.
pub async fn change_goal(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let id: GoalId = id_in(path)?;
    let (actor, person, page) = (ctx.actor(), ctx.person()?, goal_page(id));
    let changed = match version(&typed) {
        Ok(version) => ctx.services().self_care.change_goal(&actor, person, (id, version), &form(&typed)).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(()) => ctx.done(&page, "Your change is saved", None).await,
        Err(error) => ctx.send_back(error, set::FORM, &format!("{page}/change"), typed).await,
    }
}

/// Pauses one, goes on with it, says that it is reached, lets it go, or answers what was suggested.
pub async fn act_on_goal(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let id: GoalId = id_in(path)?;
    let (actor, person, page) = (ctx.actor(), ctx.person()?, goal_page(id));
    let act = Act::from_code(field(&typed, "act"));
    let done = match (act, version(&typed)) {
        (Some(act), Ok(version)) => ctx.services().self_care.act_on_goal(&actor, person, (id, version), act).await,
        (None, _) => Err(ServiceError::field("", "The page was not whole. Send it again")),
        (_, Err(error)) => Err(error),
    };
    match done {
        Ok(state) => {
            let said = match state {
                State::Active => "It goes on",
                State::Paused => "It is paused",
                State::Reached => "It is noted that you reached it",
                State::LetGo => "It is let go",
                State::Declined | State::Proposed => "You said no to it",
            };
            ctx.done(&page, said, None).await
        }
        Err(error) => ctx.send_back(error, one::ACT, &page, Typed::new()).await,
    }
}

/// Says how the week went.
pub async fn check_in(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let id: GoalId = id_in(path)?;
    let (actor, person, page) = (ctx.actor(), ctx.person()?, goal_page(id));
    let said = (field(&typed, "how"), field(&typed, "note"), field(&typed, "submission"));
    match ctx.services().self_care.check_in(&actor, person, id, said).await {
        Ok(()) => ctx.done(&page, "It is noted", None).await,
        Err(error) => ctx.send_back(error, one::CHECK_IN, &page, typed).await,
    }
}

/// Has whoever asks reminded of one, or no more.
pub async fn remind_of_goal(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let id: GoalId = id_in(path)?;
    let (actor, person, page) = (ctx.actor(), ctx.person()?, goal_page(id));
    let on = field(&typed, "on") == "yes";
    let done = match version(&typed) {
        Ok(version) => ctx.services().self_care.remind_of_goal(&actor, person, (id, version), on).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) if on => ctx.done(&page, "We write to you once a week", Some("You can stop it here at any time.")).await,
        Ok(()) => ctx.done(&page, "We do not write any more", None).await,
        Err(error) => ctx.send_back(error, one::ACT, &page, Typed::new()).await,
    }
}

/// Says of something to read that it is read or not for them, or takes that back.
pub async fn answer_article(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let Ok(Path(id)) = path else { return Err(Failure::not_found()) };
    let (answer, said) = match (field(&typed, "answer"), GivenAnswer::from_code(field(&typed, "answer"))) {
        (_, Some(GivenAnswer::Done)) => (Some(GivenAnswer::Done), "It is noted that you read it"),
        (_, Some(GivenAnswer::NotForMe)) => (Some(GivenAnswer::NotForMe), "It is noted that it is not for you"),
        ("undo", None) => (None, "It is open again"),
        _ => return Err(Failure::not_found()),
    };
    ctx.services().self_care.answer_article(&ctx.actor(), ctx.person()?, &id, answer).await?;
    ctx.done(&article_page(&id), said, None).await
}

/// Keeps an app, a group or a helpline in the list, or takes it out.
pub async fn keep_support(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let Ok(Path(id)) = path else { return Err(Failure::not_found()) };
    let keep = field(&typed, "keep") == "yes";
    ctx.services().self_care.keep_support(&ctx.actor(), ctx.person()?, &id, keep).await?;
    if keep {
        ctx.done(&support_page(&id), "It is in your list", None).await
    } else {
        ctx.done(SUPPORT, "It is out of your list", None).await
    }
}

/// The person, and something of theirs, in the path of a page for a care team.
type OfPerson = Result<Path<(String, String)>, PathRejection>;

/// Proposes a goal to somebody.
pub async fn propose_goal(ctx: Ctx, path: OfPerson, Form(typed): Form<Typed>) -> Answer {
    let Ok(Path((id, kind))) = path else { return Err(Failure::not_found()) };
    let (id, staff) = (id.parse::<PersonId>().map_err(|_| Failure::not_found())?, ctx.staff()?);
    match ctx.services().self_care.propose_goal(&staff, id, &kind, &form(&typed)).await {
        Ok(_) => {
            let next = "The person is told by email that there is something new, and decides.";
            ctx.done(&goals_page(id), "You suggested it", Some(next)).await
        }
        Err(error) => ctx.send_back(error, PROPOSE, &propose_page(id, &kind), typed).await,
    }
}

/// Writes something to a goal of somebody.
pub async fn comment_goal(ctx: Ctx, path: OfPerson, Form(typed): Form<Typed>) -> Answer {
    let Ok(Path((id, goal))) = path else { return Err(Failure::not_found()) };
    let (Ok(id), Ok(goal)) = (id.parse::<PersonId>(), goal.parse::<GoalId>()) else { return Err(Failure::not_found()) };
    let (staff, page) = (ctx.staff()?, team_goal_page(id, goal));
    let said = (field(&typed, "note"), field(&typed, "submission"));
    match ctx.services().self_care.comment_goal(&staff, id, goal, said).await {
        Ok(()) => ctx.done(&page, "Your words are saved", Some("The person reads them with the goal.")).await,
        Err(error) => ctx.send_back(error, COMMENT, &page, typed).await,
    }
}

/// Gives somebody something to read.
pub async fn give_article(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let (id, staff) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let given = (field(&typed, "article"), field(&typed, "note"), field(&typed, "submission"));
    match ctx.services().self_care.give_article(&staff, id, given).await {
        Ok(()) => {
            ctx.done(&learn_page(id), "You gave it", Some("The person is told by email that there is something new.")).await
        }
        Err(error) => ctx.send_back(error, GIVE, &learn_page(id), typed).await,
    }
}

/// Takes back what was given.
pub async fn withdraw_article(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let (id, staff) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let given = field(&typed, "given").parse().map_err(|_| Failure::not_found())?;
    ctx.services().self_care.withdraw_article(&staff, id, given).await?;
    ctx.done(&learn_page(id), "It is taken back", None).await
}
