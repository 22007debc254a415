//! The daily job: what happens to relationships by itself as time goes by.

use super::apply::{settle, wait_for_practice};
use super::{Carers, purpose, step, subject, tell_both};
use crate::activity::{self, Event};
use crate::mail::CarerNews;
use crate::{Core, ServiceError, access};
use domain::access::Actor;
use domain::age_rules::{Action as Due, Facts, Rules, What, closes_on, due};
use domain::audit::{Action, Basis};
use domain::relationship::{By, Delegation, Reason, Standing, Status};
use domain::scope::Categories;
use domain::when::london_day;
use domain::{PersonId, RelationshipId};
use store::relationship::{self, RelationshipRow, RuleRow};
use store::{StoreError, Tx, invitation};
use uuid::Uuid;

/// How many relationships are looked at in one read.
const STRIDE: i64 = 200;
/// How often one relationship is looked at in one run: told of several things, then stopped, then ended.
const ROUNDS: usize = 8;

/// What a run of the rules did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RulesDone {
    /// Told both of what is coming.
    pub told: u64,
    /// Stopped until somebody has looked.
    pub stopped: u64,
    /// Ended.
    pub ended: u64,
}

impl Carers {
    /// Does what is due today, each in an act of its own. Safe to run at any time, as often as one likes, and by several
    /// servers at once: what is done is not done again.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; a failing database, and then what was done stays
    /// done.
    pub async fn run_rules(&self, actor: &Actor) -> Result<RulesDone, ServiceError> {
        let rules = self.core.settings().carer_rules;
        access::for_all(actor)?;
        let (mut done, mut after) = (RulesDone::default(), (Uuid::nil(), Uuid::nil()));
        loop {
            let mut tx = self.core.read().await?;
            let rows = relationship::open_after(&mut tx, after, STRIDE).await?;
            drop(tx);
            let Some(last) = rows.last() else { return Ok(done) };
            after = (last.relationship.person_id, last.relationship.id);
            for row in &rows {
                // What cannot be understood is told of when its turn comes.
                let mut waits = self.due(row, &rules).map_or(true, |due| due.is_some());
                for _ in 0..ROUNDS {
                    if !waits {
                        break;
                    }
                    let actor = actor.clone();
                    let (person, id) = (row.relationship.person(), row.relationship.relationship());
                    let did = self
                        .core
                        .write(move |core, tx| Box::pin(async move { one(&core, tx, &actor, (person, id), &rules).await }))
                        .await;
                    let did = match did {
                        // Somebody changed it at this moment: the next run looks again.
                        Err(ServiceError::Fields(_)) => None,
                        // One that cannot be read must not keep the others from what is due.
                        Err(ServiceError::Internal(error)) => {
                            tracing::error!(relationship = %id, error, "a rule could not be applied");
                            None
                        }
                        other => other?,
                    };
                    match did {
                        Some(Due::Notify(_)) => done.told += 1,
                        Some(Due::Suspend) => done.stopped += 1,
                        Some(Due::End(_)) => done.ended += 1,
                        None => {}
                    }
                    waits = did.is_some();
                }
            }
        }
    }

    fn due(&self, row: &RuleRow, rules: &Rules) -> Result<Option<Due>, StoreError> {
        Ok(due(&facts(row)?, rules, london_day(self.core.now())))
    }
}

/// A relationship as the decision about access needs it: closed from the day on which a rule closes it, also before the
/// rules have run.
pub(crate) async fn delegation(
    core: &Core,
    tx: &mut Tx,
    row: &RelationshipRow,
    hidden: Categories,
) -> Result<Delegation, ServiceError> {
    let mut closes = None;
    if row.standing()?.status == Status::Active
        && let Some(found) = relationship::facts(tx, row.person(), row.relationship()).await?
    {
        closes = closes_on(&facts(&found)?, &core.settings().carer_rules, london_day(core.now()));
    }
    Ok(row.delegation(hidden, closes)?)
}

fn facts(row: &RuleRow) -> Result<Facts, StoreError> {
    let held = &row.relationship;
    Ok(Facts {
        standing: held.standing()?,
        legal_basis: held.legal_basis()?,
        birth_date: row.birth_date,
        starts_on: held.starts_on,
        ends_on: held.ends_on,
        review_on: held.review_on,
        decided_on: held.decided_on,
        last_used_on: held.last_used_on,
        told_until: held.told_until,
        invited_until: row.invited_until.map(london_day),
        subject_deceased: row.subject_deceased,
        carer_deceased: row.carer_deceased.unwrap_or(false),
        practice_moved: held.organisation_id.is_some_and(|decided| row.practice_id.is_some_and(|now| now != decided)),
    })
}

/// Does the next thing that is due about one relationship, as it stands now.
async fn one(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    (person, id): (PersonId, RelationshipId),
    rules: &Rules,
) -> Result<Option<Due>, ServiceError> {
    let Some(found) = relationship::facts(tx, person, id).await? else { return Ok(None) };
    let today = london_day(core.now());
    let Some(action) = due(&facts(&found)?, rules, today) else { return Ok(None) };
    let row = found.relationship;
    match action {
        Due::Notify(coming) => {
            if !relationship::told(tx, person, id, coming.on).await? {
                return Ok(None);
            }
            let news = match coming.what {
                What::End(_) => CarerNews::ComingEnd(coming.on),
                What::Review => CarerNews::ComingReview(coming.on),
            };
            tell_both(core, tx, &row, news).await?;
        }
        Due::Suspend => {
            let to = Standing { status: Status::Inactive, reason: Reason::Suspended };
            let row = step(core, tx, row, to, None, (By::Rule, actor)).await?;
            wait_for_practice(core, tx, &row).await?;
            let event = Event::on_record(actor, subject(&row, Basis::System), Action::CarerSuspended, purpose(By::Rule));
            activity::append(core, tx, event).await?;
            tell_both(core, tx, &row, CarerNews::Suspended).await?;
        }
        Due::End(reason) => {
            let asked = row.status == Status::Proposed.code();
            let to = Standing { status: Status::Inactive, reason };
            let row = step(core, tx, row, to, None, (By::Rule, actor)).await?;
            invitation::expire(tx, person, id, core.now()).await?;
            settle(core, tx, &row, actor, "ended-by-rule").await?;
            let action = if asked { Action::CarerRefused } else { Action::CarerEnded };
            let event = Event::on_record(actor, subject(&row, Basis::System), action, purpose(By::Rule));
            activity::append(core, tx, event.about("why", reason.code())).await?;
            // An invitation that nobody took up is no news.
            if !asked || row.carer_account_id.is_some() {
                tell_both(core, tx, &row, CarerNews::Ended).await?;
            }
        }
    }
    Ok(Some(action))
}
