//! How far a file is while it is sent, and a way to stop it. Without script the browser sends the form, and says so in its own way.

use leptos::prelude::*;

/// The element around the form.
pub const SENDING: &str = "sending";
/// The kind of answer that is asked for: where to go on, in place of a way there that the browser would follow unseen.
pub const WAY_ON: &str = "text/plain";

/// How far it is.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "the browser alone sends"))]
enum Stage {
    /// Nothing is sent.
    #[default]
    Choosing,
    /// It is being sent.
    Sending {
        /// So many bytes.
        sent: f64,
        /// Of so many.
        total: f64,
    },
    /// All of it is sent, and the answer is waited for.
    Sent,
    /// It came to nothing, for this reason.
    Stopped(&'static str),
}

impl Stage {
    fn is_under_way(self) -> bool {
        matches!(self, Self::Sending { .. } | Self::Sent)
    }

    /// For whoever looks at it.
    fn words(self) -> String {
        match self {
            Self::Choosing | Self::Stopped(_) => String::new(),
            Self::Sending { sent, total } => words(sent, total),
            Self::Sent => ALL_SENT.to_owned(),
        }
    }

    /// For whoever listens: of each tenth once.
    fn said(self) -> String {
        match self {
            Self::Choosing | Self::Stopped(_) => String::new(),
            Self::Sending { sent, total } => said(sent, total),
            Self::Sent => ALL_SENT.to_owned(),
        }
    }

    fn percent(self) -> String {
        match self {
            Self::Choosing | Self::Stopped(_) => "0".to_owned(),
            Self::Sending { sent, total } => format!("{:.0}", percent(sent, total)),
            Self::Sent => "100".to_owned(),
        }
    }

    const fn problem(self) -> &'static str {
        match self {
            Self::Stopped(why) => why,
            Self::Choosing | Self::Sending { .. } | Self::Sent => "",
        }
    }
}

const ALL_SENT: &str = "The file is sent. Now it is being read.";

/// How many whole hundredths of it are sent.
fn percent(sent: f64, total: f64) -> f64 {
    if total > 0.0 { (sent / total * 100.0).floor().clamp(0.0, 100.0) } else { 0.0 }
}

/// "120.5 of 980.0 MB sent (12%)".
fn words(sent: f64, total: f64) -> String {
    let megabytes = |bytes: f64| bytes / 1_000_000.0;
    format!("{:.1} of {:.1} MB sent ({:.0}%)", megabytes(sent), megabytes(total), percent(sent, total))
}

fn said(sent: f64, total: f64) -> String {
    let tenth = (percent(sent, total) / 10.0).floor() * 10.0;
    if tenth > 0.0 { format!("{tenth:.0}% of the file is sent") } else { "The file is being sent".to_owned() }
}

/// Around a form with a file. What is sent from it shows how far it is; what cannot be sent so, the browser sends as ever.
#[island]
pub fn FileSending(
    /// The form.
    children: Children,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::default());
    Effect::new(move |_| listen(stage));
    let problem = move || stage.get().problem();
    let said = Memo::new(move |_| stage.get().said());
    view! {
        <div id=SENDING>
            {children()}
            <p class="nhsuk-error-message" role="alert" hidden=move || problem().is_empty()>
                {problem}
            </p>
            <div class="sh-sending" hidden=move || !stage.get().is_under_way()>
                <p>{move || stage.get().words()}</p>
                <progress max="100" value=move || stage.get().percent() aria-label="Sending the file"></progress>
                <p>"Keep this page open until the file is sent."</p>
                <button
                    class="nhsuk-button nhsuk-button--secondary"
                    type="button"
                    data-stop="yes"
                    hidden=move || matches!(stage.get(), Stage::Sent)
                >
                    "Stop sending"
                </button>
            </div>
            <p class="nhsuk-u-visually-hidden" aria-live="polite">{move || said.get()}</p>
        </div>
    }
}

#[cfg(feature = "hydrate")]
fn listen(stage: RwSignal<Stage>) {
    use super::file_sender::Told;

    // Without a part of what is needed the page works as it is.
    let _ = super::file_sender::listen(move |told| {
        stage.set(match told {
            Told::Sending(sent, total) => Stage::Sending { sent, total },
            Told::Sent => Stage::Sent,
            Told::Stopped(why) => Stage::Stopped(why),
        });
    });
}

/// On the server there is nothing to listen to.
#[cfg(not(feature = "hydrate"))]
fn listen(stage: RwSignal<Stage>) {
    let _ = stage;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_how_much_is_sent_and_each_tenth_once() {
        assert_eq!(words(120_500_000.0, 980_000_000.0), "120.5 of 980.0 MB sent (12%)");
        assert_eq!(words(0.0, 0.0), "0.0 of 0.0 MB sent (0%)");
        let table = [(0.0, "The file is being sent"), (9.9, "The file is being sent"), (10.0, "10% of the file is sent")];
        for (sent, expected) in table {
            assert_eq!(said(sent, 100.0), expected);
        }
        assert_eq!(said(19.9, 100.0), said(10.0, 100.0));
        assert_eq!(
            [percent(100.0, 100.0), percent(120.0, 100.0), percent(99.99, 100.0)].map(|it| format!("{it:.0}")),
            ["100", "100", "99"]
        );
    }
}
