//! The band below the header that says as whom the reader is here, where it is not simply as themselves.

use super::Example;
use super::icon::{Icon, IconName};
use leptos::prelude::*;

/// What a band says. Each has words and a colour of its own, so that none is taken for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Band {
    /// The reader acts for somebody.
    LookingAfter {
        /// The name of the person.
        name: String,
    },
    /// The reader is at work in a care team.
    AtWork {
        /// The organisation's name.
        organisation: String,
        /// The role, in words.
        role: String,
        /// The reader's name there.
        name: String,
    },
}

/// Shown on every page while it is so: in words, not in colour alone, with the way to change it.
#[component]
pub fn BandBar(
    /// What it says.
    band: Band,
    /// Where the reader changes it.
    #[prop(into)]
    change: String,
) -> impl IntoView {
    let (class, label, icon, what) = match &band {
        Band::LookingAfter { .. } => {
            ("sh-band sh-band--after", "Who you are looking after", IconName::People, " who you are looking after")
        }
        Band::AtWork { .. } => ("sh-band sh-band--work", "Where you are working", IconName::Clipboard, " where you are working"),
    };
    let words = match band {
        Band::LookingAfter { name } => view! { "You are looking after: " <strong><bdi>{name}</bdi></strong> }.into_any(),
        Band::AtWork { organisation, role, name } => {
            view! { "At work: " <strong><bdi>{organisation}</bdi></strong> ", " {role} " (" <bdi>{name}</bdi> ")" }.into_any()
        }
    };
    view! {
        <aside class=class aria-label=label>
            <div class="sh-band__bar">
                <p class="sh-band__words">
                    <Icon name=icon />
                    <span>{words}</span>
                </p>
                <a class="sh-band__change" href=change>
                    "Change"
                    <span class="nhsuk-u-visually-hidden">{what}</span>
                </a>
            </div>
        </aside>
    }
}

/// Every band.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "Acting for somebody",
            view: || view! { <BandBar band=Band::LookingAfter { name: "Edna Hughes".to_owned() } change="/design" /> }.into_any(),
        },
        Example {
            name: "A long name, right to left",
            view: || {
                let name = "فاطمة الزهراء بنت عبد الرحمن القرشي".to_owned();
                view! { <BandBar band=Band::LookingAfter { name } change="/design" /> }.into_any()
            },
        },
        Example {
            name: "At work",
            view: || {
                let band = Band::AtWork {
                    organisation: "Riverside Surgery".to_owned(),
                    role: "reception".to_owned(),
                    name: "Sam Jones".to_owned(),
                };
                view! { <BandBar band change="/design" /> }.into_any()
            },
        },
    ]
}
