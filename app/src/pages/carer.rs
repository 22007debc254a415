//! Helping somebody else: taking an invitation up, asking to help, and giving it up.

use super::sharing::people::can;
use super::sharing::people::fields::ScopesField;
use crate::ctx::{Answer, Ctx, Head, is_ours};
use crate::forms::{FormState, Typed};
use crate::guard::NEXT;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Choice, DateInput, Details, EntryList, EntryRow, ErrorSummary, Form, InputKind,
    Inset, Narrow, PageHeading, Radios, Section, SummaryList, SummaryRow, TagKind, TextInput, Width,
};
use axum::extract::Query;
use domain::relationship::{LegalBasis, ParentalEvidence};
use domain::scope::{Scope, Scopes};
use domain::when::{day_in_words, instant_in_words, london_day};
use leptos::prelude::*;
use service::{ApplicationSeen, ApplicationState, CaredFor, ServiceError};

/// Whom the reader helps, and what they asked for.
pub async fn show(ctx: Ctx) -> Answer {
    let (actor, carers) = (ctx.actor(), &ctx.services().carers);
    let people = carers.cared_for(&actor).await?;
    let applications = carers.applications(&actor).await?;
    ctx.page(Head::new("Helping others", Place::Account), || {
        let (now, before): (Vec<CaredFor>, Vec<CaredFor>) =
            people.into_iter().partition(|one| one.in_force || one.standing.is_suspended());
        let none = now.is_empty().then(|| {
            view! { <p>"You do not act for anybody now. Somebody who wants your help can invite you, or you can ask to help them."</p> }
        });
        let look = now.iter().any(|one| one.in_force).then(|| view! { <Button href="/acting">"Look after somebody"</Button> });
        let now = now.into_iter().map(|one| person(one).into_any()).collect_view();
        let asked = (!applications.is_empty()).then(|| {
            view! {
                <Section title="What you asked for">
                    <EntryList>{applications.into_iter().map(|one| application(one).into_any()).collect_view()}</EntryList>
                </Section>
            }
        });
        let before = (!before.is_empty()).then(|| {
            let rows = before.into_iter().map(|one| {
                let since = one.since;
                view! {
                    <EntryRow
                        title=format!("Somebody whose {} you are", one.relation)
                        date=format!("From {}", day_in_words(since))
                        datetime=since.format("%Y-%m-%d").to_string()
                        tag=Some(("Ended".to_owned(), TagKind::Neutral))
                    />
                }
                .into_any()
            });
            view! { <Details summary="People you helped before"><EntryList>{rows.collect_view()}</EntryList></Details> }
        });
        view! {
            <PageHeading title="Helping others" lead="The people you may act for, and what you asked for." />
            {none}
            {look}
            {now}
            {asked}
            {before}
            <p class="sh-screen-only"><a href="/carer/apply">"Ask to help somebody"</a></p>
        }
    })
    .await
}

fn person(one: CaredFor) -> impl IntoView {
    let title = one.name.clone().unwrap_or_else(|| format!("Somebody whose {} you are", one.relation));
    let stopped = (!one.in_force).then(|| view! { <p>"This is stopped for now. You cannot see or do anything for them."</p> });
    let mut rows = vec![SummaryRow::new("You can", can(one.scopes)), SummaryRow::new("Since", day_in_words(one.since))];
    rows.extend(one.ends_on.map(|day| SummaryRow::new("Last day", day_in_words(day))));
    let facts = one.in_force.then(|| view! { <SummaryList rows=rows /> });
    let about = title.clone();
    view! {
        <Section title=title>
            {stopped}
            {facts}
            <Details summary="I do not want to do this any more">
                <p>"You stop at once. We tell the person by email, without saying why. To start again they have to invite you."</p>
                <Form action="/carer/give-up">
                    <input type="hidden" name="person" value=one.person.to_string() />
                    <input type="hidden" name="relationship" value=one.relationship.to_string() />
                    <Button kind=ButtonKind::Warning about=about>"Stop helping"</Button>
                </Form>
            </Details>
        </Section>
    }
}

fn application(one: ApplicationSeen) -> impl IntoView {
    let day = london_day(one.asked_at);
    let (word, kind, text) = match one.state {
        ApplicationState::Waiting => {
            ("Waiting", TagKind::Info, "If we can match the details with somebody, their practice will decide.")
        }
        ApplicationState::Allowed => ("Yes", TagKind::Good, "The practice said yes."),
        ApplicationState::Refused => ("No", TagKind::Neutral, "The practice said no."),
        ApplicationState::Over => ("Over", TagKind::Neutral, "It was taken back, or has ended."),
    };
    let back = (one.state == ApplicationState::Waiting).then(|| {
        view! {
            <li>
                <Form action="/carer/withdraw">
                    <input type="hidden" name="application" value=one.id.to_string() />
                    <Button kind=ButtonKind::Secondary about=format!("your request of {}", day_in_words(day))>"Take it back"</Button>
                </Form>
            </li>
        }
    });
    view! {
        <EntryRow
            title=format!("To help somebody whose {} you are", one.relation)
            date=format!("Asked on {}", day_in_words(day))
            datetime=day.format("%Y-%m-%d").to_string()
            text=text
            tag=Some((word.to_owned(), kind))
        />
        {back}
    }
}

/// The link from the mail leads here. Opening it changes nothing, because mail programs open links too: the code does.
pub async fn invitation(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let token = query.get("token").cloned().unwrap_or_default();
    let seen = match ctx.services().carers.look_at_invitation(&token).await {
        Ok(seen) => Some(seen),
        Err(ServiceError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let ready = ctx.signed_in.as_ref().is_some_and(|reader| reader.second_step_at.is_some());
    // Whoever has to sign in first, or to set up an account, comes back here.
    if seen.is_some() && !ready && is_ours(&ctx.path) {
        ctx.session.insert(NEXT, &ctx.path).await?;
    }
    let half = ctx.signed_in.is_some();
    let form = ctx.form("invitation").await?;
    ctx.page(Head::form("An invitation to help somebody", Place::Elsewhere, &form), || {
        let body = match seen {
            None => view! {
                <PageHeading
                    title="That link no longer works"
                    lead="It may be more than 7 days old, was used before, or was taken back."
                />
                <p>"Ask the person who wants your help to invite you again."</p>
                <Button href="/">"Go to the first page"</Button>
            }
            .into_any(),
            Some(_) if !ready => view! {
                <PageHeading
                    title="Somebody asks for your help"
                    lead="They want you to see parts of their health record, or to do things for them."
                />
                <p>"You need an account of your own, and the code of 6 numbers that they tell you."</p>
                {if half {
                    view! { <Button href="/second-step">"Go on"</Button> }.into_any()
                } else {
                    view! {
                        <ButtonGroup>
                            <Button href="/sign-in">"Sign in"</Button>
                            <Button kind=ButtonKind::Secondary href="/register">"Set up an account"</Button>
                        </ButtonGroup>
                    }
                    .into_any()
                }}
                <Inset>
                    <p>"If nobody has told you about this, you do not need to do anything."</p>
                </Inset>
            }
            .into_any(),
            Some(seen) => view! {
                <ErrorSummary errors=form.errors() />
                <PageHeading
                    title="Enter the code"
                    lead="Whoever asked for your help tells you a code of 6 numbers, face to face or by phone."
                />
                <Form action="/carer/invitation">
                    <input type="hidden" name="token" value=token />
                    <TextInput
                        id="code"
                        label="Code"
                        hint="6 numbers. You can leave a space between them."
                        kind=InputKind::Numeric
                        width=Width::Ten
                        autocomplete="off"
                        error=form.error("code")
                    />
                    <Button>"Start helping"</Button>
                </Form>
                <p>{format!("The invitation works until {}.", instant_in_words(seen.expires_at))}</p>
                <Details summary="What it means">
                    <p>"You see and do only what they allow, and only for them. Everything that you look at is written down, and they can see it."</p>
                    <p>"They can change or stop it at any moment, and so can you."</p>
                </Details>
            }
            .into_any(),
        };
        view! { <Narrow>{body}</Narrow> }
    })
    .await
}

/// The form to ask to act for somebody.
pub async fn apply(ctx: Ctx) -> Answer {
    let linked = !ctx.services().linking.people(&ctx.actor()).await?.is_empty();
    let form = ctx.form("apply").await?;
    let submission = ctx.submission();
    ctx.page(Head::form("Ask to help somebody", Place::Account, &form), || {
        let body = if linked { apply_form(form, submission).into_any() } else { not_linked().into_any() };
        view! {
            <Narrow>
                <BackLink href="/carer" label="Back to helping others" />
                {body}
            </Narrow>
        }
    })
    .await
}

fn not_linked() -> impl IntoView {
    view! {
        <PageHeading title="Link your own record first" lead="The practice has to know who asks to help one of its patients." />
        <p>"With the letter from your own practice you can link your record. Then you can ask to help somebody."</p>
        <Button href="/link">"Link my record"</Button>
        <p>"If you have no letter, ask at the practice of the person whom you want to help."</p>
    }
}

fn apply_form(form: FormState, submission: String) -> impl IntoView {
    let basis = |basis: LegalBasis, label: &str| Choice::new(basis.code(), label);
    let bases = vec![
        basis(LegalBasis::ParentalResponsibility, "I have parental responsibility for a child under 16"),
        basis(LegalBasis::Consent, "They agree to it"),
        basis(LegalBasis::LastingPowerOfAttorney, "I have a lasting power of attorney for health and welfare"),
        basis(LegalBasis::CourtDeputy, "A court made me their personal welfare deputy"),
        basis(LegalBasis::BestInterest, "They cannot decide for themselves, and it is best for them"),
    ];
    let evidence = ParentalEvidence::ALL.iter().map(|kind| Choice::new(kind.code(), kind.title())).collect();
    let born = form.date("birth_date");
    let first = Scopes::NONE.with(Scope::Prescriptions);
    view! {
        <ErrorSummary errors=form.errors() />
        <PageHeading title="Ask to help somebody" lead="Their GP practice decides. It may ask you to show something." />
        <Form action="/carer/apply" submission=submission keep="apply">
            <input type="hidden" name="sent" value="1" />
            <TextInput
                id="nhs_number"
                label="Their NHS number"
                hint="10 digits, on any letter from the NHS"
                kind=InputKind::Numeric
                width=Width::Twenty
                autocomplete="off"
                error=form.error("nhs_number")
                value=form.value("nhs_number")
            />
            <DateInput
                id="birth_date"
                legend_text="Their date of birth"
                hint="For example, 31 3 1980"
                error=form.error("birth_date")
                value=born
            />
            <TextInput
                id="family_name"
                label="Their last name"
                autocomplete="off"
                error=form.error("family_name")
                value=form.value("family_name")
            />
            <TextInput
                id="relation"
                label="What are you to them?"
                hint="For example, mother, son or friend"
                width=Width::Twenty
                error=form.error("relation")
                value=form.value("relation")
            />
            <Radios
                id="legal_basis"
                legend_text="Why may you act for them?"
                choices=bases
                value=form.value("legal_basis")
                error=form.error("legal_basis")
            />
            <Radios
                id="evidence"
                legend_text="For parental responsibility: what shows it?"
                hint="Only if you chose parental responsibility. The practice may ask to see it."
                choices=evidence
                value=form.value("evidence")
                error=form.error("evidence")
            />
            <ScopesField form=form.clone() now=first legend="What do you want to see and do for them?" />
            <TextInput
                id="reason"
                label="Why do you ask? (You can leave this empty)"
                error=form.error("reason")
                value=form.value("reason")
            />
            <Button>"Send to the practice"</Button>
        </Form>
        <Details summary="I do not know their NHS number">
            <p>"Ask at the reception of their practice. They can help you with this."</p>
        </Details>
    }
}

/// What happens next; the same whether or not the details fit somebody.
pub async fn sent(ctx: Ctx) -> Answer {
    ctx.page(Head::new("Your request is sent", Place::Account), || {
        view! {
            <Narrow>
                <PageHeading title="Your request is sent" lead="If we can match the details with somebody, their practice will decide." />
                <p>"The practice may ask you to come in, or to show something. You get an email when it has decided."</p>
                <Button href="/carer">"Go on"</Button>
            </Narrow>
        }
    })
    .await
}
