//! Adapters to outside systems, behind the ports that the service room declares.

pub mod mail;
