//! Who acts for whom, for programs: FHIR R4 `Consent` in the shape of NHS England's Validated Relationships Service API.

use crate::ctx::{Answer, Ctx, Failure};
use crate::outcome;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::RelationshipId;
use domain::access::Actor;
use domain::relationship::Status;
use fhir::consent::{Change, Fault, done, parse, searchset};

/// What a change is sent as.
const JSON_PATCH: &str = "application/json-patch+json";

/// What somebody is told who showed who they are too long ago.
const NOT_FRESH: &str = "Open /sign-in/again in the browser and confirm that it is you. Then send it again within five minutes.";

type Id = Result<Path<String>, PathRejection>;

/// What a search asks for: in each group one status has to fit.
type Wanted = Vec<Vec<Status>>;

/// Everybody who acts for the reader, and everybody for whom the reader acts.
pub async fn search(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let Some(wanted) = wanted(query.as_deref().unwrap_or_default()) else {
        return Ok(outcome::refusal(Fault::Parameter, None));
    };
    let found = ctx.services().carers.consents(&who(&ctx).await?, ctx.reader()?.own).await?;
    let fitting = found.into_iter().filter(|seen| wanted.iter().all(|group| group.contains(&seen.status)));
    let base = format!("{}/fhir/R4/Consent", ctx.services().core.settings().public_url);
    let bundle = searchset(&base, &in_words(&wanted), fitting.map(|seen| seen.resource).collect(), ctx.services().core.now());
    Ok(outcome::answer(StatusCode::OK, &bundle))
}

/// One relationship.
pub async fn read(ctx: Ctx, path: Id) -> Answer {
    let seen = ctx.services().carers.consent(&who(&ctx).await?, id_in(path)?).await?;
    Ok(tagged(outcome::answer(StatusCode::OK, &seen.resource), seen.version))
}

/// Changes where one stands, or until when it holds.
pub async fn change(ctx: Ctx, path: Id, headers: HeaderMap, body: Bytes) -> Answer {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(JSON_PATCH)) {
        return Ok(outcome::refusal(Fault::Media, None));
    }
    let id = id_in(path)?;
    let change = match parse(&body) {
        Ok(change) => change,
        Err(fault) => return Ok(outcome::refusal(fault, None)),
    };
    let actor = who(&ctx).await?;
    if lets_in(&change) && decides_for_themself(&ctx, &actor)? && !ctx.reader()?.is_fresh(ctx.services().core.now()) {
        return Ok(outcome::refusal(Fault::Forbidden, Some(NOT_FRESH)));
    }
    let changed = ctx.services().carers.patch_consent(&actor, id, versions(&headers), change).await;
    Ok(match changed {
        Ok(version) => tagged(outcome::answer(StatusCode::OK, &done()), version),
        Err(refusal) => outcome::refused(&refusal),
    })
}

/// Who asks: somebody at work, where the reader has chosen a place of work or has only one; they are themself all the same.
async fn who(ctx: &Ctx) -> Result<Actor, Failure> {
    let reader = ctx.reader()?;
    if let Some(staff) = reader.staff() {
        return Ok(staff);
    }
    let citizen = reader.actor();
    let places = ctx.services().care_team.places(&citizen).await?;
    Ok(match (&citizen, places.as_slice()) {
        (Actor::Account { id, assurance }, [place]) => Actor::Staff { id: *id, assurance: *assurance, member: place.member },
        _ => citizen,
    })
}

/// Whether a change lets somebody act again, or says until when they may.
const fn lets_in(change: &Change) -> bool {
    matches!(change.status, Some(Status::Active)) || change.ends_on.is_some()
}

/// Whether somebody may come as the person whom a relationship is about, whose pages ask for a fresh sign-in. Staff do where
/// they have a record of their own.
fn decides_for_themself(ctx: &Ctx, actor: &Actor) -> Result<bool, Failure> {
    Ok(!matches!(actor, Actor::Staff { .. }) || ctx.reader()?.own.is_some())
}

fn id_in(path: Id) -> Result<RelationshipId, Failure> {
    path.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Failure::not_found)
}

fn tagged(mut response: Response, version: i32) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&format!("W/\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The versions of which one has to be there still, after `If-Match`; what is no version of ours is none that can be.
fn versions(headers: &HeaderMap) -> Option<Vec<i32>> {
    let mut found = Vec::new();
    for value in headers.get_all(header::IF_MATCH) {
        for tag in value.to_str().unwrap_or_default().split(',').map(str::trim) {
            if tag == "*" {
                return None;
            }
            let tag = tag.strip_prefix("W/").unwrap_or(tag);
            let number = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
            found.extend(number.and_then(|number| number.parse::<i32>().ok()));
        }
    }
    headers.contains_key(header::IF_MATCH).then_some(found)
}

/// What is asked for after "?"; `None` when it cannot be understood. A parameter that is not known is not passed over, so
/// that nobody takes everything for what they asked for.
fn wanted(query: &str) -> Option<Wanted> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let mut wanted = Vec::new();
    for (name, value) in pairs {
        match name.as_str() {
            "status" => wanted.push(value.split(',').map(Status::from_code).collect::<Option<Vec<_>>>()?),
            "_format" => {}
            _ => return None,
        }
    }
    Some(wanted)
}

/// The same as an address has it.
fn in_words(wanted: &Wanted) -> String {
    let group = |group: &Vec<Status>| group.iter().map(|status| status.code()).collect::<Vec<_>>().join(",");
    wanted.iter().map(|one| format!("status={}", group(one))).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn a_search_is_for_statuses_and_for_nothing_that_is_not_known() {
        use Status::{Active, Inactive, Proposed};
        assert_eq!(wanted(""), Some(Vec::new()));
        assert_eq!(wanted("status=active"), Some(vec![vec![Active]]));
        assert_eq!(wanted("status=active,proposed&status=inactive"), Some(vec![vec![Active, Proposed], vec![Inactive]]));
        assert_eq!(wanted("_format=json"), Some(Vec::new()));
        for query in ["status=", "status=on", "status=active,", "performer:identifier=9000000017", "status"] {
            assert_eq!(wanted(query), None, "{query}");
        }
        let query = "status=active,proposed&status=inactive";
        assert_eq!(wanted(query).as_ref().map(in_words).as_deref(), Some(query));
    }

    #[test]
    fn what_lets_somebody_act_or_moves_the_last_day_asks_for_a_fresh_sign_in() {
        let of = |status, ends_on| Change { status, ends_on, ..Change::default() };
        assert!(lets_in(&of(Some(Status::Active), None)));
        assert!(lets_in(&of(None, Some(None))) && lets_in(&of(None, NaiveDate::from_ymd_opt(2027, 3, 27).map(Some))));
        for status in [None, Some(Status::Inactive), Some(Status::Rejected), Some(Status::Proposed)] {
            assert!(!lets_in(&of(status, None)), "{status:?}");
        }
    }

    #[test]
    fn a_version_is_named_as_it_was_told() {
        let named = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::IF_MATCH, HeaderValue::from_static(value));
            }
            versions(&headers)
        };
        assert_eq!(named(&[]), None);
        assert_eq!(named(&["*"]), None);
        assert_eq!(named(&["W/\"3\""]), Some(vec![3]));
        assert_eq!(named(&["\"3\", W/\"4\"", "W/\"5\""]), Some(vec![3, 4, 5]));
        for nonsense in ["3", "W/3", "\"x\"", "", "\"", "\"99999999999\""] {
            assert_eq!(named(&[nonsense]), Some(Vec::new()), "{nonsense}");
        }
    }
}
