//! Reminders of goals: only who asked, once a week, by day, and taken back.

use crate::self_care::town::{at, not_found, refused};
use crate::self_care::world::World;
use domain::access::Actor;
use domain::goal::{Act, Kind};
use service::NotedBy;
use testkit::Place;

impl World {
    /// How many reminders are written now, and to whom they go.
    async fn reminded(&self) -> (u64, Vec<String>) {
        let done = self.town.services.self_care.run_goal_reminders(&Actor::System).await.unwrap();
        (done, self.town.mail().await.into_iter().filter(|mail| mail.body.contains("/goals")).map(|mail| mail.to).collect())
    }
}

testkit::both_engines! {
    async fn nobody_is_reminded_who_did_not_ask_and_who_did_once_a_week(place: &Place) {
        let world = World::at(place).await;
        let (me, care, person) = (&world.edna.actor, &world.town.services.self_care, world.edna.person);
        world.set("2026-11-03T15:00:00Z");
        let id = world.set_goal(me, Kind::Own, &world.own_goal("Paint again")).await.unwrap();
        world.set("2026-11-20T15:00:00Z");
        assert_eq!(world.reminded().await, (0, vec![]));
        care.remind_of_goal(me, person, (id, 1), true).await.unwrap();
        refused(care.remind_of_goal(me, person, (id, 1), false).await, "", "Somebody changed this meanwhile");
        assert_eq!(world.seen(me, id).await.reminds, Some(NotedBy::You));
        assert_eq!(world.reminded().await, (0, vec![]));
        // A week later at 10am, once.
        world.town.clock.set(at("2026-11-27T09:59:00Z"));
        assert_eq!(world.reminded().await, (0, vec![]));
        world.town.clock.set(at("2026-11-27T10:00:00Z"));
        assert_eq!(world.reminded().await, (1, vec![world.edna.email.clone()]));
        assert_eq!(world.reminded().await, (0, vec![]));
        // Whoever has just said how it goes is not asked; what is too late is left out.
        world.town.clock.set(at("2026-12-03T12:00:00Z"));
        care.check_in(me, person, id, ("well", "", &world.new_id())).await.unwrap();
        world.town.clock.set(at("2026-12-04T10:00:00Z"));
        assert_eq!(world.reminded().await, (0, vec![]));
        world.town.clock.set(at("2026-12-12T10:00:00Z"));
        assert_eq!(world.reminded().await, (0, vec![]));
        world.town.clock.set(at("2026-12-18T10:01:00Z"));
        assert_eq!(world.reminded().await, (1, vec![world.edna.email.clone()]));
    }

    async fn what_waits_is_taken_back_and_a_pause_ends_it(place: &Place) {
        let world = World::at(place).await;
        let (me, care, person) = (&world.edna.actor, &world.town.services.self_care, world.edna.person);
        let id = world.set_goal(me, Kind::Own, &world.own_goal("Paint again")).await.unwrap();
        care.remind_of_goal(me, person, (id, 1), true).await.unwrap();
        world.advance_days(7);
        world.town.advance(chrono::TimeDelta::hours(3));
        assert_eq!(care.run_goal_reminders(&Actor::System).await.unwrap(), 1);
        care.act_on_goal(me, person, (id, 2), Act::Pause).await.unwrap();
        assert!(world.town.mail().await.is_empty(), "it was taken back");
        not_found(care.remind_of_goal(me, person, (id, 3), true).await);
        world.advance_days(7);
        assert_eq!(world.reminded().await, (0, vec![]));
        not_found(care.run_goal_reminders(me).await);
    }

    async fn a_carer_is_reminded_as_long_as_they_may_record(place: &Place) {
        let world = World::at(place).await;
        let (care, person) = (&world.town.services.self_care, world.edna.person);
        let (daughter, relationship) = world.carer("Daughter", "READ").await;
        let id = world.set_goal(&daughter.actor, Kind::Own, &world.own_goal("Walk")).await.unwrap();
        care.remind_of_goal(&daughter.actor, person, (id, 1), true).await.unwrap();
        world.advance_days(7);
        world.town.advance(chrono::TimeDelta::hours(3));
        assert_eq!(world.reminded().await, (1, vec![daughter.email.clone()]));
        world.town.services.carers.end(&world.edna.actor, person, relationship).await.unwrap();
        world.town.mail().await;
        world.advance_days(7);
        assert_eq!(world.reminded().await, (0, vec![]));
    }
}
