//! The server is killed at each step of an order and of taking it back: after the next start all is as it should be.

use crate::gp_system::Fault;
use crate::village::{Decides, RAMIPRIL, Village, server};
use domain::medicine::ItemStatus;
use service::{OrdersAsked, OutsideMark};
use std::future::Future;
use testkit::Place;

impl Village {
    /// Does an act until the server is killed, and starts it again.
    async fn killed<T>(&mut self, place: &Place, act: impl Future<Output = T> + Send + 'static)
    where
        T: Send + 'static,
    {
        let act = tokio::spawn(act);
        self.system.killed.notified().await;
        act.abort();
        assert!(act.await.is_err_and(|error| error.is_cancelled()));
        // A server that starts anew gives ids by the time of its start.
        self.clock.advance(chrono::TimeDelta::seconds(1));
        self.services = server(place, &self.clock);
    }

    async fn until_settled(&self) {
        for _ in 0..10 {
            if self.later(2).await == OrdersAsked::default() {
                return;
            }
        }
        panic!("it is never settled");
    }
}

testkit::both_engines! {
    async fn an_order_is_made_once(place: &Place) {
        let mut village = Village::at(place, Decides::Outside).await;
        for (which, fault) in [Fault::KillBefore, Fault::KillAfter].into_iter().enumerate() {
            let sam = village.citizen(which).await;
            let form = village.form(&sam, &[RAMIPRIL]).await;
            village.system.fail("order", fault);
            let (medicines, who, sent) = (village.services.medicines.clone(), sam.clone(), form.clone());
            village.killed(place, async move { medicines.order(&who.actor, who.person, &sent).await }).await;
            assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Requested, Some(OutsideMark::Sending)));
            // The same form again, as from a page that was left open, does it no second time.
            let again = village.send(&sam, &form).await.unwrap();
            assert!(again.again && again.waits);
            village.until_settled().await;
            assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Requested, Some(OutsideMark::There)));
            assert_eq!((village.system.kept().len(), village.system.ids()), (which + 1, which + 1));
        }
        village.verify().await;
    }

    async fn taking_back_is_done(place: &Place) {
        let mut village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        for fault in [Fault::KillBefore, Fault::KillAfter] {
            let order = village.order(&sam, &[RAMIPRIL]).await;
            let item = village.item(&sam, order, RAMIPRIL).await.id;
            village.system.fail("cancel", fault);
            let (medicines, who) = (village.services.medicines.clone(), sam.clone());
            village.killed(place, async move { medicines.cancel(&who.actor, who.person, item).await }).await;
            assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Requested, Some(OutsideMark::Cancelling)));
            village.until_settled().await;
            assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Cancelled, None));
            assert!(village.system.kept().iter().all(|one| one.status == "cancelled"));
        }
        village.verify().await;
    }
}
