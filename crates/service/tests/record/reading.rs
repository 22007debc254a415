use super::*;
use domain::EntryId;
use domain::record::Category;
use service::{Cursor as Mark, Which};
use std::collections::HashSet;

async fn titles(desk: &Desk, person: PersonId, category: Category, which: Which) -> Vec<String> {
    let page = desk.services.records.list(&Actor::Operator, person, category, which, None).await.unwrap();
    assert_eq!(page.total, u64::try_from(page.lines.len()).unwrap());
    page.lines.into_iter().map(|line| line.title).collect()
}

fn ellis() -> Value {
    patient("m1", None, "Ellis", "1948-11-04")
}

testkit::both_engines! {
    async fn the_overview_tells_no_information_from_none_known(place: &Place) {
        let desk = Desk::at(place).await;
        let none = json!({
            "resourceType": "AllergyIntolerance", "id": "a1", "patient": { "reference": "Patient/m1" },
            "clinicalStatus": { "coding": [{ "code": "active" }] },
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "716186003", "display": "No known allergy" }] },
        });
        let person = desk.import(bundle("collection", &[
            ellis(), none, problem("c1", "m1", "Asthma", "active", "2019-03"), problem("c2", "m1", "Gout", "resolved", "2016"),
        ])).await.unwrap().person;
        let overview = desk.services.records.overview(&Actor::Operator, person).await.unwrap();
        assert_eq!((overview.person.display_name.as_str(), overview.person.age), ("Mrs Margaret Ellis", Some(77)));
        let of = |category: Category| overview.counts.iter().find(|count| count.category == category).unwrap();
        assert_eq!((of(Category::Allergy).count, of(Category::Allergy).none_said.clone()), (0, vec!["No known allergy".to_owned()]));
        assert_eq!((of(Category::Medicine).count, of(Category::Medicine).none_said.len()), (0, 0));
        assert_eq!((of(Category::Problem).count, of(Category::Problem).latest.unwrap().to_string()), (2, "2019-03".to_owned()));
        assert_eq!(overview.counts.iter().map(|count| count.category).collect::<Vec<_>>(), Category::SHOWN);
        assert_eq!(overview.newest.iter().map(|line| line.title.as_str()).collect::<Vec<_>>(), ["Asthma", "Gout", "No known allergy"]);
        assert_eq!((overview.sources.len(), overview.sources[0].organisation.as_str()), (1, "Riverside Surgery"));
        assert_eq!(overview.sources[0].last_updated, desk.services.core.now());
        let contents = desk.services.records.contents(&Actor::Operator, person).await.unwrap();
        assert_eq!((contents.counts, contents.sources), (overview.counts, overview.sources));
        assert!(desk.services.records.list(&Actor::Operator, person, Category::Allergy, Which::All, None).await.unwrap().lines[0].none_known);
    }

    async fn the_overview_tells_the_newest_that_was_and_not_what_is_still_to_come(place: &Place) {
        let desk = Desk::at(place).await;
        let appointment = |id: &str, status: &str, start: &str| json!({
            "resourceType": "Appointment", "id": id, "status": status, "description": "Eye clinic", "start": start,
            "participant": [{ "actor": { "reference": "Patient/m1" }, "status": "accepted" }],
        });
        let person = desk.import(bundle("collection", &[
            ellis(),
            appointment("a1", "fulfilled", "2026-09-01T09:00:00Z"),
            appointment("a2", "fulfilled", "2026-10-05T09:00:00Z"),
            appointment("a3", "booked", "2027-01-29T09:00:00Z"),
        ])).await.unwrap().person;
        let (me, clinician) = (desk.account_of(&[person]).await, desk.clinician_at(&desk.practice).await);
        for reader in [&Actor::Operator, &me, &clinician] {
            let overview = desk.services.records.overview(reader, person).await.unwrap();
            let visits = overview.counts.iter().find(|count| count.category == Category::Visit).unwrap();
            assert_eq!((visits.count, visits.latest.unwrap().to_string()), (3, "2026-10-05T09:00:00Z".to_owned()));
        }
    }

    async fn current_and_past_are_told_apart_by_their_status(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(),
            problem("c1", "m1", "Asthma", "active", "2019"),
            problem("c2", "m1", "Gout", "resolved", "2016"),
            problem("c3", "m1", "Anaemia", "inactive", "2017"),
            problem("c4", "m1", "Migraine", "recurrence", "2018"),
        ])).await.unwrap().person;
        assert_eq!(titles(&desk, person, Category::Problem, Which::All).await, ["Asthma", "Migraine", "Anaemia", "Gout"]);
        assert_eq!(titles(&desk, person, Category::Problem, Which::Current).await, ["Asthma", "Migraine"]);
        assert_eq!(titles(&desk, person, Category::Problem, Which::Past).await, ["Anaemia", "Gout"]);
    }

    async fn what_may_not_be_shown_leaves_no_trace(place: &Place) {
        let desk = Desk::at(place).await;
        let shown = problem("c1", "m1", "Asthma", "active", "2019");
        let mistake = with(problem("c2", "m1", "Gout", "active", "2016"), "verificationStatus", json!({ "coding": [{ "code": "entered-in-error" }] }));
        let person = desk.import(bundle("collection", &[ellis(), shown.clone(), mistake])).await.unwrap().person;
        assert_eq!(titles(&desk, person, Category::Problem, Which::All).await, ["Asthma"]);
        let overview = desk.services.records.overview(&Actor::Operator, person).await.unwrap();
        assert_eq!((overview.counts[0].count, overview.newest.len()), (1, 1));
        let entry = overview.newest[0].id;
        // The other becomes a mistake too: its page is gone.
        let withdrawn = with(shown, "verificationStatus", json!({ "coding": [{ "code": "entered-in-error" }] }));
        desk.import(bundle("collection", &[ellis(), withdrawn])).await.unwrap();
        assert!(titles(&desk, person, Category::Problem, Which::All).await.is_empty());
        for outcome in [
            desk.services.records.entry(&Actor::Operator, person, entry).await,
            desk.services.records.entry_version(&Actor::Operator, person, entry, 1).await,
        ] {
            assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
        }
    }

    async fn a_version_that_is_withheld_is_not_shown_even_where_it_cannot_be_read(place: &Place) {
        let desk = Desk::at(place).await;
        let good = problem("c1", "m1", "Asthma", "active", "2019");
        let broken = with(good.clone(), "code", json!(7));
        let label = json!({ "security": [{ "code": "REDACTED" }] });
        let import = |resource: Value| desk.import(bundle("collection", &[ellis(), resource]));
        let person = import(with(broken.clone(), "meta", label.clone())).await.unwrap().person;
        import(good.clone()).await.unwrap();
        let me = desk.account_of(&[person]).await;
        let records = &desk.services.records;
        let list = || async { records.list(&me, person, Category::Problem, Which::All, None).await.unwrap().lines };
        let id = list().await[0].id;
        let numbers = |view: service::EntryView| view.versions.iter().map(|version| version.number).collect::<Vec<_>>();
        // Those that may be shown are counted by themselves: nothing tells that there was one before.
        assert_eq!(numbers(records.entry(&me, person, id).await.unwrap()), [1]);
        assert_eq!(records.entry_version(&me, person, id, 1).await.unwrap().line.title, "Asthma");
        for none in [0, 2, -1] {
            assert!(matches!(records.entry_version(&me, person, id, none).await, Err(ServiceError::NotFound)));
        }
        // One that cannot be read and is not withheld is told of, without its words.
        import(broken.clone()).await.unwrap();
        assert_eq!(numbers(records.entry(&me, person, id).await.unwrap()), [2, 1]);
        // When the version that counts is withheld, so is what was known before.
        import(with(broken, "meta", label.clone())).await.unwrap();
        assert!(list().await.is_empty());
        for outcome in [records.entry(&me, person, id).await, records.entry_version(&me, person, id, 2).await] {
            assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
        }
        import(with(good, "recordedDate", json!("2020-01-01"))).await.unwrap();
        assert_eq!(numbers(records.entry(&me, person, id).await.unwrap()), [3, 2, 1]);
    }

    async fn an_entry_whose_newest_version_is_withheld_is_held_back_however_it_came(place: &Place) {
        let desk = Desk::at(place).await;
        let good = problem("c1", "m1", "Asthma", "active", "2019");
        let label = json!({ "versionId": "2", "security": [{ "code": "REDACTED" }] });
        let marks = |resource: Value| with(with(resource, "code", json!(7)), "meta", label.clone());
        // Both versions in one file, the newest first.
        let person = desk.import(bundle("history", &[marks(good.clone()), good.clone(), ellis()])).await.unwrap().person;
        assert!(titles(&desk, person, Category::Problem, Which::All).await.is_empty());
        let readable = with(good.clone(), "recordedDate", json!("2020"));
        desk.import(bundle("history", &[readable, with(marks(good.clone()), "note", json!("once")), ellis()])).await.unwrap();
        assert_eq!(titles(&desk, person, Category::Problem, Which::All).await, ["Asthma"]);
        // As an older program left it: the entry of the version before is still shown.
        desk.import(bundle("collection", &[ellis(), with(marks(good.clone()), "note", json!("again"))])).await.unwrap();
        assert!(titles(&desk, person, Category::Problem, Which::All).await.is_empty());
        let before = fhir::Received::new("stored", None, good.to_string()).unwrap();
        let facts = fhir::map::entry(&before, &fhir::map::Names::among(&[])).unwrap().unwrap();
        let (organisation, at) = (desk.practice.id, desk.services.core.now());
        let act: Result<(), store::StoreError> = place.store.write(move |tx| Box::pin(async move {
            let source = store::record::Source { organisation, resource_type: "Condition", logical_id: "c1" };
            let held = store::record::held_of(tx, person, source).await?;
            let import = store::record::Import { person, organisation, id: domain::ImportId::from_uuid(Uuid::nil()), at };
            let (id, resource_id) = (EntryId::from_uuid(held[0].entry_id.unwrap()), domain::ResourceId::from_uuid(held[0].id));
            let (resource_type, logical_id) = ("Condition".to_owned(), "c1".to_owned());
            let entry = store::record::NewEntry { id, resource_id, resource_type, logical_id, facts };
            store::record::change_entries(tx, import, &[&entry], &[]).await
        })).await;
        act.unwrap();
        assert_eq!(titles(&desk, person, Category::Problem, Which::All).await, ["Asthma"]);
        desk.services.imports.reindex(&Actor::Operator, person).await.unwrap();
        assert!(titles(&desk, person, Category::Problem, Which::All).await.is_empty());
    }

    async fn an_entry_tells_what_where_who_and_from_which_system(place: &Place) {
        let desk = Desk::at(place).await;
        let doctor = json!({ "resourceType": "Practitioner", "id": "d1", "name": [{ "family": "Shah", "given": ["Anita"], "prefix": ["Dr"] }] });
        let measured = with(weight("o1", "m1", "2026-03-04T10:40:00Z", "61.50"), "performer", json!([{ "reference": "Practitioner/d1" }]));
        // serde_json would rewrite the number, so the digits are put in by hand.
        let file = bundle("collection", &[ellis(), doctor, measured]).replace("61.5}", "61.50}");
        assert!(file.contains("61.50}"));
        let person = desk.import(file).await.unwrap().person;
        let page = desk.services.records.list(&Actor::Operator, person, Category::Result, Which::All, None).await.unwrap();
        let line = &page.lines[0];
        assert_eq!((line.title.as_str(), line.value_words().as_deref()), ("Body weight", Some("61.50 kg")));
        assert_eq!(line.happened.unwrap().in_words(), "4 March 2026, 10:40am");
        let view = desk.services.records.entry(&Actor::Operator, person, line.id).await.unwrap();
        assert_eq!(&view.line, line);
        assert_eq!(view.line.author.as_deref(), Some("Dr Anita Shah"));
        assert_eq!((view.organisation.as_str(), view.version, view.newest_unreadable), ("Riverside Surgery", 1, false));
        assert_eq!(view.received_at, desk.services.core.now());
        assert_eq!(view.code.as_ref().unwrap().code, "29463-7");
        let again = desk.services.records.entry_version(&Actor::Operator, person, line.id, 1).await.unwrap();
        assert_eq!(again, view);
    }

    async fn a_list_of_ten_thousand_shows_each_entry_exactly_once(place: &Place) {
        let desk = Desk::at(place).await;
        let mut lines = vec![ellis().to_string()];
        for n in 0..10_000 {
            // Many at the same moment, some without a date.
            let mut one = weight(&format!("o{n}"), "m1", &format!("20{:02}-01-01", n % 20), "60");
            if n % 97 == 0 {
                one.as_object_mut().unwrap().remove("effectiveDateTime");
            }
            lines.push(one.to_string());
        }
        let report = desk.import(lines.join("\n")).await.unwrap();
        assert_eq!(report.added, 10_001);
        let (mut seen, mut after, mut last) = (HashSet::new(), None::<Mark>, None);
        loop {
            let page = desk.services.records.list(&Actor::Operator, report.person, Category::Result, Which::Current, after).await.unwrap();
            assert_eq!(page.total, 10_000);
            for line in &page.lines {
                assert!(seen.insert(line.id), "an entry is shown twice");
                let at = line.happened.map(|when| when.sort_key());
                assert!(last.is_none_or(|last: Option<_>| last >= at), "newest first");
                last = Some(at);
            }
            let Some(next) = page.next else { break };
            after = Some(next.to_string().parse().unwrap());
        }
        assert_eq!(seen.len(), 10_000);
    }

    async fn somebody_elses_record_looks_as_if_it_were_not_there_and_the_asking_is_audited(place: &Place) {
        let desk = Desk::at(place).await;
        let mine = desk.import(bundle("collection", &[ellis(), problem("c1", "m1", "Asthma", "active", "2019")])).await.unwrap().person;
        let theirs = desk.import(bundle("collection", &[
            patient("m2", None, "Okafor", "1990-01-01"), problem("c1", "m2", "Gout", "active", "2020"),
        ])).await.unwrap().person;
        let entry = desk.services.records.list(&Actor::Operator, theirs, Category::Problem, Which::All, None).await.unwrap().lines[0].id;
        let me = desk.account_of(&[mine]).await;
        let (chain, before) = (me.account().unwrap().as_uuid(), desk.events(theirs.as_uuid()).await);
        let records = &desk.services.records;
        let nowhere = PersonId::from_uuid(Uuid::from_u128(5));
        for person in [theirs, nowhere] {
            assert!(matches!(records.overview(&me, person).await, Err(ServiceError::NotFound)));
            assert!(matches!(records.contents(&me, person).await, Err(ServiceError::NotFound)));
            assert!(matches!(records.list(&me, person, Category::Problem, Which::All, None).await, Err(ServiceError::NotFound)));
            assert!(matches!(records.entry(&me, person, entry).await, Err(ServiceError::NotFound)));
            assert!(matches!(records.entry_version(&me, person, entry, 1).await, Err(ServiceError::NotFound)));
            assert!(matches!(desk.services.exports.bundle(&me, person, &mut Vec::new()).await, Err(ServiceError::NotFound)));
        }
        assert_eq!(desk.events(chain).await, 12);
        assert_eq!(desk.events(theirs.as_uuid()).await, before);
        // Another person's entry on one's own pages looks like one that does not exist.
        for id in [entry, EntryId::from_uuid(Uuid::from_u128(9))] {
            assert!(matches!(records.entry(&me, mine, id).await, Err(ServiceError::NotFound)));
            assert!(matches!(records.entry_version(&me, mine, id, 1).await, Err(ServiceError::NotFound)));
        }
        let stray: Mark = entry.to_string().parse().unwrap();
        assert!(matches!(records.list(&me, mine, Category::Problem, Which::All, Some(stray)).await, Err(ServiceError::NotFound)));
        let first_step = Actor::Account { id: me.account().unwrap(), assurance: Assurance::FirstStep };
        assert!(matches!(records.overview(&first_step, mine).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(records.overview(&Actor::Nobody, mine).await, Err(ServiceError::NotSignedIn)));
        assert!(matches!(desk.services.people.list(&me, None).await, Err(ServiceError::NotFound)));
        assert!(matches!(desk.services.organisations.list(&me).await, Err(ServiceError::NotFound)));
        assert!(matches!(records.overview(&Actor::Operator, nowhere).await, Err(ServiceError::NotFound)));
        assert!(matches!(records.contents(&Actor::Operator, nowhere).await, Err(ServiceError::NotFound)));
    }

    async fn what_somebody_is_allergic_to_is_named_to_those_who_give_care_and_to_nobody_else(place: &Place) {
        let desk = Desk::at(place).await;
        let allergy = |id: &str, name: &str, status: &str| json!({
            "resourceType": "AllergyIntolerance", "id": id, "patient": { "reference": "Patient/m1" }, "code": { "text": name },
            "clinicalStatus": { "coding": [{ "code": status }] },
        });
        let person = desk.import(bundle("collection", &[ellis(), allergy("a1", "Penicillin", "active"), allergy("a2", "Eggs", "resolved")])).await.unwrap().person;
        let (clinician, reception) =
            (desk.clinician_at(&desk.practice).await, desk.member_at(&desk.practice, StaffRole::Reception).await);
        let records = &desk.services.records;
        let before = desk.events(person.as_uuid()).await;
        let (overview, allergies, _) = records.overview_with_allergies(&clinician, person).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, before + 1, "one look");
        assert_eq!(allergies.iter().map(|line| line.title.as_str()).collect::<Vec<_>>(), ["Penicillin"]);
        assert_eq!(overview, records.overview(&clinician, person).await.unwrap());
        assert!(records.overview_with_allergies(&reception, person).await.unwrap().1.is_empty());
    }

    async fn every_page_that_is_shown_is_one_line_in_the_account_of_who_looked(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[ellis(), problem("c1", "m1", "Asthma", "active", "2019")])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let before = desk.events(person.as_uuid()).await;
        let records = &desk.services.records;
        records.overview(&me, person).await.unwrap();
        let contents = records.contents(&me, person).await.unwrap();
        assert!(contents.sees_profile && contents.may_report);
        let page = records.list(&me, person, Category::Problem, Which::All, None).await.unwrap();
        records.entry(&me, person, page.lines[0].id).await.unwrap();
        records.entry_version(&me, person, page.lines[0].id, 1).await.unwrap();
        assert_eq!(desk.services.exports.bundle(&me, person, &mut Vec::new()).await.unwrap(), 2);
        assert_eq!(desk.events(person.as_uuid()).await, before + 6);
        let (items, _) = desk.services.activity.of_record(&me, person, None).await.unwrap();
        let told: Vec<String> = items.iter().take(6).map(|item| {
            let words: Vec<&str> = ["page", "category", "version", "resources"].iter().filter_map(|key| item.detail.get(*key)).map(String::as_str).collect();
            format!("{} {}", item.action.code(), words.join(" "))
        }).collect();
        assert_eq!(told, ["export 2", "read entry-version 1", "read entry", "read list problems", "read overview", "read overview"]);
    }

    async fn people_and_places_are_the_same_by_a_number_or_a_reference_and_not_by_a_name(place: &Place) {
        let desk = Desk::at(place).await;
        let hospital =
            desk.services.organisations.ensure(&Actor::Operator, "RXX01", "Elm Hospital", OrganisationKind::Hospital).await.unwrap();
        let gmc = |id: &str, number: Option<&str>| {
            let identifiers: Vec<Value> =
                number.iter().map(|number| json!({ "system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": number })).collect();
            json!({ "resourceType": "Practitioner", "id": id, "name": [{ "text": "Dr A Larkspur" }], "identifier": identifiers })
        };
        let surgery = |code: &str| {
            json!({
                "resourceType": "Organization", "id": code, "name": "The Surgery",
                "identifier": [{ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": code }],
            })
        };
        let role = |id: &str, whose: &str| {
            json!({ "resourceType": "PractitionerRole", "id": id, "practitioner": { "reference": format!("Practitioner/{whose}") } })
        };
        let margaret = || patient("m1", Some("9990548609"), "Ellis", "1948-11-04");
        // Of one name there are one with a number, one with another, and one without.
        let here = [
            margaret(), gmc("p1", Some("1234567")), gmc("p2", Some("7654321")), gmc("p3", None), role("r1", "p3"), surgery("A81001"), surgery("A81002"),
        ];
        let person = desk.import(bundle("collection", &here)).await.unwrap().person;
        // A source may write a name in full, and a branch may bear the code of its surgery.
        let in_full = with(gmc("p3", Some("1234567")), "name", json!([{ "text": "Amara Larkspur" }]));
        let branch = with(with(surgery("A81002"), "name", json!("The Branch")), "id", json!("branch"));
        let there = [margaret(), in_full, surgery("A81002"), branch];
        desk.import_from(&hospital, bundle("collection", &there), Some(Expected::Person(person))).await.unwrap();
        let page = desk.services.records.list(&Actor::Operator, person, Category::People, Which::All, None).await.unwrap();
        let mut groups: Vec<(String, Vec<String>)> = page.same.iter().map(|ids| {
            let told = |id: &EntryId| page.lines.iter().find(|line| line.id == *id).unwrap();
            let mut sent: Vec<String> = ids.iter().map(|id| told(id).sent_by.clone()).collect();
            sent.sort();
            let mut titles: Vec<&str> = ids.iter().map(|id| told(id).title.as_str()).collect();
            titles.sort_unstable();
            titles.dedup();
            (titles.join(" or "), sent)
        }).collect();
        groups.sort();
        let (near, far) = ("Riverside Surgery".to_owned(), "Elm Hospital".to_owned());
        let both = vec![far.clone(), near.clone()];
        let of = |title: &str, sent: &[String]| (title.to_owned(), sent.to_vec());
        assert_eq!(groups, [
            of("Amara Larkspur or Dr A Larkspur", &both),
            of("Dr A Larkspur", std::slice::from_ref(&near)),
            of("Dr A Larkspur", &[near.clone(), near.clone()]),
            of("Mrs Margaret Ellis", &both),
            of("The Branch", std::slice::from_ref(&far)),
            of("The Surgery", &both),
            of("The Surgery", std::slice::from_ref(&near)),
        ]);
        let mut apart: Vec<&str> = page.apart.values().map(String::as_str).collect();
        apart.sort_unstable();
        assert_eq!(apart, [
            "GMC number 1234567", "GMC number 1234567", "GMC number 7654321",
            "organisation code A81001", "organisation code A81002", "organisation code A81002", "organisation code A81002",
        ]);
        let problems = desk.services.records.list(&Actor::Operator, person, Category::Problem, Which::All, None).await.unwrap();
        assert!(problems.same.is_empty());
    }
}
