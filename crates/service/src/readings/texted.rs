//! Readings that come as text messages, from numbers that a code has shown to be somebody's, where they chose it.
//!
//! Whoever sends from a number shows no more than that they hold it, or imitate it: so a message may add to the record and take out
//! again what another message added, and is told nothing but what to do about what it said itself: by public guidance, and by care
//! teams' rules in their words, which name nobody.

use super::at_once::Before;
use super::record::{ReadingForm, asked_beside_last, keep, read, told};
use super::{PAGE, Readings, RuleFound, RuleTold, WatchSeen, allowed, opens, rules};
use crate::activity::{self, Event};
use crate::limits::{self, Attempt};
use crate::mobiles::own_people;
use crate::reader::Reader;
use crate::records::purpose;
use crate::text::{self, Note};
use crate::{Core, FieldProblem, PushSecret, ServiceError, access};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Ask, Assurance, Subject};
use domain::audit::{Action, Purpose};
use domain::reading::week::{SIGNS_HOLD, TOGETHER};
use domain::reading::{
    About, Advice, Amount, Beside, Colour, Doubt, Measure, Origin, SIGNS_TOLD, SaidTime, SaidWhen, Texted, TextedError,
    TextedReading, Typed, Urgency, asks_to_stop, glimpsed, hear, is_of_despair, is_off_the_meter, keep_sign_told,
    keep_signs_of_pregnancy, signs_beside, signs_told, signs_unkept, to_do_unkept, understand,
};
use domain::when::{clock_at, instant_in_words, london_day};
use domain::{AccountId, MobileNumber, PersonId, ReadingId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use store::text_in::{self, NewTextIn};
use store::{Tx, account, mobile, outbox, person_write, reading};
use uuid::Uuid;

/// How old a signature may be, and how far ahead the clock of whoever signs.
const SIGNED_WITHIN: TimeDelta = TimeDelta::minutes(5);
/// For how long a message can be taken back.
const UNDO_WITHIN: TimeDelta = TimeDelta::hours(24);
/// For how long it is known that a message came in: longer than whoever hands it over may hand it over again.
const KNOWN_FOR: TimeDelta = TimeDelta::days(30);
/// For how long the same message again says that it is right.
const SURE_WITHIN: TimeDelta = TimeDelta::hours(1);
/// How long a reply is worth sending.
const REPLY_WITHIN: TimeDelta = TimeDelta::hours(1);

/// How text messages come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texting {
    /// The number to which people send them, as they read it.
    pub number: String,
    /// What whoever hands them over signs with, or says.
    pub secret: PushSecret,
}

/// A text message that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextIn {
    /// The id that whoever hands it over gave it.
    pub id: String,
    /// From which number.
    pub from: String,
    /// What it says.
    pub text: String,
    /// When it was received.
    pub at: DateTime<Utc>,
}

/// Why a message was not taken.
#[derive(Clone, Debug)]
pub enum TextRefusal {
    /// Nobody may hand any over: no number and secret are set.
    Off,
    /// It is neither signed nor does it say the secret.
    Unknown,
    /// Something else: too many wrong signatures, or a failing database.
    Other(ServiceError),
}

impl From<ServiceError> for TextRefusal {
    fn from(error: ServiceError) -> Self {
        Self::Other(error)
    }
}

impl From<store::StoreError> for TextRefusal {
    fn from(error: store::StoreError) -> Self {
        Self::Other(error.into())
    }
}

/// Whether a signature `t=SECONDS,v1=HEX` is that of this body: HMAC-SHA256 of the seconds since 1970, a full stop and the body.
fn is_signed(secret: &PushSecret, signature: &str, body: &[u8], now: DateTime<Utc>) -> bool {
    let part = |name: &str| signature.split(',').find_map(|part| part.trim().strip_prefix(name));
    let (Some(seconds), Some(said)) = (part("t="), part("v1=").and_then(|said| hex::decode(said).ok())) else { return false };
    let at = seconds.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    if at.is_none_or(|at| (at - now).abs() > SIGNED_WITHIN) {
        return false;
    }
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.bytes()) else { return false };
    mac.update(seconds.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.verify_slice(&said).is_ok()
}

impl Readings {
    /// Lets through whoever may hand over text messages: by a signature of the body, or by saying the secret.
    ///
    /// # Errors
    /// [`TextRefusal`].
    pub async fn may_hand_over(
        &self,
        (signature, secret): (Option<&str>, Option<&str>),
        from: Option<IpAddr>,
        body: &[u8],
    ) -> Result<(), TextRefusal> {
        let Some(texting) = self.core.texting() else { return Err(TextRefusal::Off) };
        let right = secret.is_some_and(|said| texting.secret.is(said))
            || signature.is_some_and(|signature| is_signed(&texting.secret, signature, body, self.core.now()));
        if right {
            return Ok(());
        }
        let network = crate::network(from);
        let attempt = self.core.write(move |core, tx| Box::pin(async move { limits::PUSH.count(&core, tx, &network).await }));
        Err(match attempt.await? {
            Attempt::Refused(wait) => TextRefusal::Other(ServiceError::TooMany(wait)),
            Attempt::Allowed { .. } => TextRefusal::Unknown,
        })
    }

    /// Takes in a text message, and answers it by another one. The same message twice is taken once. From a number that is nobody's
    /// it is forgotten without an answer, and so is what comes after STOP, except that danger and despair from a number that is
    /// somebody's are answered with whom to call. Of more in an hour than are taken nothing is noted: the first of them is told so, and
    /// danger is answered all the same; WRONG and HELP do what they do, up to a limit of their own.
    ///
    /// # Errors
    /// A failing database: then it may be handed over again.
    pub async fn texted(&self, message: &TextIn) -> Result<(), ServiceError> {
        let Ok(from) = MobileNumber::parse(&message.from) else { return Ok(()) };
        let message = message.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let accounts = mobile::texting(tx, from.as_e164()).await?;
                    if accounts.is_empty() {
                        return answer_in_danger(&core, tx, &from, &message).await;
                    }
                    // Handed over again it is no other message: nothing is counted of it either.
                    if !text_in::begin(tx, &message.id, core.now()).await? {
                        return Ok(());
                    }
                    // Whoever wants no more of it is heard however much was sent; after it nothing of this number is counted.
                    let stops = asks_to_stop(&message.text);
                    let is_over = !stops && is_over(&core, tx, &from).await?;
                    // What takes out the last message, or asks how, adds nothing, and is believed to have worked.
                    let is_word = matches!(understand(&message.text), Ok(Texted::Wrong | Texted::Help));
                    let is_answered = match (is_over, is_word) {
                        (false, _) => true,
                        (true, true) => {
                            matches!(limits::TEXT_WORD.count(&core, tx, from.as_e164()).await?, Attempt::Allowed { .. })
                        }
                        (true, false) => is_answered_over(&core, tx, &from, &message).await?,
                    };
                    if !is_answered {
                        return Ok(());
                    }
                    let said = match accounts.as_slice() {
                        _ if stops => stopped(&core, tx, &from).await?,
                        _ if is_over && !is_word => not_noted(&message, OVER),
                        [account] => answer(&core, tx, *account, &message).await?,
                        _ => not_noted(&message, OF_SEVERAL),
                    };
                    reply(&core, tx, &from, said).await
                })
            })
            .await
    }

    /// Forgets the ids of messages that came in more than 30 days ago; the readings that they told stay. To be run every hour or so.
    ///
    /// # Errors
    /// A failing database.
    pub async fn tidy_texts(&self) -> Result<u64, ServiceError> {
        self.core.write(move |core, tx| Box::pin(async move { Ok(text_in::forget(tx, core.now() - KNOWN_FOR).await?) })).await
    }
}

/// Whether more came from a number in an hour than is taken. With the last that is taken, whoever sends on has to be told again.
async fn is_over(core: &Core, tx: &mut Tx, from: &MobileNumber) -> Result<bool, ServiceError> {
    Ok(match limits::TEXT_IN.count(core, tx, from.as_e164()).await? {
        Attempt::Refused(_) => true,
        Attempt::Allowed { last } => {
            if last {
                limits::TEXT_OVER.clear(tx, from.as_e164()).await?;
            }
            false
        }
    })
}

/// Whether a message is answered that is one too many: the first, and whatever tells of danger or despair, for which there is a limit of
/// its own, as each answer costs money. By what the message says alone: nothing is looked up.
async fn is_answered_over(core: &Core, tx: &mut Tx, from: &MobileNumber, message: &TextIn) -> Result<bool, ServiceError> {
    let is_first = matches!(limits::TEXT_OVER.count(core, tx, from.as_e164()).await?, Attempt::Allowed { .. });
    if is_first || !(is_of_despair(&message.text) || is_urgent(&told_in(&message.text), &of_anybody())) {
        return Ok(is_first);
    }
    Ok(matches!(limits::TEXT_DANGER.count(core, tx, from.as_e164()).await?, Attempt::Allowed { .. }))
}

/// Answers danger and despair from a number that is somebody's and takes no readings, such as after STOP, with whom to call: who once was
/// answered may still look for help there. By what the message says alone, up to the limit of such answers; nothing is noted.
async fn answer_in_danger(core: &Core, tx: &mut Tx, from: &MobileNumber, message: &TextIn) -> Result<(), ServiceError> {
    let despairs = is_of_despair(&message.text);
    let is_in_danger = despairs || is_urgent(&told_in(&message.text), &of_anybody());
    if !is_in_danger || !mobile::is_known(tx, from.as_e164()).await? || !text_in::begin(tx, &message.id, core.now()).await? {
        return Ok(());
    }
    if matches!(limits::TEXT_DANGER.count(core, tx, from.as_e164()).await?, Attempt::Refused(_)) {
        return Ok(());
    }
    reply(core, tx, from, if despairs { DESPAIR.trim_end() } else { NOT_TAKEN }.to_owned()).await
}

/// Sends an answer.
async fn reply(core: &Core, tx: &mut Tx, to: &MobileNumber, words: String) -> Result<(), ServiceError> {
    let note = Note::Reply { words, until: core.now() + REPLY_WITHIN };
    outbox::insert(tx, &text::written(core, to, &note)).await?;
    Ok(())
}

/// Takes no more readings from a number, for every account that has it, and says how to begin again. Whoever holds the phone gets the
/// answers, so that nobody has to know whose they are.
async fn stopped(core: &Core, tx: &mut Tx, from: &MobileNumber) -> Result<String, ServiceError> {
    let mut accounts = mobile::texting(tx, from.as_e164()).await?;
    while !accounts.is_empty() {
        for id in accounts {
            account::hold(tx, id, core.now()).await?;
            if mobile::take_readings(tx, id, false).await? {
                let actor = Actor::Account { id, assurance: Assurance::SecondStep };
                let event = Event::on_account(&actor, Action::MobileChanged, Purpose::AccountCare).about("what", "readings-off");
                activity::append(core, tx, event.about("channel", "text")).await?;
            }
        }
        accounts = mobile::texting(tx, from.as_e164()).await?;
    }
    Ok(STOPPED.to_owned())
}

/// Does what a message asks, and says what was done.
async fn answer(core: &Core, tx: &mut Tx, account: AccountId, message: &TextIn) -> Result<String, ServiceError> {
    // The code that showed whose the number is counts as what its owner holds.
    let actor = Actor::Account { id: account, assurance: Assurance::SecondStep };
    let own = own_people(tx, account).await?;
    let [person] = own.as_slice() else {
        return Ok(not_noted(message, "Your account has no record of your own, so nothing was noted."));
    };
    match understand(&message.text) {
        Ok(Texted::Readings(readings)) => match Sender::load(core, tx, actor, *person).await? {
            Some(sender) => noted(core, tx, &sender, message, (readings, None, taken_at(core, message))).await,
            None => Ok(opened(message, CLOSED)),
        },
        Ok(Texted::ReadingsAt(readings, time)) => match said_at(core, message, (&readings, time)) {
            Ok(at) => match Sender::load(core, tx, actor, *person).await? {
                Some(sender) => noted(core, tx, &sender, message, (readings, Some(time), at)).await,
                None => Ok(opened(message, CLOSED)),
            },
            Err(why) => not_noted_of(core, tx, (actor, *person), message, &why).await,
        },
        Ok(Texted::Wrong) => match Sender::load(core, tx, actor, *person).await? {
            Some(sender) => taken_back(core, tx, &sender).await,
            None => Ok(CLOSED.to_owned()),
        },
        // "Help" may be a cry for it.
        Ok(Texted::Help) => {
            Ok(format!("Feel very unwell? Call 999 or 111. {EXAMPLES} Reply WRONG to take out your last text, or STOP to end."))
        }
        // How to write a reading is no answer to somebody who wants to die.
        Err(_) if is_of_despair(&message.text) => not_noted_of(core, tx, (actor, *person), message, NOTHING).await,
        Err(error) => not_noted_of(core, tx, (actor, *person), message, &why_not(&message.text, error)).await,
    }
}

/// The answer to a message of a known person of which nothing is noted. What to do about danger in it turns on what is known of them, as
/// it does when it is noted.
async fn not_noted_of(
    core: &Core,
    tx: &mut Tx,
    (actor, person): (Actor, PersonId),
    message: &TextIn,
    why: &str,
) -> Result<String, ServiceError> {
    let mut told = told_in(&message.text);
    if told.is_empty() {
        // Whom to ring stands before it already.
        let safety = if is_of_despair(&message.text) { "" } else { SAFETY };
        return Ok(format!("{}{safety}", opened(message, why)));
    }
    let Some(sender) = Sender::load(core, tx, actor, person).await? else { return Ok(opened(message, CLOSED)) };
    let at = taken_at(core, message);
    let beside = beside(tx, person, at).await?;
    let held = keep_told_before(tx, sender.account, (&mut told, beside.about, at)).await?;
    // What was at another time, or is taken back, is of no sitting.
    let is_of_now = understand(&message.text)
        .is_err_and(|why| !matches!(why, TextedError::NotNow | TextedError::Date | TextedError::Correction));
    if is_of_now {
        remember_signs(tx, sender.account, message, at).await?;
    }
    looked(core, tx, &sender).await?;
    let still = held.map(|at| format!("A warning sign told at {} still counts. ", clock_at(at))).unwrap_or_default();
    Ok(unkept(message, (&format!("{still}{why}"), NOTHING), (&told, &beside)))
}

/// Keeps for a sitting which signs of danger a message told of which nothing was noted, and when. What it said is not kept.
async fn remember_signs(tx: &mut Tx, account: AccountId, message: &TextIn, at: DateTime<Utc>) -> Result<(), ServiceError> {
    remember(tx, account, &signs_told(&message.text), at).await
}

/// Keeps these signs for a sitting, with when they were told.
async fn remember(tx: &mut Tx, account: AccountId, signs: &[&str], at: DateTime<Utc>) -> Result<(), ServiceError> {
    for sign in signs {
        text_in::ask(tx, &sign_id(account, sign), at).await?;
    }
    Ok(())
}

/// Adds to readings of this instant the signs of such a message in the same sitting, so that they hold on from these. Gives when the last
/// of those was told that the readings' own message does not tell.
async fn keep_told_before(
    tx: &mut Tx,
    account: AccountId,
    (readings, about, at): (&mut [TextedReading], About, DateTime<Utc>),
) -> Result<Option<DateTime<Utc>>, ServiceError> {
    let mut last = None;
    for sign in SIGNS_TOLD {
        let told = text_in::asked_at(tx, &sign_id(account, sign), at - TOGETHER).await?;
        if let Some(told) = told.filter(|told| *told <= at)
            && keep_sign_told(sign, readings, about)
        {
            last = last.max(Some(told));
        }
    }
    Ok(last)
}

/// The id under which it is known that somebody told of a sign.
fn sign_id(account: AccountId, sign: &str) -> String {
    format!("sign {}", hex::encode(crate::hashing::sha256(format!("{account} {sign}").as_bytes())))
}

/// When what a message tells was taken, where it says no time.
fn taken_at(core: &Core, message: &TextIn) -> DateTime<Utc> {
    // What a clock elsewhere says may be ahead, and a message that was long on its way is not of now.
    let now = core.now();
    if message.at > now || message.at < now - UNDO_WITHIN { now } else { message.at }
}

/// When that was, where it says a time by the clock; else why nothing of it is noted. One that is still to come is hardly of the day on
/// which it is said, and one that was more than a day on its way is of a day that nobody knows. Signs of so long
/// before that they hold for nothing that is measured now are not kept: nobody can tell whether they are still there.
fn said_at(core: &Core, message: &TextIn, (readings, time): (&[TextedReading], SaidTime)) -> Result<DateTime<Utc>, String> {
    if message.at < core.now() - UNDO_WITHIN {
        return Err(LATE.to_owned());
    }
    let sent = taken_at(core, message);
    let has_signs = readings.iter().any(|one| one.settings.iter().any(|(field, _)| *field == "signs"));
    match time.on_day_of(sent) {
        SaidWhen::At(at) if has_signs && sent - at > TOGETHER => Err(SIGNS_BEFORE.to_owned()),
        SaidWhen::At(at) => Ok(at),
        SaidWhen::ToCome => Err(not_understood(TextedError::NotNow)),
        SaidWhen::Unsure => Err(which_half(time)),
    }
}

/// Asks in which half of the day a time was that can be of either.
fn which_half(time: SaidTime) -> String {
    let clock = time.in_words();
    format!(
        "We could not tell when that was, so nothing was noted. Was that {clock}am or {clock}pm? Send it again with am or pm."
    )
}

/// What advice turns on beside what a message says: what was measured before it, and not what it tells itself.
async fn beside(tx: &mut Tx, person: PersonId, at: DateTime<Utc>) -> Result<Beside, ServiceError> {
    Ok(Before::load(tx, person, (SIGNS_HOLD, &[at]), at).await?.beside(at))
}

/// Audits that an answer turned on what the record holds, where nothing was noted.
async fn looked(core: &Core, tx: &mut Tx, sender: &Sender) -> Result<(), ServiceError> {
    let event = Event::on_record(&sender.actor, sender.subject, Action::Read, purpose(sender.subject));
    activity::append(core, tx, event.about("page", PAGE).about("channel", "text")).await
}

const EXAMPLES: &str = "Write what it is, such as: BP 142/88, or: sugar 7.2 before tea.";
/// What is answered to STOP: after it nothing is but danger.
const STOPPED: &str = "We take no more readings from this number, and nobody answers it now. If you feel very unwell call 999 or 111. To start again, sign in and go to your account, then your mobile number. Reminders that you asked for still come.";
/// What is answered to danger from a number that takes no readings, as long as one text message.
const NOT_TAKEN: &str =
    "Call 999 now if somebody may be in danger. If you are not sure, call 111. No person reads your text, and nothing was noted.";
/// What is said where why stands elsewhere, or nowhere.
const NOTHING: &str = "Nothing was noted.";
/// What is answered where more than one account has the number.
const OF_SEVERAL: &str = "More than one person has given this number, so nothing was noted. Sign in to record it.";
/// What is answered where a message says a time by the clock, and was too long on its way.
const LATE: &str = "Your message took more than a day to reach us, so nothing was noted. Sign in to record it.";
/// What is answered where signs were told of with a time by the clock that is no longer of this sitting.
const SIGNS_BEFORE: &str =
    "We can only note how you feel as it is now, so nothing was noted. For now, leave out the time. For earlier, sign in.";
/// What is answered to the first of the messages that are too many, and to danger in another.
const OVER: &str = "You sent more than 30 texts in an hour. Nothing was noted, and no more will be for up to an hour.";
/// What is said of danger in words that are not understood.
const UNREAD: &str = "Nothing was noted. No person reads your text now.";
/// What is said where a meter showed no number.
const OFF_THE_METER: &str = "LO or HI on a meter is no number, so nothing was noted. When your meter shows a number, send that. No person reads your text now.";
/// What is said of a greeting that may be what a meter shows.
const HI: &str = "Nothing was noted. If your blood sugar meter shows HI, send: sugar HI. Or write a reading, such as: BP 142/88.";
/// What is answered where nothing can be noted any more, to whoever holds the phone.
const CLOSED: &str = "This record is closed, so nothing was noted. If you need help with your health, ring your GP practice or call 111. In an emergency call 999.";

/// Whoever sent a message, once it was decided that they may record readings.
struct Sender {
    actor: Actor,
    account: AccountId,
    subject: Subject,
    reader: Reader,
}

impl Sender {
    /// Decides it, and holds the person. Where their record is closed it says nobody, and the operator is told; a refusal is audited.
    async fn load(core: &Core, tx: &mut Tx, actor: Actor, person: PersonId) -> Result<Option<Self>, ServiceError> {
        let (subject, reader) = match allowed(core, tx, &actor, person, Ask::RecordReadings).await {
            Ok(allowed) => allowed,
            Err(ServiceError::NotFound) => return refused(core, tx, (&actor, person), "whoever sent it may not record").await,
            Err(error) => return Err(error),
        };
        let row = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
        if row.deceased {
            return refused(core, tx, (&actor, person), "the record says that this person has died").await;
        }
        let account = actor.account().ok_or(ServiceError::NotFound)?;
        Ok(Some(Self { actor, account, subject, reader }))
    }
}

/// Audits that a message was refused, and tells the operator why.
async fn refused<T>(
    core: &Core,
    tx: &mut Tx,
    (actor, person): (&Actor, PersonId),
    why: &'static str,
) -> Result<Option<T>, ServiceError> {
    access::note_refusal(core, tx, (actor, Some(person)), PAGE).await?;
    tracing::warn!(%person, why, "a text message was taken, and nothing of it noted");
    Ok(None)
}

/// Notes readings that were taken at this instant, with the time by the clock that was said of it: all that a message tells, or none.
async fn noted(
    core: &Core,
    tx: &mut Tx,
    sender: &Sender,
    message: &TextIn,
    (mut readings, time, taken_at): (Vec<TextedReading>, Option<SaidTime>, DateTime<Utc>),
) -> Result<String, ServiceError> {
    let person = sender.subject.person;
    let beside = beside(tx, person, taken_at).await?;
    keep_signs_of_pregnancy(&message.text, &mut readings, beside.about);
    let question = question(sender.account, &readings, time);
    let held = keep_told_before(tx, sender.account, (&mut readings, beside.about, taken_at)).await?;
    let sure = was_asked(core, tx, &question).await?;
    let (mut all, mut words, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for (place, one) in readings.iter().enumerate() {
        if !opens(&sender.reader, one.measure) {
            access::note_refusal(core, tx, (&sender.actor, Some(person)), PAGE).await?;
            return Ok(opened(message, CLOSED));
        }
        let form = ReadingForm {
            numbers: one.numbers.clone(),
            unit: one.unit.to_owned(),
            settings: one
                .settings
                .iter()
                .map(|(field, answer)| ((*field).to_owned(), (*answer).to_owned()))
                .collect::<BTreeMap<_, _>>(),
            sure,
            note: note_of(one, &message.text),
            ..ReadingForm::default()
        };
        let said = match read(one.measure, &form, taken_at) {
            Ok(said) => said,
            Err(ServiceError::Fields(found)) => {
                problems.extend(found.into_iter().map(|problem| (one.measure, problem)));
                continue;
            }
            Err(error) => return Err(error),
        };
        if !sure && let Some(asked) = asked_beside_last(tx, (person, None), (one.measure, &said)).await? {
            problems.push((one.measure, asked));
            continue;
        }
        let unit = one.measure.unit_of(said.unit).unwrap_or_else(|| one.measure.unit());
        let number = one.measure.in_a_sentence(unit, &said.said, said.first, said.second);
        let taken = one.taken_in_words();
        let how = if taken.is_empty() { String::new() } else { format!(" ({taken})") };
        words.push(format!("{} {number}{how}", one.measure.name_in_sentence()));
        all.push((one.measure, said, submission(&message.id, place)));
    }
    if !problems.is_empty() {
        remember_signs(tx, sender.account, message, taken_at).await?;
        looked(core, tx, sender).await?;
        return asked(core, tx, (&question, message), (&readings, &beside), &problems).await;
    }
    let kept = match keep(core, tx, (&sender.actor, sender.subject, sender.account), all, Some(Origin::Text)).await {
        Ok(kept) => kept,
        // Before anything was written down.
        Err(ServiceError::Fields(problems)) => {
            remember_signs(tx, sender.account, message, taken_at).await?;
            looked(core, tx, sender).await?;
            let told = with_signs(&message.text, readings);
            return Ok(unkept(message, (&refused_for(&problems), NOTHING), (&told, &beside)));
        }
        Err(error) => return Err(error),
    };
    remember(tx, sender.account, &signs_unkept(&message.text, &readings), taken_at).await?;
    for reading in &kept {
        let new = NewTextIn { message: &message.id, person, reading: *reading, account: sender.account };
        text_in::tells(tx, &new).await?;
    }
    let (at, mut asks) = (noted_at(taken_at, core.now()), asked_by_teams(core, tx, sender, &kept).await?);
    let told = with_signs(&message.text, readings);
    let gravest = gravest(&told, &beside);
    let nobody = if gravest.is_some() && asks.is_empty() { NOBODY } else { "" };
    asks.retain(|one| one.colour.is_said_beside(gravest));
    // Of a milder sign that none of them asks about no advice says anything.
    let safety = if told.iter().any(|reading| reading.unasked) { safety(gravest) } else { "" };
    let held = held.map(|at| format!(" A warning sign told at {} still counts.", clock_at(at))).unwrap_or_default();
    let noted = format!("Noted {at}: {}.{held} Not right? Reply WRONG.", words.join(", "));
    // What is to be done now comes first: it may be all that is read.
    if gravest < Some(Urgency::Now) {
        return Ok(advised_by(opened(message, &noted), (&told, &beside), &asks, &format!("{nobody}{safety}")));
    }
    let (help, end) = (opened(message, ""), format!(" {noted}{nobody}{safety}"));
    Ok(advised_by(help.trim_end().to_owned(), (&told, &beside), &asks, &end).trim_start().to_owned())
}

/// When a reading was taken as its answer says it: "at 9pm", and of another day than this with that day.
fn noted_at(taken: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if london_day(taken) == london_day(now) {
        format!("at {}", clock_at(taken))
    } else {
        format!("for {}", instant_in_words(taken))
    }
}

/// What a care team's rule asks of whoever sent a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TeamAsks {
    colour: Colour,
    /// Its words, on one line.
    words: String,
    /// Whether and when somebody looks, after a space; empty where another says so.
    looks: String,
    /// It is about an average that is another than the reading.
    of_average: bool,
}

impl TeamAsks {
    fn of(found: &RuleFound, watch: &WatchSeen) -> Self {
        let mut words = found.words.split_whitespace().collect::<Vec<_>>().join(" ");
        if !words.ends_with(['.', '!', '?']) {
            words.push('.');
        }
        let watcher = watch.by.iter().find(|watcher| watcher.organisation == found.organisation);
        let looks = match (found.told, found.colour, watcher) {
            (RuleTold::Not, ..) => " They are not told of this one.".to_owned(),
            (RuleTold::Waits, Colour::Amber, _) => " They are told once a day, in the morning.".to_owned(),
            (RuleTold::Told, Colour::Amber, _) => String::new(),
            (_, Colour::Red, Some(watcher)) if watcher.now => {
                format!(" They look on {}. Do not wait for them if you feel unwell.", watcher.hours.in_words())
            }
            (_, Colour::Red, Some(watcher)) => {
                format!(" Nobody there looks at it now: they look on {}. Do not wait for them.", watcher.hours.in_words())
            }
            (_, Colour::Red, None) => " Do not wait for them if you feel unwell.".to_owned(),
        };
        Self { colour: found.colour, words, looks, of_average: found.of_average }
    }
}

/// What care teams ask for about readings that were noted, the red first, the same words once.
async fn asked_by_teams(core: &Core, tx: &mut Tx, sender: &Sender, kept: &[ReadingId]) -> Result<Vec<TeamAsks>, ServiceError> {
    let (person, mut all) = (sender.subject.person, Vec::<TeamAsks>::new());
    for id in kept {
        let Some(row) = reading::one(tx, person, *id).await? else { continue };
        let watched = rules::of_reading(core, tx, person, &sender.reader, &row).await?;
        for found in &watched.found {
            all.push(TeamAsks::of(found, &watched.watch));
        }
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.colour));
    // The same words are said once, as the gravest says them.
    let mut said = BTreeSet::new();
    all.retain(|one| said.insert(one.words.clone()));
    Ok(all)
}

/// What stands beside a reading: the message, where all of it may be seen by whoever sees the reading.
fn note_of(reading: &TextedReading, message: &str) -> String {
    if reading.alone { message.trim().to_owned() } else { "By text message".to_owned() }
}

/// What a message tells, or may tell, for what is to be done about it.
fn told_in(message: &str) -> Vec<TextedReading> {
    let readings = match understand(message) {
        Ok(Texted::Readings(readings) | Texted::ReadingsAt(readings, _)) => readings,
        _ => glimpsed(message),
    };
    with_signs(message, readings)
}

/// The same readings with the signs of danger that none of them asks about.
fn with_signs(message: &str, mut readings: Vec<TextedReading>) -> Vec<TextedReading> {
    readings.extend(signs_beside(message, &readings));
    readings
}

/// How soon something is to be done about these, at the soonest.
fn gravest(readings: &[TextedReading], beside: &Beside) -> Option<Urgency> {
    to_do_unkept(readings, beside).iter().map(|(_, advice)| advice.urgency).max()
}

/// Whether something is to be done about these now.
fn is_urgent(readings: &[TextedReading], beside: &Beside) -> bool {
    gravest(readings, beside) >= Some(Urgency::Now)
}

/// What advice turns on where nobody knows whose readings these are: then what holds for somebody who is pregnant is said as well.
fn of_anybody() -> Beside {
    Beside { about: About { may_be_pregnant: true, ..About::default() }, ..Beside::default() }
}

/// An answer, with whom to ring first where the message says that somebody may end or hurt themself, whatever else it says.
fn opened(message: &TextIn, answer: &str) -> String {
    let help = if is_of_despair(&message.text) { DESPAIR } else { "" };
    format!("{help}{answer}")
}

/// Why nothing of these words is noted. How to write a reading is no answer to somebody who is in danger.
fn why_not(message: &str, error: TextedError) -> String {
    if glimpsed(message).iter().any(is_off_the_meter) {
        return OFF_THE_METER.to_owned();
    }
    match error {
        TextedError::NoNumber | TextedError::OfWhat if signs_beside(message, &[]).is_some() => UNREAD.to_owned(),
        TextedError::NoNumber if message.trim().eq_ignore_ascii_case("hi") => HI.to_owned(),
        error => not_understood(error),
    }
}

/// Why nothing was understood, and what to write.
fn not_understood(error: TextedError) -> String {
    match error {
        TextedError::TooMany => "That is too much for one message, and nothing was noted. Send a few at a time.".to_owned(),
        TextedError::NoNumber | TextedError::OfWhat => format!("We did not understand that, and nothing was noted. {EXAMPLES}"),
        TextedError::OneOfTwo => {
            "A blood pressure has two numbers, and the bottom one is missing, so nothing was noted. Send both, such as: BP 142/88.".to_owned()
        }
        TextedError::WhichWeight => {
            "We could not tell if that is stones or kilograms, so nothing was noted. Write it such as: weight 12st 4lb, or: weight 78.4 kg."
                .to_owned()
        }
        TextedError::NotNow => {
            "We could not tell when that was, so nothing was noted. If it was today, add the time: BP 142/88 at 8am. Or sign in."
                .to_owned()
        }
        TextedError::Date => {
            "Is that a date? We could not tell, so nothing was noted. If it was today, send it without the date. Or sign in."
                .to_owned()
        }
        TextedError::Correction => {
            "Nothing was noted or taken out. To take out your last message, send only the word WRONG. Then send it as it should be.".to_owned()
        }
    }
}

/// Whom to ring for somebody who may end or hurt themself: as long as one text message (3GPP TS 23.040: 160 characters), so that it is
/// whole where only the first comes. NHS, Where to get urgent help for mental health; Help for suicidal thoughts.
const DESPAIR: &str = "If you or somebody else may be in danger now, call 999. To talk at any time, call 111 and choose option 2, call Samaritans on 116 123, or text SHOUT to 85258. No person reads your text now. ";
/// What is said wherever nothing was noted, or a sign was named that no reading asks about: somebody who is ill may wait for the answer.
const SAFETY: &str = " If you feel very unwell call 999 or 111.";

/// The same, except behind what says to call 999 at once: "or 111" would take that back.
fn safety(gravest: Option<Urgency>) -> &'static str {
    if gravest == Some(Urgency::Emergency) { "" } else { SAFETY }
}

/// What is said of what was noted and has advice, where no rule of a care team is about it: whoever reads what to do about a number may
/// believe that somebody else has read it too.
const NOBODY: &str = " No care team is told of this.";
/// The most characters of an answer: what GOV.UK Notify sends as one message.
const LONGEST: usize = 918;

/// The answer where nobody knows whose readings these are.
fn not_noted(message: &TextIn, why: &str) -> String {
    unkept(message, (why, why), (&told_in(&message.text), &of_anybody()))
}

/// The answer to a message of which nothing is noted, with why, or with the short of it where the room is short. What is to be done now
/// comes first: where only the first text message comes, it says when to call 999.
fn unkept(message: &TextIn, (why, short): (&str, &str), about: (&[TextedReading], &Beside)) -> String {
    if !is_urgent(about.0, about.1) {
        return advised(opened(message, why), about, SAFETY);
    }
    // What is told in words alone is answered with when to call 999 and when 111, which a milder call behind it would take back.
    let is_in_words = about.0.iter().all(TextedReading::is_in_words);
    let safety = if is_in_words { "" } else { safety(gravest(about.0, about.1)) };
    let advice_first = |end: &str| advised(opened(message, "").trim_end().to_owned(), about, end).trim_start().to_owned();
    let whole = format!("{} {why}{safety}", advice_first(""));
    if whole.chars().count() <= LONGEST { whole } else { advice_first(&format!(" {short}{safety}")) }
}

/// An answer with what to do about these readings, as much of it as a message holds, the most urgent first.
fn advised(answer: String, about: (&[TextedReading], &Beside), end: &str) -> String {
    advised_by(answer, about, &[], end)
}

/// The same with what care teams ask for: after what public guidance asks for at once, which names 999, and before the rest; of an average
/// that the reading itself is not like, after all that is about the reading.
fn advised_by(mut answer: String, (readings, beside): (&[TextedReading], &Beside), asks: &[TeamAsks], end: &str) -> String {
    let room = LONGEST.saturating_sub(end.chars().count());
    let (now, mut later): (Vec<_>, Vec<_>) =
        to_do_unkept(readings, beside).into_iter().partition(|(_, advice)| advice.urgency >= Urgency::Now);
    // "For some people this is usual" of a second number would take back "call 999 now".
    if now.first().is_some_and(|(_, advice)| advice.urgency == Urgency::Emergency) {
        later.clear();
    }
    let said = |(when, advice): &(String, &'static Advice)| said_of(when, advice);
    let has_advice = !now.is_empty() || !later.is_empty();
    let (of_average, of_reading): (Vec<_>, Vec<_>) = asks.iter().partition(|one| one.of_average);
    let asked = |one: &&TeamAsks| asked_of(one, has_advice);
    let of_reading = now.iter().map(said).chain(of_reading.iter().map(asked)).chain(later.iter().map(said));
    let all: Vec<[String; 3]> = of_reading.chain(of_average.iter().map(asked)).collect();
    for (place, ways) in all.iter().enumerate() {
        // What comes first leaves room for what is dangerous of the rest.
        let held: usize = all.iter().skip(place + 1).map(|[_, danger, _]| danger.chars().count()).sum();
        let used = answer.chars().count();
        let fits = |held: usize| ways.iter().find(|way| used + way.chars().count() + held <= room);
        // Where room is short, the danger in each comes before the whole of the first.
        let tight = || ways.iter().skip(1).chain(ways.first()).find(|way| used + way.chars().count() <= room);
        if let Some(way) = fits(held).or_else(tight) {
            answer.push_str(way);
        }
    }
    answer.push_str(end);
    answer
}

/// A piece of advice whole, what is dangerous of it, and as short as can be. When to call 999 comes before what else to do, as on the
/// page of a reading: whoever reads no more than the beginning reads that.
fn said_of(when: &str, advice: &Advice) -> [String; 3] {
    // Why it holds is a sentence, and comes after what is most urgent; in which case it does, before it.
    let (when, why) = if when.ends_with('.') { ("", format!(" {when}")) } else { (when, String::new()) };
    let emergency = if advice.emergency.is_empty() { String::new() } else { format!(" Call 999 if {}.", advice.emergency) };
    let (title, does) = (advice.title, advice.does.join(" "));
    // "This is an emergency. Call 999" and "Call 999 now" are one call.
    let once = title.strip_suffix("Call 999").filter(|_| why.is_empty() && does.starts_with("Call 999 now"));
    let whole = match once {
        Some(what) => format!(" {when}{what}{does}"),
        None => format!(" {when}{title}.{why}{emergency} {does}"),
    };
    // Where not all of it fits, what is dangerous comes before the rest.
    let ring = if advice.urgency == Urgency::Emergency { "" } else { " Call 111 about it." };
    let danger = if emergency.is_empty() { ring } else { &emergency };
    [whole, format!(" {when}{title}.{why}{danger}"), format!(" {when}{title}.{ring}")]
}

/// What a care team asks for whole, where it does not fit, and as short as can be. What it asks of an average may be the opposite of what
/// there is to do about the reading, and so says of what it is, and what counts.
fn asked_of(one: &TeamAsks, has_advice: bool) -> [String; 3] {
    let of = match RuleFound::about(one.of_average, has_advice) {
        "" => String::new(),
        said => format!(" {said}"),
    };
    let sign_in = format!("{of} Your care team asks you to do something about it. Sign in to read what.");
    [format!("{of} From your care team: {}{}", one.words, one.looks), format!("{sign_in}{}", one.looks), sign_in]
}

/// Asks whether it is right, where that can be; the same again says so. Nothing is noted.
async fn asked(
    core: &Core,
    tx: &mut Tx,
    (question, message): (&str, &TextIn),
    (readings, beside): (&[TextedReading], &Beside),
    problems: &[(Measure, FieldProblem)],
) -> Result<String, ServiceError> {
    let can_be = problems.iter().all(|(_, problem)| problem.field == "sure");
    if can_be {
        text_in::ask(tx, question, core.now()).await?;
    }
    let why = |(measure, problem): &(Measure, FieldProblem)| {
        // The form says it beside the box of the top number.
        if problem.field != "sure" && readings.iter().any(|one| one.measure == *measure && is_swapped(one)) {
            return "The top number of a blood pressure must be higher than the bottom number. Check both.".to_owned();
        }
        let words = problem.message.split(" Choose the unit again").next().unwrap_or_default();
        format!("{}: {words}{}", measure.name(), if words.ends_with(['.', '?']) { "" } else { "." })
    };
    let why: Vec<String> = problems.iter().map(why).collect();
    // No form keeps it as it is either.
    let then = match can_be {
        true => "If it is right, send the same again within an hour.",
        false if readings.iter().any(is_swapped) => "Send it again with the top number first, such as: BP 142/88.",
        false if problems.iter().any(|(_, problem)| problem.field == "unit") => "Send it again with the unit.",
        false => "Send it again.",
    };
    let short = format!("{NOTHING} {then}");
    let told = with_signs(&message.text, readings.to_vec());
    Ok(unkept(message, (&format!("{} {short}", why.join(" ")), &short), (&told, beside)))
}

/// Whether the first of its two numbers is not the higher one.
fn is_swapped(reading: &TextedReading) -> bool {
    let heard = hear(reading.measure, &Typed { numbers: &reading.numbers, unit: reading.unit, sure: false });
    heard.is_err_and(|doubts| doubts.iter().any(|(_, doubt)| *doubt == Doubt::WrongWayRound))
}

/// Whether it was asked within the hour if just this is right: then it is, once.
async fn was_asked(core: &Core, tx: &mut Tx, question: &str) -> Result<bool, ServiceError> {
    Ok(text_in::was_asked(tx, question, core.now() - SURE_WITHIN).await?)
}

/// The id under which it is known that somebody was asked about these readings, of the time by the clock that they said.
fn question(account: AccountId, readings: &[TextedReading], time: Option<SaidTime>) -> String {
    format!("asked {}", hex::encode(crate::hashing::sha256(format!("{account} {readings:?} {time:?}").as_bytes())))
}

/// Why nothing of a message is noted that was understood.
fn refused_for(problems: &[FieldProblem]) -> String {
    let why = problems.first().map_or("", |problem| problem.message.as_str());
    format!("Sorry: {why}. {NOTHING}")
}

/// The one-time id of a reading that a message tells, so that the same message twice is one.
fn submission(message: &str, place: usize) -> Uuid {
    let hash = crate::hashing::sha256(format!("text message {place} {message}").as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(hash.get(..16).unwrap_or(&[0; 16]));
    uuid::Builder::from_custom_bytes(id).into_uuid()
}

/// Takes out what the last message told, as far as nobody changed it since.
async fn taken_back(core: &Core, tx: &mut Tx, sender: &Sender) -> Result<String, ServiceError> {
    let (person, account, now) = (sender.subject.person, sender.account, core.now());
    let (mut gone, mut left) = (Vec::new(), false);
    for id in text_in::last(tx, account, person, now - UNDO_WITHIN).await? {
        let Some(row) = reading::one(tx, person, id).await? else { continue };
        let measure: Measure = row.measure()?;
        if row.version == 1 && reading::remove(tx, (person, id, row.version), account, now).await? {
            let unit = measure.unit_of(&row.unit).unwrap_or_else(|| measure.unit());
            let (first, second) = (row.first_value, row.second_value.map(Amount::from_thousandths));
            let number = measure.in_a_sentence(unit, &row.said, Amount::from_thousandths(first), second);
            gone.push((id, format!("{} {number}", measure.name_in_sentence())));
        } else {
            left = true;
        }
    }
    let is_told = !gone.is_empty() && rules::settle_by(core, tx, (sender.subject, None)).await?;
    for (place, (id, _)) in gone.iter().enumerate() {
        let event = Event::on_record(&sender.actor, sender.subject, Action::ReadingChanged, purpose(sender.subject));
        let event = event.about("what", "removed").about("reading", id).about("channel", "text");
        activity::append(core, tx, told(event, is_told && place + 1 == gone.len())).await?;
    }
    let names: Vec<&str> = gone.iter().map(|(_, name)| name.as_str()).collect();
    Ok(match (gone.is_empty(), left) {
        (false, _) => format!("Taken out again: {}. Send it as it should be.", names.join(", ")),
        (true, true) => "That reading was changed since. Sign in to change it again.".to_owned(),
        (true, false) => "There is nothing from the last 24 hours to take out.".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_care_team_come_after_a_call_to_999_and_fit_or_are_pointed_to() {
        let readings = |text: &str| match understand(text) {
            Ok(Texted::Readings(readings)) => readings,
            other => panic!("{text}: {other:?}"),
        };
        let ask = |words: &str| TeamAsks {
            colour: Colour::Red,
            words: words.to_owned(),
            looks: " They look.".to_owned(),
            of_average: false,
        };
        let said = |text: &str, words: &str, end: &str| {
            let said = advised_by("Noted.".to_owned(), (&readings(text), &Beside::default()), &[ask(words)], end);
            assert!(said.chars().count() <= LONGEST && said.ends_with(end), "{said}");
            said
        };
        let place = |said: &str, words: &str| said.find(words).unwrap_or_else(|| panic!("no {words} in {said}"));
        for end in ["", SAFETY] {
            let now = said("oxygen 90", "Ring us.", end);
            assert!(
                place(&now, "This oxygen level is very low") < place(&now, "From your care team: Ring us. They look."),
                "{now}"
            );
            let soon = said("oxygen 93", "Ring us.", end);
            assert!(place(&soon, "From your care team: Ring us. They look.") < place(&soon, "lower than usual"), "{soon}");
            for text in ["oxygen 90", "oxygen 93", "BP 190/125 oxygen 90 sugar 2.5"] {
                let long = said(text, &"Do as we agreed. ".repeat(80), end);
                place(&long, "Sign in to read what. They look.");
                assert!(long.contains("999"), "{long}");
            }
        }
    }

    #[test]
    fn beside_a_call_to_999_nothing_is_said_that_can_wait() {
        let Ok(Texted::Readings(told)) = understand("temp 39 rash BP 85/50") else { panic!("it is understood") };
        let said = advised("Noted.".to_owned(), (&told, &Beside::default()), "");
        assert!(said.contains("What you see needs 999 now, whatever the temperature is."), "{said}");
        assert!(!said.contains("This blood pressure is low"), "{said}");
        let Ok(Texted::Readings(told)) = understand("temp 37 BP 85/50") else { panic!("it is understood") };
        let said = advised("Noted.".to_owned(), (&told, &Beside::default()), "");
        assert!(said.contains("This blood pressure is low"), "{said}");
    }

    #[test]
    fn a_signature_is_of_its_body_its_time_and_its_secret() {
        let secret: PushSecret = "a-secret-of-at-least-32-characters".parse().unwrap();
        let now: DateTime<Utc> = "2026-11-29T09:00:00Z".parse().unwrap();
        let sign = |secret: &PushSecret, at: DateTime<Utc>, body: &str| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.bytes()).unwrap();
            mac.update(format!("{}.{body}", at.timestamp()).as_bytes());
            format!("t={},v1={}", at.timestamp(), hex::encode(mac.finalize().into_bytes()))
        };
        assert!(is_signed(&secret, &sign(&secret, now, "{}"), b"{}", now));
        assert!(is_signed(&secret, &sign(&secret, now - TimeDelta::minutes(4), "{}"), b"{}", now));
        assert!(!is_signed(&secret, &sign(&secret, now - TimeDelta::minutes(6), "{}"), b"{}", now), "too old");
        assert!(!is_signed(&secret, &sign(&secret, now, "{}"), b"{ }", now), "another body");
        let other: PushSecret = "another-secret-of-32-characters-or-more".parse().unwrap();
        assert!(!is_signed(&secret, &sign(&other, now, "{}"), b"{}", now), "another secret");
        for wrong in ["", "t=1", "v1=00", "t=x,v1=00", "t=1764406800,v1=zz"] {
            assert!(!is_signed(&secret, wrong, b"{}", now), "{wrong}");
        }
    }
}
