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
        /// So many tenths of a megabyte.
        sent: u32,
        /// Of so many.
        total: u32,
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
            Self::Sending { sent, total } => percent(sent, total).to_string(),
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
fn percent(sent: u32, total: u32) -> u32 {
    (sent.min(total) * 100).checked_div(total).unwrap_or_default()
}

/// "120.5 of 980.0 MB sent (12%)". In whole numbers: the program that writes fractions as text would be a sixth of all that the browser
/// loads.
fn words(sent: u32, total: u32) -> String {
    let megabytes = |tenths: u32| format!("{}.{}", tenths / 10, tenths % 10);
    format!("{} of {} MB sent ({}%)", megabytes(sent), megabytes(total), percent(sent, total))
}

fn said(sent: u32, total: u32) -> String {
    let tenth = percent(sent, total) / 10 * 10;
    if tenth > 0 { format!("{tenth}% of the file is sent") } else { "The file is being sent".to_owned() }
}

/// A number of bytes as whole tenths of a megabyte, as far as they can be told: each of its bits is set where the number is not below it.
#[cfg(any(feature = "hydrate", test))]
fn tenths(bytes: f64) -> u32 {
    let all = bytes / 100_000.0;
    (0..25).rev().map(|bit| 1_u32 << bit).fold(0, |sum, bit| if f64::from(sum | bit) <= all { sum | bit } else { sum })
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
            Told::Sending(sent, total) => Stage::Sending { sent: tenths(sent), total: tenths(total) },
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
        assert_eq!(words(1205, 9800), "120.5 of 980.0 MB sent (12%)");
        assert_eq!(words(0, 0), "0.0 of 0.0 MB sent (0%)");
        let table = [(0, "The file is being sent"), (99, "The file is being sent"), (100, "10% of the file is sent")];
        for (sent, expected) in table {
            assert_eq!(said(sent, 1000), expected);
        }
        assert_eq!(said(199, 1000), said(100, 1000));
        assert_eq!([percent(1000, 1000), percent(1200, 1000), percent(999, 1000)], [100, 100, 99]);
        let table =
            [(0.0, 0), (99_999.0, 0), (100_000.0, 1), (120_512_345.0, 1205), (2_147_483_648.0, 21_474), (1e300, (1 << 25) - 1)];
        for (bytes, expected) in table {
            assert_eq!(tenths(bytes), expected);
        }
        assert_eq!(tenths(f64::NAN), 0);
    }
}
