//! What a care team does with what came up: it sees it, does something, and closes it, and the person reads what.

use super::super::at_once;
use super::super::seen::measure_seen;
use super::super::{May, MeasureSeen, PAGE, ReadingSeen, Readings, ReadingsAsked, allowed};
use super::plan::{AlertSeen, Since};
use super::{looked_at, shows};
use crate::activity::{self, Event};
use crate::eyes::Eyes;
use crate::mail::{self, Letter};
use crate::questionnaires::own_accounts;
use crate::records::purpose;
use crate::results::counted;
use crate::typed::text;
use crate::work as items;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask};
use domain::audit::Action;
use domain::reading::{Advice, AlertAct, AlertState, Colour, Rule, Span, raised_by_each};
use domain::team::WorkKind;
use domain::{MemberId, OrganisationId, PersonId, ReadingAlertId, WorkItemId};
use futures::future::BoxFuture;
use std::cmp::Reverse;
use store::reading;
use store::reading_rule::{self, AlertRow};
use store::staff::MemberRow;
use store::work::WorkRow;
use store::{Tx, person_write, work};

/// How many readings that were taken after something that came up stand beside it.
const NEWER_LISTED: i64 = 5;
/// How many more of them are counted at most.
const NEWER_COUNTED: usize = 1000;
/// Of how many of the readings that raised it, those with the worst numbers, it is looked at what there is to do about them.
const MOST_RAISED: usize = 10;

/// What is done with something that came up, as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertForm {
    /// [`AlertAct`] by code.
    pub act: String,
    /// What the person reads.
    pub words: String,
    /// The version that was seen.
    pub version: i32,
}

/// How what came up since the day before is closed, as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigestForm {
    /// What was seen: each id and version, with a colon between and spaces around.
    pub seen: String,
    /// What the person reads.
    pub words: String,
}

/// Something that came up, with its trend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertPage {
    /// What came up.
    pub alert: AlertSeen,
    /// Its measure, over the last weeks, with the other one of a rule about two.
    pub trend: MeasureSeen,
    /// What was taken since.
    pub newer: NewerSeen,
    /// What public guidance asks for about the newest reading that raised it, as that stood then: its page told them.
    pub told: Option<&'static Advice>,
    /// A reading that raised it as well and was worse than the newest, by what there is to do about it (its `advice`) or by its number.
    pub worst: Option<ReadingSeen>,
}

/// What was taken after the newest reading that raised something, or where none did, after it came up; of its measure. What raised it may
/// have passed meanwhile, or have got worse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewerSeen {
    /// The newest of it, the newest first.
    pub readings: Vec<ReadingSeen>,
    /// How many more there are, which were taken before these; of very many, as far as they are counted.
    pub more: usize,
    /// Whether there are more than were counted.
    pub beyond: bool,
}

impl NewerSeen {
    /// Of as many as are told by this count, the newest.
    fn of(readings: Vec<ReadingSeen>, count: usize) -> Self {
        let more = count.saturating_sub(readings.len());
        Self { readings, more: more.min(NEWER_COUNTED), beyond: more > NEWER_COUNTED }
    }
}

/// Something that came up, among everything else of its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestSeen {
    /// What came up.
    pub alert: AlertSeen,
    /// What was taken since.
    pub newer: NewerSeen,
}

/// A clinician at something that waits about readings.
struct AtAlert {
    place: MemberRow,
    item: WorkRow,
    person: PersonId,
    event: Event,
    reader: crate::reader::Reader,
}

impl Readings {
    /// Something that came up for the actor's care team, with its trend. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for what is another care team's, and to whoever may not see this of the person.
    pub async fn alert(&self, actor: &Actor, person: PersonId, id: ReadingAlertId) -> Result<AlertPage, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::SeeReadings).await?;
        let row = reading_rule::alert(&mut tx, person, id).await?;
        let row = row.filter(|row| subject.organisation == Some(OrganisationId::from_uuid(row.organisation_id)));
        let open = match &row {
            Some(row) => shows(&reader, row)?,
            None => false,
        };
        let Some(row) = row.filter(|_| open) else {
            drop(tx);
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, PAGE).await);
        };
        let acts = reading_rule::acts(&mut tx, person, self.core.now(), Some(id)).await?;
        let measure = row.measure()?;
        let about = (person, &reader, May { record: false, enter: false });
        // Of two measures together the other one is drawn below it.
        let asked = ReadingsAsked { with: row.other()?, ..ReadingsAsked::from((measure, Span::Month, None)) };
        let trend = measure_seen(&self.core, &mut tx, actor, about, asked).await?;
        let since = Since::load(&mut tx, person, std::slice::from_ref(&row)).await?;
        let told = match since.row_then(&row)? {
            Some(then) => at_once::of_reading(&mut tx, person, &then).await?.advice,
            None => None,
        };
        let rule = since.rule_then(&row)?;
        let alert = since.seen(&reader, row, &acts)?;
        let who = Eyes::of(&mut tx, actor, person).await?;
        let worst = match rule {
            Some(rule) => worst(&mut tx, (person, who), (rule, &alert)).await?,
            None => None,
        };
        let newer = newer(&mut tx, (person, who), &alert).await?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
        activity::disclose(&self.core, event.about("measure", measure.code())).await?;
        Ok(AlertPage { alert, trend, newer, told, worst })
    }

    /// What came up about the person of which the actor's care team was told with everything else of a day, and is not closed, each with
    /// what was measured since. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's readings.
    pub async fn digest(&self, actor: &Actor, person: PersonId) -> Result<Vec<DigestSeen>, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::SeeReadings).await?;
        let mut rows = Vec::new();
        for row in reading_rule::open_alerts(&mut tx, person).await? {
            let theirs = subject.organisation == Some(OrganisationId::from_uuid(row.organisation_id));
            if theirs && row.colour()? == Colour::Amber && row.told_at.is_some() && shows(&reader, &row)? {
                rows.push(row);
            }
        }
        let since = Since::load(&mut tx, person, &rows).await?;
        let who = Eyes::of(&mut tx, actor, person).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            let alert = since.seen(&reader, row, &[])?;
            let newer = newer(&mut tx, (person, who), &alert).await?;
            all.push(DigestSeen { alert, newer });
        }
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
        activity::disclose(&self.core, event).await?;
        Ok(all)
    }

    /// Does something with what came up, as it was seen in this version: what waits about it is taken by whoever does, and is off the
    /// list once it is closed. Saying again that one has seen it changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`act`, `words`), with no field where it has changed since or a colleague deals with it;
    /// [`ServiceError::NotFound`] for what is another care team's, and to whoever may not see this of the person.
    pub async fn answer_alert(&self, actor: &Actor, item: WorkItemId, form: &AlertForm) -> Result<AlertState, ServiceError> {
        let form = form.clone();
        self.at_alert(actor, (item, WorkKind::ReadingAlert), move |core, tx, at| {
            Box::pin(async move {
                let id = ReadingAlertId::from_uuid(at.item.about_id);
                let row =
                    reading_rule::alert(tx, at.person, id).await?.filter(|row| row.organisation_id == at.place.organisation_id);
                let row = row.ok_or(ServiceError::NotFound)?;
                if !shows(&at.reader, &row)? {
                    return Err(ServiceError::NotFound);
                }
                let act = AlertAct::from_code(&form.act).ok_or_else(|| ServiceError::field("act", "Choose what to do"))?;
                let state = row.state()?;
                if act == AlertAct::See && matches!(state, AlertState::Seen | AlertState::Acted) {
                    return Ok(state);
                }
                items::in_hand(&at.place, &at.item)?;
                let next = state.after(act).ok_or_else(over)?;
                let words = text("words", &form.words).map_err(|problem| ServiceError::Fields(vec![problem]))?;
                let owes = act == AlertAct::Act || (act == AlertAct::Close && state.owes_words());
                if owes && words.is_empty() {
                    let what = if act == AlertAct::Act { "what you did" } else { "what you did, or why nothing is needed" };
                    return Err(ServiceError::field("words", format!("Tell the person {what}")));
                }
                let member = at.place.member();
                let as_seen = AlertRow { version: form.version, ..row };
                take(tx, at.person, (&as_seen, act, next), &words, (member, core.now())).await?;
                let (here, now) = (at.place.organisation(), core.now());
                if next == AlertState::Closed {
                    work::close(tx, here, (WorkKind::ReadingAlert, id.as_uuid()), Some(member), "closed", now).await?;
                } else if at.item.claimed_by.is_none() {
                    work::give(tx, here, (item, at.item.version), Some(member), now).await?;
                }
                tell(&core, tx, at.person).await?;
                activity::append(&core, tx, at.event.about("what", act.code()).about("alert", id)).await?;
                Ok(next)
            })
        })
        .await
    }

    /// Closes what came up since the day before, each as it was seen in its version. What came up meanwhile stays.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`words`), with no field where any of it has changed since or a colleague deals with it;
    /// [`ServiceError::NotFound`] to whoever may not see the person's readings.
    pub async fn close_digest(&self, actor: &Actor, item: WorkItemId, form: &DigestForm) -> Result<(), ServiceError> {
        let form = form.clone();
        self.at_alert(actor, (item, WorkKind::ReadingDigest), move |core, tx, at| {
            Box::pin(async move {
                items::in_hand(&at.place, &at.item)?;
                let words = text("words", &form.words).map_err(|problem| ServiceError::Fields(vec![problem]))?;
                if words.is_empty() {
                    return Err(ServiceError::field("words", "Tell the person what you did, or why nothing is needed"));
                }
                let (member, here, now) = (at.place.member(), at.place.organisation(), core.now());
                let is_told = |row: &AlertRow| {
                    row.organisation_id == here.as_uuid() && row.told_at.is_some() && row.colour == Colour::Amber.code()
                };
                let mut open = reading_rule::open_alerts(tx, at.person).await?;
                open.retain(is_told);
                for one in form.seen.split_whitespace() {
                    let seen = one
                        .split_once(':')
                        .and_then(|(id, version)| Some((id.parse::<ReadingAlertId>().ok()?, version.parse::<i32>().ok()?)));
                    let (id, version) = seen.ok_or_else(changed_since)?;
                    let place = open.iter().position(|row| row.alert() == id).ok_or_else(changed_since)?;
                    let row = open.swap_remove(place);
                    if !shows(&at.reader, &row)? {
                        return Err(ServiceError::NotFound);
                    }
                    let as_seen = AlertRow { version, ..row };
                    take(tx, at.person, (&as_seen, AlertAct::Close, AlertState::Closed), &words, (member, now)).await?;
                }
                // What is not open to whoever reads is closed by itself.
                let mut waits = false;
                for row in &open {
                    waits |= shows(&at.reader, row)?;
                }
                if !waits {
                    let about = (WorkKind::ReadingDigest, at.item.about_id);
                    work::close(tx, here, about, Some(member), "closed", now).await?;
                }
                tell(&core, tx, at.person).await?;
                activity::append(&core, tx, at.event.about("what", AlertAct::Close.code())).await
            })
        })
        .await
    }

    /// Does an act on something that waits about readings, in one transaction; a refusal is audited.
    async fn at_alert<T, F>(&self, actor: &Actor, (id, kind): (WorkItemId, WorkKind), body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, AtAlert) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        let by = actor.clone();
        let done = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    let (place, item) = items::mine(tx, &by, id).await?;
                    if item.kind()? != kind {
                        return Err(ServiceError::NotFound);
                    }
                    let person = item.person();
                    let (subject, reader) = allowed(&core, tx, &by, person, Ask::SeeReadings).await?;
                    // From here on nobody records a reading: what is closed is all that there is.
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    let event = Event::on_record(&by, subject, Action::ReadingAlert, purpose(subject)).about("work", id);
                    body(core, tx, AtAlert { place, item, person, event, reader }).await
                })
            })
            .await;
        match done {
            Err(error) => Err(access::refused(&self.core, actor, error, PAGE).await),
            done => done,
        }
    }
}

/// What was taken after something that came up.
async fn newer(tx: &mut Tx, (person, who): (PersonId, Eyes), alert: &AlertSeen) -> Result<NewerSeen, ServiceError> {
    let then = alert.reading_then.as_ref().map_or(alert.raised_at, |then| then.taken_at);
    // One more than is told tells that there are more.
    let most = (NEWER_LISTED, NEWER_LISTED.saturating_add(counted(NEWER_COUNTED)).saturating_add(1));
    let (rows, count) = reading::after(tx, (person, alert.measure), (then, alert.reading), most).await?;
    let readings = rows.into_iter().map(|row| who.seen(row)).collect::<Result<Vec<_>, _>>()?;
    Ok(NewerSeen::of(readings, usize::try_from(count).unwrap_or_default()))
}

/// The reading that is worst of those that raised something by the time its newest was written down, where that is not the newest: the one
/// about which there is most to do, and of those that are alike the one that is furthest beyond the bound.
async fn worst(
    tx: &mut Tx,
    (person, who): (PersonId, Eyes),
    (rule, alert): (Rule, &AlertSeen),
) -> Result<Option<ReadingSeen>, ServiceError> {
    let until = alert.reading_then.as_ref().map_or(alert.raised_at, |then| then.known.max(alert.raised_at));
    let readings = looked_at(tx, person, std::slice::from_ref(&rule), until).await?;
    let mut rows = Vec::new();
    for one in raised_by_each(&rule, &readings, until).iter().take(MOST_RAISED) {
        rows.extend(reading::one(tx, person, one.id).await?);
    }
    let said = at_once::of_several(tx, person, &rows).await?;
    let worst = rows.into_iter().zip(said).min_by_key(|(_, said)| Reverse(said.advice.map(|advice| advice.urgency)));
    let Some((row, said)) = worst.filter(|(row, _)| alert.reading.is_some_and(|newest| newest.as_uuid() != row.id)) else {
        return Ok(None);
    };
    Ok(Some(ReadingSeen { advice: said.advice, ..who.seen(row)? }))
}

/// Writes to the person that their care team looked, at each address of their own; nothing of what it is about.
async fn tell(core: &Core, tx: &mut Tx, person: PersonId) -> Result<(), ServiceError> {
    for account in own_accounts(tx, person).await? {
        mail::enqueue(core, tx, &account, &Letter::TeamActed).await?;
    }
    Ok(())
}

fn over() -> ServiceError {
    ServiceError::field("", "This has just been closed")
}

fn changed_since() -> ServiceError {
    ServiceError::field("", "Something more came up, or a colleague was here. Look at it again, then choose what to do")
}

/// Takes something that came up to where it stands next, and where that is closed settles what is closed with it.
async fn take(
    tx: &mut Tx,
    person: PersonId,
    (row, act, next): (&AlertRow, AlertAct, AlertState),
    words: &str,
    (member, now): (MemberId, DateTime<Utc>),
) -> Result<(), ServiceError> {
    if !reading_rule::step(tx, (person, row.alert(), row.version), next, now).await? {
        return Err(changed_since());
    }
    reading_rule::add_act(tx, (person, row.alert()), (act.code(), words), member, now).await?;
    if next != AlertState::Closed {
        return Ok(());
    }
    let mut rules = Vec::new();
    for row in reading_rule::rules(tx, person).await? {
        rules.push(row.rule()?);
    }
    // What came up before the rule was changed settles nothing of what it is now.
    let Some(closed) = rules.iter().find(|rule| (rule.id.as_uuid(), rule.round) == (row.rule_id, row.round)) else {
        return Ok(());
    };
    reading_rule::settle_rule(tx, person, closed.id, now).await?;
    // A milder rule about the same thing, of which nobody was told because of this one, is settled with it.
    let open = reading_rule::open_alerts(tx, person).await?;
    for rule in &rules {
        let has_its_own = open.iter().any(|alert| alert.rule_id == rule.id.as_uuid());
        if !has_its_own && rule.is_settled_with(closed) {
            reading_rule::settle_rule(tx, person, rule.id, now).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_counted_is_not_told_as_a_number() {
        for (count, more, beyond) in
            [(0, 0, false), (999, 999, false), (1000, 1000, false), (1001, 1000, true), (5000, 1000, true)]
        {
            let seen = NewerSeen::of(Vec::new(), count);
            assert_eq!((seen.more, seen.beyond), (more, beyond), "{count}");
        }
    }
}
