//! What holds of every diary, whether it is kept here or in a GP system: the same words, the same promises.

use crate::village::{Keeps, NINE, TEN_PAST, TWENTY_PAST, Village, at, said};
use domain::appointment::Status;
use service::{BookForm, GivenUp};
use testkit::Place;

/// Runs each on both kinds of diary and both engines.
macro_rules! every_diary {
    ($(async fn $name:ident($place:ident: &Place, $keeps:ident: Keeps) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn body($place: &Place, $keeps: Keeps) $body

            testkit::both_engines! {
                async fn kept_here(place: &Place) {
                    super::body(place, Keeps::Here).await;
                }

                async fn kept_outside(place: &Place) {
                    super::body(place, Keeps::Outside).await;
                }
            }
        }
    )*};
}

every_diary! {
    async fn a_free_time_is_found_booked_and_found_no_more(place: &Place, keeps: Keeps) {
        let village = Village::at(place, keeps).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        assert_eq!(village.free(&rivers).await, [at(NINE), at(TEN_PAST), at(TWENTY_PAST)]);
        village.book(&rivers, TEN_PAST).await;
        assert_eq!(village.list(&rivers).await, [(at(TEN_PAST), Status::Booked)]);
        assert_eq!(village.free(&stone).await, [at(NINE), at(TWENTY_PAST)]);
        village.agrees(&[&rivers, &stone]).await;
        village.verify().await;
    }

    async fn of_two_who_want_one_time_one_gets_it(place: &Place, keeps: Keeps) {
        let village = Village::at(place, keeps).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        let slot = village.slot(&rivers, NINE).await;
        let forms = (village.form(slot), village.form(slot));
        let both = tokio::join!(village.send(&rivers, &forms.0), village.send(&stone, &forms.1));
        let lost = match both {
            (Ok(_), lost @ Err(_)) | (lost @ Err(_), Ok(_)) => lost,
            other => panic!("{other:?}"),
        };
        assert!(said(lost).contains("Somebody else has just taken this time"));
        assert_eq!(village.open(&rivers).await.len() + village.open(&stone).await.len(), 1);
        village.agrees(&[&rivers, &stone]).await;
    }

    async fn the_same_form_twice_is_one_booking(place: &Place, keeps: Keeps) {
        let village = Village::at(place, keeps).await;
        let rivers = village.citizen(0).await;
        let form = village.form(village.slot(&rivers, NINE).await);
        let (first, second) = tokio::join!(village.send(&rivers, &form), village.send(&rivers, &form));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(first.id == second.id && (first.again ^ second.again));
        assert!(village.send(&rivers, &form).await.unwrap().again);
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Booked)]);
        village.agrees(&[&rivers]).await;
    }

    async fn what_is_cancelled_is_free_again(place: &Place, keeps: Keeps) {
        let village = Village::at(place, keeps).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        let id = village.book(&rivers, NINE).await;
        assert_eq!(village.cancel(&rivers, id).await.unwrap(), GivenUp::Done);
        assert_eq!(village.cancel(&rivers, id).await.unwrap(), GivenUp::Done);
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Cancelled)]);
        village.agrees(&[&rivers]).await;
        village.book(&stone, NINE).await;
        village.agrees(&[&rivers, &stone]).await;
    }

    async fn a_change_takes_the_new_time_and_gives_the_old_one_up(place: &Place, keeps: Keeps) {
        let village = Village::at(place, keeps).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        let old = village.book(&rivers, NINE).await;
        let new = village.change(&rivers, old, TWENTY_PAST).await.unwrap();
        assert!(!new.pending && !new.asked && new.id != old);
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Cancelled), (at(TWENTY_PAST), Status::Booked)]);
        assert_eq!(village.free(&stone).await, [at(NINE), at(TEN_PAST)]);
        village.agrees(&[&rivers, &stone]).await;
        village.verify().await;
    }

    async fn where_the_new_time_is_gone_the_old_one_stays(place: &Place, keeps: Keeps) {
        let village = Village::at(place, keeps).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        let old = village.book(&rivers, NINE).await;
        let wish = village.slot(&rivers, TEN_PAST).await;
        village.book(&stone, TEN_PAST).await;
        let form = BookForm { instead_of: old.to_string(), ..village.form(wish) };
        assert!(said(village.send(&rivers, &form).await).contains("Somebody else has just taken this time"));
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Booked)]);
        village.agrees(&[&rivers, &stone]).await;
    }

    async fn what_has_passed_can_be_neither_booked_nor_cancelled(place: &Place, keeps: Keeps) {
        let village = Village::at(place, keeps).await;
        let rivers = village.citizen(0).await;
        let (id, late) = (village.book(&rivers, NINE).await, village.slot(&rivers, TEN_PAST).await);
        village.clock.set(at("2026-11-05T09:12:00Z"));
        assert!(said(village.send(&rivers, &village.form(late)).await).contains("This time has passed"));
        assert!(said(village.cancel(&rivers, id).await).contains("cannot be changed any more"));
        village.agrees(&[&rivers]).await;
    }
}
