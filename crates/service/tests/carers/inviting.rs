//! Inviting somebody, and taking an invitation up.

use crate::carers::world::*;
use domain::audit::Action;
use domain::relationship::{Reason, Status};
use service::{CarerStage, InviteForm, ServiceError};
use testkit::Place;

testkit::both_engines! {
    async fn an_invitation_a_code_and_the_carer_may_act(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        let invited = carers.invite(&world.edna(), world.edna, &world.form("Ada@Example.org")).await.unwrap();
        assert!(invited.code.len() == 6 && !invited.needs_help);
        let mail = world.mail().await;
        assert_eq!(mail.len(), 1);
        for secret in ["Edna", "Hughes", "daughter", &invited.code] {
            assert!(!mail[0].subject.contains(secret) && !mail[0].body.contains(secret), "{secret}");
        }
        let token = mail[0].body.split_once("?token=").unwrap().1.split_whitespace().next().unwrap();
        assert_eq!(carers.look_at_invitation(token).await.unwrap().expires_at, invited.expires_at);
        assert!(matches!(world.seen(invited.relationship).await.stage, CarerStage::Invited(_)));
        assert!(!world.may_act(world.edna).await && carers.cared_for(&world.ada()).await.unwrap().is_empty());
        let spaced = format!("{} {}", &invited.code[..3], &invited.code[3..]);
        let accepted = carers.accept(&world.ada(), token, &spaced).await.unwrap();
        assert_eq!((accepted.person, accepted.name.as_str()), (world.edna, "Edna Hughes"));
        assert_eq!(world.told().await, ["ada@example.org", "edna@example.org"]);
        let acting = carers.acting(&world.ada(), world.edna).await.unwrap();
        assert_eq!((acting.name.as_str(), acting.scopes.to_string().as_str()), ("Edna Hughes", "PRESCR APPT"));
        let cared_for = carers.cared_for(&world.ada()).await.unwrap();
        assert_eq!(cared_for[0].name.as_deref(), Some("Edna Hughes"));
        let seen = world.seen(invited.relationship).await;
        assert_eq!((seen.stage, seen.labels.to_string().as_str()), (CarerStage::InForce, "general"));
        assert_eq!(seen.last_used_on, Some(world.today()));
        let (_, history) = carers.one(&world.edna(), world.edna, invited.relationship).await.unwrap();
        let reasons: Vec<Reason> = history.iter().map(|change| change.standing.reason).collect();
        assert_eq!(reasons, [Reason::RoleActivated, Reason::ApplicationSubmitted]);
        assert_eq!(world.count(world.edna, Action::CarerProposed).await, 1);
        assert_eq!(world.count(world.edna, Action::CarerAllowed).await, 1);
        world.verify().await;
    }

    async fn a_form_sent_twice_is_one_invitation_with_one_code(place: &Place) {
        let world = World::new(place).await;
        let form = world.form("ada@example.org");
        let sends = (0..4).map(|_| {
            let (services, form, edna, actor) = (world.services.clone(), form.clone(), world.edna, world.edna());
            tokio::spawn(async move { services.carers.invite(&actor, edna, &form).await.unwrap() })
        });
        let mut codes = Vec::new();
        for send in sends.collect::<Vec<_>>() {
            codes.push(send.await.unwrap().code);
        }
        assert!(codes.iter().all(|code| *code == codes[0]));
        assert_eq!(world.told().await, ["ada@example.org"]);
        assert_eq!(world.services.carers.of_person(&world.edna(), world.edna).await.unwrap().len(), 1);
        assert_eq!(world.count(world.edna, Action::CarerProposed).await, 1);
    }

    async fn an_invitation_to_what_is_over_by_now_is_refused(place: &Place) {
        let world = World::new(place).await;
        let day = (world.today() + chrono::Days::new(2)).format("%-d %-m %Y").to_string();
        let [d, m, y]: [String; 3] = day.split(' ').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
        let form = InviteForm { ends_on: [d, m, y], ..world.form("ada@example.org") };
        let invited = world.services.carers.invite(&world.edna(), world.edna, &form).await.unwrap();
        let token = world.token().await;
        world.advance_days(3);
        not_found(world.services.carers.accept(&world.ada(), &token, &invited.code).await);
        assert!(!world.may_act(world.edna).await);
    }

    async fn nobody_is_asked_twice_nor_asks_themselves(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        let invite = async |email: &str| carers.invite(&world.edna(), world.edna, &world.form(email)).await;
        assert_eq!(fields(invite("EDNA@example.org").await), ["email"]);
        let (first, token) = world.invite().await;
        assert_eq!(fields(invite("ADA@example.org").await), ["email"]);
        // What has run out is in nobody's way.
        world.advance_days(8);
        assert_eq!(world.seen(first.relationship).await.stage, CarerStage::Lapsed);
        not_found(carers.look_at_invitation(&token).await);
        not_found(carers.accept(&world.ada(), &token, &first.code).await);
        let (second, token) = world.invite().await;
        assert_eq!(world.seen(first.relationship).await.standing.reason, Reason::ApplicationWithdrawn);
        // What was taken back to make room is written down.
        assert_eq!(world.count(world.edna, Action::CarerRefused).await, 1);
        carers.accept(&world.ada(), &token, &second.code).await.unwrap();
        assert_eq!(fields(invite("ada@example.org").await), ["email"]);
        // Nor by another address.
        let third = invite("ada.stone@example.net").await.unwrap();
        let token = world.token().await;
        assert_eq!(fields(carers.accept(&world.ada(), &token, &third.code).await), ["code"]);
        world.verify().await;
    }

    async fn the_person_cannot_take_up_their_own_invitation(place: &Place) {
        let world = World::new(place).await;
        let (invited, token) = world.invite().await;
        assert_eq!(fields(world.services.carers.accept(&world.edna(), &token, &invited.code).await), ["code"]);
        assert_eq!(world.count(world.edna, Action::Refused).await, 1);
        world.services.carers.accept(&world.ada(), &token, &invited.code).await.unwrap();
    }

    async fn a_replayed_invitation_opens_nothing(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        let (invited, token) = world.invite().await;
        let accepted = carers.accept(&world.ada(), &token, &invited.code).await.unwrap();
        // The second press of the same button.
        assert_eq!(carers.accept(&world.ada(), &token, &invited.code).await.unwrap(), accepted);
        assert_eq!(world.count(world.edna, Action::CarerAllowed).await, 1);
        let thief = citizen(world.account("thief@example.org", None).await);
        not_found(carers.accept(&thief, &token, &invited.code).await);
        not_found(carers.accept(&world.ada(), &token, "000000").await);
        carers.end(&world.edna(), world.edna, accepted.relationship).await.unwrap();
        not_found(carers.accept(&world.ada(), &token, &invited.code).await);
        not_found(carers.accept(&world.ada(), "nonsense", &invited.code).await);
        assert!(!world.may_act(world.edna).await);
        assert!(world.count(world.edna, Action::Refused).await >= 3);
        world.verify().await;
    }

    async fn ten_wrong_codes_end_an_invitation(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        let (invited, token) = world.invite().await;
        let wrong = if invited.code == "123456" { "654321" } else { "123456" };
        assert_eq!(fields(carers.accept(&world.ada(), &token, " ").await), ["code"]);
        for _ in 0..9 {
            assert_eq!(fields(carers.accept(&world.ada(), &token, wrong).await), ["code"]);
        }
        not_found(carers.accept(&world.ada(), &token, wrong).await);
        not_found(carers.accept(&world.ada(), &token, &invited.code).await);
        not_found(carers.look_at_invitation(&token).await);
        let seen = world.seen(invited.relationship).await;
        assert_eq!((seen.standing.status, seen.stage), (Status::Inactive, CarerStage::Over));
        assert_eq!(world.count(world.edna, Action::Refused).await, 11);
        assert_eq!(world.count(world.edna, Action::CarerRefused).await, 1);
        assert_eq!(world.told().await, ["edna@example.org"]);
        // She may be asked again.
        let (invited, token) = world.invite().await;
        carers.accept(&world.ada(), &token, &invited.code).await.unwrap();
        world.verify().await;
    }

    async fn an_invitation_taken_back_is_gone(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        let (invited, token) = world.invite().await;
        carers.end(&world.edna(), world.edna, invited.relationship).await.unwrap();
        carers.end(&world.edna(), world.edna, invited.relationship).await.unwrap();
        not_found(carers.look_at_invitation(&token).await);
        not_found(carers.accept(&world.ada(), &token, &invited.code).await);
        assert_eq!(world.count(world.edna, Action::CarerRefused).await, 1);
    }

    async fn of_two_who_answer_at_once_one_is_let_in(place: &Place) {
        let world = World::new(place).await;
        let (invited, token) = world.invite().await;
        let other = citizen(world.account("bea@example.org", None).await);
        let answers = [world.ada(), other].map(|actor| {
            let (services, token, code) = (world.services.clone(), token.clone(), invited.code.clone());
            tokio::spawn(async move { services.carers.accept(&actor, &token, &code).await.is_ok() })
        });
        let mut let_in = 0;
        for answer in answers {
            let_in += usize::from(answer.await.unwrap());
        }
        assert_eq!(let_in, 1);
        assert_eq!(world.count(world.edna, Action::CarerAllowed).await, 1);
    }

    async fn the_private_answer_brings_numbers_and_is_told_to_nobody(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        let with = |answer: &str, email: &str| InviteForm { pressed: answer.into(), ..world.form(email) };
        let invite = async |answer: &str, email: &str| carers.invite(&world.edna(), world.edna, &with(answer, email)).await.unwrap();
        assert!(invite("yes", "ada@example.org").await.needs_help);
        assert!(invite("rather-not", "b@example.org").await.needs_help);
        assert!(!invite("no", "c@example.org").await.needs_help);
        assert!(!invite("", "d@example.org").await.needs_help);
        let (items, _) = world.services.activity.of_record(&world.edna(), world.edna, None).await.unwrap();
        let told = format!("{items:?} {:?}", world.mail().await);
        assert!(!told.contains("rather-not") && !told.contains("pressed"));
    }

    async fn what_is_typed_is_looked_at_and_only_the_person_invites(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        let nothing = carers.invite(&world.edna(), world.edna, &InviteForm::default()).await;
        assert_eq!(fields(nothing), ["email", "name", "relation", "scopes", ""]);
        world.acting().await;
        let form = world.form("c@example.org");
        for actor in [world.ada(), citizen(world.account("x@example.org", None).await)] {
            not_found(carers.invite(&actor, world.edna, &form).await);
            not_found(carers.of_person(&actor, world.edna).await);
        }
        assert!(matches!(carers.invite(&first_step(world.edna_account), world.edna, &form).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(carers.accept(&first_step(world.ada_account), "x", "1").await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(carers.cared_for(&domain::access::Actor::Nobody).await, Err(ServiceError::NotSignedIn)));
        assert_eq!(world.told().await, Vec::<String>::new());
    }

    async fn a_name_in_the_carers_list_is_noted_once_a_day(place: &Place) {
        let world = World::new(place).await;
        world.acting().await;
        let carers = &world.services.carers;
        let before = world.count(world.edna, Action::Read).await;
        for _ in 0..3 {
            carers.cared_for(&world.ada()).await.unwrap();
        }
        assert_eq!(world.count(world.edna, Action::Read).await, before + 2);
        world.advance_days(1);
        carers.cared_for(&world.ada()).await.unwrap();
        assert_eq!(world.count(world.edna, Action::Read).await, before + 4);
    }
}
