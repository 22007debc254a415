//! The record in the order of time, the search in it, and where it comes from, as browsers without script read them.

use crate::common::TestApp;
use axum::http::StatusCode;
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::team::StaffRole;
use serde_json::{Value, json};
use service::{Expected, HiddenFrom, ImportRequest, InviteForm, Narrowing, NoteForm, OrganisationKind, OwnMedicineForm};
use std::io::Cursor;
use testkit::Place;

const SAM: &str = "sam@example.org";
const ANN: &str = "ann@example.org";

struct Town {
    app: TestApp,
    sam: PersonId,
    sam_actor: Actor,
    ann_actor: Actor,
}

fn of_sam(kind: &str, id: &str, more: &Value) -> Value {
    let mut all = json!({ "resourceType": kind, "id": id, "subject": { "reference": "Patient/p9990000018" } });
    for (field, value) in more.as_object().unwrap() {
        all[field] = value.clone();
    }
    all
}

fn entries() -> Vec<Value> {
    let visit = json!({ "reference": "Encounter/e1" });
    let active = json!({ "coding": [{ "code": "active" }] });
    vec![
        of_sam(
            "Encounter",
            "e1",
            &json!({
                "status": "finished", "class": { "code": "AMB" }, "type": [{ "text": "GP consultation" }], "period": { "start": "2026-11-03T10:40:00Z" },
            }),
        ),
        of_sam(
            "Observation",
            "o1",
            &json!({
                "status": "final", "code": { "text": "Body weight" }, "effectiveDateTime": "2026-11-03T10:45:00Z", "encounter": visit,
                "valueQuantity": { "value": 81, "unit": "kg" },
            }),
        ),
        of_sam(
            "MedicationRequest",
            "m1",
            &json!({
                "status": "active", "intent": "order", "authoredOn": "2026-11-03", "encounter": visit,
                "medicationCodeableConcept": { "text": "Amoxicillin 500mg capsules" }, "dosageInstruction": [{ "text": "<b>One</b> three times a day" }],
            }),
        ),
        of_sam(
            "Condition",
            "c1",
            &json!({
                "clinicalStatus": active, "onsetDateTime": "2019-03", "code": { "text": "Recurrent depressive disorder" },
            }),
        ),
        of_sam(
            "Condition",
            "c2",
            &json!({
                "clinicalStatus": active, "onsetDateTime": "2021-05-09",
                "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "59621000", "display": "Essential hypertension" }], "text": "Essential hypertension" },
            }),
        ),
    ]
}

async fn import(app: &TestApp, sam: PersonId, bytes: Vec<u8>) -> Result<service::ImportReport, service::ServiceError> {
    let operator = Actor::Operator;
    let at =
        app.services.organisations.ensure(&operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice).await.unwrap().id;
    let request = ImportRequest { organisation: at, expected: Some(Expected::Person(sam)) };
    app.services.imports.import(&operator, Cursor::new(bytes), request).await
}

async fn town(place: &Place) -> Town {
    let app = TestApp::over(place);
    let sam = app.person("999 000 0018", "Rivers", "Broken nail").await;
    let all: Vec<Value> = entries().into_iter().map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": all }).to_string();
    assert_eq!(import(&app, sam, bundle.into_bytes()).await.unwrap().problems, vec![]);
    let actor = |id| Actor::Account { id, assurance: Assurance::SecondStep };
    let sam_actor = actor(app.account(SAM, Some(sam)).await);
    let ann_actor = actor(app.account(ANN, None).await);
    Town { app, sam, sam_actor, ann_actor }
}

/// Lets Ann see everything that is not sensitive.
async fn let_ann_in(town: &Town) {
    let form = InviteForm {
        email: ANN.to_owned(),
        name: "Ann".to_owned(),
        relation: "daughter".to_owned(),
        scopes: domain::scope::Scopes::all().to_string(),
        labels: "general".to_owned(),
        submission: town.app.services.core.new_id().to_string(),
        ..InviteForm::default()
    };
    let invited = town.app.services.carers.invite(&town.sam_actor, town.sam, &form).await.unwrap();
    let token = town.app.mailed_link(ANN).await.split_once("token=").unwrap().1.to_owned();
    town.app.services.carers.accept(&town.ann_actor, &token, &invited.code).await.unwrap();
}

/// Sam writes a note for themself, one for others too, and adds a medicine.
async fn write(town: &Town) {
    let new = || town.app.services.core.new_id().to_string();
    for (words, who) in [("Dizzy on the stairs", "shared"), ("A secret of mine", "private")] {
        let form = NoteForm { words: words.to_owned(), who: who.to_owned(), submission: new(), ..NoteForm::default() };
        town.app.services.profile.write_note(&town.sam_actor, town.sam, &form).await.unwrap();
    }
    let form = OwnMedicineForm { name: "Iron tablets".to_owned(), submission: new(), ..OwnMedicineForm::default() };
    town.app.services.medicines.add_own(&town.sam_actor, town.sam, &form).await.unwrap();
}

testkit::both_engines! {
    async fn what_a_person_wrote_stands_beside_and_says_whose_words_it_is(place: &Place) {
        let town = town(place).await;
        write(&town).await;
        let mut sam = town.app.signed_in(SAM).await;
        let page = sam.get("/record/timeline").await;
        page.says("You wrote this").says("Dizzy on the stairs").says("A secret of mine").says("Iron tablets").says("class=\"sh-own\"");
        page.says("and 3 own notes and medicines").says("A medicine bought without a prescription.").says("href=\"/medicines/own/");
        let page = sam.get("/record/timeline?kind=own").await;
        page.says("Kind: Own notes and medicines").says("Iron tablets").does_not_say("Amoxicillin");
        let page = sam.get("/record/timeline?kind=medicines").await;
        page.says("Amoxicillin").does_not_say("Iron tablets").says("Medicines bought without a prescription are not in this list.").says("href=\"/record/timeline?kind=own\"");
        let page = sam.get("/record/search?q=dizzy").await;
        page.says("The note says").says("<mark class=\"sh-mark\">Dizzy</mark> on the stairs").says("You wrote this");
        page.does_not_say("Nothing was found");
        sam.get("/record/search?q=iron").await.says("<mark class=\"sh-mark\">Iron</mark> tablets");
        sam.get("/record/search?q=secret&kind=problems").await.says("Nothing was found").does_not_say("of mine");
        let_ann_in(&town).await;
        let mut ann = town.app.signed_in(ANN).await;
        ann.post("/acting", &[("person", &town.sam.to_string())]).await;
        let page = ann.get("/record/timeline").await;
        page.says("Sam Rivers wrote this").says("Dizzy on the stairs").does_not_say("A secret of mine");
        ann.get("/record/search?q=secret").await.says("Nothing was found").does_not_say("of mine");
    }

    async fn what_says_only_when_it_was_written_down_says_so_and_stands_there(place: &Place) {
        let town = town(place).await;
        let said = of_sam("Condition", "c9", &json!({
            "clinicalStatus": { "coding": [{ "code": "active" }] }, "recordedDate": "2020-05-12", "code": { "text": "Hay fever" },
        }));
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": said }] }).to_string();
        assert_eq!(import(&town.app, town.sam, bundle.into_bytes()).await.unwrap().problems, vec![]);
        town.app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in("gp@example.org").await);
        let base = format!("/team/people/{}", town.sam);
        for page in [
            sam.get("/record/problems").await,
            sam.get("/record/search?q=hay+fever").await,
            gp.get(&format!("{base}/record/problems")).await,
            gp.get(&format!("{base}/search?q=hay+fever")).await,
        ] {
            page.says("datetime=\"2020-05-12\"").says("Recorded 12 May 2020").does_not_say("No date given");
        }
        for page in [sam.get("/record/timeline?kind=problems").await, gp.get(&format!("{base}/timeline?kind=problems")).await] {
            let (_, day) = page.body.split_once("Tuesday 12 May 2020").unwrap();
            let row = day.split("</li>").next().unwrap();
            assert!(row.contains("Hay fever") && row.contains("Recorded then"), "{row}");
        }
    }

    async fn a_care_team_reads_it_in_the_order_of_time_and_searches_it(place: &Place) {
        let town = town(place).await;
        write(&town).await;
        town.app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        town.app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        town.app.staff("manager@example.org", "Y90001", StaffRole::Manager).await;
        town.app.staff("ward@example.org", "Y9H01", StaffRole::Clinician).await;
        let base = format!("/team/people/{}", town.sam);
        let mut gp = town.app.signed_in("gp@example.org").await;
        gp.get(&base).await.says(&format!("href=\"{base}/timeline\"")).says(&format!("action=\"{base}/search\""));
        let page = gp.get(&format!("{base}/timeline")).await;
        page.says("Tuesday 3 November 2026").says("Amoxicillin 500mg capsules").says("GP consultation").says(&format!("href=\"{base}/entries/"));
        page.says("Sam Rivers wrote this").says("Dizzy on the stairs").says("Iron tablets");
        page.does_not_say("A secret of mine").does_not_say("href=\"/record/").does_not_say("href=\"/medicines/own");
        let page = gp.get(&format!("{base}/timeline?kind=problems&from=2020-01-01")).await;
        page.says("Kind: Health problems").says("Essential hypertension").does_not_say("Amoxicillin").does_not_say("Dizzy");
        let page = gp.get(&format!("{base}/timeline?from_day=31&from_month=2&from_year=2026")).await;
        page.says("There is a problem").does_not_say("Amoxicillin");
        let page = gp.get(&format!("{base}/search?q=amoxicilin")).await;
        page.says("Nothing has exactly these words").says("<mark class=\"sh-mark\">Amoxicillin</mark>").does_not_say("href=\"/record/");
        gp.get(&format!("{base}/search?q=secret")).await.says("Nothing was found").does_not_say("of mine");
        assert_eq!(gp.get(&format!("{base}/timeline?after=019a5f00000070008000000000000000")).await.status, StatusCode::NOT_FOUND);
        let mut desk = town.app.signed_in("desk@example.org").await;
        let page = desk.get(&format!("{base}/timeline")).await;
        page.says("GP consultation").does_not_say("Amoxicillin").does_not_say("hypertension").does_not_say("Dizzy").does_not_say("Iron");
        for words in ["amoxicillin", "amoxicilin", "dizzy", "iron"] {
            desk.get(&format!("{base}/search?q={words}")).await.says("Nothing was found").does_not_say("<mark");
        }
        for email in ["manager@example.org", "ward@example.org"] {
            let mut browser = town.app.signed_in(email).await;
            for page in ["timeline", "search", "search?q=amoxicillin"] {
                let answer = browser.get(&format!("{base}/{page}")).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{email} {page}");
                answer.does_not_say("Amoxicillin").does_not_say("Sam Rivers");
            }
        }
        // Sam is told of the looks, and not of the words.
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/activity").await.says("looked for something in your record").does_not_say("amoxicilin");
    }

    async fn a_person_sees_the_timeline_that_others_see(place: &Place) {
        let town = town(place).await;
        write(&town).await;
        let practice = town.app.services.organisations.by_code(&Actor::Operator, "Y90001").await.unwrap().id;
        let mut sam = town.app.signed_in(SAM).await;
        let base = format!("/sharing/preview/team/{practice}");
        sam.get(&base).await.says(&format!("href=\"{base}/timeline\""));
        let page = sam.get(&format!("{base}/timeline")).await;
        page.says("This is your record as a clinician at").says("Amoxicillin").says(&format!("href=\"{base}/entries/"));
        page.says("Dizzy on the stairs").says("You wrote this").does_not_say("A secret of mine").does_not_say("href=\"/record/entries/");
        let page = sam.get(&format!("/sharing/preview/desk/{practice}/timeline")).await;
        page.says("GP consultation").does_not_say("Amoxicillin").does_not_say("Dizzy");
        sam.get(&format!("{base}/timeline?kind=own")).await.says("Kind: Own notes and medicines").does_not_say("Amoxicillin");
    }

    async fn the_timeline_has_days_visits_filters_and_a_way_back(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/record").await.says("href=\"/record/timeline\"").says("action=\"/record/search\"").says("href=\"/record/sources\"");
        let page = sam.get("/record/timeline").await;
        page.says("Your timeline").says("Tuesday 3 November 2026").says("March 2019, day not known").says("newest first");
        page.says("sh-visit__title").says("GP consultation").says("10:40am").says("Amoxicillin 500mg capsules").says("Riverside Surgery");
        page.does_not_say("You see only:");
        let page = sam.get("/record/timeline?kind=problems&from=2020-01-01").await;
        page.says("You see only:").says("Kind: Health problems").says("From: 1 January 2020").says("Show everything again");
        page.says("Essential hypertension").does_not_say("Amoxicillin").does_not_say("depressive");
        let page = sam.get("/record/timeline?label=mental").await;
        page.says("How sensitive it is: Mental health").says("Recurrent depressive disorder").does_not_say("Essential hypertension");
        sam.get("/record/timeline?kind=immunisations").await.says("Nothing fits what you chose").says("Show everything again");
        let page = sam.get("/record/timeline?from_day=31&from_month=2&from_year=2026").await;
        page.says("There is a problem").says("The first day must be a real date").says("href=\"#from-day\"").says("value=\"31\"");
        page.does_not_say("Amoxicillin");
        let page = sam.get("/record/timeline?from=9999-99-98").await;
        page.says("The first day must be a real date").says("href=\"#from-day\"").says("value=\"98\"").says("value=\"9999\"");
        page.does_not_say("Amoxicillin");
        // Nothing is shown then, so that nothing is said of what is.
        let page = sam.get("/record/timeline?from_day=31&from_month=2&from_year=2026&to=2020-01-01").await;
        page.says("The first day must be a real date").does_not_say("You see only:").does_not_say("Up to: 1 January 2020");
        page.says("href=\"/record/timeline\">Show everything again");
        // Nonsense in the address counts as not asked.
        sam.get("/record/timeline?kind=people&source=x&label=secret&after=").await.says("Amoxicillin");
        assert_eq!(sam.get("/record/timeline?after=019a5f00000070008000000000000000").await.status, StatusCode::NOT_FOUND);
    }

    async fn a_first_day_says_that_what_has_no_date_is_left_out_and_what_is_known_less_well_is_not(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        // "March 2019, day not known" may have been at any time in March.
        sam.get("/record/timeline?to=2019-03-15").await.says("March 2019, day not known").does_not_say("is left out here");
        sam.get("/record/timeline?from=2019-04-01&to=2019-04-15").await.does_not_say("March 2019, day not known");
        let page = sam.get("/record/timeline?from=2019-03-02&to=2019-03-15").await;
        page.says("March 2019, day not known").says("What has no date is left out here").says("Recurrent depressive disorder");
        page.says("href=\"/record/timeline?to=2019%2D03%2D15\"").says("Show what has no date too, with all that is older");
        let page = sam.get("/record/search?q=depressive&from=2019-03-02").await;
        page.says("is left out here").says("Recurrent");
        sam.get("/record/search?q=depressive&from=2020-01-01").await.says("Nothing was found").does_not_say("Recurrent");
    }

    async fn a_search_marks_what_it_finds_and_nothing_breaks_it(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/record/search").await.says("Search your record").says("Type a word that you look for");
        let page = sam.get("/record/search?q=amoxi").await;
        page.says("<mark class=\"sh-mark\">Amoxicillin</mark> 500mg capsules").says("1 entry found").says("value=\"amoxi\"");
        let page = sam.get("/record/search?q=three").await;
        page.says("&lt;b&gt;One&lt;/b&gt; <mark class=\"sh-mark\">three</mark> times a day").does_not_say("<b>One</b>");
        sam.get("/record/search?q=high+blood+pressure").await.says("In plain words").says("Essential <mark class=\"sh-mark\">hypertension</mark>");
        let page = sam.get("/record/search?q=amoxicilin").await;
        page.says("Nothing has exactly these words").says("<mark class=\"sh-mark\">Amoxicillin</mark>");
        page.does_not_say("Look also for words");
        let page = sam.get("/record/search?q=amoxicillin").await;
        page.says("href=\"/record/search?q=amoxicillin&amp;near=too\"").says("Look also for words spelt like these");
        let page = sam.get("/record/search?q=amoxicillin&near=too").await;
        page.says("Look only for your words").says("<mark class=\"sh-mark\">Amoxicillin</mark>").does_not_say("Nothing has exactly");
        sam.get("/record/search?q=elephant").await.says("Nothing was found").does_not_say("<mark");
        sam.get("/record/search?q=amoxi&kind=problems").await.says("Nothing was found").says("Kind: Health problems").says("name=\"q\"");
        for query in ["%22", "*", "NEAR(a+b)", "%F0%9F%92%8A", "%D8%B1%D8%A8%D9%88", "%00", "%FF%FE", "a%00b", "&q=b", "'%3B--", "%3Cscript%3E"] {
            let page = sam.get(&format!("/record/search?q={query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{query}");
            page.does_not_say("<script>");
        }
        assert_eq!(sam.get(&format!("/record/search?q={}", "x%20".repeat(500))).await.status, StatusCode::OK);
        // What was looked for is not told, that something was is.
        let activity = sam.get("/activity?own=yes").await;
        activity.says("looked for something in your record").does_not_say("amoxi").does_not_say("elephant");
    }

    async fn the_last_page_of_a_search_says_that_there_are_no_more(place: &Place) {
        let town = town(place).await;
        let sprain = |day: u32| {
            let more = json!({
                "clinicalStatus": { "coding": [{ "code": "inactive" }] },
                "onsetDateTime": format!("2020-01-{day:02}"), "code": { "text": "Sprained ankle" },
            });
            json!({ "resource": of_sam("Condition", &format!("s{day}"), &more) })
        };
        let all: Vec<Value> = (1..=21).map(sprain).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": all }).to_string();
        assert_eq!(import(&town.app, town.sam, bundle.into_bytes()).await.unwrap().problems, vec![]);
        let mut sam = town.app.signed_in(SAM).await;
        let page = sam.get("/record/search?q=ankle").await;
        page.says("20 entries on this page, newest first. There are more.");
        let next = page.body.split('"').find(|part| part.starts_with("/record/search?") && part.contains("after=")).unwrap();
        let page = sam.get(&next.replace("&amp;", "&")).await;
        page.says("1 entry on this page, newest first. There are no more.").does_not_say("There are more.");
    }

    async fn whoever_acts_for_somebody_sees_and_finds_only_what_is_open(place: &Place) {
        let town = town(place).await;
        let_ann_in(&town).await;
        let records = &town.app.services.records;
        let page = records.timeline(&town.sam_actor, town.sam, Narrowing::default(), None).await.unwrap();
        let lines = page.days.into_iter().flat_map(|day| day.groups).flat_map(|group| group.lines);
        let high = lines.into_iter().find(|line| line.title == "Essential hypertension").unwrap();
        town.app.services.hidings.hide_entry(&town.sam_actor, town.sam, high.id, HiddenFrom::All).await.unwrap();
        let mut ann = town.app.signed_in(ANN).await;
        ann.post("/acting", &[("person", &town.sam.to_string())]).await;
        let page = ann.get("/record/timeline").await;
        page.says("Amoxicillin").does_not_say("hypertension").does_not_say("depressive").does_not_say("How sensitive it is");
        for words in ["hypertension", "high+blood+pressure", "depressive", "hypertensoin", "mental"] {
            let page = ann.get(&format!("/record/search?q={words}")).await;
            page.says("Nothing was found").does_not_say("<mark");
        }
        ann.get("/record/search?q=amoxicilin").await.says("<mark class=\"sh-mark\">Amoxicillin</mark>");
        // She acts by consent, and does not report mistakes.
        let page = ann.get("/record/sources").await;
        page.says("Riverside Surgery").does_not_say("Not read").says("tell that place").does_not_say("/record/mistakes");
    }

    async fn a_source_that_fails_is_told_in_plain_words(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let page = sam.get("/record/sources").await;
        page.says("Riverside Surgery").says("GP practice").says("Medicines: 1 entry").says("Last received").says("Never");
        import(&town.app, town.sam, b"{ not json".to_vec()).await.unwrap_err();
        let page = sam.get("/record/sources").await;
        page.says("This may be out of date").says("We could not read the newest from Riverside Surgery since").says("What you see may be older.").says("The newest try failed.");
        for path in ["/record", "/record/summary", "/record/medicines", "/record/results", "/record/timeline"] {
            let page = sam.get(path).await;
            page.says("This may be out of date.").says("We could not read the newest from Riverside Surgery since");
        }
        let overview = sam.get("/record").await;
        let (_, sources) = overview.body.split_once("Where your record comes from<").unwrap();
        assert!(sources.contains("Last updated") && sources.contains(". This may be out of date."), "beside the source too");
        sam.get("/record/immunisations").await.does_not_say("This may be out of date");
        sam.get("/activity").await.says("could not add to your record what a place sent");
        let all: Vec<Value> = entries().into_iter().map(|resource| json!({ "resource": resource })).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": all }).to_string();
        import(&town.app, town.sam, bundle.into_bytes()).await.unwrap();
        let page = sam.get("/record/sources").await;
        page.does_not_say("This may be out of date").says("We could not read what they sent. It has worked again since.").does_not_say("The newest try failed");
        for path in ["/record", "/record/summary", "/record/medicines", "/record/results", "/record/timeline"] {
            sam.get(path).await.does_not_say("This may be out of date");
        }
        page.says("Report a mistake").says("href=\"/record/mistakes\"").does_not_say("tell that place");
    }

    async fn what_a_source_sent_and_no_page_shows_is_admitted(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/record/sources").await.says("Riverside Surgery").does_not_say("Kept, not shown here");
        let more = [
            of_sam("MedicationAdministration", "k1", &json!({ "status": "completed", "medicationCodeableConcept": { "text": "Morphine" } })),
            of_sam("NutritionOrder", "k2", &json!({ "status": "active", "patient": { "reference": "Patient/p9990000018" } })),
            of_sam("RiskAssessment", "k3", &json!({ "status": "final", "mitigation": 7 })),
        ];
        let all: Vec<Value> = entries().into_iter().chain(more).map(|resource| json!({ "resource": resource })).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": all }).to_string();
        import(&town.app, town.sam, bundle.into_bytes()).await.unwrap();
        let page = sam.get("/record/sources").await;
        page.says("Kept, not shown here").says("3 things. These are kinds that we cannot show yet").says("ask Riverside Surgery.");
        page.says("and what we could not read. They are not in the timeline");
        page.says("href=\"/account/download\"");
    }

    async fn a_system_that_does_not_answer_is_told_in_plain_words(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/record/sources").await.does_not_say("Systems that we ask");
        let (operator, services) = (Actor::Operator, &town.app.services);
        let practice = services.organisations.by_code(&operator, "Y90001").await.unwrap().id;
        let url = Some("https://gp.example.org");
        services.appointments.keep_outside(&operator, practice, url).await.unwrap();
        services.medicines.prescribe_outside(&operator, practice, url).await.unwrap();
        let page = sam.get("/record/sources").await;
        page.says("Systems that we ask").says("Appointments at Riverside Surgery come from its own system.");
        page.says("Orders for medicines go to Riverside Surgery").says("It has not answered yet.").does_not_say("This may be out of date");
        assert_eq!(services.appointments.refresh_outside(&Actor::System).await.unwrap().failed, 1);
        let page = sam.get("/record/sources").await;
        page.says("This may be out of date").says("We could not get an answer from the system of Riverside Surgery since");
        page.says("What you see about appointments may be older.").says("If you need an appointment now, ring Riverside Surgery.");
    }
}
