//! What people of the demonstration say about themselves, as they would type it.

use crate::commands::told;
use crate::seed::Population;
use domain::access::{Actor, Assurance};
use service::{AboutForm, ContactForm, NeedsForm, NeedsOf, NoteForm, PeopleForm, Services};

/// What somebody needs, who says so, and about whom.
struct Said {
    by: &'static str,
    /// Somebody for whom they act; themselves where it is empty.
    of: &'static str,
    chosen: &'static str,
    interpreter: &'static str,
    impairments: &'static str,
    own_words: &'static str,
}

const SAID: [Said; 4] = [
    Said {
        by: "margaret",
        of: "",
        chosen: "print-20 hearing-aid lip-reads by-letter",
        interpreter: "",
        impairments: "1 2",
        own_words: "",
    },
    Said { by: "samira", of: "", chosen: "print-24 long-appointment", interpreter: "ar", impairments: "1", own_words: "" },
    Said { by: "stephen", of: "", chosen: "bsl-video by-text uses-bsl", interpreter: "bfi", impairments: "2", own_words: "" },
    Said {
        by: "anita",
        of: "kamla",
        chosen: "easy-read carer-present slowly low-noise",
        interpreter: "",
        impairments: "6",
        own_words: "Tell her who you are each time, and speak of one thing at a time.",
    },
];

/// Brings it in.
///
/// # Errors
/// What went wrong, in one plain sentence.
pub(crate) async fn keep(services: &Services, population: &Population) -> Result<(), String> {
    for one in &SAID {
        let Some(actor) = citizen(services, population, one.by).await? else { continue };
        let of = match one.of {
            "" => own(services, &actor).await?,
            of => {
                let of = population.people.iter().find(|person| person.key == of).and_then(|person| person.nhs_number.clone());
                let Some(number) = of else { continue };
                NeedsOf::Person(services.people.find(&Actor::Operator, &number).await.map_err(told)?.id)
            }
        };
        let form = NeedsForm {
            chosen: one.chosen.to_owned(),
            needs_interpreter: if one.interpreter.is_empty() { "no" } else { "yes" }.to_owned(),
            interpreter: one.interpreter.to_owned(),
            other_language: String::new(),
            impairments: one.impairments.to_owned(),
            own_words: one.own_words.to_owned(),
            version: "0".to_owned(),
            submission: services.core.new_id().to_string(),
        };
        services.profile.save_needs(&actor, of, &form).await.map_err(told)?;
    }
    margaret(services, population).await
}

/// Somebody of the demonstration, signed in.
async fn citizen(services: &Services, population: &Population, key: &str) -> Result<Option<Actor>, String> {
    let Some(person) = population.people.iter().find(|person| person.key == key && person.has_account) else { return Ok(None) };
    let id = services.accounts.find(&Actor::Operator, &person.email).await.map_err(told)?.id;
    Ok(Some(Actor::Account { id, assurance: Assurance::SecondStep }))
}

/// Whose needs somebody says of themself: of their record, or of their account as long as that opens none.
async fn own(services: &Services, actor: &Actor) -> Result<NeedsOf, String> {
    let people = services.linking.people(actor).await.map_err(told)?;
    Ok(people.first().map_or(NeedsOf::Account, |person| NeedsOf::Person(person.person)))
}

/// How she is reached, whom to tell, and two notes of her own.
async fn margaret(services: &Services, population: &Population) -> Result<(), String> {
    let Some(actor) = citizen(services, population, "margaret").await? else { return Ok(()) };
    let NeedsOf::Person(person) = own(services, &actor).await? else { return Ok(()) };
    let (side, submission) = (&services.profile, || services.core.new_id().to_string());
    let contact = ContactForm {
        address: "Rose Cottage\nLong Lane\nNether Prunella".to_owned(),
        postcode: "TA1 1AA".to_owned(),
        mobile: "07700 900101".to_owned(),
        phone: "01632 960101".to_owned(),
        preferred: "letter".to_owned(),
        version: "0".to_owned(),
        submission: submission(),
        ..ContactForm::default()
    };
    side.save_contact(&actor, person, &contact).await.map_err(told)?;
    let people = PeopleForm {
        people: vec![
            ("Peter Ellis".to_owned(), "son".to_owned(), "07700 900191".to_owned(), true),
            ("Joan Abbot".to_owned(), "neighbour".to_owned(), "01632 960102".to_owned(), false),
        ],
        version: "1".to_owned(),
        submission: submission(),
    };
    side.save_people(&actor, person, &people).await.map_err(told)?;
    let about = AboutForm {
        ethnicity: "A".to_owned(),
        language: "en".to_owned(),
        version: "2".to_owned(),
        submission: submission(),
        ..AboutForm::default()
    };
    side.save_about(&actor, person, &about).await.map_err(told)?;
    for (title, words, who) in [
        ("To ask at my review", "Can I take the water tablet later in the day?\nMy ankles are less swollen.", "shared"),
        ("", "Slept badly all week.", "private"),
    ] {
        let note = NoteForm {
            title: title.to_owned(),
            words: words.to_owned(),
            who: who.to_owned(),
            submission: submission(),
            ..NoteForm::default()
        };
        side.write_note(&actor, person, &note).await.map_err(told)?;
    }
    Ok(())
}
