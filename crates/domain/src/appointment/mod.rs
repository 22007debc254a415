//! Appointments: which services are booked, how, by whom, and when each may be booked, changed and given up.
//!
//! Words: FHIR R4 `Slot`, `Schedule` and `Appointment`; refusals: GP Connect Appointments (patient facing).

mod booking;
#[cfg(feature = "server")]
mod holiday;
mod outside;
mod place;
#[cfg(feature = "server")]
mod reminder;
mod safety;
mod specialty;
#[cfg(feature = "server")]
mod stay;
mod template;
#[cfg(feature = "server")]
mod window;

pub use booking::{MOST, MOST_WITH_ONE, UNKNOWN_VISIT, few, visit_span, why_not};
#[cfg(feature = "server")]
pub use holiday::{BankHoliday, Nation, bank_holidays, bank_holidays_between};
pub use outside::{GIVE_UP, TELLS_LATE, kind_of, next_try};
pub use place::{Position, Postcode, PostcodeError, Whereabouts};
#[cfg(feature = "server")]
pub use reminder::{awake, due_at, remind_at};
pub use safety::{FLAGS, Flag, Urgency};
pub use specialty::{Referred, Specialty};
#[cfg(feature = "server")]
pub use stay::{Stay, UNKNOWN_STAY, is_news};
#[cfg(feature = "server")]
pub use template::shown_at;
pub use template::{Span, Template, TemplateError, Weekdays, beside, clock_of, read_clock};
#[cfg(feature = "server")]
pub use window::Window;

use crate::record::coded;
use crate::{PlaceId, PractitionerId, ServiceId};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// For how long a slot is held for somebody who decides.
pub const HELD: TimeDelta = TimeDelta::minutes(5);
/// How long before its beginning somebody can check in.
pub const CHECK_IN_BEFORE: TimeDelta = TimeDelta::minutes(60);
/// How long after its beginning they still can.
pub const CHECK_IN_AFTER: TimeDelta = TimeDelta::minutes(15);
/// How long before its beginning somebody can be seen already, where the clinic is quick.
pub const SEEN_BEFORE: TimeDelta = TimeDelta::minutes(30);

coded! {
    /// What sort of service it is.
    ServiceKind {
        /// A general practitioner.
        Gp = "gp",
        /// A practice nurse.
        Nurse = "nurse",
        /// A blood test.
        Phlebotomy = "phlebotomy",
        /// A vaccination.
        Vaccination = "vaccination",
        /// A hub that is open in evenings and at weekends for several practices.
        Hub = "hub",
        /// A hospital clinic.
        HospitalClinic = "hospital-clinic",
        /// A community service.
        Community = "community",
        /// An assessment of what somebody needs from social care.
        SocialCare = "social-care",
    }
}

impl ServiceKind {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Gp => "GP",
            Self::Nurse => "Nurse",
            Self::Phlebotomy => "Blood test",
            Self::Vaccination => "Vaccination",
            Self::Hub => "Evening or weekend appointment",
            Self::HospitalClinic => "Hospital clinic",
            Self::Community => "Community service",
            Self::SocialCare => "Social care assessment",
        }
    }

    /// Whether somebody who books with such a service is asked first whether they need help at once.
    #[must_use]
    pub const fn asks_flags(self) -> bool {
        matches!(self, Self::Gp | Self::Nurse | Self::Hub)
    }
}

/// What a clinic needs: each is added, changed and ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What it is for.
    Service(ServiceId),
    /// Where it is.
    Place(PlaceId),
    /// Who holds it.
    Practitioner(PractitionerId),
}

impl Part {
    /// Its id.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        match self {
            Self::Service(id) => id.as_uuid(),
            Self::Place(id) => id.as_uuid(),
            Self::Practitioner(id) => id.as_uuid(),
        }
    }
}

coded! {
    /// How it is held.
    Mode {
        /// Face to face.
        InPerson = "in-person",
        /// By telephone.
        Phone = "phone",
        /// By video.
        Video = "video",
    }
}

impl Mode {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::InPerson => "In person",
            Self::Phone => "By phone",
            Self::Video => "By video",
        }
    }
}

coded! {
    /// Where an appointment stands (FHIR R4 `AppointmentStatus`, those that are used here).
    Status {
        /// Asked for in the service's own system, which has not answered yet.
        Proposed = "proposed",
        /// Asked for; the service still has to confirm it.
        Pending = "pending",
        /// It takes place.
        Booked = "booked",
        /// The person is there and waits.
        Arrived = "arrived",
        /// It has taken place.
        Fulfilled = "fulfilled",
        /// It does not take place.
        Cancelled = "cancelled",
        /// The person did not come.
        NoShow = "noshow",
    }
}

impl Status {
    /// Whether it still holds its slot.
    #[must_use]
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::Cancelled)
    }

    /// Whether it is still to come, as far as its status says.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Proposed | Self::Pending | Self::Booked)
    }

    /// Whether what begins then is still ahead and stands, so that it may be changed or given up as far as its service lets
    /// people do so.
    #[must_use]
    pub fn is_ahead(self, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        self.is_open() && starts_at > now
    }

    /// Whether somebody still comes: whoever has checked in waits there, and does too.
    #[must_use]
    pub const fn comes(self) -> bool {
        self.is_open() || matches!(self, Self::Arrived)
    }

    /// Whether what ends then belongs to what is coming: it is still to come, or it goes on.
    #[must_use]
    pub fn is_coming(self, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        self.comes() && ends_at > now
    }

    /// Whether it may come to stand there.
    ///
    /// A fulfilled one that was marked too soon, or somebody marked absent who was late, is put right by the service.
    #[must_use]
    pub const fn may_become(self, to: Self) -> bool {
        match self {
            Self::Proposed => matches!(to, Self::Pending | Self::Booked | Self::Cancelled),
            Self::Pending => matches!(to, Self::Booked | Self::Cancelled),
            Self::Booked => matches!(to, Self::Arrived | Self::Fulfilled | Self::Cancelled | Self::NoShow),
            Self::Arrived => matches!(to, Self::Fulfilled | Self::Booked | Self::NoShow),
            Self::NoShow => matches!(to, Self::Arrived | Self::Fulfilled),
            Self::Fulfilled => matches!(to, Self::Arrived),
            Self::Cancelled => false,
        }
    }

    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Proposed => "Waiting for an answer",
            Self::Pending => "Waiting to be confirmed",
            Self::Booked => "Booked",
            Self::Arrived => "You have checked in",
            Self::Fulfilled => "Took place",
            Self::Cancelled => "Cancelled",
            Self::NoShow => "Missed",
        }
    }
}

/// When the slots of a service can be booked from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// As soon as they are there.
    AtOnce,
    /// So many days before, from midnight in London.
    DaysBefore(u16),
    /// On the day itself, from this minute of the day in London.
    OnTheDay(u16),
}

/// The longest notice of a release, in days.
const LONGEST_RELEASE: u16 = 365;

impl Release {
    /// As it is stored: `at-once`, `days:14`, `day-at:08:00`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::AtOnce => "at-once".to_owned(),
            Self::DaysBefore(days) => format!("days:{days}"),
            Self::OnTheDay(minute) => format!("day-at:{}", clock_of(minute)),
        }
    }

    /// Reads what [`Release::code`] wrote.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        if code == "at-once" {
            return Some(Self::AtOnce);
        }
        if let Some(days) = code.strip_prefix("days:") {
            return days.parse().ok().filter(|days| (1..=LONGEST_RELEASE).contains(days)).map(Self::DaysBefore);
        }
        code.strip_prefix("day-at:").and_then(read_clock).filter(|minute| *minute < 24 * 60).map(Self::OnTheDay)
    }
}

/// What a service asks and allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Only people registered with the organisation, or of whom it holds a record.
    pub registered_only: bool,
    /// From this age on, in whole years.
    pub min_age: Option<u16>,
    /// Up to this age.
    pub max_age: Option<u16>,
    /// Only with a referral to it.
    pub referral_needed: bool,
    /// What it treats, for which a referral must be; absent where any will do.
    pub specialty: Option<Specialty>,
    /// When slots can be booked from.
    pub release: Release,
    /// Whether the citizen can cancel and change it here.
    pub may_cancel: bool,
    /// Until how many hours before the beginning.
    pub cancel_hours: u16,
    /// Whether the service confirms each booking.
    pub confirms: bool,
}

/// Who would book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booker {
    /// Whether the organisation looks after them.
    pub registered: bool,
    /// How old they are on the day, where their date of birth is known to the day.
    pub age: Option<u16>,
    /// To what they are referred.
    pub referred: Referred,
}

/// Why something about an appointment is not possible, as the citizen is told in plain words.
///
/// Beside each its code of GP Connect Appointments (patient facing), where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody else has the slot (409 `DUPLICATE_REJECTED`).
    #[error("the slot is gone")]
    SlotGone,
    /// It lies in the past, or begins now (422).
    #[error("the slot has begun")]
    Past,
    /// It cannot be booked yet.
    #[error("the slot is not released yet")]
    NotReleased,
    /// Only for people of the organisation (403 `ACCESS_DENIED`).
    #[error("not registered there")]
    NotRegistered,
    /// Not for people of this age.
    #[error("too young")]
    TooYoung,
    /// Not for people of this age.
    #[error("too old")]
    TooOld,
    /// A referral is needed.
    #[error("no referral")]
    NoReferral,
    /// Too late to cancel (461).
    #[error("too late to cancel")]
    TooLate,
    /// The service has cancelling switched off (403).
    #[error("cancelling is switched off")]
    CancellingOff,
    /// It is over, cancelled or under way (409).
    #[error("it cannot be changed any more")]
    NotOpen,
    /// They have as many coming as one person may book.
    #[error("too many are coming")]
    TooMany,
    /// Another appointment of theirs is at the same time, with the same service.
    #[error("they have one already")]
    Already,
    /// The service's own system has been asked about it and has not answered.
    #[error("its own system has been asked already")]
    Asked,
    /// The service's own system does not know the person (400 `INVALID_NHS_NUMBER`, 404 `PATIENT_NOT_FOUND`).
    #[error("its own system does not know the person")]
    NotKnown,
    /// The organisation does not let people book or change here (400 `NO_ORGANISATION_CONSENT`, 403 `ACCESS_DENIED`).
    #[error("its own system does not allow it")]
    NotAllowed,
    /// The service's own system did not take it for another reason (400, 404, 422).
    #[error("its own system did not take it")]
    NotTaken,
    /// The service's own system does not answer, and nothing was done.
    #[error("its own system does not answer")]
    Unreachable,
    /// The service's own system took the new time of a change and then gave back neither.
    #[error("both times of a change stand")]
    BothStand,
}

impl Refusal {
    /// Whether it is about giving something up, not about what would be taken.
    #[must_use]
    pub const fn is_of_the_old(self) -> bool {
        matches!(self, Self::TooLate | Self::CancellingOff | Self::NotOpen | Self::BothStand)
    }
}

impl Terms {
    /// From when a slot that begins then can be booked.
    #[cfg(feature = "server")]
    #[must_use]
    pub fn bookable_from(&self, starts_at: DateTime<Utc>, made_at: DateTime<Utc>) -> DateTime<Utc> {
        use crate::when::{london_day, london_midnight};
        let day = london_day(starts_at);
        let release = match self.release {
            Release::AtOnce => made_at,
            Release::DaysBefore(days) => london_midnight(day.checked_sub_days(chrono::Days::new(u64::from(days))).unwrap_or(day)),
            Release::OnTheDay(minute) => template::instant_at(day, minute),
        };
        release.max(made_at)
    }

    /// Whether somebody may book it at all.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies.
    pub fn admit(&self, who: &Booker) -> Result<(), Refusal> {
        if self.registered_only && !who.registered {
            return Err(Refusal::NotRegistered);
        }
        if let (Some(age), Some(min)) = (who.age, self.min_age)
            && age < min
        {
            return Err(Refusal::TooYoung);
        }
        if let (Some(age), Some(max)) = (who.age, self.max_age)
            && age > max
        {
            return Err(Refusal::TooOld);
        }
        if self.referral_needed && !who.referred.is_for(self.specialty) {
            return Err(Refusal::NoReferral);
        }
        Ok(())
    }

    /// Until when what begins then can be given up, where it can at all.
    #[must_use]
    pub fn free_until(&self, starts_at: DateTime<Utc>) -> DateTime<Utc> {
        starts_at - TimeDelta::hours(i64::from(self.cancel_hours))
    }

    /// Whether the citizen may still give up, or change, what begins then.
    ///
    /// # Errors
    /// [`Refusal::NotOpen`], [`Refusal::Asked`] while its own system has not answered, [`Refusal::CancellingOff`],
    /// [`Refusal::TooLate`].
    pub fn let_go(&self, status: Status, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
        if !status.is_ahead(starts_at, now) {
            return Err(Refusal::NotOpen);
        }
        if status == Status::Proposed {
            return Err(Refusal::Asked);
        }
        if !self.may_cancel {
            return Err(Refusal::CancellingOff);
        }
        if now > self.free_until(starts_at) {
            return Err(Refusal::TooLate);
        }
        Ok(())
    }
}

/// Whether somebody can check in to what begins then.
#[must_use]
pub fn may_check_in(status: Status, mode: Mode, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    status == Status::Booked && mode == Mode::InPerson && now >= starts_at - CHECK_IN_BEFORE && now <= starts_at + CHECK_IN_AFTER
}

/// From when it can be noted that what begins then came to stand there: that somebody has come as soon as they can check in,
/// that they were seen shortly before their time, that they did not come once it is their time. Absent where it makes no
/// difference.
#[must_use]
pub fn noted_from(to: Status, starts_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match to {
        Status::Arrived => Some(starts_at - CHECK_IN_BEFORE),
        Status::Fulfilled => Some(starts_at - SEEN_BEFORE),
        Status::NoShow => Some(starts_at),
        Status::Proposed | Status::Pending | Status::Booked | Status::Cancelled => None,
    }
}

/// From when until when something is.
pub type FromUntil = (DateTime<Utc>, DateTime<Utc>);

/// Whether two times overlap; what ends as the other begins does not.
#[must_use]
pub fn overlap(a: FromUntil, b: FromUntil) -> bool {
    a.0 < b.1 && b.0 < a.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn terms() -> Terms {
        Terms {
            registered_only: true,
            min_age: Some(16),
            max_age: Some(74),
            referral_needed: false,
            specialty: None,
            release: Release::AtOnce,
            may_cancel: true,
            cancel_hours: 24,
            confirms: false,
        }
    }

    #[test]
    fn who_may_book() {
        let who = Booker { registered: true, age: Some(40), referred: Referred::default() };
        assert_eq!(terms().admit(&who), Ok(()));
        assert_eq!(terms().admit(&Booker { registered: false, ..who }), Err(Refusal::NotRegistered));
        assert_eq!(terms().admit(&Booker { age: Some(15), ..who }), Err(Refusal::TooYoung));
        assert_eq!(terms().admit(&Booker { age: Some(16), ..who }), Ok(()));
        assert_eq!(terms().admit(&Booker { age: Some(75), ..who }), Err(Refusal::TooOld));
        assert_eq!(terms().admit(&Booker { age: None, ..who }), Ok(()));
        let referral = Terms { referral_needed: true, ..terms() };
        assert_eq!(referral.admit(&who), Err(Refusal::NoReferral));
        let heart = Booker { referred: Referred::by("Referral to cardiology service"), ..who };
        assert_eq!(referral.admit(&heart), Ok(()));
        assert_eq!(Terms { specialty: Some(Specialty::Cardiology), ..referral.clone() }.admit(&heart), Ok(()));
        assert_eq!(Terms { specialty: Some(Specialty::Dermatology), ..referral }.admit(&heart), Err(Refusal::NoReferral));
    }

    #[test]
    fn until_when_it_may_be_given_up() {
        let starts = at("2026-11-10T10:00:00Z");
        let may = |terms: Terms, status, now: &str| terms.let_go(status, starts, at(now));
        assert_eq!(may(terms(), Status::Booked, "2026-11-09T10:00:00Z"), Ok(()));
        assert_eq!(may(terms(), Status::Pending, "2026-11-01T10:00:00Z"), Ok(()));
        assert_eq!(may(terms(), Status::Booked, "2026-11-09T10:00:01Z"), Err(Refusal::TooLate));
        assert_eq!(may(terms(), Status::Booked, "2026-11-10T10:00:00Z"), Err(Refusal::NotOpen));
        assert_eq!(may(terms(), Status::Cancelled, "2026-11-01T10:00:00Z"), Err(Refusal::NotOpen));
        let off = Terms { may_cancel: false, ..terms() };
        assert_eq!(may(off, Status::Booked, "2026-11-01T10:00:00Z"), Err(Refusal::CancellingOff));
    }

    #[test]
    fn the_table_of_states() {
        let row = |from: Status| Status::ALL.iter().map(|to| if from.may_become(*to) { '+' } else { '.' }).collect::<String>();
        // Proposed, pending, booked, arrived, fulfilled, cancelled, absent.
        let table = [
            (Status::Proposed, ".++..+."),
            (Status::Pending, "..+..+."),
            (Status::Booked, "...++++"),
            (Status::Arrived, "..+.+.+"),
            (Status::Fulfilled, "...+..."),
            (Status::Cancelled, "......."),
            (Status::NoShow, "...++.."),
        ];
        for (from, expected) in table {
            assert_eq!(row(from), expected, "{from:?}");
        }
    }

    #[test]
    fn a_release_reads_back_and_says_from_when() {
        for release in [Release::AtOnce, Release::DaysBefore(14), Release::OnTheDay(8 * 60), Release::OnTheDay(0)] {
            assert_eq!(Release::from_code(&release.code()), Some(release));
        }
        for nonsense in ["", "days:0", "days:366", "days:-1", "day-at:24:00", "day-at:8", "never"] {
            assert_eq!(Release::from_code(nonsense), None, "{nonsense}");
        }
    }

    #[cfg(feature = "server")]
    #[test]
    fn a_release_is_in_the_time_of_london_on_both_sides_of_a_clock_change() {
        let from = |release, starts: &str| {
            Terms { release, ..terms() }.bookable_from(at(starts), at("2026-01-01T00:00:00Z")).to_rfc3339()
        };
        assert_eq!(from(Release::OnTheDay(8 * 60), "2026-07-01T10:00:00Z"), "2026-07-01T07:00:00+00:00");
        assert_eq!(from(Release::OnTheDay(8 * 60), "2026-12-01T10:00:00Z"), "2026-12-01T08:00:00+00:00");
        assert_eq!(from(Release::DaysBefore(7), "2026-03-31T10:00:00Z"), "2026-03-24T00:00:00+00:00");
        assert_eq!(from(Release::DaysBefore(1), "2026-03-31T10:00:00Z"), "2026-03-29T23:00:00+00:00");
        assert_eq!(from(Release::AtOnce, "2026-07-01T10:00:00Z"), "2026-01-01T00:00:00+00:00");
    }

    #[test]
    fn checking_in_is_for_those_who_come_in_person_around_the_time() {
        let starts = at("2026-11-10T10:00:00Z");
        let may = |status, mode, now: &str| may_check_in(status, mode, starts, at(now));
        assert!(may(Status::Booked, Mode::InPerson, "2026-11-10T09:00:00Z"));
        assert!(may(Status::Booked, Mode::InPerson, "2026-11-10T10:15:00Z"));
        assert!(!may(Status::Booked, Mode::InPerson, "2026-11-10T08:59:59Z"));
        assert!(!may(Status::Booked, Mode::InPerson, "2026-11-10T10:15:01Z"));
        assert!(!may(Status::Booked, Mode::Video, "2026-11-10T10:00:00Z"));
        assert!(!may(Status::Arrived, Mode::InPerson, "2026-11-10T10:00:00Z"));
    }

    #[test]
    fn who_came_is_noted_when_it_can_be_known() {
        let starts = at("2026-11-10T10:00:00Z");
        let from = |to| noted_from(to, starts).map(|from| from.format("%H:%M").to_string());
        assert_eq!(from(Status::Arrived).as_deref(), Some("09:00"));
        assert_eq!(from(Status::Fulfilled).as_deref(), Some("09:30"));
        assert_eq!(from(Status::NoShow).as_deref(), Some("10:00"));
        for always in [Status::Pending, Status::Booked, Status::Cancelled] {
            assert_eq!(from(always), None, "{always:?}");
        }
        // Nobody who may check in themselves is kept from being noted at the desk.
        let early = starts - CHECK_IN_BEFORE;
        assert!(
            may_check_in(Status::Booked, Mode::InPerson, starts, early) && noted_from(Status::Arrived, starts) <= Some(early)
        );
    }

    proptest! {
        #[test]
        fn two_times_overlap_whichever_is_named_first(a in 0_i64..100, b in 1_i64..100, c in 0_i64..100, d in 1_i64..100) {
            let span = |start: i64, length: i64| {
                let from = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(start);
                (from, from + TimeDelta::minutes(length))
            };
            let (x, y) = (span(a, b), span(c, d));
            prop_assert_eq!(overlap(x, y), overlap(y, x));
            prop_assert!(overlap(x, x));
            prop_assert_eq!(overlap(x, y), (a.max(c)..(a + b).min(c + d)).next().is_some());
        }

        #[test]
        fn asking_more_never_admits_more(
            registered in any::<bool>(), age in proptest::option::of(0_u16..120), referred in any::<bool>(),
            min in proptest::option::of(0_u16..120), max in proptest::option::of(0_u16..120), needs in any::<bool>(),
        ) {
            let referred = if referred { Referred::by("Patient referral") } else { Referred::default() };
            let who = Booker { registered, age, referred };
            let free = Terms { registered_only: false, min_age: None, max_age: None, ..terms() };
            let strict = Terms { registered_only: true, min_age: min, max_age: max, referral_needed: needs, ..terms() };
            prop_assert_eq!(free.admit(&who), Ok(()));
            if strict.admit(&who).is_ok() {
                prop_assert!(registered);
            }
        }
    }
}
