//! Sessions: how long they last, their list, and how they end.

use crate::accounts::world::*;
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::Action;
use service::{CurrentSession, ServiceError};
use testkit::Place;

const A: [u8; 32] = [1; 32];
const B: [u8; 32] = [2; 32];
const C: [u8; 32] = [3; 32];

testkit::both_engines! {
    async fn a_session_is_kept_found_and_changed(place: &Place) {
        let world = World::new(place);
        let sessions = &world.services.sessions;
        let account = world.account(EMAIL).await;
        assert!(sessions.load(&A).await.unwrap().is_none());
        assert!(sessions.save(&A, "{\"a\":1}".into(), None, "Chrome on Android".into()).await.unwrap());
        let first = sessions.load(&A).await.unwrap().unwrap();
        assert_eq!((first.data.as_str(), first.account, first.touch_due), ("{\"a\":1}", None, false));
        world.advance_minutes(1);
        assert!(sessions.save(&A, "{}".into(), Some(account), "Chrome on Android".into()).await.unwrap());
        let second = sessions.load(&A).await.unwrap().unwrap();
        assert_eq!((second.data.as_str(), second.account, second.id, second.created_at), ("{}", Some(account), first.id, first.created_at));
        assert_eq!(second.expires_at, world.now() + TimeDelta::minutes(30));
    }

    async fn an_idle_session_ends_after_half_an_hour_and_a_touched_one_does_not(place: &Place) {
        let world = World::new(place);
        let sessions = &world.services.sessions;
        let account = world.account(EMAIL).await;
        sessions.save(&A, "{}".into(), Some(account), "Chrome".into()).await.unwrap();
        sessions.save(&B, "{}".into(), Some(account), "Firefox".into()).await.unwrap();
        world.advance_minutes(29);
        assert!(sessions.load(&A).await.unwrap().unwrap().touch_due);
        sessions.touch(&A).await.unwrap();
        world.advance_minutes(1);
        assert!(sessions.load(&A).await.unwrap().is_some());
        assert!(sessions.load(&B).await.unwrap().is_none());
        // What is over is not brought back, neither by use nor by saving.
        sessions.touch(&B).await.unwrap();
        assert!(!sessions.save(&B, "{}".into(), Some(account), "Firefox".into()).await.unwrap());
        assert!(sessions.load(&B).await.unwrap().is_none());
    }

    async fn a_session_ends_after_twelve_hours_however_much_it_is_used(place: &Place) {
        let world = World::new(place);
        let sessions = &world.services.sessions;
        sessions.save(&A, "{}".into(), None, "Chrome".into()).await.unwrap();
        for _ in 0..35 {
            world.advance_minutes(20);
            sessions.touch(&A).await.unwrap();
            assert!(sessions.save(&A, "{}".into(), None, "Chrome".into()).await.unwrap());
        }
        world.advance_minutes(20);
        assert!(sessions.load(&A).await.unwrap().is_none());
        assert!(!sessions.save(&A, "{}".into(), None, "Chrome".into()).await.unwrap());
    }

    async fn use_is_noted_at_most_once_a_minute(place: &Place) {
        let world = World::new(place);
        let sessions = &world.services.sessions;
        sessions.save(&A, "{}".into(), None, "Chrome".into()).await.unwrap();
        let start = world.now();
        world.clock.advance(TimeDelta::seconds(60));
        sessions.touch(&A).await.unwrap();
        assert_eq!(sessions.load(&A).await.unwrap().unwrap().last_seen_at, start);
        world.clock.advance(TimeDelta::seconds(1));
        sessions.touch(&A).await.unwrap();
        assert_eq!(sessions.load(&A).await.unwrap().unwrap().last_seen_at, world.now());
    }

    async fn the_owner_lists_and_ends_their_sessions_and_nobody_elses(place: &Place) {
        let world = World::new(place);
        let sessions = &world.services.sessions;
        let (account, other) = (world.account(EMAIL).await, world.account("b@example.org").await);
        sessions.save(&A, "{}".into(), Some(account), "Chrome on Android".into()).await.unwrap();
        world.advance_minutes(1);
        sessions.save(&B, "{}".into(), Some(account), "Firefox on Linux".into()).await.unwrap();
        sessions.save(&C, "{}".into(), Some(other), "Safari on iPhone".into()).await.unwrap();
        let list = sessions.list(&second_step(account), &A).await.unwrap();
        let seen: Vec<_> = list.iter().map(|session| (session.label.as_str(), session.current)).collect();
        assert_eq!(seen, [("Firefox on Linux", false), ("Chrome on Android", true)]);
        let (session, id) = (world.session(), list[0].id);
        assert!(matches!(sessions.end(&second_step(other), &session, id).await, Err(ServiceError::NotFound)));
        let stale = CurrentSession { fresh_at: Some(world.now() - TimeDelta::minutes(6)), ..session };
        assert!(matches!(sessions.end(&second_step(account), &stale, id).await, Err(ServiceError::NeedsFreshSignIn)));
        assert!(sessions.load(&B).await.unwrap().is_some());
        sessions.end(&second_step(account), &session, id).await.unwrap();
        assert!(matches!(sessions.end(&second_step(account), &session, id).await, Err(ServiceError::NotFound)));
        assert!(sessions.load(&B).await.unwrap().is_none());
        assert!(!sessions.save(&B, "{}".into(), Some(account), "Firefox on Linux".into()).await.unwrap());
        assert!(sessions.load(&C).await.unwrap().is_some());
        assert!(matches!(sessions.list(&Actor::Nobody, &A).await, Err(ServiceError::NotSignedIn)));
        assert_eq!(world.actions(account).await.last(), Some(&Action::SignedOut));
    }

    async fn every_other_session_ends_and_this_one_stays(place: &Place) {
        let world = World::new(place);
        let sessions = &world.services.sessions;
        let account = world.account(EMAIL).await;
        for hash in [A, B, C] {
            sessions.save(&hash, "{}".into(), Some(account), "Chrome".into()).await.unwrap();
        }
        let here = CurrentSession { id_hash: B, fresh_at: Some(world.now()) };
        let stale = CurrentSession { fresh_at: None, ..here };
        assert!(matches!(sessions.end_others(&second_step(account), &stale).await, Err(ServiceError::NeedsFreshSignIn)));
        assert_eq!(sessions.end_others(&second_step(account), &here).await.unwrap(), 2);
        assert_eq!(sessions.end_others(&second_step(account), &here).await.unwrap(), 0);
        assert!(sessions.load(&A).await.unwrap().is_none() && sessions.load(&B).await.unwrap().is_some());
    }

    async fn signing_out_ends_the_session_and_is_noted_once(place: &Place) {
        let world = World::new(place);
        let sessions = &world.services.sessions;
        let account = world.account(EMAIL).await;
        sessions.save(&A, "{}".into(), Some(account), "Chrome".into()).await.unwrap();
        sessions.end_this(&A).await.unwrap();
        sessions.end_this(&A).await.unwrap();
        sessions.end_this(&B).await.unwrap();
        assert!(sessions.load(&A).await.unwrap().is_none());
        let actions = world.actions(account).await;
        assert_eq!(actions.iter().filter(|action| **action == Action::SignedOut).count(), 1);
        assert_eq!(sessions.owner_of_expired(&A).await.unwrap(), None);
    }

    async fn who_was_timed_out_is_known_for_a_day(place: &Place) {
        let world = World::new(place);
        let sessions = &world.services.sessions;
        let account = world.account(EMAIL).await;
        sessions.save(&A, "{}".into(), Some(account), "Chrome".into()).await.unwrap();
        sessions.save(&B, "{}".into(), None, "Chrome".into()).await.unwrap();
        assert_eq!(sessions.owner_of_expired(&A).await.unwrap(), None);
        world.advance_minutes(31);
        assert_eq!(sessions.owner_of_expired(&A).await.unwrap(), Some(account));
        assert_eq!(sessions.owner_of_expired(&B).await.unwrap(), None);
        assert_eq!(sessions.owner_of_expired(&C).await.unwrap(), None);
        // Of nobody's session nothing is to be remembered.
        assert_eq!(sessions.purge().await.unwrap(), 1);
        assert_eq!(sessions.owner_of_expired(&A).await.unwrap(), Some(account));
        world.advance_minutes(24 * 60);
        assert_eq!(sessions.owner_of_expired(&A).await.unwrap(), None);
        assert_eq!(sessions.purge().await.unwrap(), 1);
    }

    async fn a_session_of_nobody_is_not_forgotten_while_it_lives(place: &Place) {
        let world = World::new(place);
        let sessions = &world.services.sessions;
        sessions.save(&A, "{}".into(), None, "Chrome".into()).await.unwrap();
        world.advance_minutes(29);
        assert_eq!(sessions.purge().await.unwrap(), 0);
        assert!(sessions.load(&A).await.unwrap().is_some());
        world.advance_minutes(2);
        assert_eq!(sessions.purge().await.unwrap(), 1);
    }

    async fn a_session_whose_id_changed_leaves_nothing_behind(place: &Place) {
        let world = World::new(place);
        let sessions = &world.services.sessions;
        let account = world.account(EMAIL).await;
        sessions.save(&A, "{}".into(), Some(account), "Chrome".into()).await.unwrap();
        sessions.save(&B, "{}".into(), Some(account), "Chrome".into()).await.unwrap();
        sessions.drop_this(&A).await.unwrap();
        assert_eq!(sessions.list(&second_step(account), &B).await.unwrap().len(), 1);
        // What was still under way with the old id does not bring it back.
        assert!(!sessions.save(&A, "{}".into(), Some(account), "Chrome".into()).await.unwrap());
        sessions.touch(&A).await.unwrap();
        assert!(sessions.load(&A).await.unwrap().is_none());
        assert_eq!(sessions.list(&second_step(account), &B).await.unwrap().len(), 1);
        world.advance_minutes(31);
        assert_eq!(sessions.owner_of_expired(&A).await.unwrap(), None);
        assert_eq!(sessions.owner_of_expired(&B).await.unwrap(), Some(account));
    }
}
