//! From codes, counts and events to the plain words of the pages.

use crate::ui::TagKind;
use crate::whose::Whose;
use chrono::{DateTime, Month, NaiveDate, Utc, Weekday};
use domain::When;
use domain::audit::{Action, Purpose};
use domain::emergency::EmergencyReason;
use domain::record::{Category, Range, Sensitivity, Value};
use domain::result::{By, Standing, against_its_word, placed, printed};
use domain::when::{day_in_words, instant_in_words, london_day};
use service::EntryLine;
use service::activity::{ActivityItem, ActorSeen, Kind};

/// "1 entry", "128 entries", "1,284 entries".
#[must_use]
pub fn how_many(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", grouped(count)) }
}

/// "1 appointment. It is not printed here.", "3 appointments. They are not printed here.": of what is closed on a screen, so that it is not
/// missing on paper without a word.
#[must_use]
pub fn not_printed(count: u64, one: &str, many: &str) -> String {
    let them = if count == 1 { "It is" } else { "They are" };
    format!("{}. {them} not printed here.", how_many(count, one, many))
}

/// "1,284": a comma between thousands.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How far it is: "2.4 miles", "1 mile", "38 miles".
#[must_use]
pub fn miles(miles: f64) -> String {
    let tenths = format!("{miles:.1}");
    match tenths.as_str() {
        "0.0" => "less than 0.1 miles".to_owned(),
        "1.0" => "1 mile".to_owned(),
        _ if miles >= 9.95 => format!("{miles:.0} miles"),
        _ => format!("{} miles", tenths.trim_end_matches(".0")),
    }
}

/// A heading as it reads in the middle of a sentence: "Test results" as "test results"; a day and a month keep their capital.
#[must_use]
pub fn in_sentence(title: &str) -> String {
    let mut parts = title.split([' ', ',']);
    let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_day = first.ends_with("day") && first.parse::<Weekday>().is_ok();
    // "May" is more than a month.
    if is_day || first.parse::<Month>().is_ok() && second.parse::<u16>().is_ok() {
        return title.to_owned();
    }
    let mut letters = title.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// What stands where a list is empty, as whole sentences. That there is none is said in the words of whoever wrote that down, and by nobody
/// else. Whoever is not the person is never told that there is nothing: it may only be that nothing is open to them.
#[must_use]
pub fn nothing(none_said: &[String], to_another: bool) -> String {
    let said: Vec<String> = none_said.iter().map(|words| format!("\u{201c}{words}\u{201d}")).collect();
    match (said.is_empty(), to_another) {
        (false, _) => format!("The record says: {}.", said.join(", ")),
        (true, true) => "Nothing to see here. That does not mean that there is none.".to_owned(),
        (true, false) => "Nothing is recorded here. That does not mean that you have none.".to_owned(),
    }
}

/// That a page may not hold all of the record: for everybody who is not the person, whatever is open to them.
#[must_use]
pub fn partial(whose: &Whose) -> Option<&'static str> {
    whose.is_another().then_some("You may not see all of this record. What does not stand here can still be so.")
}

/// What entries of a category are called when there are none: "No information about {this}".
#[must_use]
pub const fn subject(category: Category) -> &'static str {
    match category {
        Category::Problem => "health problems",
        Category::Medicine => "medicines",
        Category::Allergy => "allergies",
        Category::Immunisation => "vaccinations",
        Category::Result => "test results",
        Category::Visit => "consultations and visits",
        Category::Procedure => "procedures",
        Category::Document => "letters and documents",
        Category::Care => "care plans",
        Category::People => "people and places",
        Category::Other => "other entries",
    }
}

/// The source's own status word in plain words; `None` when it says nothing ("unknown").
///
/// The words are those of FHIR R4: condition-clinical, medicationrequest-status, medication-statement-status,
/// allergyintolerance-clinical, event-status, observation-status, diagnostic-report-status, encounter-status,
/// appointmentstatus, request-status, document-reference-status, composition-status, care-team-status, goal-status.
#[must_use]
pub fn status(category: Category, status: &str) -> Option<String> {
    let words = match (category, status) {
        (_, "" | "unknown") => return None,
        (Category::Result | Category::Procedure, "active") => "Ordered",
        (Category::Visit, "active") => "Open",
        (Category::People, "active") => "In use",
        (Category::People, "inactive" | "suspended") => "No longer in use",
        (_, "active") => "Current",
        (_, "recurrence" | "relapse") => "Has come back",
        (_, "remission") => "In remission",
        (_, "inactive") => "Not active now",
        (Category::Problem, "resolved") => "Over",
        (_, "resolved") => "No longer applies",
        (_, "on-hold" | "onhold" | "suspended" | "onleave") => "Paused",
        (_, "stopped") => "Stopped",
        (_, "revoked" | "cancelled") => "Cancelled",
        (Category::Immunisation, "completed") => "Given",
        (Category::Immunisation, "not-done") => "Not given",
        (Category::Procedure | Category::Result, "completed") | (Category::Result, "available") => "Done",
        (_, "completed" | "finished") => "Finished",
        (_, "not-done") => "Not done",
        (_, "not-taken") => "Not taken",
        (_, "intended" | "planned" | "preparation") => "Planned",
        (_, "in-progress") => "Happening now",
        (_, "registered") => "Waiting for the result",
        (_, "partial") => "Some results are still to come",
        (_, "preliminary") => "Early result: it may change",
        (_, "final") => "Final",
        (_, "amended" | "corrected") => "Changed since it was first sent",
        (_, "appended") => "Added to since it was first sent",
        (_, "current") => "Current",
        (_, "superseded") => "Replaced by a newer one",
        (_, "proposed") => "Suggested",
        (_, "pending") => "Waiting to be confirmed",
        (_, "booked") => "Booked",
        (_, "waitlist") => "On the waiting list",
        (_, "arrived" | "triaged" | "checked-in") => "Arrived",
        (_, "fulfilled") => "Took place",
        (_, "noshow") => "Missed",
        (_, "accepted") => "Agreed",
        (_, "rejected") => "Not agreed",
        (_, other) => return Some(sentence(&other.replace(['-', '_'], " "))),
    };
    Some(words.to_owned())
}

/// The status of an entry in a list, where it says more than the list itself does: what is simply current, done or
/// final needs no word.
#[must_use]
pub fn status_tag(category: Category, code: Option<&str>) -> Option<(String, TagKind)> {
    let code = code?;
    // What is final says nothing more, whatever it is of: a warning about medicines has the status of a test.
    let by_category = || match category {
        Category::Visit => matches!(code, "finished" | "fulfilled" | "completed" | "active"),
        Category::Problem | Category::Allergy | Category::Medicine | Category::Care => code == "active",
        Category::Immunisation
        | Category::Procedure
        | Category::Result
        | Category::Document
        | Category::People
        | Category::Other => {
            matches!(code, "completed" | "current" | "active" | "available")
        }
    };
    if code == "final" || by_category() {
        return None;
    }
    let kind = match code {
        "booked" | "in-progress" | "registered" | "partial" | "preliminary" | "pending" | "waitlist" | "planned" => TagKind::Info,
        "recurrence" | "relapse" => TagKind::Attention,
        _ => TagKind::Neutral,
    };
    status(category, code).map(|words| (words, kind))
}

/// By which day an entry stands in lists: when it happened or began; else when it was written down, which is not the same and is said;
/// else that there is none.
#[must_use]
pub fn day_of(line: &EntryLine) -> String {
    let recorded = || line.recorded.map_or_else(|| "No date given".to_owned(), |when| format!("Recorded {}", when.day_only()));
    line.happened.map_or_else(recorded, |when| when.day_only())
}

/// The same for programs, as a FHIR date or time.
#[must_use]
pub fn date_of(line: &EntryLine) -> Option<String> {
    line.happened.or(line.recorded).map(|when| when.to_string())
}

/// The word and shape beside an entry: what the laboratory said of its value, unless the value says just that; else its
/// status.
#[must_use]
pub fn tag(line: &EntryLine) -> Option<(String, TagKind)> {
    let value = line.value.as_ref().map(|value| value.text.as_str());
    let flag = line.flag.as_deref().filter(|flag| !value.is_some_and(|value| value.trim().eq_ignore_ascii_case(flag.trim())));
    let standing = || line.value.as_ref().filter(|_| line.flag.is_none()).and_then(placed_tag);
    let against = flag.and(line.value.as_ref()).and_then(against_tag);
    against.or_else(|| flag.map(flag_tag)).or_else(standing).or_else(|| status_tag(line.category, line.status.as_deref()))
}

/// The word and shape beside a value: what its laboratory said, else where it stands to the range that came with it.
#[must_use]
pub fn value_tag(value: &Value) -> Option<(String, TagKind)> {
    against_tag(value).or_else(|| value.interpretation.as_deref().map(flag_tag)).or_else(|| placed_tag(value))
}

/// What a laboratory called a value, and that the range that it gave says another thing; `None` where they agree. Neither is dropped, and
/// none of them is shown as good.
fn against_tag(value: &Value) -> Option<(String, TagKind)> {
    let (said, standing) = (value.interpretation.as_deref()?, against_its_word(value)?);
    let side = match standing {
        Standing::Below => "below",
        Standing::Within => "in",
        Standing::Above => "above",
    };
    Some((format!("{}, but {side} the range given", said.trim()), TagKind::Attention))
}

/// Where a value of which its laboratory said nothing stands to the range that the laboratory gave; `None` where it gave none
/// that can be compared.
#[must_use]
pub fn placed_tag(value: &Value) -> Option<(String, TagKind)> {
    let placed = placed(value).filter(|placed| placed.by == By::Range)?;
    let (words, kind) = match placed.standing {
        Standing::Below => ("Below the range given", TagKind::Attention),
        Standing::Within => ("In the range given", TagKind::Good),
        Standing::Above => ("Above the range given", TagKind::Attention),
    };
    Some((words.to_owned(), kind))
}

/// When something was: a day, a time, or from when to when; "since" for what is still so.
#[must_use]
pub fn span(from: Option<When>, until: Option<When>, still_so: bool) -> Option<String> {
    match (from, until) {
        (Some(from), Some(until)) if from == until => Some(from.in_words()),
        (Some(from @ When::Instant(_)), Some(until @ When::Instant(end))) if from.day_only() == until.day_only() => {
            Some(format!("{} to {}", from.in_words(), clock(end.to_utc())))
        }
        (Some(from), Some(until)) => Some(format!("{} to {}", from.in_words(), until.in_words())),
        (Some(from), None) if still_so => Some(format!("Since {}", from.in_words())),
        (Some(from), None) => Some(from.in_words()),
        (None, Some(until)) => Some(format!("Until {}", until.in_words())),
        (None, None) => None,
    }
}

/// What the laboratory said of a value, with the shape that goes with it. The word is the laboratory's; a shape other
/// than the plain one is given only to words whose meaning is the same for every test.
#[must_use]
pub fn flag_tag(flag: &str) -> (String, TagKind) {
    let kind = match flag.to_lowercase().as_str() {
        "normal" => TagKind::Good,
        "high"
        | "low"
        | "very high"
        | "very low"
        | "abnormal"
        | "very abnormal"
        | "significantly higher"
        | "significantly lower"
        | "above the range that can be measured"
        | "below the range that can be measured" => TagKind::Attention,
        _ => TagKind::Neutral,
    };
    (flag.to_owned(), kind)
}

/// A value as it is set large, and its unit beside it: a percent sign belongs to its number.
#[must_use]
pub fn amount(value: &Value) -> (String, Option<String>) {
    match value.unit.as_deref().map(str::trim) {
        None | Some("") => (value.text.clone(), None),
        Some("%") => (format!("{}%", value.text), None),
        Some(unit) => (value.text.clone(), Some(printed(unit))),
    }
}

/// The laboratory's own range as a sentence: "The laboratory's range is 3.5 to 5.3 mmol/L."; of what was measured on a visit (`visit`)
/// without a laboratory.
#[must_use]
pub fn range(range: &Range, unit: Option<&str>, visit: bool) -> Option<String> {
    let unit = match unit.map(str::trim) {
        None | Some("") => String::new(),
        Some("%") => "%".to_owned(),
        Some(unit) => format!(" {}", printed(unit)),
    };
    let said = match (&range.low, &range.high, &range.text) {
        (Some(low), Some(high), _) => format!(" is {low} to {high}{unit}"),
        (Some(low), None, _) => format!(" is {low}{unit} or more"),
        (None, Some(high), _) => format!(" is up to {high}{unit}"),
        (None, None, Some(text)) if !text.trim().is_empty() => format!(": {}", text.trim().trim_end_matches('.')),
        (None, None, _) => return None,
    };
    let whose = if visit { "The range that came with it" } else { "The laboratory\u{2019}s range" };
    Some(format!("{whose}{said}."))
}

/// What a sensitivity label means; `None` for what needs no special care.
#[must_use]
pub const fn sensitivity(label: Sensitivity) -> Option<&'static str> {
    match label {
        Sensitivity::General => None,
        Sensitivity::Mental => Some("Mental health"),
        Sensitivity::Sexual => Some("Sexual and reproductive health"),
        Sensitivity::Social => Some("Social care"),
    }
}

/// The name of a code system, where it has one that people may have heard.
#[must_use]
pub fn code_system(uri: &str) -> String {
    let name = match uri.trim() {
        "http://snomed.info/sct" => "SNOMED CT",
        "https://dmd.nhs.uk" | "http://dmd.nhs.uk" | "https://dmd.nhs.uk/" => "dm+d",
        "http://loinc.org" => "LOINC",
        "http://hl7.org/fhir/sid/icd-10" | "http://hl7.org/fhir/sid/icd-10-cm" => "ICD-10",
        "http://hl7.org/fhir/sid/cvx" => "CVX",
        "http://www.nlm.nih.gov/research/umls/rxnorm" => "RxNorm",
        "http://read.info/readv2" | "http://read.info/ctv3" => "Read",
        other => other,
    };
    name.to_owned()
}

/// "Today", "Yesterday", "Tomorrow", else "Tuesday 3 November 2026".
#[must_use]
pub fn day_heading(day: NaiveDate, today: NaiveDate) -> String {
    match (day - today).num_days() {
        0 => "Today".to_owned(),
        -1 => "Yesterday".to_owned(),
        1 => "Tomorrow".to_owned(),
        _ => format!("{} {}", day.format("%A"), day_in_words(day)),
    }
}

/// The time of day of an instant in Europe/London: "10:40am".
#[must_use]
pub fn clock(instant: DateTime<Utc>) -> String {
    let words = instant_in_words(instant);
    words.rsplit_once(", ").map_or_else(|| words.clone(), |(_, time)| time.to_owned())
}

/// "Today, 10:40am", "Tuesday 3 November 2026, 10:40am".
#[must_use]
pub fn day_and_clock(instant: DateTime<Utc>, today: NaiveDate) -> String {
    format!("{}, {}", day_heading(london_day(instant), today), clock(instant))
}

/// When something that is still to come will be, with the word for its day: "Tomorrow, 9:20am".
#[must_use]
pub fn soon(when: When, today: NaiveDate) -> String {
    match when {
        When::Day(day) => day_heading(day, today),
        When::Instant(instant) => day_and_clock(instant.to_utc(), today),
        When::Month(..) | When::Year(_) => when.in_words(),
    }
}

/// Who did something, as the person whose record it is reads it.
#[must_use]
pub fn who(actor: &ActorSeen) -> String {
    let with = |name: &str, link: &str, more: &str| match more {
        "" => name.to_owned(),
        more => format!("{name}{link}{more}"),
    };
    match actor {
        ActorSeen::You => "You".to_owned(),
        ActorSeen::Carer { name, .. } if name.is_empty() => "Somebody who acted for you".to_owned(),
        ActorSeen::Carer { name, relation, .. } => with(name, ", ", relation),
        ActorSeen::Staff { name, organisation, .. } if name.is_empty() => with("Somebody of a care team", " at ", organisation),
        ActorSeen::Staff { name, job, organisation, .. } => with(&with(name, ", ", job), " at ", organisation),
        ActorSeen::Other => "Somebody with another account".to_owned(),
        ActorSeen::Operator => "The team that runs Selfheal".to_owned(),
        ActorSeen::Service => "The Selfheal service".to_owned(),
        ActorSeen::Nobody => "Somebody who was not signed in".to_owned(),
    }
}

/// What was done, as it follows on who did it: "looked at your test results".
#[must_use]
pub fn what(item: &ActivityItem) -> String {
    let detail = |key: &str| item.detail.get(key).map(String::as_str);
    let words = match item.action {
        Action::Read if detail("page") == Some("trend") && detail("own").is_some() => match detail("category") {
            Some(_) => {
                "looked at one of your test results over time, at what you measured at home of the same thing, and at which other results \
                 there are"
            }
            None => "looked at one of your test results over time, and at what you measured at home of the same thing",
        },
        Action::Read => return looked(detail("page"), detail("category")),
        Action::Import if detail("failed").is_some() => "could not add to your record what a place sent",
        Action::Import => return imported(detail("added"), detail("updated")),
        Action::Export if detail("what").is_some_and(|what| what.starts_with("activity")) => "downloaded this list",
        Action::Export if detail("what") == Some("letter") => "downloaded the letter with the code that opens your record",
        Action::Export if detail("what") == Some("summary") => "downloaded the summary of your record",
        Action::Export if detail("what") == Some("week") => "downloaded the average of a week of blood pressure",
        Action::Export if item.actor == ActorSeen::You => "downloaded a copy of your record",
        Action::Export => "made a copy of your record",
        Action::LinkageIssued => "made a code with which you can open your record",
        Action::Linked if item.actor == ActorSeen::You => "linked this record to your account",
        Action::Linked => "linked this record to an account",
        Action::Unlinked => "ended the link between this record and an account",
        Action::LinkRefused => "tried to link this record to an account, and was not let in",
        Action::SignedIn => "signed in",
        Action::SignInRefused => "tried to sign in, and was not let in",
        Action::Locked => "locked the account after too many tries",
        Action::SignedOut => "signed out",
        Action::Registered => "opened the account",
        Action::EmailChanged => "confirmed or changed the email address",
        Action::MobileChanged if detail("what") == Some("removed") => "removed the mobile number for text messages",
        Action::MobileChanged if detail("what") == Some("changed") => "changed the mobile number for text messages",
        Action::MobileChanged if detail("what") == Some("readings-on") => "let readings come by text message",
        Action::MobileChanged if detail("what") == Some("readings-off") => "stopped readings by text message",
        Action::MobileChanged => "added a mobile number for text messages",
        Action::PasswordChanged => "changed the password",
        Action::FactorChanged => "changed how the account is kept safe",
        Action::Refused => return refused(detail("asked")),
        Action::CarerProposed => "asked for somebody to act for you",
        Action::CarerAllowed => "let somebody act for you",
        Action::CarerChanged => "changed what somebody may do for you",
        Action::CarerSuspended => "stopped somebody acting for you for now",
        Action::CarerEnded => "ended somebody acting for you",
        Action::CarerRefused => "refused or took back a request to act for you",
        Action::HidingChanged => "changed what is hidden from the people who act for you",
        Action::LabelChanged => "changed how private an entry is",
        Action::Previewed => "looked at what somebody else would see",
        Action::SharingChanged if detail("what") == Some("tell-on") => "asked to be told when somebody new looks",
        Action::SharingChanged if detail("what") == Some("tell-off") => "asked not to be told when somebody new looks",
        Action::SharingChanged if detail("what") == Some("let-in") => "let another service find you and see your record",
        Action::SharingChanged if detail("what") == Some("shut-out") => "shut a service out again that had been let in",
        Action::SharingChanged if detail("for") == Some("planning") => {
            "changed whether you are counted for planning and research"
        }
        Action::SharingChanged if detail("for") == Some("summary") => "answered about a fuller summary for urgent care",
        Action::SharingChanged if detail("for") == Some("summary-at-all") => {
            "answered whether there is a summary for urgent care at all"
        }
        Action::SharingChanged if detail("for") == Some("emergency") => "changed what stays closed in an emergency",
        Action::SharingChanged if detail("for") == Some("medicine-diary") => "changed who can see the diary of your medicines",
        Action::SharingChanged => "changed with whom your record is shared",
        Action::Searched => "searched for you and found you",
        Action::IdentityChecked => "checked who you are",
        Action::EmergencyOpened => return emergency(detail("reason")),
        Action::EmergencyClosed => "closed your record again after an emergency",
        Action::AccessQueried if detail("step") == Some("answered") => "answered your question about who looked",
        Action::AccessQueried => "asked a question about who looked",
        Action::StaffChanged => "changed who works in a care team",
        Action::DiaryChanged => "changed what can be booked",
        Action::AppointmentBooked if detail("what") == Some("asked") => "asked a service's own system for an appointment",
        Action::AppointmentMoved if detail("what") == Some("asked") => "asked to change an appointment for another",
        Action::AppointmentCancelled if detail("what") == Some("asked") => {
            "asked a service's own system to cancel an appointment"
        }
        Action::AppointmentChanged if detail("what") == Some("clinic-changed") => {
            "changed who sees you at an appointment, or where"
        }
        Action::AppointmentChanged if detail("what") == Some("outside-booked") => "heard that an appointment is booked",
        Action::AppointmentChanged if detail("what") == Some("outside-cancelled") => "heard that an appointment is cancelled",
        Action::AppointmentChanged if detail("what") == Some("outside-refused") => "heard that a service's own system refused",
        Action::AppointmentChanged if detail("what") == Some("outside-unknown") => {
            "gave up waiting for a service's own system to answer about an appointment"
        }
        Action::AppointmentBooked => "booked an appointment for you",
        Action::AppointmentMoved => "changed an appointment for another",
        Action::AppointmentCancelled => "cancelled an appointment",
        Action::AppointmentChanged if detail("what") == Some("confirmed") => "confirmed an appointment",
        Action::AppointmentChanged if detail("what") == Some("arrived") => "noted that you came to an appointment",
        Action::AppointmentChanged if detail("what") == Some("noshow") => "noted that you did not come to an appointment",
        Action::AppointmentChanged if detail("what") == Some("fulfilled") => "noted that an appointment took place",
        Action::AppointmentChanged if detail("what") == Some("waits-for-earlier") => "asked to hear of an earlier appointment",
        Action::AppointmentChanged if detail("what") == Some("held") => "kept a time for you for 5 minutes",
        Action::AppointmentChanged if detail("what") == Some("waits-no-more") => {
            "asked no longer to hear of an earlier appointment"
        }
        Action::AppointmentChanged if detail("what") == Some("reminders") => "changed how you are reminded of appointments",
        Action::AppointmentChanged => "changed something about an appointment",
        Action::MedicinesOrdered => "ordered medicines for you",
        Action::OrderCancelled if detail("what") == Some("asked") => "asked a practice to take an order of medicines back",
        Action::OrderCancelled => "took an order of medicines back",
        Action::OrderDecided if detail("what") == Some("declined") => "did not approve a medicine that was ordered",
        Action::OrderDecided => "approved a medicine that was ordered",
        Action::OrderChanged if detail("what") == Some("asked") => "asked you something about an order of medicines",
        Action::OrderChanged if detail("what") == Some("answered") => "answered a question about an order of medicines",
        Action::OrderChanged if detail("what") == Some("outside-ordered") => "heard that a practice has an order of medicines",
        Action::OrderChanged if detail("what") == Some("outside-approved") => "heard that a practice approved a medicine",
        Action::OrderChanged if detail("what") == Some("outside-declined") => "heard that a practice did not approve a medicine",
        Action::OrderChanged if detail("what") == Some("outside-cancelled") => "heard that an order of medicines is cancelled",
        Action::OrderChanged if detail("what") == Some("outside-refused") => {
            "heard that a practice’s own system did not take an order of medicines"
        }
        Action::OrderChanged if detail("what") == Some("outside-unknown") => {
            "gave up waiting for a practice’s own system to answer about an order of medicines"
        }
        Action::OrderChanged if detail("what") == Some("outside-in-progress") => {
            "heard that a practice has begun with an order of medicines"
        }
        Action::OrderChanged if detail("what") == Some("outside-missing") => {
            "heard that a practice’s own system does not show an order of medicines any more"
        }
        Action::OrderChanged if detail("what") == Some("outside-cancel-refused") => {
            "heard that a practice’s own system did not take an order of medicines back"
        }
        Action::OrderChanged if detail("what") == Some("outside-cancel-unknown") => {
            "gave up waiting for a practice’s own system to take an order of medicines back"
        }
        Action::OrderChanged if detail("what") == Some("outside-looked-into") => {
            "asked a practice to look into an order of medicines"
        }
        Action::OrderChanged if detail("what") == Some("outside-moved") => {
            "put an order of medicines on a practice’s work list here"
        }
        Action::OrderChanged => "prepared a decision about an order of medicines",
        Action::OwnMedicineChanged if detail("what") == Some("stopped") => "noted that you do not take a medicine any more",
        Action::OwnMedicineChanged => "added a medicine that you take",
        Action::ReminderChanged => match detail("what") {
            Some("added") => "set up a reminder to take a medicine",
            Some("ended") => "ended a reminder to take a medicine",
            Some("stopped") => "ended a reminder of a medicine that your record says is stopped",
            Some("paused") => "ended a reminder of a medicine that your record says is paused",
            Some("order") => "changed how you are reminded to order medicines",
            Some("collect") => "changed how you are reminded to collect medicines",
            _ => "changed a reminder to take a medicine",
        },
        Action::DoseNoted if detail("what") == Some("taken") => "noted that you took a medicine",
        Action::DoseNoted if detail("what") == Some("skipped") => "noted that you did not take a medicine",
        Action::DoseNoted => "took back a note about a medicine that you take",
        Action::QuestionnaireChanged => match detail("what") {
            Some("begun") => "began a questionnaire",
            Some("completed") => "finished a questionnaire",
            Some("amended") => "changed the answers of a questionnaire",
            Some("asked") => "asked you to fill in a questionnaire",
            Some("withdrawn") => "took back that you are asked to fill in a questionnaire",
            Some("rules") => "changed whether the care team is told of an answer in a questionnaire",
            _ => "answered questions of a questionnaire",
        },
        Action::GoalChanged => match detail("what") {
            Some("set") => "set a goal",
            Some("changed") => "changed a goal",
            Some("proposed") => "suggested a goal to you",
            Some("accept") => "said yes to a goal that was suggested",
            Some("decline") => "said no to a goal that was suggested",
            Some("pause") => "paused a goal",
            Some("resume") => "went on with a goal",
            Some("reach") => "noted that a goal is reached",
            Some("let-go") => "let a goal go",
            Some("comment") => "wrote to you about a goal",
            Some("reminders-on" | "reminders-off") => "changed who is reminded of a goal",
            _ => "noted how a goal goes",
        },
        Action::LearningChanged => match detail("what") {
            Some("given") => "gave you something to read",
            Some("withdrawn") => "took back something that you were given to read",
            Some("done") => "noted that you read what you were given",
            Some("not-for-me") => "noted that something to read is not for you",
            _ => "noted that you will read what you were given",
        },
        Action::ProfileChanged => match detail("what") {
            Some("contact") => "changed how to contact you",
            Some("people") => "changed whom to tell about you",
            Some("needs") => "changed what you need",
            Some("display") => "changed how pages look for you",
            _ => "changed your ethnic background or language",
        },
        Action::NoteChanged => match detail("what") {
            Some("changed") => "changed a note of your own",
            Some("removed") => "removed a note of your own",
            _ => "wrote a note of your own",
        },
        Action::CorrectionChanged => match detail("what") {
            Some("sent") => "reported a mistake in your record",
            Some("withdrawn") => "took back that there is a mistake in your record",
            Some("accepted") => "agreed that there is a mistake in your record",
            Some("declined") => "did not agree that there is a mistake in your record, and told you why",
            Some("corrected") => "noted that a mistake in your record is corrected",
            Some("to-send") => "wrote down a mistake in your record, to send it by letter",
            Some("by-letter") => "noted that a letter about a mistake in your record was sent",
            Some("heard-corrected") => "noted that the place that sent an entry of your record corrected it",
            Some("heard-declined") => "noted that the place that sent an entry of your record sees no mistake in it",
            _ => "began to look at a mistake that was reported in your record",
        },
        Action::SupportChanged if detail("what") == Some("removed") => "took an app, a group or a helpline out of your list",
        Action::SupportChanged => "put an app, a group or a helpline into your list",
        Action::WeekChanged => match detail("what") {
            Some("begun") => "began to measure something for some days",
            Some("typed-in") => "typed in what was measured on paper for some days",
            Some("paused") => "paused measuring something for some days",
            Some("resumed") => "went on measuring something for some days",
            Some("reminders") => "changed how you are reminded to measure something",
            Some("helper") => "chose to be reminded, too, when you are to measure something",
            Some("helper-ended") => "chose not to be reminded any more when you are to measure something",
            Some("best") => "changed the personal best of a diary",
            _ => "ended measuring something for some days",
        },
        Action::ReadingsImported => match detail("what") {
            Some("added") => "added readings from a file",
            Some("undone") => "took readings from a file out again",
            Some("discarded") => "threw a file of readings away",
            Some("columns") => "said what the columns of a table of readings are",
            Some("device-added") => "let a device add readings",
            Some("device-stopped") => "stopped a device that added readings",
            Some("device-undone") => "took all readings of a device out again",
            _ => "sent a file of readings",
        },
        Action::ReadingAdded if detail("member").is_some() && detail("told") == Some("care-team") => {
            "entered a reading for you, of which your care team is told at once"
        }
        Action::ReadingAdded if detail("member").is_some() => "entered a reading for you",
        Action::ReadingChanged if detail("what") == Some("taken-back") => "took back a reading that was entered for you",
        Action::ReadingChanged if detail("what") == Some("put-back") => "put a reading back that was removed",
        Action::ReadingAdded if detail("device").is_some() && detail("told") == Some("care-team") => {
            "added a reading by a device, of which your care team is told at once"
        }
        Action::ReadingAdded if detail("device").is_some() => "added a reading by a device",
        Action::ReadingChanged if detail("device").is_some() && detail("what") == Some("removed") => {
            "removed a reading by the device that sent it"
        }
        Action::ReadingChanged if detail("device").is_some() => "changed a reading by the device that sent it",
        Action::ReadingAdded if detail("told") == Some("care-team") => "added a reading, of which your care team is told at once",
        Action::ReadingAdded => "added a reading",
        Action::ReadingChanged if detail("what") == Some("removed") => "removed a reading",
        Action::ReadingChanged if detail("what") == Some("photo") => "added a photo to a reading",
        Action::ReadingChanged if detail("what") == Some("photo-removed") => "removed the photo of a reading",
        Action::ReadingChanged => "changed a reading",
        Action::ReadingRulesChanged => match detail("what") {
            Some("target-set") => "set a target for your readings",
            Some("target-ended") => "ended a target for your readings",
            Some("rule-added") => "set a rule about your readings, of which they want to be told",
            Some("rule-ended") => "ended a rule about your readings",
            Some("hours-set") => "set when somebody looks at what comes up of your readings",
            _ => "changed a rule about your readings",
        },
        Action::ReadingAlert => match detail("what") {
            Some("raised") => "told your care team about your readings",
            Some("digested") => "told your care team what came up of your readings since the day before",
            Some("see") => "saw what came up of your readings",
            Some("act") => "did something about your readings, and told you what",
            _ => "closed what came up of your readings",
        },
        Action::ResultCommented if detail("what") == Some("written") => "wrote to you about a result",
        Action::ResultCommented => "let you read a result",
        Action::ResultReadiness if detail("what") == Some("ready") => "said that you are ready to read a result",
        Action::ResultReadiness => "chose when you see new results",
        Action::ResultTold => "told you that something new is there",
        Action::ResultRulesChanged => "changed about which results people are written to first",
        Action::NominationChanged if detail("what") == Some("withdrawn") => "took back where your prescriptions go",
        Action::NominationChanged => "chose where your prescriptions go",
        Action::PrescriptionUpdated if detail("what") == Some("practice") => "noted the number of a prescription",
        Action::PrescriptionUpdated => "noted how far a prescription is",
        Action::OrderRulesChanged => "changed what people can order",
        Action::Registration => "noted at which practice you are registered",
        Action::WorkChanged if detail("what") == Some("emergency-checked") => {
            "looked at why your record was opened in an emergency"
        }
        Action::WorkChanged if detail("what") == Some("may-not-come") => {
            "told a service that you may not be able to come to an appointment"
        }
        Action::WorkChanged if detail("what") == Some("may-come") => {
            "took back that you may not be able to come to an appointment"
        }
        Action::WorkChanged => "dealt with something about you that was waiting",
    };
    words.to_owned()
}

fn looked(page: Option<&str>, category: Option<&str>) -> String {
    match (page, category.and_then(Category::from_code)) {
        (Some("list"), Some(Category::People)) => "looked at the people and places in your record".to_owned(),
        (Some("list"), Some(category)) => format!("looked at your {}", subject(category)),
        (Some("entry"), Some(category)) => format!("looked at one entry among your {}", subject(category)),
        (Some("entry"), None) => "looked at one entry in your record".to_owned(),
        (Some("document"), _) => "opened or downloaded a file of your record".to_owned(),
        (Some("letters-read"), _) => "marked all letters and documents as read".to_owned(),
        (Some("entry-version"), _) => "looked at an earlier version of one entry".to_owned(),
        (Some("result-choices"), _) => "looked at when you see new results".to_owned(),
        (Some("result-release"), _) => "looked at a result that waits to be read".to_owned(),
        (Some("activity"), _) => "looked at this list".to_owned(),
        (Some("queries"), _) => "looked at your questions about who looked".to_owned(),
        (Some("access-query"), _) => "read your question about who looked".to_owned(),
        (Some("carers"), _) => "looked at who can act for you".to_owned(),
        (Some("carer"), _) => "looked at a request to act for you".to_owned(),
        (Some("cared-for"), _) => "saw your name in the list of people they look after".to_owned(),
        (Some("appointments"), _) => "looked at your appointments".to_owned(),
        (Some("next-appointment"), _) => "looked at your next appointment".to_owned(),
        (Some("slot"), _) => "looked at a time that can be booked for you".to_owned(),
        (Some("home-postcode"), _) => "used your postcode to say how far away places are".to_owned(),
        (Some("referrals"), _) => "looked at your referrals, to book with them".to_owned(),
        (Some("medicines"), _) => "looked at your medicines".to_owned(),
        (Some("medicine-orders"), _) => "looked at your orders of medicines".to_owned(),
        (Some("medicine-doses"), _) => "looked at which medicines you are to take on a day".to_owned(),
        (Some("medicine-reminders"), _) => "looked at the reminders of your medicines".to_owned(),
        (Some("medicine-diary"), _) => "looked at the diary of your medicines".to_owned(),
        (Some("order-queue"), _) => "saw your order in the list of orders of medicines that wait".to_owned(),
        (Some("medicine-order"), _) => "looked at an order of medicines".to_owned(),
        (Some("prescriptions" | "prescription"), _) => "looked at how far your prescriptions are".to_owned(),
        (Some("prescription-token"), _) => "looked at the bar code of a prescription, with which it can be collected".to_owned(),
        (Some("pharmacy"), _) => "looked at where your prescriptions go".to_owned(),
        (Some("device"), _) => "looked by a device at a reading that it sent".to_owned(),
        (Some("weeks"), _) => "looked at what you measure for some days in a row".to_owned(),
        (Some("questionnaires"), _) => "looked at your questionnaires".to_owned(),
        (Some("details"), _) => "looked at how to contact you, and what you say of yourself".to_owned(),
        (Some("needs"), _) => "looked at what you need".to_owned(),
        (Some("corrections"), _) => "looked at the mistakes that were reported in your record".to_owned(),
        (Some("correction"), _) => "looked at a mistake that was reported in your record, to answer it".to_owned(),
        (Some("notes"), _) => "looked at your own notes".to_owned(),
        (Some("self-care"), _) => "looked at your goals, and what helps you to look after yourself".to_owned(),
        (Some("coming-visits"), _) => "looked at the visits that are coming up".to_owned(),
        (Some("visits"), _) => "looked at the visits that are coming up, and those that were".to_owned(),
        (Some("appointment"), _) => "read why you come to an appointment".to_owned(),
        (Some("appointment-needs"), _) => "read why you come to an appointment, and what you need".to_owned(),
        (Some("reminders"), _) => "looked at how you are reminded of appointments".to_owned(),
        (Some("clinic"), _) => "saw your name in the list of a clinic".to_owned(),
        (Some("work-list"), _) => "saw your name in the list of what waits for the care team".to_owned(),
        (Some("work-item"), _) => "looked at something about you that was waiting".to_owned(),
        (Some("emergencies"), _) => "saw your name in the list of records opened in an emergency".to_owned(),
        (Some("patient"), _) => "looked at who you are".to_owned(),
        (Some("home"), _) => "looked at what is new and what is coming up".to_owned(),
        (Some("sharing"), _) => "looked at what you share with services".to_owned(),
        (Some("organisations"), _) => "looked at which services look after you".to_owned(),
        (Some("sharing-receipts"), _) => "looked at the receipts for your choices about sharing".to_owned(),
        (Some("summary"), _) => "looked at the summary of your record".to_owned(),
        (Some("summary-choice"), _) => "looked at what you chose about your NHS summary for urgent care".to_owned(),
        (Some("trend"), Some(_)) => "looked at one of your test results over time, and at which others there are".to_owned(),
        (Some("trend"), None) => "looked at one of your test results over time".to_owned(),
        (Some("result-file"), _) => "opened a file that came with one of your test results".to_owned(),
        (Some("overview"), _) => "looked at the overview of your record".to_owned(),
        (Some("timeline"), _) => "looked at everything in your record in the order of time".to_owned(),
        (Some("search"), _) => "looked for something in your record".to_owned(),
        (Some("sources"), _) => "looked at where your record comes from".to_owned(),
        _ => "looked at your record".to_owned(),
    }
}

fn emergency(reason: Option<&str>) -> String {
    let because = reason.and_then(EmergencyReason::from_code).map(|reason| format!(", because {}", reason.to_person()));
    format!("opened your record in an emergency{}", because.unwrap_or_default())
}

fn refused(asked: Option<&str>) -> String {
    let tried = match asked {
        Some("activity" | "access-query") => "tried to see who has looked at your record",
        Some("export") => "tried to make a copy of your record",
        Some("nomination") => "tried to change where your prescriptions go",
        Some("form") => "sent a page that was made for somebody else",
        Some("device") => return "sent something by a device that was not taken".to_owned(),
        _ => "tried to open something in your record",
    };
    format!("{tried}, and was not let in")
}

fn imported(added: Option<&str>, updated: Option<&str>) -> String {
    let count = |text: Option<&str>| text.and_then(|text| text.parse::<u64>().ok());
    let added = count(added).filter(|count| *count > 0).map(|count| format!("added {}", how_many(count, "item", "items")));
    let updated = count(updated).filter(|count| *count > 0).map(|count| format!("changed {}", grouped(count)));
    match (added, updated) {
        (Some(added), Some(updated)) => format!("{added} to your record and {updated}"),
        (Some(added), None) => format!("{added} to your record"),
        (None, Some(updated)) => format!("brought your record up to date: {updated}"),
        (None, None) => "checked your record against its source: nothing new".to_owned(),
    }
}

/// Why it was done.
#[must_use]
pub const fn why(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::OwnCare => "To look after your own health",
        Purpose::Caring => "To look after you",
        Purpose::DirectCare => "To give you care",
        Purpose::EmergencyCare => "To keep you safe in an emergency",
        Purpose::Checking => "To check who you are, or who may act for you",
        Purpose::Privacy => "To answer for who looked at your record",
        Purpose::AccountCare => "To keep the account safe",
        Purpose::RecordUpkeep => "To keep your record up to date",
        Purpose::Operations => "To run the service",
    }
}

/// What a sort of act is called where one is chosen.
#[must_use]
pub const fn kind_of_act(kind: Kind) -> &'static str {
    match kind {
        Kind::Looked => "Looked at your record",
        Kind::Sharing => "Changed what is shared",
        Kind::Copies => "Made copies",
        Kind::SignIn => "Signed in, or linked an account",
        Kind::Refused => "Tried, and was not let in",
    }
}

/// A text that begins with a capital letter.
pub(crate) fn sentence(words: &str) -> String {
    let mut letters = words.trim().chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::audit::Basis;
    use std::collections::BTreeMap;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn what_is_not_printed_is_said_of_one_and_of_many() {
        assert_eq!(not_printed(1, "appointment", "appointments"), "1 appointment. It is not printed here.");
        assert_eq!(not_printed(1284, "medicine", "medicines"), "1,284 medicines. They are not printed here.");
    }

    fn event(actor: ActorSeen, action: Action, detail: &[(&str, &str)]) -> ActivityItem {
        ActivityItem {
            seq: 1,
            id: domain::AuditEventId::from_uuid(uuid::Uuid::nil()),
            at: at("2026-11-03T10:40:00Z"),
            actor,
            action,
            basis: Basis::Own,
            purpose: Purpose::OwnCare,
            detail: detail.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>(),
        }
    }

    #[test]
    fn what_is_final_needs_no_word_whatever_it_is_of() {
        for category in Category::SHOWN {
            assert!(status_tag(*category, Some("final")).is_none(), "{category:?}");
        }
        assert!(status_tag(Category::Medicine, Some("preliminary")).is_some());
    }

    #[test]
    fn how_far_it_is_is_said_as_people_say_it() {
        let said = [0.0, 0.04, 0.1, 0.95, 1.04, 2.35, 3.0, 9.94, 9.95, 10.0, 38.4].map(miles);
        let expected = [
            "less than 0.1 miles",
            "less than 0.1 miles",
            "0.1 miles",
            "0.9 miles",
            "1 mile",
            "2.4 miles",
            "3 miles",
            "9.9 miles",
            "10 miles",
            "10 miles",
            "38 miles",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn a_letter_that_was_downloaded_is_no_copy_of_the_record() {
        let said = |detail| what(&event(ActorSeen::Operator, Action::Export, detail));
        assert_eq!(said(&[("what", "letter")]), "downloaded the letter with the code that opens your record");
        assert_eq!(said(&[("resources", "3")]), "made a copy of your record");
    }

    #[test]
    fn that_what_was_measured_at_home_was_read_is_said() {
        let said = |detail: &[(&str, &str)]| what(&event(ActorSeen::Operator, Action::Read, detail));
        let alone = "looked at one of your test results over time";
        assert_eq!(said(&[("page", "trend")]), alone);
        assert_eq!(
            said(&[("page", "trend"), ("own", "blood-glucose")]),
            format!("{alone}, and at what you measured at home of the same thing")
        );
        let all = said(&[("page", "trend"), ("own", "blood-glucose"), ("category", "result")]);
        assert_eq!(all, format!("{alone}, at what you measured at home of the same thing, and at which other results there are"));
    }

    #[test]
    fn one_entry_is_one_entry_and_thousands_have_a_comma() {
        for (count, words) in
            [(0, "0 entries"), (1, "1 entry"), (128, "128 entries"), (1284, "1,284 entries"), (1_000_000, "1,000,000 entries")]
        {
            assert_eq!(how_many(count, "entry", "entries"), words);
        }
    }

    #[test]
    fn every_status_word_of_a_source_becomes_plain_words() {
        let said = |category, code| status(category, code).unwrap_or_default();
        assert_eq!(said(Category::Problem, "active"), "Current");
        assert_eq!(said(Category::Problem, "resolved"), "Over");
        assert_eq!(said(Category::Immunisation, "completed"), "Given");
        assert_eq!(said(Category::Medicine, "completed"), "Finished");
        assert_eq!(said(Category::Medicine, "on-hold"), "Paused");
        assert_eq!(said(Category::Result, "preliminary"), "Early result: it may change");
        assert_eq!(said(Category::Visit, "noshow"), "Missed");
        assert_eq!(said(Category::Care, "entered_by-hand"), "Entered by hand");
        assert_eq!(status(Category::Result, "unknown"), None);
        assert_eq!(status(Category::Result, ""), None);
    }

    #[test]
    fn no_status_is_shown_with_a_hyphen_whatever_the_category() {
        let codes = ["on-hold", "in-progress", "not-done", "not-taken", "checked-in", "entered-in-error"];
        for category in Category::ALL {
            for code in codes {
                assert!(!said_badly(&status(*category, code).unwrap_or_default()), "{category:?} {code}");
            }
        }
    }

    fn said_badly(words: &str) -> bool {
        words.is_empty() || words.contains(['-', '_']) || words.starts_with(char::is_lowercase)
    }

    #[test]
    fn a_list_says_a_status_only_where_it_says_something() {
        assert_eq!(status_tag(Category::Result, Some("final")), None);
        assert_eq!(status_tag(Category::Result, Some("available")), None);
        assert_eq!(status_tag(Category::Medicine, Some("active")), None);
        assert_eq!(status_tag(Category::Visit, Some("finished")), None);
        assert_eq!(status_tag(Category::Visit, None), None);
        assert_eq!(status_tag(Category::Visit, Some("booked")), Some(("Booked".to_owned(), TagKind::Info)));
        assert_eq!(status_tag(Category::Medicine, Some("stopped")), Some(("Stopped".to_owned(), TagKind::Neutral)));
    }

    #[test]
    fn the_words_of_the_laboratory_are_kept_and_never_shown_as_danger() {
        assert_eq!(flag_tag("Normal"), ("Normal".to_owned(), TagKind::Good));
        assert_eq!(flag_tag("Very high"), ("Very high".to_owned(), TagKind::Attention));
        assert_eq!(flag_tag("Negative"), ("Negative".to_owned(), TagKind::Neutral));
        assert_eq!(flag_tag("see comment"), ("see comment".to_owned(), TagKind::Neutral));
    }

    #[test]
    fn a_word_that_goes_against_the_range_is_never_shown_as_good() {
        let value = |text: &str, said: Option<&str>| Value {
            text: text.to_owned(),
            number: None,
            unit: None,
            range: Some(Range { low: Some("15".to_owned()), high: Some("300".to_owned()), text: None }),
            interpretation: said.map(str::to_owned),
        };
        for (text, said, expected) in [
            ("<5", Some("Normal"), ("Normal, but below the range given", TagKind::Attention)),
            ("20", Some("High"), ("High, but in the range given", TagKind::Attention)),
            ("20", Some("Normal"), ("Normal", TagKind::Good)),
            ("<5", Some("Low"), ("Low", TagKind::Attention)),
            ("<20", Some("Normal"), ("Normal", TagKind::Good)),
            ("<5", None, ("Below the range given", TagKind::Attention)),
        ] {
            assert_eq!(value_tag(&value(text, said)), Some((expected.0.to_owned(), expected.1)), "{text} {said:?}");
        }
    }

    #[test]
    fn a_span_is_said_as_short_as_it_can_be() {
        let when = |text: &str| Some(When::parse(text).unwrap());
        let said = |from, until, still_so| span(from, until, still_so).unwrap_or_default();
        let (start, end) = ("2026-11-03T10:20:00Z", "2026-11-03T10:35:00Z");
        assert_eq!(said(when(start), when(end), false), "3 November 2026, 10:20am to 10:35am");
        assert_eq!(said(when(start), when(start), false), "3 November 2026, 10:20am");
        assert_eq!(said(when("2019"), when("2020-03"), false), "2019 to March 2020");
        assert_eq!(said(when("2021-05-09"), None, true), "Since 9 May 2021");
        assert_eq!(said(when("2021-05-09"), None, false), "9 May 2021");
        assert_eq!(said(None, when("2021-05-09"), true), "Until 9 May 2021");
        assert_eq!(span(None, None, true), None);
    }

    #[test]
    fn a_value_keeps_its_digits_and_a_percent_sign_stays_with_its_number() {
        let value = |text: &str, unit: Option<&str>| Value {
            text: text.to_owned(),
            number: None,
            unit: unit.map(str::to_owned),
            range: None,
            interpretation: None,
        };
        assert_eq!(amount(&value("1.0", Some("mmol/L"))), ("1.0".to_owned(), Some("mmol/L".to_owned())));
        assert_eq!(amount(&value("250", Some("10^9/L"))), ("250".to_owned(), Some("10⁹/L".to_owned())));
        assert_eq!(amount(&value("95", Some("%"))), ("95%".to_owned(), None));
        assert_eq!(amount(&value("Positive", Some(" "))), ("Positive".to_owned(), None));
    }

    #[test]
    fn a_range_is_a_sentence_and_says_whose_it_is() {
        let given = |low: Option<&str>, high: Option<&str>, text: Option<&str>| Range {
            low: low.map(str::to_owned),
            high: high.map(str::to_owned),
            text: text.map(str::to_owned),
        };
        let said = |bounds: Range, unit| range(&bounds, unit, false);
        assert_eq!(
            said(given(Some("3.5"), Some("5.3"), None), Some("mmol/L")).unwrap(),
            "The laboratory\u{2019}s range is 3.5 to 5.3 mmol/L."
        );
        assert_eq!(said(given(Some("60"), None, None), None).unwrap(), "The laboratory\u{2019}s range is 60 or more.");
        assert_eq!(
            said(given(Some("60"), None, None), Some("mL/min/1.73m2")).unwrap(),
            "The laboratory\u{2019}s range is 60 mL/min/1.73m² or more."
        );
        assert_eq!(said(given(None, Some("42"), None), Some("%")).unwrap(), "The laboratory\u{2019}s range is up to 42%.");
        assert_eq!(said(given(None, None, Some("Not detected.")), None).unwrap(), "The laboratory\u{2019}s range: Not detected.");
        assert_eq!(said(given(None, None, Some(" ")), Some("g")), None);
        assert_eq!(
            range(&given(Some("90"), Some("140"), None), Some("mmHg"), true).unwrap(),
            "The range that came with it is 90 to 140 mmHg."
        );
    }

    #[test]
    fn days_near_today_have_their_own_names() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let said = |days| day_heading(today + chrono::TimeDelta::days(days), today);
        assert_eq!(said(0), "Today");
        assert_eq!(said(-1), "Yesterday");
        assert_eq!(said(1), "Tomorrow");
        assert_eq!(said(-17), "Tuesday 3 November 2026");
    }

    #[test]
    fn what_is_soon_is_said_with_the_word_for_its_day() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let said = |when: &str| soon(When::parse(when).unwrap(), today);
        assert_eq!(said("2026-11-21T09:20:00Z"), "Tomorrow, 9:20am");
        assert_eq!(said("2026-12-02"), "Wednesday 2 December 2026");
        assert_eq!(said("2027-01"), "January 2027");
    }

    #[test]
    fn an_event_just_after_midnight_in_london_falls_on_the_london_day() {
        let today = NaiveDate::from_ymd_opt(2026, 7, 2).unwrap();
        assert_eq!(day_and_clock(at("2026-07-01T23:30:00Z"), today), "Today, 12:30am");
        assert_eq!(clock(at("2026-07-01T11:00:00Z")), "midday");
    }

    #[test]
    fn each_look_is_told_in_words() {
        let said = |detail: &[(&str, &str)]| what(&event(ActorSeen::You, Action::Read, detail));
        assert_eq!(said(&[("page", "home")]), "looked at what is new and what is coming up");
        assert_eq!(said(&[("page", "overview")]), "looked at the overview of your record");
        assert_eq!(said(&[("page", "list"), ("category", "results"), ("which", "all")]), "looked at your test results");
        assert_eq!(said(&[("page", "list"), ("category", "people")]), "looked at the people and places in your record");
        assert_eq!(said(&[("page", "entry"), ("entry", "x")]), "looked at one entry in your record");
        assert_eq!(said(&[("page", "entry-version")]), "looked at an earlier version of one entry");
        assert_eq!(said(&[("page", "activity")]), "looked at this list");
        assert_eq!(said(&[]), "looked at your record");
    }

    #[test]
    fn an_import_says_how_much_it_brought() {
        let said = |added, updated| what(&event(ActorSeen::Service, Action::Import, &[("added", added), ("updated", updated)]));
        assert_eq!(said("1", "0"), "added 1 item to your record");
        assert_eq!(said("1284", "3"), "added 1,284 items to your record and changed 3");
        assert_eq!(said("0", "2"), "brought your record up to date: changed 2");
        assert_eq!(said("0", "0"), "checked your record against its source: nothing new");
    }

    fn carer(name: &str, relation: &str) -> ActorSeen {
        ActorSeen::Carer { relationship: None, name: name.to_owned(), relation: relation.to_owned() }
    }

    fn staff(name: &str, job: &str, organisation: &str) -> ActorSeen {
        ActorSeen::Staff { member: None, name: name.to_owned(), job: job.to_owned(), organisation: organisation.to_owned() }
    }

    #[test]
    fn whoever_acted_is_named_as_far_as_they_are_known() {
        for (actor, words) in [
            (carer("Ada Stone", "daughter"), "Ada Stone, daughter"),
            (carer("Ada Stone", ""), "Ada Stone"),
            (carer("", ""), "Somebody who acted for you"),
            (staff("Dr Bea Holt", "GP", "Riverside Surgery"), "Dr Bea Holt, GP at Riverside Surgery"),
            (staff("Dr Bea Holt", "", "Riverside Surgery"), "Dr Bea Holt at Riverside Surgery"),
            (staff("", "", ""), "Somebody of a care team"),
        ] {
            assert_eq!(who(&actor), words);
        }
    }

    #[test]
    fn every_event_follows_on_its_actor_as_a_sentence() {
        for action in Action::ALL {
            for actor in [
                carer("Ada Stone", "daughter"),
                staff("Dr Bea Holt", "GP", "Riverside Surgery"),
                ActorSeen::You,
                ActorSeen::Other,
                ActorSeen::Operator,
                ActorSeen::Service,
                ActorSeen::Nobody,
            ] {
                let words = what(&event(actor.clone(), *action, &[]));
                assert!(words.starts_with(char::is_lowercase) && !words.ends_with('.'), "{action:?}: {words}");
                assert!(who(&actor).starts_with(char::is_uppercase));
            }
        }
        for purpose in Purpose::ALL {
            assert!(why(*purpose).starts_with("To "));
        }
    }

    #[test]
    fn a_heading_in_a_sentence_begins_small() {
        for category in Category::SHOWN {
            assert!(in_sentence(category.title()).starts_with(char::is_lowercase));
            assert!(subject(*category).starts_with(char::is_lowercase));
        }
        assert_eq!(in_sentence("Test results"), "test results");
        assert_eq!(in_sentence("Wednesday 2 December 2026, 4:30pm"), "Wednesday 2 December 2026, 4:30pm");
        assert_eq!((in_sentence("Today, 9am").as_str(), in_sentence("May 2027").as_str()), ("today, 9am", "May 2027"));
        assert_eq!(in_sentence("May not be able to attend"), "may not be able to attend");
        assert_eq!(in_sentence(""), "");
    }
}
