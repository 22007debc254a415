//! "See what they would see": the record as somebody who looks after the person sees it, or would.

use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::pages::record::entry::Entry;
use crate::pages::record::list::{Asked, Listed, is_grouped};
use crate::pages::record::overview::{Categories, Sources};
use crate::shell::Place;
use crate::ui::{BackLink, Inset, PageHeading};
use crate::whose::Whose;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use domain::record::Category;
use domain::{EntryId, PersonId, RelationshipId};
use leptos::prelude::*;
use service::{Preview, Which};

/// Whose eyes, and whose record.
struct Eyes {
    id: RelationshipId,
    person: PersonId,
    carer: String,
    whose: Whose,
}

impl Eyes {
    async fn of(ctx: &Ctx, id: Option<RelationshipId>) -> Result<Self, Failure> {
        let (id, person) = (id.ok_or_else(Failure::not_found)?, ctx.person()?);
        let (carer, _) = ctx.services().carers.one(&ctx.actor(), person, id).await?;
        let whose = Whose::previewed(format!("/sharing/preview/{id}"));
        Ok(Self { id, person, carer: carer.name, whose })
    }

    const fn preview(&self) -> Preview {
        Preview::Carer(self.id)
    }

    /// Says on every page that this is not how the person themself sees it.
    fn band(&self) -> impl IntoView + use<> {
        let (carer, back) = (self.carer.clone(), format!("/sharing/people/{}", self.id));
        view! {
            <BackLink href=back label=format!("Back to {carer}") />
            <Inset>
                <p>
                    "This is your record as " <strong><bdi>{carer.clone()}</bdi></strong>
                    " sees it, or would if you let them in today. Nothing is changed by looking."
                </p>
            </Inset>
        }
    }
}

/// The overview.
pub async fn overview(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let eyes = Eyes::of(&ctx, path.ok().and_then(|Path(id)| id.parse().ok())).await?;
    let overview = ctx.services().records.preview_overview(&ctx.actor(), eyes.person, eyes.preview()).await?;
    let title = format!("What {} sees", eyes.carer);
    ctx.page(Head::new(&title, Place::Sharing), || {
        view! {
            {eyes.band()}
            <PageHeading title=title.clone() />
            <Categories counts=overview.counts whose=eyes.whose.clone() />
            <Sources sources=overview.sources whose=eyes.whose.clone() />
        }
    })
    .await
}

/// A category.
pub async fn list(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>, RawQuery(query): RawQuery) -> Answer {
    let (id, category) = path.ok().map(|Path(parts)| parts).ok_or_else(Failure::not_found)?;
    let category = Category::from_code(&category).filter(|one| Category::SHOWN.contains(one)).ok_or_else(Failure::not_found)?;
    let eyes = Eyes::of(&ctx, id.parse().ok()).await?;
    let (records, actor) = (&ctx.services().records, ctx.actor());
    let asked = Asked::read(query.as_deref());
    let which = asked.which.filter(|_| is_grouped(category));
    let later = asked.after.is_some();
    let whole = which.is_none() && !later;
    let parts = if is_grouped(category) && whole {
        records.preview_current_and_past(&actor, eyes.person, eyes.preview(), category).await?.into()
    } else {
        let which = which.unwrap_or(Which::All);
        vec![records.preview_list(&actor, eyes.person, eyes.preview(), category, which, asked.after).await?]
    };
    ctx.page(Head::new(category.title(), Place::Sharing), || {
        view! {
            {eyes.band()}
            <Listed category parts later whole whose=eyes.whose.clone() />
        }
    })
    .await
}

/// An entry.
pub async fn entry(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>) -> Answer {
    let (id, entry) = path.ok().map(|Path(parts)| parts).ok_or_else(Failure::not_found)?;
    let eyes = Eyes::of(&ctx, id.parse().ok()).await?;
    let entry: EntryId = entry.parse().map_err(|_| Failure::not_found())?;
    let entry = ctx.services().records.preview_entry(&ctx.actor(), eyes.person, eyes.preview(), entry).await?;
    ctx.page(Head::new("What they see", Place::Sharing), || {
        view! {
            {eyes.band()}
            <Entry entry earlier=false whose=eyes.whose.clone() />
        }
    })
    .await
}
