//! What somebody else would see of a person's record, shown to the person: decided by the same rules and read by the same
//! statements as the real thing.

use crate::access::Bond;
use crate::activity::{self, Event};
use crate::carers;
use crate::profile::{OwnEyes, OwnLine};
use crate::reader::Reader;
use crate::records::{glance, one, part};
use crate::{
    Core, Cursor, EntryPage, EntryView, Narrowing, Overview, Records, ResultsPage, ServiceError, TimelinePage, Which, access,
    appointments, questionnaires, readings, results, timeline,
};
use chrono::NaiveDate;
use domain::access::{Actor, Ask, Assurance, Decision, Standing, Subject, decide};
use domain::audit::{Action, Purpose};
use domain::reading::Measure;
use domain::record::Category;
use domain::relationship::{Delegation, LegalBasis, Reason, Standing as Stands, Status};
use domain::scope::{Categories, Labels, Scopes};
use domain::team::{Membership, StaffRole};
use domain::when::london_day;
use domain::{AccountId, EntryId, MemberId, OrganisationId, PersonId, RelationshipId};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, hiding, questionnaire, reading, relationship, staff};
use uuid::Uuid;

/// Who would look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preview {
    /// Somebody who acts for the person, or would: as if it were in force today.
    Carer(RelationshipId),
    /// The same, if they were let into this instead. What is hidden from them stays so.
    Changed {
        /// Who.
        carer: RelationshipId,
        /// What they could see or do.
        scopes: Scopes,
        /// Entries of which sensitivity.
        labels: Labels,
    },
    /// Somebody who does not yet, with what they would be let into.
    Draft {
        /// What they could see or do.
        scopes: Scopes,
        /// Entries of which sensitivity.
        labels: Labels,
        /// Categories that would be hidden from them.
        hidden: Categories,
    },
    /// Somebody in this role at an organisation, in no emergency.
    Organisation(OrganisationId, StaffRole),
}

/// The most responses to questionnaires that are looked through.
const MOST_RESPONSES: i64 = 500;

/// What somebody would see of what is recorded here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordedSeen {
    /// Each measure of which there is a reading, and the day of the newest, in the order of the catalogue.
    pub measures: Vec<(Measure, NaiveDate)>,
    /// What the questionnaires are called that were filled in, the newest first.
    pub questionnaires: Vec<String>,
}

impl Preview {
    /// What is asked for with the form that lets somebody in, or with the one that changes what a carer may see and do:
    /// `scopes` and `labels` are their words.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`scopes`, `labels`), as the form itself would be refused.
    pub fn drafted(carer: Option<RelationshipId>, scopes: &str, labels: &str) -> Result<Self, ServiceError> {
        let (scopes, labels) = carers::chosen(scopes, labels)?;
        Ok(match carer {
            Some(carer) => Self::Changed { carer, scopes, labels },
            None => Self::Draft { scopes, labels, hidden: Categories::NONE },
        })
    }
}

impl Records {
    /// What they would see at a glance.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for anybody but the person themself, and where there is no such carer or organisation;
    /// [`ServiceError`] when the database fails.
    pub async fn preview_overview(
        &self,
        actor: &Actor,
        person: PersonId,
        preview: Preview,
    ) -> Result<(Overview, Option<RecordedSeen>), ServiceError> {
        let (mut tx, subject, reader, of_readings) = self.open_preview(actor, person, preview).await?;
        let overview = glance(&mut tx, &reader, None).await?;
        let recorded = match of_readings {
            Some(reader) => Some(recorded(&self.core, &mut tx, &reader).await?),
            None => None,
        };
        drop(tx);
        activity::disclose(&self.core, looked(actor, subject, preview, "overview")).await?;
        Ok((overview, recorded))
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
        let (mut tx, subject, reader, _) = self.open_preview(actor, person, preview).await?;
        let page = part(&mut tx, &reader, category, which, after).await?;
        drop(tx);
        let event = looked(actor, subject, preview, "list").about("category", category.code()).about("which", which.code());
        activity::disclose(&self.core, event).await?;
        Ok(page)
    }

    /// What they would see of the medicines that the person takes of their own accord, for the list beside which they stand: that is
    /// audited, and shows no more of them than this.
    ///
    /// # Errors
    /// As [`Records::preview_overview`].
    pub async fn preview_own_medicines(
        &self,
        actor: &Actor,
        person: PersonId,
        preview: Preview,
    ) -> Result<Vec<OwnLine>, ServiceError> {
        let (mut tx, _, reader, _) = self.open_preview(actor, person, preview).await?;
        let eyes = OwnEyes::previewed(&mut tx, person).await?;
        eyes.medicines(&mut tx, &reader).await
    }

    /// What they would see of the results of tests.
    ///
    /// # Errors
    /// As [`Records::preview_overview`] and [`Records::results`].
    pub async fn preview_results(
        &self,
        actor: &Actor,
        person: PersonId,
        preview: Preview,
        after: Option<Cursor>,
    ) -> Result<ResultsPage, ServiceError> {
        let (mut tx, subject, reader, _) = self.open_preview(actor, person, preview).await?;
        let page = results::page(&mut tx, &reader, after).await?;
        drop(tx);
        let event = looked(actor, subject, preview, "list").about("category", Category::Result.code()).about("which", "all");
        activity::disclose(&self.core, event).await?;
        Ok(page)
    }

    /// What they would see of the record in the order of time.
    ///
    /// # Errors
    /// As [`Records::preview_overview`] and [`Records::timeline`].
    pub async fn preview_timeline(
        &self,
        actor: &Actor,
        person: PersonId,
        preview: Preview,
        narrowing: Narrowing,
        after: Option<Cursor>,
    ) -> Result<TimelinePage, ServiceError> {
        let (mut tx, subject, reader, _) = self.open_preview(actor, person, preview).await?;
        let eyes = OwnEyes::previewed(&mut tx, person).await?;
        let page = timeline::page(&mut tx, &reader, &eyes, narrowing, after).await?;
        drop(tx);
        activity::disclose(&self.core, looked(actor, subject, preview, "timeline")).await?;
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
        let (mut tx, subject, reader, _) = self.open_preview(actor, person, preview).await?;
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
        let (mut tx, subject, reader, _) = self.open_preview(actor, person, preview).await?;
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
    ) -> Result<(Tx, Subject, Reader, Option<Reader>), ServiceError> {
        let mut tx = self.core.read().await?;
        match access::require(&self.core, &mut tx, actor, person, Ask::ManageSharing).await {
            Ok(subject) => {
                let (who, standing) = eyes(&self.core, &mut tx, person, preview).await?;
                let view = |ask| match decide(&who, &standing, ask, london_day(self.core.now())) {
                    Decision::Allow(access) => Ok(Reader::previewed(person, access.view, self.core.now())),
                    Decision::Deny(denial) => Err(ServiceError::from(denial)),
                };
                Ok((
                    tx,
                    subject,
                    view(Ask::ReadRecord)?,
                    view(Ask::SeeReadings).ok().filter(|reader| reader.view.has(Category::Result)),
                ))
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
        Preview::Changed { carer, .. } => event.about("carer", carer).about("draft", true),
        Preview::Draft { .. } => event.about("draft", true),
        Preview::Organisation(id, role) => event.about("team", id).about("role", role.code()),
    }
}

/// What they would see of what is recorded here, by the same rules as the pages of readings and questionnaires.
async fn recorded(core: &Core, tx: &mut Tx, reader: &Reader) -> Result<RecordedSeen, ServiceError> {
    let mut seen = RecordedSeen::default();
    for row in reading::newest(tx, reader.person).await? {
        let measure = row.measure()?;
        if readings::opens(reader, measure) {
            seen.measures.push((measure, london_day(row.taken_at)));
        }
    }
    seen.measures.sort_by_key(|(measure, _)| measure.place());
    let own = appointments::own_account(tx, reader.person).await?;
    for row in questionnaire::newest(tx, reader.person, MOST_RESPONSES).await? {
        let file = core.questionnaires().find(&row.questionnaire);
        let open = row.is_whole() && questionnaires::shows(reader, (&row, file), own)?;
        if open && !seen.questionnaires.contains(&row.title) {
            seen.questionnaires.push(row.title);
        }
    }
    Ok(seen)
}

/// Whose eyes they are, and how they stand to the person.
async fn eyes(core: &Core, tx: &mut Tx, person: PersonId, preview: Preview) -> Result<(Actor, Standing), ServiceError> {
    let today = london_day(core.now());
    let nobody = AccountId::from_uuid(Uuid::nil());
    Ok(match preview {
        Preview::Carer(id) | Preview::Changed { carer: id, .. } => {
            let row = relationship::by_id(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
            let hidden = relationship::hidden_categories(tx, person, id).await?;
            let held = row.delegation(hidden, None)?;
            let mut delegation = Delegation { ends_on: None, starts_on: today, standing: in_force(), ..held };
            if let Preview::Changed { scopes, labels, .. } = preview {
                (delegation.scopes, delegation.labels) = (scopes, labels);
            }
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
                closes_on: None,
            };
            (Actor::Account { id: nobody, assurance: Assurance::SecondStep }, Standing::Carer(delegation))
        }
        Preview::Organisation(organisation, role) => {
            if staff::kind(tx, organisation).await?.is_none() {
                return Err(ServiceError::NotFound);
            }
            let Bond { shared, own_person, let_in } = access::bond(core, tx, person, organisation).await?;
            let place = Membership {
                member: MemberId::from_uuid(Uuid::nil()),
                organisation,
                role,
                ended: false,
                // One that neither holds a record of the person nor was let in sees nothing.
                own_person: true,
                let_in,
                shared: if own_person || let_in { shared } else { Labels::NONE },
                emergency: None,
            };
            let actor = Actor::Staff { id: nobody, assurance: Assurance::SecondStep, member: place.member };
            (actor, Standing::Member(place))
        }
    })
}

const fn in_force() -> Stands {
    Stands { status: Status::Active, reason: Reason::RoleActivated }
}
