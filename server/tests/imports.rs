//! Bringing readings in from a file, as pages.

use crate::common::{Answer, Browser, TestApp};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::team::StaffRole;
use testkit::Place;

const SAM: &str = "sam@example.org";
const POINTS: &str = r#"[
    {"body_weight":{"value":70.4,"unit":"kg"},"effective_time_frame":{"date_time":"2026-10-02T08:00:00Z"}},
    {"body_weight":{"value":160,"unit":"lb"},"effective_time_frame":{"date_time":"2026-10-01T08:00:00Z"}},
    {"body_weight":{"value":7000,"unit":"kg"},"effective_time_frame":{"date_time":"2026-10-03T08:00:00Z"}}]"#;

fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// Which column is chosen in a list; empty for none.
#[track_caller]
fn chosen(page: &Answer, field: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("name=\"{field}\"")).unwrap_or_else(|| panic!("no {field} in {}", page.body));
    let list = rest.split("</select>").next().unwrap();
    let option = list.split("<option value=\"").find(|option| option.contains(" selected"));
    option.map_or_else(String::new, |option| option.split('"').next().unwrap().to_owned())
}

/// Sends a file as a browser does, for whom its page was made.
async fn send(browser: &mut Browser, whose: &str, name: &str, file: &str) -> Answer {
    send_asking(browser, whose, (name, file), "text/html").await
}

/// The same, asking for this kind of answer.
async fn send_asking(browser: &mut Browser, whose: &str, (name, file): (&str, &str), accept: &str) -> Answer {
    let part = |disposition: &str, content: &str| {
        format!("--edge\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n")
    };
    let body =
        format!("{}{}--edge--\r\n", part("name=\"whose\"", whose), part(&format!("name=\"file\"; filename=\"{name}\""), file));
    let request = Request::post("/readings/import")
        .header("sec-fetch-site", "same-origin")
        .header(header::ACCEPT, accept)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    browser.send(request, Body::from(body)).await
}

/// The page of a file that was sent.
async fn sent(browser: &mut Browser, name: &str, file: &str) -> String {
    let whose = hidden(&browser.get("/readings/import").await, "whose");
    send(browser, &whose, name, file).await.location().to_owned()
}

testkit::both_engines! {
    async fn a_file_is_sent_looked_at_added_and_taken_out_again(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let mut sam = app.signed_in(SAM).await;
        sam.get("/readings").await.says("href=\"/readings/import\"");
        let page = sam.get("/readings/import").await;
        page.says("Nothing is added until you have seen").says("enctype=\"multipart/form-data\"").does_not_say("Files of before");
        // Without a file, or with one that is unknown.
        let whose = hidden(&page, "whose");
        for (name, file, words) in [("", "", "Choose a file first"), ("x.png", "PNG", "We do not know this kind of file")] {
            let answer = send(&mut sam, &whose, name, file).await;
            assert_eq!(answer.location(), "/readings/import");
            sam.get("/readings/import").await.says("There is a problem").says(words);
        }
        sam.post_and_follow("/readings/import", &[]).await.says("Choose a file first");

        let import = sent(&mut sam, "points<b>.json", POINTS).await;
        let page = sam.get(&import).await;
        page.says("What is in the file").says("1 October 2026 to 2 October 2026").says("70.4 to 72.6 kg").says("Add 2 readings");
        page.says("1 left out, and why").says("with a number that cannot be right").says("points&lt;b&gt;.json").does_not_say("points<b>");
        sam.get("/readings/weight").await.says("Nothing is recorded yet");
        let page = sam.post_and_follow(&format!("{import}/confirm"), &[]).await;
        page.says("Your readings are added").says("2 readings added. 0 were here already.").says("Nobody has looked at these readings");
        let page = sam.get("/readings/weight").await;
        page.says("70.4 kg").says("72.6 kg").says("From an Open mHealth file");
        let one = page.body.split("href=\"/readings/weight/").nth(3).unwrap().split('"').next().unwrap().to_owned();
        let page = sam.get(&format!("/readings/weight/{one}")).await;
        page.says("As it was written there").says("160 lb");
        sam.get("/readings/import").await.says("Files of before").says("2 readings added");
        sam.get("/activity?by=you").await.says("added readings from a file").says("sent a file of readings");
        // A care team sees from where they are.
        app.clock.advance(chrono::TimeDelta::minutes(1));
        let mut gp = app.signed_in("gp@example.org").await;
        let page = gp.get(&format!("/team/people/{person}/readings/weight")).await;
        page.says("From an Open mHealth file").says("Nobody has checked it");

        let page = sam.post_and_follow(&format!("{import}/undo"), &[]).await;
        page.says("Your readings were taken out again");
        sam.get("/readings/weight").await.says("Nothing is recorded yet");
        let import = sent(&mut sam, "points.json", POINTS).await;
        sam.post_and_follow(&format!("{import}/discard"), &[]).await.says("The file is thrown away");
        assert_eq!(sam.get(&import).await.status, StatusCode::NOT_FOUND);
    }

    async fn what_to_do_at_once_about_a_reading_of_a_file_stands_before_all_else(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let day = |days| (app.services.core.now() - chrono::TimeDelta::days(days)).format("%Y-%m-%d");
        let file = format!("Date,Top,Low\n{},182,121\n{},142,88\n", day(3), day(2));
        let import = sent(&mut sam, "home.csv", &file).await;
        let columns = [("measure", "blood-pressure"), ("day", "0"), ("systolic", "1"), ("diastolic", "2")];
        let page = sam.post_and_follow(&format!("{import}/columns"), &columns).await;
        page.says("Blood pressure: 182/121 mmHg, taken on ").says("That was more than a day ago.");
        page.says("This blood pressure is very high").says("tel:999").does_not_say("Blood pressure: 142/88");
        let (before, _) = page.body.split_once("Found in the file").unwrap();
        assert!(before.contains("This blood pressure is very high"), "it stands before what was found: {}", page.body);
        let page = sam.post_and_follow(&format!("{import}/confirm"), &[]).await;
        page.says("2 readings added").says("Blood pressure: 182/121 mmHg, taken on ").says("This blood pressure is very high");
        page.says("Nobody has looked at these readings");
        sam.post_and_follow(&format!("{import}/undo"), &[]).await.does_not_say("This blood pressure is very high");
    }

    async fn what_was_here_already_and_a_measure_with_one_number_are_said_plainly(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let one = |kilos: &str, at: &str| {
            format!(r#"{{"body_weight":{{"value":{kilos},"unit":"kg"}},"effective_time_frame":{{"date_time":"{at}"}}}}"#)
        };
        let first = one("70.4", "2026-10-01T08:00:00Z");
        let import = sent(&mut sam, "first.json", &format!("[{first}]")).await;
        sam.get(&import).await.says("70.4 kg").does_not_say("70.4 to 70.4");
        sam.post_and_follow(&format!("{import}/confirm"), &[]).await.says("1 reading added. 0 were here already.");
        let import = sent(&mut sam, "both.json", &format!("[{first},{}]", one("71.2", "2026-09-30T08:00:00Z"))).await;
        sam.get(&import).await.says("70.4 to 71.2 kg").says("Add 1 reading");
        let page = sam.post_and_follow(&format!("{import}/confirm"), &[]).await;
        page.says("1 reading added. 1 was here already.").says("71.2 kg").does_not_say("71.2 to 71.2");
    }

    async fn whoever_sends_another_file_is_told_that_the_one_that_waits_is_thrown_away(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        sam.get("/readings/import").await.does_not_say("have not said yes to it yet");
        let first = sent(&mut sam, "first.json", POINTS).await;
        sam.get(&first).await.says("Add 2 readings").does_not_say("The file you sent before");
        let page = sam.get("/readings/import").await;
        page.says("<bdi>first.json</bdi>").says("have not said yes to it yet").says(&format!("href=\"{first}\">Look at what waits"));
        let second = sent(&mut sam, "second.json", POINTS).await;
        let page = sam.get(&second).await;
        page.says("The file you sent before is thrown away").says("Nothing of first.json was added").says("Add 2 readings");
        assert_eq!(sam.get(&first).await.status, StatusCode::NOT_FOUND);
        // What was said yes to is not thrown away, and nothing is said of it.
        sam.post_and_follow(&format!("{second}/confirm"), &[]).await.says("2 readings added");
        sam.get("/readings/import").await.does_not_say("have not said yes to it yet");
        let third = sent(&mut sam, "third.json", POINTS).await;
        sam.get(&third).await.does_not_say("The file you sent before is thrown away");
        sam.get(&second).await.says("2 readings added");
    }

    async fn a_script_that_sends_a_file_is_told_the_way_on(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let page = sam.get("/readings/import").await;
        page.says("leptos-island").says("Keep this page open until it is sent");
        let whose = hidden(&page, "whose");
        let answer = send_asking(&mut sam, &whose, ("x.png", "PNG"), "text/plain").await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "/readings/import"));
        // What is wrong waits for whoever opens that page.
        sam.get("/readings/import").await.says("We do not know this kind of file");
        let answer = send_asking(&mut sam, &whose, ("points.json", POINTS), "text/plain").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.starts_with("/readings/import/"), "{}", answer.body);
        sam.get(&answer.body).await.says("What is in the file").says("Add 2 readings");
        // What is no way on is answered as ever.
        let refused = send_asking(&mut sam, "", ("points.json", POINTS), "text/plain").await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
    }

    async fn the_columns_of_a_table_are_named_on_a_page(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let import = sent(&mut sam, "home.csv", "Date,Top,Top\n02/10/2026 08:30,142,88\n03/10/2026 08:30,138,84\n04/10/2026,90,<138>\n").await;
        let page = sam.get(&import).await;
        page.says("What is this table about?").says("02/10/2026 08:30").says(&format!("{import}?measure=blood-pressure"));
        let page = sam.get(&format!("{import}?measure=blood-pressure")).await;
        page.says("Column: Top number (systolic)").says("Column: Bottom number (diastolic)").says("<option value=\"1\">Top (column 2)</option>").says("<option value=\"2\">Top (column 3)</option>");
        let columns = format!("{import}/columns");
        let wrong = [("measure", "blood-pressure"), ("day", "0"), ("systolic", "1"), ("diastolic", ""), ("order", "day")];
        let page = sam.post_and_follow(&columns, &wrong).await;
        page.says("Choose the column with the number: Bottom number (diastolic)").says("<option value=\"1\" selected");
        let asked = [("measure", "blood-pressure"), ("day", "0"), ("systolic", "1"), ("diastolic", "2")];
        let page = sam.post_and_follow(&columns, &asked).await;
        page.says("Choose what comes first").says("href=\"#order\"").says("<option value=\"2\" selected");
        let right = [("measure", "blood-pressure"), ("day", "0"), ("systolic", "1"), ("diastolic", "2"), ("order", "day")];
        let page = sam.post_and_follow(&columns, &right).await;
        page.says("What is in the file").says("138 to 142 mmHg").says("Name the columns again").says("Add 2 readings");
        page.says("1 left out, and why").says("04/10/2026, 90, &lt;138&gt;").says("with a number that cannot be right");
        sam.post_and_follow(&format!("{import}/confirm"), &[]).await.says("2 readings added");
        sam.get("/readings/blood-pressure").await.says("142/88 mmHg").says("From a table");
    }

    async fn columns_whose_names_are_known_are_chosen_and_days_that_show_their_order_are_not_asked_about(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let fields = ["day", "time", "systolic", "diastolic", "pulse-value", "note", "arm"];
        for heads in ["Date,Time,Systolic,Diastolic,Pulse,Note", "DATE,time,SYS(mmHg),Dia,Heart rate,Comment"] {
            let file = format!("{heads}\n28/09/2026,08:30,142,88,71,after tea\n01/10/2026,08:30,138,84,,\n");
            let import = sent(&mut sam, "cuff.csv", &file).await;
            let first = format!("{import}?measure=blood-pressure&amp;besides=pulse");
            sam.get(&import).await.says("It looks like blood pressure, pulse. Go on with that").says(&format!("href=\"{first}\""));
            let page = sam.get(&first.replace("&amp;", "&")).await;
            assert_eq!(fields.map(|field| chosen(&page, field)), ["0", "1", "2", "3", "4", "5", ""], "{heads}");
            page.does_not_say("what comes first");
            let named = fields.map(|field| (field, chosen(&page, field)));
            let named = named.iter().map(|(field, column)| (*field, column.as_str()));
            let named: Vec<_> = [("measure", "blood-pressure"), ("besides", "pulse")].into_iter().chain(named).collect();
            let page = sam.post_and_follow(&format!("{import}/columns"), &named).await;
            page.says("Add 3 readings").says("28 September 2026 to 1 October 2026").says("71 beats a minute");
            page.says("Top number: 138 to 142 mmHg").says("Bottom number: 84 to 88 mmHg");
        }
        // Every day of this one can be read both ways; and what somebody left out themselves is not chosen for them again.
        let import = sent(&mut sam, "weights.csv", "Date,Weight (kg),Notes\n01/02/2026,70,\n03/04/2026,71,\n").await;
        let page = sam.get(&format!("{import}?measure=weight")).await;
        page.says("what comes first").does_not_say("There is a problem").says("value=\"kg\" checked");
        // No word of what a file says is broken, and no line of it is as wide as it is long.
        page.says("<span class=\"sh-whole-words\">01/02/2026</span>").does_not_say("sh-unbroken");
        assert_eq!(["day", "value", "note", "time"].map(|field| chosen(&page, field)), ["0", "1", "2", ""]);
        let page = sam.post_and_follow(&format!("{import}/columns"), &[("measure", "weight"), ("day", "0"), ("value", "1"), ("unit", "kg")]).await;
        page.says("Choose what comes first");
        assert_eq!(["day", "value", "note"].map(|field| chosen(&page, field)), ["0", "1", ""]);
    }

    async fn a_pressure_in_one_column_is_understood(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let import = sent(&mut sam, "home.csv", "When,BP\n2026-10-01,142/88\n2026-10-02,138 / 84\n2026-10-03,high\n").await;
        let page = sam.get(&format!("{import}?measure=blood-pressure")).await;
        page.says("If both numbers are in one column, such as 142/88, choose it for both");
        assert_eq!(["day", "systolic", "diastolic"].map(|field| chosen(&page, field)), ["0", "1", "1"]);
        let columns = [("measure", "blood-pressure"), ("day", "0"), ("systolic", "1"), ("diastolic", "1")];
        let page = sam.post_and_follow(&format!("{import}/columns"), &columns).await;
        page.says("Add 2 readings").says("Top number: 138 to 142 mmHg").says("Bottom number: 84 to 88 mmHg").says("2026-10-03, high");
        sam.post_and_follow(&format!("{import}/confirm"), &[]).await.says("2 readings added").says("Bottom number: 84 to 88 mmHg");
        sam.get("/readings/blood-pressure").await.says("142/88 mmHg").says("138/84 mmHg");
        // Where its name says that both are in it, its first rows may be empty.
        let file = format!("When,BP\n{}2026-09-21,140/86\n", (1..=20).map(|day| format!("2026-09-{day:02},\n")).collect::<String>());
        let import = sent(&mut sam, "gaps.csv", &file).await;
        sam.post_and_follow(&format!("{import}/columns"), &columns).await.says("Top number: 140 mmHg")
            .says("20 left out, and why").says("20: with a day but no number").says("Add 1 reading");
        // One column with one number is not both.
        let import = sent(&mut sam, "home.csv", "When,Top,Low\n2026-10-01,142,88\n").await;
        let page = sam.post_and_follow(&format!("{import}/columns"), &columns).await;
        page.says("href=\"#diastolic\"").says("Choose another column: this one is something else already");
    }

    async fn a_table_of_several_measures_is_brought_in_at_once(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let import = sent(&mut sam, "cuff.csv", "Date,Sys,Dia,Pulse,Weight\n2026-10-01,142,88,71,70.5\n2026-10-02,138,84,,\n2026-10-03,136,82,7000,71\n").await;
        let first = format!("{import}?measure=blood-pressure");
        let page = sam.get(&first).await;
        page.says("Another measure in this file").says("You can choose up to 3 more").says(&format!("{first}&amp;besides=pulse"));
        page.does_not_say("besides=symptoms").does_not_say("besides=blood-pressure").does_not_say("Leave this out:").does_not_say("name=\"besides\"");
        let page = sam.get(&format!("{first}&besides=pulse")).await;
        page.says("What are the columns? Blood pressure, Pulse").says("Column: Your pulse (Pulse)").says("name=\"pulse-value\"");
        page.says("Leave this out: Pulse").says(&format!("{first}&amp;besides=pulse,weight")).does_not_say("besides=pulse,pulse");
        // What cannot be beside it is passed over; with three there is no more to choose.
        let page = sam.get(&format!("{first}&besides=blood-pressure,x,symptoms,pulse,pulse")).await;
        page.says("What are the columns? Blood pressure, Pulse").does_not_say("Pulse, Pulse").does_not_say("Symptoms,");
        sam.get(&format!("{first}&besides=pulse,weight,oxygen")).await.does_not_say("Another measure in this file");
        let columns = format!("{import}/columns");
        let named = |pulse: &'static str, unit: &'static str| {
            [
                ("measure", "blood-pressure"), ("besides", "pulse,weight"), ("day", "0"), ("systolic", "1"), ("diastolic", "2"),
                ("pulse-value", pulse), ("weight-value", "4"), ("weight-unit", unit),
            ]
        };
        let page = sam.post_and_follow(&columns, &named("2", "")).await;
        page.says("What are the columns? Blood pressure, Pulse, Weight").says("href=\"#pulse-value\"").says("href=\"#weight-unit\"");
        page.says("Choose another column: this one is something else already").says("Choose the unit").says("value=\"pulse,weight\"");
        page.says("<option value=\"4\" selected");
        let page = sam.post_and_follow(&columns, &named("3", "kg")).await;
        page.says("What is in the file").says("136 to 142 mmHg").says("71 beats a minute").says("70.5 to 71 kg").says("Add 6 readings");
        page.says("1 left out, and why").says("2026-10-03, 7000").says(&format!("{first}&amp;besides=pulse,weight"));
        // What was named is named again, also that of which nothing was found in its column.
        let cold = [
            ("measure", "blood-pressure"), ("besides", "temperature"), ("day", "0"), ("systolic", "1"), ("diastolic", "2"),
            ("temperature-value", "4"), ("temperature-unit", "Cel"),
        ];
        let page = sam.post_and_follow(&columns, &cold).await;
        page.says("What is in the file").says("Add 3 readings").says(&format!("{first}&amp;besides=temperature"));
        sam.post_and_follow(&columns, &named("3", "kg")).await.says("Add 6 readings");
        sam.post_and_follow(&format!("{import}/confirm"), &[]).await.says("6 readings added. 0 were here already.");
        sam.get("/readings/pulse").await.says("From a table");
        sam.post_and_follow(&format!("{import}/undo"), &[]).await.says("Your readings were taken out again");
        for measure in ["blood-pressure", "pulse", "weight"] {
            sam.get(&format!("/readings/{measure}")).await.says("Nothing is recorded yet");
        }
    }

    async fn a_column_tells_how_each_was_taken_and_an_unknown_word_is_shown(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let import = sent(&mut sam, "sugar.csv", "Day,mmol/L,Meal\n2026-10-01,7.2,After dinner\n2026-10-02,5.5,before meal\n2026-10-03,6,<before>bed?now\n").await;
        let page = sam.get(&format!("{import}?measure=blood-glucose")).await;
        page.says("Column: before or after a meal (if there is one)").says("90 minutes or more after it").does_not_say("Column: arm");
        sam.get(&format!("{import}?measure=blood-pressure")).await.says("Column: arm (if there is one)").says("Column: sitting, standing or lying").does_not_say("chest pain");
        let columns = format!("{import}/columns");
        let named = |meal: &'static str| [("measure", "blood-glucose"), ("unit", "mmol/L"), ("day", "0"), ("value", "1"), ("meal", meal)];
        let page = sam.post_and_follow(&columns, &named("1")).await;
        page.says("href=\"#meal\"").says("Choose another column: this one is something else already");
        let page = sam.post_and_follow(&columns, &named("2")).await;
        page.says("Add 2 readings").says("with a word about how it was taken that we do not know").says("2026-10-03, 6, &lt;before&gt;bed?now");
        sam.post_and_follow(&format!("{import}/confirm"), &[]).await.says("2 readings added");
        let page = sam.get("/readings/blood-glucose").await;
        let newest = page.body.split("href=\"/readings/blood-glucose/").filter(|rest| rest.len() > 36 && rest.as_bytes()[36] == b'"').map(|rest| rest[..36].to_owned());
        let newest: Vec<String> = newest.collect();
        let mut all = String::new();
        for id in &newest {
            all += &sam.get(&format!("/readings/blood-glucose/{id}")).await.body;
        }
        assert!(all.contains("Before a meal") && all.contains("90 minutes or more after a meal") && all.contains("After dinner"), "{all}");
    }

    async fn of_a_fall_that_is_here_already_it_is_said_that_one_more_is_added_by_hand(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let (named, by_hand) = ([("measure", "falls"), ("day", "0"), ("value", "1")], "add that fall by hand");
        let import = sent(&mut sam, "falls.csv", "day,falls\n2026-10-01,1\n").await;
        sam.post_and_follow(&format!("{import}/columns"), &named).await.says("Add 1 reading").does_not_say(by_hand);
        sam.post_and_follow(&format!("{import}/confirm"), &[]).await.says("1 reading added");
        let import = sent(&mut sam, "falls.csv", "day,falls\n2026-10-01,1\n2026-10-01,1\n2026-10-05,1\n").await;
        sam.post_and_follow(&format!("{import}/columns"), &named).await.says("Add 1 reading").says(by_hand);
    }

    async fn a_long_file_shows_how_far_it_is(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let line = |at: i64| {
            let when = chrono::DateTime::from_timestamp(1_780_000_000 + at * 60, 0).unwrap().to_rfc3339();
            format!("{{\"body_weight\":{{\"value\":70,\"unit\":\"kg\"}},\"effective_time_frame\":{{\"date_time\":\"{when}\"}}}}\n")
        };
        let import = sent(&mut sam, "points.json", &(0..2600).map(line).collect::<String>()).await;
        let page = sam.post_and_follow(&format!("{import}/confirm"), &[]).await;
        page.says("2,000 of 2,600 readings are done").says("See how far it is");
        while app.services.readings.run_imports(&domain::access::Actor::System).await.unwrap() > 0 {}
        sam.get(&import).await.says("2,600 readings added");
    }

    async fn a_file_goes_into_the_record_for_which_its_page_was_made_and_no_other(place: &Place) {
        let app = TestApp::over(place);
        let (mine, theirs) = (app.person("999 000 0018", "Rivers", "Asthma").await, app.person("999 000 0026", "Stone", "Gout").await);
        app.account(SAM, Some(mine)).await;
        app.account("other@example.org", Some(theirs)).await;
        let mut sam = app.signed_in(SAM).await;
        app.clock.advance(chrono::TimeDelta::minutes(1));
        let mut other = app.signed_in("other@example.org").await;
        let whose = hidden(&other.get("/readings/import").await, "whose");
        for whose in [whose.as_str(), ""] {
            let answer = send(&mut sam, whose, "points.json", POINTS).await;
            assert_eq!(answer.status, StatusCode::CONFLICT);
            answer.says("Nothing was changed");
        }
        sam.get("/readings/import").await.does_not_say("Files of before");
        // One of somebody else looks like none.
        let import = sent(&mut other, "points.json", POINTS).await;
        for act in ["", "/confirm", "/undo", "/discard", "/columns"] {
            let path = format!("{import}{act}");
            let answer = if act.is_empty() { sam.get(&path).await } else { sam.post(&path, &[("measure", "weight")]).await };
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(app.browser().get(&import).await.location(), "/sign-in");
    }
}
