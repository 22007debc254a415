use super::*;
use domain::ReadingId;
use domain::reading::week::Protocol;
use domain::reading::{Amount, Measure};
use domain::record::Category;
use futures::StreamExt;
use service::{EntryLine, Which};

/// Every line of every category without what differs from one database to the next.
async fn all_lines(desk: &Desk, person: PersonId) -> Vec<String> {
    let mut all = Vec::new();
    for category in Category::SHOWN {
        let mut after = None;
        loop {
            let page = desk.services.records.list(&Actor::Operator, person, *category, Which::All, after).await.unwrap();
            for line in page.lines {
                let view = desk.services.records.entry(&Actor::Operator, person, line.id).await.unwrap();
                let nobody = EntryId::from_uuid(Uuid::nil());
                all.push(format!("{:?} {:?} {:?}", EntryLine { id: nobody, ..line }, view.details, view.code));
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    all.sort();
    all
}

/// Adds so many readings of somebody's pulse.
async fn many(desk: &Desk, me: &Actor, person: PersonId, many: i64) {
    let core = desk.services.core.clone();
    let (now, by) = (core.now(), me.account().unwrap());
    let rows: Vec<_> = (0..many).map(|_| (ReadingId::from_uuid(core.new_id()), core.new_id())).collect();
    let written: Result<(), store::StoreError> = core
        .store()
        .write(move |tx| {
            Box::pin(async move {
                for ((id, submission), minutes) in rows.into_iter().zip(1..) {
                    let taken_at = now - chrono::TimeDelta::minutes(minutes / 2);
                    let said = store::reading::Said {
                        taken_at,
                        taken_on: london_day(taken_at),
                        first: Amount::whole(70),
                        second: None,
                        unit: Measure::Pulse.unit().ucum,
                        said: "70".to_owned(),
                        settings: String::new(),
                        note: String::new(),
                    };
                    let new =
                        store::reading::NewReading { person, id, submission, measure: Measure::Pulse, said, by, origin: None };
                    store::reading::add(tx, &new, now).await?;
                }
                Ok(())
            })
        })
        .await;
    written.unwrap();
}

testkit::both_engines! {
    async fn an_export_read_into_an_empty_database_gives_the_same_record(place: &Place) {
        let desk = Desk::at(place).await;
        let elsewhere = testkit::fresh(&place.store.engine_name().to_lowercase().replace("postgresql", "postgres")).await;
        let other = Desk::at(&elsewhere).await;
        let mut files = synthea();
        files.truncate(3);
        for path in files {
            let person = desk.import(unpacked(&path)).await.unwrap().person;
            let (text, exported) = desk.export(person).await;
            assert_eq!(desk.export(person).await.0, text, "an export of the same moment is the same");
            let again = other.import(text).await.unwrap();
            assert_eq!(usize::try_from(again.added).unwrap(), exported.len());
            assert_eq!(other.export(again.person).await.1, exported);
            assert_eq!(all_lines(&other, again.person).await, all_lines(&desk, person).await, "{path:?}");
        }
        elsewhere.clear().await;
    }

    async fn numbers_keep_their_digits_and_texts_their_spaces(place: &Place) {
        let desk = Desk::at(place).await;
        let odd = "{ \"resourceType\" : \"Observation\",\"id\":\"o1\",\n\t\"status\":\"final\", \"subject\":{\"reference\":\"Patient/m1\"},\
                   \"valueQuantity\":{\"value\":1.0e0,\"x\":1.0,\"y\":0.10,\"z\":12345678901234567890.10,\"w\":-0},\"text\":\"\\u00e9\\/\" }";
        let file = format!(
            "{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{{\"resource\":{}}},{{\"fullUrl\":\"urn:uuid:x\",\"resource\":{odd}}}]}}",
            patient("m1", None, "Ellis", "1948-02-03")
        );
        let person = desk.import(file.clone()).await.unwrap().person;
        let (text, exported) = desk.export(person).await;
        assert_eq!(exported, resources_of(&file));
        assert!(text.contains(odd) && text.contains("\"fullUrl\":\"urn:uuid:x\""));
    }

    async fn the_parts_of_an_export_are_one_bundle_and_it_is_audited_before_the_first(place: &Place) {
        let desk = Desk::at(place).await;
        let mut resources = vec![patient("m1", None, "Ellis", "1948-02-03")];
        resources.extend((0..200).map(|n| weight(&format!("o{n}"), "m1", "2026-01-01", "60")));
        let file = bundle("collection", &resources);
        let person = desk.import(file.clone()).await.unwrap().person;
        let before = desk.events(person.as_uuid()).await;
        let mut parts = Box::pin(desk.services.exports.stream(&Actor::Operator, person).await.unwrap());
        assert_eq!(desk.events(person.as_uuid()).await, before + 1);
        let first = parts.next().await.unwrap().unwrap();
        // What arrives while it is being sent is no part of it.
        desk.import(bundle("collection", &[resources[0].clone(), weight("o7", "m1", "2026-01-01", "99")])).await.unwrap();
        let mut whole = first;
        let mut count = 1;
        while let Some(part) = parts.next().await {
            whole.extend(part.unwrap());
            count += 1;
        }
        assert!(count > 3);
        assert_eq!(resources_of(&String::from_utf8(whole).unwrap()), resources_of(&file));
    }

    async fn a_person_does_not_export_what_is_withheld_from_them_and_the_operator_does(place: &Place) {
        let desk = Desk::at(place).await;
        let label = json!({ "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "REDACTED" }] });
        let resources = [
            patient("m1", None, "Ellis", "1948-02-03"),
            problem("open", "m1", "Asthma", "active", "2020-01-01"),
            with(problem("held-back", "m1", "Something told by another", "active", "2020-01-01"), "meta", label),
        ];
        let file = bundle("collection", &resources);
        let person = desk.import(file.clone()).await.unwrap().person;
        let (_, everything) = desk.export(person).await;
        assert_eq!(everything, resources_of(&file));
        let account = desk.account_of(&[person]).await;
        let mut out = Vec::new();
        assert_eq!(desk.services.exports.bundle(&account, person, &mut out).await.unwrap(), 2);
        let theirs: Vec<_> = resources_of(&String::from_utf8(out).unwrap()).into_keys().map(|(_, id)| id).collect();
        assert_eq!(theirs, ["open", "m1"]);
    }

    async fn a_person_takes_what_they_recorded_here_and_the_operator_what_was_received(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[patient("m1", Some("9990548609"), "Ellis", "1948-02-03")])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let export = async |by: &Actor| {
            let mut out = Vec::new();
            let count = desk.services.exports.bundle(by, person, &mut out).await.unwrap();
            let all = resources_of(&String::from_utf8(out).unwrap());
            assert_eq!(usize::try_from(count).unwrap(), all.len());
            all
        };
        assert_eq!(export(&me).await.len(), 1, "nothing is recorded yet");
        let readings = &desk.services.readings;
        let pressure = readings.add(&me, person, Measure::BloodPressure, &reading(&desk, &["142", "88"])).await.unwrap();
        readings.add(&me, person, Measure::Mood, &reading(&desk, &["4"])).await.unwrap();
        let gone = readings.add(&me, person, Measure::Mood, &reading(&desk, &["1"])).await.unwrap();
        readings.remove(&me, person, (gone, 1)).await.unwrap();
        // More than stand in one part.
        many(&desk, &me, person, 1001).await;
        let submission = desk.services.core.new_id().to_string();
        let response = desk.services.questionnaires.begin(&me, person, ("gad-7", &submission)).await.unwrap();
        let start = service::StartForm {
            first: "today".to_owned(),
            length: "7".to_owned(),
            times: "8am, 8pm".to_owned(),
            submission: desk.services.core.new_id().to_string(),
            ..service::StartForm::default()
        };
        let week = readings.start_week(&me, person, Protocol::HomePressure, &start).await.unwrap();
        let mine = export(&me).await;
        let of = |kind: &str| mine.keys().filter(|(other, _)| other == kind).count();
        assert_eq!(["Patient", "Observation", "QuestionnaireResponse", "CarePlan"].map(of), [1, 1003, 1, 1]);
        let one = |kind: &str, id: String| -> Value { serde_json::from_str(&mine[&(kind.to_owned(), id)]).unwrap() };
        let observation = one("Observation", pressure.to_string());
        assert_eq!(observation.pointer("/meta/tag/0/code"), Some(&json!("self-recorded")));
        assert_eq!(observation.pointer("/performer/0/identifier/value"), Some(&json!("9990548609")));
        assert_eq!(observation.pointer("/component/1/valueQuantity/value"), Some(&json!(88)));
        assert_eq!(one("QuestionnaireResponse", response.to_string())["status"], "in-progress");
        assert_eq!(one("CarePlan", week.to_string())["status"], "active");
        assert_eq!(export(&Actor::Operator).await.len(), 1);
    }

    async fn what_no_page_shows_is_left_out_of_a_persons_export_where_its_source_withholds_it(place: &Place) {
        let desk = Desk::at(place).await;
        let redacted = json!({ "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "REDACTED" }] });
        let claim = |id: &str| json!({ "resourceType": "Claim", "id": id, "status": "active", "patient": { "reference": "Patient/m1" } });
        let broken = |id: &str| with(problem(id, "m1", "Asthma", "active", "2019"), "code", json!(7));
        let mut resources = vec![
            patient("m1", None, "Ellis", "1948-02-03"),
            claim("kept"),
            with(claim("labelled"), "meta", redacted.clone()),
            with(claim("label-unreadable"), "meta", json!({ "security": "REDACTED" })),
            with(claim("mistake"), "status", json!("entered-in-error")),
            broken("unreadable"),
            with(broken("unreadable-labelled"), "meta", redacted.clone()),
            problem("then-unreadable", "m1", "Gout", "active", "2019"),
            problem("then-unreadable-labelled", "m1", "Anaemia", "active", "2019"),
        ];
        let person = desk.import(bundle("collection", &resources)).await.unwrap().person;
        resources[7] = broken("then-unreadable");
        resources[8] = with(broken("then-unreadable-labelled"), "meta", redacted);
        let file = bundle("collection", &resources);
        desk.import(file.clone()).await.unwrap();
        assert_eq!(desk.export(person).await.1, resources_of(&file));
        let account = desk.account_of(&[person]).await;
        let mut out = Vec::new();
        assert_eq!(desk.services.exports.bundle(&account, person, &mut out).await.unwrap(), 4);
        let theirs = resources_of(&String::from_utf8(out).unwrap());
        let ids: Vec<&str> = theirs.keys().map(|(_, id)| id.as_str()).collect();
        assert_eq!(ids, ["kept", "then-unreadable", "unreadable", "m1"]);
        assert!(theirs.iter().all(|(key, text)| resources_of(&file)[key] == *text));
        let (items, _) = desk.services.activity.of_record(&account, person, None).await.unwrap();
        assert_eq!(items[0].detail["resources"], "4", "as many are said to be given as were");
    }

    async fn what_no_page_shows_and_is_about_a_relative_is_no_part_of_a_persons_export(place: &Place) {
        let desk = Desk::at(place).await;
        // The one by her address in the file, the other by her id, in letters of either case.
        let (daughter, mother) = ("5f5b6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f", "0b0c6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f");
        let relative = |id: &str| json!({ "resourceType": "RelatedPerson", "id": id, "patient": { "reference": "Patient/m1" } });
        let urn = |id: &str| json!({ "reference": format!("urn:uuid:{id}"), "display": "SECRET" });
        let me = json!({ "reference": "Patient/m1" });
        let message = |id: &str, subject: Value| json!({ "resourceType": "Communication", "id": id, "subject": subject });
        let file = json!([{ "contentAttachment": { "url": "Binary/b1" } }]);
        let about = json!([{ "reference": "Communication/hers", "display": "SECRET" }]);
        let resources = [
            (None, patient("m1", None, "Ellis", "1948-02-03")),
            (Some(format!("urn:uuid:{daughter}")), relative("r1")),
            (Some(format!("urn:uuid:{mother}")), relative(mother)),
            (None, with(message("hers", urn(daughter)), "payload", file)),
            (None, json!({ "resourceType": "Basic", "id": "hers-too", "subject": urn(&mother.to_ascii_uppercase()) })),
            (None, json!({ "resourceType": "Claim", "id": "hers-again", "patient": urn(daughter) })),
            (None, json!({ "resourceType": "Task", "id": "for-her", "status": "requested", "for": urn(daughter) })),
            (None, with(message("mine", me.clone()), "about", about)),
            (None, with(message("to-her", me.clone()), "recipient", json!([urn(daughter)]))),
            (None, with(message("to-both", me.clone()), "recipient", json!([urn(daughter), me]))),
            (None, json!({ "resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": "U0VDUkVU" })),
        ];
        let entries: Vec<Value> = resources
            .iter()
            .map(|(url, resource)| match url {
                Some(url) => json!({ "fullUrl": url, "resource": resource }),
                None => json!({ "resource": resource }),
            })
            .collect();
        let file = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string();
        let person = desk.import(file.clone()).await.unwrap().person;
        assert_eq!(desk.export(person).await.1, resources_of(&file), "the operator's export is whole");
        let account = desk.account_of(&[person]).await;
        let mut out = Vec::new();
        desk.services.exports.bundle(&account, person, &mut out).await.unwrap();
        let theirs = resources_of(&String::from_utf8(out).unwrap());
        let mut ids: Vec<&str> = theirs.keys().map(|(_, id)| id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids, [mother, "m1", "mine", "r1", "to-both"]);
        let mine = &theirs[&("Communication".to_owned(), "mine".to_owned())];
        assert!(!mine.contains("SECRET") && !mine.contains("hers"), "{mine}");
    }

    async fn what_refers_to_what_is_withheld_by_its_address_in_the_file_is_cut_as_on_its_page(place: &Place) {
        let desk = Desk::at(place).await;
        let (urn, feed) = ("urn:uuid:5f5b6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f", "https://surgery.example/feed/7");
        let label = json!({ "security": [{ "code": "NOPAT" }] });
        let hidden = |id: &str| with(problem(id, "m1", "SECRET", "active", "2019"), "meta", label.clone());
        let to = |address: &str| json!({ "reference": address, "display": "SECRET" });
        let message = |id: &str, about: Value| {
            json!({
                "resourceType": "Communication", "id": id, "status": "completed", "subject": { "reference": "Patient/m1" },
                "topic": { "text": "Your review" }, "sent": "2026-03-04", "about": [about],
                // The file says "SECRET" too.
                "payload": [
                    { "contentString": "SECRET" },
                    { "contentAttachment": { "contentType": "text/plain", "url": format!("Binary/of-{id}") } },
                ],
            })
        };
        let binary = |id: &str| json!({ "resourceType": "Binary", "id": id, "contentType": "text/plain", "data": "U0VDUkVU" });
        let claim = json!({
            "resourceType": "Claim", "id": "claim", "patient": { "reference": "Patient/m1" },
            "diagnosis": [{ "diagnosisReference": to(&urn.to_ascii_uppercase()) }, { "diagnosisReference": to(feed) }],
        });
        let resources = [
            (None, patient("m1", None, "Ellis", "1948-02-03")),
            (Some(urn), hidden("c1")),
            (Some(feed), hidden("c2")),
            (None, message("k1", to(urn))),
            (None, message("k2", to(feed))),
            (None, message("k3", to("urn:uuid:0b0c6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f"))),
            (None, binary("of-k1")),
            (None, binary("of-k2")),
            (None, claim),
        ];
        let entries: Vec<Value> = resources
            .iter()
            .map(|(url, resource)| match url {
                Some(url) => json!({ "fullUrl": url, "resource": resource }),
                None => json!({ "resource": resource }),
            })
            .collect();
        let file = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string();
        let person = desk.import(file.clone()).await.unwrap().person;
        assert_eq!(desk.export(person).await.1, resources_of(&file), "the operator's export is whole");
        let account = desk.account_of(&[person]).await;
        let theirs = async || {
            let mut out = Vec::new();
            desk.services.exports.bundle(&account, person, &mut out).await.unwrap();
            resources_of(&String::from_utf8(out).unwrap())
        };
        let check = |theirs: &BTreeMap<(String, String), String>| {
            let mut ids: Vec<&str> = theirs.keys().map(|(_, id)| id.as_str()).collect();
            ids.sort_unstable();
            assert_eq!(ids, ["claim", "k1", "k2", "k3", "m1"]);
            for id in ["k1", "k2"] {
                let told = &theirs[&("Communication".to_owned(), id.to_owned())];
                assert!(told.contains("Your review") && !told.contains("SECRET") && !told.contains("payload"), "{told}");
            }
            let other = &theirs[&("Communication".to_owned(), "k3".to_owned())];
            assert!(other.contains("SECRET"), "what is about something else is whole: {other}");
            let claim = &theirs[&("Claim".to_owned(), "claim".to_owned())];
            assert!(!claim.contains("SECRET"), "{claim}");
        };
        check(&theirs().await);
        // Pages say the same: of the three that have one title and one day, the third alone says more.
        let mut secrets = 0;
        for line in desk.lines(&account, person, Category::Document).await {
            let view = desk.services.records.entry(&account, person, line.id).await.unwrap();
            secrets += usize::from(format!("{:?}", view.details).contains("SECRET"));
        }
        assert_eq!(secrets, 1);
        // A later version of what is withheld, at no address, is still known by the one that it had.
        let again = with(hidden("c1"), "recordedDate", json!("2020-01-01"));
        desk.import(bundle("collection", &[patient("m1", None, "Ellis", "1948-02-03"), again])).await.unwrap();
        check(&theirs().await);
    }

    async fn what_was_made_of_what_is_withheld_is_cut_as_on_its_page(place: &Place) {
        let desk = Desk::at(place).await;
        let hidden = with(problem("c1", "m1", "SECRET", "active", "2019"), "meta", json!({ "security": [{ "code": "NOPAT" }] }));
        let (me, of) = (json!({ "reference": "Patient/m1" }), json!([{ "reference": "Condition/c1", "display": "SECRET" }]));
        let opinion = json!({
            "resourceType": "ClinicalImpression", "id": "i1", "status": "completed", "subject": me, "code": { "text": "Your review" },
            "date": "2026-03-04", "problem": of, "summary": "SECRET", "description": "SECRET", "note": [{ "text": "SECRET" }],
        });
        let risk = json!({
            "resourceType": "RiskAssessment", "id": "r1", "status": "final", "subject": me, "code": { "text": "Your risk" },
            "occurrenceDateTime": "2026-03-04", "basis": of, "prediction": [{ "outcome": { "text": "SECRET" } }], "mitigation": "SECRET",
        });
        let resources = [patient("m1", None, "Ellis", "1948-02-03"), hidden, opinion, risk];
        let person = desk.import(bundle("collection", &resources)).await.unwrap().person;
        let account = desk.account_of(&[person]).await;
        for title in ["Your review", "Your risk"] {
            let entry = desk.titled(person, Category::Document, title).await;
            let view = desk.services.records.entry(&account, person, entry).await.unwrap();
            assert!(!format!("{view:?}").contains("SECRET"), "{view:?}");
        }
        let mut out = Vec::new();
        desk.services.exports.bundle(&account, person, &mut out).await.unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("Your review") && out.contains("Your risk") && !out.contains("SECRET"), "{out}");
    }

    async fn parts_of_which_all_is_withheld_leave_one_whole_bundle(place: &Place) {
        let desk = Desk::at(place).await;
        let label = json!({ "security": [{ "code": "NOPAT" }] });
        let kept = |kind: &str, id: &str| json!({ "resourceType": kind, "id": id, "subject": { "reference": "Patient/m1" } });
        let mut resources = vec![with(patient("m1", None, "Ellis", "1948-02-03"), "meta", label.clone())];
        resources.extend((0..100).map(|n| with(kept("Basic", &format!("b{n}")), "meta", label.clone())));
        resources.extend((0..100).map(|n| with(kept("Media", &format!("m{n}")), "meta", label.clone())));
        let person = desk.import(bundle("collection", &resources)).await.unwrap().person;
        let account = desk.account_of(&[person]).await;
        let theirs = || async {
            let mut out = Vec::new();
            let count = desk.services.exports.bundle(&account, person, &mut out).await.unwrap();
            let ids: Vec<String> = resources_of(&String::from_utf8(out).unwrap()).into_keys().map(|(_, id)| id).collect();
            (count, ids)
        };
        assert_eq!(theirs().await, (0, Vec::new()));
        resources.push(kept("Consent", "between"));
        desk.import(bundle("collection", &resources)).await.unwrap();
        assert_eq!(theirs().await, (1, vec!["between".to_owned()]));
    }

    async fn an_empty_record_is_an_empty_bundle(place: &Place) {
        let desk = Desk::at(place).await;
        let who = domain::person::Demographics {
            nhs_number: None,
            family_name: "New".to_owned(),
            given_names: Vec::new(),
            prefix: None,
            birth_date: None,
            gender: None,
            deceased: false,
        };
        let person = desk.services.people.create(&Actor::Operator, who).await.unwrap();
        let (text, exported) = desk.export(person).await;
        assert!(exported.is_empty() && text.contains("\"type\":\"collection\""));
        let missing = desk.services.exports.bundle(&Actor::Operator, PersonId::from_uuid(Uuid::nil()), &mut Vec::new()).await;
        assert!(matches!(missing, Err(ServiceError::NotFound)));
    }
}
