use super::*;
use domain::scope::Scope;
use service::{NotedBy, OwnContacts, PeopleForm, SummaryForm, SummarySeen};

fn names(lines: &[EntryLine]) -> Vec<&str> {
    lines.iter().map(|line| line.title.as_str()).collect()
}

/// Somebody with something in each part, of which one problem is about mental health.
async fn known(desk: &Desk) -> PersonId {
    let about = |kind: &str, id: &str, field: &str, words: &str| json!({ "resourceType": kind, "id": id, field: { "reference": "Patient/m1" }, "code": { "text": words } });
    let current = json!({ "coding": [{ "code": "active" }] });
    let mut allergy = with(about("AllergyIntolerance", "a1", "patient", "Penicillin"), "clinicalStatus", current);
    allergy["recordedDate"] = json!("2011-04-02");
    allergy["criticality"] = json!("high");
    allergy["reaction"] = json!([
        { "manifestation": [{ "text": "Hives" }], "severity": "severe" }, { "manifestation": [{ "text": "Swollen lips" }] },
    ]);
    let vaccine = json!({
        "resourceType": "Immunization", "id": "i1", "status": "completed", "patient": { "reference": "Patient/m1" },
        "vaccineCode": { "text": "Flu vaccine" }, "occurrenceDateTime": "2026-10-01",
    });
    let medicine = |id: &str, status: &str, words: &str| {
        json!({
            "resourceType": "MedicationRequest", "id": id, "status": status, "intent": "plan", "authoredOn": "2026-01-12",
            "subject": { "reference": "Patient/m1" }, "medicationCodeableConcept": { "text": words },
            "courseOfTherapyType": { "coding": [{ "code": "continuous" }] }, "dosageInstruction": [{ "text": "One a day" }],
        })
    };
    let plan = json!({
        "resourceType": "CarePlan", "id": "w1", "status": "active", "intent": "plan", "title": "What matters to me",
        "subject": { "reference": "Patient/m1" },
    });
    let mut who = patient("m1", Some("9990548609"), "Ellis", "1948-11-04");
    who["contact"] = json!([{
        "relationship": [{ "text": "Daughter" }], "name": { "family": "Sharma-Wells", "given": ["Anita"] },
        "telecom": [{ "system": "phone", "value": "07700 900123" }],
    }]);
    who["telecom"] = json!([{ "system": "other", "value": "Ring at the back door" }]);
    let mind = json!({ "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY" }] });
    let mood = with(problem("c3", "m1", "Low mood", "active", "2024"), "meta", mind);
    let all = [
        who,
        allergy,
        vaccine,
        medicine("r1", "active", "Ramipril"),
        medicine("r2", "stopped", "Aspirin"),
        plan,
        problem("c1", "m1", "Asthma", "active", "2019"),
        problem("c2", "m1", "Gout", "resolved", "2016"),
        mood,
    ];
    desk.import(bundle("collection", &all)).await.unwrap().person
}

async fn read(desk: &Desk, actor: &Actor, person: PersonId) -> SummarySeen {
    desk.services.summaries.read(actor, person, SummaryForm::Page).await.unwrap()
}

testkit::both_engines! {
    async fn the_summary_holds_what_is_so_now(place: &Place) {
        let desk = Desk::at(place).await;
        let person = known(&desk).await;
        let me = desk.account_of(&[person]).await;
        let before = desk.events(person.as_uuid()).await;
        let seen = read(&desk, &me, person).await;
        assert_eq!(desk.events(person.as_uuid()).await, before + 1, "one look is one event");
        let allergies = seen.allergies.unwrap().lines;
        assert_eq!(names(&allergies), ["Penicillin"]);
        let when = (allergies[0].happened, allergies[0].recorded.map(|when| when.to_string()));
        assert_eq!(when, (None, Some("2011-04-02".to_owned())), "only the day is known on which it was written down");
        let (medicines, none_said) = seen.medicines.unwrap();
        assert_eq!(medicines.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Ramipril"]);
        assert!(none_said.is_empty());
        assert_eq!(seen.reactions.into_values().collect::<Vec<_>>(), ["Hives, severe. Swollen lips. High risk of a serious reaction"]);
        assert_eq!(names(&seen.problems.unwrap().lines), ["Low mood", "Asthma"]);
        assert_eq!(names(&seen.immunisations.unwrap().lines), ["Flu vaccine"]);
        assert_eq!(names(&seen.care.unwrap().lines), ["What matters to me"]);
        assert_eq!(seen.contacts.unwrap(), ["Anita Sharma-Wells, Daughter, 07700 900123"]);
        assert_eq!(seen.fuller, None, "nobody asked yet");
        desk.services.summaries.read(&me, person, SummaryForm::File).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, before + 2);
    }

    async fn wishes_stand_apart_from_care_plans_with_who_when_and_until_when(place: &Place) {
        let desk = Desk::at(place).await;
        let me = json!({ "reference": "Patient/m1" });
        let coded = |code: &str| json!({ "coding": [{ "system": "http://snomed.info/sct", "code": code, "display": "As coded" }] });
        let plan = json!({
            "resourceType": "CarePlan", "id": "w1", "status": "active", "intent": "plan", "title": "What matters to me", "subject": me,
        });
        let flag = |id: &str, status: &str, code: &str| json!({
            "resourceType": "Flag", "id": id, "status": status, "subject": me, "code": coded(code),
            "period": { "start": "2026-03-01", "end": "2027-03-01" }, "author": { "display": "Dr Ann Lee" },
        });
        let form = json!({
            "resourceType": "DocumentReference", "id": "d1", "status": "current", "subject": me, "date": "2026-02-01T09:00:00Z",
            "type": coded("1382601000000107"), "description": "My ReSPECT form",
        });
        let all = [
            patient("m1", Some("9990548609"), "Ellis", "1948-11-04"),
            plan,
            form,
            flag("f1", "active", "450476008"),
            flag("f2", "inactive", "450475007"),
        ];
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let seen = read(&desk, &me, person).await;
        let wishes = seen.wishes.unwrap();
        let listed: Vec<_> = wishes.iter().map(|one| (one.line.title.as_str(), one.review.as_deref())).collect();
        assert_eq!(listed, [
            ("Do not attempt CPR: other treatment goes on", Some("1 March 2027")),
            ("My ReSPECT form", None),
        ], "what holds no more is not among them");
        assert_eq!(wishes[0].line.author.as_deref(), Some("Dr Ann Lee"));
        assert_eq!(names(&seen.care.unwrap().lines), ["What matters to me"]);
        // They are found in the record too, and only where care plans are open.
        let (carer, _) = desk.carer_of(person, Scopes::NONE.with(Scope::Conditions), general()).await;
        assert!(read(&desk, &carer, person).await.wishes.is_none());
        let list = desk.services.records.list(&me, person, Category::Care, Which::All, None).await.unwrap();
        assert_eq!(list.lines.len(), 4);
    }

    async fn what_was_recorded_of_a_wish_comes_in_the_same_look_without_words_that_are_not_open(place: &Place) {
        let desk = Desk::at(place).await;
        let me = json!({ "reference": "Patient/m1" });
        let snomed = |code: &str, display: &str| json!([{ "system": "http://snomed.info/sct", "code": code, "display": display }]);
        let statement = json!({
            "resourceType": "Flag", "id": "f1", "status": "active", "subject": me,
            "period": { "start": "2026-03-01", "end": "2027-03-01" },
            "code": { "coding": snomed("816281000000101", "Has advance statement"), "text": "Please look after me at home" },
        });
        let plan = json!({
            "resourceType": "CarePlan", "id": "w1", "status": "active", "intent": "plan", "title": "Plan ahead", "subject": me,
            "category": [{ "coding": snomed("736366004", "Advance care plan") }],
            "addresses": [
                { "reference": "Condition/c1", "display": "Asthma" }, { "reference": "Condition/c3", "display": "Low mood" },
            ],
        });
        let mind = json!({ "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY" }] });
        let all = [
            patient("m1", Some("9990548609"), "Ellis", "1948-11-04"),
            statement,
            plan,
            problem("c1", "m1", "Asthma", "active", "2019"),
            with(problem("c3", "m1", "Low mood", "active", "2024"), "meta", mind),
        ];
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let said = |seen: SummarySeen| -> Vec<String> {
            let said = seen.wishes.unwrap().into_iter().flat_map(|one| one.said);
            said.map(|detail| format!("{}: {}", detail.label, detail.value)).collect()
        };
        let before = desk.events(person.as_uuid()).await;
        let own = said(read(&desk, &me, person).await);
        assert_eq!(desk.events(person.as_uuid()).await, before + 1, "one look is one event");
        assert_eq!(own[0], "As it was recorded: Please look after me at home");
        assert!(own.iter().any(|one| one.contains("Asthma") && one.contains("Low mood")), "{own:?}");
        assert!(!own.iter().any(|one| one.contains("1 March 2027")), "that day stands by itself: {own:?}");
        // Whoever may not read of a problem does not read of it in a plan.
        let scopes = Scopes::NONE.with(Scope::Record).with(Scope::Conditions);
        let (carer, _) = desk.carer_of(person, scopes, general()).await;
        let theirs = said(read(&desk, &carer, person).await);
        assert_eq!(theirs[0], own[0]);
        assert!(theirs.iter().any(|one| one.contains("Asthma")), "{theirs:?}");
        assert!(!theirs.iter().any(|one| one.contains("Low mood")), "{theirs:?}");
    }

    async fn a_wish_that_is_older_than_what_is_listed_is_not_counted_as_left_out(place: &Place) {
        let desk = Desk::at(place).await;
        let me = json!({ "reference": "Patient/m1" });
        let plan = |n: usize| json!({
            "resourceType": "CarePlan", "id": format!("w{n}"), "status": "active", "intent": "plan", "title": format!("Plan {n}"),
            "subject": me, "period": { "start": "2026-02-01" },
        });
        let flag = |id: &str, code: &str| json!({
            "resourceType": "Flag", "id": id, "status": "active", "subject": me, "period": { "start": "2015-03-01" },
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": code, "display": "As coded" }] },
        });
        let mut all = vec![patient("m1", Some("9990548609"), "Ellis", "1948-11-04"), flag("f1", "450476008"), flag("f2", "450475007")];
        all.extend((1..=52).map(plan));
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let seen = read(&desk, &me, person).await;
        let care = seen.care.unwrap();
        assert_eq!((seen.wishes.unwrap().len(), care.lines.len(), care.more), (2, 50, 2), "both wishes stand among wishes");
    }

    async fn no_allergy_is_missing_however_many_there_are(place: &Place) {
        let desk = Desk::at(place).await;
        let allergy = |n: usize, status: &str| json!({
            "resourceType": "AllergyIntolerance", "id": format!("a{n}"), "patient": { "reference": "Patient/m1" },
            "clinicalStatus": { "coding": [{ "code": status }] }, "code": { "text": format!("Allergen {n}") },
            "recordedDate": "2011-04-02", "reaction": [{ "manifestation": [{ "text": format!("Rash {n}") }] }],
        });
        let mut all = vec![patient("m1", Some("9990548609"), "Ellis", "1948-11-04"), allergy(0, "resolved")];
        all.extend((1..=120).map(|n| allergy(n, "active")));
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let seen = read(&desk, &me, person).await;
        let lines = seen.allergies.unwrap().lines;
        let mut listed: Vec<&str> = names(&lines);
        listed.sort_unstable();
        listed.dedup();
        assert!(listed.len() == 120 && !listed.contains(&"Allergen 0"), "what is over is not among them");
        assert_eq!(seen.reactions.len(), 120);
        for line in &lines {
            assert_eq!(seen.reactions[&line.id], line.title.replace("Allergen", "Rash"));
        }
        let beside = desk.services.medicines.list(&me, person).await.unwrap();
        assert_eq!((beside.allergies.unwrap(), beside.reactions), (lines, seen.reactions));
    }

    async fn whom_the_person_named_themself_stands_beside_what_services_recorded(place: &Place) {
        let desk = Desk::at(place).await;
        let person = known(&desk).await;
        let me = desk.account_of(&[person]).await;
        assert_eq!(read(&desk, &me, person).await.own_contacts, None, "nobody is named yet");
        let named = |name: &str, relation: &str, phone: &str, kin| (name.to_owned(), relation.to_owned(), phone.to_owned(), kin);
        let form = PeopleForm {
            people: vec![named("Joe", "neighbour", "01632 960001", false), named("Ann", "sister", "07700 900456", true)],
            version: "0".to_owned(),
            submission: desk.services.core.new_id().to_string(),
        };
        desk.services.profile.save_people(&me, person, &form).await.unwrap();
        let before = desk.events(person.as_uuid()).await;
        let seen = read(&desk, &me, person).await;
        assert_eq!(desk.events(person.as_uuid()).await, before + 1, "one look is one event");
        assert_eq!(seen.contacts.unwrap(), ["Anita Sharma-Wells, Daughter, 07700 900123"], "what services recorded is as it was");
        let OwnContacts { people, by, .. } = seen.own_contacts.unwrap();
        assert_eq!(people.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Ann", "Joe"], "the next of kin stands first");
        assert_eq!(by, NotedBy::You);
        // Whoever does not see who they are sees none of it.
        let (carer, _) = desk.carer_of(person, Scopes::NONE.with(Scope::Conditions), general()).await;
        assert_eq!(read(&desk, &carer, person).await.own_contacts, None);
        let none = PeopleForm { people: vec![], version: "1".to_owned(), submission: desk.services.core.new_id().to_string() };
        desk.services.profile.save_people(&me, person, &none).await.unwrap();
        assert_eq!(read(&desk, &me, person).await.own_contacts, None, "nobody is named any more");
    }

    async fn what_a_source_says_there_is_none_of_is_not_what_nobody_told(place: &Place) {
        let desk = Desk::at(place).await;
        let none = json!({
            "resourceType": "AllergyIntolerance", "id": "a1", "patient": { "reference": "Patient/m1" },
            "clinicalStatus": { "coding": [{ "code": "active" }] },
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "716186003", "display": "No known allergy" }] },
        });
        let person = desk.import(bundle("collection", &[patient("m1", None, "Ellis", "1948-11-04"), none])).await.unwrap().person;
        let seen = read(&desk, &Actor::Operator, person).await;
        let (allergies, problems) = (seen.allergies.unwrap(), seen.problems.unwrap());
        assert_eq!((allergies.none_said, allergies.lines.len()), (vec!["No known allergy".to_owned()], 0));
        assert_eq!((problems.none_said.len(), problems.lines.len()), (0, 0));
        assert!(seen.reactions.is_empty());
    }

    async fn one_kind_of_none_is_said_in_its_own_words_and_as_no_more(place: &Place) {
        let desk = Desk::at(place).await;
        let none = |id: &str, status: &str, code: &str, display: &str| json!({
            "resourceType": "AllergyIntolerance", "id": id, "patient": { "reference": "Patient/m1" },
            "clinicalStatus": { "coding": [{ "code": status }] },
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": code, "display": display }] },
        });
        let all = [
            patient("m1", None, "Ellis", "1948-11-04"),
            none("a1", "active", "409137002", "No known drug allergy"),
            none("a2", "inactive", "716186003", "No known allergy"),
        ];
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let said = ["No known drug allergy".to_owned()];
        let seen = read(&desk, &Actor::Operator, person).await;
        assert_eq!(seen.allergies.unwrap().none_said, said);
        let overview = desk.services.records.overview(&Actor::Operator, person).await.unwrap();
        assert_eq!(overview.counts.iter().find(|count| count.category == Category::Allergy).unwrap().none_said, said);
    }

    async fn no_problem_is_missing_and_of_others_more_than_a_page_is_counted(place: &Place) {
        let desk = Desk::at(place).await;
        let mut all = vec![patient("m1", None, "Ellis", "1948-11-04")];
        all.extend((0..53).map(|at| problem(&format!("c{at}"), "m1", &format!("Problem {at}"), "active", "2019")));
        all.extend((0..53).map(|at| json!({
            "resourceType": "Immunization", "id": format!("i{at}"), "status": "completed", "patient": { "reference": "Patient/m1" },
            "vaccineCode": { "text": format!("Vaccine {at}") }, "occurrenceDateTime": "2026-10-01",
        })));
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let seen = read(&desk, &Actor::Operator, person).await;
        let (problems, vaccines) = (seen.problems.unwrap(), seen.immunisations.unwrap());
        assert_eq!((problems.lines.len(), problems.more), (53, 0));
        assert_eq!((vaccines.lines.len(), vaccines.more), (50, 3));
    }

    async fn a_carer_sees_the_parts_that_are_open_to_them_and_a_stranger_none(place: &Place) {
        let desk = Desk::at(place).await;
        let person = known(&desk).await;
        let (carer, _) = desk.carer_of(person, Scopes::NONE.with(Scope::Conditions), general()).await;
        let seen = read(&desk, &carer, person).await;
        assert_eq!(names(&seen.problems.unwrap().lines), ["Asthma"]);
        assert!(seen.medicines.is_none() && seen.contacts.is_none() && seen.services.is_empty() && seen.fuller.is_none());
        assert_eq!((seen.whose.nhs_number, seen.whose.birth_date), (None, None));
        let stranger = desk.account_of(&[]).await;
        let outcome = desk.services.summaries.read(&stranger, person, SummaryForm::Page).await;
        assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
    }
}
