//! Acting for somebody, as browsers without script do it.

use crate::acting::allow;
use crate::common::{Answer, Browser, PASSWORD, TestApp};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use domain::access::Actor;
use service::OrganisationKind;
use testkit::Place;

/// The value of the hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// The address that begins so.
#[track_caller]
fn link_to(page: &Answer, begins: &str) -> String {
    let at = format!("href=\"{begins}");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {begins} in {}", page.body));
    format!("{begins}{}", rest.split('"').next().unwrap())
}

/// The digits of the code that the page shows once.
#[track_caller]
fn code_on(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("<code>").unwrap_or_else(|| panic!("no code in {}", page.body));
    let (code, _) = rest.split_once("</code>").unwrap();
    let (mut inside, mut digits) = (true, String::new());
    for letter in code.chars() {
        match letter {
            '<' => inside = false,
            '>' => inside = true,
            digit if inside && digit.is_ascii_digit() => digits.push(digit),
            _ => {}
        }
    }
    digits
}

async fn invite(browser: &mut Browser, extra: &[(&str, &str)]) -> Answer {
    let submission = hidden(&browser.get("/sharing/people/invite").await, "submission");
    let mut fields = vec![
        ("submission", submission.as_str()),
        ("sent", "1"),
        ("name", "Ada Stone"),
        ("relation", "daughter"),
        ("email", "ada@example.org"),
        ("scopes", "PRESCR"),
        ("scopes", "COND"),
    ];
    fields.extend_from_slice(extra);
    browser.post_and_follow("/sharing/people/invite", &fields).await
}

testkit::both_engines! {
    async fn invited_by_mail_and_code_a_carer_helps_until_it_is_ended(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(sam)).await;
        app.account("ada@example.org", None).await;
        let mut sam = app.signed_in("sam@example.org").await;
        sam.get("/sharing/people").await.says("Nobody can act for you");
        let told = invite(&mut sam, &[("pressed", "yes")]).await;
        told.says("Tell Ada Stone this code").says("0808 2000 247").says("0808 808 8141");
        let code = code_on(&told);
        assert_eq!(code.len(), 6);
        sam.get("/sharing/people/invited").await.says("The code has been shown").does_not_say("<code>");
        let link = app.mailed_link("ada@example.org").await;
        // Not signed in: what it is about, and the way in leads back.
        let mut ada = app.browser();
        ada.get(&link).await.says("Somebody asks for your help").does_not_say("Rivers").does_not_say("daughter");
        ada.post("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
        let second = app.code("ada@example.org").await;
        assert_eq!(ada.post("/sign-in/code", &[("code", &second)]).await.location(), link);
        let page = ada.get(&link).await;
        page.says("Enter the code").does_not_say("Rivers");
        let token = hidden(&page, "token");
        let wrong = if code == "123456" { "654321" } else { "123456" };
        let page = ada.post_and_follow("/carer/invitation", &[("token", &token), ("code", wrong)]).await;
        page.says("There is a problem").says("another code");
        ada.post_and_follow("/carer/invitation", &[("token", &token), ("code", &code)]).await.says("You can now help Sam Rivers");
        let page = ada.get("/carer").await;
        page.says("Sam Rivers").says("see health problems");
        // The link is spent.
        app.browser().get(&link).await.says("That link no longer works");

        let list = sam.get("/sharing/people").await;
        list.says("Ada Stone, your daughter").says("Can act for you");
        let one = link_to(&list, "/sharing/people/0");
        let page = sam.get(&one).await;
        page.says("took the invitation up").says("value=\"PRESCR\" checked").does_not_say("value=\"TEST\" checked");
        let version = hidden(&page, "version");
        let change = [("sent", "1"), ("version", version.as_str()), ("scopes", "TEST"), ("scopes", "VACC"), ("labels", "mental")];
        let page = sam.post_and_follow(&format!("{one}/change"), &change).await;
        page.says("Your changes are saved").says("see test results; and see vaccinations");
        // The same from a second tab that shows how it was.
        let stale = [("sent", "1"), ("version", version.as_str()), ("scopes", "PRESCR")];
        sam.post_and_follow(&format!("{one}/change"), &stale).await.says("This has changed since you opened the page");
        sam.post_and_follow(&format!("{one}/stop"), &[]).await.says("It is stopped for now");
        ada.get("/carer").await.says("stopped for now").does_not_say("Rivers");
        sam.post_and_follow(&format!("{one}/start"), &[]).await.says("They can act for you again");
        ada.get("/carer").await.says("Sam Rivers");
        sam.get(&format!("{one}/end")).await.says("End what Ada Stone can do for you?");
        for _ in 0..2 {
            sam.post_and_follow(&format!("{one}/end"), &[]).await.says("It has ended");
        }
        ada.get("/carer").await.says("People you helped before").does_not_say("Rivers");
        sam.get("/sharing/people").await.says("Nobody can act for you").says("Before: 1 person or request");
        assert_eq!(app.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    async fn what_is_wrong_is_said_and_what_was_typed_is_kept_but_for_the_private_answer(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(sam)).await;
        let mut sam = app.signed_in("sam@example.org").await;
        sam.get("/sharing/people/invite").await.says("You do not have to answer").does_not_say("We do not keep your answer");
        let typed = [("sent", "1"), ("name", "Zoë"), ("scopes", "TEST"), ("scopes", "DOCS"), ("pressed", "yes"), ("submission", "x")];
        let page = sam.post_and_follow("/sharing/people/invite", &typed).await;
        page.says("There is a problem").says("Enter an email address").says("value=\"Zoë\"");
        page.says("value=\"TEST\" checked").says("value=\"DOCS\" checked").does_not_say("value=\"PRESCR\" checked");
        // They are told that it has to be given again.
        page.does_not_say("value=\"yes\" checked").says("We do not keep your answer to this. Choose again.");
        // Somebody else's relationship, and none at all, look the same.
        for path in ["/sharing/people/019a5f00-0000-7000-8000-000000000000", "/sharing/people/nonsense"] {
            assert_eq!(sam.get(path).await.status, StatusCode::NOT_FOUND);
        }
    }

    async fn whoever_invites_or_looks_at_what_is_hidden_showed_who_they_are_within_five_minutes(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(sam)).await;
        let mut browser = app.signed_in("sam@example.org").await;
        let form = browser.get("/sharing/people/invite").await;
        app.clock.advance(TimeDelta::minutes(6));
        let submission = hidden(&form, "submission");
        let typed = [("submission", submission.as_str()), ("sent", "1"), ("name", "Zoë"), ("relation", "friend"),
            ("email", "zoe@example.org"), ("scopes", "TEST"), ("pressed", "yes")];
        assert_eq!(browser.post("/sharing/people/invite", &typed).await.location(), "/sign-in/again");
        browser.get("/sharing/people").await.says("Nobody can act for you").does_not_say("Zoë");
        let code = app.code("sam@example.org").await;
        let page = browser.post_and_follow("/sign-in/again", &[("password", PASSWORD), ("code", &code)]).await;
        page.says("We kept what you typed").says("value=\"Zoë\"").says("value=\"TEST\" checked");
        page.says("We do not keep your answer to this. Choose again.").does_not_say("value=\"yes\" checked");
        browser.get("/sharing/hidden").await.says("Nothing is hidden");
        app.clock.advance(TimeDelta::minutes(6));
        assert_eq!(browser.get("/sharing/hidden").await.location(), "/sign-in/again");
        let code = app.code("sam@example.org").await;
        let again = browser.post("/sign-in/again", &[("password", PASSWORD), ("code", &code)]).await;
        assert_eq!(again.location(), "/sharing/hidden");
        browser.get("/sharing/hidden").await.does_not_say("Press the button again");
        // Who pressed a button comes back to the page where it was, if that is one of ours.
        for (path, from, to) in [
            ("/sharing/hidden/show", "http://localhost:8080/sharing/hidden", "/sharing/hidden"),
            ("/record/entries/019a5f00-0000-7000-8000-000000000000/show", "http://localhost:8080//evil.example", "/"),
        ] {
            app.clock.advance(TimeDelta::minutes(6));
            let pressed = Request::post(path).header("sec-fetch-site", "same-origin").header(header::REFERER, from);
            assert_eq!(browser.send(pressed, Body::empty()).await.location(), "/sign-in/again");
            browser.get("/sign-in/again").await.says("This part is protected.").does_not_say("Press the button again");
            let code = app.code("sam@example.org").await;
            let again = browser.post("/sign-in/again", &[("password", PASSWORD), ("code", &code)]).await;
            assert_eq!(again.location(), to);
            // They are told once that nothing was done.
            let page = browser.get(to).await;
            assert_eq!(page.body.contains("Press the button again"), to != "/", "{}", page.body);
            browser.get(to).await.does_not_say("Press the button again");
        }
    }

    async fn hiding_a_kind_asks_for_nothing_and_says_at_once_that_it_is_hidden(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(sam)).await;
        let mut browser = app.signed_in("sam@example.org").await;
        browser.get("/sharing/hidden").await.says("Nothing is hidden");
        app.clock.advance(TimeDelta::minutes(6));
        let hide = |category| [("category", category), ("from", "all")];
        let page = browser.post_and_follow("/sharing/hidden", &hide("problems")).await;
        page.says("Health problems are hidden").says("Nobody is told.").does_not_say("Confirm it is you");
        // The list of all that is hidden asks who it is; each entry still says it of itself.
        let entry = link_to(&browser.get("/record/problems").await, "/record/entries/");
        browser.get(&entry).await.says("You have hidden it");
        assert_eq!(browser.get("/sharing/hidden").await.location(), "/sign-in/again");
        let code = app.code("sam@example.org").await;
        browser.post("/sign-in/again", &[("password", PASSWORD), ("code", &code)]).await;
        assert_eq!(browser.post("/sharing/hidden", &hide("immunisations")).await.location(), "/sharing/hidden");
        let list = browser.get("/sharing/hidden").await;
        list.says("Vaccinations are hidden").says("All of: Vaccinations").says("All of: Health problems");
    }

    async fn whoever_lets_a_service_in_showed_who_they_are_within_five_minutes(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(sam)).await;
        let clinic = app.services.organisations.ensure(&Actor::Operator, "Y9C01", "Elm Clinic", OrganisationKind::Community);
        let clinic = clinic.await.unwrap().id.to_string();
        let mut browser = app.signed_in("sam@example.org").await;
        let page = browser.get("/sharing/services/let-in?name=Elm").await;
        let submission = hidden(&page, "submission");
        app.clock.advance(TimeDelta::minutes(6));
        let typed = [("submission", submission.as_str()), ("name", "Elm"), ("organisation", clinic.as_str()), ("how_long", "month")];
        assert_eq!(browser.post("/sharing/services/let-in", &typed).await.location(), "/sign-in/again");
        browser.get("/sharing/services/let-in").await.does_not_say("You let in");
        let code = app.code("sam@example.org").await;
        let page = browser.post_and_follow("/sign-in/again", &[("password", PASSWORD), ("code", &code)]).await;
        page.says("We kept what you typed").says("Elm Clinic").does_not_say("You let in");
        page.says(&format!("value=\"{clinic}\" checked")).says("value=\"month\" checked");
        let submission = hidden(&page, "submission");
        let typed = [("submission", submission.as_str()), typed[1], typed[2], typed[3]];
        browser.post_and_follow("/sharing/services/let-in", &typed).await.says("You let them in").says("Elm Clinic");
    }

    async fn whoever_shows_a_carer_more_showed_who_they_are_within_five_minutes_and_loses_nothing(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        let owner = app.account("sam@example.org", Some(person)).await;
        let relationship = allow(&app, owner, person, "tom@example.org", "COND").await;
        let mut sam = app.signed_in("sam@example.org").await;
        let one = format!("/sharing/people/{relationship}");
        sam.post_and_follow(&format!("{one}/stop"), &[]).await.says("It is stopped for now");
        let entry = link_to(&sam.get("/record/problems").await, "/record/entries/");
        let privacy = format!("{entry}/privacy");
        let (typed_it, pressed_it) = ("We kept what you typed", "Press the button again");
        for (path, typed, page, (said, not_said), kept) in [
            (
                format!("{one}/change"),
                &[("sent", "1"), ("scopes", "TEST")][..],
                &one,
                (typed_it, pressed_it),
                "value=\"TEST\" checked",
            ),
            (format!("{entry}/label"), &[("label", "mental")][..], &privacy, (typed_it, pressed_it), "value=\"mental\" checked"),
            // A form that is one button has nothing typed in it.
            (format!("{one}/start"), &[("ends_on_day", "")][..], &one, (pressed_it, typed_it), "Nothing was changed yet."),
            (format!("{one}/start"), &[][..], &one, (pressed_it, typed_it), "Nothing was changed yet."),
        ] {
            app.clock.advance(TimeDelta::minutes(6));
            assert_eq!(sam.post(&path, typed).await.location(), "/sign-in/again", "{path}");
            let code = app.code("sam@example.org").await;
            let again = sam.post("/sign-in/again", &[("password", PASSWORD), ("code", &code)]).await;
            assert_eq!(again.location(), page, "{path}");
            sam.get(page).await.says(said).says(kept).does_not_say(not_said);
            // Nothing was done yet.
            sam.get(page).await.does_not_say(kept);
        }
        sam.get(&one).await.says("Let them start again");
        sam.post_and_follow(&format!("{entry}/label"), &[("label", "mental")]).await.says("Saved how private it is").says("value=\"mental\" checked");
        sam.post_and_follow(&format!("{one}/start"), &[]).await.says("They can act for you again");
    }

    async fn an_invitation_sent_after_the_sign_in_ended_is_given_back_with_every_tick(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(sam)).await;
        let mut browser = app.signed_in("sam@example.org").await;
        app.clock.advance(TimeDelta::minutes(31));
        let typed = [("sent", "1"), ("name", "Zoë"), ("scopes", "TEST"), ("scopes", "DOCS"), ("labels", "mental")];
        assert_eq!(browser.post("/sharing/people/invite", &typed).await.location(), "/sign-in");
        browser.post("/sign-in", &[("email", "sam@example.org"), ("password", PASSWORD)]).await;
        let code = app.code("sam@example.org").await;
        let page = browser.post_and_follow("/sign-in/code", &[("code", &code)]).await;
        page.says("We kept what you typed").says("value=\"Zoë\"").says("value=\"mental\" checked");
        page.says("value=\"TEST\" checked").says("value=\"DOCS\" checked").does_not_say("value=\"PRESCR\" checked");
    }

    async fn an_application_says_the_same_whether_or_not_it_fits(place: &Place) {
        let app = TestApp::over(place);
        let (ada, sam) = (app.person("999 000 0026", "Stone", "Gout").await, app.person("999 000 0018", "Rivers", "Asthma").await);
        app.account("sam@example.org", Some(sam)).await;
        app.account("ada@example.org", Some(ada)).await;
        app.account("nobody@example.org", None).await;
        app.signed_in("nobody@example.org").await.get("/carer/apply").await.says("Link your own record first");
        let mut ada = app.signed_in("ada@example.org").await;
        let mut pages = Vec::new();
        for surname in ["Rivers", "Brooks"] {
            let submission = hidden(&ada.get("/carer/apply").await, "submission");
            let form = [
                ("submission", submission.as_str()), ("nhs_number", "999 000 0018"), ("birth_date_day", "31"), ("birth_date_month", "3"),
                ("birth_date_year", "1980"), ("family_name", surname), ("relation", "neighbour"), ("legal_basis", "consent"),
                ("scopes", "PRESCR"), ("sent", "1"),
            ];
            pages.push(ada.post_and_follow("/carer/apply", &form).await.body);
        }
        assert_eq!(pages[0], pages[1]);
        let page = ada.get("/carer").await;
        assert_eq!(page.body.matches("If we can match the details").count(), 2);
        let application = hidden(&page, "application");
        ada.post_and_follow("/carer/withdraw", &[("application", &application)]).await.says("Your request is taken back");
        let mut sam = app.signed_in("sam@example.org").await;
        sam.get("/sharing/people").await.says("Sam Stone");
    }
}
