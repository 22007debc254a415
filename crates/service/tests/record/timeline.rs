use super::*;
use chrono::NaiveDate;
use domain::scope::Scope;
use service::{Cursor as Mark, HiddenFrom, Narrowing, TimelinePage};
use std::collections::HashSet;

fn ellis() -> Value {
    patient("m1", None, "Ellis", "1948-11-04")
}

fn visit(id: &str, at: &str) -> Value {
    json!({
        "resourceType": "Encounter", "id": id, "subject": { "reference": "Patient/m1" }, "status": "finished",
        "class": { "code": "AMB" }, "type": [{ "text": "GP consultation" }], "period": { "start": at },
    })
}

fn within(resource: Value, visit: &str) -> Value {
    with(resource, "encounter", json!({ "reference": format!("Encounter/{visit}") }))
}

fn day(text: &str) -> Option<NaiveDate> {
    Some(text.parse().unwrap())
}

async fn page(desk: &Desk, reader: &Actor, person: PersonId, narrowing: Narrowing) -> TimelinePage {
    desk.services.records.timeline(reader, person, narrowing, None).await.unwrap()
}

/// Each day with its groups: "2026-03-04: GP consultation(Body weight, Asthma) Gout".
fn said(page: &TimelinePage) -> Vec<String> {
    let titles = |lines: &[EntryLine]| lines.iter().map(|line| line.title.clone()).collect::<Vec<_>>().join(", ");
    page.days
        .iter()
        .map(|day| {
            let groups = day.groups.iter().map(|group| match &group.visit {
                Some(visit) => format!("{}({})", visit.title, titles(&group.lines)),
                None => titles(&group.lines),
            });
            let when = day.when.map_or_else(|| "undated".to_owned(), |when| when.to_string());
            format!("{when}: {}", groups.collect::<Vec<_>>().join(" "))
        })
        .collect()
}

/// All of it, page by page.
async fn whole(desk: &Desk, reader: &Actor, person: PersonId, narrowing: Narrowing) -> Vec<EntryLine> {
    let (mut all, mut after): (Vec<EntryLine>, Option<Mark>) = (Vec::new(), None);
    loop {
        let page = desk.services.records.timeline(reader, person, narrowing, after).await.unwrap();
        let lines = page.days.into_iter().flat_map(|day| day.groups).flat_map(|group| group.visit.into_iter().chain(group.lines));
        let before = all.len();
        all.extend(lines);
        assert!(all.len() - before <= 60 && page.entries <= 30);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

testkit::both_engines! {
    async fn everything_stands_in_the_order_of_time_by_day_and_visit(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(),
            visit("e1", "2026-03-04T10:00:00Z"),
            within(weight("o1", "m1", "2026-03-04T10:40:00Z", "61"), "e1"),
            within(problem("c1", "m1", "Asthma", "active", "2026-03-04"), "e1"),
            problem("c2", "m1", "Gout", "resolved", "2026-03-04"),
            visit("e2", "2026-07-01T09:00:00+01:00"),
            problem("c3", "m1", "Eczema", "active", "2026-07"),
            problem("c4", "m1", "Anaemia", "active", "2019"),
            with(problem("c5", "m1", "Migraine", "active", ""), "onsetString", json!("as a child")),
            weight("o2", "m1", "2026-06-30T23:30:00Z", "62"),
            within(problem("c6", "m1", "Sprain", "active", "2018-02-03"), "nowhere"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let shown = page(&desk, &me, person, Narrowing::default()).await;
        assert_eq!(said(&shown), [
            // The first of July in London.
            "2026-07-01: GP consultation, Body weight",
            "2026-07: Eczema",
            "2026-03-04: GP consultation(Body weight, Asthma) Gout",
            "2019: Anaemia",
            "2018-02-03: Sprain",
            "undated: Migraine",
        ]);
        assert_eq!((shown.entries, shown.next), (10, None));
        assert_eq!(shown.days[2].groups[0].lines[0].sent_by, "Riverside Surgery");
        assert!(!shown.choices.kinds.contains(&Category::People) && shown.choices.kinds.contains(&Category::Problem));
        assert_eq!(shown.choices.sources, [(desk.practice.id, "Riverside Surgery".to_owned())]);
        assert_eq!(shown.choices.labels, Sensitivity::ALL);
    }

    async fn the_values_of_a_report_stand_below_it(place: &Place) {
        let desk = Desk::at(place).await;
        let at = "2026-03-04T10:00:00Z";
        let value = |id: &str, name: &str| with(weight(id, "m1", at, "140"), "code", json!({ "text": name }));
        let values = ["na", "k"].map(|id| json!({ "reference": format!("Observation/{id}") }));
        let report = json!({
            "resourceType": "DiagnosticReport", "id": "r1", "status": "final", "category": [{ "coding": [{ "code": "LAB" }] }],
            "code": { "text": "Urea and electrolytes" }, "subject": { "reference": "Patient/m1" }, "effectiveDateTime": at, "result": values,
        });
        let person = desk.import(bundle("collection", &[
            ellis(),
            value("na", "Sodium"),
            report,
            value("k", "Potassium"),
            weight("o1", "m1", "2026-03-04T11:00:00Z", "61"),
            problem("c1", "m1", "Gout", "resolved", "2026-03-04"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let shown = page(&desk, &me, person, Narrowing::default()).await;
        assert_eq!(said(&shown), ["2026-03-04: Body weight, Urea and electrolytes, Sodium, Potassium, Gout"]);
    }

    async fn the_end_of_a_page_does_not_part_a_report_from_its_values(place: &Place) {
        let desk = Desk::at(place).await;
        let at = "2026-03-04T10:00:00Z";
        let named = [("na", "Sodium"), ("k", "Potassium"), ("ur", "Urea"), ("cr", "Creatinine")];
        let report = json!({
            "resourceType": "DiagnosticReport", "id": "r1", "status": "final", "category": [{ "coding": [{ "code": "LAB" }] }],
            "code": { "text": "Urea and electrolytes" }, "subject": { "reference": "Patient/m1" }, "effectiveDateTime": at,
            "result": named.map(|(id, _)| json!({ "reference": format!("Observation/{id}") })),
        });
        let mut all = vec![ellis(), report];
        all.extend(named.map(|(id, name)| with(weight(id, "m1", at, "140"), "code", json!({ "text": name }))));
        all.extend((0..27).map(|number| problem(&format!("c{number}"), "m1", &format!("Problem {number}"), "active", "2026-03-05")));
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let first = page(&desk, &me, person, Narrowing::default()).await;
        assert_eq!(first.entries, 27);
        let second = desk.services.records.timeline(&me, person, Narrowing::default(), first.next).await.unwrap();
        assert_eq!(said(&second), ["2026-03-04: Urea and electrolytes, Sodium, Potassium, Urea, Creatinine"]);
        assert_eq!(second.next, None);
    }

    async fn it_is_narrowed_by_kind_source_period_and_label_together(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(),
            problem("c1", "m1", "Asthma", "active", "2026-03-04"),
            problem("c2", "m1", "Depression", "active", "2026-03-05"),
            weight("o1", "m1", "2026-03-31T23:30:00Z", "61"),
        ])).await.unwrap().person;
        let hospital = desk
            .services
            .organisations
            .ensure(&Actor::Operator, "RXX01", "St Anne’s Hospital", OrganisationKind::Hospital)
            .await
            .unwrap();
        let expected = Some(Expected::Person(person));
        desk.import_from(&hospital, bundle("collection", &[ellis(), problem("c9", "m1", "Fracture", "active", "2025-01-01")]), expected)
            .await
            .unwrap();
        let me = desk.account_of(&[person]).await;
        let look = async |narrowing| said(&page(&desk, &me, person, narrowing).await).join("; ");
        let all = Narrowing::default();
        assert_eq!(look(Narrowing { kind: Some(Category::Result), ..all }).await, "2026-04-01: Body weight");
        assert_eq!(look(Narrowing { source: Some(hospital.id), ..all }).await, "2025-01-01: Fracture");
        assert_eq!(look(Narrowing { label: Some(Sensitivity::Mental), ..all }).await, "2026-03-05: Depression");
        assert_eq!(look(Narrowing { from: day("2026-04-01"), ..all }).await, "2026-04-01: Body weight", "the day begins in London");
        assert_eq!(look(Narrowing { from: day("2026-03-04"), to: day("2026-03-04"), ..all }).await, "2026-03-04: Asthma");
        assert_eq!(look(Narrowing { to: day("2025-12-31"), ..all }).await, "2025-01-01: Fracture");
        let general = Narrowing { kind: Some(Category::Problem), source: Some(desk.practice.id), label: Some(Sensitivity::General), ..all };
        assert_eq!(look(general).await, "2026-03-04: Asthma");
        assert_eq!(look(Narrowing { kind: Some(Category::Result), source: Some(hospital.id), ..all }).await, "");
        assert_eq!(look(Narrowing { kind: Some(Category::People), ..all }).await, "", "people are in no time");
    }

    async fn what_is_known_to_a_month_or_a_year_is_in_every_period_in_which_it_may_have_been(place: &Place) {
        let desk = Desk::at(place).await;
        let dated = ["2019-03-20", "2019-03-05", "2019-03-01", "2019-03", "2019-02", "2019", "2018-12", "2018"];
        let mut all = vec![patient("m1", Some("9990548609"), "Ellis", "1948-11-04")];
        for (number, on) in dated.into_iter().enumerate() {
            all.push(problem(&format!("c{number}"), "m1", &format!("Sprain {on}"), "active", on));
        }
        // Many at one place, so that pages end within them.
        let many = |what: &str, on: &str| (0..35).map(|at| problem(&format!("{what}{at}"), "m1", &format!("{what} {at}"), "active", on)).collect::<Vec<_>>();
        all.extend(many("month", "2016-06").into_iter().chain(many("day", "2016-06-01")).chain(many("year", "2016")).chain(many("within", "2016-06-10")));
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let titles = async |reader: &Actor, narrowing: Narrowing| {
            let lines = whole(&desk, reader, person, narrowing).await;
            let titles: Vec<String> = lines.into_iter().map(|line| line.title.replace("Sprain ", "")).collect();
            assert_eq!(titles.iter().collect::<HashSet<_>>().len(), titles.len(), "{titles:?}");
            titles
        };
        let all = Narrowing::default();
        let until = |from: &str, to: &str| Narrowing { from: day(from), to: day(to), ..all };
        for reader in [&me, &ann] {
            for (from, to, expected) in [
                ("2019-03-02", "2019-12-31", vec!["2019-03-20", "2019-03-05", "2019-03", "2019"]),
                ("2019-03-06", "2019-03-07", vec!["2019-03", "2019"]),
                ("2019-03-01", "2019-03-04", vec!["2019-03", "2019-03-01", "2019"]),
                ("2019-04-02", "2019-12-31", vec!["2019"]),
                ("2019-02-01", "2019-02-03", vec!["2019-02", "2019"]),
                ("2018-12-15", "2018-12-31", vec!["2018-12", "2018"]),
                ("2017-12-15", "2017-12-31", vec![]),
            ] {
                let mut found = titles(reader, until(from, to)).await;
                // Two that stand at one place come by their ids.
                if from == "2019-03-01" {
                    found[..2].sort_by_key(String::len);
                }
                assert_eq!(found, expected, "{from}");
                let narrow = Narrowing { kind: Some(Category::Problem), source: Some(desk.practice.id), label: Some(Sensitivity::General), ..until(from, to) };
                let mut narrower = titles(reader, narrow).await;
                narrower.sort();
                found.sort();
                assert_eq!(narrower, found, "{from}");
            }
            let found = titles(reader, until("2016-06-05", "2016-06-30")).await;
            let begin = |what: &str| found.iter().filter(|title| title.starts_with(what)).count();
            assert_eq!((found.len(), begin("within"), begin("month"), begin("year")), (105, 35, 35, 35));
            assert!(found[..35].iter().all(|title| title.starts_with("within")) && found[70..].iter().all(|title| title.starts_with("year")));
            let labelled = titles(reader, Narrowing { source: Some(desk.practice.id), ..until("2016-06-05", "2016-06-30") }).await;
            assert_eq!(labelled.len(), 105);
        }
    }

    async fn pages_go_on_where_the_last_one_ended_and_lose_nothing(place: &Place) {
        let desk = Desk::at(place).await;
        // Many at the same moment, so that only their ids tell them apart.
        let mut all = vec![ellis()];
        all.extend((0..95).map(|number| problem(&format!("c{number}"), "m1", &format!("Problem {number}"), "active", "2026-03-04")));
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let lines = whole(&desk, &me, person, Narrowing::default()).await;
        assert_eq!((lines.len(), lines.iter().map(|line| line.id).collect::<HashSet<_>>().len()), (95, 95));
        let events = desk.events(person.as_uuid()).await;
        page(&desk, &me, person, Narrowing::default()).await;
        assert_eq!(desk.events(person.as_uuid()).await, events + 1, "one look, one event");
        let nowhere = "019a5f00000070008000000000000000".parse().unwrap();
        let answer = desk.services.records.timeline(&me, person, Narrowing::default(), Some(nowhere)).await;
        assert!(matches!(answer, Err(ServiceError::NotFound)));
        let stranger = desk.account_of(&[]).await;
        let answer = desk.services.records.timeline(&stranger, person, Narrowing::default(), None).await;
        assert!(matches!(answer, Err(ServiceError::NotFound)));
    }

    async fn a_carer_is_offered_nothing_that_is_not_open_and_a_hidden_visit_holds_nothing_together(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            patient("m1", Some("9990548609"), "Ellis", "1948-11-04"),
            visit("e1", "2026-03-04T10:00:00Z"),
            within(weight("o1", "m1", "2026-03-04T10:40:00Z", "61"), "e1"),
            within(problem("c1", "m1", "Depression", "active", "2026-03-04"), "e1"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let seen = page(&desk, &ann, person, Narrowing::default()).await;
        assert_eq!(said(&seen), ["2026-03-04: GP consultation(Body weight)"]);
        assert!(seen.choices.labels.is_empty());
        let mental = page(&desk, &ann, person, Narrowing { label: Some(Sensitivity::Mental), ..Narrowing::default() }).await;
        assert!(mental.days.is_empty());
        let entry = desk.titled(person, Category::Visit, "GP consultation").await;
        desk.services.hidings.hide_entry(&me, person, entry, HiddenFrom::All).await.unwrap();
        assert_eq!(said(&page(&desk, &ann, person, Narrowing::default()).await), ["2026-03-04: Body weight"]);
        let (ben, _) = desk.carer_of(person, Scopes::NONE.with(Scope::Conditions), general()).await;
        let seen = page(&desk, &ben, person, Narrowing::default()).await;
        assert!(seen.days.is_empty() && seen.choices.sources.is_empty());
        // The same for everybody, so that nothing is told by what is not offered.
        assert_eq!(seen.choices.kinds.iter().filter(|kind| **kind == Category::Result).count(), 1);
    }

    async fn no_code_is_shown_where_there_are_words(place: &Place) {
        let desk = Desk::at(place).await;
        let mut files = synthea();
        files.sort_by_key(|path| std::fs::metadata(path).unwrap().len());
        for file in files.iter().take(4) {
            let person = desk.import(unpacked(file)).await.unwrap().person;
            let me = desk.account_of(&[person]).await;
            let lines = whole(&desk, &me, person, Narrowing::default()).await;
            assert!(lines.len() > 20);
            for line in lines {
                let is_code = !line.title.chars().any(char::is_alphabetic) || line.title.starts_with("http") || line.title.starts_with("urn:");
                assert!(!is_code && !line.kind.is_empty(), "{line:?}");
            }
        }
    }
}
