use super::*;
use domain::NhsNumber;
use domain::record::Category;
use service::Which;

const MARGARET: &str = "9990000018";
const OTHER: &str = "9990000026";

fn number(digits: &str) -> NhsNumber {
    NhsNumber::parse(digits).unwrap()
}

fn margaret() -> Value {
    patient("m1", Some(MARGARET), "Ellis", "1948-02-03")
}

testkit::both_engines! {
    async fn twenty_five_bundles_come_in_without_loss_and_a_second_time_change_nothing(place: &Place) {
        let desk = Desk::at(place).await;
        for path in synthea() {
            let text = unpacked(&path);
            let input = resources_of(&text);
            let first = desk.import(std::fs::read(&path).unwrap()).await.unwrap();
            let count = u64::try_from(input.len()).unwrap();
            assert_eq!((first.added, first.updated, first.unchanged, first.older), (count, 0, 0, 0), "{path:?}");
            assert!(first.person_created && first.problems.is_empty(), "{path:?}: {:?}", first.problems);
            let shown: u64 = first.by_category.values().sum();
            assert_eq!(shown + first.kept_unmapped.values().sum::<u64>(), count);
            let (before, overview) = (
                desk.updated_at(first.person).await,
                desk.services.records.overview(&Actor::Operator, first.person).await.unwrap(),
            );
            desk.clock.advance(chrono::TimeDelta::minutes(1));
            let second = desk.import(text).await.unwrap();
            assert_eq!((second.person, second.person_created), (first.person, false));
            assert_eq!((second.added, second.updated, second.unchanged, second.older), (0, 0, count, 0), "{path:?}");
            assert_eq!(desk.updated_at(first.person).await, before);
            let after = desk.services.records.overview(&Actor::Operator, first.person).await.unwrap();
            assert_eq!((after.counts, after.newest), (overview.counts, overview.newest));
            let (_, exported) = desk.export(first.person).await;
            assert_eq!(exported, input, "{path:?}");
        }
        assert_eq!(desk.people().await, 25);
        let verified = desk.services.activity.verify().await.unwrap();
        assert!(verified.faults.is_empty(), "{verified:?}");
    }

    async fn a_newer_version_takes_the_place_of_the_older_which_stays_as_history(place: &Place) {
        let desk = Desk::at(place).await;
        let asthma = |status: &str, at: &str| changed_at(problem("c1", "m1", "Asthma", status, "2019-03"), at);
        let first = desk.import(bundle("collection", &[margaret(), asthma("active", "2026-01-01T10:00:00Z")])).await.unwrap();
        let records = desk.services.records.clone();
        let list = || records.list(&Actor::Operator, first.person, Category::Problem, Which::All, None);
        let entry = list().await.unwrap().lines[0].id;
        desk.clock.advance(chrono::TimeDelta::days(1));
        let newer = desk.import(bundle("collection", &[margaret(), asthma("resolved", "2026-02-01T10:00:00Z")])).await.unwrap();
        assert_eq!((newer.added, newer.updated, newer.unchanged, newer.older), (0, 1, 1, 0));
        desk.clock.advance(chrono::TimeDelta::days(1));
        let older = desk.import(bundle("collection", &[margaret(), asthma("inactive", "2025-01-01T10:00:00Z")])).await.unwrap();
        assert_eq!((older.added, older.updated, older.unchanged, older.older), (0, 0, 1, 1));
        // What is history already is not taken in once more.
        let again = desk.import(bundle("collection", &[margaret(), asthma("active", "2026-01-01T10:00:00Z")])).await.unwrap();
        assert_eq!((again.added, again.updated, again.unchanged, again.older), (0, 0, 2, 0));

        let lines = list().await.unwrap().lines;
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].id, lines[0].status.as_deref()), (entry, Some("resolved")));
        let view = desk.services.records.entry(&Actor::Operator, first.person, entry).await.unwrap();
        let versions: Vec<(i32, bool)> = view.versions.iter().map(|version| (version.number, version.current)).collect();
        assert_eq!((view.version, versions), (2, vec![(2, true), (3, false), (1, false)]));
        let earlier = desk.services.records.entry_version(&Actor::Operator, first.person, entry, 1).await.unwrap();
        assert_eq!((earlier.line.title.as_str(), earlier.line.status.as_deref()), ("Asthma", Some("active")));
        let missing = desk.services.records.entry_version(&Actor::Operator, first.person, entry, 4).await;
        assert!(matches!(missing, Err(ServiceError::NotFound)));
        // The export holds the current version alone.
        let (_, exported) = desk.export(first.person).await;
        assert!(exported[&("Condition".to_owned(), "c1".to_owned())].contains("resolved"));
    }

    async fn what_has_no_time_of_change_is_taken_in_the_order_of_its_arrival(place: &Place) {
        let desk = Desk::at(place).await;
        let asthma = |status: &str| bundle("collection", &[margaret(), problem("c1", "m1", "Asthma", status, "2019")]);
        let person = desk.import(asthma("active")).await.unwrap().person;
        for (status, updated) in [("resolved", 1), ("resolved", 0), ("active", 1)] {
            assert_eq!(desk.import(asthma(status)).await.unwrap().updated, updated);
        }
        let page = desk.services.records.list(&Actor::Operator, person, Category::Problem, Which::All, None).await.unwrap();
        assert_eq!((page.total, page.lines[0].status.as_deref()), (1, Some("active")));
    }

    async fn a_history_gives_every_version_and_shows_the_newest(place: &Place) {
        let desk = Desk::at(place).await;
        let version = |number: &str, status: &str, at: &str| {
            with(problem("c1", "m1", "Asthma", status, "2019"), "meta", json!({ "versionId": number, "lastUpdated": at }))
        };
        // A history begins with the newest.
        let history = bundle("history", &[
            margaret(),
            version("2", "resolved", "2026-02-01T10:00:00Z"),
            version("1", "active", "2026-01-01T10:00:00Z"),
        ]);
        let report = desk.import(history.clone()).await.unwrap();
        assert_eq!((report.added, report.updated), (2, 1));
        let page = desk.services.records.list(&Actor::Operator, report.person, Category::Problem, Which::All, None).await.unwrap();
        assert_eq!((page.total, page.lines[0].status.as_deref()), (1, Some("resolved")));
        assert_eq!(desk.import(history).await.unwrap().unchanged, 3);
    }

    async fn a_file_about_two_patients_is_refused_whole(place: &Place) {
        let desk = Desk::at(place).await;
        let other = patient("m2", Some(OTHER), "Okafor", "1990-01-01");
        let refused = sentence(desk.import(bundle("collection", &[margaret(), other])).await);
        assert!(refused.contains("2 different patients"), "{refused}");
        let stray = bundle("collection", &[margaret(), problem("c1", "somebody-else", "Asthma", "active", "2019")]);
        let refused = sentence(desk.import(stray).await);
        assert!(refused.contains("2 different patients"), "{refused}");
        assert_eq!(desk.people().await, 0);
    }

    async fn what_is_about_a_relative_is_kept_and_never_shown(place: &Place) {
        let desk = Desk::at(place).await;
        let relative = json!({ "resourceType": "RelatedPerson", "id": "r1", "patient": { "reference": "Patient/m1" } });
        let to = |reference: &str| json!({ "reference": reference });
        let file = bundle("collection", &[
            margaret(),
            relative,
            weight("o1", "m1", "2026-01-01", "60"),
            with(weight("o2", "m1", "2026-01-02", "61"), "subject", to("RelatedPerson/r1")),
            with(weight("o3", "m1", "2026-01-03", "62"), "focus", json!([to("RelatedPerson/r1")])),
            with(weight("o4", "m1", "2026-01-04", "63"), "focus", json!([to("Patient/m1")])),
        ]);
        let person = desk.import(file).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let page = desk.services.records.list(&me, person, Category::Result, Which::All, None).await.unwrap();
        let values: Vec<_> = page.lines.iter().filter_map(|line| line.value.as_ref()?.number.clone()).collect();
        assert_eq!((page.total, values), (2, vec!["63".to_owned(), "60".to_owned()]));
        let (all, _) = desk.export(person).await;
        assert!(all.contains("\"o2\"") && all.contains("\"o3\""), "the operator's export is whole");
        let mut out = Vec::new();
        desk.services.exports.bundle(&me, person, &mut out).await.unwrap();
        let own = String::from_utf8(out).unwrap();
        assert!(own.contains("\"o1\"") && !own.contains("\"o2\"") && !own.contains("\"o3\""), "{own}");
    }

    async fn what_becomes_an_entry_when_it_is_read_again_is_as_new_as_when_it_was_received(place: &Place) {
        let desk = Desk::at(place).await;
        let dispense = json!({ "resourceType": "MedicationDispense", "id": "d1", "status": "completed", "subject": { "reference": "Patient/m1" },
            "medicationCodeableConcept": { "text": "Amoxicillin" }, "whenHandedOver": "2026-01-03" });
        let person = desk.import(bundle("collection", &[margaret(), dispense])).await.unwrap().person;
        desk.clock.advance(chrono::TimeDelta::days(30));
        desk.import(bundle("collection", &[margaret(), problem("c1", "m1", "Asthma", "active", "2019")])).await.unwrap();
        let account = desk.account_of(&[person]).await;
        let newest = async || {
            let overview = desk.services.records.overview(&account, person).await.unwrap();
            overview.newest.into_iter().map(|line| line.title).collect::<Vec<_>>()
        };
        assert_eq!(newest().await, ["Asthma", "Amoxicillin"]);
        // As it was when nothing read these: what is held of it has no entry.
        place.alter("UPDATE record_entry SET logical_id = 'another' WHERE resource_type = 'MedicationDispense'").await;
        for _ in 0..2 {
            desk.clock.advance(chrono::TimeDelta::days(1));
            desk.services.imports.reindex(&Actor::Operator, person).await.unwrap();
            assert_eq!(newest().await, ["Asthma", "Amoxicillin", "Amoxicillin"]);
        }
    }

    async fn what_was_given_out_and_what_somebody_has_is_shown_beside_the_rest(place: &Place) {
        let desk = Desk::at(place).await;
        let me = json!({ "reference": "Patient/m1" });
        let medicine = json!({ "text": "Amoxicillin 250mg capsules" });
        let file = bundle("collection", &[
            margaret(),
            json!({ "resourceType": "MedicationDispense", "id": "d1", "status": "completed", "subject": me,
                "medicationCodeableConcept": medicine, "whenHandedOver": "2026-01-03" }),
            json!({ "resourceType": "EpisodeOfCare", "id": "e1", "status": "finished", "patient": me,
                "type": [{ "text": "Community nursing" }], "period": { "start": "2025-01-03", "end": "2025-06-03" } }),
            json!({ "resourceType": "Device", "id": "p1", "status": "active", "patient": me, "type": { "text": "Cardiac pacemaker" } }),
            json!({ "resourceType": "Flag", "id": "f1", "status": "active", "subject": me, "code": { "text": "Gluten free" },
                "category": [{ "coding": [{ "code": "diet" }] }], "period": { "start": "2025-01-03" } }),
            json!({ "resourceType": "Flag", "id": "f2", "status": "active", "subject": me, "code": { "text": "SECRET: violent" } }),
            json!({ "resourceType": "Flag", "id": "f3", "status": "active", "subject": me, "code": { "text": "Partner reads her phone" },
                "category": [{ "coding": [{ "code": "clinical" }] }] }),
        ]);
        let report = desk.import(file).await.unwrap();
        assert_eq!(report.kept_unmapped, BTreeMap::from([("Flag".to_owned(), 2)]));
        let person = report.person;
        let account = desk.account_of(&[person]).await;
        let titles = async |category: Category, which: Which| -> Vec<String> {
            let page = desk.services.records.list(&account, person, category, which, None).await.unwrap();
            page.lines.into_iter().map(|line| line.title).collect()
        };
        assert_eq!(titles(Category::Medicine, Which::Past).await, ["Amoxicillin 250mg capsules"]);
        assert_eq!(titles(Category::Procedure, Which::All).await, ["Cardiac pacemaker"]);
        assert_eq!(titles(Category::Care, Which::Current).await, ["Gluten free"]);
        assert_eq!(titles(Category::Care, Which::Past).await, ["Community nursing"]);
        let mut out = Vec::new();
        desk.services.exports.bundle(&account, person, &mut out).await.unwrap();
        let own = String::from_utf8(out).unwrap();
        assert!(own.contains("Gluten free") && !own.contains("SECRET") && !own.contains("Partner reads her phone"), "{own}");
        assert!(desk.export(person).await.0.contains("Partner reads her phone"), "the operator's export is whole");
        // One that was shown is gone once its source says that it is of another sort.
        let anew = json!({ "resourceType": "Flag", "id": "f1", "status": "active", "subject": me,
            "code": { "text": "Partner reads her letters" }, "category": [{ "coding": [{ "code": "safety" }] }] });
        desk.import(bundle("collection", &[margaret(), anew])).await.unwrap();
        assert_eq!(titles(Category::Care, Which::Current).await, Vec::<String>::new());
        let mut out = Vec::new();
        desk.services.exports.bundle(&account, person, &mut out).await.unwrap();
        assert!(!String::from_utf8(out).unwrap().contains("Partner reads"));
    }

    async fn what_a_clinician_thought_is_shown_found_and_given_out_once_it_is_finished(place: &Place) {
        let desk = Desk::at(place).await;
        let thought = |id: &str, status: &str, summary: &str| json!({
            "resourceType": "ClinicalImpression", "id": id, "status": status, "subject": { "reference": "Patient/m1" },
            "code": { "text": "Clinic opinion" }, "effectiveDateTime": "2026-03-04", "assessor": { "display": "Dr Ann Lee" },
            "problem": [{ "reference": "Condition/c1" }], "summary": summary,
        });
        let report = desk.import(bundle("collection", &[
            margaret(),
            problem("c1", "m1", "Asthma", "active", "2019"),
            thought("t1", "completed", "Unlikely to be whooping cough"),
            thought("t2", "in-progress", "SECRET draft"),
        ])).await.unwrap();
        assert_eq!(report.kept_unmapped, BTreeMap::new());
        let person = report.person;
        let me = desk.account_of(&[person]).await;
        let records = &desk.services.records;
        let entry = desk.titled(person, Category::Document, "Clinic opinion").await;
        assert_eq!(desk.lines(&me, person, Category::Document).await.len(), 1, "what is not finished is not there");
        let events = desk.events(person.as_uuid()).await;
        let view = records.entry(&me, person, entry).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, events + 1, "one look is one event");
        let details = view.details.iter().map(|detail| format!("{}: {}", detail.label, detail.value)).collect::<Vec<_>>();
        assert_eq!(details, ["What they thought: Unlikely to be whooping cough", "About: Asthma"]);
        assert_eq!((view.line.kind.as_str(), view.line.author.as_deref()), ("Clinical assessment", Some("Dr Ann Lee")));
        let found = async |reader: &Actor| {
            let asked = service::SearchAsked { words: "whooping cough".to_owned(), ..Default::default() };
            let page = records.search(reader, person, &asked).await.unwrap();
            page.found.into_iter().map(|one| one.line.title).collect::<Vec<_>>()
        };
        assert_eq!(found(&me).await, ["Clinic opinion"]);
        assert_eq!(records.timeline(&me, person, service::Narrowing::default(), None).await.unwrap().entries, 2);
        let mut out = Vec::new();
        desk.services.exports.bundle(&me, person, &mut out).await.unwrap();
        let own = String::from_utf8(out).unwrap();
        assert!(own.contains("whooping cough") && !own.contains("SECRET"), "{own}");
        // From whom the problem is hidden, what is said of it is too.
        let problem = desk.titled(person, Category::Problem, "Asthma").await;
        desk.services.hidings.hide_entry(&me, person, problem, service::HiddenFrom::All).await.unwrap();
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        assert!(records.entry(&ann, person, entry).await.unwrap().details.is_empty());
        assert_eq!(found(&ann).await, Vec::<String>::new());
        assert_eq!(found(&me).await, ["Clinic opinion"]);
        // Whoever was let into plans and procedures alone reads no opinion.
        let (tom, _) = desk.carer_of(person, Scopes::NONE.with(domain::scope::Scope::Record), general()).await;
        assert!(matches!(records.entry(&tom, person, entry).await, Err(ServiceError::NotFound)));
    }

    async fn a_risk_is_shown_found_and_given_out_unless_it_warns_of_somebody(place: &Place) {
        let desk = Desk::at(place).await;
        let risk = |id: &str, status: &str, outcome: &str| json!({
            "resourceType": "RiskAssessment", "id": id, "status": status, "subject": { "reference": "Patient/m1" },
            "code": { "text": "Health check risk" }, "occurrenceDateTime": "2026-03-04", "basis": [{ "reference": "Observation/o1" }],
            "prediction": [{ "outcome": { "text": outcome }, "probabilityDecimal": 12 }],
        });
        let report = desk.import(bundle("collection", &[
            margaret(),
            weight("o1", "m1", "2026-03-04", "61"),
            risk("k1", "final", "Heart attack"),
            risk("k2", "preliminary", "SECRET draft"),
            risk("k3", "final", "SECRET: domestic violence"),
        ])).await.unwrap();
        assert_eq!(report.kept_unmapped, BTreeMap::new());
        let person = report.person;
        let me = desk.account_of(&[person]).await;
        let records = &desk.services.records;
        let lines = desk.lines(&me, person, Category::Document).await;
        assert_eq!(lines.iter().map(|line| line.title.as_str()).collect::<Vec<_>>(), ["Health check risk"]);
        let entry = lines[0].id;
        let events = desk.events(person.as_uuid()).await;
        let view = records.entry(&me, person, entry).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, events + 1, "one look is one event");
        let details = view.details.iter().map(|detail| format!("{}: {}", detail.label, detail.value)).collect::<Vec<_>>();
        assert_eq!(details, ["What may happen: Heart attack; how likely: 12%", "Worked out from: Body weight"]);
        let found = async |reader: &Actor| {
            let asked = service::SearchAsked { words: "heart attack".to_owned(), ..Default::default() };
            let page = records.search(reader, person, &asked).await.unwrap();
            page.found.into_iter().map(|one| one.line.title).collect::<Vec<_>>()
        };
        assert_eq!(found(&me).await, ["Health check risk"]);
        assert_eq!(records.timeline(&me, person, service::Narrowing::default(), None).await.unwrap().entries, 2);
        let mut out = Vec::new();
        desk.services.exports.bundle(&me, person, &mut out).await.unwrap();
        let own = String::from_utf8(out).unwrap();
        assert!(own.contains("Heart attack") && !own.contains("SECRET"), "{own}");
        // From whom a result is hidden, what was worked out from it is too.
        let result = desk.titled(person, Category::Result, "Body weight").await;
        desk.services.hidings.hide_entry(&me, person, result, service::HiddenFrom::All).await.unwrap();
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        assert!(records.entry(&ann, person, entry).await.unwrap().details.is_empty());
        assert_eq!(found(&ann).await, Vec::<String>::new());
        let (tom, _) = desk.carer_of(person, Scopes::NONE.with(domain::scope::Scope::Record), general()).await;
        assert!(matches!(records.entry(&tom, person, entry).await, Err(ServiceError::NotFound)));
    }

    async fn a_message_is_shown_found_and_given_out_once_it_was_sent(place: &Place) {
        let desk = Desk::at(place).await;
        // The file says "All is well."
        let message = |id: &str, status: &str, sender: &str, words: &str| json!({
            "resourceType": "Communication", "id": id, "status": status, "subject": { "reference": "Patient/m1" },
            "topic": { "text": "Your review" }, "sent": "2026-03-04", "sender": { "reference": sender, "display": "Riverside Surgery" },
            "about": [{ "reference": "Condition/c1" }],
            "payload": [{ "contentString": words }, { "contentAttachment": { "contentType": "text/plain", "data": "QWxsIGlzIHdlbGwu" } }],
        });
        let report = desk.import(bundle("collection", &[
            margaret(),
            problem("c1", "m1", "Asthma", "active", "2019"),
            message("k1", "completed", "Organization/g", "Please ring the surgery"),
            message("k2", "preparation", "Organization/g", "SECRET draft"),
            message("k3", "completed", "RelatedPerson/r", "SECRET of her son"),
        ])).await.unwrap();
        assert_eq!(report.kept_unmapped, BTreeMap::new());
        let person = report.person;
        let me = desk.account_of(&[person]).await;
        let records = &desk.services.records;
        let list = async || records.list(&me, person, Category::Document, Which::All, None).await.unwrap();
        let page = list().await;
        assert_eq!(page.lines.iter().map(|line| line.title.as_str()).collect::<Vec<_>>(), ["Your review"]);
        let entry = page.lines[0].id;
        assert_eq!((page.unread, page.lines[0].place.as_deref()), (vec![entry], Some("Riverside Surgery")));
        let events = desk.events(person.as_uuid()).await;
        let view = records.entry(&me, person, entry).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, events + 1, "one look is one event");
        let details = view.details.iter().map(|detail| format!("{}: {}", detail.label, detail.value)).collect::<Vec<_>>();
        assert_eq!(details, [
            "From: Riverside Surgery", "Message: Please ring the surgery", "About: Asthma", "File: Text", "What it says: All is well.",
        ]);
        assert_eq!(view.documents.files.len(), 1);
        assert_eq!(list().await.unread, Vec::<EntryId>::new());
        let found = async |reader: &Actor, words: &str| {
            let asked = service::SearchAsked { words: words.to_owned(), ..Default::default() };
            let page = records.search(reader, person, &asked).await.unwrap();
            page.found.into_iter().map(|one| one.line.title).collect::<Vec<_>>()
        };
        assert_eq!(found(&me, "ring surgery").await, ["Your review"]);
        assert_eq!(records.timeline(&me, person, service::Narrowing::default(), None).await.unwrap().entries, 2);
        let mut out = Vec::new();
        desk.services.exports.bundle(&me, person, &mut out).await.unwrap();
        let own = String::from_utf8(out).unwrap();
        assert!(own.contains("Please ring") && !own.contains("SECRET"), "{own}");
        // From whom the problem is hidden, what is said of it is too.
        let problem = desk.titled(person, Category::Problem, "Asthma").await;
        desk.services.hidings.hide_entry(&me, person, problem, service::HiddenFrom::All).await.unwrap();
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let seen = records.entry(&ann, person, entry).await.unwrap();
        let told = format!("{seen:?}");
        assert!(["Please ring", "Asthma", "All is well"].iter().all(|words| !told.contains(words)), "{told}");
        // So are its files, wherever they are asked for.
        assert_eq!(seen.documents.files, []);
        let file = view.documents.files[0].id;
        let asked = async |reader: &Actor| records.document(reader, person, (entry, file), service::FileForm::Original).await;
        assert!(asked(&me).await.is_ok());
        assert!(matches!(asked(&ann).await, Err(ServiceError::NotFound)));
        assert_eq!(found(&me, "well").await, ["Your review"]);
        assert_eq!(found(&ann, "well").await, Vec::<String>::new());
    }

    async fn the_files_of_a_message_about_what_is_withheld_are_closed_to_its_owner(place: &Place) {
        let desk = Desk::at(place).await;
        let hidden = with(problem("c1", "m1", "SECRET", "active", "2019"), "meta", json!({ "security": [{ "code": "NOPAT" }] }));
        // The file says "SECRET".
        let message = json!({
            "resourceType": "Communication", "id": "k1", "status": "completed", "subject": { "reference": "Patient/m1" },
            "topic": { "text": "Your review" }, "sent": "2026-03-04", "reasonReference": [{ "reference": "Condition/c1" }],
            "payload": [
                { "contentString": "SECRET" },
                { "contentAttachment": { "contentType": "text/plain", "data": "U0VDUkVU" } },
                { "contentAttachment": { "contentType": "text/plain", "url": "Binary/b1" } },
            ],
            "note": [{ "text": "SECRET" }],
        });
        let file = json!({ "resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": "U0VDUkVU" });
        let person = desk.import(bundle("collection", &[margaret(), hidden, message, file])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let entry = desk.titled(person, Category::Document, "Your review").await;
        let records = &desk.services.records;
        let seen = records.entry(&me, person, entry).await.unwrap();
        assert_eq!(seen.documents.files, []);
        assert!(!format!("{seen:?}").contains("SECRET"), "{seen:?}");
        let asked = service::SearchAsked { words: "secret".to_owned(), ..Default::default() };
        assert_eq!(records.search(&me, person, &asked).await.unwrap().found.len(), 0);
        // Nor does what they take away with them hold any of it.
        let mut out = Vec::new();
        desk.services.exports.bundle(&me, person, &mut out).await.unwrap();
        let own = String::from_utf8(out).unwrap();
        assert!(own.contains("Your review"), "{own}");
        assert!(["SECRET", "U0VDUkVU", "Condition/c1", "\"Binary\""].iter().all(|said| !own.contains(said)), "{own}");
    }

    async fn a_message_about_what_an_earlier_file_withholds_is_cut_by_whichever_address_it_gives(place: &Place) {
        let desk = Desk::at(place).await;
        let (urn, id) = ("urn:uuid:5f5b6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f", "0b0c6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f");
        let label = json!({ "security": [{ "code": "NOPAT" }] });
        let hidden = |id: &str| with(problem(id, "m1", "SECRET", "active", "2019"), "meta", label.clone());
        let entries = json!([{ "resource": margaret() }, { "fullUrl": urn, "resource": hidden("c1") }, { "resource": hidden(id) }]);
        let first = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string();
        let person = desk.import(first).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        // The file says "SECRET" too.
        let message = |id: &str, title: &str, about: &str| json!({
            "resourceType": "Communication", "id": id, "status": "completed", "subject": { "reference": "Patient/m1" },
            "topic": { "text": title }, "sent": "2026-03-04", "about": [{ "reference": about, "display": "SECRET" }],
            "payload": [
                { "contentString": "SECRET" },
                { "contentAttachment": { "contentType": "text/plain", "data": "U0VDUkVU" } },
            ],
        });
        let messages = [
            margaret(),
            message("k1", "By its address", urn),
            message("k2", "By its id alone", &format!("urn:uuid:{id}")),
            message("k3", "About something else", "urn:uuid:00000000-3b0a-4e0c-9d0f-0a1b2c3d4e5f"),
        ];
        desk.import(bundle("collection", &messages)).await.unwrap();
        let check = async || {
            for (title, is_cut) in [("By its address", true), ("By its id alone", true), ("About something else", false)] {
                let entry = desk.titled(person, Category::Document, title).await;
                let view = desk.services.records.entry(&me, person, entry).await.unwrap();
                assert_eq!(format!("{:?}", view.details).contains("SECRET"), !is_cut, "{view:?}");
                assert_eq!(view.documents.files.is_empty(), is_cut, "{view:?}");
            }
            let mut out = Vec::new();
            desk.services.exports.bundle(&me, person, &mut out).await.unwrap();
            let own = resources_of(&String::from_utf8(out).unwrap());
            for (id, is_cut) in [("k1", true), ("k2", true), ("k3", false)] {
                let told = &own[&("Communication".to_owned(), id.to_owned())];
                assert_eq!(told.contains("SECRET") || told.contains("U0VDUkVU"), !is_cut, "{told}");
            }
        };
        check().await;
        // What it had no more in a later version it is still known by.
        let again = with(hidden("c1"), "recordedDate", json!("2020-01-01"));
        desk.import(bundle("collection", &[margaret(), again])).await.unwrap();
        check().await;
    }

    async fn an_earlier_version_is_cut_by_an_address_that_the_newer_one_does_not_give(place: &Place) {
        let desk = Desk::at(place).await;
        let urn = "urn:uuid:5f5b6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f";
        let label = json!({ "security": [{ "code": "NOPAT" }] });
        let hidden = with(problem("c1", "m1", "SECRET", "active", "2019"), "meta", label);
        let entries = json!([{ "resource": margaret() }, { "fullUrl": urn, "resource": hidden }]);
        let first = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string();
        let person = desk.import(first).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let message = |about: &str| json!({
            "resourceType": "Communication", "id": "k1", "status": "completed", "subject": { "reference": "Patient/m1" },
            "topic": { "text": "Your review" }, "sent": "2026-03-04", "about": [{ "reference": about, "display": "SECRET" }],
            "payload": [{ "contentString": "SECRET" }],
        });
        desk.import(bundle("collection", &[margaret(), message(urn)])).await.unwrap();
        // What is withheld is sent again without that address, and the message names it by its type and id.
        let again = with(hidden, "recordedDate", json!("2020-01-01"));
        desk.import(bundle("collection", &[margaret(), again, message("Condition/c1")])).await.unwrap();
        let entry = desk.titled(person, Category::Document, "Your review").await;
        for number in [1, 2] {
            let view = desk.services.records.entry_version(&me, person, entry, number).await.unwrap();
            assert!(!format!("{:?}", view.details).contains("SECRET"), "{number}: {view:?}");
        }
    }

    async fn a_version_that_was_about_a_relative_is_not_shown(place: &Place) {
        let desk = Desk::at(place).await;
        let urn = "urn:uuid:5f5b6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f";
        let relative = json!({ "resourceType": "RelatedPerson", "id": "r1", "patient": { "reference": "Patient/m1" } });
        let told = |title: &str| problem("c1", "m1", title, "active", "2019-01-01");
        let hers = with(told("Something of hers"), "subject", json!({ "reference": urn }));
        let file = |resource: &Value| {
            let entries = json!([{ "resource": margaret() }, { "fullUrl": urn, "resource": relative }, { "resource": resource }]);
            json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string()
        };
        let person = desk.import(file(&hers)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let list = async || desk.services.records.list(&me, person, Category::Problem, Which::All, None).await.unwrap();
        assert_eq!(list().await.total, 0);
        desk.import(file(&told("Asthma"))).await.unwrap();
        let page = list().await;
        assert_eq!((page.total, page.lines[0].title.as_str()), (1, "Asthma"));
        let entry = page.lines[0].id;
        let view = desk.services.records.entry(&me, person, entry).await.unwrap();
        assert_eq!((view.version, view.versions.len()), (1, 1), "only the one about them is told of");
        assert!(matches!(desk.services.records.entry_version(&me, person, entry, 2).await, Err(ServiceError::NotFound)));
    }

    async fn what_is_about_a_relative_of_whom_an_earlier_file_told_is_not_shown(place: &Place) {
        let desk = Desk::at(place).await;
        let urn = "urn:uuid:5f5b6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f";
        let relative = json!({ "resourceType": "RelatedPerson", "id": "r1", "patient": { "reference": "Patient/m1" } });
        let first = json!([{ "resource": margaret() }, { "fullUrl": urn, "resource": relative }]);
        let first = json!({ "resourceType": "Bundle", "type": "collection", "entry": first }).to_string();
        let person = desk.import(first).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let hers = with(weight("o1", "m1", "2026-01-02", "61"), "focus", json!([{ "reference": urn }]));
        desk.import(bundle("collection", &[margaret(), hers, weight("o2", "m1", "2026-01-03", "62")])).await.unwrap();
        let total = async || desk.services.records.list(&me, person, Category::Result, Which::All, None).await.unwrap().total;
        assert_eq!(total().await, 1);
        // A later version of the relative without that address changes nothing.
        desk.import(bundle("collection", &[margaret(), with(relative, "active", json!(true))])).await.unwrap();
        desk.services.imports.reindex(&Actor::Operator, person).await.unwrap();
        assert_eq!(total().await, 1);
        let mut out = Vec::new();
        desk.services.exports.bundle(&me, person, &mut out).await.unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("\"o2\"") && !out.contains("\"o1\""), "{out}");
    }

    async fn a_file_about_another_person_than_named_is_refused_whole(place: &Place) {
        let desk = Desk::at(place).await;
        let one = desk.import(bundle("collection", &[margaret()])).await.unwrap().person;
        let other = bundle("collection", &[patient("m2", Some(OTHER), "Okafor", "1990-01-01"), weight("o1", "m2", "2026-01-01", "60")]);
        for expected in [Expected::NhsNumber(number(MARGARET)), Expected::Person(one)] {
            let refused = sentence(desk.import_expecting(other.clone(), Some(expected)).await);
            assert!(refused.contains("another person than the one you named") || refused.contains("another NHS number"), "{refused}");
        }
        let two = desk.import(other.clone()).await.unwrap().person;
        assert_ne!(one, two);
        let refused = sentence(desk.import_expecting(other, Some(Expected::Person(one))).await);
        assert!(refused.contains("another person than the one you named"), "{refused}");
        let nobody = Some(Expected::Person(PersonId::from_uuid(Uuid::nil())));
        let refused = sentence(desk.import_expecting(bundle("collection", &[margaret()]), nobody).await);
        assert!(refused.contains("no record of the person"), "{refused}");
        assert_eq!(desk.people().await, 2);
        let (_, exported) = desk.export(one).await;
        assert_eq!(exported.len(), 1);
    }

    async fn the_same_nhs_number_with_another_date_of_birth_is_refused(place: &Place) {
        let desk = Desk::at(place).await;
        desk.import(bundle("collection", &[margaret()])).await.unwrap();
        let hospital = desk.services.organisations.ensure(&Actor::Operator, "RX1", "Royal Hospital", OrganisationKind::Hospital).await.unwrap();
        let wrong = bundle("collection", &[patient("77", Some(MARGARET), "Ellis", "1984-02-03")]);
        let refused = sentence(desk.import_from(&hospital, wrong, None).await);
        assert!(refused.contains("another date of birth"), "{refused}");
        let right = bundle("collection", &[patient("77", Some(MARGARET), "Ellis-Jones", "1948-02-03")]);
        let report = desk.import_from(&hospital, right, None).await.unwrap();
        assert!(!report.person_created);
        let overview = desk.services.records.overview(&Actor::Operator, report.person).await.unwrap();
        assert_eq!(overview.sources.len(), 2);
        // Its practice says what she is called.
        assert_eq!(overview.person.display_name, "Mrs Margaret Ellis");
    }

    async fn the_practice_at_which_somebody_is_registered_says_what_they_are_called(place: &Place) {
        let desk = Desk::at(place).await;
        let organisations = &desk.services.organisations;
        let hospital = organisations.ensure(&Actor::Operator, "RX1", "Royal Hospital", OrganisationKind::Hospital).await.unwrap();
        let clinic = organisations.ensure(&Actor::Operator, "RX2", "Elm Hospital", OrganisationKind::Hospital).await.unwrap();
        let next = organisations.ensure(&Actor::Operator, "A81002", "Market Street Surgery", OrganisationKind::Practice).await.unwrap();
        for (source, id, family, at, shown) in [
            // While no practice has told, whoever changed it last.
            (&hospital, "h1", "First", "2026-01-01T00:00:00Z", "Mrs Margaret First"),
            (&clinic, "k1", "Older", "2025-01-01T00:00:00Z", "Mrs Margaret First"),
            (&clinic, "k1", "Newer", "2026-01-02T00:00:00Z", "Mrs Margaret Newer"),
            // Then the practice, whenever it and the others changed it.
            (&desk.practice, "m1", "Ellis", "2020-01-01T00:00:00Z", "Mrs Margaret Ellis"),
            (&hospital, "h1", "Maiden", "2026-06-01T00:00:00Z", "Mrs Margaret Ellis"),
            (&desk.practice, "m1", "Ellis-Jones", "2026-02-01T00:00:00Z", "Mrs Margaret Ellis-Jones"),
            // They move: what the practice that they left says later counts no more.
            (&next, "x9", "Moved", "2019-01-01T00:00:00Z", "Mrs Margaret Moved"),
            (&desk.practice, "m1", "Left", "2026-09-01T00:00:00Z", "Mrs Margaret Moved"),
        ] {
            let file = bundle("collection", &[changed_at(patient(id, Some(MARGARET), family, "1948-02-03"), at)]);
            desk.import_from(source, file, None).await.unwrap();
            let who = desk.services.people.find(&Actor::Operator, MARGARET).await.unwrap();
            assert_eq!(who.display_name, shown, "{family}");
        }
    }

    async fn somebody_who_comes_back_to_a_practice_is_called_as_its_next_file_says(place: &Place) {
        let desk = Desk::at(place).await;
        let people = &desk.services.people;
        let next = desk.services.organisations.ensure(&Actor::Operator, "A81002", "Market Street Surgery", OrganisationKind::Practice).await.unwrap();
        let named = |id: &str, family: &str, at: &str| changed_at(patient(id, Some(MARGARET), family, "1948-02-03"), at);
        let old = named("m1", "Maiden", "2025-01-01T00:00:00Z");
        let file = || bundle("collection", &[named("m1", "Ellis", "2026-01-01T00:00:00Z")]);
        let who = async || {
            let who = people.find(&Actor::Operator, MARGARET).await.unwrap();
            (who.display_name, who.deceased)
        };
        desk.import(bundle("collection", std::slice::from_ref(&old))).await.unwrap();
        let person = desk.import(file()).await.unwrap().person;
        let moved = with(named("x9", "Moved", "2026-02-01T00:00:00Z"), "deceasedBoolean", json!(true));
        desk.import_from(&next, bundle("collection", &[moved]), None).await.unwrap();
        // What the practice that they left says again counts no more.
        desk.import(file()).await.unwrap();
        assert_eq!(who().await, ("Mrs Margaret Moved".to_owned(), true));
        people.register(&Actor::Operator, person, desk.practice.id).await.unwrap();
        // Neither does what it said before it changed that.
        assert_eq!(desk.import(bundle("collection", &[old])).await.unwrap().unchanged, 1);
        assert_eq!(who().await, ("Mrs Margaret Moved".to_owned(), true));
        // It has nothing new to tell of whether they live.
        assert_eq!(desk.import(file()).await.unwrap().unchanged, 1);
        assert_eq!(who().await, ("Mrs Margaret Ellis".to_owned(), true));
    }

    async fn of_several_patients_that_are_one_the_newest_says_who_they_are(place: &Place) {
        let desk = Desk::at(place).await;
        let told = |id: &str, family: &str, at: &str| changed_at(patient(id, Some(MARGARET), family, "1948-02-03"), at);
        let file = bundle("collection", &[told("m1", "Ellis", "2026-02-01T10:00:00Z"), told("m2", "Maiden", "2026-01-01T10:00:00Z")]);
        for _ in 0..2 {
            desk.import(file.clone()).await.unwrap();
            let who = desk.services.people.find(&Actor::Operator, MARGARET).await.unwrap();
            assert_eq!(who.display_name, "Mrs Margaret Ellis");
        }
    }

    async fn an_older_patient_does_not_change_who_the_person_is(place: &Place) {
        let desk = Desk::at(place).await;
        let named = |family: &str, at: &str| bundle("collection", &[changed_at(patient("m1", Some(MARGARET), family, "1948-02-03"), at)]);
        let person = desk.import(named("Ellis", "2026-05-01T00:00:00Z")).await.unwrap().person;
        assert_eq!(desk.import(named("Maiden", "2020-05-01T00:00:00Z")).await.unwrap().older, 1);
        let who = desk.services.people.find(&Actor::Operator, MARGARET).await.unwrap();
        assert_eq!((who.id, who.display_name.as_str()), (person, "Mrs Margaret Ellis"));
        assert_eq!(desk.import(named("Later", "2026-06-01T00:00:00Z")).await.unwrap().updated, 1);
        let who = desk.services.people.find(&Actor::Operator, &person.to_string()).await.unwrap();
        assert_eq!(who.display_name, "Mrs Margaret Later");
    }

    async fn a_bad_resource_is_reported_and_kept_while_the_others_land(place: &Place) {
        let desk = Desk::at(place).await;
        let bad = with(problem("c2", "m1", "Eczema", "active", "2019"), "code", json!("not a concept"));
        let nameless = json!({ "resourceType": "Condition", "subject": { "reference": "Patient/m1" } });
        let file = bundle("collection", &[margaret(), bad, nameless, problem("c1", "m1", "Asthma", "active", "2019")]);
        let report = desk.import(file).await.unwrap();
        assert_eq!(report.added, 3);
        let paths: Vec<&str> = report.problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths.len(), 2, "{:?}", report.problems);
        assert!(paths.iter().any(|path| path.starts_with("Bundle.entry[1].resource: Condition.code")), "{paths:?}");
        assert!(paths.iter().any(|path| path.starts_with("Bundle.entry[2]")), "{paths:?}");
        assert!(report.problems.iter().all(|problem| !problem.reason.contains("not a concept")));
        let page = desk.services.records.list(&Actor::Operator, report.person, Category::Problem, Which::All, None).await.unwrap();
        assert_eq!(page.lines.iter().map(|line| line.title.as_str()).collect::<Vec<_>>(), ["Asthma"]);
        let (_, exported) = desk.export(report.person).await;
        assert!(exported[&("Condition".to_owned(), "c2".to_owned())].contains("not a concept"));
    }

    async fn a_newer_version_that_cannot_be_read_leaves_the_last_that_could_and_says_so(place: &Place) {
        let desk = Desk::at(place).await;
        let good = problem("c1", "m1", "Asthma", "active", "2019");
        let person = desk.import(bundle("collection", &[margaret(), good.clone()])).await.unwrap().person;
        desk.import(bundle("collection", &[margaret(), with(good, "code", json!(7))])).await.unwrap();
        let page = desk.services.records.list(&Actor::Operator, person, Category::Problem, Which::All, None).await.unwrap();
        let view = desk.services.records.entry(&Actor::Operator, person, page.lines[0].id).await.unwrap();
        assert!(view.newest_unreadable);
        assert_eq!((view.version, view.versions.len(), view.line.title.as_str()), (1, 2, "Asthma"));
        let newest = desk.services.records.entry_version(&Actor::Operator, person, page.lines[0].id, 2).await.unwrap();
        assert!(newest.details[0].value.contains("cannot show it in words"));
    }

    async fn names_in_any_writing_come_in_and_go_out_unchanged(place: &Place) {
        let desk = Desk::at(place).await;
        let names = ["Zoë 🌸 Ó Briain", "محمد بن سلمان", "עברית", "李小龍", "e\u{301}cole", "\u{202E}abc", "nul\u{0}nul"];
        for (index, name) in names.into_iter().enumerate() {
            let id = format!("p{index}");
            let file = bundle("collection", &[patient(&id, None, name, "1980-01-01"), problem("c1", &id, name, "active", "2019")]);
            let report = desk.import(file.clone()).await.unwrap();
            assert!(report.problems.is_empty());
            let who = desk.services.people.find(&Actor::Operator, &report.person.to_string()).await.unwrap();
            assert!(who.display_name.ends_with(&name.replace('\0', "\u{FFFD}")), "{}", who.display_name);
            let (_, exported) = desk.export(report.person).await;
            assert_eq!(exported, resources_of(&file));
        }
    }

    async fn two_imports_of_the_same_file_at_once_give_one_copy(place: &Place) {
        let desk = Desk::at(place).await;
        for (id, nhs_number) in [("m1", Some(MARGARET)), ("m2", None)] {
            let mut resources = vec![patient(id, nhs_number, "Ellis", "1948-02-03")];
            resources.extend((0..150).map(|n| weight(&format!("{id}-{n}"), id, "2026-01-01", "60.0")));
            let file = bundle("collection", &resources);
            let (a, b, c) = tokio::join!(desk.import(file.clone()), desk.import(file.clone()), desk.import(file.clone()));
            let reports = [a.unwrap(), b.unwrap(), c.unwrap()];
            assert_eq!(reports.iter().map(|report| report.added).sum::<u64>(), 151);
            assert_eq!(reports.iter().map(|report| report.unchanged).sum::<u64>(), 302);
            assert_eq!(reports.iter().filter(|report| report.person_created).count(), 1);
            assert!(reports.iter().all(|report| report.person == reports[0].person));
            let page = desk.services.records.list(&Actor::Operator, reports[0].person, Category::Result, Which::All, None).await.unwrap();
            assert_eq!(page.total, 150);
        }
        assert_eq!(desk.people().await, 2);
    }

    async fn a_search_answer_without_a_patient_goes_to_whom_the_source_told_us_of_before(place: &Place) {
        let desk = Desk::at(place).await;
        let answer = bundle("searchset", &[weight("o1", "m1", "2026-01-01", "60.0"), weight("o2", "m1", "2026-02-01", "61.0")]);
        let refused = sentence(desk.import(answer.clone()).await);
        assert!(refused.contains("has not told us about"), "{refused}");
        assert_eq!(desk.people().await, 0);
        let person = desk.import(bundle("collection", &[margaret()])).await.unwrap().person;
        let report = desk.import_expecting(answer.clone(), Some(Expected::NhsNumber(number(MARGARET)))).await.unwrap();
        assert_eq!((report.person, report.added), (person, 2));
        // The same id at another source may be anybody.
        let hospital = desk.services.organisations.ensure(&Actor::Operator, "RX1", "Royal Hospital", OrganisationKind::Hospital).await.unwrap();
        let refused = sentence(desk.import_from(&hospital, answer, None).await);
        assert!(refused.contains("has not told us about"), "{refused}");
    }

    async fn types_that_no_page_shows_are_kept_and_counted(place: &Place) {
        let desk = Desk::at(place).await;
        let claim = json!({ "resourceType": "Claim", "id": "k1", "patient": { "reference": "Patient/m1" }, "total": { "value": 1.50 } });
        let report = desk.import(bundle("collection", &[margaret(), claim])).await.unwrap();
        assert_eq!(report.kept_unmapped, BTreeMap::from([("Claim".to_owned(), 1)]));
        let (_, exported) = desk.export(report.person).await;
        assert!(exported.contains_key(&("Claim".to_owned(), "k1".to_owned())));
    }

    async fn a_person_added_by_hand_is_filled_from_the_file_that_is_named_as_theirs(place: &Place) {
        let desk = Desk::at(place).await;
        let who = domain::person::Demographics {
            nhs_number: None,
            family_name: "Ellis".to_owned(),
            given_names: vec!["Margaret".to_owned()],
            prefix: None,
            birth_date: chrono::NaiveDate::from_ymd_opt(1948, 2, 3),
            gender: None,
            deceased: false,
        };
        let person = desk.services.people.create(&Actor::Operator, who.clone()).await.unwrap();
        let report = desk.import_expecting(bundle("collection", &[margaret()]), Some(Expected::Person(person))).await.unwrap();
        assert_eq!((report.person, report.person_created), (person, false));
        let found = desk.services.people.find(&Actor::Operator, "999 000 0018").await.unwrap();
        assert_eq!((found.id, found.age), (person, Some(78)));
        let taken = domain::person::Demographics { nhs_number: Some(number(MARGARET)), ..who };
        assert!(sentence(desk.services.people.create(&Actor::Operator, taken).await).contains("already"));
    }

    async fn what_is_held_can_be_read_again_under_the_same_ids(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(unpacked(&synthea()[6])).await.unwrap().person;
        let look = || async {
            let mut all = Vec::new();
            for category in Category::SHOWN {
                let mut after = None;
                loop {
                    let page = desk.services.records.list(&Actor::Operator, person, *category, Which::All, after).await.unwrap();
                    for line in page.lines {
                        all.push(desk.services.records.entry(&Actor::Operator, person, line.id).await.unwrap());
                    }
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
            }
            all
        };
        let before = look().await;
        // As an older program might have left it: everything under a wrong name.
        let spoilt = before.clone();
        let organisation = desk.practice.id;
        let at = desk.services.core.now();
        let act: Result<(), store::StoreError> = place.store.write(move |tx| Box::pin(async move {
            for view in spoilt {
                let row = store::record::entry(tx, person, &store::record::Filter::Everything { at }, view.line.id).await?.unwrap();
                let held = store::record::held_of(tx, person, row.source()).await?;
                let facts = domain::record::EntryFacts {
                    category: view.line.category, kind: "?".to_owned(), title: "?".to_owned(), code: None, status: None, happened: None,
                    ended: None, recorded: None, value: None, author: None, place: None, details: Vec::new(), none_known: false,
                    sensitivity: view.line.sensitivity, release: domain::record::Release::Released,
                    mentions: Vec::new(), placed_by_others: false, result: None, ordered: None, visit: None,
                    refers_to: Vec::new(),
                };
                let import = store::record::Import { person, organisation, id: domain::ImportId::from_uuid(Uuid::nil()), at };
                let resource_id = domain::ResourceId::from_uuid(held[0].id);
                let (resource_type, logical_id) = (row.resource_type, row.logical_id);
                let entry = store::record::NewEntry { id: view.line.id, resource_id, resource_type, logical_id, facts };
                store::record::change_entries(tx, import, &[&entry], &[]).await?;
            }
            Ok(())
        })).await;
        act.unwrap();
        assert!(look().await.iter().all(|view| view.line.title == "?"));
        let count = desk.services.imports.reindex(&Actor::Operator, person).await.unwrap();
        assert!(usize::try_from(count).unwrap() >= before.len());
        assert_eq!(look().await, before);
        let account = desk.account_of(&[person]).await;
        assert!(matches!(desk.services.imports.reindex(&account, person).await, Err(ServiceError::NotFound)));
    }

    async fn only_the_operator_and_the_service_itself_may_import(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[margaret()])).await.unwrap().person;
        let account = desk.account_of(&[person]).await;
        let request = ImportRequest { organisation: desk.practice.id, expected: None };
        let file = bundle("collection", &[margaret(), problem("c1", "m1", "Asthma", "active", "2019")]);
        let refused = desk.services.imports.import(&account, Cursor::new(file.clone().into_bytes()), request.clone()).await;
        assert!(matches!(refused, Err(ServiceError::NotFound)), "{refused:?}");
        assert_eq!(desk.events(account.account().unwrap().as_uuid()).await, 1);
        let nobody = desk.services.imports.import(&Actor::Nobody, Cursor::new(file.clone().into_bytes()), request.clone()).await;
        assert!(matches!(nobody, Err(ServiceError::NotSignedIn)), "{nobody:?}");
        let service = desk.services.imports.import(&Actor::System, Cursor::new(file.into_bytes()), request).await.unwrap();
        assert_eq!(service.added, 1);
    }

    async fn what_comes_through_a_pipe_is_taken_in_like_a_file(place: &Place) {
        let desk = Desk::at(place).await;
        let request = ImportRequest { organisation: desk.practice.id, expected: None };
        let text = unpacked(&synthea()[6]);
        let (imports, packed) = (&desk.services.imports, std::fs::File::open(&synthea()[6]).unwrap());
        let nobody = imports.import_stream(&Actor::Nobody, std::io::empty(), request.clone()).await;
        assert!(matches!(nobody, Err(ServiceError::NotSignedIn)), "{nobody:?}");
        let piped = imports.import_stream(&Actor::Operator, packed, request.clone()).await.unwrap();
        assert_eq!(piped.added, u64::try_from(resources_of(&text).len()).unwrap());
        assert_eq!(desk.import(text).await.unwrap().unchanged, piped.added);
        let refused = sentence(imports.import_stream(&Actor::Operator, "hello".as_bytes(), request).await);
        assert_eq!(refused, "The file is not JSON that can be read: line 1, column 1.");
    }

    async fn a_file_that_cannot_be_read_is_refused_in_one_sentence(place: &Place) {
        let desk = Desk::at(place).await;
        for file in ["", "hello", "{}", "[1]", "<html>", "{\"resourceType\":\"Bundle\",\"entry\":[{"] {
            let refused = sentence(desk.import(file).await);
            assert!(refused.ends_with('.') && !refused.contains('\n'), "{file}: {refused}");
        }
        assert_eq!(desk.people().await, 0);
    }
}
