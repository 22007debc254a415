//! Who the demonstration is about, and the services that look after them. All of them are invented.

use super::generate::Chart;
use super::stories;

/// What sort of organisation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Practice,
    Hospital,
    Community,
    MentalHealth,
    UrgentCare,
    Pharmacy,
}

impl Kind {
    /// The word by which the product knows it.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Hospital => "hospital",
            Self::Community => "community",
            Self::Pharmacy => "pharmacy",
            Self::UrgentCare => "urgent",
            Self::MentalHealth => "other",
        }
    }

    /// As people say it, and the sort of system that its records come from.
    pub(super) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Practice => ("GP practice", "GP system"),
            Self::Hospital => ("Hospital trust", "Hospital system"),
            Self::Community => ("Community trust", "Community system"),
            Self::MentalHealth => ("Mental health trust", "Mental health system"),
            Self::UrgentCare => ("Urgent care", "111 system"),
            Self::Pharmacy => ("Pharmacy", "Pharmacy system"),
        }
    }
}

/// An organisation of the demonstration.
#[derive(Debug)]
pub(super) struct Organisation {
    pub(super) ods: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) street: &'static str,
    /// Of the range that Ofcom keeps for fiction, 01632 960000 to 960999.
    pub(super) phone: &'static str,
}

pub(super) static RIVERSIDE: Organisation = Organisation {
    ods: "Y90001",
    name: "Riverside Surgery",
    kind: Kind::Practice,
    street: "1 Riverside Walk",
    phone: "01632 960101",
};
pub(super) static MARKET_STREET: Organisation = Organisation {
    ods: "Y90002",
    name: "Market Street Medical Centre",
    kind: Kind::Practice,
    street: "40 Market Street",
    phone: "01632 960102",
};
pub(super) static HOSPITAL: Organisation = Organisation {
    ods: "Y9H01",
    name: "Prunella Vale Hospitals NHS Trust",
    kind: Kind::Hospital,
    street: "Infirmary Road",
    phone: "01632 960201",
};
pub(super) static COMMUNITY: Organisation = Organisation {
    ods: "Y9C01",
    name: "Prunella Community Health NHS Trust",
    kind: Kind::Community,
    street: "12 Mill Lane",
    phone: "01632 960202",
};
pub(super) static MENTAL_HEALTH: Organisation = Organisation {
    ods: "Y9M01",
    name: "Vale Mental Health NHS Trust",
    kind: Kind::MentalHealth,
    street: "5 Orchard House",
    phone: "01632 960203",
};
pub(super) static URGENT_CARE: Organisation = Organisation {
    ods: "Y9U01",
    name: "Vale Urgent Care 111",
    kind: Kind::UrgentCare,
    street: "Unit 3, Station Approach",
    phone: "01632 960204",
};
pub(super) static MILL_PHARMACY: Organisation =
    Organisation { ods: "Y9P01", name: "Mill Lane Pharmacy", kind: Kind::Pharmacy, street: "2 Mill Lane", phone: "01632 960301" };
pub(super) static BRIDGE_PHARMACY: Organisation = Organisation {
    ods: "Y9P02",
    name: "Bridge Pharmacy",
    kind: Kind::Pharmacy,
    street: "17 Bridge Street",
    phone: "01632 960302",
};
pub(super) static GREEN_PHARMACY: Organisation = Organisation {
    ods: "Y9P03",
    name: "Green Cross Chemist",
    kind: Kind::Pharmacy,
    street: "88 Market Street",
    phone: "01632 960303",
};

/// Every organisation, in the order in which they are shown.
pub(super) static ORGANISATIONS: [&Organisation; 9] = [
    &RIVERSIDE,
    &MARKET_STREET,
    &HOSPITAL,
    &COMMUNITY,
    &MENTAL_HEALTH,
    &URGENT_CARE,
    &MILL_PHARMACY,
    &BRIDGE_PHARMACY,
    &GREEN_PHARMACY,
];

/// Somebody who works for one of them.
#[derive(Debug)]
pub(super) struct Professional {
    pub(super) id: &'static str,
    pub(super) prefix: &'static str,
    pub(super) given: &'static str,
    pub(super) family: &'static str,
    pub(super) role: &'static str,
    /// The register that has them, by how FHIR UK Core ends its address, and their number there. No number is of the form that the register
    /// gives out: nobody is real. `None`: of a profession without a register by law.
    pub(super) register: Option<(&'static str, &'static str)>,
}

impl Professional {
    const fn new(id: &'static str, prefix: &'static str, given: &'static str, family: &'static str, role: &'static str) -> Self {
        Self { id, prefix, given, family, role, register: None }
    }

    /// Known to this register by this number.
    const fn known(self, register: &'static str, number: &'static str) -> Self {
        Self { register: Some((register, number)), ..self }
    }

    /// "Dr Amara Larkspur".
    pub(super) fn name(&self) -> String {
        format!("{} {} {}", self.prefix, self.given, self.family)
    }
}

pub(super) static DR_LARK: Professional =
    Professional::new("dr-lark", "Dr", "Amara", "Larkspur", "GP").known("gmc-number", "G9000001");
pub(super) static DR_TEASEL: Professional =
    Professional::new("dr-teasel", "Dr", "Owen", "Teasel", "GP").known("gmc-number", "G9000002");
pub(super) static DR_SORREL: Professional =
    Professional::new("dr-sorrel", "Dr", "Rukhsana", "Sorrel", "GP").known("gmc-number", "G9000003");
pub(super) static NURSE_TANSY: Professional =
    Professional::new("nurse-tansy", "Ms", "Bridget", "Tansy", "Practice nurse").known("nmc-number", "00Z0001E");
pub(super) static NURSE_YARROW: Professional =
    Professional::new("nurse-yarrow", "Mr", "Emmanuel", "Yarrow", "Practice nurse").known("nmc-number", "00Z0002E");
pub(super) static PHARMACIST: Professional =
    Professional::new("ph-campion", "Mrs", "Leena", "Campion", "Clinical pharmacist").known("gphc-number", "9000001");
pub(super) static COMMUNITY_NURSE: Professional =
    Professional::new("cn-bramble", "Mrs", "Joyce", "Bramble", "Community nurse").known("nmc-number", "00Z0003E");
pub(super) static PODIATRIST: Professional =
    Professional::new("pod-clover", "Mr", "Hamish", "Clover", "Podiatrist").known("hcpc-number", "CH900001");
pub(super) static MIDWIFE: Professional =
    Professional::new("mw-mallow", "Ms", "Celeste", "Mallow", "Midwife").known("nmc-number", "00Z0004E");
pub(super) static THERAPIST: Professional = Professional::new("th-vetch", "Ms", "Imogen", "Vetch", "Talking therapist");
pub(super) static PSYCHIATRIST: Professional =
    Professional::new("psy-burdock", "Dr", "Tariq", "Burdock", "Consultant psychiatrist").known("gmc-number", "G9000004");
pub(super) static CARDIOLOGIST: Professional =
    Professional::new("con-hawthorn", "Dr", "Miriam", "Hawthorn", "Consultant cardiologist").known("gmc-number", "G9000005");
pub(super) static AE_DOCTOR: Professional =
    Professional::new("ae-rowan", "Dr", "Kwame", "Rowan", "A&E doctor").known("gmc-number", "G9000006");
pub(super) static SURGEON: Professional =
    Professional::new("con-elder", "Miss", "Violeta", "Elder", "Consultant surgeon").known("gmc-number", "G9000007");
pub(super) static AUDIOLOGIST: Professional = Professional::new("aud-sedge", "Ms", "Nadine", "Sedge", "Audiologist");
pub(super) static ADVISER: Professional =
    Professional::new("ucp-dock", "Ms", "Shanice", "Dock", "111 clinical adviser").known("nmc-number", "00Z0005E");

/// A person of the demonstration.
pub(super) struct PersonSpec {
    pub(super) key: &'static str,
    pub(super) prefix: &'static str,
    pub(super) given: &'static [&'static str],
    pub(super) family: &'static str,
    pub(super) gender: &'static str,
    /// Age today, and the month and day of birth.
    pub(super) born: (i32, u32, u32),
    /// The first nine digits of the NHS number; the tenth is computed. `None`: has no number yet.
    pub(super) nhs_nine: Option<&'static str>,
    pub(super) street: &'static str,
    pub(super) town: &'static str,
    /// Of the range that Ofcom keeps for fiction, 07700 900000 to 900999.
    pub(super) phone: &'static str,
    pub(super) email: &'static str,
    pub(super) practice: &'static Organisation,
    pub(super) pharmacy: &'static Organisation,
    pub(super) who: &'static str,
    pub(super) has_account: bool,
    pub(super) linked: bool,
    /// Family and given name in the person's own script.
    pub(super) script: Option<(&'static str, &'static str)>,
    /// The language for which an interpreter is needed: code and name.
    pub(super) language: Option<(&'static str, &'static str)>,
    /// Writes the record.
    pub(super) story: fn(&mut Chart),
}

impl PersonSpec {
    /// "Mrs Margaret Ellis".
    pub(super) fn display_name(&self) -> String {
        format!("{} {} {}", self.prefix, self.given.first().copied().unwrap_or_default(), self.family)
    }
}

const NOBODY: PersonSpec = PersonSpec {
    key: "",
    prefix: "",
    given: &[],
    family: "",
    gender: "unknown",
    born: (30, 1, 1),
    nhs_nine: None,
    street: "",
    town: "Prunella",
    phone: "07700 900000",
    email: "",
    practice: &RIVERSIDE,
    pharmacy: &MILL_PHARMACY,
    who: "",
    has_account: true,
    linked: true,
    script: None,
    language: None,
    story: stories::nothing,
};

/// Everybody, in the order in which the sign-in page lists them.
pub(super) static PEOPLE: [PersonSpec; 19] = [
    PersonSpec {
        key: "margaret",
        prefix: "Mrs",
        given: &["Margaret", "Anne"],
        family: "Ellis",
        gender: "female",
        born: (71, 3, 14),
        nhs_nine: Some("999000101"),
        street: "Rose Cottage, Long Lane",
        town: "Nether Prunella",
        phone: "07700 900101",
        email: "margaret.ellis@example.org",
        who: "Margaret, 71: high blood pressure, type 2 diabetes, seven repeat medicines",
        story: stories::margaret,
        ..NOBODY
    },
    PersonSpec {
        key: "jordan",
        prefix: "Mr",
        given: &["Jordan"],
        family: "Okonkwo",
        gender: "male",
        born: (34, 7, 2),
        nhs_nine: Some("999000202"),
        street: "Flat 9, 61 Station Road",
        phone: "07700 900102",
        email: "jordan.okonkwo@example.org",
        practice: &MARKET_STREET,
        pharmacy: &GREEN_PHARMACY,
        who: "Jordan, 34: asthma and low mood, does everything on a phone",
        story: stories::jordan,
        ..NOBODY
    },
    PersonSpec {
        key: "anita",
        prefix: "Ms",
        given: &["Anita"],
        family: "Sharma-Wells",
        gender: "female",
        born: (46, 10, 30),
        nhs_nine: Some("999000303"),
        street: "23 Willow Close",
        phone: "07700 900103",
        email: "anita.sharma-wells@example.org",
        who: "Anita, 46: cares for her mother Kamla and her daughter Isla, and is a patient too",
        story: stories::anita,
        ..NOBODY
    },
    PersonSpec {
        key: "kamla",
        prefix: "Mrs",
        given: &["Kamla", "Devi"],
        family: "Sharma",
        gender: "female",
        born: (79, 1, 19),
        nhs_nine: Some("999000404"),
        street: "23 Willow Close",
        phone: "07700 900104",
        email: "kamla.sharma@example.org",
        has_account: false,
        linked: false,
        who: "Kamla, 79: dementia; her daughter Anita acts for her",
        story: stories::kamla,
        ..NOBODY
    },
    PersonSpec {
        key: "isla",
        prefix: "Miss",
        given: &["Isla", "Rose"],
        family: "Sharma-Wells",
        gender: "female",
        born: (10, 6, 21),
        nhs_nine: Some("999000505"),
        street: "23 Willow Close",
        phone: "07700 900103",
        email: "isla.sharma-wells@example.org",
        has_account: false,
        linked: false,
        who: "Isla, 10: childhood vaccinations and a nut allergy; her mother Anita acts for her",
        story: stories::isla,
        ..NOBODY
    },
    PersonSpec {
        key: "ellie",
        prefix: "Miss",
        given: &["Ellie"],
        family: "Brackenridge",
        gender: "female",
        born: (15, 2, 8),
        nhs_nine: Some("999000606"),
        street: "8 Chapel Row",
        town: "Nether Prunella",
        phone: "07700 900106",
        email: "ellie.brackenridge@example.org",
        who: "Ellie, 15: uses some services in confidence",
        story: stories::ellie,
        ..NOBODY
    },
    PersonSpec {
        key: "chloe",
        prefix: "Ms",
        given: &["Chloe"],
        family: "Hartwood",
        gender: "female",
        born: (29, 5, 11),
        nhs_nine: Some("999000707"),
        street: "2 Canal Side",
        phone: "07700 900107",
        email: "chloe.hartwood@example.org",
        practice: &MARKET_STREET,
        pharmacy: &BRIDGE_PHARMACY,
        who: "Chloe, 29: somebody else watches her phone",
        story: stories::chloe,
        ..NOBODY
    },
    PersonSpec {
        key: "samira",
        prefix: "Mrs",
        given: &["Samira"],
        family: "Al-Khatib",
        gender: "female",
        born: (52, 9, 5),
        street: "Room 4, 90 Market Street",
        phone: "07700 900108",
        email: "samira.alkhatib@example.org",
        practice: &MARKET_STREET,
        pharmacy: &GREEN_PHARMACY,
        who: "Samira, 52: new here, no NHS number yet, speaks Arabic, needs large print",
        script: Some(("الخطيب", "سميرة")),
        language: Some(("ar", "Arabic")),
        story: stories::samira,
        ..NOBODY
    },
    PersonSpec {
        key: "folake",
        prefix: "Mrs",
        given: &["Folake"],
        family: "Bamidele",
        gender: "female",
        born: (31, 4, 27),
        nhs_nine: Some("999000909"),
        street: "14 Tannery Yard",
        phone: "07700 900109",
        email: "folake.bamidele@example.org",
        practice: &MARKET_STREET,
        pharmacy: &BRIDGE_PHARMACY,
        who: "Folake, 31: 26 weeks pregnant, low iron",
        story: stories::folake,
        ..NOBODY
    },
    PersonSpec {
        key: "derek",
        prefix: "Mr",
        given: &["Derek"],
        family: "Hollins",
        gender: "male",
        born: (74, 12, 1),
        nhs_nine: Some("999001010"),
        street: "3 Colliery Terrace",
        phone: "07700 900110",
        email: "derek.hollins@example.org",
        who: "Derek, 74: heart failure and COPD, just home from hospital",
        story: stories::derek,
        ..NOBODY
    },
    PersonSpec {
        key: "robin",
        prefix: "Mx",
        given: &["Robin"],
        family: "Ashdown",
        gender: "other",
        born: (24, 8, 16),
        nhs_nine: Some("999001111"),
        street: "Student Hall B, Park Road",
        phone: "07700 900111",
        email: "robin.ashdown@example.org",
        practice: &MARKET_STREET,
        pharmacy: &GREEN_PHARMACY,
        who: "Robin, 24: one entry only, no known allergies",
        story: stories::robin,
        ..NOBODY
    },
    PersonSpec {
        key: "meilin",
        prefix: "Ms",
        given: &["Mei-Lin"],
        family: "Chow",
        gender: "female",
        born: (41, 11, 3),
        nhs_nine: Some("999001212"),
        street: "5 The Old Bakery",
        phone: "07700 900112",
        email: "meilin.chow@example.org",
        who: "Mei-Lin, 41: nothing in her record yet",
        story: stories::nothing,
        ..NOBODY
    },
    PersonSpec {
        key: "zoe",
        prefix: "Dr",
        given: &["Zoë", "Renée"],
        family: "Núñez-O'Hara",
        gender: "female",
        born: (38, 6, 9),
        nhs_nine: Some("999001313"),
        street: "30 Priory Gardens",
        phone: "07700 900113",
        email: "zoe.nunez-ohara@example.org",
        pharmacy: &BRIDGE_PHARMACY,
        who: "Zoë, 38: coeliac disease and migraine",
        story: stories::zoe,
        ..NOBODY
    },
    PersonSpec {
        key: "arthur",
        prefix: "Mr",
        given: &["Arthur", "George"],
        family: "Pemberley",
        gender: "male",
        born: (83, 2, 2),
        nhs_nine: Some("999001414"),
        street: "Flat 2, Sycamore Court",
        phone: "07700 900114",
        email: "arthur.pemberley@example.org",
        pharmacy: &BRIDGE_PHARMACY,
        who: "Arthur, 83: a very long record, over 400 entries",
        story: stories::arthur,
        ..NOBODY
    },
    PersonSpec {
        key: "dafydd",
        prefix: "Mr",
        given: &["Dafydd"],
        family: "Rhys-Morgan",
        gender: "male",
        born: (22, 3, 1),
        nhs_nine: Some("999001515"),
        street: "Student Hall A, Park Road",
        phone: "07700 900115",
        email: "dafydd.rhys-morgan@example.org",
        practice: &MARKET_STREET,
        pharmacy: &GREEN_PHARMACY,
        who: "Dafydd, 22: type 1 diabetes since he was 11",
        story: stories::dafydd,
        ..NOBODY
    },
    PersonSpec {
        key: "marek",
        prefix: "Mr",
        given: &["Marek"],
        family: "Wiśniewski",
        gender: "male",
        born: (57, 1, 25),
        nhs_nine: Some("999001626"),
        street: "19 Foundry Street",
        phone: "07700 900116",
        email: "marek.wisniewski@example.org",
        practice: &MARKET_STREET,
        pharmacy: &GREEN_PHARMACY,
        who: "Marek, 57: back pain, gout and treatment after trauma",
        story: stories::marek,
        ..NOBODY
    },
    PersonSpec {
        key: "beverley",
        prefix: "Mrs",
        given: &["Beverley"],
        family: "Achebe",
        gender: "female",
        born: (63, 7, 29),
        nhs_nine: Some("999001717"),
        street: "11 Abbey View",
        phone: "07700 900117",
        email: "beverley.achebe@example.org",
        who: "Beverley, 63: waiting for tests after an urgent referral",
        story: stories::beverley,
        ..NOBODY
    },
    PersonSpec {
        key: "stephen",
        prefix: "Mr",
        given: &["Stephen"],
        family: "Marlowood",
        gender: "male",
        born: (60, 9, 18),
        nhs_nine: Some("999001818"),
        street: "7 Weavers Court",
        phone: "07700 900118",
        email: "stephen.marlowood@example.org",
        linked: false,
        who: "Stephen, 60: Deaf, uses British Sign Language; registered but not linked to his record yet",
        story: stories::stephen,
        ..NOBODY
    },
    PersonSpec {
        key: "harpreet",
        prefix: "Mrs",
        given: &["Harpreet"],
        family: "Gill-Thornby",
        gender: "female",
        born: (49, 12, 12),
        nhs_nine: Some("999001919"),
        street: "52 Beacon Hill",
        phone: "07700 900119",
        email: "harpreet.gill-thornby@example.org",
        has_account: false,
        linked: false,
        practice: &MARKET_STREET,
        pharmacy: &GREEN_PHARMACY,
        who: "Harpreet, 49: underactive thyroid; has not registered yet",
        story: stories::harpreet,
        ..NOBODY
    },
];
