//! The demonstration: made-up people with accounts that anybody can sign in to.

use crate::commands::told;
use crate::seed::{DemoPerson, Population, emails, population};
use app::state::{Demo, DemoSignIn};
use domain::PersonId;
use domain::access::Actor;
use domain::when::london_day;
use service::{AccountSummary, ImportRequest, OrganisationKind, ServiceError, Services};
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
        if person.has_account {
            open_account(services, person, id).await?;
        }
    }
    Ok(Demo { password: PASSWORD.to_owned(), people: sign_ins })
}

/// Refuses a database that is not the demonstration's. Once it is, others may be added: whoever tries it out does.
async fn refuse_others(services: &Services, population: &Population, accounts: &[AccountSummary]) -> Result<(), String> {
    if accounts.iter().any(|account| emails().any(|email| email == account.email)) {
        return Ok(());
    }
    let (people, _) = services.people.list(&Actor::Operator, None).await.map_err(told)?;
    // A seed that was stopped before its first account leaves people of its own.
    let strangers = people.iter().any(|person| {
        let number = person.nhs_number.as_ref().map(domain::NhsNumber::as_digits);
        number.is_none() || !population.people.iter().any(|made_up| made_up.nhs_number.as_deref() == number)
    });
    if strangers || !accounts.is_empty() {
        return Err("This database holds people or accounts already: a demonstration needs a database of its own.".to_owned());
    }
    Ok(())
}

/// Refuses a database that holds accounts of the demonstration, whose password everybody can read.
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
    Ok(())
}

async fn import(services: &Services, person: &DemoPerson) -> Result<Option<PersonId>, String> {
    let mut id = None;
    for bundle in &person.bundles {
        let organisation = services.organisations.by_code(&Actor::Operator, &bundle.source_ods).await.map_err(told)?.id;
        let request = ImportRequest { organisation, expected: id.map(service::Expected::Person) };
        let file = Cursor::new(bundle.json.clone().into_bytes());
        id = Some(services.imports.import(&Actor::Operator, file, request).await.map_err(told)?.person);
    }
    Ok(id)
}

async fn open_account(services: &Services, person: &DemoPerson, id: Option<PersonId>) -> Result<(), String> {
    // Nothing is secret here: the page shows the codes that come of it.
    let secret = format!("selfheal demonstration {}", person.key).into_bytes();
    let account =
        services.accounts.create_confirmed(&Actor::Operator, &person.email, PASSWORD, Some(secret)).await.map_err(told)?;
    if let (true, Some(id)) = (person.linked, id) {
        services.linking.link_in_person(&Actor::Operator, account, id).await.map_err(told)?;
    }
    Ok(())
}
