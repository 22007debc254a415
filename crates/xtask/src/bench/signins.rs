//! Many who sign in at once (P7): nobody may wait for long, and others' pages may not wait for them.

use std::path::Path;

use anyhow::Result;

use super::figures::millis;
use super::pace::{Paced, Worth, both};
use super::{On, Run, bars, judge_page};
use crate::running::http::{Answer, cookie, get};
use crate::running::server::{Server, Serving};

/// Sign-ins offered a second.
const RATE: u64 = 200;
/// As many as wait at once when each waits for as long as one may, and some more.
const CONNECTIONS: usize = 480;
/// Pages offered a second meanwhile.
const PAGES: u64 = 50;

impl Run<'_> {
    /// 200 sign-ins a second, and other pages meanwhile.
    pub(super) fn sign_ins(&mut self, on: &mut On<'_>) -> Result<()> {
        let engine = on.engine;
        self.begin(engine, "200 sign-ins a second")?;
        let product = self.product((on.database)("signins")?);
        product.command(["seed", "demo"].map(Path::new))?;
        let demonstration = (Serving::DEMONSTRATION, on.process);
        self.with_server(&product, demonstration, |run, server| run.sign_ins_of(engine, server))
    }

    fn sign_ins_of(&mut self, engine: &'static str, server: &Server) -> Result<()> {
        let (address, (sessions, _)) = (server.address, server.sessions("")?);
        let requests = server.emails.iter().map(|email| server.first_step(email)).collect();
        let steps = Paced { address, rate: RATE, connections: CONNECTIONS, requests, judge: judge_step };
        let requests = sessions.iter().map(|session| get("/record", &cookie(session))).collect();
        let pages = Paced { address, rate: PAGES, connections: 32, requests, judge: judge_page };
        let (stepped, shown) = both(&steps, &pages, self.span, self.times)?;
        let what = format!("sign-in, the password's step, {RATE}/s offered");
        self.offered(&what, engine, &steps, &stepped, &bars::SIGN_IN.note(stepped.longest));
        let bar = bars::BESIDE_SIGN_INS;
        let note = format!("{} ({}, p99 {})", bar.words(), bar.verdict(shown.rate, Some(shown.p99)), millis(shown.p99));
        self.offered(&format!("/record meanwhile, {PAGES}/s offered"), engine, &pages, &shown, &note);
        Ok(())
    }
}

/// Let in to the second step, or told when to come back.
fn judge_step(answer: &Answer<'_>) -> Worth {
    match answer.status {
        303 if answer.header("location").is_some_and(|to| to != "/sign-in") => Worth::Good,
        503 if answer.header("retry-after").is_some() => Worth::Later,
        _ => Worth::Bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_sent_back_to_the_form_was_not_let_in() {
        let judge = |status, head| judge_step(&Answer { status, head, body: b"" });
        assert_eq!(judge(303, "HTTP/1.1 303 See Other\r\nLocation: /sign-in/code"), Worth::Good);
        assert_eq!(judge(303, "HTTP/1.1 303 See Other\r\nLocation: /sign-in"), Worth::Bad);
        assert_eq!(judge(503, "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10"), Worth::Later);
        assert_eq!([judge(503, ""), judge(429, "")], [Worth::Bad; 2]);
    }
}
