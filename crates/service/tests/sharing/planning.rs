//! The export for planning leaves out whoever refused it, and what few people share.

use super::*;

async fn export(world: &World) -> Vec<serde_json::Value> {
    let mut out = Vec::new();
    let count = world.services.sharing.planning_export(&Actor::Operator, &mut out).await.unwrap();
    let lines: Vec<_> = String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(u64::try_from(lines.len()).unwrap(), count);
    lines
}

testkit::both_engines! {
    async fn who_refused_planning_is_in_no_count(place: &Place) {
        let world = World::at(place).await;
        // With Sam, six women in their forties with a problem; and two in their fifties.
        let numbers = ["9990000026", "9990000034", "9990000042", "9990000050", "9990000069", "9990000077", "9990000085"];
        for (at, number) in numbers.into_iter().enumerate() {
            let born = if at < 5 { "1983-01-02" } else { "1970-01-02" };
            import(&world.services, world.practice, &record(&at.to_string(), number, born, "Gout")).await;
        }
        let six = serde_json::json!({"practice":"Y90001","category":"problems","age":"40-49","sex":"female","people":6});
        assert_eq!(export(&world).await, std::slice::from_ref(&six), "two in their fifties are too few; a hospital is no practice");

        world.choose("planning", "", "", 1).await.unwrap();
        let mut five = six.clone();
        five["people"] = 5.into();
        assert_eq!(export(&world).await, [five]);
        world.choose("planning", "", "general mental sexual social", 1).await.unwrap();
        assert_eq!(export(&world).await, [six]);

        // A refusal that leaves four takes the count away.
        let second = world.services.people.find(&Actor::Operator, "9990000026").await.unwrap().id;
        let kim = care_team::account(&world.services, "kim@example.org").await;
        world.services.linking.link_in_person(&Actor::Operator, kim, second).await.unwrap();
        world.services.sharing.choose(&citizen(kim), second, &choice("planning", "", "", 1)).await.unwrap();
        world.choose("planning", "", "", 1).await.unwrap();
        assert!(export(&world).await.is_empty());
    }

    async fn only_the_operator_exports_for_planning(place: &Place) {
        let world = World::at(place).await;
        let manager = world.member(world.practice, StaffRole::Manager, "Mina").await;
        for actor in [&world.sam, &manager] {
            let mut out = Vec::new();
            not_found(world.services.sharing.planning_export(actor, &mut out).await);
            assert!(out.is_empty());
        }
        assert!(world.services.sharing.planning_export(&Actor::System, &mut Vec::new()).await.is_err());
    }
}
