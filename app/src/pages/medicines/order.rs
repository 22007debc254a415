//! Ordering: choosing, then checking and sending.

use super::{LIST, dose, in_words, order_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::forms::{FormState, Typed};
use crate::pages::appointments::on_lines;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, Checkboxes, Choice, Details, EmptyState, ErrorSummary, Form, IconName, Inset, Narrow, PageHeading, Radios,
    Section, SummaryList, SummaryRow, TextArea,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::pharmacy::{NominationSlot, OdsCode};
use domain::when::london_day;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use service::{Dispenser, MedicineSeen, OrderForm, OrderingSeen, ServiceError};
use std::collections::BTreeMap;

/// The session's key for a [`Choosing`].
const CHOSEN: &str = "medicine-order";
/// Where medicines are chosen, and where the choice is checked.
pub(crate) const PAGE: &str = "/medicines/order";
pub(crate) const CHECK: &str = "/medicines/order/check";
/// The name of the form that checks it.
pub(crate) const FORM: &str = "medicine-check";
/// What is chosen to look for another pharmacy first.
pub(crate) const ANOTHER: &str = "another";
/// What the name of a field with the reason for one medicine begins with.
pub(crate) const REASON: &str = "reason_";

/// What was chosen, until it is sent; kept in the session, never in an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Choosing {
    person: String,
    medicines: String,
    early: String,
    early_reason: String,
    /// One that was looked for, for this order alone, by code.
    once: String,
    /// To whom the prescription goes, as it was chosen last; empty where nothing was.
    goes_to: String,
    /// What else was typed on the page that checks the order, while another pharmacy is looked for.
    typed: FormState,
}

impl Choosing {
    /// The same, sent to this one for this order alone.
    pub(crate) fn sent_to(self, code: &OdsCode) -> Self {
        Self { once: code.to_string(), goes_to: code.to_string(), ..self }
    }

    /// The same, with what was typed on the page that checks the order.
    pub(crate) fn typed(self, typed: Typed) -> Self {
        Self { typed: FormState::typed(FORM, typed), ..self }
    }

    /// The same medicines or others, with what was said before of where the prescription goes.
    pub(crate) fn after(self, before: Self) -> Self {
        Self { once: before.once, goes_to: before.goes_to, typed: before.typed, ..self }
    }

    /// The choice as the service takes it, with what else was typed.
    pub(crate) fn form(&self, typed: &Typed) -> OrderForm {
        let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
        let reasons: BTreeMap<String, String> =
            typed.iter().filter_map(|(name, value)| Some((name.strip_prefix(REASON)?.to_owned(), value.clone()))).collect();
        OrderForm {
            medicines: self.medicines.clone(),
            early: self.early.clone(),
            early_reason: self.early_reason.clone(),
            reasons,
            note: text("note"),
            dispenser: typed.get("dispenser").cloned().unwrap_or_else(|| self.once.clone()),
            submission: text("submission"),
        }
    }
}

/// Reads what was chosen on the first page.
pub(crate) fn chosen(ctx: &Ctx, typed: &Typed) -> Result<Choosing, Failure> {
    let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
    Ok(Choosing {
        person: ctx.person()?.to_string(),
        medicines: text("medicines"),
        early: text("early"),
        early_reason: text("early_reason"),
        once: text("once"),
        goes_to: Some(text("dispenser")).filter(|to| to != ANOTHER).unwrap_or_default(),
        typed: FormState::default(),
    })
}

/// Keeps the choice.
pub(crate) async fn keep(ctx: &Ctx, choice: &Choosing) -> Result<(), Failure> {
    Ok(ctx.session.insert(CHOSEN, choice).await?)
}

/// Forgets the choice: it is sent.
pub(crate) async fn forget(ctx: &Ctx) -> Result<(), Failure> {
    Ok(ctx.session.remove_value(CHOSEN).await.map(|_| ())?)
}

/// The choice for the person whose medicines are open, where there is one.
pub(crate) async fn kept(ctx: &Ctx) -> Result<Option<Choosing>, Failure> {
    let person = ctx.person()?.to_string();
    Ok(ctx.session.get::<Choosing>(CHOSEN).await?.filter(|choice| choice.person == person))
}

/// What can be ordered, what cannot and why.
pub async fn show(ctx: Ctx) -> Answer {
    ctx.services().medicines.may_order(&ctx.actor(), ctx.person()?).await?;
    let list = ctx.services().medicines.list(&ctx.actor(), ctx.person()?).await?;
    let (form, before) = (ctx.form("medicine-order").await?, kept(&ctx).await?.unwrap_or_default());
    let today = london_day(ctx.services().core.now());
    ctx.page(Head::form("Order medicines", Place::Medicines, &form), || {
        let of = |is: fn(&MedicineSeen) -> bool| list.medicines.iter().filter(|one| is(one)).cloned().collect::<Vec<_>>();
        let can = of(|one| one.plan.is_some() && one.order == Some(Ok(())));
        let soon = of(|one| one.plan.is_some() && one.may_be_early());
        let cannot = of(|one| one.listed && !one.may_be_early() && one.order.is_some_and(|order| order.is_err()));
        view! {
            <Narrow>
                <BackLink href=LIST label="Back to medicines" />
                <ErrorSummary errors=form.errors() />
                {easy::picture(IconName::Pill)}
                <PageHeading title="Order medicines" />
                <Choose can soon form before today />
                <Cannot cannot />
            </Narrow>
        }
    })
    .await
}

#[component]
fn Choose(can: Vec<MedicineSeen>, soon: Vec<MedicineSeen>, form: FormState, before: Choosing, today: NaiveDate) -> impl IntoView {
    if can.is_empty() && soon.is_empty() {
        return view! {
            <EmptyState title="Nothing can be ordered now" icon=IconName::Pill>
                <p>"Below is why, and what you can do."</p>
                <p>"If you need a medicine and cannot wait, ask your practice or a pharmacist, or call " <a href="tel:111">"111"</a> "."</p>
            </EmptyState>
        }
        .into_any();
    }
    let typed = |name: &str, before: &str| {
        let typed = form.value(name);
        if typed.is_empty() && !form.has_errors() { before.to_owned() } else { typed }
    };
    let values = |text: String| text.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
    let choice = |one: &MedicineSeen, hint: String| {
        let id = one.plan.map(|id| id.to_string()).unwrap_or_default();
        Choice::new(id, one.name.clone()).hint(hint)
    };
    let said = move |one: &MedicineSeen| {
        let how = in_words(&one.doses);
        let doubt = one.doubt().map(ask_first);
        [doubt, Some(how).filter(|how| !how.is_empty()), one.quantity.clone(), super::list::lasts(one, today)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
    };
    let now = (!can.is_empty()).then(|| {
        let choices = can.iter().map(|one| choice(one, said(one).join(". "))).collect();
        view! {
            <Checkboxes
                id="medicines"
                legend_text="Which medicines do you need?"
                choices=choices
                error=form.error("medicines")
                values=values(typed("medicines", &before.medicines))
            />
        }
    });
    let early = (!soon.is_empty()).then(|| {
        let choices: Vec<Choice> = soon
            .iter()
            .map(|one| {
                let mut hint: Vec<String> = said(one);
                hint.extend(one.why_not());
                choice(one, hint.join(". "))
            })
            .collect();
        let (chosen, why) = (values(typed("early", &before.early)), typed("early_reason", &before.early_reason));
        let missing = form.error("early_reason");
        let open = !chosen.is_empty() || missing.is_some() || can.is_empty();
        let id = if can.is_empty() { "medicines" } else { "early" };
        let alone = can.is_empty().then(|| form.error("medicines")).flatten();
        view! {
            <Details summary="I need one early, because I travel or have lost it" open=open>
                <Checkboxes
                    id=id
                    name="early"
                    legend_text="Which do you need early?"
                    hint="There should be enough of these for now. Your practice decides."
                    choices=choices
                    error=alone
                    values=chosen
                />
                <TextArea id="early_reason" label="Why do you need it early?" rows=2 error=missing value=why />
            </Details>
        }
    });
    view! {
        {acts::steps(&acts::ORDER)}
        <Form action=PAGE keep="medicine-order">
            {now}
            {early}
            <Button>"Go on"</Button>
        </Form>
    }
    .into_any()
}

#[component]
fn Cannot(cannot: Vec<MedicineSeen>) -> impl IntoView {
    let rows: Vec<SummaryRow> = cannot
        .into_iter()
        .filter_map(|one| {
            let why = one.why_not()?;
            let said = one.why_changed.join(", ");
            let said = (!said.is_empty()).then(|| view! { <br /> "Why it changed: " <bdi>{on_lines(&said)}</bdi> });
            let asked = one.asked.map(|id| {
                let about = format!(": {}", one.name);
                view! { <br /> <a href=order_page(id)>"See that order" <span class="nhsuk-u-visually-hidden">{about}</span></a> }
            });
            Some(SummaryRow::new(one.name, view! { {format!("{why}.")} {asked} {said} }))
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <Section title="What you cannot order here now">
                <SummaryList rows=rows />
            </Section>
        }
    })
}

/// What to do where the sources of a medicine do not agree.
fn ask_first(doubt: &str) -> String {
    format!("{doubt}. Ask your practice or a pharmacist first")
}

/// What is about to be sent.
pub async fn check(ctx: Ctx) -> Answer {
    let Some(choice) = kept(&ctx).await? else { return Ok(ctx.go(PAGE)) };
    let form = ctx.form(FORM).await?;
    // What was typed before another pharmacy was looked for is there again.
    let form = if form == FormState::default() { choice.typed.clone() } else { form };
    let (_, knows_any) = ctx.services().pharmacies.knows().await?;
    let now = ctx.services().core.now();
    let seen = ctx.services().medicines.ordering(&ctx.actor(), ctx.person()?, &choice.form(&Typed::new())).await;
    let seen = match seen {
        Ok(seen) => seen,
        // What was chosen cannot be ordered any more, or not like this.
        Err(error @ ServiceError::Fields(_)) => {
            let typed = Typed::from([
                ("medicines".to_owned(), choice.medicines.clone()),
                ("early".to_owned(), choice.early.clone()),
                ("early_reason".to_owned(), choice.early_reason.clone()),
            ]);
            return ctx.send_back(error, "medicine-order", PAGE, typed).await;
        }
        Err(error) => return Err(error.into()),
    };
    let submission = ctx.submission();
    ctx.page(Head::form("Check your order", Place::Medicines, &form), || {
        view! {
            <Narrow>
                <BackLink href=PAGE label="Back to the choice" />
                <ErrorSummary errors=form.errors() />
                {easy::picture(IconName::Pill)}
                <PageHeading title="Check your order" />
                {acts::steps(&acts::CHECK_ORDER)}
                <Check seen form submission choice knows_any now />
            </Narrow>
        }
    })
    .await
}

#[component]
fn Check(
    seen: OrderingSeen,
    form: FormState,
    submission: String,
    choice: Choosing,
    knows_any: bool,
    now: DateTime<Utc>,
) -> impl IntoView {
    let to: std::collections::BTreeSet<String> = seen.items.iter().map(|item| item.organisation.clone()).collect();
    let early = seen
        .items
        .iter()
        .any(|item| item.early)
        .then(|| SummaryRow::new("Why early", view! { <bdi>{on_lines(&choice.early_reason)}</bdi> }));
    let mut rows: Vec<SummaryRow> = seen
        .items
        .iter()
        .map(|item| {
            let doubt = item.doubt.map(|doubt| view! { <br /> <strong>{ask_first(doubt)} "."</strong> });
            let more = item.quantity.clone().map(|quantity| view! { <br /> {quantity} });
            let early = item.early.then(|| view! { <br /> <strong>"Early"</strong> });
            SummaryRow::new(item.name.clone(), view! { {dose(&item.doses)} {more} {early} {doubt} })
        })
        .collect();
    rows.extend(early);
    rows.push(SummaryRow::new("Sent to", to.into_iter().collect::<Vec<_>>().join(", ")));
    let reasons = seen.asks_reason.then(|| {
        seen.items
            .iter()
            .map(|item| {
                let name = format!("{REASON}{}", item.entry);
                view! {
                    <TextArea
                        id=name.clone()
                        label=format!("Why do you need {}?", item.name)
                        hint="A few words are enough."
                        rows=2
                        error=form.error(&name)
                        value=form.value(&name)
                    />
                }
            })
            .collect_view()
    });
    let goes_to = (knows_any || !seen.nominated.is_empty()).then(|| goes_to(&seen, &form, &choice, now));
    view! {
        <SummaryList rows=rows />
        <Form action=CHECK submission=submission keep=FORM>
            // What is sent is what this page shows, whatever was chosen in another window since.
            <input type="hidden" name="medicines" value=choice.medicines />
            <input type="hidden" name="early" value=choice.early />
            <input type="hidden" name="early_reason" value=choice.early_reason />
            <input type="hidden" name="once" value=choice.once />
            {reasons}
            {goes_to}
            <TextArea
                id="note"
                label="A note to the practice (if you want)"
                hint="Only about this order. Do not write here of anything urgent: call 111, or 999 in an emergency."
                rows=3
                error=form.error("note")
                value=form.value("note")
            />
            <Button picture=IconName::Message>"Send the order"</Button>
        </Form>
    }
}

/// Where the prescription is to go: to whom the person has nominated, to another for this order alone, or nowhere yet.
fn goes_to(seen: &OrderingSeen, form: &FormState, choice: &Choosing, now: DateTime<Utc>) -> impl IntoView + use<> {
    let open = |one: &&Dispenser| !one.closed;
    let said = |one: &Dispenser| format!("{}. {}.", one.address_line(), one.hours.in_words(now));
    let mut choices: Vec<Choice> = seen
        .nominated
        .iter()
        .filter(open)
        .map(|one| Choice::new(one.code.to_string(), format!("{} (chosen for all orders)", one.name)).hint(said(one)))
        .collect();
    // What is not said goes to the first, unless that gives no medicines.
    let usual = seen.nominated.first().filter(open).filter(|one| one.kind.slot() != NominationSlot::Appliance);
    let usual = usual.map_or_else(|| OrderForm::LATER.to_owned(), |one| one.code.to_string());
    let once = seen.once.as_ref().filter(open);
    choices
        .extend(once.map(|one| Choice::new(one.code.to_string(), format!("{} (for this order only)", one.name)).hint(said(one))));
    let another = if once.is_some() { "Yet another one, for this order only" } else { "Another one, for this order only" };
    choices.push(Choice::new(ANOTHER, another).hint("You look for it first, and then come back here to send the order."));
    choices.push(
        Choice::new(OrderForm::LATER, "Nowhere yet").hint("You collect a paper prescription at the practice, or decide later."),
    );
    let closed = seen.nominated.iter().filter(|one| one.closed).map(|one| {
        let told = format!("{}, which is chosen for all orders, has closed. Choose another one.", one.name);
        view! { <Inset><p>{told}</p></Inset> }
    });
    let closed = closed.collect_view();
    let typed = form.value("dispenser");
    let value = match (form.has_errors() && !typed.is_empty(), choice.goes_to.is_empty()) {
        (true, _) => typed,
        (false, false) => choice.goes_to.clone(),
        (false, true) => usual,
    };
    view! {
        {closed}
        <Radios
            id="dispenser"
            legend_text="Where should the prescription go?"
            choices=choices
            error=form.error("dispenser")
            value=value
        />
    }
}
