//! A made-up population for load runs: as large as it was asked for, the same again, as an import would have made it, and alone.

use crate::common::TestApp;
use axum::http::StatusCode;
use domain::access::{Actor, Assurance};
use domain::result::TrendSpan;
use domain::when::london_day;
use domain::{EntryId, PersonId};
use server::seed::load::{MARK, Size, Words, organisations};
use server::seed::loading::{Loaded, seed_load};
use server::seed_demo::refuse_demo;
use service::{
    EntryLine, ImportRequest, Narrowing, OrganisationKind, PersonSummary, SearchAsked, Services, TimelinePage, TrendAsked,
};
use std::collections::BTreeSet;
use std::io::Cursor;
use testkit::{MockClock, Place};

const SIZE: Size = Size { people: 30, entries: 3_000, seed: 5 };
const OF_NO_USE: &str = "A load into this database was interrupted: throw it away.";
const ALONE: &str = "This database holds people or accounts already: a load needs a database of its own.";

async fn load(services: &Services) -> Loaded {
    Box::pin(seed_load(services, SIZE, 3, |_| ())).await.unwrap()
}

async fn people(services: &Services) -> Vec<PersonSummary> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let (some, next) = services.people.list(&Actor::Operator, after).await.unwrap();
        all.extend(some);
        after = next;
        if after.is_none() {
            return all;
        }
    }
}

async fn record(services: &Services, person: PersonId) -> Vec<u8> {
    let mut out = Vec::new();
    services.exports.bundle(&Actor::Operator, person, &mut out).await.unwrap();
    out
}

/// The whole of a timeline, each entry once.
async fn timeline(services: &Services, reader: &Actor, person: PersonId) -> Vec<EntryLine> {
    let (mut all, mut seen, mut after): (Vec<EntryLine>, BTreeSet<EntryId>, _) = (Vec::new(), BTreeSet::new(), None);
    loop {
        let page: TimelinePage = services.records.timeline(reader, person, Narrowing::default(), after).await.unwrap();
        let groups = page.days.into_iter().flat_map(|day| day.groups);
        let lines = groups.flat_map(|group| group.visit.into_iter().chain(group.lines));
        all.extend(lines.filter(|line| seen.insert(line.id)));
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

/// Where the same engine makes another database.
async fn another(place: &Place) -> Place {
    testkit::fresh(if place.store.engine_name() == "SQLite" { "sqlite" } else { "postgres" }).await
}

testkit::both_engines! {
    async fn a_population_is_as_large_as_was_asked_for_and_every_use_case_finds_it(place: &Place) {
        let app = TestApp::over(place);
        let services = &app.services;
        let schema = place.schema().await;
        let loaded = load(services).await;
        // What PostgreSQL was without meanwhile is there again: each index and each reference.
        assert_eq!(place.schema().await, schema);
        assert_eq!((loaded.people, loaded.entries, loaded.keys.len()), (30, 3_000, 3));
        let all = people(services).await;
        assert_eq!(all.len(), 30);
        assert!(all.iter().all(|one| one.nhs_number.as_ref().is_some_and(|number| number.as_digits().starts_with("999"))));
        assert!(all.iter().all(|one| one.birth_date.is_some() && !one.display_name.is_empty()));
        let key = &loaded.keys[0];
        let (person, first) = (all[0].id, SIZE.people().next().unwrap());
        assert_eq!(key.person, person.to_string());
        let id = services.accounts.find(&Actor::Operator, "load-0@example.org").await.unwrap().id;
        let me = Actor::Account { id, assurance: Assurance::SecondStep };
        // Everything but what each source says of who they are.
        let files = Words::new(SIZE, london_day(services.core.now())).files(&first);
        let lines = timeline(services, &me, person).await;
        assert_eq!(lines.len(), usize::try_from(first.entries).unwrap() - files.len());
        assert!(key.entries.len() == 50 && key.entries.iter().all(|one| lines.iter().any(|line| line.id.to_string() == *one)));
        let asked = SearchAsked { words: "hba1c".to_owned(), ..SearchAsked::default() };
        let found = services.records.search(&me, person, &asked).await.unwrap().found;
        let test = found.iter().find(|one| one.line.title == "HbA1c").unwrap();
        let trend = services.records.trend(&me, person, test.line.id, TrendAsked::of(TrendSpan::All)).await.unwrap();
        let tests = lines.iter().filter(|line| line.title == "HbA1c" && line.value.is_some()).count();
        assert!(tests > 5, "{tests}");
        assert_eq!(trend.points.len(), tests);
        // Read again as an older record would be, everything stays as it is.
        assert_eq!(services.imports.reindex(&Actor::Operator, person).await.unwrap(), first.entries);
        assert_eq!(timeline(services, &me, person).await, lines);
        assert_eq!(services.records.search(&me, person, &asked).await.unwrap().found, found);
        assert_eq!(services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    async fn a_session_of_the_file_is_signed_in_and_nobody_else_is(place: &Place) {
        let app = TestApp::over(place);
        let loaded = load(&app.services).await;
        for key in &loaded.keys {
            let id = key.cookie.strip_prefix("session=").unwrap();
            let mut browser = app.browser();
            // Under the name that the cookie has with TLS.
            browser.cookies.insert("__Host-session".to_owned(), id.to_owned());
            let page = browser.get("/record").await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            let page = browser.get(&format!("/record/entries/{}", key.entries[1])).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        }
        let other = loaded.keys[1].entries[0].as_str();
        let mut browser = app.browser();
        browser.cookies.insert("__Host-session".to_owned(), loaded.keys[0].cookie.trim_start_matches("session=").to_owned());
        assert_eq!(browser.get(&format!("/record/entries/{other}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    async fn the_same_numbers_give_the_same_people_and_records(place: &Place) {
        let other = another(place).await;
        let services = [place.services(&MockClock::default()), other.services(&MockClock::default())];
        let [one, two] = [load(&services[0]).await, load(&services[1]).await];
        let all = people(&services[0]).await;
        assert_eq!(all, people(&services[1]).await);
        for person in all.iter().take(6) {
            assert_eq!(record(&services[0], person.id).await, record(&services[1], person.id).await);
        }
        assert_eq!(one.keys.len(), two.keys.len());
        for (a, b) in one.keys.iter().zip(&two.keys) {
            assert_eq!((&a.person, &a.entries), (&b.person, &b.entries));
            assert_ne!(a.cookie, b.cookie, "a session is a secret");
        }
        other.clear().await;
    }

    async fn an_import_of_the_same_files_makes_the_same_record(place: &Place) {
        let other = another(place).await;
        let (clock, operator) = (MockClock::default(), Actor::Operator);
        let (services, imported) = (place.services(&clock), other.services(&clock));
        load(&services).await;
        let (words, from) = (Words::new(SIZE, london_day(services.core.now())), organisations(SIZE.people));
        let first = SIZE.people().next().unwrap();
        let mut person = None;
        for (at, resources) in words.files(&first) {
            let kind = OrganisationKind::from_code(from[at].kind).unwrap();
            let organisation = imported.organisations.ensure(&operator, &from[at].ods, &from[at].name, kind).await.unwrap().id;
            let file = Cursor::new(resources.join("\n").into_bytes());
            let report = imported.imports.import(&operator, file, ImportRequest { organisation, expected: None }).await.unwrap();
            assert_eq!((report.problems.len(), report.added), (0, u64::try_from(resources.len()).unwrap()));
            person = Some(report.person);
        }
        let (loaded, person) = (people(&services).await[0].clone(), person.unwrap());
        let mut again = people(&imported).await[0].clone();
        again.id = loaded.id;
        assert_eq!(again, loaded);
        let account = imported.accounts.create_without_password(&operator, "load-0@example.org").await.unwrap();
        imported.linking.link_in_person(&operator, account, person).await.unwrap();
        let mut said = Vec::new();
        for (services, person) in [(&services, loaded.id), (&imported, person)] {
            let id = services.accounts.find(&operator, "load-0@example.org").await.unwrap().id;
            let me = Actor::Account { id, assurance: Assurance::SecondStep };
            let same = |mut line: EntryLine| {
                line.id = EntryId::from_uuid(uuid::Uuid::nil());
                format!("{line:?}")
            };
            let mut lines: Vec<String> = timeline(services, &me, person).await.into_iter().map(same).collect();
            lines.sort_unstable();
            let mut found = Vec::new();
            for words in ["amlodipine", "ashgrove", "letter heart", "kidney"] {
                let asked = SearchAsked { words: words.to_owned(), ..SearchAsked::default() };
                let page = services.records.search(&me, person, &asked).await.unwrap();
                found.push((page.near, page.found.len(), page.next.is_some()));
            }
            let results = services.records.results(&me, person, None).await.unwrap();
            said.push((lines, found, results.lines.len()));
        }
        assert_eq!(said[0], said[1]);
        other.clear().await;
    }

    async fn a_database_that_holds_anybody_is_left_as_it_is(place: &Place) {
        let app = TestApp::over(place);
        app.person("999 000 0018", "Ellis", "Gout").await;
        assert_eq!(seed_load(&app.services, SIZE, 0, |_| ()).await.unwrap_err(), ALONE);
        assert_eq!(people(&app.services).await.len(), 1);
        refuse_demo(&app.services).await.unwrap();
    }

    async fn a_database_into_which_a_load_was_interrupted_is_not_filled_again(place: &Place) {
        let services = place.services(&MockClock::default());
        services.organisations.ensure(&Actor::Operator, MARK, "Ashgrove Surgery", OrganisationKind::Practice).await.unwrap();
        let schema = place.schema().await;
        // Nobody is written yet, and what was taken away was known to that load alone.
        drop(services.imports.begin_load(&Actor::Operator).await.unwrap());
        assert_eq!(place.schema().await == schema, place.store.engine_name() == "SQLite");
        assert_eq!(seed_load(&services, SIZE, 0, |_| ()).await.unwrap_err(), OF_NO_USE);
        assert!(people(&services).await.is_empty());
    }

    async fn a_load_that_fails_says_that_its_database_is_of_no_use(place: &Place) {
        let services = place.services(&MockClock::default());
        place.alter("DROP TABLE import_run").await;
        let why = seed_load(&services, SIZE, 0, |_| ()).await.unwrap_err();
        assert!(why.ends_with(OF_NO_USE), "{why}");
        assert_eq!(seed_load(&services, SIZE, 0, |_| ()).await.unwrap_err(), OF_NO_USE);
    }

    async fn a_population_is_made_once_and_never_served_to_the_public(place: &Place) {
        let services = place.services(&MockClock::default());
        for (size, accounts, why) in [
            (Size { entries: 119, ..SIZE }, 0, "30 people have 120 entries at least: each has 4."),
            (SIZE, 31, "There cannot be more accounts than people."),
        ] {
            assert_eq!(seed_load(&services, size, accounts, |_| ()).await.unwrap_err(), why);
        }
        refuse_demo(&services).await.unwrap();
        let mut written = Vec::new();
        let loaded = seed_load(&services, SIZE, 0, |entries| written.push(entries)).await.unwrap();
        assert_eq!((written.last().copied(), loaded.keys.len()), (Some(3_000), 0));
        assert_eq!(seed_load(&services, SIZE, 0, |_| ()).await.unwrap_err(), ALONE);
        assert!(refuse_demo(&services).await.unwrap_err().contains("made-up population"));
        assert!(server::seed_demo(&services).await.is_err());
        assert_eq!(people(&services).await.len(), 30);
    }
}
