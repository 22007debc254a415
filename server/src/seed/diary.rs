//! What can be booked at the demonstration's practice, and when it is closed.

use super::people::{DR_LARK, DR_TEASEL, NURSE_TANSY, Professional, RIVERSIDE};
use domain::appointment::{Mode, ServiceKind, Specialty};
use service::{PlaceForm, PractitionerForm, ServiceForm};

/// The code of the practice whose diary it is.
#[must_use]
pub fn organisation() -> &'static str {
    RIVERSIDE.ods
}

/// A service, and the clinics that recur for it.
pub struct DemoService {
    /// Its name.
    pub name: &'static str,
    kind: ServiceKind,
    about: &'static str,
    prepare: &'static str,
    minutes: u16,
    asks_reason: bool,
    confirms: bool,
    /// For what a referral must be, where one is needed.
    referral: Option<Specialty>,
    /// When it is held.
    pub clinics: &'static [DemoClinic],
}

/// A clinic that recurs.
pub struct DemoClinic {
    practitioner: &'static Professional,
    /// Where.
    pub place: &'static DemoPlace,
    /// How it is held.
    pub mode: Mode,
    /// On which days of the week.
    pub days: &'static str,
    /// From when.
    pub starts: &'static str,
    /// Until when.
    pub ends: &'static str,
}

/// A place where clinics are held.
#[derive(Debug)]
pub struct DemoPlace {
    /// Its name.
    pub name: &'static str,
    street: &'static str,
    postcode: &'static str,
    directions: &'static str,
}

impl DemoPlace {
    /// What is typed to add it.
    #[must_use]
    pub fn form(&self) -> PlaceForm {
        PlaceForm {
            name: self.name.to_owned(),
            address: format!("{}\nPrunella", self.street),
            postcode: self.postcode.to_owned(),
            directions: self.directions.to_owned(),
            phone: RIVERSIDE.phone.to_owned(),
        }
    }
}

/// The practice's own building, and another across the town.
pub static PLACES: [DemoPlace; 2] = [
    DemoPlace {
        name: RIVERSIDE.name,
        street: RIVERSIDE.street,
        postcode: "ZZ99 1AA",
        directions: "Bus 7 stops in front of the door. You can park behind the house. The way in has no steps.",
    },
    DemoPlace {
        name: "Meadow Lane Clinic",
        street: "2 Meadow Lane",
        postcode: "ZZ99 3AA",
        directions: "Next to the library. There is a lift.",
    },
];

/// Where the made-up postcodes of the demonstration are. ZZ99 is no district of Royal Mail's: the positions are made up too,
/// about as far apart as places in a small town are.
pub const POSTCODES: &str = "postcode,latitude,longitude\n\
                             ZZ99 9ZZ,51.0100,-3.1000\n\
                             ZZ99 1AA,51.0160,-3.1110\n\
                             ZZ99 3AA,50.9850,-3.1390\n";

impl DemoService {
    /// What is typed to add it.
    #[must_use]
    pub fn form(&self) -> ServiceForm {
        let yes = |is: bool| if is { "yes".to_owned() } else { String::new() };
        ServiceForm {
            kind: self.kind.code().to_owned(),
            name: self.name.to_owned(),
            about: self.about.to_owned(),
            prepare: self.prepare.to_owned(),
            minutes: self.minutes.to_string(),
            // Whoever is referred may come from any practice.
            registered_only: yes(self.referral.is_none()),
            asks_reason: yes(self.asks_reason),
            confirms: yes(self.confirms),
            referral_needed: yes(self.referral.is_some()),
            specialty: self.referral.map(|one| one.code().to_owned()).unwrap_or_default(),
            release: "at-once".to_owned(),
            may_cancel: yes(true),
            cancel_hours: "2".to_owned(),
            ..ServiceForm::default()
        }
    }
}

impl DemoClinic {
    /// The name of whoever holds it.
    #[must_use]
    pub fn held_by(&self) -> String {
        self.practitioner.name()
    }
}

const WEEKDAYS: &str = "mon tue wed thu fri";

/// The services, in the order in which they are added.
pub static SERVICES: [DemoService; 5] = [
    DemoService {
        name: "GP appointment",
        kind: ServiceKind::Gp,
        about: "To see a doctor about something new, or something that goes on.",
        prepare: "",
        minutes: 10,
        asks_reason: true,
        confirms: false,
        referral: None,
        clinics: &[
            DemoClinic {
                practitioner: &DR_LARK,
                place: &PLACES[0],
                mode: Mode::InPerson,
                days: WEEKDAYS,
                starts: "08:30",
                ends: "11:30",
            },
            DemoClinic {
                practitioner: &DR_TEASEL,
                place: &PLACES[1],
                mode: Mode::InPerson,
                days: "tue thu",
                starts: "14:00",
                ends: "16:00",
            },
        ],
    },
    DemoService {
        name: "Practice nurse",
        kind: ServiceKind::Nurse,
        about: "For reviews of long-term conditions, dressings and smear tests.",
        prepare: "Bring your medicines, or a list of them.",
        minutes: 15,
        asks_reason: false,
        confirms: false,
        referral: None,
        clinics: &[DemoClinic {
            practitioner: &NURSE_TANSY,
            place: &PLACES[0],
            mode: Mode::InPerson,
            days: WEEKDAYS,
            starts: "09:00",
            ends: "12:00",
        }],
    },
    DemoService {
        name: "Blood test",
        kind: ServiceKind::Phlebotomy,
        about: "When somebody who looks after you asked for a blood test.",
        prepare: "Drink water before. Wear sleeves that roll up. Eat nothing for 12 hours before only if you were told so.",
        minutes: 10,
        asks_reason: false,
        confirms: true,
        referral: None,
        clinics: &[DemoClinic {
            practitioner: &NURSE_TANSY,
            place: &PLACES[0],
            mode: Mode::InPerson,
            days: "mon wed fri",
            starts: "13:30",
            ends: "15:30",
        }],
    },
    DemoService {
        name: "Evening doctor",
        kind: ServiceKind::Hub,
        about: "A doctor by phone in the evening, when you cannot come in the day.",
        prepare: "",
        minutes: 15,
        asks_reason: false,
        confirms: false,
        referral: None,
        clinics: &[DemoClinic {
            practitioner: &DR_TEASEL,
            place: &PLACES[0],
            mode: Mode::Phone,
            days: "tue thu",
            starts: "18:30",
            ends: "20:30",
        }],
    },
    DemoService {
        name: "Physiotherapy",
        kind: ServiceKind::Community,
        about: "The first appointment looks at how you move and what helps. Most people come four times.",
        prepare: "Wear clothes that you can move in.",
        minutes: 30,
        asks_reason: false,
        confirms: false,
        referral: Some(Specialty::Physiotherapy),
        clinics: &[DemoClinic {
            practitioner: &NURSE_TANSY,
            place: &PLACES[1],
            mode: Mode::InPerson,
            days: "wed",
            starts: "16:00",
            ends: "18:00",
        }],
    },
];

/// Those who hold clinics.
#[must_use]
pub fn practitioners() -> Vec<PractitionerForm> {
    let form = |one: &Professional| PractitionerForm { name: one.name(), job: one.role.to_owned() };
    [&DR_LARK, &NURSE_TANSY, &DR_TEASEL].map(form).to_vec()
}

/// Bank holidays in England (GOV.UK, "UK bank holidays", as announced until 2027): year, month, day.
pub static HOLIDAYS: [((i32, u32, u32), &str); 16] = [
    ((2026, 1, 1), "New Year\u{2019}s Day"),
    ((2026, 4, 3), "Good Friday"),
    ((2026, 4, 6), "Easter Monday"),
    ((2026, 5, 4), "Early May bank holiday"),
    ((2026, 5, 25), "Spring bank holiday"),
    ((2026, 8, 31), "Summer bank holiday"),
    ((2026, 12, 25), "Christmas Day"),
    ((2026, 12, 28), "Boxing Day (substitute day)"),
    ((2027, 1, 1), "New Year\u{2019}s Day"),
    ((2027, 3, 26), "Good Friday"),
    ((2027, 3, 29), "Easter Monday"),
    ((2027, 5, 3), "Early May bank holiday"),
    ((2027, 5, 31), "Spring bank holiday"),
    ((2027, 8, 30), "Summer bank holiday"),
    ((2027, 12, 27), "Christmas Day (substitute day)"),
    ((2027, 12, 28), "Boxing Day (substitute day)"),
];

/// Somebody who has booked.
pub struct DemoBooking {
    /// The word by which the demonstration names them.
    pub person: &'static str,
    /// What they booked.
    pub kind: ServiceKind,
    /// Not sooner than so many days ahead.
    pub days_ahead: u64,
    /// Why, in their words.
    pub reason: &'static str,
}

/// Who has booked when the demonstration begins. The blood test waits to be confirmed.
pub static BOOKINGS: [DemoBooking; 3] = [
    DemoBooking {
        person: "margaret",
        kind: ServiceKind::Gp,
        days_ahead: 6,
        reason: "My ankles have been swollen in the evenings for two weeks.",
    },
    DemoBooking { person: "anita", kind: ServiceKind::Nurse, days_ahead: 9, reason: "" },
    DemoBooking { person: "derek", kind: ServiceKind::Phlebotomy, days_ahead: 4, reason: "" },
];
