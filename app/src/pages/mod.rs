//! The pages: each file mirrors its address, and each function answers one `GET`.

pub mod about;
pub mod account;
pub mod acting;
pub mod activity;
pub mod appointments;
pub mod carer;
pub mod design;
pub mod hidden;
pub mod home;
pub mod link;
pub mod medicines;
pub mod not_found;
pub mod preview;
pub mod record;
pub mod register;
pub mod reset;
pub mod second_step;
pub mod sharing;
pub mod sign_in;
pub mod signed_out;
pub mod team;
pub mod too_many;
