//! The teams of an organisation: made by managers, joined and left, and what waits for each, as a browser without script
//! sees it.

use crate::common::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use domain::MemberId;
use domain::access::Actor;
use domain::team::StaffRole;
use testkit::Place;

const FLOWERS: &str = "Blumen \u{1f33c} \u{1f469}\u{200d}\u{2695}\u{fe0f}";
const HEBREW: &str = "צוות הקבלה";

/// Somebody's place, by what they do.
async fn place_of(app: &TestApp, role: StaffRole) -> MemberId {
    let at = app.services.organisations.by_code(&Actor::Operator, "Y90001").await.unwrap().id;
    let staff = app.services.care_team.staff(&Actor::Operator, at).await.unwrap();
    staff.into_iter().find(|one| one.role == role).unwrap().member
}

/// The value of the choice with these words.
#[track_caller]
fn value_of(page: &Answer, words: &str) -> String {
    let before =
        page.body.split_once(&format!("__label\">{words}</label>")).unwrap_or_else(|| panic!("no {words} in {}", page.body)).0;
    before.rsplit_once("value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

/// The teams that are ticked on somebody's page.
fn ticked(page: &Answer) -> Vec<String> {
    page.body.split("name=\"was\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

async fn make(boss: &mut Browser, name: &str) -> Answer {
    boss.post_and_follow("/team/teams", &[("team", name)]).await
}

testkit::both_engines! {
    async fn a_manager_makes_teams_and_says_who_is_in_them(place: &Place) {
        let app = TestApp::over(place);
        app.staff("boss@example.org", "Y90001", StaffRole::Manager).await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        let mut boss = app.signed_in("boss@example.org").await;
        boss.get("/team/staff").await.says("There are no teams yet").says("Add the team");
        let desk = place_of(&app, StaffRole::Reception).await;
        let page = format!("/team/staff/{desk}");
        boss.get(&page).await.says("There are no teams yet").does_not_say("Save the teams");
        for name in ["Front desk", FLOWERS, HEBREW] {
            make(&mut boss, &format!("  {name} ")).await.says("The team is made").says(name).says("Nobody yet");
        }
        // What is wrong is said at the field, and what was typed is still there.
        let again = make(&mut boss, HEBREW).await;
        again.says("There is a problem").says("There is a team of this name already").says(&format!("value=\"{HEBREW}\""));
        again.says("id=\"team-error\"").says("href=\"#team\"");
        make(&mut boss, " ").await.says("Enter the team\u{2019}s name");
        let long = "x".repeat(101);
        make(&mut boss, &long).await.says("Use no more than 100 letters").says(&long);
        // A name that would turn what stands after it is none.
        make(&mut boss, "desk\u{202e}").await.says("Take out the hidden mark that turns the writing round (U+202E)");
        boss.get("/team/staff").await.does_not_say("There is a problem");

        let form = boss.get(&page).await;
        let [front, flowers, hebrew] = ["Front desk", FLOWERS, HEBREW].map(|name| value_of(&form, name));
        assert_eq!(ticked(&form), Vec::<String>::new());
        let teams = format!("{page}/teams");
        let joined = boss.post_and_follow(&teams, &[("teams", &front), ("teams", &hebrew)]).await;
        joined.says("The teams were saved").says("They are now in: Front desk").says(HEBREW).does_not_say("no longer");
        boss.get("/team/staff").await.says("Name of reception").says(&format!("Front desk, {HEBREW}"));
        // A page from before, on which only one more was ticked, takes nothing away.
        let more = boss.post_and_follow(&teams, &[("teams", &flowers)]).await;
        more.says("They are now in: Blumen");
        assert_eq!(ticked(&more).len(), 3);
        let less = [("was", front.as_str()), ("was", &flowers), ("was", &hebrew), ("teams", &hebrew)];
        let left = boss.post_and_follow(&teams, &less).await;
        left.says("They are no longer in: Front desk, Blumen").does_not_say("They are now in");
        assert_eq!(ticked(&left), std::slice::from_ref(&hebrew));
        // Sent again, it is the same.
        let again = boss.post_and_follow(&teams, &less).await;
        again.says("Nothing has changed").does_not_say("no longer in");
        assert_eq!(ticked(&again), [hebrew]);
        for forged in ["nonsense", "019a5f00-0000-7000-8000-000000000000"] {
            assert_eq!(boss.post(&teams, &[("teams", forged)]).await.status, StatusCode::NOT_FOUND);
        }
    }

    async fn whoever_manages_nothing_makes_no_teams(place: &Place) {
        let app = TestApp::over(place);
        app.staff("boss@example.org", "Y90001", StaffRole::Manager).await;
        app.staff("elsewhere@example.org", "Y9H01", StaffRole::Manager).await;
        let mut boss = app.signed_in("boss@example.org").await;
        make(&mut boss, "Front desk").await.says("The team is made");
        let manager = place_of(&app, StaffRole::Manager).await;
        let front = value_of(&boss.get(&format!("/team/staff/{manager}")).await, "Front desk");
        for (email, role) in [
            ("desk@example.org", StaffRole::Reception), ("gp@example.org", StaffRole::Clinician), ("po@example.org", StaffRole::PrivacyOfficer),
        ] {
            app.staff(email, "Y90001", role).await;
            let mut browser = app.signed_in(email).await;
            browser.get("/team/staff").await.does_not_say("Add the team").does_not_say("There are no teams");
            assert_eq!(browser.post("/team/teams", &[("team", "Mine")]).await.status, StatusCode::NOT_FOUND, "{email}");
            let own = place_of(&app, role).await;
            let joins = browser.post(&format!("/team/staff/{own}/teams"), &[("teams", &front)]).await;
            assert_eq!(joins.status, StatusCode::NOT_FOUND, "{email}");
        }
        // Nor does a manager of another organisation here.
        let mut elsewhere = app.signed_in("elsewhere@example.org").await;
        let theirs = elsewhere.post(&format!("/team/staff/{manager}/teams"), &[("teams", &front)]).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND);
        elsewhere.get("/team/staff").await.does_not_say("Front desk");
        boss.get("/team/staff").await.says("Nobody yet").does_not_say("Mine");
    }

    async fn each_team_has_its_list_and_work_is_passed_from_one_to_another(place: &Place) {
        let app = TestApp::over(place);
        let [sam, una] =
            [app.person("999 000 0018", "Rivers", "Asthma").await, app.person("999 000 0026", "Stone", "Gout").await];
        app.staff("boss@example.org", "Y90001", StaffRole::Manager).await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let mut boss = app.signed_in("boss@example.org").await;
        let mut desk = app.signed_in("desk@example.org").await;
        let mut gp = app.signed_in("gp@example.org").await;
        for person in [sam, una] {
            desk.post(&format!("/team/people/{person}/identity/ask"), &[]).await;
        }
        // Without teams nothing speaks of them.
        let list = desk.get("/team").await;
        list.says("2 things wait;").does_not_say("aria-label=\"Teams\"");
        let works: Vec<&str> = list.body.split("href=\"/team/work/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let (mut of_sam, mut of_una) = (String::new(), String::new());
        for work in works {
            let path = format!("/team/work/{work}");
            let page = desk.get(&path).await;
            page.does_not_say("Pass it to a team");
            if page.body.contains("Sam Rivers") { of_sam = path } else { of_una = path }
        }
        for (name, role) in [("Front desk", StaffRole::Reception), (FLOWERS, StaffRole::Clinician)] {
            make(&mut boss, name).await.says("The team is made");
            let page = format!("/team/staff/{}", place_of(&app, role).await);
            let team = value_of(&boss.get(&page).await, name);
            boss.post_and_follow(&format!("{page}/teams"), &[("teams", &team)]).await.says("They are now in");
        }
        make(&mut boss, HEBREW).await.says("The team is made");

        let page = desk.get(&of_sam).await;
        // A team with nobody in it would lose it.
        page.says("Pass it to a team").says("Every team").does_not_say(HEBREW);
        let [front, flowers] = ["Front desk", FLOWERS].map(|name| value_of(&page, name));
        let nothing = desk.post_and_follow(&format!("{of_sam}/pass"), &[("version", "1")]).await;
        nothing.says("There is a problem").says("Choose a team, or every team").says("href=\"#for_team\"");
        let passed = desk.post_and_follow(&format!("{of_sam}/pass"), &[("version", "1"), ("for_team", &flowers)]).await;
        passed.says("It was passed on").says(FLOWERS).says("Nobody has taken it");
        desk.post_and_follow(&format!("{of_una}/pass"), &[("version", "1"), ("for_team", &front)]).await.says("It was passed on");
        // Somebody with a page from before is told.
        let late = gp.post_and_follow(&format!("{of_sam}/pass"), &[("version", "1"), ("for_team", &front)]).await;
        late.says("There is a problem").says("This has just changed. Look at it again");

        let mine = desk.get("/team").await;
        mine.says("1 thing waits for you and your teams").says("Sam Stone").does_not_say("Sam Rivers");
        mine.says("<bdi>Your teams</bdi> (1)").says("<bdi>All</bdi> (2)").says("<bdi>Front desk</bdi> (1)");
        mine.says(&format!("<bdi>{FLOWERS}</bdi> (1)")).says(&format!("<bdi>{HEBREW}</bdi> (0)"));
        desk.get("/team?team=all").await.says("2 things wait;").says("Sam Rivers").says("Sam Stone");
        let theirs = desk.get(&format!("/team?team={flowers}")).await;
        theirs.says("1 thing waits for Blumen").says("Sam Rivers").does_not_say("Sam Stone");
        gp.get("/team").await.says("Sam Rivers").does_not_say("Sam Stone");
        // Whoever is in no team sees everything.
        boss.get("/team").await.says("2 things wait;").says("Sam Rivers").says("Sam Stone").does_not_say("Your teams");
        for nowhere in ["nonsense", "019a5f00-0000-7000-8000-000000000000"] {
            assert_eq!(desk.get(&format!("/team?team={nowhere}")).await.status, StatusCode::NOT_FOUND, "{nowhere}");
        }
        // Back to every team; the list of the one that had it is empty.
        gp.post_and_follow(&format!("{of_sam}/pass"), &[("version", "2"), ("for_team", "every")]).await.says("It was passed on");
        desk.get("/team").await.says("Sam Rivers").says("Sam Stone");
        gp.get(&format!("/team?team={flowers}")).await.says("Nothing waits for Blumen");
    }
}
