//! What people recorded themselves, for programs: FHIR R4 `Observation`, `QuestionnaireResponse` and `Flag`, to read and to search.

use crate::ctx::{Answer, Ctx, Failure};
use crate::outcome;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use domain::access::Actor;
use domain::reading::Measure;
use domain::{PersonId, QuestionnaireResponseId, ReadingId};
use fhir::capability::statement;
use fhir::consent::Fault;
use fhir::own::{measure_of, searchset};
use serde_json::Value;
use service::ObservationsAsked;

type Id = Result<Path<String>, PathRejection>;

/// The most resources of one answer.
const MOST: u16 = 200;
/// How many there are where nothing is said.
const USUAL: u16 = 50;

/// What stands after "?".
#[derive(Debug, Default, PartialEq, Eq)]
struct Query {
    patient: Option<PersonId>,
    code: Option<(String, Measure)>,
    count: Option<u16>,
    after: Option<ReadingId>,
}

/// What is asked for; `None` when it cannot be understood. A parameter that is not known is not passed over, so that nobody takes
/// everything for what they asked for.
fn read(query: &str) -> Option<Query> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let mut asked = Query::default();
    for (name, value) in pairs {
        match name.as_str() {
            "patient" => asked.patient = Some(value.strip_prefix("Patient/").unwrap_or(&value).parse().ok()?),
            "code" => asked.code = Some((value.clone(), measure_of(&value)?)),
            "_count" => asked.count = Some(value.parse().ok().filter(|count| (1..=MOST).contains(count))?),
            "_after" => asked.after = Some(value.parse().ok()?),
            "_format" => {}
            _ => return None,
        }
    }
    // It goes on from a reading of a measure.
    (asked.after.is_none() || asked.code.is_some()).then_some(asked)
}

/// Who asks, and about whom: somebody at work names the person; anybody else asks about whose record is open.
fn who(ctx: &Ctx, patient: Option<PersonId>) -> Result<(Actor, Option<PersonId>), Failure> {
    let reader = ctx.reader()?;
    Ok(match reader.staff() {
        Some(staff) => (staff, patient),
        None => (reader.actor(), patient.or(reader.subject())),
    })
}

fn bundle(ctx: &Ctx, kind: &str, (query, next): (&str, Option<String>), found: Vec<Value>) -> Answer {
    let base = format!("{}/fhir/R4/{kind}", ctx.services().core.settings().public_url);
    let next = next.map(|query| format!("{base}?{query}"));
    let bundle = searchset((&base, query), next.as_deref(), found, ctx.services().core.now());
    Ok(outcome::answer(StatusCode::OK, &bundle))
}

/// Readings: the newest of each measure, or with `code` all of one, the newest first.
pub async fn observations(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let query = query.unwrap_or_default();
    let Some(asked) = read(&query) else { return Ok(outcome::refusal(Fault::Parameter, None)) };
    let (actor, Some(person)) = who(&ctx, asked.patient)? else { return bundle(&ctx, "Observation", (&query, None), Vec::new()) };
    let of = ObservationsAsked {
        measure: asked.code.as_ref().map(|(_, measure)| *measure),
        after: asked.after,
        most: asked.count.unwrap_or(USUAL),
    };
    let (found, more) = ctx.services().readings.observations(&actor, person, of).await?;
    let next = more.zip(asked.code).map(|(last, (code, _))| {
        let patient = asked.patient.map(|person| format!("patient={person}&")).unwrap_or_default();
        let code = crate::routes::in_query(&code);
        format!("{patient}code={code}&_count={}&_after={last}", of.most)
    });
    bundle(&ctx, "Observation", (&query, next), found)
}

/// One reading.
pub async fn observation(ctx: Ctx, path: Id, RawQuery(query): RawQuery) -> Answer {
    let id: ReadingId = path.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Failure::not_found)?;
    let (actor, person) = one_of(&ctx, query.as_deref())?;
    let found = ctx.services().readings.observation(&actor, person, id).await?;
    Ok(outcome::answer(StatusCode::OK, &found))
}

/// Responses to questionnaires, the newest first.
pub async fn responses(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let query = query.unwrap_or_default();
    let asked = read(&query).filter(|asked| asked.code.is_none() && asked.count.is_none());
    let Some(asked) = asked else { return Ok(outcome::refusal(Fault::Parameter, None)) };
    let found = match who(&ctx, asked.patient)? {
        (actor, Some(person)) => ctx.services().questionnaires.responses(&actor, person).await?,
        (_, None) => Vec::new(),
    };
    bundle(&ctx, "QuestionnaireResponse", (&query, None), found)
}

/// One response.
pub async fn response(ctx: Ctx, path: Id, RawQuery(query): RawQuery) -> Answer {
    let id: QuestionnaireResponseId = path.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Failure::not_found)?;
    let (actor, person) = one_of(&ctx, query.as_deref())?;
    let found = ctx.services().questionnaires.response_told(&actor, person, id).await?;
    Ok(outcome::answer(StatusCode::OK, &found))
}

/// What somebody needs: a flag for each need.
pub async fn flags(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let query = query.unwrap_or_default();
    let asked = read(&query).filter(|asked| asked.code.is_none() && asked.count.is_none());
    let Some(asked) = asked else { return Ok(outcome::refusal(Fault::Parameter, None)) };
    let found = match who(&ctx, asked.patient)? {
        (actor, Some(person)) => ctx.services().profile.flags(&actor, person).await?,
        (_, None) => Vec::new(),
    };
    bundle(&ctx, "Flag", (&query, None), found)
}

/// One flag.
pub async fn flag(ctx: Ctx, path: Id, RawQuery(query): RawQuery) -> Answer {
    let Path(id) = path.map_err(|_| Failure::not_found())?;
    let (actor, person) = one_of(&ctx, query.as_deref())?;
    let found = ctx.services().profile.flag(&actor, person, &id).await?;
    Ok(outcome::answer(StatusCode::OK, &found))
}

/// What programs can ask here: the same for everybody.
pub async fn metadata(ctx: Ctx) -> Answer {
    let base = format!("{}/fhir/R4", ctx.services().core.settings().public_url);
    Ok(outcome::answer(StatusCode::OK, &statement(&base, env!("CARGO_PKG_VERSION"))))
}

/// Who asks for one resource, and about whom; with nobody, there is none.
fn one_of(ctx: &Ctx, query: Option<&str>) -> Result<(Actor, PersonId), Failure> {
    let asked = read(query.unwrap_or_default()).ok_or_else(Failure::not_found)?;
    let (actor, person) = who(ctx, asked.patient)?;
    Ok((actor, person.ok_or_else(Failure::not_found)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_for_what_is_known() {
        assert_eq!(read(""), Some(Query::default()));
        let asked = read("code=http%3A%2F%2Floinc.org%7C8867-4&_count=10").unwrap();
        assert_eq!((asked.code.map(|(_, measure)| measure), asked.count), (Some(Measure::Pulse), Some(10)));
        let id = "019a5f00-0000-7000-8000-000000000000";
        assert!(read(&format!("patient=Patient/{id}&_format=json")).unwrap().patient.is_some());
        assert!(read(&format!("code=8867-4&_after={id}")).unwrap().after.is_some());
        for wrong in ["code=1234", "_count=0", "_count=201", "patient=me", "date=2026", &format!("_after={id}")] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
