//! About the service: help, privacy, accessibility.

use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{Details, Inset, PageHeading, Section, SummaryList, SummaryRow, Warning};
use leptos::prelude::*;

/// How to get in, how to read the record, and whom to ask.
pub async fn help(ctx: Ctx) -> Answer {
    ctx.page(Head::new("Help", Place::Elsewhere), || {
        view! {
            <PageHeading title="Help" lead="How to get in, how to read your record, and whom to ask." />
            <Warning title="Call 999 in an emergency">
                <p>"For urgent medical help call " <a href="tel:111">"111"</a> ". For anything else ask your GP practice or a pharmacist."</p>
                <p>"Nobody reads this website to see if you are unwell."</p>
            </Warning>
            <GettingIn />
            <Reading />
            <KeepingSafe />
            <Section title="Whom to ask">
                <SummaryList rows=vec![
                    SummaryRow::new("What an entry means for you", "The place that wrote it down. Its name is on the page of the entry."),
                    SummaryRow::new("Something wrong or missing", "The place that wrote it down, or your GP practice"),
                    SummaryRow::new("A new letter with a code", "The reception of your GP practice"),
                    SummaryRow::new("Somebody looked who should not have", "Your GP practice"),
                ] />
            </Section>
        }
    })
    .await
}

#[component]
fn GettingIn() -> impl IntoView {
    view! {
        <Section title="Getting in">
            <Details summary="How do I start?">
                <ol>
                    <li>"Ask the reception of your GP practice for a letter with a code."</li>
                    <li><a href="/register">"Set up your account"</a> " with your email address and a password."</li>
                    <li>"Open the link in the email that we send you."</li>
                    <li>"Add a second way to prove that it is you: a passkey, or an app that shows codes."</li>
                    <li>"Type in your NHS number, date of birth, last name and the code from the letter. Your record opens."</li>
                </ol>
            </Details>
            <Details summary="I have lost the letter, or the code does not work">
                <p>
                    "Ask the reception of your GP practice for a new letter. Each code works once and for a limited time. "
                    "A new code ends the old one."
                </p>
            </Details>
            <Details summary="I do not have an NHS number">
                <p>"You can use this service all the same. Tell the reception of your GP practice when you ask for the letter."</p>
            </Details>
            <Details summary="I have forgotten my password">
                <p><a href="/sign-in/reset">"Ask for an email"</a> " with a link to choose a new one. The link works for 30 minutes."</p>
            </Details>
            <Details summary="I have lost the phone with my passkey or codes">
                <p>
                    "Use one of the recovery codes that you were given when you set up your account. Each works once. "
                    "If you have none left, ask the reception of your GP practice. They check who you are, can have your second step reset, "
                    "and give you a new letter. Then sign in with your password, add a new second step and link your record again."
                </p>
            </Details>
            <Details summary="I was signed out by myself">
                <p>
                    "After 30 minutes without a click you are signed out, so that nobody else can read on. After 12 hours you sign in "
                    "again in any case."
                </p>
            </Details>
        </Section>
    }
}

#[component]
fn Reading() -> impl IntoView {
    view! {
        <Section title="Reading your record">
            <Details summary="I do not understand a word">
                <p>
                    "Doctors and nurses wrote your record for each other. We show it in the words in which it came, and change none. "
                    "You can look up a word at " <a href="https://www.nhs.uk/conditions/" rel="noreferrer">"nhs.uk"</a>
                    " or ask the place that wrote it down."
                </p>
            </Details>
            <Details summary="A result is outside the laboratory\u{2019}s range">
                <p>
                    "The range is what the laboratory expects in most healthy people. Many people are a little above or below it and are "
                    "well. What it means for you depends on your age, your medicines and your other results. The place that asked for the "
                    "test can tell you."
                </p>
            </Details>
            <Details summary="What is the difference between \u{201c}no known allergies\u{201d} and \u{201c}nothing is recorded\u{201d}?">
                <p>
                    "\u{201c}No known allergies\u{201d}: somebody asked, and wrote that down. We show it in their words, because "
                    "\u{201c}no known drug allergy\u{201d} says nothing of food."
                </p>
                <p>"\u{201c}Nothing is recorded\u{201d}: nobody wrote anything down. There may be some all the same."</p>
            </Details>
            <Details summary="Something is wrong or missing">
                <p>
                    "Tell the place that wrote it down. They correct it in their own computer, and the correction comes here. "
                    "We keep what it said before: it is listed on the page of the entry."
                </p>
                <p>"Only what is listed under \u{201c}Where your record comes from\u{201d} is here. Other places may know more about you."</p>
            </Details>
            <Details summary="How do I take my record with me?">
                <p>
                    <a href="/account/download">"Download your record"</a>
                    ". It is one file in the form that health computers use (FHIR). It holds everything as we received it. "
                    "You can also print any page."
                </p>
            </Details>
        </Section>
    }
}

#[component]
fn KeepingSafe() -> impl IntoView {
    view! {
        <Section title="Keeping it private">
            <Details summary="Somebody may be watching what I do">
                <p>
                    "\u{201c}Leave this site\u{201d} at the top of every page signs you out and takes you to a weather page at once. "
                    "You can also press the Escape key 3 times. Your browser may still remember that you were here: when you are safe, "
                    "clear its history. "
                    "Tick \u{201c}Do not ask for a code on this device\u{201d} only where nobody else can get in."
                </p>
            </Details>
            <Details summary="Who can see my record here?">
                <p>
                    "You. The people who run this service can reach the data to keep it working. Looks at your record through this service "
                    "are listed under " <a href="/activity">"Who has looked at your record"</a> "."
                </p>
            </Details>
        </Section>
    }
}

/// What is kept, why, and who can see it.
pub async fn privacy(ctx: Ctx) -> Answer {
    let demo = ctx.state.demo.is_some();
    ctx.page(Head::new("Privacy", Place::Elsewhere), || {
        view! {
            <PageHeading title="Privacy" lead="What this service keeps about you, why, and who can see it." />
            {demo.then(|| {
                view! {
                    <Inset><p>"This is a demonstration. Everybody in it is made up. Do not type in anything about a real person."</p></Inset>
                }
            })}
            <Section title="What is kept">
                <SummaryList rows=vec![
                    SummaryRow::new("Your record", "What your GP practice and other places sent, exactly as it came, with its earlier versions"),
                    SummaryRow::new(
                        "Your account",
                        "Your email address, when you confirmed it, your mobile number if you gave us one, and what we need to check your password and your second step. \
                         Your password itself is not kept: only a scrambled form of it, from which it cannot be read back.",
                    ),
                    SummaryRow::new(
                        "Your sign-ins",
                        "When, and with what sort of browser and device, so that you can see them and end them",
                    ),
                    SummaryRow::new("Who did what", "Each look at your record, each copy, each change: who, when and why"),
                    SummaryRow::new("Emails to you", "They say nothing about your health"),
                    SummaryRow::new(
                        "Text messages to you",
                        "Only if you ask for them. They say when you have an appointment, but not with whom, or why. The company \
                         that sends them for us is told your number.",
                    ),
                ] />
            </Section>
            <Section title="What is not done">
                <ul>
                    <li>"There is no advertising and nobody follows what you click."</li>
                    <li>"No page brings in anything from another company\u{2019}s computers."</li>
                    <li>"Your record is not sold, and this service does not pass it on."</li>
                    <li>"Nothing here is decided about you by a computer."</li>
                    <li>"The notes that the service writes for its own repair hold no names and nothing about your health."</li>
                </ul>
            </Section>
            <Section title="Cookies">
                <p>"Two, and both are needed. That is why we do not ask you about them."</p>
                <SummaryList rows=vec![
                    SummaryRow::new("session", "Keeps you signed in. It stops working after 30 minutes without a click, and after 12 hours in any case."),
                    SummaryRow::new("device", "Tells this browser from others, so that we can warn you of a sign-in from a new one. It stays for a year."),
                ] />
                <p>"Beside them your browser keeps the time of your last click here, so that we can warn you before you are signed out."</p>
            </Section>
            <Section title="Who is responsible">
                <p>
                    "The places that wrote your record down are responsible for what it says. The organisation that runs this service for "
                    "you is responsible for what is kept here. Ask there how long your record is kept."
                </p>
            </Section>
            <Section title="Your rights">
                <p>
                    "You can see your record and take a copy: both are here at any time. You can ask for a mistake to be corrected. "
                    "You can ask how your information is used, and object."
                </p>
                <p>
                    "If you are not happy with the answer, you can complain to the "
                    <a href="https://ico.org.uk/make-a-complaint/" rel="noreferrer">"Information Commissioner\u{2019}s Office"</a> "."
                </p>
            </Section>
        }
    })
    .await
}

/// How far everybody can use the service, and what is known not to work.
pub async fn accessibility(ctx: Ctx) -> Answer {
    ctx.page(Head::new("Accessibility", Place::Elsewhere), || {
        view! {
            <PageHeading title="Accessibility" lead="We want everybody to be able to use this service." />
            <Section title="What you should be able to do">
                <ul>
                    <li>"Use every page with the keyboard alone, or by voice"</li>
                    <li>"Listen to every page with a screen reader"</li>
                    <li>"Make everything up to 4 times as large without losing anything"</li>
                    <li>"Use a small or an old phone, and switch off scripts: only passkeys need them"</li>
                    <li>"Choose " <a href="/account/display">"large text, high contrast, no movement or easy read"</a> ", with or without an account"</li>
                    <li>"Choose dark or light, high contrast or your own colours on your device: the pages follow"</li>
                    <li>"Print any page"</li>
                </ul>
            </Section>
            <Section title="How we check it">
                <p>
                    "We build to the Web Content Accessibility Guidelines (WCAG) 2.2, level AA. A program checks the pages for faults each "
                    "time the service is changed, on a wide and on a narrow screen, with scripts and without."
                </p>
                <p>
                    "A program finds only some faults. The pages have not yet been tested by disabled people or by an independent "
                    "expert. Until they are, we do not say that the service meets the guidelines in full."
                </p>
            </Section>
            <Section title="What we know does not work well">
                <ul>
                    <li>
                        "The words of your record are as they came. They can be hard to read, and may be in capital letters or short forms."
                    </li>
                    <li>"Your record is in the language in which it was written, and the pages are in English only."</li>
                    <li>"A letter or picture that was sent as a file can be listed here, but it may not have been made accessible."</li>
                </ul>
            </Section>
            <Section title="If something does not work for you">
                <p>
                    "Tell your GP practice what you tried to do, and on what device. Ask them for your record in another way: on paper, "
                    "in large print, read to you, or in another language."
                </p>
                <p>
                    "If you are not happy with the answer, contact the "
                    <a href="https://www.equalityadvisoryservice.com/" rel="noreferrer">"Equality Advisory and Support Service"</a> "."
                </p>
            </Section>
        }
    })
    .await
}
