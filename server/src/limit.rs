//! A limit on requests of every kind by network, so that one cannot keep the service from the others.

use crate::refusals;
use app::ctx::PeerAddress;
use app::outcome;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use fhir::consent::Fault;
use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// How many seconds' worth of requests may come at once: a surgery behind one address, as it opens.
pub const BURST_SECONDS: u32 = 6;

/// Counts the requests of each network: an IPv4 address, or the 64 bits that one household has of IPv6. Clones share
/// the counts, which are this process's own.
#[derive(Clone, Debug)]
pub struct Limit(Arc<RateLimiter<String, HashMapStateStore<String>, DefaultClock>>);

impl Limit {
    /// So many requests a second for each network, and [`BURST_SECONDS`] times as many at once; `None` for 0, which is
    /// no limit.
    #[must_use]
    pub fn per_second(requests: u32) -> Option<Self> {
        let requests = NonZeroU32::new(requests)?;
        let burst = requests.saturating_mul(NonZeroU32::new(BURST_SECONDS)?);
        Some(Self::of(Quota::per_second(requests).allow_burst(burst)))
    }

    /// So many requests at once, and one more in each span; `None` for a span of no length.
    #[must_use]
    pub fn one_in(span: Duration, burst: NonZeroU32) -> Option<Self> {
        Quota::with_period(span).map(|quota| Self::of(quota.allow_burst(burst)))
    }

    fn of(quota: Quota) -> Self {
        Self(Arc::new(RateLimiter::hashmap_with_clock(quota, DefaultClock::default())))
    }

    /// Counts a request; the seconds to wait, at least one, when it is one too many.
    fn count(&self, peer: Option<&PeerAddress>) -> Result<(), u64> {
        self.0
            .check_key(&service::network(peer.map(|peer| peer.0)))
            .map_err(|until| whole_seconds(until.wait_time_from(self.0.clock().now())))
    }

    /// Forgets the networks that have been quiet long enough to begin anew, so that the counts do not fill the memory.
    pub fn tidy(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

/// A wait in seconds, never too short.
fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

/// A limit with the page that is answered beyond it, rendered once: a refusal must cost little.
#[derive(Clone)]
pub struct Refusing {
    /// The limit.
    pub limit: Limit,
    /// The page.
    pub page: Bytes,
}

/// Refuses a request that is one too many from its network; its address has been found before.
pub async fn by_network(State(refusing): State<Refusing>, request: Request, next: Next) -> Response {
    match refusing.limit.count(request.extensions().get::<PeerAddress>()) {
        Ok(()) => next.run(request).await,
        Err(seconds) => {
            refusals::note(refusals::TOO_MANY, &request);
            let retry = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
            if outcome::is_asked_at(request.uri().path()) {
                return (retry, outcome::refusal(Fault::Throttled, None)).into_response();
            }
            (StatusCode::TOO_MANY_REQUESTS, retry, Html(refusing.page)).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> Option<PeerAddress> {
        Some(PeerAddress(address.parse().unwrap()))
    }

    #[test]
    fn no_requests_a_second_is_no_limit() {
        assert!(Limit::per_second(0).is_none());
        let limit = Limit::per_second(u32::MAX).unwrap();
        assert_eq!(limit.count(peer("192.0.2.1").as_ref()), Ok(()));
    }

    #[test]
    fn each_network_has_its_own_count_and_is_told_how_long_to_wait() {
        let limit = Limit::one_in(Duration::from_secs(3600), NonZeroU32::MIN).unwrap();
        let count = |address: &str| limit.count(peer(address).as_ref());
        assert_eq!(count("192.0.2.1"), Ok(()));
        assert!(count("::ffff:192.0.2.1").is_err_and(|wait| (1..=3600).contains(&wait)));
        assert_eq!(count("192.0.2.2"), Ok(()));
        assert_eq!(count("2001:db8:1:2::3"), Ok(()));
        assert!(count("2001:db8:1:2:3:4:5:6").is_err());
        assert_eq!(count("2001:db8:1:3::3"), Ok(()));
        assert_eq!(limit.count(None), Ok(()));
        assert!(limit.count(None).is_err());
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds_that_are_long_enough() {
        let told = |millis| whole_seconds(Duration::from_millis(millis));
        assert_eq!([0, 1, 1000, 1001, 3000].map(told), [1, 1, 1, 2, 3]);
    }

    #[test]
    fn networks_that_are_quiet_are_forgotten_and_the_others_are_not() {
        let limit = Limit::one_in(Duration::from_secs(3600), NonZeroU32::MIN).unwrap();
        assert_eq!(limit.count(peer("192.0.2.1").as_ref()), Ok(()));
        limit.tidy();
        assert_eq!(limit.0.len(), 1);
        let limit = Limit::one_in(Duration::from_nanos(1), NonZeroU32::MIN).unwrap();
        assert_eq!(limit.count(peer("192.0.2.1").as_ref()), Ok(()));
        while !limit.0.is_empty() {
            limit.tidy();
        }
    }
}
