//! What every use case shares.

use crate::activity::Ledger;
use crate::reader::Reader;
use crate::{
    Clock, DiarySystem, Library, NoPrescribing, PasswordCost, PrescribingSystem, Random, SelfCareFiles, ServiceError,
    StolenPasswords, Texting, Tracking, access,
};
use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::access::{Actor, Ask, Subject};
use domain::age_rules::Rules;
use futures::future::BoxFuture;
use std::ops::AddAssign;
use std::sync::Arc;
use store::{Store, StoreError, Tx};
use uuid::Uuid;

/// How many people who are due are asked for in one read.
const STRIDE: i64 = 500;

/// What the operator decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address people use, without a slash at its end: links in mail and passkeys depend on it.
    pub public_url: String,
    /// What hashing a password costs.
    pub password_cost: PasswordCost,
    /// What happens to carers' access by itself.
    pub carer_rules: Rules,
    /// Text messages are sent: there is something to send them by.
    pub texts: bool,
}

#[derive(Clone)]
struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    diaries: Arc<dyn DiarySystem>,
    settings: Settings,
    prescribing: Arc<dyn PrescribingSystem>,
    tracking: Arc<Tracking>,
    questionnaires: Arc<Library>,
    texting: Option<Arc<Texting>>,
    self_care: Arc<SelfCareFiles>,
    stolen: Option<Arc<dyn StolenPasswords>>,
    ledger: Ledger,
}

/// The store, the clock, randomness, the ways to others' systems and the settings. Clones share them, and cost one count: every use case
/// has one, and every request clones all use cases.
#[derive(Clone)]
pub struct Core(Arc<Inner>);

impl Core {
    /// A core over these, from which no outside prescribing system can be reached, and to which nobody tells where prescriptions
    /// stand, with the questionnaires, articles and helps that come with the program.
    pub fn new(store: Store, clock: impl Clock, random: impl Random, diaries: impl DiarySystem, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            store,
            clock: Arc::new(clock),
            random: Arc::new(random),
            diaries: Arc::new(diaries),
            settings,
            prescribing: Arc::new(NoPrescribing),
            tracking: Arc::new(Tracking::default()),
            questionnaires: Arc::new(Library::shipped().unwrap_or_default()),
            texting: None,
            self_care: Arc::new(SelfCareFiles::shipped().unwrap_or_default()),
            stolen: None,
            ledger: Ledger::default(),
        }))
    }

    /// The same, with these as the systems in which practices decide about orders of medicines.
    #[must_use]
    pub fn with_prescribing(mut self, prescribing: impl PrescribingSystem) -> Self {
        Arc::make_mut(&mut self.0).prescribing = Arc::new(prescribing);
        self
    }

    /// The same, with these ways by which it is told where prescriptions stand.
    #[must_use]
    pub fn with_tracking(mut self, tracking: Tracking) -> Self {
        Arc::make_mut(&mut self.0).tracking = Arc::new(tracking);
        self
    }

    /// The same, with these questionnaires.
    #[must_use]
    pub fn with_questionnaires(mut self, library: Library) -> Self {
        Arc::make_mut(&mut self.0).questionnaires = Arc::new(library);
        self
    }

    /// The questionnaires that can be filled in.
    pub(crate) fn questionnaires(&self) -> &Library {
        &self.0.questionnaires
    }

    /// The same, with these things to read, and these apps, groups and helplines.
    #[must_use]
    pub fn with_self_care(mut self, files: SelfCareFiles) -> Self {
        Arc::make_mut(&mut self.0).self_care = Arc::new(files);
        self
    }

    /// What there is to read, and which apps, groups and helplines there are.
    pub(crate) fn self_care(&self) -> &SelfCareFiles {
        &self.0.self_care
    }

    /// The same, where passwords that were stolen elsewhere are refused.
    #[must_use]
    pub fn with_stolen_passwords(mut self, stolen: impl StolenPasswords) -> Self {
        Arc::make_mut(&mut self.0).stolen = Some(Arc::new(stolen));
        self
    }

    /// The passwords that were stolen elsewhere; absent where nobody gave any.
    pub(crate) fn stolen_passwords(&self) -> Option<&dyn StolenPasswords> {
        self.0.stolen.as_deref()
    }

    /// The same, taking in text messages.
    #[must_use]
    pub fn with_texting(mut self, texting: Option<Texting>) -> Self {
        Arc::make_mut(&mut self.0).texting = texting.map(Arc::new);
        self
    }

    /// How text messages come in; absent where none do.
    pub(crate) fn texting(&self) -> Option<&Texting> {
        self.0.texting.as_deref()
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Where looks wait to be noted together.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// How many looks wait to be noted: on the embedded engine, beside the acts that wait for its writer.
    #[must_use]
    pub fn looks_waiting(&self) -> u32 {
        u32::try_from(self.0.ledger.waiting()).unwrap_or(u32::MAX)
    }

    /// What the operator decided.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The systems in which others keep their appointments.
    pub(crate) fn diaries(&self) -> &dyn DiarySystem {
        &*self.0.diaries
    }

    /// The systems in which practices decide about orders of medicines.
    pub(crate) fn prescribing(&self) -> &dyn PrescribingSystem {
        &*self.0.prescribing
    }

    /// The ways by which it is told where prescriptions stand.
    pub(crate) fn tracking(&self) -> &Tracking {
        &self.0.tracking
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// A new id.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.0.random.id(self.now())
    }

    /// The source of secrets.
    #[must_use]
    pub fn random(&self) -> &dyn Random {
        &*self.0.random
    }

    /// Begins a read: one snapshot.
    pub(crate) async fn read(&self) -> Result<Tx, StoreError> {
        self.0.store.read().await
    }

    /// Begins a read about a person, for whoever may do this; a refusal is audited, as one of this page.
    pub(crate) async fn enter(
        &self,
        actor: &Actor,
        person: PersonId,
        ask: Ask,
        page: &'static str,
    ) -> Result<(Tx, Subject, Reader), ServiceError> {
        let (tx, subject, reader, []) = self.enter_and_each(actor, person, (ask, []), page).await?;
        Ok((tx, subject, reader))
    }

    /// The same, with whether they may do another thing as well: how they stand to the person is loaded once.
    pub(crate) async fn enter_and(
        &self,
        actor: &Actor,
        person: PersonId,
        (ask, also): (Ask, Ask),
        page: &'static str,
    ) -> Result<(Tx, Subject, Reader, bool), ServiceError> {
        let (tx, subject, reader, [may]) = self.enter_and_each(actor, person, (ask, [also]), page).await?;
        Ok((tx, subject, reader, may))
    }

    /// The same, with whether they may do each of other things.
    pub(crate) async fn enter_and_each<const N: usize>(
        &self,
        actor: &Actor,
        person: PersonId,
        asks: (Ask, [Ask; N]),
        page: &'static str,
    ) -> Result<(Tx, Subject, Reader, [bool; N]), ServiceError> {
        let mut tx = self.read().await?;
        match access::open_and(self, &mut tx, actor, person, asks).await {
            Ok((allowed, may)) => Ok((tx, allowed.subject, Reader::new(person, allowed.view, self.now()), may)),
            Err(error) => {
                drop(tx);
                Err(access::refused_on(self, actor, person, error, page).await)
            }
        }
    }

    /// Does something for each person who is due, and gives the sum of what was done. `people` gives those after a person, by id, at
    /// most so many. What cannot be read of one must not keep the others from theirs: `failed` says in the log what was not done.
    pub(crate) async fn each_due<T, P, O>(
        &self,
        failed: &'static str,
        people: impl Fn(Tx, PersonId, i64) -> P,
        one: impl Fn(PersonId) -> O,
    ) -> Result<T, ServiceError>
    where
        T: AddAssign + Default,
        P: Future<Output = Result<Vec<PersonId>, StoreError>>,
        O: Future<Output = Result<T, ServiceError>>,
    {
        let (mut done, mut after) = (T::default(), PersonId::from_uuid(Uuid::nil()));
        loop {
            let due = people(self.read().await?, after, STRIDE).await?;
            let Some(last) = due.last() else { return Ok(done) };
            after = *last;
            for person in due {
                match one(person).await {
                    Ok(more) => done += more,
                    Err(ServiceError::Internal(error)) => tracing::error!(%person, error, "{failed}"),
                    Err(other) => return Err(other),
                }
            }
        }
    }

    /// Does an act in one transaction; the body gets a clone of this core.
    pub(crate) async fn write<T, F>(&self, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Self, &'t mut Tx) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        self.try_write(body).await
    }

    /// Does an act about a person in one transaction; a refusal is audited, as one of this page.
    pub(crate) async fn act_on<T, F>(
        &self,
        actor: &Actor,
        person: PersonId,
        page: &'static str,
        body: F,
    ) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Self, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        let by = actor.clone();
        match self.write(move |core, tx| body(core, tx, by)).await {
            Err(error) => Err(access::refused_on(self, actor, person, error, page).await),
            done => done,
        }
    }

    /// Does an act of a care team in one transaction; a refusal is audited, as one of this page.
    pub(crate) async fn act_in_team<T, F>(&self, actor: &Actor, page: &'static str, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Self, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        let by = actor.clone();
        match self.write(move |core, tx| body(core, tx, by)).await {
            Err(error) => Err(access::refused(self, actor, error, page).await),
            done => done,
        }
    }

    /// The same as [`Core::write`] where a refusal is of a kind of its own.
    pub(crate) async fn try_write<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(Self, &'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let core = self.clone();
        self.0.store.write(move |tx| body(core, tx)).await
    }
}
