//! The commands about those who work for an organisation. What they print is their answer, on standard output.
#![expect(clippy::print_stdout, reason = "what a command prints is its answer")]

use crate::cli::{Common, Staff, Team};
use crate::commands::{ready, told};
use domain::access::Actor;
use service::{Colleague, Organisation, ServiceError, Services, StaffForm};

const OPERATOR: Actor = Actor::Operator;

pub(crate) async fn organisation(services: &Services, code: &str) -> Result<Organisation, String> {
    services.organisations.by_code(&OPERATOR, code).await.map_err(|error| match error {
        ServiceError::NotFound => format!("No organisation has the code {code}."),
        other => told(other),
    })
}

/// Everybody who works there now.
async fn working(services: &Services, at: &Organisation) -> Result<Vec<Colleague>, String> {
    let everybody = services.care_team.staff(&OPERATOR, at.id).await.map_err(told)?;
    Ok(everybody.into_iter().filter(|one| one.ended_at.is_none()).collect())
}

async fn by_email(services: &Services, at: &Organisation, email: &str) -> Result<Colleague, String> {
    let found = working(services, at)
        .await?
        .into_iter()
        .find(|one| one.email.as_ref().is_some_and(|theirs| theirs.to_lowercase() == email.trim().to_lowercase()));
    found.ok_or_else(|| format!("Nobody with this address works at {}.", at.name))
}

fn print(at: &Organisation, one: &Colleague) {
    let teams = if one.teams.is_empty() { String::new() } else { format!("  in {}", one.teams.join(", ")) };
    let (email, role) = (one.email.as_deref().unwrap_or_default(), one.role.code());
    println!("{:<8}  {role:<15}  {}, {}  {email}{teams}", at.code, one.name, one.job);
}

/// Lists, adds, changes and ends the places of those who work for an organisation.
///
/// # Errors
/// What went wrong, in one plain sentence.
pub async fn staff(common: &Common, what: &Staff) -> Result<(), String> {
    let services = ready(common).await?;
    let team = &services.care_team;
    match what {
        Staff::List { organisation: code } => {
            let places = match code {
                Some(code) => vec![organisation(&services, code).await?],
                None => services.organisations.list(&OPERATOR).await.map_err(told)?,
            };
            for at in places {
                working(&services, &at).await?.iter().for_each(|one| print(&at, one));
            }
        }
        Staff::Add { email, organisation: code, name, job, role } => {
            let at = organisation(&services, code).await?;
            let form = StaffForm { email: email.clone(), name: name.clone(), job: job.clone(), role: role.clone() };
            team.add(&OPERATOR, at.id, &form).await.map_err(told)?;
            println!("{name} works at {} from now on. It opens once they sign in with a second step.", at.name);
        }
        Staff::Change { email, organisation: code, job, role } => {
            let at = organisation(&services, code).await?;
            let one = by_email(&services, &at, email).await?;
            let (role, job) = (role.as_deref().unwrap_or_else(|| one.role.code()), job.as_deref().unwrap_or(&one.job));
            team.change(&OPERATOR, one.member, role, job).await.map_err(told)?;
            println!("{} is {job} ({role}) at {} from now on.", one.name, at.name);
        }
        Staff::End { email, organisation: code } => {
            let at = organisation(&services, code).await?;
            let one = by_email(&services, &at, email).await?;
            team.end(&OPERATOR, one.member).await.map_err(told)?;
            println!("{} works at {} no more.", one.name, at.name);
        }
    }
    services.core.store().close().await;
    Ok(())
}

/// Lists and makes the teams of an organisation, and takes people in and out.
///
/// # Errors
/// What went wrong, in one plain sentence.
pub async fn team(common: &Common, what: &Team) -> Result<(), String> {
    let services = ready(common).await?;
    let care_team = &services.care_team;
    match what {
        Team::List { organisation: code } => {
            let at = organisation(&services, code).await?;
            let everybody = working(&services, &at).await?;
            for team in care_team.teams(&OPERATOR, at.id).await.map_err(told)? {
                let within = everybody.iter().filter(|one| one.teams.contains(&team.name)).map(|one| one.name.as_str());
                println!("{}: {}", team.name, within.collect::<Vec<_>>().join(", "));
            }
        }
        Team::Add { name, organisation: code } => {
            let at = organisation(&services, code).await?;
            care_team.add_team(&OPERATOR, at.id, name).await.map_err(told)?;
            println!("{} has the team {name} from now on.", at.name);
        }
        Team::Join { name, email, organisation: code } => {
            let at = organisation(&services, code).await?;
            let who = set(&services, &at, name, email, true).await?;
            println!("{who} is in the team {name} from now on.");
        }
        Team::Leave { name, email, organisation: code } => {
            let at = organisation(&services, code).await?;
            let who = set(&services, &at, name, email, false).await?;
            println!("{who} is in the team {name} no more.");
        }
    }
    services.core.store().close().await;
    Ok(())
}

async fn set(services: &Services, at: &Organisation, name: &str, email: &str, within: bool) -> Result<String, String> {
    let teams = services.care_team.teams(&OPERATOR, at.id).await.map_err(told)?;
    let team = teams.into_iter().find(|team| team.name == name);
    let team = team.ok_or_else(|| format!("{} has no team {name}.", at.name))?;
    let one = by_email(services, at, email).await?;
    services.care_team.set_team(&OPERATOR, team.id, one.member, within).await.map_err(told)?;
    Ok(one.name)
}
