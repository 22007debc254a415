//! "See what they would see": the record as somebody who looks after the person sees it, or would, or somebody at work for an
//! organisation.

use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::drafts;
use crate::pages::record::entry::Entry;
use crate::pages::record::list::{Asked, Listed, is_grouped};
use crate::pages::record::narrow::{self, Wrong};
use crate::pages::record::overview::{Categories, Sources};
use crate::pages::record::results::listed;
use crate::pages::record::{own, plain, timeline as in_time};
use crate::pages::sharing::people::page_of;
use crate::shell::Place;
use crate::ui::{BackLink, Inset, PageHeading, Section};
use crate::whose::Whose;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use domain::record::Category;
use domain::team::StaffRole;
use domain::when::day_in_words;
use domain::{EntryId, OrganisationId, PersonId, RelationshipId};
use leptos::prelude::*;
use service::{Preview, RecordedSeen, Which};
use std::collections::BTreeMap;

/// The parts of the address that vary. One of them says whose eyes: `id` a carer's, `organisation` those of its clinicians,
/// `desk` those of its reception; where there is none of these, those of whoever the form would let in.
type Parts = Result<Path<BTreeMap<String, String>>, PathRejection>;

/// Whose eyes, and whose record.
struct Eyes {
    preview: Preview,
    person: PersonId,
    /// Of the carer or of the organisation; absent where a form does not say it.
    name: Option<String>,
    back: String,
    whose: Whose,
}

impl Eyes {
    async fn of(ctx: &Ctx, parts: &BTreeMap<String, String>) -> Result<Self, Failure> {
        let person = ctx.own()?;
        match (parts.get("id"), parts.get("organisation"), parts.get("desk")) {
            (Some(id), _, _) => Self::of_carer(ctx, person, id).await,
            (_, Some(id), _) => Self::of_team(ctx, person, id, StaffRole::Clinician, "team").await,
            (_, _, Some(id)) => Self::of_team(ctx, person, id, StaffRole::Reception, "desk").await,
            (None, None, None) => Self::of_draft(ctx, person).await,
        }
    }

    async fn of_carer(ctx: &Ctx, person: PersonId, id: &str) -> Result<Self, Failure> {
        let id: RelationshipId = id.parse().map_err(|_| Failure::not_found())?;
        let (carer, _) = ctx.services().carers.one(&ctx.actor(), person, id).await?;
        let whose = Whose::previewed(format!("/sharing/preview/{id}"));
        Ok(Self { preview: Preview::Carer(id), person, name: Some(carer.name), back: page_of(id), whose })
    }

    /// Only of an organisation at which some may look at the record: any other looks as if it did not exist.
    async fn of_team(ctx: &Ctx, person: PersonId, id: &str, role: StaffRole, word: &'static str) -> Result<Self, Failure> {
        let id: OrganisationId = id.parse().map_err(|_| Failure::not_found())?;
        let organisations = ctx.services().sharing.organisations(&ctx.actor(), person).await?;
        let name = organisations.into_iter().find(|one| one.id == id).ok_or_else(Failure::not_found)?.name;
        let whose = Whose::previewed(format!("/sharing/preview/{word}/{id}"));
        let back = "/sharing/services".to_owned();
        Ok(Self { preview: Preview::Organisation(id, role), person, name: Some(name), back, whose })
    }

    async fn of_draft(ctx: &Ctx, person: PersonId) -> Result<Self, Failure> {
        let draft = drafts::of(ctx, person).await?;
        let (preview, back) = (draft.preview, draft.back());
        let name = match preview {
            Preview::Changed { carer, .. } => Some(ctx.services().carers.one(&ctx.actor(), person, carer).await?.0.name),
            _ => Some(draft.name).filter(|name| !name.is_empty()),
        };
        Ok(Self { preview, person, name, back, whose: Whose::previewed(drafts::PAGE.to_owned()) })
    }

    fn title(&self) -> String {
        let name = self.name.as_deref().unwrap_or("they");
        match self.preview {
            Preview::Carer(_) => format!("What {name} sees"),
            Preview::Changed { .. } | Preview::Draft { .. } => format!("What {name} would see"),
            Preview::Organisation(_, StaffRole::Reception) => format!("What the reception at {name} sees"),
            Preview::Organisation(..) => format!("What a clinician at {name} sees"),
        }
    }

    /// Says on every page that this is not how the person themself sees it.
    fn band(&self) -> impl IntoView + use<> {
        let name = self.name.clone().unwrap_or_else(|| "somebody".to_owned());
        let (before, after, back) = match self.preview {
            Preview::Carer(_) => {
                let after = " sees it, or would if you let them in today. Nothing is changed by looking.";
                ("This is your record as ", after, format!("Back to {name}"))
            }
            Preview::Changed { .. } => {
                let after = " would see it with what you ticked. Nothing is saved yet.";
                ("This is your record as ", after, "Back to your changes, as you typed them".to_owned())
            }
            Preview::Draft { .. } => {
                let after = " would see it with what you ticked. Nothing is sent yet.";
                ("This is your record as ", after, "Back to the invitation, as you typed it".to_owned())
            }
            Preview::Organisation(_, StaffRole::Reception) => {
                let after = " sees it: who you are, when you come and with whom. Nothing is changed by looking.";
                ("This is your record as the reception at ", after, "Back to what services can see".to_owned())
            }
            Preview::Organisation(..) => {
                let after = " sees it, outside an emergency. They always see what they supplied themselves. Nothing is changed by \
                             looking.";
                ("This is your record as a clinician at ", after, "Back to what services can see".to_owned())
            }
        };
        let href = self.back.clone();
        view! {
            <BackLink href=href label=back />
            <Inset>
                <p>{before} <strong><bdi>{name}</bdi></strong> {after}</p>
            </Inset>
        }
    }
}

/// The varying parts of an address that can be read.
fn read(parts: Parts) -> Result<BTreeMap<String, String>, Failure> {
    parts.map(|Path(parts)| parts).map_err(|_| Failure::not_found())
}

/// The overview.
pub async fn overview(ctx: Ctx, parts: Parts) -> Answer {
    let eyes = Eyes::of(&ctx, &read(parts)?).await?;
    let (overview, recorded) = ctx.services().records.preview_overview(&ctx.actor(), eyes.person, eyes.preview).await?;
    let title = eyes.title();
    ctx.page(Head::new(&title, Place::More), || {
        view! {
            {eyes.band()}
            <PageHeading title=title.clone() />
            <p class="sh-screen-only"><a href=eyes.whose.timeline()>"See everything in the order of time"</a></p>
            <Categories counts=overview.counts whose=eyes.whose.clone() />
            {of_recorded(recorded)}
            <Sources sources=overview.sources whose=eyes.whose.clone() />
        }
    })
    .await
}

/// What they see of what is recorded here.
fn of_recorded(seen: Option<RecordedSeen>) -> AnyView {
    let body = match seen {
        None => view! { <p>"Nothing that you record yourself."</p> }.into_any(),
        Some(seen) if seen == RecordedSeen::default() => {
            view! { <p>"What you record yourself, and the questionnaires that you fill in. There is nothing yet."</p> }.into_any()
        }
        Some(seen) => {
            let measures =
                seen.measures.into_iter().map(|(measure, day)| format!("{}, last on {}", measure.name(), day_in_words(day)));
            let all = measures.chain(seen.questionnaires).map(|line| view! { <li><bdi>{line}</bdi></li> }).collect_view();
            view! { <ul class="nhsuk-list nhsuk-list--bullet">{all}</ul> }.into_any()
        }
    };
    view! { <Section title="What you record yourself">{body}</Section> }.into_any()
}

/// The timeline.
pub async fn timeline(ctx: Ctx, parts: Parts, RawQuery(query): RawQuery) -> Answer {
    let eyes = Eyes::of(&ctx, &read(parts)?).await?;
    let asked = narrow::Asked::read(query.as_deref());
    let records = &ctx.services().records;
    let page = records.preview_timeline(&ctx.actor(), eyes.person, eyes.preview, asked.narrowing, asked.after).await?;
    let now = ctx.services().core.now();
    let head = Head { has_errors: asked.is_wrong(), ..Head::new("Timeline", Place::More) };
    ctx.page(head, || {
        let days = in_time::listed(&asked, page, &eyes.whose, now);
        view! {
            {eyes.band()}
            <BackLink href=eyes.whose.overview() label="Back to your record" />
            <Wrong asked=asked.clone() />
            <PageHeading title="Timeline" />
            {days}
        }
    })
    .await
}

/// A category.
pub async fn list(ctx: Ctx, parts: Parts, RawQuery(query): RawQuery) -> Answer {
    let parts = read(parts)?;
    let category = parts.get("category").and_then(|code| Category::from_code(code));
    let category = category.filter(|one| Category::SHOWN.contains(one)).ok_or_else(Failure::not_found)?;
    let eyes = Eyes::of(&ctx, &parts).await?;
    let (records, actor) = (&ctx.services().records, ctx.actor());
    let asked = Asked::read(query.as_deref());
    let which = asked.which.filter(|_| is_grouped(category));
    let later = asked.after.is_some();
    let whole = which.is_none() && !later;
    if category == Category::Result {
        let page = records.preview_results(&actor, eyes.person, eyes.preview, asked.after).await?;
        let plain = &ctx.services().plain_words;
        return ctx
            .page(Head::new(category.title(), Place::More), || {
                let (here, base) = (eyes.whose.category(category), eyes.whose.overview());
                let list = listed(page, later, &here, &base, &eyes.whose, plain);
                view! {
                    {eyes.band()}
                    <BackLink href=base.clone() label="Back to your record" />
                    <PageHeading title=category.title() />
                    {list}
                }
            })
            .await;
    }
    let parts = if is_grouped(category) && whole {
        records.preview_current_and_past(&actor, eyes.person, eyes.preview, category).await?.into()
    } else {
        let which = which.unwrap_or(Which::All);
        vec![records.preview_list(&actor, eyes.person, eyes.preview, category, which, asked.after).await?]
    };
    let taken = if category == Category::Medicine && whole {
        records.preview_own_medicines(&actor, eyes.person, eyes.preview).await?
    } else {
        Vec::new()
    };
    ctx.page(Head::new(category.title(), Place::More), || {
        view! {
            {eyes.band()}
            <Listed category parts later whole whose=eyes.whose.clone() />
            {own::medicines(taken, &eyes.whose)}
        }
    })
    .await
}

/// An entry.
pub async fn entry(ctx: Ctx, parts: Parts) -> Answer {
    let parts = read(parts)?;
    let entry: EntryId = parts.get("entry").and_then(|entry| entry.parse().ok()).ok_or_else(Failure::not_found)?;
    let eyes = Eyes::of(&ctx, &parts).await?;
    let entry = ctx.services().records.preview_entry(&ctx.actor(), eyes.person, eyes.preview, entry).await?;
    let plain = plain::of_entry(&ctx, &entry);
    let plain_words = ctx.services().plain_words.clone();
    ctx.page(Head::new("What they see", Place::More), || {
        view! {
            {eyes.band()}
            <Entry entry earlier=false whose=eyes.whose.clone() plain=plain plain_words=plain_words />
        }
    })
    .await
}
