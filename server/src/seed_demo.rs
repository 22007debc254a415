//! The demonstration: made-up people with accounts that anybody can sign in to.

use crate::commands::told;
use crate::seed::diary::{self, DemoBooking};
use crate::seed::load;
use crate::seed::pharmacies;
use crate::seed::prescriptions;
use crate::seed::readings::at_home;
use crate::seed::{DemoPerson, DemoStaff, Population, emails, population};
use crate::seed_profiles;
use crate::seed_readings;
use app::state::{Demo, DemoSignIn};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use domain::access::{Actor, Assurance};
use domain::correction::Act;
use domain::medicine::DoseAnswer;
use domain::record::Category;
use domain::relationship::LegalBasis;
use domain::scope::Scopes;
use domain::team::StaffRole;
use domain::when::london_day;
use domain::{NhsNumber, PersonId};
use serde_json::Value;
use service::{
    AccountSummary, ApplyForm, BookForm, CarerDecision, CarerTerms, Closing, CorrectionAnswer, CorrectionForm, DoseForm,
    Expected, ImportRequest, NO_FLAG, OrderRulesForm, OrganisationKind, ReminderForm, SearchForm, ServiceError, Services,
    StaffForm, TemplateForm, Which,
};
use std::io::Cursor;

/// One password for everybody who is made up.
const PASSWORD: &str = "purple meadow bee";

/// Brings the demonstration's people into the database, where they are not there already, and says who one can be.
///
/// # Errors
/// What went wrong, in one plain sentence; a database that is somebody else's is left as it was.
pub async fn seed_demo(services: &Services) -> Result<Demo, String> {
    let population = population(london_day(services.core.now()));
    let mut sign_ins = Vec::new();
    let already = services.accounts.list(&Actor::Operator).await.map_err(told)?;
    refuse_others(services, &population, &already).await?;
    for organisation in &population.organisations {
        let kind = OrganisationKind::from_code(organisation.kind).unwrap_or(OrganisationKind::Other);
        services.organisations.ensure(&Actor::Operator, &organisation.ods, &organisation.name, kind).await.map_err(told)?;
    }
    for person in &population.people {
        if person.has_account {
            sign_ins.push(DemoSignIn { email: person.email.clone(), who: person.who.clone() });
        }
        // The account comes last, so a seed that was stopped half way goes on where it was.
        if already.iter().any(|account| account.email == person.email) {
            continue;
        }
        let id = import(services, person).await?;
        fail_once(services, person, id).await?;
        if person.has_account {
            open_account(services, person, id).await?;
            prescribe(services, &population, person).await?;
        }
    }
    let staff = population.staff.iter().map(|one| DemoSignIn { email: one.email.clone(), who: one.who.clone() }).collect();
    for one in &population.staff {
        // Once: what was done with since is not put on the list again.
        if employ(services, one, &already).await? && one.role == StaffRole::Reception {
            ask_for_a_check(services, &population, one).await?;
        }
    }
    for one in &FAMILIES {
        let practice = population.people.iter().find(|person| person.key == one.person).map(|person| &person.practice_ods);
        let decides =
            population.staff.iter().find(|staff| staff.role == StaffRole::Clinician && Some(&staff.organisation_ods) == practice);
        act_for(services, &population, one, decides.filter(|_| one.decided)).await?;
    }
    take_orders(services, &population).await?;
    // Once: what was done with them since is left as it is.
    if !already.iter().any(|account| account.email.starts_with(REMINDED)) {
        keep_diary(services, &population).await?;
        measure_at_home(services, &population).await?;
        seed_profiles::keep(services, &population).await?;
        correct(services, &population).await?;
    }
    if open_diary(services, &population).await? {
        for one in &diary::BOOKINGS {
            book(services, &population, one).await?;
        }
    }
    services.pharmacies.load(&Actor::Operator, Cursor::new(pharmacies::FILE), Closing::Any).await.map_err(told)?;
    Ok(Demo { password: PASSWORD.to_owned(), people: sign_ins, staff })
}

/// Somebody who acts for another, or asks to.
struct Family {
    carer: &'static str,
    person: &'static str,
    relation: &'static str,
    legal_basis: LegalBasis,
    evidence: &'static str,
    labels: &'static str,
    reason: &'static str,
    /// The practice has said yes; otherwise it waits on its list.
    decided: bool,
}

const FAMILIES: [Family; 3] = [
    Family {
        carer: "anita",
        person: "kamla",
        relation: "daughter",
        legal_basis: LegalBasis::LastingPowerOfAttorney,
        evidence: "",
        labels: "general mental social",
        reason: "My mother has dementia. I have had a lasting power of attorney for her health and welfare since last year.",
        decided: true,
    },
    Family {
        carer: "anita",
        person: "isla",
        relation: "mother",
        legal_basis: LegalBasis::ParentalResponsibility,
        evidence: "BRTH",
        labels: "general",
        reason: "Isla is my daughter.",
        decided: true,
    },
    Family {
        carer: "beverley",
        person: "arthur",
        relation: "neighbour",
        legal_basis: LegalBasis::Consent,
        evidence: "",
        labels: "general",
        reason: "Arthur asked me to help him with his appointments and his repeat prescriptions.",
        decided: false,
    },
];

/// Applies to act for somebody, once, and lets the practice say yes where it has.
async fn act_for(services: &Services, population: &Population, one: &Family, decides: Option<&DemoStaff>) -> Result<(), String> {
    let by_key = |key: &str| population.people.iter().find(|person| person.key == key);
    let (Some(carer), Some(person)) = (by_key(one.carer), by_key(one.person)) else { return Ok(()) };
    let Some(number) = person.nhs_number.clone() else { return Ok(()) };
    let id = services.people.find(&Actor::Operator, &number).await.map_err(told)?.id;
    // Once: what became of it since is left as it is.
    if !services.carers.of_person(&Actor::Operator, id).await.map_err(told)?.is_empty() {
        return Ok(());
    }
    let account = services.accounts.find(&Actor::Operator, &carer.email).await.map_err(told)?.id;
    let born = person.birth_date;
    let form = ApplyForm {
        nhs_number: number,
        birth_date: [born.day().to_string(), born.month().to_string(), born.year().to_string()],
        family_name: person.family_name.clone(),
        relation: one.relation.to_owned(),
        legal_basis: one.legal_basis.code().to_owned(),
        evidence: one.evidence.to_owned(),
        scopes: Scopes::all().to_string(),
        reason: one.reason.to_owned(),
        submission: services.core.new_id().to_string(),
    };
    let actor = Actor::Account { id: account, assurance: Assurance::SecondStep };
    services.carers.apply(&actor, &form).await.map_err(told)?;
    let Some(decides) = decides else { return Ok(()) };
    let Some(asked) = services.carers.of_person(&Actor::Operator, id).await.map_err(told)?.into_iter().next() else {
        return Ok(());
    };
    let Some(staff) = actor_of(services, decides).await? else { return Ok(()) };
    let terms =
        CarerTerms { scopes: Scopes::all(), labels: one.labels.parse().unwrap_or_default(), ends_on: None, review_on: None };
    services.carers.decide(&staff, id, asked.id, asked.version, CarerDecision::Activate(terms)).await.map_err(told)
}

/// A member of staff at work.
async fn actor_of(services: &Services, one: &DemoStaff) -> Result<Option<Actor>, String> {
    let at = services.organisations.by_code(&Actor::Operator, &one.organisation_ods).await.map_err(told)?.id;
    let everybody = services.care_team.staff(&Actor::Operator, at).await.map_err(told)?;
    let Some(place) = everybody.iter().find(|other| other.email.as_ref() == Some(&one.email)) else { return Ok(None) };
    let id = services.accounts.find(&Actor::Operator, &one.email).await.map_err(told)?.id;
    Ok(Some(Actor::Staff { id, assurance: Assurance::SecondStep, member: place.member }))
}

/// Lets people order their medicines wherever a manager has not said whether they may.
async fn take_orders(services: &Services, population: &Population) -> Result<(), String> {
    for manager in population.staff.iter().filter(|one| one.role == StaffRole::Manager) {
        let Some(actor) = actor_of(services, manager).await? else { continue };
        if services.medicines.rules(&actor).await.map_err(told)?.version > 0 {
            continue;
        }
        let form = OrderRulesForm {
            takes_orders: "yes".to_owned(),
            asks_reason: "no".to_owned(),
            early_days: "7".to_owned(),
            version: "0".to_owned(),
        };
        services.medicines.change_rules(&actor, &form).await.map_err(told)?;
    }
    Ok(())
}

/// Who has reminders and a diary of a week.
const REMINDED: &str = "margaret";

/// Sets up reminders of somebody's first medicines, and keeps their diary of the week until now, as they would themselves.
async fn keep_diary(services: &Services, population: &Population) -> Result<(), String> {
    // As their sources say: each morning, and with breakfast and the evening meal.
    const TIMES: [(&str, &str); 2] = [("Amlodipine", "8am"), ("Metformin", "8am, 6pm")];
    let Some(person) = population.people.iter().find(|person| person.key == REMINDED) else { return Ok(()) };
    let Some(number) = &person.nhs_number else { return Ok(()) };
    let id = services.people.find(&Actor::Operator, number).await.map_err(told)?.id;
    let account = services.accounts.find(&Actor::Operator, &person.email).await.map_err(told)?.id;
    let actor = Actor::Account { id: account, assurance: Assurance::SecondStep };
    let (side, today) = (&services.medicines, london_day(services.core.now()));
    let from = today - Days::new(7);
    let seen = side.dose_reminders(&actor, id).await.map_err(told)?;
    for (name, times) in TIMES {
        let Some(one) = seen.medicines.iter().find(|one| one.name.starts_with(name)) else { continue };
        let form = ReminderForm {
            medicine: one.medicine.code(),
            name: one.name.clone(),
            times: times.to_owned(),
            days: "mon tue wed thu fri sat sun".to_owned(),
            from: [from.day().to_string(), from.month().to_string(), from.year().to_string()],
            how: "mail".to_owned(),
            submission: services.core.new_id().to_string(),
            ..ReminderForm::default()
        };
        side.add_reminder(&actor, id, &form).await.map_err(told)?;
    }
    side.choose_order_reminders(&actor, id, "mail").await.map_err(told)?;
    side.share_diary(&actor, id, "carers").await.map_err(told)?;
    for ahead in 0..7 {
        let day = side.doses_of_day(&actor, id, Some(from + Days::new(ahead))).await.map_err(told)?;
        for (place, dose) in day.doses.iter().enumerate() {
            // On one evening nobody said anything, and one dose was left out.
            let (act, note) = match (ahead, place) {
                (3, 2) => continue,
                (5, 2) => (DoseAnswer::Skipped, "I was out and had left them at home"),
                _ => (DoseAnswer::Taken, ""),
            };
            let form = DoseForm {
                reminder: dose.reminder.to_string(),
                due_at: dose.due_at.to_rfc3339(),
                act: act.code().to_owned(),
                note: note.to_owned(),
            };
            side.note_dose(&actor, id, &form).await.map_err(told)?;
        }
    }
    Ok(())
}

/// Lets people measure at home for months, and a clinician of their practice say what is wanted of it.
async fn measure_at_home(services: &Services, population: &Population) -> Result<(), String> {
    let today = london_day(services.core.now());
    for one in &at_home(today) {
        let Some(person) = population.people.iter().find(|person| person.key == one.key) else { continue };
        let decides = |staff: &&DemoStaff| staff.role == StaffRole::Clinician && staff.organisation_ods == person.practice_ods;
        let clinician = match population.staff.iter().find(decides) {
            Some(staff) => actor_of(services, staff).await?,
            None => None,
        };
        let Some(number) = &person.nhs_number else { continue };
        let id = services.people.find(&Actor::Operator, number).await.map_err(told)?.id;
        let account = services.accounts.find(&Actor::Operator, &person.email).await.map_err(told)?.id;
        let actor = Actor::Account { id: account, assurance: Assurance::SecondStep };
        seed_readings::keep(services, one, (&actor, id), (clinician.as_ref(), today)).await?;
    }
    Ok(())
}

/// A mistake that somebody reported in a health problem, and that their practice put right.
struct Mistake {
    person: &'static str,
    problem: &'static str,
    wrong: &'static str,
    should_say: &'static str,
    why: &'static str,
    answer: &'static str,
    /// The note of the problem from now on.
    note: &'static str,
}

const MISTAKE: Mistake = Mistake {
    person: "margaret",
    problem: "Osteoarthritis of knee",
    wrong: "It is not my left knee.",
    should_say: "Right knee",
    why: "Dr Larkspur looked at my right knee, and that is the one that hurts on the stairs.",
    answer: "You are right, and we are sorry. Your notes of that day say the right knee. We have put it right.",
    note: "Right knee. Worse on stairs.",
};

/// Reports a mistake as somebody would themselves, lets a clinician of their practice agree, and takes in what the practice then sends.
async fn correct(services: &Services, population: &Population) -> Result<(), String> {
    let Some(person) = population.people.iter().find(|person| person.key == MISTAKE.person) else { return Ok(()) };
    let decides = |staff: &&DemoStaff| staff.role == StaffRole::Clinician && staff.organisation_ods == person.practice_ods;
    let Some(staff) = population.staff.iter().find(decides) else { return Ok(()) };
    let Some(clinician) = actor_of(services, staff).await? else { return Ok(()) };
    let Some(number) = &person.nhs_number else { return Ok(()) };
    let id = services.people.find(&Actor::Operator, number).await.map_err(told)?.id;
    let account = services.accounts.find(&Actor::Operator, &person.email).await.map_err(told)?.id;
    let actor = Actor::Account { id: account, assurance: Assurance::SecondStep };
    let side = &services.corrections;

    let problems = services.records.list(&actor, id, Category::Problem, Which::All, None).await.map_err(told)?.lines;
    let Some(entry) = problems.iter().find(|line| line.title == MISTAKE.problem).map(|line| line.id) else { return Ok(()) };
    let seen = side.start(&actor, id, entry).await.map_err(told)?.entry.version;
    let form = CorrectionForm {
        wrong: MISTAKE.wrong.to_owned(),
        should_say: MISTAKE.should_say.to_owned(),
        why: MISTAKE.why.to_owned(),
        seen: seen.to_string(),
        by_letter: false,
        submission: services.core.new_id().to_string(),
    };
    let report = side.report(&actor, id, entry, &form).await.map_err(told)?;

    let waiting = services.work.list(&clinician).await.map_err(told)?;
    let Some(item) = waiting.iter().find(|item| item.about == report.as_uuid()).map(|item| item.id) else { return Ok(()) };
    let version = side.to_answer(&clinician, id, report).await.map_err(told)?.correction.version;
    let answer = CorrectionAnswer {
        act: Act::Accept.code().to_owned(),
        words: MISTAKE.answer.to_owned(),
        version: version.to_string(),
        submission: services.core.new_id(),
    };
    side.answer(&clinician, item, &answer).await.map_err(told)?;

    let Some(file) = put_right(person, services.core.now()) else { return Ok(()) };
    let organisation = services.organisations.by_code(&Actor::Operator, &person.practice_ods).await.map_err(told)?.id;
    let request = ImportRequest { organisation, expected: Some(Expected::Person(id)) };
    services.imports.import(&Actor::Operator, Cursor::new(file.into_bytes()), request).await.map(drop).map_err(told)
}

/// The problem in which the mistake was, as the practice sends it from now on.
fn put_right(person: &DemoPerson, now: DateTime<Utc>) -> Option<String> {
    let bundle = person.bundles.iter().find(|bundle| bundle.source_ods == person.practice_ods)?;
    let bundle: Value = serde_json::from_str(&bundle.json).ok()?;
    let says = |resource: &Value, at: &str, words: &str| resource.pointer(at).and_then(Value::as_str) == Some(words);
    let is_it = |one: &&Value| says(one, "/resourceType", "Condition") && says(one, "/code/text", MISTAKE.problem);
    let mut problem = bundle.get("entry")?.as_array()?.iter().filter_map(|entry| entry.get("resource")).find(is_it)?.clone();
    *problem.pointer_mut("/note/0/text")? = Value::from(MISTAKE.note);
    *problem.pointer_mut("/meta/lastUpdated")? = Value::from(now.to_rfc3339());
    Some(problem.to_string())
}

/// Says what can be booked at the practice; `false` when that was said before. What its manager changed since stays.
async fn open_diary(services: &Services, population: &Population) -> Result<bool, String> {
    let manages = |one: &&DemoStaff| one.role == StaffRole::Manager && one.organisation_ods == diary::organisation();
    let Some(manager) = population.staff.iter().find(manages) else { return Ok(false) };
    let Some(actor) = actor_of(services, manager).await? else { return Ok(false) };
    let (side, today) = (&services.diary, london_day(services.core.now()));
    if side.services(&actor).await.map_err(told)?.len() >= diary::SERVICES.len() {
        return Ok(false);
    }
    for ((year, month, day), name) in diary::HOLIDAYS {
        let day = NaiveDate::from_ymd_opt(year, month, day).filter(|day| *day >= today);
        if day.is_some() {
            side.close_day(&actor, day, name, "").await.map_err(told)?;
        }
    }
    // A seed that was stopped half way goes on where it was.
    services.postcodes.import(&Actor::Operator, Cursor::new(diary::POSTCODES)).await.map_err(told)?;
    let known = side.places(&actor).await.map_err(told)?;
    for place in diary::PLACES.iter().filter(|place| !known.iter().any(|one| one.name == place.name)) {
        side.add_place(&actor, &place.form()).await.map_err(told)?;
    }
    let known = side.practitioners(&actor).await.map_err(told)?;
    for form in diary::practitioners().iter().filter(|form| !known.iter().any(|one| one.name == form.name)) {
        side.add_practitioner(&actor, form).await.map_err(told)?;
    }
    let (places, people) = (side.places(&actor).await.map_err(told)?, side.practitioners(&actor).await.map_err(told)?);
    let known = side.services(&actor).await.map_err(told)?;
    for service in diary::SERVICES.iter().filter(|service| !known.iter().any(|one| one.name == service.name)) {
        let id = side.add_service(&actor, &service.form()).await.map_err(told)?;
        for clinic in service.clinics {
            let (held_by, place) = (clinic.held_by(), clinic.place.name);
            let form = TemplateForm {
                service: id.to_string(),
                place: places.iter().find(|one| one.name == place).map(|one| one.id.to_string()).unwrap_or_default(),
                practitioner: people.iter().find(|one| one.name == held_by).map(|one| one.id.to_string()).unwrap_or_default(),
                mode: clinic.mode.code().to_owned(),
                days: clinic.days.to_owned(),
                starts: clinic.starts.to_owned(),
                ends: clinic.ends.to_owned(),
                ..TemplateForm::default()
            };
            side.add_template(&actor, &form).await.map_err(told)?;
        }
    }
    Ok(true)
}

/// Books for somebody, as they would themselves.
async fn book(services: &Services, population: &Population, one: &DemoBooking) -> Result<(), String> {
    let Some(person) = population.people.iter().find(|person| person.key == one.person) else { return Ok(()) };
    let Some(number) = &person.nhs_number else { return Ok(()) };
    let id = services.people.find(&Actor::Operator, number).await.map_err(told)?.id;
    let account = services.accounts.find(&Actor::Operator, &person.email).await.map_err(told)?.id;
    let actor = Actor::Account { id: account, assurance: Assurance::SecondStep };
    let from = london_day(services.core.now()) + Days::new(one.days_ahead);
    let form = SearchForm { kind: one.kind.code().to_owned(), from: from.to_string(), ..SearchForm::default() };
    let found = services.appointments.search(&actor, id, &form).await.map_err(told)?;
    let Some(slot) = found.slots.first() else { return Ok(()) };
    let form = BookForm {
        slot: slot.id.to_string(),
        reason: one.reason.to_owned(),
        flag: NO_FLAG.to_owned(),
        submission: services.core.new_id().to_string(),
        ..BookForm::default()
    };
    services.appointments.book(&actor, id, &form).await.map(drop).map_err(told)
}

/// Refuses a database that is not the demonstration's. Once it is, others may be added: whoever tries it out does.
async fn refuse_others(services: &Services, population: &Population, accounts: &[AccountSummary]) -> Result<(), String> {
    if accounts.iter().any(|account| emails().any(|email| email == account.email)) {
        return Ok(());
    }
    let (people, _) = services.people.list(&Actor::Operator, None).await.map_err(told)?;
    // A seed that was stopped before its first account leaves people of its own.
    let strangers = people.iter().any(|person| {
        let number = person.nhs_number.as_ref().map(NhsNumber::as_digits);
        number.is_none() || !population.people.iter().any(|made_up| made_up.nhs_number.as_deref() == number)
    });
    if strangers || !accounts.is_empty() {
        return Err("This database holds people or accounts already: a demonstration needs a database of its own.".to_owned());
    }
    Ok(())
}

/// Refuses a database that holds accounts of the demonstration, whose password everybody can read, or a made-up population for load
/// runs, whose sessions lie in a file.
///
/// # Errors
/// One plain sentence when it holds one, or cannot be read.
pub async fn refuse_demo(services: &Services) -> Result<(), String> {
    for email in emails() {
        match services.accounts.find(&Actor::Operator, email).await {
            Ok(_) => {
                return Err("This database holds a demonstration, whose passwords everybody knows: use another database, or \
                            loopback addresses to listen on and as public URL."
                    .to_owned());
            }
            Err(ServiceError::NotFound) => {}
            Err(error) => return Err(told(error)),
        }
    }
    match services.organisations.by_code(&Actor::Operator, load::MARK).await {
        Ok(_) => Err("This database holds a made-up population for load runs: use another database, or loopback addresses to \
                      listen on and as public URL."
            .to_owned()),
        Err(ServiceError::NotFound) => Ok(()),
        Err(error) => Err(told(error)),
    }
}

/// Lets somebody work for a service; `false` when they do already.
async fn employ(services: &Services, one: &DemoStaff, already: &[AccountSummary]) -> Result<bool, String> {
    if !already.iter().any(|account| account.email == one.email) {
        let secret = secret_of(one.key);
        services.accounts.create_confirmed(&Actor::Operator, &one.email, PASSWORD, Some(secret)).await.map_err(told)?;
    }
    let at = services.organisations.by_code(&Actor::Operator, &one.organisation_ods).await.map_err(told)?.id;
    let everybody = services.care_team.staff(&Actor::Operator, at).await.map_err(told)?;
    if everybody.iter().any(|other| other.email.as_ref() == Some(&one.email)) {
        return Ok(false);
    }
    let form =
        StaffForm { email: one.email.clone(), name: one.name.clone(), job: one.job.clone(), role: one.role.code().to_owned() };
    services.care_team.add(&Actor::Operator, at, &form).await.map(|_| true).map_err(told)
}

/// Puts something on the work list of the service of a front desk: somebody without an account is to be checked.
async fn ask_for_a_check(services: &Services, population: &Population, desk: &DemoStaff) -> Result<(), String> {
    let Some(actor) = actor_of(services, desk).await? else { return Ok(()) };
    let theirs = |person: &&DemoPerson| person.practice_ods == desk.organisation_ods && !person.has_account;
    let Some(number) = population.people.iter().find(theirs).and_then(|person| person.nhs_number.as_deref()) else {
        return Ok(());
    };
    let person = services.people.find(&Actor::Operator, number).await.map_err(told)?.id;
    services.work.ask_identity_check(&actor, person, false).await.map_err(told)
}

/// Nothing is secret here: the page shows the codes that come of it.
fn secret_of(key: &str) -> Vec<u8> {
    format!("selfheal demonstration {key}").into_bytes()
}

async fn import(services: &Services, person: &DemoPerson) -> Result<Option<PersonId>, String> {
    let mut id = None;
    for bundle in &person.bundles {
        let organisation = services.organisations.by_code(&Actor::Operator, &bundle.source_ods).await.map_err(told)?.id;
        let request = ImportRequest { organisation, expected: id.map(Expected::Person) };
        let file = Cursor::new(bundle.json.clone().into_bytes());
        id = Some(services.imports.import(&Actor::Operator, file, request).await.map_err(told)?.person);
    }
    Ok(id)
}

/// Whose record a service could not add to the last time, and which service: a page that says so came in the place of a file.
const FAILED: (&str, &str) = ("margaret", "Y9C01");

/// Lets the last delivery of a service fail.
async fn fail_once(services: &Services, person: &DemoPerson, id: Option<PersonId>) -> Result<(), String> {
    let (key, ods) = FAILED;
    let Some(id) = id.filter(|_| person.key == key) else { return Ok(()) };
    let organisation = services.organisations.by_code(&Actor::Operator, ods).await.map_err(told)?.id;
    let request = ImportRequest { organisation, expected: Some(Expected::Person(id)) };
    let page = Cursor::new(b"<html><body><h1>503 Service Unavailable</h1></body></html>");
    match services.imports.import(&Actor::Operator, page, request).await {
        Ok(_) | Err(ServiceError::Fields(_)) => Ok(()),
        Err(error) => Err(told(error)),
    }
}

/// Tells of prescriptions in different states, as the national service would.
async fn prescribe(services: &Services, population: &Population, person: &DemoPerson) -> Result<(), String> {
    let number = person.nhs_number.as_deref().filter(|_| person.key == prescriptions::PERSON);
    let Some(number) = number.and_then(|number| NhsNumber::parse(number).ok()) else { return Ok(()) };
    let practice = population.organisations.iter().find(|one| one.ods == person.practice_ods).map_or("", |one| &one.name);
    let now = services.core.now();
    let told_of = prescriptions::told(now, practice);
    services.prescriptions.told(&Actor::System, &number, now, told_of).await.map(drop).map_err(told)
}

async fn open_account(services: &Services, person: &DemoPerson, id: Option<PersonId>) -> Result<(), String> {
    let secret = secret_of(person.key);
    let account =
        services.accounts.create_confirmed(&Actor::Operator, &person.email, PASSWORD, Some(secret)).await.map_err(told)?;
    if let (true, Some(id)) = (person.linked, id) {
        services.linking.link_in_person(&Actor::Operator, account, id).await.map_err(told)?;
    }
    Ok(())
}
