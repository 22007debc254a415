//! The practice's side of appointments, as a browser without script sees it: what can be booked, who comes, the desk, what
//! waits to be confirmed, and the counts.

use crate::common::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use chrono::{Days, NaiveDate, TimeDelta};
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::team::StaffRole;
use domain::when::london_day;
use domain::{AccountId, PersonId};
use service::{BookForm, SearchForm};
use testkit::Place;

const NOBODY: &str = "019a5f00-0000-7000-8000-000000000000";
const EVERY_DAY: [(&str, &str); 7] =
    [("days", "mon"), ("days", "tue"), ("days", "wed"), ("days", "thu"), ("days", "fri"), ("days", "sat"), ("days", "sun")];

/// The value of the choice with these words.
#[track_caller]
fn value_of(page: &Answer, words: &str) -> String {
    let before =
        page.body.split_once(&format!("__label\">{words}</label>")).unwrap_or_else(|| panic!("no {words} in {}", page.body)).0;
    before.rsplit_once("value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

/// What stands between these and the next quote.
#[track_caller]
fn after(page: &Answer, words: &str) -> String {
    let rest = page.body.split_once(words).unwrap_or_else(|| panic!("no {words} in {}", page.body)).1;
    rest.split('"').next().unwrap().to_owned()
}

/// The id in the first link that begins so.
#[track_caller]
fn links(page: &Answer, begins: &str) -> String {
    let at = format!("href=\"{begins}");
    let mut ids = page.body.split(&at).skip(1).map(|rest| rest.split('"').next().unwrap());
    ids.find(|id| *id != "new").unwrap_or_else(|| panic!("no {begins} in {}", page.body)).to_owned()
}

fn tomorrow(app: &TestApp) -> NaiveDate {
    london_day(app.services.core.now()) + Days::new(1)
}

/// Adds a service, with what is asked beside what is usual.
async fn add_service(boss: &mut Browser, name: &str, kind: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("kind", kind),
        ("name", name),
        ("minutes", "30"),
        ("release", "at-once"),
        ("may_cancel", "yes"),
        ("cancel_hours", "2"),
    ];
    fields.extend(more);
    boss.post_and_follow("/team/diary/services/new", &fields).await
}

async fn add_clinic(boss: &mut Browser, service: &str) -> Answer {
    add_clinic_from(boss, service, &[]).await
}

/// The same, with what is asked beside what is usual.
async fn add_clinic_from(boss: &mut Browser, service: &str, more: &[(&str, &str)]) -> Answer {
    let form = boss.get("/team/diary/recurring/new").await;
    let [service, place, who] = [service, "Riverside Surgery", "Dr Lark"].map(|name| value_of(&form, name));
    let mut fields = vec![
        ("service", service.as_str()),
        ("place", &place),
        ("practitioner", &who),
        ("mode", "in-person"),
        ("starts", "9:00"),
        ("ends", "10:00"),
    ];
    fields.extend(EVERY_DAY);
    fields.extend(more);
    boss.post_and_follow("/team/diary/recurring/new", &fields).await
}

/// A manager who has said what can be booked: two times, at 9 and at 9:30, on every day.
async fn set_up(app: &TestApp, more: &[(&str, &str)]) -> Browser {
    app.staff("boss@example.org", "Y90001", StaffRole::Manager).await;
    let mut boss = app.signed_in("boss@example.org").await;
    add_service(&mut boss, "GP appointment", "gp", more).await.says("The service was added");
    let place = [("name", "Riverside Surgery"), ("address", "1 Riverside Walk"), ("postcode", "ta1 1aa")];
    boss.post_and_follow("/team/diary/places/new", &place).await.says("The place was added").says("TA1 1AA");
    let who = [("name", "Dr Lark"), ("job", "GP")];
    boss.post_and_follow("/team/diary/practitioners/new", &who).await.says("They can hold clinics now");
    add_clinic(&mut boss, "GP appointment").await.says("The clinic was added").says("9am to 10am");
    boss
}

/// The clinic of tomorrow.
async fn clinic(app: &TestApp, browser: &mut Browser) -> String {
    let day = browser.get(&format!("/team/diary?day={}", tomorrow(app))).await;
    format!("/team/diary/clinics/{}", after(&day, "href=\"/team/diary/clinics/"))
}

/// Somebody books the first time of tomorrow.
async fn books(app: &TestApp, account: AccountId, person: PersonId, reason: &str) {
    let actor = Actor::Account { id: account, assurance: Assurance::SecondStep };
    let form = SearchForm { kind: "gp".to_owned(), from: tomorrow(app).to_string(), ..SearchForm::default() };
    let found = app.services.appointments.search(&actor, person, &form).await.unwrap();
    let form = BookForm {
        slot: found.slots[0].id.to_string(),
        reason: reason.to_owned(),
        flag: "none".to_owned(),
        submission: app.services.core.new_id().to_string(),
        ..BookForm::default()
    };
    app.services.appointments.book(&actor, person, &form).await.unwrap();
}

/// It is 9am tomorrow, when the first of those who have booked are there.
fn at_nine(app: &TestApp) {
    let nine = tomorrow(app).and_hms_opt(9, 0, 0).unwrap().and_utc();
    app.clock.set(nine);
}

/// The latest appointment of somebody.
async fn appointment_of(app: &TestApp, person: PersonId) -> String {
    app.services.appointments.list(&Actor::Operator, person).await.unwrap()[0].id.to_string()
}

/// The fields of the form beside somebody who comes.
fn note<'a>(page: &'a (String, String), to: &'a str) -> [(&'a str, &'a str); 3] {
    [("appointment", &page.0), ("version", &page.1), ("to", to)]
}

fn seen(page: &Answer) -> (String, String) {
    (after(page, "name=\"appointment\" value=\""), after(page, "name=\"version\" value=\""))
}

testkit::both_engines! {
    async fn a_manager_says_what_can_be_booked_and_the_clinics_are_there(place: &Place) {
        let app = TestApp::over(place);
        app.person("999 000 0018", "Rivers", "Asthma").await;
        app.staff("first@example.org", "Y90001", StaffRole::Manager).await;
        let mut first = app.signed_in("first@example.org").await;
        first.get("/team/diary").await.says(">Diary<").says("No clinics on this day").says("What can be booked");
        first.get("/team/diary/recurring/new").await.says("Add a service, a place and somebody who holds clinics first");
        // What is wrong is said at the field, and what was typed is still there.
        let wrong = add_service(&mut first, " ", "gp", &[("min_age", "old"), ("about", "Coughs & colds")]).await;
        wrong.says("There is a problem").says("id=\"name-error\"").says("id=\"min_age-error\"").says("Coughs &amp; colds");
        let wrong = first.post_and_follow("/team/diary/places/new", &[("name", "Hub"), ("postcode", "nowhere")]).await;
        wrong.says("id=\"postcode-error\"").says("id=\"address-error\"").says("value=\"nowhere\"").says("value=\"Hub\"");
        first.post_and_follow("/team/diary/practitioners/new", &[("name", "Dr Lark")]).await.says("id=\"job-error\"").says("Dr Lark");

        let mut boss = set_up(&app, &[]).await;
        let settings = boss.get("/team/diary/settings").await;
        settings.says("GP appointment").says("GP, 30 minutes").says("people can cancel until 2 hours before").says("Dr Lark");
        settings.says("Monday, Tuesday, Wednesday").says("End it");
        let wrong = boss.post_and_follow("/team/diary/recurring/new", &[("days", "mon"), ("days", "fri"), ("ends", "8")]).await;
        wrong.says("id=\"service-error\"").says("id=\"starts-error\"").says("id=\"ends-error\"").says("value=\"8\"");
        assert_eq!(wrong.body.matches("checked").count(), 2, "the two days");
        let day = boss.get(&format!("/team/diary?day={}", tomorrow(&app))).await;
        day.says("1 clinic").says("9am to 10am").says("2 free, 0 taken").says("Dr Lark, Riverside Surgery (in person)");
        let clinic = clinic(&app, &mut boss).await;
        boss.get(&clinic).await.says("Nobody has booked").says("9am, 9:30am").says("Cancel this clinic");
        // Somebody else holds it.
        boss.post_and_follow("/team/diary/practitioners/new", &[("name", "Dr Lo Cum"), ("job", "GP")]).await;
        let change = format!("{clinic}/change");
        let page = boss.get(&change).await;
        page.says("Change who holds it, or where").says("Nobody has booked").says("Dr Lo Cum, GP").says("Riverside Surgery");
        let value = |label: &str| {
            let (before, _) = page.body.split_once(label).unwrap();
            let (_, id) = before.rsplit_once("value=\"").unwrap();
            id.split('"').next().unwrap().to_owned()
        };
        let (locum, here) = (value("Dr Lo Cum, GP"), value("Riverside Surgery</label>"));
        let (_, version) = page.body.split_once("name=\"version\" value=\"").unwrap();
        let version = version.split('"').next().unwrap().to_owned();
        let wrong = boss.post_and_follow(&change, &[("version", &version), ("practitioner", "nobody"), ("place", &here)]).await;
        wrong.says("There is a problem").says("Choose who holds it");
        let fields = [("version", version.as_str()), ("practitioner", &locum), ("place", &here)];
        boss.post_and_follow(&change, &fields).await.says("The change is saved").says("Dr Lo Cum");
        let [of_day, month, year] = ["%-d", "%-m", "%Y"].map(|part| tomorrow(&app).format(part).to_string());
        let by_form = boss.get(&format!("/team/diary?day_day={of_day}&day_month={month}&day_year={year}")).await;
        by_form.says("2 free, 0 taken");
        boss.get("/team/diary?day_day=31&day_month=2&day_year=2027").await.says("Enter a real date").says("value=\"31\"");
        boss.get("/team/diary?day=nonsense").await.says("Today, ");
    }

    async fn the_hours_of_a_clinic_change_once_those_were_shown_who_lose_their_time(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        let account = app.account("sam@example.org", Some(person)).await;
        let mut boss = set_up(&app, &[]).await;
        let clinic = clinic(&app, &mut boss).await;
        let (hours, check) = (format!("{clinic}/hours"), format!("{clinic}/hours/check"));
        let page = boss.get(&hours).await;
        page.says("Change the hours of this clinic").says("value=\"09:00\"").says("value=\"10:00\"").says("value=\"30\"");
        boss.get(&check).await.location();
        let wrong = boss.post_and_follow(&hours, &[("starts", "soon"), ("ends", "10:00")]).await;
        wrong.says("There is a problem").says("id=\"starts-error\"").says("value=\"soon\"");
        let same = [("starts", "9:00"), ("ends", "10:00"), ("minutes", "30")];
        boss.post_and_follow(&hours, &same).await.says("Nothing has changed");
        books(&app, account, person, "").await;
        let later = [("starts", "9:30"), ("ends", "11:00"), ("minutes", "30")];
        let shown = boss.post_and_follow(&hours, &later).await;
        shown.says("Who has no time any more").says("Sam Rivers").says("9:30 to 11:00");
        let again = boss.post_and_follow(&hours, &[later.as_slice(), &[("seen", "0-1-1")]].concat()).await;
        again.says("This clinic has just changed").says("Sam Rivers");
        let seen = after(&again, "name=\"seen\" value=\"");
        boss.post_and_follow(&hours, &[later.as_slice(), &[("seen", &seen)]].concat()).await.says("The change is saved").says("9:30am to 11am");
        app.mailed_link("sam@example.org").await;

        // The same of one that recurs.
        let settings = boss.get("/team/diary/settings").await;
        let id = after(&settings, "href=\"/team/diary/recurring/").replace("/change", "");
        let change = format!("/team/diary/recurring/{id}/change");
        let page = boss.get(&change).await;
        page.says("Change a clinic that recurs").says("value=\"09:00\"").says("From which day on?");
        assert_eq!(page.body.matches(" checked").count(), 10, "seven days, the place, the person and the way");
        let [place, who] = ["Riverside Surgery", "Dr Lark"].map(|name| value_of(&page, name));
        let mut form = vec![("place", place.as_str()), ("practitioner", &who), ("mode", "in-person"), ("was", "")];
        form.extend(EVERY_DAY);
        let with = |more: &[(&'static str, &'static str)]| [form.as_slice(), more].concat();
        boss.get(&format!("/team/diary/recurring/{id}/check")).await.location();
        boss.post_and_follow(&change, &with(&[("starts", "9:00"), ("ends", "8:00")])).await.says("id=\"ends-error\"").says("value=\"8:00\"");
        boss.post_and_follow(&change, &with(&[("starts", "9:00"), ("ends", "10:00")])).await.says("Nothing has changed");
        books(&app, account, person, "").await;
        let shown = boss.post_and_follow(&change, &with(&[("starts", "13:00"), ("ends", "14:00")])).await;
        shown.says("Who has no time any more").says("Sam Rivers").says("value=\"13:00\"");
        let seen = after(&shown, "name=\"seen\" value=\"");
        let sure = [with(&[("starts", "13:00"), ("ends", "14:00")]).as_slice(), &[("seen", seen.as_str())]].concat();
        let saved = boss.post_and_follow(&change, &sure).await;
        saved.says("The change is saved").says("1pm to 2pm, from ").says("9am to 10am, until ");
    }

    async fn the_desk_notes_who_came_and_of_two_who_act_at_once_one_is_told(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        let account = app.account("sam@example.org", Some(person)).await;
        let mut boss = set_up(&app, &[("asks_reason", "yes")]).await;
        books(&app, account, person, "A cough that stays").await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let clinic = clinic(&app, &mut boss).await;
        // The day before, nobody can have come.
        let early = boss.get(&clinic).await;
        early.says("You can note who has come from 1 hour before their time").says("Not yet").does_not_say("Arrived</").does_not_say("Did not come");
        let wrong = boss.post_and_follow(&format!("{clinic}/note"), &note(&(appointment_of(&app, person).await, "1".to_owned()), "noshow")).await;
        wrong.says("There is a problem").says("It is too early for this. You can note it from Wednesday 4 November 2026, 9am");
        at_nine(&app);
        let (mut desk, mut gp) = (app.signed_in("desk@example.org").await, app.signed_in("gp@example.org").await);
        let page = desk.get(&clinic).await;
        page.says("Sam Rivers").says("31 March 1980").says(">Booked<").says("Arrived").says("9:30am");
        page.says("Did not come").does_not_say("You can note who has come").does_not_say("Not yet");
        page.does_not_say("A cough that stays").does_not_say("Reason").does_not_say("Cancel this clinic");
        gp.get(&clinic).await.says("Sam Rivers").says("A cough that stays").says("Reason");
        let before = seen(&page);
        let at = format!("{clinic}/note");
        let arrived = desk.post_and_follow(&at, &note(&before, "arrived")).await;
        arrived.says("You noted that they have arrived").says("Has arrived");
        // The GP has the page from before.
        let late = gp.post_and_follow(&at, &note(&before, "noshow")).await;
        late.says("There is a problem").says("Somebody has just changed this").says("Has arrived");
        let now = seen(&late);
        gp.post_and_follow(&at, &note(&now, "fulfilled")).await.says("You noted that they were seen").says("Was seen");
        // Sent again, it is the same.
        gp.post_and_follow(&at, &note(&now, "fulfilled")).await.says("Was seen").does_not_say("There is a problem");
        let then = seen(&gp.get(&clinic).await);
        let wrong = gp.post_and_follow(&at, &note(&then, "noshow")).await;
        wrong.says("This is not possible any more");
        for (id, to) in [(NOBODY, "arrived"), ("nonsense", "arrived"), (now.0.as_str(), "nonsense")] {
            let fields = [("appointment", id), ("version", "1"), ("to", to)];
            assert_eq!(desk.post(&at, &fields).await.status, StatusCode::NOT_FOUND, "{id} {to}");
        }
        let (items, _) = app.services.activity.of_record(&Actor::Operator, person, None).await.unwrap();
        let changes = items.iter().filter(|item| item.action == Action::AppointmentChanged).count();
        assert_eq!(changes, 2, "each act is written down once");
    }

    async fn whoever_has_no_business_there_sees_no_diary(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        let account = app.account("sam@example.org", Some(person)).await;
        let mut boss = set_up(&app, &[]).await;
        books(&app, account, person, "A cough").await;
        let clinic = clinic(&app, &mut boss).await;
        let cancel = format!("{clinic}/cancel");
        let settings = boss.get("/team/diary/settings").await;
        let end = format!("/team/diary/recurring/{}", after(&settings, "href=\"/team/diary/recurring/").replace("/change", "/end"));
        let [change, check] = ["/change", "/check"].map(|page| end.replace("/end", page));
        let [hours, hours_check] = ["hours", "hours/check"].map(|page| format!("{clinic}/{page}"));
        for (email, at, role) in [
            ("elsewhere@example.org", "Y9H01", StaffRole::Manager),
            ("po@example.org", "Y90001", StaffRole::PrivacyOfficer),
            ("desk@example.org", "Y90001", StaffRole::Reception),
            ("gp@example.org", "Y90001", StaffRole::Clinician),
        ] {
            app.staff(email, at, role).await;
            let mut browser = app.signed_in(email).await;
            let status = browser.get("/team/diary").await.status;
            let there = role != StaffRole::PrivacyOfficer;
            assert_eq!(status, if there { StatusCode::OK } else { StatusCode::NOT_FOUND }, "{email}");
            let nav = browser.get("/team").await;
            assert_eq!(nav.body.contains("href=\"/team/diary\""), there, "{email}");
            let mine = at == "Y90001" && there;
            let answer = browser.get(&clinic).await;
            assert_eq!(answer.status, if mine { StatusCode::OK } else { StatusCode::NOT_FOUND }, "{email}");
            for page in [&hours_check, &check] {
                assert_eq!(browser.get(page).await.status, StatusCode::NOT_FOUND, "{email} {page}");
            }
            for page in [&cancel, &end, &change, &hours] {
                assert_eq!(browser.get(page).await.status, StatusCode::NOT_FOUND, "{email} {page}");
                assert_eq!(browser.post(page, &[("version", "1")]).await.status, StatusCode::NOT_FOUND, "{email} {page}");
            }
            if at == "Y90001" {
                for page in ["settings", "services/new", "places/new", "practitioners/new", "recurring/new", "closed/new"] {
                    let page = format!("/team/diary/{page}");
                    assert_eq!(browser.get(&page).await.status, StatusCode::NOT_FOUND, "{email} {page}");
                }
                assert_eq!(browser.get("/team/uptake").await.status, StatusCode::NOT_FOUND, "{email}");
                let form = [("kind", "gp"), ("name", "Mine"), ("minutes", "10"), ("release", "at-once")];
                assert_eq!(browser.post("/team/diary/services/new", &form).await.status, StatusCode::NOT_FOUND, "{email}");
            } else {
                browser.get("/team/diary/settings").await.does_not_say("GP appointment").does_not_say("Dr Lark");
            }
            if !mine {
                for page in ["appointments", "appointments/find"] {
                    let page = format!("/team/people/{person}/{page}");
                    assert_eq!(browser.get(&page).await.status, StatusCode::NOT_FOUND, "{email} {page}");
                }
            }
        }
        boss.get(&clinic).await.says("Sam Rivers").says("Cancel this clinic");
        boss.get(&end).await.says("1 person has booked").says("Sam Rivers");
    }

    async fn a_booking_that_waits_is_confirmed_or_declined_on_the_work_list(place: &Place) {
        let app = TestApp::over(place);
        let [sam, una] =
            [app.person("999 000 0018", "Rivers", "Asthma").await, app.person("999 000 0026", "Stone", "Gout").await];
        let accounts = [app.account("sam@example.org", Some(sam)).await, app.account("una@example.org", Some(una)).await];
        set_up(&app, &[("confirms", "yes"), ("asks_reason", "yes")]).await;
        books(&app, accounts[0], sam, "A cough that stays").await;
        books(&app, accounts[1], una, "My knee").await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let (mut desk, mut gp) = (app.signed_in("desk@example.org").await, app.signed_in("gp@example.org").await);
        let list = desk.get("/team").await;
        list.says("2 things wait").says("A booking to confirm");
        let works: Vec<String> = list.body.split("href=\"/team/work/").skip(1)
            .map(|rest| format!("/team/work/{}", rest.split('"').next().unwrap())).collect();
        let (mut of_sam, mut of_una) = (String::new(), String::new());
        for work in works {
            if desk.get(&work).await.body.contains("Sam Rivers") { of_sam = work } else { of_una = work }
        }
        let page = desk.get(&of_sam).await;
        page.says("GP appointment").says("9am").says("Dr Lark").says("Confirm").says("Decline").does_not_say("A cough that stays");
        gp.get(&of_sam).await.says("A cough that stays");
        let sure_page = format!("/team/diary/bookings/{}", after(&page, "href=\"/team/diary/bookings/"));
        let sure = desk.get(&sure_page).await;
        sure.says("Decline a booking").says("Sam Rivers").says("It cannot be taken back").says(&format!("action=\"{of_sam}/booking\""));
        assert_eq!(desk.get(&format!("/team/diary/bookings/{NOBODY}/decline")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(desk.get(&format!("{sure_page}x")).await.status, StatusCode::NOT_FOUND);
        let from_clinic = desk.get(&clinic(&app, &mut desk.clone()).await).await;
        let from_clinic = format!("/team/diary/bookings/{}", after(&from_clinic, "href=\"/team/diary/bookings/"));
        desk.get(&from_clinic).await.says("Decline the booking").says("/note\"");
        let booking = format!("{of_sam}/booking");
        let confirm = [("decision", "confirm"), ("version", "1")];
        for _ in 0..2 {
            desk.post_and_follow(&booking, &confirm).await.says("The booking is confirmed").says("Done by").does_not_say("Decline");
        }
        let late = gp.post_and_follow(&booking, &[("decision", "decline"), ("version", "1")]).await;
        late.says("There is a problem").says("Somebody has just changed this").says("Booked");
        let decline = [("decision", "decline"), ("version", "1")];
        let booking = format!("{of_una}/booking");
        for _ in 0..2 {
            desk.post_and_follow(&booking, &decline).await.says("The booking was declined").says("Cancelled");
        }
        let late = gp.post_and_follow(&booking, &confirm).await;
        late.says("There is a problem").says("This is not possible any more");
        assert_eq!(desk.post(&booking, &[("decision", "nonsense")]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(desk.get(&sure_page).await.status, StatusCode::NOT_FOUND);
        let clinic = clinic(&app, &mut desk).await;
        desk.get(&clinic).await.says("Sam Rivers").says("Whose appointment was cancelled here").says("Sam Stone").says("9:30am");
        desk.get("/team").await.says("Nothing waits");
    }

    async fn the_desk_books_and_cancels_for_somebody(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        set_up(&app, &[("confirms", "yes"), ("asks_reason", "yes")]).await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        let mut desk = app.signed_in("desk@example.org").await;
        let home = format!("/team/people/{person}");
        desk.get(&home).await.says("Book an appointment").says("Their appointments here");
        let list = format!("{home}/appointments");
        desk.get(&list).await.says("No appointments here").says("Sam Rivers");
        let find = desk.get(&format!("{list}/find?service=")).await;
        find.says("Which service?").says("GP appointment").does_not_say("Tomorrow, 9am");
        let service = after(&find, "/appointments/find?service=").replace("%2D", "-");
        let find = format!("{list}/find?service={service}");
        let times = desk.get(&find).await;
        times.says("Tomorrow, 9am").says("Dr Lark, Riverside Surgery (in person)");
        let nothing = [("service", service.as_str()), ("reason", "A cough"), ("submission", NOBODY)];
        let wrong = desk.post_and_follow(&list, &nothing).await;
        wrong.says("There is a problem").says("id=\"slot-error\"").says("A cough");
        let slot = value_of(&times, "Tomorrow, 9am");
        let submission = after(&times, "name=\"submission\" value=\"");
        let fields = [("service", service.as_str()), ("slot", &slot), ("reason", "A cough"), ("submission", &submission)];
        for _ in 0..2 {
            let booked = desk.post_and_follow(&list, &fields).await;
            booked.says("The appointment is booked").says("Tomorrow, 9am").says(">Booked<").does_not_say("A cough");
            assert_eq!(booked.body.matches("\">Cancel it").count(), 1);
        }
        // A second one only for whoever says so.
        let again = [("service", service.as_str()), ("slot", &slot), ("submission", NOBODY)];
        let asked = desk.post_and_follow(&list, &again).await;
        asked.says("There is a problem").says("id=\"instead_of-error\"").says("In place of tomorrow, 9am").says("they need both");
        let again = [again.as_slice(), &[("instead_of", "second")]].concat();
        desk.post_and_follow(&list, &again).await.says("There is a problem").says("id=\"slot-error\"");
        // From another day on, with somebody, and the times behind those that are shown.
        let page = desk.get(&find).await;
        page.says("Later times").says("Dr Lark</label>").says("With whom?");
        let later = after(&page, "&amp;after=");
        desk.get(&format!("{find}&after={later}")).await.says("Which service?").does_not_say("Tomorrow, 9:30am");
        assert_eq!(desk.get(&format!("{find}&after={NOBODY}")).await.status, StatusCode::NOT_FOUND);
        let wrong = desk.get(&format!("{find}&from_day=31&from_month=2&from_year=2027")).await;
        wrong.says("Enter a real date").says("value=\"31\"").says("Tomorrow, 9:30am");
        let far = (tomorrow(&app) + Days::new(3)).to_string();
        let from = desk.get(&format!("{find}&from={far}")).await;
        assert!(!from.body.contains("Tomorrow, 9:30am") && from.body.matches("name=\"slot\"").count() == 20, "{}", from.body);
        desk.get(&format!("{find}&with={NOBODY}")).await.says("No time is free now");
        app.mailed_link("sam@example.org").await;
        let page = desk.get(&list).await;
        let links = page.body.split("href=\"").map(|rest| rest.split('"').next().unwrap());
        let cancel = links.into_iter().find(|link| link.starts_with(&list) && link.ends_with("/cancel")).unwrap().to_owned();
        desk.get(&cancel).await.says("Cancel the appointment").says("Sam Rivers");
        for _ in 0..2 {
            desk.post_and_follow(&cancel, &[("reason", "They rang")]).await.says("The appointment is cancelled").says(">Cancelled<");
        }
        assert_eq!(desk.get(&cancel).await.status, StatusCode::NOT_FOUND);
        desk.get(&find).await.says("Tomorrow, 9am");
        assert_eq!(desk.get(&format!("{list}/find?service={NOBODY}")).await.status, StatusCode::NOT_FOUND);
    }

    async fn an_earlier_time_is_booked_for_whoever_waits_in_place_of_what_they_have(place: &Place) {
        let app = TestApp::over(place);
        let [sam, una] =
            [app.person("999 000 0018", "Rivers", "Asthma").await, app.person("999 000 0026", "Stone", "Gout").await];
        let accounts = [app.account("sam@example.org", Some(sam)).await, app.account("una@example.org", Some(una)).await];
        set_up(&app, &[]).await;
        // Sam has the first time, and Una the second, and would like an earlier one.
        books(&app, accounts[0], sam, "").await;
        books(&app, accounts[1], una, "").await;
        let [citizen, waits] = accounts.map(|id| Actor::Account { id, assurance: Assurance::SecondStep });
        let first = appointment_of(&app, sam).await.parse().unwrap();
        let second = appointment_of(&app, una).await.parse().unwrap();
        app.services.appointments.wait_for_earlier(&waits, una, second, true).await.unwrap();
        app.services.appointments.cancel(&citizen, sam, first, "").await.unwrap();
        app.mailed_link("una@example.org").await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        let mut desk = app.signed_in("desk@example.org").await;
        let work = format!("/team/work/{}", after(&desk.get("/team").await, "href=\"/team/work/"));
        let page = desk.get(&work).await;
        page.says("Book it for them").says("9am");
        let find = format!("/team/people/{una}/appointments/find?");
        let find = format!("{find}{}", after(&page, &format!("href=\"{find}")).replace("&amp;", "&"));
        let times = desk.get(&find).await;
        times.says("Change an appointment").says("Tomorrow, 9:30am").says("This takes its place").says("checked");
        let slot = value_of(&times, "Tomorrow, 9am");
        assert!(times.body.contains(&format!("value=\"{slot}\" checked")), "the time that opened is chosen already");
        let [service, instead_of, submission] =
            ["service", "instead_of", "submission"].map(|name| after(&times, &format!("name=\"{name}\" value=\"")));
        let list = format!("/team/people/{una}/appointments");
        let nothing = [("service", service.as_str()), ("instead_of", &instead_of), ("reason", "Sooner"), ("submission", NOBODY)];
        desk.post_and_follow(&list, &nothing).await.says("id=\"slot-error\"").says("This takes its place").says("Sooner");
        let fields =
            [("service", service.as_str()), ("slot", &slot), ("instead_of", &instead_of), ("submission", &submission)];
        for _ in 0..2 {
            let done = desk.post_and_follow(&list, &fields).await;
            done.says("The appointment is changed").says("Tomorrow, 9am").says(">Cancelled<");
            assert_eq!(done.body.matches("\">Cancel it").count(), 1, "one of the two stands");
        }
        // Una waits no more for what she has, and her old time is free.
        desk.get("/team").await.says("Nothing waits");
        desk.get(&format!("{list}/find?service={service}")).await.says("Tomorrow, 9:30am").says("In place of tomorrow, 9am");
        // What is over in between is said, and somebody else's appointment is nobody's here.
        desk.get(&format!("{list}/find?service={service}&instead_of={instead_of}")).await.says("cannot be changed any more");
        let other = format!("/team/people/{sam}/appointments/find?service={service}&instead_of={instead_of}");
        for wrong in [other, format!("{list}/find?service={service}&instead_of={NOBODY}"), format!("{list}/find?instead_of=nonsense")] {
            assert_eq!(desk.get(&wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
        }
        app.mailed_link("una@example.org").await;
    }

    async fn what_is_cancelled_shows_first_who_is_affected(place: &Place) {
        let app = TestApp::over(place);
        let [sam, una] =
            [app.person("999 000 0018", "Rivers", "Asthma").await, app.person("999 000 0026", "Stone", "Gout").await];
        let accounts = [app.account("sam@example.org", Some(sam)).await, app.account("una@example.org", Some(una)).await];
        let mut boss = set_up(&app, &[]).await;
        books(&app, accounts[0], sam, "").await;
        let first = clinic(&app, &mut boss).await;
        let cancel = format!("{first}/cancel");
        let page = boss.get(&cancel).await;
        page.says("1 person has booked").says("Sam Rivers").says("Tomorrow, 9am").says("Cancel the clinic").does_not_say("Stone");
        // Somebody books while the manager reads.
        books(&app, accounts[1], una, "").await;
        let version = after(&page, "name=\"version\" value=\"");
        let stale = boss.post_and_follow(&cancel, &[("version", &version)]).await;
        stale.says("There is a problem").says("2 people have booked").says("Sam Stone");
        let version = after(&stale, "name=\"version\" value=\"");
        for _ in 0..2 {
            let done = boss.post_and_follow(&cancel, &[("version", &version)]).await;
            done.says("The clinic is cancelled").says("This clinic is cancelled").says("Nobody has booked");
            done.says("Whose appointment was cancelled here").says("Sam Rivers").says("Told by email").does_not_say("ring them");
        }
        assert_eq!(boss.get(&cancel).await.status, StatusCode::NOT_FOUND);
        boss.get(&format!("/team/diary?day={}", tomorrow(&app))).await.says("Cancelled").says("No clinics.");
        app.mailed_link("sam@example.org").await;
        app.mailed_link("una@example.org").await;

        // A day is closed at once where nobody has booked, and otherwise only after it was shown who has.
        let day = |days: u64| {
            let day = tomorrow(&app) + Days::new(days);
            ["%-d", "%-m", "%Y"].map(|part| day.format(part).to_string())
        };
        let fields = |[of_day, month, year]: [String; 3], seen: &str| {
            [("day_day", of_day), ("day_month", month), ("day_year", year), ("name", "Training day".to_owned()), ("seen", seen.to_owned())]
        };
        let close = async |boss: &mut Browser, days: u64, seen: &str| {
            let fields = fields(day(days), seen);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            boss.post_and_follow("/team/diary/closed/new", &fields).await
        };
        let wrong = boss.post_and_follow("/team/diary/closed/new", &[("day_day", "25"), ("day_month", "12"), ("day_year", "1999")]).await;
        wrong.says("id=\"day-error\"").says("id=\"name-error\"").says("value=\"1999\"");
        close(&mut boss, 2, "").await.says("The day is closed").says("Training day");
        books(&app, accounts[0], sam, "").await;
        let check = close(&mut boss, 1, "").await;
        check.says("Who is affected").says("Sam Rivers").says("Training day").says("It cannot be taken back");
        boss.get("/team/diary/closed/check").await.location();
        let stale = close(&mut boss, 1, "0-1-1").await;
        stale.says("There is a problem").says("Something has just changed").says("Sam Rivers").says("Training day");
        close(&mut boss, 1, &after(&stale, "name=\"seen\" value=\"")).await.says("The day is closed");
        boss.get(&format!("/team/diary?day={}", tomorrow(&app) + Days::new(1))).await.says("Closed: Training day").says("Cancelled");

        // Bank holidays are closed in one act.
        let holidays = boss.get("/team/diary/closed/holidays").await;
        let first = after(&holidays, "name=\"days\" type=\"checkbox\" value=\"");
        boss.get("/team/diary/closed/holidays?of=scotland").await.says("St Andrew");
        assert_eq!(boss.get("/team/diary/closed/holidays?of=france").await.status, StatusCode::NOT_FOUND);
        boss.post_and_follow("/team/diary/closed/holidays", &[("of", "scotland")]).await.says("Choose at least one day");
        boss.get("/team/diary/closed/holidays/check").await.location();
        let many = [("of", "england-and-wales"), ("days", first.as_str()), ("days", "2000-01-01")];
        boss.post_and_follow("/team/diary/closed/holidays", &many).await.says("1 day is closed");

        // A clinic that recurs is ended.
        books(&app, accounts[1], una, "").await;
        let settings = boss.get("/team/diary/settings").await;
        let end = format!("/team/diary/recurring/{}", after(&settings, "href=\"/team/diary/recurring/").replace("/change", "/end"));
        boss.get(&end).await.says("1 person has booked").says("Sam Stone");
        let stale = boss.post_and_follow(&end, &[("seen", "0-1-1")]).await;
        stale.says("There is a problem").says("Something has just changed").says("Sam Stone");
        let seen = after(&stale, "name=\"seen\" value=\"");
        for _ in 0..2 {
            boss.post_and_follow(&end, &[("seen", &seen)]).await.says("It has ended").says("None yet");
        }
        boss.get(&format!("/team/diary?day={}", tomorrow(&app) + Days::new(3))).await.says("Cancelled").says("No clinics.");
    }

    async fn a_manager_changes_what_is_there_and_of_two_the_second_is_told(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        let account = app.account("sam@example.org", Some(sam)).await;
        let mut boss = set_up(&app, &[("about", "Coughs & colds")]).await;
        books(&app, account, sam, "").await;
        app.staff("second@example.org", "Y90001", StaffRole::Manager).await;
        let (mut second, mut citizen) = (app.signed_in("second@example.org").await, app.signed_in("sam@example.org").await);
        let settings = boss.get("/team/diary/settings").await;
        let page_in = |of: &str| format!("/team/diary/{of}/{}", links(&settings, &format!("/team/diary/{of}/")));
        let [service, at, who] = ["services", "places", "practitioners"].map(page_in);

        // The forms show how it is.
        let page = boss.get(&service).await;
        page.says("Change a service</h1>").says("GP appointment (GP)").says("value=\"30\"").says("Coughs &amp; colds").says("value=\"at-once\" checked");
        page.says("People who have booked see the change at once").says("Those that are there keep the length").says("End this service");
        page.does_not_say("As it is now").does_not_say("What sort of service");
        let old = after(&page, "name=\"version\" value=\"");
        let form = [
            ("version", old.as_str()), ("name", "See a GP"), ("minutes", "40"), ("release", "days"), ("release_days", "14"),
            ("may_cancel", "no"), ("cancel_hours", "0"), ("confirms", "yes"),
        ];
        let wrong = boss.post_and_follow(&service, &[("version", &old), ("name", "See a GP"), ("minutes", "soon"), ("release", "days")]).await;
        wrong.says("There is a problem").says("id=\"minutes-error\"").says("id=\"release_days-error\"").says("value=\"soon\"");
        wrong.says("value=\"See a GP\"").says("value=\"days\" checked").does_not_say("As it is now").does_not_say("Coughs");
        for _ in 0..2 {
            let saved = boss.post_and_follow(&service, &form).await;
            saved.says("The change is saved").says("See a GP").says("GP, 40 minutes").says("Can be booked from 14 days before").says("people cannot cancel here");
        }
        // The other has the page from before; what they typed is kept, and beside it stands how it is.
        let late = second.post_and_follow(&service, &[("version", &old), ("name", "Doctor"), ("minutes", "10"), ("release", "at-once")]).await;
        late.says("There is a problem").says("Somebody else has just changed this").says("As it is now").says("value=\"Doctor\"").says("40 minutes");
        let now = after(&late, "name=\"version\" value=\"");
        second.post_and_follow(&service, &[("version", &now), ("name", "Doctor"), ("minutes", "10"), ("release", "at-once")]).await.says("The change is saved");
        boss.get("/team/diary/settings").await.says("Doctor").does_not_say("See a GP");

        let page = boss.get(&at).await;
        page.says("Change a place</h1>").says("value=\"TA1 1AA\"").says("1 Riverside Walk");
        let version = after(&page, "name=\"version\" value=\"");
        let wrong = boss.post_and_follow(&at, &[("version", &version), ("name", "Surgery"), ("postcode", "nowhere")]).await;
        wrong.says("id=\"postcode-error\"").says("id=\"address-error\"").says("value=\"nowhere\"");
        let form = [
            ("version", version.as_str()), ("name", "Riverside Surgery"), ("address", "2 Riverside Walk"), ("postcode", "TA1 1AB"),
            ("directions", "In by the green door"), ("phone", "01632 960002"),
        ];
        boss.post_and_follow(&at, &form).await.says("The change is saved").says("2 Riverside Walk, TA1 1AB");
        second.post_and_follow(&at, &[("version", &version), ("name", "Hub"), ("address", "3"), ("postcode", "TA1 1AC")]).await
            .says("Somebody else has just changed this").says("In by the green door").says("value=\"Hub\"");

        let page = boss.get(&who).await;
        page.says("Change somebody who holds clinics</h1>").says("value=\"Dr Lark\"");
        let version = after(&page, "name=\"version\" value=\"");
        boss.post_and_follow(&who, &[("version", &version), ("name", "Dr Lark")]).await.says("id=\"job-error\"");
        boss.post_and_follow(&who, &[("version", &version), ("name", "Dr Lark-Hill"), ("job", "Partner")]).await.says("The change is saved").says("Dr Lark-Hill");

        // Whoever has booked sees all of it.
        let appointment = format!("/appointments/{}", appointment_of(&app, sam).await);
        let page = citizen.get(&appointment).await;
        page.says("Doctor, Riverside Surgery").says("Dr Lark-Hill, Partner").says("2 Riverside Walk").says("In by the green door").says("tel:01632960002");
        // Nobody else changes anything.
        for (email, at_code, role) in [("desk@example.org", "Y90001", StaffRole::Reception), ("away@example.org", "Y9H01", StaffRole::Manager)] {
            app.staff(email, at_code, role).await;
            let mut other = app.signed_in(email).await;
            for page in [&service, &at, &who] {
                for path in [page.clone(), format!("{page}/end")] {
                    assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{email} {path}");
                    assert_eq!(other.post(&path, &form).await.status, StatusCode::NOT_FOUND, "{email} {path}");
                }
            }
        }
        for path in ["services", "places", "practitioners"] {
            assert_eq!(boss.get(&format!("/team/diary/{path}/{NOBODY}")).await.status, StatusCode::NOT_FOUND);
            assert_eq!(boss.get(&format!("/team/diary/{path}/nonsense/end")).await.status, StatusCode::NOT_FOUND);
        }
        let activity = app.services.activity.verify().await.unwrap();
        assert_eq!(activity.faults, Vec::<String>::new());
    }

    async fn what_ends_shows_first_what_ends_with_it_and_who_is_affected(place: &Place) {
        let app = TestApp::over(place);
        let [sam, una] =
            [app.person("999 000 0018", "Rivers", "Asthma").await, app.person("999 000 0026", "Stone", "Gout").await];
        let accounts = [app.account("sam@example.org", Some(sam)).await, app.account("una@example.org", Some(una)).await];
        let mut boss = set_up(&app, &[]).await;
        books(&app, accounts[0], sam, "").await;
        let settings = boss.get("/team/diary/settings").await;
        let at = format!("/team/diary/places/{}", links(&settings, "/team/diary/places/"));
        let end = format!("{at}/end");
        boss.get(&at).await.says(&format!("href=\"{end}\""));
        let page = boss.get(&end).await;
        page.says("End this place</h1>").says("Riverside Surgery").says("These clinics that recur end too").says("9am to 10am");
        page.says("clinics in the diary are cancelled").says("1 person has booked").says("Sam Rivers").says("It cannot be taken back");
        // Somebody books while the manager reads.
        books(&app, accounts[1], una, "").await;
        let seen = after(&page, "name=\"seen\" value=\"");
        let stale = boss.post_and_follow(&end, &[("seen", &seen)]).await;
        stale.says("There is a problem").says("Something has just changed").says("2 people have booked").says("Sam Stone");
        let seen = after(&stale, "name=\"seen\" value=\"");
        for _ in 0..2 {
            boss.post_and_follow(&end, &[("seen", &seen)]).await.says("It has ended").says(">Ended<").says("None yet");
        }
        for address in ["sam@example.org", "una@example.org"] {
            app.mailed_link(address).await;
        }
        assert_eq!(boss.get(&end).await.status, StatusCode::NOT_FOUND);
        assert_eq!(boss.get(&at).await.status, StatusCode::NOT_FOUND);
        boss.get(&format!("/team/diary?day={}", tomorrow(&app))).await.says("Cancelled").says("No clinics.");
        // With no place left nothing can be added, and the others end by themselves.
        boss.get("/team/diary/recurring/new").await.says("Add a service, a place and somebody who holds clinics first");
        for (of, words) in [("services", "End this service"), ("practitioners", "End their clinics")] {
            let end = format!("/team/diary/{of}/{}/end", links(&settings, &format!("/team/diary/{of}/")));
            let page = boss.get(&end).await;
            page.says(words).says("no clinic needs it").says("Nobody has booked");
            let seen = after(&page, "name=\"seen\" value=\"");
            boss.post_and_follow(&end, &[("seen", &seen)]).await.says("It has ended");
        }
        let again = [("name", "Riverside Surgery"), ("address", "1"), ("postcode", "TA1 1AA")];
        boss.post_and_follow("/team/diary/places/new", &again).await.says("id=\"name-error\"").says("or there was one");
    }

    async fn a_closed_day_is_opened_again_and_its_page_says_what_stays_cancelled(place: &Place) {
        let app = TestApp::over(place);
        let mut boss = set_up(&app, &[]).await;
        let day = tomorrow(&app);
        let [of_day, month, year] = ["%-d", "%-m", "%Y"].map(|part| day.format(part).to_string());
        let fields = [("day_day", of_day.as_str()), ("day_month", &month), ("day_year", &year), ("name", "Training day")];
        let closed = boss.post_and_follow("/team/diary/closed/new", &fields).await;
        let open = format!("/team/diary/closed/open?day={day}");
        closed.says("The day is closed").says(&format!("href=\"{open}\""));
        boss.get(&open).await.says("Open a day again</h1>").says("Training day").says("Clinics that were cancelled stay cancelled");
        let opened = boss.post_and_follow("/team/diary/closed/open", &[("day", &day.to_string())]).await;
        opened.says("The day is open again").says("0 more clinics are in the diary now").says("No day is closed");
        boss.post_and_follow("/team/diary/closed/open", &[("day", &day.to_string())]).await.says("The day is open again");
        boss.get(&format!("/team/diary?day={day}")).await.says("Cancelled").does_not_say("Closed:");
        // Dr Lark holds a clinic at nine on every other day.
        add_service(&mut boss, "Nurse", "nurse", &[]).await;
        let wrong = add_clinic(&mut boss, "Nurse").await;
        wrong.says("There is a problem").says("id=\"practitioner-error\"").says("They hold another clinic at that time on");
        // On this one it was cancelled, so that a clinic that is added now is held on it.
        let only = ["from", "until"].map(|end| [(format!("{end}_day"), &of_day), (format!("{end}_month"), &month), (format!("{end}_year"), &year)]);
        let only: Vec<(&str, &str)> = only.iter().flatten().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        add_clinic_from(&mut boss, "Nurse", &only).await.says("The clinic was added");
        boss.get(&format!("/team/diary?day={day}")).await.says("1 clinic").says("2 free, 0 taken");
        assert_eq!(boss.get(&open).await.status, StatusCode::NOT_FOUND);
        for wrong in ["", "nonsense", "1999-01-01"] {
            assert_eq!(boss.get(&format!("/team/diary/closed/open?day={wrong}")).await.status, StatusCode::NOT_FOUND, "{wrong}");
            assert_eq!(boss.post("/team/diary/closed/open", &[("day", wrong)]).await.status, StatusCode::NOT_FOUND, "{wrong}");
        }
    }

    async fn the_counts_are_of_the_practices_own_people_and_bookings(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        let una = app.person("999 000 0026", "Stone", "Gout").await;
        app.person("999 000 0034", "Brook", "Eczema").await;
        let mut boss = set_up(&app, &[]).await;
        let none = boss.get("/team/uptake").await;
        none.says("Riverside Surgery").says("0.0%").says("Below 10%").does_not_say("Rivers,").does_not_say("Stone");
        let account = app.account("sam@example.org", Some(sam)).await;
        app.account("una@example.org", Some(una)).await;
        app.signed_in("sam@example.org").await;
        books(&app, account, sam, "").await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        let mut desk = app.signed_in("desk@example.org").await;
        let list = format!("/team/people/{una}/appointments");
        let find = desk.get(&format!("{list}/find")).await;
        let service = after(&find, "/appointments/find?service=").replace("%2D", "-");
        let times = desk.get(&format!("{list}/find?service={service}")).await;
        let slot = value_of(&times, "Tomorrow, 9:30am");
        let fields = [("service", service.as_str()), ("slot", &slot), ("submission", NOBODY)];
        desk.post_and_follow(&list, &fields).await.says("The appointment is booked");
        let clinic = clinic(&app, &mut desk).await;
        at_nine(&app);
        let (mut desk, mut boss) = (app.signed_in("desk@example.org").await, app.signed_in("boss@example.org").await);
        let page = desk.get(&clinic).await;
        desk.post_and_follow(&format!("{clinic}/note"), &note(&seen(&page), "noshow")).await.says("did not come");
        let account = app.services.accounts.find(&Actor::Operator, "boss@example.org").await.unwrap().id;
        let at = app.services.organisations.by_code(&Actor::Operator, "Y90001").await.unwrap().id;
        let staff = app.services.care_team.staff(&Actor::Operator, at).await.unwrap();
        let member = staff.iter().find(|one| one.role == StaffRole::Manager).unwrap().member;
        let manager = Actor::Staff { id: account, assurance: Assurance::SecondStep, member };
        let uptake = app.services.diary.uptake(&manager).await.unwrap();
        assert_eq!((uptake.people, uptake.linked, uptake.active), (3, 2, 1));
        assert_eq!((uptake.by_self, uptake.by_carer, uptake.by_team, uptake.missed), (1, 0, 1, 1));
        boss.get("/team/uptake").await.says("33.3%").says("At or above 10%");
        // After 90 days what was done then counts no more.
        app.clock.advance(TimeDelta::days(92));
        let later = app.services.diary.uptake(&manager).await.unwrap();
        assert_eq!((later.people, later.linked, later.active), (3, 2, 0));
        assert_eq!((later.booked(), later.missed), (0, 0));
    }
}
