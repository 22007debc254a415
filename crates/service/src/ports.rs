//! What the use cases need from outside: the time, randomness, ways to send mail and text messages, and the systems in which
//! others keep their appointments, decide about medicines, and tell where prescriptions stand.

use async_trait::async_trait;
use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};
use domain::NhsNumber;
use domain::appointment::{Mode, Refusal};
use domain::medicine::{Course, DispenseStep, Issues, OrderRefusal, PrescriptionNumber, TaskProgress};
use domain::record::Code;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// Now, UTC, cut to the microsecond so that both engines keep it exactly.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the injected clock")]
    fn now(&self) -> DateTime<Utc> {
        let now = Utc::now();
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }
}

/// Where randomness comes from. Secrets are made of it.
pub trait Random: Send + Sync + 'static {
    /// Fills the buffer with unpredictable bytes.
    fn fill(&self, buffer: &mut [u8]);

    /// A new id in order of time (UUID version 7: 48 bits of milliseconds, 74 random bits).
    fn id(&self, now: DateTime<Utc>) -> Uuid {
        let mut random = [0_u8; 10];
        self.fill(&mut random);
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// A new secret of 256 bits.
    fn secret(&self) -> [u8; 32] {
        let mut secret = [0_u8; 32];
        self.fill(&mut secret);
        secret
    }
}

/// The operating system's generator, by way of a per-thread one that it seeds.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        rand::fill(buffer);
    }
}

/// A mail to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Stays the same however often it is tried, so that whoever keeps the mailbox can tell a repeat.
    pub reference: Uuid,
    /// One address.
    pub to: String,
    /// Says nothing clinical.
    pub subject: String,
    /// Plain text. Says nothing clinical.
    pub body: String,
}

/// A mail that could not be handed over; it will be tried again. What went wrong, in words that go into the log: never the
/// recipient, nor anything that the mail says.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the mail could not be sent: {0}")]
pub struct MailError(pub String);

/// Hands mail over to something that delivers it.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// Hands over one mail.
    ///
    /// # Errors
    /// [`MailError`] when it was not taken.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// Where an organisation keeps its appointments, if not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideDiary {
    /// Where its FHIR interface begins, without a slash at its end.
    pub base_url: String,
    /// The organisation's code (Organisation Data Service).
    pub organisation: String,
}

/// A place, as another system tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutsidePlace {
    /// What it calls it.
    pub id: Option<String>,
    /// Its name; empty where it has none.
    pub name: String,
    /// Street and town.
    pub address: String,
    /// Postcode, as it stands there.
    pub postcode: String,
    /// Whom to ring.
    pub phone: String,
}

/// A free time in another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideSlot {
    /// What it calls it.
    pub id: String,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// How it is held.
    pub mode: Mode,
    /// What is booked: "General GP Appointment".
    pub service: String,
    /// The name of whoever sees people; empty where it is not said.
    pub practitioner: String,
    /// Their job.
    pub job: String,
    /// Where.
    pub place: OutsidePlace,
}

/// What another system is asked to book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideBooking {
    /// The same for every request about it, so that a repeat can be told.
    pub request: Uuid,
    /// For whom.
    pub nhs_number: String,
    /// Which time, as it calls it.
    pub slot: String,
    /// Where, as it calls it.
    pub place: Option<String>,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// Why they come, in their own words.
    pub reason: String,
    /// What they need so that they can come and be understood, in sentences; empty where they did not say.
    pub needs: String,
    /// Since when they want it.
    pub asked_at: DateTime<Utc>,
}

/// What another system is asked to cancel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideCancelling {
    /// The same for every request about it.
    pub request: Uuid,
    /// What it calls it.
    pub id: String,
    /// Why, in their own words; empty where they do not say.
    pub reason: String,
}

/// An appointment in another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideAppointment {
    /// What it calls it.
    pub id: String,
    /// Which times it takes, as it calls them.
    pub slots: Vec<String>,
    /// It does not take place.
    pub cancelled: bool,
}

/// Why another system did not do what it was asked. The texts hold nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutsideFault<R = Refusal> {
    /// It said no, and nothing was done.
    #[error("it was refused: {0}")]
    Refused(R),
    /// It certainly did nothing, and may do it later.
    #[error("nothing was done: {0}")]
    NotDone(String),
    /// Nobody knows whether it was done.
    #[error("it is not known whether it was done: {0}")]
    Unknown(String),
}

/// The systems in which organisations keep their appointments themselves.
#[async_trait]
pub trait DiarySystem: Send + Sync + 'static {
    /// The free times that begin within a span of at most 14 days.
    ///
    /// # Errors
    /// [`OutsideFault`].
    async fn free(&self, at: &OutsideDiary, span: (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<OutsideSlot>, OutsideFault>;

    /// Books a free time.
    ///
    /// # Errors
    /// [`OutsideFault`].
    async fn book(&self, at: &OutsideDiary, booking: &OutsideBooking) -> Result<OutsideAppointment, OutsideFault>;

    /// What somebody has booked that begins within a span.
    ///
    /// # Errors
    /// [`OutsideFault`].
    async fn of_patient(
        &self,
        at: &OutsideDiary,
        nhs_number: &str,
        span: (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<OutsideAppointment>, OutsideFault>;

    /// Cancels what was booked.
    ///
    /// # Errors
    /// [`OutsideFault`].
    async fn cancel(&self, at: &OutsideDiary, cancelling: &OutsideCancelling) -> Result<(), OutsideFault>;
}

/// No such system can be reached from here.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDiaries;

impl NoDiaries {
    fn fault<T>() -> Result<T, OutsideFault> {
        Err(OutsideFault::NotDone("no way to outside diaries is set up".to_owned()))
    }
}

#[async_trait]
impl DiarySystem for NoDiaries {
    async fn free(&self, _: &OutsideDiary, _: (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<OutsideSlot>, OutsideFault> {
        Self::fault()
    }

    async fn book(&self, _: &OutsideDiary, _: &OutsideBooking) -> Result<OutsideAppointment, OutsideFault> {
        Self::fault()
    }

    async fn of_patient(
        &self,
        _: &OutsideDiary,
        _: &str,
        _: (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<OutsideAppointment>, OutsideFault> {
        Self::fault()
    }

    async fn cancel(&self, _: &OutsideDiary, _: &OutsideCancelling) -> Result<(), OutsideFault> {
        Self::fault()
    }
}

/// Where a practice decides about orders of medicines, if not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsidePractice {
    /// Where its FHIR interface begins, without a slash at its end.
    pub base_url: String,
    /// The organisation's code (Organisation Data Service).
    pub organisation: String,
}

/// A medicine that another system is asked to prescribe again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideOrdering {
    /// The same for every request about it, so that a repeat can be told; what is made there is known by it.
    pub request: Uuid,
    /// For whom.
    pub nhs_number: String,
    /// What the other system calls what may be given again (`MedicationRequest.id` with the intent `plan`).
    pub plan: String,
    /// Its identifiers there (`system|value`), by which it is found where it has another name now.
    pub identifiers: Vec<String>,
    /// What is written to the practice; empty where nothing is.
    pub note: String,
    /// The pharmacy that is to have this prescription (its ODS code); absent for the one that the practice knows.
    pub pharmacy: Option<String>,
    /// Since when it is wanted.
    pub asked_at: DateTime<Utc>,
}

/// An order in another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideOrder {
    /// What it calls it.
    pub id: Option<String>,
    /// By which requests it is known.
    pub requests: Vec<String>,
    /// How far it is.
    pub progress: TaskProgress,
    /// What the practice says to the person about that, in its own words; empty where it says nothing.
    pub words: String,
    /// What the prescription that came of it is called (Electronic Prescription Service).
    pub prescription: Option<String>,
    /// When that was last changed.
    pub changed_at: Option<DateTime<Utc>>,
}

/// Why another system did not do what it was asked about a medicine.
pub type OrderFault = OutsideFault<OrderRefusal>;

/// The systems in which practices decide about orders of medicines themselves.
#[async_trait]
pub trait PrescribingSystem: Send + Sync + 'static {
    /// Orders a medicine.
    ///
    /// # Errors
    /// [`OrderFault`].
    async fn order(&self, at: &OutsidePractice, ordering: &OutsideOrdering) -> Result<OutsideOrder, OrderFault>;

    /// What was ordered for somebody since a day, and how it stands.
    ///
    /// # Errors
    /// [`OrderFault`].
    async fn of_patient(&self, at: &OutsidePractice, nhs_number: &str, since: NaiveDate)
    -> Result<Vec<OutsideOrder>, OrderFault>;

    /// Takes an order back that nobody has begun with.
    ///
    /// # Errors
    /// [`OrderFault`].
    async fn cancel(&self, at: &OutsidePractice, request: Uuid, nhs_number: &str, id: &str) -> Result<(), OrderFault>;
}

/// No such system can be reached from here.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPrescribing;

impl NoPrescribing {
    fn fault<T>() -> Result<T, OrderFault> {
        Err(OutsideFault::NotDone("no way to outside prescribing systems is set up".to_owned()))
    }
}

#[async_trait]
impl PrescribingSystem for NoPrescribing {
    async fn order(&self, _: &OutsidePractice, _: &OutsideOrdering) -> Result<OutsideOrder, OrderFault> {
        Self::fault()
    }

    async fn of_patient(&self, _: &OutsidePractice, _: &str, _: NaiveDate) -> Result<Vec<OutsideOrder>, OrderFault> {
        Self::fault()
    }

    async fn cancel(&self, _: &OutsidePractice, _: Uuid, _: &str, _: &str) -> Result<(), OrderFault> {
        Self::fault()
    }
}

/// A text message to send.
#[derive(Clone, PartialEq, Eq)]
pub struct TextMessage {
    /// Stays the same however often it is tried, so that the provider can tell a repeat.
    pub reference: Uuid,
    /// One number, with `+` and the code of its country.
    pub to: String,
    /// Says nothing clinical.
    pub body: String,
    /// It was tried before, and nobody knows what came of that: whoever sends must not send twice what the provider has.
    pub again: bool,
}

impl std::fmt::Debug for TextMessage {
    /// The reference alone: the rest is personal or secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextMessage").field("reference", &self.reference).field("again", &self.again).finish_non_exhaustive()
    }
}

/// A text message that was not taken. What went wrong, in words that go into the log: never the number, the message or a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// It may go later, or went already and nobody said so.
    #[error("the text message was not taken: {0}")]
    Later(String),
    /// It never will: the number takes none.
    #[error("the text message was refused for good: {0}")]
    Never(String),
}

/// Hands text messages over to something that delivers them.
#[async_trait]
pub trait Texter: Send + Sync + 'static {
    /// Hands over one text message, at most once for each reference.
    ///
    /// # Errors
    /// [`TextError`] when it was not taken, or it is not known whether it was.
    async fn send(&self, text: &TextMessage) -> Result<(), TextError>;
}

/// Passwords that were stolen elsewhere: those who guess try them first.
#[async_trait]
pub trait StolenPasswords: Send + Sync + 'static {
    /// Whether the password with this SHA-1, 40 hexadecimal digits in capitals, is among them.
    ///
    /// # Errors
    /// Why they cannot be looked through.
    async fn has(&self, sha1: &str) -> Result<bool, String>;
}

/// A pharmacy, as another system tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackedPlace {
    /// Its code (Organisation Data Service).
    pub ods: String,
    /// Its name; empty where it is not told.
    pub name: String,
    /// Its number; empty where it is not told.
    pub phone: String,
    /// Street, town and postcode; empty where they are not told.
    pub address: String,
    /// Its address in the web; empty where it is not told.
    pub web: String,
}

/// One item of a prescription, as another system tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackedItem {
    /// What it calls it, the same each time that it tells.
    pub number: Option<String>,
    /// The medicine's name; empty where it is not told.
    pub name: String,
    /// Its code.
    pub code: Option<Code>,
    /// How much; empty where it is not told.
    pub quantity: String,
    /// What the pharmacy wrote to it.
    pub note: String,
    /// Where it stands and stood, each with since when.
    pub steps: Vec<DispenseStep>,
}

/// A prescription, as another system tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackedPrescription {
    /// Its number.
    pub number: PrescriptionNumber,
    /// How it is supplied.
    pub course: Course,
    /// When it was written, or from when it can be given.
    pub written_on: Option<NaiveDate>,
    /// The organisation that prescribed it; empty where it is not told.
    pub prescriber: String,
    /// How often it may be given.
    pub issues: Option<Issues>,
    /// The pharmacy that has it, or to which it goes.
    pub place: Option<TrackedPlace>,
    /// Its items.
    pub items: Vec<TrackedItem>,
}

/// All that is told of a person's prescriptions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tracked {
    /// Those that could be read.
    pub prescriptions: Vec<TrackedPrescription>,
    /// Those that are held back, by number.
    pub held_back: BTreeSet<PrescriptionNumber>,
    /// Others are held back, of which no number is told.
    pub more_held_back: bool,
    /// How many could not be read.
    pub unread: u32,
}

/// Why it was not told where prescriptions stand. The texts hold nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrackerFault {
    /// It does not tell us: the token or the address is wrong.
    #[error("it was refused: {0}")]
    Refused(String),
    /// It has too much to do; it may say for how long.
    #[error("it is busy")]
    Busy(Option<TimeDelta>),
    /// It did not answer, or said that it cannot.
    #[error("there was no answer: {0}")]
    NoAnswer(String),
    /// It answered what cannot be read.
    #[error("its answer cannot be read: {0}")]
    Unreadable(String),
    /// It did not answer for a while, and is not asked for the time being.
    #[error("it has not answered for a while and is left alone")]
    LeftAlone,
}

impl TrackerFault {
    /// The word by which it is kept.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Busy(_) => "busy",
            Self::NoAnswer(_) => "no-answer",
            Self::Unreadable(_) => "unreadable",
            Self::LeftAlone => "left-alone",
        }
    }
}

/// The service that tells where prescriptions stand.
#[async_trait]
pub trait PrescriptionTracker: Send + Sync + 'static {
    /// Whether there is one.
    fn is_on(&self) -> bool;

    /// Where all of a person's prescriptions stand.
    ///
    /// # Errors
    /// [`TrackerFault`].
    async fn of_person(&self, number: &NhsNumber) -> Result<Tracked, TrackerFault>;
}

/// No such service can be reached from here.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTracker;

#[async_trait]
impl PrescriptionTracker for NoTracker {
    fn is_on(&self) -> bool {
        false
    }

    async fn of_person(&self, _: &NhsNumber) -> Result<Tracked, TrackerFault> {
        Err(TrackerFault::Refused("no way to it is set up".to_owned()))
    }
}
