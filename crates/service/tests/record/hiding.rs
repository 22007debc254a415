use super::*;
use domain::scope::Scope;
use proptest::prelude::*;
use service::{EntryView, HiddenFrom, HiddenThing};
use std::collections::BTreeSet;

fn ellis() -> Value {
    patient("m1", Some("9990548609"), "Ellis", "1948-11-04")
}

fn four() -> String {
    bundle(
        "collection",
        &[
            ellis(),
            problem("c1", "m1", "Asthma", "active", "2019"),
            problem("c2", "m1", "Gout", "resolved", "2016"),
            problem("c3", "m1", "Eczema", "active", "2017"),
            weight("o1", "m1", "2026-03-04T10:40:00Z", "61"),
        ],
    )
}

async fn titles(desk: &Desk, reader: &Actor, person: PersonId, category: Category) -> Vec<String> {
    desk.lines(reader, person, category).await.into_iter().map(|line| line.title).collect()
}

testkit::both_engines! {
    async fn what_is_hidden_is_gone_for_whom_it_is_hidden_from_and_comes_back(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(four()).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, by_ann) = desk.carer_of(person, Scopes::all(), general()).await;
        let (ben, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let hidings = &desk.services.hidings;
        let asthma = desk.titled(person, Category::Problem, "Asthma").await;
        let first = hidings.hide_entry(&me, person, asthma, HiddenFrom::Relationship(by_ann)).await.unwrap();
        // Twice is once, and is told once.
        let events = desk.events(person.as_uuid()).await;
        assert_eq!(hidings.hide_entry(&me, person, asthma, HiddenFrom::Relationship(by_ann)).await.unwrap(), first);
        assert_eq!(desk.events(person.as_uuid()).await, events);
        assert_eq!(titles(&desk, &ann, person, Category::Problem).await, ["Eczema", "Gout"]);
        assert_eq!(titles(&desk, &ben, person, Category::Problem).await, ["Asthma", "Eczema", "Gout"]);
        assert_eq!(titles(&desk, &me, person, Category::Problem).await, ["Asthma", "Eczema", "Gout"]);
        desk.clock.advance(chrono::TimeDelta::minutes(1));
        let all = hidings.hide_entry(&me, person, asthma, HiddenFrom::All).await.unwrap();
        assert_ne!(all, first);
        assert_eq!(titles(&desk, &ben, person, Category::Problem).await, ["Eczema", "Gout"]);
        // Who comes later does not see it either.
        let (cat, _) = desk.carer_of(person, Scopes::all(), general()).await;
        assert_eq!(titles(&desk, &cat, person, Category::Problem).await, ["Eczema", "Gout"]);
        // An organisation is not bound by what is hidden from carers.
        let clinician = desk.clinician_at(&desk.practice).await;
        assert_eq!(titles(&desk, &clinician, person, Category::Problem).await, ["Asthma", "Eczema", "Gout"]);
        let listed = hidings.of_person(&me, person).await.unwrap();
        assert_eq!(listed.iter().map(|one| (one.id, one.from, one.carer.as_deref())).collect::<Vec<_>>(), [
            (all, HiddenFrom::All, None), (first, HiddenFrom::Relationship(by_ann), Some("Ann Carer")),
        ]);
        assert!(matches!(&listed[0].what, HiddenThing::Entry { id, title, .. } if *id == asthma && title.as_deref() == Some("Asthma")));
        let privacy = hidings.of_entry(&me, person, asthma).await.unwrap();
        assert_eq!((privacy.hidings.len(), privacy.sensitivity(), privacy.chosen), (2, Sensitivity::General, None));
        for id in [all, all, first] {
            hidings.show_again(&me, person, id).await.unwrap();
        }
        for carer in [&ann, &ben, &cat] {
            assert_eq!(titles(&desk, carer, person, Category::Problem).await, ["Asthma", "Eczema", "Gout"]);
        }
        let whole = hidings.hide_category(&me, person, Category::Problem, HiddenFrom::Relationship(by_ann)).await.unwrap();
        assert!(titles(&desk, &ann, person, Category::Problem).await.is_empty());
        assert_eq!(titles(&desk, &ben, person, Category::Problem).await.len(), 3);
        assert_eq!(hidings.of_entry(&me, person, asthma).await.unwrap().of_category[0].id, whole);
        hidings.show_again(&me, person, whole).await.unwrap();
        assert!(hidings.of_person(&me, person).await.unwrap().is_empty());
    }

    async fn what_was_given_out_is_hidden_with_its_medicine_wherever_it_came_from(place: &Place) {
        let desk = Desk::at(place).await;
        let of = |kind: &str, id: &str, title: &str, code: &str, more: Value| {
            let mut one = json!({ "resourceType": kind, "id": id, "subject": { "reference": "Patient/m1" },
                "medicationCodeableConcept": { "text": title, "coding": [{ "system": "http://snomed.info/sct", "code": code }] } });
            for (field, value) in more.as_object().unwrap() {
                one[field] = value.clone();
            }
            one
        };
        let order = |id: &str, title: &str, code: &str| {
            of("MedicationRequest", id, title, code, json!({ "status": "active", "intent": "order", "authoredOn": "2026-03-06" }))
        };
        let given = |id: &str, title: &str, code: &str, on: &str| {
            of("MedicationDispense", id, title, code, json!({ "status": "completed", "whenHandedOver": on }))
        };
        let brand = of("MedicationDispense", "g3", "Lustral", "333", json!({
            "status": "completed", "whenHandedOver": "2026-03-09", "authorizingPrescription": [{ "reference": "MedicationRequest/q1" }],
        }));
        let person = desk.import(bundle("collection", &[
            ellis(), order("q1", "Sertraline 50mg tablets", "111"), order("q2", "Paracetamol 500mg tablets", "222"),
            given("g1", "Sertraline 50mg tablets", "444", "2026-03-07"), given("g2", "Something for the mood", "111", "2026-03-08"),
            brand, given("g4", "Paracetamol 500mg tablets", "222", "2026-03-10"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, by_ann) = desk.carer_of(person, Scopes::all(), general()).await;
        let (ben, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let lines = desk.lines(&me, person, Category::Medicine).await;
        let tablets = lines.iter().find(|line| line.title.starts_with("Sertraline") && line.kind != "Medicine given out").unwrap().id;
        let seen = async |reader: &Actor| {
            let records = &desk.services.records;
            let timeline = records.timeline(reader, person, service::Narrowing::default(), None).await.unwrap();
            let overview = records.overview(reader, person).await.unwrap();
            let mut all = vec![serde_json::to_string(&timeline).unwrap(), serde_json::to_string(&overview).unwrap()];
            for words in ["sertraline", "lustral", "mood", "given"] {
                let asked = service::SearchAsked { words: words.to_owned(), ..Default::default() };
                all.push(serde_json::to_string(&records.search(reader, person, &asked).await.unwrap()).unwrap());
            }
            all.join("\n")
        };
        let told = |text: &str| ["Sertraline", "Lustral", "the mood"].map(|words| text.contains(words));
        assert_eq!((told(&seen(&ann).await), lines.len()), ([true; 3], 6));
        desk.services.hidings.hide_entry(&me, person, tablets, HiddenFrom::Relationship(by_ann)).await.unwrap();
        let left = ["Paracetamol 500mg tablets"; 2];
        assert_eq!(titles(&desk, &ann, person, Category::Medicine).await, left);
        assert_eq!(told(&seen(&ann).await), [false; 3]);
        assert_eq!((told(&seen(&ben).await), told(&seen(&me).await)), ([true; 3], [true; 3]));
        // What comes later is closed as well, also from elsewhere.
        let pharmacy = desk.services.organisations.ensure(&Actor::Operator, "FA1", "High Street Pharmacy", OrganisationKind::Pharmacy).await.unwrap();
        let later = bundle("collection", &[ellis(), given("h1", "SERTRALINE 50mg tablets", "555", "2026-04-07")]);
        desk.import_from(&pharmacy, later, Some(Expected::Person(person))).await.unwrap();
        let closed = desk.titled(person, Category::Medicine, "SERTRALINE 50mg tablets").await;
        assert!(matches!(desk.services.records.entry(&ann, person, closed).await, Err(ServiceError::NotFound)));
        assert_eq!(titles(&desk, &ann, person, Category::Medicine).await, left);
        assert_eq!(titles(&desk, &ben, person, Category::Medicine).await.len(), 7);
    }

    async fn what_was_given_out_is_hidden_however_it_names_its_prescription(place: &Place) {
        let desk = Desk::at(place).await;
        let prescription = "urn:uuid:0b1d6e0a-6f2c-4f6e-9a53-2f3f1c2b7a10";
        let medicine = |title: &str, code: &str| json!({ "text": title, "coding": [{ "system": "http://snomed.info/sct", "code": code }] });
        let order = |id: &str, title: &str, code: &str| json!({
            "resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "order", "authoredOn": "2026-03-06",
            "subject": { "reference": "Patient/m1" }, "medicationCodeableConcept": medicine(title, code),
        });
        let given = |id: &str, title: &str, code: &str, reference: &str| json!({
            "resourceType": "MedicationDispense", "id": id, "status": "completed", "whenHandedOver": "2026-03-09",
            "subject": { "reference": "Patient/m1" }, "medicationCodeableConcept": medicine(title, code),
            "authorizingPrescription": [{ "reference": reference }],
        });
        let entry = |resource: Value| json!({ "resource": resource });
        let file = json!({ "resourceType": "Bundle", "type": "collection", "entry": [
            entry(ellis()),
            { "fullUrl": prescription, "resource": order("q1", "Sertraline 50mg tablets", "111") },
            entry(order("q10", "Paracetamol 500mg tablets", "222")),
            entry(given("g1", "Lustral", "333", prescription)),
            entry(given("g2", "Zoloft", "444", "MedicationRequest/q1/_history/2")),
            entry(given("g3", "Panadol", "555", "MedicationRequest/q10/_history/2")),
            entry(given("g4", "Calpol", "666", "urn:uuid:0b1d6e0a-6f2c-4f6e-9a53-2f3f1c2b7a11")),
        ] });
        let person = desk.import(file.to_string()).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, by_ann) = desk.carer_of(person, Scopes::all(), general()).await;
        let named = async |reader: &Actor| titles(&desk, reader, person, Category::Medicine).await.into_iter().collect::<BTreeSet<_>>();
        assert_eq!(named(&ann).await.len(), 6);
        let tablets = desk.titled(person, Category::Medicine, "Sertraline 50mg tablets").await;
        desk.services.hidings.hide_entry(&me, person, tablets, HiddenFrom::Relationship(by_ann)).await.unwrap();
        let left = ["Paracetamol 500mg tablets", "Panadol", "Calpol"].map(str::to_owned);
        assert_eq!(named(&ann).await, BTreeSet::from(left));
        assert_eq!(named(&me).await.len(), 6);
    }

    async fn only_the_person_hides_and_labels_and_only_what_is_theirs(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(four()).await.unwrap().person;
        let other = desk.import(bundle("collection", &[
            patient("m2", None, "Okafor", "1990-01-01"), problem("x1", "m2", "Gout", "active", "2020"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, by_ann) = desk.carer_of(person, Scopes::all(), Labels::all()).await;
        let (_, elsewhere) = desk.carer_of(other, Scopes::all(), Labels::all()).await;
        let (stranger, clinician) = (desk.account_of(&[]).await, desk.clinician_at(&desk.practice).await);
        let hidings = &desk.services.hidings;
        let asthma = desk.titled(person, Category::Problem, "Asthma").await;
        let theirs = desk.titled(other, Category::Problem, "Gout").await;
        let hidden = hidings.hide_entry(&me, person, asthma, HiddenFrom::All).await.unwrap();
        for actor in [&ann, &stranger, &clinician] {
            for outcome in [
                hidings.hide_entry(actor, person, asthma, HiddenFrom::All).await.map(|_| ()),
                hidings.hide_category(actor, person, Category::Problem, HiddenFrom::All).await.map(|_| ()),
                hidings.relabel(actor, person, asthma, Some(Sensitivity::General)).await,
                hidings.show_again(actor, person, hidden).await,
                hidings.of_entry(actor, person, asthma).await.map(|_| ()),
                hidings.of_person(actor, person).await.map(|_| ()),
            ] {
                assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
            }
        }
        for outcome in [
            hidings.hide_entry(&me, person, theirs, HiddenFrom::All).await.map(|_| ()),
            hidings.hide_entry(&me, person, asthma, HiddenFrom::Relationship(elsewhere)).await.map(|_| ()),
            hidings.hide_category(&me, person, Category::Other, HiddenFrom::Relationship(by_ann)).await.map(|_| ()),
            hidings.relabel(&me, person, theirs, None).await,
            hidings.of_entry(&me, person, theirs).await.map(|_| ()),
        ] {
            assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
        }
        assert_eq!(hidings.of_person(&me, person).await.unwrap().len(), 1);
    }

    async fn a_newer_version_stays_hidden_and_keeps_its_label(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(four()).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let (asthma, gout) = (desk.titled(person, Category::Problem, "Asthma").await, desk.titled(person, Category::Problem, "Gout").await);
        let hidings = &desk.services.hidings;
        hidings.hide_entry(&me, person, asthma, HiddenFrom::All).await.unwrap();
        hidings.relabel(&me, person, gout, Some(Sensitivity::Mental)).await.unwrap();
        let events = desk.events(person.as_uuid()).await;
        hidings.relabel(&me, person, gout, Some(Sensitivity::Mental)).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, events, "saying it again is no act");
        desk.import(bundle("collection", &[
            ellis(), problem("c1", "m1", "Asthma, worse", "active", "2019"), problem("c2", "m1", "Gout again", "active", "2016"),
        ])).await.unwrap();
        desk.services.imports.reindex(&Actor::Operator, person).await.unwrap();
        assert_eq!(titles(&desk, &ann, person, Category::Problem).await, ["Eczema"]);
        let mine = desk.services.records.entry(&me, person, gout).await.unwrap();
        assert_eq!((mine.line.title.as_str(), mine.line.sensitivity), ("Gout again", Sensitivity::Mental));
        let privacy = hidings.of_entry(&me, person, gout).await.unwrap();
        assert_eq!((privacy.source, privacy.chosen), (Sensitivity::General, Some(Sensitivity::Mental)));
        hidings.relabel(&me, person, gout, None).await.unwrap();
        assert_eq!(titles(&desk, &ann, person, Category::Problem).await, ["Eczema", "Gout again"]);
    }

    async fn a_source_of_which_nothing_is_open_is_not_named(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(four()).await.unwrap().person;
        desk.clock.advance(chrono::TimeDelta::days(3));
        let clinic = desk.services.organisations.ensure(&Actor::Operator, "B2", "Private Clinic", OrganisationKind::Hospital).await.unwrap();
        desk.import_from(&clinic, bundle("collection", &[
            ellis(), problem("s1", "m1", "Warts", "active", "2024"),
        ]), Some(Expected::Person(person))).await.unwrap();
        let me = desk.account_of(&[person]).await;
        let without_people = Scopes::all().without(Scopes::NONE.with(Scope::Record));
        let (ann, _) = desk.carer_of(person, without_people, general()).await;
        let sources = |reader: Actor| {
            let records = desk.services.records.clone();
            async move { records.overview(&reader, person).await.unwrap().sources }
        };
        let named = |sources: Vec<service::SourceSeen>| sources.into_iter().map(|one| one.organisation).collect::<Vec<_>>();
        assert_eq!(named(sources(ann.clone()).await), ["Private Clinic", "Riverside Surgery"]);
        let warts = desk.titled(person, Category::Problem, "Warts").await;
        desk.services.hidings.hide_entry(&me, person, warts, HiddenFrom::All).await.unwrap();
        assert_eq!(named(sources(ann.clone()).await), ["Riverside Surgery"]);
        assert_eq!(named(sources(me).await), ["Private Clinic", "Riverside Surgery"]);
        // A run that changed nothing that is open leaves no time behind.
        let before = sources(ann.clone()).await;
        desk.clock.advance(chrono::TimeDelta::days(3));
        desk.import(four()).await.unwrap();
        assert_eq!(sources(ann).await, before);
    }

    async fn a_carer_is_told_number_and_birth_only_with_the_persons_details(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(four()).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (all, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let (tests, _) = desk.carer_of(person, Scopes::NONE.with(Scope::Tests), general()).await;
        let clinician = desk.clinician_at(&desk.practice).await;
        let card = |reader: Actor| {
            let (records, profile) = (desk.services.records.clone(), desk.services.profile.clone());
            async move {
                let told = records.overview(&reader, person).await.unwrap().person;
                // On paper stands no more, whatever page it is of.
                assert_eq!(records.whose_beside(&reader, person).await.unwrap().as_ref(), Some(&told));
                assert_eq!(records.contents(&reader, person).await.unwrap().whose, told);
                assert_eq!(records.list(&reader, person, Category::Result, Which::All, None).await.unwrap().whose, told);
                let parts = records.current_and_past(&reader, person, Category::Problem).await.unwrap();
                assert!(parts.iter().all(|part| part.whose == told));
                assert_eq!(records.results(&reader, person, None).await.unwrap().whose, told);
                for words in ["", "asthma"] {
                    let asked = service::SearchAsked { words: words.to_owned(), ..Default::default() };
                    assert_eq!(records.search(&reader, person, &asked).await.unwrap().whose, told, "{words}");
                }
                assert_eq!(records.sources(&reader, person).await.unwrap().whose, told);
                assert_eq!(profile.notes(&reader, person).await.unwrap().whose, told);
                assert_eq!(records.timeline(&reader, person, service::Narrowing::default(), None).await.unwrap().whose, told);
                told
            }
        };
        let told = card(me.clone()).await;
        assert_eq!((told.age, told.nhs_number.is_some(), told.birth_date.is_some()), (Some(77), true, true));
        assert_eq!(card(all.clone()).await, told);
        assert_eq!(card(clinician.clone()).await, told);
        let little = card(tests).await;
        assert_eq!((little.display_name.as_str(), little.age, little.nhs_number, little.birth_date), ("Mrs Margaret Ellis", None, None, None));
        let details = desk.titled(person, Category::People, "Mrs Margaret Ellis").await;
        desk.services.hidings.hide_entry(&me, person, details, HiddenFrom::All).await.unwrap();
        assert_eq!(card(all).await.birth_date, None);
        assert_eq!(card(clinician).await, told);
        let records = &desk.services.records;
        let stranger = desk.account_of(&[]).await;
        assert_eq!(records.whose_beside(&stranger, person).await.unwrap(), None);
        assert!(matches!(records.whose_beside(&Actor::Nobody, person).await, Err(ServiceError::NotSignedIn)));
        // The look that it stands beside is written down, and no other for it.
        let before = desk.events(person.as_uuid()).await;
        records.whose_beside(&me, person).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, before);
    }

    async fn an_earlier_version_that_was_more_sensitive_is_not_shown_to_others(place: &Place) {
        let desk = Desk::at(place).await;
        let plain = problem("c1", "m1", "Asthma", "active", "2019");
        let labelled = with(problem("c1", "m1", "Something else", "active", "2019"), "meta", json!({ "security": [{ "code": "SEX" }] }));
        let person = desk.import(bundle("collection", &[ellis(), labelled])).await.unwrap().person;
        desk.import(bundle("collection", &[ellis(), with(plain.clone(), "code", json!(7))])).await.unwrap();
        desk.import(bundle("collection", &[ellis(), plain])).await.unwrap();
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let entry = desk.titled(person, Category::Problem, "Asthma").await;
        let numbers = |view: EntryView| view.versions.iter().map(|version| version.number).collect::<Vec<_>>();
        let records = &desk.services.records;
        assert_eq!(numbers(records.entry(&me, person, entry).await.unwrap()), [3, 2, 1]);
        // Whoever reads counts what is open to them, so that no number is missing.
        assert_eq!(numbers(records.entry(&ann, person, entry).await.unwrap()), [1]);
        for number in [1, 2, 3] {
            assert!(records.entry_version(&me, person, entry, number).await.is_ok());
        }
        for number in [2, 3] {
            assert!(matches!(records.entry_version(&ann, person, entry, number).await, Err(ServiceError::NotFound)));
        }
        // Where the person says how sensitive the entry is, that holds for its versions too.
        desk.services.hidings.relabel(&me, person, entry, Some(Sensitivity::General)).await.unwrap();
        assert_eq!(numbers(records.entry(&ann, person, entry).await.unwrap()), [2, 1]);
    }

    async fn an_organisation_always_sees_what_it_supplied(place: &Place) {
        let desk = Desk::at(place).await;
        let label = json!({ "security": [{ "code": "SEX" }] });
        let person = desk.import(bundle("collection", &[
            ellis(), with(problem("c1", "m1", "Ours", "active", "2019"), "meta", label.clone()),
        ])).await.unwrap().person;
        let clinic = desk.services.organisations.ensure(&Actor::Operator, "B2", "Clinic", OrganisationKind::Hospital).await.unwrap();
        desk.import_from(&clinic, bundle("collection", &[
            ellis(), with(problem("s1", "m1", "Theirs", "active", "2024"), "meta", label), problem("s2", "m1", "Plain", "active", "2023"),
        ]), Some(Expected::Person(person))).await.unwrap();
        let clinician = desk.clinician_at(&desk.practice).await;
        assert_eq!(titles(&desk, &clinician, person, Category::Problem).await, ["Theirs", "Plain", "Ours"]);
        desk.shares(person, OrganisationKind::Practice, general()).await;
        assert_eq!(titles(&desk, &clinician, person, Category::Problem).await, ["Plain", "Ours"]);
        let ours = desk.titled(person, Category::Problem, "Ours").await;
        desk.services.records.entry_version(&clinician, person, ours, 1).await.unwrap();
    }

    async fn an_order_that_its_result_alone_makes_a_test_stays_with_its_owner(place: &Place) {
        let desk = Desk::at(place).await;
        let order = json!({ "resourceType": "ServiceRequest", "id": "s1", "status": "completed", "intent": "order",
            "subject": { "reference": "Patient/m1" }, "code": { "text": "Blood" } });
        let report = json!({ "resourceType": "DiagnosticReport", "id": "r1", "status": "final", "code": { "text": "Blood count" },
            "subject": { "reference": "Patient/m1" }, "basedOn": [{ "reference": "ServiceRequest/s1" }] });
        let person = desk.import(bundle("collection", &[ellis(), order, report])).await.unwrap().person;
        let (ann, _) = desk.carer_of(person, Scopes::all(), Labels::all()).await;
        assert_eq!(titles(&desk, &Actor::Operator, person, Category::Result).await.len(), 2);
        assert_eq!(titles(&desk, &ann, person, Category::Result).await, ["Blood count"]);
        assert!(titles(&desk, &ann, person, Category::Visit).await.is_empty());
    }
}

/// All that somebody sees: entries, and the pieces of words on their pages.
async fn pieces(desk: &Desk, reader: &Actor, person: PersonId) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for category in Category::SHOWN {
        for line in desk.lines(reader, person, *category).await {
            let view = desk.services.records.entry(reader, person, line.id).await.unwrap();
            all.insert(format!("{}", line.id));
            for words in [view.line.author, view.line.place].into_iter().flatten() {
                all.insert(format!("{} {words}", line.id));
            }
            for detail in view.details {
                all.extend(detail.value.split(", ").map(|piece| format!("{} {} {piece}", line.id, detail.label)));
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn hiding_more_never_shows_more(picks in prop::collection::vec((0_usize..64, any::<bool>(), any::<bool>()), 1..8)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let place = testkit::fresh("sqlite").await;
            let desk = Desk::at(&place).await;
            let person = desk.import(bundle("collection", &[
                ellis(),
                problem("c1", "m1", "Asthma", "active", "2019"),
                problem("c2", "m1", "Gout", "resolved", "2016"),
                weight("o1", "m1", "2026-03-04T10:40:00Z", "61"),
                json!({ "resourceType": "Organization", "id": "g1", "name": "Clinic" }),
                json!({ "resourceType": "Encounter", "id": "e1", "status": "finished", "subject": { "reference": "Patient/m1" },
                    "serviceProvider": { "reference": "Organization/g1" }, "type": [{ "text": "Visit one" }],
                    "reasonReference": [{ "reference": "Condition/c1" }, { "reference": "Condition/c2" }] }),
                json!({ "resourceType": "DiagnosticReport", "id": "r1", "status": "final", "code": { "text": "Report" },
                    "subject": { "reference": "Patient/m1" }, "encounter": { "reference": "Encounter/e1" },
                    "result": [{ "reference": "Observation/o1" }] }),
            ])).await.unwrap().person;
            let me = desk.account_of(&[person]).await;
            let (ann, by_ann) = desk.carer_of(person, Scopes::all(), Labels::all()).await;
            let mut entries = Vec::new();
            for category in Category::SHOWN {
                entries.extend(desk.lines(&me, person, *category).await);
            }
            let mut before = pieces(&desk, &ann, person).await;
            assert!(before.len() > entries.len());
            for (pick, whole, all) in picks {
                let from = if all { HiddenFrom::All } else { HiddenFrom::Relationship(by_ann) };
                let line = &entries[pick % entries.len()];
                if whole {
                    desk.services.hidings.hide_category(&me, person, line.category, from).await.unwrap();
                } else {
                    desk.services.hidings.hide_entry(&me, person, line.id, from).await.unwrap();
                }
                let after = pieces(&desk, &ann, person).await;
                assert!(after.is_subset(&before), "{:?}", after.difference(&before).collect::<Vec<_>>());
                before = after;
            }
            place.clear().await;
        });
    }
}
