//! Ways to send text messages: by a service of the shape of GOV.UK Notify, into files for development and tests, or into
//! the log.

use crate::files;
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde::Deserialize;
use serde_json::json;
use service::{Clock, TextError, TextMessage, Texter, safe_address};
use sha2::Sha256;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use uuid::Uuid;

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 256 * 1024;
/// The characters of a UUID.
const UUID_LENGTH: usize = 36;

/// What is wrong with how text messages are set up, in words that repeat no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TextConfigError(pub &'static str);

/// An API key of GOV.UK Notify: a name, the id of the service and the secret, with hyphens between.
#[derive(Clone, PartialEq, Eq)]
pub struct NotifyKey {
    service: String,
    secret: String,
}

impl FromStr for NotifyKey {
    type Err = TextConfigError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = TextConfigError("the key must be like NAME-SERVICE-SECRET, where service and secret are UUIDs");
        // The name may hold hyphens, so that the parts are told from the end.
        let split = |text: &str| {
            let (before, last) = text.split_at_checked(text.len().checked_sub(UUID_LENGTH)?)?;
            Uuid::parse_str(last).ok()?;
            Some((before.strip_suffix('-')?.to_owned(), last.to_owned()))
        };
        let (before, secret) = split(text.trim()).ok_or_else(|| fault.clone())?;
        let (_, service) = split(&before).ok_or(fault)?;
        Ok(Self { service, secret })
    }
}

impl std::fmt::Debug for NotifyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NotifyKey (not shown)")
    }
}

impl NotifyKey {
    /// A token for requests at this second: a JSON Web Token (RFC 7519), signed by HMAC with SHA-256 (RFC 7518, 3.2). The
    /// libraries for it bring every other kind of token and key with them.
    fn token(&self, seconds: i64) -> Result<String, TextError> {
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = part(json!({ "iss": self.service, "iat": seconds }));
        let signed = format!("{}.{claims}", part(json!({ "typ": "JWT", "alg": "HS256" })));
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes())
            .map_err(|_| TextError::Later("the key cannot be used".to_owned()))?;
        mac.update(signed.as_bytes());
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())))
    }
}

/// How to reach a service of the shape of GOV.UK Notify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notify {
    /// Its address, without the `/v2` of its paths.
    base: Url,
    key: NotifyKey,
    template: Uuid,
}

impl Notify {
    /// With this address, key, and template: one whose whole text is `((message))`.
    ///
    /// # Errors
    /// [`TextConfigError`] when the address is not `https://…`; `http://` is let through to this machine alone.
    pub fn new(base: &str, key: NotifyKey, template: Uuid) -> Result<Self, TextConfigError> {
        let fault =
            "the address of the text service must begin with https://, because numbers travel over it, and be like https://HOST";
        let safe = safe_address(base).filter(|base| base.query().is_none());
        safe.map(|base| Self { base, key, template }).ok_or(TextConfigError(fault))
    }

    fn url(&self, path: &str) -> Result<Url, TextError> {
        let whole = format!("{}{path}", self.base.as_str().trim_end_matches('/'));
        whole.parse().map_err(|_| TextError::Later("the address of the text service cannot be used".to_owned()))
    }
}

/// Sends by a service of the shape of GOV.UK Notify (its REST API, version 2).
///
/// The provider takes a message twice if it is sent twice. So before a repeat it is asked for the messages with this
/// reference, and only what it does not have is sent again.
pub struct NotifyTexter<C> {
    notify: Notify,
    clock: C,
    client: Client,
    patience: Duration,
}

/// A message as the provider tells of it.
#[derive(Deserialize)]
struct Known {
    reference: Option<String>,
    status: String,
}

/// The messages that the provider has.
#[derive(Deserialize)]
struct Listed {
    notifications: Vec<Known>,
}

/// A message that the provider took.
#[derive(Deserialize)]
struct Taken {
    #[expect(dead_code, reason = "an answer without it is none")]
    id: Uuid,
}

/// What the provider says is wrong.
#[derive(Deserialize)]
struct Refused {
    errors: Vec<Fault>,
}

/// One fault. Its message may repeat the number, so that it goes nowhere.
#[derive(Deserialize)]
struct Fault {
    error: String,
    message: String,
}

impl Fault {
    /// Whether the number takes no text messages from here, however often it is tried. Everything else that is wrong is for
    /// whoever runs the service to put right: the key, the template, what the service may send.
    fn is_of_number(&self) -> bool {
        (self.error == "ValidationError" && self.message.starts_with("phone_number"))
            || self.message.contains("international mobile numbers")
    }
}

fn later(fault: impl Into<String>) -> TextError {
    TextError::Later(fault.into())
}

/// What went wrong on the way, without the address, which may hold a reference.
fn broken(error: &reqwest::Error) -> TextError {
    if error.is_timeout() {
        later("the provider did not answer in time")
    } else if error.is_connect() {
        later("the provider cannot be reached")
    } else {
        later("the connection to the provider broke")
    }
}

/// What the provider answered, in a few words.
fn answered(status: StatusCode) -> TextError {
    let code = status.as_u16();
    later(match status {
        StatusCode::FORBIDDEN => format!("the provider answered {code}: check the key, and the clock of this machine"),
        StatusCode::TOO_MANY_REQUESTS => format!("the provider answered {code}: too many"),
        StatusCode::BAD_REQUEST => format!("the provider answered {code}: check the template, and what the service may send"),
        _ => format!("the provider answered {code}"),
    })
}

/// Reads an answer, as far as one can be expected to go.
async fn read<T: for<'de> Deserialize<'de>>(mut response: Response) -> Result<T, TextError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST_ANSWER {
            return Err(later("the provider's answer is too long"));
        }
    }
    serde_json::from_slice(&bytes).map_err(|_| later("the provider's answer cannot be understood"))
}

impl<C: Clock> NotifyTexter<C> {
    /// A texter for this service. The provider takes only what is signed within 30 seconds of its own clock.
    ///
    /// # Errors
    /// [`TextConfigError`] when no connection can be made safe.
    pub fn new(notify: Notify, clock: C) -> Result<Self, TextConfigError> {
        let client = Client::builder()
            // A redirect would take the number elsewhere.
            .redirect(Policy::none())
            .user_agent(concat!("selfheal/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| TextConfigError("no safe connection to the text service can be made"))?;
        Ok(Self { notify, clock, client, patience: PATIENCE })
    }

    /// The same, that waits so long for an answer.
    #[must_use]
    pub fn within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, TextError> {
        let token = self.notify.key.token(self.clock.now().timestamp())?;
        Ok(self.client.request(method, self.notify.url(path)?).bearer_auth(token).timeout(self.patience))
    }

    /// What the provider knows of a message that was tried before: `true` when it has it, `false` when it does not.
    async fn has(&self, text: &TextMessage) -> Result<bool, TextError> {
        let reference = text.reference.to_string();
        let asked = self.request(Method::GET, "/v2/notifications")?.query(&[("template_type", "sms"), ("reference", &reference)]);
        let response = asked.send().await.map_err(|error| broken(&error))?;
        if response.status() != StatusCode::OK {
            return Err(answered(response.status()));
        }
        let listed: Listed = read(response).await?;
        let ours = listed.notifications.into_iter().filter(|known| known.reference.as_ref() == Some(&reference));
        let statuses: Vec<String> = ours.map(|known| known.status).collect();
        // A technical failure is the provider's own, and reached nobody. A phone that was off may still get the message.
        if statuses.iter().any(|status| status != "technical-failure" && status != "permanent-failure") {
            Ok(true)
        } else if statuses.iter().any(|status| status == "permanent-failure") {
            Err(TextError::Never("the provider says that the number takes no text messages".to_owned()))
        } else {
            Ok(false)
        }
    }

    async fn hand_over(&self, text: &TextMessage) -> Result<(), TextError> {
        let body = json!({
            "phone_number": text.to,
            "template_id": self.notify.template,
            "personalisation": { "message": text.body },
            "reference": text.reference,
        });
        let request = self.request(Method::POST, "/v2/notifications/sms")?.json(&body);
        let response = request.send().await.map_err(|error| broken(&error))?;
        match response.status() {
            StatusCode::CREATED => read::<Taken>(response).await.map(|_| ()),
            StatusCode::BAD_REQUEST => {
                let refused = read::<Refused>(response).await.map_err(|_| answered(StatusCode::BAD_REQUEST))?;
                match refused.errors.iter().any(Fault::is_of_number) {
                    true => Err(TextError::Never("the provider does not take the number".to_owned())),
                    false => Err(answered(StatusCode::BAD_REQUEST)),
                }
            }
            other => Err(answered(other)),
        }
    }
}

#[async_trait]
impl<C: Clock> Texter for NotifyTexter<C> {
    async fn send(&self, text: &TextMessage) -> Result<(), TextError> {
        if text.again && self.has(text).await? {
            return Ok(());
        }
        self.hand_over(text).await
    }
}

/// Writes each text message to a file of its own, named by its time and number; for development and tests.
pub struct FileTexter {
    folder: PathBuf,
}

impl FileTexter {
    /// A texter into this folder, which is made if it is not there.
    ///
    /// # Errors
    /// [`TextConfigError`] when the folder cannot be made.
    pub fn new(folder: PathBuf) -> Result<Self, TextConfigError> {
        std::fs::create_dir_all(&folder).map_err(|_| TextConfigError("the folder for text messages cannot be made"))?;
        Ok(Self { folder })
    }
}

#[async_trait]
impl Texter for FileTexter {
    async fn send(&self, text: &TextMessage) -> Result<(), TextError> {
        let written = format!("To: {}\nReference: {}\n\n{}\n", text.to, text.reference, text.body);
        // What went wrong without the file's name, which holds a number.
        files::keep(&self.folder, &text.to, written).await.map_err(|error| later(error.kind().to_string()))
    }
}

/// Says in the log that there was a text message, without its words or its number.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogTexter;

#[async_trait]
impl Texter for LogTexter {
    async fn send(&self, text: &TextMessage) -> Result<(), TextError> {
        tracing::info!(reference = %text.reference, "text message written to the log, not sent");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "the-live-key-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0";

    #[test]
    fn a_key_is_taken_apart_from_its_end_and_never_shown() {
        let key: NotifyKey = KEY.parse().unwrap();
        assert_eq!(key.service, "26785a09-ab16-4eb0-8407-a37497a57506");
        assert_eq!(key.secret, "3d844edf-8d35-48ac-975b-e847b4f122b0");
        assert_eq!(format!("{key:?}"), "NotifyKey (not shown)");
        let cut = &KEY[..KEY.len() - 1];
        for wrong in
            ["", "hunter2", cut, "é6785a09-ab16-4eb0-8407-a37497a5750é", &KEY[KEY.len() - 36..], &KEY[KEY.len() - 73..][1..]]
        {
            let said = wrong.parse::<NotifyKey>().unwrap_err().to_string();
            assert!(said.contains("NAME-SERVICE-SECRET") && (wrong.is_empty() || !said.contains(wrong)), "{wrong}: {said}");
        }
    }

    /// Made by another hand: Python's hmac, hashlib and base64.
    #[test]
    fn a_token_is_that_of_the_standard() {
        let token = KEY.parse::<NotifyKey>().unwrap().token(1_793_702_400).unwrap();
        assert_eq!(
            token,
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
             eyJpYXQiOjE3OTM3MDI0MDAsImlzcyI6IjI2Nzg1YTA5LWFiMTYtNGViMC04NDA3LWEzNzQ5N2E1NzUwNiJ9.\
             twqmpIhx70SmXFiKa4ayRqI1-v_peplxs8pjBm76lQ8"
        );
    }

    #[test]
    fn an_address_that_lets_others_listen_is_refused_without_being_repeated() {
        let notify = |base: &str| Notify::new(base, KEY.parse().unwrap(), Uuid::nil());
        for fit in [
            "https://api.notifications.service.gov.uk",
            "https://h/path/",
            "http://127.0.0.1:8000",
            "http://[::1]:1",
            "http://localhost",
        ] {
            assert!(notify(fit).is_ok(), "{fit}");
        }
        for unfit in [
            "http://api.notifications.service.gov.uk",
            "ftp://h",
            "https://me:hunter2@h",
            "https://h?key=hunter2",
            "nonsense",
            "",
        ] {
            let said = notify(unfit).unwrap_err().to_string();
            assert!(!said.contains("hunter2") && said.starts_with("the address of the text service"), "{unfit}: {said}");
        }
        let url = notify("https://h/path/").unwrap().url("/v2/notifications/sms").unwrap();
        assert_eq!(url.as_str(), "https://h/path/v2/notifications/sms");
    }

    #[tokio::test]
    async fn each_text_message_is_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let texter = FileTexter::new(folder.path().join("texts")).unwrap();
        let text = TextMessage {
            reference: Uuid::nil(),
            to: "+447700900123".to_owned(),
            body: "012345 is your code".to_owned(),
            again: false,
        };
        texter.send(&text).await.unwrap();
        texter.send(&text).await.unwrap();
        let mut names: Vec<_> = std::fs::read_dir(folder.path().join("texts"))
            .unwrap()
            .map(|f| f.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["000000-+447700900123.txt", "000001-+447700900123.txt"]);
        let written = std::fs::read_to_string(folder.path().join("texts").join(&names[0])).unwrap();
        assert!(written.ends_with("\n\n012345 is your code\n"), "{written}");
        assert!(!format!("{text:?}").contains("0900123") && !format!("{text:?}").contains("012345"));
    }
}
