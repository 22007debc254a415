//! Linking an account to a record, with the letter from the practice.

use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{Button, DateInput, Details, ErrorSummary, Form, InputKind, Narrow, PageHeading, Steps, TextInput, Width};
use leptos::prelude::*;

/// The form: what the letter says and who you are.
pub async fn show(ctx: Ctx) -> Answer {
    let form = ctx.form("link").await?;
    let birth_date = form.date("birth_date");
    ctx.page(Head::form("Link your record", Place::Elsewhere, &form), || {
        view! {
            <Narrow>
                <ErrorSummary errors=form.errors() />
                <Steps current=4 total=4 label="Link your record" />
                <PageHeading title="Link your record" lead="Take what you need from the letter that your practice gave you." />
                <Form action="/link" keep="link">
                    <TextInput
                        id="nhs_number"
                        label="NHS number"
                        hint="10 digits, such as 999 123 4500. You can leave the spaces out."
                        kind=InputKind::Numeric
                        width=Width::Twenty
                        error=form.error("nhs_number")
                        value=form.value("nhs_number")
                    />
                    <DateInput
                        id="birth_date"
                        legend_text="Date of birth"
                        hint="For example, 31 3 1980"
                        birthday=true
                        error=form.error("birth_date")
                        value=birth_date
                    />
                    <TextInput
                        id="family_name"
                        label="Last name"
                        hint="As it is on the letter. Capital letters and accents do not matter."
                        autocomplete="family-name"
                        error=form.error("family_name")
                        value=form.value("family_name")
                    />
                    <TextInput
                        id="code"
                        label="Code from the letter"
                        hint="10 letters and digits, such as ABCDE-23456"
                        kind=InputKind::LetterCode
                        width=Width::Twenty
                        error=form.error("code")
                        value=form.value("code")
                    />
                    <Button>"Link my record"</Button>
                </Form>
                <Details summary="I have no letter, or no NHS number">
                    <p>
                        "Ask the reception of your practice. They check who you are and give you a letter with a code. "
                        "If you have no NHS number yet, tell them: your account can be linked without one."
                    </p>
                </Details>
            </Narrow>
        }
    })
    .await
}
