//! What the demonstration promises.

use super::*;
use domain::NhsNumber;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

fn person(key: &str) -> DemoPerson {
    population(day()).people.into_iter().find(|person| person.key == key).unwrap()
}

fn resources(person: &DemoPerson) -> Vec<Value> {
    person
        .bundles
        .iter()
        .flat_map(|bundle| {
            let bundle: Value = serde_json::from_str(&bundle.json).unwrap();
            bundle["entry"].as_array().unwrap().iter().map(|entry| entry["resource"].clone()).collect::<Vec<_>>()
        })
        .collect()
}

fn count(person: &DemoPerson, kind: &str) -> usize {
    resources(person).iter().filter(|resource| resource["resourceType"] == kind).count()
}

fn ids(bundle: &DemoBundle) -> Vec<String> {
    let bundle: Value = serde_json::from_str(&bundle.json).unwrap();
    let name = |resource: &Value| format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
    bundle["entry"].as_array().unwrap().iter().map(|entry| name(&entry["resource"])).collect()
}

/// Every value of a field of this name, wherever it stands.
fn found<'v>(value: &'v Value, field: &str, into: &mut Vec<&'v str>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if key == field => into.push(text),
                    _ => found(value, field, into),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| found(item, field, into)),
        _ => {}
    }
}

#[test]
fn the_same_day_gives_the_same_population() {
    assert_eq!(population(day()), population(day()));
}

#[test]
fn ids_do_not_change_from_one_day_to_another() {
    for other in [(2026, 11, 21), (2027, 2, 28), (2028, 2, 29)] {
        let other = population(NaiveDate::from_ymd_opt(other.0, other.1, other.2).unwrap());
        for (one, other) in population(day()).people.iter().zip(&other.people) {
            assert_eq!(one.nhs_number, other.nhs_number);
            let (one, other): (Vec<_>, Vec<_>) = (one.bundles.iter().map(ids).collect(), other.bundles.iter().map(ids).collect());
            assert_eq!(one, other);
        }
    }
}

#[test]
fn nhs_numbers_are_valid_different_and_of_the_range_for_tests() {
    let people = population(day()).people;
    assert!(people.len() >= 14);
    let numbers: BTreeSet<String> = people.iter().filter_map(|person| person.nhs_number.clone()).collect();
    assert_eq!(numbers.len(), people.len() - 1, "everybody but the newcomer has a number of their own");
    for number in &numbers {
        assert!(number.starts_with("999"));
        assert_eq!(NhsNumber::parse(number).unwrap().as_digits(), number);
    }
    assert_eq!(person("samira").nhs_number, None);
    for person in &people {
        let said = resources(person).into_iter().filter(|resource| resource["resourceType"] == "Patient").map(|patient| {
            let numbers = patient["identifier"].as_array().unwrap().clone();
            numbers
                .iter()
                .find(|identifier| identifier["system"] == "https://fhir.nhs.uk/Id/nhs-number")
                .map(|identifier| identifier["value"].as_str().unwrap().to_owned())
        });
        assert!(said.into_iter().all(|said| said == person.nhs_number), "{}", person.key);
    }
}

#[test]
fn nobody_is_real_or_can_be_reached() {
    let population = population(day());
    for organisation in &population.organisations {
        assert!(organisation.ods.starts_with("Y9"), "{}", organisation.ods);
    }
    for person in &population.people {
        assert!(person.email.ends_with("@example.org"));
        for resource in resources(person) {
            for telecom in resource["telecom"].as_array().into_iter().flatten() {
                let value = telecom["value"].as_str().unwrap();
                assert!(
                    value.starts_with("07700 900") || value.starts_with("01632 960") || value.ends_with("@example.org"),
                    "{value}"
                );
            }
            for address in resource["address"].as_array().into_iter().flatten() {
                assert!(address.get("postalCode").is_none_or(|code| code == "ZZ99 9ZZ"));
            }
        }
    }
}

#[test]
fn keys_emails_and_lines_are_all_different() {
    let people = population(day()).people;
    for field in [
        |person: &DemoPerson| person.key.to_owned(),
        |person: &DemoPerson| person.email.clone(),
        |person: &DemoPerson| person.who.clone(),
    ] {
        assert_eq!(people.iter().map(field).collect::<BTreeSet<_>>().len(), people.len());
    }
    assert!(people.iter().any(|person| !person.has_account) && people.iter().any(|person| person.has_account && !person.linked));
    assert!(people.iter().all(|person| person.has_account || !person.linked), "only an account can be linked");
}

#[test]
fn everybody_is_as_old_as_their_line_says() {
    for today in [day(), NaiveDate::from_ymd_opt(2027, 1, 1).unwrap(), NaiveDate::from_ymd_opt(2028, 2, 29).unwrap()] {
        for person in population(today).people {
            let age = today.years_since(person.birth_date).unwrap();
            assert!(person.who.contains(&format!(", {age}: ")), "{}: {age}", person.who);
        }
    }
}

#[test]
fn each_bundle_has_one_patient_and_every_reference_resolves_within_it() {
    for person in population(day()).people {
        assert!(!person.bundles.is_empty());
        let sources: BTreeSet<_> = person.bundles.iter().map(|bundle| &bundle.source_ods).collect();
        assert_eq!(sources.len(), person.bundles.len(), "one bundle for each source");
        for bundle in &person.bundles {
            let value: Value = serde_json::from_str(&bundle.json).unwrap();
            assert_eq!(value["resourceType"], "Bundle");
            assert_eq!(value["type"], "collection");
            let ids = ids(bundle);
            let known: BTreeSet<&String> = ids.iter().collect();
            assert_eq!(known.len(), ids.len(), "no resource twice");
            assert_eq!(ids.iter().filter(|id| id.starts_with("Patient/")).count(), 1);
            let mut references = Vec::new();
            found(&value, "reference", &mut references);
            for entry in value["entry"].as_array().unwrap() {
                let resource = &entry["resource"];
                assert!(resource["meta"]["lastUpdated"].is_string());
                if resource["resourceType"] == "DocumentReference" {
                    references.push(resource["content"][0]["attachment"]["url"].as_str().unwrap());
                }
            }
            for reference in references {
                assert!(known.contains(&reference.to_owned()), "{} {}: {reference}", person.key, bundle.source_ods);
            }
        }
    }
}

#[test]
fn ids_are_of_the_form_that_fhir_allows_and_nothing_was_updated_in_the_future() {
    let now = format!("{}T00:00:00Z", day());
    for person in population(day()).people {
        for resource in resources(&person) {
            let id = resource["id"].as_str().unwrap();
            assert!(id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{id}");
            assert!(resource["meta"]["lastUpdated"].as_str().unwrap() < now.as_str(), "{id}");
            if resource["resourceType"] != "Appointment" {
                for field in
                    ["effectiveDateTime", "occurrenceDateTime", "performedDateTime", "onsetDateTime", "abatementDateTime"]
                {
                    let when = resource[field].as_str().unwrap_or_default();
                    assert!(when < now.as_str(), "{id}: {field} {when}");
                    assert!(when.is_empty() || &when[..10] >= person.birth_date.to_string().as_str(), "{id} before birth");
                }
            }
        }
    }
}

#[test]
fn everything_that_a_record_can_hold_is_there() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let population = population(day());
    for resource in population.people.iter().flat_map(resources) {
        *counts.entry(resource["resourceType"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    for kind in [
        "Patient",
        "Practitioner",
        "Organization",
        "Encounter",
        "Condition",
        "AllergyIntolerance",
        "MedicationRequest",
        "Immunization",
        "Observation",
        "DiagnosticReport",
        "DocumentReference",
        "Binary",
        "Procedure",
        "CarePlan",
        "CareTeam",
        "Goal",
        "ServiceRequest",
        "Appointment",
        "Flag",
    ] {
        assert!(counts.get(kind).is_some_and(|count| *count > 1), "{kind}: {counts:?}");
    }
    let kinds: Vec<&str> = population.organisations.iter().map(|organisation| organisation.kind).collect();
    for (kind, count) in [("practice", 2), ("hospital", 1), ("community", 1), ("pharmacy", 3), ("urgent", 1), ("other", 1)] {
        assert_eq!(kinds.iter().filter(|each| **each == kind).count(), count, "{kind}");
    }
}

#[test]
fn a_professional_has_one_number_in_every_source_and_nobody_shares_it() {
    let (mut names, mut without): (BTreeMap<String, BTreeSet<String>>, BTreeSet<String>) = Default::default();
    for resource in population(day()).people.iter().flat_map(resources) {
        if resource["resourceType"] != "Practitioner" {
            continue;
        }
        match fhir::map::registered(&resource.to_string()).as_slice() {
            [number] => _ = names.entry(number.clone()).or_default().insert(resource["id"].as_str().unwrap().to_owned()),
            [] => _ = without.insert(resource["qualification"][0]["code"]["text"].as_str().unwrap().to_owned()),
            more => panic!("{more:?}"),
        }
    }
    assert!(names.len() > 5 && names.values().all(|ids| ids.len() == 1), "{names:?}");
    let no_register = ["Audiologist", "Talking therapist"];
    assert!(without.iter().all(|role| no_register.contains(&role.as_str())), "{without:?}");
}

#[test]
fn services_write_in_working_hours() {
    for resource in population(day()).people.iter().flat_map(resources) {
        // Emergencies and stays end when they end.
        if resource["resourceType"] == "Encounter" {
            continue;
        }
        for when in [&resource["meta"]["lastUpdated"], &resource["issued"]].into_iter().filter_map(Value::as_str) {
            let hour: u32 = when[11..13].parse().unwrap();
            assert!((8..18).contains(&hour), "{}/{}: {when}", resource["resourceType"], resource["id"]);
        }
    }
}

#[test]
fn margaret_has_seven_repeat_medicines() {
    let active = resources(&person("margaret"))
        .into_iter()
        .filter(|resource| resource["resourceType"] == "MedicationRequest" && resource["status"] == "active")
        .count();
    assert_eq!(active, 7);
}

#[test]
fn margaret_has_a_wish_a_device_an_adjustment_a_medicine_given_out_and_a_call_to_111() {
    let mut seen = Vec::new();
    for bundle in &person("margaret").bundles {
        let package = fhir::read(std::io::Cursor::new(&bundle.json), &fhir::Limits::default()).unwrap();
        let names = fhir::map::Names::of(&package);
        for facts in package.resources.iter().filter_map(|received| fhir::map::entry(received, &names).unwrap()) {
            seen.push((bundle.source_ods.clone(), facts));
        }
    }
    let one = |from: &str, kind: &str, title: &str| {
        let found: Vec<_> = seen.iter().filter(|(at, facts)| at == from && facts.kind == kind && facts.title == title).collect();
        assert_eq!(found.len(), 1, "{from} {kind} {title}");
        let facts = &found[0].1;
        assert!(facts.happened.is_some() && facts.release == domain::record::Release::Released, "{kind}");
        assert_eq!(facts.sensitivity, domain::record::Sensitivity::General, "{kind}");
        facts.clone()
    };
    let wish = one("Y90001", "Advance statement", "Advance statement");
    assert_eq!(wish.author.as_deref(), Some("Dr Amara Larkspur"));
    assert!(wish.details.iter().any(|detail| detail.label == domain::wish::REVIEW));
    assert!(wish.details.iter().any(|detail| detail.value.contains("looked after at home")));
    one("Y90001", "What staff should know", "Send letters in large print (20 point)");
    one("Y9H01", "Implant or device", "Hearing aid");
    one("Y9P01", "Medicine given out", "Metformin 500mg tablets");
    assert!(seen.iter().any(|(at, facts)| at == "Y9U01" && facts.category == domain::record::Category::Visit));
}

#[test]
fn the_warning_is_about_two_of_her_repeats() {
    let all = resources(&person("margaret"));
    let warning = all.iter().find(|resource| resource["resourceType"] == "DetectedIssue").unwrap();
    let about: Vec<&str> =
        warning["implicated"].as_array().unwrap().iter().map(|one| one["reference"].as_str().unwrap()).collect();
    let named = |name: &str| {
        let of =
            |resource: &&Value| about.iter().any(|one| *one == format!("MedicationRequest/{}", resource["id"].as_str().unwrap()));
        all.iter().filter(of).any(|resource| resource["medicationCodeableConcept"]["text"].as_str().unwrap().starts_with(name))
    };
    assert!(about.len() == 2 && named("Amlodipine") && named("Atorvastatin"));
}

#[test]
fn no_known_allergies_differs_from_no_information() {
    let robin = person("robin");
    assert_eq!(count(&robin, "AllergyIntolerance"), 1);
    assert!(robin.bundles[0].json.contains("716186003"));
    let nothing = person("meilin");
    assert_eq!(count(&nothing, "AllergyIntolerance"), 0);
    assert!(
        resources(&nothing)
            .iter()
            .all(|resource| ["Patient", "Organization"].contains(&resource["resourceType"].as_str().unwrap()))
    );
    assert_eq!(count(&person("folake"), "AllergyIntolerance"), 1);
    assert_eq!(count(&person("harpreet"), "AllergyIntolerance"), 1);
    assert_eq!(count(&person("stephen"), "AllergyIntolerance"), 0);
}

#[test]
fn a_very_long_record_is_there() {
    let entries = resources(&person("arthur")).len();
    assert!((400..600).contains(&entries), "{entries}");
}

#[test]
fn laboratories_keep_their_zeros_limits_and_flags() {
    let margaret = person("margaret").bundles[0].json.clone();
    for text in ["\"value\":4.0,", "\"value\":75.0,", "\"comparator\":\"<\"", "\"High\"", "\"high\":{\"value\":5.0,"] {
        assert!(margaret.contains(text), "{text}");
    }
    assert!(person("anita").bundles[0].json.contains("\"display\":\"Low\""));
    // What is less than the lower end of its range is low, though its number is not known.
    let folake = resources(&person("folake"));
    let iron = folake.iter().find(|resource| resource["valueQuantity"]["comparator"] == "<").unwrap();
    assert_eq!(iron["interpretation"][0]["coding"][0]["code"], "L", "{iron}");
}

/// What the laboratory says of a result of somebody: its letter, the newest result last.
fn letters(key: &str, test: &str) -> Vec<String> {
    let all = resources(&person(key)).into_iter().filter(|resource| resource["code"]["text"] == test);
    all.map(|result| result["interpretation"][0]["coding"][0]["code"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_tests_that_found_coeliac_disease_are_beyond_their_ranges() {
    let zoe = person("zoe");
    assert!(zoe.bundles[0].json.contains("\"comparator\":\">\""));
    let package = fhir::read(std::io::Cursor::new(&zoe.bundles[0].json), &fhir::Limits::default()).unwrap();
    let names = fhir::map::Names::of(&package);
    let all: Vec<_> = package.resources.iter().filter_map(|received| fhir::map::entry(received, &names).unwrap()).collect();
    let value = |title: &str| all.iter().find(|facts| facts.title == title).unwrap().value.clone().unwrap();
    let level = value("Tissue transglutaminase IgA antibody level");
    assert_eq!((level.text.as_str(), level.interpretation.as_deref()), (">128", Some("High")));
    assert_eq!(level.range.unwrap().high.as_deref(), Some("7"));
    let titre = value("Endomysial IgA antibody titre");
    assert_eq!((titre.text.as_str(), titre.interpretation.as_deref()), ("1:160", Some("High")));
    assert_eq!(titre.range.unwrap().text.as_deref(), Some("Less than 1:10"));
}

#[test]
fn a_value_below_what_can_be_measured_is_low_where_the_range_begins_above_it() {
    assert_eq!(letters("folake", "Serum ferritin level"), ["L"]);
    assert!(letters("margaret", "Urine albumin to creatinine ratio").iter().all(|letter| letter == "N"));
}

#[test]
fn appointments_are_both_past_and_to_come() {
    let today = day().to_string();
    let starts: Vec<String> = population(day())
        .people
        .iter()
        .flat_map(resources)
        .filter(|resource| resource["resourceType"] == "Appointment")
        .map(|resource| {
            let start = resource["start"].as_str().unwrap().to_owned();
            assert_eq!(resource["status"] == "booked", start > today, "what is booked is to come: {start}");
            start
        })
        .collect();
    assert!(starts.iter().any(|start| *start < today) && starts.iter().any(|start| *start > today));
}

#[test]
fn sensitive_entries_bear_their_labels() {
    let labels = |key: &str| {
        let mut all = BTreeSet::new();
        for resource in resources(&person(key)) {
            for label in resource["meta"]["security"].as_array().into_iter().flatten() {
                all.insert(label["code"].as_str().unwrap().to_owned());
            }
        }
        all
    };
    assert_eq!(labels("ellie"), BTreeSet::from(["PSY".to_owned(), "SEX".to_owned()]));
    assert!(labels("chloe").contains("SDV"));
    assert!(labels("jordan").contains("PSY"));
    assert!(labels("margaret").is_empty());
}

#[test]
fn the_scan_of_yesterday_is_to_be_talked_about_first() {
    let all = resources(&person("beverley"));
    let marked: Vec<_> = all.iter().filter(|resource| resource["meta"]["security"][0]["code"] == "TBOO").collect();
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0]["code"]["text"], "CT scan of the abdomen and pelvis");
    assert!(marked[0]["effectiveDateTime"].as_str().unwrap().starts_with("2026-11-19T"));
}

#[test]
fn a_photo_came_as_a_picture_with_a_name() {
    let all = resources(&person("jordan"));
    let is_photo = |resource: &&Value| resource["content"][0]["attachment"]["contentType"] == "image/jpeg";
    let photo = all.iter().find(is_photo).unwrap();
    assert_eq!(photo["description"], "Photo of the rash on your forearm");
    let address = photo["content"][0]["attachment"]["url"].as_str().unwrap().to_owned();
    let file = all.iter().find(|resource| format!("Binary/{}", resource["id"].as_str().unwrap()) == address).unwrap();
    // The first three bytes of every JPEG file.
    assert!(file["contentType"] == "image/jpeg" && file["data"].as_str().unwrap().starts_with("/9j/"));
}

#[test]
fn names_keep_their_letters_and_their_script() {
    assert!(person("zoe").bundles[0].json.contains("Núñez-O'Hara"));
    let samira = person("samira").bundles[0].json.clone();
    assert!(samira.contains("سميرة الخطيب") && samira.contains("Al-Khatib"));
}

/// The check digit of a SNOMED CT identifier (SNOMED CT Release File Specification, "Check-digit", Verhoeff).
fn verhoeff(code: &str) -> bool {
    const MULTIPLY: [&[u8]; 10] = [
        b"0123456789",
        b"1234067895",
        b"2340178956",
        b"3401289567",
        b"4012395678",
        b"5987604321",
        b"6598710432",
        b"7659821043",
        b"8765932104",
        b"9876543210",
    ];
    const PERMUTE: [&[u8]; 8] =
        [b"0123456789", b"1576283094", b"5803796142", b"8916043527", b"9453126870", b"4286573901", b"2793806415", b"7046913258"];
    let digit = |byte: u8| usize::from(byte - b'0');
    code.bytes().rev().enumerate().fold(0, |check, (at, byte)| digit(MULTIPLY[check][digit(PERMUTE[at % 8][digit(byte)])])) == 0
}

/// Every code of these systems, wherever it stands.
fn codes(value: &Value, systems: &[&str], into: &mut BTreeSet<String>) {
    if let (Some(system), Some(code)) = (value["system"].as_str(), value["code"].as_str())
        && systems.contains(&system)
    {
        into.insert(code.to_owned());
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|value| codes(value, systems, into)),
        Value::Array(items) => items.iter().for_each(|value| codes(value, systems, into)),
        _ => {}
    }
}

const SNOMED: &str = "http://snomed.info/sct";
const DMD: &str = "https://dmd.nhs.uk";

#[test]
fn every_snomed_and_dmd_code_has_its_check_digit() {
    assert!(verhoeff("22298006") && !verhoeff("22298007"));
    for (system, least) in [(SNOMED, 100), (DMD, 45)] {
        let mut all = BTreeSet::new();
        for resource in population(day()).people.iter().flat_map(resources) {
            codes(&resource, &[system], &mut all);
        }
        assert!(all.len() > least, "{system}: {}", all.len());
        for code in all {
            assert!((6..=18).contains(&code.len()) && verhoeff(&code), "{system} {code}");
        }
    }
}

#[test]
fn a_code_has_one_meaning_and_a_name_one_code() {
    fn gather(value: &Value, into: &mut BTreeSet<(String, String)>) {
        if let (Some(SNOMED | DMD), Some(code), Some(display)) =
            (value["system"].as_str(), value["code"].as_str(), value["display"].as_str())
        {
            into.insert((code.to_owned(), display.to_owned()));
        }
        match value {
            Value::Object(fields) => fields.values().for_each(|value| gather(value, into)),
            Value::Array(items) => items.iter().for_each(|value| gather(value, into)),
            _ => {}
        }
    }
    let mut pairs = BTreeSet::new();
    for resource in population(day()).people.iter().flat_map(resources) {
        gather(&resource, &mut pairs);
    }
    assert_eq!(pairs.iter().map(|(code, _)| code).collect::<BTreeSet<_>>().len(), pairs.len());
    assert_eq!(pairs.iter().map(|(_, display)| display).collect::<BTreeSet<_>>().len(), pairs.len());
}

#[test]
fn medicines_problems_allergies_vaccines_and_procedures_are_coded() {
    let mut words_alone = BTreeSet::new();
    for resource in population(day()).people.iter().flat_map(resources) {
        let kind = resource["resourceType"].as_str().unwrap();
        let (field, systems): (&str, &[&str]) = match kind {
            "MedicationRequest" => ("medicationCodeableConcept", &[DMD]),
            "Immunization" => ("vaccineCode", &[SNOMED, DMD]),
            "Condition" | "AllergyIntolerance" | "Procedure" => ("code", &[SNOMED]),
            _ => continue,
        };
        let mut found = BTreeSet::new();
        codes(&resource[field], systems, &mut found);
        if found.is_empty() {
            words_alone.insert(format!("{kind}: {}", resource[field]["text"].as_str().unwrap()));
        }
        for reaction in resource["reaction"].as_array().into_iter().flatten() {
            codes(&reaction["manifestation"], &[SNOMED], &mut found);
            assert!(found.len() > 1, "{reaction}");
        }
    }
    // No public source gives this product's code beyond doubt.
    assert_eq!(words_alone, BTreeSet::from(["MedicationRequest: Colecalciferol 20,000unit capsules".to_owned()]));
}

#[test]
fn every_bundle_is_read_and_understood_without_a_problem() {
    for person in population(day()).people {
        for bundle in &person.bundles {
            let package = fhir::read(std::io::Cursor::new(&bundle.json), &fhir::Limits::default()).unwrap();
            assert_eq!(package.problems, Vec::new(), "{} {}", person.key, bundle.source_ods);
            assert!(fhir::map::subject_of_package(&package).is_ok(), "{} {}", person.key, bundle.source_ods);
            let names = fhir::map::Names::of(&package);
            for received in &package.resources {
                let facts = fhir::map::entry(received, &names).unwrap();
                assert!(facts.is_none_or(|facts| !facts.title.trim().is_empty()), "{}/{}", received.resource_type, received.id);
            }
        }
    }
}

#[test]
fn staff_work_for_the_services_of_the_demonstration_and_every_role_is_there() {
    let population = population(day());
    for one in &population.staff {
        assert!(population.organisations.iter().any(|organisation| organisation.ods == one.organisation_ods), "{}", one.key);
        assert!(one.email.ends_with("@example.org"));
        assert!(population.people.iter().all(|person| person.email != one.email && person.key != one.key), "{}", one.key);
        assert!(emails().any(|email| email == one.email), "a database with them in it is known to be a demonstration");
    }
    let roles: BTreeSet<StaffRole> = population.staff.iter().map(|one| one.role).collect();
    assert_eq!(roles.len(), StaffRole::ALL.len());
    assert_eq!(population.staff[0].who, "Peggy Woodruff, receptionist at Riverside Surgery");
    assert_eq!(population.staff[1].who, "Dr Amara Larkspur, GP at Riverside Surgery");
}

#[test]
fn the_practice_is_closed_on_every_bank_holiday_of_two_years_and_they_are_on_working_days() {
    use chrono::Datelike;
    let days: Vec<NaiveDate> =
        diary::HOLIDAYS.iter().map(|((year, month, day), _)| NaiveDate::from_ymd_opt(*year, *month, *day).unwrap()).collect();
    assert!(days.is_sorted_by(|one, other| one < other));
    for year in [2026, 2027] {
        assert_eq!(days.iter().filter(|day| day.year() == year).count(), 8, "{year}");
    }
    assert!(days.iter().all(|day| day.weekday().number_from_monday() <= 5));
}

#[test]
fn what_can_be_booked_is_held_by_somebody_and_booked_by_somebody_of_the_practice() {
    let names: Vec<String> = diary::practitioners().into_iter().map(|one| one.name).collect();
    for service in &diary::SERVICES {
        assert!(!service.clinics.is_empty(), "{}", service.name);
        for clinic in service.clinics {
            assert!(names.contains(&clinic.held_by()), "{}", service.name);
            assert!(domain::appointment::Weekdays::from_code(clinic.days).is_some_and(|days| !days.is_empty()));
        }
    }
    for booking in &diary::BOOKINGS {
        let who = person(booking.person);
        assert!(who.linked && who.practice_ods == diary::organisation(), "{}", who.key);
    }
    assert!(diary::BOOKINGS.iter().any(|one| {
        diary::SERVICES.iter().any(|service| service.form().confirms == "yes" && service.form().kind == one.kind.code())
    }));
}
