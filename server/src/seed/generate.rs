//! Writes a person's record, source by source, as FHIR R4 resources in the manner of UK Core.

use super::codes::{self, Concept, Measure, hl7};
use super::node::{Node, object};
use super::people::{Organisation, PersonSpec, Professional};
use super::{DemoBundle, nhs_number};
use base64::Engine;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::collections::{BTreeMap, BTreeSet};

/// Steele, Lea and Flood's splitmix64: the same numbers for the same person, always.
#[derive(Clone, Debug)]
pub(super) struct Prng(u64);

impl Prng {
    /// A sequence of its own for each key (FNV-1a).
    pub(super) fn new(key: &str) -> Self {
        Self(key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap_or(1).max(1);
        low + i64::try_from(self.next() % span).unwrap_or(0)
    }
}

/// Whom an entry must be kept from unless the person says otherwise (HL7 v3 ActCode, information sensitivity).
#[derive(Clone, Copy, Debug)]
pub(super) enum Sensitive {
    Mental,
    Sexual,
    Abuse,
}

impl Sensitive {
    const fn coding(self) -> (&'static str, &'static str) {
        match self {
            Self::Mental => ("PSY", "psychiatry disorder information sensitivity"),
            Self::Sexual => ("SEX", "sexuality and reproductive health information sensitivity"),
            Self::Abuse => ("SDV", "sexual assault, abuse, or domestic violence information sensitivity"),
        }
    }
}

/// How somebody met a service.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meeting {
    Surgery,
    Telephone,
    Video,
    HomeVisit,
    Clinic,
    Emergency,
    UrgentCall,
    /// A stay of so many nights.
    Stay(i64),
}

impl Meeting {
    const fn class(self) -> (&'static str, &'static str) {
        match self {
            Self::Surgery | Self::Clinic => ("AMB", "ambulatory"),
            Self::Telephone | Self::Video | Self::UrgentCall => ("VR", "virtual"),
            Self::HomeVisit => ("HH", "home health"),
            Self::Emergency => ("EMER", "emergency"),
            Self::Stay(_) => ("IMP", "inpatient encounter"),
        }
    }

    const fn concept(self) -> Concept {
        match self {
            Self::Surgery => Concept::snomed("185202000", "Seen in GP's surgery").said("GP surgery consultation"),
            Self::Telephone => Concept::snomed("185317003", "Telephone encounter").said("Telephone consultation"),
            Self::Video => Concept::words("Video consultation"),
            Self::HomeVisit => Concept::snomed("439708006", "Home visit"),
            Self::Clinic => Concept::snomed("11429006", "Consultation").said("Outpatient clinic"),
            Self::Emergency => Concept::snomed("4525004", "Emergency department patient visit").said("A&E attendance"),
            Self::UrgentCall => Concept::words("NHS 111 call"),
            Self::Stay(_) => Concept::snomed("32485007", "Hospital admission").said("Hospital stay"),
        }
    }

    const fn minutes(self) -> i64 {
        match self {
            Self::Surgery => 10,
            Self::Telephone | Self::UrgentCall => 12,
            Self::Video => 15,
            Self::Clinic => 25,
            Self::HomeVisit => 40,
            Self::Emergency => 225,
            Self::Stay(nights) => nights * 24 * 60,
        }
    }
}

/// A moment of the record: a day and a time of day, in UTC.
#[derive(Clone, Copy, Debug)]
struct Moment {
    day: NaiveDate,
    hour: i64,
    minute: i64,
}

impl Moment {
    fn later(self, minutes: i64) -> Self {
        let total = self.hour * 60 + self.minute + minutes;
        let days = u64::try_from(total.div_euclid(24 * 60)).unwrap_or(0);
        let rest = total.rem_euclid(24 * 60);
        Self { day: self.day.checked_add_days(Days::new(days)).unwrap_or(self.day), hour: rest / 60, minute: rest % 60 }
    }

    /// The same moment, or where that is in the evening five on the same day: laboratories close.
    fn before_closing(self) -> Self {
        if self.hour < 17 { self } else { Self { hour: 17, minute: 0, ..self } }
    }

    fn instant(self) -> String {
        format!("{}T{:02}:{:02}:00Z", day_text(self.day), self.hour, self.minute)
    }
}

fn day_text(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

fn profile(name: &str) -> String {
    format!("https://fhir.hl7.org.uk/StructureDefinition/UKCore-{name}")
}

/// The day of birth of somebody who is `age` on `today`, born on this day of a month.
pub(super) fn birth_date(today: NaiveDate, age: i32, month: u32, day: u32) -> NaiveDate {
    let had_birthday = (month, day) <= (today.month(), today.day());
    let year = today.year() - age - i32::from(!had_birthday);
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(today)
}

struct SourceRecord {
    organisation: &'static Organisation,
    resources: Vec<(String, Node)>,
    known: BTreeSet<String>,
}

/// A record in the writing: where, by whom and when the next entry is made is said once and holds until it is said anew.
pub(super) struct Chart {
    spec: &'static PersonSpec,
    today: NaiveDate,
    pub(super) prng: Prng,
    numbers: BTreeMap<&'static str, u32>,
    /// The repeats that are still taken, by the medicine's words.
    repeats: BTreeMap<&'static str, String>,
    sources: Vec<SourceRecord>,
    here: usize,
    author: Option<&'static Professional>,
    moment: Moment,
    encounter: Option<String>,
    sensitive: Option<Sensitive>,
    /// The service talks with the person about it before they read it.
    comment_first: bool,
}

impl Chart {
    pub(super) fn new(spec: &'static PersonSpec, today: NaiveDate) -> Self {
        let mut chart = Self {
            spec,
            today,
            prng: Prng::new(spec.key),
            numbers: BTreeMap::new(),
            repeats: BTreeMap::new(),
            sources: Vec::new(),
            here: 0,
            author: None,
            moment: Moment { day: today, hour: 9, minute: 0 },
            encounter: None,
            sensitive: None,
            comment_first: false,
        };
        chart.at(spec.practice);
        chart
    }

    /// The bundles, one for each source.
    pub(super) fn finish(self) -> Vec<DemoBundle> {
        let timestamp = Moment { day: days_before(self.today, 1), hour: 17, minute: 0 }.instant();
        self.sources
            .into_iter()
            .map(|source| {
                let base = format!("https://{}.example/fhir", source.organisation.ods.to_lowercase());
                let entries: Vec<Node> = source
                    .resources
                    .into_iter()
                    .map(|(path, resource)| object! { "fullUrl": format!("{base}/{path}"), "resource": resource })
                    .collect();
                let bundle = object! {
                    "resourceType": "Bundle",
                    "id": format!("{}-{}", self.spec.key, source.organisation.ods.to_lowercase()),
                    "type": "collection",
                    "timestamp": timestamp.as_str(),
                    "entry": entries,
                };
                DemoBundle {
                    source_ods: source.organisation.ods.to_owned(),
                    source_name: source.organisation.name.to_owned(),
                    source_system: source.organisation.kind.words().1.to_owned(),
                    json: bundle.to_string(),
                }
            })
            .collect()
    }

    // Where, who, when.

    /// The next entries come from this organisation's system.
    pub(super) fn at(&mut self, organisation: &'static Organisation) -> &mut Self {
        self.encounter = None;
        self.author = None;
        if let Some(here) = self.sources.iter().position(|source| source.organisation.ods == organisation.ods) {
            self.here = here;
            return self;
        }
        self.sources.push(SourceRecord { organisation, resources: Vec::new(), known: BTreeSet::new() });
        self.here = self.sources.len() - 1;
        let patient = self.patient(organisation);
        self.push(&format!("Patient/{}", self.patient_id()), patient);
        self.organisation(organisation);
        self.organisation(self.spec.practice);
        self
    }

    /// The next entries are written by this professional.
    pub(super) fn by(&mut self, author: &'static Professional) -> &mut Self {
        self.author = Some(author);
        self
    }

    /// The next entries are of this day, outside any visit.
    pub(super) fn on(&mut self, days_ago: i64) -> &mut Self {
        self.encounter = None;
        self.moment = self.moment_of(days_ago, false);
        self
    }

    /// The next entries are of the day on which the person was so many days old.
    pub(super) fn at_age(&mut self, days_old: i64) -> &mut Self {
        let age = (self.today - self.birth()).num_days();
        self.on((age - days_old).max(2))
    }

    /// A visit or call; the entries that follow belong to it.
    pub(super) fn visit(&mut self, meeting: Meeting, days_ago: i64, reason: Concept) -> &mut Self {
        let working_day = !matches!(meeting, Meeting::Emergency | Meeting::UrgentCall | Meeting::Stay(_));
        self.moment = self.moment_of(days_ago, working_day);
        let id = self.id("enc");
        let (class, class_display) = meeting.class();
        let (participant, provider) = (self.author_reference(), self.here_reference());
        let resource = object! {
            "resourceType": "Encounter",
            "id": id.as_str(),
            "meta": self.meta_after("Encounter", meeting.minutes() + 90),
            "status": "finished",
            "class": object! { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": class, "display": class_display },
            "type": [meeting.concept()],
            "subject": self.subject(),
            "participant": [object! { "individual": participant }],
            "period": object! { "start": self.moment.instant(), "end": self.moment.later(meeting.minutes()).instant() },
            "reasonCode": [reason],
            "serviceProvider": provider,
        };
        self.push(&format!("Encounter/{id}"), resource);
        self.encounter = Some(id);
        self
    }

    /// The next entries bear this label, until it is changed.
    pub(super) fn label(&mut self, sensitive: Option<Sensitive>) -> &mut Self {
        self.sensitive = sensitive;
        self
    }

    pub(super) fn birth(&self) -> NaiveDate {
        let (age, month, day) = self.spec.born;
        birth_date(self.today, age, month, day)
    }

    // Entries.

    /// A problem that is still there.
    pub(super) fn problem(&mut self, concept: Concept) -> &mut Self {
        self.condition(concept, None, None);
        self
    }

    /// A problem with a note.
    pub(super) fn problem_note(&mut self, concept: Concept, note: &str) -> &mut Self {
        self.condition(concept, None, Some(note));
        self
    }

    /// A problem that has gone, so many days after it came.
    pub(super) fn past_problem(&mut self, concept: Concept, lasted: i64) -> &mut Self {
        self.condition(concept, Some(lasted), None);
        self
    }

    fn condition(&mut self, concept: Concept, lasted: Option<i64>, note: Option<&str>) {
        let id = self.id("problem");
        let end = lasted.map(|days| self.moment.later(days * 24 * 60).day).filter(|end| *end < self.today).map(day_text);
        let status = if end.is_some() { ("resolved", "Resolved") } else { ("active", "Active") };
        let (encounter, recorder) = (self.encounter_reference(), self.author_reference());
        let resource = object! {
            "resourceType": "Condition",
            "id": id.as_str(),
            "meta": self.meta("Condition"),
            "clinicalStatus": hl7("condition-clinical", status.0, status.1),
            "verificationStatus": hl7("condition-ver-status", "confirmed", "Confirmed"),
            "category": [hl7("condition-category", "problem-list-item", "Problem List Item")],
            "code": concept,
            "subject": self.subject(),
            "encounter": encounter,
            "onsetDateTime": day_text(self.moment.day),
            "abatementDateTime": end,
            "recordedDate": day_text(self.moment.day),
            "recorder": recorder,
            "note": [note.map(|text| object! { "text": text })],
        };
        self.push(&format!("Condition/{id}"), resource);
    }

    /// An allergy and what it does.
    pub(super) fn allergy(&mut self, concept: Concept, reaction: Concept, category: &'static str, severe: bool) -> &mut Self {
        let id = self.id("allergy");
        let (encounter, recorder) = (self.encounter_reference(), self.author_reference());
        let resource = object! {
            "resourceType": "AllergyIntolerance",
            "id": id.as_str(),
            "meta": self.meta("AllergyIntolerance"),
            "clinicalStatus": hl7("allergyintolerance-clinical", "active", "Active"),
            "verificationStatus": hl7("allergyintolerance-verification", "confirmed", "Confirmed"),
            "type": "allergy",
            "category": [category],
            "criticality": if severe { "high" } else { "low" },
            "code": concept,
            "patient": self.subject(),
            "encounter": encounter,
            "recordedDate": day_text(self.moment.day),
            "recorder": recorder,
            "reaction": [object! { "manifestation": [reaction], "severity": if severe { "severe" } else { "mild" } }],
        };
        self.push(&format!("AllergyIntolerance/{id}"), resource);
        self
    }

    /// Somebody asked, and there is none: not the same as nothing being known.
    pub(super) fn no_known_allergies(&mut self) -> &mut Self {
        let id = self.id("allergy");
        let recorder = self.author_reference();
        let resource = object! {
            "resourceType": "AllergyIntolerance",
            "id": id.as_str(),
            "meta": self.meta("AllergyIntolerance"),
            "clinicalStatus": hl7("allergyintolerance-clinical", "active", "Active"),
            "verificationStatus": hl7("allergyintolerance-verification", "confirmed", "Confirmed"),
            "code": codes::NO_KNOWN_ALLERGY,
            "patient": self.subject(),
            "recordedDate": day_text(self.moment.day),
            "recorder": recorder,
        };
        self.push(&format!("AllergyIntolerance/{id}"), resource);
        self
    }

    /// A repeat medicine that is still taken.
    pub(super) fn repeat(&mut self, medicine: Concept, dosage: &str, quantity: (i64, &str), reason: &str) -> &mut Self {
        self.medicine(medicine, dosage, quantity, Some(reason), "active", true);
        self
    }

    /// A repeat medicine that was stopped, and why.
    pub(super) fn stopped(&mut self, medicine: Concept, dosage: &str, quantity: (i64, &str), why: &str) -> &mut Self {
        self.medicine(medicine, dosage, quantity, Some(why), "stopped", true);
        self
    }

    /// A repeat medicine was given once more.
    pub(super) fn given(&mut self, medicine: Concept, (amount, unit): (i64, &str)) -> &mut Self {
        let id = self.id("med");
        let requester = self.author_reference();
        let resource = object! {
            "resourceType": "MedicationRequest",
            "id": id.as_str(),
            "meta": self.meta("MedicationRequest"),
            "status": "completed",
            "intent": "order",
            "category": [hl7("medicationrequest-category", "community", "Community")],
            "medicationCodeableConcept": medicine,
            "subject": self.subject(),
            "authoredOn": day_text(self.moment.day),
            "requester": requester,
            "courseOfTherapyType": hl7("medicationrequest-course-of-therapy", "continuous", "Continuous long term therapy"),
            "dispenseRequest": object! {
                "quantity": object! { "value": amount, "unit": unit },
                "expectedSupplyDuration": object! {
                    "value": 28_i64, "unit": "day", "system": "http://unitsofmeasure.org", "code": "d",
                },
            },
        };
        self.push(&format!("MedicationRequest/{id}"), resource);
        self
    }

    /// The practice's system warned that two of the repeats do not go well together, and what was done.
    pub(super) fn warned(&mut self, medicines: [Concept; 2], words: &str, done: &str) -> &mut Self {
        let (id, author) = (self.id("issue"), self.author_reference());
        let about = medicines.iter().filter_map(|one| self.repeats.get(one.text));
        let about: Vec<Node> = about.map(|id| object! { "reference": format!("MedicationRequest/{id}") }).collect();
        let resource = object! {
            "resourceType": "DetectedIssue",
            "id": id.as_str(),
            "meta": object! { "lastUpdated": self.moment.later(90).instant(), "security": self.security() },
            "status": "final",
            "code": object! { "coding": [object! {
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "DRG", "display": "Drug Interaction Alert",
            }] },
            "severity": "moderate",
            "patient": self.subject(),
            "identifiedDateTime": day_text(self.moment.day),
            "author": author,
            "implicated": about,
            "detail": words,
            "mitigation": [object! { "action": object! { "text": done } }],
        };
        self.push(&format!("DetectedIssue/{id}"), resource);
        self
    }

    /// A medicine for a short time.
    pub(super) fn acute(&mut self, medicine: Concept, dosage: &str, quantity: (i64, &str)) -> &mut Self {
        self.medicine(medicine, dosage, quantity, None, "completed", false);
        self
    }

    fn medicine(
        &mut self,
        medicine: Concept,
        dosage: &str,
        (amount, unit): (i64, &str),
        words: Option<&str>,
        status: &str,
        repeat: bool,
    ) {
        let id = self.id("med");
        if repeat && status == "active" {
            self.repeats.insert(medicine.text, id.clone());
        }
        let issued = self.prng.between(2, 11);
        let review =
            self.today.checked_add_days(Days::new(u64::try_from(self.prng.between(30, 200)).unwrap_or(90))).map(day_text);
        let therapy = if repeat {
            hl7("medicationrequest-course-of-therapy", "continuous", "Continuous long term therapy")
        } else {
            hl7("medicationrequest-course-of-therapy", "acute", "Short course (acute) therapy")
        };
        let information = (repeat && status == "active").then(|| {
            object! {
                "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationRepeatInformation",
                "extension": [
                    object! { "url": "numberOfPrescriptionsIssued", "valueUnsignedInt": issued },
                    object! { "url": "authorisationExpiryDate", "valueDateTime": review },
                ],
            }
        });
        let (encounter, requester, pharmacy) = (self.encounter_reference(), self.author_reference(), self.spec.pharmacy);
        let dispenser = (status == "active").then(|| self.organisation(pharmacy));
        let resource = object! {
            "resourceType": "MedicationRequest",
            "id": id.as_str(),
            "meta": self.meta("MedicationRequest"),
            "extension": [information],
            "status": status,
            "statusReason": (status == "stopped").then(|| words.map(|why| object! { "text": why })),
            // A repeat stands for what may be given again and again.
            "intent": if repeat { "plan" } else { "order" },
            "category": [hl7("medicationrequest-category", "community", "Community")],
            "medicationCodeableConcept": medicine,
            "subject": self.subject(),
            "encounter": encounter,
            "authoredOn": day_text(self.moment.day),
            "requester": requester,
            "reasonCode": [(status != "stopped").then(|| words.map(|reason| object! { "text": reason }))],
            "courseOfTherapyType": therapy,
            "dosageInstruction": [object! { "text": dosage }],
            "dispenseRequest": object! {
                "numberOfRepeatsAllowed": repeat.then_some(12_i64),
                "quantity": object! { "value": amount, "unit": unit },
                "expectedSupplyDuration": object! {
                    "value": if repeat { 28_i64 } else { 7 }, "unit": "day", "system": "http://unitsofmeasure.org", "code": "d",
                },
                "performer": dispenser,
            },
        };
        self.push(&format!("MedicationRequest/{id}"), resource);
    }

    /// A vaccination; `given` is the code of the act, where we are sure of it.
    pub(super) fn vaccine(&mut self, vaccine: Concept, given: Option<Concept>, dose: i64) -> &mut Self {
        let id = self.id("vaccine");
        let lot = format!("DEMO{:04}", self.prng.between(100, 9999));
        let (encounter, actor, site) = (self.encounter_reference(), self.author_reference(), self.here_reference());
        let act = given.map(|act| {
            object! {
                "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure",
                "valueCodeableConcept": act,
            }
        });
        let resource = object! {
            "resourceType": "Immunization",
            "id": id.as_str(),
            "meta": self.meta("Immunization"),
            "extension": [act],
            "status": "completed",
            "vaccineCode": vaccine,
            "patient": self.subject(),
            "encounter": encounter,
            "occurrenceDateTime": day_text(self.moment.day),
            "recorded": day_text(self.moment.day),
            "primarySource": true,
            "lotNumber": lot,
            "performer": [object! { "actor": actor }, object! { "actor": site }],
            "protocolApplied": [object! { "doseNumberPositiveInt": dose }],
        };
        self.push(&format!("Immunization/{id}"), resource);
        self
    }

    /// A measurement taken by a professional.
    pub(super) fn measure(&mut self, measure: Measure, value: &str) -> &mut Self {
        self.observation(measure, value, ("vital-signs", "Vital Signs"));
        self
    }

    /// A laboratory's result that came by itself.
    pub(super) fn result(&mut self, measure: Measure, value: &str) -> &mut Self {
        self.observation(measure, value, ("laboratory", "Laboratory"));
        self
    }

    /// A result in words, such as a culture.
    pub(super) fn result_words(&mut self, concept: Concept, words: &str) -> &mut Self {
        let value = object! { "valueString": words };
        self.observe(concept, ("laboratory", "Laboratory"), value);
        self
    }

    /// A titre above its range, which the laboratory gives in words: how far blood could be thinned with something still found in it,
    /// 1:160.
    pub(super) fn high_titre(&mut self, concept: Concept, dilution: i64, range: &str) -> &mut Self {
        let value = object! {
            "valueRatio": object! { "numerator": object! { "value": 1_i64 }, "denominator": object! { "value": dilution } },
            "interpretation": [hl7("v3-ObservationInterpretation", "H", "High")],
            "referenceRange": [object! { "text": range }],
        };
        self.observe(concept, ("laboratory", "Laboratory"), value);
        self
    }

    /// A fact of how somebody lives, such as smoking.
    pub(super) fn habit(&mut self, concept: Concept, answer: Concept) -> &mut Self {
        let value = object! { "valueCodeableConcept": answer };
        self.observe(concept, ("social-history", "Social History"), value);
        self
    }

    /// A blood pressure, in mmHg.
    pub(super) fn blood_pressure(&mut self, systolic: i64, diastolic: i64) -> &mut Self {
        let part = |concept: Concept, value: i64| {
            object! {
                "code": concept,
                "valueQuantity": object! { "value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" },
            }
        };
        let value = object! { "component": [part(codes::SYSTOLIC, systolic), part(codes::DIASTOLIC, diastolic)] };
        self.observe(codes::BLOOD_PRESSURE, ("vital-signs", "Vital Signs"), value);
        self
    }

    /// A laboratory report with its results, and what was said of them.
    pub(super) fn panel(&mut self, concept: Concept, results: &[(Measure, &str)], conclusion: Option<&str>) -> &mut Self {
        let members: Vec<Node> = results
            .iter()
            .map(|(measure, value)| {
                let id = self.observation(*measure, value, ("laboratory", "Laboratory"));
                object! { "reference": format!("Observation/{id}"), "display": measure.concept.text }
            })
            .collect();
        self.report(concept, ("LAB", "Laboratory"), members, conclusion);
        self
    }

    /// An imaging report: words alone.
    pub(super) fn imaging(&mut self, concept: Concept, conclusion: &str) -> &mut Self {
        self.report(concept, ("RAD", "Radiology"), Vec::new(), Some(conclusion));
        self
    }

    /// The same, marked by its service as one that somebody talks about with the person before they read it.
    pub(super) fn imaging_to_talk_about(&mut self, concept: Concept, conclusion: &str) -> &mut Self {
        self.comment_first = true;
        self.imaging(concept, conclusion);
        self.comment_first = false;
        self
    }

    fn report(&mut self, concept: Concept, category: (&str, &str), members: Vec<Node>, conclusion: Option<&str>) {
        let id = self.id("report");
        let (encounter, performer) = (self.encounter_reference(), self.here_reference());
        let resource = object! {
            "resourceType": "DiagnosticReport",
            "id": id.as_str(),
            "meta": self.meta("DiagnosticReport"),
            "status": "final",
            "category": [hl7("v2-0074", category.0, category.1)],
            "code": concept,
            "subject": self.subject(),
            "encounter": encounter,
            "effectiveDateTime": self.moment.instant(),
            "issued": self.moment.later(7 * 60).before_closing().instant(),
            "performer": [performer],
            "result": members,
            "conclusion": conclusion,
        };
        self.push(&format!("DiagnosticReport/{id}"), resource);
    }

    fn observation(&mut self, measure: Measure, value: &str, category: (&str, &str)) -> String {
        let (comparator, digits) = match value.split_at_checked(1) {
            Some((comparator @ ("<" | ">"), digits)) => (Some(comparator), digits),
            _ => (None, value),
        };
        let quantity = |digits: &str| {
            object! {
                "value": Node::Decimal(digits.to_owned()), "unit": measure.unit,
                "system": "http://unitsofmeasure.org", "code": measure.ucum,
            }
        };
        let number = |text: &str| text.parse::<f64>().ok();
        let beyond = |limit: Option<&str>, outside: fn(&f64, &f64) -> bool| {
            number(digits).zip(limit.and_then(number)).is_some_and(|(value, limit)| outside(&value, &limit))
        };
        // A value that is only known to be less or more than a number is low, high or normal where every such value is.
        let (low, high, normal) = match comparator {
            Some("<") => (beyond(measure.low, f64::le), false, measure.low.is_none() && !beyond(measure.high, f64::gt)),
            Some(_) => (false, beyond(measure.high, f64::ge), measure.high.is_none() && !beyond(measure.low, f64::lt)),
            None => (beyond(measure.low, f64::lt), beyond(measure.high, f64::gt), true),
        };
        let interpretation = match (measure.low, measure.high) {
            (None, None) => None,
            _ if low => Some(("L", "Low")),
            _ if high => Some(("H", "High")),
            _ => normal.then_some(("N", "Normal")),
        };
        let body = object! {
            "valueQuantity": object! {
                "value": Node::Decimal(digits.to_owned()), "comparator": comparator, "unit": measure.unit,
                "system": "http://unitsofmeasure.org", "code": measure.ucum,
            },
            "interpretation": [interpretation.map(|(code, display)| hl7("v3-ObservationInterpretation", code, display))],
            "referenceRange": [object! { "low": measure.low.map(quantity), "high": measure.high.map(quantity) }],
        };
        self.observe(measure.concept, category, body)
    }

    fn observe(&mut self, concept: Concept, category: (&str, &str), body: Node) -> String {
        let id = self.id("obs");
        let (encounter, performer) =
            (self.encounter_reference(), self.author_reference().or_else(|| Some(self.here_reference())));
        let Node::Object(mut fields) = (object! {
            "resourceType": "Observation",
            "id": id.as_str(),
            "meta": self.meta("Observation"),
            "status": "final",
            "category": [hl7("observation-category", category.0, category.1)],
            "code": concept,
            "subject": self.subject(),
            "encounter": encounter,
            "effectiveDateTime": self.moment.instant(),
            "performer": [performer],
        }) else {
            return id;
        };
        if let Node::Object(more) = body {
            fields.extend(more);
        }
        self.push(&format!("Observation/{id}"), Node::Object(fields));
        id
    }

    /// Something that was done.
    pub(super) fn procedure(&mut self, concept: Concept, note: Option<&str>) -> &mut Self {
        let id = self.id("procedure");
        let (encounter, actor) = (self.encounter_reference(), self.author_reference());
        let resource = object! {
            "resourceType": "Procedure",
            "id": id.as_str(),
            "meta": self.meta("Procedure"),
            "status": "completed",
            "code": concept,
            "subject": self.subject(),
            "encounter": encounter,
            "performedDateTime": day_text(self.moment.day),
            "performer": [object! { "actor": actor }],
            "note": [note.map(|text| object! { "text": text })],
        };
        self.push(&format!("Procedure/{id}"), resource);
        self
    }

    /// A letter, kept as a document of its own beside its description.
    pub(super) fn letter(&mut self, kind: &'static str, title: &str, text: &str) -> &mut Self {
        self.document(kind, title, "text/plain; charset=utf-8", text.as_bytes());
        self
    }

    /// The same, as a small page.
    pub(super) fn page(&mut self, kind: &'static str, title: &str, html: &str) -> &mut Self {
        self.document(kind, title, "text/html; charset=utf-8", html.as_bytes());
        self
    }

    /// The same in Rich Text Format, as most of those are that hospitals dictate: paragraphs, of which those that begin with `#` are
    /// headings.
    pub(super) fn rich(&mut self, kind: &'static str, title: &str, paragraphs: &[&str]) -> &mut Self {
        let mut rtf = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}}\f0\fs22 ".to_owned();
        for paragraph in paragraphs {
            match paragraph.strip_prefix('#') {
                Some(heading) => rtf.extend([r"\pard\b ", heading, r"\b0\par "]),
                None => rtf.extend([r"\pard ", paragraph, r"\par "]),
            }
        }
        rtf.push('}');
        self.document(kind, title, "application/rtf", rtf.as_bytes());
        self
    }

    /// The same as a PDF.
    pub(super) fn sheet(&mut self, kind: &'static str, title: &str, paragraphs: &[&str]) -> &mut Self {
        let from = self.here_name();
        // The typeface has every letter of these words.
        let pdf = app::pdf::plain_letter(from, title, paragraphs).unwrap_or_default();
        self.document(kind, title, "application/pdf", &pdf);
        self
    }

    /// A photo, as a JPEG file.
    pub(super) fn photo(&mut self, title: &str, jpeg: &[u8]) -> &mut Self {
        self.document("Clinical photo", title, "image/jpeg", jpeg);
        self
    }

    /// A discharge summary as hospitals send it (HL7 CDA): sections with the code and the name of their standard heading, and what
    /// they say as CDA writes it.
    pub(super) fn discharge(&mut self, title: &str, sections: &[(&str, &str, &str)]) -> &mut Self {
        let (name, born, when) = (self.spec.display_name(), self.birth(), self.moment);
        let number = self.spec.nhs_nine.and_then(nhs_number).unwrap_or_default();
        let (from, by) = (self.here_name(), self.author.map(Professional::name).unwrap_or_default());
        let stamp = format!("{}{:02}{:02}00+0000", when.day.format("%Y%m%d"), when.hour, when.minute);
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\">\
             <typeId root=\"2.16.840.1.113883.1.3\" extension=\"POCD_HD000040\"/>\
             <code code=\"373942005\" codeSystem=\"2.16.840.1.113883.6.96\" displayName=\"Discharge summary\"/><title>{title}</title>\
             <effectiveTime value=\"{stamp}\"/><confidentialityCode code=\"N\" codeSystem=\"2.16.840.1.113883.5.25\"/>\
             <recordTarget><patientRole><id root=\"2.16.840.1.113883.2.1.4.1\" extension=\"{number}\"/><patient><name>{name}</name>\
             <birthTime value=\"{}\"/></patient></patientRole></recordTarget><author><time value=\"{stamp}\"/><assignedAuthor>\
             <assignedPerson><name>{by}</name></assignedPerson><representedOrganization><name>{from}</name></representedOrganization>\
             </assignedAuthor></author><component><structuredBody>",
            born.format("%Y%m%d")
        );
        for (code, heading, text) in sections {
            xml.push_str(&format!(
                "<component><section><code code=\"{code}\" codeSystem=\"2.16.840.1.113883.6.96\"/><title>{heading}</title>\
                 <text>{text}</text></section></component>"
            ));
        }
        xml.push_str("</structuredBody></component></ClinicalDocument>\n");
        self.document("Discharge summary", title, "application/hl7-cda+xml", xml.as_bytes());
        self
    }

    fn document(&mut self, kind: &'static str, title: &str, content_type: &str, content: &[u8]) {
        let (id, binary) = (self.id("doc"), self.id("file"));
        let (author, custodian) = (self.author_reference(), self.here_reference());
        let encounter = self.encounter_reference();
        let data = base64::engine::general_purpose::STANDARD.encode(content);
        let resource = object! {
            "resourceType": "DocumentReference",
            "id": id.as_str(),
            "meta": self.meta("DocumentReference"),
            "status": "current",
            "docStatus": "final",
            "type": object! { "text": kind },
            "subject": self.subject(),
            "date": self.moment.instant(),
            "author": [author],
            "custodian": custodian,
            "description": title,
            "content": [object! {
                "attachment": object! {
                    "contentType": content_type,
                    "language": "en-GB",
                    "url": format!("Binary/{binary}"),
                    "size": i64::try_from(content.len()).ok(),
                    "title": title,
                    "creation": self.moment.instant(),
                },
            }],
            "context": object! { "encounter": [encounter] },
        };
        self.push(&format!("DocumentReference/{id}"), resource);
        let resource = object! {
            "resourceType": "Binary",
            "id": binary.as_str(),
            "meta": object! { "lastUpdated": self.moment.later(90).instant(), "security": self.security() },
            "contentType": content_type,
            "data": data,
        };
        self.push(&format!("Binary/{binary}"), resource);
    }

    /// A referral to another organisation.
    pub(super) fn referral(
        &mut self,
        to: &'static Organisation,
        concept: Concept,
        reason: &str,
        urgent: bool,
        open: bool,
    ) -> &mut Self {
        let performer = self.organisation(to);
        self.request(concept, ("3457005", "Patient referral"), reason, urgent, open, Some(performer));
        self
    }

    /// A test that was asked for and has not come back.
    pub(super) fn ordered(&mut self, concept: Concept, reason: &str) -> &mut Self {
        self.request(concept, ("108252007", "Laboratory procedure"), reason, false, true, None);
        self
    }

    fn request(
        &mut self,
        concept: Concept,
        (category, display): (&str, &str),
        reason: &str,
        urgent: bool,
        open: bool,
        performer: Option<Node>,
    ) {
        let id = self.id("request");
        let (encounter, requester) = (self.encounter_reference(), self.author_reference());
        let resource = object! {
            "resourceType": "ServiceRequest",
            "id": id.as_str(),
            "meta": self.meta("ServiceRequest"),
            "status": if open { "active" } else { "completed" },
            "intent": "order",
            "category": [object! { "coding": [object! { "system": codes::SNOMED, "code": category, "display": display }] }],
            "priority": if urgent { "urgent" } else { "routine" },
            "code": concept,
            "subject": self.subject(),
            "encounter": encounter,
            "authoredOn": self.moment.instant(),
            "requester": requester,
            "performer": [performer],
            "reasonCode": [object! { "text": reason }],
        };
        self.push(&format!("ServiceRequest/{id}"), resource);
    }

    /// An appointment; one in the future has a negative number of days.
    pub(super) fn appointment(&mut self, days_ago: i64, what: &str, with: &'static Professional, status: &str) -> &mut Self {
        self.encounter = None;
        let moment = self.moment_of(days_ago, true);
        let booked = Moment { day: days_before(self.today, days_ago.max(0) + 12), hour: 8, minute: 5 };
        self.moment = booked;
        let id = self.id("appt");
        let professional = self.professional(with);
        let resource = object! {
            "resourceType": "Appointment",
            "id": id.as_str(),
            "meta": self.meta("Appointment"),
            "status": status,
            "description": what,
            "start": moment.instant(),
            "end": moment.later(15).instant(),
            "minutesDuration": 15_i64,
            "created": booked.instant(),
            "cancelationReason": (status == "cancelled").then(|| hl7("appointment-cancellation-reason", "pat", "Patient")),
            "participant": [
                object! { "actor": self.subject(), "status": "accepted" },
                object! { "actor": professional, "status": "accepted" },
            ],
        };
        self.push(&format!("Appointment/{id}"), resource);
        self
    }

    /// A care plan with the team that carries it, its goals and what is to be done.
    pub(super) fn plan(
        &mut self,
        title: &str,
        about: &str,
        team: &[(&str, &'static Professional)],
        goals: &[&str],
        actions: &[&str],
    ) -> &mut Self {
        let (plan, team_id) = (self.id("plan"), self.id("team"));
        let start = day_text(self.moment.day);
        let review = self.moment.later(365 * 24 * 60).day;
        let (author, managing) = (self.author_reference(), self.here_reference());
        let participants: Vec<Node> = team
            .iter()
            .map(|(role, member)| {
                let member = self.professional(member);
                object! { "role": [object! { "text": *role }], "member": member }
            })
            .collect();
        let resource = object! {
            "resourceType": "CareTeam",
            "id": team_id.as_str(),
            "meta": self.meta("CareTeam"),
            "status": "active",
            "name": format!("{title}: the team"),
            "subject": self.subject(),
            "period": object! { "start": start.as_str() },
            "participant": participants,
            "managingOrganization": [managing],
        };
        self.push(&format!("CareTeam/{team_id}"), resource);
        let goals: Vec<Node> = goals
            .iter()
            .map(|goal| {
                let id = self.id("goal");
                let resource = object! {
                    "resourceType": "Goal",
                    "id": id.as_str(),
                    "meta": self.meta("Goal"),
                    "lifecycleStatus": "active",
                    "achievementStatus": hl7("goal-achievement", "in-progress", "In Progress"),
                    "description": object! { "text": *goal },
                    "subject": self.subject(),
                    "startDate": start.as_str(),
                    "target": [object! { "dueDate": day_text(review) }],
                };
                self.push(&format!("Goal/{id}"), resource);
                object! { "reference": format!("Goal/{id}"), "display": *goal }
            })
            .collect();
        let actions: Vec<Node> = actions
            .iter()
            .map(|action| object! { "detail": object! { "status": "in-progress", "description": *action } })
            .collect();
        let resource = object! {
            "resourceType": "CarePlan",
            "id": plan.as_str(),
            "meta": self.meta("CarePlan"),
            "status": "active",
            "intent": "plan",
            "title": title,
            "description": about,
            "subject": self.subject(),
            "period": object! { "start": start.as_str(), "end": day_text(review) },
            "created": start.as_str(),
            "author": author,
            "careTeam": [object! { "reference": format!("CareTeam/{team_id}") }],
            "goal": goals,
            "activity": actions,
        };
        self.push(&format!("CarePlan/{plan}"), resource);
        self
    }

    /// What staff must know before they meet the person: how to give information, for example.
    pub(super) fn flag(&mut self, text: &str) -> &mut Self {
        self.flagged(object! { "text": text }, Node::Absent, None);
        self
    }

    /// What the person would like and what matters to them, as it was recorded; somebody looks at it again after so many days.
    pub(super) fn wish(&mut self, statement: Concept, days: i64) -> &mut Self {
        let review = self.moment.later(days * 24 * 60).day;
        self.flagged(Node::from(statement), Node::Absent, Some(review));
        self
    }

    /// A reasonable adjustment as a flag of the National Reasonable Adjustments Flag, with the code and the name of its sort.
    pub(super) fn adjustment(&mut self, concept: Concept, sort: (&str, &str)) -> &mut Self {
        let category = |system: &str, (code, display): (&str, &str)| {
            let system = format!("https://fhir.nhs.uk/England/CodeSystem/{system}");
            object! { "coding": [object! { "system": system, "code": code, "display": display }] }
        };
        let nraf = ("NRAF", "National Reasonable Adjustments Flag");
        let categories = Node::from([category("PatientFlagCategory", nraf), category("RA-FlagCategory", sort)]);
        self.flagged(Node::from(concept), categories, None);
        self
    }

    fn flagged(&mut self, code: Node, categories: Node, until: Option<NaiveDate>) {
        let id = self.id("flag");
        let author = self.author_reference();
        let resource = object! {
            "resourceType": "Flag",
            "id": id.as_str(),
            "meta": object! { "lastUpdated": self.moment.later(90).instant(), "security": self.security() },
            "status": "active",
            "category": categories,
            "code": code,
            "subject": self.subject(),
            "period": object! { "start": day_text(self.moment.day), "end": until.map(day_text) },
            "author": author,
        };
        self.push(&format!("Flag/{id}"), resource);
    }

    /// A device that the person uses from now on: which, where on the body, why, and what to know of it.
    pub(super) fn uses_device(&mut self, device: &str, site: &str, reason: Concept, note: &str) -> &mut Self {
        let (id, thing) = (self.id("device-use"), self.id("device"));
        let source = self.author_reference();
        let known = object! {
            "resourceType": "Device",
            "id": thing.as_str(),
            "meta": object! { "lastUpdated": self.moment.later(90).instant(), "security": self.security() },
            "deviceName": [object! { "name": device, "type": "user-friendly-name" }],
        };
        self.push(&format!("Device/{thing}"), known);
        let resource = object! {
            "resourceType": "DeviceUseStatement",
            "id": id.as_str(),
            "meta": object! { "lastUpdated": self.moment.later(90).instant(), "security": self.security() },
            "status": "active",
            "subject": self.subject(),
            "timingPeriod": object! { "start": day_text(self.moment.day) },
            "recordedOn": day_text(self.moment.day),
            "source": source,
            "device": object! { "reference": format!("Device/{thing}"), "display": device },
            "reasonCode": [reason],
            "bodySite": object! { "text": site },
            "note": [object! { "text": note }],
        };
        self.push(&format!("DeviceUseStatement/{id}"), resource);
        self
    }

    /// A medicine that this pharmacy gave out, for so many days.
    pub(super) fn given_out(&mut self, medicine: Concept, dosage: &str, (amount, unit): (i64, &str), days: i64) -> &mut Self {
        let id = self.id("dispense");
        let pharmacy = self.here_reference();
        let resource = object! {
            "resourceType": "MedicationDispense",
            "id": id.as_str(),
            "meta": self.meta("MedicationDispense"),
            "status": "completed",
            "medicationCodeableConcept": medicine,
            "subject": self.subject(),
            "performer": [object! { "actor": pharmacy }],
            "quantity": object! { "value": amount, "unit": unit },
            "daysSupply": object! {
                "value": days, "unit": "day", "system": "http://unitsofmeasure.org", "code": "d",
            },
            "whenHandedOver": self.moment.instant(),
            "dosageInstruction": [object! { "text": dosage }],
        };
        self.push(&format!("MedicationDispense/{id}"), resource);
        self
    }

    // Parts.

    fn push(&mut self, path: &str, resource: Node) {
        if let Some(source) = self.sources.get_mut(self.here)
            && source.known.insert(path.to_owned())
        {
            source.resources.push((path.to_owned(), resource));
        }
    }

    fn id(&mut self, kind: &'static str) -> String {
        let number = self.numbers.entry(kind).or_default();
        *number += 1;
        format!("{}-{kind}-{number}", self.spec.key)
    }

    fn moment_of(&mut self, days_ago: i64, working_day: bool) -> Moment {
        let mut day = days_before(self.today, days_ago);
        while working_day && is_closed(day) {
            day = days_before(day, if days_ago > 0 { 1 } else { -1 });
        }
        Moment { day, hour: self.prng.between(8, 15), minute: self.prng.between(0, 11) * 5 }
    }

    fn patient_id(&self) -> String {
        let here = self.sources.get(self.here).map_or("", |source| source.organisation.ods);
        format!("{}-{}", self.spec.key, here.to_lowercase())
    }

    fn subject(&self) -> Node {
        object! { "reference": format!("Patient/{}", self.patient_id()), "display": self.spec.display_name() }
    }

    fn encounter_reference(&self) -> Option<Node> {
        self.encounter.as_ref().map(|id| object! { "reference": format!("Encounter/{id}") })
    }

    fn here_reference(&self) -> Node {
        self.sources.get(self.here).map_or(Node::Absent, |source| organisation_reference(source.organisation))
    }

    fn here_name(&self) -> &'static str {
        self.sources.get(self.here).map_or("", |source| source.organisation.name)
    }

    fn author_reference(&mut self) -> Option<Node> {
        self.author.map(|author| self.professional(author))
    }

    fn security(&self) -> Node {
        let coding = |(code, display): (&'static str, &'static str)| {
            object! { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": code, "display": display }
        };
        let sensitive = self.sensitive.map(|label| coding(label.coding()));
        Node::from([sensitive, self.comment_first.then(|| coding(("TBOO", "taboo")))])
    }

    fn meta(&self, kind: &str) -> Node {
        self.meta_after(kind, 90)
    }

    fn meta_after(&self, kind: &str, minutes: i64) -> Node {
        object! {
            "lastUpdated": self.moment.later(minutes).instant(),
            "profile": [profile(kind)],
            "security": self.security(),
        }
    }

    fn organisation(&mut self, organisation: &'static Organisation) -> Node {
        let id = organisation.ods.to_lowercase();
        let resource = object! {
            "resourceType": "Organization",
            "id": id.as_str(),
            "meta": object! { "lastUpdated": "2020-01-06T09:00:00Z", "profile": [profile("Organization")] },
            "identifier": [object! { "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": organisation.ods }],
            "active": true,
            "type": [object! { "text": organisation.kind.words().0 }],
            "name": organisation.name,
            "telecom": [object! { "system": "phone", "value": organisation.phone, "use": "work" }],
            "address": [object! { "line": [organisation.street], "city": "Prunella", "country": "GBR" }],
        };
        self.push(&format!("Organization/{id}"), resource);
        organisation_reference(organisation)
    }

    fn professional(&mut self, person: &'static Professional) -> Node {
        let number = person.register.map(|(register, number)| {
            object! { "system": format!("https://fhir.hl7.org.uk/Id/{register}"), "value": number }
        });
        let resource = object! {
            "resourceType": "Practitioner",
            "id": person.id,
            "meta": object! { "lastUpdated": "2020-01-06T09:00:00Z", "profile": [profile("Practitioner")] },
            "identifier": [number],
            "active": true,
            "name": [object! {
                "use": "official",
                "text": person.name(),
                "family": person.family,
                "given": [person.given],
                "prefix": [person.prefix],
            }],
            "qualification": [object! { "code": object! { "text": person.role } }],
        };
        self.push(&format!("Practitioner/{}", person.id), resource);
        object! { "reference": format!("Practitioner/{}", person.id), "display": person.name() }
    }

    fn patient(&self, organisation: &'static Organisation) -> Node {
        let spec = self.spec;
        let number = spec.nhs_nine.and_then(nhs_number);
        let nhs = number.map(|number| {
            object! {
                "extension": [object! {
                    "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                    "valueCodeableConcept": object! { "coding": [object! {
                        "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus",
                        "code": "01",
                        "display": "Number present and verified",
                    }] },
                }],
                "use": "official",
                "system": "https://fhir.nhs.uk/Id/nhs-number",
                "value": number,
            }
        });
        let local = object! {
            "use": "usual",
            "system": format!("https://{}.example/Id/local-patient-number", organisation.ods.to_lowercase()),
            "value": format!("DEMO-{}", spec.key.to_uppercase()),
        };
        let script = spec.script.map(|(family, given)| {
            object! {
                "extension": [object! {
                    "url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "IDE",
                }],
                "use": "usual",
                "text": format!("{given} {family}"),
                "family": family,
                "given": [given],
            }
        });
        let interpreter = spec.language.map(|(code, display)| {
            object! {
                "extension": [object! {
                    "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSCommunication",
                    "extension": [object! { "url": "interpreterRequired", "valueBoolean": true }],
                }],
                "language": object! {
                    "coding": [object! {
                        "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-HumanLanguage", "code": code, "display": display,
                    }],
                    "text": display,
                },
                "preferred": true,
            }
        });
        object! {
            "resourceType": "Patient",
            "id": self.patient_id(),
            "meta": object! {
                "lastUpdated": Moment { day: days_before(self.today, 2), hour: 9, minute: 0 }.instant(),
                "profile": [profile("Patient")],
            },
            "identifier": [nhs, Some(local)],
            "active": true,
            "name": [
                Some(object! {
                    "use": "official",
                    "text": spec.display_name(),
                    "family": spec.family,
                    "given": spec.given.to_vec(),
                    "prefix": [spec.prefix],
                }),
                script,
            ],
            "telecom": [
                object! { "system": "phone", "value": spec.phone, "use": "mobile" },
                object! { "system": "email", "value": spec.email, "use": "home" },
            ],
            "gender": spec.gender,
            "birthDate": day_text(self.birth()),
            "address": [object! {
                "use": "home", "line": [spec.street], "city": spec.town, "postalCode": "ZZ99 9ZZ", "country": "GBR",
            }],
            "communication": [interpreter],
            "generalPractitioner": [organisation_reference(spec.practice)],
        }
    }
}

fn organisation_reference(organisation: &Organisation) -> Node {
    object! { "reference": format!("Organization/{}", organisation.ods.to_lowercase()), "display": organisation.name }
}

/// Whether surgeries and clinics are closed: weekends, Christmas and New Year's Day.
fn is_closed(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun) || matches!((day.month(), day.day()), (12, 25 | 26) | (1, 1))
}

fn days_before(day: NaiveDate, days: i64) -> NaiveDate {
    let count = Days::new(days.unsigned_abs());
    if days >= 0 { day.checked_sub_days(count) } else { day.checked_add_days(count) }.unwrap_or(day)
}
