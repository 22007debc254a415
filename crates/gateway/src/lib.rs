//! Adapters to outside systems, behind the ports that the service room declares.

pub mod breaker;
mod files;
pub mod gp_connect;
pub mod gp_prescriptions;
mod interface;
pub mod mail;
pub mod prescriptions_for_patients;
pub mod stolen_passwords;
pub mod text;
pub mod traces;
