//! Use cases. Each takes the actor first, authorises before it loads, and does its work in one transaction: authorise,
//! load, decide, save, audit, enqueue. The only room that calls the store.

mod access;
mod accounts;
pub mod activity;
mod address;
mod appointments;
mod care_team;
mod carers;
mod core;
mod corrections;
mod diary;
mod documents;
mod emergencies;
mod error;
mod exports;
mod eyes;
mod factors;
pub mod hashing;
mod hidings;
mod imports;
mod letting_in;
mod limits;
mod linking;
mod listing;
mod mail;
mod medicines;
mod mobiles;
mod organisations;
mod outbox;
mod people;
mod pharmacies;
mod plain_words;
mod ports;
mod postcodes;
mod prescriptions;
mod previews;
mod profile;
mod questionnaires;
mod reader;
mod readings;
mod records;
mod relatives;
mod releases;
mod results;
mod scan;
mod searching;
mod self_care;
mod sessions;
mod sharing;
mod sign_in;
mod sources;
mod summaries;
mod text;
mod timeline;
mod typed;
mod work;

pub use crate::core::{Core, Settings};
pub use accounts::{AccountDetails, AccountSummary, Accounts, Confirmation};
pub use activity::Activity;
pub use address::safe_address;
pub use appointments::{
    Ahead, AppointmentPage, AppointmentSeen, Appointments, BookForm, Booked, CheckIn, Choices, Closed, EarlierDone, Found,
    GivenUp, HospitalSeen, MILES, NO_FLAG, OutsideChecked, OutsideDiarySeen, OutsideDone, PlaceChoice, Provider, ReferralSeen,
    Refreshed, ReminderChoice, Reminders, RemindersDone, SearchForm, SlotDetail, SlotSeen, StaysDone,
};
pub use care_team::{
    CareTeam, Checked, Colleague, FindForm, IdentityForm, Letter, Patient, Place, StaffForm, Team, TeamsChanged,
};
pub use carers::{
    Accepted, Acting, ApplicationSeen, ApplicationState, ApplyForm, CaredFor, CarerChange, CarerDecision, CarerRefusal,
    CarerSeen, CarerStage, CarerTerms, Carers, ChangeForm, ConsentSeen, InvitationSeen, InviteForm, Invited, Pressed, ResumeForm,
    RulesDone,
};
pub use corrections::{
    CorrectionAnswer, CorrectionByLetter, CorrectionForm, CorrectionLetter, CorrectionPage, CorrectionSeen, CorrectionStart,
    CorrectionStep, CorrectionToAnswer, Corrections, CorrectionsOfEntry,
};
pub use diary::{
    Affected, Attendee, BookingSeen, ClinicDetail, ClinicForm, ClinicSeen, ClosedDay, Diary, Ending, Holiday, HoursForm, Lost,
    PlaceForm, PlaceSeen, PractitionerForm, PractitionerSeen, ServiceForm, ServiceSeen, Shown, TemplateForm, TemplateSeen,
    TimesFree, TimesWanted, UPTAKE_DAYS, UPTAKE_FLOOR, Uptake,
};
pub use documents::{DocumentSeen, DocumentsSeen, FileForm, FileOut};
pub use emergencies::{Emergencies, EmergencyForm, EmergencySeen, Opened};
pub use error::{FieldProblem, ServiceError};
pub use exports::Exports;
pub use eyes::NotedBy;
pub use factors::{AddedPasskey, AuthenticatorSetUp, DeviceSeen, Factors, PasskeySeen, SecondSteps, SignInOverview};
pub use hashing::{Hashing, PasswordCost};
pub use hidings::{EntryPrivacy, HiddenFrom, HiddenThing, HidingSeen, Hidings};
pub use imports::{
    Expected, ImportProblem, ImportReport, ImportRequest, Imports, LoadBegun, LoadFile, LoadPerson, LoadReady, LoadSource,
    LoadedPerson,
};
pub use letting_in::{LetIn, LetInFor, LetInForm};
pub use limits::network;
pub use linking::{IssuedCode, LinkForm, Linked, LinkedPerson, Linking};
pub use medicines::{
    ApproveForm, ChangeSeen, DayOfDoses, DecideForm, DictionaryReport, DoseDiary, DoseForm, DoseRemindersSeen, DoseSeen, GoesTo,
    ItemSeen, MedicineNow, MedicineRemindersDone, MedicineSeen, MedicineSource, Medicines, MedicinesSeen, OrderForm, OrderQueue,
    OrderRulesForm, OrderRulesSeen, OrderSeen, Ordered, OrderingItem, OrderingSeen, OrdersApproved, OrdersAsked, OrdersChosen,
    OrdersLooked, OutsideMark, OutsidePrescribingSeen, OwnMedicineForm, QueuedOrder, Reach, Remindable, ReminderForm,
    ReminderSeen, TakenBack, TeamItem, TeamOrder, WarningSeen,
};
pub use mobiles::{MobileSeen, Mobiles};
pub use organisations::{Organisation, OrganisationKind, Organisations};
pub use outbox::{Delivered, Outbox};
pub use people::{People, PersonSummary};
pub use pharmacies::{
    Closing, Dispenser, FindPharmacyForm, NominateForm, NominationSeen, NominationsSeen, Pharmacies, PharmaciesFound,
    PharmaciesReport, PharmacyPage, WithdrawForm,
};
pub use plain_words::PlainWords;
pub use ports::{
    Clock, DiarySystem, Mail, MailError, Mailer, NoDiaries, NoPrescribing, NoTracker, OrderFault, OutsideAppointment,
    OutsideBooking, OutsideCancelling, OutsideDiary, OutsideFault, OutsideOrder, OutsideOrdering, OutsidePlace, OutsidePractice,
    OutsideSlot, PrescribingSystem, PrescriptionTracker, Random, StolenPasswords, SystemClock, SystemRandom, TextError,
    TextMessage, Texter, Tracked, TrackedItem, TrackedPlace, TrackedPrescription, TrackerFault,
};
pub use postcodes::{Postcodes, PostcodesReport};
pub use prescriptions::{
    DispenserSeen, PrescriptionItemSeen, PrescriptionSeen, Prescriptions, PrescriptionsAsked, PrescriptionsSeen, PushRefusal,
    PushSecret, Tracking, Watching,
};
pub use previews::{Preview, RecordedSeen};
pub use profile::{
    AboutForm, AskedToCopy, CarerNeeds, ContactForm, DetailsSeen, DetailsVersion, NeedsForm, NeedsOf, NeedsSeen, NeedsVersion,
    NoteForm, NotePage, NoteSeen, NoteVersion, NotesSeen, OwnContacts, OwnLine, OwnThing, PeopleForm, Profile, RecordedDetails,
    SavedPart, TeamNeeds, ToCopy,
};
pub use questionnaires::{
    AnswersForm, BegunSeen, Library, Next, QuestionnaireRulesForm, QuestionnaireRulesSeen, QuestionnaireSeen, Questionnaires,
    QuestionnairesSeen, RequestSeen, ResponseLine, ResponseSeen, ResponseVersion,
};
pub use readings::{
    ActSeen, AlertForm, AlertPage, AlertSeen, Average, BestForm, BestSeen, BmiSeen, Chart, ChartRow, ColumnsForm, DeviceAdded,
    DeviceCall, DeviceConnected, DeviceForm, DeviceOfReadings, DeviceRefusal, DeviceToken, DigestForm, DigestSeen, EnterForm,
    EnterPage, EnteredBy, FileSent, FitbitWeight, FoundSeen, HoldsNow, IF_PAST, ImportPage, ImportSeen, LARGEST_PHOTO,
    LeftRowSeen, MeasureBeside, MeasureSeen, MoreColumnsForm, Named, NamedChart, NewerSeen, ObservationsAsked, PaperForm,
    PaperLine, PhotoBefore, PhotoForm, PhotoSeen, PhotosSeen, PlanSeen, QuestionsDue, ReadingForm, ReadingNews, ReadingRuleSeen,
    ReadingRulesRun, ReadingSeen, ReadingSince, ReadingThen, ReadingVersion, Readings, ReadingsAdded, ReadingsAsked,
    ReadingsSeen, RedOpen, RemovedReading, RemovedSeen, RuleAsked, RuleForm, RuleFound, RulePage, RuleSince, RuleTold,
    RuleVersion, SavedBefore, ShownWithForm, SignsBefore, SittingDue, StartForm, TableSeen, TargetForm, TargetSeen,
    TargetVersion, TextIn, TextRefusal, Texting, ToDo, TypedIn, UrgentSeen, Waits, WatchForm, WatchSeen, Watched, Watcher,
    WeekAct, WeekForm, WeekLine, WeekSeen, WeeksSeen, paper_days,
};
pub use records::{
    CategoryCount, Contents, Cursor, EntryLine, EntryPage, EntryView, Marks, Overview, Records, SourceSeen, VersionView,
    VisitSeen, Visits, Which,
};
pub use releases::{
    Releases, ResultChoices, ResultCommentForm, ResultForm, ResultRules, ResultToComment, ResultUnseen, ResultWait, ResultWaits,
    ResultWords,
};
pub use results::{
    AWAITED, MemberSeen, RESULTS_PAGE, ResultLine, ResultView, ResultsPage, TREND_MOST, TREND_PAGE, TrendAsked, TrendDay,
    TrendOther, TrendOwn, TrendPoint, TrendRow, TrendSeen,
};
pub use scan::Scan;
pub use searching::{Alike, FoundEntry, FoundOwn, SearchAsked, SearchPage};
pub use self_care::{
    ArticleSeen, CommentSeen, GivenSeen, GoalEvent, GoalForm, GoalPage, GoalSeen, GoalsSeen, LearningSeen, SavedSeen, SelfCare,
    SelfCareFiles, SelfCarePlan, SupportAsked, SupportFound, SupportSeen,
};
pub use sessions::{CurrentSession, LiveSession, Origin, Sessions, StoredSession};
pub use sharing::{ChoiceForm, ChoiceSeen, PurposeSeen, Receipt, Sharing, SummaryToRecord};
pub use sign_in::{BesidePassword, PasskeyChallenge, PasswordOutcome, SignIn, SignedIn};
pub use sources::{Connection, ConnectionOf, OutOfDate, SilentSource, SourceDetail, SourceFault, SourceKind, SourcesSeen};
pub use summaries::{Summaries, SummaryForm, SummaryPart, SummarySeen, WishSeen};
pub use timeline::{Narrowing, TimelineChoices, TimelineDay, TimelineGroup, TimelinePage};
pub use work::{Claim, Done, EVERY_TEAM, Note, Work, WorkAbout, WorkDetail, WorkItem, WorkList, WorkPart};

use std::sync::Arc;

/// Every use case, over one core.
#[derive(Clone)]
pub struct Services {
    /// Opening an account, its address and its password.
    pub accounts: Accounts,
    /// Second steps and trusted devices.
    pub factors: Factors,
    /// Linking an account to a record.
    pub linking: Linking,
    /// The mobile number to which an account gets text messages.
    pub mobiles: Mobiles,
    /// Mail and text messages that wait to be sent.
    pub outbox: Outbox,
    /// Browser sessions.
    pub sessions: Sessions,
    /// What people share with organisations, and for what.
    pub sharing: Sharing,
    /// Signing in.
    pub sign_in: SignIn,
    /// The hashing that they share, so that its work can be counted.
    pub hashing: Hashing,
    /// One person acting for another.
    pub carers: Carers,
    /// Mistakes that people report.
    pub corrections: Corrections,
    /// Who did what.
    pub activity: Activity,
    /// Who works where, whom they look for, and how they check who somebody is.
    pub care_team: CareTeam,
    /// What waits for a care team.
    pub work: Work,
    /// Opening a record in an emergency.
    pub emergencies: Emergencies,
    /// What can be booked with an organisation, and who comes.
    pub diary: Diary,
    /// Finding and booking a time, and what a person has booked.
    pub appointments: Appointments,
    /// What medicines a person has, and ordering more.
    pub medicines: Medicines,
    /// What things are, in plain words: pure, about nobody.
    pub plain_words: Arc<PlainWords>,
    /// Pharmacies, and where people let their prescriptions go.
    pub pharmacies: Pharmacies,
    /// Taking a record away.
    pub exports: Exports,
    /// Taking source data in.
    pub imports: Imports,
    /// Who gives care and supplies records.
    pub organisations: Organisations,
    /// Whose records are held.
    pub people: People,
    /// Where postcodes are.
    pub postcodes: Postcodes,
    /// Prescriptions on their way to people.
    pub prescriptions: Prescriptions,
    /// What people say about themselves, what they need, and notes of their own.
    pub profile: Profile,
    /// Questionnaires that people fill in.
    pub questionnaires: Questionnaires,
    /// What people measure and note themselves.
    pub readings: Readings,
    /// Reading a record.
    pub records: Records,
    /// When results are read.
    pub releases: Releases,
    /// Goals, things to read, and what else helps.
    pub self_care: SelfCare,
    /// Reading a record on one page.
    pub summaries: Summaries,
    /// What is hidden in it, and how sensitive it is.
    pub hidings: Hidings,
    /// What they share.
    pub core: Core,
}

impl Services {
    /// The use cases over this core.
    #[must_use]
    pub fn new(core: Core) -> Self {
        let hashing = Hashing::new(core.settings().password_cost, core.random());
        let passkeys = factors::Passkeys::new(&core.settings().public_url);
        let accounts = Accounts::new(core.clone(), hashing.clone());
        let plain_words = Arc::new(PlainWords::shipped().unwrap_or_default());
        Self {
            factors: Factors::new(core.clone(), hashing.clone(), passkeys.clone()),
            linking: Linking::new(core.clone(), hashing.clone()),
            mobiles: Mobiles::new(core.clone()),
            outbox: Outbox::new(core.clone()),
            sessions: Sessions::new(core.clone()),
            sharing: Sharing::new(core.clone()),
            sign_in: SignIn::new(core.clone(), hashing.clone(), passkeys, accounts.clone()),
            accounts,
            care_team: CareTeam::new(core.clone(), hashing.clone()),
            work: Work::new(core.clone()),
            diary: Diary::new(core.clone()),
            appointments: Appointments::new(core.clone()),
            medicines: Medicines::new(core.clone()),
            pharmacies: Pharmacies::new(core.clone()),
            hashing,
            carers: Carers::new(core.clone()),
            corrections: Corrections::new(core.clone()),
            activity: Activity::new(core.clone()),
            emergencies: Emergencies::new(core.clone()),
            exports: Exports::new(core.clone()),
            imports: Imports::new(core.clone(), Arc::clone(&plain_words)),
            organisations: Organisations::new(core.clone()),
            people: People::new(core.clone()),
            postcodes: Postcodes::new(core.clone()),
            prescriptions: Prescriptions::new(core.clone()),
            profile: Profile::new(core.clone()),
            questionnaires: Questionnaires::new(core.clone()),
            readings: Readings::new(core.clone()),
            records: Records::new(core.clone(), Arc::clone(&plain_words)),
            releases: Releases::new(core.clone()),
            plain_words,
            self_care: SelfCare::new(core.clone()),
            summaries: Summaries::new(core.clone()),
            hidings: Hidings::new(core.clone()),
            core,
        }
    }

    /// The same, with these plain words instead of those that come with the program.
    #[must_use]
    pub fn with_plain_words(mut self, plain_words: PlainWords) -> Self {
        self.plain_words = Arc::new(plain_words);
        self.imports = Imports::new(self.core.clone(), Arc::clone(&self.plain_words));
        self.records = Records::new(self.core.clone(), Arc::clone(&self.plain_words));
        self
    }
}
