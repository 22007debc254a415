//! One person of the demonstration, who does what people do, and looks again whether it was done.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use anyhow::{Context as _, Result, anyhow, bail, ensure};

use super::history::{Act, Answer, Claim, Op};
use super::line::{Gate, Line, Page};
use crate::running::page::hidden;

const READINGS: &str = "/readings/oxygen";
const READING_FORM: &str = "/readings/oxygen/new";
const NOTES: &str = "/record/notes";
/// Where a note is written.
pub const NOTE_FORM: &str = "/record/notes/new";
const SHARING: &str = "/sharing/services";
const RECEIPTS: &str = "/sharing/services/receipts";
const FIND: &str = "/appointments/find?kind=gp";
const BOOK: &str = "/appointments/book";
const ORDER: &str = "/medicines/order";
const CHECK: &str = "/medicines/order/check";
const ORDERS: &str = "/medicines/orders";

/// What is typed, in turn: as healthy people read it, so that nobody is told of it.
const NUMBERS: [&str; 4] = ["96", "97", "98", "99"];
/// How many readings, notes, choices and orders of one person at most: fewer than the product takes or lists.
const MOST: usize = 40;
/// What an order says of a medicine, wherever it stands: one that says none of it is half an order.
const STANDS: [&str; 5] = [
    "The practice has not decided yet.",
    "The practice waits for your answer.",
    "The practice makes the prescription",
    "You do not get it with this order.",
    "It was taken back.",
];

/// Chance that can be had again: xorshift64.
pub struct Dice(u64);

impl Dice {
    /// From this seed.
    pub const fn new(seed: u64) -> Self {
        // Of 0 nothing else would come.
        Self((seed ^ 0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below this one.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    /// Once in so many times.
    pub const fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// What was acknowledged, and where it is to be seen.
#[derive(Clone)]
enum Acknowledged {
    Reading { page: String, number: &'static str },
    Note { title: String },
    Choice { counted: bool },
    Booking { page: String },
    Cancelling { page: String },
    Order { page: String },
    TakingBack { page: String },
}

/// What the person holds.
struct Held {
    key: String,
    claim: Claim,
    page: String,
}

/// What there was before.
struct Before {
    readings: usize,
    receipts: usize,
    notes: usize,
    orders: BTreeSet<String>,
}

/// What one person did and saw.
#[derive(Default)]
pub struct Story {
    /// The acts on each register.
    pub registers: BTreeMap<String, Vec<Op>>,
    /// How many acts were acknowledged.
    pub acknowledged: u64,
    /// How many of them had to be sent again with the same id, or were sent again on purpose.
    pub again: u64,
    /// How often it was looked whether something is as it was told.
    pub checks: u64,
}

/// A person.
pub struct Person<'a> {
    number: u32,
    line: Line,
    gate: &'a Gate,
    dice: Dice,
    /// After a kill nobody can be sure that what was under way does not take effect yet.
    ends: bool,
    slots: Vec<String>,
    plans: Vec<String>,
    before: Before,
    told: Vec<Acknowledged>,
    /// From there on nothing was looked at after a restart.
    fresh: usize,
    life: u64,
    claims: u64,
    orders: usize,
    booked: Option<Held>,
    ordered: Option<Held>,
    story: Story,
}

impl<'a> Person<'a> {
    /// Somebody with this session. `ends`: what a killed server was doing is not done after it.
    pub fn new(number: u32, mut line: Line, gate: &'a Gate, seed: u64, ends: bool) -> Result<Self> {
        let page = look(&mut line, gate, ORDER)?;
        let plans = boxes(&page.body, "medicines");
        let before = Before {
            readings: readings(&mut line, gate)?.len(),
            receipts: look(&mut line, gate, RECEIPTS)?.body.matches("What we told you").count(),
            notes: links(&look(&mut line, gate, NOTES)?.body, NOTES).len(),
            orders: links(&look(&mut line, gate, ORDERS)?.body, ORDERS),
        };
        Ok(Self {
            number,
            line,
            gate,
            dice: Dice::new(seed.wrapping_add(u64::from(number).wrapping_mul(0x0100_0003))),
            ends,
            slots: Vec::new(),
            plans,
            before,
            told: Vec::new(),
            fresh: 0,
            life: gate.life(),
            claims: 0,
            orders: 0,
            booked: None,
            ordered: None,
            story: Story::default(),
        })
    }

    /// Times that this person can book, a while ahead, so that they can be given up too.
    pub fn bookable(&mut self) -> Result<Vec<String>> {
        let first = look(&mut self.line, self.gate, FIND)?;
        let Some(later) = first
            .body
            .split("href=\"")
            .filter_map(|rest| rest.split('"').next())
            .find(|href| href.starts_with(FIND) && href.contains("after="))
        else {
            return Ok(Vec::new());
        };
        let second = look(&mut self.line, self.gate, &later.replace("&amp;", "&"))?;
        Ok(links(&second.body, "/appointments/slots").into_iter().collect())
    }

    /// Everybody wants one of these.
    pub fn wants(&mut self, slots: &[String]) {
        self.slots = slots.to_vec();
    }

    /// Does one thing after the other until it is over, and looks at all of it again at the end.
    pub fn live(mut self) -> Result<Story> {
        while !self.gate.is_over() {
            let life = self.gate.life();
            if life > self.life {
                self.life = life;
                self.look_again(self.fresh)?;
                self.fresh = self.told.len();
            }
            self.act()?;
        }
        self.look_again(0)?;
        self.count()?;
        Ok(self.story)
    }

    fn act(&mut self) -> Result<()> {
        let many = |told: &[Acknowledged], is: fn(&Acknowledged) -> bool| told.iter().filter(|one| is(one)).count() >= MOST;
        match self.dice.below(10) {
            0 | 1 if !many(&self.told, |one| matches!(one, Acknowledged::Reading { .. })) => self.enter_reading(),
            2 | 3 if !many(&self.told, |one| matches!(one, Acknowledged::Note { .. })) => self.write_note(),
            4 if !many(&self.told, |one| matches!(one, Acknowledged::Choice { .. })) => self.choose(),
            5 | 6 if self.ordered.is_some() => self.take_back(),
            5 | 6 if !self.plans.is_empty() && self.orders < MOST => self.order(),
            _ if self.booked.is_some() => self.cancel(),
            _ if !self.slots.is_empty() => self.book(),
            _ => look(&mut self.line, self.gate, "/record").map(drop),
        }
    }

    /// Sends a form until it is answered; where it is taken, now and then once more: the same form leads to the same page.
    fn send(&mut self, request: &[u8], is_taken: fn(&str) -> bool) -> Result<String> {
        let life = self.gate.life();
        let page = self.line.persist(self.gate, request)?;
        ensure!(page.status == 303, "a form was answered with status {}", page.status);
        if self.gate.life() > life {
            self.story.again += 1;
        }
        // One that was refused may be taken when it is sent again later.
        if is_taken(&page.to) && self.dice.once_in(4) {
            let again = self.line.persist(self.gate, request)?;
            ensure!(again.to == page.to, "a form that was sent twice led to {} and to {}", page.to, again.to);
            self.story.again += 1;
            self.story.checks += 1;
        }
        Ok(page.to)
    }

    fn note_told(&mut self, told: Acknowledged) -> Result<()> {
        self.story.acknowledged += 1;
        self.told.push(told);
        // It is there at once.
        self.look_again(self.told.len() - 1)
    }

    fn enter_reading(&mut self) -> Result<()> {
        let form = look(&mut self.line, self.gate, READING_FORM)?.body;
        let number = NUMBERS[self.told.len() % NUMBERS.len()];
        let (whose, submission) = (field(&form, "whose")?, field(&form, "submission")?);
        // The same number comes again at once, and is another reading.
        let fields = [("whose", whose), ("submission", submission), ("value", number), ("sure", "yes"), ("note", "")];
        let request = self.line.post_without_photo(READING_FORM, &fields);
        let to = self.send(&request, |_| true)?;
        ensure!(to.starts_with(READINGS) && to != READING_FORM, "a reading led to {to}");
        self.note_told(Acknowledged::Reading { page: to, number })
    }

    fn write_note(&mut self) -> Result<()> {
        let title = format!("Note {} of {} ends", self.told.len(), self.number);
        let request = note(&mut self.line, self.gate, &title)?;
        let to = self.send(&request, |_| true)?;
        ensure!(to == NOTES, "a note led to {to}");
        self.note_told(Acknowledged::Note { title })
    }

    fn choose(&mut self) -> Result<()> {
        let page = look(&mut self.line, self.gate, SHARING)?;
        let is_counted = page.says(said(true));
        let (_, form) = page.body.split_once("name=\"purpose\" value=\"planning\"").context("planning is not asked about")?;
        let (whose, notice, submission) = (field(&page.body, "whose")?, field(form, "notice")?, field(form, "submission")?);
        let labels = if is_counted { "" } else { "general mental sexual social" };
        let fields = [
            ("whose", whose),
            ("purpose", "planning"),
            ("kind", ""),
            ("notice", notice),
            ("labels", labels),
            ("submission", submission),
        ];
        let request = self.line.post(SHARING, &fields);
        let to = self.send(&request, |_| true)?;
        ensure!(to == SHARING, "a choice led to {to}");
        self.note_told(Acknowledged::Choice { counted: !is_counted })
    }

    fn claim(&mut self) -> Claim {
        self.claims += 1;
        Claim { number: u64::from(self.number) * 1_000_000 + self.claims, owner: self.number }
    }

    fn record(&mut self, key: &str, act: Act, answer: Answer, called: u64) {
        let ended = (self.ends || answer != Answer::Unknown).then(|| self.gate.now());
        self.story.registers.entry(key.to_owned()).or_default().push(Op { act, answer, called, ended });
    }

    /// Sends a form once, and does not send it again when the server is killed before it answers: then nobody knows.
    fn send_once(&mut self, request: &[u8]) -> Result<Option<Page>> {
        let life = self.gate.life();
        match self.line.ask(request) {
            Ok(page) if page.status == 303 => Ok(Some(page)),
            Ok(page) if page.status == 503 => Ok(None),
            Ok(page) => bail!("a form was answered with status {}", page.status),
            Err(error) => {
                self.gate.up_again(life).with_context(|| format!("{error:#}"))?;
                Ok(None)
            }
        }
    }

    fn book(&mut self) -> Result<()> {
        let at = usize::try_from(self.dice.below(u64::try_from(self.slots.len())?))?;
        let slot = self.slots[at].clone();
        let (Answer::Free, form) = self.look_at_slot(&slot)? else { return Ok(()) };
        let claim = self.claim();
        let fields = with_hidden(&form, BOOK, &[("flag", "none"), ("reason", "A sore knee")]);
        let request = self.line.post(BOOK, &fields);
        let (called, once) = (self.gate.now(), self.dice.once_in(4));
        let to = match once {
            true => match self.send_once(&request)? {
                Some(page) => page.to,
                None => {
                    self.record(&slot, Act::Claim(claim), Answer::Unknown, called);
                    return self.adopt_booking(&slot, claim);
                }
            },
            false => self.send(&request, |to| appointment_in(to).is_some())?,
        };
        if appointment_in(&to).is_some() {
            self.record(&slot, Act::Claim(claim), Answer::Done, called);
            self.booked = Some(Held { key: slot, claim, page: to.clone() });
            return self.note_told(Acknowledged::Booking { page: to });
        }
        let life = self.gate.life();
        let page = look(&mut self.line, self.gate, &to)?;
        // Why it was refused is said once, and the server may have been killed after it said so.
        let said_before = self.gate.life() > life && to == format!("{slot}/book");
        let is_said = page.says("Somebody else has just taken this time");
        ensure!(is_said || said_before, "a booking led to {to}: {}", problem(&page.body));
        self.record(&slot, Act::Claim(claim), Answer::Refused, called);
        Ok(())
    }

    /// Looks who has a time; gives the page too, which has a form where nobody has it.
    fn look_at_slot(&mut self, slot: &str) -> Result<(Answer, String)> {
        let called = self.gate.now();
        let page = look(&mut self.line, self.gate, &format!("{slot}/book"))?;
        let answer = match (page.says(&format!("action=\"{BOOK}\"")), page.says("You have booked this time.")) {
            (true, _) => Answer::Free,
            (_, true) => Answer::Mine,
            _ => Answer::Others,
        };
        self.record(slot, Act::Look(self.number), answer, called);
        self.story.checks += 1;
        Ok((answer, page.body))
    }

    /// Finds out whether a booking of which nobody knows was made.
    fn adopt_booking(&mut self, slot: &str, claim: Claim) -> Result<()> {
        let (Answer::Mine, page) = self.look_at_slot(slot)? else { return Ok(()) };
        let to = page.split("href=\"").filter_map(|rest| rest.split('"').next()).find_map(appointment_in);
        let page = to.context("a time that is booked does not lead to its appointment")?.to_owned();
        self.booked = Some(Held { key: slot.to_owned(), claim, page });
        Ok(())
    }

    fn cancel(&mut self) -> Result<()> {
        let Some(Held { key, claim, page }) = self.booked.take() else { return Ok(()) };
        let act = format!("{page}/cancel");
        let form = look(&mut self.line, self.gate, &act)?;
        let request = self.line.post(&act, &with_hidden(&form.body, &act, &[("reason", "I am well again")]));
        let called = self.gate.now();
        let to = self.send(&request, |_| true)?;
        ensure!(to == page, "a cancelling led to {to}");
        self.record(&key, Act::Release(claim), Answer::Done, called);
        for told in &mut self.told {
            if matches!(told, Acknowledged::Booking { page: booked } if *booked == page) {
                *told = Acknowledged::Cancelling { page: page.clone() };
            }
        }
        self.note_told(Acknowledged::Cancelling { page })
    }

    /// Chooses a medicine; whether it can be ordered. Where it cannot, one order of it waits already.
    fn choose_medicine(&mut self, key: &str, plan: &str) -> Result<bool> {
        let called = self.gate.now();
        let page = look(&mut self.line, self.gate, ORDER)?;
        let is_free = boxes(&page.body, "medicines").iter().any(|one| one == plan);
        let answer = if is_free { Answer::Free } else { Answer::Mine };
        self.record(key, Act::Look(self.number), answer, called);
        self.story.checks += 1;
        if is_free {
            let request = self.line.post(ORDER, &with_hidden(&page.body, ORDER, &[("medicines", plan)]));
            let chosen = self.line.persist(self.gate, &request)?;
            ensure!(chosen.to == CHECK, "the choice of a medicine led to {:?} with status {}", chosen.to, chosen.status);
        }
        Ok(is_free)
    }

    /// The form that sends the order of what was chosen, with an id of its own.
    fn order_form(&mut self, plan: &str) -> Result<Vec<u8>> {
        let page = look(&mut self.line, self.gate, CHECK)?;
        let reason = format!("reason_{plan}");
        let more = [("note", ""), ("dispenser", "none"), (reason.as_str(), "I take it every day")];
        let fields = with_hidden(&page.body, CHECK, &more);
        ensure!(fields.contains(&("medicines", plan)), "the order that is checked is not of what was chosen");
        Ok(self.line.post(CHECK, &fields))
    }

    fn order(&mut self) -> Result<()> {
        let at = usize::try_from(self.dice.below(u64::try_from(self.plans.len())?))?;
        let plan = self.plans[at].clone();
        let key = format!("{} of {}", plan, self.number);
        if !self.choose_medicine(&key, &plan)? {
            return Ok(());
        }
        self.orders += 1;
        let form = self.order_form(&plan)?;
        match self.dice.below(3) {
            0 => self.order_twice_at_once(&key, &plan, &form),
            1 => {
                let (claim, called) = (self.claim(), self.gate.now());
                match self.send_once(&form)? {
                    Some(page) => self.order_answered(&key, claim, called, page.to),
                    None => {
                        self.record(&key, Act::Claim(claim), Answer::Unknown, called);
                        self.adopt_order(&key, &plan, claim)
                    }
                }
            }
            _ => {
                let (claim, called) = (self.claim(), self.gate.now());
                let to = self.send(&form, |to| id_after(to, ORDERS).is_some())?;
                self.order_answered(&key, claim, called, to)
            }
        }
    }

    fn order_answered(&mut self, key: &str, claim: Claim, called: u64, to: String) -> Result<()> {
        if id_after(&to, ORDERS).is_none() {
            ensure!(to == ORDER || to == CHECK, "an order led to {to}");
            self.record(key, Act::Claim(claim), Answer::Refused, called);
            return Ok(());
        }
        self.record(key, Act::Claim(claim), Answer::Done, called);
        self.ordered = Some(Held { key: key.to_owned(), claim, page: to.clone() });
        self.note_told(Acknowledged::Order { page: to })
    }

    /// Sends two orders of one medicine, each with an id of its own, over two connections at once: one of them at most is taken.
    fn order_twice_at_once(&mut self, key: &str, plan: &str, first: &[u8]) -> Result<()> {
        let second = self.order_form(plan)?;
        let (one, other) = (self.claim(), self.claim());
        let (mut another, gate) = (self.line.another(), self.gate);
        let called = gate.now();
        let line = &mut self.line;
        let (mine, theirs) = thread::scope(|scope| {
            let beside = scope.spawn(|| another.persist(gate, &second).map(|page| (page, gate.now())));
            let mine = line.persist(gate, first).map(|page| (page, gate.now()));
            (mine, beside.join().unwrap_or_else(|_| Err(anyhow!("a connection's thread failed"))))
        });
        let mut taken = None;
        for (claim, sent) in [(one, mine), (other, theirs)] {
            let (page, ended) = sent?;
            let is_taken = page.status == 303 && id_after(&page.to, ORDERS).is_some();
            let answer = if is_taken { Answer::Done } else { Answer::Refused };
            let op = Op { act: Act::Claim(claim), answer, called, ended: Some(ended) };
            self.story.registers.entry(key.to_owned()).or_default().push(op);
            if is_taken {
                ensure!(taken.is_none(), "two orders of one medicine wait at once");
                taken = Some(Held { key: key.to_owned(), claim, page: page.to });
            }
        }
        let held = taken.context("of two orders of one medicine that nobody had ordered neither was taken")?;
        let page = held.page.clone();
        self.ordered = Some(held);
        self.note_told(Acknowledged::Order { page })
    }

    /// Finds out whether an order of which nobody knows was sent.
    fn adopt_order(&mut self, key: &str, plan: &str, claim: Claim) -> Result<()> {
        if self.choose_medicine(key, plan)? {
            return Ok(());
        }
        let list = look(&mut self.line, self.gate, ORDERS)?;
        let known: BTreeSet<&String> = self.told.iter().filter_map(Acknowledged::order).chain(&self.before.orders).collect();
        for page in links(&list.body, ORDERS) {
            if !known.contains(&page) && look(&mut self.line, self.gate, &page)?.says(STANDS[0]) {
                self.ordered = Some(Held { key: key.to_owned(), claim, page });
                return Ok(());
            }
        }
        bail!("a medicine cannot be ordered, and there is no order of it")
    }

    fn take_back(&mut self) -> Result<()> {
        let Some(Held { key, claim, page }) = self.ordered.take() else { return Ok(()) };
        let form = look(&mut self.line, self.gate, &page)?;
        let act = format!("{page}/cancel");
        ensure!(form.says(&format!("action=\"{act}\"")), "{page} waits and cannot be taken back");
        let request = self.line.post(&act, &with_hidden(&form.body, &act, &[]));
        let called = self.gate.now();
        // Sent again it leads to the same page.
        let to = self.send(&request, |_| true)?;
        ensure!(to == page, "taking an order back led to {to}");
        self.record(&key, Act::Release(claim), Answer::Done, called);
        for told in &mut self.told {
            if matches!(told, Acknowledged::Order { page: ordered } if *ordered == page) {
                *told = Acknowledged::TakingBack { page: page.clone() };
            }
        }
        self.note_told(Acknowledged::TakingBack { page })
    }

    /// Looks at everything that was acknowledged from this one on.
    fn look_again(&mut self, from: usize) -> Result<()> {
        let last_choice = self.told.iter().rposition(|one| matches!(one, Acknowledged::Choice { .. }));
        let notes = match self.told[from..].iter().any(|one| matches!(one, Acknowledged::Note { .. })) {
            true => look(&mut self.line, self.gate, NOTES)?.body,
            false => String::new(),
        };
        for at in from..self.told.len() {
            let told = self.told[at].clone();
            let (line, gate) = (&mut self.line, self.gate);
            let is_there = match &told {
                Acknowledged::Reading { page, number } => look(line, gate, page)?.says(&format!("{number}%")),
                Acknowledged::Note { title } => notes.matches(title.as_str()).count() == 1,
                // What was chosen later holds.
                Acknowledged::Choice { .. } if Some(at) != last_choice => true,
                Acknowledged::Choice { counted } => look(line, gate, SHARING)?.says(said(*counted)),
                Acknowledged::Booking { page } => !look(line, gate, page)?.says("This is cancelled."),
                Acknowledged::Cancelling { page } => look(line, gate, page)?.says("This is cancelled."),
                Acknowledged::Order { page } => look(line, gate, page)?.says(STANDS[0]),
                Acknowledged::TakingBack { page } => look(line, gate, page)?.says(STANDS[4]),
            };
            ensure!(is_there, "person {}: {} was acknowledged and is not there", self.number, told.words());
            self.story.checks += 1;
        }
        Ok(())
    }

    /// Counts what there is in all: nothing more than was asked for, and no half of anything.
    fn count(&mut self) -> Result<()> {
        let told = |is: fn(&Acknowledged) -> bool| self.told.iter().filter(|one| is(one)).count();
        let wanted = [
            ("readings", self.before.readings + told(|one| matches!(one, Acknowledged::Reading { .. }))),
            ("receipts", self.before.receipts + told(|one| matches!(one, Acknowledged::Choice { .. }))),
            ("notes", self.before.notes + told(|one| matches!(one, Acknowledged::Note { .. }))),
        ];
        let (line, gate) = (&mut self.line, self.gate);
        let found = [
            readings(line, gate)?.len(),
            look(line, gate, RECEIPTS)?.body.matches("What we told you").count(),
            links(&look(line, gate, NOTES)?.body, NOTES).len(),
        ];
        for ((what, wanted), found) in wanted.into_iter().zip(found) {
            ensure!(wanted == found, "person {}: there are {found} {what} and there must be {wanted}", self.number);
            self.story.checks += 1;
        }
        for page in links(&look(line, gate, ORDERS)?.body, ORDERS) {
            let order = look(line, gate, &page)?;
            ensure!(STANDS.iter().any(|stands| order.says(stands)), "{page} is half an order: it holds no medicine");
            self.story.checks += 1;
        }
        for slot in self.slots.clone() {
            self.look_at_slot(&slot)?;
        }
        Ok(())
    }
}

impl Acknowledged {
    const fn order(&self) -> Option<&String> {
        match self {
            Self::Order { page } | Self::TakingBack { page } => Some(page),
            _ => None,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Reading { page, number } => format!("the reading {number}% of {page}"),
            Self::Note { title } => format!("the note \"{title}\", once"),
            Self::Choice { counted } => format!("the choice \"{}\"", said(*counted)),
            Self::Booking { page } => format!("the appointment {page}"),
            Self::Cancelling { page } => format!("the cancelling of {page}"),
            Self::Order { page } => format!("the order {page}"),
            Self::TakingBack { page } => format!("the taking back of {page}"),
        }
    }
}

/// What a page says of the choice about planning.
const fn said(counted: bool) -> &'static str {
    if counted { "Yes: you are counted" } else { "No: you are not counted" }
}

/// The request that sends a note with this title, with an id of its own.
pub fn note(line: &mut Line, gate: &Gate, title: &str) -> Result<Vec<u8>> {
    let form = look(line, gate, NOTE_FORM)?.body;
    note_of(line, &form, title)
}

/// The request that sends this form of a note.
pub fn note_of(line: &Line, form: &str, title: &str) -> Result<Vec<u8>> {
    let more = [("title", title), ("words", "I slept well"), ("who", "private")];
    let fields = with_hidden(form, NOTE_FORM, &more);
    ensure!(fields.iter().any(|(name, _)| *name == "submission"), "the form of a note has no one-time id");
    Ok(line.post(NOTE_FORM, &fields))
}

/// Whether each note with one of these titles is there, once.
pub fn has_notes(line: &mut Line, gate: &Gate, titles: &[String]) -> Result<()> {
    let list = look(line, gate, NOTES)?.body;
    let lost = titles.iter().find(|title| list.matches(title.as_str()).count() != 1);
    lost.map_or(Ok(()), |title| Err(anyhow!("the note \"{title}\" was acknowledged and is not there once")))
}

/// A page that must be there.
pub fn look(line: &mut Line, gate: &Gate, path: &str) -> Result<Page> {
    let page = line.persist(gate, &line.get(path))?;
    ensure!(page.status == 200, "{path} was answered with status {}", page.status);
    Ok(page)
}

fn field<'p>(page: &'p str, name: &str) -> Result<&'p str> {
    hidden(page, name).with_context(|| format!("a form has no {name}"))
}

/// The readings of the measure, through all pages of the list.
fn readings(line: &mut Line, gate: &Gate) -> Result<BTreeSet<String>> {
    let (mut found, mut next) = (BTreeSet::new(), Some(READINGS.to_owned()));
    while let Some(path) = next {
        let (page, before) = (look(line, gate, &path)?, found.len());
        found.extend(links(&page.body, READINGS));
        let hrefs = page.body.split("href=\"").filter_map(|rest| rest.split('"').next());
        let mut older = hrefs.map(|href| href.replace("&amp;", "&"));
        next = older.find(|href| href.starts_with(READINGS) && href.contains("after=")).filter(|_| found.len() > before);
    }
    Ok(found)
}

/// The addresses on a page that are an id below this one.
fn links(page: &str, below: &str) -> BTreeSet<String> {
    let all = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.filter_map(|href| id_after(href, below)).map(ToOwned::to_owned).collect()
}

/// The address of what has an id below this one, without what follows the id.
fn id_after<'p>(path: &'p str, below: &str) -> Option<&'p str> {
    let id = path.strip_prefix(below)?.strip_prefix('/')?.get(..36)?;
    let is_id = id.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    is_id.then(|| &path[..below.len() + 37])
}

/// The address of an appointment.
fn appointment_in(path: &str) -> Option<&str> {
    id_after(path, "/appointments").filter(|page| page.len() == path.len())
}

/// The values of the boxes of this name.
fn boxes(page: &str, name: &str) -> Vec<String> {
    let named = format!("name=\"{name}\" type=\"checkbox\" value=\"");
    page.split(&named).skip(1).filter_map(|rest| rest.split('"').next()).map(ToOwned::to_owned).collect()
}

/// The hidden fields of the form that is sent there, and these.
fn with_hidden<'p>(page: &'p str, action: &str, more: &[(&'p str, &'p str)]) -> Vec<(&'p str, &'p str)> {
    let form = page.split_once(&format!("action=\"{action}\"")).map_or("", |(_, rest)| rest);
    let form = form.split("</form>").next().unwrap_or_default();
    let hidden = form.split("<input").skip(1).filter_map(|input| {
        let input = input.split('>').next()?;
        let value = |name: &str| input.split_once(&format!("{name}=\""))?.1.split('"').next();
        (value("type")? == "hidden").then_some((value("name")?, value("value")?))
    });
    let mut fields: Vec<(&str, &str)> = hidden.filter(|(name, _)| more.iter().all(|(given, _)| given != name)).collect();
    fields.extend(more);
    fields
}

/// What a page says went wrong.
fn problem(page: &str) -> String {
    let summary = page.split_once("There is a problem").map_or("it says nothing of a problem", |(_, rest)| rest);
    summary
        .split('<')
        .filter_map(|part| part.split_once('>'))
        .map(|(_, text)| text.trim())
        .filter(|text| !text.is_empty())
        .take(2)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01900000-0000-7000-8000-0000000000ab";

    #[test]
    fn addresses_with_an_id_are_found_once_each() {
        let page = format!(
            "<a href=\"/medicines/orders/{ID}\">a</a><a href=\"/medicines/orders/{ID}#x\">b</a><a href=\"/medicines/orders\">c</a>"
        );
        assert_eq!(links(&page, ORDERS), BTreeSet::from([format!("{ORDERS}/{ID}")]));
        assert_eq!(id_after(&format!("{READINGS}/new"), READINGS), None);
        assert_eq!(id_after(&format!("{ORDERS}/{}", "x".repeat(36)), ORDERS), None);
        let page = format!("/appointments/{ID}");
        assert_eq!(appointment_in(&page), Some(page.as_str()));
        assert_eq!(appointment_in(&format!("/appointments/{ID}/cancel")), None);
        assert_eq!(appointment_in(&format!("/appointments/slots/{ID}")), None);
    }

    #[test]
    fn a_form_is_read_with_its_hidden_fields_and_no_other_form() {
        let page = "<form action=\"/a\"><input type=\"hidden\" name=\"x\" value=\"0\"></form><form method=\"post\" action=\"/b\">\
                    <input type=\"hidden\" name=\"submission\" value=\"7\"><input type=\"hidden\" name=\"slot\" value=\"9\">\
                    <input class=\"c\" name=\"flag\" type=\"radio\" value=\"pain\"></form><form action=\"/c\">\
                    <input type=\"hidden\" name=\"y\" value=\"1\"></form>";
        assert_eq!(with_hidden(page, "/b", &[("flag", "none")]), [("submission", "7"), ("slot", "9"), ("flag", "none")]);
        assert_eq!(with_hidden(page, "/b", &[("slot", "1")]), [("submission", "7"), ("slot", "1")]);
    }

    #[test]
    fn the_boxes_of_a_list_are_read() {
        let page = "<input class=\"c\" id=\"medicines\" name=\"medicines\" type=\"checkbox\" value=\"a\">\
                    <input id=\"early\" name=\"early\" type=\"checkbox\" value=\"b\">";
        assert_eq!(boxes(page, "medicines"), ["a"]);
    }

    #[test]
    fn the_same_seed_throws_the_same() {
        let throws = |seed| {
            let mut dice = Dice::new(seed);
            [(); 5].map(|()| dice.below(6))
        };
        assert_eq!(throws(7), throws(7));
        assert_ne!([throws(1), throws(2)].concat(), [throws(3), throws(4)].concat());
    }

    #[test]
    fn what_went_wrong_is_said_in_the_words_of_the_page() {
        assert_eq!(problem("<h2>There is a problem</h2><ul><li><a href=\"#x\">Choose another</a></li></ul>"), "Choose another");
    }
}
