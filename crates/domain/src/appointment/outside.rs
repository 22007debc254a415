//! Appointments that a service keeps in a system of its own: how it is read, and how often it is asked.

use super::ServiceKind;
use chrono::{DateTime, TimeDelta, Utc};

/// After this long without a certain answer nobody asks any more, and people look into it.
pub const GIVE_UP: TimeDelta = TimeDelta::hours(24);
/// The try, counted from one, at which whoever does not look on is told that there is no answer yet: two hours in.
pub const TELLS_LATE: u32 = 8;
/// The wait before the second try; each further one is twice as long.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
/// The longest wait between two tries.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(60);

/// Of which kind a service is, by how another system names it and by the role of whoever gives it.
///
/// Role: `CareConnect-SDSJobRoleName-1` of GP Connect, by its words ("Specialist Nurse Practitioner"); the code where it has none.
#[must_use]
pub fn kind_of(service: &str, role: &str) -> ServiceKind {
    let words = format!("{service} {role}").to_lowercase();
    let has = |stems: &[&str]| stems.iter().any(|stem| words.contains(stem));
    if has(&["vaccin", "immunis", "flu clinic", "flu jab"]) {
        ServiceKind::Vaccination
    } else if has(&["phlebotom", "blood test"]) {
        ServiceKind::Phlebotomy
    } else if has(&["extended", "evening", "weekend"]) {
        ServiceKind::Hub
    } else if has(&["nurse", "healthcare assistant", "health care assistant", "health check"]) {
        ServiceKind::Nurse
    } else {
        ServiceKind::Gp
    }
}

/// When to try again after so many tries, counting the one that begins now.
#[must_use]
pub fn next_try(tries: u32, now: DateTime<Utc>) -> DateTime<Utc> {
    let doubled = 2_i32.checked_pow(tries.saturating_sub(1)).and_then(|factor| FIRST_WAIT.checked_mul(factor));
    now + doubled.map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_service_is_known_by_its_words() {
        assert_eq!(kind_of("General GP Appointment", "General Medical Practitioner"), ServiceKind::Gp);
        assert_eq!(kind_of("Nurse Appointment", "Specialist Nurse Practitioner"), ServiceKind::Nurse);
        assert_eq!(kind_of("NHS Health Check", "General Medical Practitioner"), ServiceKind::Nurse);
        assert_eq!(kind_of("Flu Vaccination", "Practice nurse"), ServiceKind::Vaccination);
        assert_eq!(kind_of("PHLEBOTOMY", ""), ServiceKind::Phlebotomy);
        assert_eq!(kind_of("Extended access GP", ""), ServiceKind::Hub);
        assert_eq!(kind_of("", ""), ServiceKind::Gp);
    }

    #[test]
    fn people_learn_that_it_is_late_two_hours_in() {
        let begin = DateTime::<Utc>::UNIX_EPOCH;
        let late = (1..TELLS_LATE).fold(begin, |now, tries| next_try(tries, now)) - begin;
        assert!(late >= TimeDelta::hours(2) && late < TimeDelta::minutes(130), "{late}");
    }

    proptest! {
        #[test]
        fn tries_come_ever_less_often_and_never_less_than_hourly(tries in 0_u32..1000) {
            let now = DateTime::<Utc>::UNIX_EPOCH;
            let (this, next) = (next_try(tries, now), next_try(tries + 1, now));
            prop_assert!(this > now && this <= next && next <= now + LONGEST_WAIT);
        }
    }
}
