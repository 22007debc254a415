//! Apps, groups, charities and helplines: those that fit what somebody has, finding others, and a list of one's own.

use super::{SelfCare, allowed, opens};
use crate::activity::{self, Event};
use crate::reader::Reader;
use crate::records::purpose;
use crate::{Core, ServiceError};
use domain::PersonId;
use domain::access::{Actor, Ask};
use domain::audit::Action;
use domain::self_care::{Support, Topic};
use std::sync::Arc;
use store::Tx;
use store::self_care;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupportAsked {
    /// Words that it must hold.
    pub words: String,
    /// What it must be about.
    pub topic: Option<Topic>,
    /// A postcode, or its first half, where it must be for; empty for anywhere.
    pub postcode: String,
}

/// Something in somebody's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSeen {
    /// Its word in the directory.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its entry; absent where there is none any more.
    pub entry: Option<Arc<Support>>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportFound {
    /// The person's own list.
    pub saved: Vec<SavedSeen>,
    /// What fits what the person has now.
    pub suggested: Vec<Arc<Support>>,
    /// What was looked for.
    pub found: Vec<Arc<Support>>,
    /// What anything in the directory is about.
    pub topics: Vec<Topic>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportSeen {
    /// Its entry.
    pub entry: Arc<Support>,
    /// Whether it is in the person's list.
    pub saved: bool,
    /// Whether the reader may change that.
    pub may_record: bool,
}

impl SelfCare {
    /// The person's list, what fits them, and what is looked for. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's readings.
    pub async fn find_support(
        &self,
        actor: &Actor,
        person: PersonId,
        asked: &SupportAsked,
    ) -> Result<SupportFound, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::SeeReadings).await?;
        let saved = saved(&self.core, &mut tx, &reader).await?;
        let has = self.topics(&mut tx, actor, person).await?;
        drop(tx);
        let postcode = asked.postcode.trim();
        // A directory is of the places around whoever runs it: without a postcode all of it is shown.
        let near: Vec<&Arc<Support>> =
            self.core.self_care().support().iter().filter(|one| postcode.is_empty() || one.serves(Some(postcode))).collect();
        let fits = |one: &&&Arc<Support>| {
            one.topics.iter().any(|topic| has.contains(topic)) && !saved.iter().any(|kept| kept.id == one.id)
        };
        let suggested = near.iter().filter(fits).map(|one| Arc::clone(one)).collect();
        let asks =
            |one: &&&Arc<Support>| one.mentions(&asked.words) && asked.topic.is_none_or(|topic| one.topics.contains(&topic));
        let found = near.iter().filter(asks).map(|one| Arc::clone(one)).collect();
        let known = |topic: &Topic| self.core.self_care().support().iter().any(|one| one.topics.contains(topic));
        let topics = Topic::ALL.iter().copied().filter(known).collect();
        self.looked(actor, subject, "support").await?;
        Ok(SupportFound { saved, suggested, found, topics })
    }

    /// One of the directory. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, and to whoever may not see the person's readings.
    pub async fn support(&self, actor: &Actor, person: PersonId, id: &str) -> Result<SupportSeen, ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person).await?;
        let Some(entry) = self.core.self_care().one_support(id).cloned() else {
            drop(tx);
            return Err(self.refused(actor, person, ServiceError::NotFound).await);
        };
        let saved = saved(&self.core, &mut tx, &reader).await?.iter().any(|one| one.id == id);
        let may_record = may_record && opens(&reader, entry.sensitivity());
        drop(tx);
        self.looked(actor, subject, "support").await?;
        Ok(SupportSeen { entry, saved, may_record })
    }

    /// Keeps something in the person's list, or takes it out of it. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for what is not there, or is about what is not open to the reader, and to whoever may not record for the
    /// person.
    pub async fn keep_support(&self, actor: &Actor, person: PersonId, id: &str, keep: bool) -> Result<(), ServiceError> {
        let id = id.to_owned();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                let changed = if keep {
                    let entry = core.self_care().one_support(&id).filter(|entry| opens(&reader, entry.sensitivity())).cloned();
                    let entry = entry.ok_or(ServiceError::NotFound)?;
                    self_care::save(tx, person, (&id, &entry.name, entry.sensitivity()), (by, core.now())).await?
                } else {
                    // Also where the directory has it no more.
                    let kept = saved(&core, tx, &reader).await?.iter().any(|one| one.id == id);
                    kept && self_care::remove(tx, person, &id).await?
                };
                if !changed {
                    return Ok(());
                }
                let event = Event::on_record(&actor, subject, Action::SupportChanged, purpose(subject));
                let what = if keep { "kept" } else { "removed" };
                activity::append(&core, tx, event.about("what", what).about("support", id)).await
            })
        })
        .await
    }
}

/// The person's list, as far as it is open to the reader.
pub(super) async fn saved(core: &Core, tx: &mut Tx, reader: &Reader) -> Result<Vec<SavedSeen>, ServiceError> {
    let mut seen = Vec::new();
    for row in self_care::saved(tx, reader.person).await? {
        let entry = core.self_care().one_support(&row.support).cloned();
        if opens(reader, row.sensitivity()?) && entry.as_ref().is_none_or(|entry| opens(reader, entry.sensitivity())) {
            seen.push(SavedSeen { id: row.support, name: row.name, entry });
        }
    }
    Ok(seen)
}
