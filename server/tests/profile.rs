//! Details, needs, how pages look and notes of one's own, as browsers without script use them.

use crate::common::{Answer, TestApp};
use axum::http::{StatusCode, header};
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::record::Category;
use domain::team::StaffRole;
use service::{InviteForm, Which};
use testkit::Place;

/// The document where nothing was chosen.
const PLAIN: &str = " class=\"\"><head>";
const SAM: &str = "sam@example.org";
const ANN: &str = "ann@example.org";
const NEW: &str = "new@example.org";
const GP: &str = "gp@example.org";
const DESK: &str = "desk@example.org";
const ELSEWHERE: &str = "elsewhere@example.org";

/// The value of the first hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

struct Town {
    app: TestApp,
    sam: PersonId,
}

async fn town(place: &Place) -> Town {
    let app = TestApp::over(place);
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    let ann = app.person("999 000 0026", "Stone", "Gout").await;
    app.account(SAM, Some(sam)).await;
    app.account(ANN, Some(ann)).await;
    app.account(NEW, None).await;
    app.staff(GP, "Y90001", StaffRole::Clinician).await;
    app.staff(DESK, "Y90001", StaffRole::Reception).await;
    app.staff(ELSEWHERE, "Y9H01", StaffRole::Clinician).await;
    Town { app, sam }
}

testkit::both_engines! {
    async fn details_are_kept_beside_what_services_recorded(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/more").await.says("href=\"/account/details\"").says("href=\"/account/needs\"").says("href=\"/record/notes\"");
        sam.get("/account").await.says("href=\"/account/details\"").says("href=\"/account/display\"");
        let page = sam.get("/account/details").await;
        page.says("My details").says("Not given").says("What services recorded").says("Recorded by Riverside Surgery");
        let form = sam.get("/account/details/contact").await;
        let all = |submission: &str, version: &str| {
            [("submission", submission), ("version", version), ("sent", "yes")].map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        let hid = all(&hidden(&form, "submission"), &hidden(&form, "version"));
        let with = |more: &[(&str, &str)]| -> Vec<(String, String)> {
            hid.iter().cloned().chain(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect()
        };
        fn borrowed(all: &[(String, String)]) -> Vec<(&str, &str)> {
            all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
        }
        let wrong = with(&[("address", "14 Mill Lane"), ("postcode", "Otley"), ("mobile", "ring me"), ("preferred", "text")]);
        let page = sam.post_and_follow("/account/details/contact", &borrowed(&wrong)).await;
        page.says("Error: ").says("href=\"#postcode\"").says("Enter a full UK postcode").says("href=\"#mobile\"").says("value=\"ring me\"").says("14 Mill Lane");
        let right = with(&[("address", "14 Mill Lane\r\nOtley"), ("postcode", "ls21 3aa"), ("mobile", "07700 900123"), ("preferred", "text")]);
        for _ in 0..2 {
            let page = sam.post_and_follow("/account/details/contact", &borrowed(&right)).await;
            page.says("14 Mill Lane").says("LS21 3AA").says("07700 900123").says("Text message").says("Riverside Surgery");
        }
        sam.get("/account/details/history").await.says("How to contact: 14 Mill Lane, Otley, LS21 3AA").says("Changed by you");
        let form = sam.get("/account/details/people").await;
        let people = [
            ("submission", hidden(&form, "submission")), ("version", hidden(&form, "version")), ("sent", "yes".to_owned()), ("people", "1".to_owned()),
            ("name_1", "Ann <Stone>".to_owned()), ("relation_1", "sister".to_owned()), ("phone_1", "01632 960001".to_owned()), ("kin_1", "yes".to_owned()),
        ];
        let people: Vec<(&str, &str)> = people.iter().map(|(name, value)| (*name, value.as_str())).collect();
        sam.post_and_follow("/account/details/people", &people).await.says("Ann &lt;Stone&gt;, sister, 01632 960001. Next of kin").says("Tell first");
        sam.get("/account/details/people").await.says("name=\"name_2\"");
        // On the summary they stand apart from what services recorded, and whose words they are is said.
        let page = sam.get("/record/summary").await;
        page.says("People to tell, in the person\u{2019}s own words").says("Ann &lt;Stone&gt;").says("Next of kin: tell them first. Sister, 01632 960001");
        page.says("The person wrote this themself, last on").says("No service has checked it.");
        page.says("People to tell, as services recorded").says("No service has recorded anybody.").does_not_say("The record names nobody");
        assert!(sam.get("/record/summary/pdf").await.body.starts_with("%PDF-1.7"));
        let mut ann = town.app.signed_in(ANN).await;
        ann.get("/record/summary").await.says("People can be named in My details too").does_not_say("own words").does_not_say("Next of kin");
        let form = sam.get("/account/details/about").await;
        form.says("I would rather not say").says("British Sign Language (BSL)");
        let about = [("submission", hidden(&form, "submission")), ("version", hidden(&form, "version")), ("sent", "yes".to_owned()), ("ethnicity", "Z".to_owned()), ("language", "pl".to_owned())];
        let about: Vec<(&str, &str)> = about.iter().map(|(name, value)| (*name, value.as_str())).collect();
        sam.post_and_follow("/account/details/about", &about).await.says("Polish");
        let mut gp = town.app.signed_in(GP).await;
        gp.get(&format!("/team/people/{}/about", town.sam)).await.says("LS21 3AA").says("sister").says("Nobody has checked it");
        let mut elsewhere = town.app.signed_in(ELSEWHERE).await;
        let answer = elsewhere.get(&format!("/team/people/{}/about", town.sam)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        answer.does_not_say("Mill Lane");
    }

    async fn the_practice_copies_changed_details_and_the_person_reads_that_it_did(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut desk) = (town.app.signed_in(SAM).await, town.app.signed_in(DESK).await);
        let form = sam.get("/account/details/contact").await;
        let (submission, version) = (hidden(&form, "submission"), hidden(&form, "version"));
        let typed = [("submission", submission.as_str()), ("version", version.as_str()), ("sent", "yes"), ("address", "14 Mill <Lane>"), ("postcode", "LS21 3AA")];
        let page = sam.post_and_follow("/account/details/contact", &typed).await;
        page.says("We asked Riverside Surgery to put your changes into its own system. It has not said yet that it did.");
        let list = desk.get("/team").await;
        list.says("New contact details to copy").says("Sam Rivers");
        let id = list.body.split_once("/team/work/").unwrap().1.split('"').next().unwrap().to_owned();
        let at = format!("/team/work/{id}");
        let item = desk.get(&at).await;
        item.says("What they changed").says("14 Mill &lt;Lane&gt;").says("Before: ").says("Nobody has checked it").says("It is in our own system now");
        let version = hidden(&item, "version");
        desk.post_and_follow(&format!("{at}/done"), &[("version", version.as_str())]).await.says("It is off the list");
        desk.get("/team").await.does_not_say("New contact details to copy");
        sam.get("/account/details").await.says("Riverside Surgery has said on").says("that your changes are in its own system");
    }

    async fn needs_are_said_once_stand_first_and_the_pages_offer_to_fit(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/account/needs").await.says("You have not said yet what you need.").says("Say what you need once. Every service that looks after you sees it before anything else.");
        let form = sam.get("/account/needs/change").await;
        let hid = |name: &str| hidden(&form, name);
        let (submission, version, of) = (hid("submission"), hid("version"), hid("of"));
        let base = [("submission", submission.as_str()), ("version", version.as_str()), ("of", of.as_str()), ("sent", "yes")];
        let with = |more: &[(&'static str, &'static str)]| base.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
        let asked = sam.post_and_follow("/account/needs/change", &with(&[("format", "print-24"), ("own_words", "A <chair>")])).await;
        asked.says("Say whether you need an interpreter").says("href=\"#needs_interpreter\"").says("A &lt;chair&gt;");
        let ticked = asked.body.split_once("value=\"print-24\"").unwrap().1.split('>').next().unwrap().to_owned();
        assert!(ticked.contains("checked"), "what was ticked is kept: {ticked}");
        let sent = with(&[("format", "print-24"), ("format", "easy-read"), ("support", "hearing-aid"), ("needs_interpreter", "yes"), ("interpreter", "bfi")]);
        let offer = sam.post_and_follow("/account/needs/change", &sent).await;
        offer.says("Your needs are saved").says("From what you need, this may help here: large text and easy read");
        offer.says("Large text: you told us \u{201c}Larger print (24 point)\u{201d}.").does_not_say("High contrast: you told us");
        let sentence = "Needs large print (24 point), easy read and a BSL interpreter. Uses a hearing aid.";
        sam.get("/account/needs").await.says(sentence).does_not_say("Somebody with them").does_not_say("their own words");
        sam.get("/activity?own=yes").await.says("changed what you need");
        // What is said here alone stands in no NHS summary.
        let summary = sam.get("/record/summary").await;
        let (_, rest) = summary.body.split_once("Communication and other needs").unwrap();
        let (part, _) = rest.split_once("</section>").unwrap();
        assert!(part.contains(sentence) && part.contains("Said here") && !part.contains("Additional information"), "{part}");
        // Every page of a service about them says so before anything else.
        for who in [GP, DESK] {
            let mut staff = town.app.signed_in(who).await;
            for page in ["", "/appointments", "/appointments/find", "/about"] {
                let answer = staff.get(&format!("/team/people/{}{page}", town.sam)).await;
                answer.says(sentence);
                let (before, after) = answer.body.split_once("sh-needs").unwrap();
                assert!(!before.contains("<h1") && after.contains("<h1"), "it stands above the heading: {page}");
                assert!(before.contains("nhsuk-back-link"), "it stands below the way back: {page}");
            }
        }
        // So does every page of their record, and what they wrote for their care team.
        let entries = town.app.services.records.list(&Actor::Operator, town.sam, Category::Problem, Which::All, None).await.unwrap();
        let entry = format!("/entries/{}", entries.lines[0].id);
        let pages = [
            "/record/problems", "/record/results", entry.as_str(), "/notes", "/readings", "/readings/weight", "/readings/weight/new", "/readings/bmi",
            "/weeks", "/targets", "/goals", "/goals/propose/activity", "/learn", "/questionnaires", "/identity",
        ];
        let mut gp = town.app.signed_in(GP).await;
        for page in pages {
            let answer = gp.get(&format!("/team/people/{}{page}", town.sam)).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}");
            answer.says(sentence);
            let (before, after) = answer.body.split_once("class=\"sh-needs\"").unwrap();
            assert!(!before.contains("<h1") && after.contains("<h1"), "it stands above the heading: {page}");
            assert!(before.contains("nhsuk-back-link"), "it stands below the way back: {page}");
        }
        let people = gp.get(&format!("/team/people/{}/record/people", town.sam)).await;
        people.says("People and places").does_not_say("that you can see").does_not_say("No date given");
        let mut elsewhere = town.app.signed_in(ELSEWHERE).await;
        for page in pages {
            elsewhere.get(&format!("/team/people/{}{page}", town.sam)).await.does_not_say("large print");
        }
        // Somebody who has no record says what they need for when they look after others.
        let mut new = town.app.signed_in(NEW).await;
        let form = new.get("/account/needs/change").await;
        assert_eq!(hidden(&form, "of"), "account");
        let of_sam = [("of", of.as_str()), ("version", "0"), ("submission", submission.as_str()), ("needs_interpreter", "no")];
        assert_eq!(new.post("/account/needs/change", &of_sam).await.status, StatusCode::CONFLICT, "a form that was made for somebody else");
    }

    async fn a_carer_reads_of_the_person_by_their_name(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        let actor = |id| Actor::Account { id, assurance: Assurance::SecondStep };
        let (sam_actor, ann_actor) = (actor(app.account(SAM, Some(sam)).await), actor(app.account(ANN, None).await));
        let form = InviteForm {
            email: ANN.to_owned(), name: "Ann".to_owned(), relation: "daughter".to_owned(), scopes: "RECRD".to_owned(),
            labels: "general".to_owned(), submission: app.services.core.new_id().to_string(), ..InviteForm::default()
        };
        let invited = app.services.carers.invite(&sam_actor, sam, &form).await.unwrap();
        let token = app.mailed_link(ANN).await.split_once("token=").unwrap().1.to_owned();
        app.services.carers.accept(&ann_actor, &token, &invited.code).await.unwrap();
        let mut ann = app.signed_in(ANN).await;
        ann.post("/acting", &[("person", &sam.to_string())]).await;
        let page = ann.get("/account/needs").await;
        page.says("Sam Rivers\u{2019}s needs").says("Nobody has said yet what Sam Rivers needs.");
        page.says("Every service that looks after Sam Rivers sees it before anything else.").does_not_say("looks after you");
        ann.get("/account/details").await.says("Services that look after Sam Rivers see what is kept here").does_not_say("look after you see");
        ann.get("/record/summary").await.says("What someone who treats Sam Rivers in a hurry asks first.").does_not_say("treats you");
        ann.get("/record/notes").await.says("What is written here stands beside what services recorded.").does_not_say("Your own words");
        ann.post("/account/display", &[("settings", "easy-read")]).await;
        ann.get("/record").await.says("What is wrong with their health.").does_not_say("What is wrong with your health.");
    }

    async fn pages_look_as_was_chosen_from_the_first_byte(place: &Place) {
        let town = town(place).await;
        let mut anybody = town.app.browser();
        anybody.get("/").await.says(PLAIN).says("href=\"/account/display\"");
        let answer = anybody.post("/account/display", &[("settings", "large-text"), ("settings", "high-contrast"), ("settings", "<x>")]).await;
        let cookie = answer.headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap().to_owned());
        let cookie = cookie.into_iter().find(|cookie| cookie.starts_with("__Host-display=")).unwrap();
        assert!(cookie.starts_with("__Host-display=large-text.high-contrast; ") && cookie.contains("HttpOnly") && cookie.contains("Secure"), "{cookie}");
        for path in ["/", "/sign-in", "/nowhere"] {
            let page = anybody.get(path).await;
            page.says("class=\"sh-large-text sh-high-contrast\"").does_not_say("style=");
        }
        // What an account chose goes with it to another browser, and wins over that browser's own.
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/").await.says(PLAIN);
        sam.post("/account/display", &[("settings", "easy-read")]).await;
        sam.get("/").await.says("class=\"sh-easy-read\"").says("This is your page.");
        town.app.clock.advance(chrono::TimeDelta::minutes(1));
        let mut again = town.app.signed_in(SAM).await;
        for (path, words) in [("/", "This is your page."), ("/record", "Doctors and nurses wrote this."), ("/record", "What is wrong with your health.")] {
            again.get(path).await.says("class=\"sh-easy-read\"").says(words);
        }
        // Each main page has its picture and its short words, and all else that it says in any case.
        for (path, words) in [
            ("/", "Tests of your blood and more."), ("/record/problems", "These are problems with health. Open one to read what it is."),
            ("/record/problems", "Current health problems"), ("/record/results", "No information about test results"),
            ("/record/documents", "No information about"), ("/medicines", "No medicines are recorded here"),
            ("/appointments", "Nothing is coming up"),
        ] {
            let page = again.get(path).await;
            page.says(words).says("sh-icon").does_not_say("style=");
            assert!(path == "/" || page.body.contains("class=\"sh-easy-picture\""), "{path}");
            assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
        }
        again.get("/record/results").await.says("<a href=\"/record/sources\">See where your record comes from");
        again.post("/account/display", &[]).await;
        again.get("/record/problems").await.says("1 entry").does_not_say("sh-easy-picture").does_not_say("These are problems");
        again.get("/record").await.says(PLAIN).does_not_say("Doctors and nurses wrote this.");
        // The first browser, which is signed in all along, looks so at its next page.
        sam.get("/").await.says(PLAIN).does_not_say("This is your page.");
        again.post("/account/display", &[("settings", "large-text")]).await;
        sam.get("/record").await.says("class=\"sh-large-text\"");
    }

    async fn what_people_do_is_said_in_easy_words_and_no_danger_is_left_out(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        // The page, its easy words, and those that it has otherwise.
        let pages = [
            ("/readings", "Here you write down how you are. Choose what to write down.", Some("What you measure and note yourself.")),
            ("/readings/weight/new", "Write each number in its box.", Some("Nobody is watching while you write this down.")),
            ("/readings/mood/new", "Choose one that fits best.", Some("Nobody is watching while you write this down.")),
            ("/record/timeline", "This is what was sent here, and own notes. The newest is at the top.", Some("Everything that places have sent here")),
            ("/account/needs", "Say once what is needed. All who give care see it first.", Some("sees it before anything else.")),
            ("/account/details", "Here is how to reach you. It does not change what services wrote.", Some("stands beside what services recorded")),
            ("/account/display", "Choose how these pages look. Then choose Save.", Some("Choose what makes these pages easier for you.")),
            ("/record/sources", "Each place keeps its own record. We show what it sent.", Some("What it sends here, we show as it came.")),
            ("/record/results/choices", "You choose when you see a result. You choose for each kind.", Some("Some people want to know at once.")),
            ("/record/search", "Write one word in the box. Then choose Search.", None),
            ("/record/summary", "This is what matters most. Show it to a doctor or nurse.", Some("What someone who treats you in a hurry asks first.")),
            ("/record/mistakes", "Only the place that sent it can change it.", Some("What you said is wrong goes to the place that sent the entry.")),
            ("/record/notes", "No doctor or nurse wrote them. Nobody checks them.", Some("Your own words stand beside what services recorded.")),
            ("/record/notes/new", "Nobody reads this to see if you are ill.", Some("No service reads this to see if you are unwell.")),
            ("/weeks", "Measure for some days. We tell you what to do next.", Some("Measure at set times for some days.")),
            ("/weeks/new/blood-pressure", "Choose when you begin.", None),
            ("/questionnaires/phq-9", "Then choose Start.", None),
            ("/questionnaires", "These are short questions on health. Open one to begin.", Some("Short sets of questions about")),
            ("/sharing/people", "Choose who may help you here, and with what.", Some("You decide who, what they can see and do")),
            ("/sharing/services", "Choose who may see what is here.", Some("You decide what you share, with whom and for what.")),
            ("/activity", "Here you see who opened your record, or changed it.", Some("Every time somebody opens, changes or copies your record here")),
            ("/appointments/help-now", "Do not wait for a visit. Get help now.", Some("An appointment is not quick enough for this.")),
        ];
        for (path, easy, usual) in pages {
            let page = sam.get(path).await;
            page.does_not_say(easy).does_not_say("sh-easy-");
            if let Some(words) = usual {
                page.says(words);
            }
        }
        sam.post("/account/display", &[("settings", "easy-read")]).await;
        for (path, easy, usual) in pages {
            let page = sam.get(path).await;
            page.says(easy).says("sh-easy-").does_not_say("style=");
            if let Some(words) = usual {
                page.does_not_say(words);
            }
            assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
        }
        // Whom to ring stands wherever it stood.
        for path in ["/readings", "/readings/weight/new", "/record/notes/new", "/appointments/help-now"] {
            sam.get(path).await.says("href=\"tel:999\"");
        }
        let form = sam.get("/readings/weight/new").await;
        sam.get("/weeks/new/blood-pressure").await.says("Wait at least 1 minute, still sitting").says("NICE NG136, 1.1 and 1.2.7");
        form.says("Nobody looks at this while you write.").says("href=\"tel:111\"").says("Your weight");
        let submission = hidden(&form, "submission");
        let wrong = sam.post_and_follow("/readings/weight/new", &[("submission", submission.as_str()), ("value", "")]).await;
        wrong.says("There is a problem").says("Something is missing, or not right. Look at this:").says("href=\"#value\"");
        let submission = hidden(&wrong, "submission");
        let kept = sam.post_and_follow("/readings/weight/new", &[("submission", submission.as_str()), ("value", "80")]).await;
        kept.says("Your reading is saved").says("This is saved. Is it wrong? Choose Change it.").says("80 kg");
        kept.says("Nobody keeps watch on what is here. Your care team can look when they see you.").says("href=\"tel:111\"");
        sam.get("/readings/weight").await.says("The chart shows how it went.").says("80 kg").says("sh-easy-picture");
        // What could harm somebody is said before the steps of a report, as it is to everybody.
        let list = town.app.services.records.list(&Actor::Operator, town.sam, Category::Problem, Which::All, None).await.unwrap();
        let report = sam.get(&format!("/record/entries/{}/mistake", list.lines[0].id)).await;
        report.says("Do not wait if it could harm you").says("Write what is right, if you know.").does_not_say("so your report goes to them");
        report.says("Riverside Surgery sent this. What you write goes to them.").says("href=\"tel:999\"");
        let privacy = sam.get(&format!("/record/entries/{}/privacy", list.lines[0].id)).await;
        privacy.says("You always see it. You choose who else sees it. Nobody is told.").says("sh-easy-picture");
        sam.post("/account/display", &[]).await;
        sam.get("/readings").await.says("What you measure and note yourself.").does_not_say("sh-easy-");
    }

    async fn a_note_stands_beside_an_entry_and_is_never_taken_for_one(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let list = town.app.services.records.list(&Actor::Operator, town.sam, Category::Problem, Which::All, None).await.unwrap();
        let entry = format!("/record/entries/{}", list.lines[0].id);
        let page = sam.get(&entry).await;
        page.says("Add a note");
        let new = format!("/record/notes/new?about={}", list.lines[0].id);
        let form = sam.get(&new).await;
        form.says("About: Asthma").says("No service reads this");
        let (submission, about) = (hidden(&form, "submission"), hidden(&form, "about"));
        let base = [("submission", submission.as_str()), ("about", about.as_str()), ("sent", "yes"), ("title", "My <inhaler>")];
        let with = |more: &[(&'static str, &'static str)]| base.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
        let wrong = sam.post_and_follow("/record/notes/new", &with(&[("who", "shared")])).await;
        wrong.says("Write your note").says("href=\"#words\"").says("About: Asthma").says("My &lt;inhaler&gt;");
        let sent = with(&[("words", "It helps & I sleep"), ("who", "shared")]);
        let page = sam.post_and_follow("/record/notes/new", &sent).await;
        page.says("Your note is saved").says("You wrote this").says("It helps &amp; I sleep").says("class=\"sh-own\"");
        sam.post("/record/notes/new", &sent).await;
        let notes = sam.get("/record/notes").await;
        assert_eq!(notes.body.matches("class=\"sh-own\"").count(), 1, "sent twice it is one note");
        notes.says("About: ").says(&entry);
        let mut gp = town.app.signed_in(GP).await;
        gp.get(&format!("/team/people/{}/notes", town.sam)).await.says("Sam Rivers wrote this").says("no service did");
        gp.get(&format!("/team/people/{}/entries/{}", town.sam, list.lines[0].id)).await.says("Notes of their own").says("It helps");
        let mut desk = town.app.signed_in(DESK).await;
        desk.get(&format!("/team/people/{}/notes", town.sam)).await.does_not_say("It helps");
        let mut links = notes.body.split("<a href=\"/record/notes/").skip(1).map(|rest| rest.split('"').next().unwrap());
        let href = format!("/record/notes/{}", links.find(|id| *id != "new").unwrap());
        let mut ann = town.app.signed_in(ANN).await;
        for path in [href.clone(), format!("{href}/change"), entry.clone()] {
            let answer = ann.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            answer.does_not_say("It helps");
        }
        let form = sam.get(&format!("{href}/change")).await;
        let version = hidden(&form, "version");
        let changed = [("version", version.as_str()), ("sent", "yes"), ("words", "It helps a lot"), ("who", "private")];
        sam.post_and_follow(&format!("{href}/change"), &changed).await.says("Your change is saved").says("What it said before").says("It helps &amp; I sleep");
        gp.get(&format!("/team/people/{}/notes", town.sam)).await.does_not_say("It helps");
        let version = hidden(&sam.get(&href).await, "version");
        sam.post_and_follow(&format!("{href}/remove"), &[("version", &version)]).await.says("The note is removed").says("Show what was removed (1)");
        sam.get("/activity?own=yes").await.says("wrote a note of your own").says("removed a note of your own");
    }
}
