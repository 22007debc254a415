//! Accounts, from opening one to linking it to a record, on both engines.

#[cfg(test)]
mod linking;
#[cfg(test)]
mod mobiles;
mod opening;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod second_steps;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod signing_in;
#[cfg(test)]
mod world;
