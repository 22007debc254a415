//! What somebody else would see of a person's record, shown to the person: decided by the same rules and read by the same
//! statements as the real thing.

use crate::activity::{self, Event};
use crate::reader::Reader;
use crate::records::{one, part};
use crate::{Core, Cursor, EntryPage, EntryView, Overview, Records, ServiceError, Which, access};
use domain::access::{Actor, Ask, Assurance, Decision, Standing, Subject, View, decide};
use domain::audit::{Action, Purpose};
use domain::record::Category;
use domain::relationship::{Delegation, LegalBasis, Reason, Standing as Stands, Status};
use domain::scope::{Categories, Labels, Scopes};
use domain::team::{Membership, StaffRole};
use domain::when::london_day;
use domain::{AccountId, EntryId, MemberId, OrganisationId, PersonId, RelationshipId};
use store::{StoreError, Tx, hiding, relationship, staff};
use uuid::Uuid;

/// Who would look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preview {
    /// Somebody who acts for the person, or would: as if it were in force today.
    Carer(RelationshipId),
    /// Somebody who does not yet, with what they would be let into.
    Draft {
        /// What they could see or do.
        scopes: Scopes,
        /// Entries of which sensitivity.
        labels: Labels,
        /// Categories that would be hidden from them.
        hidden: Categories,
    },
    /// A clinician of an organisation, in no emergency.
    Organisation(OrganisationId),
}

impl Records {
    /// What they would see at a glance.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for anybody but the person themself, and where there is no such carer or organisation;
    /// [`ServiceError`] when the database fails.
    pub async fn preview_overview(&self, actor: &Actor, person: PersonId, preview: Preview) -> Result<Overview, ServiceError> {
        let (mut tx, subject, reader) = self.open_preview(actor, person, preview).await?;
        let overview = self.glance(&mut tx, &reader).await?;
        drop(tx);
        activity::disclose(&self.core, looked(actor, subject, preview, "overview")).await?;
        Ok(overview)
    }

    /// What they would see of a category.
    ///
    /// # Errors
    /// As [`Records::preview_overview`] and [`Records::list`].
    pub async fn preview_list(
        &self,
        actor: &Actor,
        person: PersonId,
        preview: Preview,
        category: Category,
        which: Which,
        after: Option<Cursor>,
    ) -> Result<EntryPage, ServiceError> {
        let (mut tx, subject, reader) = self.open_preview(actor, person, preview).await?;
        let page = part(&mut tx, &reader, category, which, after).await?;
        drop(tx);
        let event = looked(actor, subject, preview, "list").about("category", category.code()).about("which", which.code());
        activity::disclose(&self.core, event).await?;
        Ok(page)
    }

    /// What they would see of the current part of a category, and of the past one: one look.
    ///
    /// # Errors
    /// As [`Records::preview_list`].
    pub async fn preview_current_and_past(
        &self,
        actor: &Actor,
        person: PersonId,
        preview: Preview,
        category: Category,
    ) -> Result<[EntryPage; 2], ServiceError> {
        let (mut tx, subject, reader) = self.open_preview(actor, person, preview).await?;
        let current = part(&mut tx, &reader, category, Which::Current, None).await?;
        let past = part(&mut tx, &reader, category, Which::Past, None).await?;
        drop(tx);
        let event = looked(actor, subject, preview, "list").about("category", category.code()).about("which", Which::All.code());
        activity::disclose(&self.core, event).await?;
        Ok([current, past])
    }

    /// What they would see of an entry.
    ///
    /// # Errors
    /// As [`Records::preview_overview`] and [`Records::entry`].
    pub async fn preview_entry(
        &self,
        actor: &Actor,
        person: PersonId,
        preview: Preview,
        id: EntryId,
    ) -> Result<EntryView, ServiceError> {
        let (mut tx, subject, reader) = self.open_preview(actor, person, preview).await?;
        let view = one(&mut tx, &reader, id).await?;
        drop(tx);
        activity::disclose(&self.core, looked(actor, subject, preview, "entry").about("entry", id)).await?;
        Ok(view)
    }

    async fn open_preview(
        &self,
        actor: &Actor,
        person: PersonId,
        preview: Preview,
    ) -> Result<(Tx, Subject, Reader), ServiceError> {
        let mut tx = self.core.read().await?;
        match access::require(&self.core, &mut tx, actor, person, Ask::ManageSharing).await {
            Ok(subject) => {
                let view = view(&self.core, &mut tx, person, preview).await?;
                Ok((tx, subject, Reader::new(person, view)))
            }
            Err(error) => {
                drop(tx);
                Err(access::refused_on(&self.core, actor, person, error, "preview").await)
            }
        }
    }
}

fn looked(actor: &Actor, subject: Subject, preview: Preview, page: &'static str) -> Event {
    let event = Event::on_record(actor, subject, Action::Previewed, Purpose::OwnCare).about("page", page);
    match preview {
        Preview::Carer(id) => event.about("carer", id),
        Preview::Draft { .. } => event.about("draft", true),
        Preview::Organisation(id) => event.about("team", id),
    }
}

/// The view that the rules about access give them.
async fn view(core: &Core, tx: &mut Tx, person: PersonId, preview: Preview) -> Result<View, ServiceError> {
    let today = london_day(core.now());
    let nobody = AccountId::from_uuid(Uuid::nil());
    let (actor, standing) = match preview {
        Preview::Carer(id) => {
            let row = relationship::by_id(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
            let hidden = relationship::hidden_categories(tx, person, id).await?;
            let delegation = Delegation { ends_on: None, starts_on: today, standing: in_force(), ..row.delegation(hidden)? };
            (Actor::Account { id: nobody, assurance: Assurance::SecondStep }, Standing::Carer(delegation))
        }
        Preview::Draft { scopes, labels, hidden } => {
            let known = |(word,): (String,)| {
                Category::from_code(&word).ok_or_else(|| StoreError::corrupt("a hidden category is unknown"))
            };
            let from_all = hiding::from_all(tx, person).await?.into_iter().map(known).collect::<Result<Categories, _>>()?;
            let delegation = Delegation {
                id: RelationshipId::from_uuid(Uuid::nil()),
                standing: in_force(),
                legal_basis: LegalBasis::Consent,
                scopes,
                labels,
                hidden: hidden.iter().chain(from_all.iter()).collect(),
                starts_on: today,
                ends_on: None,
            };
            (Actor::Account { id: nobody, assurance: Assurance::SecondStep }, Standing::Carer(delegation))
        }
        Preview::Organisation(organisation) => {
            if staff::kind(tx, organisation).await?.is_none() {
                return Err(ServiceError::NotFound);
            }
            let (shared, own) = access::shared_with(tx, person, organisation).await?;
            let place = Membership {
                member: MemberId::from_uuid(Uuid::nil()),
                organisation,
                role: StaffRole::Clinician,
                ended: false,
                // One that holds no record of the person sees nothing.
                own_person: true,
                shared: if own { shared } else { Labels::NONE },
                emergency: None,
            };
            let actor = Actor::Staff { id: nobody, assurance: Assurance::SecondStep, member: place.member };
            (actor, Standing::Member(place))
        }
    };
    match decide(&actor, &standing, Ask::ReadRecord, today) {
        Decision::Allow(access) => Ok(access.view),
        Decision::Deny(denial) => Err(denial.into()),
    }
}

const fn in_force() -> Stands {
    Stands { status: Status::Active, reason: Reason::RoleActivated }
}
