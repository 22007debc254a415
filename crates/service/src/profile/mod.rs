//! What people say about themselves: how to reach them, whom to tell, what they need, how pages look for them, and notes of their
//! own. Kept beside what services recorded, never over it.

mod copying;
mod details;
mod display;
mod in_time;
mod needs;
mod notes;
mod taking;

pub use copying::{AskedToCopy, ToCopy};
pub(crate) use copying::{ask_practice, asked, moved};
pub(crate) use details::named_here;
pub use details::{AboutForm, ContactForm, DetailsSeen, DetailsVersion, OwnContacts, PeopleForm, RecordedDetails, SavedPart};
pub(crate) use in_time::OwnEyes;
pub use in_time::{OwnLine, OwnThing};
pub use needs::{CarerNeeds, NeedsForm, NeedsOf, NeedsSeen, NeedsVersion, TeamNeeds};
pub(crate) use needs::{in_words, needs_at_clinic, needs_of, team_needs};
pub use notes::{NoteForm, NotePage, NoteSeen, NoteVersion, NotesSeen};
pub(crate) use taking::resources;

use crate::activity::{self, Event};
use crate::reader::Reader;
use crate::records::purpose;
use crate::{Core, FieldProblem, ServiceError};
use domain::PersonId;
use domain::access::{Actor, Ask, Subject};
use domain::audit::Action;
use domain::profile::{LineError, line};
use futures::future::BoxFuture;
use store::{Tx, person};
use uuid::Uuid;

/// What an event calls these pages.
const PAGE: &str = "profile";
/// How many versions a page shows.
const MOST_VERSIONS: i64 = 200;

/// The use cases of what people say about themselves.
#[derive(Clone)]
pub struct Profile {
    core: Core,
}

impl Profile {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// A snapshot, for whoever may do this; a refusal is audited.
    async fn enter(&self, actor: &Actor, person: PersonId, ask: Ask) -> Result<(Tx, Subject, Reader), ServiceError> {
        self.core.enter(actor, person, ask, PAGE).await
    }

    /// The same, with whether they may change what the person says of themselves.
    async fn look(&self, actor: &Actor, person: PersonId, ask: Ask) -> Result<(Tx, Subject, Reader, bool), ServiceError> {
        self.core.enter_and(actor, person, (ask, Ask::KeepProfile), PAGE).await
    }

    /// Does an act about a person in one transaction; a refusal is audited.
    async fn act<T, F>(&self, actor: &Actor, person: PersonId, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        self.core.act_on(actor, person, PAGE, body).await
    }

    async fn looked(&self, actor: &Actor, subject: Subject, page: &'static str) -> Result<(), ServiceError> {
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", page);
        activity::disclose(&self.core, event).await
    }
}

/// What the person is called.
async fn name_of(tx: &mut Tx, person: PersonId) -> Result<String, ServiceError> {
    Ok(person::by_id(tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?.display_name())
}

/// The one-time id of a form, and the version that its page showed.
fn asked_once(submission: &str, version: &str) -> Result<(Uuid, i32), ServiceError> {
    submission.parse().ok().zip(version.parse().ok()).ok_or_else(ServiceError::not_whole)
}

/// What was typed on one line; empty where nothing was.
fn one_line(field: &str, typed: &str) -> Result<String, FieldProblem> {
    line(typed).map_err(|error| FieldProblem::new(field, wrong_line(error)))
}

fn wrong_line(error: LineError) -> String {
    match error {
        LineError::Long => "Use 100 letters or fewer".to_owned(),
        LineError::Lines => "Use 6 lines or fewer".to_owned(),
        LineError::Signs(told) => told,
    }
}
