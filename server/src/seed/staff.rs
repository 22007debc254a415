//! Who works for the demonstration's services. All of them are invented.

use super::people::{CARDIOLOGIST, DR_LARK, HOSPITAL, Organisation, RIVERSIDE};
use domain::team::StaffRole;

/// Somebody who works for a service and can be signed in as.
#[derive(Debug)]
pub(super) struct StaffSpec {
    pub(super) key: &'static str,
    pub(super) organisation: &'static Organisation,
    pub(super) name: fn() -> String,
    pub(super) job: &'static str,
    pub(super) role: StaffRole,
    pub(super) email: &'static str,
}

/// Everybody, in the order in which the sign-in page lists them.
pub(super) static STAFF: [StaffSpec; 5] = [
    StaffSpec {
        key: "peggy",
        organisation: &RIVERSIDE,
        name: || "Peggy Woodruff".to_owned(),
        job: "Receptionist",
        role: StaffRole::Reception,
        email: "peggy.woodruff@example.org",
    },
    StaffSpec {
        key: "amara",
        organisation: &RIVERSIDE,
        name: || DR_LARK.name(),
        job: "GP",
        role: StaffRole::Clinician,
        email: "amara.larkspur@example.org",
    },
    StaffSpec {
        key: "colin",
        organisation: &RIVERSIDE,
        name: || "Colin Speedwell".to_owned(),
        job: "Privacy officer",
        role: StaffRole::PrivacyOfficer,
        email: "colin.speedwell@example.org",
    },
    StaffSpec {
        key: "nadia",
        organisation: &RIVERSIDE,
        name: || "Nadia Burnet".to_owned(),
        job: "Practice manager",
        role: StaffRole::Manager,
        email: "nadia.burnet@example.org",
    },
    StaffSpec {
        key: "miriam",
        organisation: &HOSPITAL,
        name: || CARDIOLOGIST.name(),
        job: "Consultant cardiologist",
        role: StaffRole::Clinician,
        email: "miriam.hawthorn@example.org",
    },
];
