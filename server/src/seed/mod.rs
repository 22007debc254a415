//! The demonstration population: an English town's worth of invented people, with records as their services would send
//! them. The same day gives the same records, to the last byte.

mod codes;
pub mod diary;
mod generate;
pub mod load;
pub mod loading;
mod node;
mod people;
pub mod pharmacies;
pub mod prescriptions;
pub mod readings;
mod staff;
mod stories;

use chrono::NaiveDate;
use domain::team::StaffRole;

/// Everybody and everything of the demonstration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    /// The services.
    pub organisations: Vec<DemoOrganisation>,
    /// The people, in the order in which the sign-in page lists them.
    pub people: Vec<DemoPerson>,
    /// Those who work for the services, in the order in which the sign-in page lists them.
    pub staff: Vec<DemoStaff>,
}

/// Somebody invented who works for a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoStaff {
    /// The word by which the demonstration names them: "amara".
    pub key: &'static str,
    /// The address with which they sign in.
    pub email: String,
    /// Their name, as people are told it.
    pub name: String,
    /// Their job, as people are told it.
    pub job: String,
    /// What they may do.
    pub role: StaffRole,
    /// The service's code.
    pub organisation_ods: String,
    /// One line for the sign-in page.
    pub who: String,
}

/// An invented service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOrganisation {
    /// A code in the form of the Organisation Data Service's, of a range that it has not issued.
    pub ods: String,
    /// Its name.
    pub name: String,
    /// The word by which the product knows its kind: `practice`, `hospital`, `community`, `pharmacy` or `other`.
    pub kind: &'static str,
}

/// An invented person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoPerson {
    /// The word by which the demonstration names them: "margaret".
    pub key: &'static str,
    /// The address with which they sign in.
    pub email: String,
    /// One line for the sign-in page.
    pub who: String,
    /// The NHS number, ten digits, in the range kept for tests (999). `None` for someone who has none yet.
    pub nhs_number: Option<String>,
    /// Family name as it is written.
    pub family_name: String,
    /// Day of birth.
    pub birth_date: NaiveDate,
    /// The practice at which they are registered, by its code.
    pub practice_ods: String,
    /// They have registered.
    pub has_account: bool,
    /// Their account opens their record.
    pub linked: bool,
    /// Their record, one bundle for each service that holds a part of it.
    pub bundles: Vec<DemoBundle>,
}

/// What one service holds about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoBundle {
    /// The service's code.
    pub source_ods: String,
    /// The service's name, such as "Riverside Surgery".
    pub source_name: String,
    /// The sort of system it comes from: "GP system".
    pub source_system: String,
    /// A FHIR R4 Bundle of type `collection`.
    pub json: String,
}

/// The population as it is on `today`: ages and dates follow the day; ids, names and numbers do not.
#[must_use]
pub fn population(today: NaiveDate) -> Population {
    let organisations = people::ORGANISATIONS
        .iter()
        .map(|organisation| DemoOrganisation {
            ods: organisation.ods.to_owned(),
            name: organisation.name.to_owned(),
            kind: organisation.kind.code(),
        })
        .collect();
    let people = people::PEOPLE
        .iter()
        .map(|spec| {
            let mut chart = generate::Chart::new(spec, today);
            (spec.story)(&mut chart);
            let birth_date = chart.birth();
            DemoPerson {
                key: spec.key,
                email: spec.email.to_owned(),
                who: spec.who.to_owned(),
                nhs_number: spec.nhs_nine.and_then(nhs_number),
                family_name: spec.family.to_owned(),
                birth_date,
                practice_ods: spec.practice.ods.to_owned(),
                has_account: spec.has_account,
                linked: spec.linked,
                bundles: chart.finish(),
            }
        })
        .collect();
    let staff = staff::STAFF
        .iter()
        .map(|spec| DemoStaff {
            key: spec.key,
            email: spec.email.to_owned(),
            name: (spec.name)(),
            job: spec.job.to_owned(),
            role: spec.role,
            organisation_ods: spec.organisation.ods.to_owned(),
            who: format!("{}, {} at {}", (spec.name)(), lower_first(spec.job), spec.organisation.name),
        })
        .collect();
    Population { organisations, people, staff }
}

/// The addresses with which the demonstration's people sign in.
pub fn emails() -> impl Iterator<Item = &'static str> {
    let staff = staff::STAFF.iter().map(|spec| spec.email);
    people::PEOPLE.iter().filter(|spec| spec.has_account).map(|spec| spec.email).chain(staff)
}

/// A job as it reads in the middle of a sentence: "GP" stays "GP".
fn lower_first(job: &str) -> String {
    let mut letters = job.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => job.to_owned(),
    }
}

/// The ten digits that nine begin; `None` where no check digit fits them.
fn nhs_number(nine: &str) -> Option<String> {
    let digits = nine.chars().map(|digit| digit.to_digit(10)).collect::<Option<Vec<u32>>>()?;
    domain::nhs_number::check_digit(&digits).map(|check| format!("{nine}{check}"))
}

#[cfg(test)]
mod tests;
