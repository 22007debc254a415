//! What people wrote themselves beside the entries of services, and what a care team reads of both in the order of time.

use super::*;
use domain::OwnNoteId;
use domain::audit::{Basis, Purpose};
use service::{
    Cursor as Mark, EmergencyForm, Narrowing, NoteForm, NotedBy, OwnLine, OwnMedicineForm, OwnThing, Preview, SearchAsked,
    SearchPage, TimelinePage,
};
use std::collections::BTreeSet;

fn ellis() -> Value {
    patient("m1", Some("9990548609"), "Ellis", "1948-11-04")
}

/// "4/3/2026" as a form sends it.
fn date(text: &str) -> [String; 3] {
    let mut parts = text.split('/').map(ToOwned::to_owned);
    std::array::from_fn(|_| parts.next().unwrap())
}

impl Desk {
    async fn note(&self, by: &Actor, person: PersonId, words: &str, day: &str, who: &str, about: Option<EntryId>) -> OwnNoteId {
        let form = NoteForm {
            words: words.to_owned(),
            day: date(day),
            who: who.to_owned(),
            about: about.map(|id| id.to_string()).unwrap_or_default(),
            submission: self.services.core.new_id().to_string(),
            ..NoteForm::default()
        };
        self.services.profile.write_note(by, person, &form).await.unwrap()
    }

    async fn own_medicine(&self, by: &Actor, person: PersonId, name: &str, since: &str) {
        let form = OwnMedicineForm {
            name: name.to_owned(),
            dose: "Two at night".to_owned(),
            reason: "Headache".to_owned(),
            started_on: date(since),
            submission: self.services.core.new_id().to_string(),
        };
        self.services.medicines.add_own(by, person, &form).await.unwrap();
    }
}

async fn page(desk: &Desk, reader: &Actor, person: PersonId, narrowing: Narrowing) -> TimelinePage {
    desk.services.records.timeline(reader, person, narrowing, None).await.unwrap()
}

async fn search(desk: &Desk, reader: &Actor, person: PersonId, words: &str, narrowing: Narrowing) -> SearchPage {
    let asked = SearchAsked { words: words.to_owned(), narrowing, ..SearchAsked::default() };
    desk.services.records.search(reader, person, &asked).await.unwrap()
}

fn name_of(line: &OwnLine) -> String {
    if line.title.is_empty() { line.words.clone() } else { line.title.clone() }
}

/// Each day with its entries, and what stands beside them: "2026-03-04: Asthma | It itches".
fn said(page: &TimelinePage) -> Vec<String> {
    let day = |day: &service::TimelineDay| {
        let entries: Vec<_> = day.groups.iter().flat_map(|group| &group.lines).map(|line| line.title.clone()).collect();
        let own: Vec<_> = day.own.iter().map(name_of).collect();
        format!("{}: {} | {}", day.when.unwrap(), entries.join(", "), own.join(", "))
    };
    page.days.iter().map(day).collect()
}

/// The ids of what stands on a page.
fn ids(page: &TimelinePage) -> BTreeSet<Uuid> {
    let lines = page.days.iter().flat_map(|day| &day.groups).flat_map(|group| group.visit.iter().chain(&group.lines));
    let own = page.days.iter().flat_map(|day| &day.own).map(|line| match line.thing {
        OwnThing::Note(id) => id.as_uuid(),
        OwnThing::Medicine(id) => id.as_uuid(),
    });
    lines.map(|line| line.id.as_uuid()).chain(own).collect()
}

/// What is found of entries, and of what the person wrote.
fn found(page: &SearchPage) -> (Vec<String>, Vec<String>) {
    let entries = page.found.iter().map(|one| one.line.title.clone()).collect();
    (entries, page.own.iter().map(|one| name_of(&one.line)).collect())
}

/// On what basis and why this page was looked at last.
async fn why(desk: &Desk, person: PersonId, page: &str) -> (Basis, Purpose) {
    let (told, _) = desk.services.activity.of_record(&Actor::Operator, person, None).await.unwrap();
    let last = told.into_iter().find(|item| item.detail.get("page").is_some_and(|other| other == page)).unwrap();
    (last.basis, last.purpose)
}

testkit::both_engines! {
    async fn what_a_person_wrote_stands_beside_the_entries_of_its_day(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(),
            problem("c1", "m1", "Asthma", "active", "2026-03-04"),
            problem("c2", "m1", "Gout", "active", "2026-02-01"),
            // The first of July in London.
            weight("o1", "m1", "2026-06-30T23:30:00Z", "62"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let asthma = desk.titled(person, Category::Problem, "Asthma").await;
        desk.note(&me, person, "It itches", "4/3/2026", "private", Some(asthma)).await;
        desk.note(&me, person, "Slept badly", "1/7/2026", "shared", None).await;
        let gone = desk.note(&me, person, "Never mind", "2/7/2026", "shared", None).await;
        desk.services.profile.remove_note(&me, person, (gone, 1)).await.unwrap();
        desk.own_medicine(&me, person, "Iron tablets", "20/2/2026").await;
        let events = desk.events(person.as_uuid()).await;
        let all = page(&desk, &me, person, Narrowing::default()).await;
        assert_eq!(desk.events(person.as_uuid()).await, events + 1, "one look, one event");
        assert_eq!(said(&all), [
            "2026-07-01: Body weight | Slept badly",
            "2026-03-04: Asthma | It itches",
            "2026-02-20:  | Iron tablets",
            "2026-02-01: Gout | ",
        ]);
        assert_eq!((all.entries, all.own, all.next), (3, 3, None));
        let itches = &all.days[1].own[0];
        assert_eq!((itches.by, itches.about, itches.shared), (NotedBy::You, Some(asthma), false));
        let iron = &all.days[2].own[0];
        assert_eq!((iron.words.as_str(), iron.reason.as_str(), iron.added, iron.stopped), ("Two at night", "Headache", false, None));
        let look = async |narrowing| said(&page(&desk, &me, person, narrowing).await);
        let all = Narrowing::default();
        assert_eq!(look(Narrowing { own: true, from: Some("2026-03-04".parse().unwrap()), ..all }).await, ["2026-07-01:  | Slept badly", "2026-03-04:  | It itches"]);
        assert_eq!(look(Narrowing { to: Some("2026-06-30".parse().unwrap()), from: Some("2026-03-01".parse().unwrap()), ..all }).await, ["2026-03-04: Asthma | It itches"]);
        // It is of no kind of entry, nobody sent it, and no label is on it.
        assert_eq!(look(Narrowing { kind: Some(Category::Medicine), ..all }).await, Vec::<String>::new());
        assert_eq!(look(Narrowing { source: Some(desk.practice.id), label: Some(Sensitivity::General), ..all }).await.len(), 3);
        assert_eq!(look(Narrowing { own: true, source: Some(desk.practice.id), ..all }).await, Vec::<String>::new());
    }

    async fn own_medicines_stand_beside_the_list_to_whoever_sees_medicines_and_to_nobody_else(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[ellis(), problem("c1", "m1", "Asthma", "active", "2026-03-04")])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        for (name, since) in [("Ibuprofen 200mg", "1/3/2026"), ("Iron tablets", "20/2/2026"), ("Feverfew", "2/3/2026")] {
            desk.own_medicine(&me, person, name, since).await;
        }
        desk.note(&me, person, "Slept badly", "1/7/2026", "shared", None).await;
        let records = &desk.services.records;
        let names = |lines: Vec<OwnLine>| lines.iter().map(name_of).collect::<Vec<_>>();
        let (gp, reception) = (desk.clinician_at(&desk.practice).await, desk.member_at(&desk.practice, StaffRole::Reception).await);
        let events = desk.events(person.as_uuid()).await;
        let all = records.own_medicines(&me, person).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, events, "the page of the list is the look");
        let OwnThing::Medicine(feverfew) = all[0].thing else { panic!("{all:?}") };
        assert_eq!(names(all), ["Feverfew", "Ibuprofen 200mg", "Iron tablets"]);
        // What is not taken any more stands last.
        desk.services.medicines.stop_own(&me, person, feverfew).await.unwrap();
        let left = ["Ibuprofen 200mg", "Iron tablets", "Feverfew"];
        assert_eq!(names(records.own_medicines(&gp, person).await.unwrap()), left);
        let as_gp = Preview::Organisation(desk.practice.id, StaffRole::Clinician);
        assert_eq!(names(records.preview_own_medicines(&me, person, as_gp).await.unwrap()), left);
        assert!(records.own_medicines(&reception, person).await.unwrap().is_empty());
        let stranger = desk.account_of(&[]).await;
        assert!(matches!(records.own_medicines(&stranger, person).await, Err(ServiceError::NotFound)));
    }

    async fn pages_of_two_sources_lose_nothing_and_repeat_nothing_where_all_is_of_one_day(place: &Place) {
        let desk = Desk::at(place).await;
        let many = |from: usize| (from..from + 25).map(|number| problem(&format!("c{number}"), "m1", &format!("Problem {number}"), "active", "2026-03-04"));
        let mut first = vec![ellis()];
        first.extend(many(0));
        let person = desk.import(bundle("collection", &first)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        // Between the entries, by their ids.
        for number in 0..25 {
            desk.note(&me, person, &format!("Note {number}"), "4/3/2026", "private", None).await;
        }
        for number in 0..5 {
            desk.own_medicine(&me, person, &format!("Tea {number}"), "4/3/2026").await;
        }
        desk.clock.advance(chrono::TimeDelta::minutes(1));
        let mut more = vec![ellis()];
        more.extend(many(25));
        desk.import(bundle("collection", &more)).await.unwrap();
        for (narrowing, expected) in [(Narrowing::default(), 80), (Narrowing { own: true, ..Narrowing::default() }, 30)] {
            let (mut seen, mut after): (Vec<BTreeSet<Uuid>>, Option<Mark>) = (Vec::new(), None);
            loop {
                let page = desk.services.records.timeline(&me, person, narrowing, after).await.unwrap();
                let here = ids(&page);
                assert_eq!(u64::try_from(here.len()).unwrap(), page.entries + page.own);
                assert!(here.len() <= 30 && page.days.len() == 1, "{page:?}");
                if let Some(last) = seen.last() {
                    assert!(here.last().unwrap() < last.first().unwrap(), "of one time the greater id stands first");
                }
                seen.push(here);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen.iter().map(BTreeSet::len).sum::<usize>(), expected);
            assert_eq!(seen.into_iter().flatten().collect::<BTreeSet<_>>().len(), expected);
        }
        // A place that is not open is none: the note is private.
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let own = Narrowing { own: true, ..Narrowing::default() };
        assert_eq!(page(&desk, &ann, person, own).await.own, 5);
        let note = desk.services.profile.notes(&me, person).await.unwrap().notes[0].id;
        let place: Mark = note.as_uuid().simple().to_string().parse().unwrap();
        assert!(desk.services.records.timeline(&me, person, own, Some(place)).await.is_ok());
        let answer = desk.services.records.timeline(&ann, person, own, Some(place)).await;
        assert!(matches!(answer, Err(ServiceError::NotFound)));
    }

    async fn a_search_finds_what_a_person_wrote_and_tells_nobody_what_is_not_open(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(), problem("c1", "m1", "Migraine", "active", "2026-03-04"), problem("c2", "m1", "Asthma", "active", "2026-03-04"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let asthma = desk.titled(person, Category::Problem, "Asthma").await;
        desk.note(&me, person, "The migraine came after cheese and chocolate", "5/3/2026", "private", None).await;
        desk.note(&me, person, "Chocolate again", "6/3/2026", "shared", Some(asthma)).await;
        desk.own_medicine(&me, person, "Feverfew", "7/3/2026").await;
        let all = Narrowing::default();
        let look = async |reader: &Actor, words: &str| found(&search(&desk, reader, person, words, all).await);
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(look(&me, "migraine").await, (names(&["Migraine"]), names(&["The migraine came after cheese and chocolate"])));
        assert_eq!(look(&me, "chocolate").await.1, names(&["Chocolate again", "The migraine came after cheese and chocolate"]));
        assert_eq!(look(&me, "two at night headache").await, (vec![], names(&["Feverfew"])));
        // What sort of thing it is, is said of all of it and finds none: "not" is how "note" begins.
        for words in ["not", "note", "own", "own note", "own medicine"] {
            assert_eq!(look(&me, words).await.1, Vec::<String>::new(), "{words}");
        }
        let near = search(&desk, &me, person, "chocolatte", all).await;
        assert!(near.near && near.own.len() == 2 && near.own[0].context.is_some(), "{near:?}");
        let own = Narrowing { own: true, ..all };
        assert_eq!(found(&search(&desk, &me, person, "migraine", own).await).0, Vec::<String>::new());
        let elsewhere = Narrowing { kind: Some(Category::Medicine), ..all };
        assert!(search(&desk, &me, person, "feverfew", elsewhere).await.own.is_empty());
        // A carer finds what is shared with them, and what is near to that alone.
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        assert_eq!(look(&ann, "chocolate").await, (vec![], names(&["Chocolate again"])));
        for words in ["cheese", "cheesse", "cheeze"] {
            let page = search(&desk, &ann, person, words, all).await;
            assert!(page.own.is_empty() && page.found.is_empty() && !page.near, "{words}");
        }
        desk.services.hidings.hide_entry(&me, person, asthma, service::HiddenFrom::All).await.unwrap();
        assert_eq!(look(&ann, "chocolate").await, (vec![], vec![]), "what it is about is hidden");
        let left = page(&desk, &ann, person, own).await;
        assert_eq!(left.own, 1);
        assert!(left.days.iter().flat_map(|day| &day.own).map(|line| line.title.as_str()).eq(["Feverfew"]));
        // The front desk reads none of it.
        let reception = desk.member_at(&desk.practice, StaffRole::Reception).await;
        assert_eq!(look(&reception, "chocolate").await, (vec![], vec![]));
        assert_eq!(page(&desk, &reception, person, own).await.own, 0);
    }

    async fn more_that_was_found_than_stands_beside_the_entries_has_pages_of_its_own(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[ellis(), problem("c1", "m1", "Dizzy spells", "active", "2026-03-04")])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        for number in 0..25 {
            desk.note(&me, person, &format!("Dizzy {number}"), &format!("{}/3/2026", number % 5 + 1), "private", None).await;
        }
        let beside = search(&desk, &me, person, "dizzy", Narrowing::default()).await;
        assert_eq!((beside.found.len(), beside.own.len(), beside.more_own, beside.next), (1, 5, true, None));
        for (words, near) in [("dizzy", false), ("dizzzy", true)] {
            let (mut seen, mut after): (Vec<String>, Option<(Mark, bool)>) = (Vec::new(), None);
            loop {
                let narrowing = Narrowing { own: true, ..Narrowing::default() };
                let asked = SearchAsked { words: words.to_owned(), narrowing, after, ..SearchAsked::default() };
                let page = desk.services.records.search(&me, person, &asked).await.unwrap();
                assert!(page.near == near && page.found.is_empty() && page.own.len() <= 20, "{words}");
                seen.extend(page.own.iter().map(|one| name_of(&one.line)));
                after = page.next.map(|next| (next, page.near));
                if after.is_none() {
                    break;
                }
            }
            assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (25, 25), "{words}");
        }
    }

    async fn a_care_team_sees_and_finds_in_the_order_of_time_what_its_lists_open(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(),
            problem("c1", "m1", "Asthma", "active", "2026-03-04"),
            problem("c2", "m1", "Depression", "active", "2026-03-05"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let hospital = desk
            .services
            .organisations
            .ensure(&Actor::Operator, "RXX01", "St Anne\u{2019}s Hospital", OrganisationKind::Hospital)
            .await
            .unwrap();
        let expected = Some(Expected::Person(person));
        desk.import_from(&hospital, bundle("collection", &[ellis(), problem("c9", "m1", "Fracture", "active", "2025-01-01")]), expected)
            .await
            .unwrap();
        desk.note(&me, person, "For everybody", "6/3/2026", "shared", None).await;
        desk.note(&me, person, "For me", "6/3/2026", "private", None).await;
        let (gp, ward) = (desk.clinician_at(&desk.practice).await, desk.clinician_at(&hospital).await);
        let all = Narrowing::default();
        desk.shares(person, OrganisationKind::Hospital, Labels::NONE).await;
        assert_eq!(said(&page(&desk, &ward, person, all).await), ["2025-01-01: Fracture | "]);
        for words in ["asthma", "depression", "depresion", "everybody"] {
            let page = search(&desk, &ward, person, words, all).await;
            assert!(page.found.is_empty() && page.own.is_empty() && !page.near && page.next.is_none(), "{words}");
        }
        assert_eq!(found(&search(&desk, &ward, person, "fracture", all).await).0, ["Fracture"]);
        assert_eq!(page(&desk, &ward, person, Narrowing { source: Some(desk.practice.id), ..all }).await.entries, 0);
        desk.shares(person, OrganisationKind::Practice, general()).await;
        let events = desk.events(person.as_uuid()).await;
        let seen = page(&desk, &gp, person, all).await;
        assert_eq!(said(&seen), ["2026-03-06:  | For everybody", "2026-03-05: Depression | ", "2026-03-04: Asthma | ", "2025-01-01: Fracture | "]);
        assert_eq!((seen.entries, seen.own, seen.days[0].own[0].by), (3, 1, NotedBy::Person));
        let looked = search(&desk, &gp, person, "asthma", all).await;
        assert_eq!((looked.found.len(), looked.own.len()), (1, 0));
        assert_eq!(desk.events(person.as_uuid()).await, events + 2, "one look, one event");
        for what in ["search", "timeline"] {
            assert_eq!(why(&desk, person, what).await, (Basis::CareTeam, Purpose::DirectCare), "{what}");
        }
        // One that has nothing to do with them sees nothing, and then opens it in an emergency.
        let elsewhere = desk.services.organisations.ensure(&Actor::Operator, "RXX02", "Elm Hospital", OrganisationKind::Hospital).await.unwrap();
        let eve = desk.clinician_at(&elsewhere).await;
        let refused = desk.services.records.timeline(&eve, person, all, None).await;
        assert!(matches!(refused, Err(ServiceError::NotFound)), "{refused:?}");
        let form = EmergencyForm {
            nhs_number: "9990548609".to_owned(),
            day: "4".to_owned(),
            month: "11".to_owned(),
            year: "1948".to_owned(),
            reason: "cannot-say".to_owned(),
            text: "Found at the bus stop and does not answer".to_owned(),
            submission: desk.services.core.new_id().to_string(),
        };
        desk.services.emergencies.open(&eve, &form).await.unwrap();
        assert!(page(&desk, &eve, person, all).await.entries > 0);
        assert_eq!(found(&search(&desk, &eve, person, "asthma", all).await).0, ["Asthma"]);
        for what in ["search", "timeline"] {
            assert_eq!(why(&desk, person, what).await, (Basis::Emergency, Purpose::EmergencyCare), "{what}");
        }
        desk.clock.advance(domain::emergency::LASTS);
        let refused = desk.services.records.timeline(&eve, person, all, None).await;
        assert!(matches!(refused, Err(ServiceError::NotFound)), "{refused:?}");
    }
}
