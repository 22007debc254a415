//! The mobile number for text messages, as its owner sees it.

use crate::common::{PASSWORD, TestApp};
use axum::http::StatusCode;
use chrono::TimeDelta;
use testkit::Place;

const SAM: &str = "sam@example.org";
const PAGE: &str = "/account/mobile";
const CODE: &str = "/account/mobile/code";

testkit::both_engines! {
    async fn a_number_is_added_changed_and_removed(place: &Place) {
        let app = TestApp::over(place);
        app.account(SAM, None).await;
        let mut sam = app.signed_in(SAM).await;
        sam.get("/account").await.says("Mobile number for text messages").says("None yet");
        sam.get(PAGE).await.says("type=\"tel\"").says("autocomplete=\"tel\"").does_not_say("Remove");
        sam.get(CODE).await.says("That code no longer works").says("Ask for a new code");
        let wrong = sam.post_and_follow(PAGE, &[("number", "020 7946 0018")]).await;
        wrong.says("There is a problem").says("UK mobile numbers begin with 07").says("value=\"020 7946 0018\"");
        assert_eq!(sam.post(PAGE, &[("number", "+44 7700 900123")]).await.location(), CODE);
        sam.get(CODE).await.says("07700 900123").says("autocomplete=\"one-time-code\"");
        sam.get(PAGE).await.says("Enter the code that we sent to 07700 900123");
        let code = app.texted_code("+447700900123").await;
        sam.post_and_follow(CODE, &[]).await.says("Enter the 6 digit code from the text message");
        let other = format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000);
        sam.post_and_follow(CODE, &[("code", &other)]).await.says("That code did not work").does_not_say(&other);
        let saved = sam.post_and_follow(CODE, &[("code", &code)]).await;
        saved.says("Your mobile number is saved").says("07700 900123").does_not_say("None yet");
        // Pressed twice.
        sam.post_and_follow(CODE, &[("code", &code)]).await.says("We send text messages to");
        sam.post_and_follow(PAGE, &[("number", "07700900123")]).await.says("This is your number already");
        sam.post(PAGE, &[("number", "+33 6 12 34 56 78")]).await;
        sam.get("/account").await.says("07700 900123");
        let code = app.texted_code("+33612345678").await;
        sam.post_and_follow(CODE, &[("code", &code)]).await.says("+33612345678").does_not_say("07700 900123");
        sam.get(PAGE).await.says("Remove my number");
        sam.post_and_follow("/account/mobile/remove", &[]).await.says("Your mobile number is removed").says("None yet");
        sam.post_and_follow("/account/mobile/remove", &[]).await.says("was removed before");
    }

    async fn too_many_codes_are_told_beside_the_form(place: &Place) {
        let app = TestApp::over(place);
        app.account(SAM, None).await;
        let mut sam = app.signed_in(SAM).await;
        for _ in 0..5 {
            sam.post(PAGE, &[("number", "07700 900123")]).await;
        }
        let sixth = sam.post_and_follow(PAGE, &[("number", "07700 900123")]).await;
        sixth.says("There were too many attempts. Wait 60 minutes").says("value=\"07700 900123\"");
        for _ in 0..5 {
            sam.post(CODE, &[("code", "x")]).await;
        }
        sam.post_and_follow(CODE, &[("code", "x")]).await.says("There were too many attempts. Wait 15 minutes");
    }

    async fn a_number_typed_too_late_after_signing_in_is_kept_until_they_have_signed_in_again(place: &Place) {
        let app = TestApp::over(place);
        app.account(SAM, None).await;
        let mut sam = app.signed_in(SAM).await;
        app.clock.advance(TimeDelta::minutes(6));
        assert_eq!(sam.get(PAGE).await.location(), "/sign-in/again");
        let kept = sam.post(PAGE, &[("number", "07700 900123")]).await;
        assert_eq!(kept.location(), "/sign-in/again");
        assert!(sam.get(CODE).await.status == StatusCode::OK, "a text message may come late");
        let alone = sam.post_and_follow("/sign-in/again", &[("password", PASSWORD)]).await;
        alone.says("Enter the 6 digit code from your authenticator app").says("Confirm it is you");
        let code = app.code(SAM).await;
        let again = sam.post_and_follow("/sign-in/again", &[("password", PASSWORD), ("code", &code)]).await;
        again.says("Mobile number for text messages").says("value=\"07700 900123\"");
    }

    async fn nobody_else_sees_a_number(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        app.account("other@example.org", None).await;
        let mut sam = app.signed_in(SAM).await;
        sam.post(PAGE, &[("number", "07700 900123")]).await;
        let code = app.texted_code("+447700900123").await;
        let mut other = app.signed_in("other@example.org").await;
        other.post_and_follow(CODE, &[("code", &code)]).await.says("That code no longer works");
        sam.post_and_follow(CODE, &[("code", &code)]).await.says("Your mobile number is saved");
        for page in ["/account", PAGE, CODE] {
            other.get(page).await.does_not_say("900123");
        }
    }
}
