//! What a person hides from those who act for them, and how sensitive they say that an entry is.

use crate::activity::{self, Event};
use crate::prescriptions::hidden;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::audit::{Action, Purpose};
use domain::record::{Category, Sensitivity};
use domain::{EntryId, HidingId, PersonId, RelationshipId, When};
use serde::Serialize;
use store::hiding::{self, Hidden, HidingRow};
use store::{StoreError, Tx, person_write, record, relationship};

/// From whom something is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum HiddenFrom {
    /// Everybody who acts for the person, now and later.
    All,
    /// One of them.
    Relationship(RelationshipId),
}

impl HiddenFrom {
    const fn relationship(self) -> Option<RelationshipId> {
        match self {
            Self::All => None,
            Self::Relationship(id) => Some(id),
        }
    }
}

/// What is hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum HiddenThing {
    /// One entry.
    Entry {
        /// Its id.
        id: EntryId,
        /// Where it belongs; absent, as are the others, where its source withdrew it.
        category: Option<Category>,
        /// What sort of thing it is.
        kind: Option<String>,
        /// Its name.
        title: Option<String>,
        /// When it happened.
        happened: Option<When>,
    },
    /// A whole category.
    Category(Category),
}

/// A choice to hide something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HidingSeen {
    /// Its id.
    pub id: HidingId,
    /// What.
    pub what: HiddenThing,
    /// From whom.
    pub from: HiddenFrom,
    /// The carer's name, where it is one of them.
    pub carer: Option<String>,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Who does not see an entry, and how sensitive it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryPrivacy {
    /// Where it is hidden as an entry, the last choice first.
    pub hidings: Vec<HidingSeen>,
    /// Where its whole category is hidden.
    pub of_category: Vec<HidingSeen>,
    /// How sensitive its source says that it is, or what it is about.
    pub source: Sensitivity,
    /// How sensitive the person says that it is; that holds.
    pub chosen: Option<Sensitivity>,
    /// How many other entries take words from it. Where it is hidden they show none of these.
    pub mentioned_in: u64,
}

impl EntryPrivacy {
    /// How sensitive it is.
    #[must_use]
    pub fn sensitivity(&self) -> Sensitivity {
        self.chosen.unwrap_or(self.source)
    }
}

/// The use cases of hiding and labelling; for the person alone. Each may be repeated without harm.
#[derive(Clone)]
pub struct Hidings {
    core: Core,
}

impl Hidings {
    pub(crate) fn new(core: Core) -> Self {
        Self { core }
    }

    /// Hides an entry. What is hidden already stays so, under the same id.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the record is not the actor's own, and for an entry or a carer that is not there;
    /// [`ServiceError`] when the database fails.
    pub async fn hide_entry(
        &self,
        actor: &Actor,
        person: PersonId,
        entry: EntryId,
        from: HiddenFrom,
    ) -> Result<HidingId, ServiceError> {
        self.hide(actor, person, Hidden::Entry(entry), from).await
    }

    /// Hides a category with all that comes into it later.
    ///
    /// # Errors
    /// As [`Hidings::hide_entry`]; [`ServiceError::NotFound`] too for a category without a page.
    pub async fn hide_category(
        &self,
        actor: &Actor,
        person: PersonId,
        category: Category,
        from: HiddenFrom,
    ) -> Result<HidingId, ServiceError> {
        if !Category::SHOWN.contains(&category) {
            return Err(ServiceError::NotFound);
        }
        self.hide(actor, person, Hidden::Category(category), from).await
    }

    /// Takes a choice to hide back. One that is not there is taken back already.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the record is not the actor's own; [`ServiceError`] when the database fails.
    pub async fn show_again(&self, actor: &Actor, person: PersonId, id: HidingId) -> Result<(), ServiceError> {
        let by = actor.clone();
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &by, person, Ask::ManageSharing).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let Some(row) = hiding::by_id(tx, person, id).await? else { return Ok(()) };
                hiding::remove(tx, person, id).await?;
                let from = row.relationship_id.map(RelationshipId::from_uuid);
                let event = changed(&by, subject, what(&row)?, from).about("change", "shown");
                activity::append(&core, tx, event).await
            })
        });
        self.told(actor, person, done.await).await
    }

    /// Says how sensitive an entry is; `None` leaves it to its source again. A newer version of the entry keeps it.
    ///
    /// # Errors
    /// As [`Hidings::hide_entry`].
    pub async fn relabel(
        &self,
        actor: &Actor,
        person: PersonId,
        entry: EntryId,
        chosen: Option<Sensitivity>,
    ) -> Result<(), ServiceError> {
        let by = actor.clone();
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &by, person, Ask::ManageSharing).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let label = record::label_of(tx, person, entry, core.now()).await?.ok_or(ServiceError::NotFound)?;
                if label.chosen()? == chosen {
                    return Ok(());
                }
                record::relabel(tx, person, entry, chosen).await?;
                hidden(&core, tx, person).await?;
                let event = Event::on_record(&by, subject, Action::LabelChanged, Purpose::OwnCare).about("entry", entry);
                activity::append(&core, tx, event).await
            })
        });
        self.told(actor, person, done.await).await
    }

    /// Who does not see an entry, and how sensitive it is.
    ///
    /// # Errors
    /// As [`Hidings::hide_entry`].
    pub async fn of_entry(&self, actor: &Actor, person: PersonId, entry: EntryId) -> Result<EntryPrivacy, ServiceError> {
        let (mut tx, _) = self.open(actor, person).await?;
        let now = self.core.now();
        let row = record::entry(&mut tx, person, &record::Filter::Everything { at: now }, entry)
            .await?
            .ok_or(ServiceError::NotFound)?;
        let label = record::label_of(&mut tx, person, entry, now).await?.ok_or(ServiceError::NotFound)?;
        let category = row.line.category()?;
        let seen = |rows: Vec<HidingRow>| rows.into_iter().map(seen).collect::<Result<Vec<_>, _>>();
        // How it may be seen is no more than its own page shows, which is audited.
        Ok(EntryPrivacy {
            hidings: seen(hiding::of(&mut tx, person, Hidden::Entry(entry)).await?)?,
            of_category: seen(hiding::of(&mut tx, person, Hidden::Category(category)).await?)?,
            source: label.sensitivity()?,
            chosen: label.chosen()?,
            mentioned_in: u64::try_from(record::mentioning(&mut tx, person, entry, now).await?).unwrap_or_default(),
        })
    }

    /// Everything that is hidden, the last choice first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the record is not the actor's own; [`ServiceError`] when the database fails.
    pub async fn of_person(&self, actor: &Actor, person: PersonId) -> Result<Vec<HidingSeen>, ServiceError> {
        let (mut tx, subject) = self.open(actor, person).await?;
        let rows = hiding::of_person(&mut tx, person).await?;
        drop(tx);
        let hidings = rows.into_iter().map(seen).collect::<Result<_, _>>()?;
        let event = Event::on_record(actor, subject, Action::Read, Purpose::OwnCare).about("page", "hidings");
        activity::disclose(&self.core, event).await?;
        Ok(hidings)
    }

    async fn hide(&self, actor: &Actor, person: PersonId, what: Hidden, from: HiddenFrom) -> Result<HidingId, ServiceError> {
        let by = actor.clone();
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &by, person, Ask::ManageSharing).await?;
                // Of two who hide the same at once, the second finds what the first did.
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                if let Hidden::Entry(entry) = what {
                    record::label_of(tx, person, entry, core.now()).await?.ok_or(ServiceError::NotFound)?;
                }
                let relationship = from.relationship();
                if let Some(id) = relationship {
                    relationship::by_id(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                }
                let same = |row: &&HidingRow| row.relationship_id == relationship.map(|id| id.as_uuid());
                if let Some(row) = hiding::of(tx, person, what).await?.iter().find(same) {
                    return Ok(HidingId::from_uuid(row.id));
                }
                let id = HidingId::from_uuid(core.new_id());
                hiding::add(tx, person, id, what, relationship, core.now()).await?;
                hidden(&core, tx, person).await?;
                let event = changed(&by, subject, what, relationship).about("change", "hidden");
                activity::append(&core, tx, event).await?;
                Ok(id)
            })
        });
        self.told(actor, person, done.await).await
    }

    async fn open(&self, actor: &Actor, person: PersonId) -> Result<(Tx, Subject), ServiceError> {
        let (tx, subject, _) = self.core.enter(actor, person, Ask::ManageSharing, "hidings").await?;
        Ok((tx, subject))
    }

    /// The outcome of an act; a refusal is audited.
    async fn told<T>(&self, actor: &Actor, person: PersonId, done: Result<T, ServiceError>) -> Result<T, ServiceError> {
        match done {
            Ok(value) => Ok(value),
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "hidings").await),
        }
    }
}

fn changed(actor: &Actor, subject: Subject, what: Hidden, from: Option<RelationshipId>) -> Event {
    let event = Event::on_record(actor, subject, Action::HidingChanged, Purpose::OwnCare);
    let event = match what {
        Hidden::Entry(id) => event.about("entry", id),
        Hidden::Category(category) => event.about("category", category.code()),
    };
    match from {
        Some(id) => event.about("carer", id),
        None => event.about("carer", "all"),
    }
}

fn what(row: &HidingRow) -> Result<Hidden, StoreError> {
    match (row.entry_id, row.category.as_deref().and_then(Category::from_code)) {
        (Some(id), _) => Ok(Hidden::Entry(EntryId::from_uuid(id))),
        (None, Some(category)) => Ok(Hidden::Category(category)),
        (None, None) => Err(StoreError::corrupt("a hiding hides nothing")),
    }
}

fn seen(row: HidingRow) -> Result<HidingSeen, StoreError> {
    let what = match what(&row)? {
        Hidden::Category(category) => HiddenThing::Category(category),
        Hidden::Entry(id) => HiddenThing::Entry {
            id,
            category: row.entry_category.as_deref().and_then(Category::from_code),
            kind: row.kind,
            title: row.title,
            happened: row.happened.as_deref().and_then(|when| When::parse(when).ok()),
        },
    };
    Ok(HidingSeen {
        id: HidingId::from_uuid(row.id),
        what,
        from: row.relationship_id.map_or(HiddenFrom::All, |id| HiddenFrom::Relationship(RelationshipId::from_uuid(id))),
        carer: row.carer_name,
        since: row.created_at,
    })
}
