//! What the person is shown of another's view is what the other sees.

use super::*;
use domain::reading::Measure;
use domain::scope::{Categories, Scope};
use service::{HiddenFrom, Narrowing, NoteForm, Preview, Records};

fn file() -> String {
    let sexual = json!({ "security": [{ "code": "SEX" }] });
    bundle(
        "collection",
        &[
            patient("m1", Some("9990548609"), "Ellis", "1948-11-04"),
            problem("c1", "m1", "Asthma", "active", "2019"),
            problem("c2", "m1", "Gout", "resolved", "2016"),
            with(problem("c3", "m1", "Warts", "active", "2017"), "meta", sexual),
            weight("o1", "m1", "2026-03-04T10:40:00Z", "61"),
            json!({ "resourceType": "Encounter", "id": "e1", "status": "finished", "subject": { "reference": "Patient/m1" },
            "type": [{ "text": "Visit" }], "reasonReference": [
                { "reference": "Condition/c1" }, { "reference": "Condition/c2" }, { "reference": "Condition/c3" }] }),
            json!({ "resourceType": "DiagnosticReport", "id": "r1", "status": "final", "code": { "text": "Report" },
            "subject": { "reference": "Patient/m1" }, "result": [{ "reference": "Observation/o1" }] }),
        ],
    )
}

/// The preview and the real view, page by page, are the same.
async fn equal(records: &Records, me: &Actor, reader: &Actor, person: PersonId, previews: &[Preview]) {
    let mut entries = Vec::new();
    for category in Category::SHOWN {
        entries.extend(records.list(me, person, *category, Which::All, None).await.unwrap().lines);
    }
    for preview in previews.iter().copied() {
        let overview = records.overview(reader, person).await.unwrap();
        assert_eq!(records.preview_overview(me, person, preview).await.unwrap().0, overview);
        for category in Category::SHOWN {
            for which in [Which::All, Which::Current, Which::Past] {
                let list = records.list(reader, person, *category, which, None).await.unwrap();
                assert_eq!(records.preview_list(me, person, preview, *category, which, None).await.unwrap(), list);
            }
            let both = records.current_and_past(reader, person, *category).await.unwrap();
            assert_eq!(records.preview_current_and_past(me, person, preview, *category).await.unwrap(), both);
        }
        for narrowing in [Narrowing::default(), Narrowing { own: true, ..Narrowing::default() }] {
            let timeline = records.timeline(reader, person, narrowing, None).await.unwrap();
            assert_eq!(records.preview_timeline(me, person, preview, narrowing, None).await.unwrap(), timeline);
        }
        let results = records.results(reader, person, None).await.unwrap();
        assert_eq!(records.preview_results(me, person, preview, None).await.unwrap(), results);
        for line in &entries {
            let seen = records.entry(reader, person, line.id).await.map_err(|error| error.to_string());
            let shown = records.preview_entry(me, person, preview, line.id).await.map_err(|error| error.to_string());
            assert_eq!(shown, seen);
        }
    }
}

/// Notes that the person wrote: one for themself, one for others too, and one about an entry.
async fn notes(desk: &Desk, me: &Actor, person: PersonId, about: EntryId) {
    for (who, about) in [("private", None), ("shared", None), ("shared", Some(about))] {
        let form = NoteForm {
            words: "It itches".to_owned(),
            who: who.to_owned(),
            about: about.map(|id| id.to_string()).unwrap_or_default(),
            submission: desk.services.core.new_id().to_string(),
            ..NoteForm::default()
        };
        desk.services.profile.write_note(me, person, &form).await.unwrap();
    }
}

testkit::both_engines! {
    async fn a_preview_is_what_the_carer_sees(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(file()).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (hidings, records) = (&desk.services.hidings, &desk.services.records);
        let asthma = desk.titled(person, Category::Problem, "Asthma").await;
        notes(&desk, &me, person, asthma).await;
        let mut carers = Vec::new();
        for scopes in [
            Scopes::all(), Scopes::NONE, Scopes::NONE.with(Scope::Tests), Scopes::NONE.with(Scope::Conditions).with(Scope::Consultations),
        ] {
            for labels in [Labels::all(), general(), Labels::NONE] {
                let (carer, relationship) = desk.carer_of(person, scopes, labels).await;
                let draft = Preview::Draft { scopes, labels, hidden: Categories::NONE };
                carers.push((carer, relationship, draft));
            }
        }
        for (carer, relationship, draft) in &carers {
            let Preview::Draft { scopes, labels, .. } = *draft else { panic!("a draft") };
            // Somebody else, if they were let into the same.
            let changed = Preview::Changed { carer: carers[0].1, scopes, labels };
            equal(records, &me, carer, person, &[Preview::Carer(*relationship), *draft, changed]).await;
        }
        // What is hidden from all is so in a draft too; what is hidden from one is so for that one.
        hidings.hide_entry(&me, person, asthma, HiddenFrom::All).await.unwrap();
        hidings.hide_category(&me, person, Category::Medicine, HiddenFrom::All).await.unwrap();
        for (carer, relationship, draft) in carers.iter().step_by(4) {
            equal(records, &me, carer, person, &[Preview::Carer(*relationship), *draft]).await;
        }
        let gout = desk.titled(person, Category::Problem, "Gout").await;
        let (carer, relationship, draft) = &carers[0];
        hidings.hide_entry(&me, person, gout, HiddenFrom::Relationship(*relationship)).await.unwrap();
        hidings.hide_category(&me, person, Category::Result, HiddenFrom::Relationship(*relationship)).await.unwrap();
        let Preview::Draft { scopes, labels, .. } = *draft else { panic!("a draft") };
        let changed = Preview::Changed { carer: *relationship, scopes, labels };
        equal(records, &me, carer, person, &[Preview::Carer(*relationship), changed]).await;
        let page = records.preview_list(&me, person, *draft, Category::Problem, Which::All, None).await.unwrap();
        assert_eq!(page.total, 2);
        let without = Preview::Draft { scopes, labels, hidden: Categories::NONE.with(Category::Problem) };
        let page = records.preview_list(&me, person, without, Category::Problem, Which::All, None).await.unwrap();
        assert_eq!((page.total, page.lines.len()), (0, 0));
    }

    async fn a_preview_is_what_the_organisation_sees(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(file()).await.unwrap().person;
        let clinic = desk.services.organisations.ensure(&Actor::Operator, "B2", "Clinic", OrganisationKind::Hospital).await.unwrap();
        let elsewhere = desk.services.organisations.ensure(&Actor::Operator, "B3", "Elsewhere", OrganisationKind::Hospital).await.unwrap();
        let own = with(problem("s1", "m1", "Warts, seen here", "active", "2024"), "meta", json!({ "security": [{ "code": "SEX" }] }));
        desk.import_from(&clinic, bundle("collection", &[patient("m1", Some("9990548609"), "Ellis", "1948-11-04"), own]), None)
            .await.unwrap();
        let me = desk.account_of(&[person]).await;
        let records = &desk.services.records;
        notes(&desk, &me, person, desk.titled(person, Category::Problem, "Asthma").await).await;
        let (clinician, reception) = (desk.clinician_at(&clinic).await, desk.member_at(&clinic, StaffRole::Reception).await);
        let [team, front] = [StaffRole::Clinician, StaffRole::Reception].map(|role| Preview::Organisation(clinic.id, role));
        equal(records, &me, &clinician, person, &[team]).await;
        equal(records, &me, &reception, person, &[front]).await;
        desk.shares(person, OrganisationKind::Hospital, general()).await;
        equal(records, &me, &clinician, person, &[team]).await;
        equal(records, &me, &reception, person, &[front]).await;
        let problems = records.preview_list(&me, person, team, Category::Problem, Which::All, None).await.unwrap();
        let titles: Vec<&str> = problems.lines.iter().map(|line| line.title.as_str()).collect();
        assert_eq!(titles, ["Warts, seen here", "Asthma", "Gout"]);
        // One that has nothing to do with them sees nothing.
        let [elsewhere, manager] = [(elsewhere.id, StaffRole::Clinician), (clinic.id, StaffRole::Manager)]
            .map(|(id, role)| Preview::Organisation(id, role));
        let (nothing, recorded) = records.preview_overview(&me, person, elsewhere).await.unwrap();
        assert_eq!(recorded, None);
        // Nor does a role that opens no record.
        let refused = records.preview_overview(&me, person, manager).await;
        assert!(matches!(refused, Err(ServiceError::NotFound)), "{refused:?}");
        assert!(nothing.newest.is_empty() && nothing.counts.iter().all(|count| count.count == 0));
        assert_eq!(nothing.person.nhs_number, None);
    }

    async fn a_preview_tells_which_of_what_they_recorded_somebody_sees(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(file()).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (records, readings) = (&desk.services.records, &desk.services.readings);
        for (measure, numbers) in [(Measure::BloodPressure, &["142", "88"][..]), (Measure::Mood, &["4"])] {
            readings.add(&me, person, measure, &reading(&desk, numbers)).await.unwrap();
        }
        let shown = async |preview| {
            let recorded = records.preview_overview(&me, person, preview).await.unwrap().1;
            recorded.map(|seen| seen.measures.into_iter().map(|(measure, _)| measure).collect::<Vec<_>>())
        };
        let sees = async |reader: &Actor| {
            let seen = readings.overview(reader, person).await.ok()?;
            Some(seen.newest.into_iter().map(|one| one.measure).collect::<Vec<_>>())
        };
        for (scopes, labels, expected) in [
            (Scopes::all(), Labels::all(), Some(vec![Measure::BloodPressure, Measure::Mood])),
            (Scopes::all(), general(), Some(vec![Measure::BloodPressure])),
            (Scopes::NONE, Labels::all(), None),
        ] {
            let (carer, relationship) = desk.carer_of(person, scopes, labels).await;
            let draft = Preview::Draft { scopes, labels, hidden: Categories::NONE };
            let seen = shown(Preview::Carer(relationship)).await;
            assert_eq!((&seen, &shown(draft).await, &sees(&carer).await), (&expected, &expected, &expected));
        }
        // Results that are hidden hide what is measured at home too.
        let (carer, relationship) = desk.carer_of(person, Scopes::all(), Labels::all()).await;
        desk.services.hidings.hide_category(&me, person, Category::Result, HiddenFrom::Relationship(relationship)).await.unwrap();
        assert_eq!((shown(Preview::Carer(relationship)).await, sees(&carer).await), (None, Some(Vec::new())));
        // Clinicians see it as they see results, the desk does not.
        let clinician = desk.clinician_at(&desk.practice).await;
        let [team, front] = [StaffRole::Clinician, StaffRole::Reception].map(|role| Preview::Organisation(desk.practice.id, role));
        assert_eq!((shown(team).await, shown(front).await), (sees(&clinician).await, None));
        desk.shares(person, OrganisationKind::Practice, general()).await;
        assert_eq!((shown(team).await, sees(&clinician).await), (Some(vec![Measure::BloodPressure]), Some(vec![Measure::BloodPressure])));
    }

    async fn only_the_person_looks_at_a_preview_and_it_is_told(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(file()).await.unwrap().person;
        let other = desk.import(bundle("collection", &[patient("m2", None, "Okafor", "1990-01-01")])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (carer, relationship) = desk.carer_of(person, Scopes::all(), Labels::all()).await;
        let (_, elsewhere) = desk.carer_of(other, Scopes::all(), Labels::all()).await;
        let records = &desk.services.records;
        for actor in [&carer, &desk.account_of(&[]).await, &desk.clinician_at(&desk.practice).await] {
            let outcome = records.preview_overview(actor, person, Preview::Carer(relationship)).await;
            assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
        }
        let nowhere = Preview::Organisation(domain::OrganisationId::from_uuid(Uuid::from_u128(5)), StaffRole::Clinician);
        for preview in [Preview::Carer(elsewhere), nowhere] {
            let outcome = records.preview_overview(&me, person, preview).await;
            assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
        }
        let before = desk.events(person.as_uuid()).await;
        records.preview_overview(&me, person, Preview::Carer(relationship)).await.unwrap();
        let entry = desk.titled(person, Category::Problem, "Asthma").await;
        records.preview_entry(&me, person, Preview::Carer(relationship), entry).await.unwrap();
        // The list that finds the entry is one more.
        assert_eq!(desk.events(person.as_uuid()).await, before + 3);
    }
}
