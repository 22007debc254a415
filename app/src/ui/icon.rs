//! Small line icons. They stand beside words and are hidden from screen readers.

use super::Example;
use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    /// A house: home.
    Home,
    /// A folder with lines: the record.
    Record,
    /// A capsule: medicines.
    Pill,
    /// A calendar: appointments.
    Calendar,
    /// A heart with a pulse: my health.
    Heart,
    /// A padlock: sign-in and secrets.
    Lock,
    /// An eye: who has looked.
    Eye,
    /// An arrow into a tray: download.
    Download,
    /// A page: documents and letters.
    Document,
    /// A syringe: immunisations.
    Syringe,
    /// A flask: test results.
    Flask,
    /// A stethoscope: consultations and visits.
    Stethoscope,
    /// Two people: carers and sharing.
    People,
    /// A clipboard with a tick: care plans and questionnaires.
    Clipboard,
    /// A triangle with an exclamation mark: allergies and warnings.
    Alert,
    /// A cross in a rounded square: problems and conditions.
    Problem,
    /// A plaster: procedures and operations.
    Procedure,
    /// A ring of arrows: where the record comes from.
    Sources,
    /// A key: passkeys.
    Key,
    /// An envelope: messages.
    Message,
    /// A tick in a ring: done.
    Done,
    /// A pen: what somebody wrote themselves.
    Pen,
    /// Two speech bubbles: what somebody needs to be understood.
    Speech,
    /// A clock: a time to choose, or to keep.
    Clock,
    /// A magnifying glass: looking for something.
    Search,
    /// A telephone: somebody to ring.
    Phone,
    /// A line that goes up and down: numbers over time.
    Chart,
}

impl IconName {
    /// Every icon, in the order of the gallery.
    pub const ALL: [Self; 27] = [
        Self::Home,
        Self::Record,
        Self::Calendar,
        Self::Pill,
        Self::Heart,
        Self::Problem,
        Self::Alert,
        Self::Syringe,
        Self::Flask,
        Self::Stethoscope,
        Self::Procedure,
        Self::Document,
        Self::Clipboard,
        Self::People,
        Self::Eye,
        Self::Lock,
        Self::Key,
        Self::Message,
        Self::Sources,
        Self::Download,
        Self::Done,
        Self::Pen,
        Self::Speech,
        Self::Clock,
        Self::Search,
        Self::Phone,
        Self::Chart,
    ];

    /// The strokes, on a 24 by 24 grid.
    fn path(self) -> &'static str {
        match self {
            Self::Home => "M3.5 11 12 4l8.5 7M6 9.2V20h12V9.2M10 20v-5.5h4V20",
            Self::Record => {
                "M3.5 6.5v12a1.5 1.5 0 0 0 1.5 1.5h14a1.5 1.5 0 0 0 1.5-1.5V9A1.5 1.5 0 0 0 19 7.5h-7L10 5H5a1.5 1.5 0 0 0-1.5 1.5ZM7.5 12h9M7.5 16h6"
            }
            Self::Pill => "M10.6 20.2a4.8 4.8 0 0 1-6.8-6.8l9.6-9.6a4.8 4.8 0 0 1 6.8 6.8ZM8.6 8.6l6.8 6.8",
            Self::Calendar => {
                "M5 5.5h14A1.5 1.5 0 0 1 20.5 7v12a1.5 1.5 0 0 1-1.5 1.500H5A1.5 1.5 0 0 1 3.5 19V7A1.5 1.5 0 0 1 5 5.500ZM3.5 10h17M8 3v4M16 3v4M8 14h2M14 14h2M8 17h2"
            }
            Self::Heart => {
                "M12 20S3.5 15 3.5 9A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8.5 2c0 6-8.5 11-8.5 11ZM7.5 12h2l1.5-2.5 2 4.5 1.5-2h2"
            }
            Self::Lock => {
                "M6 10.500h12a1 1 0 0 1 1 1V19a1.5 1.5 0 0 1-1.5 1.500h-11A1.5 1.5 0 0 1 5 19v-7.500a1 1 0 0 1 1-1ZM8 10.500V8a4 4 0 0 1 8 0v2.500M12 14.500v2"
            }
            Self::Eye => "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z",
            Self::Download => {
                "M12 4v11M7.5 11 12 15.500l4.5-4.500M4 16.500V19a1.5 1.5 0 0 0 1.5 1.500h13A1.5 1.5 0 0 0 20 19v-2.5"
            }
            Self::Document => {
                "M6.5 3.500H14L19 8.500v11a1 1 0 0 1-1 1H6.500a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1ZM13.5 3.500V9H19M8.5 13h7M8.5 16.500h5"
            }
            Self::Syringe => "m17 3 4 4M19 5l-3 3M13.5 5.500l5 5-9 9h-5v-5ZM4.5 19.5 3 21M12 9.500l2.5 2.500M9.5 12l2.5 2.5",
            Self::Flask => {
                "M9 3.500h6M10 3.500V10l-5.3 8.200A1.5 1.5 0 0 0 6 20.500h12a1.5 1.5 0 0 0 1.3-2.300L14 10V3.500M7.5 15h9"
            }
            Self::Stethoscope => {
                "M5.5 4H4v5.500a4.5 4.5 0 0 0 9 0V4h-1.500M8.5 14v1.500a5 5 0 0 0 10 0V13M18.5 9a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z"
            }
            Self::People => {
                "M9 5a3.3 3.3 0 1 1 0 6.600A3.3 3.3 0 0 1 9 5ZM2.5 19.500c0-3 2.9-5 6.5-5s6.5 2 6.5 5M15.5 5.300a3 3 0 0 1 0 6M18 14.800c2.1.7 3.5 2.5 3.5 4.7"
            }
            Self::Clipboard => {
                "M8.5 5H6a1 1 0 0 0-1 1v13.500a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V6a1 1 0 0 0-1-1h-2.500M9.5 3.500h5a1 1 0 0 1 1 1v2h-7v-2a1 1 0 0 1 1-1ZM8.5 13.500l2.5 2.5 4.5-5"
            }
            Self::Alert => "M12 4 2.8 19.500h18.400ZM12 10v4.500M12 17v.1",
            Self::Problem => {
                "M6 3.500h12A2.5 2.5 0 0 1 20.5 6v12a2.5 2.5 0 0 1-2.5 2.500H6A2.5 2.5 0 0 1 3.5 18V6A2.5 2.5 0 0 1 6 3.500ZM12 8v8M8 12h8"
            }
            Self::Procedure => "M6.5 8h11a4 4 0 0 1 0 8h-11a4 4 0 0 1 0-8ZM8.5 8v8M15.5 8v8M12 10.5v.1M12 13.5v.1",
            Self::Sources => {
                "M4 12a8 8 0 0 1 13.7-5.600L20 8.700M20 4v4.700h-4.700M20 12a8 8 0 0 1-13.7 5.600L4 15.300M4 20v-4.700h4.7"
            }
            Self::Key => "M8 11a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM11.2 12.3 19.5 4M16 7.500l3 3M13.5 10l2 2",
            Self::Done => "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM8 12.3l2.8 2.8L16 9.5",
            Self::Pen => "M4 20l1-4.500L16.500 4a2 2 0 0 1 2.900 0l.6.6a2 2 0 0 1 0 2.900L8.500 19ZM14 6.500l3.500 3.500",
            Self::Speech => {
                "M4 4.500h11a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H9l-3.500 3v-3H4a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1ZM18.500 9H20a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-.500v3L16 17h-4.500a1 1 0 0 1-1-1"
            }
            Self::Clock => "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 7.5V12l3 2",
            Self::Search => "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM15.3 15.3 20.5 20.5",
            Self::Phone => {
                "M6.5 3.5h3L11 8 9 9.5a11 11 0 0 0 5.5 5.5l1.5-2 4.5 1.5v3a2 2 0 0 1-2 2A15 15 0 0 1 4.5 5.500a2 2 0 0 1 2-2Z"
            }
            Self::Chart => "M4 4v16h16.500M7.5 15.5l3.5-4 3 2.5 5-6.500",
            Self::Message => {
                "M4.5 5.500h15a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1ZM4 6.500l8 6.5 8-6.5"
            }
        }
    }
}

/// A line icon of 24 by 24, in the colour of the words beside it.
#[component]
pub fn Icon(
    /// Which icon.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="sh-icon" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=name.path() />
        </svg>
    }
}

/// Every icon.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "All icons",
        view: || {
            view! {
                <ul class="sh-icon-grid">
                    {IconName::ALL
                        .into_iter()
                        .map(|name| view! { <li><Icon name=name /> " " {format!("{name:?}")}</li> })
                        .collect_view()}
                </ul>
            }
            .into_any()
        },
    }]
}
