//! Fills an empty database with practices, their clinics and a million times that can be booked, and asks for times over
//! several connections as people do.
#![expect(clippy::print_stdout, reason = "what it prints is its answer")]

mod load;

use chrono::{Datelike, Days};
use domain::access::{Actor, Assurance};
use domain::appointment::ServiceKind;
use domain::person::Demographics;
use domain::team::StaffRole;
use domain::when::london_day;
use domain::{OrganisationId, PersonId};
use load::{Failed, PASSWORD};
use service::{
    Clock, OrganisationKind, PlaceForm, PractitionerForm, SearchForm, ServiceForm, Services, StaffForm, SystemClock, TemplateForm,
};
use std::io::Cursor;
use std::sync::Arc;
use std::time::Instant;

/// How many practices there are: each makes 21,600 times.
const PRACTICES: usize = 50;
/// How many people look, each at a practice of their own.
const PEOPLE: usize = 40;

/// A kind of service, who may book it, how it is held, and by how many people.
const OFFERS: [(ServiceKind, bool, &str, usize); 4] = [
    (ServiceKind::Gp, true, "in-person", 4),
    (ServiceKind::Nurse, true, "in-person", 2),
    (ServiceKind::Phlebotomy, true, "in-person", 1),
    // For everybody, so a search reads those of every practice.
    (ServiceKind::Hub, false, "phone", 2),
];

/// Somebody who looks for a time.
#[derive(Clone)]
struct Seeker {
    person: PersonId,
    actor: Actor,
    /// Somebody who holds clinics at their practice.
    gp: String,
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let (services, counted) = load::open().await?;
    let began = Instant::now();
    let (seekers, slots) = fill(&services).await?;
    let seekers = Arc::new(seekers);
    load::filled(&services, began, slots).await?;
    let asks: [(&str, Ask); 3] = [
        ("as people ask", as_people_ask),
        ("nothing fits at the own practice", nothing_fits),
        ("nothing fits at any of 50 practices", nothing_fits_anywhere),
    ];
    for (what, ask) in asks {
        let (services, seekers) = (services.clone(), Arc::clone(&seekers));
        let found = move |_, turn: usize| {
            let (services, seekers) = (services.clone(), Arc::clone(&seekers));
            async move {
                let seeker = &seekers[turn % seekers.len()];
                let page = services.appointments.search(&seeker.actor, seeker.person, &ask(seeker, turn)).await?;
                Ok(page.slots.len())
            }
        };
        load::measure(what, counted, found).await?;
    }
    services.core.store().close().await;
    Ok(())
}

/// What somebody asks for the n-th time.
type Ask = fn(&Seeker, usize) -> SearchForm;

fn wanted(kind: ServiceKind) -> SearchForm {
    SearchForm { kind: kind.code().to_owned(), ..SearchForm::default() }
}

/// Mostly the earliest with a GP, sometimes narrowed down.
fn as_people_ask(seeker: &Seeker, turn: usize) -> SearchForm {
    let text = |text: &str| text.to_owned();
    let gp = wanted(ServiceKind::Gp);
    match turn % 10 {
        0..=2 => gp,
        3 => SearchForm { practitioner: seeker.gp.clone(), ..gp },
        4 => SearchForm { weekday: text("thu"), time: text("afternoon"), ..gp },
        5 => SearchForm { from: (london_day(SystemClock.now()) + Days::new(21)).to_string(), mode: text("in-person"), ..gp },
        6 => SearchForm { postcode: text("ZZ99 1AA"), within: text("5"), ..gp },
        7 => wanted(ServiceKind::Nurse),
        8 => wanted(ServiceKind::Hub),
        _ => SearchForm { weekday: text("wed"), postcode: text("ZZ99"), ..wanted(ServiceKind::Hub) },
    }
}

fn nothing_fits(_: &Seeker, _: usize) -> SearchForm {
    SearchForm { mode: "video".to_owned(), ..wanted(ServiceKind::Gp) }
}

fn nothing_fits_anywhere(_: &Seeker, _: usize) -> SearchForm {
    SearchForm { mode: "video".to_owned(), ..wanted(ServiceKind::Hub) }
}

/// Gives those who look, and how many times there are.
async fn fill(services: &Services) -> Result<(Vec<Seeker>, u64), Failed> {
    let positions: String = (0..PRACTICES).map(|at| format!("ZZ99 {}AA,{},-3.1\n", at % 10, 51.0 + degrees(at % 10))).collect();
    let table = format!("postcode,latitude,longitude\n{positions}");
    services.postcodes.import(&Actor::Operator, Cursor::new(table)).await?;
    let (mut seekers, mut slots) = (Vec::new(), 0);
    for at in 0..PRACTICES {
        let name = format!("Practice {at}");
        let organisation =
            services.organisations.ensure(&Actor::Operator, &format!("Y9{at:04}"), &name, OrganisationKind::Practice).await?.id;
        let (gp, made) = open_practice(services, at, organisation).await?;
        slots += made;
        if at < PEOPLE {
            seekers.push(person(services, at, organisation, gp).await?);
        }
    }
    Ok((seekers, slots))
}

/// A tenth of a degree, which is about 7 miles, for each.
fn degrees(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or_default()) / 10.0
}

/// A practice with its clinics: 60 times a day, on each weekday of eight weeks, with each of those who hold them.
async fn open_practice(services: &Services, at: usize, organisation: OrganisationId) -> Result<(String, u64), Failed> {
    let email = format!("manager{at}@example.org");
    let id = services.accounts.create_confirmed(&Actor::Operator, &email, PASSWORD, None).await?;
    let form = StaffForm {
        email,
        name: "Mara Manager".to_owned(),
        job: "Manager".to_owned(),
        role: StaffRole::Manager.code().to_owned(),
    };
    let member = services.care_team.add(&Actor::Operator, organisation, &form).await?;
    let (manager, diary) = (Actor::Staff { id, assurance: Assurance::SecondStep, member }, &services.diary);
    let place = PlaceForm {
        name: format!("Building {at}"),
        address: "1 River Road".to_owned(),
        postcode: format!("ZZ99 {}AA", at % 10),
        ..PlaceForm::default()
    };
    let place = diary.add_place(&manager, &place).await?.to_string();
    let mut gp = String::new();
    for (kind, registered_only, mode, people) in OFFERS {
        let form = ServiceForm {
            kind: kind.code().to_owned(),
            name: kind.title().to_owned(),
            minutes: "10".to_owned(),
            registered_only: if registered_only { "yes".to_owned() } else { String::new() },
            release: "at-once".to_owned(),
            may_cancel: "yes".to_owned(),
            ..ServiceForm::default()
        };
        let service = diary.add_service(&manager, &form).await?.to_string();
        for number in 0..people {
            let form = PractitionerForm { name: format!("{} {number}", kind.title()), job: kind.title().to_owned() };
            let practitioner = diary.add_practitioner(&manager, &form).await?.to_string();
            if kind == ServiceKind::Gp {
                gp.clone_from(&practitioner);
            }
            let form = TemplateForm {
                service: service.clone(),
                place: place.clone(),
                practitioner,
                mode: mode.to_owned(),
                days: "mon tue wed thu fri".to_owned(),
                starts: "8:00".to_owned(),
                ends: "18:00".to_owned(),
                minutes: "10".to_owned(),
                ..TemplateForm::default()
            };
            diary.add_template(&manager, &form).await?;
        }
    }
    let mut slots = 0;
    for weeks in [0, 4, 8] {
        let from = london_day(SystemClock.now()) + Days::new(weeks * 7);
        slots += diary.clinics(&manager, from, 28).await?.iter().map(|clinic| u64::from(clinic.free)).sum::<u64>();
    }
    Ok((gp, slots))
}

async fn person(services: &Services, at: usize, organisation: OrganisationId, gp: String) -> Result<Seeker, Failed> {
    let who = Demographics {
        nhs_number: None,
        family_name: format!("Rivers {at}"),
        given_names: vec!["Sam".to_owned()],
        prefix: None,
        birth_date: london_day(SystemClock.now()).with_year(1980 + i32::try_from(at % 20)?),
        gender: None,
        deceased: false,
    };
    let person = services.people.create(&Actor::Operator, who).await?;
    services.people.register(&Actor::Operator, person, organisation).await?;
    let id = services.accounts.create_confirmed(&Actor::Operator, &format!("sam{at}@example.org"), PASSWORD, None).await?;
    services.linking.link_in_person(&Actor::Operator, id, person).await?;
    Ok(Seeker { person, actor: Actor::Account { id, assurance: Assurance::SecondStep }, gp })
}
