//! Removed readings, what a care team enters, and ways into long lists, as browsers without script use them.

use crate::acting::allow;
use crate::common::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::PersonId;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::team::StaffRole;
use testkit::Place;

const SAM: &str = "sam@example.org";
const GP: &str = "gp@example.org";
const DESK: &str = "desk@example.org";
const STRANGER: &str = "stranger@example.org";
const CARER: &str = "tom@example.org";
const VERY_HIGH: &str = "This blood pressure is very high";

/// The value of the last hidden field with this name: before it may stand the form that undoes something.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.rsplit_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// Where the form with this button is sent.
#[track_caller]
fn action(page: &Answer, button: &str) -> String {
    let (before, _) = page.body.split_once(button).unwrap_or_else(|| panic!("no {button} in {}", page.body));
    let (_, action) = before.rsplit_once("action=\"").unwrap();
    action.split('"').next().unwrap().to_owned()
}

struct Town {
    app: TestApp,
    sam: PersonId,
}

async fn town(place: &Place) -> Town {
    let app = TestApp::over(place);
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    app.account(SAM, Some(sam)).await;
    app.staff(GP, "Y90001", StaffRole::Clinician).await;
    app.staff(DESK, "Y90001", StaffRole::Reception).await;
    let other = app.person("999 000 0026", "Stone", "Gout").await;
    app.account(STRANGER, Some(other)).await;
    Town { app, sam }
}

/// Records a weight, and gives where it is.
async fn weigh(browser: &mut Browser, number: &str, more: &[(&str, &str)]) -> String {
    let at = "/readings/weight/new";
    let submission = hidden(&browser.get(at).await, "submission");
    let mut fields = vec![("submission", submission.as_str()), ("value", number)];
    fields.extend(more);
    browser.post(at, &fields).await.location().to_owned()
}

testkit::both_engines! {
    async fn a_reading_is_put_back_from_the_notice_or_from_its_page(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let one = weigh(&mut sam, "70", &[]).await;
        sam.get("/readings/weight").await.does_not_say("Removed readings");
        let removed = sam.post_and_follow(&format!("{one}/remove"), &[("version", "1")]).await;
        removed.says("You removed the reading").says("Put it back").says("Nothing is recorded yet").says("/readings/weight/removed");
        let (back, version) = (action(&removed, "Put it back"), hidden(&removed, "version"));
        assert_eq!((back.as_str(), version.as_str()), (format!("{one}/put-back").as_str(), "2"));
        sam.get("/readings/weight/removed").await.says("70 kg").says("You removed it on").says("count in no chart");
        let now = sam.post_and_follow(&back, &[("version", &version)]).await;
        now.says("The reading is back").says("You removed it on");
        // Sent again it stays; a page that is not whole says so.
        sam.post_and_follow(&back, &[("version", &version)]).await.says("The reading is back");
        sam.post_and_follow(&back, &[]).await.says("There is a problem").says("not whole");
        sam.get("/readings/weight/removed").await.says("Nothing is removed");
        sam.get("/activity?own=yes").await.says("put a reading back that was removed");
        let mut stranger = town.app.signed_in(STRANGER).await;
        assert_eq!(stranger.post(&back, &[("version", &version)]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(sam.get("/readings/weight/removed?after=x").await.status, StatusCode::NOT_FOUND);
        assert_eq!(sam.get("/readings/nothing/removed").await.status, StatusCode::NOT_FOUND);
    }

    async fn a_reading_that_was_changed_meanwhile_shows_both_versions(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let one = weigh(&mut sam, "70", &[]).await;
        let change = format!("{one}/change");
        let page = sam.get(&change).await;
        page.does_not_say("Two versions of this reading");
        let of = |value: &'static str, note: &'static str| [("version", "1"), ("value", value), ("unit", "kg"), ("note", note)];
        sam.post_and_follow(&change, &of("71", "Before breakfast")).await.says("Your change is saved");
        // The second tab had it open since before.
        let page = sam.post_and_follow(&change, &of("72", "")).await;
        page.says("changed this reading meanwhile").says("Two versions of this reading");
        let (_, table) = page.body.split_once("Saved now").unwrap();
        let (table, form) = table.split_once("use the form below").unwrap();
        for said in ["71", "72", "Before breakfast", "Nothing"] {
            assert!(table.contains(said), "{said} is not in {table}");
        }
        assert!(table.contains("Note") && !table.contains("Unit"), "only what differs: {table}");
        assert!(form.contains("value=\"72\"") && form.contains("name=\"version\" value=\"2\""), "{form}");
        // What is wrong with a form of the version that is saved shows no other.
        let page = sam.post_and_follow(&change, &[("version", "2"), ("value", "x")]).await;
        page.says("There is a problem").does_not_say("Two versions of this reading");
    }

    async fn a_form_that_comes_back_after_it_was_saved_offers_to_change_what_it_saved(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let at = "/readings/weight/new";
        let submission = hidden(&sam.get(at).await, "submission");
        let of = |value: &'static str| [("submission", submission.as_str()), ("value", value), ("note", "Before breakfast")];
        let one = sam.post(at, &of("70")).await.location().to_owned();
        town.app.clock.advance(TimeDelta::minutes(20));
        assert_eq!(sam.post(at, &of("70")).await.location(), one, "the same form is the same reading");
        sam.get(&one).await.says("70 kg");
        // With another number it says what was saved, and what was typed stands in the form that changes it.
        let page = sam.post_and_follow(at, &of("71")).await;
        page.says("You saved this reading before, so what you typed now is not saved").says("You saved 70 kg from this page before");
        page.says("Save the change").says("write it down on a new page").says("Before breakfast").says("value=\"71\"");
        let (_, table) = page.body.split_once("Saved now").unwrap();
        let (table, _) = table.split_once("use the form below").unwrap();
        assert!(table.contains("70") && table.contains("71") && !table.contains("Time"), "only what differs: {table}");
        sam.get(&one).await.says("70 kg").does_not_say("71 kg");
        let change = [("version", hidden(&page, "version")), ("value", "71".to_owned()), ("unit", "kg".to_owned())];
        let change: Vec<(&str, &str)> = change.iter().map(|(field, value)| (*field, value.as_str())).collect();
        sam.post_and_follow(&format!("{one}/change"), &change).await.says("Your change is saved").says("71 kg");
        // What the same device showed with it is a reading of its own.
        let at = "/readings/blood-pressure/new";
        let submission = hidden(&sam.get(at).await, "submission");
        let both = |systolic: &'static str, pulse: &'static str| {
            [("submission", submission.as_str()), ("systolic", systolic), ("diastolic", "88"), ("pulse_value", pulse)]
        };
        sam.post_and_follow(at, &both("132", "72")).await.says("Your readings are saved");
        let page = sam.post_and_follow(at, &both("132", "82")).await;
        page.says("You saved 72 beats a minute from this page before").says("value=\"82\"").does_not_say("is not saved either");
        let page = sam.post_and_follow(at, &both("136", "82")).await;
        page.says("You saved 132/88 mmHg from this page before").says("value=\"136\"");
        page.says("The pulse that you typed is not saved either");
    }

    async fn signs_that_no_form_asks_everybody_for_are_asked_where_they_were_told_and_not_lost_by_a_change(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let at = "/readings/blood-pressure/new";
        let (asked, question) = ("Is there a bad headache, blurred or flashing sight", "name=\"eclampsia\"");
        let form = sam.get(at).await;
        form.does_not_say(asked);
        let submission = hidden(&form, "submission");
        let told = [("submission", submission.as_str()), ("systolic", "142"), ("diastolic", "92"), ("eclampsia", "yes")];
        let one = sam.post(at, &told).await.location().to_owned();
        // It holds for the next one, whose form says so and does not ask.
        sam.get(at).await.says(asked).does_not_say(question);
        let change = format!("{one}/change");
        sam.get(&change).await.says(asked).says(question);
        let changed = [("version", "1"), ("systolic", "143"), ("diastolic", "92"), ("eclampsia", "yes")];
        sam.post_and_follow(&change, &changed).await.says("Your change is saved").says("143/92").says(asked);
        sam.get(&change).await.says(question);
    }

    async fn signs_that_were_told_of_stand_with_the_next_reading_of_the_sitting(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let at = "/readings/blood-pressure/new";
        let (still, help) = ("That still counts, whatever the next reading is.", "What you feel needs help now, whatever the number is");
        sam.get(at).await.does_not_say(still);
        let submission = hidden(&sam.get(at).await, "submission");
        let first = [("submission", submission.as_str()), ("systolic", "150"), ("diastolic", "90"), ("signs", "yes")];
        sam.post_and_follow(at, &first).await.says(help);
        sam.get(at).await.says(still).says("you said yes to: Is there chest pain").says(help).says("href=\"tel:999\"");
        // A lower one, of which nobody said anything, takes nothing back.
        town.app.clock.advance(TimeDelta::minutes(10));
        let submission = hidden(&sam.get(at).await, "submission");
        let second = [("submission", submission.as_str()), ("systolic", "128"), ("diastolic", "80")];
        let why = "That still counts, whatever this reading is.";
        sam.post_and_follow(at, &second).await.says(help).says("you said yes to: Is there chest pain").says(why);
        town.app.clock.advance(TimeDelta::minutes(20));
        sam.get(at).await.says(still);
        town.app.clock.advance(TimeDelta::minutes(11));
        sam.get(at).await.does_not_say(still);
        sam.get("/readings/weight/new").await.does_not_say(still);
        // Whatever else is measured again is asked about in other words, and they hold as long.
        let (at, breathing) = ("/readings/oxygen/new", "What you see needs 999 now, whatever the number is");
        sam.get(at).await.does_not_say(still);
        let submission = hidden(&sam.get(at).await, "submission");
        sam.post_and_follow(at, &[("submission", submission.as_str()), ("value", "95"), ("signs", "yes")]).await.says(breathing);
        sam.get(at).await.says(still).says("you said yes to: Blue or grey lips or face").says(breathing);
        town.app.clock.advance(TimeDelta::minutes(10));
        let submission = hidden(&sam.get(at).await, "submission");
        // Nor does a no: it is said why not, beside what still holds.
        let denied = [("submission", submission.as_str()), ("value", "97"), ("signs", "no")];
        let seen = sam.post_and_follow(at, &denied).await;
        seen.says(breathing).says("you said yes to: Blue or grey lips or face");
        seen.says("With this reading, 10 minutes later, the answer was no. The yes still counts");
        town.app.clock.advance(TimeDelta::minutes(20));
        sam.get(at).await.says(still);
        town.app.clock.advance(TimeDelta::minutes(11));
        sam.get(at).await.does_not_say(still);
    }

    async fn danger_in_what_is_typed_is_answered_before_the_form_asks_about_it(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let waits = "It is not saved yet. Do not wait for that.";
        for (measure, fields, title) in [
            ("oxygen", &[("value", "x"), ("signs", "yes")][..], "What you see needs 999 now, whatever the number is"),
            ("blood-pressure", &[("systolic", "240"), ("diastolic", "x"), ("signs", "yes")], "This is an emergency. Call 999"),
            ("blood-pressure", &[("systolic", "190"), ("diastolic", "x")], "This blood pressure is very high"),
            ("temperature", &[("value", "33")], "This temperature is very low"),
            ("blood-glucose", &[("value", "LO")], "This blood sugar is low"),
            ("blood-glucose", &[("value", "hi")], "This blood sugar is too high for the meter to show"),
            ("blood-glucose", &[("value", "low"), ("signs", "yes")], "This low blood sugar is an emergency. Call 999"),
        ] {
            let at = format!("/readings/{measure}/new");
            let fresh = sam.get(&at).await;
            fresh.does_not_say(waits);
            let submission = hidden(&fresh, "submission");
            let sent: Vec<_> = fields.iter().copied().chain([("submission", submission.as_str())]).collect();
            let page = sam.post_and_follow(&at, &sent).await;
            page.says("There is a problem").says(title).says(waits);
            let (above, _) = page.body.split_once("There is a problem").unwrap();
            assert!(above.contains(title), "{measure}: it stands below");
            assert_eq!(page.body.matches("<h1").count(), 1, "{measure}");
        }
        // What a meter shows in place of a number is kept in the field, and no number is made of it.
        let at = "/readings/blood-glucose/new";
        let submission = hidden(&sam.get(at).await, "submission");
        let page = sam.post_and_follow(at, &[("submission", submission.as_str()), ("value", "HI")]).await;
        page.says("HI is not a number, so it was not saved").says("value=\"HI\"").does_not_say("such as 72");
        sam.get("/readings").await.says("Nothing is recorded yet");
        // A keypad has no letters: the same stands behind a link.
        let (low, high) = ("?meter=LO", "?meter=HI");
        let fresh = sam.get(at).await;
        fresh.says(low).says(high);
        sam.get("/readings/oxygen/new").await.does_not_say(low);
        sam.get(&format!("{at}{low}")).await.says("This blood sugar is low").says(waits).says("value=\"LO\"");
        sam.get(&format!("{at}{high}")).await.says("This blood sugar is too high for the meter to show").says(waits);
        for nothing in ["?meter=7", "?meter="] {
            sam.get(&format!("{at}{nothing}")).await.does_not_say(waits);
        }
        sam.get(&format!("/readings/oxygen/new{low}")).await.does_not_say(waits);
        let at = "/readings/weight/new";
        let submission = hidden(&sam.get(at).await, "submission");
        let page = sam.post_and_follow(at, &[("submission", submission.as_str()), ("value", "x")]).await;
        page.says("There is a problem").does_not_say(waits);
        // Changed, it is the same.
        let one = weigh(&mut sam, "70", &[]).await;
        sam.post_and_follow(&format!("{one}/change"), &[("version", "1"), ("value", "x")]).await.says("There is a problem").does_not_say(waits);
        // A number that is doubted is kept beside a sign of danger, and nobody is asked about it first.
        for (measure, fields, title) in [
            ("oxygen", &[("value", "80"), ("signs", "yes")][..], "What you see needs 999 now, whatever the number is"),
            ("blood-pressure", &[("systolic", "240"), ("diastolic", "130"), ("signs", "yes")], "This is an emergency. Call 999"),
            ("blood-glucose", &[("value", "1.8"), ("signs", "yes")], "This low blood sugar is an emergency. Call 999"),
        ] {
            let at = format!("/readings/{measure}/new");
            let submission = hidden(&sam.get(&at).await, "submission");
            let sent: Vec<_> = fields.iter().copied().chain([("submission", submission.as_str())]).collect();
            sam.post_and_follow(&at, &sent).await.says(title).does_not_say("There is a problem").does_not_say(waits);
        }
    }

    async fn a_carer_is_told_of_whom_a_reading_is_and_to_whom_its_advice_speaks(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        let owner = app.account(SAM, Some(sam)).await;
        allow(&app, owner, sam, CARER, "READ").await;
        let mut own = app.signed_in(SAM).await;
        let mut carer = app.signed_in(CARER).await;
        carer.post_and_follow("/acting", &[("person", &sam.to_string())]).await.says("You are looking after");
        let (at, speaks) = ("/readings/blood-pressure/new", "This is written for Sam Rivers. Say it to them");
        let send = async |browser: &mut Browser, bottom: &str| {
            let form = browser.get(at).await;
            let (submission, whose) = (hidden(&form, "submission"), hidden(&form, "whose"));
            let (submission, whose) = (submission.as_str(), whose.as_str());
            let fields = [("submission", submission), ("whose", whose), ("systolic", "190"), ("diastolic", bottom)];
            let page = browser.post(at, &fields).await.location().to_owned();
            (browser.get(&page).await, page)
        };
        send(&mut carer, "x").await.0.says("There is a problem").says("It is not saved yet").says(speaks);
        let (page, one) = send(&mut carer, "125").await;
        page.says("Sam Rivers\u{2019}s reading is saved").says("Sam Rivers\u{2019}s blood pressure").says(speaks).says(VERY_HIGH);
        let place = |words: &str| page.body.find(words).unwrap();
        assert!(place(speaks) < place(VERY_HIGH), "it is said first: {}", page.body);
        // A form of another account is not taken in, and danger in it is answered all the same.
        let made = hidden(&own.get("/readings/oxygen/new").await, "whose");
        let refused = carer.post("/readings/oxygen/new", &[("whose", made.as_str()), ("value", "80"), ("signs", "yes")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        refused.says("Nothing was sent").says("What you see needs 999 now, whatever the number is");
        // One about which there is nothing to say.
        let usual = weigh(&mut carer, "70", &[]).await;
        carer.get(&usual).await.says("Sam Rivers\u{2019}s weight").does_not_say(speaks);
        own.get(&one).await.says(VERY_HIGH).does_not_say("written for").does_not_say("Sam Rivers\u{2019}s blood");
        send(&mut own, "x").await.0.says("It is not saved yet").does_not_say("written for");
    }

    async fn the_form_of_a_reading_and_its_page_say_that_nobody_watches(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        // Also of a number about which there is nothing to do.
        sam.get("/readings/weight/new").await.says("Nobody is watching while you write this down").says("href=\"tel:999\"");
        let one = weigh(&mut sam, "70", &[]).await;
        sam.get(&one).await.says("70 kg").says("Nobody is watching what you record here").says("href=\"tel:999\"");
        sam.get(&format!("{one}/change")).await.says("Nobody is watching while you write this down");
        // What is very bad leads to help, whatever it is.
        let submission = hidden(&sam.get("/readings/pain/new").await, "submission");
        let pain = sam.post_and_follow("/readings/pain/new", &[("submission", &submission), ("value", "8")]).await;
        pain.says("This pain is very bad").says("urgent GP appointment").says("Nobody is watching what you record here");
        // Of what can be grave behind a usual number it is asked how somebody is, and that counts beside the number and before it.
        for (measure, value, signs, expected) in [
            ("blood-glucose", "3.1", "no", "This blood sugar is low"),
            ("blood-glucose", "3.2", "yes", "This low blood sugar is an emergency. Call 999"),
            ("blood-glucose", "9.1", "yes", "What you see needs 999 now, whatever the blood sugar is"),
            ("peak-flow", "300", "wheeze", "What you feel counts more than this peak flow"),
            ("peak-flow", "310", "yes", "This asthma attack is an emergency. Call 999"),
            ("oxygen", "94", "no", "This oxygen level is lower than usual"),
            ("oxygen", "95", "yes", "What you see needs 999 now, whatever the number is"),
            ("breathing", "16", "yes", "What you see needs 999 now, whatever the number is"),
            ("pulse", "131", "no", "This pulse is far outside the usual range"),
            ("pulse", "72", "yes", "What you see needs 999 now, whatever the pulse is"),
            ("temperature", "36.9", "yes", "What you see needs 999 now, whatever the temperature is"),
        ] {
            let at = format!("/readings/{measure}/new");
            let form = sam.get(&at).await;
            form.says("Is there any of this?").says("name=\"signs\"");
            let fields = [("submission", hidden(&form, "submission")), ("value", value.to_owned()), ("signs", signs.to_owned())];
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, said)| (*name, said.as_str())).collect();
            sam.post_and_follow(&at, &fields).await.says(expected);
        }
        // Where a care team is told, it says of whom and when they look; where a rule came up, that says it.
        let mut gp = town.app.signed_in(GP).await;
        let (rules, submission) = (format!("/team/people/{}/rules", town.sam), town.app.services.core.new_id().to_string());
        let rule = [
            ("kind", "single"), ("measure", "weight"), ("colour", "red"), ("side", "above"), ("first", "80"),
            ("words", "Ring us at once"), ("why", "Your heart"), ("submission", submission.as_str()),
        ];
        gp.post_and_follow(&rules, &rule).await.says("The rule is on");
        let page = sam.get(&one).await;
        page.says("is told when weight is not as agreed").does_not_say("Nobody is watching what you record here");
        town.app.clock.advance(TimeDelta::minutes(10));
        let high = weigh(&mut sam, "81", &[]).await;
        let page = sam.get(&high).await;
        page.says("Ring us at once").does_not_say("is told when weight is not as agreed");
        page.does_not_say("Nobody is watching what you record here");
    }

    async fn a_clinician_enters_a_reading_and_the_desk_does_not(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp, mut desk) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await, town.app.signed_in(DESK).await);
        let list = format!("/team/people/{}/readings", town.sam);
        let at = format!("{list}/blood-pressure/new");
        gp.get(&list).await.says("Enter a reading for them").says(&format!("href=\"{at}\""));
        let form = gp.get(&at).await;
        form.says("Enter blood pressure").says("999").says("How do you know it?").says("Rivers").does_not_say("type=\"file\"");
        let submission = hidden(&form, "submission");
        let wrong = gp.post_and_follow(&at, &[("submission", &submission), ("systolic", "184")]).await;
        wrong.says("There is a problem").says("Choose how you know it").says("value=\"184\"");
        let fields = [("submission", submission.as_str()), ("how", "phone"), ("systolic", "184"), ("diastolic", "121")];
        let one = gp.post(&at, &fields).await.location().to_owned();
        assert_eq!(gp.post(&at, &fields).await.location(), one, "sent twice it is one");
        let page = gp.get(&one).await;
        page.says("What to say to them").says("This blood pressure is very high").says("Told by phone").says("Take this reading back");
        let id = one.rsplit('/').next().unwrap();
        let theirs = sam.get(&format!("/readings/blood-pressure/{id}")).await;
        theirs.says("184/121 mmHg").says("Told by phone").says("This blood pressure is very high").does_not_say("Take this reading back");
        sam.get("/activity").await.says("entered a reading for you");
        // Whoever does not see readings enters none.
        assert_eq!(desk.get(&at).await.status, StatusCode::NOT_FOUND);
        assert_eq!(desk.post(&at, &fields).await.status, StatusCode::NOT_FOUND);
        let back = gp.post_and_follow(&format!("{one}/remove"), &[("version", "1")]).await;
        back.says("You took the reading back").says("Nothing is recorded yet");
        assert_eq!(sam.get(&format!("/readings/blood-pressure/{id}")).await.status, StatusCode::NOT_FOUND);
        sam.get("/activity").await.says("took back a reading that was entered for you");
        sam.get("/readings/blood-pressure/removed").await.says("Nothing is removed");
    }

    async fn another_reading_of_the_same_time_is_asked_about_at_work_and_saved_by_one_press(place: &Place) {
        let town = town(place).await;
        let (mut gp, mut sam) = (town.app.signed_in(GP).await, town.app.signed_in(SAM).await);
        let at = format!("/team/people/{}/readings/blood-pressure/new", town.sam);
        let submission = hidden(&gp.get(&at).await, "submission");
        let first = [("submission", submission.as_str()), ("how", "phone"), ("systolic", "142"), ("diastolic", "88")];
        gp.post_and_follow(&at, &first).await.says("The reading is saved");
        // Another number, another arm and a note.
        let submission = hidden(&gp.get(&at).await, "submission");
        let second = |submission: &str, more: &[(&str, &str)]| {
            let all = [
                ("submission", submission), ("how", "practice"), ("systolic", "124"), ("diastolic", "88"), ("arm", "left"),
                ("note", "Sitting"),
            ];
            all.iter().chain(more).map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
        };
        let send = async |gp: &mut Browser, fields: &[(String, String)]| {
            let fields: Vec<_> = fields.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
            gp.post(&at, &fields).await.location().to_owned()
        };
        let back = send(&mut gp, &second(&submission, &[])).await;
        assert_eq!(back.split(['?', '#']).next(), Some(at.as_str()));
        let page = gp.get(&back).await;
        page.says("There is a problem").says("You saved 142/88 mmHg of the same time").says("href=\"#another\"").says("id=\"another\"");
        page.says("name=\"another\" value=\"yes\"").says("value=\"124\"").says("Sitting");
        let (before, _) = page.body.split_once("name=\"another\"").unwrap();
        let (_, of_form) = before.split_once("name=\"how\"").unwrap();
        assert_eq!(of_form.matches("type=\"submit\"").count(), 2, "the return key asks again: {}", page.body);
        sam.get("/readings/blood-pressure").await.says("142/88 mmHg").does_not_say("124/88 mmHg");
        let confirmed = second(&hidden(&page, "submission"), &[("another", "yes")]);
        let one = send(&mut gp, &confirmed).await;
        assert_eq!(send(&mut gp, &confirmed).await, one, "sent twice it is one");
        sam.get("/readings/blood-pressure").await.says("142/88 mmHg").says("124/88 mmHg");
    }

    async fn one_look_at_the_form_at_work_is_one_event(place: &Place) {
        let town = town(place).await;
        let mut gp = town.app.signed_in(GP).await;
        let at = format!("/team/people/{}/readings/blood-pressure/new", town.sam);
        let looks = async || {
            let (items, _) = town.app.services.activity.of_record(&Actor::Operator, town.sam, None).await.unwrap();
            items.iter().filter(|item| item.action == Action::Read && item.basis == Basis::CareTeam).count()
        };
        let before = looks().await;
        let form = gp.get(&at).await;
        assert_eq!(looks().await, before + 1);
        let submission = hidden(&form, "submission");
        // It comes back with what is wrong, and with what to do about what was typed.
        let wrong = [("submission", submission.as_str()), ("systolic", "184"), ("diastolic", "121")];
        let page = gp.post_and_follow(&at, &wrong).await;
        page.says("Choose how you know it").says("This blood pressure is very high").says("It is not saved yet");
        assert_eq!(looks().await, before + 2);
        // It is for the person, and not for whoever reads it at work.
        let place = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", page.body));
        assert!(place("What to say to them") < place("This blood pressure is very high"), "{}", page.body);
        page.says("Say it to them, or to whoever is with them.");
        let mut sam = town.app.signed_in(SAM).await;
        let submission = hidden(&sam.get("/readings/blood-pressure/new").await, "submission");
        let own = [("submission", submission.as_str()), ("systolic", "184"), ("diastolic", "121"), ("time", "soon")];
        let page = sam.post_and_follow("/readings/blood-pressure/new", &own).await;
        page.says("This blood pressure is very high").says("It is not saved yet").does_not_say("What to say to them");
    }

    async fn one_form_takes_a_blood_pressure_and_the_pulse_that_its_monitor_shows(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        let at = "/readings/blood-pressure/new";
        let form = sam.get(at).await;
        form.says("Pulse, if your monitor shows it").says("name=\"pulse_value\"").says("Pulse. When did you take it?").does_not_say("name=\"pulse_signs\"");
        let submission = hidden(&form, "submission");
        let wrong = [("submission", submission.as_str()), ("systolic", "89"), ("diastolic", ""), ("pulse_value", "fast")];
        let page = sam.post_and_follow(at, &wrong).await;
        page.says("There is a problem").says("Bottom number: enter a number").says("Pulse: Use numbers only, such as 72");
        page.says("href=\"#pulse_value\"").says("value=\"89\"").says("value=\"fast\"");
        let submission = hidden(&page, "submission");
        // No meter shows a part of a mmHg.
        let wrong = [("submission", submission.as_str()), ("systolic", "142.5"), ("diastolic", "88")];
        let page = sam.post_and_follow(at, &wrong).await;
        page.says("href=\"#systolic\"").says("Top number: Write it without decimals").says("value=\"142.5\"");
        let submission = hidden(&page, "submission");
        let fields = [
            ("submission", submission.as_str()), ("systolic", "89"), ("diastolic", "60"), ("pulse_value", "125"),
            ("pulse_activity", "rest"),
        ];
        let one = sam.post(at, &fields).await.location().to_owned();
        assert_eq!(sam.post(at, &fields).await.location(), one, "sent twice each is one");
        let page = sam.get(&one).await;
        page.says("Your readings are saved").says("89/60 mmHg").says("Pulse shown with it").says("125 beats a minute").says("At rest");
        let place_of = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", page.body));
        let pulse_first = place_of("This pulse is outside the usual range") < place_of("This blood pressure is low");
        assert!(pulse_first, "the gravest first");
        assert_eq!(page.body.matches("Nobody is watching what you record here").count(), 1);
        // What was shown with it has a page of its own, and is gone here when it is removed there.
        let (pressure, pulse) = one.split_once("?with=").unwrap();
        let pulse = format!("/readings/pulse/{pulse}");
        page.says(&format!("href=\"{pulse}\""));
        sam.get(&format!("{pressure}/change")).await.does_not_say("pulse_value");
        sam.post_and_follow(&format!("{pulse}/remove"), &[("version", "1")]).await.says("You removed the reading");
        sam.get(&one).await.says("89/60 mmHg").does_not_say("Pulse shown with it");
        // The same form at work, of a later time.
        town.app.clock.advance(TimeDelta::minutes(1));
        let list = format!("/team/people/{}/readings", town.sam);
        let at = format!("{list}/blood-pressure/new");
        let form = gp.get(&at).await;
        form.says("Pulse, if the monitor shows it");
        let submission = hidden(&form, "submission");
        let fields = [
            ("submission", submission.as_str()), ("how", "phone"), ("systolic", "184"), ("diastolic", "121"), ("pulse_value", "125"),
        ];
        let page = gp.post_and_follow(&at, &fields).await;
        page.says("The readings are saved").says("What to say to them").says("reads on the pages of these readings");
        page.says("This blood pressure is very high").says("This pulse is outside the usual range").says(&format!("href=\"{list}/pulse/"));
    }

    async fn what_a_rule_asks_for_is_said_to_whoever_rang(place: &Place) {
        let town = town(place).await;
        let mut gp = town.app.signed_in(GP).await;
        let (rules, at) = (format!("/team/people/{}/rules", town.sam), format!("/team/people/{}/readings/weight/new", town.sam));
        let submission = hidden(&gp.get(&format!("{rules}/new?kind=single&measure=weight")).await, "submission");
        let rule = [
            ("submission", submission.as_str()), ("ready", ""), ("kind", "single"), ("measure", "weight"), ("colour", "red"),
            ("side", "above"), ("first", "90"), ("words", "Take one more water tablet"), ("why", "Your heart failure"),
        ];
        gp.post_and_follow(&rules, &rule).await.says("The rule is on");
        town.app.clock.advance(TimeDelta::minutes(1));
        for (number, is_said) in [("80", false), ("95", true)] {
            town.app.clock.advance(TimeDelta::minutes(1));
            let submission = hidden(&gp.get(&at).await, "submission");
            let fields = [("submission", submission.as_str()), ("how", "phone"), ("value", number)];
            let page = gp.post_and_follow(&at, &fields).await;
            page.says("Told by phone");
            // Public guidance says nothing of a weight.
            assert_eq!(page.body.contains("What to say to them"), is_said, "{number}: {}", page.body);
            assert_eq!(page.body.contains("Take one more water tablet"), is_said, "{number}: {}", page.body);
        }
    }

    async fn the_same_saved_again_from_the_form_before_is_asked_about(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let at = "/readings/weight/new";
        weigh(&mut sam, "75.5", &[]).await;
        // Back leads to the form with another one-time id.
        let submission = hidden(&sam.get(at).await, "submission");
        let page = sam.post_and_follow(at, &[("submission", submission.as_str()), ("value", "75.5")]).await;
        page.says("There is a problem").says("You have just saved the same reading. Save it again only if it is another one");
        page.says("name=\"sure\"").says("value=\"75.5\"");
        sam.get("/readings/weight").await.says("75.5 kg").does_not_say("2 readings");
        let submission = hidden(&page, "submission");
        let sure = [("submission", submission.as_str()), ("value", "75.5"), ("sure", "yes")];
        sam.post_and_follow(at, &sure).await.says("Your reading is saved");
        assert_ne!(weigh(&mut sam, "75.6", &[]).await, at, "another number is another reading");
    }

    async fn a_long_list_has_ways_to_its_years_and_months(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let on = |day: &'static str, month: &'static str, year: &'static str| {
            [("day_day", day), ("day_month", month), ("day_year", year), ("time", "8am")]
        };
        weigh(&mut sam, "61", &on("5", "3", "2025")).await;
        weigh(&mut sam, "62", &on("6", "5", "2025")).await;
        sam.get("/readings/weight").await.does_not_say("Readings of a year");
        for number in 0..25 {
            weigh(&mut sam, &format!("70.{number:02}"), &[]).await;
        }
        let page = sam.get("/readings/weight?span=year").await;
        page.says("Readings of a year").says("href=\"/readings/weight?span=year&amp;month=2025-12\"").does_not_say("Readings of a month");
        let page = sam.get("/readings/weight?span=year&month=2025-12").await;
        page.says("62 kg").says("61 kg").says("Readings of a month").says("month=2025-03").says("aria-current=\"true\"");
        sam.get("/readings/weight?month=2025-03").await.says("61 kg").does_not_say("62 kg");
        for odd in ["month=x", "month=0000-01", "month=9999-99", "month=2025-13"] {
            assert_eq!(sam.get(&format!("/readings/weight?{odd}")).await.status, StatusCode::OK, "{odd}");
        }
        assert_eq!(sam.get("/weeks?after=x").await.status, StatusCode::NOT_FOUND);
        assert_eq!(sam.get("/weeks").await.status, StatusCode::OK);
    }
}
