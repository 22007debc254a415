//! How somebody is reached, whom to tell, and who they are: what they keep here, and what services recorded.

use super::copying::{self, AskedToCopy};
use super::{MOST_VERSIONS, Profile, asked_once, name_of, one_line, wrong_line};
use crate::activity::{self, Event};
use crate::error::gather;
use crate::eyes::{Eyes, NotedBy};
use crate::reader::Reader;
use crate::records::{self, purpose};
use crate::{Core, FieldProblem, PersonSummary, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask};
use domain::account::Email;
use domain::appointment::Postcode;
use domain::audit::Action;
use domain::profile::{Contact, ContactDetails, Ethnicity, Language, MOST_CONTACTS, PhoneError, PhoneNumber, Way, address_lines};
use domain::record::Detail;
use domain::team::WorkKind;
use domain::{AccountId, PersonId};
use store::profile::{self, ProfileRow};
use store::{Tx, person_write, record};
use uuid::Uuid;

/// What sources say of somebody that is shown beside what they keep here: the labels of an entry about who they are.
const BESIDE: [&str; 8] = ["Address", "Temporary address", "Mobile", "Phone", "Email", "Text messages", "Language", "Contact"];

/// Which part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedPart {
    /// How they are reached.
    Contact,
    /// Whom to tell.
    People,
    /// Ethnic background and language.
    About,
}

impl SavedPart {
    const fn code(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::People => "people",
            Self::About => "about",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Contact, Self::People, Self::About].into_iter().find(|part| part.code() == code)
    }
}

/// Whom to tell, in the words of the person or of somebody who acts for them. No service has checked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnContacts {
    /// The next of kin first, else in the order in which they were written.
    pub people: Vec<Contact>,
    /// Who said so.
    pub by: NotedBy,
    /// When.
    pub at: DateTime<Utc>,
}

/// A version of what somebody keeps here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailsVersion {
    /// Its number, from 1; 0 where nothing was kept yet.
    pub version: i32,
    /// Which part was changed by it.
    pub part: SavedPart,
    /// How they are reached.
    pub contact: ContactDetails,
    /// Whom to tell, in the order in which they were written.
    pub people: Vec<Contact>,
    /// What they say their ethnic background is.
    pub ethnicity: Option<Ethnicity>,
    /// Their main language.
    pub language: Option<Language>,
    /// Its name, where it is none of the list; else empty.
    pub other_language: String,
    /// Who made it so, and when; absent where nothing was kept yet.
    pub saved: Option<(NotedBy, DateTime<Utc>)>,
}

/// What one source recorded of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedDetails {
    /// The source.
    pub organisation: String,
    /// What it says, in its words.
    pub details: Vec<Detail>,
}

/// What somebody keeps here, with what services recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailsSeen {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// What the person is called.
    pub name: String,
    /// What is kept now.
    pub now: DetailsVersion,
    /// What each source recorded, the newest first.
    pub recorded: Vec<RecordedDetails>,
    /// Whether the reader may change it.
    pub may_change: bool,
    /// Which practices were asked to copy what was changed; told to whoever does not work for one.
    pub asked: Vec<AskedToCopy>,
}

/// How somebody is reached, as their form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactForm {
    /// The lines of the address.
    pub address: String,
    /// Its postcode.
    pub postcode: String,
    /// The mobile number.
    pub mobile: String,
    /// Another number.
    pub phone: String,
    /// The email address.
    pub email: String,
    /// How they like best to be reached.
    pub preferred: String,
    /// The version that the page showed.
    pub version: String,
    /// The form's one-time id.
    pub submission: String,
}

/// Whom to tell, as its form sends it: name, what they are to the person, number, and whether they are the next of kin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleForm {
    /// One each; those without anything are left out.
    pub people: Vec<(String, String, String, bool)>,
    /// The version that the page showed.
    pub version: String,
    /// The form's one-time id.
    pub submission: String,
}

/// Ethnic background and language, as their form sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AboutForm {
    /// By code; empty where nothing was chosen.
    pub ethnicity: String,
    /// By code; empty where nothing was chosen.
    pub language: String,
    /// Its name, where it is none of the list.
    pub other_language: String,
    /// The version that the page showed.
    pub version: String,
    /// The form's one-time id.
    pub submission: String,
}

/// What of it changes.
enum Change {
    Contact(ContactDetails),
    People(String),
    About(Option<Ethnicity>, Option<Language>, String),
}

impl Change {
    const fn part(&self) -> SavedPart {
        match self {
            Self::Contact(_) => SavedPart::Contact,
            Self::People(_) => SavedPart::People,
            Self::About(..) => SavedPart::About,
        }
    }
}

impl Profile {
    /// What somebody keeps here, and what services recorded: the person, somebody who acts for them, and a care team see it. The look is
    /// audited. Who acts for them sees of what services recorded only what is open to them; a care team reads that in the record.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn details(&self, actor: &Actor, person: PersonId) -> Result<DetailsSeen, ServiceError> {
        let (mut tx, subject, reader, may_change) = self.look(actor, person, Ask::SeeProfile).await?;
        let eyes = Eyes::of(&mut tx, actor, person).await?;
        let now = match profile::newest(&mut tx, person).await? {
            Some(row) => version(&row, eyes)?,
            None => nothing(),
        };
        let name = name_of(&mut tx, person).await?;
        let recorded = if subject.organisation.is_some() { Vec::new() } else { recorded(&mut tx, &reader).await? };
        let asked = match subject.organisation {
            Some(_) => Vec::new(),
            None => {
                let changed = copying::changed_at(&mut tx, person).await?;
                copying::asked(&mut tx, (person, WorkKind::ContactChange), changed).await?
            }
        };
        let whose = records::summary(&mut tx, &reader).await?;
        drop(tx);
        self.looked(actor, subject, "details").await?;
        Ok(DetailsSeen { whose, name, now, recorded, may_change, asked })
    }

    /// Every version of it, the newest first. The look is audited.
    ///
    /// # Errors
    /// As [`Profile::details`].
    pub async fn details_history(&self, actor: &Actor, person: PersonId) -> Result<Vec<DetailsVersion>, ServiceError> {
        let (mut tx, subject, _) = self.enter(actor, person, Ask::SeeProfile).await?;
        let eyes = Eyes::of(&mut tx, actor, person).await?;
        let rows = profile::versions(&mut tx, person, MOST_VERSIONS).await?;
        let all = rows.iter().map(|row| version(row, eyes)).collect::<Result<_, _>>()?;
        drop(tx);
        self.looked(actor, subject, "details").await?;
        Ok(all)
    }

    /// Lets through whoever may change it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not.
    pub async fn may_keep(&self, actor: &Actor, person: PersonId) -> Result<(), ServiceError> {
        self.enter(actor, person, Ask::KeepProfile).await.map(|_| ())
    }

    /// Keeps how somebody is reached, as a new version. The same form twice is one version; nothing that services recorded changes. Their
    /// practice finds it on its work list, to copy it into its own system.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`address`, `postcode`, `mobile`, `phone`, `email`, `preferred`), with no field where it has changed
    /// since it was seen; [`ServiceError::NotFound`] to whoever may not change it.
    pub async fn save_contact(&self, actor: &Actor, person: PersonId, form: &ContactForm) -> Result<(), ServiceError> {
        let read = read_contact(form);
        self.save(actor, person, (&form.submission, &form.version), read.map(Change::Contact)).await
    }

    /// Keeps whom to tell, as a new version.
    ///
    /// # Errors
    /// As [`Profile::save_contact`] (`name_1`, `relation_1`, `phone_1` and so on).
    pub async fn save_people(&self, actor: &Actor, person: PersonId, form: &PeopleForm) -> Result<(), ServiceError> {
        let read = read_people(form)
            .and_then(|people| serde_json::to_string(&people).map_err(ServiceError::internal))
            .map(Change::People);
        self.save(actor, person, (&form.submission, &form.version), read).await
    }

    /// Keeps ethnic background and language, as a new version.
    ///
    /// # Errors
    /// As [`Profile::save_contact`] (`ethnicity`, `language`, `other_language`).
    pub async fn save_about(&self, actor: &Actor, person: PersonId, form: &AboutForm) -> Result<(), ServiceError> {
        let read = read_about(form);
        self.save(actor, person, (&form.submission, &form.version), read).await
    }

    /// Whether whoever asks may do so is found out before anything is said of what they typed.
    async fn save(
        &self,
        actor: &Actor,
        person: PersonId,
        (submission, seen): (&str, &str),
        change: Result<Change, ServiceError>,
    ) -> Result<(), ServiceError> {
        let once = asked_once(submission, seen);
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &actor, person, Ask::KeepProfile).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                let (submission, seen) = once?;
                let change = change?;
                let part = change.part();
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                if profile::has_submission(tx, person, submission).await? {
                    return Ok(());
                }
                let before = profile::newest(tx, person).await?;
                if before.as_ref().map_or(0, |row| row.version) != seen {
                    return Err(ServiceError::changed_since());
                }
                let row = next(&core, before.clone(), change, by);
                if !profile::add(tx, person, submission, &row).await? {
                    return Err(ServiceError::changed_since());
                }
                copying::ask(&core, tx, person, (before.as_ref(), &row)).await?;
                let event = Event::on_record(&actor, subject, Action::ProfileChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", part.code())).await
            })
        })
        .await
    }
}

fn nothing() -> DetailsVersion {
    DetailsVersion {
        version: 0,
        part: SavedPart::Contact,
        contact: ContactDetails::default(),
        people: Vec::new(),
        ethnicity: None,
        language: None,
        other_language: String::new(),
        saved: None,
    }
}

fn version(row: &ProfileRow, eyes: Eyes) -> Result<DetailsVersion, ServiceError> {
    let part = SavedPart::from_code(&row.part).ok_or_else(|| store::StoreError::corrupt("a part of a profile is unknown"))?;
    Ok(DetailsVersion {
        version: row.version,
        part,
        contact: row.contact_details()?,
        people: row.contacts()?,
        ethnicity: row.ethnicity()?,
        language: row.language()?,
        other_language: row.other_language.clone(),
        saved: Some((eyes.by(row.account_id), row.at)),
    })
}

/// The version that a change makes of the one before.
fn next(core: &Core, before: Option<ProfileRow>, change: Change, by: AccountId) -> ProfileRow {
    let mut row = before.unwrap_or_else(|| ProfileRow {
        version: 0,
        part: String::new(),
        address: String::new(),
        postcode: String::new(),
        mobile: String::new(),
        phone: String::new(),
        email: String::new(),
        preferred: String::new(),
        contacts: "[]".to_owned(),
        ethnicity: String::new(),
        language: String::new(),
        other_language: String::new(),
        account_id: Uuid::nil(),
        at: core.now(),
    });
    row.version = row.version.saturating_add(1);
    change.part().code().clone_into(&mut row.part);
    (row.account_id, row.at) = (by.as_uuid(), core.now());
    let number = |number: Option<PhoneNumber>| number.map(String::from).unwrap_or_default();
    match change {
        Change::Contact(contact) => {
            row.address = contact.address.join("\n");
            row.postcode = contact.postcode.map(|postcode| postcode.as_str().to_owned()).unwrap_or_default();
            (row.mobile, row.phone) = (number(contact.mobile), number(contact.phone));
            row.email = contact.email;
            row.preferred = contact.preferred.map(Way::code).unwrap_or_default().to_owned();
        }
        Change::People(people) => row.contacts = people,
        Change::About(ethnicity, language, other) => {
            row.ethnicity = ethnicity.map(Ethnicity::code).unwrap_or_default().to_owned();
            row.language = language.map(Language::code).unwrap_or_default().to_owned();
            row.other_language = other;
        }
    }
    row
}

fn phone(field: &str, typed: &str) -> Result<Option<PhoneNumber>, FieldProblem> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    PhoneNumber::parse(typed).map(Some).map_err(|error| {
        let message = match error {
            PhoneError::NotDigits => "Enter a phone number with numbers only, like 01632 960 001",
            PhoneError::Length => "Check the phone number: it has too many or too few digits",
            PhoneError::NoCountry => {
                "Enter a UK phone number that begins with 0. If it is from another country, begin with + and the country code"
            }
        };
        FieldProblem::new(field, message)
    })
}

fn read_contact(form: &ContactForm) -> Result<ContactDetails, ServiceError> {
    let blank = |text: &str| text.trim().is_empty();
    gather! {
        address = address_lines(&form.address).map_err(|error| FieldProblem::new("address", wrong_line(error)));
        postcode = if blank(&form.postcode) { Ok(None) } else {
            let wrong = |_| FieldProblem::new("postcode", "Enter a full UK postcode, like LS21 3AA");
            Postcode::parse(&form.postcode).map(Some).map_err(wrong)
        };
        mobile = phone("mobile", &form.mobile);
        phone = phone("phone", &form.phone);
        email = if blank(&form.email) { Ok(String::new()) } else {
            let wrong = |_| FieldProblem::new("email", "Enter an email address in the usual form, like name@example.com");
            Email::parse(&form.email).map(|email| email.as_typed().to_owned()).map_err(wrong)
        };
        preferred = match form.preferred.as_str() {
            "" => Ok(None),
            word => Way::from_code(word).map(Some).ok_or_else(|| FieldProblem::new("preferred", "Choose how you like best to be contacted")),
        };
    }
    let missing = match preferred {
        Some(Way::Phone) if mobile.is_none() && phone.is_none() => {
            Some(("mobile", "Enter a phone number, as you want to be phoned"))
        }
        Some(Way::Text) if mobile.is_none() => Some(("mobile", "Enter a mobile number, as you want text messages")),
        Some(Way::Email) if email.is_empty() => Some(("email", "Enter an email address, as you want emails")),
        Some(Way::Letter) if address.is_empty() => Some(("address", "Enter an address, as you want letters")),
        _ if address.is_empty() && postcode.is_some() => {
            Some(("address", "Enter the street and town too, or leave out the postcode"))
        }
        _ => None,
    };
    match missing {
        Some((field, message)) => Err(ServiceError::field(field, message)),
        None => Ok(ContactDetails { address, postcode, mobile, phone, email, preferred }),
    }
}

fn read_people(form: &PeopleForm) -> Result<Vec<Contact>, ServiceError> {
    let (mut people, mut problems) = (Vec::new(), Vec::new());
    let typed = form.people.iter().enumerate();
    let filled =
        typed.filter(|(_, (name, relation, phone, _))| [name, relation, phone].iter().any(|text| !text.trim().is_empty()));
    for (place, (name, relation, number, next_of_kin)) in filled {
        let at = |field: &str| format!("{field}_{}", place + 1);
        let name = one_line(&at("name"), name).and_then(|name| match name.is_empty() {
            true => Err(FieldProblem::new(at("name"), "Enter their name")),
            false => Ok(name),
        });
        let relation = one_line(&at("relation"), relation).and_then(|relation| match relation.is_empty() {
            true => Err(FieldProblem::new(at("relation"), "Say who they are to you, like daughter or neighbour")),
            false => Ok(relation),
        });
        let phone = phone(&at("phone"), number)
            .and_then(|number| number.ok_or_else(|| FieldProblem::new(at("phone"), "Enter their phone number")));
        match (name, relation, phone) {
            (Ok(name), Ok(relation), Ok(phone)) => people.push(Contact { name, relation, phone, next_of_kin: *next_of_kin }),
            (name, relation, phone) => problems.extend([name.err(), relation.err(), phone.err()].into_iter().flatten()),
        }
    }
    if people.len() > MOST_CONTACTS {
        problems.push(FieldProblem::new("", format!("You can keep {MOST_CONTACTS} people and no more")));
    }
    if problems.is_empty() { Ok(people) } else { Err(ServiceError::Fields(problems)) }
}

fn read_about(form: &AboutForm) -> Result<Change, ServiceError> {
    gather! {
        ethnicity = match form.ethnicity.as_str() {
            "" => Ok(None),
            code => Ethnicity::from_code(code).map(Some).ok_or_else(|| FieldProblem::new("ethnicity", "Choose your ethnic background")),
        };
        language = match form.language.as_str() {
            "" => Ok(None),
            code => Language::from_code(code).filter(|one| one.is_main()).map(Some).ok_or_else(|| FieldProblem::new("language", "Choose your main language")),
        };
        other = one_line("other_language", &form.other_language);
    }
    match (language, other.is_empty()) {
        (Some(Language::Other), true) => Err(ServiceError::field("other_language", "Enter the name of your main language")),
        (Some(Language::Other), false) => Ok(Change::About(ethnicity, language, other)),
        _ => Ok(Change::About(ethnicity, language, String::new())),
    }
}

/// Whom to tell, as it was said here last; absent where nobody is named, or this is not open to the reader. It goes with a look that is
/// written down by whoever shows it.
pub(crate) async fn named_here(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
) -> Result<Option<OwnContacts>, ServiceError> {
    if !access::allows(core, tx, actor, person, Ask::SeeProfile).await? {
        return Ok(None);
    }
    let rows = profile::versions(tx, person, MOST_VERSIONS).await?;
    let Some(newest) = rows.first() else { return Ok(None) };
    let mut people = newest.contacts()?;
    if people.is_empty() {
        return Ok(None);
    }
    people.sort_by_key(|one| !one.next_of_kin);
    // A change of another part keeps them as they were.
    let said = rows.iter().find(|row| row.part == SavedPart::People.code()).unwrap_or(newest);
    let by = Eyes::of(tx, actor, person).await?.by(said.account_id);
    Ok(Some(OwnContacts { people, by, at: said.at }))
}

/// What each source recorded of who somebody is, as far as it is open to the reader.
async fn recorded(tx: &mut Tx, reader: &Reader) -> Result<Vec<RecordedDetails>, ServiceError> {
    let rows = record::own_details(tx, reader.person, &reader.filter).await?;
    let (rows, sources): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| ((row.line, None, row.details.0), row.source)).unzip();
    let told = records::full_lines(tx, reader, rows).await?;
    let all = told.into_iter().zip(sources).map(|((_, _, details), organisation)| RecordedDetails {
        organisation,
        details: details.into_iter().filter(|detail| BESIDE.contains(&detail.label.as_str())).collect(),
    });
    Ok(all.collect())
}
