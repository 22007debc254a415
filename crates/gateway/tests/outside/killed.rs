//! The server is killed at each step of a booking, a cancelling and a change: after the next start all is as it should be.

use crate::gp_system::Fault;
use crate::village::{Citizen, Keeps, NINE, TWENTY_PAST, Village, at, server};
use service::{BookForm, OutsideDone};
use std::future::Future;
use testkit::Place;

/// Every step at which another system is asked.
const STEPS: [(&str, Fault); 6] = [
    ("book", Fault::KillBefore),
    ("book", Fault::KillAfter),
    ("one", Fault::KillBefore),
    ("one", Fault::KillAfter),
    ("cancel", Fault::KillBefore),
    ("cancel", Fault::KillAfter),
];

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
        self.services = server(place, &self.clock);
    }

    async fn until_settled(&self) {
        for _ in 0..10 {
            if self.later(2).await == OutsideDone::default() {
                return;
            }
        }
        panic!("it is never settled");
    }

    fn sends(&self, who: &Citizen, form: BookForm) -> impl Future<Output = ()> + Send + 'static {
        let (appointments, who) = (self.services.appointments.clone(), who.clone());
        async move {
            let _ = appointments.book(&who.actor, who.person, &form).await;
        }
    }
}

testkit::both_engines! {
    async fn a_change_ends_with_one_of_the_two_times_and_the_other_free(place: &Place) {
        let mut village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let mut mine = village.book(&rivers, NINE).await;
        for (round, (step, fault)) in STEPS.into_iter().enumerate() {
            let what = format!("{step} {fault:?}");
            let (from, to) = if round % 2 == 0 { (NINE, TWENTY_PAST) } else { (TWENTY_PAST, NINE) };
            let form = BookForm { instead_of: mine.to_string(), ..village.form(village.slot(&rivers, to).await) };
            village.system.fail(step, fault);
            let act = village.sends(&rivers, form.clone());
            village.killed(place, act).await;
            // Until it is settled the old one stands, or the new one does.
            assert!(!village.open(&rivers).await.is_empty(), "{what}");
            // The same form again, as from a page that was left open, does it no second time.
            let again = village.send(&rivers, &form).await.unwrap();
            assert!(again.again, "{what}");
            village.until_settled().await;
            assert_eq!(village.open(&rivers).await, [at(to)], "{what}");
            village.agrees(&[&rivers]).await;
            assert!(village.free(&rivers).await.contains(&at(from)), "{what}");
            mine = again.id;
        }
        village.verify().await;
    }

    async fn a_booking_is_made_once(place: &Place) {
        let mut village = Village::at(place, Keeps::Outside).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        for (who, starts, fault) in [(&rivers, NINE, Fault::KillBefore), (&stone, TWENTY_PAST, Fault::KillAfter)] {
            let form = village.form(village.slot(who, starts).await);
            village.system.fail("book", fault);
            let act = village.sends(who, form);
            village.killed(place, act).await;
            village.until_settled().await;
            assert_eq!(village.open(who).await, [at(starts)]);
            village.agrees(&[&rivers, &stone]).await;
        }
    }

    async fn a_cancelling_is_done(place: &Place) {
        let mut village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        for (step, fault) in [("one", Fault::KillBefore), ("cancel", Fault::KillBefore), ("cancel", Fault::KillAfter)] {
            let id = village.book(&rivers, NINE).await;
            village.system.fail(step, fault);
            let (appointments, who) = (village.services.appointments.clone(), rivers.clone());
            village.killed(place, async move { appointments.cancel(&who.actor, who.person, id, "").await }).await;
            assert_eq!(village.open(&rivers).await, [at(NINE)]);
            village.until_settled().await;
            assert!(village.open(&rivers).await.is_empty());
            village.agrees(&[&rivers]).await;
        }
    }
}
