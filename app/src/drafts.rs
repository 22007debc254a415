//! What somebody would be let into, while the person looks at what that opens: kept in the session, with the form as it was
//! typed, never in an address.

use crate::ctx::{Ctx, Failure};
use crate::forms::{FormState, Typed};
use crate::pages::sharing::people::page_of;
use domain::PersonId;
use serde::{Deserialize, Serialize};
use service::Preview;

/// The session's key for a [`Draft`].
const DRAFT: &str = "draft";
/// The name of the button that shows what they would see, and sends nothing.
pub(crate) const LOOK: &str = "look";
/// What the address of a form says that is to be filled in as it was typed.
const AGAIN: &str = "as-typed";
/// Where the first page of what they would see is.
pub(crate) const PAGE: &str = "/sharing/preview/draft";

/// A form that was not sent yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Draft {
    /// Whose record it is about.
    pub(crate) person: PersonId,
    /// Who would see it, as the form says; empty where it does not.
    pub(crate) name: String,
    /// What they would be let into.
    pub(crate) preview: Preview,
    /// The form as it was typed.
    pub(crate) form: FormState,
}

impl Draft {
    /// Where the form is.
    pub(crate) fn page(&self) -> String {
        match self.preview {
            Preview::Carer(id) | Preview::Changed { carer: id, .. } => page_of(id),
            Preview::Draft { .. } | Preview::Organisation(..) => "/sharing/people/invite".to_owned(),
        }
    }

    /// The way back to the form, where what was typed is still there.
    pub(crate) fn back(&self) -> String {
        format!("{}?{AGAIN}", self.page())
    }
}

/// Whether the form was not to be sent: the button to look was pressed.
pub(crate) fn is_look(typed: &Typed) -> bool {
    typed.contains_key(LOOK)
}

/// Keeps a draft, instead of any before it.
///
/// # Errors
/// When the session cannot be written.
pub(crate) async fn keep(ctx: &Ctx, draft: Draft) -> Result<(), Failure> {
    Ok(ctx.session.insert(DRAFT, draft).await?)
}

/// Forgets the draft: what it was about has been done.
///
/// # Errors
/// When the session cannot be written.
pub(crate) async fn forget(ctx: &Ctx) -> Result<(), Failure> {
    Ok(ctx.session.remove_value(DRAFT).await.map(|_| ())?)
}

/// The draft about this person's record.
///
/// # Errors
/// [`Failure`] when there is none, or the session cannot be read.
pub(crate) async fn of(ctx: &Ctx, person: PersonId) -> Result<Draft, Failure> {
    let draft = ctx.session.get::<Draft>(DRAFT).await?.filter(|draft| draft.person == person);
    draft.ok_or_else(Failure::not_found)
}

/// The state of the form on this page: sent back with what is wrong, or as it was typed before the person looked at what
/// it would open, where the address asks for that; else empty.
///
/// # Errors
/// When the session cannot be read.
pub(crate) async fn form(ctx: &Ctx, form: &str, page: &str) -> Result<FormState, Failure> {
    let sent_back = ctx.form(form).await?;
    let asked = ctx.path.split_once('?').is_some_and(|(_, query)| query == AGAIN);
    if !asked || sent_back != FormState::default() {
        return Ok(sent_back);
    }
    let draft = ctx.session.get::<Draft>(DRAFT).await?;
    let draft = draft.filter(|draft| Some(draft.person) == ctx.person && draft.page() == page);
    Ok(draft.map_or(sent_back, |draft| draft.form))
}
