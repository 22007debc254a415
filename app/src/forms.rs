//! Forms without script: what was typed and what is wrong with it live in the session for one redirect, never in an
//! address.

use crate::ui::{DateParts, FieldError};
use serde::{Deserialize, Serialize};
use service::FieldProblem;
use std::collections::BTreeMap;
use tower_sessions::Session;
use tower_sessions::session::Error;

const FLASH: &str = "flash";
const NOTICE: &str = "notice";
const INTERRUPTED: &str = "interrupted";

/// What was typed, field by field.
pub type Typed = BTreeMap<String, String>;

/// What was sent, field by field; of boxes of one name, all that were ticked, with a space between.
#[must_use]
pub fn gathered(sent: Vec<(String, String)>) -> Typed {
    let mut typed = Typed::new();
    for (field, value) in sent {
        let words = typed.entry(field).or_default();
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&value);
    }
    typed
}

/// A form as it comes back to the page: what is wrong, and what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormState {
    form: String,
    problems: Vec<FieldProblem>,
    typed: Typed,
}

impl FormState {
    /// The message for a field.
    #[must_use]
    pub fn error(&self, field: &str) -> Option<String> {
        self.problems.iter().find(|problem| problem.field == field).map(|problem| problem.message.clone())
    }

    /// What was typed in a field; empty at first.
    #[must_use]
    pub fn value(&self, field: &str) -> String {
        self.typed.get(field).cloned().unwrap_or_default()
    }

    /// Everything that was typed, field by field.
    #[must_use]
    pub const fn all(&self) -> &Typed {
        &self.typed
    }

    /// The three parts of a date as they were typed.
    #[must_use]
    pub fn date(&self, field: &str) -> DateParts {
        let part = |part: &str| self.value(&format!("{field}_{part}"));
        DateParts::new(part("day"), part("month"), part("year"))
    }

    /// Everything that is wrong, for the summary at the top of the page. A field's id is its name; a date's, that of its
    /// day.
    #[must_use]
    pub fn errors(&self) -> Vec<FieldError> {
        let id = |field: &str| {
            if self.typed.contains_key(&format!("{field}_day")) { format!("{field}-day") } else { field.to_owned() }
        };
        self.problems.iter().map(|problem| FieldError::new(id(&problem.field), problem.message.clone())).collect()
    }

    /// The same with these fields, where nothing was typed in any of them.
    #[must_use]
    pub fn or_typed(mut self, other: Typed) -> Self {
        if other.keys().all(|field| self.value(field).trim().is_empty()) {
            self.typed.extend(other);
        }
        self
    }

    /// Whether anything is wrong.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.problems.is_empty()
    }
}

impl FormState {
    /// A form as it was typed, with nothing wrong; without secrets, and nothing when it is more than a person would type.
    #[must_use]
    pub fn typed(form: &str, mut typed: Typed) -> Self {
        typed.retain(|field, _| !is_secret(field));
        Self { form: form.to_owned(), problems: Vec::new(), typed: within_reason(typed) }
    }
}

/// What happened, said once on the next page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// What happened.
    pub title: String,
    /// What happens next.
    pub text: Option<String>,
    /// How it is undone.
    #[serde(default)]
    pub undo: Option<Undo>,
}

/// The form that undoes what was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// Where it is sent.
    pub action: String,
    /// What it sends.
    pub fields: Vec<(String, String)>,
    /// What its button says.
    pub button: String,
}

/// A form that was sent after the sign-in had ended. It is kept until its owner signs in again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interrupted {
    /// Whose it is: nobody else gets to see it.
    pub account: domain::AccountId,
    /// The form's name.
    pub form: String,
    /// The page it stands on.
    pub page: String,
    /// What was typed, without secrets.
    pub typed: Typed,
}

/// The largest form, in bytes: nobody types more.
pub const LARGEST: usize = 256 * 1024;

/// Whether a field holds a secret, which is never kept. So is whether somebody makes the person do it, and for whom the
/// page was made.
#[must_use]
pub fn is_secret(field: &str) -> bool {
    let secret = ["password", "code", "token", "submission", "pressed", crate::binding::FIELD];
    field != "postcode" && secret.iter().any(|word| field.contains(word))
}

/// The fields that a page of a kept form sends by itself, beside its secrets: they say what the form is about, and nobody
/// typed or chose them there.
const BY_ITSELF: [&str; 10] = ["sent", "version", "of", "people", "about", "slot", "person", "instead_of", "medicine", "passkey"];

/// Whether anything of a form was typed or chosen by whoever sent it. A form that is one button has nothing of the kind.
#[must_use]
pub fn is_anything_typed(typed: &Typed) -> bool {
    let counts = |field: &str| !is_secret(field) && !BY_ITSELF.contains(&field);
    typed.iter().any(|(field, value)| counts(field) && !value.trim().is_empty())
}

/// What was typed, if it is no more than a person would type: nobody gets to fill the database with it.
fn within_reason(typed: Typed) -> Typed {
    const BYTES: usize = 8 * 1024;
    let bytes: usize = typed.iter().map(|(field, value)| field.len() + value.len()).sum();
    if bytes <= BYTES { typed } else { Typed::new() }
}

/// Forgets everything that the session kept for somebody else who was signed in to it before, but the page that was asked
/// for and the form that only its owner gets back.
///
/// # Errors
/// When the session cannot be read or written.
pub async fn forget(session: &Session) -> Result<(), Error> {
    let next = session.get_value(crate::guard::NEXT).await?;
    let interrupted = session.get_value(INTERRUPTED).await?;
    session.clear().await;
    for (key, value) in [(crate::guard::NEXT, next), (INTERRUPTED, interrupted)] {
        if let Some(value) = value {
            session.insert_value(key, value).await?;
        }
    }
    Ok(())
}

/// Keeps what is wrong and what was typed for the page to which the reader is sent back.
///
/// # Errors
/// When the session cannot be written.
pub async fn keep(session: &Session, form: &str, problems: Vec<FieldProblem>, typed: Typed) -> Result<(), Error> {
    // The code of a letter is typed from paper and is worth keeping; the others are not.
    let kept = |field: &str| !is_secret(field) || (form == "link" && field == "code");
    let typed = within_reason(typed.into_iter().filter(|(field, _)| kept(field)).collect());
    session.insert(FLASH, FormState { form: form.to_owned(), problems, typed }).await
}

/// Takes what was kept for this form; empty when nothing was.
///
/// # Errors
/// When the session cannot be read.
pub async fn take(session: &Session, form: &str) -> Result<FormState, Error> {
    let Some(state) = session.get::<FormState>(FLASH).await? else { return Ok(FormState::default()) };
    if state.form != form {
        return Ok(FormState::default());
    }
    session.remove_value(FLASH).await?;
    Ok(state)
}

/// Says what happened, on the next page.
///
/// # Errors
/// When the session cannot be written.
pub async fn say(session: &Session, title: &str, text: Option<&str>) -> Result<(), Error> {
    session.insert(NOTICE, Said { title: title.to_owned(), text: text.map(str::to_owned), undo: None }).await
}

/// The same with how it is undone.
///
/// # Errors
/// As [`say`].
pub async fn say_undo(session: &Session, title: &str, text: &str, undo: Undo) -> Result<(), Error> {
    session.insert(NOTICE, Said { title: title.to_owned(), text: Some(text.to_owned()), undo: Some(undo) }).await
}

/// Takes what is to be said on this page.
///
/// # Errors
/// When the session cannot be read.
pub async fn said(session: &Session) -> Result<Option<Said>, Error> {
    if session.get_value(NOTICE).await?.is_none() {
        return Ok(None);
    }
    session.remove(NOTICE).await
}

/// Keeps a form that was interrupted by the end of a sign-in.
///
/// # Errors
/// When the session cannot be written.
pub async fn interrupt(session: &Session, mut form: Interrupted) -> Result<(), Error> {
    form.typed = within_reason(std::mem::take(&mut form.typed));
    form.typed.retain(|field, _| !is_secret(field));
    session.insert(INTERRUPTED, form).await
}

/// Says to whoever pressed a button before they showed who they are that it was not heard.
///
/// # Errors
/// When the session cannot be written.
pub async fn say_press_again(session: &Session) -> Result<(), Error> {
    say(session, "Press the button again", Some("Nothing was changed yet.")).await
}

/// Gives an interrupted form back to its owner: it waits on its page, and nothing of it was done. The page's path, when there
/// is one.
///
/// # Errors
/// When the session cannot be read or written.
pub async fn resume(session: &Session, account: domain::AccountId) -> Result<Option<String>, Error> {
    let Some(form) = session.remove::<Interrupted>(INTERRUPTED).await? else { return Ok(None) };
    if form.account != account {
        return Ok(None);
    }
    let is_typed = is_anything_typed(&form.typed);
    keep(session, &form.form, Vec::new(), form.typed).await?;
    if is_typed {
        say(session, "We kept what you typed", Some("Check it and send it again.")).await?;
    } else {
        say_press_again(session).await?;
    }
    Ok(Some(form.page))
}

/// The form that was interrupted, left where it is.
///
/// # Errors
/// When the session cannot be read.
pub async fn interrupted(session: &Session) -> Result<Option<Interrupted>, Error> {
    session.get(INTERRUPTED).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_is_never_kept() {
        for field in ["password", "current_password", "recovery_code", "token", "submission", "pressed"] {
            assert!(is_secret(field), "{field}");
        }
        assert!(!is_secret("name") && !is_secret("email") && !is_secret("postcode"));
    }

    #[test]
    fn what_a_page_sends_by_itself_was_not_typed() {
        let typed = |fields: &[(&str, &str)]| {
            gathered(fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect())
        };
        let buttons: [&[(&str, &str)]; 3] = [
            &[],
            &[("submission", "019a5f00-0000-7000-8000-000000000000"), ("whose", "x")],
            &[("sent", "1"), ("version", "3"), ("ends_on_day", ""), ("ends_on_month", " ")],
        ];
        for button in buttons {
            assert!(!is_anything_typed(&typed(button)), "{button:?}");
        }
        let forms: [&[(&str, &str)]; 2] = [&[("sent", "1"), ("scopes", "TEST")], &[("ends_on_day", ""), ("ends_on_month", "5")]];
        for form in forms {
            assert!(is_anything_typed(&typed(form)), "{form:?}");
        }
    }
}
