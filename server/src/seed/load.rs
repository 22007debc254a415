//! A made-up population for load runs: as many people and entries as are asked for, with records as their services would send them. The
//! same numbers give the same people and records on the same day, to the last byte.

use super::codes::{self, Concept, Measure, hl7};
use super::generate::Prng;
use super::node::Node;
use super::{DemoOrganisation, nhs_number};
use chrono::{Days, NaiveDate};

/// The code of the first practice, which every such population has: by it a database is known as made up.
pub const MARK: &str = "Y98000";
/// The fewest entries that anybody has.
pub const LEAST: u64 = 4;
/// The most people that there are NHS numbers for in the range kept for tests.
pub const MOST: u32 = 900_000;
/// How many entries those have who have by far the most.
const HEAVY: u64 = 10_000;
/// Over how many days records go back.
const REACH: i64 = 3_650;

/// How large a population is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How many people, from 1 to [`MOST`].
    pub people: u32,
    /// How many entries they have together: at least [`LEAST`] for each.
    pub entries: u64,
    /// Another number gives others.
    pub seed: u64,
}

/// Somebody of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Their place among all, from 0; of people with some hundred entries each, the first has the most.
    pub place: u32,
    /// Ten digits, in the range kept for tests (999).
    pub nhs_number: String,
    /// How many entries they have.
    pub entries: u64,
}

/// What one service sends about somebody: its place among [`organisations`], and FHIR R4 resources, their Patient first.
pub type Sent = (usize, Vec<String>);

/// The services of a population: the practices first, one for two thousand people.
#[must_use]
pub fn organisations(people: u32) -> Vec<DemoOrganisation> {
    const PLACES: [&str; 12] = [
        "Ashgrove",
        "Birchwood",
        "Castle Street",
        "Dale End",
        "Elmfield",
        "Fountain Road",
        "Greenbank",
        "Harbour View",
        "Ivy Lane",
        "Kingsway",
        "Lakeside",
        "Market Place",
    ];
    let practices = (0..practices(people)).zip(PLACES.iter().cycle()).map(|(number, place)| DemoOrganisation {
        ods: format!("Y98{number:03}"),
        name: if number < PLACES.len() { format!("{place} Surgery") } else { format!("{place} Medical Centre {number}") },
        kind: "practice",
    });
    let others = [
        ("Y99H01", "Northfield General Hospital", "hospital"),
        ("Y99H02", "Royal Southmere Hospital", "hospital"),
        ("Y99C01", "Meadowbank Community Services", "community"),
    ];
    let others = others.map(|(ods, name, kind)| DemoOrganisation { ods: ods.to_owned(), name: name.to_owned(), kind });
    practices.chain(others).collect()
}

fn practices(people: u32) -> usize {
    usize::try_from(people / 2_000).unwrap_or_default().clamp(3, 60)
}

impl Size {
    /// How many have by far the most entries: one in a thousand, as long as they are few among the others and have no more than a
    /// quarter of all.
    fn heavy(self) -> u64 {
        let people = u64::from(self.people);
        if self.entries < people * LEAST * 2 {
            return 0;
        }
        (people / 1_000 + 1).min(people / 20).min(self.entries / (4 * HEAVY))
    }

    fn is_heavy(self, place: u32) -> bool {
        let heavy = self.heavy();
        let stride = u64::from(self.people).checked_div(heavy).unwrap_or_default().max(1);
        u64::from(place) % stride == 0 && u64::from(place) / stride < heavy
    }

    /// How many shares of what the others have together somebody has.
    fn weight(self, place: u32) -> u64 {
        if self.is_heavy(place) {
            return 0;
        }
        let mut prng = Prng::new(&format!("{} weight {place}", self.seed));
        match (place, prng.between(0, 999)) {
            (0, _) => 60,
            (_, ..500) => 1,
            (_, ..850) => 4,
            (_, ..980) => 12,
            _ => 40,
        }
    }

    /// Everybody, one after the other. All their entries together are as many as were asked for.
    pub fn people(self) -> impl Iterator<Item = Spec> + Send {
        let heavy = self.heavy();
        let weights: u64 = (0..self.people).map(|place| self.weight(place)).sum();
        let rest = self.entries.saturating_sub(heavy * HEAVY).saturating_sub((u64::from(self.people) - heavy) * LEAST);
        let numbers = (0_u64..1_000_000).filter_map(|number| nhs_number(&format!("999{:06}", number * 7_919 % 1_000_000)));
        let mut before = 0_u64;
        (0..self.people).zip(numbers).map(move |(place, nhs_number)| {
            let weight = self.weight(place);
            let share = |weight: u64| u128::from(rest) * u128::from(weight) / u128::from(weights.max(1));
            let own = u64::try_from(share(before + weight) - share(before)).unwrap_or_default();
            before += weight;
            let entries = if self.is_heavy(place) { HEAVY } else { LEAST + own };
            Spec { place, nhs_number, entries }
        })
    }
}

/// A laboratory test or measurement, as far as it is the same in every result.
struct Measured {
    code: String,
    category: String,
    unit: String,
    range: String,
    low: Option<i64>,
    high: Option<i64>,
    /// Between which values results lie, in the last of the decimals.
    between: (i64, i64),
    decimals: usize,
}

/// The words of records, as JSON.
pub struct Words {
    today: NaiveDate,
    seed: u64,
    practices: usize,
    organisations: Vec<DemoOrganisation>,
    laboratory: Vec<Measured>,
    vital: Vec<Measured>,
    panels: Vec<String>,
    pressure: [String; 3],
    problems: Vec<String>,
    medicines: Vec<(String, &'static str)>,
    vaccines: Vec<String>,
    procedures: Vec<String>,
    visits: Vec<(String, &'static str, &'static str)>,
    reasons: Vec<String>,
    no_allergies: String,
    laboratory_report: String,
    vital_signs: String,
    high: String,
    low: String,
    normal: String,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("today", &self.today).finish_non_exhaustive()
    }
}

const AUTHORS: [&str; 12] = [
    "Dr Helen Marsh",
    "Dr Imran Qureshi",
    "Dr Ngozi Okafor",
    "Dr Piotr Zielinski",
    "Sister Joan Pell",
    "Nurse Kwame Boateng",
    "Dr Siobhan Byrne",
    "Dr Rajan Mehta",
    "Mr Alan Frost",
    "Miss Clara Voss",
    "Dr Mei Tan",
    "Nurse Paula Reyes",
];
const LETTERS: [(&str, &str); 6] = [
    ("Clinic letter", "Letter from the heart clinic"),
    ("Clinic letter", "Letter from the diabetes clinic"),
    ("Discharge summary", "Discharge summary"),
    ("Referral letter", "Referral to physiotherapy"),
    ("Clinic letter", "Letter from the eye clinic"),
    ("Letter", "Letter about your review"),
];
/// Family and given names that go together, those of each line in one script.
const NAMES: [(&[&str], &[&str]); 10] = [
    (
        &[
            "Smith", "Jones", "Taylor", "Brown", "Williams", "Evans", "Thomas", "Roberts", "Walker", "Wright", "O'Brien",
            "Campbell",
        ],
        &["Oliver", "Amelia", "George", "Isla", "Harry", "Ava", "Noah", "Mia", "Jack", "Ivy", "Leo", "Lily", "Arthur", "Freya"],
    ),
    (
        &["Patel", "Khan", "Begum", "Singh", "Kaur", "Ahmed", "Shah"],
        &["Priya", "Aisha", "Rohan", "Fatima", "Arjun", "Zara", "Imran"],
    ),
    (&["Nowak", "Kowalska", "Wiśniewski", "Zieliński"], &["Łukasz", "Małgorzata", "Paweł", "Żaneta"]),
    (&["Ó Súilleabháin", "Nguyễn", "Müller", "Fernández", "Sørensen"], &["Siobhán", "Thị", "Jürgen", "Íñigo", "Åse"]),
    (&["Okafor", "Adeyemi", "Mensah", "Abebe"], &["Ngozi", "Adébáyò", "Kwame", "Selam"]),
    (&["Иванова", "Шевченко", "Петров"], &["Ольга", "Тарас", "Наталія"]),
    (&["王", "李", "陈", "黄"], &["小明", "秀英", "伟", "芳"]),
    (&["محمد", "شاه", "الحسن"], &["فاطمة", "أحمد", "مريم"]),
    (&["সরকার", "ਸਿੰਘ", "पटेल"], &["রহিম", "ਹਰਪ੍ਰੀਤ", "प्रिया"]),
    (&["Παπαδόπουλος", "שפירא", "김"], &["Ελένη", "נועה", "민준"]),
];

fn json(concept: Concept) -> String {
    Node::from(concept).to_string()
}

/// A decimal of a range in the last of so many decimals.
fn scaled(text: &str, decimals: usize) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{part:0<decimals$}").parse().ok()
}

/// The other way round.
fn decimal(value: i64, decimals: usize) -> String {
    if decimals == 0 {
        return value.to_string();
    }
    let digits = format!("{value:0>width$}", width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    format!("{whole}.{part}")
}

impl Measured {
    fn new(measure: Measure, between: (i64, i64), decimals: usize, category: &str) -> Self {
        let unit = format!(r#""unit":"{}","system":"http://unitsofmeasure.org","code":"{}""#, measure.unit, measure.ucum);
        let side = |name: &str, limit: Option<&str>| limit.map(|limit| format!(r#""{name}":{{"value":{limit},{unit}}}"#));
        let sides: Vec<String> = [side("low", measure.low), side("high", measure.high)].into_iter().flatten().collect();
        let range = if sides.is_empty() { String::new() } else { format!(r#","referenceRange":[{{{}}}]"#, sides.join(",")) };
        Self {
            code: json(measure.concept),
            category: category.to_owned(),
            range,
            low: measure.low.and_then(|limit| scaled(limit, decimals)),
            high: measure.high.and_then(|limit| scaled(limit, decimals)),
            unit,
            between,
            decimals,
        }
    }
}

impl Words {
    /// Those of a population of this size, as it is on this day.
    #[must_use]
    pub fn new(size: Size, today: NaiveDate) -> Self {
        let laboratory = hl7("observation-category", "laboratory", "Laboratory").to_string();
        let vital_signs = hl7("observation-category", "vital-signs", "Vital Signs").to_string();
        let interpreted =
            |code: &str, display: &str| format!(r#","interpretation":[{}]"#, hl7("v3-ObservationInterpretation", code, display));
        let tests = [
            (codes::HBA1C, (30, 75), 0),
            (codes::CHOLESTEROL, (32, 75), 1),
            (codes::HDL, (8, 22), 1),
            (codes::TRIGLYCERIDES, (6, 35), 1),
            (codes::SODIUM, (130, 148), 0),
            (codes::POTASSIUM, (33, 56), 1),
            (codes::CREATININE, (50, 140), 0),
            (codes::EGFR, (35, 95), 0),
            (codes::HAEMOGLOBIN, (100, 170), 0),
            (codes::WHITE_CELLS, (35, 130), 1),
            (codes::PLATELETS, (130, 470), 0),
            (codes::ALT, (8, 70), 0),
            (codes::TSH, (10, 600), 2),
            (codes::CRP, (1, 60), 0),
            (codes::FERRITIN, (8, 320), 0),
        ];
        let vital = [(codes::WEIGHT, (480, 1_150), 1), (codes::PULSE, (52, 110), 0), (codes::OXYGEN, (92, 100), 0)];
        let panels =
            [codes::FULL_BLOOD_COUNT, codes::KIDNEY_PANEL, codes::LIPID_PANEL, codes::LIVER_PANEL, codes::DIABETES_PANEL];
        let problems = [
            codes::HYPERTENSION,
            codes::TYPE_2_DIABETES,
            codes::HIGH_CHOLESTEROL,
            codes::KNEE_ARTHRITIS,
            codes::HYPOTHYROID,
            codes::ASTHMA,
            codes::HAY_FEVER,
            codes::ECZEMA,
            codes::MIGRAINE,
            codes::BACK_PAIN,
            codes::REFLUX,
            codes::CHEST_INFECTION,
            codes::URINE_INFECTION,
            codes::TONSILLITIS,
            codes::ANKLE_SPRAIN,
            codes::GOUT,
        ];
        let medicines = [
            (codes::AMLODIPINE_5, "Take one tablet each morning"),
            (codes::METFORMIN_500, "Take one tablet twice a day with food"),
            (codes::ATORVASTATIN_20, "Take one tablet at night"),
            (codes::RAMIPRIL_5, "Take one capsule each morning"),
            (codes::OMEPRAZOLE_20, "Take one capsule each morning before food"),
            (codes::SALBUTAMOL, "Inhale two puffs when needed"),
            (codes::PARACETAMOL_500, "Take two tablets up to four times a day when needed"),
            (codes::CETIRIZINE_10, "Take one tablet each day"),
            (codes::AMOXICILLIN_250, "Take one capsule three times a day for five days"),
            (codes::NITROFURANTOIN_100, "Take one capsule twice a day for three days"),
            (codes::LEVOTHYROXINE_100, "Take one tablet each morning"),
            (codes::NAPROXEN_500, "Take one tablet twice a day with food"),
        ];
        let vaccines = [codes::FLU_VACCINE, codes::COVID_VACCINE, codes::PNEUMOCOCCAL_VACCINE, codes::SHINGLES_VACCINE];
        let procedures =
            [codes::MEDICATION_REVIEW, codes::SPIROMETRY, codes::ECG, codes::EYE_SCREENING, codes::FOOT_CHECK, codes::DRESSING];
        let visits = [
            (Concept::snomed("185202000", "Seen in GP's surgery").said("GP surgery consultation"), "AMB", "ambulatory"),
            (Concept::snomed("185317003", "Telephone encounter").said("Telephone consultation"), "VR", "virtual"),
            (Concept::snomed("11429006", "Consultation").said("Outpatient clinic"), "AMB", "ambulatory"),
            (Concept::snomed("439708006", "Home visit"), "HH", "home health"),
        ];
        Self {
            today,
            seed: size.seed,
            practices: practices(size.people),
            organisations: organisations(size.people),
            laboratory: tests.map(|(test, between, decimals)| Measured::new(test, between, decimals, &laboratory)).into(),
            vital: vital.map(|(one, between, decimals)| Measured::new(one, between, decimals, &vital_signs)).into(),
            panels: panels.map(json).into(),
            pressure: [codes::BLOOD_PRESSURE, codes::SYSTOLIC, codes::DIASTOLIC].map(json),
            reasons: problems.map(json).into(),
            problems: problems.map(json).into(),
            medicines: medicines.map(|(medicine, dosage)| (json(medicine), dosage)).into(),
            vaccines: vaccines.map(json).into(),
            procedures: procedures.map(json).into(),
            visits: visits.map(|(visit, class, display)| (json(visit), class, display)).into(),
            no_allergies: json(codes::NO_KNOWN_ALLERGY),
            laboratory_report: hl7("v2-0074", "LAB", "Laboratory").to_string(),
            vital_signs,
            high: interpreted("H", "High"),
            low: interpreted("L", "Low"),
            normal: interpreted("N", "Normal"),
        }
    }

    /// What each service sends about somebody: their practice, and of those with more entries a hospital and a community service too.
    #[must_use]
    pub fn files(&self, spec: &Spec) -> Vec<Sent> {
        let mut prng = Prng::new(&format!("{} person {}", self.seed, spec.place));
        let hospital = if spec.entries >= 12 { spec.entries / 5 } else { 0 };
        let community = if spec.entries >= 40 { spec.entries / 12 } else { 0 };
        let practice = pick(&mut prng, self.practices);
        let who = Who::new(self, spec, &mut prng, practice);
        let parts = [
            (practice, spec.entries - hospital - community),
            (self.practices + pick(&mut prng, 2), hospital),
            (self.practices + 2, community),
        ];
        let mut sent = Vec::new();
        for (organisation, entries) in parts.into_iter().filter(|(_, entries)| *entries > 0) {
            let mut file =
                File { words: self, who: &who, prng: &mut prng, organisation, entries, resources: Vec::new(), active: 0 };
            file.write();
            sent.push((organisation, file.resources));
        }
        sent
    }
}

/// One of so many.
fn pick(prng: &mut Prng, of: usize) -> usize {
    let last = i64::try_from(of).unwrap_or(1).max(1) - 1;
    usize::try_from(prng.between(0, last)).unwrap_or_default()
}

fn any<'a, T>(prng: &mut Prng, of: &'a [T]) -> Option<&'a T> {
    of.get(pick(prng, of.len()))
}

/// Somebody, as each service knows them.
struct Who {
    number: String,
    /// Over how many days their record goes back.
    reach: i64,
    details: String,
}

impl Who {
    fn new(words: &Words, spec: &Spec, prng: &mut Prng, practice: usize) -> Self {
        // Five in six of the first two lines.
        let line = if prng.between(0, 5) > 0 { pick(prng, 2) } else { 2 + pick(prng, NAMES.len() - 2) };
        let (families, givens) = NAMES.get(line).copied().unwrap_or((&["Smith"], &["Sam"]));
        let (family, given) = (any(prng, families).copied().unwrap_or("Smith"), any(prng, givens).copied().unwrap_or("Sam"));
        let age = prng.between(400, 95 * 365);
        let born = words.today.checked_sub_days(Days::new(age.unsigned_abs())).unwrap_or(words.today);
        let gender = if prng.between(0, 1) == 0 { "female" } else { "male" };
        let surgery = words.organisations.get(practice).map_or("", |one| one.name.as_str());
        let (house, district) = (prng.between(1, 180), prng.between(1, 29));
        let details = format!(
            r#""identifier":[{{"use":"official","system":"https://fhir.nhs.uk/Id/nhs-number","value":"{}"}}],"active":true,"name":[{{"use":"official","family":"{family}","given":["{given}"]}}],"telecom":[{{"system":"phone","value":"01632 960{:03}","use":"home"}}],"gender":"{gender}","birthDate":"{born}","address":[{{"use":"home","line":["{house} Orchard Road"],"city":"Northfield","postalCode":"ZZ{district} 1AA"}}],"generalPractitioner":[{{"display":"{surgery}"}}]"#,
            spec.nhs_number,
            prng.between(0, 999),
        );
        Self { number: spec.nhs_number.clone(), reach: (age - 30).min(REACH), details }
    }
}

/// A record of one service in the writing.
struct File<'a> {
    words: &'a Words,
    who: &'a Who,
    prng: &'a mut Prng,
    organisation: usize,
    entries: u64,
    resources: Vec<String>,
    /// Medicines and problems that somebody has now.
    active: u32,
}

/// When something was.
struct Moment {
    day: NaiveDate,
    hour: i64,
    minute: i64,
}

impl Moment {
    /// So many minutes later, on the same day.
    fn later(&self, minutes: i64) -> String {
        let total = (self.hour * 60 + self.minute + minutes).min(24 * 60 - 1);
        format!("{}T{:02}:{:02}:00Z", self.day, total / 60, total % 60)
    }
}

impl File<'_> {
    fn left(&self) -> u64 {
        self.entries.saturating_sub(u64::try_from(self.resources.len()).unwrap_or(u64::MAX))
    }

    fn write(&mut self) {
        let patient = format!(
            r#"{{"resourceType":"Patient","id":"p{}","meta":{{"lastUpdated":"{}T03:00:00Z"}},{}}}"#,
            self.who.number,
            self.words.today.pred_opt().unwrap_or(self.words.today),
            self.who.details,
        );
        self.resources.push(patient);
        if self.organisation < self.words.practices {
            self.problem();
            self.medicine();
            if self.left() > 8 {
                self.no_allergies();
            }
        }
        while self.left() > 0 {
            match self.prng.between(0, 99) {
                0..=9 if self.left() >= 5 => self.panel(),
                0..=44 => {
                    let moment = self.moment();
                    self.test(&moment);
                }
                45..=50 => self.pressure(),
                51..=56 => self.vital(),
                57..=70 => self.visit(),
                71..=85 => self.medicine(),
                86..=88 => self.vaccine(),
                89..=91 => self.problem(),
                92..=94 => self.procedure(),
                _ => self.letter(),
            }
        }
    }

    fn moment(&mut self) -> Moment {
        let ago = self.prng.between(1, self.who.reach);
        let day = self.words.today.checked_sub_days(Days::new(ago.unsigned_abs())).unwrap_or(self.words.today);
        Moment { day, hour: self.prng.between(8, 18), minute: self.prng.between(0, 59) }
    }

    fn author(&mut self) -> &'static str {
        any(self.prng, &AUTHORS).copied().unwrap_or("Dr Helen Marsh")
    }

    /// Adds a resource with what it says beside its id, when it was changed, and whom it is about. Gives its id.
    fn add(&mut self, kind: &str, subject: &str, moment: &Moment, body: &str) -> String {
        let id = format!("{}-{}-{}", self.who.number, self.organisation, self.resources.len());
        self.resources.push(format!(
            r#"{{"resourceType":"{kind}","id":"{id}","meta":{{"lastUpdated":"{}","profile":["https://fhir.hl7.org.uk/StructureDefinition/UKCore-{kind}"]}},"{subject}":{{"reference":"Patient/p{}"}},{body}}}"#,
            moment.later(90),
            self.who.number,
        ));
        id
    }

    /// A result of one test. Gives its id.
    fn test(&mut self, moment: &Moment) -> String {
        let words = self.words;
        let Some(measured) = any(self.prng, &words.laboratory) else { return String::new() };
        self.measured(measured, moment)
    }

    fn vital(&mut self) {
        let (words, moment) = (self.words, self.moment());
        if let Some(measured) = any(self.prng, &words.vital) {
            self.measured(measured, &moment);
        }
    }

    fn measured(&mut self, measured: &Measured, moment: &Moment) -> String {
        let (value, author) = (self.prng.between(measured.between.0, measured.between.1), self.author());
        let interpreted = match (measured.low, measured.high) {
            (None, None) => "",
            (Some(low), _) if value < low => self.words.low.as_str(),
            (_, Some(high)) if value > high => self.words.high.as_str(),
            _ => self.words.normal.as_str(),
        };
        let body = format!(
            r#""status":"final","category":[{}],"code":{},"effectiveDateTime":"{}","performer":[{{"display":"{author}"}}],"valueQuantity":{{"value":{},{}}}{interpreted}{}"#,
            measured.category,
            measured.code,
            moment.later(0),
            decimal(value, measured.decimals),
            measured.unit,
            measured.range,
        );
        self.add("Observation", "subject", moment, &body)
    }

    /// A report with its results.
    fn panel(&mut self) {
        let (words, moment) = (self.words, self.moment());
        let many = u64::try_from(self.prng.between(3, 6)).unwrap_or(3).min(self.left() - 1);
        let results: Vec<String> =
            (0..many).map(|_| format!(r#"{{"reference":"Observation/{}"}}"#, self.test(&moment))).collect();
        let name = words.organisations.get(self.organisation).map_or("", |one| one.name.as_str());
        let body = format!(
            r#""status":"final","category":[{}],"code":{},"effectiveDateTime":"{}","issued":"{}","performer":[{{"display":"{name}"}}],"result":[{}]"#,
            words.laboratory_report,
            any(self.prng, &words.panels).map_or("", String::as_str),
            moment.later(0),
            moment.later(240),
            results.join(","),
        );
        self.add("DiagnosticReport", "subject", &moment, &body);
    }

    fn pressure(&mut self) {
        let (moment, author) = (self.moment(), self.author());
        let [whole, systolic, diastolic] = &self.words.pressure;
        let part = |code: &str, value: i64| {
            format!(
                r#"{{"code":{code},"valueQuantity":{{"value":{value},"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}}}"#
            )
        };
        let body = format!(
            r#""status":"final","category":[{}],"code":{whole},"effectiveDateTime":"{}","performer":[{{"display":"{author}"}}],"component":[{},{}]"#,
            self.words.vital_signs,
            moment.later(0),
            part(systolic, self.prng.between(100, 170)),
            part(diastolic, self.prng.between(58, 98)),
        );
        self.add("Observation", "subject", &moment, &body);
    }

    fn visit(&mut self) {
        let (words, moment, author) = (self.words, self.moment(), self.author());
        let Some((kind, class, display)) = any(self.prng, &words.visits) else { return };
        let name = words.organisations.get(self.organisation).map_or("", |one| one.name.as_str());
        let body = format!(
            r#""status":"finished","class":{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"{class}","display":"{display}"}},"type":[{kind}],"participant":[{{"individual":{{"display":"{author}"}}}}],"period":{{"start":"{}","end":"{}"}},"reasonCode":[{}],"serviceProvider":{{"display":"{name}"}}"#,
            moment.later(0),
            moment.later(12),
            any(self.prng, &words.reasons).map_or("", String::as_str),
        );
        self.add("Encounter", "subject", &moment, &body);
    }

    /// What somebody has now is little, however long their record.
    fn is_now(&mut self) -> bool {
        let now = self.active < 6 && self.prng.between(0, 2) == 0;
        self.active += u32::from(now);
        now
    }

    fn problem(&mut self) {
        let (words, moment, author) = (self.words, self.moment(), self.author());
        let (status, end) = if self.is_now() {
            (hl7("condition-clinical", "active", "Active"), String::new())
        } else {
            (hl7("condition-clinical", "resolved", "Resolved"), format!(r#""abatementDateTime":"{}","#, moment.day))
        };
        let body = format!(
            r#""clinicalStatus":{status},"verificationStatus":{},"category":[{}],"code":{},"onsetDateTime":"{}",{end}"recordedDate":"{}","recorder":{{"display":"{author}"}}"#,
            hl7("condition-ver-status", "confirmed", "Confirmed"),
            hl7("condition-category", "problem-list-item", "Problem List Item"),
            any(self.prng, &words.problems).map_or("", String::as_str),
            moment.day,
            moment.day,
        );
        self.add("Condition", "subject", &moment, &body);
    }

    fn no_allergies(&mut self) {
        let (words, moment, author) = (self.words, self.moment(), self.author());
        let body = format!(
            r#""clinicalStatus":{},"verificationStatus":{},"code":{},"recordedDate":"{}","recorder":{{"display":"{author}"}}"#,
            hl7("allergyintolerance-clinical", "active", "Active"),
            hl7("allergyintolerance-verification", "confirmed", "Confirmed"),
            words.no_allergies,
            moment.day,
        );
        self.add("AllergyIntolerance", "patient", &moment, &body);
    }

    fn medicine(&mut self) {
        let (words, moment, author) = (self.words, self.moment(), self.author());
        let status = if self.is_now() { "active" } else { "completed" };
        let Some((medicine, dosage)) = any(self.prng, &words.medicines) else { return };
        let body = format!(
            r#""status":"{status}","intent":"order","category":[{}],"medicationCodeableConcept":{medicine},"authoredOn":"{}","requester":{{"display":"{author}"}},"dosageInstruction":[{{"text":"{dosage}"}}],"dispenseRequest":{{"quantity":{{"value":{},"unit":"tablet"}}}}"#,
            hl7("medicationrequest-category", "community", "Community"),
            moment.day,
            self.prng.between(1, 4) * 14,
        );
        self.add("MedicationRequest", "subject", &moment, &body);
    }

    fn vaccine(&mut self) {
        let (words, moment, author) = (self.words, self.moment(), self.author());
        let body = format!(
            r#""status":"completed","vaccineCode":{},"occurrenceDateTime":"{}","recorded":"{}","primarySource":true,"lotNumber":"LOAD{:04}","performer":[{{"actor":{{"display":"{author}"}}}}]"#,
            any(self.prng, &words.vaccines).map_or("", String::as_str),
            moment.day,
            moment.day,
            self.prng.between(0, 9_999),
        );
        self.add("Immunization", "patient", &moment, &body);
    }

    fn procedure(&mut self) {
        let (words, moment, author) = (self.words, self.moment(), self.author());
        let body = format!(
            r#""status":"completed","code":{},"performedDateTime":"{}","performer":[{{"actor":{{"display":"{author}"}}}}]"#,
            any(self.prng, &words.procedures).map_or("", String::as_str),
            moment.day,
        );
        self.add("Procedure", "subject", &moment, &body);
    }

    /// What is known of a letter that was not sent along.
    fn letter(&mut self) {
        let (moment, author) = (self.moment(), self.author());
        let (kind, title) = any(self.prng, &LETTERS).copied().unwrap_or(("Letter", "Letter"));
        let body = format!(
            r#""status":"current","docStatus":"final","type":{{"text":"{kind}"}},"date":"{}","author":[{{"display":"{author}"}}],"description":"{title}","content":[{{"attachment":{{"contentType":"application/pdf","title":"{title}"}}}}]"#,
            moment.later(0),
        );
        self.add("DocumentReference", "subject", &moment, &body);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const SIZES: [(u32, u64); 6] = [(1, 4), (1, 40_000), (20, 2_000), (300, 1_200), (5_000, 500_000), (20_000, 80_000)];

    #[test]
    fn as_many_as_were_asked_for_each_with_a_number_of_their_own_and_the_first_with_the_most() {
        for (people, entries) in SIZES {
            let size = Size { people, entries, seed: 1 };
            let all: Vec<Spec> = size.people().collect();
            assert_eq!(all.len(), usize::try_from(people).unwrap());
            assert_eq!(all.iter().map(|one| one.entries).sum::<u64>(), entries, "{people}");
            assert!(all.iter().all(|one| (LEAST..=all[0].entries).contains(&one.entries)), "{people}");
            let numbers: BTreeSet<&str> = all.iter().map(|one| one.nhs_number.as_str()).collect();
            assert_eq!(numbers.len(), all.len());
            assert!(numbers.iter().all(|one| one.starts_with("999") && domain::NhsNumber::parse(one).is_ok()));
        }
        let size = Size { people: 5_000, entries: 500_000, seed: 1 };
        assert_eq!(size.people().filter(|one| one.entries == HEAVY).count(), 6);
    }

    #[test]
    fn a_record_has_as_many_resources_as_entries_and_is_the_same_again() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
        let size = Size { people: 40, entries: 8_000, seed: 7 };
        let (words, again) = (Words::new(size, today), Words::new(size, today));
        for spec in size.people() {
            let files = words.files(&spec);
            assert_eq!(files, again.files(&spec));
            assert_eq!(u64::try_from(files.iter().map(|(_, sent)| sent.len()).sum::<usize>()).unwrap(), spec.entries);
            for resource in files.iter().flat_map(|(_, sent)| sent) {
                let read: serde_json::Value =
                    serde_json::from_str(resource).unwrap_or_else(|error| panic!("{error}: {resource}"));
                assert!(read["id"].is_string() && read["resourceType"].is_string());
            }
        }
        let other = Words::new(Size { seed: 8, ..size }, today);
        let first = size.people().next().unwrap();
        assert_ne!(words.files(&first), other.files(&first));
    }

    #[test]
    fn decimals_are_written_and_read_back() {
        for (value, decimals, text) in [(5, 1, "0.5"), (27, 2, "0.27"), (600, 2, "6.00"), (41, 0, "41"), (103, 1, "10.3")] {
            assert_eq!(decimal(value, decimals), text);
            assert_eq!(scaled(text, decimals), Some(value));
        }
        assert_eq!(scaled("5", 1), Some(50));
    }
}
