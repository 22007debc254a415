//! What is mailed to people. No mail says anything clinical, and none says more than that there is an account.

use crate::{Core, ServiceError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::when::{day_in_words, instant_in_words};
use store::Tx;
use store::outbox::{self, MAIL, OutboxRow};

/// The subject of every mail about people who act for others: it tells nothing to whoever sees it on a locked screen.
const CARER_NEWS: &str = "A message about your Selfheal account";

/// A mail to be written.
#[derive(Clone, Debug)]
pub(crate) enum Letter {
    /// To confirm the address of a new account.
    Confirm { token: String },
    /// Somebody tried to open a second account with this address.
    AlreadyRegistered,
    /// To set a new password.
    Reset { token: String },
    /// The password was changed or reset.
    PasswordChanged,
    /// Too many wrong passwords.
    Locked,
    /// Too many wrong codes after the right password.
    LockedAfterPassword,
    /// Too many wrong passwords of somebody who is signed in and was asked for the one in use.
    WrongCurrentPassword,
    /// Too many wrong codes of somebody who is signed in and gave the password in use when they were asked for both.
    WrongCodesAgain,
    /// A sign-in from a browser not seen before.
    NewDevice { label: String },
    /// To confirm a new address for an account.
    NewEmail { token: String },
    /// To the old address: a change was asked for.
    EmailChanging,
    /// To the old address: it was changed.
    EmailChanged,
    /// The new address belongs to another account.
    EmailTaken,
    /// A way to sign in was added or removed.
    SignInChanged { what: &'static str },
    /// The mobile number for text messages was added, changed or removed.
    MobileChanged { what: &'static str },
    /// Every second step was taken away by the operator.
    SecondStepsReset,
    /// The account was linked to a record.
    Linked,
    /// Somebody looked at the record who never did before.
    SomebodyNewLooked,
    /// A question about who looked has an answer.
    QuestionAnswered,
    /// The record was opened in an emergency.
    OpenedInEmergency,
    /// Something happened about an appointment.
    AppointmentNews,
    /// Something is new about what they ordered.
    OrderNews,
    /// It was changed where their prescriptions go.
    NominationChanged,
    /// Something is new about a prescription.
    PrescriptionNews,
    /// What they were told is ready still waits.
    CollectReminder,
    /// An appointment is coming, then.
    AppointmentReminder(DateTime<Utc>),
    /// It is time for what they asked to be reminded of; until when that is of use, and whether they want it at night too.
    DoseReminder { until: DateTime<Utc>, at_night: bool },
    /// It is time to measure something, as they asked to be told; until when that is of use.
    WeekReminder { until: DateTime<Utc> },
    /// A reminder of theirs ended by itself.
    ReminderEnded,
    /// Somebody who acts for them changed how they are reminded.
    RemindersChanged,
    /// They can order something again.
    OrderReminder,
    /// A care team asks them to fill something in.
    QuestionnaireAsked,
    /// Their care team looked at something that they recorded, or did something about it.
    TeamActed,
    /// Something red came up that asks them for something, and no page of it was before them.
    RedNews,
    /// Something that waited is there for them now.
    ResultNews,
    /// An organisation did something about a mistake that was reported to it.
    CorrectionNews,
    /// A care team proposes a goal, or gives something to read.
    SelfCareNews,
    /// Somebody asked to be reminded of a goal; of no use from this instant.
    GoalReminder { until: DateTime<Utc> },
    /// An earlier time than the one that they have is free.
    EarlierTime,
    /// Somebody asks them to act for them.
    CarerInvited { token: String },
    /// To somebody for whom others act: what happened about it.
    ToPerson { news: CarerNews },
    /// To somebody who acts for others: what happened about it.
    ToCarer { news: CarerNews },
}

/// What happened, or will, about somebody who acts for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CarerNews {
    /// An invitation was taken up.
    Accepted,
    /// Too many wrong codes were tried at an invitation.
    InvitationStopped,
    /// Somebody applied.
    Asked,
    /// The practice allowed it.
    Allowed,
    /// It was refused.
    Refused,
    /// What the carer may do was changed.
    Changed,
    /// It was stopped for now.
    Suspended,
    /// It goes on.
    Resumed,
    /// It ended.
    Ended,
    /// It will end on that day.
    ComingEnd(NaiveDate),
    /// It will stop on that day, to be looked at.
    ComingReview(NaiveDate),
}

impl CarerNews {
    /// One sentence to the person. It names nobody, because others may read the mail.
    fn to_person(self) -> String {
        match self {
            Self::Accepted => "Somebody that you invited can now help you with Selfheal.".to_owned(),
            Self::InvitationStopped => {
                "Somebody tried too many wrong codes with an invitation that you sent. The invitation does not work any more. \
                 You can send a new one."
                    .to_owned()
            }
            Self::Asked => "Somebody has asked to help you with Selfheal. Your practice will decide.".to_owned(),
            Self::Allowed => "Your practice has decided that somebody can help you with Selfheal.".to_owned(),
            Self::Refused => "Somebody had asked to help you with Selfheal. They cannot help you now.".to_owned(),
            Self::Changed => "What somebody can do to help you with Selfheal has changed.".to_owned(),
            Self::Suspended => "Somebody who helps you with Selfheal has been stopped for now.".to_owned(),
            Self::Resumed => "Somebody can help you with Selfheal again.".to_owned(),
            Self::Ended => "Somebody who helped you with Selfheal cannot help you any more.".to_owned(),
            Self::ComingEnd(on) => format!("From {} somebody who helps you with Selfheal will not be able to.", day_in_words(on)),
            Self::ComingReview(on) => {
                format!("On {} we will stop somebody who helps you with Selfheal, until it has been looked at.", day_in_words(on))
            }
        }
    }

    /// One sentence to the carer.
    fn to_carer(self) -> String {
        match self {
            Self::Accepted => "You can now help somebody with Selfheal.".to_owned(),
            Self::InvitationStopped | Self::Refused => {
                "You asked to help somebody with Selfheal, and you cannot help them now.".to_owned()
            }
            Self::Asked => "We have your request to help somebody with Selfheal.".to_owned(),
            Self::Allowed => "You can now help somebody with Selfheal, as you asked.".to_owned(),
            Self::Changed => "What you can do to help somebody with Selfheal has changed.".to_owned(),
            Self::Suspended => "You cannot help somebody with Selfheal for now.".to_owned(),
            Self::Resumed => "You can help somebody with Selfheal again.".to_owned(),
            Self::Ended => "You cannot help somebody with Selfheal any more.".to_owned(),
            Self::ComingEnd(on) => format!("From {} you will not be able to help somebody with Selfheal.", day_in_words(on)),
            Self::ComingReview(on) => {
                format!("On {} we will stop your help for somebody with Selfheal, until it has been looked at.", day_in_words(on))
            }
        }
    }
}

impl Letter {
    fn write(&self, url: &str, now: DateTime<Utc>) -> (&'static str, String) {
        let when = instant_in_words(now);
        let not_you = format!(
            "If this was not you, choose a new password now: {url}/sign-in/reset\n\nThen look at where you are signed in, and end what you do not know: {url}/account/sign-ins"
        );
        let (subject, body) = match self {
            Self::Confirm { token } => (
                "Confirm your email address",
                format!(
                    "Open this link to confirm your email address and finish opening your Selfheal account:\n\n{url}/register/confirm?token={token}\n\n\
                     The link works once, for 24 hours.\n\nIf you did not ask for this, you do not need to do anything. No account will be opened."
                ),
            ),
            Self::AlreadyRegistered => (
                "You already have an account",
                format!(
                    "Somebody tried to open a Selfheal account with this email address. You already have one.\n\n\
                     Sign in: {url}/sign-in\nIf you have forgotten your password: {url}/sign-in/reset\n\n\
                     If this was not you, you do not need to do anything."
                ),
            ),
            Self::Reset { token } => (
                "Choose a new password",
                format!(
                    "Open this link to choose a new password for Selfheal:\n\n{url}/sign-in/reset/new?token={token}\n\n\
                     The link works once, for 30 minutes. You will still need your passkey or your code to sign in.\n\n\
                     If you did not ask for this, you do not need to do anything. Your password stays the same."
                ),
            ),
            Self::PasswordChanged => (
                "Your password was changed",
                format!("The password of your Selfheal account was changed on {when}.\n\n{not_you}"),
            ),
            Self::Locked => (
                "Sign-in to your account is paused",
                format!(
                    "There were too many tries to sign in to your Selfheal account that did not work. To keep it safe, signing in \
                     is paused for 15 minutes from {when}.\n\nIf it was you, wait, or choose a new password: {url}/sign-in/reset\n\n\
                     If it was not you, you do not need to do anything. Nobody got in."
                ),
            ),
            Self::LockedAfterPassword => (
                "Somebody may know your password",
                format!(
                    "Somebody entered the right password for your Selfheal account, and then too many codes that did not work. To \
                     keep your account safe, codes are not accepted for 15 minutes from {when}. Nobody got in.\n\n\
                     If this was you, wait 15 minutes and try again.\n\n\
                     If this was not you, somebody knows your password. Choose a new one now: {url}/sign-in/reset"
                ),
            ),
            Self::WrongCurrentPassword => (
                "Too many wrong passwords",
                format!(
                    "Somebody who is signed in to your Selfheal account typed a wrong password 5 times when we asked for it again. \
                     The last time was on {when}. To keep your account safe, they have to wait 15 minutes before they can try again.\n\n\
                     If this was you, wait 15 minutes and try again. If you have forgotten your password, choose a new one: \
                     {url}/sign-in/reset\n\n\
                     If this was not you, somebody else is using your account. Choose a new password now: {url}/sign-in/reset\n\n\
                     That ends every sign-in to your account, wherever it is."
                ),
            ),
            Self::WrongCodesAgain => (
                "Somebody may know your password",
                format!(
                    "Somebody who is signed in to your Selfheal account typed the right password when we asked for it again, and then too \
                     many codes that did not work. To keep your account safe, codes are not accepted for 15 minutes from {when}.\n\n\
                     If this was you, wait 15 minutes and try again.\n\n\
                     If this was not you, somebody else is using your account and knows your password. Choose a new one now: \
                     {url}/sign-in/reset\n\n\
                     That ends every sign-in to your account, wherever it is."
                ),
            ),
            Self::NewDevice { label } => (
                "New sign-in to your account",
                format!(
                    "Somebody signed in to your Selfheal account from a device that you have not used before.\n\n{label}\n{when}\n\n\
                     If this was you, you do not need to do anything.\n\n{not_you}"
                ),
            ),
            Self::NewEmail { token } => (
                "Confirm your new email address",
                format!(
                    "Open this link to use this email address for your Selfheal account:\n\n{url}/account/email/confirm?token={token}\n\n\
                     The link works once, for 24 hours.\n\nIf you did not ask for this, you do not need to do anything."
                ),
            ),
            Self::EmailChanging => (
                "A new email address for your account",
                format!(
                    "On {when} somebody asked to use another email address for your Selfheal account. It changes when the link \
                     that we sent to the new address is opened.\n\nIf this was you, you do not need to do anything.\n\n{not_you}"
                ),
            ),
            Self::EmailChanged => (
                "Your email address was changed",
                format!(
                    "The email address of your Selfheal account was changed on {when}. We will write to the new one from now on.\n\n\
                     If this was not you, ask your practice for help now."
                ),
            ),
            Self::EmailTaken => (
                "This email address has an account",
                format!(
                    "Somebody asked to use this email address for a Selfheal account. It belongs to an account already, so nothing \
                     was changed.\n\nSign in: {url}/sign-in\n\nIf this was not you, you do not need to do anything."
                ),
            ),
            Self::SignInChanged { what } => (
                "A change to how you sign in",
                format!(
                    "On {when} {what} your Selfheal account.\n\nIf this was you, you do not need to do anything.\n\n{not_you}"
                ),
            ),
            Self::MobileChanged { what } => (
                "Your mobile number for text messages",
                format!(
                    "On {when} {what} your Selfheal account.\n\nIf this was you, you do not need to do anything. You can look at it \
                     here: {url}/account\n\n{not_you}"
                ),
            ),
            Self::SecondStepsReset => (
                "Your second step was reset",
                format!(
                    "On {when} the team that runs Selfheal reset the second step of your account. Your passkeys, your authenticator app \
                     and your recovery codes do not work any more, and you were signed out everywhere. Any record that your account \
                     could open stays closed until you link it again.\n\n\
                     If you asked for this, sign in with your password and set up a new second step: {url}/sign-in\n\n\
                     Then link your record with the new letter from your practice.\n\n\
                     If you did not ask for this, tell your practice, and choose a new password now: {url}/sign-in/reset"
                ),
            ),
            Self::SomebodyNewLooked => (
                "Something new in your account",
                format!(
                    "On {when} somebody looked at your record in Selfheal who had not done so before.\n\n\
                     Sign in to see who it was and why: {url}/activity\n\n\
                     If you do not want these mails, you can turn them off on the same page."
                ),
            ),
            Self::QuestionAnswered => (
                "There is an answer for you",
                format!(
                    "Somebody has answered a question that you asked in Selfheal.\n\nSign in to read it: {url}/activity/queries"
                ),
            ),
            Self::AppointmentNews => (
                CARER_NEWS,
                format!(
                    "There is something new about what is booked in Selfheal for you, or for somebody whom you look after.\n\n\
                     Sign in to read it: {url}/appointments"
                ),
            ),
            Self::OrderNews => (
                CARER_NEWS,
                format!(
                    "There is something new about what was ordered in Selfheal for you, or for somebody whom you look after.\n\n\
                     Sign in to read it: {url}/news"
                ),
            ),
            Self::NominationChanged => (
                CARER_NEWS,
                format!(
                    "On {when} you, or somebody signed in as you, changed a choice in Selfheal.\n\n\
                     Sign in to look at it: {url}/news\n\n{not_you}"
                ),
            ),
            Self::PrescriptionNews => (
                CARER_NEWS,
                format!(
                    "There is something new in Selfheal for you, or for somebody whom you look after.\n\n\
                     Sign in to read it: {url}/news"
                ),
            ),
            Self::CollectReminder => (
                "A reminder from Selfheal",
                format!(
                    "Something of which we told you still waits, for yourself or for somebody whom you look after.\n\n\
                     Sign in to see what: {url}/news\n\nYou can choose there how we remind you."
                ),
            ),
            Self::AppointmentReminder(at) => (
                "A reminder from Selfheal",
                format!(
                    "You have something coming up on {}, for yourself or for somebody whom you look after.\n\n\
                     Sign in to see what and where, or to change it: {url}/appointments\n\n\
                     You can choose there how we remind you.",
                    day_in_words(domain::when::london_day(*at))
                ),
            ),
            Self::DoseReminder { .. } => (
                "A reminder from Selfheal",
                format!(
                    "You asked us to remind you at this time, for yourself or for somebody whom you look after.\n\n\
                     Sign in to see more: {url}/reminders"
                ),
            ),
            Self::WeekReminder { .. } => (
                "A reminder from Selfheal",
                format!(
                    "You asked us to remind you at this time, for yourself or for somebody whom you look after.\n\n\
                     Sign in to see more, or to change this: {url}/week"
                ),
            ),
            Self::ReminderEnded => (
                CARER_NEWS,
                format!(
                    "A reminder that you set up in Selfheal has stopped, because something in the record has changed.\n\n\
                     Sign in to see which: {url}/reminders"
                ),
            ),
            Self::RemindersChanged => (
                CARER_NEWS,
                format!(
                    "Somebody who looks after you has changed how you are reminded of something in Selfheal.\n\n\
                     Sign in to look at it: {url}/reminders"
                ),
            ),
            Self::OrderReminder => (
                "A reminder from Selfheal",
                format!(
                    "You asked us to tell you when you can order something again, for yourself or for somebody whom you look after. \
                     Now you can.\n\nSign in: {url}/news"
                ),
            ),
            Self::QuestionnaireAsked => (
                CARER_NEWS,
                format!(
                    "Your care team asks you to answer some questions in Selfheal.\n\nSign in to see which: {url}/questionnaires"
                ),
            ),
            Self::TeamActed => (
                CARER_NEWS,
                format!(
                    "Your care team has looked at something that you recorded in Selfheal.\n\nSign in to see what they say: {url}"
                ),
            ),
            Self::RedNews => (
                CARER_NEWS,
                format!(
                    "Something came up in Selfheal that asks you to do something, for yourself or for somebody whom you look after.\n\n\
                     Sign in to see what it is: {url}\n\n\
                     Do not wait for this if you, or they, feel very unwell: call 111, or 999 in an emergency."
                ),
            ),
            Self::ResultNews => {
                (CARER_NEWS, format!("Something new is there for you in Selfheal.\n\nSign in to see it: {url}/record"))
            }
            Self::CorrectionNews => (
                CARER_NEWS,
                format!(
                    "There is news about something that you reported in Selfheal, for yourself or for somebody whom you look after.\n\n\
                     Sign in to see it: {url}/record/mistakes"
                ),
            ),
            Self::SelfCareNews => (
                CARER_NEWS,
                format!("Your care team has put something new for you into Selfheal.\n\nSign in to see it: {url}/self-care"),
            ),
            Self::GoalReminder { .. } => (
                "A reminder from Selfheal",
                format!(
                    "You asked us to remind you once a week, for yourself or for somebody whom you look after.\n\n\
                     Sign in to see more, or to change this: {url}/goals"
                ),
            ),
            Self::EarlierTime => (
                CARER_NEWS,
                format!(
                    "You asked us to tell you when something earlier opens, and it has. The first to take it gets it.\n\n\
                     Sign in to take it: {url}/appointments"
                ),
            ),
            Self::OpenedInEmergency => (
                CARER_NEWS,
                format!(
                    "On {when} somebody opened your record in Selfheal in an emergency.\n\n\
                     Sign in to see who it was and why: {url}/activity\n\n\
                     If you think that this is not right, you can ask about it on the same page."
                ),
            ),
            Self::Linked => (
                "Your account is linked to your record",
                format!(
                    "On {when} your Selfheal account was linked to a record with a code from a practice.\n\n\
                     If this was not you, tell your practice now."
                ),
            ),
            Self::CarerInvited { token } => (
                "A message about Selfheal",
                format!(
                    "Somebody has asked you to help them with Selfheal. It is a service where people look after their own health \
                     records.\n\n\
                     Open this link to see what to do next:\n\n{url}/carer/invitation?token={token}\n\n\
                     The link works once, for 7 days. You also need a code of 6 numbers. Whoever asked you tells it to you \
                     themselves, in person or by phone.\n\n\
                     If nobody has told you about this, you do not need to do anything."
                ),
            ),
            Self::ToPerson { news } => {
                (CARER_NEWS, format!("{}\n\nSign in to see more, or to change it: {url}/sharing/people", news.to_person()))
            }
            Self::ToCarer { news } => (CARER_NEWS, format!("{}\n\nSign in to see more: {url}/carer", news.to_carer())),
        };
        (subject, format!("{body}\n\nSelfheal\n{url}\n"))
    }
}

/// Puts a mail into the outbox in the transaction of what it tells of.
pub(crate) async fn enqueue(core: &Core, tx: &mut Tx, to: &str, letter: &Letter) -> Result<(), ServiceError> {
    Ok(outbox::insert(tx, &written(core, to, letter)).await?)
}

/// A mail as it stands in the outbox.
pub(crate) fn written(core: &Core, to: &str, letter: &Letter) -> OutboxRow {
    let (subject, body) = letter.write(&core.settings().public_url, core.now());
    // A reminder wakes nobody who did not ask for it, and is none once it is too late.
    let (waits_for_day, useless_from) = match letter {
        Letter::AppointmentReminder(at) => (true, Some(*at)),
        Letter::DoseReminder { until, at_night } => (!at_night, Some(*until)),
        Letter::WeekReminder { until } | Letter::GoalReminder { until } => (true, Some(*until)),
        Letter::OrderReminder
        | Letter::PrescriptionNews
        | Letter::CollectReminder
        | Letter::ReminderEnded
        | Letter::RemindersChanged
        | Letter::TeamActed
        | Letter::ResultNews
        | Letter::CorrectionNews => (true, None),
        _ => (false, None),
    };
    OutboxRow {
        id: core.new_id(),
        channel: MAIL.to_owned(),
        recipient: to.to_owned(),
        subject: subject.to_owned(),
        body,
        created_at: core.now(),
        attempts: 0,
        waits_for_day,
        useless_from,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://selfheal.example";

    fn every_letter() -> Vec<Letter> {
        let token = || "t".to_owned();
        vec![
            Letter::Confirm { token: token() },
            Letter::AlreadyRegistered,
            Letter::Reset { token: token() },
            Letter::PasswordChanged,
            Letter::Locked,
            Letter::LockedAfterPassword,
            Letter::WrongCurrentPassword,
            Letter::WrongCodesAgain,
            Letter::NewDevice { label: "Firefox on Linux".to_owned() },
            Letter::NewEmail { token: token() },
            Letter::EmailChanging,
            Letter::EmailChanged,
            Letter::EmailTaken,
            Letter::SignInChanged { what: "a passkey was added to" },
            Letter::MobileChanged { what: "a mobile number was added to" },
            Letter::SecondStepsReset,
            Letter::Linked,
            Letter::SomebodyNewLooked,
            Letter::QuestionAnswered,
            Letter::AppointmentNews,
            Letter::OrderNews,
            Letter::NominationChanged,
            Letter::PrescriptionNews,
            Letter::CollectReminder,
            Letter::AppointmentReminder(DateTime::<Utc>::UNIX_EPOCH),
            Letter::DoseReminder { until: DateTime::<Utc>::UNIX_EPOCH, at_night: false },
            Letter::WeekReminder { until: DateTime::<Utc>::UNIX_EPOCH },
            Letter::ReminderEnded,
            Letter::RemindersChanged,
            Letter::OrderReminder,
            Letter::QuestionnaireAsked,
            Letter::TeamActed,
            Letter::RedNews,
            Letter::ResultNews,
            Letter::CorrectionNews,
            Letter::SelfCareNews,
            Letter::GoalReminder { until: DateTime::<Utc>::UNIX_EPOCH },
            Letter::EarlierTime,
            Letter::OpenedInEmergency,
            Letter::CarerInvited { token: token() },
            Letter::ToPerson { news: CarerNews::Accepted },
            Letter::ToCarer { news: CarerNews::Ended },
        ]
    }

    #[test]
    fn every_address_in_a_letter_is_one_that_there_is() {
        let mut found: Vec<String> = Vec::new();
        for letter in every_letter() {
            let (_, body) = letter.write(URL, DateTime::UNIX_EPOCH);
            found.extend(body.split(URL).skip(1).map(|rest| {
                let end = rest.find(|c: char| c.is_whitespace() || c == '?').unwrap_or(rest.len());
                rest[..end].to_owned()
            }));
        }
        found.sort();
        found.dedup();
        let known = [
            "",
            "/account",
            "/account/email/confirm",
            "/account/sign-ins",
            "/activity",
            "/activity/queries",
            "/appointments",
            "/carer",
            "/carer/invitation",
            "/goals",
            "/news",
            "/questionnaires",
            "/record",
            "/record/mistakes",
            "/register/confirm",
            "/reminders",
            "/self-care",
            "/sharing/people",
            "/sign-in",
            "/sign-in/reset",
            "/sign-in/reset/new",
            "/week",
        ];
        assert_eq!(found, known);
    }

    #[test]
    fn no_letter_tells_of_medicines_not_even_by_its_address() {
        for letter in every_letter() {
            let (subject, body) = letter.write(URL, DateTime::UNIX_EPOCH);
            let said = format!("{subject} {body}").to_lowercase();
            for word in ["medicine", "prescription", "pharmacy", "dose", "tablet", "collect", "blood", "reading", "measure"] {
                assert!(!said.contains(word), "{word}: {said}");
            }
        }
    }
}
