//! Addresses of others that are typed or set up: only those to which what is secret can travel.

use crate::ServiceError;
use std::net::IpAddr;
use url::Url;

/// Reads an address to which what is secret can travel: `https://`, or `http://` on this machine; with a host, and without a
/// name or a password in it.
#[must_use]
pub fn safe_address(text: &str) -> Option<Url> {
    // What the parser would mend is not what was meant: a blank, or a missing slash.
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') || !text.contains("://") {
        return None;
    }
    let url: Url = text.parse().ok()?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let safe = url.scheme() == "https" || url.scheme() == "http" && here;
    (safe && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// The most characters of an address that is set up.
const LONGEST: usize = 300;

/// Reads where another system's interface begins, without a slash at its end.
///
/// # Errors
/// [`ServiceError::Fields`] (`url`) for an address that cannot be used.
pub(crate) fn interface(url: &str) -> Result<String, ServiceError> {
    let url = url.trim().trim_end_matches('/');
    match safe_address(url) {
        Some(read) if read.query().is_none() && read.fragment().is_none() && url.chars().count() <= LONGEST => Ok(url.to_owned()),
        _ => Err(ServiceError::field("url", "The address must be like https://gp.example.org/fhir, without a question mark.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_to_which_what_is_secret_can_travel_are_safe() {
        for safe in [
            "https://gp.example.org",
            "https://gp.example.org:8443/fhir?x=1",
            "http://localhost:1",
            "http://[::1]/",
            "http://127.0.0.2",
        ] {
            assert!(safe_address(safe).is_some(), "{safe}");
        }
        let others = [
            "",
            "gp.example.org",
            "https://",
            "http://gp.example.org",
            "ftp://localhost",
            "https:gp.example.org",
            "https:/gp.example.org",
            "https://me@gp.example.org",
            "https://me:secret@gp.example.org",
            "http://127.0.0.1.example.org",
            "http://localhost@example.org",
            "https://gp.example.org/a b",
            "https://gp.exa\tmple.org",
            "https:\\\\gp.example.org",
            "https://gp.example.org:port",
        ];
        for other in others {
            assert!(safe_address(other).is_none(), "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_safe_is_safe_as_it_was_read(text in "(https?|ftp)://[a-z@:1\\[\\]./?#]{0,20}|.{0,30}") {
            if let Some(url) = safe_address(&text) {
                proptest::prop_assert_eq!(safe_address(url.as_str()), Some(url));
            }
        }
    }
}
