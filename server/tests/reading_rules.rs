//! Targets and rules about readings, and what comes up of them, as browsers without script use them.

use crate::common::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::team::StaffRole;
use service::InviteForm;
use testkit::Place;

const SAM: &str = "sam@example.org";
const ANN: &str = "ann@example.org";
const GP: &str = "gp@example.org";
const MANAGER: &str = "manager@example.org";
const ELSEWHERE: &str = "elsewhere@example.org";

/// The value of the first hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// The first address on a page that begins so.
#[track_caller]
fn link(page: &Answer, begins: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("href=\"{begins}")).unwrap_or_else(|| panic!("no {begins} in {}", page.body));
    format!("{begins}{}", rest.split('"').next().unwrap()).replace("&amp;", "&")
}

struct Town {
    app: TestApp,
    sam: PersonId,
    /// Where Sam is at work.
    at: String,
}

async fn town(place: &Place) -> Town {
    let app = TestApp::over(place);
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    let owner = app.account(SAM, Some(sam)).await;
    app.staff(GP, "Y90001", StaffRole::Clinician).await;
    app.staff(MANAGER, "Y90001", StaffRole::Manager).await;
    app.staff(ELSEWHERE, "Y9H01", StaffRole::Clinician).await;
    let carer = app.account(ANN, None).await;
    let account = |id| Actor::Account { id, assurance: Assurance::SecondStep };
    let form = InviteForm {
        email: ANN.to_owned(),
        name: "Ann".to_owned(),
        relation: "daughter".to_owned(),
        scopes: "READ".to_owned(),
        labels: "general".to_owned(),
        submission: app.services.core.new_id().to_string(),
        ..InviteForm::default()
    };
    let invited = app.services.carers.invite(&account(owner), sam, &form).await.unwrap();
    let token = app.mailed_link(ANN).await;
    let token = token.split_once("token=").unwrap().1;
    app.services.carers.accept(&account(carer), token, &invited.code).await.unwrap();
    Town { app, sam, at: format!("/team/people/{sam}") }
}

impl Town {
    /// Sets a rule about Sam's readings, from the form that is asked for like this.
    async fn rule(&self, gp: &mut Browser, about: &str, fields: &[(&str, &str)]) {
        let rules = format!("{}/rules", self.at);
        let submission = hidden(&gp.get(&format!("{rules}/new?{about}")).await, "submission");
        let fields: Vec<(&str, &str)> = about
            .split('&')
            .filter_map(|one| one.split_once('='))
            .chain([("submission", submission.as_str())])
            .chain(fields.iter().copied())
            .collect();
        gp.post_and_follow(&rules, &fields).await.says("The rule is on");
    }
}

/// Records an oxygen level, and gives the page it leads to.
async fn record(browser: &mut Browser, number: &str) -> Answer {
    record_of(browser, "oxygen", number).await
}

/// The same of a measure of one number.
async fn record_of(browser: &mut Browser, measure: &str, number: &str) -> Answer {
    let at = format!("/readings/{measure}/new");
    let submission = hidden(&browser.get(&at).await, "submission");
    browser.post_and_follow(&at, &[("submission", &submission), ("value", number)]).await
}

/// The page of the first thing that waits.
async fn first_that_waits(browser: &mut Browser) -> (String, Answer) {
    let at = link(&browser.get("/team").await, "/team/work/");
    let page = browser.get(&at).await;
    (at, page)
}

testkit::both_engines! {
    async fn a_rule_is_picked_a_reading_is_told_and_the_person_reads_what_was_done(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        sam.get("/readings").await.says("Nobody is watching what you record here");
        sam.get("/readings/targets").await.says("No care team has set a target").says("Nobody is watching");
        let (targets, rules) = (format!("{}/targets", town.at), format!("{}/rules", town.at));
        gp.get(&format!("{}/readings", town.at)).await.says("Targets and rules");
        gp.get(&targets).await.says("No target is set").says("nobody is told of anything");

        // A target, with what is wrong beside its field and what was typed kept.
        let target = format!("{targets}/oxygen");
        gp.get(&format!("{target}?ready=oxygen-copd")).await.says("value=\"88\"").says("BTS guideline");
        let page = gp.post_and_follow(&target, &[("first_low", "88"), ("first_high", "8x"), ("version", "0")]).await;
        page.says("There is a problem").says("href=\"#first_high\"").says("value=\"8x\"").says("Say why, in words for the person");
        let fields = [("first_low", "88"), ("first_high", "92"), ("version", "0"), ("why", "You have COPD & more")];
        gp.post_and_follow(&target, &fields).await.says("The target is set").says("88 to 92%, set by Name of clinician");

        // A rule from guidance, adjusted.
        let list = gp.get(&format!("{rules}/new")).await;
        list.says("Very low oxygen level").says("NHS England: Pulse oximetry at home").says("RCP National Early Warning Score");
        let form = gp.get(&link(&list, &format!("{rules}/new?ready=oxygen-very-low"))).await;
        form.says("value=\"92\"").says("call 999");
        let submission = hidden(&form, "submission");
        let mut fields = vec![
            ("ready", "oxygen-very-low"), ("kind", "single"), ("measure", "oxygen"), ("submission", submission.as_str()),
            ("side", "below"), ("first", "86"), ("words", "Ring the nurse <now>"), ("why", "You have COPD"),
        ];
        let page = gp.post_and_follow(&rules, &fields).await;
        page.says("There is a problem").says("Choose how soon you want to be told").says("value=\"86\"").says("&lt;now&gt;");
        // Whoever loads the address of the form anew finds what there is.
        gp.get(&rules).await.says("88 to 92%").says("nobody is told");
        fields.push(("colour", "red"));
        gp.post_and_follow(&rules, &fields).await.says("The rule is on").says("one reading is 86% or lower");
        gp.post_and_follow(&rules, &fields).await.says("The rule is on");
        assert_eq!(gp.get(&targets).await.body.matches("one reading is 86% or lower").count(), 1, "sent twice it is one rule");

        // The person reads all of it in plain words.
        let plan = sam.get("/readings/targets").await;
        plan.says("88 to 92%, set by Name of clinician, Riverside Surgery, on 3 November 2026").says("You have COPD &amp; more");
        plan.says("is told at once when one reading is 86% or lower").says("Somebody there looks on Monday to Friday, 8am to 6:30pm");
        plan.does_not_say("Nobody is looking now");
        let changed = "Changed from NHS England: Pulse oximetry at home, 92% or less.";
        plan.says(changed).does_not_say("Made from");
        sam.get("/readings/oxygen").await.says("is told when oxygen level is not as agreed");
        sam.get("/readings/weight").await.says("Nobody is watching what you record here");

        // A reading that is as agreed, and one that is not.
        town.app.clock.advance(chrono::TimeDelta::minutes(10));
        let page = record(&mut sam, "90").await;
        page.says("This reading is in it.").does_not_say("asks you to do").does_not_say("This oxygen level is very low");
        page.says("This oxygen level is where your care team wants it").says("struggling to breathe");
        gp.get("/team").await.says("All done");
        let page = record(&mut sam, "86").await;
        page.says("This oxygen level is very low").says("What Riverside Surgery asks you to do").says("Ring the nurse &lt;now&gt;");
        page.says(changed).says("This reading is not in it.").says("was told of this on Tuesday 3 November 2026, 10:50am").says("Nobody has said yet");
        // What there is to do stands first, then what the reading says, and then what came of it.
        let place = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", page.body));
        assert!(place("asks you to do") < place("Added by") && place("Added by") < place("was told of this"), "{}", page.body);
        let chart = sam.get("/readings/oxygen").await;
        chart.says("The target is 88 to 92%: 1 of 2 readings is in it. The green band shows it.").says("sh-chart__band");
        sam.get("/activity?own=yes").await.says("of which your care team is told at once");

        // The team sees it with its trend, and a manager that it waits.
        gp.get("/team").await.says("A reading to look at now").says("Urgent");
        let mut manager = town.app.signed_in(MANAGER).await;
        first_that_waits(&mut manager).await.1.says("Clinicians see what it says").does_not_say("86%");
        let (at, page) = first_that_waits(&mut gp).await;
        page.says("When one reading is 86% or lower").says("Changed from").says("sh-chart__band").says("I have seen it");
        page.says("31 March 1980").says("999\u{a0}000\u{a0}0018");
        let act = format!("{at}/alert");
        let version = hidden(&page, "version");
        let page = gp.post_and_follow(&act, &[("version", &version), ("act", "act"), ("words", "")]).await;
        page.says("There is a problem").says("Tell the person what you did");
        gp.post_and_follow(&act, &[("version", "1"), ("act", "see")]).await.says("It is noted").says("You are dealing with it");
        sam.get("/readings/targets").await.says("Name of clinician").says("saw it on Tuesday 3 November 2026");
        gp.post_and_follow(&act, &[("version", "1"), ("act", "close"), ("words", "I rang")]).await.says("Something more came up");
        let words = [("version", "2"), ("act", "close"), ("words", "I rang <you>")];
        gp.post_and_follow(&act, &words).await.says("It is closed").says("All done");
        sam.get("/readings/targets").await.says("closed it on").says("I rang &lt;you&gt;");
        gp.get(&at).await.says("closed it on").does_not_say("What do you want to do?");

        // Changed, and ended.
        let own = link(&gp.get(&targets).await, &format!("{}/rules/0", town.at));
        let page = gp.get(&own).await;
        let change = [
            ("version", "1"), ("colour", "amber"), ("side", "below"), ("first", "88"), ("words", "Rest"), ("why", "Milder"),
        ];
        page.says("value=\"86\"").says("End this rule");
        gp.post_and_follow(&own, &change).await.says("The rule is changed").says("88% or lower");
        gp.get(&own).await.says("What it was before").says("86% or lower");
        let end = format!("{own}/end");
        gp.post_and_follow(&end, &[("version", "2")]).await.says("href=\"#end_why\"");
        for _ in 0..2 {
            gp.post_and_follow(&end, &[("version", "2"), ("end_why", "Well")]).await.says("The rule is ended").says("nobody is told");
        }
        sam.get("/readings/oxygen").await.says("Nobody is watching what you record here");
    }

    async fn a_form_says_in_its_words_what_its_rule_is_about(place: &Place) {
        let town = town(place).await;
        let mut gp = town.app.signed_in(GP).await;
        let new = format!("{}/rules/new", town.at);
        for (asked, said) in [
            ("kind=single&measure=steps", ["the total of one day", "When a day’s total is", "This number or fewer"]),
            ("kind=single&measure=exercise", ["the total of one day", "This number or more", "This number or less"]),
            ("kind=average&measure=alcohol", ["When the average of the days’ totals is", "This number or more", "From how many days"]),
            ("kind=change&measure=steps", ["Which way?", "A day’s total rises", "A day’s total falls"]),
            ("kind=both&measure=steps", ["When a day’s total is", "This number or more", "This number or higher, or more"]),
            ("kind=missing&measure=steps", ["no readings for days", "Nothing for how many days?", "Add this rule"]),
        ] {
            let page = gp.get(&format!("{new}?{asked}")).await;
            for words in said {
                page.says(words);
            }
            page.does_not_say("This number or lower</").does_not_say("When one reading is");
        }
        let page = gp.get(&format!("{new}?kind=single&measure=oxygen")).await;
        page.says("one reading").says("When one reading is").says("This number or lower").does_not_say("total is");
        // What is wrong is said in the same words.
        let page = gp.get(&format!("{new}?kind=single&measure=steps")).await;
        let submission = hidden(&page, "submission");
        let fields = [("kind", "single"), ("measure", "steps"), ("submission", submission.as_str()), ("first", "3000")];
        gp.post_and_follow(&format!("{}/rules", town.at), &fields).await.says("Choose “or more” or “or fewer”");
    }

    async fn what_is_to_be_done_with_something_red_stands_above_a_short_list_of_readings(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        town.rule(&mut gp, "kind=single&measure=oxygen", &[
            ("side", "below"), ("first", "92"), ("colour", "red"), ("words", "Ring us"), ("why", "A cold")
        ]).await;
        for _ in 0..7 {
            town.app.clock.advance(chrono::TimeDelta::minutes(2));
            record(&mut sam, "90").await;
        }
        let page = first_that_waits(&mut gp).await.1;
        let place = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", page.body));
        // What is to be done is decided by the trend: it stands above, and the list below.
        let (figure, readings) = (place("<figure class=\"sh-chart\""), format!("href=\"{}/readings/oxygen", town.at));
        // On paper what waits stands without its forms: the style sheet knows it by this.
        assert!(place("<div class=\"sh-waits\">") < place("What came up"));
        assert!(place("What came up") < figure && figure < place("What do you want to do?"));
        assert!(place("What do you want to do?") < place("Take this") && place("Take this") < place(&format!("{readings}/")));
        assert_eq!(page.body.matches(&format!("{readings}/")).count(), 5, "{}", page.body);
        page.says("All their readings: Oxygen saturation (SpO2)").says(&format!("{readings}\""));
    }

    async fn something_that_came_up_says_that_its_rule_was_changed_or_ended_since(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        town.rule(&mut gp, "kind=single&measure=oxygen", &[
            ("side", "below"), ("first", "92"), ("colour", "red"), ("words", "Ring us"), ("why", "A cold")
        ]).await;
        town.app.clock.advance(chrono::TimeDelta::minutes(10));
        record(&mut sam, "91").await;
        let (at, page) = first_that_waits(&mut gp).await;
        page.says("When one reading is 92% or lower").does_not_say("The rule now");
        town.app.clock.advance(chrono::TimeDelta::minutes(10));
        let own = link(&gp.get(&format!("{}/targets", town.at)).await, &format!("{}/rules/0", town.at));
        let change = [
            ("version", "1"), ("colour", "red"), ("side", "below"), ("first", "88"), ("words", "Ring 111"), ("why", "COPD"),
        ];
        gp.post_and_follow(&own, &change).await.says("The rule is changed");
        let page = gp.get(&at).await;
        page.says("When one reading is 92% or lower").says("Ring us").says("The rule now");
        page.says("after this came up. Now: when one reading is 88% or lower. Red: at once.").says("It asks of them now").says("Ring 111");
        gp.post_and_follow(&format!("{own}/end"), &[("version", "2"), ("end_why", "Well")]).await.says("The rule is ended");
        gp.get(&at).await.says("When one reading is 92% or lower").says("It ended after this came up.").does_not_say("Ring 111");
    }

    async fn something_that_came_up_says_that_its_reading_was_removed_since(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        town.rule(&mut gp, "kind=single&measure=oxygen", &[
            ("side", "below"), ("first", "92"), ("colour", "red"), ("words", "Ring us"), ("why", "A cold")
        ]).await;
        town.app.clock.advance(chrono::TimeDelta::minutes(10));
        let at = "/readings/oxygen/new";
        let submission = hidden(&sam.get(at).await, "submission");
        let one = sam.post(at, &[("submission", &submission), ("value", "91")]).await.location().to_owned();
        let (item, page) = first_that_waits(&mut gp).await;
        page.says("91%").does_not_say("What became of that reading");
        town.app.clock.advance(chrono::TimeDelta::minutes(10));
        let one = one.split(['?', '#']).next().unwrap();
        sam.post_and_follow(&format!("{one}/remove"), &[("version", "1")]).await.says("You removed the reading");
        let page = gp.get(&item).await;
        page.says("91%").says("What became of that reading").says("It was removed on ").says(", after this came up.");
    }

    async fn a_team_was_told_of_what_a_reading_said_and_when_it_was_written_down(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        town.rule(&mut gp, "kind=single&measure=oxygen", &[
            ("side", "below"), ("first", "92"), ("colour", "red"), ("words", "Ring us"), ("why", "A cold")
        ]).await;
        town.app.clock.advance(chrono::TimeDelta::minutes(10));
        let at = "/readings/oxygen/new";
        let record = async |sam: &mut Browser, number: &str, activity: &str| {
            let submission = hidden(&sam.get(at).await, "submission");
            let fields = [("submission", submission.as_str()), ("value", number), ("activity", activity), ("signs", "no")];
            let one = sam.post(at, &fields).await.location().to_owned();
            one.split(['?', '#']).next().unwrap().to_owned()
        };
        let one = record(&mut sam, "91", "").await;
        sam.get(&one).await.says("was told of this on Tuesday 3 November 2026, 10:50am");
        // It is changed: what they were told of is not what it says now.
        town.app.clock.advance(chrono::TimeDelta::minutes(10));
        let change = [
            ("version", "1"), ("value", "96"), ("day_day", "3"), ("day_month", "11"), ("day_year", "2026"), ("time", "10:50am"),
        ];
        let page = sam.post_and_follow(&format!("{one}/change"), &change).await;
        page.says("was told of 91% on Tuesday 3 November 2026, 10:50am, before this reading was changed").does_not_say("was told of this");
        // Another joins what came up: of that they were told when it was written down, and not before.
        town.app.clock.advance(chrono::TimeDelta::minutes(10));
        let other = record(&mut sam, "90", "active").await;
        let page = sam.get(&other).await;
        page.says("was told of this on Tuesday 3 November 2026, 11:10am").does_not_say("10:50am");
        let mut gp = town.app.signed_in(GP).await;
        let page = first_that_waits(&mut gp).await.1;
        page.says("Taken Tuesday 3 November 2026, 11:10am").says("Told with it").says("After being active");
        page.says("First came up").says("Tuesday 3 November 2026, 10:50am").says("What the rule asks of them").says("Ring us");
        page.does_not_say("Readings after that");
        sam.get("/readings/targets").await.says("On Tuesday 3 November 2026, 11:10am, because one reading is 92% or lower");
    }

    async fn what_came_up_says_what_was_measured_after_it(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        town.rule(&mut gp, "kind=single&measure=blood-pressure", &[
            ("side", "above"), ("first", "180"), ("colour", "red"), ("words", "Ring us"), ("why", "Your blood pressure is high")
        ]).await;
        let at = "/readings/blood-pressure/new";
        for (systolic, diastolic, signs) in [("190", "125", "no"), ("142", "88", "yes"), ("128", "80", "no")] {
            town.app.clock.advance(chrono::TimeDelta::minutes(2));
            let submission = hidden(&sam.get(at).await, "submission");
            let fields =
                [("submission", submission.as_str()), ("systolic", systolic), ("diastolic", diastolic), ("signs", signs)];
            sam.post_and_follow(at, &fields).await.says(&format!("{systolic}/{diastolic} mmHg"));
        }
        let page = first_that_waits(&mut gp).await.1;
        page.says("The newest reading that raised it").says("Readings after that");
        let place = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", page.body));
        let after = &page.body[place("Readings after that")..place("You wanted to know")];
        let (newest, before) = (after.find("128/80 mmHg").unwrap(), after.find("142/88 mmHg").unwrap());
        assert!(newest < before && !after.contains("190/125 mmHg"), "{after}");
        assert!(after[before..].contains("With warning signs (yes to one or more of: chest pain, "), "{after}");
    }

    async fn what_came_up_tells_the_worst_reading_first_and_what_the_page_told_them(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        town.rule(&mut gp, "kind=single&measure=blood-pressure", &[
            ("side", "above"), ("first", "180"), ("colour", "red"), ("words", "Measure again"), ("why", "Your blood pressure is high")
        ]).await;
        let at = "/readings/blood-pressure/new";
        for (systolic, diastolic, signs) in [("195", "126", "yes"), ("190", "125", "no")] {
            town.app.clock.advance(chrono::TimeDelta::minutes(2));
            let submission = hidden(&sam.get(at).await, "submission");
            let fields =
                [("submission", submission.as_str()), ("systolic", systolic), ("diastolic", diastolic), ("signs", signs)];
            sam.post_and_follow(at, &fields).await.says(&format!("{systolic}/{diastolic} mmHg"));
        }
        let page = first_that_waits(&mut gp).await.1;
        let place = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", page.body));
        assert!(place("195/126 mmHg") < place("The worst reading that raised it"));
        assert!(place("The worst reading that raised it") < place("What the page told them"));
        assert!(place("What the page told them") < place("This is an emergency. Call 999"));
        assert!(place("This is an emergency. Call 999") < place("190/125 mmHg. Taken"));
        // While it holds, every page of theirs that is about readings says so once, and not for ever.
        for page in ["/", "/readings", "/readings/blood-pressure", "/weeks"] {
            let answer = sam.get(page).await;
            answer.says("That still counts.").says("Read what to do now");
            assert_eq!(answer.body.matches("This is an emergency. Call 999").count(), 1, "{page}: {}", answer.body);
        }
        sam.get("/readings/weight").await.does_not_say("That still counts.");
        town.app.clock.advance(chrono::TimeDelta::hours(24));
        let mut sam = town.app.signed_in(SAM).await;
        for page in ["/", "/readings", "/readings/blood-pressure", "/weeks"] {
            sam.get(page).await.does_not_say("That still counts.");
        }
    }

    async fn what_is_asked_about_an_average_says_so_beside_a_reading_that_is_not_like_it(place: &Place) {
        let town = town(place).await;
        let mut gp = town.app.signed_in(GP).await;
        town.rule(&mut gp, "kind=average&measure=blood-pressure", &[
            ("side", "above"), ("first", "135"), ("days", "7"), ("least", "3"), ("colour", "red"),
            ("words", "Take your second tablet"), ("why", "Your blood pressure is high"),
        ]).await;
        let at = "/readings/blood-pressure/new";
        let record = async |systolic: &str, diastolic: &str| {
            town.app.clock.advance(chrono::TimeDelta::hours(3));
            let mut sam = town.app.signed_in(SAM).await;
            let submission = hidden(&sam.get(at).await, "submission");
            let fields = [("submission", submission.as_str()), ("systolic", systolic), ("diastolic", diastolic), ("signs", "no")];
            sam.post_and_follow(at, &fields).await
        };
        record("175", "95").await;
        record("174", "96").await;
        // What there is to do about the reading may be the opposite, on a day that has none that is severe in pregnancy.
        town.app.clock.advance(chrono::TimeDelta::hours(24));
        let of_average = "About your average, not this reading: if the two do not fit, ring your care team before you do it.";
        let low = record("85", "50").await;
        let place = |words: &str| low.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", low.body));
        assert!(place("This blood pressure is low") < place(of_average) && place(of_average) < place("Take your second tablet"));
        record("176", "95").await.says("Take your second tablet").does_not_say("About your average");
    }

    async fn warning_signs_are_named_beside_a_reading_in_a_list(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        let at = "/readings/blood-pressure/new";
        let submission = hidden(&sam.get(at).await, "submission");
        let fields =
            [("submission", submission.as_str()), ("systolic", "150"), ("diastolic", "90"), ("signs", "yes"), ("arm", "left")];
        sam.post_and_follow(at, &fields).await.says("150/90 mmHg");
        let told = "With warning signs (yes to one or more of: chest pain, being short of breath, confusion, one side weak or numb, or \
                    trouble seeing or speaking), left arm";
        for list in ["/readings", "/readings/blood-pressure"] {
            sam.get(list).await.says(told).does_not_say("Yes · ");
            gp.get(&format!("{}{list}", town.at)).await.says(told).does_not_say("Yes · ");
        }
    }

    async fn of_two_measures_together_both_are_drawn_for_the_team(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        town.rule(&mut gp, "ready=oxygen-and-pulse", &[
            ("kind", "both"), ("measure", "oxygen"), ("side", "below"), ("first", "94"), ("other", "pulse"), ("also_side", "above"),
            ("also_first", "111"), ("colour", "red"), ("words", "Sit down"), ("why", "You have COPD"),
        ]).await;
        town.app.clock.advance(chrono::TimeDelta::minutes(10));
        record_of(&mut sam, "pulse", "115").await.does_not_say("asks you to do");
        town.app.clock.advance(chrono::TimeDelta::minutes(1));
        record(&mut sam, "94").await.says("What Riverside Surgery asks you to do").says("Made from NHS England");
        let page = first_that_waits(&mut gp).await.1;
        page.says("Oxygen saturation (SpO2) and pulse").says("Pulse (beats a minute)").says("115");
        assert_eq!(page.body.matches("<figure class=\"sh-chart\"").count(), 2, "{}", page.body);
    }

    async fn what_waits_for_the_morning_does_not_undo_what_is_to_be_done_now(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        town.rule(&mut gp, "kind=single&measure=oxygen", &[
            ("side", "below"), ("first", "94"), ("colour", "amber"), ("words", "Go on as agreed"), ("why", "A cold")
        ]).await;
        town.app.clock.advance(chrono::TimeDelta::minutes(10));
        record(&mut sam, "93").await.says("What Riverside Surgery asks you to do").says("Go on as agreed");
        town.app.clock.advance(chrono::TimeDelta::minutes(10));
        let page = record(&mut sam, "90").await;
        page.says("This oxygen level is very low").does_not_say("Go on as agreed").does_not_say("asks you to do");
        page.says("What Riverside Surgery wanted to know").says("once a day, in the morning");
        assert_eq!(page.body.matches("once a day").count(), 1, "{}", page.body);
    }

    async fn what_is_to_be_done_at_once_stands_below_a_call_to_999_and_after_it(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        town.rule(&mut gp, "kind=single&measure=oxygen", &[
            ("side", "below"), ("first", "94"), ("colour", "red"), ("words", "Rest and measure again"), ("why", "A cold")
        ]).await;
        town.app.clock.advance(chrono::TimeDelta::minutes(10));
        let at = "/readings/oxygen/new";
        let submission = hidden(&sam.get(at).await, "submission");
        let page = sam.post_and_follow(at, &[("submission", &submission), ("value", "93"), ("signs", "yes")]).await;
        let place = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", page.body));
        let after = "After you called 999: what Riverside Surgery asks you to do";
        assert!(place("What you see needs 999 now") < place(after) && place(after) < place("Rest and measure again"));
        page.does_not_say(">What Riverside Surgery asks you to do").does_not_say("<strong><bdi>Rest and measure again");
        sam.get("/").await.says("Oxygen level: after you called 999, what Riverside Surgery asks you to do");
    }

    async fn amber_waits_for_the_morning_and_nobody_looks_at_night(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        town.rule(&mut gp, "kind=single&measure=oxygen", &[
            ("side", "below"), ("first", "94"), ("colour", "amber"), ("words", "Rest"), ("why", "A cold")
        ]).await;
        town.app.clock.set("2026-11-03T20:00:00Z".parse().unwrap());
        let mut sam_later = town.app.signed_in(SAM).await;
        std::mem::swap(&mut sam, &mut sam_later);
        let page = record(&mut sam, "93").await;
        page.says("is told of this once a day, in the morning");
        assert_eq!(page.body.matches("once a day").count(), 1, "{}", page.body);
        sam.get("/readings").await.says("Nobody is looking now.");
        // What is too old when it is written down is told to nobody, and says so.
        let old = [("value", "93"), ("day_day", "10"), ("day_month", "10"), ("day_year", "2026"), ("time", "9am")];
        let page = sam.get("/readings/oxygen/new").await;
        let submission = hidden(&page, "submission");
        let old: Vec<(&str, &str)> = [("submission", submission.as_str())].into_iter().chain(old).collect();
        let page = sam.post_and_follow("/readings/oxygen/new", &old).await;
        page.says("They are not told of this one").does_not_say("once a day");
        town.app.clock.set("2026-11-04T08:00:00Z".parse().unwrap());
        assert_eq!(town.app.services.readings.run_rules(&Actor::System).await.unwrap().told, 1);
        let mut gp = town.app.signed_in(GP).await;
        gp.get("/team").await.says("Readings of the last day to look at");
        first_that_waits(&mut gp).await.1.says("Oxygen saturation (SpO2): 93%").does_not_say("Readings after these");
        let mut sam = town.app.signed_in(SAM).await;
        record(&mut sam, "97").await;
        let (at, page) = first_that_waits(&mut gp).await;
        page.says("Oxygen saturation (SpO2): 93%").says("We looked at these readings");
        let (_, after) = page.body.split_once("Readings after these").unwrap_or_else(|| panic!("{}", page.body));
        let (after, _) = after.split_once("What to do").unwrap();
        assert!(after.contains("97%") && after.contains("today"), "{after}");
        let (close, seen) = (format!("{at}/digest"), hidden(&page, "seen"));
        gp.post_and_follow(&close, &[("seen", &seen), ("words", " ")]).await.says("Tell the person what you did");
        gp.post_and_follow(&close, &[("seen", &seen), ("words", "All is well")]).await.says("All of these are closed").says("All done");
        gp.get(&at).await.says("All of it is closed");
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/readings/targets").await.says("All is well");
    }

    async fn whoever_may_not_sees_nothing_and_changes_nothing(place: &Place) {
        let town = town(place).await;
        let mut gp = town.app.signed_in(GP).await;
        let target = format!("{}/targets/oxygen", town.at);
        gp.post_and_follow(&target, &[("first_low", "88"), ("version", "0"), ("why", "COPD")]).await.says("The target is set");
        let hours = format!("{}/watch-hours", town.at);
        gp.get(&hours).await.says("When you look").says("value=\"18:30\"");
        gp.post_and_follow(&hours, &[("from", "9am"), ("until", "8am")]).await.says("Choose at least one day").says("value=\"9am\"");
        let set = [("days", "mon"), ("days", "tue"), ("from", "9am"), ("until", "5pm")];
        gp.post_and_follow(&hours, &set).await.says("When you look is saved").says("Monday, Tuesday, 9am to 5pm");
        // A carer who sees readings reads what is agreed, and a clinician elsewhere and a manager read nothing.
        let mut ann = town.app.signed_in(ANN).await;
        ann.post("/acting", &[("person", &town.sam.to_string())]).await;
        ann.get("/readings/targets").await.says("88% or more, set by Name of clinician").says("Sam Rivers\u{2019}s targets");
        for who in [ELSEWHERE, MANAGER] {
            let mut browser = town.app.signed_in(who).await;
            for page in ["targets", "targets/oxygen", "rules", "rules/new", "rules/new?ready=oxygen-low", "watch-hours"] {
                let answer = browser.get(&format!("{}/{page}", town.at)).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{who} {page}");
                answer.does_not_say("COPD");
            }
            let posted = browser.post(&target, &[("first_low", "50"), ("version", "1"), ("why", "Mine")]).await;
            assert_eq!(posted.status, StatusCode::NOT_FOUND, "{who}");
        }
        gp.get(&format!("{}/targets", town.at)).await.says("88% or more").does_not_say("50%");
    }
}
