//! What is refused before anybody looks at who sends it: counted, and told in the log once a minute, so that a flood of it is no flood of
//! lines.

use axum::extract::Request;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Sent by another site.
pub(crate) const OTHER_SITE: &str = "sent from another site";
/// One too many of its network.
pub(crate) const TOO_MANY: &str = "too many requests of one network";

/// How often since it was told last: by the reason and by the shape of the path, of which there are only so many.
static REFUSED: Mutex<BTreeMap<(&str, &str), u64>> = Mutex::new(BTreeMap::new());

/// Counts a request that is refused for this reason.
pub(crate) fn note(why: &'static str, request: &Request) {
    let shape = app::routes::shape_of(request.method().as_str(), request.uri().path()).unwrap_or("-");
    *REFUSED.lock().unwrap_or_else(PoisonError::into_inner).entry((why, shape)).or_default() += 1;
}

/// What was refused since this was asked last: why, at which shape of path (`-` where there is no such route), and how often.
#[must_use]
pub fn since_last() -> Vec<(&'static str, &'static str, u64)> {
    let refused = std::mem::take(&mut *REFUSED.lock().unwrap_or_else(PoisonError::into_inner));
    refused.into_iter().map(|((why, shape), times)| (why, shape, times)).collect()
}

/// Logs what was refused since this was done last, a line for each reason and shape. It names nobody and no network.
pub fn tell() {
    for (why, shape, times) in since_last() {
        tracing::warn!(why, shape, times, "requests were refused");
    }
}
