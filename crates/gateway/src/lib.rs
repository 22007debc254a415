//! Adapters to outside systems, behind the ports that the service room declares.

pub mod breaker;
pub mod gp_connect;
pub mod mail;
