//! Every other way in which it can fail.

use crate::examples::SUCCESS;
use crate::national::{Does, National, number};
use chrono::TimeDelta;
use gateway::breaker::Breaker;
use gateway::prescriptions_for_patients::PrescriptionsForPatients;
use proptest::prelude::*;
use service::{NoTracker, PrescriptionTracker, TrackerFault};
use testkit::{MockClock, SeededRandom};

fn says(status: u16) -> Does {
    Does::Says(status, String::new())
}

fn silent(words: &str) -> TrackerFault {
    TrackerFault::NoAnswer(words.to_owned())
}

#[tokio::test]
async fn what_may_be_over_in_a_moment_is_asked_once_more() {
    let national = National::new().await;
    for first in [says(502), says(503), says(504), Does::BreaksOff] {
        national.will([first.clone(), Does::Says(200, SUCCESS.to_owned())]);
        assert_eq!(national.way().of_person(&number()).await.unwrap().prescriptions.len(), 1, "{first:?}");
        let asked = national.asked();
        assert_eq!(asked.len(), 2);
        assert_ne!(asked[0]["x-request-id"], asked[1]["x-request-id"]);
        assert_eq!(asked[0]["x-correlation-id"], asked[1]["x-correlation-id"]);
        // And no more than once more.
        national.will([first.clone(), first.clone()]);
        assert!(matches!(national.way().of_person(&number()).await, Err(TrackerFault::NoAnswer(_))), "{first:?}");
        assert_eq!(national.asked().len(), 2);
    }
}

#[tokio::test]
async fn silence_a_flood_and_nonsense_are_faults_and_whoever_waits_is_not_kept() {
    let national = National::new().await;
    national.will([Does::Hangs]);
    assert_eq!(national.way().of_person(&number()).await, Err(silent("it did not answer in time")));
    national.will([Does::Floods]);
    assert_eq!(national.way().of_person(&number()).await, Err(TrackerFault::Unreadable("it is too long".to_owned())));
    let half = SUCCESS[..SUCCESS.len() / 2].to_owned();
    for nonsense in ["", "<html>Hello</html>", "[]", "null", "{}", r#"{"resourceType":"OperationOutcome"}"#, &half] {
        national.will([Does::Says(200, nonsense.to_owned())]);
        assert!(matches!(national.way().of_person(&number()).await, Err(TrackerFault::Unreadable(_))), "{nonsense}");
    }
    // Nobody listens there.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let way = PrescriptionsForPatients::new(&address, None, MockClock::default(), SeededRandom::new(3)).unwrap();
    assert_eq!(way.of_person(&number()).await, Err(silent("it cannot be reached")));
}

#[tokio::test]
async fn it_says_how_long_it_is_busy() {
    let national = National::new().await;
    let wait = |seconds| Err(TrackerFault::Busy(Some(TimeDelta::seconds(seconds))));
    national.will([
        Does::SaysAfter(429, "120"),
        Does::SaysAfter(503, "7"),
        Does::SaysAfter(429, "Tue, 03 Nov 2026 10:41:00 GMT"),
    ]);
    assert_eq!(national.way().of_person(&number()).await, wait(120));
    assert_eq!(national.way().of_person(&number()).await, wait(7));
    assert_eq!(national.way().of_person(&number()).await, wait(60));
    national.will([Does::SaysAfter(429, "soon")]);
    assert_eq!(national.way().of_person(&number()).await, Err(TrackerFault::Busy(None)));
}

#[tokio::test]
async fn after_five_faults_it_is_left_alone_until_it_is_back() {
    let national = National::new().await;
    let breaker = Breaker::new(national.way(), national.clock.clone());
    assert!(breaker.is_on() && !Breaker::new(NoTracker, national.clock.clone()).is_on());
    // A refusal is an answer.
    national.will((0..6).map(|_| says(401)));
    for _ in 0..6 {
        assert!(matches!(breaker.of_person(&number()).await, Err(TrackerFault::Refused(_))));
    }
    national.will((0..5).map(|_| says(500)));
    for _ in 0..5 {
        assert!(matches!(breaker.of_person(&number()).await, Err(TrackerFault::NoAnswer(_))));
    }
    national.asked();
    assert_eq!(breaker.of_person(&number()).await, Err(TrackerFault::LeftAlone));
    assert!(national.asked().is_empty());
    national.clock.advance(TimeDelta::seconds(30));
    assert!(breaker.of_person(&number()).await.is_ok());
    assert!(breaker.of_person(&number()).await.is_ok());
}

#[tokio::test]
async fn where_it_says_for_how_long_it_is_busy_it_is_left_alone_for_so_long() {
    let national = National::new().await;
    let breaker = Breaker::new(national.way(), national.clock.clone());
    national.will([Does::SaysAfter(429, "120")]);
    assert_eq!(breaker.of_person(&number()).await, Err(TrackerFault::Busy(Some(TimeDelta::seconds(120)))));
    national.asked();
    national.clock.advance(TimeDelta::seconds(119));
    assert_eq!(breaker.of_person(&number()).await, Err(TrackerFault::LeftAlone));
    assert!(national.asked().is_empty());
    national.clock.advance(TimeDelta::seconds(1));
    assert!(breaker.of_person(&number()).await.is_ok());
    // One that does not say how long is left alone after five times, as one that does not answer.
    national.will((0..4).map(|_| says(429)));
    for _ in 0..4 {
        assert_eq!(breaker.of_person(&number()).await, Err(TrackerFault::Busy(None)));
    }
    assert!(breaker.of_person(&number()).await.is_ok());
}

#[test]
fn an_address_to_which_nothing_secret_may_go_is_refused() {
    for address in ["http://prescriptions.example.org", "prescriptions", "", "https://"] {
        assert!(PrescriptionsForPatients::new(address, None, MockClock::default(), SeededRandom::new(3)).is_err(), "{address}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn an_example_with_a_changed_part_is_read_or_refused(at in 0_usize..14_000, with in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = SUCCESS.as_bytes().to_vec();
        let at = at.min(bytes.len() - 1);
        if cut { bytes.truncate(at); } else { bytes[at] = with; }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let told = runtime.block_on(async {
            let national = National::new().await;
            national.will([Does::Says(200, String::from_utf8_lossy(&bytes).into_owned())]);
            national.way().of_person(&number()).await
        });
        match told {
            Ok(told) => prop_assert!(told.prescriptions.len() <= 1),
            Err(fault) => prop_assert!(matches!(fault, TrackerFault::Unreadable(_))),
        }
    }
}
