//! Guided weeks, as browsers without script use them.

use crate::common::{Answer, Browser, TestApp};
use axum::http::{StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::audit::{Action, Basis};
use domain::team::StaffRole;
use service::InviteForm;
use testkit::Place;

const SAM: &str = "sam@example.org";
const ANN: &str = "ann@example.org";
const GP: &str = "gp@example.org";
const DESK: &str = "desk@example.org";
const STRANGER: &str = "stranger@example.org";

/// The value of the first hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

/// The first address on a page that begins so and goes on.
#[track_caller]
fn link(page: &Answer, begins: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("href=\"{begins}")).unwrap_or_else(|| panic!("no {begins} in {}", page.body));
    format!("{begins}{}", rest.split('"').next().unwrap())
}

struct Town {
    app: TestApp,
    sam: PersonId,
    sam_actor: Actor,
}

async fn town(place: &Place) -> Town {
    let app = TestApp::over(place);
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    let account = app.account(SAM, Some(sam)).await;
    app.staff(GP, "Y90001", StaffRole::Clinician).await;
    app.staff(DESK, "Y90001", StaffRole::Reception).await;
    let other = app.person("999 000 0026", "Stone", "Gout").await;
    app.account(STRANGER, Some(other)).await;
    Town { app, sam, sam_actor: Actor::Account { id: account, assurance: Assurance::SecondStep } }
}

impl Town {
    fn set(&self, when: &str) {
        self.app.clock.set(when.parse::<DateTime<Utc>>().unwrap());
    }

    /// Somebody who signs in at this moment.
    async fn at(&self, when: &str, who: &str) -> Browser {
        self.set(when);
        self.app.signed_in(who).await
    }
}

async fn begin(browser: &mut Browser, protocol: &str, answers: &[(&str, &str)]) -> Answer {
    let page = browser.get(&format!("/weeks/new/{protocol}")).await;
    let (submission, mut fields) = (hidden(&page, "submission"), vec![("sent", "1")]);
    fields.push(("submission", submission.as_str()));
    fields.extend(answers);
    browser.post_and_follow(&format!("/weeks/new/{protocol}"), &fields).await
}

const BEGIN: [(&str, &str); 4] = [("first", "today"), ("length", "7"), ("times", "8am, 8pm"), ("how", "mail")];

/// Sends the form of the page of a week with these numbers.
async fn record(browser: &mut Browser, week: &str, answers: &[(&str, &str)]) -> Answer {
    let page = browser.get(week).await;
    let (submission, protocol) = (hidden(&page, "submission"), hidden(&page, "protocol"));
    let mut fields = vec![("submission", submission.as_str()), ("protocol", protocol.as_str()), ("waited", "true")];
    fields.extend(answers);
    browser.post_and_follow(week, &fields).await
}

/// A week that is begun on the first of these days of November, measured in on both, and ended: its page.
async fn measured(town: &Town, protocol: &str, days: [(&str, &[(&str, &str)]); 2]) -> Answer {
    let mut sam = town.at(&format!("2026-11-{}T10:00:00Z", days[0].0), SAM).await;
    begin(&mut sam, protocol, &[("first", "today"), ("length", "7"), ("times", "8am"), ("how", "")]).await.says("You have begun");
    let week = link(&sam.get("/weeks").await, "/weeks/0");
    for (day, answers) in days {
        sam = town.at(&format!("2026-11-{day}T10:05:00Z"), SAM).await;
        record(&mut sam, &week, answers).await.does_not_say("There is a problem");
    }
    let page = format!("{week}/end");
    let version = hidden(&sam.get(&page).await, "version");
    sam.post_and_follow(&page, &[("version", &version), ("act", "end")]).await
}

fn both<'a>(first: &'a str, second: &'a str) -> [(&'static str, &'a str); 4] {
    [("systolic", first), ("diastolic", second), ("systolic_2", first), ("diastolic_2", second)]
}

testkit::both_engines! {
    async fn in_easy_words_a_week_says_what_to_do_and_loses_no_step(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T09:00:00Z", SAM).await;
        sam.post("/account/display", &[("settings", "easy-read")]).await;
        let page = begin(&mut sam, "blood-pressure", &BEGIN).await;
        page.says("You have begun").says("Day 1 of 7").says("sh-easy-picture").says("Write each number in its box.");
        page.says("Now: morning").says("First reading").says("Now wait at least 1 minute").says("href=\"tel:999\"");
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        let page = record(&mut sam, &week, &both("186", "112")).await;
        page.says("It is saved").says("Your blood pressure is still very high").says("call 111").says("chest pain");
        sam.post("/account/display", &[]).await;
        sam.get(&week).await.does_not_say("sh-easy-");
    }

    async fn a_week_of_blood_pressure_from_the_first_page_to_the_result(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T09:00:00Z", SAM).await;
        sam.get("/readings").await.says("Measure for a week, or keep a diary");
        assert_eq!(sam.get("/week").await.location(), "/weeks");
        sam.get("/weeks").await.says("Blood pressure week").says("Falls diary").does_not_say("Going on now");
        let page = sam.get("/weeks/new/blood-pressure").await;
        page.says("Wait at least 1 minute, still sitting").says("We leave out the first day").says("NICE NG136, 1.1 and 1.2.7").says("value=\"8am, 8pm\"");
        sam.get("/weeks/blank/blood-pressure").await.says("Morning, 1 (mmHg)").says("Day 7").says("Blood pressure (mmHg): top number / bottom number")
            .says("If the top number is 180 or higher, or the bottom number is 120 or higher").says("Call 999 now if you also have chest pain").says("call 111");
        sam.get("/weeks/blank/blood-sugar").await.says("If it is below 4").says("5 jelly babies").says("If it is above 11").says("If it is 30 or more");
        sam.get("/weeks/blank/weight").await.does_not_say("999 now if");
        // However large its words, each line to write on stays beside what goes on it.
        for (diary, words) in [
            ("blood-pressure", "Name: ________________________"), ("blood-pressure", "NHS number: ____________________"),
            ("falls", "First day: ________________"), ("falls", "Last day: ________________"),
        ] {
            sam.get(&format!("/weeks/blank/{diary}")).await.says(&format!("<span class=\"sh-diary__blank\">{words}</span>"));
        }
        let wrong = [("first", "today"), ("length", "7"), ("times", "8am & 11pm"), ("how", "mail")];
        let page = begin(&mut sam, "blood-pressure", &wrong).await;
        page.says("There is a problem").says("href=\"#times\"").says("8am &amp; 11pm");
        let page = begin(&mut sam, "blood-pressure", &[("first", "today"), ("length", "7"), ("times", "8am, 11pm"), ("how", "mail")]).await;
        page.says("11pm is at night");
        let page = begin(&mut sam, "blood-pressure", &BEGIN).await;
        page.says("You have begun").says("Day 1 of 7").says("Now: morning").says("First reading").says("Now wait at least 1 minute");
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        // What is wrong stands beside its field, and what was typed is kept.
        let page = record(&mut sam, &week, &[("systolic", "142"), ("diastolic", "88"), ("systolic_2", "14o"), ("diastolic_2", "87")]).await;
        page.says("There is a problem").says("href=\"#systolic_2\"").says("Reading 2. Top number: Use numbers only").says("value=\"14o\"").says("value=\"142\"");
        page.does_not_say("142/88");
        let page = record(&mut sam, &week, &both("186", "112")).await;
        page.says("It is saved").says("Your blood pressure is still very high").says("call 111").says("chest pain");
        page.says("186/112").says("Morning: done").says("Next: this evening, from 2pm").says("For a result 3 whole days more are needed");
        for day in 3..=6 {
            let mut sam = town.at(&format!("2026-11-{day:02}T19:00:00Z"), SAM).await;
            let evening = [both("134", "81").as_slice(), &[("pulse_value", "70"), ("pulse_value_2", "73")]].concat();
            record(&mut sam, &week, &evening).await.says("Evening: done").says("(pulse 70)");
            if day < 6 {
                let mut sam = town.at(&format!("2026-11-{:02}T07:00:00Z", day + 1), SAM).await;
                // One pulse after being active is kept, and counts in no average.
                let active: &[(&str, &str)] = if day == 4 { &[("pulse_value", "150"), ("pulse_activity", "active")] } else { &[] };
                let morning = [both("141", "90").as_slice(), active].concat();
                record(&mut sam, &week, &morning).await.says("Morning: done");
            }
        }
        let mut sam = town.at("2026-11-06T19:30:00Z", SAM).await;
        sam.get(&week).await.does_not_say("Sunday 8 November").says("There is enough for a result: 3 whole days that count").says("Monday 9 November").does_not_say("138/86").does_not_say("leptos-island");
        assert_eq!(sam.get(&format!("{week}/observation")).await.status, StatusCode::OK, "it is valid already");
        let page = sam.get(&format!("{week}/end")).await;
        page.says("You have enough for a result").says("We stop reminding you");
        let version = hidden(&page, "version");
        sam.post_and_follow(&format!("{week}/end"), &[("version", &version), ("act", "pause")]).await.says("It is paused");
        let page = sam.get(&format!("{week}/end")).await;
        let stale = sam.post_and_follow(&format!("{week}/end"), &[("version", &version), ("act", "end")]).await;
        stale.says("There is a problem").says("changed this meanwhile");
        let version = hidden(&page, "version");
        let page = sam.post_and_follow(&format!("{week}/end"), &[("version", &version), ("act", "end")]).await;
        page.says("It has ended").says("138/86 mmHg").says("below 135/85 mmHg").says("people under 80").says("Your average is above the target");
        page.says("12 readings on 3 days").says("The pulse was 72 beats a minute on average, from 6 readings").says("rounded to whole numbers").says("(left out)").says("sh-chart").says("NICE NG136, 1.2 and 1.4");
        // No danger is told that is none, and the chart says from how many of its readings the result is.
        page.says("nhsuk-heading-s\">Your average is above the target").says("The result is worked out from 12 of them.");
        // The chart has the target behind it, and each reading can be read by itself.
        page.says("The target for the average is below 135 over 85. The green marks show it, one for each number.");
        page.says("sh-chart__label--wanted").says("leptos-island").says("data-spots").says("Tuesday 3 November 2026, ");
        for told in [": 186/112 mmHg", ": 134/81 mmHg", ": 141/90 mmHg"] {
            page.says(told);
        }
        let mut gp = town.app.signed_in(GP).await;
        let theirs = format!("/team/people/{}/weeks", town.sam);
        let one = link(&gp.get(&theirs).await, &format!("{theirs}/0"));
        gp.get(&one).await.says("leptos-island").says(": 186/112 mmHg").says("The green marks show it");
        let whose = "Sam Rivers. Born 31 March 1980. NHS number 999 000 0018";
        sam.get(&week).await.says(whose).says("sh-print-only");
        // On paper that line alone says the name.
        gp.get(&one).await.says(whose).says("sh-heading__whose\">Sam Rivers");
        let file = sam.get(&format!("{week}/observation")).await;
        assert_eq!(file.headers[header::CONTENT_TYPE], "application/fhir+json");
        file.says("413606001").says("413605002").says("\"value\": 138").says("9990000018");
        sam.get(&format!("{week}/print")).await.says("Sam Rivers").says("born 31 March 1980").says("NHS number 999 000 0018").says("138/86 mmHg").says("nobody has checked it")
            .says("134/81 (pulse 70), 134/81 (pulse 73)").says("with the pulse in beats a minute").says("The green marks show it").does_not_say("leptos-island");
        assert_eq!(sam.get(&format!("{week}/end")).await.status, StatusCode::NOT_FOUND);
        sam.get("/weeks").await.says("Before").says("3 to 6 November 2026").says("See the result");
        let newest = sam.get("/activity?own=yes").await;
        newest.says("downloaded the average of a week of blood pressure");
        sam.get(&link(&newest, "/activity?own=yes&amp;before=").replace("&amp;", "&")).await.says("began to measure something for some days");
        // What a care team sets later is none of this week, and the page says that it has.
        sam.get(&week).await.says("A care team may set another").does_not_say("Since then the care team");
        let mut gp = town.at("2026-11-07T09:00:00Z", GP).await;
        let target = [("first_high", "130"), ("second_high", "80"), ("version", "0"), ("why", "We agreed")];
        gp.post_and_follow(&format!("/team/people/{}/targets/blood-pressure", town.sam), &target).await.says("The target is set");
        let mut sam = town.at("2026-11-07T09:05:00Z", SAM).await;
        let page = sam.get(&week).await;
        page.says("people under 80").says("Since then the care team has set this target: ").does_not_say("A care team may set another");
    }

    async fn an_empty_diary_says_its_units_and_its_scale(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T09:00:00Z", SAM).await;
        for (diary, says) in [
            ("weight", "Weight (kg)"),
            ("peak-flow", "Morning, 3 blows (L/min)"),
            ("blood-sugar", "Before breakfast (mmol/L)"),
            ("blood-sugar-profile", "2 hours after lunch (mmol/L)"),
            ("mood", "Mood (out of 5)"),
            ("mood", "1 = Very low, 2 = Low, 3 = Neither low nor good, 4 = Good, 5 = Very good."),
            ("mood", "What made it so?"),
            ("falls", "Were you hurt? Circle one"),
            ("falls", "Yes, and I hit my head"),
            ("falls", "For 28 days. "),
        ] {
            sam.get(&format!("/weeks/blank/{diary}")).await.says(says);
        }
        // A fall has a line, and a day has none; what is measured has one number of no scale.
        sam.get("/weeks/blank/falls").await.does_not_say("Day 1").does_not_say("Circle one number");
        sam.get("/weeks/blank/weight").await.says("Day 14").does_not_say("Circle one number");
        // What there is to do about one thing stays together, and each source is said once.
        let page = sam.get("/weeks/blank/blood-sugar").await;
        assert_eq!(page.body.matches("class=\"sh-diary__what\"").count(), 4);
        assert_eq!(page.body.matches("NHS: Low blood sugar (hypoglycaemia)").count(), 1);
    }

    async fn an_empty_diary_in_large_print_says_nothing_twice(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T09:00:00Z", SAM).await;
        let times = |page: &Answer, words: &str| page.body.matches(words).count();
        let again = "for the same signs as just above.";
        for (large, said, same) in [(false, 2, 0), (true, 1, 1)] {
            if large {
                sam.post("/account/display", &[("settings", "large-text")]).await;
            }
            for (diary, signs) in [("blood-pressure", "sudden swelling of face"), ("blood-sugar", "your blood ketones are over 3")] {
                let page = sam.get(&format!("/weeks/blank/{diary}")).await;
                assert_eq!((times(&page, signs), times(&page, again)), (said, same), "{diary}, large: {large}: {}", page.body);
            }
            // The caption says the unit, and else each line too.
            let page = sam.get("/weeks/blank/blood-sugar").await;
            page.says("Blood sugar (mmol/L)").says("Before breakfast").says("At bedtime");
            assert_eq!(page.body.contains("Before breakfast (mmol/L)"), !large, "{}", page.body);
        }
        // Signs that are not those above stand whole, and so does the unit of a diary with a line for each day.
        sam.get("/weeks/blank/falls").await.says("Call 999 now</strong> if somebody was knocked out").says("Call 999 now</strong> if you cannot get up").does_not_say(again);
        sam.get("/weeks/blank/weight").await.says("Weight (kg)");
    }

    async fn a_pulse_typed_with_a_reading_of_a_week_is_checked_kept_and_advised_on(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T09:00:00Z", SAM).await;
        let page = begin(&mut sam, "blood-pressure", &BEGIN).await;
        page.says("Pulse, if your monitor shows it").says("id=\"pulse_value_2\"").does_not_say("with the pulse in beats a minute");
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        let wrong = [both("132", "82").as_slice(), &[("pulse_value", "72"), ("pulse_value_2", "quick")]].concat();
        let page = record(&mut sam, &week, &wrong).await;
        page.says("There is a problem").says("href=\"#pulse_value_2\"").says("Reading 2. Pulse: ").says("value=\"quick\"").says("value=\"72\"");
        let odd = [both("132", "82").as_slice(), &[("pulse_value", "72"), ("pulse_value_2", "128")]].concat();
        let page = record(&mut sam, &week, &odd).await;
        page.says("It is saved").says("This pulse is outside the usual range").says("(pulse 72)").says("(pulse 128)");
        sam.get("/readings/pulse").await.says("128 beats a minute");
    }

    async fn a_carer_helps_a_gp_looks_and_nobody_else_finds_anything(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T09:00:00Z", SAM).await;
        begin(&mut sam, "blood-pressure", &BEGIN).await.says("You have begun");
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        let ann = town.app.account(ANN, None).await;
        let form = InviteForm {
            email: ANN.to_owned(),
            name: "Ann Near".to_owned(),
            relation: "sister".to_owned(),
            scopes: "READ".to_owned(),
            submission: town.app.services.core.new_id().to_string(),
            ..InviteForm::default()
        };
        let invited = town.app.services.carers.invite(&town.sam_actor, town.sam, &form).await.unwrap();
        let mailed = town.app.mailed_link(ANN).await;
        let actor = Actor::Account { id: ann, assurance: Assurance::SecondStep };
        town.app.services.carers.accept(&actor, mailed.split_once("token=").unwrap().1, &invited.code).await.unwrap();
        let mut ann = town.app.signed_in(ANN).await;
        ann.post("/acting", &[("person", &town.sam.to_string())]).await;
        record(&mut ann, &week, &[("systolic", "142"), ("diastolic", "88"), ("systolic_2", ""), ("diastolic_2", "")]).await
            .says("The first reading is saved").says("142/88");
        // On paper she reads no more of who it is than elsewhere.
        let paper = ann.get(&format!("{week}/print")).await;
        paper.says("Sam Rivers").does_not_say("31 March 1980").does_not_say("999 000 0018");
        // How the person is reminded is theirs to choose; she can be reminded beside them.
        ann.get(&week).await.says("Be reminded too").does_not_say("Change reminders");
        let reminders = format!("{week}/reminders");
        ann.get(&reminders).await.says("Email me when it is time to measure").says("8am, 8pm").does_not_say("name=\"times\"");
        assert_eq!(ann.post(&reminders, &[("version", "1"), ("times", "9am"), ("how", "mail")]).await.status, StatusCode::NOT_FOUND);
        ann.post_and_follow(&reminders, &[("too", "1"), ("wants", "true")]).await.says("Your choice is saved").says("by email");
        ann.post_and_follow(&reminders, &[("too", "1")]).await.says("Your choice is saved").says("Be reminded too");
        assert_eq!(sam.post(&reminders, &[("too", "1"), ("wants", "true")]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(ann.get(&format!("{week}/observation")).await.status, StatusCode::NOT_FOUND);
        // Whoever does not see the details of the person is told their name alone, on paper too.
        let paper = ann.get(&format!("{week}/print")).await;
        paper.says("Sam Rivers</bdi>").does_not_say("31 March 1980").does_not_say("999 000 0018");
        ann.get("/weeks/new/weight").await.says("Only Sam Rivers can choose to be reminded");
        sam.get(&format!("{week}/reminders")).await.says("value=\"8am, 8pm\"");
        let mut gp = town.app.signed_in(GP).await;
        let patient = format!("/team/people/{}", town.sam);
        gp.get(&format!("{patient}/readings")).await.says("Their weeks and diaries");
        let page = gp.get(&format!("{patient}/weeks")).await;
        page.says("Nobody has checked it").says("Day 1 of 7");
        let one = link(&page, &format!("{patient}/weeks/0"));
        gp.get(&one).await.says("142/88 (1 of 2)").says("So far: 0 whole days that count").does_not_say("name=\"systolic\"");
        let mut desk = town.app.signed_in(DESK).await;
        assert_eq!(desk.get(&one).await.status, StatusCode::NOT_FOUND);
        assert_eq!(desk.get(&format!("{patient}/weeks")).await.status, StatusCode::NOT_FOUND);
        let mut stranger = town.app.signed_in(STRANGER).await;
        for page in ["", "/print", "/end", "/reminders", "/best", "/observation"] {
            let other = stranger.get(&format!("{week}{page}")).await;
            assert_eq!(other.status, StatusCode::NOT_FOUND, "{page}");
            other.does_not_say("142/88");
        }
        assert_eq!(stranger.post(&week, &[("protocol", "blood-pressure")]).await.status, StatusCode::NOT_FOUND);
        for odd in ["/weeks/nonsense", "/weeks/new/nonsense", "/weeks/blank/nonsense"] {
            assert_eq!(sam.get(odd).await.status, StatusCode::NOT_FOUND, "{odd}");
        }
    }

    async fn after_a_very_high_first_reading_one_time_to_wait_stands_there(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T09:00:00Z", SAM).await;
        begin(&mut sam, "blood-pressure", &BEGIN).await.says("You have begun");
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        let one = |top, bottom| [("systolic", top), ("diastolic", bottom), ("systolic_2", ""), ("diastolic_2", "")];
        let page = record(&mut sam, &week, &one("190", "112")).await;
        page.says("it quietly for 5 minutes and measure again").says("The first reading is saved. First do what it says at the top");
        page.does_not_say("Wait at least 1 minute");
        // The next, after that, is the second of the two.
        town.app.clock.advance(TimeDelta::minutes(6));
        record(&mut sam, &week, &one("150", "92")).await.says("Morning: done");
        // A usual one of another day has the wait of the guideline alone.
        let mut sam = town.at("2026-11-04T20:00:00Z", SAM).await;
        let page = record(&mut sam, &week, &one("142", "88")).await;
        page.says("Wait at least 1 minute after it, still sitting").does_not_say("it quietly for 5 minutes");
    }

    async fn while_it_is_to_be_measured_again_the_form_is_there_and_what_does_not_count_says_why(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T09:00:00Z", SAM).await;
        begin(&mut sam, "blood-pressure", &BEGIN).await.says("You have begun");
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        let two = [("systolic", "150"), ("diastolic", "92"), ("systolic_2", "186"), ("diastolic_2", "122")];
        let page = record(&mut sam, &week, &two).await;
        page.says("measure again").says("Now: measure again").says("The 2 readings for the average are saved");
        page.does_not_say("Morning: done").does_not_say("Add what you took at another time").does_not_say("Second reading");
        town.app.clock.advance(TimeDelta::minutes(6));
        let page = record(&mut sam, &week, &[("systolic", "148"), ("diastolic", "91")]).await;
        page.says("Morning: done").does_not_say("Now: measure again").says("(does not count, taken after the 2 that count: ");
        // Between what stands in a row there is no more than a comma.
        let (marks, comma) = (page.body.replace("<!>", ""), "150/92</a>, <a href=\"/readings/blood-pressure/");
        assert!(marks.contains(comma) && marks.contains("148/91</a>)"), "{marks}");
        sam.get(&format!("{week}/print")).await.says("150/92, 186/122 (does not count, taken after the 2 that count: 148/91)");
    }

    async fn a_week_begun_in_the_evening_misses_no_morning_of_that_day(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T20:00:00Z", SAM).await;
        begin(&mut sam, "blood-pressure", &BEGIN).await.says("You have begun").says("Before it began").does_not_say("Missing");
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        sam.get(&format!("{week}/print")).await.says("Before it began").does_not_say("Missing");
        let mut sam = town.at("2026-11-04T20:00:00Z", SAM).await;
        sam.get(&week).await.says("Before it began").says("Missing");
    }

    async fn what_was_measured_earlier_and_is_typed_late_says_what_to_do(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T20:00:00Z", SAM).await;
        sam.get("/weeks").await.says("Nobody is watching");
        begin(&mut sam, "blood-pressure", &BEGIN).await.says("You have begun").says("Nobody is watching");
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        let this_morning = [("systolic", "190"), ("diastolic", "125"), ("systolic_2", ""), ("diastolic_2", ""), ("time", "8:30am")];
        let page = record(&mut sam, &week, &this_morning).await;
        page.says("It is saved").says("This blood pressure is very high").says("This is about 190/125, written down for").says("Measure again now");
        let page = record(&mut sam, &week, &[("systolic", "131"), ("diastolic", "82"), ("systolic_2", ""), ("diastolic_2", "")]).await;
        page.says("It is saved").does_not_say("very high").says("The first reading is saved");
        // An hour later it is no first of two any more.
        let mut sam = town.at("2026-11-03T21:00:00Z", SAM).await;
        sam.get(&week).await.says("131/82 was more than 30 minutes ago").says("measure twice again").says("Second reading");
        // Nobody watches a reading by itself either, and it says so.
        let submission = hidden(&sam.get("/readings/pulse/new").await, "submission");
        let page = sam.post_and_follow("/readings/pulse/new", &[("value", "150"), ("submission", &submission)]).await;
        page.says("This pulse is far outside the usual range").says("Nobody is watching what you record here");
        // A care team is told of it, and says what to do.
        let mut gp = town.app.signed_in(GP).await;
        let (at, submission) = (format!("/team/people/{}", town.sam), town.app.services.core.new_id().to_string());
        let rule = [
            ("kind", "single"), ("measure", "blood-pressure"), ("colour", "red"), ("side", "above"), ("first", "170"),
            ("words", "Ring us at once"), ("why", "Your heart"), ("submission", submission.as_str()),
        ];
        gp.post_and_follow(&format!("{at}/rules"), &rule).await.says("The rule is on");
        let target = [("first_low", "110"), ("first_high", "150"), ("version", "0"), ("why", "Your age")];
        gp.post_and_follow(&format!("{at}/targets/blood-pressure"), &target).await.says("The target is set");
        let mut sam = town.at("2026-11-03T22:00:00Z", SAM).await;
        let page = record(&mut sam, &week, &both("176", "104")).await;
        page.says("What Riverside Surgery asks you to do").says("Ring us at once").says("is told when blood pressure is not as agreed");
        page.does_not_say("Nobody is watching what you record here");
        sam.get("/weeks").await.says("is told when something is not as agreed").does_not_say("Nobody is watching what you record here");
        // What is shown beside the result is theirs, and the other number's is not.
        for day in 4..=6 {
            for time in ["07", "19"] {
                let mut sam = town.at(&format!("2026-11-{day:02}T{time}:00:00Z"), SAM).await;
                record(&mut sam, &week, &both("106", "70")).await.says("It is saved");
            }
        }
        let mut sam = town.at("2026-11-06T20:00:00Z", SAM).await;
        let page = end(&mut sam, &week).await;
        page.says("top number 110 to 150, as the care team set it").says("none for the bottom number").says("below 85");
        page.says("Your average is lower than your care team wants it").does_not_say("Go on as you are");
    }

    async fn a_blood_sugar_after_a_meal_is_not_the_one_before_breakfast(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T10:00:00Z", SAM).await;
        begin(&mut sam, "blood-sugar", &[("first", "today"), ("length", "7"), ("times", "8am"), ("how", "")]).await;
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        record(&mut sam, &week, &[("value", "11.2"), ("meal", "after")]).await.says("(90 minutes or more after a meal)").says("Now: before breakfast");
        sam.get(&format!("{week}/print")).await.says("Now. 11.2 mmol/L (90 minutes or more after a meal)");
        record(&mut sam, &week, &[("value", "6.1"), ("meal", "waking")]).await.says("6.1 mmol/L");
        sam.get(&format!("{week}/print")).await.says("6.1 mmol/L, 11.2 mmol/L (90 minutes or more after a meal)").does_not_say("Now. ");
    }

    async fn a_blood_sugar_diary_can_ask_for_after_meals_too(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T08:00:00Z", SAM).await;
        sam.get("/weeks/new/blood-sugar").await.says("Choose when you measure").says("href=\"/weeks/new/blood-sugar-profile\"");
        sam.get("/weeks/new/weight").await.does_not_say("Choose when you measure");
        let page = sam.get("/weeks/new/blood-sugar-profile").await;
        page.says("7 times a day").says("href=\"/weeks/new/blood-sugar\"").says("value=\"8am, 10am, 12:30pm, 2:30pm, 6pm, 8pm, 9:30pm\"");
        sam.get("/weeks/blank/blood-sugar-profile").await.says("2 hours after the evening meal").says("At bedtime").says("If it is below 4");
        sam.get("/weeks/paper/blood-sugar-profile/2026-11-01").await.says("2 hours after breakfast").says("name=\"line21_time\"");
        let answers = [("first", "today"), ("length", "7"), ("times", "8am, 10am"), ("how", "mail")];
        begin(&mut sam, "blood-sugar-profile", &answers).await.says("You have begun").says("Now: before breakfast");
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        sam.get("/weeks").await.does_not_say("href=\"/weeks/new/blood-sugar\"");
        begin(&mut sam, "blood-sugar", &answers).await.says("There is a problem").says("doing this already");
        let mut sam = town.at("2026-11-03T10:30:00Z", SAM).await;
        let page = sam.get(&week).await;
        page.says("Now: 2 hours after breakfast").says("What is missing").says("Tuesday 3 November, before breakfast");
        record(&mut sam, &week, &[("value", "8.2"), ("meal", "after")]).await.says("8.2 mmol/L").does_not_say("(90 minutes or more after a meal)");
        sam.get(&format!("{week}/print")).await.says("2 hours after breakfast").says("8.2 mmol/L");
        end(&mut sam, &week).await.says("90 minutes or more after a meal").says("Compare the averages with the targets");
    }

    async fn a_week_of_weight_or_sugar_has_the_target_behind_it_that_a_care_team_set_and_none_otherwise(place: &Place) {
        let town = town(place).await;
        let (after, before) = ([("value", "8.2"), ("meal", "after")], [("value", "8.2"), ("meal", "before")]);
        let page = measured(&town, "blood-sugar", [("03", &after), ("04", &before)]).await;
        page.says("sh-chart").does_not_say("sh-chart__band").does_not_say("The target is");
        let mut gp = town.app.signed_in(GP).await;
        let targets = format!("/team/people/{}/targets", town.sam);
        let sugar = [
            ("first_low", "4"), ("first_high", "7"), ("after_low", "4"), ("after_high", "9"), ("version", "0"), ("why", "We agreed"),
        ];
        gp.post_and_follow(&format!("{targets}/blood-glucose"), &sugar).await.says("The target is set");
        let page = measured(&town, "blood-sugar", [("05", &after), ("06", &before)]).await;
        page.says("The target is 4 to 7 mmol/L before meals, 4 to 9 mmol/L after meals, as the care team set it: 1 of 2 readings is in it.");
        page.says("The green band shows it.").says("sh-chart__band");
        page.says("Before a meal: 8.2 mmol/L on average, above the target (4 to 7 mmol/L).");
        page.says("90 minutes or more after a meal: 8.2 mmol/L on average, in the target (4 to 9 mmol/L).");
        let mut gp = town.app.signed_in(GP).await;
        let weight = [("first_low", "60"), ("first_high", "72"), ("version", "0"), ("why", "We agreed")];
        gp.post_and_follow(&format!("{targets}/weight"), &weight).await.says("The target is set");
        let page = measured(&town, "weight", [("07", &[("value", "70")]), ("08", &[("value", "73.4")])]).await;
        page.says("The target is 60 to 72 kg, as the care team set it: 1 of 2 readings is in it. The green band shows it.");
        page.says("sh-chart__band");
    }

    async fn a_paper_week_is_typed_in_line_by_line(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-20T12:00:00Z", SAM).await;
        sam.get("/weeks/new/blood-pressure").await.says("href=\"/weeks/paper/blood-pressure\"");
        sam.get("/weeks/blank/blood-pressure").await.says("Type in a paper diary");
        let day = |year| [("first_day", "3"), ("first_month", "11"), ("first_year", year)];
        sam.post_and_follow("/weeks/paper/blood-pressure", &day("2027")).await.says("This day is still to come").says("value=\"2027\"");
        let here = "/weeks/paper/blood-pressure/2026-11-03";
        assert_eq!(sam.post("/weeks/paper/blood-pressure", &day("2026")).await.location(), here);
        let page = sam.get(here).await;
        page.says("Tuesday 3 November").says("Monday 9 November").says("name=\"line14_diastolic_2\"").says("value=\"8pm\"");
        let submission = hidden(&page, "submission");
        let mut typed = vec![("sent".to_owned(), "1".to_owned()), ("submission".to_owned(), submission.clone())];
        for line in 1..=8 {
            let time = if line % 2 == 1 { "8am" } else { "8pm" };
            typed.push((format!("line{line}_time"), time.to_owned()));
            for (field, number) in [("systolic", "141"), ("diastolic", "90"), ("systolic_2", "141"), ("diastolic_2", "90")] {
                typed.push((format!("line{line}_{field}"), number.to_owned()));
            }
        }
        let sent: Vec<(&str, &str)> = typed.iter().map(|(name, said)| (name.as_str(), said.as_str())).collect();
        let page = sam.post_and_follow(here, &sent).await;
        page.says("There is a problem").says("href=\"#waited\"").says("value=\"141\"");
        let submission = hidden(&page, "submission");
        let whole: Vec<(&str, &str)> = sent.iter().copied().filter(|(name, _)| *name != "submission").chain([("submission", submission.as_str()), ("waited", "true")]).collect();
        let first = sam.post(here, &whole).await.location().to_owned();
        let again = sam.post(here, &whole).await.location().to_owned();
        assert_eq!(first, again, "the same form twice is one, and shows the same");
        sam.get(&first).await.says("141/90 mmHg").says("3 to 9 November 2026");
        for odd in ["/weeks/paper/none", "/weeks/paper/blood-pressure/yesterday", "/weeks/paper/blood-pressure/2027-01-01"] {
            assert_eq!(sam.get(odd).await.status, StatusCode::NOT_FOUND, "{odd}");
        }
        let mut desk = town.app.signed_in(DESK).await;
        assert_ne!(desk.get(here).await.status, StatusCode::OK);
    }

    async fn a_paper_diary_of_days_ago_says_which_reading_what_to_do_is_about_before_it_says_it(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-20T12:00:00Z", SAM).await;
        let here = "/weeks/paper/blood-pressure/2026-11-03";
        let submission = hidden(&sam.get(here).await, "submission");
        let line = [("line1_time", "8am"), ("line1_systolic", "190"), ("line1_diastolic", "125")];
        let empty = [("line1_systolic_2", ""), ("line1_diastolic_2", "")];
        let sent: Vec<(&str, &str)> =
            [("sent", "1"), ("submission", submission.as_str())].into_iter().chain(line).chain(empty).collect();
        let page = sam.post_and_follow(here, &sent).await;
        let which = "190/125, taken on Tuesday 3 November 2026, 8am.";
        page.says("It is saved").says(which).says("That was more than a day ago. If it may still be so, do this now.");
        page.does_not_say("Measure again now");
        let place = |words: &str| page.body.find(words).unwrap();
        assert!(place(which) < place("This blood pressure is very high"), "{}", page.body);
    }

    async fn one_look_at_the_lines_of_a_paper_diary_is_one_event(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-20T12:00:00Z", SAM).await;
        let here = "/weeks/paper/blood-pressure/2026-11-03";
        let looks = async || {
            let (items, _) = town.app.services.activity.of_record(&Actor::Operator, town.sam, None).await.unwrap();
            items.iter().filter(|item| item.action == Action::Read && item.basis == Basis::Own).count()
        };
        for (number, is_told) in [("240", true), ("138", false)] {
            let page = sam.get(here).await;
            let submission = hidden(&page, "submission");
            let typed = [
                ("sent", "1"), ("submission", submission.as_str()), ("line1_time", "when"),
                ("line1_systolic", number), ("line1_diastolic", "86"), ("line1_systolic_2", number), ("line1_diastolic_2", "86"),
            ];
            assert_eq!(sam.post(here, &typed).await.location(), here);
            let before = looks().await;
            let page = sam.get(here).await;
            page.says("There is a problem");
            assert_eq!(page.body.contains("This blood pressure is very high"), is_told, "{number}");
            assert_eq!(looks().await, before + 1, "{number}");
        }
    }

    async fn a_paper_diary_is_refused_before_anything_is_typed_while_one_goes_on(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T09:00:00Z", SAM).await;
        sam.get("/weeks/paper/blood-pressure").await.says("What is the first day on the paper?").does_not_say("You are doing this already");
        begin(&mut sam, "blood-pressure", &BEGIN).await.says("You have begun");
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        for page in ["/weeks/paper/blood-pressure", "/weeks/paper/blood-pressure/2026-11-01"] {
            let page = sam.get(page).await;
            page.says("You are doing this already").says(&format!("href=\"{week}\"")).does_not_say("name=\"first_day\"").does_not_say("name=\"line1_time\"");
        }
        sam.get("/weeks/paper/weight").await.says("What is the first day on the paper?");
        // When it is over, the paper can be typed in.
        let mut sam = town.at("2026-11-12T09:00:00Z", SAM).await;
        sam.get("/weeks/paper/blood-pressure").await.says("What is the first day on the paper?");
    }

    async fn every_other_diary_has_its_form_and_its_result(place: &Place) {
        let town = town(place).await;
        let mut sam = town.at("2026-11-03T09:00:00Z", SAM).await;
        let plan = [("first", "today"), ("length", "14"), ("times", "8am"), ("how", ""), ("best", "450"), ("green", "75"), ("amber", "60")];
        begin(&mut sam, "peak-flow", &plan).await.says("Blow 3 in L/min").says("Before my reliever inhaler");
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        // What is wrong with one blow does not keep back what the others ask for.
        record(&mut sam, &week, &[("value", "250"), ("value_2", ""), ("value_3", "2x")]).await
            .says("Blow 3. ").does_not_say("Blow 2. ").says("This peak flow is in your red zone").says("It is not saved yet");
        record(&mut sam, &week, &[("value", "250"), ("value_2", "261"), ("value_3", "255")]).await
            .says("This peak flow is in your red zone").says("261 L/min").says("up to 10 puffs").says("AIR or MART inhaler").says("up to 6 puffs").says("after 10 minutes")
            .says("Change the personal best (450 L/min, green from 75%, amber from 60%)");
        // What is wrong stands beside its field and is kept; what it was is said.
        let page = sam.get(&format!("{week}/best")).await;
        page.says("value=\"450\"").does_not_say("What it was before");
        let version = hidden(&page, "version");
        let wrong = [("sent", "1"), ("version", &*version), ("best", "4x"), ("green", "75"), ("amber", "60")];
        sam.post_and_follow(&format!("{week}/best"), &wrong).await.says("href=\"#best\"").says("value=\"4x\"");
        let right = [("sent", "1"), ("version", &*version), ("best", "440"), ("green", "75"), ("amber", "60")];
        sam.post_and_follow(&format!("{week}/best"), &right).await.says("The personal best is saved").says("440 L/min, green from 75%");
        sam.get(&format!("{week}/best")).await.says("450 L/min, green from 75%, amber from 60%, until you changed it on 3 November 2026");
        let version = hidden(&sam.get(&format!("{week}/best")).await, "version");
        let back = [("sent", "1"), ("version", &*version), ("best", "450"), ("green", "75"), ("amber", "60")];
        sam.post_and_follow(&format!("{week}/best"), &back).await;
        // One is no average: the evening's makes two.
        sam.get(&format!("{week}/end")).await.says("End it without a result");
        let mut sam = town.at("2026-11-03T19:00:00Z", SAM).await;
        let page = record(&mut sam, &week, &[("value", "250"), ("value_2", "261"), ("value_3", "255")]).await;
        // A diary of weeks has its chart while it goes on, with its zones.
        page.says("The green band is the green zone, from 338 L/min. Below the line at 270 is the red zone.");
        page.says("sh-chart__level").says("leptos-island").says(": 261 L/min");
        // What is typed is no part of what is exchanged for something new.
        let (form, charted) = page.body.split_once("id=\"charted\"").unwrap();
        assert!(form.contains("name=\"value_2\"") && !charted.contains("name=\"value_2\"") && charted.contains("data-spots"));
        let mut gp = town.app.signed_in(GP).await;
        let theirs = format!("/team/people/{}/weeks", town.sam);
        let one = link(&gp.get(&theirs).await, &format!("{theirs}/0"));
        gp.get(&one).await.says("The green band is the green zone").says("leptos-island");
        end(&mut sam, &week).await.says("The average is 261 L/min").says("Below 270 L/min").says("75 and 60 per cent of a personal best of 450 L/min")
            .says("The green band is the green zone, from 338 L/min. Below the line at 270 is the red zone.").says(": 261 L/min").says("sh-chart__level");
        let answers = [("first", "today"), ("length", "7"), ("times", "8am"), ("how", "")];
        for (protocol, typed, shown) in [
            ("blood-sugar", &[("value", "3.4"), ("meal", "before")][..], "1 reading was below 4 mmol/L"),
            ("weight", &[("value", "80.5")], "There is no result: it needs 2 readings or more"),
            ("mood", &[("value", "4"), ("note", "Sun & walk")], "How many days"),
        ] {
            begin(&mut sam, protocol, &answers).await.says("You have begun");
            let list = sam.get("/weeks").await;
            let week = link(&list, "/weeks/0");
            record(&mut sam, &week, typed).await.says("It is saved");
            end(&mut sam, &week).await.says(shown);
        }
        begin(&mut sam, "falls", &[("first", "tomorrow"), ("length", "28"), ("times", "7pm"), ("how", "")]).await
            .says("It begins on Wednesday 4 November").does_not_say("How many falls?");
        let week = link(&sam.get("/weeks").await, "/weeks/0");
        let mut sam = town.at("2026-11-04T12:00:00Z", SAM).await;
        record(&mut sam, &week, &[("value", "1"), ("hurt", "head"), ("note", "On the stairs")]).await.says("A head was hit in this fall");
        end(&mut sam, &week).await.says("1 fall, on 1 day.").says("NICE NG249");
    }
}

/// Ends the week of this page, and gives its result.
async fn end(browser: &mut Browser, week: &str) -> Answer {
    let page = browser.get(&format!("{week}/end")).await;
    let version = hidden(&page, "version");
    browser.post_and_follow(&format!("{week}/end"), &[("version", &version), ("act", "end")]).await
}
