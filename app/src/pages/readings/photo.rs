//! A photo of a reading: its form, and how it stands on the page of the reading.

use super::{OfReading, by, reading_in, reading_page};
use crate::ctx::{Answer, Ctx, Head};
use crate::forms::FormState;
use crate::shell::Place;
use crate::ui::{BackLink, Button, ButtonKind, Details, ErrorSummary, FileInput, Form, Narrow, PageHeading, Section, TextInput};
use crate::whose::Whose;
use domain::ReadingId;
use domain::reading::Measure;
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::{PhotosSeen, ReadingSeen};

/// The name of the form.
pub(crate) const FORM: &str = "reading-photo";

/// Where the form of the photo of a reading is.
pub(crate) fn photo_page(measure: Measure, id: ReadingId) -> String {
    format!("{}/photo", reading_page(measure, id))
}

/// The field for the file.
pub(super) fn file(label: &'static str, form: &FormState) -> AnyView {
    view! {
        <FileInput
            id="photo"
            label=label
            accept="image/jpeg,image/png,image/webp"
            hint="JPEG, PNG or WebP, up to 15 MB. We keep only the picture, not where or when it was taken."
            error=form.error("photo")
        />
    }
    .into_any()
}

/// The page.
pub async fn form(ctx: Ctx, path: OfReading) -> Answer {
    let (measure, id) = reading_in(path)?;
    ctx.services().readings.may_change(&ctx.actor(), ctx.person()?, (measure, id)).await?;
    let (form, submission) = (ctx.form(FORM).await?, ctx.submission());
    let title = "Add a photo";
    ctx.page(Head::form(title, Place::Health, &form), || {
        view! {
            <Narrow>
                <BackLink href=reading_page(measure, id) label="Back to the reading" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title=title lead="Such as of the display that showed it, or of a rash." />
                <Form action=photo_page(measure, id) submission=submission files=true>
                    {file("Photo", &form)}
                    <TextInput
                        id="words"
                        label="What does it show? (if you want)"
                        hint="It helps whoever cannot see the photo."
                        error=form.error("words")
                        value=form.value("words")
                    />
                    <Button>"Save the photo"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// The photo of a reading on its page, with what can be done about it; `page` is where photos of this reading are.
pub(crate) fn beside_it(seen: &ReadingSeen, page: &str, may_record: bool, whose: &Whose) -> AnyView {
    let PhotosSeen { now, before } = &seen.photos;
    let picture = now.as_ref().map(|photo| {
        let (large, small) = (format!("{page}/{}/large", photo.id), format!("{page}/{}/small", photo.id));
        let alt = match photo.words.as_str() {
            "" => format!("Photo added with the reading {}", seen.in_words()),
            words => format!("Photo added with this reading: {words}"),
        };
        let words = (!photo.words.is_empty()).then(|| view! { <bdi>{photo.words.clone()}</bdi> ". " });
        let said = format!("{} added it on {}.", by(photo.by, whose), instant_in_words(photo.at));
        view! {
            <figure class="sh-photo">
                <a href=large><img src=small alt=alt /></a>
                <figcaption class="nhsuk-hint">{words} {said}</figcaption>
            </figure>
        }
    });
    let acts = may_record.then(|| {
        let label = if now.is_some() { "Put another photo in its place" } else { "Add a photo" };
        let remove = now.as_ref().map(|photo| {
            let (remove, id) = (format!("{page}/remove"), photo.id.to_string());
            view! {
                <Details summary="Remove the photo">
                    <p>"Nobody will see it any more."</p>
                    <Form action=remove>
                        <input type="hidden" name="photo" value=id />
                        <Button kind=ButtonKind::Warning>"Remove the photo"</Button>
                    </Form>
                </Details>
            }
        });
        view! { <div class="sh-screen-only"><p><a href=page.to_owned()>{label}</a></p> {remove}</div> }
    });
    let lines = before.iter().map(|old| {
        let said = format!(
            "A photo of {}. {} removed it, or put another in its place, on {}.",
            instant_in_words(old.at),
            by(old.removed_by, whose),
            instant_in_words(old.removed_at)
        );
        view! { <li>{said}</li> }
    });
    let lines = lines.collect_view();
    let before =
        (!before.is_empty()).then(|| view! { <Details summary="Photos of before"><ul class="nhsuk-list">{lines}</ul></Details> });
    if picture.is_none() && acts.is_none() && before.is_none() {
        return ().into_any();
    }
    let is_act_alone = picture.is_none() && before.is_none();
    let part = view! { <Section title="Photo">{picture} {acts} {before}</Section> };
    // With nothing to read it is no part of the paper.
    if is_act_alone { view! { <div class="sh-screen-only">{part}</div> }.into_any() } else { part.into_any() }
}
