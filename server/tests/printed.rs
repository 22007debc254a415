//! Whose record a page is of, as it stands on paper.

use crate::acting::allow;
use crate::common::{Answer, Browser, TestApp, is_get};
use app::routes::{Row, TABLE};
use axum::http::{StatusCode, header};
use domain::access::{Actor, Assurance};
use domain::record::Category;
use domain::team::StaffRole;
use domain::{EntryId, PersonId};
use service::{ImportRequest, NoteForm, OrganisationKind, Which};
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
    take_in(app, bundle).await;
}

/// A medicine of the person.
async fn prescribe(app: &TestApp) {
    let bundle = r#"{"resourceType":"Bundle","type":"collection","entry":[
        {"resource":{"resourceType":"Patient","id":"p9990000018",
          "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}],
          "name":[{"family":"Rivers","given":["Sam"]}],"birthDate":"1980-03-31"}},
        {"resource":{"resourceType":"MedicationRequest","id":"m1","status":"active","intent":"plan","authoredOn":"2026-01-12",
          "subject":{"reference":"Patient/p9990000018"},
          "medicationCodeableConcept":{"text":"Ramipril 5mg capsules"}}}]}"#;
    take_in(app, bundle).await;
}

/// Takes in what the person's practice sends.
async fn take_in(app: &TestApp, bundle: &str) {
    let operator = Actor::Operator;
    let at = app.services.organisations.ensure(&operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
    let request = ImportRequest { organisation: at.await.unwrap().id, expected: None };
    app.services.imports.import(&operator, Cursor::new(bundle.as_bytes().to_vec()), request).await.unwrap();
}

/// Sends a form and gives the address of what is kept by it.
async fn kept(app: &TestApp, browser: &mut Browser, form: &str, fields: &[(&str, &str)]) -> String {
    let submission = app.services.core.new_id().to_string();
    let mut all = vec![("submission", submission.as_str())];
    all.extend(fields);
    let location = browser.post(form, &all).await.location().to_owned();
    location.split('?').next().unwrap_or_default().to_owned()
}

/// What the main part of a page has on paper: all but what is for the screen alone.
fn on_paper(page: &Answer) -> String {
    let (_, main) = page.body.split_once("<main").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    let (mut left, mut rest) = (String::new(), main);
    while let Some((before, inside)) = rest.split_once("<div class=\"sh-screen-only\">") {
        left.push_str(before);
        rest = inside;
        let mut open = 1;
        while open > 0 {
            let (part, after) = rest.split_once("</div>").unwrap();
            open += part.matches("<div").count();
            open -= 1;
            rest = after;
        }
    }
    left + rest
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
    let is_below = |row: &&Row| is_get(row.method) && below.iter().any(|start| row.path.starts_with(start));
    let all: BTreeSet<String> = TABLE.iter().filter(is_below).flat_map(|row| paths(row, person, entries)).collect();
    let mut pages = BTreeSet::new();
    for path in all {
        let page = browser.get(&path).await;
        let kind = page.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if page.status == StatusCode::OK && kind.starts_with("text/html") {
            let (head, body) = page.body.split_once("<body").unwrap();
            assert_eq!(body.matches(WHOSE).count(), 1, "{path}: {}", page.body);
            // Each sheet after the first says it by this.
            assert!(head.contains(&format!(" data-whose=\"{WHOSE}\"")), "{path}: {head}");
            pages.insert(path);
        }
    }
    pages
}

/// Whether the element that begins with these words is for the screen alone.
fn is_for_the_screen(page: &Answer, words: &str) -> bool {
    let (before, _) = page.body.split_once(words).unwrap();
    before.rsplit_once('<').unwrap().1.contains("sh-screen-only")
}

testkit::both_engines! {
    async fn what_leads_to_an_act_stands_on_no_paper(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        let mut sam = app.signed_in("sam@example.org").await;
        for (path, act) in [
            ("/weeks/new/weight", "<ul class=\"nhsuk-list sh-screen-only\"><li><a href=\"/weeks/blank/weight\""),
            ("/self-care", "<p class=\"sh-screen-only\">Print this page"),
            ("/medicines/card", "<p class=\"sh-screen-only\">Print this page"),
            ("/sharing/services", "<p class=\"sh-screen-only\"><a href=\"/sharing/services/receipts\""),
            ("/sharing/services/receipts", "<p class=\"sh-screen-only\">You can print this page"),
        ] {
            sam.get(path).await.says(act);
        }
    }

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
        let others = ["/record", "/record/summary", "/record/timeline", "/record/search"].map(str::to_owned);
        let of_entries = [format!("/record/entries/{problem}"), format!("/record/entries/{result}/trend")];
        for path in lists.chain(others).chain(of_entries) {
            assert!(pages.contains(&path), "{path} is not among {pages:?}");
        }
        sam.get("/record/problems").await.says("<p class=\"sh-print-only\"").says(&format!("{WHOSE}. As on "));
        sam.get("/account").await.does_not_say(WHOSE);

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

        // The heading says the name too, and not on paper.
        gp.get(&format!("/team/people/{person}/record/problems")).await.says("sh-heading__whose\">Sam Rivers");

        // Who is not told when the person was born does not read it on paper either.
        allow(&app, account, person, "tom@example.org", "TEST").await;
        let mut tom = app.signed_in("tom@example.org").await;
        tom.post_and_follow("/acting", &[("person", &person.to_string())]).await.says("You are looking after");
        tom.get("/record/results").await.says("Potassium").says("<bdi>Sam Rivers. As on ").says(" data-whose=\"Sam Rivers\"").does_not_say(WHOSE).does_not_say("Born 31");
        tom.get("/record").await.says("<bdi>Sam Rivers. As on ").does_not_say(WHOSE).does_not_say("Born 31");
    }

    async fn what_somebody_keeps_here_says_once_whose_it_is_on_paper_and_shows_no_form_there(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        prescribe(&app).await;
        let account = app.account("sam@example.org", Some(person)).await;
        let me = Actor::Account { id: account, assurance: Assurance::SecondStep };
        let list = app.services.records.list(&me, person, Category::Medicine, Which::All, None).await.unwrap();
        let medicine = list.lines[0].id;

        let mut sam = app.signed_in("sam@example.org").await;
        let reading = kept(&app, &mut sam, "/readings/weight/new", &[("value", "72")]).await;
        let goal = kept(&app, &mut sam, "/goals/new/steps", &[("target", "8000"), ("why", "My knees")]).await;
        let own = ["/activity", "/account/needs", "/account/details", "/readings", "/readings/weight", "/readings/weight/removed", "/readings/targets", "/readings/bmi", "/weeks", "/goals", "/questionnaires", "/questionnaires/phq-9", "/medicines", "/medicines/diary", "/appointments"];
        let kept_there = [format!("/medicines/{medicine}"), reading.clone(), goal.clone()];
        for path in own.into_iter().map(str::to_owned).chain(kept_there) {
            let page = sam.get(&path).await;
            assert_eq!(page.body.matches(&format!("{WHOSE}. As on ")).count(), 1, "{path}: {}", page.body);
            assert!(!on_paper(&page).contains("<input") && !on_paper(&page).contains("<textarea"), "{path}: {}", on_paper(&page));
        }

        // So does one with a form that is shown at once.
        for path in ["/medicines/orders", "/medicines/prescriptions", "/medicines/today", "/readings/import", "/readings/devices", "/readings/devices/new", "/readings/weight/new", &format!("{reading}/change")] {
            let page = sam.get(path).await;
            page.says(&format!(" data-whose=\"{WHOSE}\""));
            assert_eq!(page.body.matches(&format!("{WHOSE}. As on ")).count(), 1, "{path}: {}", page.body);
        }

        // A part of a page that is only what can be done is none of it on paper.
        let page = sam.get(&reading).await;
        page.says(">Photo<").says("Add a photo");
        assert!(!on_paper(&page).contains(">Photo<"), "{}", on_paper(&page));

        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let mut gp = app.signed_in("gp@example.org").await;
        let at_work = ["/about", "/notes", "/readings", "/readings/weight", "/readings/bmi", "/weeks", "/questionnaires", "/goals", "/medicine-diary", "/learn", "/targets", "/appointments"];
        let kept_there = [reading.clone(), goal];
        for page in at_work.into_iter().map(str::to_owned).chain(kept_there) {
            let path = format!("/team/people/{person}{page}");
            let page = gp.get(&path).await;
            assert_eq!(page.body.matches(&format!("{WHOSE}. As on ")).count(), 1, "{path}: {}", page.body);
            assert!(!on_paper(&page).contains("<input") && !on_paper(&page).contains("<textarea"), "{path}: {}", on_paper(&page));
        }
        // Whose heading says the name too says it apart from the rest, so that it stands on paper once.
        let named = ["/about", "/readings", "/readings/weight", "/readings/bmi", "/weeks", "/questionnaires", "/goals", "/medicine-diary", "/learn", "/targets", "/appointments"];
        for page in named.into_iter().map(str::to_owned).chain([reading]) {
            gp.get(&format!("/team/people/{person}{page}")).await.says("sh-heading__whose\">Sam Rivers");
        }

        let targets = gp.get(&format!("/team/people/{person}/targets")).await;
        targets.says("Set a target");
        assert!(!on_paper(&targets).contains("Set a target"), "{}", targets.body);

        // A page whose heading is the name, and one that greets by it, say the day alone; their other sheets say whose they are.
        let (day, runs) = ("<p class=\"sh-print-only\">As on ", format!(" data-whose=\"{WHOSE}\""));
        for page in [gp.get(&format!("/team/people/{person}")).await, sam.get("/").await] {
            page.says(day).says(&runs);
            assert_eq!(page.body.matches(WHOSE).count(), 1, "{}", page.body);
        }
        // So do those of a plan that says on its first sheet by name alone whose it is.
        sam.get("/self-care").await.says("<bdi>Sam Rivers</bdi>").says(&runs);

        allow(&app, account, person, "ann@example.org", "APPT").await;
        let mut ann = app.signed_in("ann@example.org").await;
        let home = ann.post_and_follow("/acting", &[("person", &person.to_string())]).await;
        home.says("You are looking after").says(day);
        ann.get("/appointments").await.says("<bdi>Sam Rivers. As on ").does_not_say("Born 31");
    }

    async fn no_heading_stands_on_paper_without_anything_below_it(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        let account = app.account("sam@example.org", Some(person)).await;
        let me = Actor::Account { id: account, assurance: Assurance::SecondStep };
        let list = app.services.records.list(&me, person, Category::Problem, Which::All, None).await.unwrap();
        let problem = list.lines[0].id;
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let mut gp = app.signed_in("gp@example.org").await;
        gp.get(&format!("/team/people/{person}/entries/{problem}")).await.says("Asthma");

        let mut sam = app.signed_in("sam@example.org").await;
        let entry = sam.get(&format!("/record/entries/{problem}")).await;
        let (mistake, notes) = ("Is something wrong here?", ">Own notes<");
        entry.says(mistake).says(notes);
        assert!(!on_paper(&entry).contains(mistake) && !on_paper(&entry).contains(notes), "{}", entry.body);
        assert!(is_for_the_screen(&entry, "Change who can see it"), "{}", entry.body);
        // A note about it stands there.
        let form = NoteForm {
            words: "Worse in spring".to_owned(),
            who: "private".to_owned(),
            about: problem.to_string(),
            submission: app.services.core.new_id().to_string(),
            ..NoteForm::default()
        };
        app.services.profile.write_note(&me, person, &form).await.unwrap();
        let entry = sam.get(&format!("/record/entries/{problem}")).await;
        assert!(on_paper(&entry).contains(notes) && on_paper(&entry).contains("Worse in spring"), "{}", entry.body);

        let timeline = sam.get("/record/timeline?kind=problems&from=2010-01-01").await;
        assert!(is_for_the_screen(&timeline, "Take away"), "{}", timeline.body);
        assert!(is_for_the_screen(&timeline, "Show what has no date too"), "{}", timeline.body);
        let work = gp.get(&format!("/team/people/{person}/timeline")).await;
        for page in [&timeline, &work] {
            page.says("Not on this page");
            assert!(!on_paper(page).contains("Not on this page"), "{}", page.body);
        }

        let activity = sam.get("/activity").await;
        for act in ["I do not recognise this<", "See the entry<"] {
            assert!(is_for_the_screen(&activity, act), "{}", activity.body);
        }

        for (path, heading) in [("/", ">What to do next<"), ("/weeks", ">Begin<")] {
            let page = sam.get(path).await;
            page.says(heading);
            assert!(!on_paper(&page).contains(heading), "{}", page.body);
        }

        let appointments = sam.get("/appointments").await;
        for heading in ["Referrals", "Reminders"] {
            appointments.says(&format!(">{heading}<"));
            assert!(!on_paper(&appointments).contains(heading), "{}", appointments.body);
        }
    }

    async fn what_is_chosen_of_new_results_stands_on_paper_without_its_form(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        let mut sam = app.signed_in("sam@example.org").await;
        let page = sam.get("/record/results/choices").await;
        let (_, paper) = page.body.split_once("<div class=\"sh-print-only\">").unwrap();
        let (paper, _) = paper.split_once("</dl>").unwrap();
        assert!(paper.contains("Genes") && paper.matches("As soon as it comes").count() > 1, "{paper}");
    }

    async fn a_search_says_on_paper_what_was_searched_for(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let (mut sam, mut gp) = (app.signed_in("sam@example.org").await, app.signed_in("gp@example.org").await);
        let said = "<p class=\"sh-print-only\">Searched for: \u{201c}asthma\u{201d}</p>";
        for (browser, search) in [(&mut sam, "/record/search".to_owned()), (&mut gp, format!("/team/people/{person}/search"))] {
            let page = browser.get(&format!("{search}?q=asthma")).await;
            page.says(said);
            assert!(!on_paper(&page).contains("How the search works"), "{}", page.body);
            browser.get(&search).await.does_not_say("Searched for");
            // Nothing is looked for while a date is wrong.
            browser.get(&format!("{search}?q=asthma&from=soon")).await.does_not_say("Searched for");
        }
    }
}
