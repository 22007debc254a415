use super::*;
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
                let nobody = domain::EntryId::from_uuid(Uuid::nil());
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
