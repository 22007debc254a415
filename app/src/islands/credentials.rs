//! What the browser does with passkeys (W3C Web Authentication, Level 3: `parseCreationOptionsFromJSON`,
//! `parseRequestOptionsFromJSON` and `toJSON`, so that nothing is taken apart here).

use super::passkey::Act;
use js_sys::{Array, Function, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CredentialCreationOptions, CredentialRequestOptions, RequestInit, Response, Window};

const NO_ANSWER: &str = "We could not reach Selfheal. Check that you are online, then try again.";
const OUR_FAULT: &str = "Sorry, something went wrong. Try again in a minute.";

/// Whether this browser knows passkeys, and can read what the service asks of them.
pub fn are_supported() -> bool {
    reader(Act::SignIn).is_some() && reader(Act::Register).is_some()
}

/// Asks the service what it wants, the browser for the passkey, the service whether it is right; then goes on to the
/// page that the service names. What to tell the reader, when it came to nothing.
pub async fn run(act: Act) -> Result<(), String> {
    let (start, finish) = match act {
        Act::SignIn => ("/sign-in/passkey/start", "/sign-in/passkey/finish"),
        Act::Register => ("/second-step/passkey/start", "/second-step/passkey/finish"),
    };
    let window = web_sys::window().ok_or(OUR_FAULT)?;
    let Some(asked) = post(&window, start, "").await? else { return Ok(()) };
    let options = property(&asked, "publicKey").unwrap_or(asked);
    let credential = ask(&window, act, &options).await.map_err(|error| in_words(act, &error))?;
    // JSON.stringify calls the credential's own toJSON.
    let found = JSON::stringify(&credential).ok().and_then(|text| text.as_string()).ok_or(OUR_FAULT)?;
    match post(&window, finish, &found).await? {
        None => Ok(()),
        Some(_) => Err(OUR_FAULT.to_owned()),
    }
}

/// The browser's class and its function that reads what the service asks.
fn reader(act: Act) -> Option<(JsValue, Function)> {
    let class = property(&js_sys::global(), "PublicKeyCredential")?;
    let name = match act {
        Act::SignIn => "parseRequestOptionsFromJSON",
        Act::Register => "parseCreationOptionsFromJSON",
    };
    let function = property(&class, name)?.dyn_into().ok()?;
    Some((class, function))
}

async fn ask(window: &Window, act: Act, options: &JsValue) -> Result<JsValue, JsValue> {
    let (class, function) = reader(act).ok_or(JsValue::NULL)?;
    let options = function.call1(&class, options)?;
    let credentials = window.navigator().credentials();
    let credential = match act {
        Act::SignIn => {
            let request = CredentialRequestOptions::new();
            request.set_public_key(options.unchecked_ref());
            credentials.get_with_options(&request)?
        }
        Act::Register => {
            let request = CredentialCreationOptions::new();
            request.set_public_key(options.unchecked_ref());
            credentials.create_with_options(&request)?
        }
    };
    JsFuture::from(credential).await
}

/// Sends a text and gives the answer: an object; or nothing, when the service named a page to go on to.
async fn post(window: &Window, address: &str, text: &str) -> Result<Option<JsValue>, String> {
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&Array::of1(&Array::of2(&"content-type".into(), &"application/json".into())));
    request.set_body(&text.into());
    let response = JsFuture::from(window.fetch_with_str_and_init(address, &request)).await.map_err(|_| NO_ANSWER)?;
    let response: Response = response.unchecked_into();
    if response.redirected() {
        // The sign-in has ended meanwhile: the page that asks for a new one came instead of an answer.
        return go(window, &response.url());
    }
    let answer = JsFuture::from(response.json().map_err(|_| OUR_FAULT)?).await.map_err(|_| OUR_FAULT)?;
    let word = |name| property(&answer, name).and_then(|word| word.as_string());
    if let Some(next) = word("next") {
        return go(window, &next);
    }
    if response.ok() { Ok(Some(answer)) } else { Err(word("message").unwrap_or_else(|| OUR_FAULT.to_owned())) }
}

fn go(window: &Window, address: &str) -> Result<Option<JsValue>, String> {
    window.location().assign(address).map(|()| None).map_err(|_| OUR_FAULT.to_owned())
}

/// Why the browser gave no passkey (Web Authentication, "Create" and "Get a credential": the names of its exceptions).
fn in_words(act: Act, error: &JsValue) -> String {
    let name = property(error, "name").and_then(|name| name.as_string()).unwrap_or_default();
    match (name.as_str(), act) {
        ("NotAllowedError" | "AbortError", Act::SignIn) => {
            "We did not get a passkey. Try again, or sign in with your email and password."
        }
        ("NotAllowedError" | "AbortError", Act::Register) => "The passkey was not created. You can try again.",
        ("InvalidStateError", Act::Register) => "This device already has a passkey for your account.",
        _ => "This browser could not use a passkey here. Try another way.",
    }
    .to_owned()
}

fn property(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}
