//! Handing traces over to a collector of OpenTelemetry: OTLP over HTTP, in JSON (opentelemetry.io/docs/specs/otlp).

use crate::interface::client;
use reqwest::{Client, Url};
use serde_json::Value;
use service::safe_address;
use std::time::Duration;

/// How long a collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A collector of traces.
#[derive(Clone, Debug)]
pub struct Collector {
    client: Client,
    url: Url,
}

impl Collector {
    /// The one at this address, to which `/v1/traces` is added.
    ///
    /// # Errors
    /// One plain sentence when the address is not `https://…`, or `http://` to this machine, or when no safe connection can be made.
    pub fn new(base: &str) -> Result<Self, String> {
        let fault = || {
            "The address of the collector of traces must be like https://HOST, or http://127.0.0.1:4318 on this machine: set \
             SELFHEAL_TRACES_URL."
                .to_owned()
        };
        let base = safe_address(base).filter(|base| base.query().is_none() && base.fragment().is_none()).ok_or_else(fault)?;
        let url = Url::parse(&format!("{}/v1/traces", base.as_str().trim_end_matches('/'))).map_err(|_| fault())?;
        Ok(Self { client: client()?, url })
    }

    /// Hands over spans in the form of an `ExportTraceServiceRequest`.
    ///
    /// # Errors
    /// Why they were not taken, in a few words.
    pub async fn take(&self, spans: &Value) -> Result<(), String> {
        match self.client.post(self.url.clone()).timeout(PATIENCE).json(spans).send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("the collector answered {}", answer.status().as_u16())),
            Err(error) if error.is_timeout() => Err("the collector did not answer in time".to_owned()),
            Err(error) if error.is_connect() => Err("the collector cannot be reached".to_owned()),
            Err(_) => Err("the connection to the collector broke".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_go_over_tls_or_to_this_machine() {
        for (base, url) in [
            ("https://traces.example.org", "https://traces.example.org/v1/traces"),
            ("http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/traces"),
            ("https://example.org/otlp", "https://example.org/otlp/v1/traces"),
        ] {
            assert_eq!(Collector::new(base).unwrap().url.as_str(), url);
        }
        for base in ["", "http://traces.example.org", "https://bob:hunter2@example.org", "https://example.org?key=hunter2"] {
            let said = Collector::new(base).unwrap_err();
            assert!(said.ends_with('.') && !said.contains("hunter2"), "{said}");
        }
    }
}
