//! Looking after oneself: goals, things to read, apps and groups that help, and all of it on one page.

mod files;
mod goals;
mod goals_seen;
mod learning;
mod plan;
mod reminders;
mod support;
mod taking;
mod team;

pub(crate) use goals_seen::in_hand;
pub(crate) use taking::resources;

pub use files::SelfCareFiles;
pub use goals::GoalForm;
pub use goals_seen::{CommentSeen, GoalEvent, GoalPage, GoalSeen, GoalsSeen};
pub use learning::{ArticleSeen, GivenSeen, LearningSeen};
pub use plan::SelfCarePlan;
pub use support::{SavedSeen, SupportAsked, SupportFound, SupportSeen};

use crate::activity::{self, Event};
use crate::reader::{Reader, allowed};
use crate::records::purpose;
use crate::typed::text;
use crate::{Core, ServiceError, access};
use domain::PersonId;
use domain::access::{Actor, Ask, Subject};
use domain::audit::Action;
use domain::goal::Kind;
use domain::record::{Category, Sensitivity};
use domain::self_care::{Problem, Topic, topics_of};
use futures::future::BoxFuture;
use store::{Tx, record};

/// What an event calls these pages.
const PAGE: &str = "self-care";
/// The system of SNOMED CT codes.
const SNOMED: &str = "http://snomed.info/sct";

/// The use cases of looking after oneself.
#[derive(Clone)]
pub struct SelfCare {
    core: Core,
}

impl SelfCare {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// A snapshot, for whoever may see this of the person; a refusal is audited.
    async fn enter(&self, actor: &Actor, person: PersonId, ask: Ask) -> Result<(Tx, Subject, Reader), ServiceError> {
        self.core.enter(actor, person, ask, PAGE).await
    }

    /// The same to see it, with whether they may record for the person.
    async fn look(&self, actor: &Actor, person: PersonId) -> Result<(Tx, Subject, Reader, bool), ServiceError> {
        self.core.enter_and(actor, person, (Ask::SeeReadings, Ask::RecordReadings), PAGE).await
    }

    async fn refused(&self, actor: &Actor, person: PersonId, error: ServiceError) -> ServiceError {
        access::refused_on(&self.core, actor, person, error, PAGE).await
    }

    /// Does an act about a person in one transaction; a refusal is audited.
    async fn act<T, F>(&self, actor: &Actor, person: PersonId, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        self.core.act_on(actor, person, PAGE, body).await
    }

    async fn looked(&self, actor: &Actor, subject: Subject, what: &'static str) -> Result<(), ServiceError> {
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE).about("part", what);
        activity::disclose(&self.core, event).await
    }

    /// What the person has now, as far as the reader may read it in the record: none where they may read no problems.
    async fn topics(&self, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Vec<Topic>, ServiceError> {
        let allowed = match access::open(&self.core, tx, actor, person, Ask::ReadRecord).await {
            Ok(allowed) => allowed,
            Err(ServiceError::NotFound) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let reader = Reader::new(person, allowed.view, self.core.now());
        let rows = record::problems(tx, person, &reader.filter).await?;
        let problems = rows
            .into_iter()
            .map(|row| Problem { code: row.code.filter(|_| row.code_system.as_deref() == Some(SNOMED)), title: row.title });
        Ok(topics_of(&problems.collect::<Vec<_>>()))
    }
}

/// What goals may be about that are open to the reader.
fn open_kinds(reader: &Reader) -> Vec<Kind> {
    Kind::ALL.iter().copied().filter(|kind| opens(reader, kind.sensitivity())).collect()
}

/// Whether what is so sensitive is open to the reader: as readings from home are.
fn opens(reader: &Reader, sensitivity: Sensitivity) -> bool {
    reader.is_owner() || reader.view.opens(Category::Result, sensitivity)
}
