//! Charts of what people record, as browsers without script use them.

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
const DESK: &str = "desk@example.org";
const STRANGER: &str = "stranger@example.org";

/// The value of the first hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// Where the link leads that moves the chart so.
#[track_caller]
fn moves(page: &Answer, how: &str) -> String {
    let (before, _) =
        page.body.split_once(&format!("data-moves=\"{how}\"")).unwrap_or_else(|| panic!("no {how} in {}", page.body));
    let (_, href) = before.rsplit_once("href=\"").unwrap();
    href.split('"').next().unwrap().replace("&amp;", "&")
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
    app.staff(DESK, "Y90001", StaffRole::Reception).await;
    let other = app.person("999 000 0026", "Stone", "Gout").await;
    app.account(STRANGER, Some(other)).await;
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
    Town { app, sam, at: format!("/team/people/{sam}/readings") }
}

/// Records something on a day of October or November 2026, at 8 in the morning.
async fn record(browser: &mut Browser, measure: &str, number: &str, (day, month): (&str, &str)) {
    record_at(browser, measure, number, (day, month, "8am")).await;
}

/// The same at another time of a day of that year.
async fn record_at(browser: &mut Browser, measure: &str, number: &str, (day, month, time): (&str, &str, &str)) {
    let at = format!("/readings/{measure}/new");
    let submission = hidden(&browser.get(&at).await, "submission");
    let fields = [
        ("submission", submission.as_str()),
        ("value", number),
        ("day_day", day),
        ("day_month", month),
        ("day_year", "2026"),
        ("time", time),
    ];
    browser.post_and_follow(&at, &fields).await.says("Your reading is saved");
}

/// Writes down how bad a symptom is.
async fn symptom(browser: &mut Browser, (note, number): (&str, &str), (day, month, time): (&str, &str, &str)) {
    let page = browser.get("/readings/symptoms/new").await;
    page.says("Use the same words each time");
    let submission = hidden(&page, "submission");
    let fields = [
        ("submission", submission.as_str()),
        ("value", number),
        ("note", note),
        ("day_day", day),
        ("day_month", month),
        ("day_year", "2026"),
        ("time", time),
    ];
    browser.post_and_follow("/readings/symptoms/new", &fields).await.says("Your reading is saved");
}

testkit::both_engines! {
    async fn a_chart_moves_zooms_and_stands_with_another_without_script(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        for (number, day, month) in [("80", "1", "10"), ("79", "2", "10"), ("78", "5", "10"), ("75", "2", "11")] {
            record(&mut sam, "weight", number, (day, month)).await;
        }
        let page = sam.get("/readings/weight").await;
        page.says("In the last 4 weeks: 1 reading, 75 kg.").does_not_say("data-moves=\"later\"").does_not_say("Show something else with it");
        let page = sam.get(&moves(&page, "earlier")).await;
        page.says("From 9 September 2026 to 6 October 2026: 3 readings, on average 79 kg; the lowest 78, the highest 80.");
        page.says("Where the line is broken, nothing was recorded.").does_not_say("data-moves=\"earlier\"");
        page.says("The same as a table").says("2 October 2026").says("data-spots");
        let close = sam.get(&moves(&page, "closer")).await;
        close.says("From 30 September 2026 to 6 October 2026: 3 readings").does_not_say("data-moves=\"closer\"");
        sam.get(&moves(&close, "later")).await.says("There is no reading from 7 October 2026 to 13 October 2026.");
        let wider = moves(&sam.get("/readings/weight").await, "wider");
        let year = sam.get(&wider).await;
        year.says("In the last year: 4 readings").says("Week from").says("28 September 2026");

        // Two together: a sentence, a picture and a table for both.
        record(&mut sam, "steps", "6000", ("3", "11")).await;
        record(&mut sam, "steps", "4000", ("1", "11")).await;
        sam.get("/readings/weight").await.says("Show something else with it").says("<option value=\"steps\"");
        let both = sam.get("/readings/weight?span=week&with=steps").await;
        both.says("In the last 7 days: 1 reading, 75 kg.").says("In the last 7 days: 2 days with a reading. On average 5000 steps");
        both.says("Weight (kg)").says("Weight and steps").says("not recorded").says("6,000");
        assert_eq!(both.body.matches("<figure class=\"sh-chart\"").count(), 2);
        let with = moves(&both, "wider");
        assert!(with.ends_with("span=month&with=steps"), "{with}");
        // What nobody can be asked for is not asked for.
        for odd in ["with=", "with=weight", "with=nothing", "until=x", "until=0000-01-01", "until=9999-12-31", "span=x"] {
            let page = sam.get(&format!("/readings/weight?{odd}")).await;
            assert_eq!((page.status, page.body.matches("<figure class=\"sh-chart\"").count()), (StatusCode::OK, 1), "{odd}");
        }
        // What was recorded last is offered first.
        let list = sam.get("/readings").await.body;
        assert!(list.find("/readings/steps/new").unwrap() < list.find("/readings/weight/new").unwrap());
        // And stands first among the newest.
        let (_, newest) = list.split_once("Newest readings").unwrap();
        assert!(newest.find("href=\"/readings/steps\"").unwrap() < newest.find("href=\"/readings/weight\"").unwrap());
    }

    async fn a_day_with_several_readings_is_read_by_its_hours(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        record(&mut sam, "pulse", "70", ("1", "11")).await;
        for span in ["week", "month"] {
            sam.get(&format!("/readings/pulse?span={span}")).await.does_not_say("span=day");
        }
        for (number, time) in [("60", "1:30am"), ("64", "7:10am"), ("66", "7:40am"), ("90", "11:30pm")] {
            record_at(&mut sam, "pulse", number, ("25", "10", time)).await;
        }
        // This week has no such day, the month has.
        let page = sam.get("/readings/pulse?span=month").await;
        sam.get(&moves(&page, "closer")).await.says("In the last 7 days: 1 reading").does_not_say("data-moves=\"closer\"");
        let day = sam.get(&moves(&page, "day")).await;
        day.says("On 25 October 2026: 4 readings, on average 70 ").says("This day has 25 hours, because the clocks go back.");
        day.says(">6am<").says(">midday<").says(">6pm<").says("Sunday 25 October 2026, 7:10am: 64");
        day.says("1:30am, before the clocks go back: 60").says("Hour from").says("1am, before the clocks go back").says("11pm");
        day.does_not_say("data-moves=\"closer\"").does_not_say("data-moves=\"earlier\"");
        let next = sam.get(&moves(&day, "later")).await;
        next.says("There is no reading on 26 October 2026.").does_not_say("This day has");
        sam.get(&moves(&next, "earlier")).await.says("On 25 October 2026: 4 readings");
        sam.get(&moves(&next, "wider")).await.says("From 20 October 2026 to 26 October 2026: 4 readings");
        sam.get("/readings/pulse?span=day").await.says("There is no reading today.").does_not_say("data-moves=\"later\"");
        // Beside what is counted by day.
        record(&mut sam, "steps", "6000", ("25", "10")).await;
        sam.get("/readings/steps?span=week&until=2026-10-26").await.does_not_say("span=day");
        let both = sam.get("/readings/pulse?span=day&until=2026-10-25&with=steps").await;
        both.says("On 25 October 2026: 6000 steps.").says("counted by day").says("6,000").says("25 October 2026");
        assert_eq!(both.body.matches("<figure class=\"sh-chart\"").count(), 2);
        assert!(moves(&both, "wider").ends_with("span=week&until=2026-10-25&with=steps"));
        // In spring a day is shorter, and whoever cares for him sees the same.
        for time in ["00:30", "8am"] {
            record_at(&mut sam, "pulse", "70", ("29", "3", time)).await;
        }
        let mut gp = town.app.signed_in(GP).await;
        let spring = gp.get(&format!("{}/pulse?span=day&until=2026-03-29", town.at)).await;
        spring.says("On 29 March 2026: 2 readings").says("This day has 23 hours, because the clocks go forward.");
    }

    async fn each_symptom_has_a_line_and_an_average_of_its_own(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        for (note, number, day, month) in [("cough", "3", "31", "10"), ("Cough.", "5", "1", "11"), ("Headache", "8", "2", "11")] {
            symptom(&mut sam, (note, number), (day, month, "8am")).await;
        }
        let page = sam.get("/readings/symptoms").await;
        page.says("Cough (out of 10)").says("In the last 4 weeks: 2 readings, on average 4 out of 10; the lowest 3, the highest 5.");
        page.says("Headache (out of 10)").says("In the last 4 weeks: 1 reading, 8 out of 10.").does_not_say("3 readings, on average");
        page.says("What is it?").says("Headache. In the last 4 weeks");
        assert_eq!(page.body.matches("<figure class=\"sh-chart\"").count(), 2);
        let year = sam.get("/readings/symptoms?span=year").await;
        year.says("In the last year: 2 readings, on average 4 out of 10").says("In the last year: 1 reading, 8 out of 10.");
        let mut gp = town.app.signed_in(GP).await;
        gp.get(&format!("{}/symptoms", town.at)).await.says("Cough (out of 10)").says("Headache (out of 10)");
        record(&mut sam, "weight", "75", ("2", "11")).await;
        let both = sam.get("/readings/weight?span=week&with=symptoms").await;
        both.says("Weight (kg)").says("Cough (out of 10)").says("Headache 8").says("Cough 5");
        assert_eq!(both.body.matches("<figure class=\"sh-chart\"").count(), 3);
        // A day with several of one symptom is read by its hours, each symptom by itself.
        both.does_not_say("span=day");
        for (number, time) in [("7", "9:10am"), ("5", "9:40am")] {
            symptom(&mut sam, ("Cough", number), ("2", "11", time)).await;
        }
        let week = sam.get("/readings/symptoms?span=week").await;
        let day = sam.get(&moves(&week, "closer")).await;
        day.says("On 2 November 2026: 2 readings, on average 6 out of 10").says("On 2 November 2026: 1 reading, 8 out of 10.");
        day.says("Hour from").says("What is it?").says("9am");
        let both = sam.get("/readings/weight?span=day&until=2026-11-02&with=symptoms").await;
        both.says("Hour from").says("Headache 8").says("Cough 6").says("not recorded");
        // Beside what is counted by day, each is said of the whole day.
        record(&mut sam, "steps", "6000", ("2", "11")).await;
        let both = sam.get("/readings/symptoms?span=day&until=2026-11-02&with=steps").await;
        both.says("counted by day").says("6,000").says("Cough 6, Headache 8");
    }

    async fn a_peak_flow_stands_before_the_zones_of_a_personal_best_where_no_target_is_set(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        record(&mut sam, "peak-flow", "400", ("1", "11")).await;
        sam.get("/readings/peak-flow").await.says("1 reading").does_not_say("green zone").does_not_say("sh-chart__level");
        let submission = hidden(&sam.get("/weeks/new/peak-flow").await, "submission");
        let plan = [
            ("sent", "1"), ("submission", submission.as_str()), ("first", "today"), ("length", "14"), ("times", "8am"),
            ("how", ""), ("best", "450"), ("green", "75"), ("amber", "60"),
        ];
        sam.post_and_follow("/weeks/new/peak-flow", &plan).await.says("You have begun");
        let zones = "The green band is the green zone, from 338 L/min. Below the line at 270 is the red zone.";
        sam.get("/readings/peak-flow").await.says(zones).says("sh-chart__band").says("sh-chart__level");
        record(&mut sam, "pulse", "70", ("1", "11")).await;
        sam.get("/readings/pulse?with=peak-flow").await.says(zones);
        sam.get("/readings/pulse").await.does_not_say("green zone");
        let mut gp = town.app.signed_in(GP).await;
        gp.get(&format!("{}/peak-flow", town.at)).await.says(zones);
        // What a care team wants comes before it.
        let target = [("first_low", "350"), ("version", "0"), ("why", "We agreed")];
        let at = format!("/team/people/{}/targets/peak-flow", town.sam);
        gp.post_and_follow(&at, &target).await.says("The target is set");
        let page = sam.get("/readings/peak-flow").await;
        page.says("The target is").says("The green band shows it.").does_not_say("green zone").does_not_say("sh-chart__level");
    }

    async fn a_weight_is_typed_on_a_keypad_unless_it_is_of_two_numbers(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        for (measure, pair, own, words) in [
            ("weight", "[lb_av]", "kg", "stone and pounds"),
            ("height", "[in_i]", "cm", "feet and inches"),
        ] {
            let at = format!("/readings/{measure}/new");
            let (keypad, chosen) = ("inputmode=\"decimal\"", format!("value=\"{pair}\" checked"));
            let page = sam.get(&at).await;
            page.says(keypad).says(&format!("I use {words}")).does_not_say(&chosen);
            let (_, rest) = page.body.split_once(&format!("{at}?unit=")).unwrap();
            let other = format!("{at}?unit={}", rest.split('"').next().unwrap());
            let page = sam.get(&other).await;
            page.says(&chosen).says(&format!("I use {own}")).does_not_say(keypad);
            sam.get(&format!("{at}?unit={own}")).await.says(keypad);
            sam.get(&format!("{at}?unit=mmol")).await.says(keypad).says(&format!("I use {words}"));
        }
        // What was used last holds the next time, also in a diary, and where something is wrong.
        let at = "/readings/weight/new";
        let submission = hidden(&sam.get(at).await, "submission");
        let wrong = [("submission", submission.as_str()), ("value", "11.9"), ("unit", "[lb_av]")];
        sam.post_and_follow(at, &wrong).await.says("There is a problem").does_not_say("inputmode=\"decimal\"");
        let right = [("submission", submission.as_str()), ("value", "11 9"), ("unit", "[lb_av]")];
        sam.post_and_follow(at, &right).await.says("11 st 9 lb");
        sam.get(at).await.says("I use kg").does_not_say("inputmode=\"decimal\"");
        let submission = hidden(&sam.get("/weeks/new/weight").await, "submission");
        let plan = [
            ("sent", "1"), ("submission", submission.as_str()), ("first", "today"), ("length", "7"), ("times", "8am"), ("how", ""),
        ];
        let page = sam.post_and_follow("/weeks/new/weight", &plan).await;
        page.says("You have begun").says("I use kg").does_not_say("inputmode=\"decimal\"");
        let (_, rest) = page.body.split_once("?unit=").unwrap();
        let (before, _) = page.body.split_once("?unit=").unwrap();
        let week = before.rsplit('"').next().unwrap();
        let page = sam.get(&format!("{week}?unit={}", rest.split('"').next().unwrap())).await;
        page.says("inputmode=\"decimal\"").says("I use stone and pounds").says("value=\"kg\" checked");
        // Nothing else has such a link.
        sam.get("/readings/blood-glucose/new").await.says("inputmode=\"decimal\"").does_not_say("I use");
    }

    async fn a_spot_says_how_its_reading_was_taken(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        record(&mut sam, "blood-glucose", "7.1", ("1", "11")).await;
        let at = "/readings/blood-glucose/new";
        let submission = hidden(&sam.get(at).await, "submission");
        let fields = [
            ("submission", submission.as_str()), ("value", "8.2"), ("unit", "mmol/L"), ("meal", "before"), ("signs", "no"),
            ("note", "Birthday cake"),
        ];
        sam.post_and_follow(at, &fields).await.says("Your reading is saved");
        let page = sam.get("/readings/blood-glucose?span=week").await;
        page.says(": 8.2 mmol/L (before a meal)").says(": 7.1 mmol/L").does_not_say("7.1 mmol/L (");
        page.says("Before a meal · Birthday cake");
        // Each point of a year stands for several.
        sam.get("/readings/blood-glucose?span=year").await.says("data-spots").does_not_say("mmol/L (before a meal)");
    }

    async fn a_mood_is_drawn_and_said_in_its_own_words(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        for (mood, day) in [("2", "1"), ("4", "2"), ("4", "3")] {
            record(&mut sam, "mood", mood, (day, "11")).await;
        }
        let page = sam.get("/readings/mood").await;
        page.says("3 readings, on average neither low nor good (3.3 out of 5); the lowest low, the highest good.");
        // Its axis has the words of the moods, also of those that nobody noted.
        page.says(">Very low<").says(">Very good<");
    }

    async fn carers_and_clinicians_see_them_and_nobody_else(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        record(&mut sam, "weight", "70", ("2", "11")).await;
        record(&mut sam, "height", "175", ("2", "11")).await;
        let mut ann = town.app.signed_in(ANN).await;
        ann.post_and_follow("/acting", &[("person", &town.sam.to_string())]).await.says("Looking after");
        ann.get("/readings/weight?with=height").await.says("Height (cm)").says("body mass index (BMI)");
        ann.get("/readings/bmi").await.says("BMI is 22.9");
        let mut gp = town.app.signed_in(GP).await;
        gp.get(&format!("{}/weight?with=height&span=year", town.at)).await.says("Height (cm)").says("Nobody has checked it");
        gp.get(&format!("{}/bmi", town.at)).await.says("BMI is 22.9").says("Nobody has checked it");
        for who in [DESK, STRANGER] {
            let mut nobody = town.app.signed_in(who).await;
            for page in ["/bmi", "/weight?with=height"] {
                assert_eq!(nobody.get(&format!("{}{page}", town.at)).await.status, StatusCode::NOT_FOUND, "{who} {page}");
            }
        }
        // At work the list says in words what guidance makes of a reading; the person reads that on the page of the reading.
        gp.get(&town.at).await.says("70 kg").does_not_say("Advice: ");
        record(&mut sam, "oxygen", "88", ("2", "11")).await;
        // The newest may be of any age: of more than a day ago it is no advice of now.
        gp.get(&town.at).await.says("Advised then: act now").says("Guidance says: This oxygen level is very low").does_not_say("Advice: ");
        record(&mut sam, "oxygen", "88", ("3", "11")).await;
        gp.get(&town.at).await.says("Advice: act now").says("Guidance says: This oxygen level is very low").does_not_say("Advised then");
        sam.get("/readings").await.says("88%").does_not_say("Advice: ").does_not_say("Advised then");
        let mut stranger = town.app.signed_in(STRANGER).await;
        stranger.get("/readings/bmi").await.says("Nothing to work it out from").does_not_say("22.9");
        assert_eq!(town.app.browser().get("/readings/bmi").await.location(), "/sign-in");
    }

    async fn body_mass_index_says_what_it_comes_from_and_for_whom_it_means_something_else(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/readings").await.says("href=\"/readings/bmi\"");
        sam.get("/readings/bmi").await.says("There is no weight and height of an adult yet.").says("/readings/height/new");
        record(&mut sam, "weight", "74", ("2", "11")).await;
        record(&mut sam, "height", "175", ("2", "11")).await;
        sam.get("/readings/weight").await.says("Your body mass index (BMI)");
        let page = sam.get("/readings/bmi").await;
        page.says("Your BMI is 24.2. That is in the healthy weight range.").says("74 kg").says("175 cm").says("We worked it out");
        page.says("African-Caribbean family background it is in the overweight range.").says("NICE NG246").says("18.5 to 22.9");
        page.says("BMI does not count in pregnancy, or for anybody who has or may have an eating disorder").says("aged 65 and over");
        // The unit that was typed last is chosen the next time.
        let at = "/readings/weight/new";
        let submission = hidden(&sam.get(at).await, "submission");
        sam.get(at).await.says("value=\"kg\" checked");
        let stone = [("submission", submission.as_str()), ("value", "11 9"), ("unit", "[lb_av]")];
        sam.post_and_follow(at, &stone).await.says("11 st 9 lb");
        sam.get(at).await.says("value=\"[lb_av]\" checked");
        sam.get("/readings/bmi").await.says("11 st 9 lb (73.9 kg)");
        // It is worked out, and never typed.
        for method in ["/readings/bmi/new", "/readings/bmi/change"] {
            assert_eq!(sam.get(method).await.status, StatusCode::NOT_FOUND, "{method}");
        }
    }
}
