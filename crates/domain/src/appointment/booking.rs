//! What is not booked: more than one person may have coming, what is gone, and what is at the same time as something else.

use super::{FromUntil, Refusal};
use crate::When;
use chrono::{DateTime, TimeDelta, Utc};

/// How many appointments that are coming a person may have with one service, booked by themself or a carer.
pub const MOST_WITH_ONE: i64 = 3;
/// How many they may have altogether.
pub const MOST: i64 = 12;
/// How long a visit is taken to be of which its source says no more than when it begins.
pub const UNKNOWN_VISIT: TimeDelta = TimeDelta::minutes(15);

/// Whether somebody who has so many coming, with a service and altogether, may book another with it: nobody takes a whole
/// diary.
///
/// # Errors
/// [`Refusal::TooMany`].
pub const fn few(with_service: i64, altogether: i64) -> Result<(), Refusal> {
    if with_service >= MOST_WITH_ONE || altogether >= MOST { Err(Refusal::TooMany) } else { Ok(()) }
}

/// Why a time is not to be had that begins then and can be booked from then on: where neither is in the way, somebody else
/// has it.
#[must_use]
pub fn why_not(starts_at: DateTime<Utc>, bookable_from: DateTime<Utc>, now: DateTime<Utc>) -> Refusal {
    if starts_at <= now {
        Refusal::Past
    } else if bookable_from > now {
        Refusal::NotReleased
    } else {
        Refusal::SlotGone
    }
}

/// From when until when a visit is of which another source tells; absent where it is not known to the minute when it begins.
/// One whose end is not known, or is not after its beginning, counts for [`UNKNOWN_VISIT`].
#[must_use]
pub fn visit_span(from: Option<When>, until: Option<When>) -> Option<FromUntil> {
    let Some(When::Instant(from)) = from else { return None };
    let from = from.to_utc();
    let until = match until {
        Some(When::Instant(until)) => Some(until.to_utc()).filter(|until| *until > from),
        _ => None,
    };
    Some((from, until.unwrap_or(from + UNKNOWN_VISIT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn nobody_has_more_than_three_with_one_service_or_twelve_altogether() {
        assert_eq!((few(2, 11), few(0, 0)), (Ok(()), Ok(())));
        assert_eq!((few(3, 3), few(0, 12)), (Err(Refusal::TooMany), Err(Refusal::TooMany)));
    }

    #[test]
    fn what_has_begun_or_is_not_released_was_not_taken_by_somebody() {
        let (starts, from) = (at("2026-11-10T10:00:00Z"), at("2026-11-10T08:00:00Z"));
        let why = |now| why_not(starts, from, at(now));
        assert_eq!(why("2026-11-10T07:59:59Z"), Refusal::NotReleased);
        assert_eq!(why("2026-11-10T08:00:00Z"), Refusal::SlotGone);
        assert_eq!(why("2026-11-10T10:00:00Z"), Refusal::Past);
    }

    #[test]
    fn a_visit_is_as_long_as_its_source_says() {
        let instant = |text: &str| Some(When::Instant(at(text).fixed_offset()));
        let (nine, ten) = (instant("2026-11-10T09:00:00Z"), instant("2026-11-10T10:00:00Z"));
        let span = |from: &str, until: &str| Some((at(from), at(until)));
        assert_eq!(visit_span(nine, ten), span("2026-11-10T09:00:00Z", "2026-11-10T10:00:00Z"));
        assert_eq!(visit_span(nine, None), span("2026-11-10T09:00:00Z", "2026-11-10T09:15:00Z"));
        assert_eq!(visit_span(ten, nine), span("2026-11-10T10:00:00Z", "2026-11-10T10:15:00Z"));
        assert_eq!(visit_span(nine, nine), span("2026-11-10T09:00:00Z", "2026-11-10T09:15:00Z"));
        let day = Some(When::Day("2026-11-10".parse().unwrap()));
        assert_eq!((visit_span(day, ten), visit_span(None, ten)), (None, None));
        assert_eq!(visit_span(nine, day), span("2026-11-10T09:00:00Z", "2026-11-10T09:15:00Z"));
    }
}
