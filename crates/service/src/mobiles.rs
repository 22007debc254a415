//! The mobile number to which an account gets text messages: shown to be theirs by a code that is sent to it.

use crate::activity::{self, Event};
use crate::appointments::REMINDER_TEXT;
use crate::factors::allowed;
use crate::hashing::sha256;
use crate::limits::{self, Attempt};
use crate::mail::{self, Letter};
use crate::sessions::{CurrentSession, Origin};
use crate::text::{self, Note};
use crate::{Core, FieldProblem, ServiceError};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::{Action, Purpose};
use domain::mobile::MobileError;
use domain::{AccountId, MobileNumber, PersonId};
use store::mobile::MobileRow;
use store::{StoreError, Tx, account, appointment, link, mobile, outbox};

/// How long a code works.
const CODE_FOR: TimeDelta = TimeDelta::minutes(15);

/// The number of an account, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MobileSeen {
    /// Where text messages go, once a code has shown that it is theirs.
    pub number: Option<MobileNumber>,
    /// A number to which a code was sent that still works.
    pub waiting: Option<MobileNumber>,
    /// Text messages are sent at all; otherwise whoever runs the service has not set them up.
    pub available: bool,
    /// To which number readings can be sent, where they can be; and whether they are taken from this one.
    pub readings: Option<(String, bool)>,
}

/// The use cases about mobile numbers.
#[derive(Clone)]
pub struct Mobiles {
    core: Core,
}

fn read_number(typed: &str) -> Result<MobileNumber, FieldProblem> {
    MobileNumber::parse(typed).map_err(|error| {
        let message = match error {
            MobileError::Empty => "Enter your mobile number",
            MobileError::NotDigits => "Enter a mobile number with numbers only, like 07700 900123",
            MobileError::Length => "Check the number: it has too many or too few digits",
            MobileError::NotMobile => "Enter a mobile number. UK mobile numbers begin with 07",
            MobileError::NoCountry => {
                "Enter a UK mobile number, like 07700 900123. If it is from another country, begin with + and the country code"
            }
        };
        FieldProblem::new("number", message)
    })
}

/// A number as it is stored.
pub(crate) fn stored(number: Option<&str>) -> Result<Option<MobileNumber>, StoreError> {
    number.map(|number| number.parse().map_err(|_| StoreError::corrupt("a mobile number is none"))).transpose()
}

/// The number to which an account gets text messages.
pub(crate) async fn confirmed(tx: &mut Tx, id: AccountId) -> Result<Option<MobileNumber>, ServiceError> {
    let row = mobile::of_account(tx, id).await?;
    Ok(stored(row.and_then(|row| row.number).as_deref())?)
}

/// What is kept of a code: whoever reads it can find the code by trying them all, and gains nothing by it, because a code is
/// accepted only from its own account, for a few minutes.
fn code_hash(id: AccountId, number: &MobileNumber, code: &str) -> [u8; 32] {
    sha256(format!("mobile code {id} {} {code}", number.as_e164()).as_bytes())
}

/// A code of six digits.
fn new_code(core: &Core) -> String {
    let mut bytes = [0_u8; 8];
    core.random().fill(&mut bytes);
    format!("{:06}", u64::from_le_bytes(bytes) % 1_000_000)
}

/// Tells the owner of the account, and writes down, what happened to its number.
async fn tell(core: &Core, tx: &mut Tx, actor: &Actor, id: AccountId, how: &str) -> Result<(), ServiceError> {
    let row = account::by_id(tx, id).await?.ok_or(ServiceError::NotSignedIn)?;
    let event = Event::on_account(actor, Action::MobileChanged, Purpose::AccountCare).about("what", how);
    activity::append(core, tx, event).await?;
    let what = match how {
        "added" => "a mobile number for text messages was added to",
        "changed" => "the mobile number for text messages was changed in",
        _ => "the mobile number for text messages was removed from",
    };
    mail::enqueue(core, tx, &row.email, &Letter::MobileChanged { what }).await
}

/// The people whose own account this is.
pub(crate) async fn own_people(tx: &mut Tx, id: AccountId) -> Result<Vec<PersonId>, ServiceError> {
    let links = link::of_account(tx, id).await?.into_iter().filter(|link| link.relation == "self");
    Ok(links.map(|link| PersonId::from_uuid(link.person_id)).collect())
}

impl Mobiles {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// Whether readings can be sent by text message.
    #[must_use]
    pub fn take_texts(&self) -> bool {
        self.core.texting().is_some()
    }

    /// The number of the actor's own account.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`].
    pub async fn seen(&self, actor: &Actor) -> Result<MobileSeen, ServiceError> {
        let id = actor.account().ok_or(ServiceError::NotSignedIn)?;
        let mut tx = self.core.read().await?;
        let row = mobile::of_account(&mut tx, id).await?;
        let waiting = row.as_ref().filter(|row| self.waits(row)).and_then(|row| row.pending_number.as_deref());
        Ok(MobileSeen {
            waiting: stored(waiting)?,
            number: stored(row.as_ref().and_then(|row| row.number.as_deref()))?,
            available: self.core.settings().texts,
            readings: self.core.texting().map(|texting| (texting.number.clone(), row.is_some_and(|row| row.takes_readings))),
        })
    }

    /// Whether a code of this row still works.
    fn waits(&self, row: &MobileRow) -> bool {
        row.pending_at.is_some_and(|at| at > self.core.now() - CODE_FOR)
    }

    /// Sends a code to a number: it becomes the account's own once the code is entered. A code sent before works no more.
    ///
    /// # Errors
    /// [`ServiceError::NeedsFreshSignIn`], [`ServiceError::NeedsSecondStep`], [`ServiceError::Fields`] (`number`),
    /// [`ServiceError::TooMany`] from one account, from one network address, and to one number.
    pub async fn ask(&self, actor: &Actor, session: &CurrentSession, number: &str, origin: &Origin) -> Result<(), ServiceError> {
        let mut tx = self.core.read().await?;
        let (id, _) = allowed(&mut tx, actor).await?;
        session.must_be_fresh(&self.core)?;
        if !self.core.settings().texts {
            return Err(ServiceError::field("number", "This service does not send text messages. We write to you by email"));
        }
        let number = read_number(number).map_err(|problem| ServiceError::Fields(vec![problem]))?;
        if confirmed(&mut tx, id).await?.as_ref() == Some(&number) {
            return Err(ServiceError::field("number", "This is your number already. Enter another one"));
        }
        drop(tx);
        let network = limits::network(origin.address);
        let refused = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    let asked = limits::ASKING.count(&core, tx, &network).await?;
                    let sent = limits::TEXTS.count(&core, tx, &id.to_string()).await?;
                    let to = limits::TEXT.count(&core, tx, number.as_e164()).await?;
                    for attempt in [asked, sent, to] {
                        if let Attempt::Refused(wait) = attempt {
                            return Ok(Some(wait));
                        }
                    }
                    let code = new_code(&core);
                    mobile::begin(tx, id, number.as_e164(), &code_hash(id, &number, &code), core.now()).await?;
                    let note = Note::Code { code, works_for: CODE_FOR };
                    outbox::insert(tx, &text::written(&core, &number, &note)).await?;
                    Ok(None)
                })
            })
            .await?;
        refused.map_or(Ok(()), |wait| Err(ServiceError::TooMany(wait)))
    }

    /// Makes the number that waits the account's own, by its code. What is on its way to the number before goes to this one.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], [`ServiceError::Fields`] (`code`),
    /// [`ServiceError::TooMany`]; [`ServiceError::NotFound`] when no number waits for a code.
    pub async fn confirm(&self, actor: &Actor, code: &str) -> Result<(), ServiceError> {
        let typed: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if typed.is_empty() {
            return Err(ServiceError::field("code", "Enter the 6 digit code from the text message"));
        }
        let (actor, mobiles) = (actor.clone(), self.clone());
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let (id, _) = allowed(tx, &actor).await?;
                    account::hold(tx, id, core.now()).await?;
                    let row = mobile::of_account(tx, id).await?.filter(|row| mobiles.waits(row));
                    let Some(row) = row else { return Err(ServiceError::NotFound) };
                    let Some(number) = stored(row.pending_number.as_deref())? else { return Err(ServiceError::NotFound) };
                    let key = id.to_string();
                    if let Attempt::Refused(wait) = limits::TEXT_CODE.count(&core, tx, &key).await? {
                        return Ok(Err(ServiceError::TooMany(wait)));
                    }
                    let hash = code_hash(id, &number, &typed);
                    if !mobile::confirm(tx, id, &hash, core.now()).await? {
                        let message = "That code did not work. Use the code of the newest text message from us";
                        return Ok(Err(ServiceError::field("code", message)));
                    }
                    limits::TEXT_CODE.clear(tx, &key).await?;
                    for person in own_people(tx, id).await? {
                        mobile::readdress(tx, person, REMINDER_TEXT, number.as_e164()).await?;
                    }
                    tell(&core, tx, &actor, id, if row.number.is_some() { "changed" } else { "added" }).await?;
                    Ok(Ok(()))
                })
            })
            .await?
    }

    /// Takes readings from the number, or no more. Whoever can send from it could add some.
    ///
    /// # Errors
    /// [`ServiceError::NeedsFreshSignIn`], [`ServiceError::NeedsSecondStep`]; [`ServiceError::NotFound`] when there is no number, and
    /// where text messages do not come in.
    pub async fn take_readings(&self, actor: &Actor, session: &CurrentSession, takes: bool) -> Result<(), ServiceError> {
        let mut tx = self.core.read().await?;
        allowed(&mut tx, actor).await?;
        session.must_be_fresh(&self.core)?;
        drop(tx);
        self.core.texting().ok_or(ServiceError::NotFound)?;
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let (id, _) = allowed(tx, &actor).await?;
                    account::hold(tx, id, core.now()).await?;
                    confirmed(tx, id).await?.ok_or(ServiceError::NotFound)?;
                    if mobile::take_readings(tx, id, takes).await? {
                        let how = if takes { "readings-on" } else { "readings-off" };
                        let event = Event::on_account(&actor, Action::MobileChanged, Purpose::AccountCare).about("what", how);
                        activity::append(&core, tx, event).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Removes the number, and takes back the text messages that wait for it.
    ///
    /// # Errors
    /// [`ServiceError::NeedsFreshSignIn`], [`ServiceError::NeedsSecondStep`]; [`ServiceError::NotFound`] when there is none.
    pub async fn remove(&self, actor: &Actor, session: &CurrentSession) -> Result<(), ServiceError> {
        let mut tx = self.core.read().await?;
        allowed(&mut tx, actor).await?;
        session.must_be_fresh(&self.core)?;
        drop(tx);
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let (id, _) = allowed(tx, &actor).await?;
                    account::hold(tx, id, core.now()).await?;
                    confirmed(tx, id).await?.ok_or(ServiceError::NotFound)?;
                    mobile::remove(tx, id).await?;
                    for person in own_people(tx, id).await? {
                        appointment::take_all_back(tx, person, REMINDER_TEXT).await?;
                    }
                    tell(&core, tx, &actor, id, "removed").await
                })
            })
            .await
    }
}
