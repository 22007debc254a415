//! A mistake that somebody reports in an entry of their record: where the report stands, who may do what with it, what can be written
//! in it, and how it is said.
//!
//! Nobody but the organisation that sent an entry can change it, so a report goes to that organisation and to no other. Where nobody there
//! reads reports, whoever reports it sends a letter themself, and writes down here what comes of it.

use crate::record::coded;
use crate::shown::refused;
use chrono::NaiveDate;

/// The most characters of each text of a report, and of an answer.
pub const LONGEST: usize = 1000;

coded! {
    /// Where a report stands.
    State {
        /// It waits on the work list of the organisation that sent the entry.
        Sent = "sent",
        /// Somebody there is looking at it.
        WithOrganisation = "with-organisation",
        /// They agree that it is a mistake; it is not corrected here yet.
        Accepted = "accepted",
        /// They do not agree, and said why.
        Declined = "declined",
        /// A newer version of the entry came after they had agreed, or they say that it is corrected.
        Corrected = "corrected",
        /// Whoever sent it, or whose record it is, took it back.
        Withdrawn = "withdrawn",
        /// Nobody at the organisation reads reports here: it is kept, for the person to send by letter.
        ToSend = "to-send",
        /// The person, or whoever reported it for them, says that the letter is sent.
        ByLetter = "by-letter",
        /// They wrote down that the organisation corrected it.
        HeardCorrected = "heard-corrected",
        /// They wrote down that the organisation does not agree, and why.
        HeardDeclined = "heard-declined",
    }
}

coded! {
    /// What is done with a report.
    Act {
        /// Begin to look at it.
        Take = "take",
        /// Agree that it is a mistake.
        Accept = "accept",
        /// Not agree, with a reason.
        Decline = "decline",
        /// Say that it is corrected.
        Correct = "correct",
        /// Take it back.
        Withdraw = "withdraw",
        /// Say on which day the letter was sent.
        Post = "post",
        /// Write down that the organisation corrected it.
        HearCorrected = "hear-corrected",
        /// Write down that the organisation does not agree.
        HearDeclined = "hear-declined",
    }
}

coded! {
    /// Who does something with a report.
    Party {
        /// The person, or whoever reported it for them.
        Citizen = "citizen",
        /// Those who give care at the organisation that sent the entry.
        Organisation = "organisation",
        /// The service itself, when a newer version of the entry comes.
        Service = "service",
    }
}

impl Act {
    /// Whether it is for these to do.
    #[must_use]
    pub const fn is_for(self, party: Party) -> bool {
        match self {
            Self::Take | Self::Accept | Self::Decline => matches!(party, Party::Organisation),
            Self::Correct => matches!(party, Party::Organisation | Party::Service),
            Self::Withdraw | Self::Post | Self::HearCorrected | Self::HearDeclined => matches!(party, Party::Citizen),
        }
    }
}

impl State {
    /// Where it stands after this; absent where that cannot be done now.
    #[must_use]
    pub const fn after(self, act: Act) -> Option<Self> {
        match (self, act) {
            (Self::Sent, Act::Take) => Some(Self::WithOrganisation),
            (Self::WithOrganisation, Act::Accept) => Some(Self::Accepted),
            (Self::WithOrganisation, Act::Decline) => Some(Self::Declined),
            (Self::Accepted, Act::Correct) => Some(Self::Corrected),
            (Self::Sent | Self::WithOrganisation | Self::ToSend | Self::ByLetter, Act::Withdraw) => Some(Self::Withdrawn),
            (Self::ToSend, Act::Post) => Some(Self::ByLetter),
            (Self::ByLetter, Act::HearCorrected) => Some(Self::HeardCorrected),
            (Self::ByLetter, Act::HearDeclined) => Some(Self::HeardDeclined),
            _ => None,
        }
    }

    /// What is done before this, so that whoever answers at once has looked at it too.
    #[must_use]
    pub const fn before(self, act: Act) -> Option<Act> {
        match (self, act) {
            (Self::Sent, Act::Accept | Act::Decline) => Some(Act::Take),
            _ => None,
        }
    }

    /// Whether these can do this now.
    #[must_use]
    pub fn lets(self, party: Party, act: Act) -> bool {
        let from = self.before(act).and_then(|first| self.after(first)).unwrap_or(self);
        act.is_for(party) && from.after(act).is_some()
    }

    /// Whether something is still to come of it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::WithOrganisation | Self::Accepted | Self::ToSend | Self::ByLetter)
    }

    /// Whether it goes, or went, by letter: the organisation has not got it from here.
    #[must_use]
    pub const fn is_by_letter(self) -> bool {
        matches!(self, Self::ToSend | Self::ByLetter | Self::HeardCorrected | Self::HeardDeclined)
    }

    /// On which day the letter was sent, from what was kept with this state; absent with any other.
    #[must_use]
    pub fn sent_on(self, kept: &str) -> Option<NaiveDate> {
        if self == Self::ByLetter { kept.parse().ok() } else { None }
    }

    /// What people read, in short.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Sent => "Sent",
            Self::WithOrganisation => "They are looking at it",
            Self::Accepted => "They agree",
            Self::Declined => "They do not agree",
            Self::Corrected => "Corrected",
            Self::Withdrawn => "Taken back",
            Self::ToSend => "For you to send",
            Self::ByLetter => "Sent by letter",
            Self::HeardCorrected => "Corrected, by what was written here",
            Self::HeardDeclined => "Not agreed, by what was written here",
        }
    }

    /// The same as a sentence, with the name of the organisation that sent the entry.
    #[must_use]
    pub fn in_words(self, organisation: &str) -> String {
        match self {
            Self::Sent => format!("It is on the work list of {organisation}. Nobody there has looked at it yet."),
            Self::WithOrganisation => format!("Somebody at {organisation} is looking at it."),
            Self::Accepted => format!("{organisation} agrees that it is a mistake. The entry is not corrected here yet."),
            Self::Declined => format!("{organisation} does not agree that it is a mistake."),
            Self::Corrected => format!("{organisation} agreed, and it has been corrected."),
            Self::Withdrawn => "It was taken back. Nobody will answer it here.".to_owned(),
            Self::ToSend => format!("It is kept here for you to send. {organisation} has not got it yet."),
            Self::ByLetter => format!("It was sent to {organisation} by letter. They answer the letter, and not here."),
            Self::HeardCorrected => format!("{organisation} did not answer here. It was written down that they corrected it."),
            Self::HeardDeclined => format!("{organisation} did not answer here. It was written down that they do not agree."),
        }
    }
}

/// Why a text cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordsError {
    /// It has more than [`LONGEST`] characters.
    Long,
    /// It has characters that are not shown, or that turn the direction of what stands around it: what to do about the first.
    Signs(String),
}

/// A text of several lines that somebody typed; it may be empty.
///
/// # Errors
/// [`WordsError`] where it cannot be used.
pub fn words(typed: &str) -> Result<String, WordsError> {
    let text = typed.trim().replace("\r\n", "\n");
    if text.chars().count() > LONGEST {
        return Err(WordsError::Long);
    }
    match refused(&text, true) {
        Some(told) => Err(WordsError::Signs(told)),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown::turns;
    use proptest::prelude::*;

    #[test]
    fn every_state_by_every_act() {
        // Take, accept, decline, correct, withdraw, post, hear that it is corrected, hear that they do not agree.
        let table = [
            (State::Sent, "w...b..."),
            (State::WithOrganisation, ".ad.b..."),
            (State::Accepted, "...c...."),
            (State::Declined, "........"),
            (State::Corrected, "........"),
            (State::Withdrawn, "........"),
            (State::ToSend, "....bl.."),
            (State::ByLetter, "....b.CD"),
            (State::HeardCorrected, "........"),
            (State::HeardDeclined, "........"),
        ];
        let letter = |state: Option<State>| match state {
            None => '.',
            Some(State::Sent) => 's',
            Some(State::WithOrganisation) => 'w',
            Some(State::Accepted) => 'a',
            Some(State::Declined) => 'd',
            Some(State::Corrected) => 'c',
            Some(State::Withdrawn) => 'b',
            Some(State::ToSend) => 't',
            Some(State::ByLetter) => 'l',
            Some(State::HeardCorrected) => 'C',
            Some(State::HeardDeclined) => 'D',
        };
        assert_eq!(table.len(), State::ALL.len());
        for (state, expected) in table {
            let row: String = Act::ALL.iter().map(|act| letter(state.after(*act))).collect();
            assert_eq!(row, expected, "{state:?}");
        }
    }

    #[test]
    fn every_party_by_every_act_in_every_state() {
        let row = |party, state: State| -> String {
            Act::ALL.iter().map(|act| if state.lets(party, *act) { '+' } else { '.' }).collect()
        };
        for (party, expected) in [
            (
                Party::Citizen,
                vec![
                    (State::Sent, "....+..."),
                    (State::WithOrganisation, "....+..."),
                    (State::ToSend, "....++.."),
                    (State::ByLetter, "....+.++"),
                ],
            ),
            (
                Party::Organisation,
                vec![(State::Sent, "+++....."), (State::WithOrganisation, ".++....."), (State::Accepted, "...+....")],
            ),
            (Party::Service, vec![(State::Accepted, "...+....")]),
        ] {
            for state in State::ALL {
                let lets = expected.iter().find(|(one, _)| one == state).map_or("........", |(_, lets)| *lets);
                assert_eq!(row(party, *state), lets, "{party:?} {state:?}");
            }
        }
    }

    #[test]
    fn the_day_of_a_letter_is_kept_with_its_state_and_with_no_other() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
        for state in State::ALL {
            assert_eq!(state.sent_on(&day.to_string()), (*state == State::ByLetter).then_some(day), "{state:?}");
            assert_eq!(state.sent_on("on Tuesday"), None);
        }
    }

    #[test]
    fn every_state_has_words() {
        for state in State::ALL {
            assert!(state.title().starts_with(char::is_uppercase), "{state:?}");
            let said = state.in_words("Riverside Surgery");
            assert!(said.ends_with('.') && (said.contains("Riverside Surgery") || *state == State::Withdrawn), "{said}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_corrected_that_was_not_agreed_and_what_is_over_stays_so(
            begins in proptest::sample::select(vec![State::Sent, State::ToSend]),
            acts in proptest::collection::vec(proptest::sample::select(Act::ALL), 0..12),
        ) {
            let mut been = vec![begins];
            for act in acts {
                let now = been[been.len() - 1];
                match now.after(act) {
                    Some(next) => been.push(next),
                    None => prop_assert!(!now.lets(Party::Service, act)),
                }
                if !now.is_open() {
                    prop_assert_eq!(now.after(act), None);
                }
            }
            let reached = |state| been.contains(&state);
            prop_assert!(!reached(State::Corrected) || reached(State::Accepted));
            prop_assert!(!(reached(State::Accepted) || reached(State::Declined)) || reached(State::WithOrganisation));
            prop_assert!(!(reached(State::Accepted) && (reached(State::Declined) || reached(State::Withdrawn))));
            // What goes by letter stays off the work list, and what is on the work list is never said to have gone by letter.
            let by_letter = begins == State::ToSend;
            prop_assert!(been.iter().all(|state| *state == State::Withdrawn || state.is_by_letter() == by_letter));
            prop_assert!(!(reached(State::HeardCorrected) || reached(State::HeardDeclined)) || reached(State::ByLetter));
        }

        #[test]
        fn a_text_is_kept_as_it_was_typed_or_not_at_all(text in "[a-z \r\n\t\u{202e}]{0,1100}") {
            match words(&text) {
                Ok(kept) => {
                    prop_assert!(kept.chars().count() <= LONGEST && !kept.contains(|c: char| turns(c) || c == '\t'));
                    prop_assert_eq!(words(&kept), Ok(kept.clone()));
                }
                Err(WordsError::Long) => prop_assert!(text.chars().count() > LONGEST),
                Err(WordsError::Signs(_)) => prop_assert!(text.contains(|c: char| c.is_control() || turns(c))),
            }
        }
    }
}
