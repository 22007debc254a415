//! Reminders to take medicines: set up, changed and ended, sent once, at their time and not after they no longer apply.

use crate::medicines::town::{at, fields, not_found, problems, refused};
use crate::medicines::world::{AMLODIPINE, ATENOLOL, FUROSEMIDE, METFORMIN, RAMIPRIL, WORDS, World, repeat};
use domain::DoseReminderId;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::medicine::{EndReason, MedicineRef};
use domain::person::Demographics;
use serde_json::json;
use service::{HiddenFrom, MedicineRemindersDone, OwnMedicineForm, ReminderForm, ReminderSeen, ServiceError};
use testkit::Place;

/// What a reminder by mail says among other things.
pub const SAYS: &str = "You asked us to remind you at this time";

pub fn date(text: &str) -> [String; 3] {
    if text.is_empty() {
        return <[String; 3]>::default();
    }
    let mut parts = text.split('/').map(ToOwned::to_owned);
    std::array::from_fn(|_| parts.next().unwrap())
}

impl World {
    /// A form for a reminder of this medicine from 3 November on, by mail.
    pub async fn reminder(&self, name: &str, times: &str) -> ReminderForm {
        ReminderForm {
            medicine: MedicineRef::Entry(self.plan(name).await).code(),
            name: name.to_owned(),
            times: times.to_owned(),
            days: "mon tue wed thu fri sat sun".to_owned(),
            from: date("3/11/2026"),
            how: "mail".to_owned(),
            submission: self.town.services.core.new_id().to_string(),
            ..ReminderForm::default()
        }
    }

    pub async fn add(&self, by: &Actor, form: &ReminderForm) -> Result<(), ServiceError> {
        self.town.services.medicines.add_reminder(by, self.edna.person, form).await
    }

    /// Her reminders, as somebody sees them.
    pub async fn reminders(&self, by: &Actor) -> Vec<ReminderSeen> {
        self.town.services.medicines.dose_reminders(by, self.edna.person).await.unwrap().reminders
    }

    /// Sets one up that she gets by mail.
    pub async fn remind_of(&self, name: &str, times: &str) -> DoseReminderId {
        let form = self.reminder(name, times).await;
        self.add(&self.edna.actor, &form).await.unwrap();
        self.reminders(&self.edna.actor).await.iter().find(|one| one.name == name && one.ended.is_none()).unwrap().id
    }

    /// What is done at this moment; the fields are how many messages, and how many reminders that ended.
    pub async fn run(&self, now: &str) -> (u64, u64) {
        self.set(now);
        let done = self.town.services.medicines.run_dose_reminders(&Actor::System).await.unwrap();
        (done.reminded, done.ended)
    }

    /// To whom reminders went by mail since any mail was asked for.
    pub async fn reminded(&self) -> Vec<String> {
        self.town.told(SAYS).await
    }
}

async fn demographics(world: &World, deceased: bool) {
    let who = Demographics {
        nhs_number: None,
        family_name: "Hughes".to_owned(),
        given_names: vec!["Edna".to_owned()],
        prefix: None,
        birth_date: None,
        gender: None,
        deceased,
    };
    let person = world.edna.person;
    let done = world.town.services.core.store().write(move |tx| {
        Box::pin(async move { store::person_write::update(tx, person, &who, at("2026-11-03T10:40:00Z")).await })
    });
    assert!(done.await.unwrap());
}

pub async fn hide(world: &World, name: &str, from: domain::RelationshipId) {
    let edna = &world.edna;
    for source in world.one(&edna.actor, name).await.sources {
        let hidings = &world.town.services.hidings;
        hidings.hide_entry(&edna.actor, edna.person, source.entry, HiddenFrom::Relationship(from)).await.unwrap();
    }
}

testkit::both_engines! {
    async fn one_is_set_up_once_changed_once_and_ended_once(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let form = ReminderForm { name: " My  heart pill ".to_owned(), ..world.reminder(RAMIPRIL, "8pm, 8am").await };
        let before = world.events().await;
        world.add(me, &form).await.unwrap();
        world.add(me, &form).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReminderChanged, Basis::Own)));
        let all = world.reminders(me).await;
        assert_eq!((all.len(), all[0].name.as_str(), all[0].times()), (1, "My heart pill", vec!["8am".to_owned(), "8pm".to_owned()]));
        let id = all[0].id;
        let form = ReminderForm { times: "9am".to_owned(), submission: world.town.services.core.new_id().to_string(), ..form };
        let before = world.events().await;
        medicines.change_reminder(me, person, id, &form).await.unwrap();
        medicines.change_reminder(me, person, id, &form).await.unwrap();
        assert_eq!(world.events().await, before + 1);
        let all = world.reminders(me).await;
        assert_eq!((all.len(), all[0].times()), (1, vec!["9am".to_owned()]));
        // Somebody else has changed it since.
        let late = ReminderForm { submission: world.town.services.core.new_id().to_string(), ..form };
        refused(medicines.change_reminder(me, person, id, &late).await, "", "has just changed");
        let before = world.events().await;
        medicines.end_reminder(me, person, all[0].id).await.unwrap();
        medicines.end_reminder(me, person, all[0].id).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReminderChanged, Basis::Own)));
        assert!(world.reminders(me).await.is_empty());
        assert_eq!(world.run("2026-11-04T09:00:00Z").await, (0, 0));
        world.town.verify().await;
    }

    async fn what_cannot_be_done_is_said_beside_its_field(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        let good = world.reminder(RAMIPRIL, "8am").await;
        let empty = ReminderForm { medicine: good.medicine.clone(), submission: good.submission.clone(), ..ReminderForm::default() };
        assert_eq!(fields(world.add(me, &empty).await), ["name", "times", "days", "from"]);
        let with = async |change: &dyn Fn(&mut ReminderForm)| {
            let mut form = good.clone();
            change(&mut form);
            world.add(me, &form).await
        };
        refused(with(&|form| form.times = "8am, soon".to_owned()).await, "times", "\u{201c}soon\u{201d}");
        refused(with(&|form| form.from = date("26/10/2026")).await, "from", "7 days ago");
        refused(with(&|form| form.from = date("3/12/2027")).await, "from", "a year ahead");
        refused(with(&|form| form.until = date("2/11/2026")).await, "until", "before the first");
        refused(with(&|form| form.how = "pigeon".to_owned()).await, "how", "Choose how");
        refused(with(&|form| form.how = "mail text".to_owned()).await, "how", "mobile number");
        refused(with(&|form| form.times = "10:30pm, 8am".to_owned()).await, "at_night", "10:30pm is at night");
        refused(with(&|form| form.submission = "x".to_owned()).await, "", "not whole");
        // Without a message nobody is woken, and nothing is asked.
        let quiet = ReminderForm { times: "10:30pm".to_owned(), how: String::new(), ..good.clone() };
        world.add(me, &quiet).await.unwrap();
        for (name, words) in [(FUROSEMIDE, "paused"), (ATENOLOL, "stopped")] {
            let form = world.reminder(name, "8am").await;
            refused(world.add(me, &form).await, "", words);
        }
        assert_eq!(problems(world.town.services.medicines.choose_order_reminders(me, world.edna.person, "text").await)[0].0, "order_how");
    }

    async fn what_is_somebody_elses_is_not_there(place: &Place) {
        let world = World::at(place).await;
        let (person, medicines) = (world.edna.person, &world.town.services.medicines);
        let id = world.remind_of(RAMIPRIL, "8am").await;
        let form = world.reminder(RAMIPRIL, "9am").await;
        let stranger = world.town.citizen("Stone").await;
        let (booker, _) = world.carer("Booker", "APPT").await;
        for other in [&stranger.actor, &booker.actor, &world.town.clinician, &world.town.reception] {
            not_found(medicines.dose_reminders(other, person).await);
            not_found(world.add(other, &form).await);
            not_found(medicines.change_reminder(other, person, id, &form).await);
            not_found(medicines.end_reminder(other, person, id).await);
            not_found(medicines.choose_order_reminders(other, person, "mail").await);
            not_found(medicines.share_diary(other, person, "carers").await);
        }
        // Her ids within another record.
        not_found(medicines.add_reminder(&stranger.actor, stranger.person, &form).await);
        not_found(medicines.change_reminder(&stranger.actor, stranger.person, id, &form).await);
        not_found(medicines.end_reminder(&stranger.actor, stranger.person, id).await);
        not_found(medicines.run_dose_reminders(&world.edna.actor).await);
        not_found(medicines.run_order_reminders(&world.town.manager).await);
        assert_eq!(world.reminders(&world.edna.actor).await.len(), 1);
    }

    async fn it_comes_at_its_time_once_and_says_nothing(place: &Place) {
        let world = World::at(place).await;
        world.remind_of(RAMIPRIL, "8am, 8pm").await;
        world.remind_of(METFORMIN, "8am").await;
        assert_eq!(world.run("2026-11-04T07:59:59Z").await, (0, 0));
        // Two medicines at one time are one message.
        assert_eq!(world.run("2026-11-04T08:00:00Z").await, (1, 0));
        assert_eq!(world.reminded().await, [world.edna.email.as_str()]);
        for minute in ["00:01", "01:00", "59:00"] {
            assert_eq!(world.run(&format!("2026-11-04T08:{minute}Z")).await, (0, 0));
        }
        assert_eq!(world.run("2026-11-04T20:00:30Z").await, (1, 0));
        let mail = world.town.mail().await;
        assert!(mail.len() == 1 && !mail[0].body.contains("pril") && !mail[0].body.contains("edicine"), "{mail:?}");
    }

    async fn two_servers_at_once_send_one(place: &Place) {
        let world = World::at(place).await;
        world.remind_of(RAMIPRIL, "8am").await;
        world.set("2026-11-04T08:00:00Z");
        let runs: Vec<_> = (0..4)
            .map(|_| {
                let medicines = world.town.services.medicines.clone();
                tokio::spawn(async move { medicines.run_dose_reminders(&Actor::System).await.unwrap() })
            })
            .collect();
        let mut total = MedicineRemindersDone::default();
        for run in runs {
            total += run.await.unwrap();
        }
        assert_eq!(total, MedicineRemindersDone { reminded: 1, ended: 0 });
        assert_eq!(world.reminded().await.len(), 1);
    }

    async fn what_is_late_by_an_hour_is_not_sent(place: &Place) {
        let world = World::at(place).await;
        world.remind_of(RAMIPRIL, "8am, 7pm").await;
        // The server was down.
        assert_eq!(world.run("2026-11-05T09:00:00Z").await, (0, 0));
        assert_eq!(world.run("2026-11-05T19:59:59Z").await, (1, 0));
        // Nor does what waited too long in the outbox go.
        world.set("2026-11-05T20:00:00Z");
        assert!(world.town.mail().await.is_empty());
    }

    async fn nobody_is_woken_who_did_not_choose_it(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        let held = ReminderForm { at_night: "no".to_owned(), ..world.reminder(RAMIPRIL, "6am, 10:30pm, 9am").await };
        world.add(me, &held).await.unwrap();
        let seen = &world.reminders(me).await[0];
        assert_eq!(seen.held_back(), ["6am", "10:30pm"]);
        assert_eq!(world.run("2026-11-03T22:30:00Z").await, (0, 0));
        assert_eq!(world.run("2026-11-04T06:00:00Z").await, (0, 0));
        assert_eq!(world.run("2026-11-04T07:00:00Z").await, (0, 0));
        assert_eq!(world.run("2026-11-04T09:00:00Z").await, (1, 0));
        world.town.mail().await;
        let woken = ReminderForm { at_night: "yes".to_owned(), ..world.reminder(METFORMIN, "10:30pm").await };
        world.add(me, &woken).await.unwrap();
        assert_eq!(world.run("2026-11-04T22:30:00Z").await, (1, 0));
        assert_eq!(world.reminded().await.len(), 1, "it goes at once");
        let today = world.town.services.medicines.doses_of_day(me, world.edna.person, None).await.unwrap();
        let held: Vec<bool> = today.doses.iter().map(|dose| dose.held_back).collect();
        assert_eq!(held, [true, false, false, true]);
    }

    async fn each_night_of_a_clock_change_has_one(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        world.set("2027-03-27T12:00:00Z");
        let form = ReminderForm { from: date("27/3/2027"), at_night: "yes".to_owned(), ..world.reminder(RAMIPRIL, "1:30am").await };
        world.add(me, &form).await.unwrap();
        // 1.30am is left out: 2am by the clocks of London.
        assert_eq!(world.run("2027-03-28T00:59:59Z").await, (0, 0));
        assert_eq!(world.run("2027-03-28T01:00:00Z").await, (1, 0));
        assert_eq!(world.run("2027-03-28T01:30:00Z").await, (0, 0));
        // It is there twice: once, at the first.
        assert_eq!(world.run("2027-10-30T12:00:00Z").await, (0, 0));
        assert_eq!(world.run("2027-10-31T00:30:00Z").await, (1, 0));
        assert_eq!(world.run("2027-10-31T01:30:00Z").await, (0, 0));
        assert_eq!(world.run("2027-11-01T01:30:00Z").await, (1, 0));
    }

    async fn what_the_record_says_is_stopped_or_paused_ends(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        world.remind_of(METFORMIN, "9am").await;
        world.remind_of(AMLODIPINE, "9am").await;
        world.remind_of(RAMIPRIL, "9am").await;
        let mut stopped = repeat("m3", METFORMIN, "103", "One tablet with breakfast");
        stopped["status"] = json!("stopped");
        let mut paused = repeat("m5", AMLODIPINE, "105", "One each morning");
        paused["status"] = json!("on-hold");
        world.take_in(world.town.practice, &[stopped, paused]).await;
        let before = world.events().await;
        assert_eq!(world.run("2026-11-04T09:00:00Z").await, (1, 2));
        assert_eq!(world.events().await, before + 2);
        let mail = world.town.mail().await;
        let told = |words: &str| mail.iter().filter(|one| one.body.contains(words)).count();
        assert_eq!((told(SAYS), told("A reminder that you set up in Selfheal has stopped"), mail.len()), (1, 1, 2));
        let ended: Vec<_> = world.reminders(me).await.into_iter().filter_map(|one| Some((one.name, one.ended?.1))).collect();
        assert_eq!(ended, [(AMLODIPINE.to_owned(), EndReason::Paused), (METFORMIN.to_owned(), EndReason::Stopped)]);
        assert_eq!(world.run("2026-11-05T09:00:00Z").await, (1, 0));
        // The dose at which it was found out is not asked for.
        let names: Vec<_> = {
            let diary = world.town.services.medicines.dose_diary(me, world.edna.person, None).await.unwrap();
            diary.doses.into_iter().filter(|dose| dose.due_at < at("2026-11-05T00:00:00Z")).map(|dose| dose.name).collect()
        };
        assert_eq!(names, [RAMIPRIL]);
    }

    async fn one_that_she_added_is_reminded_of_until_she_stops_it(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let form = OwnMedicineForm {
            name: "Iron".to_owned(),
            submission: world.town.services.core.new_id().to_string(),
            ..OwnMedicineForm::default()
        };
        medicines.add_own(me, person, &form).await.unwrap();
        let own = world.one(me, "Iron").await.own.unwrap();
        let form = ReminderForm { medicine: MedicineRef::Own(own).code(), name: "Iron".to_owned(), ..world.reminder(RAMIPRIL, "9am").await };
        world.add(me, &form).await.unwrap();
        assert_eq!(world.run("2026-11-04T09:00:00Z").await, (1, 0));
        medicines.stop_own(me, person, own).await.unwrap();
        assert_eq!(world.run("2026-11-05T09:00:00Z").await, (0, 1));
    }

    async fn nobody_is_reminded_of_what_ended_was_answered_or_of_the_dead(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let id = world.remind_of(RAMIPRIL, "9am").await;
        let other = world.remind_of(METFORMIN, "9am").await;
        assert_eq!(world.run("2026-11-04T09:00:00Z").await, (1, 0));
        // The mail waits and is about another one too.
        medicines.end_reminder(me, person, id).await.unwrap();
        let mut tx = world.town.services.core.store().read().await.unwrap();
        assert_eq!(store::outbox::waiting(&mut tx).await.unwrap(), 1);
        drop(tx);
        medicines.end_reminder(me, person, other).await.unwrap();
        assert!(world.town.mail().await.is_empty());
        world.set("2026-11-04T10:00:00Z");
        let form = ReminderForm { from: date("4/11/2026"), ..world.reminder(RAMIPRIL, "11am").await };
        world.add(me, &form).await.unwrap();
        let id = world.reminders(me).await.into_iter().find(|one| one.ended.is_none()).unwrap().id;
        world.note(me, id, "2026-11-04T11:00:00Z", "taken").await.unwrap();
        assert_eq!(world.run("2026-11-04T11:00:00Z").await, (0, 0));
        demographics(&world, true).await;
        assert_eq!(world.run("2026-11-05T11:00:00Z").await, (0, 0));
        let form = world.reminder(METFORMIN, "9am").await;
        let form = ReminderForm { from: date("5/11/2026"), ..form };
        refused(world.add(me, &form).await, "", "has died");
        demographics(&world, false).await;
        assert_eq!(world.run("2026-11-06T11:00:00Z").await, (1, 0));
    }

    async fn text_messages_go_to_her_own_number_and_nowhere_without_one(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        world.town.give_number(&world.edna, "07700 900111").await;
        let form = ReminderForm { how: "mail text".to_owned(), ..world.reminder(RAMIPRIL, "1pm").await };
        world.add(me, &form).await.unwrap();
        assert_eq!(world.run("2026-11-03T13:00:00Z").await, (2, 0));
        let texts = world.town.texts().await;
        assert_eq!(texts.len(), 1);
        let url = &world.town.services.core.settings().public_url;
        assert_eq!(texts[0].body, format!("{SAYS}. Sign in to Selfheal to see more: {url}/reminders"));
        world.town.mail().await;
        world.town.services.mobiles.remove(me, &world.town.session()).await.unwrap();
        world.town.mail().await;
        assert_eq!(world.run("2026-11-04T13:00:00Z").await, (1, 0));
        assert!(world.town.texts().await.is_empty());
    }

    async fn a_carer_reminds_for_somebody_as_far_as_they_see(place: &Place) {
        let world = World::at(place).await;
        let person = world.edna.person;
        let (carer, relationship) = world.carer("Ann", "RECRD PRESCR").await;
        let form = world.reminder(RAMIPRIL, "1pm").await;
        world.add(&carer.actor, &form).await.unwrap();
        assert_eq!(world.last().await, (Action::ReminderChanged, Basis::Carer));
        // She has an account: it goes to her.
        assert_eq!(world.run("2026-11-03T13:00:00Z").await, (1, 0));
        assert_eq!(world.reminded().await, [world.edna.email.as_str()]);
        let id = world.reminders(&carer.actor).await[0].id;
        hide(&world, RAMIPRIL, relationship).await;
        assert!(world.reminders(&carer.actor).await.is_empty());
        assert_eq!(world.reminders(&world.edna.actor).await.len(), 1);
        not_found(world.town.services.medicines.end_reminder(&carer.actor, person, id).await);
        let again = ReminderForm { submission: world.town.services.core.new_id().to_string(), ..form };
        not_found(world.town.services.medicines.change_reminder(&carer.actor, person, id, &again).await);
        not_found(world.add(&carer.actor, &again).await);
        assert_eq!(world.run("2026-11-04T13:00:00Z").await, (1, 0), "hers goes on");
    }

    async fn she_is_told_once_for_each_supply_that_she_can_order(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let run = async |now: &str| {
            world.set(now);
            medicines.run_order_reminders(&Actor::System).await.unwrap().reminded
        };
        assert_eq!(run("2026-11-03T12:00:00Z").await, 0, "nobody asked for it");
        let before = world.events().await;
        medicines.choose_order_reminders(me, person, "mail").await.unwrap();
        medicines.choose_order_reminders(me, person, "mail").await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReminderChanged, Basis::Own)));
        // Ramipril, of 8 October for 28 days, since 29 October.
        assert_eq!(run("2026-11-04T08:59:00Z").await, 0, "too early in the day");
        assert_eq!(run("2026-11-04T09:00:00Z").await, 1);
        assert_eq!(world.town.told("tell you when you can order something again").await, [world.edna.email.as_str()]);
        assert_eq!(run("2026-11-04T12:00:00Z").await, 0);
        assert_eq!(run("2026-11-14T12:00:00Z").await, 0);
        // Metformin, of 25 October, from 15 November on.
        assert_eq!(run("2026-11-15T18:00:00Z").await, 0, "too late in the day");
        assert_eq!(run("2026-11-16T10:00:00Z").await, 1);
        world.town.mail().await;
        assert_eq!(run("2026-11-17T10:00:00Z").await, 0);
        // What is given again runs out again.
        let order = world.order(me, &[RAMIPRIL, METFORMIN]).await;
        world.decide(&world.town.clinician, order, &[RAMIPRIL, METFORMIN], "approve", WORDS).await.unwrap();
        world.town.mail().await;
        assert_eq!(run("2026-12-07T10:00:00Z").await, 0);
        assert_eq!(run("2026-12-08T10:00:00Z").await, 1);
        assert_eq!(world.town.told("something again").await.len(), 1, "two medicines are one message");
        medicines.choose_order_reminders(me, person, "").await.unwrap();
        assert_eq!(run("2027-01-20T10:00:00Z").await, 0);
    }

    async fn two_servers_at_once_tell_once_what_can_be_ordered(place: &Place) {
        let world = World::at(place).await;
        world.town.services.medicines.choose_order_reminders(&world.edna.actor, world.edna.person, "mail").await.unwrap();
        let runs: Vec<_> = (0..4)
            .map(|_| {
                let medicines = world.town.services.medicines.clone();
                tokio::spawn(async move { medicines.run_order_reminders(&Actor::System).await.unwrap().reminded })
            })
            .collect();
        let mut total = 0;
        for run in runs {
            total += run.await.unwrap();
        }
        assert_eq!(total, 1);
    }
}
