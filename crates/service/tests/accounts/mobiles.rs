//! The mobile number for text messages: shown to be theirs by a code, changed, and removed.

use crate::accounts::world::*;
use domain::AccountId;
use domain::access::Actor;
use domain::audit::Action;
use service::{CurrentSession, MobileSeen, ServiceError, TextMessage};
use testkit::Place;

const NUMBER: &str = "07700 900123";

impl World {
    pub async fn ask(&self, account: AccountId, number: &str) -> Result<(), ServiceError> {
        self.services.mobiles.ask(&first_step(account), &self.session(), number, &here()).await
    }

    async fn confirm(&self, account: AccountId, code: &str) -> Result<(), ServiceError> {
        self.services.mobiles.confirm(&first_step(account), code).await
    }

    /// The confirmed number and the one that waits, in words.
    async fn numbers(&self, account: AccountId) -> (Option<String>, Option<String>) {
        let MobileSeen { number, waiting, available, readings: None } =
            self.services.mobiles.seen(&first_step(account)).await.unwrap()
        else {
            panic!("no text messages come in")
        };
        assert!(available);
        (number.map(|number| number.to_string()), waiting.map(|number| number.to_string()))
    }

    /// The code that was just sent, to this number.
    async fn sent_to(&self, to: &str) -> String {
        let texts = self.texts().await;
        assert!(texts.len() == 1 && texts[0].to == to, "{}", texts.len());
        code_in(&texts[0])
    }
}

fn code_in(text: &TextMessage) -> String {
    let code = text.body.split_whitespace().next().unwrap().to_owned();
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{}", text.body);
    code
}

/// Another code.
fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

fn some(number: &str) -> Option<String> {
    Some(number.to_owned())
}

fn is_too_many(outcome: Result<(), ServiceError>) -> bool {
    matches!(outcome, Err(ServiceError::TooMany(_)))
}

testkit::both_engines! {
    async fn a_number_is_theirs_once_its_code_is_entered(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        assert_eq!(world.numbers(account).await, (None, None));
        assert!(matches!(world.confirm(account, "123456").await, Err(ServiceError::NotFound)), "nothing waits");
        for typed in ["", "0770O 900123", "07700 90012", "020 7946 0018", "33612345678"] {
            assert_eq!(fields(world.ask(account, typed).await), ["number"], "{typed}");
        }
        assert!(world.texts().await.is_empty());
        world.ask(account, " +44 (0)7700 900123 ").await.unwrap();
        let code = world.sent_to("+447700900123").await;
        assert_eq!(world.numbers(account).await, (None, some(NUMBER)));
        assert_eq!(fields(world.confirm(account, " ").await), ["code"]);
        assert_eq!(fields(world.confirm(account, &wrong(&code)).await), ["code"]);
        assert!(world.mail().await.is_empty(), "nothing has changed");
        world.confirm(account, &format!("{} {}", &code[..3], &code[3..])).await.unwrap();
        assert_eq!(world.numbers(account).await, (some(NUMBER), None));
        let mail = world.mail().await;
        assert_eq!(mail[0].subject, "Your mobile number for text messages");
        assert!(mail[0].body.contains("a mobile number for text messages was added to your Selfheal account"));
        assert!(!mail[0].body.contains("900123"));
        assert_eq!(world.actions(account).await, [Action::Registered, Action::MobileChanged]);
        assert!(matches!(world.confirm(account, &code).await, Err(ServiceError::NotFound)), "it works once");
        assert_eq!(fields(world.ask(account, "07700900123").await), ["number"], "it is theirs already");
        world.verify().await;
    }

    async fn a_new_number_takes_the_place_of_the_old_one_only_by_its_newest_code(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        world.ask(account, NUMBER).await.unwrap();
        world.confirm(account, &world.sent_to("+447700900123").await).await.unwrap();
        world.mail().await;
        world.ask(account, "+33 6 12 34 56 78").await.unwrap();
        let older = world.sent_to("+33612345678").await;
        world.ask(account, "07700 900124").await.unwrap();
        let newer = world.sent_to("+447700900124").await;
        assert_ne!(older, newer);
        assert_eq!(fields(world.confirm(account, &older).await), ["code"]);
        assert_eq!(world.numbers(account).await, (some(NUMBER), some("07700 900124")));
        world.confirm(account, &newer).await.unwrap();
        assert_eq!(world.numbers(account).await, (some("07700 900124"), None));
        assert!(world.mail().await[0].body.contains("was changed in your Selfheal account"));
    }

    async fn a_code_is_of_its_account_alone(place: &Place) {
        let world = World::new(place);
        let (one, two) = (world.account(EMAIL).await, world.account("sam@example.org").await);
        world.ask(one, NUMBER).await.unwrap();
        let code = world.sent_to("+447700900123").await;
        // A family may share a phone.
        world.ask(two, NUMBER).await.unwrap();
        let theirs = world.sent_to("+447700900123").await;
        assert_eq!(fields(world.confirm(two, &code).await), ["code"]);
        world.confirm(two, &theirs).await.unwrap();
        world.confirm(one, &code).await.unwrap();
        assert_eq!((world.numbers(one).await.0, world.numbers(two).await.0), (some(NUMBER), some(NUMBER)));
    }

    async fn a_code_works_for_fifteen_minutes_and_is_not_sent_after_them(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        world.ask(account, NUMBER).await.unwrap();
        let code = world.sent_to("+447700900123").await;
        world.advance_minutes(15);
        assert_eq!(world.numbers(account).await, (None, None));
        assert!(matches!(world.confirm(account, &code).await, Err(ServiceError::NotFound)));
        world.ask(account, NUMBER).await.unwrap();
        world.advance_minutes(15);
        assert!(world.texts().await.is_empty());
        assert_eq!(world.services.outbox.waiting().await.unwrap(), 0);
    }

    async fn too_many_wrong_codes_close_the_way_for_the_right_one_too(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        world.ask(account, NUMBER).await.unwrap();
        let code = world.sent_to("+447700900123").await;
        for _ in 0..5 {
            assert_eq!(fields(world.confirm(account, &wrong(&code)).await), ["code"]);
        }
        assert!(is_too_many(world.confirm(account, &code).await));
        world.ask(account, NUMBER).await.unwrap();
        let newer = world.sent_to("+447700900123").await;
        assert!(is_too_many(world.confirm(account, &newer).await), "another code opens no new tries");
        world.advance_minutes(14);
        world.ask(account, NUMBER).await.unwrap();
        let newest = world.sent_to("+447700900123").await;
        world.advance_minutes(2);
        world.confirm(account, &newest).await.unwrap();
    }

    async fn codes_are_sent_so_often_to_one_number_and_so_often_for_one_account(place: &Place) {
        let world = World::new(place);
        let (one, two) = (world.account(EMAIL).await, world.account("sam@example.org").await);
        for account in [one, one, one, two, two] {
            world.ask(account, NUMBER).await.unwrap();
        }
        assert!(is_too_many(world.ask(two, NUMBER).await));
        assert!(is_too_many(world.ask(one, NUMBER).await));
        assert_eq!(world.texts().await.len(), 5);
        world.advance_minutes(61);
        for n in 0..6 {
            world.ask(one, &format!("07700 90020{n}")).await.unwrap();
        }
        assert!(is_too_many(world.ask(one, "07700 900206").await), "ten a day, with the one that was refused");
        world.ask(two, "07700 900206").await.unwrap();
        assert_eq!(world.texts().await.len(), 7);
    }

    async fn it_takes_a_fresh_sign_in_with_every_step_to_change_it_and_none_more_to_enter_the_code(place: &Place) {
        let world = World::new(place);
        let account = world.account_with_authenticator(EMAIL).await;
        let mobiles = &world.services.mobiles;
        let stale = CurrentSession { fresh_at: Some(world.now() - chrono::TimeDelta::minutes(6)), ..world.session() };
        let (half, whole) = (first_step(account), second_step(account));
        assert!(matches!(mobiles.ask(&half, &world.session(), NUMBER, &here()).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(mobiles.ask(&whole, &stale, NUMBER, &here()).await, Err(ServiceError::NeedsFreshSignIn)));
        assert!(matches!(mobiles.ask(&Actor::Nobody, &world.session(), NUMBER, &here()).await, Err(ServiceError::NotSignedIn)));
        assert!(matches!(mobiles.seen(&Actor::Nobody).await, Err(ServiceError::NotSignedIn)));
        mobiles.ask(&whole, &world.session(), NUMBER, &here()).await.unwrap();
        let code = world.sent_to("+447700900123").await;
        world.advance_minutes(10);
        assert!(matches!(mobiles.confirm(&half, &code).await, Err(ServiceError::NeedsSecondStep)));
        mobiles.confirm(&whole, &code).await.unwrap();
        assert!(matches!(mobiles.remove(&half, &world.session()).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(mobiles.remove(&whole, &stale).await, Err(ServiceError::NeedsFreshSignIn)));
        mobiles.remove(&whole, &world.session()).await.unwrap();
    }

    async fn it_is_removed_once_and_told(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        let remove = || async { world.services.mobiles.remove(&first_step(account), &world.session()).await };
        assert!(matches!(remove().await, Err(ServiceError::NotFound)));
        world.ask(account, NUMBER).await.unwrap();
        world.confirm(account, &world.sent_to("+447700900123").await).await.unwrap();
        world.mail().await;
        remove().await.unwrap();
        assert!(matches!(remove().await, Err(ServiceError::NotFound)));
        assert_eq!(world.numbers(account).await, (None, None));
        assert!(world.mail().await[0].body.contains("was removed from your Selfheal account"));
        assert_eq!(world.actions(account).await, [Action::Registered, Action::MobileChanged, Action::MobileChanged]);
    }

    async fn a_reset_password_stops_a_number_that_waits_for_its_code(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        world.ask(account, NUMBER).await.unwrap();
        let code = world.sent_to("+447700900123").await;
        world.services.accounts.ask_reset(EMAIL, &here()).await.unwrap();
        let token = world.token().await;
        world.services.accounts.reset(&token, "gravel otter lamp", &here()).await.unwrap();
        assert!(matches!(world.confirm(account, &code).await, Err(ServiceError::NotFound)));
    }
}
