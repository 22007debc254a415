//! Fills an empty database with a practice, its times and a thousand people, and lets all of them book at once, many more than there are
//! times: so many rounds as the second argument says, each for other times. Prints a line for each round.
#![expect(clippy::print_stdout, reason = "what it prints is its answer")]

#[expect(dead_code, reason = "nothing is asked for a while here")]
mod load;

use chrono::{Days, NaiveDate};
use domain::access::{Actor, Assurance};
use domain::appointment::ServiceKind;
use domain::person::Demographics;
use domain::team::StaffRole;
use domain::when::london_day;
use domain::{OrganisationId, PersonId, SlotId};
use load::{Failed, PASSWORD};
use service::{
    BookForm, Clock, OrganisationKind, PlaceForm, PractitionerForm, SearchForm, ServiceError, ServiceForm, Services, StaffForm,
    SystemClock, TemplateForm,
};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many people want a time.
const PEOPLE: usize = 1000;
/// How many times there are for them.
const SLOTS: usize = 200;
/// How many people hold clinics, each 60 times on each weekday.
const PRACTITIONERS: usize = 5;
/// How many times somebody loses to others before they give up.
const TRIES: usize = 3;
/// How often somebody asks again who is told that the service is busy.
const PATIENCE: usize = 20;

/// Somebody who wants a time.
#[derive(Clone)]
struct Citizen {
    person: PersonId,
    actor: Actor,
}

/// What somebody's tries came to.
#[derive(Default)]
struct Tried {
    took: Vec<Duration>,
    booked: Option<SlotId>,
    busy: usize,
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let (services, _) = load::open().await?;
    let organisation =
        services.organisations.ensure(&Actor::Operator, "Y90000", "Riverside Surgery", OrganisationKind::Practice).await?.id;
    open_practice(&services, organisation).await?;
    let mut people = Vec::new();
    for at in 0..PEOPLE {
        people.push(citizen(&services, at, organisation).await?);
    }
    services.core.store().take_stock().await?;
    for round in 0..load::repeats() {
        let from = london_day(SystemClock.now()) + Days::new(7 * (u64::try_from(round)? + 1));
        let slots = Arc::new(free(&services, &people[0], from).await?);
        rush(&services, &people, slots).await?;
    }
    services.core.store().close().await;
    Ok(())
}

/// The first times that are free from this day on.
async fn free(services: &Services, seeker: &Citizen, from: NaiveDate) -> Result<Vec<SlotId>, Failed> {
    let mut form = SearchForm { kind: ServiceKind::Gp.code().to_owned(), from: from.to_string(), ..SearchForm::default() };
    let mut slots: Vec<SlotId> = Vec::new();
    while slots.len() < SLOTS {
        let found = services.appointments.search(&seeker.actor, seeker.person, &form).await?;
        slots.extend(found.slots.iter().map(|slot| slot.id));
        let Some(next) = found.next.filter(|_| slots.len() < SLOTS) else { break };
        form.after = next;
    }
    slots.truncate(SLOTS);
    if slots.len() < SLOTS {
        return Err(format!("there are {} times, not {SLOTS}", slots.len()).into());
    }
    Ok(slots)
}

/// Everybody at once.
async fn rush(services: &Services, people: &[Citizen], slots: Arc<Vec<SlotId>>) -> Result<(), Failed> {
    let began = Instant::now();
    let all: Vec<_> = people
        .iter()
        .enumerate()
        .map(|(at, citizen)| {
            let (services, citizen, slots) = (services.clone(), citizen.clone(), Arc::clone(&slots));
            tokio::spawn(async move { tries(&services, &citizen, at, &slots).await })
        })
        .collect();
    let (mut took, mut booked, mut busy) = (Vec::new(), Vec::new(), 0);
    for one in all {
        let tried = one.await??;
        took.extend(tried.took);
        booked.extend(tried.booked);
        busy += tried.busy;
    }
    let in_all = began.elapsed().as_micros();
    let different: HashSet<SlotId> = booked.iter().copied().collect();
    if different.len() != booked.len() {
        return Err("a time was booked twice".into());
    }
    let micros = took.iter().map(|time| time.as_micros().to_string()).collect::<Vec<_>>().join(",");
    println!(
        "{{\"people\":{},\"slots\":{},\"booked\":{},\"busy\":{busy},\"micros_in_all\":{in_all},\"micros\":[{micros}]}}",
        people.len(),
        slots.len(),
        booked.len()
    );
    Ok(())
}

/// Tries to book, and another time where somebody else was quicker.
async fn tries(services: &Services, citizen: &Citizen, at: usize, slots: &[SlotId]) -> Result<Tried, ServiceError> {
    let (mut tried, mut lost) = (Tried::default(), 0);
    while lost < TRIES && tried.busy < PATIENCE {
        // First each time is wanted by as many; then by those who lost another.
        let slot = slots[(at + lost * 67) % slots.len()];
        let form = BookForm {
            slot: slot.to_string(),
            reason: "My knee hurts".to_owned(),
            flag: "none".to_owned(),
            submission: services.core.new_id().to_string(),
            ..BookForm::default()
        };
        let asked = Instant::now();
        let answer = services.appointments.book(&citizen.actor, citizen.person, &form).await;
        tried.took.push(asked.elapsed());
        match answer {
            Ok(_) => {
                tried.booked = Some(slot);
                return Ok(tried);
            }
            Err(ServiceError::Unavailable(_)) => tried.busy += 1,
            Err(ServiceError::Fields(problems)) if problems.iter().all(|problem| problem.field == "slot") => lost += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(tried)
}

/// A practice whose doctors hold clinics on each weekday of the weeks ahead.
async fn open_practice(services: &Services, organisation: OrganisationId) -> Result<(), Failed> {
    let email = "manager@example.org".to_owned();
    let id = services.accounts.create_confirmed(&Actor::Operator, &email, PASSWORD, None).await?;
    let form = StaffForm {
        email,
        name: "Mara Manager".to_owned(),
        job: "Manager".to_owned(),
        role: StaffRole::Manager.code().to_owned(),
    };
    let member = services.care_team.add(&Actor::Operator, organisation, &form).await?;
    let (manager, diary) = (Actor::Staff { id, assurance: Assurance::SecondStep, member }, &services.diary);
    let form = PlaceForm {
        name: "Riverside".to_owned(),
        address: "1 River Road".to_owned(),
        postcode: "ZZ99 1AA".to_owned(),
        ..PlaceForm::default()
    };
    let place = diary.add_place(&manager, &form).await?.to_string();
    let form = ServiceForm {
        kind: ServiceKind::Gp.code().to_owned(),
        name: ServiceKind::Gp.title().to_owned(),
        minutes: "10".to_owned(),
        registered_only: "yes".to_owned(),
        release: "at-once".to_owned(),
        may_cancel: "yes".to_owned(),
        ..ServiceForm::default()
    };
    let service = diary.add_service(&manager, &form).await?.to_string();
    for number in 0..PRACTITIONERS {
        let form = PractitionerForm { name: format!("Dr {number}"), job: "GP".to_owned() };
        let form = TemplateForm {
            service: service.clone(),
            place: place.clone(),
            practitioner: diary.add_practitioner(&manager, &form).await?.to_string(),
            mode: "in-person".to_owned(),
            days: "mon tue wed thu fri".to_owned(),
            starts: "8:00".to_owned(),
            ends: "18:00".to_owned(),
            minutes: "10".to_owned(),
            ..TemplateForm::default()
        };
        diary.add_template(&manager, &form).await?;
    }
    Ok(())
}

async fn citizen(services: &Services, at: usize, organisation: OrganisationId) -> Result<Citizen, Failed> {
    let who = Demographics {
        nhs_number: None,
        family_name: format!("Rivers {at}"),
        given_names: vec!["Sam".to_owned()],
        prefix: None,
        birth_date: NaiveDate::from_ymd_opt(1980, 1, 1),
        gender: None,
        deceased: false,
    };
    let person = services.people.create(&Actor::Operator, who).await?;
    services.people.register(&Actor::Operator, person, organisation).await?;
    let id = services.accounts.create_confirmed(&Actor::Operator, &format!("sam{at}@example.org"), PASSWORD, None).await?;
    services.linking.link_in_person(&Actor::Operator, id, person).await?;
    Ok(Citizen { person, actor: Actor::Account { id, assurance: Assurance::SecondStep } })
}
