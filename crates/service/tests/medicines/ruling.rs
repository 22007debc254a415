//! What a practice lets its people order: nothing until a manager says so.

use crate::medicines::town::{Town, fields, not_found, problems, refused};
use domain::access::Actor;
use domain::audit::Action;
use service::OrderRulesForm;
use testkit::Place;

fn form(takes: &str, asks: &str, days: &str, version: i32) -> OrderRulesForm {
    OrderRulesForm {
        takes_orders: takes.to_owned(),
        asks_reason: asks.to_owned(),
        early_days: days.to_owned(),
        version: version.to_string(),
    }
}

async fn changes(town: &Town) -> usize {
    let items = town.services.activity.of_account(&town.manager).await.unwrap();
    items.into_iter().filter(|item| item.action == Action::OrderRulesChanged).count()
}

testkit::both_engines! {
    async fn nothing_is_ordered_until_a_manager_says_so_and_each_change_counts_once(place: &Place) {
        let town = Town::at(place).await;
        let medicines = &town.services.medicines;
        let rules = medicines.rules(&town.manager).await.unwrap();
        assert_eq!((rules.takes_orders, rules.asks_reason, rules.early_days, rules.version), (false, false, 7, 0));
        let first = form("yes", "no", " 10 ", 0);
        medicines.change_rules(&town.manager, &first).await.unwrap();
        medicines.change_rules(&town.manager, &first).await.unwrap();
        let rules = medicines.rules(&town.manager).await.unwrap();
        assert_eq!((rules.takes_orders, rules.asks_reason, rules.early_days, rules.version), (true, false, 10, 1));
        assert_eq!(changes(&town).await, 1);
        medicines.change_rules(&town.manager, &form("no", "yes", "0", 1)).await.unwrap();
        // From an old page.
        for version in [0, 1] {
            refused(medicines.change_rules(&town.manager, &form("yes", "yes", "28", version)).await, "", "Somebody has just changed this");
        }
        assert_eq!(changes(&town).await, 2);
        assert_eq!(medicines.rules(&town.manager).await.unwrap().early_days, 0);
        // The other practice has said nothing.
        assert_eq!(medicines.rules(&town.stranger).await.unwrap().version, 0);
    }

    async fn only_a_manager_sees_and_changes_them(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Stone").await;
        let medicines = &town.services.medicines;
        for actor in [&town.reception, &town.clinician, &town.officer, &who.actor] {
            not_found(medicines.rules(actor).await);
            not_found(medicines.change_rules(actor, &form("yes", "no", "7", 0)).await);
            let items = town.services.activity.of_account(actor).await.unwrap();
            assert_eq!(items.iter().filter(|item| item.was_refused()).count(), 2);
        }
        assert!(medicines.rules(&Actor::Nobody).await.is_err());
        assert_eq!(medicines.rules(&town.manager).await.unwrap().version, 0);
    }

    async fn what_cannot_be_is_said_beside_its_field(place: &Place) {
        let town = Town::at(place).await;
        let medicines = &town.services.medicines;
        assert_eq!(fields(medicines.change_rules(&town.manager, &form("", "x", "29", 0)).await), ["takes_orders", "asks_reason", "early_days"]);
        for days in ["", "-1", "7.5", "x", "99999999999"] {
            let told = problems(medicines.change_rules(&town.manager, &form("yes", "no", days, 0)).await);
            assert_eq!(told, [("early_days".to_owned(), "Enter a number of days from 0 to 28".to_owned())]);
        }
        let odd = OrderRulesForm { version: "x".to_owned(), ..form("yes", "no", "7", 0) };
        refused(medicines.change_rules(&town.manager, &odd).await, "", "Send it again");
        assert_eq!(medicines.rules(&town.manager).await.unwrap().version, 0);
    }
}
