//! What holds wherever a practice decides, here or in a GP system: the same words, the same promises.

use crate::village::{Decides, RAMIPRIL, SALBUTAMOL, Village, said};
use domain::medicine::ItemStatus;
use testkit::Place;

/// Runs each on both kinds of practice and both engines.
macro_rules! every_practice {
    ($(async fn $name:ident($place:ident: &Place, $decides:ident: Decides) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn body($place: &Place, $decides: Decides) $body

            testkit::both_engines! {
                async fn decided_here(place: &Place) {
                    super::body(place, Decides::Here).await;
                }

                async fn decided_outside(place: &Place) {
                    super::body(place, Decides::Outside).await;
                }
            }
        }
    )*};
}

every_practice! {
    async fn an_order_is_sent_and_each_medicine_is_decided_and_told(place: &Place, decides: Decides) {
        let village = Village::at(place, decides).await;
        let sam = village.citizen(0).await;
        let order = village.order(&sam, &[RAMIPRIL, SALBUTAMOL]).await;
        for name in [RAMIPRIL, SALBUTAMOL] {
            assert_eq!(village.stands(&sam, name).await.0, ItemStatus::Requested);
        }
        assert!(village.why_not(&sam, RAMIPRIL).await.unwrap().contains("is not decided yet"));
        assert_eq!(village.mail().await, [""; 0]);
        village.decide(order, RAMIPRIL, true, "").await;
        assert_eq!(village.mail().await, [sam.email.as_str()]);
        village.decide(order, SALBUTAMOL, false, "No longer suitable, please contact GP to organise an appointment").await;
        assert_eq!(village.mail().await, [sam.email.as_str()]);
        let approved = village.item(&sam, order, RAMIPRIL).await;
        assert_eq!((approved.status, approved.answer.as_str(), approved.outside), (ItemStatus::Approved, "", None));
        assert!(approved.decided_at.is_some());
        let declined = village.item(&sam, order, SALBUTAMOL).await;
        assert_eq!(declined.status, ItemStatus::Declined);
        assert_eq!(declined.answer, "No longer suitable, please contact GP to organise an appointment");
        // What was refused can be asked for again.
        village.order(&sam, &[SALBUTAMOL]).await;
        assert_eq!(village.mail().await, [""; 0]);
        village.verify().await;
    }

    async fn the_same_form_twice_and_another_for_the_same_medicine_are_one_order(place: &Place, decides: Decides) {
        let village = Village::at(place, decides).await;
        let sam = village.citizen(0).await;
        let form = village.form(&sam, &[RAMIPRIL]).await;
        let other = village.form(&sam, &[RAMIPRIL]).await;
        let (first, second) = tokio::join!(village.send(&sam, &form), village.send(&sam, &form));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(first.orders == second.orders && (first.again ^ second.again));
        assert!(village.send(&sam, &form).await.unwrap().again);
        assert!(said(village.send(&sam, &other).await).contains("is not decided yet"));
        let expected = if decides == Decides::Outside { 1 } else { 0 };
        assert_eq!(village.system.kept().len(), expected);
        village.decide(first.orders[0], RAMIPRIL, true, "").await;
        assert_eq!(village.stands(&sam, RAMIPRIL).await.0, ItemStatus::Approved);
    }

    async fn what_is_taken_back_can_be_ordered_again_and_what_is_decided_cannot(place: &Place, decides: Decides) {
        let village = Village::at(place, decides).await;
        let (sam, stone) = (village.citizen(0).await, village.citizen(1).await);
        let order = village.order(&sam, &[RAMIPRIL]).await;
        let item = village.item(&sam, order, RAMIPRIL).await.id;
        // It is nothing of somebody else's.
        assert!(matches!(village.cancel(&stone, item).await, Err(service::ServiceError::NotFound)));
        for _ in 0..2 {
            assert!(!village.cancel(&sam, item).await.unwrap().asked);
        }
        assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Cancelled, None));
        let order = village.order(&sam, &[RAMIPRIL]).await;
        village.decide(order, RAMIPRIL, true, "").await;
        let item = village.item(&sam, order, RAMIPRIL).await.id;
        assert!(said(village.cancel(&sam, item).await).contains("decided or was taken back"));
        village.verify().await;
    }
}
