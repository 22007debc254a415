//! A person lets in an organisation that holds nothing of theirs, so that those who work there can find them and see what
//! is shared with organisations of its kind; for a time, and until they say otherwise.

use crate::activity::{self, Event};
use crate::records::purpose;
use crate::{FieldProblem, Organisation, ServiceError, Sharing, access};
use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use domain::access::{Actor, Ask};
use domain::audit::Action;
use domain::when::london_day;
use domain::{OrganisationId, PersonId};
use store::let_in::{self, NewLetIn};
use store::{organisation, person_write, staff};
use uuid::Uuid;

/// The most organisations that a search shows.
const FOUND: usize = 20;
/// The fewest letters that are looked for.
const FEWEST: usize = 3;

/// For how long an organisation is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetInFor {
    /// Today and tomorrow: a visit.
    Visit,
    /// A month.
    Month,
    /// A year.
    Year,
}

impl LetInFor {
    /// Every one, the shortest first.
    pub const ALL: [Self; 3] = [Self::Visit, Self::Month, Self::Year];

    /// Its code in a form.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// Its last day, where it begins on this one.
    fn last_day(self, today: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Visit => today.checked_add_days(Days::new(1)),
            Self::Month => today.checked_add_months(Months::new(1)),
            Self::Year => today.checked_add_months(Months::new(12)),
        }
    }
}

/// An organisation that is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetIn {
    /// Which.
    pub organisation: Organisation,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Its last day.
    pub ends_on: NaiveDate,
}

/// What is sent to let an organisation in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LetInForm {
    /// Which, by id.
    pub organisation: String,
    /// [`LetInFor`] by code.
    pub how_long: String,
    /// The form's one-time id.
    pub submission: String,
}

impl Sharing {
    /// Whom the person has let in, by name. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but the person; a failing database.
    pub async fn let_in_now(&self, actor: &Actor, person: PersonId) -> Result<Vec<LetIn>, ServiceError> {
        let (mut tx, subject) = self.open(actor, person).await?;
        let rows = let_in::of_person(&mut tx, person, london_day(self.core().now())).await?;
        drop(tx);
        let seen = rows
            .into_iter()
            .map(|row| Ok(LetIn { organisation: row.organisation.try_into()?, since: row.began_at, ends_on: row.ends_on }))
            .collect::<Result<Vec<_>, ServiceError>>()?;
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "let-in");
        activity::disclose(self.core(), event).await?;
        Ok(seen)
    }

    /// The organisations with these letters in their name, or this code, by name: at most 20, without those that look after
    /// the person already.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`name`) where fewer than three letters are looked for; [`ServiceError::NotFound`] to
    /// anybody but the person.
    pub async fn organisations_named(
        &self,
        actor: &Actor,
        person: PersonId,
        name: &str,
    ) -> Result<Vec<Organisation>, ServiceError> {
        let (mut tx, _) = self.open(actor, person).await?;
        let wanted = name.trim().to_lowercase();
        if wanted.chars().count() < FEWEST {
            return Err(ServiceError::field("name", format!("Enter at least {FEWEST} letters of its name")));
        }
        let rows = organisation::all(&mut tx).await?;
        let fits =
            |row: &organisation::OrganisationRow| row.name.to_lowercase().contains(&wanted) || row.code.to_lowercase() == wanted;
        let mut found: Vec<_> = rows.into_iter().filter(fits).collect();
        found.sort_by(|a, b| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
        let own: Vec<Uuid> = organisation::of_person(&mut tx, person, london_day(self.core().now()))
            .await?
            .into_iter()
            .map(|row| row.id)
            .collect();
        found.retain(|row| !own.contains(&row.id));
        found.truncate(FOUND);
        Ok(found.into_iter().map(Organisation::try_from).collect::<Result<_, _>>()?)
    }

    /// Lets an organisation in from now on; one that is in already stays so until the new last day. The same `submission`
    /// twice is one act. Gives the last day.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`organisation`, `how_long`); [`ServiceError::NotFound`] to anybody but the person.
    pub async fn let_in(&self, actor: &Actor, person: PersonId, form: &LetInForm) -> Result<NaiveDate, ServiceError> {
        let (tx, _) = self.open(actor, person).await?;
        drop(tx);
        let (organisation, ends_on, submission) = read(form, london_day(self.core().now()))?;
        let who = actor.clone();
        let done = self.core().write(move |core, tx| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &who, person, Ask::ManageSharing).await?;
                // One at a time, so that a form sent twice at once is one act.
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                if let_in::was_sent(tx, person, submission).await? {
                    return Ok(ends_on);
                }
                if staff::kind(tx, organisation).await?.is_none() {
                    return Err(ServiceError::field("organisation", "Choose who you want to let in"));
                }
                if staff::has_person(tx, organisation, person).await? {
                    return Err(ServiceError::field("organisation", "They look after you already, so you need not let them in"));
                }
                let_in::end(tx, person, organisation, core.now()).await?;
                let new = NewLetIn { person, id: core.new_id(), organisation, submission, began_at: core.now(), ends_on };
                let_in::insert(tx, &new).await?;
                let event = Event::on_record(&who, subject, Action::SharingChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", "let-in").about("with", organisation)).await?;
                Ok(ends_on)
            })
        });
        match done.await {
            Err(error) => Err(access::refused_on(self.core(), actor, person, error, "sharing").await),
            done => done,
        }
    }

    /// Shuts an organisation out again, from the next click of those who work there. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but the person.
    pub async fn shut_out(&self, actor: &Actor, person: PersonId, organisation: OrganisationId) -> Result<(), ServiceError> {
        let who = actor.clone();
        let done = self.core().write(move |core, tx| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &who, person, Ask::ManageSharing).await?;
                if !let_in::end(tx, person, organisation, core.now()).await? {
                    return Ok(());
                }
                let event = Event::on_record(&who, subject, Action::SharingChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", "shut-out").about("with", organisation)).await
            })
        });
        match done.await {
            Err(error) => Err(access::refused_on(self.core(), actor, person, error, "sharing").await),
            done => done,
        }
    }
}

fn read(form: &LetInForm, today: NaiveDate) -> Result<(OrganisationId, NaiveDate, Uuid), ServiceError> {
    let organisation = form.organisation.parse().map_err(|_| FieldProblem::new("organisation", "Choose who you want to let in"));
    let ends_on = LetInFor::ALL
        .into_iter()
        .find(|one| one.code() == form.how_long)
        .and_then(|one| one.last_day(today))
        .ok_or_else(|| FieldProblem::new("how_long", "Choose for how long"));
    let submission = form.submission.parse().map_err(|_| FieldProblem::not_whole());
    match (organisation, ends_on, submission) {
        (Ok(organisation), Ok(ends_on), Ok(submission)) => Ok((organisation, ends_on, submission)),
        (organisation, ends_on, submission) => {
            let problems = [organisation.err(), ends_on.err(), submission.err()];
            Err(ServiceError::Fields(problems.into_iter().flatten().collect()))
        }
    }
}
