//! Guided weeks: beginning them, recording in them, pausing and ending them, and taking the result away.

use super::field;
use super::readings::shown_with;
use crate::ctx::{Answer, Ctx};
use crate::forms::{Typed, gathered};
use crate::pages::appointments::id_in;
use crate::pages::weeks::{Part, best, end, one, paper, protocol_in, reminders, start, start_page, week_page};
use axum::Form;
use axum::http::header;
use axum::response::IntoResponse;
use domain::WeekId;
use domain::reading::week::Protocol;
use service::{BestForm, PaperForm, PaperLine, ServiceError, StartForm, WeekAct, WeekForm};

/// Boxes of one name come as often as they are ticked.
type Sent = Form<Vec<(String, String)>>;

/// Begins one.
pub async fn start(ctx: Ctx, path: Part, Form(sent): Sent) -> Answer {
    let (protocol, typed) = (protocol_in(path)?, gathered(sent));
    let part = |name: &str| field(&typed, name).to_owned();
    let form = StartForm {
        first: part("first"),
        length: part("length"),
        best: part("best"),
        green: part("green"),
        amber: part("amber"),
        times: part("times"),
        how: part("how"),
        submission: part("submission"),
    };
    match ctx.services().readings.start_week(&ctx.actor(), ctx.person()?, protocol, &form).await {
        Ok(id) => ctx.done(&week_page(id), "You have begun", Some("What to do now stands below.")).await,
        Err(error) => ctx.send_back(error, start::FORM, &start_page(protocol), typed).await,
    }
}

/// What was sent of what this protocol measures.
pub(crate) fn form(protocol: Protocol, typed: &Typed) -> WeekForm {
    let part = |name: &str| field(typed, name).to_owned();
    let suffix = |at: usize| if at == 0 { String::new() } else { format!("_{}", at + 1) };
    let (measure, most) = (protocol.measure(), usize::from(protocol.blows()).max(protocol.each()));
    WeekForm {
        readings: (0..most)
            .map(|at| measure.parts().iter().map(|one| part(&format!("{}{}", one.field, suffix(at)))).collect())
            .collect(),
        sure: (0..most).map(|at| !part(&format!("sure{}", suffix(at))).is_empty()).collect(),
        shown_with: measure
            .shown_with()
            .map(|other| (0..most).map(|at| shown_with(other, typed, &suffix(at))).collect())
            .unwrap_or_default(),
        unit: part("unit"),
        waited: !part("waited").is_empty(),
        settings: measure.settings().iter().map(|setting| (setting.field.to_owned(), part(setting.field))).collect(),
        note: part("note"),
        day: super::date(typed, "day"),
        time: part("time"),
        submission: part("submission"),
    }
}

/// Records in one that runs, and leads to what to do about it and what to do next.
pub async fn record(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let id: WeekId = id_in(path)?;
    let (actor, person, page) = (ctx.actor(), ctx.person()?, week_page(id));
    let recorded = match Protocol::from_code(field(&typed, "protocol")) {
        Some(protocol) => ctx.services().readings.record_in_week(&actor, person, id, &form(protocol, &typed)).await,
        None => Err(not_whole()),
    };
    match recorded {
        Ok(saved) => ctx.done(&one::after(id, &saved), "It is saved", None).await,
        Err(error) => ctx.send_back(error, one::FORM, &page, typed).await,
    }
}

/// Leads to the lines of a paper diary that began on the day that was typed.
pub async fn paper_day(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let protocol = protocol_in(path)?;
    ctx.services().readings.may_start(&ctx.actor(), ctx.person()?, protocol).await?;
    match ctx.services().readings.paper_days(protocol, &super::date(&typed, "first")) {
        Ok(first) => Ok(ctx.go(&paper::lines_page(protocol, first))),
        Err(error) => ctx.send_back(error, paper::DAY, &paper::paper_page(protocol), typed).await,
    }
}

/// What was sent of a paper diary.
pub(crate) fn paper_form(protocol: Protocol, typed: &Typed) -> PaperForm {
    let days = usize::from(protocol.lengths().first().copied().unwrap_or_default());
    let lines = (0..days * protocol.sittings().len()).map(|place| {
        let (before, own) = (PaperForm::field(place), |name: &str| field(typed, name).to_owned());
        let of_line = typed.iter().filter_map(|(name, said)| Some((name.strip_prefix(&before)?.to_owned(), said.clone())));
        let line = form(protocol, &of_line.collect());
        PaperLine { readings: line.readings, sure: line.sure, time: line.time, unit: own("unit") }
    });
    let part = |name: &str| field(typed, name).to_owned();
    PaperForm {
        lines: lines.collect(),
        waited: !part("waited").is_empty(),
        best: BestForm { best: part("best"), green: part("green"), amber: part("amber") },
        submission: part("submission"),
    }
}

/// Types in a paper diary, and leads to what it comes to and to what there is to do about it.
pub async fn paper(ctx: Ctx, path: paper::OfPaper, Form(typed): Form<Typed>) -> Answer {
    let (protocol, first) = paper::paper_in(path)?;
    let sent = paper_form(protocol, &typed);
    match ctx.services().readings.type_in_week(&ctx.actor(), ctx.person()?, (protocol, first), &sent).await {
        Ok(typed) => ctx.done(&one::after(typed.week, &typed.urgent), "It is saved", None).await,
        Err(error) => ctx.send_back(error, paper::FORM, &paper::lines_page(protocol, first), typed).await,
    }
}

fn not_whole() -> ServiceError {
    ServiceError::field("", "The page was not whole. Send it again")
}

/// Pauses one, goes on with it or ends it.
pub async fn change(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let id: WeekId = id_in(path)?;
    let (actor, person, page) = (ctx.actor(), ctx.person()?, week_page(id));
    let (act, said) = match field(&typed, "act") {
        "pause" => (WeekAct::Pause, "It is paused"),
        "resume" => (WeekAct::Resume, "It goes on"),
        _ => (WeekAct::End, "It has ended"),
    };
    let changed = match field(&typed, "version").parse() {
        Ok(version) => ctx.services().readings.change_week(&actor, person, (id, version), act).await,
        Err(_) => Err(not_whole()),
    };
    match changed {
        Ok(()) => ctx.done(&page, said, None).await,
        Err(error) => ctx.send_back(error, end::FORM, &format!("{page}/end"), typed).await,
    }
}

/// Changes when and how one reminds.
pub async fn remind(ctx: Ctx, path: Part, Form(sent): Sent) -> Answer {
    let (id, typed): (WeekId, Typed) = (id_in(path)?, gathered(sent));
    let (actor, person, page) = (ctx.actor(), ctx.person()?, week_page(id));
    if !field(&typed, "too").is_empty() {
        ctx.services().readings.remind_too(&actor, person, id, !field(&typed, "wants").is_empty()).await?;
        return ctx.done(&page, "Your choice is saved", None).await;
    }
    let changed = match field(&typed, "version").parse() {
        Ok(version) => {
            let chosen = (field(&typed, "times"), field(&typed, "how"));
            ctx.services().readings.remind_of_week(&actor, person, (id, version), chosen).await
        }
        Err(_) => Err(not_whole()),
    };
    match changed {
        Ok(()) => ctx.done(&page, "Your choice is saved", None).await,
        Err(error) => ctx.send_back(error, reminders::FORM, &format!("{page}/reminders"), typed).await,
    }
}

/// Changes the personal best of one.
pub async fn change_best(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let id: WeekId = id_in(path)?;
    let (actor, person, page) = (ctx.actor(), ctx.person()?, week_page(id));
    let part = |name: &str| field(&typed, name).to_owned();
    let form = BestForm { best: part("best"), green: part("green"), amber: part("amber") };
    let changed = match field(&typed, "version").parse() {
        Ok(version) => ctx.services().readings.change_best(&actor, person, (id, version), &form).await,
        Err(_) => Err(not_whole()),
    };
    match changed {
        Ok(()) => ctx.done(&page, "The personal best is saved", None).await,
        Err(error) => ctx.send_back(error, best::FORM, &format!("{page}/best"), typed).await,
    }
}

/// Hands over what a week of blood pressure came to, for other systems.
pub async fn observation(ctx: Ctx, path: Part) -> Answer {
    let file = ctx.services().readings.export_week(&ctx.actor(), ctx.person()?, id_in(path)?).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/fhir+json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"selfheal-home-blood-pressure.json\""),
    ];
    Ok((headers, file).into_response())
}
