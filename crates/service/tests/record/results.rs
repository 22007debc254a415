//! Results of tests: reports with their values, what is not back yet, and one thing over time, through every sort of view.

use super::*;
use domain::reading::Measure;
use domain::result::{Band, Standing, TrendSpan};
use domain::scope::Scope;
use service::{EnterForm, HiddenFrom, ResultsPage, TrendAsked, TrendSeen};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn ellis() -> Value {
    patient("m1", Some("9990548609"), "Ellis", "1948-11-04")
}

/// A result with a LOINC code: its number as it is written.
fn lab(id: &str, (code, words): (&str, &str), at: &str, (number, unit): (&str, &str), range: Option<(&str, &str)>) -> Value {
    let decimal = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let quantity =
        |text: &str| json!({ "value": decimal(text), "unit": unit, "system": "http://unitsofmeasure.org", "code": unit });
    let mut result = json!({
        "resourceType": "Observation", "id": id, "status": "final", "subject": { "reference": "Patient/m1" },
        "category": [{ "coding": [{ "code": "laboratory" }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": code, "display": words }], "text": words },
        "effectiveDateTime": at, "valueQuantity": quantity(number),
    });
    if let Some((low, high)) = range {
        result["referenceRange"] = json!([{ "low": quantity(low), "high": quantity(high) }]);
    }
    result
}

const POTASSIUM: (&str, &str) = ("2823-3", "Potassium");
const SODIUM: (&str, &str) = ("2951-2", "Sodium");
const CREATININE: (&str, &str) = ("14682-9", "Creatinine");
const HBA1C: (&str, &str) = ("59261-8", "HbA1c");
const HBA1C_PERCENT: (&str, &str) = ("4548-4", "HbA1c");

const HDL: (&str, &str) = ("14646-4", "HDL cholesterol");
const HDL_BY_MASS: (&str, &str) = ("2085-9", "HDL cholesterol");
const LDL: (&str, &str) = ("22748-8", "LDL cholesterol");

/// One result whose values are its parts.
fn lipids(id: &str, at: &str, hdl: &str) -> Value {
    let part = |what: (&str, &str), number: &str, range: (&str, &str)| {
        let one = lab(id, what, at, (number, "mmol/L"), Some(range));
        json!({ "code": one["code"], "valueQuantity": one["valueQuantity"], "referenceRange": one["referenceRange"] })
    };
    json!({
        "resourceType": "Observation", "id": id, "status": "final", "subject": { "reference": "Patient/m1" },
        "category": [{ "coding": [{ "code": "laboratory" }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": "57698-3", "display": "Lipid panel" }], "text": "Lipid panel" },
        "effectiveDateTime": at, "component": [part(HDL, hdl, ("0.9", "2.1")), part(LDL, "3.1", ("1.1", "2.9"))],
    })
}

fn report(id: &str, status: &str, at: &str, results: &[&str], orders: &[&str]) -> Value {
    let to = |kind: &str, all: &[&str]| -> Vec<Value> {
        all.iter().map(|id| json!({ "reference": format!("{kind}/{id}") })).collect()
    };
    json!({
        "resourceType": "DiagnosticReport", "id": id, "status": status, "category": [{ "coding": [{ "code": "LAB" }] }],
        "code": { "text": "Kidney tests" }, "subject": { "reference": "Patient/m1" }, "effectiveDateTime": at,
        "result": to("Observation", results), "basedOn": to("ServiceRequest", orders), "conclusion": "All well.",
    })
}

fn order(id: &str, status: &str, at: &str, words: &str) -> Value {
    json!({
        "resourceType": "ServiceRequest", "id": id, "status": status, "intent": "order", "subject": { "reference": "Patient/m1" },
        "category": [{ "coding": [{ "system": "http://snomed.info/sct", "code": "108252007" }] }], "code": { "text": words }, "authoredOn": at,
    })
}

fn panel() -> Vec<Value> {
    vec![
        ellis(),
        report("r1", "final", "2026-03-05T10:00:00Z", &["k", "na", "cr"], &[]),
        lab("k", POTASSIUM, "2026-03-05T10:00:00Z", ("6.1", "mmol/L"), Some(("3.5", "5.3"))),
        lab("na", SODIUM, "2026-03-05T10:00:00Z", ("140", "mmol/L"), Some(("133", "146"))),
        lab("cr", CREATININE, "2026-03-05T10:00:00Z", ("88", "umol/L"), Some(("59", "104"))),
    ]
}

/// What a page of the list says, a line each: the name, and after a colon what stands with it.
fn told(page: &ResultsPage) -> Vec<String> {
    let line = |one: &service::ResultLine| match one.is_report {
        true => {
            let members: Vec<&str> = one.members.iter().map(|member| member.title.as_str()).collect();
            format!("{}: {}", one.line.title, members.join(", "))
        }
        false => one.line.title.clone(),
    };
    page.lines.iter().map(line).collect()
}

async fn list(desk: &Desk, reader: &Actor, person: PersonId) -> ResultsPage {
    desk.services.records.results(reader, person, None).await.unwrap()
}

async fn trend_of(desk: &Desk, reader: &Actor, person: PersonId, title: &str) -> TrendSeen {
    let id = desk.titled(person, Category::Result, title).await;
    desk.services.records.trend(reader, person, id, TrendAsked::of(TrendSpan::All)).await.unwrap()
}

testkit::both_engines! {
    async fn a_report_holds_its_values_in_its_order_and_each_leads_back(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &panel())).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        assert_eq!(told(&list(&desk, &me, person).await), ["Kidney tests: Potassium, Sodium, Creatinine"]);
        let id = desk.titled(person, Category::Result, "Kidney tests").await;
        let seen = desk.services.records.entry(&me, person, id).await.unwrap().result.unwrap();
        let names: Vec<&str> = seen.members.iter().map(|member| member.name.as_str()).collect();
        assert_eq!(names, ["Potassium", "Sodium", "Creatinine"]);
        let creatinine = &seen.members[2];
        assert_eq!(creatinine.beside.as_ref().map(|other| (other.text.as_str(), other.unit.as_deref())), Some(("1.00", Some("mg/dL"))));
        assert_eq!(creatinine.ranges[0].range.high.as_deref(), Some("104"));
        let potassium = seen.members[0].line.as_ref().unwrap();
        let placed = domain::result::placed(potassium.value.as_ref().unwrap()).unwrap();
        assert_eq!(placed.standing, Standing::Above);
        let back = desk.services.records.entry(&me, person, potassium.id).await.unwrap().result.unwrap();
        assert_eq!(back.reports.iter().map(|report| report.id).collect::<Vec<_>>(), [id]);
        assert_eq!(back.concluded, ["All well."]);
        assert!(!back.over_time, "there is one alone");
    }

    async fn what_newly_arrived_is_one_row_for_a_report_with_its_values(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &panel())).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let newest = async |reader: &Actor| {
            let seen = desk.services.records.overview(reader, person).await.unwrap();
            let told = |line: &EntryLine| (line.title.clone(), seen.new_values.get(&line.id).copied());
            seen.newest.iter().map(told).collect::<Vec<_>>()
        };
        let report_with = |values: Option<u64>| ("Kidney tests".to_owned(), values);
        assert_eq!(newest(&me).await, [report_with(Some(3))]);
        // A value that comes after its report leads to it too, and is what is new of it.
        desk.clock.advance(chrono::TimeDelta::days(1));
        let mut newer = report("r1", "amended", "2026-03-05T10:00:00Z", &["k", "na", "cr", "late"], &[]);
        newer["meta"] = json!({ "lastUpdated": "2026-03-07T10:00:00Z" });
        desk.import(bundle("collection", &[ellis(), newer, lab("late", HBA1C, "2026-03-05T10:00:00Z", ("48", "mmol/mol"), None)])).await.unwrap();
        assert_eq!(newest(&me).await, [report_with(Some(1))]);
        // What belongs to no report stands by itself.
        desk.clock.advance(chrono::TimeDelta::days(1));
        desk.import(bundle("collection", &[ellis(), lab("alone", HDL, "2026-03-08T10:00:00Z", ("1.4", "mmol/L"), None)])).await.unwrap();
        assert_eq!(newest(&me).await, [("HDL cholesterol".to_owned(), None), report_with(Some(1))]);
        // To whom the report is closed its values are the newest, and nothing counts what is hidden.
        let late = desk.titled(person, Category::Result, "HbA1c").await;
        desk.services.hidings.hide_entry(&me, person, late, HiddenFrom::All).await.unwrap();
        assert_eq!(newest(&ann).await, [("HDL cholesterol".to_owned(), None), report_with(Some(3))]);
        let whole = desk.titled(person, Category::Result, "Kidney tests").await;
        desk.services.hidings.hide_entry(&me, person, whole, HiddenFrom::All).await.unwrap();
        let told: BTreeSet<String> = newest(&ann).await.into_iter().map(|(title, _)| title).collect();
        assert_eq!(told.iter().map(String::as_str).collect::<Vec<_>>(), ["Creatinine", "HDL cholesterol", "Potassium", "Sodium"]);
    }

    async fn a_report_leads_to_its_pictures_and_they_lead_back(place: &Place) {
        let desk = Desk::at(place).await;
        let of = |kind: &str, id: &str, more: Value| {
            let mut one = json!({ "resourceType": kind, "id": id, "status": "final", "subject": { "reference": "Patient/m1" } });
            for (field, value) in more.as_object().unwrap() {
                one[field] = value.clone();
            }
            one
        };
        let person = desk.import(bundle("collection", &[
            ellis(),
            of("DiagnosticReport", "r1", json!({
                "code": { "text": "X-ray of knee" }, "effectiveDateTime": "2026-03-05T10:00:00Z", "conclusion": "All well.",
                "media": [{ "link": { "reference": "Media/x1" } }, { "link": { "reference": "Media/never" } }],
                "imagingStudy": [{ "reference": "ImagingStudy/i1" }],
            })),
            of("Media", "x1", json!({
                "status": "completed", "view": { "text": "From the side" }, "createdDateTime": "2026-03-05T10:00:00Z",
                "content": { "contentType": "image/png", "data": "iVBORw0KGgo=" },
            })),
            of("ImagingStudy", "i1", json!({ "status": "available", "description": "Scan of knee", "started": "2026-03-05T10:00:00Z" })),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let (hidings, records) = (&desk.services.hidings, &desk.services.records);
        let report = desk.titled(person, Category::Result, "X-ray of knee").await;
        let pictures = async |reader: &Actor| {
            let seen = records.entry(reader, person, report).await.unwrap().result.unwrap();
            assert!(seen.members.is_empty(), "a picture is no value");
            seen.pictures.into_iter().map(|line| line.title).collect::<Vec<_>>()
        };
        let reports = async |reader: &Actor, id: EntryId| records.entry(reader, person, id).await.unwrap().result.unwrap().reports;
        assert_eq!(pictures(&me).await, ["From the side", "Scan of knee"]);
        assert_eq!(pictures(&ann).await, ["From the side", "Scan of knee"]);
        let side = desk.titled(person, Category::Result, "From the side").await;
        let scan = desk.titled(person, Category::Result, "Scan of knee").await;
        for id in [side, scan] {
            assert_eq!(reports(&ann, id).await.into_iter().map(|line| line.id).collect::<Vec<_>>(), [report]);
        }
        // What is hidden leaves no gap, on either side.
        let hidden = hidings.hide_entry(&me, person, side, HiddenFrom::All).await.unwrap();
        assert_eq!(pictures(&ann).await, ["Scan of knee"]);
        assert_eq!(pictures(&me).await.len(), 2, "to its owner nothing has changed");
        hidings.show_again(&me, person, hidden).await.unwrap();
        hidings.hide_entry(&me, person, report, HiddenFrom::All).await.unwrap();
        assert!(reports(&ann, side).await.is_empty() && reports(&ann, scan).await.is_empty());
        assert_eq!(reports(&me, side).await.len(), 1);
    }

    async fn it_makes_no_difference_which_comes_first(place: &Place) {
        let desk = Desk::at(place).await;
        let mut all = panel();
        let values = all.split_off(2);
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let page = list(&desk, &me, person).await;
        assert_eq!(told(&page), ["Kidney tests: "]);
        let mut later = vec![ellis()];
        later.extend(values);
        desk.import(bundle("collection", &later)).await.unwrap();
        assert_eq!(told(&list(&desk, &me, person).await), ["Kidney tests: Potassium, Sodium, Creatinine"]);
        // A newer version of the report that leaves one out: it stands by itself.
        let mut newer = report("r1", "amended", "2026-03-05T10:00:00Z", &["na", "k"], &[]);
        newer["meta"] = json!({ "lastUpdated": "2026-03-07T10:00:00Z" });
        desk.import(bundle("collection", &[ellis(), newer])).await.unwrap();
        let page = told(&list(&desk, &me, person).await);
        assert!(page.contains(&"Kidney tests: Sodium, Potassium".to_owned()) && page.contains(&"Creatinine".to_owned()), "{page:?}");
    }

    async fn what_was_taken_in_before_is_joined_by_reading_it_again(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &panel())).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let before = list(&desk, &me, person).await;
        // As an older program left it.
        let kept: Result<(), store::StoreError> = place.store.write(move |tx| Box::pin(async move {
            let (organisation, at) = (domain::OrganisationId::from_uuid(Uuid::nil()), DateTime::<Utc>::default());
            let import = store::record::Import { person, organisation, id: domain::ImportId::from_uuid(Uuid::nil()), at };
            for row in store::record::page(tx, person, &store::record::Filter::Everything { at: DateTime::from_timestamp(4_102_444_800, 0).unwrap() }, store::record::Part {
                category: Category::Result, which: "all", after: None, limit: 50,
            }).await? {
                store::record::result::forget(tx, import, EntryId::from_uuid(row.id)).await?;
            }
            Ok(())
        })).await;
        kept.unwrap();
        assert_eq!(told(&list(&desk, &me, person).await).len(), 4, "each by itself");
        for _ in 0..2 {
            desk.services.imports.reindex(&Actor::Operator, person).await.unwrap();
            assert_eq!(list(&desk, &me, person).await, before);
        }
    }

    async fn a_hidden_value_leaves_no_gap_and_a_hidden_report_leaves_its_values(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &panel())).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let (hidings, records) = (&desk.services.hidings, &desk.services.records);
        let report = desk.titled(person, Category::Result, "Kidney tests").await;
        let sodium = desk.titled(person, Category::Result, "Sodium").await;
        let hidden = hidings.hide_entry(&me, person, sodium, HiddenFrom::All).await.unwrap();
        assert_eq!(told(&list(&desk, &ann, person).await), ["Kidney tests: Potassium, Creatinine"]);
        let seen = records.entry(&ann, person, report).await.unwrap();
        assert_eq!(seen.result.as_ref().unwrap().members.len(), 2);
        assert!(!serde_json::to_string(&seen).unwrap().contains("Sodium"));
        assert!(matches!(records.trend(&ann, person, sodium, TrendAsked::of(TrendSpan::All)).await, Err(ServiceError::NotFound)));
        hidings.show_again(&me, person, hidden).await.unwrap();
        hidings.hide_entry(&me, person, report, HiddenFrom::All).await.unwrap();
        let page = told(&list(&desk, &ann, person).await);
        assert_eq!(page.len(), 3);
        assert!(page.iter().all(|line| !line.contains("Kidney")), "{page:?}");
        let potassium = desk.titled(person, Category::Result, "Potassium").await;
        assert!(records.entry(&ann, person, potassium).await.unwrap().result.unwrap().reports.is_empty());
        // To its owner nothing has changed.
        assert_eq!(told(&list(&desk, &me, person).await), ["Kidney tests: Potassium, Sodium, Creatinine"]);
    }

    async fn what_may_not_be_shown_is_no_part_of_a_report_to_anybody(place: &Place) {
        let desk = Desk::at(place).await;
        let mut all = panel();
        all[2]["meta"] = json!({ "security": [{ "code": "REDACTED" }] });
        all[3]["status"] = json!("entered-in-error");
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        assert_eq!(told(&list(&desk, &me, person).await), ["Kidney tests: Creatinine"]);
        let id = desk.titled(person, Category::Result, "Kidney tests").await;
        let seen = serde_json::to_string(&desk.services.records.entry(&me, person, id).await.unwrap()).unwrap();
        assert!(!seen.contains("Potassium") && !seen.contains("Sodium"), "{seen}");
    }

    async fn what_a_report_only_names_is_said_to_its_owner(place: &Place) {
        let desk = Desk::at(place).await;
        let mut all = panel();
        all[1]["result"].as_array_mut().unwrap().insert(1, json!({ "reference": "Observation/never", "display": "Chloride" }));
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let id = desk.titled(person, Category::Result, "Kidney tests").await;
        let names = async |reader: &Actor| {
            let seen = desk.services.records.entry(reader, person, id).await.unwrap().result.unwrap();
            seen.members.into_iter().map(|member| (member.name, member.line.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(names(&me).await[1], ("Chloride".to_owned(), false));
        assert_eq!(names(&ann).await.len(), 3, "to others what is not there is not named");
    }

    async fn groups_within_groups_are_each_there_once(place: &Place) {
        let desk = Desk::at(place).await;
        let group = |id: &str, words: &str, members: &[&str]| {
            let members: Vec<Value> = members.iter().map(|id| json!({ "reference": format!("Observation/{id}") })).collect();
            json!({ "resourceType": "Observation", "id": id, "status": "final", "subject": { "reference": "Patient/m1" },
                "code": { "text": words }, "hasMember": members })
        };
        let at = "2026-03-05T10:00:00Z";
        let person = desk.import(bundle("collection", &[
            ellis(), group("g1", "First", &["g2", "k"]), group("g2", "Second", &["g1", "na", "g2"]),
            lab("k", POTASSIUM, at, ("4.1", "mmol/L"), None), lab("na", SODIUM, at, ("140", "mmol/L"), None),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let mut page = told(&list(&desk, &me, person).await);
        page.sort();
        assert_eq!(page, ["First: Second, Potassium", "Second: First, Sodium"]);
    }

    async fn orders_wait_until_something_that_is_shown_answers_them(place: &Place) {
        let desk = Desk::at(place).await;
        let at = "2026-10-01";
        let person = desk.import(bundle("collection", &[
            ellis(), order("s1", "active", at, "Full blood count"), order("s2", "revoked", at, "Cancelled test"),
            order("s3", "entered-in-error", at, "Wrong test"), order("s4", "on-hold", "2026-09-01", "Paused test"),
            order("s5", "completed", at, "Done test"), with(order("s6", "active", at, "Idea"), "intent", json!("proposal")),
            with(report("r0", "registered", "2026-10-02", &[], &[]), "conclusion", Value::Null),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let waits = async |reader: &Actor| {
            let page = list(&desk, reader, person).await;
            page.awaited.into_iter().map(|line| line.title).collect::<Vec<_>>()
        };
        assert_eq!(waits(&me).await, ["Kidney tests", "Full blood count", "Paused test"]);
        // What waits does not stand among the results once more; other orders do.
        let among = async |reader: &Actor| {
            let page = list(&desk, reader, person).await;
            page.lines.into_iter().map(|one| one.line.title).collect::<BTreeSet<_>>()
        };
        let titles = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(among(&me).await, titles(&["Cancelled test", "Done test", "Idea", "Kidney tests"]));
        assert_eq!(among(&ann).await, among(&me).await);
        desk.import(bundle("collection", &[
            ellis(), report("r1", "preliminary", "2026-10-03", &["k"], &["s1"]),
            lab("k", POTASSIUM, "2026-10-03", ("4.1", "mmol/L"), None),
        ])).await.unwrap();
        // The order is answered, by something that is not whole itself: with its value it stands among the results alone.
        for reader in [&me, &ann] {
            assert_eq!(waits(reader).await, ["Kidney tests", "Paused test"]);
            let page = list(&desk, reader, person).await;
            assert_eq!(page.lines.iter().filter(|one| !one.members.is_empty()).count(), 1);
        }
        // To somebody to whom its value is closed it is not back.
        let value = desk.titled(person, Category::Result, "Potassium").await;
        desk.services.hidings.hide_entry(&me, person, value, HiddenFrom::All).await.unwrap();
        assert_eq!(waits(&ann).await, ["Kidney tests", "Kidney tests", "Paused test"]);
        assert_eq!(waits(&me).await, ["Kidney tests", "Paused test"]);
        assert!(among(&me).await.contains("Full blood count"));
        let asked = desk.titled(person, Category::Result, "Full blood count").await;
        let answers = desk.services.records.entry(&me, person, asked).await.unwrap().result.unwrap().answers;
        assert_eq!(answers.len(), 1);
        let answer = desk.services.records.entry(&me, person, answers[0].id).await.unwrap();
        assert_eq!(answer.result.unwrap().orders[0].id, asked);
        // Somebody to whom the answer is closed sees the order as if there were none.
        desk.services.hidings.hide_entry(&me, person, answers[0].id, HiddenFrom::All).await.unwrap();
        assert_eq!(waits(&ann).await, ["Kidney tests", "Full blood count", "Paused test"]);
        assert!(desk.services.records.entry(&ann, person, asked).await.unwrap().result.unwrap().answers.is_empty());
    }

    async fn an_order_is_answered_by_its_number_from_another_source(place: &Place) {
        let desk = Desk::at(place).await;
        let number = |value: &str| json!({ "system": "https://riverside.example/orders", "value": value });
        let ordered = |words: &str| order(&words.to_lowercase(), "active", "2026-10-01", words);
        let numbered = |words: &str, value: &str| with(ordered(words), "identifier", json!([number(value)]));
        let person = desk.import(bundle("collection", &[
            ellis(), numbered("First", "A1"), numbered("Second", "A2"), with(ordered("Third"), "identifier", json!([number("A3")])),
            numbered("Fourth", "A4"), numbered("Fifth", "A5"), numbered("Sixth", "A6"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let lab = desk.services.organisations.ensure(&Actor::Operator, "RX1", "Hospital Laboratory", OrganisationKind::Hospital).await.unwrap();
        let waits = async |reader: &Actor| {
            let page = list(&desk, reader, person).await;
            page.awaited.into_iter().map(|line| line.title).collect::<BTreeSet<_>>()
        };
        let titles = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(waits(&me).await, titles(&["First", "Second", "Third", "Fourth", "Fifth", "Sixth"]));
        let answer = |id: &str, field: &str, value: Value| {
            let one = with(report(id, "final", "2026-10-03", &[], &[]), "code", json!({ "text": format!("Report {id}") }));
            with(one, field, value)
        };
        let placer = json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PLAC" }] });
        let first = answer("r1", "basedOn", json!([{ "type": "ServiceRequest", "identifier": number("A1") }]));
        desk.import_from(&lab, bundle("collection", &[
            ellis(), first.clone(), answer("r2", "identifier", json!([with(number("A2"), "type", placer)])),
            with(
                answer("r3", "basedOn", json!([{ "reference": "#asked" }])),
                "contained",
                json!([{ "resourceType": "ServiceRequest", "id": "asked", "status": "active", "intent": "order", "identifier": [number("A3")] }]),
            ),
            // The laboratory has an order of its own for the one that it was sent.
            answer("r4", "basedOn", json!([{ "reference": "ServiceRequest/copy" }])),
            with(order("copy", "completed", "2026-10-02", "Fourth at the laboratory"), "identifier", json!([number("A4")])),
            // A number without a system, and the same number of another system.
            answer("r5", "basedOn", json!([{ "identifier": { "value": "A5" } }])),
            answer("r6", "basedOn", json!([{ "identifier": { "system": "https://hill.example/orders", "value": "A6" } }])),
        ]), Some(Expected::Person(person))).await.unwrap();
        assert_eq!(waits(&me).await, titles(&["Fifth", "Sixth"]));
        assert_eq!(waits(&ann).await, titles(&["Fifth", "Sixth"]));
        let seen = async |reader: &Actor, title: &str| {
            let id = desk.titled(person, Category::Result, title).await;
            desk.services.records.entry(reader, person, id).await.unwrap().result.unwrap()
        };
        let named = |all: Vec<EntryLine>| all.into_iter().map(|line| line.title).collect::<Vec<_>>();
        for (title, report) in [("First", "Report r1"), ("Second", "Report r2"), ("Third", "Report r3"), ("Fourth", "Report r4")] {
            assert_eq!(named(seen(&me, title).await.answers), [report]);
            assert!(named(seen(&me, report).await.orders).contains(&title.to_owned()), "{report}");
        }
        assert_eq!(named(seen(&me, "Fourth at the laboratory").await.answers), ["Report r4"]);
        assert_eq!(named(seen(&me, "Report r4").await.orders), ["Fourth at the laboratory", "Fourth"]);
        assert!(seen(&me, "Report r6").await.orders.is_empty() && seen(&me, "Sixth").await.answers.is_empty());
        // Somebody to whom the answer is closed, or the order through which it leads there, sees the order as if there were none.
        for closed in ["Report r1", "Fourth at the laboratory"] {
            let id = desk.titled(person, Category::Result, closed).await;
            desk.services.hidings.hide_entry(&me, person, id, HiddenFrom::All).await.unwrap();
        }
        assert_eq!(waits(&ann).await, titles(&["First", "Fourth", "Fifth", "Sixth"]));
        assert!(seen(&ann, "First").await.answers.is_empty() && seen(&ann, "Fourth").await.answers.is_empty());
        assert!(seen(&ann, "Report r4").await.orders.is_empty());
        assert_eq!(waits(&me).await, titles(&["Fifth", "Sixth"]));
        // What the laboratory takes back has answered nothing.
        let back = changed_at(with(first, "status", json!("entered-in-error")), "2026-10-05T10:00:00Z");
        desk.import_from(&lab, bundle("collection", &[ellis(), back]), Some(Expected::Person(person))).await.unwrap();
        assert_eq!(waits(&me).await, titles(&["First", "Fifth", "Sixth"]));
        assert!(seen(&me, "First").await.answers.is_empty());
    }

    async fn a_number_of_several_orders_answers_the_one_that_it_is_about(place: &Place) {
        let desk = Desk::at(place).await;
        let number = json!({ "system": "https://riverside.example/orders", "value": "G1" });
        let coded = |(code, words): (&str, &str)| {
            json!({ "coding": [{ "system": "http://loinc.org", "code": code, "display": words }], "text": words })
        };
        let ordered = |id: &str, what: Value| {
            with(with(order(id, "active", "2026-10-01", ""), "code", what), "requisition", number.clone())
        };
        let person = desk.import(bundle("collection", &[
            ellis(), ordered("s1", coded(POTASSIUM)), ordered("s2", coded(SODIUM)), ordered("s3", json!({ "text": "Bloods" })),
            ordered("s4", coded(CREATININE)), ordered("s5", coded(CREATININE)),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let lab = desk.services.organisations.ensure(&Actor::Operator, "RX1", "Hospital Laboratory", OrganisationKind::Hospital).await.unwrap();
        let answer = |id: &str, what: Value| {
            let based = json!([{ "identifier": number }]);
            with(with(report(id, "final", "2026-10-03", &[], &[]), "code", what), "basedOn", based)
        };
        desk.import_from(&lab, bundle("collection", &[
            ellis(), answer("r1", coded(POTASSIUM)), answer("r2", json!({ "text": "Bloods" })), answer("r3", coded(CREATININE)),
        ]), Some(Expected::Person(person))).await.unwrap();
        let waits = async || {
            let page = list(&desk, &me, person).await;
            let mut titles: Vec<String> = page.awaited.into_iter().map(|line| line.title).collect();
            titles.sort();
            titles
        };
        // Words mean several things, and of two orders of the same nobody can say which was answered.
        let open = ["Bloods", "Creatinine", "Creatinine", "Sodium"];
        assert_eq!(waits().await, open);
        // As an older program left it, it is joined by reading it again.
        let lines = desk.lines(&me, person, Category::Result).await;
        let answered = lines.into_iter().find(|line| line.title == "Potassium" && line.kind == "Test ordered").unwrap().id;
        let kept: Result<(), store::StoreError> = place.store.write(move |tx| Box::pin(async move {
            let (organisation, at) = (domain::OrganisationId::from_uuid(Uuid::nil()), DateTime::<Utc>::default());
            let import = store::record::Import { person, organisation, id: domain::ImportId::from_uuid(Uuid::nil()), at };
            store::record::result::forget(tx, import, answered).await
        })).await;
        kept.unwrap();
        assert_eq!(waits().await, ["Bloods", "Creatinine", "Creatinine", "Potassium", "Sodium"]);
        for _ in 0..2 {
            desk.services.imports.reindex(&Actor::Operator, person).await.unwrap();
            assert_eq!(waits().await, open);
        }
    }

    async fn an_order_is_not_back_by_what_is_no_result(place: &Place) {
        let desk = Desk::at(place).await;
        let number = |value: &str| json!({ "system": "https://riverside.example/orders", "value": value });
        let numbered = |words: &str, value: &str| {
            with(order(&words.to_lowercase().replace(' ', "-"), "active", "2026-10-01", words), "identifier", json!([number(value)]))
        };
        let titles = ["Called off", "Knee", "Registered", "Shoulder"];
        let person = desk.import(bundle("collection", &[
            ellis(), numbered("Knee", "A1"), numbered("Shoulder", "A2"), numbered("Registered", "A3"), numbered("Called off", "A4"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let lab_at = desk.services.organisations.ensure(&Actor::Operator, "RX1", "Hospital Laboratory", OrganisationKind::Hospital).await.unwrap();
        let waits = async || {
            let page = list(&desk, &me, person).await;
            page.awaited.into_iter().map(|line| line.title).collect::<BTreeSet<_>>()
        };
        let scan = |id: &str, title: &str, based: Value| json!({
            "resourceType": "ImagingStudy", "id": id, "status": "available", "subject": { "reference": "Patient/m1" },
            "description": title, "started": "2026-10-03T10:00:00Z", "basedOn": [based],
        });
        let test = |id: &str, status: &str, value: &str| {
            let one = with(lab(id, POTASSIUM, "2026-10-03", ("4.1", "mmol/L"), None), "status", json!(status));
            let mut one = with(one, "basedOn", json!([{ "identifier": number(value) }]));
            one.as_object_mut().unwrap().remove("valueQuantity");
            one
        };
        // By a reference within one source, and by the number from another, with an order of its own in between too.
        desk.import(bundle("collection", &[ellis(), scan("i1", "Scan of knee", json!({ "reference": "ServiceRequest/knee" }))])).await.unwrap();
        let copy = with(order("copy", "completed", "2026-10-02", "Knee at the hospital"), "identifier", json!([number("A1")]));
        desk.import_from(&lab_at, bundle("collection", &[
            ellis(), scan("i2", "Scan of shoulder", json!({ "identifier": number("A2") })), test("o3", "registered", "A3"),
            test("o4", "cancelled", "A4"), copy, scan("i3", "Second scan of knee", json!({ "reference": "ServiceRequest/copy" })),
        ]), Some(Expected::Person(person))).await.unwrap();
        assert_eq!(waits().await, BTreeSet::from(titles.map(ToOwned::to_owned)));
        // The scan is told beside its order all the same.
        let shoulder = desk.titled(person, Category::Result, "Shoulder").await;
        let answers = desk.services.records.entry(&me, person, shoulder).await.unwrap().result.unwrap().answers;
        assert_eq!(answers.iter().map(|line| line.title.as_str()).collect::<Vec<_>>(), ["Scan of shoulder"]);
        let answer = with(report("r2", "final", "2026-10-04", &[], &[]), "basedOn", json!([{ "identifier": number("A2") }]));
        desk.import_from(&lab_at, bundle("collection", &[ellis(), answer]), Some(Expected::Person(person))).await.unwrap();
        desk.import(bundle("collection", &[ellis(), report("r1", "final", "2026-10-04", &[], &["knee"])])).await.unwrap();
        assert_eq!(waits().await, BTreeSet::from(["Called off", "Registered"].map(ToOwned::to_owned)));
    }

    async fn a_number_that_is_on_everything_answers_nothing(place: &Place) {
        let desk = Desk::at(place).await;
        let number = json!([{ "system": "https://riverside.example/orders", "value": "SITE" }]);
        let person = desk.import(bundle("collection", &[
            ellis(), with(order("s1", "active", "2026-10-01", "Full blood count"), "identifier", number.clone()),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let asked = desk.titled(person, Category::Result, "Full blood count").await;
        let hospital = desk.services.organisations.ensure(&Actor::Operator, "RX1", "Hospital Laboratory", OrganisationKind::Hospital).await.unwrap();
        let waits = async || list(&desk, &me, person).await.awaited.len();
        let results = |from: usize, to: usize| {
            let one = |at: usize| {
                let one = lab(&format!("o{at}"), POTASSIUM, "2026-10-03", ("4.1", "mmol/L"), None);
                with(one, "basedOn", json!([{ "identifier": number[0] }]))
            };
            std::iter::once(ellis()).chain((from..to).map(one)).collect::<Vec<_>>()
        };
        desk.import_from(&hospital, bundle("collection", &results(0, 199)), Some(Expected::Person(person))).await.unwrap();
        assert_eq!(waits().await, 0);
        desk.import_from(&hospital, bundle("collection", &results(199, 200)), Some(Expected::Person(person))).await.unwrap();
        assert_eq!(waits().await, 1);
        assert!(desk.services.records.entry(&me, person, asked).await.unwrap().result.unwrap().answers.is_empty());
    }

    async fn what_its_source_took_back_is_known_by_no_number(place: &Place) {
        let desk = Desk::at(place).await;
        let number = json!({ "system": "https://riverside.example/orders", "value": "A1" });
        let numbered = |words: &str| with(order(&words.to_lowercase(), "active", "2026-10-01", words), "identifier", json!([number]));
        let person = desk.import(bundle("collection", &[ellis(), numbered("First"), numbered("Second")])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let lab = desk.services.organisations.ensure(&Actor::Operator, "RX1", "Hospital Laboratory", OrganisationKind::Hospital).await.unwrap();
        let answer = with(report("r1", "final", "2026-10-03", &[], &[]), "basedOn", json!([{ "identifier": number }]));
        desk.import_from(&lab, bundle("collection", &[ellis(), answer]), Some(Expected::Person(person))).await.unwrap();
        let waits = async || list(&desk, &me, person).await.awaited.len();
        assert_eq!(waits().await, 2, "nobody can say which of them was answered");
        // It cannot be read, but that it was a mistake can.
        let mistake = with(with(numbered("Second"), "status", json!("entered-in-error")), "code", json!(7));
        desk.import(bundle("collection", &[ellis(), changed_at(mistake, "2026-10-05T10:00:00Z")])).await.unwrap();
        assert_eq!(waits().await, 0);
    }

    async fn a_number_of_a_group_answers_only_what_is_about_the_same(place: &Place) {
        let desk = Desk::at(place).await;
        let number = |value: &str| json!({ "system": "https://riverside.example/orders", "value": value });
        let coded = |(code, words): (&str, &str)| {
            json!({ "coding": [{ "system": "http://loinc.org", "code": code, "display": words }], "text": words })
        };
        let typed = |kind: &str, value: &str| {
            with(number(value), "type", json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": kind }] }))
        };
        let ordered = |what: (&str, &str), field: &str, value: Value| {
            with(with(order(&what.1.to_lowercase(), "active", "2026-10-01", ""), "code", coded(what)), field, value)
        };
        let only = |value: &str| json!([number(value)]);
        let other = ("11526-1", "Histology");
        let referral = json!({
            "resourceType": "ServiceRequest", "id": "referral", "status": "active", "intent": "order", "subject": { "reference": "Patient/m1" },
            "category": [{ "coding": [{ "code": "referral" }] }], "code": { "text": "Skin clinic" }, "identifier": only("A4"),
        });
        let plan = with(order("plan", "active", "2026-10-01", "Planned test"), "intent", json!("plan"));
        // What else was ordered in the same group never came here.
        let person = desk.import(bundle("collection", &[
            ellis(), ordered(other, "requisition", number("G1")), ordered(POTASSIUM, "identifier", only("G2")),
            ordered(SODIUM, "requisition", number("G3")), ordered(HBA1C, "identifier", only("A4")), referral,
            ordered(CREATININE, "identifier", only("A5")), with(plan, "identifier", only("A6")),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let waits = async || {
            let page = list(&desk, &me, person).await;
            page.awaited.into_iter().map(|line| line.title).collect::<BTreeSet<_>>()
        };
        let titles = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<BTreeSet<_>>();
        let lab = desk.services.organisations.ensure(&Actor::Operator, "RX1", "Hospital Laboratory", OrganisationKind::Hospital).await.unwrap();
        let answer = |id: &str, what: (&str, &str), field: &str, value: Value| {
            with(with(report(id, "final", "2026-10-03", &[], &[]), "code", coded(what)), field, value)
        };
        let based = |value: &str| json!([{ "identifier": number(value) }]);
        let blood = ("58410-2", "Full blood count");
        desk.import_from(&lab, bundle("collection", &[
            ellis(), answer("r1", blood, "basedOn", based("G1")), answer("r2", blood, "identifier", json!([typed("PGN", "G2")])),
            answer("r3", SODIUM, "basedOn", based("G3")), answer("r4", blood, "basedOn", based("A4")),
            answer("r5", blood, "basedOn", based("A5")), answer("r6", blood, "basedOn", based("A6")),
        ]), Some(Expected::Person(person))).await.unwrap();
        assert_eq!(waits().await, titles(&["Histology", "Potassium", "HbA1c"]));
        let plan = desk.titled(person, Category::Result, "Planned test").await;
        assert!(desk.services.records.entry(&me, person, plan).await.unwrap().result.unwrap().answers.is_empty());
        desk.import_from(&lab, bundle("collection", &[
            ellis(), answer("r7", other, "basedOn", based("G1")), answer("r8", HBA1C, "basedOn", based("A4")),
        ]), Some(Expected::Person(person))).await.unwrap();
        assert_eq!(waits().await, titles(&["Potassium"]));
    }

    async fn only_a_later_order_of_the_same_test_says_that_it_was_asked_for_again(place: &Place) {
        let desk = Desk::at(place).await;
        let mut undated = order("s3", "active", "2026-10-01", "Potassium");
        undated.as_object_mut().unwrap().remove("authoredOn");
        let coded = |id: &str, at: &str, words: &str, code: &str| {
            with(order(id, "active", at, words), "code", json!({ "coding": [{ "system": "http://loinc.org", "code": code }], "text": words }))
        };
        let person = desk.import(bundle("collection", &[
            ellis(), lab("k", POTASSIUM, "2026-10-03", ("4.1", "mmol/L"), None),
            // The one that this answers, which does not say so; one of the same day; one that says no day.
            order("s1", "active", "2026-10-01", "Potassium"), order("s2", "active", "2026-10-03T09:00:00Z", "Potassium"), undated,
            order("s4", "active", "2026-10-04", "potassium"), coded("s5", "2026-10-05", "Kalium", POTASSIUM.0),
            coded("s6", "2026-10-06", "Potassium", SODIUM.0),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let result = desk.lines(&me, person, Category::Result).await.into_iter().find(|line| line.value.is_some()).unwrap().id;
        let seen = desk.services.records.entry(&me, person, result).await.unwrap().result.unwrap();
        assert_eq!(seen.ordered.iter().map(|line| line.title.as_str()).collect::<Vec<_>>(), ["Kalium", "potassium"]);
    }

    async fn what_is_not_back_is_told_up_to_a_hundred_and_that_there_is_more(place: &Place) {
        let desk = Desk::at(place).await;
        let mut all = vec![ellis()];
        all.extend((0..100).map(|at| order(&format!("s{at}"), "active", "2026-10-02", "Full blood count")));
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let page = list(&desk, &me, person).await;
        assert_eq!((page.awaited.len(), page.more_awaited), (100, false));
        desk.import(bundle("collection", &[ellis(), order("old", "active", "2026-01-01", "Kidney tests")])).await.unwrap();
        let page = list(&desk, &me, person).await;
        assert_eq!((page.awaited.len(), page.more_awaited), (100, true));
    }

    async fn a_visit_that_is_over_today_is_not_to_come(place: &Place) {
        let desk = Desk::at(place).await;
        let visit = |id: &str, at: DateTime<Utc>| json!({
            "resourceType": "Encounter", "id": id, "status": "planned", "class": { "code": "AMB" }, "type": [{ "text": "Clinic" }],
            "subject": { "reference": "Patient/m1" }, "period": { "start": at.to_rfc3339() },
        });
        let now = desk.services.core.now();
        let hour = chrono::TimeDelta::hours(1);
        let person = desk.import(bundle("collection", &[
            ellis(), lab("k", POTASSIUM, "2026-10-03", ("4.1", "mmol/L"), None), visit("e1", now - hour),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let result = desk.titled(person, Category::Result, "Potassium").await;
        let next = async || desk.services.records.entry(&me, person, result).await.unwrap().result.unwrap().visit;
        assert_eq!(next().await, None);
        // A place of the same name is another.
        let hospital = OrganisationKind::Hospital;
        let other = desk.services.organisations.ensure(&Actor::Operator, "RXX01", "Riverside Surgery", hospital).await.unwrap();
        let theirs = bundle("collection", &[ellis(), visit("e9", now + hour)]);
        desk.import_from(&other, theirs, Some(Expected::Person(person))).await.unwrap();
        assert_eq!(next().await, None);
        desk.import(bundle("collection", &[ellis(), visit("e2", now + hour)])).await.unwrap();
        assert!(next().await.is_some());
    }

    async fn one_thing_over_time_is_one_line_across_laboratories_and_units(place: &Place) {
        let desk = Desk::at(place).await;
        let clinic = desk.services.organisations.ensure(&Actor::Operator, "B2", "Private Clinic", OrganisationKind::Hospital).await.unwrap();
        let person = desk.import(bundle("collection", &[
            ellis(), lab("h1", HBA1C, "2025-03-05", ("48", "mmol/mol"), Some(("20", "41"))),
            lab("h2", HBA1C, "2026-03-05", ("53", "mmol/mol"), Some(("20", "41"))),
            lab("h4", HBA1C, "2024-01-01", ("50", "g/L"), None),
        ])).await.unwrap().person;
        desk.import_from(&clinic, bundle("collection", &[
            ellis(), lab("x1", HBA1C_PERCENT, "2025-09-01", ("6.5", "%"), Some(("4.0", "6.0"))),
        ]), Some(Expected::Person(person))).await.unwrap();
        let me = desk.account_of(&[person]).await;
        let seen = trend_of(&desk, &me, person, "HbA1c").await;
        assert_eq!(seen.unit.as_deref(), Some("mmol/mol"));
        let values: Vec<(String, Option<String>)> = seen.points.iter()
            .map(|point| (point.value.text.clone(), point.converted.as_ref().map(|other| other.text.clone()))).collect();
        let known = |text: &str, other: Option<&str>| (text.to_owned(), other.map(ToOwned::to_owned));
        assert_eq!(values, [known("53", None), known("6.5", Some("48")), known("48", None), known("50", None)]);
        assert_eq!(seen.drawn.iter().map(|point| point.high / 1000).collect::<Vec<_>>(), [48, 47, 53]);
        assert!(seen.points[3].drawn.is_none(), "a unit that HbA1c has not is not made into one that it has");
        assert_eq!(seen.band, Band::Differ);
        // Of one laboratory alone the range is that of all.
        let clinic_one = desk.services.records.trend(&me, person, seen.rows[1].id, TrendAsked::of(TrendSpan::All)).await.unwrap();
        assert_eq!(clinic_one.points.len(), 4);
        let year = desk.services.records.trend(&me, person, seen.rows[0].id, TrendAsked::of(TrendSpan::Year)).await.unwrap();
        assert_eq!(year.points.len(), 1);
        // They go back less than five years, and what shows all of them is offered once.
        for spans in [&seen.spans, &year.spans] {
            assert_eq!(*spans, [TrendSpan::Year, TrendSpan::All]);
        }
        assert_eq!(year.band, Band::One { low: Some("20".to_owned()), high: Some("41".to_owned()) });
        let nobody = desk.account_of(&[]).await;
        assert!(matches!(desk.services.records.trend(&nobody, person, seen.rows[0].id, TrendAsked::of(TrendSpan::All)).await, Err(ServiceError::NotFound)));
    }

    async fn the_unit_over_time_is_that_of_the_newest_also_where_only_a_limit_of_it_is_known(place: &Place) {
        let desk = Desk::at(place).await;
        let mut less = lab("x2", HDL, "2026-03-05", ("0.5", "mmol/L"), None);
        less["valueQuantity"]["comparator"] = json!("<");
        let by_mass = lab("x1", HDL_BY_MASS, "2025-09-01", ("50", "mg/dL"), None);
        let person = desk.import(bundle("collection", &[ellis(), by_mass, less])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let seen = trend_of(&desk, &me, person, "HDL cholesterol").await;
        assert_eq!(seen.unit.as_deref(), Some("mmol/L"));
        let converted: Vec<Option<&str>> =
            seen.points.iter().map(|point| point.converted.as_ref().map(|other| other.text.as_str())).collect();
        assert_eq!(converted, [None, Some("1.3")]);
        assert_eq!((seen.drawn.len(), seen.points[0].limit.is_some()), (1, true));
        // A limit without a unit tells of none.
        let mut bare = lab("x3", HDL, "2026-04-05", ("0.5", "mmol/L"), None);
        bare["valueQuantity"] = json!({ "value": 0.5, "comparator": "<" });
        desk.import(bundle("collection", &[ellis(), bare])).await.unwrap();
        let seen = trend_of(&desk, &me, person, "HDL cholesterol").await;
        assert_eq!(seen.unit.as_deref(), Some("mmol/L"));
        assert_eq!(seen.whose, desk.services.records.overview(&me, person).await.unwrap().person, "it stands on paper");
    }

    async fn a_range_that_came_in_two_units_is_one_band(place: &Place) {
        let desk = Desk::at(place).await;
        let (by_moles, by_mass) = (("14749-6", "Glucose"), ("2345-7", "Glucose"));
        let person = desk.import(bundle("collection", &[
            ellis(), lab("g1", by_mass, "2025-03-05", ("90", "mg/dL"), Some(("63", "95"))),
            lab("g2", by_moles, "2026-03-05", ("5.0", "mmol/L"), Some(("3.5", "5.3"))),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let seen = trend_of(&desk, &me, person, "Glucose").await;
        assert_eq!((seen.drawn.len(), seen.unit.as_deref()), (2, Some("mmol/L")));
        assert_eq!(seen.band, Band::One { low: Some("3.5".to_owned()), high: Some("5.3".to_owned()) });
        desk.import(bundle("collection", &[ellis(), lab("g3", by_mass, "2025-09-05", ("90", "mg/dL"), Some(("70", "95")))])).await.unwrap();
        assert_eq!(trend_of(&desk, &me, person, "Glucose").await.band, Band::Differ);
    }

    async fn laboratories_that_code_in_loinc_and_in_snomed_ct_are_one_line(place: &Place) {
        let desk = Desk::at(place).await;
        let british = |code: &str, words: &str| {
            json!({ "coding": [{ "system": "http://snomed.info/sct", "code": code, "display": words }], "text": words })
        };
        let calcium = ("17861-6", "Calcium");
        let person = desk.import(bundle("collection", &[
            ellis(), lab("c1", calcium, "2025-03-05", ("9.6", "mg/dL"), None),
            with(lab("c2", calcium, "2026-03-05", ("2.30", "mmol/L"), None), "code", british("1000691000000101", "Serum calcium level")),
            with(lab("c3", calcium, "2026-01-05", ("2.41", "mmol/L"), None), "code", british("1017391000000108", "Plasma calcium level")),
            with(lab("c4", calcium, "2026-02-05", ("2.50", "mmol/L"), None), "code", british("935051000000108", "Serum adjusted calcium")),
        ])).await.unwrap().person;
        let seen = trend_of(&desk, &Actor::Operator, person, "Serum calcium level").await;
        let values: Vec<(&str, Option<&str>)> = seen.points.iter()
            .map(|point| (point.value.text.as_str(), point.converted.as_ref().map(|other| other.text.as_str()))).collect();
        assert_eq!(values, [("2.3", None), ("2.41", None), ("9.6", Some("2.40"))]);
        let adjusted = trend_of(&desk, &Actor::Operator, person, "Serum adjusted calcium").await;
        assert_eq!(adjusted.points.len(), 1, "what was corrected is another thing");
    }

    async fn a_part_of_a_panel_is_in_one_line_with_what_was_measured_by_itself(place: &Place) {
        let desk = Desk::at(place).await;
        let clinic = desk.services.organisations.ensure(&Actor::Operator, "B2", "Private Clinic", OrganisationKind::Hospital).await.unwrap();
        // What stands within a report is told with it.
        let mut whole = report("r1", "final", "2024-03-05", &[], &[]);
        whole["contained"] = json!([lab("h", HDL, "2024-03-05", ("1.1", "mmol/L"), None)]);
        whole["result"] = json!([{ "reference": "#h" }]);
        // Of two with one code nothing says which is meant.
        let mut twice = lipids("p3", "2025-12-05", "1.5");
        twice["component"][1] = twice["component"][0].clone();
        let person = desk.import(bundle("collection", &[
            ellis(), lipids("p1", "2025-03-05", "1.2"), lipids("p2", "2026-03-05", "1.4"), twice, whole,
        ])).await.unwrap().person;
        desk.import_from(&clinic, bundle("collection", &[
            ellis(), lab("x1", HDL_BY_MASS, "2025-09-01", ("50", "mg/dL"), Some(("40", "60"))),
        ]), Some(Expected::Person(person))).await.unwrap();
        let me = desk.account_of(&[person]).await;
        let records = &desk.services.records;
        let seen = trend_of(&desk, &me, person, "HDL cholesterol").await;
        assert_eq!((seen.title.as_str(), seen.unit.as_deref()), ("HDL cholesterol", Some("mmol/L")));
        let values: Vec<(&str, Option<&str>)> = seen.points.iter()
            .map(|point| (point.value.text.as_str(), point.converted.as_ref().map(|other| other.text.as_str()))).collect();
        assert_eq!(values, [("1.4", None), ("50", Some("1.3")), ("1.2", None), ("1.1", None)]);
        assert_eq!(seen.drawn.iter().map(|point| point.high).collect::<Vec<_>>(), [1100, 1200, 1293, 1400]);
        assert!(seen.lines.is_empty() && seen.points.iter().all(|point| point.told_apart.is_empty()), "the part alone, not its panel");
        let within: Vec<Option<&str>> = seen.rows.iter().map(|row| row.within.as_deref()).collect();
        assert_eq!(within, [Some("Lipid panel"), None, Some("Lipid panel"), Some("Kidney tests")]);
        // With its own range and where it stands by that.
        assert_eq!(seen.rows[0].ranges[0].range.low.as_deref(), Some("0.9"));
        assert_eq!(seen.points[0].placed.map(|placed| placed.standing), Some(Standing::Within));
        // Each leads to its entry, and the panel is read over time as before.
        assert!(records.entry(&me, person, seen.rows[1].id).await.unwrap().result.unwrap().over_time);
        let panel = records.trend(&me, person, seen.rows[0].id, TrendAsked { choose: true, ..TrendAsked::of(TrendSpan::All) }).await.unwrap();
        assert_eq!((panel.title.as_str(), panel.points.len(), panel.drawn.len()), ("Lipid panel", 3, 0));
        let lines: Vec<(&str, Vec<i64>)> =
            panel.lines.iter().map(|line| (line.name.as_str(), line.points.iter().map(|point| point.high).collect())).collect();
        assert_eq!(lines, [("HDL cholesterol", vec![1200, 1400]), ("LDL cholesterol", vec![3100, 3100])]);
        let others: Vec<&str> = panel.others.iter().flatten().map(|other| other.title.as_str()).collect();
        assert_eq!(others, ["HDL cholesterol"]);
        let with = TrendAsked { with: Some(seen.rows[1].id), ..TrendAsked::of(TrendSpan::All) };
        let both = records.trend(&me, person, seen.rows[0].id, with).await.unwrap();
        assert_eq!(both.beside.unwrap().points.len(), 4);
    }

    async fn a_panel_that_is_hidden_changed_or_taken_back_leaves_no_gap_in_the_line_of_its_parts(place: &Place) {
        let desk = Desk::at(place).await;
        let version = |hdl: &str, day: u8| changed_at(lipids("p1", "2026-03-05", hdl), &format!("2026-04-{day:02}T10:00:00Z"));
        let person = desk.import(bundle("collection", &[
            ellis(), lab("x1", HDL, "2025-09-01", ("1.3", "mmol/L"), None), version("1.4", 1),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let (hidings, records) = (&desk.services.hidings, &desk.services.records);
        let alone = desk.titled(person, Category::Result, "HDL cholesterol").await;
        let texts = async |reader: &Actor| {
            let seen = records.trend(reader, person, alone, TrendAsked::of(TrendSpan::All)).await.unwrap();
            assert_eq!((seen.points.len(), seen.is_cut, seen.next.is_none()), (seen.rows.len(), false, true));
            seen.points.into_iter().map(|point| point.value.text).collect::<Vec<_>>()
        };
        assert_eq!(texts(&me).await, ["1.4", "1.3"]);
        assert_eq!(texts(&ann).await, ["1.4", "1.3"]);
        let panel = desk.titled(person, Category::Result, "Lipid panel").await;
        let hidden = hidings.hide_entry(&me, person, panel, HiddenFrom::All).await.unwrap();
        assert_eq!(texts(&ann).await, ["1.3"]);
        assert!(!records.entry(&ann, person, alone).await.unwrap().result.unwrap().over_time, "there is one alone for her");
        assert_eq!(texts(&me).await, ["1.4", "1.3"]);
        hidings.show_again(&me, person, hidden).await.unwrap();
        // What is told anew stands in place of what was told.
        desk.import(bundle("collection", &[ellis(), version("1.6", 2)])).await.unwrap();
        assert_eq!(texts(&me).await, ["1.6", "1.3"]);
        let mut without = version("1.6", 3);
        without["component"].as_array_mut().unwrap().remove(0);
        desk.import(bundle("collection", &[ellis(), without])).await.unwrap();
        assert_eq!(texts(&me).await, ["1.3"]);
        desk.import(bundle("collection", &[ellis(), version("1.7", 4)])).await.unwrap();
        assert_eq!(texts(&ann).await, ["1.7", "1.3"]);
        // What an older program took in is found once it is read again.
        let kept: Result<(), store::StoreError> = place.store.write(move |tx| Box::pin(async move {
            let (organisation, at) = (domain::OrganisationId::from_uuid(Uuid::nil()), DateTime::<Utc>::default());
            let import = store::record::Import { person, organisation, id: domain::ImportId::from_uuid(Uuid::nil()), at };
            store::record::result::forget(tx, import, panel).await
        })).await;
        kept.unwrap();
        assert_eq!(texts(&me).await, ["1.3"]);
        for _ in 0..2 {
            desk.services.imports.reindex(&Actor::Operator, person).await.unwrap();
            assert_eq!(texts(&me).await, ["1.7", "1.3"]);
        }
        desk.import(bundle("collection", &[ellis(), with(version("1.7", 5), "status", json!("entered-in-error"))])).await.unwrap();
        assert_eq!(texts(&me).await, ["1.3"]);
    }

    async fn a_part_that_was_never_measured_alone_is_one_line_across_panels(place: &Place) {
        let desk = Desk::at(place).await;
        let clinic = desk.services.organisations.ensure(&Actor::Operator, "B2", "Private Clinic", OrganisationKind::Hospital).await.unwrap();
        let mut other = lipids("x1", "2025-09-01", "50");
        other["code"] = json!({ "coding": [{ "system": "http://loinc.org", "code": "24331-1" }], "text": "Fats" });
        let by_mass = lab("x", HDL_BY_MASS, "2025-09-01", ("50", "mg/dL"), None);
        other["component"] = json!([{ "code": by_mass["code"], "valueQuantity": by_mass["valueQuantity"] }]);
        let person = desk.import(bundle("collection", &[
            ellis(), lipids("p1", "2025-03-05", "1.2"), lipids("p2", "2026-03-05", "1.4"),
        ])).await.unwrap().person;
        desk.import_from(&clinic, bundle("collection", &[ellis(), other]), Some(Expected::Person(person))).await.unwrap();
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let records = &desk.services.records;
        let (panel, fats) = (desk.titled(person, Category::Result, "Lipid panel").await, desk.titled(person, Category::Result, "Fats").await);
        let shared = async |reader: &Actor, id: EntryId| {
            let seen = records.entry(reader, person, id).await.unwrap().result.unwrap();
            (seen.over_time, seen.parts_over_time)
        };
        assert_eq!(shared(&me, panel).await, (true, vec![0]), "the other part is in the line of its panel alone");
        assert_eq!(shared(&me, fats).await, (false, vec![0]));
        let of = |part: usize| TrendAsked { part: Some(part), ..TrendAsked::of(TrendSpan::All) };
        let before = desk.events(person.as_uuid()).await;
        let seen = records.trend(&me, person, fats, of(0)).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, before + 1);
        assert_eq!((seen.title.as_str(), seen.unit.as_deref()), ("HDL cholesterol", Some("mmol/L")));
        let values: Vec<(&str, Option<&str>)> = seen.points.iter()
            .map(|point| (point.value.text.as_str(), point.converted.as_ref().map(|other| other.text.as_str()))).collect();
        assert_eq!(values, [("1.4", None), ("50", Some("1.3")), ("1.2", None)]);
        // What is no part of it is not found.
        for (id, part) in [(fats, 1), (panel, 2)] {
            assert!(matches!(records.trend(&me, person, id, of(part)).await, Err(ServiceError::NotFound)));
        }
        // To whom the other panel is not open, nothing tells of it.
        desk.services.hidings.hide_entry(&me, person, fats, HiddenFrom::All).await.unwrap();
        assert_eq!(shared(&ann, panel).await, (true, Vec::new()));
        assert_eq!(records.trend(&ann, person, panel, of(0)).await.unwrap().points.len(), 2);
        assert!(matches!(records.trend(&ann, person, fats, of(0)).await, Err(ServiceError::NotFound)));
    }

    async fn parts_that_are_only_drawn_are_in_the_line_of_their_own_code(place: &Place) {
        let desk = Desk::at(place).await;
        let first = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        let days: Vec<chrono::NaiveDate> = (0..40).map(|n| first + chrono::TimeDelta::days(n)).collect();
        let panels = days.iter().zip(10..).map(|(day, n)| lipids(&format!("p{n}"), &day.to_string(), &format!("{}.{}", n / 10, n % 10)));
        let alone = lab("x1", HDL_BY_MASS, "2024-01-01", ("50", "mg/dL"), None);
        let person = desk.import(bundle("collection", &[ellis(), alone].into_iter().chain(panels).collect::<Vec<_>>())).await.unwrap().person;
        let seen = trend_of(&desk, &Actor::Operator, person, "HDL cholesterol").await;
        assert_eq!((seen.title.as_str(), seen.points.len(), seen.rows.len()), ("HDL cholesterol", 41, service::TREND_PAGE));
        let drawn: Vec<i64> = seen.drawn.iter().map(|point| point.high).collect();
        assert_eq!(drawn, std::iter::once(1293).chain((10..50).map(|n| n * 100)).collect::<Vec<_>>());
    }

    async fn words_are_in_the_table_alone_and_bounds_are_in_the_picture_as_such(place: &Place) {
        let desk = Desk::at(place).await;
        let crp = ("1988-5", "CRP");
        let mut low = lab("c1", crp, "2026-01-01", ("4", "mg/L"), None);
        low["valueQuantity"]["comparator"] = json!("<");
        let mut words = lab("c2", crp, "2026-02-01", ("4", "mg/L"), None);
        words.as_object_mut().unwrap().remove("valueQuantity");
        words["valueString"] = json!("Sample haemolysed");
        let person = desk.import(bundle("collection", &[
            ellis(), low, words, lab("c3", crp, "2026-03-01", ("12", "mg/L"), None), with(lab("c4", crp, "2026-04-01", ("9", "mg/L"), None), "status", json!("cancelled")),
        ])).await.unwrap().person;
        let seen = trend_of(&desk, &Actor::Operator, person, "CRP").await;
        let told: Vec<(&str, bool)> = seen.points.iter().map(|point| (point.value.text.as_str(), point.drawn.is_some())).collect();
        assert_eq!(told, [("12", true), ("Sample haemolysed", false), ("<4", false)]);
        let limits: Vec<Option<i64>> = seen.points.iter().map(|point| point.limit.map(|(_, number)| number)).collect();
        assert_eq!(limits, [None, None, Some(4000)]);
        assert_eq!(seen.band, Band::Absent);
        assert!(seen.points.iter().all(|point| point.placed.is_none()), "no range, no verdict");
    }

    async fn parts_are_read_over_time_each_by_its_code(place: &Place) {
        let desk = Desk::at(place).await;
        let part = |code: &str, words: &str, number: i64, unit: &str| json!({
            "code": { "coding": [{ "system": "http://loinc.org", "code": code }], "text": words },
            "valueQuantity": { "value": number, "unit": unit },
        });
        let panel = |id: &str, at: &str, parts: &[Value]| json!({
            "resourceType": "Observation", "id": id, "status": "final", "subject": { "reference": "Patient/m1" },
            "code": { "coding": [{ "system": "http://loinc.org", "code": "9269-2" }], "text": "Coma scale" },
            "effectiveDateTime": at, "component": parts,
        });
        let named_otherwise = [part("9267-6", "Eyes", 4, "{score}"), part("9268-4", "Movement", 6, "{score}")];
        let newest = [part("9268-4", "Best motor response", 5, "{score}"), part("9267-6", "Eyes open", 3, "{score}")];
        // Of the two that have one code nothing says which is meant; what has no value is nothing over time.
        let twice = [part("9267-6", "Eyes", 1, "{score}"), part("9267-6", "Eyes", 2, "{score}")];
        let person = desk.import(bundle("collection", &[
            ellis(), panel("g1", "2025-03-05", &named_otherwise), panel("g2", "2026-03-05", &newest), panel("g3", "2025-09-05", &twice),
            panel("g4", "2025-10-05", &[]),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let lines = desk.lines(&me, person, Category::Result).await;
        let id = lines.iter().find(|line| line.happened.is_some_and(|when| when.to_string().starts_with("2026"))).unwrap().id;
        let records = &desk.services.records;
        assert!(records.entry(&me, person, id).await.unwrap().result.unwrap().over_time);
        let seen = records.trend(&me, person, id, TrendAsked::of(TrendSpan::All)).await.unwrap();
        assert_eq!(seen.points.iter().map(|point| point.parts.len()).collect::<Vec<_>>(), [2, 2, 2], "without what says nothing");
        assert!(seen.drawn.is_empty());
        let drawn: Vec<(&str, Vec<i64>)> =
            seen.lines.iter().map(|line| (line.name.as_str(), line.points.iter().map(|point| point.high).collect())).collect();
        assert_eq!(drawn, [("Best motor response", vec![6000, 5000]), ("Eyes open", vec![4000, 3000])]);
        // Hidden from somebody, a result is in no line that they see.
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        desk.services.hidings.hide_entry(&me, person, seen.rows[2].id, HiddenFrom::All).await.unwrap();
        let hers = records.trend(&ann, person, id, TrendAsked::of(TrendSpan::All)).await.unwrap();
        assert_eq!(hers.lines.iter().map(|line| line.points.len()).collect::<Vec<_>>(), [1, 1]);
    }

    async fn a_blood_pressure_is_two_lines_across_code_systems_of_its_parts(place: &Place) {
        let desk = Desk::at(place).await;
        let part = |system: &str, code: &str, number: i64| json!({
            "code": { "coding": [{ "system": system, "code": code }] }, "valueQuantity": { "value": number, "unit": "mmHg" },
        });
        let pressure = |id: &str, at: &str, parts: &[Value]| json!({
            "resourceType": "Observation", "id": id, "status": "final", "subject": { "reference": "Patient/m1" },
            "category": [{ "coding": [{ "code": "vital-signs" }] }],
            "code": { "coding": [{ "system": "http://loinc.org", "code": "85354-9" }], "text": "Blood pressure" },
            "effectiveDateTime": at, "component": parts,
        });
        let (loinc, snomed) = ("http://loinc.org", "http://snomed.info/sct");
        let person = desk.import(bundle("collection", &[
            ellis(), pressure("b1", "2025-03-05", &[part(loinc, "8480-6", 142), part(loinc, "8462-4", 88)]),
            pressure("b2", "2026-03-05", &[part(snomed, "72313002", 131), part(snomed, "1091811000000102", 79)]),
        ])).await.unwrap().person;
        let seen = trend_of(&desk, &Actor::Operator, person, "Blood pressure").await;
        let drawn: Vec<(&str, Vec<i64>)> =
            seen.lines.iter().map(|line| (line.key.as_str(), line.points.iter().map(|point| point.high / 1000).collect())).collect();
        assert_eq!(drawn, [("systolic", vec![142, 131]), ("diastolic", vec![88, 79])]);
        assert!(seen.drawn.is_empty() && seen.points.iter().all(|point| point.told_apart.is_empty()));
    }

    async fn every_look_is_audited_once(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &panel())).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (records, events) = (&desk.services.records, async || desk.events(person.as_uuid()).await);
        let before = events().await;
        records.results(&me, person, None).await.unwrap();
        assert_eq!(events().await, before + 1);
        let potassium = desk.titled(person, Category::Result, "Potassium").await;
        let before = events().await;
        records.trend(&me, person, potassium, TrendAsked::of(TrendSpan::All)).await.unwrap();
        assert_eq!(events().await, before + 1);
    }

    async fn every_result_is_drawn_on_a_page_and_listed_on_one(place: &Place) {
        let desk = Desk::at(place).await;
        let first = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        let days: Vec<chrono::NaiveDate> = (0..230).map(|n| first + chrono::TimeDelta::days(n)).collect();
        let tests = days.iter().zip(1000..).map(|(day, n)| {
            lab(&format!("o{n}"), POTASSIUM, &day.to_string(), (&format!("{}.{}", n / 10, n % 10), "mmol/L"), Some(("3.5", "5.3")))
        });
        let person = desk.import(bundle("collection", &std::iter::once(ellis()).chain(tests).collect::<Vec<_>>())).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let wanted: Vec<String> = (1000..1230).rev().map(|n| format!("{}.{}", n / 10, n % 10)).collect();
        let id = desk.titled(person, Category::Result, "Potassium").await;
        for reader in [&me, &ann] {
            let (mut after, mut listed, mut entries) = (None, Vec::new(), BTreeSet::new());
            loop {
                let seen = desk.services.records.trend(reader, person, id, TrendAsked { after, ..TrendAsked::of(TrendSpan::All) }).await.unwrap();
                // In their order, those that the table says and those that are only drawn.
                let texts: Vec<&str> = seen.points.iter().map(|point| point.value.text.as_str()).collect();
                let from = listed.len();
                let most = (wanted.len() - from).min(service::TREND_MOST);
                assert_eq!(texts, wanted[from..from + most].iter().map(String::as_str).collect::<Vec<_>>());
                assert_eq!(seen.is_cut, wanted.len() - from > service::TREND_MOST);
                assert_eq!(seen.drawn.len(), most, "each has a point of its own");
                assert!(seen.points.iter().all(|point| point.drawn.is_some() && point.placed.is_some()));
                assert_eq!(seen.band, Band::One { low: Some("3.5".to_owned()), high: Some("5.3".to_owned()) });
                listed.extend(texts[..seen.rows.len()].iter().map(|text| (*text).to_owned()));
                entries.extend(seen.rows.iter().map(|row| row.id.to_string()));
                match seen.next {
                    Some(next) => after = Some(next.to_string().parse().unwrap()),
                    None => break,
                }
            }
            assert_eq!((&listed, entries.len()), (&wanted, wanted.len()));
        }
    }

    async fn parts_that_are_only_drawn_are_those_that_were_told(place: &Place) {
        let desk = Desk::at(place).await;
        let first = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        let part = |code: &str, number: i64| json!({
            "code": { "coding": [{ "system": "http://loinc.org", "code": code }] }, "valueQuantity": { "value": number, "unit": "mmHg" },
        });
        let pressures = (0..40_i64).map(|n| json!({
            "resourceType": "Observation", "id": format!("b{n}"), "status": "final", "subject": { "reference": "Patient/m1" },
            "category": [{ "coding": [{ "code": "vital-signs" }] }],
            "code": { "coding": [{ "system": "http://loinc.org", "code": "85354-9" }], "text": "Blood pressure" },
            "effectiveDateTime": (first + chrono::TimeDelta::days(n)).to_string(),
            "component": [part("8480-6", 120 + n), part("8462-4", 70 + n)],
        }));
        let person = desk.import(bundle("collection", &std::iter::once(ellis()).chain(pressures).collect::<Vec<_>>())).await.unwrap().person;
        let seen = trend_of(&desk, &Actor::Operator, person, "Blood pressure").await;
        assert_eq!((seen.points.len(), seen.rows.len(), seen.is_cut), (40, service::TREND_PAGE, false));
        let drawn: Vec<(&str, Vec<i64>)> =
            seen.lines.iter().map(|line| (line.key.as_str(), line.points.iter().map(|point| point.high / 1000).collect())).collect();
        assert_eq!(drawn, [("systolic", (120..160).collect::<Vec<_>>()), ("diastolic", (70..110).collect::<Vec<_>>())]);
    }

    async fn something_else_is_shown_over_the_same_time(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(), lab("k1", POTASSIUM, "2024-03-05", ("4.1", "mmol/L"), None), lab("k2", POTASSIUM, "2026-02-05", ("4.3", "mmol/L"), None),
            lab("n1", SODIUM, "2019-03-05", ("139", "mmol/L"), None), lab("n2", SODIUM, "2026-01-05", ("141", "mmol/L"), None),
            lab("c1", CREATININE, "2026-01-05", ("88", "umol/L"), None),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let records = &desk.services.records;
        let (potassium, creatinine) =
            (desk.titled(person, Category::Result, "Potassium").await, desk.titled(person, Category::Result, "Creatinine").await);
        let asked = TrendAsked::of(TrendSpan::All);
        let names = |seen: &TrendSeen| -> Vec<String> { seen.others.iter().flatten().map(|other| other.title.clone()).collect() };
        let alone = records.trend(&me, person, potassium, asked).await.unwrap();
        assert!(alone.beside.is_none() && alone.others.is_none(), "nothing is read that was not asked for");
        let before = desk.events(person.as_uuid()).await;
        let choosing = records.trend(&me, person, potassium, TrendAsked { choose: true, ..asked }).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, before + 1);
        let (told, _) = desk.services.activity.of_record(&Actor::Operator, person, None).await.unwrap();
        let listed: Vec<bool> = told.iter().filter(|item| item.detail.get("page").is_some_and(|page| page == "trend"))
            .map(|item| item.detail.get("category").is_some_and(|category| category == "results")).collect();
        assert_eq!((listed.len(), listed.iter().filter(|listed| **listed).count()), (2, 1), "the list of the others is told of");
        assert_eq!(names(&choosing), ["Creatinine", "Sodium"], "each once, and not the same thing");
        let sodium = choosing.others.iter().flatten().find(|other| other.title == "Sodium").unwrap().id;
        let with = TrendAsked { with: Some(sodium), ..asked };
        let before = desk.events(person.as_uuid()).await;
        let both = records.trend(&me, person, potassium, with).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, before + 1);
        let texts = |seen: &TrendSeen| -> Vec<String> { seen.points.iter().map(|point| point.value.text.clone()).collect() };
        let beside = both.beside.as_ref().unwrap();
        assert_eq!((texts(&both), texts(beside)), (vec!["4.3".to_owned(), "4.1".to_owned()], vec!["141".to_owned(), "139".to_owned()]));
        let shown: Vec<&str> = both.others.iter().flatten().filter(|other| other.is_shown).map(|other| other.title.as_str()).collect();
        assert_eq!((shown, beside.rows.len()), (vec!["Sodium"], 2));
        let five = records.trend(&me, person, potassium, TrendAsked { span: TrendSpan::Five, ..with }).await.unwrap();
        assert_eq!(texts(five.beside.as_ref().unwrap()), ["141"], "over the same time");
        // The same thing, and what is not open, are as if they had not been asked for.
        let same = records.trend(&me, person, potassium, TrendAsked { with: Some(potassium), ..asked }).await.unwrap();
        assert!(same.beside.is_none());
        desk.services.hidings.hide_entry(&me, person, creatinine, HiddenFrom::All).await.unwrap();
        let hidden = records.trend(&ann, person, potassium, TrendAsked { with: Some(creatinine), choose: true, ..asked }).await.unwrap();
        assert!(hidden.beside.is_none());
        assert_eq!(names(&hidden), ["Sodium"]);
        assert!(records.trend(&me, person, potassium, TrendAsked { with: Some(creatinine), ..asked }).await.unwrap().beside.is_some());
        let unknown = TrendAsked { with: Some(EntryId::from_uuid(Uuid::from_u128(7))), ..asked };
        assert!(records.trend(&me, person, potassium, unknown).await.unwrap().beside.is_none());
    }

    async fn what_is_measured_at_home_of_the_same_thing_stands_apart_and_counts_in_nothing(place: &Place) {
        let desk = Desk::at(place).await;
        let (sugar, range) = (("14749-6", "Glucose"), Some(("3.0", "6.0")));
        let person = desk.import(bundle("collection", &[
            ellis(), lab("g1", sugar, "2026-01-05", ("5.1", "mmol/L"), range), lab("g2", sugar, "2026-02-05", ("5.5", "mmol/L"), range),
            lab("k1", POTASSIUM, "2026-02-05", ("4.1", "mmol/L"), None),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (records, readings) = (&desk.services.records, &desk.services.readings);
        let (glucose, potassium) =
            (desk.titled(person, Category::Result, "Glucose").await, desk.titled(person, Category::Result, "Potassium").await);
        let asked = TrendAsked { own: true, ..TrendAsked::of(TrendSpan::All) };
        assert_eq!(records.trend(&me, person, glucose, asked).await.unwrap().own, None, "nothing was measured");
        for number in ["7.2", "19.4"] {
            readings.add(&me, person, Measure::Glucose, &reading(&desk, &[number])).await.unwrap();
        }
        // As long as it is not asked for, nothing of it is read but that it is there.
        let plain = records.trend(&me, person, glucose, TrendAsked::of(TrendSpan::All)).await.unwrap();
        let own = plain.own.as_ref().unwrap();
        assert_eq!((own.measure, own.is_shown, own.days.len(), own.drawn.len()), (Measure::Glucose, false, 0, 0));
        let before = desk.events(person.as_uuid()).await;
        let seen = records.trend(&me, person, glucose, asked).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, before + 1);
        let (told, _) = desk.services.activity.of_record(&Actor::Operator, person, None).await.unwrap();
        let owns = told.iter().filter(|item| item.detail.get("own").is_some_and(|own| own == "blood-glucose")).count();
        assert_eq!(owns, 1, "that it was read is told");
        let own = seen.own.as_ref().unwrap();
        let day = own.days[0];
        assert_eq!((own.days.len(), day.readings, day.low.thousandths(), day.high.thousandths()), (1, 2, 7200, 19_400));
        assert_eq!(own.drawn.iter().map(|point| (point.low, point.high)).collect::<Vec<_>>(), [(7200, 19_400)]);
        // The results are as they were, with their own range.
        assert_eq!((&seen.points, &seen.rows, &seen.drawn, &seen.band), (&plain.points, &plain.rows, &plain.drawn, &plain.band));
        // Something else has none; and whoever may not see readings at home is not told that there are any.
        assert_eq!(records.trend(&me, person, potassium, asked).await.unwrap().own, None);
        let (ann, _) = desk.carer_of(person, Scopes::NONE.with(Scope::Tests), general()).await;
        assert_eq!(records.trend(&ann, person, glucose, asked).await.unwrap().own, None);
        let (ben, _) = desk.carer_of(person, Scopes::NONE.with(Scope::Tests).with(Scope::Readings), general()).await;
        assert_eq!(records.trend(&ben, person, glucose, asked).await.unwrap().own, seen.own);
    }

    async fn what_a_practice_measured_is_not_said_to_be_measured_at_home(place: &Place) {
        let desk = Desk::at(place).await;
        let glucose = lab("g1", ("14749-6", "Glucose"), "2026-02-05", ("5.5", "mmol/L"), None);
        let person = desk.import(bundle("collection", &[ellis(), glucose])).await.unwrap().person;
        let (me, gp) = (desk.account_of(&[person]).await, desk.clinician_at(&desk.practice).await);
        desk.shares(person, OrganisationKind::Practice, general()).await;
        let (records, readings) = (&desk.services.records, &desk.services.readings);
        let glucose = desk.titled(person, Category::Result, "Glucose").await;
        let asked = TrendAsked { own: true, ..TrendAsked::of(TrendSpan::All) };
        let entered = |number: &str, how: &str| EnterForm { reading: reading(&desk, &[number]), how: how.to_owned() };
        readings.enter_for(&gp, person, Measure::Glucose, &entered("19.4", "practice")).await.unwrap();
        let result = records.entry(&me, person, glucose).await.unwrap().result.unwrap();
        assert!(!result.over_time, "one result, and nothing measured at home");
        assert_eq!(records.trend(&me, person, glucose, asked).await.unwrap().own, None);
        // What was told by phone was measured at home.
        readings.enter_for(&gp, person, Measure::Glucose, &entered("7.2", "phone")).await.unwrap();
        let own = records.trend(&me, person, glucose, asked).await.unwrap().own.unwrap();
        let days: Vec<_> = own.days.iter().map(|day| (day.readings, day.low.thousandths(), day.high.thousandths())).collect();
        assert_eq!(days, [(1, 7200, 7200)]);
    }

    async fn no_more_than_ten_years_of_what_was_measured_at_home_are_shown(place: &Place) {
        let desk = Desk::at(place).await;
        let glucose = lab("g1", ("14749-6", "Glucose"), "2026-02-05", ("5.5", "mmol/L"), None);
        let person = desk.import(bundle("collection", &[ellis(), glucose])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (records, readings) = (&desk.services.records, &desk.services.readings);
        let glucose = desk.titled(person, Category::Result, "Glucose").await;
        let asked = TrendAsked { own: true, ..TrendAsked::of(TrendSpan::All) };
        let shown = async |asked: TrendAsked| {
            let own = records.trend(&me, person, glucose, asked).await.unwrap().own.unwrap();
            (own.days.iter().map(|day| day.high.thousandths()).collect::<Vec<_>>(), own.is_cut)
        };
        readings.add(&me, person, Measure::Glucose, &reading(&desk, &["7.2"])).await.unwrap();
        assert_eq!(shown(asked).await, (vec![7200], false));
        let day = ["1", "2", "2010"].map(str::to_owned);
        let old = service::ReadingForm { day, time: "8am".to_owned(), ..reading(&desk, &["8.1"]) };
        readings.add(&me, person, Measure::Glucose, &old).await.unwrap();
        assert_eq!(shown(asked).await, (vec![7200], true), "there is more");
        assert_eq!(shown(TrendAsked { span: TrendSpan::Ten, ..asked }).await, (vec![7200], false), "no more was asked for");
    }

    async fn what_is_shown_beside_is_among_the_choices_however_many_things_are_newer(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(), lab("k", POTASSIUM, "2026-10-01", ("4.1", "mmol/L"), None), lab("n", SODIUM, "2015-01-01", ("140", "mmol/L"), None),
        ])).await.unwrap().person;
        let (potassium, sodium) =
            (desk.titled(person, Category::Result, "Potassium").await, desk.titled(person, Category::Result, "Sodium").await);
        let first = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
        let many = (0..205_i64).map(|n| {
            let (id, code, words) = (format!("x{n}"), format!("9{n:04}-0"), format!("Thing {n}"));
            lab(&id, (code.as_str(), words.as_str()), &(first + chrono::TimeDelta::days(n)).to_string(), ("1", "mmol/L"), None)
        });
        desk.import(bundle("collection", &std::iter::once(ellis()).chain(many).collect::<Vec<_>>())).await.unwrap();
        let asked = TrendAsked { with: Some(sodium), ..TrendAsked::of(TrendSpan::All) };
        let seen = desk.services.records.trend(&Actor::Operator, person, potassium, asked).await.unwrap();
        let others = seen.others.unwrap();
        let shown: Vec<EntryId> = others.iter().filter(|other| other.is_shown).map(|other| other.id).collect();
        assert_eq!((shown, others.len()), (vec![sodium], 200));
        let has = |title: &str| others.iter().any(|other| other.title == title);
        assert!(has("Thing 204") && has("Thing 6") && !has("Thing 5"), "the newest");
    }

    async fn only_what_can_be_drawn_is_offered_over_the_same_time(place: &Place) {
        let desk = Desk::at(place).await;
        let said = |id: &str, what: (&str, &str), at: &str, words: &str| {
            let mut result = lab(id, what, at, ("1", "mmol/L"), None);
            result.as_object_mut().unwrap().remove("valueQuantity");
            with(result, "valueString", json!(words))
        };
        let mut colours = lipids("p1", "2026-01-05", "1.2");
        colours["code"] = json!({ "coding": [{ "system": "http://loinc.org", "code": "24357-6", "display": "Urine panel" }], "text": "Urine panel" });
        for part in colours["component"].as_array_mut().unwrap() {
            part.as_object_mut().unwrap().remove("valueQuantity");
            part["valueString"] = json!("Clear");
        }
        let mut below = lab("d", ("48065-7", "D-dimer"), "2026-01-05", ("150", "ug/L"), None);
        below["valueQuantity"]["comparator"] = json!("<");
        let person = desk.import(bundle("collection", &[
            ellis(), lab("k1", POTASSIUM, "2026-02-05", ("4.3", "mmol/L"), None), lipids("p2", "2026-01-05", "1.2"), colours, below,
            said("c1", ("5778-6", "Colour of urine"), "2026-01-05", "Yellow"), said("t1", ("22587-0", "Titre"), "2026-01-05", "1:80"),
            // The newest says no number, and the one before is drawn.
            lab("n1", SODIUM, "2025-01-05", ("141", "mmol/L"), None), said("n2", SODIUM, "2026-01-05", "Sample haemolysed"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let potassium = desk.titled(person, Category::Result, "Potassium").await;
        let asked = TrendAsked { choose: true, ..TrendAsked::of(TrendSpan::All) };
        for reader in [&me, &ann] {
            let seen = desk.services.records.trend(reader, person, potassium, asked).await.unwrap();
            let others: Vec<&str> = seen.others.iter().flatten().map(|other| other.title.as_str()).collect();
            assert_eq!(others, ["Lipid panel", "Sodium"]);
        }
    }

    async fn what_has_older_results_than_are_here_has_nothing_beside_those(place: &Place) {
        let desk = Desk::at(place).await;
        let first = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
        let count = i64::try_from(service::TREND_MOST).unwrap() + 50;
        let day = |n: i64| (first + chrono::TimeDelta::days(n)).to_string();
        let many = (0..count).map(|n| lab(&format!("k{n}"), POTASSIUM, &day(n), ("4.1", "mmol/L"), None));
        let few = [0, 20, 60, 240].map(|n| lab(&format!("n{n}"), SODIUM, &day(n), ("140", "mmol/L"), None));
        let sent: Vec<Value> = std::iter::once(ellis()).chain(many).chain(few).collect();
        let person = desk.import(bundle("collection", &sent)).await.unwrap().person;
        let records = &desk.services.records;
        let (potassium, sodium) =
            (desk.titled(person, Category::Result, "Potassium").await, desk.titled(person, Category::Result, "Sodium").await);
        let asked = TrendAsked { with: Some(sodium), ..TrendAsked::of(TrendSpan::All) };
        let seen = records.trend(&Actor::Operator, person, potassium, asked).await.unwrap();
        assert!(seen.is_cut);
        assert_eq!(seen.beside.unwrap().points.len(), 2, "of days 60 and 240");
        // The other way round nothing is cut off, and each has what there is.
        let asked = TrendAsked { with: Some(potassium), ..TrendAsked::of(TrendSpan::All) };
        let seen = records.trend(&Actor::Operator, person, sodium, asked).await.unwrap();
        let beside = seen.beside.unwrap();
        assert_eq!((seen.points.len(), beside.points.len(), beside.is_cut), (4, service::TREND_MOST, true));
        assert_eq!(seen.spans, [TrendSpan::Year, TrendSpan::Five, TrendSpan::Ten, TrendSpan::All]);
    }

    async fn ten_thousand_results_are_as_quick_as_a_hundred(place: &Place) {
        let desk = Desk::at(place).await;
        let mut lines = vec![ellis().to_string()];
        for n in 0..10_000_i64 {
            let day = chrono::NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + chrono::TimeDelta::days(n / 2);
            let id = format!("o{n}");
            let one = lab(&id, if n % 4 == 0 { POTASSIUM } else { SODIUM }, &day.to_string(), ("4.1", "mmol/L"), Some(("3.5", "5.3")));
            lines.push(one.to_string());
            if n % 10 == 9 {
                let members: Vec<String> = (n - 9..=n).map(|n| format!("o{n}")).collect();
                let members: Vec<&str> = members.iter().map(String::as_str).collect();
                lines.push(report(&format!("r{n}"), "final", &day.to_string(), &members, &[]).to_string());
            }
        }
        let person = desk.import(lines.join("\n")).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let page = list(&desk, &me, person).await;
        assert_eq!((page.lines.len(), page.lines[0].members.len()), (service::RESULTS_PAGE, 10));
        // Every report once, to the end.
        let (mut after, mut reports) = (None, 0);
        loop {
            let page = desk.services.records.results(&me, person, after).await.unwrap();
            reports += page.lines.len();
            assert!(page.lines.iter().all(|line| line.is_report));
            match page.next {
                Some(next) => after = Some(next.to_string().parse().unwrap()),
                None => break,
            }
        }
        assert_eq!(reports, 1_000);
        let potassium = page.lines.iter().flat_map(|line| &line.members).find(|line| line.title == "Potassium").unwrap().id;
        for reader in [&me, &ann] {
            let mut taken = Vec::new();
            for _ in 0..10 {
                let begun = Instant::now();
                let seen = desk.services.records.trend(reader, person, potassium, TrendAsked::of(TrendSpan::All)).await.unwrap();
                taken.push(begun.elapsed());
                assert_eq!((seen.points.len(), seen.rows.len()), (service::TREND_MOST, service::TREND_PAGE));
                assert!(seen.is_cut && seen.next.is_some());
                assert!(seen.drawn.len() <= 140, "{}", seen.drawn.len());
            }
            taken.sort();
            // Unoptimised, beside other tests: what reads all of it takes a hundred times as long.
            assert!(taken[4] < Duration::from_millis(400), "{taken:?}");
        }
    }
}
