//! The pages: each file mirrors its address, and each function answers one `GET`.

pub mod about;
pub mod account;
pub mod activity;
pub mod design;
pub mod home;
pub mod link;
pub mod not_found;
pub mod record;
pub mod register;
pub mod reset;
pub mod second_step;
pub mod sign_in;
pub mod signed_out;
