//! Whose record a page is of, as it stands on paper.

use crate::acting::allow;
use crate::common::{Browser, TestApp, is_get};
use app::routes::{Row, TABLE};
use axum::http::{StatusCode, header};
use domain::access::{Actor, Assurance};
use domain::record::Category;
use domain::team::StaffRole;
use domain::{EntryId, PersonId};
use service::{ImportRequest, OrganisationKind, Which};
use std::collections::BTreeSet;
use std::io::Cursor;
use testkit::Place;

/// What stands once on each page of the record, for whoever may know all of it.
const WHOSE: &str = "Sam Rivers. Born 31 March 1980. NHS number 999 000 0018";
/// Where the pages of a record are at work.
const AT_WORK: [&str; 4] =
    ["/team/people/{id}/record", "/team/people/{id}/timeline", "/team/people/{id}/search", "/team/people/{id}/entries"];

/// Two results of the person, so that there is something over time.
async fn measure(app: &TestApp) {
    let bundle = r#"{"resourceType":"Bundle","type":"collection","entry":[
        {"resource":{"resourceType":"Patient","id":"p9990000018",
          "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}],
          "name":[{"family":"Rivers","given":["Sam"]}],"birthDate":"1980-03-31"}},
        {"resource":{"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p9990000018"},
          "category":[{"coding":[{"code":"laboratory"}]}],
          "code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}],"text":"Potassium"},
          "effectiveDateTime":"2026-03-04T10:40:00Z","valueQuantity":{"value":4.2,"unit":"mmol/L"}}},
        {"resource":{"resourceType":"Observation","id":"o2","status":"final","subject":{"reference":"Patient/p9990000018"},
          "category":[{"coding":[{"code":"laboratory"}]}],
          "code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}],"text":"Potassium"},
          "effectiveDateTime":"2026-06-04T10:40:00Z","valueQuantity":{"value":4.4,"unit":"mmol/L"}}}]}"#;
    let operator = Actor::Operator;
    let at = app.services.organisations.ensure(&operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
    let request = ImportRequest { organisation: at.await.unwrap().id, expected: None };
    app.services.imports.import(&operator, Cursor::new(bundle.as_bytes().to_vec()), request).await.unwrap();
}

/// The paths of a route, with each category and each entry in place of what varies. Something else is not there.
fn paths(row: &Row, person: PersonId, entries: &[EntryId]) -> Vec<String> {
    let path = row.path.replace("/team/people/{id}", &format!("/team/people/{person}")).replace("{version}", "1");
    if path.contains("{category}") {
        return Category::SHOWN.iter().map(|category| path.replace("{category}", category.code())).collect();
    }
    let each = entries.iter().map(ToString::to_string);
    each.map(|id| ["{id}", "{entry}", "{file}"].iter().fold(path.clone(), |path, part| path.replace(part, &id))).collect()
}

/// Opens every page below these paths, looks whether it says once whose it is, and gives those that there are.
async fn printed(browser: &mut Browser, below: &[&str], person: PersonId, entries: &[EntryId]) -> BTreeSet<String> {
    // The first page only leads to the others.
    let is_below =
        |row: &&Row| is_get(row.method) && row.path != "/record" && below.iter().any(|start| row.path.starts_with(start));
    let all: BTreeSet<String> = TABLE.iter().filter(is_below).flat_map(|row| paths(row, person, entries)).collect();
    let mut pages = BTreeSet::new();
    for path in all {
        let page = browser.get(&path).await;
        let kind = page.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if page.status == StatusCode::OK && kind.starts_with("text/html") {
            assert_eq!(page.body.matches(WHOSE).count(), 1, "{path}: {}", page.body);
            pages.insert(path);
        }
    }
    pages
}

testkit::both_engines! {
    async fn every_page_of_a_record_says_once_whose_it_is_where_it_is_printed(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        measure(&app).await;
        let account = app.account("sam@example.org", Some(person)).await;
        let me = Actor::Account { id: account, assurance: Assurance::SecondStep };
        let mut entries = Vec::new();
        for category in [Category::Problem, Category::Result] {
            let page = app.services.records.list(&me, person, category, Which::All, None).await.unwrap();
            entries.push(page.lines[0].id);
        }
        let (problem, result) = (entries[0], entries[1]);

        let mut sam = app.signed_in("sam@example.org").await;
        let pages = printed(&mut sam, &["/record"], person, &entries).await;
        let lists = Category::SHOWN.iter().map(|category| app::routes::category(*category));
        let others = ["/record/summary", "/record/timeline", "/record/search"].map(str::to_owned);
        let of_entries = [format!("/record/entries/{problem}"), format!("/record/entries/{result}/trend")];
        for path in lists.chain(others).chain(of_entries) {
            assert!(pages.contains(&path), "{path} is not among {pages:?}");
        }
        sam.get("/record/problems").await.says("<p class=\"sh-print-only\"").says(&format!("{WHOSE}. As on "));
        for path in ["/record", "/account", "/activity"] {
            sam.get(path).await.does_not_say(WHOSE);
        }

        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let mut gp = app.signed_in("gp@example.org").await;
        let pages = printed(&mut gp, &AT_WORK, person, &entries).await;
        for page in [
            "record/problems".to_owned(), "record/results".to_owned(), "timeline".to_owned(), "search".to_owned(),
            format!("entries/{problem}"), format!("entries/{result}/trend"),
        ] {
            let path = format!("/team/people/{person}/{page}");
            assert!(pages.contains(&path), "{path} is not among {pages:?}");
        }

        // Who is not told when the person was born does not read it on paper either.
        allow(&app, account, person, "tom@example.org", "TEST").await;
        let mut tom = app.signed_in("tom@example.org").await;
        tom.post_and_follow("/acting", &[("person", &person.to_string())]).await.says("You are looking after");
        tom.get("/record/results").await.says("Potassium").says("<bdi>Sam Rivers. As on ").does_not_say(WHOSE).does_not_say("Born 31");
    }
}
