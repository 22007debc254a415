//! Everything that somebody does for their own health, on one page.

use super::SelfCare;
use super::goals_seen::{GoalSeen, all};
use super::learning::{GivenSeen, given};
use super::support::{SavedSeen, saved};
use crate::eyes::Who;
use crate::readings::{ReadingRuleSeen, TargetSeen, WatchSeen, WeekLine, agreed, running};
use crate::records::summary;
use crate::{PersonSummary, ServiceError};
use domain::PersonId;
use domain::access::Actor;
use domain::goal::State;

/// Somebody's plan: what is agreed, what they want and what helps. Nothing of it is kept: it is what stands elsewhere today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfCarePlan {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// Goals that go on, wait, or are proposed.
    pub goals: Vec<GoalSeen>,
    /// What they measure for some days in a row now.
    pub weeks: Vec<WeekLine>,
    /// What they are to read.
    pub reading: Vec<GivenSeen>,
    /// Apps, groups and helplines that they keep.
    pub saved: Vec<SavedSeen>,
    /// Where their care team wants readings to be.
    pub targets: Vec<TargetSeen>,
    /// Of what it wants to be told, and what the person is to do then.
    pub rules: Vec<ReadingRuleSeen>,
    /// Who is told, and when they look.
    pub watch: WatchSeen,
    /// Whether the reader may change any of it.
    pub may_record: bool,
}

impl SelfCare {
    /// The person's plan, as far as it is open to the reader. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's readings.
    pub async fn plan(&self, actor: &Actor, person: PersonId) -> Result<SelfCarePlan, ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person).await?;
        let who = Who::of(&self.core, &mut tx, actor, subject).await?;
        let mut goals = all(&self.core, &mut tx, &reader, &who).await?;
        goals.retain(|goal| matches!(goal.state, State::Active | State::Paused | State::Proposed));
        let weeks = running(&self.core, &mut tx, &reader).await?;
        let mut reading = given(&self.core, &mut tx, &reader, &who).await?;
        reading.retain(GivenSeen::is_open);
        let saved = saved(&self.core, &mut tx, &reader).await?;
        let (targets, rules, watch) = agreed(&self.core, &mut tx, &reader).await?;
        let whose = summary(&mut tx, &reader).await?;
        drop(tx);
        self.looked(actor, subject, "plan").await?;
        Ok(SelfCarePlan { whose, goals, weeks, reading, saved, targets, rules, watch, may_record })
    }
}
