//! What is sent to people as a text message. It says no more than that there is an account and when something is; an answer also what they said.

use crate::Core;
use chrono::{DateTime, TimeDelta, Utc};
use domain::MobileNumber;
use domain::when::{clock_at, london_day};
use store::outbox::{OutboxRow, TEXT};

/// A text message to be written.
#[derive(Clone, Debug)]
pub(crate) enum Note {
    /// The code that shows that a number is theirs, and for how long it works.
    Code { code: String, works_for: TimeDelta },
    /// An appointment is coming, then.
    AppointmentReminder(DateTime<Utc>),
    /// It is time for what they asked to be reminded of; until when that is of use, and whether they want it at night too.
    DoseReminder { until: DateTime<Utc>, at_night: bool },
    /// It is time to measure something, as they asked to be told; until when that is of use.
    WeekReminder { until: DateTime<Utc> },
    /// They can order something again; until when that is of use.
    OrderReminder { until: DateTime<Utc> },
    /// Something is ready for them, or still is; until when that is of use.
    CollectReminder { until: DateTime<Utc>, still: bool },
    /// An answer to a text message of theirs: it says nothing of them that they did not say; until when it is of use.
    Reply { words: String, until: DateTime<Utc> },
}

impl Note {
    fn write(&self, url: &str) -> String {
        match self {
            Self::Reply { words, .. } => words.clone(),
            Self::Code { code, works_for } => {
                let minutes = works_for.num_minutes();
                format!(
                    "{code} is your code for Selfheal. It works for {minutes} minutes. If you did not ask for it, you do not need to do \
                     anything."
                )
            }
            Self::DoseReminder { .. } => {
                format!("You asked us to remind you at this time. Sign in to Selfheal to see more: {url}/reminders")
            }
            Self::WeekReminder { .. } => {
                format!("You asked us to remind you at this time. Sign in to Selfheal to see more: {url}/week")
            }
            Self::OrderReminder { .. } => {
                format!(
                    "You asked us to tell you when you can order something again. Now you can. Sign in to Selfheal: {url}/news"
                )
            }
            Self::CollectReminder { still, .. } => {
                let what = if *still { "Something of which we told you still waits" } else { "There is something new for you" };
                format!("{what}. Sign in to Selfheal to see it: {url}/news")
            }
            Self::AppointmentReminder(at) => {
                let day = london_day(*at).format("%A %-d %B");
                let time = clock_at(*at);
                format!("You have an appointment on {day} at {time}. Sign in to Selfheal to see it: {url}/appointments")
            }
        }
    }
}

/// A text message as it stands in the outbox.
pub(crate) fn written(core: &Core, to: &MobileNumber, note: &Note) -> OutboxRow {
    let now = core.now();
    let (waits_for_day, useless_from) = match note {
        // Somebody waits for it, whatever the hour.
        Note::Code { works_for, .. } => (false, now + *works_for),
        Note::Reply { until, .. } => (false, *until),
        Note::AppointmentReminder(at) => (true, *at),
        Note::DoseReminder { until, at_night } => (!at_night, *until),
        Note::WeekReminder { until } | Note::OrderReminder { until } | Note::CollectReminder { until, .. } => (true, *until),
    };
    OutboxRow {
        id: core.new_id(),
        channel: TEXT.to_owned(),
        recipient: to.as_e164().to_owned(),
        subject: String::new(),
        body: note.write(&core.settings().public_url),
        created_at: now,
        attempts: 0,
        waits_for_day,
        useless_from: Some(useless_from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What fits into one text message (3GPP TS 23.038: 160 characters of the basic alphabet, which holds all of these).
    const ONE: usize = 160;

    #[test]
    fn a_reminder_says_when_and_nothing_else_and_fits_into_one_message() {
        let said = |at: &str| Note::AppointmentReminder(at.parse().unwrap()).write("https://selfheal.example");
        assert_eq!(
            said("2026-12-01T09:20:00Z"),
            "You have an appointment on Tuesday 1 December at 9:20am. Sign in to Selfheal to see it: \
             https://selfheal.example/appointments"
        );
        // In summer the clock in London is an hour ahead.
        assert!(said("2026-07-01T11:00:00Z").contains("on Wednesday 1 July at midday."));
        let longest = said("2026-09-30T09:40:00Z");
        assert!(longest.contains("Wednesday 30 September at 10:40am") && longest.is_ascii() && longest.len() <= ONE, "{longest}");
    }

    #[test]
    fn a_reminder_of_medicines_says_nothing_of_them() {
        let until = DateTime::<Utc>::UNIX_EPOCH;
        let collect = |still| Note::CollectReminder { until, still };
        let (dose, week) = (Note::DoseReminder { until, at_night: false }, Note::WeekReminder { until });
        for note in [dose, week, Note::OrderReminder { until }, collect(false), collect(true)] {
            let said = note.write("https://selfheal.example");
            assert!(said.is_ascii() && said.len() <= ONE, "{said}");
            for word in ["medicine", "prescription", "pharmacy", "collect", "reading", "measure"] {
                assert!(!said.contains(word), "{said}");
            }
        }
    }

    #[test]
    fn a_code_comes_first_and_says_how_long_it_works() {
        let said = Note::Code { code: "012345".to_owned(), works_for: TimeDelta::minutes(15) }.write("https://selfheal.example");
        assert!(said.starts_with("012345 is your code for Selfheal. It works for 15 minutes."), "{said}");
        assert!(said.is_ascii() && said.len() <= ONE);
    }
}
