//! One that dispenses, and choosing it.

use super::{FIND, FIND_FOR_ORDER, FOR_ORDER, OTHERS, PAGE, facts, is_for_order, nominate_page, page_of};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::pages::appointments::{Part, id_in, phone_link};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Cell, Checkbox, DataTable, ErrorSummary, Form, Inset, Narrow, PageHeading,
    Section, SummaryList, SummaryRow, Tag, TagKind,
};
use crate::whose::Whose;
use axum::extract::Query;
use domain::appointment::Weekdays;
use domain::pharmacy::OdsCode;
use domain::when::weekday_in_words;
use leptos::prelude::*;
use service::{Dispenser, PharmacyPage};

/// All that is known of it, and what can be done with it.
pub async fn show(ctx: Ctx, path: Part, Query(query): Query<Typed>) -> Answer {
    let code = id_in::<OdsCode>(path)?;
    let seen = ctx.services().pharmacies.one(&ctx.actor(), ctx.person()?, &code).await?;
    let (whose, now, for_order) = (ctx.whose(), ctx.services().core.now(), is_for_order(&query));
    let name = seen.dispenser.name.clone();
    ctx.page(Head::new(&name, Place::Medicines), || {
        let one = &seen.dispenser;
        let (back, label) = if for_order { (FIND_FOR_ORDER, "Back to finding a pharmacy") } else { (FIND, "Find a pharmacy") };
        let mine = seen.nominated.then(|| {
            let label = whose.name.as_ref().map_or("Your pharmacy", |_| "Their pharmacy");
            view! { <p><Tag label=label kind=TagKind::Good /></p> }
        });
        let closed = one.closed.then(|| view! { <Inset><p>"It has closed. Prescriptions cannot go there any more."</p></Inset> });
        let services = one.services.iter().map(|one| view! { <li>{one.title()}</li> }).collect_view();
        let services = (!one.services.is_empty()).then(|| {
            view! {
                <Section title="What it offers">
                    <ul>{services}</ul>
                    <p>"Ring first to ask whether it is there when you come."</p>
                </Section>
            }
        });
        let hours = (one.hours.is_known() && !one.closed).then(|| {
            let rows =
                Weekdays::WEEK.iter().map(|day| vec![Cell::new(weekday_in_words(*day)), Cell::new(one.hours.day_in_words(*day))]);
            view! {
                <DataTable caption="Opening hours" head=vec!["Day".to_owned(), "Open".to_owned()] rows=rows.collect() />
                <p>"On bank holidays they may be other than this."</p>
            }
        });
        let mut rows = vec![SummaryRow::new("What it is", one.kind.title())];
        rows.extend(facts(one, now));
        let (acts, heading) = (acts(&seen, for_order, &whose), one.name.clone());
        view! {
            <BackLink href=back label=label />
            <PageHeading title=heading />
            {mine}
            {closed}
            <SummaryList rows=rows />
            {acts}
            {hours}
            {services}
        }
    })
    .await
}

/// That somebody has to register there first, and how.
fn register_first(one: &Dispenser) -> impl IntoView + use<> {
    let told = format!("You register with {} first. It sends medicines only to people whom it knows.", one.name);
    let website = (!one.website.is_empty()).then(|| {
        let (href, label) = (one.website.clone(), one.website.clone());
        view! { <p>"On its website: " <a href=href rel="noopener noreferrer">{label}</a></p> }
    });
    let phone = (!one.phone.is_empty()).then(|| view! { <p>"By phone: " {phone_link(&one.phone)}</p> });
    view! { <Inset><p>{told}</p> {website} {phone}</Inset> }
}

fn acts(seen: &PharmacyPage, for_order: bool, whose: &Whose) -> AnyView {
    let one = &seen.dispenser;
    if one.closed {
        return ().into_any();
    }
    let register = (one.kind.asks_to_register() && !seen.nominated).then(|| register_first(one));
    let once = (for_order && register.is_none()).then(|| {
        let (code, about) = (one.code.to_string(), one.name.clone());
        view! {
            <Form action=FOR_ORDER>
                <input type="hidden" name="dispenser" value=code />
                <Button about=about>"Use it for this order"</Button>
            </Form>
        }
    });
    let nominate = (!seen.nominated && seen.may_change).then(|| {
        let kind = if for_order { ButtonKind::Secondary } else { ButtonKind::Primary };
        view! { <p><Button href=nominate_page(one.code.as_str()) kind=kind>"Send my prescriptions here from now on"</Button></p> }
    });
    let only = (!seen.may_change).then(|| {
        let told = format!("Only {} can choose where their prescriptions go from now on.", whose.person());
        view! { <p>{told}</p> }
    });
    view! { {register} {once} {nominate} {only} }.into_any()
}

/// Whether prescriptions are to go there from now on.
pub async fn nominate(ctx: Ctx, path: Part) -> Answer {
    let code = id_in::<OdsCode>(path)?;
    let seen = ctx.services().pharmacies.one(&ctx.actor(), ctx.person()?, &code).await?;
    if !seen.may_change {
        return Err(Failure::not_found());
    }
    let one = &seen.dispenser;
    let page = page_of(one);
    if seen.nominated {
        return Ok(ctx.go(PAGE));
    }
    if one.closed {
        return Ok(ctx.go(&page));
    }
    let form = ctx.form("nomination").await?;
    let title = format!("Send your prescriptions to {}?", one.name);
    ctx.page(Head::form(&title, Place::Medicines, &form), || {
        let told = format!("From now on prescriptions that you order here go to {}, {}.", one.name, one.address_line());
        let instead = seen.instead_of.as_ref().map(|old| {
            let told = format!("It takes the place of {}, {}.", old.name, old.address_line());
            view! { <p>{told}</p> }
        });
        let registered = one.kind.asks_to_register().then(|| {
            let hint = "They do not get your prescriptions ready before that.";
            view! {
                {register_first(one)}
                <Checkbox
                    id="registered"
                    label=format!("I have registered with {}", one.name)
                    hint=hint
                    value="yes"
                    checked=form.value("registered") == "yes"
                    error=form.error("registered")
                />
            }
        });
        let (heading, back, version) = (title.clone(), page.clone(), seen.version.to_string());
        let (confirmed, error) = (form.value("confirmed") == "yes", form.error("confirmed"));
        let action = nominate_page(one.code.as_str());
        view! {
            <Narrow>
                <BackLink href=back label="Back to the pharmacy" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title=heading />
                <p>{told}</p>
                {instead}
                <p>{OTHERS}</p>
                <p>"Prescriptions that are on their way already do not change. You can change this whenever you want."</p>
                <Form action=action>
                    <input type="hidden" name="version" value=version />
                    {registered}
                    <Checkbox
                        id="confirmed"
                        label="This is my own choice"
                        hint="No practice and no pharmacy may make it for you."
                        value="yes"
                        checked=confirmed
                        error=error
                    />
                    <ButtonGroup>
                        <Button>"Send them here from now on"</Button>
                        <a href=page>"Leave it as it is"</a>
                    </ButtonGroup>
                </Form>
            </Narrow>
        }
    })
    .await
}
