//! Finding, booking, changing and giving up appointments, as browsers without script do it.

use crate::common::{Answer, Browser, TestApp};
use axum::http::{StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Assurance};
use domain::team::StaffRole;
use domain::{AccountId, PersonId};
use icalendar::{Calendar, CalendarDateTime, Component, DatePerhapsTime, EventLike};
use service::{ClinicForm, ImportRequest, InviteForm, OrganisationKind, PlaceForm, PractitionerForm, ServiceForm, TemplateForm};
use std::io::Cursor;
use testkit::Place;

const SAM: &str = "sam@example.org";
const ADA: &str = "ada@example.org";

/// The value of the hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// Every address on the page that begins so, without the ids' own links.
fn links_to(page: &Answer, begins: &str) -> Vec<String> {
    let at = format!("href=\"{begins}");
    page.body.split(&at).skip(1).map(|rest| format!("{begins}{}", rest.split('"').next().unwrap())).collect()
}

fn account(id: AccountId) -> Actor {
    Actor::Account { id, assurance: Assurance::SecondStep }
}

/// A surgery with a GP each weekday from 9am to 5pm, 40 minutes each, that may be changed until a day before; and a blood
/// test on Thursdays at 8am, for which no reason is asked, at any time. Sam and Ada are its patients.
struct Town {
    app: TestApp,
    sam: PersonId,
    sam_account: AccountId,
    manager: AccountId,
}

impl Town {
    /// The manager at work.
    async fn manager(&self) -> Actor {
        let member = self.app.services.care_team.places(&account(self.manager)).await.unwrap()[0].member;
        Actor::Staff { id: self.manager, assurance: Assurance::SecondStep, member }
    }
}

async fn town(place: &Place) -> Town {
    let app = TestApp::over(place);
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    let ada = app.person("999 000 0026", "Stone", "Gout").await;
    let sam_account = app.account(SAM, Some(sam)).await;
    app.account(ADA, Some(ada)).await;
    let at_work = app.staff("manager@example.org", "Y90001", StaffRole::Manager).await;
    let member = app.services.care_team.places(&account(at_work)).await.unwrap()[0].member;
    let manager = Actor::Staff { id: at_work, assurance: Assurance::SecondStep, member };
    let diary = &app.services.diary;
    let words = |text: &str| text.to_owned();
    let gp = ServiceForm {
        kind: words("gp"),
        name: words("GP appointments"),
        about: words("For anything new"),
        prepare: words("A list of your medicines"),
        minutes: words("40"),
        registered_only: words("yes"),
        asks_reason: words("yes"),
        release: words("at-once"),
        cancel_hours: words("24"),
        ..ServiceForm::default()
    };
    let blood = ServiceForm {
        kind: words("phlebotomy"),
        name: words("Blood tests"),
        asks_reason: String::new(),
        cancel_hours: String::new(),
        confirms: words("yes"),
        ..gp.clone()
    };
    let children = ServiceForm { kind: words("vaccination"), name: words("Flu spray"), max_age: words("17"), ..gp.clone() };
    let surgery = PlaceForm {
        name: words("Riverside Surgery"),
        address: words("1 Mill Lane, Taunton"),
        postcode: words("TA1 1AA"),
        directions: words("Behind the library"),
        phone: words("01632 960001"),
    };
    let lark = PractitionerForm { name: words("Dr Lark"), job: words("GP") };
    let surgery = diary.add_place(&manager, &surgery).await.unwrap().to_string();
    let lark = diary.add_practitioner(&manager, &lark).await.unwrap().to_string();
    for (form, mode, days, starts, ends) in [
        (gp, "in-person", "mon tue wed thu fri", "09:00", "17:00"),
        (blood, "in-person", "thu", "08:00", "08:40"),
        (children, "in-person", "fri", "08:00", "08:40"),
    ] {
        let form = TemplateForm {
            service: diary.add_service(&manager, &form).await.unwrap().to_string(),
            place: surgery.clone(),
            practitioner: lark.clone(),
            mode: words(mode),
            days: words(days),
            starts: words(starts),
            ends: words(ends),
            ..TemplateForm::default()
        };
        diary.add_template(&manager, &form).await.unwrap();
    }
    Town { app, sam, sam_account, manager: at_work }
}

/// The addresses of the times of this kind that a page of the search shows, the earliest first.
async fn slots(browser: &mut Browser, query: &str) -> Vec<String> {
    let page = browser.get(&format!("/appointments/find?{query}")).await;
    assert_eq!(page.status, StatusCode::OK);
    links_to(&page, "/appointments/slots/")
}

/// The fields of the form that books a GP's time.
fn form<'a>(page: &(String, String, String), more: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
    let mut fields =
        vec![("submission", page.0.clone()), ("slot", page.1.clone()), ("person", page.2.clone()), ("flag", "none".to_owned())];
    fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    fields
}

fn of(page: &Answer) -> (String, String, String) {
    (hidden(page, "submission"), hidden(page, "slot"), hidden(page, "person"))
}

async fn send(browser: &mut Browser, path: &str, fields: &[(&str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &fields).await
}

/// Holds and books a time, and gives the address of the appointment.
async fn book(browser: &mut Browser, slot: &str) -> String {
    let page = browser.post_and_follow(&format!("{slot}/hold"), &[]).await;
    let sent = send(browser, "/appointments/book", &form(&of(&page), &[("reason", "A sore knee")])).await;
    sent.location().to_owned()
}

testkit::both_engines! {
    async fn somebody_finds_holds_and_books_a_time_and_sees_it_everywhere(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let home = sam.get("/").await;
        home.says("href=\"/appointments\"").says("Find an appointment").does_not_say("Next appointment");
        sam.get("/appointments").await.says("Appointments</h1>").says("Nothing is coming up").says("Nothing is booked here for you");
        let find = sam.get("/appointments/find").await;
        find.says("What do you need?").says("Blood test").says("Narrow it down").does_not_say("Social care assessment");
        // Tuesday 3 November, 10:40am: the next time of the GP is at 11am.
        let found = sam.get("/appointments/find?kind=gp").await;
        found.says("Today</h2>").says("Tomorrow</h2>").says("11am<span").says("with Dr Lark");
        found.says("In person at Riverside Surgery").says("Show later times");
        let later = sam.get(&links_to(&found, "/appointments/find?kind=gp&amp;after=")[0].replace("&amp;", "&")).await;
        later.says("Thursday 5 November 2026</h2>").does_not_say("Today</h2>").says("Back to the earliest times");
        let slot = &slots(&mut sam, "kind=gp&weekday=thu&time=afternoon").await[0];
        let page = sam.get(slot).await;
        page.says("Thursday 5 November 2026, 12:20pm").says("For anything new").says("1 Mill Lane, Taunton, TA1 1AA");
        let page = sam.post_and_follow(&format!("{slot}/hold"), &[]).await;
        page.says("We keep this time for you until 10:45am").says("A list of your medicines").says("None of these");
        // What is missing is said, and what was typed is kept.
        let missing = [("reason", "Stiff <b>shoulder</b>"), ("waits", "yes"), ("flag", "")];
        let back = send(&mut sam, "/appointments/book", &form(&of(&page), &missing)[..3]).await.location().to_owned();
        let both = sam.get(&back).await;
        both.says("There is a problem").says("Choose what is happening now, or \u{2018}None of these\u{2019}").says("Say in a few words");
        let mut fields = form(&of(&page), &[("reason", ""), ("waits", "yes")]);
        let back = send(&mut sam, "/appointments/book", &fields).await.location().to_owned();
        let again = sam.get(&back).await;
        again.says("Say in a few words what it is about").says("value=\"none\" checked").says("value=\"yes\" checked");
        let reason = "كتفي يؤلمني 🤕 & <b>stiff</b>";
        fields = form(&of(&again), &[("reason", reason), ("waits", "yes")]);
        let at = send(&mut sam, "/appointments/book", &fields).await.location().to_owned();
        let one = sam.get(&at).await;
        one.says("Your appointment is booked").says("Thursday 5 November 2026, 12:20pm</h1>").says("كتفي يؤلمني 🤕 &amp; &lt;b&gt;stiff&lt;/b&gt;");
        one.says("Behind the library").says("href=\"tel:01632960001\"").says("Stop telling me").says("These earlier times are free now");
        one.says("Take this time instead");
        let list = sam.get("/appointments").await;
        list.says("1 appointment is coming up").says("GP appointments").says("Booked</strong>").says("An earlier time is free");
        sam.get("/").await.says("Next appointment").says("With Dr Lark, GP");
        sam.post("/account/display", &[("settings", "easy-read")]).await;
        let easy = sam.get(&at).await;
        easy.says("The day, the time and the place are here. Be there in time.").says("Thursday 5 November 2026, 12:20pm</h1>").says("sh-easy-picture");
        sam.get("/appointments").await.says("Here you see when to go, and where.").says("sh-easy-picture").says("An earlier time is free");
        let activity = sam.get("/activity?own=yes").await;
        activity.says("booked an appointment").says("looked at your next appointment").says("looked at the visits that are coming up");
        assert_eq!(town.app.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    async fn somebody_sees_how_far_away_each_place_is_and_keeps_to_what_is_near(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        // Without a table nothing is asked, and what an address says of it is nothing.
        sam.get("/appointments/find").await.does_not_say("Your postcode");
        sam.get("/appointments/find?kind=gp&postcode=nonsense&within=5").await.says("11am<span").does_not_say("There is a problem");
        let table = "pcds,lat,long,doterm\nTA1 1AA,51.0147,-3.1029,\nTA6 3AA,51.1279,-3.0036,\n";
        town.app.services.postcodes.import(&Actor::Operator, Cursor::new(table)).await.unwrap();
        sam.get("/appointments/find").await.says("Your postcode").says("How far would you go?").says("10 miles");
        let far = sam.get("/appointments/find?kind=gp&postcode=ta6%203aa&within=").await;
        far.says("In person at Riverside Surgery, 8.9 miles away").says("value=\"ta6 3aa\"");
        // It is kept on the way to the next page, and narrows the times down to those that are near.
        assert!(links_to(&far, "/appointments/find?kind=gp&amp;postcode=ta6%203aa&amp;after=").len() == 1, "{}", far.body);
        let near = sam.get("/appointments/find?kind=gp&postcode=TA6&within=10").await;
        near.says("GP, within 10 miles of TA6</p>").says("11am<span");
        sam.get("/appointments/find?kind=gp&postcode=TA6&within=5").await.says("We found no times");
        for (query, words) in [
            ("postcode=nowhere", "Enter a postcode, like TA1 1AA"),
            ("postcode=QQ1%201AA", "We do not know this postcode"),
            ("postcode=&within=5", "Enter your postcode"),
        ] {
            let page = sam.get(&format!("/appointments/find?kind=gp&{query}")).await;
            page.says("There is a problem").says("href=\"#postcode\"").says(words).says("id=\"postcode-error\"").says("value=\"gp\" checked");
        }
        sam.get("/appointments/find?kind=gp&postcode=%3Cb%3E").await.says("value=\"&lt;b&gt;\"").does_not_say("<b>");
    }

    async fn somebodys_own_postcode_is_used_and_stands_in_no_field_and_no_address(place: &Place) {
        let town = town(place).await;
        let table = "postcode,latitude,longitude\nTA1 1AA,51.0147,-3.1029\nTA6 3AA,51.1279,-3.0036\n";
        town.app.services.postcodes.import(&Actor::Operator, Cursor::new(table)).await.unwrap();
        let bundle = r#"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"w",
            "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000034"}],
            "name":[{"family":"Wells","given":["Jo"]}],"birthDate":"1980-03-31","address":[{"use":"home","postalCode":"ta63aa"}]}}]}"#;
        let practice = town.app.services.organisations.by_code(&Actor::Operator, "Y90001").await.unwrap().id;
        let request = ImportRequest { organisation: practice, expected: None };
        let report = town.app.services.imports.import(&Actor::Operator, Cursor::new(bundle.as_bytes().to_vec()), request).await.unwrap();
        town.app.account("jo@example.org", Some(report.person)).await;
        let mut jo = town.app.signed_in("jo@example.org").await;
        let find = jo.get("/appointments/find").await;
        find.says("We look from TA6 3AA, as your record says").does_not_say("value=\"TA6 3AA\"").does_not_say("open=\"\"");
        let found = jo.get("/appointments/find?kind=gp").await;
        found.says("8.9 miles away").says("Show later times");
        assert!(links_to(&found, "/appointments/find").iter().all(|link| !link.contains("postcode")), "{}", found.body);
        // What the form sends says no more.
        let sent = jo.get("/appointments/find?kind=gp&postcode=&within=10").await;
        sent.says("8.9 miles away").says("within 10 miles of TA6 3AA");
        assert!(links_to(&sent, "/appointments/find").iter().all(|link| !link.contains("postcode")), "{}", sent.body);
        // Another is looked from, and stays in the address.
        let other = jo.get("/appointments/find?kind=gp&postcode=TA1%201AA").await;
        other.says("value=\"TA1 1AA\"").does_not_say("8.9 miles").does_not_say("TA6 3AA");
        assert!(links_to(&other, "/appointments/find?kind=gp&amp;postcode=TA1%201AA&amp;after=").len() == 1);
        jo.get("/activity?own=yes").await.says("used your postcode to say how far away places are");
    }

    async fn somebody_keeps_to_one_person_and_goes_back_to_everybody(place: &Place) {
        let town = town(place).await;
        let manager = town.app.services.care_team.places(&account(town.manager)).await.unwrap()[0].member;
        let manager = Actor::Staff { id: town.manager, assurance: Assurance::SecondStep, member: manager };
        let diary = &town.app.services.diary;
        let teasel = PractitionerForm { name: "Dr Teasel".to_owned(), job: "GP".to_owned() };
        let teasel = diary.add_practitioner(&manager, &teasel).await.unwrap().to_string();
        let gp = diary.services(&manager).await.unwrap().into_iter().find(|one| one.name == "GP appointments").unwrap().id;
        let form = TemplateForm {
            service: gp.to_string(),
            place: diary.places(&manager).await.unwrap()[0].id.to_string(),
            practitioner: teasel.clone(),
            mode: "phone".to_owned(),
            days: "tue wed".to_owned(),
            starts: "15:00".to_owned(),
            ends: "17:00".to_owned(),
            ..TemplateForm::default()
        };
        diary.add_template(&manager, &form).await.unwrap();
        let mut sam = town.app.signed_in(SAM).await;
        // Who it can be is asked once it is clear what for.
        sam.get("/appointments/find").await.does_not_say("Who with?");
        let all = sam.get("/appointments/find?kind=gp&weekday=tue").await;
        all.says("Who with?").says("Dr Lark, GP").says("Dr Teasel, GP").says("See only times with Dr Lark");
        let only = format!("/appointments/find?kind=gp&amp;practitioner={}&amp;weekday=tue", teasel.replace('-', "%2D"));
        assert!(links_to(&all, &only).iter().any(|link| link == &only), "{}", all.body);
        let one = sam.get(&only.replace("&amp;", "&")).await;
        one.says("GP, with Dr Teasel, on a Tuesday</p>").says("3pm<span").says("See times with anyone");
        one.does_not_say("with Dr Lark").does_not_say("See only times");
        sam.get("/appointments/find?kind=phlebotomy").await.does_not_say("Who with?");
        // Somebody who is not there finds nothing, and is no fault.
        for who in ["nonsense", "019a5f00-0000-7000-8000-000000000000"] {
            assert_eq!(sam.get(&format!("/appointments/find?kind=gp&practitioner={who}")).await.status, StatusCode::OK);
        }
    }

    async fn of_two_who_want_one_time_one_gets_it_and_the_other_keeps_what_they_typed(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut ada) = (town.app.signed_in(SAM).await, town.app.signed_in(ADA).await);
        let slot = slots(&mut sam, "kind=gp").await[0].clone();
        let held = sam.post_and_follow(&format!("{slot}/hold"), &[]).await;
        // Held for one, it is not there for the other.
        assert!(!slots(&mut ada, "kind=gp").await.contains(&slot));
        ada.post_and_follow(&format!("{slot}/hold"), &[]).await.says("There is a problem").says("Somebody else has just taken this time");
        // The hold runs out, and the other takes it up; the first can still type.
        town.app.clock.advance(TimeDelta::minutes(6));
        sam.get(&format!("{slot}/book")).await.says("We do not keep this time for you any more").says("You can still book it");
        let theirs = book(&mut ada, &slot).await;
        ada.get(&theirs).await.says("Your appointment is booked");
        let back = send(&mut sam, "/appointments/book", &form(&of(&held), &[("reason", "My knee")])).await.location().to_owned();
        let page = sam.get(&back).await;
        page.says("There is a problem").says("Somebody else has just taken this time").says("Find another time");
        page.does_not_say("Book this appointment");
        let other = slots(&mut sam, "kind=gp").await[0].clone();
        sam.post_and_follow(&format!("{other}/hold"), &[]).await.says("My knee").does_not_say("value=\"none\" checked");
        // Somebody else's appointment, and none, look the same.
        for path in [theirs.as_str(), "/appointments/019a5f00-0000-7000-8000-000000000000", "/appointments/nonsense"] {
            for page in ["", "/calendar", "/cancel"] {
                let answer = sam.get(&format!("{path}{page}")).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}{page}");
                answer.does_not_say("Lark");
            }
            for act in ["cancel", "check-in", "wait"] {
                assert_eq!(sam.post(&format!("{path}/{act}"), &[("waits", "yes")]).await.status, StatusCode::NOT_FOUND);
            }
        }
        for path in ["/appointments/slots/nonsense", "/appointments/slots/nonsense/book", "/appointments/find?instead_of=nonsense"] {
            assert_eq!(sam.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(sam.post("/appointments/slots/nonsense/hold", &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(sam.post("/appointments/book", &[("slot", "nonsense")]).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_form_sent_twice_books_once_also_from_an_old_page(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let slot = slots(&mut sam, "kind=gp&weekday=thu").await[0].clone();
        let page = sam.post_and_follow(&format!("{slot}/hold"), &[]).await;
        let fields = form(&of(&page), &[("reason", "A sore knee")]);
        let first = send(&mut sam, "/appointments/book", &fields).await.location().to_owned();
        assert_eq!(send(&mut sam, "/appointments/book", &fields).await.location(), first);
        sam.get(&first).await.says("Your appointment is booked");
        // The page before, asked for anew, leads to what was booked.
        sam.get(&format!("{slot}/book")).await.says("You have booked this time").says(&first).does_not_say("Book this appointment");
        sam.post_and_follow(&format!("{first}/cancel"), &[("reason", "Better now")]).await.says("The appointment is cancelled");
        sam.get("/appointments").await.says("Nothing is coming up").says("Show 1 appointment").says("Cancelled</strong>").says("<p class=\"sh-print-only\">1 appointment. It is not printed here.").says("To print this too, open it first.");
        // The old form books nothing again, and says nothing that is not so.
        assert_eq!(send(&mut sam, "/appointments/book", &fields).await.location(), first);
        sam.get(&first).await.says("This is cancelled").does_not_say("Your appointment is booked");
        // Cancelling twice is no fault, and its page is gone.
        sam.post(&format!("{first}/cancel"), &[]).await.location();
        assert_eq!(sam.get(&format!("{first}/cancel")).await.location(), first);
        assert!(slots(&mut sam, "kind=gp&weekday=thu").await.contains(&slot));
    }

    async fn in_easy_words_a_time_is_found_and_kept_and_danger_is_said(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let usual = "We keep this time for you for 5 minutes, so that you can book it in peace.";
        let slot = slots(&mut sam, "kind=gp").await[0].clone();
        sam.get(&slot).await.says(usual).does_not_say("sh-easy-");
        sam.post("/account/display", &[("settings", "easy-read")]).await;
        sam.get("/appointments/find").await.says("Then choose Show times.").says("What do you need?").says("sh-easy-picture");
        sam.get("/appointments/find?kind=gp").await.says("Pick a time. Nothing is booked yet.").says("11am<span").says("with Dr Lark");
        let page = sam.get(&slot).await;
        page.says("Choose the button. Then we keep this time for you for 5 minutes.").does_not_say(usual).says("1 Mill Lane, Taunton, TA1 1AA");
        let page = sam.post_and_follow(&format!("{slot}/hold"), &[]).await;
        page.says("Look at the day and the time.").says("Then do not wait for a visit. We tell you what to do.").says("A list of your medicines");
        for flag in domain::appointment::FLAGS {
            page.says(flag.words);
        }
        let mut fields = form(&of(&page), &[("reason", "A sore knee")]);
        fields[3].1 = "worse".to_owned();
        let to = send(&mut sam, "/appointments/book", &fields).await.location().to_owned();
        sam.get(&to).await.says("Do not wait for a visit. Get help now. Nothing was booked.").says("Call 111").says("href=\"tel:999\"");
    }

    async fn who_needs_help_now_is_told_so_and_nothing_is_booked(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let slot = slots(&mut sam, "kind=gp").await[0].clone();
        let page = sam.post_and_follow(&format!("{slot}/hold"), &[]).await;
        for flag in domain::appointment::FLAGS {
            let mut fields = form(&of(&page), &[("reason", "A sore knee")]);
            fields[3].1 = flag.code.to_owned();
            let to = send(&mut sam, "/appointments/book", &fields).await.location().to_owned();
            let help = sam.get(&to).await;
            let (call, not) = if flag.code == "worse" { ("Call 111", "tel:116123") } else { ("Call 999", "Call 111, day") };
            match (flag.code, help.body.find("tel:116123"), help.body.find("Call 999, or go")) {
                // Nobody who is about to end their life is told of medicines, and they hear first that they are not alone.
                ("self-harm", Some(talk), Some(call)) => assert!(talk < call && !help.body.contains("edicines with you")),
                ("self-harm", ..) => panic!("{}", help.body),
                ("worse", ..) => {}
                _ => {
                    help.says("Bring your medicines with you");
                }
            }
            help.says(call).says("Nothing was booked").says("I chose this by mistake").says(&slot).does_not_say(not);
            // What is wrong with somebody is in no address, and the page says the same when it is loaded again.
            assert_eq!(to, "/appointments/help-now");
            sam.get(&to).await.says(call).says(flag.words);
        }
        town.app.browser().get("/appointments/help-now?flag=worse").await.says("Call 999").says("call 18000 in the Relay UK app");
        // Back at the booking, what was typed is there, and what was chosen by mistake is not.
        let back = links_to(&sam.get("/appointments/help-now").await, "/appointments/slots/")[0].clone();
        sam.get(&back).await.says("A sore knee").does_not_say("value=\"self-harm\" checked").does_not_say("value=\"worse\" checked");
        sam.get("/appointments/help-now").await.does_not_say("You chose").says("href=\"/appointments/find\"");
        sam.get("/appointments").await.says("Nothing is coming up");
    }

    async fn a_change_that_was_taken_for_an_emergency_by_mistake_stays_a_change(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        // A blood test is changed for a GP's time, which asks for what needs help at once.
        let slot = slots(&mut sam, "kind=phlebotomy").await[0].clone();
        let page = sam.post_and_follow(&format!("{slot}/hold"), &[]).await;
        let old = send(&mut sam, "/appointments/book", &form(&of(&page), &[])).await.location().to_owned();
        let id = old.rsplit_once('/').unwrap().1.to_owned();
        let slot = slots(&mut sam, "kind=gp&weekday=fri").await[0].clone();
        let page = sam.post_and_follow(&format!("{slot}/hold"), &[("instead_of", &id)]).await;
        page.says("Change to this time").says("None of these");
        let mut fields = form(&of(&page), &[("reason", "A stiff neck"), ("instead_of", &id)]);
        fields[3].1 = "worse".to_owned();
        let help = send(&mut sam, "/appointments/book", &fields).await.location().to_owned();
        let back = links_to(&sam.get(&help).await, "/appointments/slots/")[0].clone();
        let page = sam.get(&back).await;
        page.says("Change to this time").says("A stiff neck").says(&format!("name=\"instead_of\" value=\"{id}\""));
        let kept = hidden(&page, "instead_of");
        let fields = form(&of(&page), &[("reason", "A stiff neck"), ("instead_of", &kept)]);
        let new = send(&mut sam, "/appointments/book", &fields).await.location().to_owned();
        sam.get(&new).await.says("Your appointment is changed");
        sam.get(&old).await.says("This was changed for another appointment");
        sam.get("/appointments").await.says("1 appointment is coming up");
    }

    async fn an_appointment_is_changed_only_when_the_new_one_is_taken(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let friday = slots(&mut sam, "kind=gp&weekday=fri").await;
        let old = book(&mut sam, &friday[5]).await;
        let id = old.rsplit_once('/').unwrap().1.to_owned();
        let change = links_to(&sam.get(&old).await, "/appointments/find?instead_of=")[0].clone();
        let found = sam.get(&change).await;
        found.says("You keep your appointment on Friday 6 November 2026, 12:20pm until you have booked another");
        let slot = links_to(&found, "/appointments/slots/").into_iter().find(|slot| slot.contains("instead_of")).unwrap();
        let (slot, _) = slot.split_once('?').unwrap();
        let page = sam.post_and_follow(&format!("{slot}/hold"), &[("instead_of", &id)]).await;
        page.says("Change to this time").says("Change my appointment").does_not_say("None of these").does_not_say("What is it about?");
        page.says("You give up Friday 6 November 2026, 12:20pm.").does_not_say("You keep your appointment");
        let (submission, slot_id, _) = of(&page);
        let fields = [("submission", submission.as_str()), ("slot", &slot_id), ("instead_of", &id)];
        let new = sam.post("/appointments/book", &fields).await.location().to_owned();
        sam.get(&new).await.says("Your appointment is changed").says("A sore knee").says("Tuesday 3 November 2026, 11am</h1>");
        let given_up = sam.get(&old).await;
        given_up.says("This was changed for another appointment").says("See your new appointment").says(&format!("href=\"{new}\""));
        given_up.does_not_say("Find another time");
        // It begins within a day: now it is too late, and what was given up cannot be changed again.
        let locked = sam.get(&new).await;
        locked.says("It is too late to change this here").says("To change or cancel").does_not_say("Change the time").does_not_say("An earlier time");
        assert_eq!(sam.get(&format!("{new}/cancel")).await.location(), new);
        let refused = sam.post_and_follow(&format!("{new}/cancel"), &[]).await;
        refused.says("There is a problem").says("Ring the service").says("Booked</strong>");
        assert_eq!(sam.get(&change).await.location(), old);
        let again = [("submission", town.app.services.core.new_id().to_string()), ("slot", friday[7].rsplit_once('/').unwrap().1.to_owned()), ("instead_of", id)];
        let back = send(&mut sam, "/appointments/book", &again).await.location().to_owned();
        assert_eq!(sam.get(&back).await.location(), old);
        assert!(slots(&mut sam, "kind=gp&weekday=fri").await.contains(&friday[7]));
    }

    async fn an_earlier_time_is_taken_with_one_press(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let friday = slots(&mut sam, "kind=gp&weekday=fri").await;
        let old = book(&mut sam, &friday[5]).await;
        sam.post_and_follow(&format!("{old}/wait"), &[("waits", "yes")]).await.says("We will tell you when an earlier time opens");
        let quiet = sam.post_and_follow(&format!("{old}/wait"), &[("waits", "no")]).await;
        // Whoever has just chosen has passed the earlier ones by.
        quiet.says("We will not tell you of earlier times any more").says("See the earlier times").does_not_say("Take this time instead");
        sam.get("/appointments").await.does_not_say("An earlier time is free");
        sam.post(&format!("{old}/wait"), &[("waits", "yes")]).await;
        // The first of each day, and on the list too, to which the mail leads.
        let all = sam.get(&old).await;
        assert_eq!(all.body.matches("Take this time instead").count(), 3);
        all.says("Tuesday 3 November 2026, 11am").says("Wednesday 4 November 2026, 9am").says("Thursday 5 November 2026, 9am");
        let page = sam.get("/appointments").await;
        page.says("An earlier time is free").says("GP appointments, Friday 6 November 2026, 12:20pm").says("See other earlier times");
        assert_eq!(page.body.matches("Take this time instead").count(), 1);
        page.says("Tuesday 3 November 2026, 11am");
        let fields = [
            ("submission", hidden(&page, "submission")), ("slot", hidden(&page, "slot")),
            ("instead_of", hidden(&page, "instead_of")), ("at_once", hidden(&page, "at_once")),
        ];
        // Somebody else was quicker.
        let mut ada = town.app.signed_in(ADA).await;
        book(&mut ada, &format!("/appointments/slots/{}", fields[1].1)).await;
        let back = send(&mut sam, "/appointments/book", &fields).await.location().to_owned();
        assert_eq!(back, old);
        let page = sam.get(&old).await;
        page.says("Somebody else has just taken this time").says("Booked</strong>");
        let fields = [
            ("submission", hidden(&page, "submission")), ("slot", hidden(&page, "slot")),
            ("instead_of", hidden(&page, "instead_of")), ("at_once", hidden(&page, "at_once")),
        ];
        let new = send(&mut sam, "/appointments/book", &fields).await.location().to_owned();
        sam.get(&new).await.says("Your appointment is changed");
        assert!(slots(&mut sam, "kind=gp&weekday=fri").await.contains(&friday[5]));
    }

    async fn on_the_day_somebody_checks_in_and_sees_their_place(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut ada) = (town.app.signed_in(SAM).await, town.app.signed_in(ADA).await);
        // 11am and 11:40am.
        let today = slots(&mut sam, "kind=gp").await;
        let first = book(&mut ada, &today[0]).await;
        let second = book(&mut sam, &today[1]).await;
        let here = ada.get(&first).await;
        assert!(here.body.find(">Check in<").unwrap() < here.body.find("nhsuk-summary-list").unwrap(), "first of all");
        assert!(here.body.find("For Sam Stone").unwrap() > 0, "on paper it says for whom");
        ada.post_and_follow(&format!("{first}/check-in"), &[]).await.says("You have checked in").says("You are next").says("Look again");
        // An hour before at the earliest.
        let tomorrow = slots(&mut sam, "kind=gp&weekday=wed").await;
        let later = book(&mut sam, &tomorrow[0]).await;
        sam.get(&later).await.does_not_say(">Check in<");
        sam.post_and_follow(&format!("{later}/check-in"), &[]).await.says("There is a problem").says("an hour before");
        let page = sam.post_and_follow(&format!("{second}/check-in"), &[]).await;
        page.says("1 person is before you").says("Checked in</strong>").does_not_say(">Check in<");
        sam.post_and_follow(&format!("{second}/check-in"), &[]).await.says("1 person is before you");
        sam.get("/").await.says("Checked in</strong>");
    }

    async fn a_calendar_takes_the_appointment_and_learns_nothing_of_what_it_is_for(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let slot = slots(&mut sam, "kind=gp&weekday=thu&time=afternoon").await[0].clone();
        let at = book(&mut sam, &slot).await;
        let answer = sam.get(&format!("{at}/calendar")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "text/calendar; charset=utf-8");
        assert_eq!(answer.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"appointment.ics\"");
        answer.does_not_say("knee").does_not_say("Lark").does_not_say("GP").does_not_say("Sam");
        let calendar: Calendar = answer.body.parse().unwrap();
        assert_eq!(calendar.events().count(), 1);
        let event = calendar.events().next().unwrap();
        let starts: DateTime<Utc> = "2026-11-05T12:20:00Z".parse().unwrap();
        let utc = |at| Some(DatePerhapsTime::DateTime(CalendarDateTime::Utc(at)));
        assert_eq!((event.get_start(), event.get_end()), (utc(starts), utc(starts + TimeDelta::minutes(40))));
        assert_eq!(event.get_summary(), Some("Appointment"));
        assert_eq!(event.get_location(), Some("Riverside Surgery, 1 Mill Lane, Taunton, TA1 1AA"));
        let uid = event.get_uid().unwrap().to_owned();
        assert_eq!(uid, format!("{}@selfheal", at.rsplit_once('/').unwrap().1));
        town.app.clock.advance(TimeDelta::minutes(1));
        let again: Calendar = sam.get(&format!("{at}/calendar")).await.body.parse().unwrap();
        assert_eq!(again.events().next().unwrap().get_uid(), Some(uid.as_str()));
    }

    async fn what_waits_to_be_confirmed_and_what_is_not_for_somebody_is_said(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let slot = slots(&mut sam, "kind=phlebotomy").await[0].clone();
        let page = sam.post_and_follow(&format!("{slot}/hold"), &[]).await;
        // No flags and no reason for a blood test.
        page.says("The service looks at every booking first").does_not_say("None of these").does_not_say("What is it about?");
        let at = send(&mut sam, "/appointments/book", &form(&of(&page), &[])).await.location().to_owned();
        sam.get(&at).await.says("Your booking is sent").says("The service still has to confirm this");
        let closed = sam.get("/appointments/find?kind=vaccination").await;
        closed.says("We found no times").says("Services that you cannot book").says("for people up to 17 years of age").says("tel:111");
        let none = sam.get("/appointments/find?kind=gp&weekday=sun").await;
        none.says("We found no times").says("ring your GP practice");
        assert!(none.body.find("tel:111").unwrap() < none.body.find("What do you need?").unwrap(), "first what there is to do");
        for past in ["from=2020-01-01", "from_day=2&from_month=11&from_year=2026"] {
            let wrong = sam.get(&format!("/appointments/find?kind=gp&{past}")).await;
            wrong.says("There is a problem").says("Enter today\u{2019}s date, or a later one").says("href=\"#from-day\"");
        }
        sam.get("/appointments/find?kind=nonsense").await.says("There is a problem").says("Choose what it is for");
        let wrong = sam.get("/appointments/find?kind=gp&from_day=31&from_month=2&from_year=2027").await;
        wrong.says("Error: ").says("Enter a real date, like 27 3 2027").says("href=\"#from-day\"").says("value=\"31\"");
        // So far ahead nothing is looked for, whether age counts or not.
        for kind in ["gp", "vaccination"] {
            for query in ["from=2031-01-01", "from=9999-12-31", "from_day=1&from_month=1&from_year=2031"] {
                let far = sam.get(&format!("/appointments/find?kind={kind}&{query}")).await;
                assert_eq!(far.status, StatusCode::OK, "{query}");
                far.says("There is a problem").says("Enter a day before 8 December 2027").says("href=\"#from-day\"");
            }
        }
        // A page that begins before now shows nothing that has been.
        let page = sam.get("/appointments/find?kind=gp&after=0_019a5f00-0000-7000-8000-000000000000").await;
        let first = page.body.split("class=\"sh-time\"").nth(1).unwrap();
        assert!(first.split("</a>").next().unwrap().contains(">11am<"), "{first}");
    }

    async fn reminders_are_chosen(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/appointments/reminders").await.says("value=\"2\" checked").says("value=\"yes\" checked");
        let no_text = ("by_text", "no");
        let saved = sam.post_and_follow("/appointments/reminders", &[("by_mail", "no"), no_text, ("days_before", "7")]).await;
        saved.says("Your choice is saved").says("value=\"7\" checked").says("value=\"no\" checked");
        // Text messages need a number.
        saved.says("No reminder reaches you now");
        saved.says("<a href=\"/account/mobile?back=reminders\">add your mobile number</a>").does_not_say("Remind by text message?");
        let text = [("by_mail", "no"), ("by_text", "yes"), ("days_before", "7")];
        sam.post_and_follow("/appointments/reminders", &text).await.says("Add a mobile number to the account first");
        sam.get("/account/mobile?back=reminders").await.says("Back to reminders");
        sam.post("/account/mobile", &[("number", "07700 900123")]).await;
        let code = town.app.texted_code("+447700900123").await;
        let back = sam.post_and_follow("/account/mobile/code", &[("code", &code)]).await;
        back.says("Your mobile number is saved").says("Remind by text message?");
        sam.get("/appointments/reminders").await.says("Remind by text message?").does_not_say("add your mobile number");
        let saved = sam.post_and_follow("/appointments/reminders", &text).await;
        saved.says("Your choice is saved").says("name=\"by_text\" type=\"radio\" value=\"yes\" checked");
        saved.does_not_say("No reminder reaches you now");
        // Without the number nothing is left, and that is said at once.
        let removed = sam.post_and_follow("/account/mobile/remove", &[]).await;
        removed.says("Your mobile number is removed").says("No reminder reaches you now");
        sam.post("/account/mobile", &[("number", "07700 900123")]).await;
        let code = town.app.texted_code("+447700900123").await;
        sam.post_and_follow("/account/mobile/code", &[("code", &code)]).await.says("Your account</h1>");
        let missing = sam.post_and_follow("/appointments/reminders", &[("by_mail", "yes"), ("days_before", "7")]).await;
        missing.says("id=\"by_text-error\"").says("Choose yes or no");
        sam.get("/activity?own=yes").await.says("looked at how you are reminded of appointments");
        let wrong = sam.post_and_follow("/appointments/reminders", &[("days_before", "99")]).await;
        wrong.says("There is a problem").says("Choose yes or no").says("Choose when");
    }

    async fn a_carer_with_the_scope_books_for_their_person_and_one_without_finds_nothing(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let slot = slots(&mut sam, "kind=gp&weekday=thu").await[0].clone();
        let own = book(&mut sam, &slot).await;
        visit(&town).await;
        sam.get("/appointments").await.says("2 appointments are coming up").says("Eye clinic").says("Booked by Riverside Hospital");
        for (email, scopes) in [("with@example.org", "APPT"), ("without@example.org", "COND TEST")] {
            allow(&town, email, scopes).await;
            let mut carer = town.app.signed_in(email).await;
            let home = carer.post_and_follow("/acting", &[("person", &town.sam.to_string())]).await;
            if scopes == "APPT" {
                home.says("href=\"/appointments\"").says("Next appointment").says("Find an appointment");
                // Visits that the record tells of belong to another scope.
                let list = carer.get("/appointments").await;
                list.says("Sam Rivers\u{2019}s appointments").says("1 appointment is coming up").does_not_say("Eye clinic");
                carer.get("/acting").await.says("Thursday 5 November 2026, ").does_not_say("Nothing that you can see");
                // Why Sam comes was written for those who give care.
                carer.get(&own).await.says("Thursday 5 November 2026").does_not_say("A sore knee");
                let slot = slots(&mut carer, "kind=gp&weekday=fri").await[0].clone();
                carer.get(&slot).await.says("<dt class=\"nhsuk-summary-list__key\">For</dt>");
                let page = carer.post_and_follow(&format!("{slot}/hold"), &[]).await;
                page.says("Having seriously harmed themself, or being about to end their life").does_not_say("harmed yourself");
                page.says("<dt class=\"nhsuk-summary-list__key\">For</dt>");
                let booked = book(&mut carer, &slot).await;
                let one = carer.get(&booked).await;
                one.says("Sam Rivers\u{2019}s appointment is booked").says("<dt class=\"nhsuk-summary-list__key\">For</dt>");
                carer.get(&format!("{booked}/cancel")).await.says("Cancel Sam Rivers\u{2019}s appointment?</h1>");
                sam.get(&booked).await.says("Friday 6 November 2026, 9am");
                // Who is written to is said as it is.
                let to = "by email, or to whoever booked it if Sam Rivers has no account here";
                carer.get(&booked).await.says(to).does_not_say("We tell you").does_not_say("We write to you");
                let blood = slots(&mut carer, "kind=phlebotomy").await[0].clone();
                let page = carer.post_and_follow(&format!("{blood}/hold"), &[]).await;
                page.says("When it is confirmed, we write to Sam Rivers by email").does_not_say("We tell you").does_not_say("Tell me");
                carer.get("/appointments/reminders").await.says("by email to whoever booked the appointment").says("Reminders go to Sam Rivers").says("Sam Rivers can get text messages too").does_not_say("/account/mobile\">add");
                sam.get("/activity").await.says("booked an appointment for you");
                // What is taken away is closed at the next click, in the menu too.
                carer.get("/").await.says("href=\"/appointments\"");
            } else {
                carer.get("/acting").await.says("Nothing that you can see");
                home.does_not_say("href=\"/appointments").does_not_say("Next appointment").does_not_say("Find an appointment");
                let pages = ["/appointments", "/appointments/find", "/appointments/find?kind=gp", "/appointments/reminders", &own, &slot];
                for path in pages {
                    assert_eq!(carer.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
                }
                for path in [format!("{slot}/hold"), format!("{own}/cancel"), format!("{own}/wait")] {
                    assert_eq!(carer.post(&path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
                }
            }
        }
        assert_eq!(town.app.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    async fn by_video_the_page_says_where_to_join_and_where_to_try_it(place: &Place) {
        let town = town(place).await;
        let member = town.app.services.care_team.places(&account(town.manager)).await.unwrap()[0].member;
        let manager = Actor::Staff { id: town.manager, assurance: Assurance::SecondStep, member };
        let diary = &town.app.services.diary;
        let service = ServiceForm {
            kind: "nurse".to_owned(),
            name: "Video nurse".to_owned(),
            minutes: "20".to_owned(),
            release: "at-once".to_owned(),
            video_link: "https://video.example.org/room?of=nurse&x=1".to_owned(),
            video_test: "https://video.example.org/test".to_owned(),
            ..ServiceForm::default()
        };
        let service = diary.add_service(&manager, &service).await.unwrap().to_string();
        let place = diary.places(&manager).await.unwrap()[0].id.to_string();
        let reed = PractitionerForm { name: "Nurse Reed".to_owned(), job: "Nurse".to_owned() };
        let practitioner = diary.add_practitioner(&manager, &reed).await.unwrap().to_string();
        let (days, starts, ends) = ("mon".to_owned(), "9:00".to_owned(), "10:00".to_owned());
        let form = TemplateForm {
            service, place, practitioner, mode: "video".to_owned(), days, starts, ends, ..TemplateForm::default()
        };
        diary.add_template(&manager, &form).await.unwrap();
        let mut sam = town.app.signed_in(SAM).await;
        let slot = slots(&mut sam, "kind=nurse").await[0].clone();
        sam.get(&slot).await.says("the page of the appointment has the link to join").does_not_say("sends you the link");
        let booked = book(&mut sam, &slot).await;
        let page = sam.get(&booked).await;
        page.says("A day before, <a");
        page.says("href=\"https://video.example.org/room?of=nurse&amp;x=1\"").says("Join by video");
        page.says("href=\"https://video.example.org/test\"").says("test your camera and sound");
        // The calendar is seen by others: it does not tell the way in.
        sam.get(&format!("{booked}/calendar")).await.does_not_say("video.example.org");
        // Monday at 9am is less than a day ahead.
        town.app.clock.set("2026-11-08T12:00:00Z".parse().unwrap());
        town.app.signed_in(SAM).await.get(&booked).await.says("Before it begins, <a").does_not_say("A day before");
    }

    async fn a_referral_leads_to_clinics_with_their_waits_and_is_booked_once(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/appointments").await.says("href=\"/appointments/referrals\"");
        sam.get("/appointments/referrals").await.says("No referral is open").says("We know of no open referral for you");
        skin_clinic(&town).await;
        referral(&town).await;
        let list = sam.get("/appointments/referrals").await;
        list.says("Referral to dermatology").says("Not booked yet").says("Choose where to go");
        let page = sam.get(&links_to(&list, "/appointments/referrals/")[0]).await;
        page.says("Skin (dermatology)").says("Skin clinic, Riverside Surgery").says("Shortest wait").says("6 days: Monday 9 November 2026, 9am");
        page.says("Free times").says("Riverside Surgery, TA1 1AA").does_not_say("Blood tests");
        let times = sam.get(&links_to(&page, "/appointments/find?kind=hospital-clinic")[0].replace("&amp;", "&")).await;
        let slots = links_to(&times, "/appointments/slots/");
        let page = sam.post_and_follow(&format!("{}/hold", slots[0]), &[]).await;
        let booked = send(&mut sam, "/appointments/book", &form(&of(&page), &[])).await.location().to_owned();
        let list = sam.get("/appointments/referrals").await;
        list.says("Booked for Monday 9 November 2026, 9am").says(&format!("href=\"{booked}\"")).does_not_say("Not booked yet");
        // Another first appointment needs another referral.
        let again = sam.get(&slots[1]).await;
        again.says("needs a referral");
        let none = sam.get("/appointments/referrals/019a5f00-0000-7000-8000-000000000000").await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
        let entry = links_to(&sam.get("/record/visits").await, "/record/entries/")[0].replace("/record/entries/", "/appointments/referrals/");
        assert_eq!(sam.get(&entry).await.location(), booked);
        let mut ada = town.app.signed_in(ADA).await;
        assert_eq!(ada.get(&entry).await.status, StatusCode::NOT_FOUND);
    }

    async fn an_admission_marks_what_they_may_miss_and_the_practice_is_told_only_that(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let slot = slots(&mut sam, "kind=gp&weekday=thu").await[0].clone();
        let inside = book(&mut sam, &slot).await;
        let slot = slots(&mut sam, "kind=phlebotomy").await[1].clone();
        let page = sam.post_and_follow(&format!("{slot}/hold"), &[]).await;
        let after = send(&mut sam, "/appointments/book", &form(&of(&page), &[])).await.location().to_owned();
        let mark = "may not be able to attend: our records say that";
        for path in ["/", "/appointments", &inside, &after] {
            sam.get(path).await.does_not_say(mark).does_not_say("May not be able to attend");
        }
        for _ in 0..2 {
            admission(&town, "in-progress", "").await;
        }
        let you = format!("You {mark} you are in hospital (St Anne\u{2019}s Hospital).");
        sam.get("/").await.says("Next appointment").says(&you).says("Open the appointment to change or cancel it");
        let list = sam.get("/appointments").await;
        list.says(&you).says("Open what is marked below").says("May not be able to attend</strong>");
        assert_eq!(list.body.matches("May not be able to attend</strong>").count(), 1);
        let one = sam.get(&inside).await;
        one.says(&you).says("change or cancel it below").says("Booked</strong>").says("Change the time");
        let entry = links_to(&one, "/record/entries/")[0].clone();
        sam.get(&entry).await.says("Hospital stay").says("Stroke unit");
        sam.get(&after).await.does_not_say(mark);
        sam.get("/activity").await.says("told a service that you may not be able to come to an appointment").says("The Selfheal service");

        // The practice has one thing to do, and is not told where or why.
        town.app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        let mut desk = town.app.signed_in("desk@example.org").await;
        let work = desk.get("/team").await;
        work.says("Somebody may not be able to come").says("Sam Rivers");
        let items = links_to(&work, "/team/work/");
        let mut mine = Vec::new();
        for item in items {
            let page = desk.get(&item).await;
            if page.body.contains("may not be able to come to this appointment") {
                mine.push((item, page));
            }
        }
        let [(item, page)] = &mine[..] else { panic!("{} of them", mine.len()) };
        page.says("Thursday 5 November 2026, 9am").says("GP appointments").says("They still have it").says("This is dealt with");
        page.does_not_say("hospital").does_not_say("Anne").does_not_say("Stroke").does_not_say("Confirm");
        let clinic = links_to(page, "/team/diary/clinics/")[0].clone();
        desk.get(&clinic).await.says("Sam Rivers").does_not_say("Anne").does_not_say("Stroke");
        let version = hidden(page, "version");
        desk.post_and_follow(&format!("{item}/done"), &[("version", &version)]).await.says("Done by Name of reception");
        desk.get("/team").await.does_not_say("Somebody may not be able to come");

        // They leave early: the mark goes by itself.
        admission(&town, "finished", "").await;
        for path in ["/", "/appointments", &inside] {
            sam.get(path).await.does_not_say(mark).does_not_say("May not be able to attend");
        }
        assert_eq!(town.app.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    async fn a_carer_learns_of_an_admission_only_where_they_may_see_it(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let slot = slots(&mut sam, "kind=gp&weekday=thu").await[0].clone();
        let own = book(&mut sam, &slot).await;
        let they = "Sam Rivers may not be able to attend: our records say that they are in hospital";
        for (email, scopes) in [("books@example.org", "APPT"), ("sees@example.org", "APPT CONSULT")] {
            allow(&town, email, scopes).await;
        }
        for (label, status) in [("", "in-progress"), ("PSY", "onleave")] {
            admission(&town, status, label).await;
            for email in ["books@example.org", "sees@example.org"] {
                let mut carer = town.app.signed_in(email).await;
                town.app.clock.advance(TimeDelta::minutes(1));
                carer.post_and_follow("/acting", &[("person", &town.sam.to_string())]).await;
                let told = label.is_empty() && email.starts_with("sees");
                for path in ["/", "/appointments", &own] {
                    let page = carer.get(path).await;
                    page.says("Thursday 5 November 2026");
                    assert_eq!(page.body.contains(they), told, "{email} {path} {label}");
                    assert_eq!(page.body.contains("hospital") || page.body.contains("attend"), told, "{email} {path} {label}");
                }
            }
            sam.get("/appointments").await.says("You may not be able to attend");
        }
    }

    async fn two_at_the_same_time_are_marked_also_where_another_source_tells_of_one(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        visit(&town).await;
        // The visit is on Thursday at 12:30pm.
        let slot = slots(&mut sam, "kind=gp&weekday=thu&time=afternoon").await[0].clone();
        book(&mut sam, &slot).await;
        let list = sam.get("/appointments").await;
        list.says("Two of these are at the same time").says("At the same time as another");
        let (gp, eye) = (list.body.find("GP appointments").unwrap(), list.body.find("Eye clinic").unwrap());
        assert!(gp < eye, "the soonest first");
        assert_eq!(list.body.matches("At the same time as another</strong>").count(), 2);
        // Its own page and the first page say so too, and lead to what the record says.
        let booked = links_to(&list, "/appointments/0")[0].clone();
        let one = sam.get(&booked).await;
        one.says("You have another visit at this time").says("See what the record says");
        sam.get(&links_to(&one, "/record/entries/")[0]).await.says("Eye clinic");
        sam.get("/").await.says("At the same time as another");
        town.app.services.activity.verify().await.unwrap();
    }

    async fn whoever_is_about_to_book_sees_what_else_is_then(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        visit(&town).await;
        let afternoon = slots(&mut sam, "kind=gp&weekday=thu&time=afternoon").await;
        // The visit lasts from 12:30pm to 12:50pm.
        sam.get(&afternoon[0]).await.says("12:20pm").says("You have another visit at this time").says("See what the record says");
        let page = sam.post_and_follow(&format!("{}/hold", afternoon[0]), &[]).await;
        page.says("You have another visit at this time").says("Book this appointment");
        sam.get(&afternoon[1]).await.says("1pm").does_not_say("at this time.");
        // A blood test and a GP's time at once: the one that is changed does not stand in its own way.
        let mine = book(&mut sam, &afternoon[1]).await;
        let id = mine.rsplit_once('/').unwrap().1.to_owned();
        let member = town.app.services.care_team.places(&account(town.manager)).await.unwrap()[0].member;
        let manager = Actor::Staff { id: town.manager, assurance: Assurance::SecondStep, member };
        let diary = &town.app.services.diary;
        let nurse = PractitionerForm { name: "Nurse Ann".to_owned(), job: "Nurse".to_owned() };
        let form = TemplateForm {
            service: diary.services(&manager).await.unwrap().into_iter().find(|one| one.name == "Blood tests").unwrap().id.to_string(),
            place: diary.places(&manager).await.unwrap()[0].id.to_string(),
            practitioner: diary.add_practitioner(&manager, &nurse).await.unwrap().to_string(),
            mode: "in-person".to_owned(),
            days: "thu".to_owned(),
            starts: "13:10".to_owned(),
            ends: "13:50".to_owned(),
            ..TemplateForm::default()
        };
        diary.add_template(&manager, &form).await.unwrap();
        let blood = slots(&mut sam, "kind=phlebotomy&time=afternoon").await[0].clone();
        sam.get(&blood).await.says("You have another appointment at this time").says(&format!("href=\"{mine}\""));
        sam.get(&format!("{blood}?instead_of={id}")).await.says("You keep your appointment").does_not_say("at this time.");
        // Whoever books for Sam is told of what they may see.
        allow(&town, "books@example.org", "APPT").await;
        let mut carer = town.app.signed_in("books@example.org").await;
        carer.post_and_follow("/acting", &[("person", &town.sam.to_string())]).await;
        carer.get(&blood).await.says("Sam Rivers has another appointment at this time");
        carer.get(&afternoon[0]).await.says("12:20pm").does_not_say("at this time.").does_not_say("visit");
        assert_eq!(town.app.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    async fn what_was_is_in_one_list_from_every_source(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let slot = slots(&mut sam, "kind=gp&weekday=thu").await[0].clone();
        let mine = book(&mut sam, &slot).await;
        sam.post_and_follow(&format!("{mine}/cancel"), &[]).await.says("The appointment is cancelled");
        for resource in [
            r#"{"resourceType":"Appointment","id":"a2","status":"fulfilled","description":"Heart clinic",
              "start":"2026-10-05T09:00:00Z","participant":[{"actor":{"reference":"Patient/p1"},"status":"accepted"}]}"#,
            r#"{"resourceType":"Appointment","id":"a3","status":"cancelled","description":"Knee clinic",
              "start":"2026-12-05T09:00:00Z","participant":[{"actor":{"reference":"Patient/p1"},"status":"accepted"}]}"#,
            r#"{"resourceType":"Appointment","id":"a4","status":"booked","description":"Scan",
              "start":"2026-12-07T09:00:00Z","end":"2026-12-07T10:00:00Z",
              "participant":[{"actor":{"reference":"Patient/p1"},"status":"accepted"}]}"#,
            r#"{"resourceType":"Appointment","id":"a5","status":"booked","description":"Dentist",
              "start":"2026-12-07T09:45:00Z","participant":[{"actor":{"reference":"Patient/p1"},"status":"accepted"}]}"#,
            r#"{"resourceType":"Appointment","id":"a6","status":"entered-in-error","description":"Somebody else",
              "start":"2026-10-06T09:00:00Z","participant":[{"actor":{"reference":"Patient/p1"},"status":"accepted"}]}"#,
        ] {
            told(&town, resource).await;
        }
        let list = sam.get("/appointments").await;
        list.says("2 appointments are coming up").says("Show 3 appointments").says("5 October 2026").does_not_say("Somebody else");
        let at = |words: &str| list.body.find(words).unwrap_or_else(|| panic!("no {words}"));
        assert!(at("Scan") < at("Dentist") && at("Dentist") < at("Past and cancelled"), "the soonest first");
        assert!(at("Past and cancelled") < at("Knee clinic") && at("Knee clinic") < at("GP appointments"), "the last first");
        assert!(at("GP appointments") < at("Heart clinic"));
        // Two of which others tell are at the same time too: one lasts an hour.
        assert_eq!(list.body.matches("At the same time as another</strong>").count(), 2);
        list.says("Two of these are at the same time");
        sam.get("/activity?own=yes").await.says("looked at the visits that are coming up, and those that were");
        // To a carer without the scope for visits there are none.
        allow(&town, "books@example.org", "APPT").await;
        let mut carer = town.app.signed_in("books@example.org").await;
        carer.post_and_follow("/acting", &[("person", &town.sam.to_string())]).await;
        carer.get("/appointments").await.says("Show 1 appointment").does_not_say("Heart clinic").does_not_say("Scan");
    }

    async fn what_the_service_does_not_keep_is_said_first_with_the_way_to_another(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let slot = slots(&mut sam, "kind=gp&weekday=thu").await[0].clone();
        let gp = book(&mut sam, &slot).await;
        let slot = slots(&mut sam, "kind=phlebotomy").await[1].clone();
        let page = sam.post_and_follow(&format!("{slot}/hold"), &[]).await;
        let blood = send(&mut sam, "/appointments/book", &form(&of(&page), &[])).await.location().to_owned();
        let manager = town.manager().await;
        for one in [&gp, &blood] {
            let id = one.rsplit_once('/').unwrap().1.parse().unwrap();
            town.app.services.diary.decline(&manager, id, 1).await.unwrap();
        }
        for path in ["/", "/appointments"] {
            let page = sam.get(path).await;
            page.says("The service had to cancel <").says(&format!("<a href=\"{gp}\">GP appointments, Thursday 5 November 2026, 9am</a>"));
            page.says("The service could not confirm <").says("href=\"/appointments/find?kind=phlebotomy\"").says("Find another time");
            page.does_not_say("Show 2 appointments");
        }
        sam.get(&gp).await.says("The service had to cancel this").says("Cancelled by the service</strong>");
        let declined = sam.get(&blood).await;
        declined.says("The service could not confirm this. Find another time, or ring the service").says("Not confirmed</strong>");
        declined.does_not_say("had to cancel");
        // With another there is nothing left to do.
        let slot = slots(&mut sam, "kind=gp&weekday=fri").await[0].clone();
        book(&mut sam, &slot).await;
        sam.get("/").await.does_not_say("had to cancel").says("The service could not confirm <").says("Next appointment");
        sam.get("/appointments").await.does_not_say("had to cancel").says("Show 1 appointment");
        assert_eq!(town.app.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    async fn what_the_service_changed_is_said_where_it_is_listed_and_on_its_page(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let slot = slots(&mut sam, "kind=gp&weekday=thu").await[0].clone();
        let mine = book(&mut sam, &slot).await;
        sam.get(&mine).await.does_not_say("The service changed this");
        let (manager, diary) = (town.manager().await, &town.app.services.diary);
        let meadow = PlaceForm {
            name: "Meadow Lane Clinic".to_owned(),
            address: "2 Meadow Lane, Taunton".to_owned(),
            postcode: "TA1 1AA".to_owned(),
            ..PlaceForm::default()
        };
        let tansy = PractitionerForm { name: "Ms Tansy".to_owned(), job: "Nurse".to_owned() };
        let clinic = diary.clinics(&manager, "2026-11-05".parse().unwrap(), 1).await.unwrap();
        let clinic = clinic.into_iter().find(|clinic| clinic.service == "GP appointments").unwrap();
        let form = ClinicForm {
            practitioner: diary.add_practitioner(&manager, &tansy).await.unwrap().to_string(),
            place: diary.add_place(&manager, &meadow).await.unwrap().to_string(),
        };
        diary.change_clinic(&manager, clinic.id, clinic.version, &form).await.unwrap();
        let told = "The service changed this on 3 November 2026: it is now at Meadow Lane Clinic, with Ms Tansy, Nurse.";
        sam.get(&mine).await.says(told).says("2 Meadow Lane").says("Booked</strong>");
        for path in ["/", "/appointments"] {
            sam.get(path).await.says("Changed by the service</strong>").says("Meadow Lane Clinic");
        }
    }

    async fn the_next_appointment_is_the_next_of_all(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        visit(&town).await;
        let only = sam.get("/").await;
        only.says("Next appointment").says("Eye clinic").does_not_say("Coming up</h2>");
        let slot = slots(&mut sam, "kind=gp&weekday=fri").await[0].clone();
        book(&mut sam, &slot).await;
        let home = sam.get("/").await;
        let at = |words: &str| home.body.find(words).unwrap_or_else(|| panic!("no {words}"));
        assert!(at("Next appointment") < at("Eye clinic") && at("Eye clinic") < at("Coming up</h2>"));
        assert!(at("Coming up</h2>") < at("GP appointments"));
        // What is sooner, whoever gave it.
        let slot = slots(&mut sam, "kind=gp&weekday=wed").await[0].clone();
        book(&mut sam, &slot).await;
        let home = sam.get("/").await;
        let at = |words: &str| home.body.find(words).unwrap_or_else(|| panic!("no {words}"));
        assert!(at("Tomorrow, 9am") < at("Coming up</h2>") && at("Coming up</h2>") < at("Eye clinic"));
        // Whom to ring is said where a number is known.
        let list = sam.get("/appointments").await;
        list.says("Booked by Riverside Hospital. To change it, ring them.");
        let practice = town.app.services.organisations.by_code(&Actor::Operator, "Y90001").await.unwrap().id;
        let bundle = r#"{"resourceType":"Bundle","type":"collection","entry":[
            {"resource":{"resourceType":"Patient","id":"s","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number",
              "value":"9990000018"}],"name":[{"family":"Rivers","given":["Sam"]}],"birthDate":"1980-03-31"}},
            {"resource":{"resourceType":"Appointment","id":"own","status":"booked","description":"Smear test",
              "start":"2026-11-10T12:30:00Z","participant":[{"actor":{"reference":"Patient/s"},"status":"accepted"}]}}]}"#;
        let request = ImportRequest { organisation: practice, expected: Some(service::Expected::Person(town.sam)) };
        town.app.services.imports.import(&Actor::Operator, Cursor::new(bundle.as_bytes().to_vec()), request).await.unwrap();
        let name = town.app.services.organisations.by_code(&Actor::Operator, "Y90001").await.unwrap().name;
        let list = sam.get("/appointments").await;
        list.says(&format!("Booked by {name}. To change it, ring 01632 960001."));
    }

    async fn until_when_it_can_be_cancelled_is_said_before_it_is_booked(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        // Today at 11am: it is too late already.
        let today = slots(&mut sam, "kind=gp").await[0].clone();
        let bound = "Once it is booked, you cannot change or cancel it here: that is possible until 24 hours before.";
        sam.get(&today).await.says(bound).says("href=\"tel:01632960001\"");
        sam.post_and_follow(&format!("{today}/hold"), &[]).await.says(bound);
        let friday = slots(&mut sam, "kind=gp&weekday=fri").await[0].clone();
        let page = sam.get(&friday).await;
        page.says("You can change or cancel it here until Thursday 5 November 2026, 9am.").does_not_say("Once it is booked");
    }

    async fn the_way_back_leads_to_the_times_that_were_looked_at(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let slot = slots(&mut sam, "kind=gp&weekday=fri&time=afternoon").await[0].clone();
        let back = "href=\"/appointments/find?kind=gp&amp;time=afternoon&amp;weekday=fri\"";
        sam.get(&slot).await.says(back).says("Back to the times");
        sam.post_and_follow(&format!("{slot}/hold"), &[]).await.says(back);
        // Times of another kind are not among those.
        let other = sam.get("/appointments/find?kind=phlebotomy").await;
        sam.get(&slot).await.says("href=\"/appointments/find?kind=gp\"");
        let blood = links_to(&other, "/appointments/slots/")[0].clone();
        sam.get(&blood).await.says("href=\"/appointments/find?kind=phlebotomy\"");
        // Nor are those of somebody else.
        allow(&town, "books@example.org", "APPT").await;
        let mut carer = town.app.signed_in("books@example.org").await;
        carer.post_and_follow("/acting", &[("person", &town.sam.to_string())]).await;
        carer.get(&slot).await.says("href=\"/appointments/find?kind=gp\"");
    }

    async fn a_week_later_is_one_step(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let found = sam.get("/appointments/find?kind=gp").await;
        found.says("Go on to Monday 9 November 2026");
        let monday = links_to(&found, "/appointments/find?kind=gp&amp;from=")[0].replace("&amp;", "&");
        let next = sam.get(&monday).await;
        next.says("GP, from 9 November 2026").says("Monday 9 November 2026</h2>").says("Back to the earliest times");
        next.says("Go on to Monday 16 November 2026").does_not_say("Today</h2>");
    }
}

/// A hospital tells of a visit that is coming.
async fn visit(town: &Town) {
    told(
        town,
        r#"{"resourceType":"Appointment","id":"a1","status":"booked","description":"Eye clinic",
          "start":"2026-11-05T12:30:00Z","end":"2026-11-05T12:50:00Z",
          "participant":[{"actor":{"reference":"Patient/p1"},"status":"accepted"}]}"#,
    )
    .await;
}

/// A hospital tells that Sam is there, or was, with this label.
async fn admission(town: &Town, status: &str, label: &str) {
    let encounter = format!(
        r#"{{"resourceType":"Encounter","id":"e1","status":"{status}","class":{{"code":"IMP"}},
          "meta":{{"security":[{{"code":"{label}"}}]}},"type":[{{"text":"Stroke unit"}}],
          "period":{{"start":"2026-11-02T20:00:00Z","end":"2026-11-06"}},"subject":{{"reference":"Patient/p1"}},
          "serviceProvider":{{"display":"St Anne\u2019s Hospital"}}}}"#
    );
    told(town, &encounter).await;
}

/// A hospital tells this of Sam.
async fn told(town: &Town, resource: &str) {
    let operator = Actor::Operator;
    let organisations = &town.app.services.organisations;
    let organisation =
        organisations.ensure(&operator, "Y90002", "Riverside Hospital", OrganisationKind::Hospital).await.unwrap().id;
    let bundle = format!(
        r#"{{"resourceType":"Bundle","type":"collection","entry":[
        {{"resource":{{"resourceType":"Patient","id":"p1","identifier":[{{"system":"https://fhir.nhs.uk/Id/nhs-number",
          "value":"9990000018"}}],"name":[{{"family":"Rivers","given":["Sam"]}}],"birthDate":"1980-03-31"}}}},
        {{"resource":{resource}}}]}}"#
    );
    let request = ImportRequest { organisation, expected: Some(service::Expected::Person(town.sam)) };
    let report = town.app.services.imports.import(&operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
    assert_eq!(report.problems, vec![]);
}

/// Lets a carer act for Sam.
async fn allow(town: &Town, email: &str, scopes: &str) {
    let carer = town.app.account(email, None).await;
    let form = InviteForm {
        email: email.to_owned(),
        name: "Tom".to_owned(),
        relation: "son".to_owned(),
        scopes: scopes.to_owned(),
        labels: "general".to_owned(),
        submission: town.app.services.core.new_id().to_string(),
        ..InviteForm::default()
    };
    let invited = town.app.services.carers.invite(&account(town.sam_account), town.sam, &form).await.unwrap();
    let link = town.app.mailed_link(email).await;
    town.app.services.carers.accept(&account(carer), link.split_once("token=").unwrap().1, &invited.code).await.unwrap();
}

/// A clinic on Mondays, for people who are referred for their skin.
async fn skin_clinic(town: &Town) {
    let member = town.app.services.care_team.places(&account(town.manager)).await.unwrap()[0].member;
    let manager = Actor::Staff { id: town.manager, assurance: Assurance::SecondStep, member };
    let diary = &town.app.services.diary;
    let service = ServiceForm {
        kind: "hospital-clinic".to_owned(),
        name: "Skin clinic".to_owned(),
        minutes: "20".to_owned(),
        registered_only: "yes".to_owned(),
        referral_needed: "yes".to_owned(),
        specialty: "330".to_owned(),
        release: "at-once".to_owned(),
        ..ServiceForm::default()
    };
    let sorrel = PractitionerForm { name: "Dr Sorrel".to_owned(), job: "Dermatologist".to_owned() };
    let form = TemplateForm {
        service: diary.add_service(&manager, &service).await.unwrap().to_string(),
        place: diary.places(&manager).await.unwrap()[0].id.to_string(),
        practitioner: diary.add_practitioner(&manager, &sorrel).await.unwrap().to_string(),
        mode: "in-person".to_owned(),
        days: "mon".to_owned(),
        starts: "9:00".to_owned(),
        ends: "10:00".to_owned(),
        ..TemplateForm::default()
    };
    diary.add_template(&manager, &form).await.unwrap();
}

/// Sam is referred for his skin.
async fn referral(town: &Town) {
    let request = r#"{"resourceType":"ServiceRequest","id":"skin","status":"active","intent":"order",
      "subject":{"reference":"Patient/p1"},"code":{"text":"Referral to dermatology"},"authoredOn":"2026-10-20"}"#;
    told(town, request).await;
}
