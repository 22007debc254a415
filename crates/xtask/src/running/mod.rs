//! The product while it runs, and those who ask it: what measures it and what tortures it share.

pub mod cores;
pub mod document;
pub mod http;
pub mod page;
pub mod postgres;
pub mod server;
pub mod strace;
pub mod table;
