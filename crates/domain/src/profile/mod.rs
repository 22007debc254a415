//! What somebody says about themselves: how to reach them, whom to tell, what they speak, what they need, and how pages are to
//! look for them. Kept beside what services recorded, never over it.

mod changes;
mod details;
mod display;
mod ethnicity;
mod language;
mod needs;

pub use changes::{DetailChange, Kept, detail_changes};
pub use details::{
    Contact, ContactDetails, LONGEST_ADDRESS, LONGEST_LINE, LineError, MOST_CONTACTS, PhoneError, PhoneNumber, Way,
    address_lines, line,
};
pub use display::{Display, Setting};
pub use ethnicity::Ethnicity;
pub use language::{Language, LanguageKind};
pub use needs::{AdjustmentCategory, Impairment, Need, NeedGroup, Needs};
