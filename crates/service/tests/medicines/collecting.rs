//! Telling people what is ready: as they chose, by day, once and once more, and not of what is collected, cancelled or hidden.

use crate::medicines::reminding::hide;
use crate::medicines::town::{Citizen, not_found, refused};
use crate::medicines::tracking::{NUMBER, OTHER, Tracing, item, prescription, task};
use crate::medicines::world::{RAMIPRIL, SALBUTAMOL};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::medicine::DispenseStatus::{self, *};
use service::{DecideForm, PrescriptionsAsked, Tracked};
use testkit::Place;

/// What the first mail says among other things, and the second.
const NEW: &str = "There is something new in Selfheal";
const STILL: &str = "Something of which we told you still waits";

impl Tracing {
    /// It is told now that an item of a prescription stands there.
    async fn stands(&self, item: &str, status: DispenseStatus) {
        self.push(&[task(NUMBER, item, status, self.now())]).await.unwrap();
    }

    /// How many are reminded once more at this moment.
    async fn run(&self, now: &str) -> u64 {
        self.world.set(now);
        self.services.prescriptions.run_collect_reminders(&Actor::System).await.unwrap()
    }

    /// To whom mail went, and how many of them are reminders.
    async fn mail(&self) -> (Vec<String>, usize) {
        let mail = self.world.town.mail().await;
        let (new, still) = (|body: &str| body.contains(NEW), |body: &str| body.contains(STILL));
        assert!(mail.iter().all(|mail| new(&mail.body) || still(&mail.body)), "{mail:?}");
        let count = mail.iter().filter(|mail| still(&mail.body)).count();
        (mail.into_iter().map(|mail| mail.to).collect(), count)
    }

    async fn choose(&self, by: &Actor, how: &str) {
        self.services.medicines.choose_collect_reminders(by, self.world.edna.person, how).await.unwrap();
    }

    /// She has no account any more, and whoever acts for her goes on.
    async fn unlink(&self) {
        let account = self.world.edna.actor.account().unwrap();
        self.services.accounts.reset_second_steps(&Actor::Operator, account).await.unwrap();
        self.world.town.mail().await;
    }

    /// She has it again.
    async fn link(&self) {
        let account = self.world.edna.actor.account().unwrap();
        self.services.linking.link_in_person(&Actor::Operator, account, self.world.edna.person).await.unwrap();
        self.world.town.mail().await;
    }
}

testkit::both_engines! {
    async fn it_is_told_once_and_once_more_where_it_still_waits(place: &Place) {
        let tracing = Tracing::at(place).await;
        let me = tracing.world.edna.email.clone();
        tracing.world.set("2026-11-04T10:00:00Z");
        for _ in 0..3 {
            tracing.push(&[task(NUMBER, "i1", ReadyToCollect, tracing.now()), task(NUMBER, "i2", ReadyToCollectPartial, tracing.now())]).await.unwrap();
        }
        assert_eq!(tracing.mail().await, (vec![me.clone()], 0));
        assert_eq!(tracing.run("2026-11-07T09:59:59Z").await, 0);
        // Two are one message; several servers send one.
        tracing.world.set("2026-11-07T10:00:00Z");
        let runs: Vec<_> = (0..4)
            .map(|_| {
                let prescriptions = tracing.services.prescriptions.clone();
                tokio::spawn(async move { prescriptions.run_collect_reminders(&Actor::System).await.unwrap() })
            })
            .collect();
        let mut sent = 0;
        for run in runs {
            sent += run.await.unwrap();
        }
        assert_eq!((sent, tracing.mail().await), (1, (vec![me.clone()], 1)));
        for later in ["2026-11-07T10:01:00Z", "2026-11-10T10:00:00Z", "2026-11-17T10:00:00Z"] {
            tracing.stands("i1", ReadyToCollect).await;
            assert_eq!((tracing.run(later).await, tracing.mail().await.0.len()), (0, 0), "{later}");
        }
        // The rest of what was ready in part is news, and begins anew.
        tracing.stands("i2", ReadyToCollect).await;
        assert_eq!(tracing.mail().await, (vec![me.clone()], 0));
        assert_eq!((tracing.run("2026-11-20T10:00:00Z").await, tracing.mail().await), (1, (vec![me], 1)));
        not_found(tracing.services.prescriptions.run_collect_reminders(&tracing.world.edna.actor).await);
        tracing.world.town.verify().await;
    }

    async fn nobody_is_reminded_of_what_was_collected_or_cancelled_or_too_long_ago(place: &Place) {
        let tracing = Tracing::at(place).await;
        tracing.world.set("2026-11-04T10:00:00Z");
        let all = ["i1", "i2", "i3", "i4", "i5"];
        for item in all {
            tracing.stands(item, ReadyToCollect).await;
        }
        assert_eq!(tracing.mail().await.0.len(), 5);
        tracing.world.set("2026-11-05T10:00:00Z");
        for (item, status) in all.into_iter().zip([Collected, Cancelled, NotDispensed, PreparingRemainder, Unavailable]) {
            tracing.stands(item, status).await;
        }
        assert_eq!(tracing.mail().await, (vec![tracing.world.edna.email.clone()], 0), "that it is not given is told");
        // Nobody can tell just now: what is known counts.
        assert_eq!((tracing.run("2026-11-07T10:00:00Z").await, tracing.mail().await.1), (1, 1));
        // Told and collected in one go.
        tracing.push(&[task(OTHER, "j1", ReadyToCollect, tracing.ago(2)), task(OTHER, "j1", Collected, tracing.ago(1))]).await.unwrap();
        assert!(tracing.mail().await.0.is_empty());
        // The server was down for long.
        tracing.stands("i6", ReadyToCollect).await;
        tracing.mail().await;
        assert_eq!(tracing.run("2026-11-17T10:00:00Z").await, 0);
    }

    async fn at_night_it_waits_and_is_taken_back_where_it_is_so_no_more(place: &Place) {
        let tracing = Tracing::at(place).await;
        let me = vec![tracing.world.edna.email.clone()];
        tracing.world.town.give_number(&tracing.world.edna, "07700 900111").await;
        tracing.choose(&tracing.world.edna.actor, "mail text").await;
        tracing.world.town.mail().await;
        tracing.world.set("2026-11-04T22:00:00Z");
        let both = ["i1", "i2"].map(|item| task(NUMBER, item, ReadyToCollect, tracing.now()));
        tracing.push(&both).await.unwrap();
        tracing.stands("i3", ReadyToCollect).await;
        assert!(tracing.mail().await.0.is_empty() && tracing.world.town.texts().await.is_empty());
        tracing.world.set("2026-11-04T23:00:00Z");
        tracing.stands("i1", Collected).await;
        tracing.stands("i3", WithPharmacy).await;
        // What was about another one too stays; the other goes.
        assert_eq!(tracing.services.outbox.waiting().await.unwrap(), 2);
        // It was never told, so it is news again.
        tracing.world.set("2026-11-05T05:00:00Z");
        tracing.stands("i3", ReadyToCollect).await;
        assert_eq!(tracing.services.outbox.waiting().await.unwrap(), 4);
        tracing.stands("i2", Collected).await;
        assert_eq!(tracing.services.outbox.waiting().await.unwrap(), 2);
        tracing.world.set("2026-11-05T07:00:00Z");
        assert_eq!((tracing.mail().await, tracing.world.town.texts().await.len()), ((me.clone(), 0), 1));
        // Once it has gone it was told, whatever comes between.
        for status in [WithPharmacy, ReadyToCollect] {
            tracing.world.town.advance(TimeDelta::minutes(1));
            tracing.stands("i3", status).await;
        }
        assert!(tracing.mail().await.0.is_empty());
        // The second one keeps to the day by itself.
        assert_eq!(tracing.run("2026-11-08T06:59:59Z").await, 0);
        assert_eq!(tracing.run("2026-11-08T07:00:00Z").await, 2);
        let texts = tracing.world.town.texts().await;
        assert_eq!((tracing.mail().await, texts.len()), ((me, 1), 1));
        let url = &tracing.services.core.settings().public_url;
        assert_eq!(texts[0].body, format!("{STILL}. Sign in to Selfheal to see it: {url}/news"));
    }

    async fn two_that_prove_to_be_one_are_told_and_taken_back_as_one(place: &Place) {
        let tracing = Tracing::at(place).await;
        tracing.world.set("2026-11-04T23:00:00Z");
        let told = async |number: Option<&str>, status, hours| {
            let one = item(number, RAMIPRIL, "101", &[(status, tracing.ago(hours))]);
            tracing.told(tracing.now(), prescription(NUMBER, None, vec![one])).await;
        };
        told(None, ReadyToCollect, 1).await;
        tracing.push(&[task(NUMBER, "i1", WithPharmacy, tracing.ago(3))]).await.unwrap();
        assert_eq!(tracing.services.outbox.waiting().await.unwrap(), 1);
        told(Some("i1"), Approved, 4).await;
        tracing.stands("i1", ReadyToCollect).await;
        assert_eq!(tracing.services.outbox.waiting().await.unwrap(), 1, "it was told already");
        tracing.world.town.advance(TimeDelta::minutes(1));
        tracing.stands("i1", Collected).await;
        assert_eq!(tracing.services.outbox.waiting().await.unwrap(), 0);
        assert_eq!(tracing.run("2026-11-07T23:59:00Z").await, 0);
        assert_eq!(tracing.run("2026-11-08T08:00:00Z").await, 0);
    }

    async fn it_goes_as_they_chose_and_off_is_off(place: &Place) {
        let tracing = Tracing::at(place).await;
        let (town, edna) = (&tracing.world.town, &tracing.world.edna);
        let went = async |item: &str| {
            tracing.stands(item, ReadyToCollect).await;
            (town.mail().await.len(), town.texts().await.len())
        };
        let (carer, _) = tracing.world.carer("Ann", "PRESCR").await;
        let medicines = &tracing.services.medicines;
        refused(medicines.choose_collect_reminders(&edna.actor, edna.person, "text").await, "collect_how", "mobile number");
        refused(medicines.choose_collect_reminders(&edna.actor, edna.person, "pigeon").await, "collect_how", "Choose");
        let before = tracing.world.events().await;
        tracing.choose(&edna.actor, "mail").await;
        assert_eq!(tracing.world.events().await, before, "it is so already");
        town.give_number(edna, "07700 900111").await;
        town.mail().await;
        for (item, how, expected) in [("i1", "mail text", (1, 1)), ("i2", "text", (0, 1)), ("i3", "", (0, 0))] {
            tracing.choose(&edna.actor, how).await;
            assert_eq!(went(item).await, expected, "{how}");
        }
        let seen = medicines.dose_reminders(&edna.actor, edna.person).await.unwrap();
        assert!(!seen.collect_by_mail && !seen.collect_by_text && !seen.order_by_mail);
        // That it is not given is no reminder; nor does off come back by itself.
        tracing.stands("i4", NotDispensed).await;
        assert_eq!(town.mail().await.len(), 1);
        town.advance(TimeDelta::days(3));
        assert_eq!(tracing.services.prescriptions.run_collect_reminders(&Actor::System).await.unwrap(), 0);
        // A carer rings her phone no more than with any reminder, and is not unheard.
        refused(medicines.choose_collect_reminders(&carer.actor, edna.person, "text").await, "collect_how", "Only the person");
        tracing.choose(&carer.actor, "mail").await;
        assert_eq!(town.told("has changed how you are reminded").await, [edna.email.as_str()]);
        // What waits when it is put off is taken back.
        tracing.world.set("2026-11-09T23:00:00Z");
        tracing.stands("i5", ReadyToCollect).await;
        tracing.stands("i6", NotDispensed).await;
        tracing.choose(&edna.actor, "").await;
        assert_eq!(tracing.services.outbox.waiting().await.unwrap(), 1);
        // Without a number it comes by mail to who chose text messages.
        tracing.world.set("2026-11-10T12:00:00Z");
        tracing.choose(&edna.actor, "text").await;
        town.services.mobiles.remove(&edna.actor, &town.session()).await.unwrap();
        town.mail().await;
        assert_eq!(went("i7").await, (1, 0));
    }

    async fn without_an_account_whoever_ordered_or_else_may_is_told_of_what_they_see(place: &Place) {
        let tracing = Tracing::at(place).await;
        let world = &tracing.world;
        let (ann, with_ann) = world.carer("Ann", "PRESCR").await;
        let (bob, with_bob) = world.carer("Bob", "PRESCR").await;
        world.carer("Books", "APPT").await;
        let order = world.order(&ann.actor, &[RAMIPRIL]).await;
        let form = DecideForm { prescription: NUMBER.to_owned(), ..world.decision(order, &[RAMIPRIL], "approve", "").await };
        tracing.services.medicines.decide(&world.town.clinician, order, &form).await.unwrap();
        tracing.unlink().await;
        // It is asked about all the same, because somebody ordered.
        tracing.fake.will(Some(Ok(Tracked::default())));
        assert_eq!(tracing.refresh().await, PrescriptionsAsked { answered: 1, failed: 0, changed: 0 });
        let mailed = async || {
            let mut to = tracing.mail().await.0;
            to.sort();
            to
        };
        let emails = |who: &[&Citizen]| who.iter().map(|one| one.email.clone()).collect::<Vec<_>>();
        let ready = |number: &str, name: &str, code: &str| prescription(number, None, vec![item(Some("k1"), name, code, &[(ReadyToCollect, tracing.now())])]);
        world.set("2026-11-04T10:00:00Z");
        tracing.told(tracing.now(), ready(NUMBER, RAMIPRIL, "101")).await;
        assert_eq!(mailed().await, emails(&[&ann]), "who ordered it");
        tracing.told(tracing.now(), ready(OTHER, SALBUTAMOL, "102")).await;
        assert_eq!(mailed().await, emails(&[&ann, &bob]), "nobody ordered it here");
        // What was hidden from them meanwhile they hear nothing of.
        tracing.link().await;
        hide(world, RAMIPRIL, with_ann).await;
        hide(world, SALBUTAMOL, with_bob).await;
        tracing.unlink().await;
        assert_eq!(tracing.run("2026-11-07T10:00:00Z").await, 2);
        assert_eq!(mailed().await, emails(&[&ann, &bob]), "each of what they see");
        // Nor of what waits when it is hidden.
        tracing.world.set("2026-11-07T23:00:00Z");
        let next = |number: &str, name: &str, code: &str| prescription(number, None, vec![item(Some("k2"), name, code, &[(ReadyToCollect, tracing.now())])]);
        tracing.told(tracing.now(), next("566946-B86044-FEFEFN", SALBUTAMOL, "102")).await;
        assert_eq!(tracing.services.outbox.waiting().await.unwrap(), 1);
        tracing.services.linking.link_in_person(&Actor::Operator, world.edna.actor.account().unwrap(), world.edna.person).await.unwrap();
        let waiting = tracing.services.outbox.waiting().await.unwrap();
        hide(world, SALBUTAMOL, with_ann).await;
        assert_eq!(tracing.services.outbox.waiting().await.unwrap(), waiting - 1);
        // Who may not act any more hears nothing.
        world.town.mail().await;
        tracing.services.carers.end(&world.edna.actor, world.edna.person, with_bob).await.unwrap();
        tracing.unlink().await;
        world.set("2026-11-08T10:00:00Z");
        tracing.told(tracing.now(), next(NUMBER, "Something else", "")).await;
        assert_eq!(mailed().await, [""; 0]);
        world.town.verify().await;
    }
}
