//! The diary of doses: noting, taking back, counting a week, and who sees it.

use crate::medicines::reminding::{date, hide};
use crate::medicines::town::{Citizen, at, day, not_found, refused};
use crate::medicines::world::{METFORMIN, RAMIPRIL, World};
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::medicine::{DoseState, EndReason, MedicineRef, Tally};
use domain::person::Demographics;
use domain::relationship::{LegalBasis, Reason};
use domain::scope::Scopes;
use domain::{DoseReminderId, NhsNumber, PersonId};
use service::{
    ApplyForm, CarerDecision, CarerTerms, DoseDiary, DoseForm, DoseSeen, NotedBy, OwnMedicineForm, ReminderForm, ServiceError,
};
use store::reminding::{self, NewReminder};
use testkit::Place;

impl World {
    /// Notes what became of a dose of hers.
    pub async fn note(&self, by: &Actor, id: DoseReminderId, due: &str, act: &str) -> Result<(), ServiceError> {
        let form = DoseForm { reminder: id.to_string(), due_at: due.to_owned(), act: act.to_owned(), note: String::new() };
        self.town.services.medicines.note_dose(by, self.edna.person, &form).await
    }

    async fn today(&self, by: &Actor) -> Vec<DoseSeen> {
        self.town.services.medicines.doses_of_day(by, self.edna.person, None).await.unwrap().doses
    }

    async fn diary(&self, by: &Actor) -> DoseDiary {
        self.town.services.medicines.dose_diary(by, self.edna.person, None).await.unwrap()
    }

    async fn share(&self, with: &str) {
        self.town.services.medicines.share_diary(&self.edna.actor, self.edna.person, with).await.unwrap();
    }
}

/// Somebody whom the practice looks after and who has no account, and a carer whom the practice let act for them.
async fn cared_for(world: &World) -> (PersonId, Citizen) {
    let number = NhsNumber::parse("999 000 0018").unwrap();
    let who = Demographics {
        nhs_number: Some(number),
        family_name: "Frail".to_owned(),
        given_names: vec!["Flora".to_owned()],
        prefix: None,
        birth_date: Some(day("1935-05-03")),
        gender: None,
        deceased: false,
    };
    let services = &world.town.services;
    let person = services.people.create(&Actor::Operator, who).await.unwrap();
    services.people.register(&Actor::Operator, person, world.town.practice).await.unwrap();
    let carer = world.town.citizen("Nell").await;
    let form = ApplyForm {
        nhs_number: "9990000018".to_owned(),
        birth_date: date("3/5/1935"),
        family_name: "Frail".to_owned(),
        relation: "daughter".to_owned(),
        legal_basis: LegalBasis::LastingPowerOfAttorney.code().to_owned(),
        evidence: String::new(),
        scopes: Scopes::all().to_string(),
        reason: "I look after my mother".to_owned(),
        submission: services.core.new_id().to_string(),
    };
    services.carers.apply(&carer.actor, &form).await.unwrap();
    let asked = services.carers.of_person(&Actor::Operator, person).await.unwrap().remove(0);
    let terms = CarerTerms { scopes: Scopes::all(), labels: "general".parse().unwrap(), ends_on: None, review_on: None };
    let decision = CarerDecision::Activate(terms);
    services.carers.decide(&world.town.clinician, person, asked.id, asked.version, decision).await.unwrap();
    world.town.mail().await;
    (person, carer)
}

testkit::both_engines! {
    async fn a_dose_is_noted_once_and_a_mistake_is_taken_back(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        let id = world.remind_of(RAMIPRIL, "noon, 8pm").await;
        assert_eq!(world.today(me).await.iter().map(|dose| dose.state).collect::<Vec<_>>(), [DoseState::Coming; 2]);
        world.set("2026-11-03T12:05:00Z");
        let (noon, evening) = ("2026-11-03T12:00:00Z", "2026-11-03T20:00:00Z");
        assert_eq!(world.today(me).await[0].state, DoseState::Due);
        let before = world.events().await;
        world.note(me, id, noon, "taken").await.unwrap();
        world.note(me, id, noon, "taken").await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::DoseNoted, Basis::Own)));
        let dose = &world.today(me).await[0];
        assert_eq!((dose.state, dose.noted), (DoseState::Taken, Some((NotedBy::You, at("2026-11-03T12:05:00Z")))));
        // Another answer does not take the place of the first unseen.
        refused(world.note(me, id, noon, "skipped").await, "", "noted already that this dose was taken");
        let before = world.events().await;
        world.note(me, id, noon, "undo").await.unwrap();
        world.note(me, id, noon, "undo").await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::DoseNoted, Basis::Own)));
        let form = DoseForm {
            reminder: id.to_string(),
            due_at: noon.to_owned(),
            act: "skipped".to_owned(),
            note: " I felt \n sick ".to_owned(),
        };
        world.town.services.medicines.note_dose(me, world.edna.person, &form).await.unwrap();
        let dose = &world.today(me).await[0];
        assert_eq!((dose.state, dose.note.as_str()), (DoseState::Skipped, "I felt sick"));
        refused(world.note(me, id, noon, "taken").await, "", "was not taken");
        refused(world.note(me, id, evening, "taken").await, "", "too early");
        refused(world.note(me, id, noon, "eaten").await, "act", "Choose");
        let long = DoseForm { note: "x".repeat(201), ..form.clone() };
        refused(world.town.services.medicines.note_dose(me, world.edna.person, &long).await, "note", "200");
        world.set("2026-11-17T12:00:01Z");
        refused(world.note(me, id, noon, "undo").await, "", "too late");
        world.town.verify().await;
    }

    async fn a_dose_that_is_not_there_cannot_be_noted(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        let id = world.remind_of(RAMIPRIL, "8am, noon").await;
        world.set("2026-11-03T12:05:00Z");
        // Before it was set up, at no time of it, of no reminder, and of nobody's.
        for due in ["2026-11-03T08:00:00Z", "2026-11-03T12:00:01Z", "soon", ""] {
            not_found(world.note(me, id, due, "taken").await);
        }
        let none = DoseReminderId::from_uuid(world.town.services.core.new_id());
        not_found(world.note(me, none, "2026-11-03T12:00:00Z", "taken").await);
        let stranger = world.town.citizen("Stone").await;
        let form = DoseForm {
            reminder: id.to_string(),
            due_at: "2026-11-03T12:00:00Z".to_owned(),
            act: "taken".to_owned(),
            note: String::new(),
        };
        let medicines = &world.town.services.medicines;
        not_found(medicines.note_dose(&stranger.actor, world.edna.person, &form).await);
        not_found(medicines.note_dose(&stranger.actor, stranger.person, &form).await);
        not_found(medicines.note_dose(&world.town.clinician, world.edna.person, &form).await);
        not_found(medicines.doses_of_day(&stranger.actor, world.edna.person, None).await);
        not_found(medicines.dose_diary(&world.town.clinician, world.edna.person, None).await);
        not_found(medicines.dose_diary_for_team(&stranger.actor, world.edna.person, None).await);
        not_found(medicines.dose_diary_for_team(&world.edna.actor, world.edna.person, None).await);
        not_found(medicines.dose_diary_for_team(&world.town.stranger, world.edna.person, None).await);
    }

    async fn a_week_counts_every_dose_and_silence_is_not_a_miss(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        // Since the Monday before it was set up.
        let form = ReminderForm { from: date("2/11/2026"), ..world.reminder(RAMIPRIL, "8am, 8pm").await };
        world.add(me, &form).await.unwrap();
        let id = world.reminders(me).await[0].id;
        for due in ["2026-11-02T08:00:00Z", "2026-11-02T20:00:00Z", "2026-11-03T08:00:00Z"] {
            world.note(me, id, due, "taken").await.unwrap();
        }
        world.set("2026-11-05T08:30:00Z");
        world.note(me, id, "2026-11-04T08:00:00Z", "skipped").await.unwrap();
        let before = world.events().await;
        let diary = world.diary(me).await;
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)));
        assert_eq!(diary.tally, Tally { taken: 3, skipped: 1, not_recorded: 2, due: 1, coming: 7 });
        assert_eq!((diary.week, diary.is_this_week, diary.tally.until_now()), (day("2026-11-02"), true, 7));
        world.set("2026-11-11T08:30:00Z");
        let last = world.town.services.medicines.dose_diary(me, world.edna.person, Some(day("2026-11-08"))).await.unwrap();
        assert_eq!((last.week, last.is_this_week, last.tally.coming, last.tally.not_recorded), (day("2026-11-02"), false, 0, 10));
        let ahead = world.town.services.medicines.dose_diary(me, world.edna.person, Some(day("2027-11-08"))).await.unwrap();
        assert_eq!(ahead.week, day("2026-11-09"));
    }

    async fn a_change_keeps_what_was_and_asks_for_nothing_twice(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let id = world.remind_of(RAMIPRIL, "noon, 8pm").await;
        world.set("2026-11-03T18:30:00Z");
        // Both are noted, the second before its time.
        world.note(me, id, "2026-11-03T12:00:00Z", "taken").await.unwrap();
        world.note(me, id, "2026-11-03T20:00:00Z", "taken").await.unwrap();
        let form = world.reminder(RAMIPRIL, "8pm, 9pm").await;
        medicines.change_reminder(me, person, id, &form).await.unwrap();
        let seen: Vec<_> = world.today(me).await.iter().map(|dose| (dose.due_at, dose.state)).collect();
        let at_hour = |hour: &str| at(&format!("2026-11-03T{hour}:00:00Z"));
        assert_eq!(
            seen,
            [
                (at_hour("12"), DoseState::Taken),
                (at_hour("20"), DoseState::Taken),
                (at_hour("21"), DoseState::Coming)
            ]
        );
        assert_eq!(world.run("2026-11-03T20:00:00Z").await, (0, 0));
        assert_eq!(world.run("2026-11-03T21:00:00Z").await, (1, 0));
        let new = world.reminders(me).await[0].id;
        medicines.end_reminder(me, person, new).await.unwrap();
        assert_eq!(world.today(me).await.len(), 3, "what was due stays");
        world.set("2026-11-04T21:00:00Z");
        assert!(world.today(me).await.is_empty());
    }

    async fn an_early_answer_takes_no_other_dose_with_it(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let at_hour = |hour: &str| at(&format!("2026-11-03T{hour}:00:00Z"));
        let seen = async || -> Vec<_> { world.today(me).await.iter().map(|dose| (dose.due_at, dose.state)).collect() };
        let id = world.remind_of(RAMIPRIL, "noon, 8pm").await;
        world.set("2026-11-03T18:30:00Z");
        world.note(me, id, "2026-11-03T20:00:00Z", "taken").await.unwrap();
        let form = world.reminder(RAMIPRIL, "7pm, 8pm, 9pm").await;
        medicines.change_reminder(me, person, id, &form).await.unwrap();
        let noon = (at_hour("12"), DoseState::NotRecorded);
        let (taken, nine) = ((at_hour("20"), DoseState::Taken), (at_hour("21"), DoseState::Coming));
        assert_eq!(seen().await, [noon, (at_hour("19"), DoseState::Coming), taken, nine]);
        assert_eq!(world.run("2026-11-03T19:00:00Z").await, (1, 0));
        // To times without that dose: it was taken all the same, and the mistake can be put right.
        let id = world.reminders(me).await[0].id;
        let form = world.reminder(RAMIPRIL, "9pm").await;
        medicines.change_reminder(me, person, id, &form).await.unwrap();
        assert_eq!(seen().await, [noon, (at_hour("19"), DoseState::Due), taken, nine]);
        assert_eq!(world.run("2026-11-03T20:00:00Z").await, (0, 0));
        assert_eq!(world.diary(me).await.tally.taken, 1);
        world.note(me, id, "2026-11-03T20:00:00Z", "undo").await.unwrap();
        assert_eq!(seen().await.len(), 3);
        not_found(world.note(me, id, "2026-11-03T20:00:00Z", "taken").await);
        // One that is ended before its time asks for nothing between.
        let new = world.reminders(me).await[0].id;
        let other = world.remind_of(METFORMIN, "9:10pm, 9:30pm").await;
        world.note(me, other, "2026-11-03T21:30:00Z", "taken").await.unwrap();
        for id in [new, other] {
            medicines.end_reminder(me, person, id).await.unwrap();
        }
        assert_eq!(seen().await.last(), Some(&(at("2026-11-03T21:30:00Z"), DoseState::Taken)));
        assert_eq!(seen().await.len(), 3);
    }

    async fn an_old_week_and_an_old_reminder_stay_whatever_was_set_up_since(place: &Place) {
        let world = World::at(place).await;
        let (me, person, account) = (&world.edna.actor, world.edna.person, world.edna.actor.account().unwrap());
        let id = world.remind_of(RAMIPRIL, "noon").await;
        world.set("2026-11-11T08:30:00Z");
        let medicine = MedicineRef::Entry(world.plan(METFORMIN).await);
        let table = world.reminders(me).await.remove(0).table;
        let store = world.town.services.core.store();
        let done = store.write(move |tx| {
            Box::pin(async move {
                let now = at("2026-11-11T08:30:00Z");
                for of in 1..=501_u128 {
                    let (id, submission) = (DoseReminderId::from_uuid(uuid::Uuid::from_u128(of)), uuid::Uuid::from_u128(of));
                    let new = NewReminder {
                        person,
                        id,
                        submission,
                        medicine,
                        name: "Other".to_owned(),
                        table: table.clone(),
                        by_mail: false,
                        by_text: false,
                        at_night: false,
                        starts_at: now,
                        created_by: account,
                    };
                    reminding::add(tx, &new, None, now).await?;
                    reminding::end(tx, person, id, now + chrono::TimeDelta::hours(6), EndReason::Changed).await?;
                }
                Ok::<(), ServiceError>(())
            })
        });
        done.await.unwrap();
        let week = world.town.services.medicines.dose_diary(me, person, Some(day("2026-11-03"))).await.unwrap();
        assert_eq!(week.tally.not_recorded, 6);
        assert_eq!(world.reminders(me).await.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
    }

    async fn who_loses_their_second_step_loses_no_choice(place: &Place) {
        let world = World::at(place).await;
        let (carer, _) = world.carer("Ann", "RECRD PRESCR").await;
        world.remind_of(RAMIPRIL, "noon").await;
        world.set("2026-11-03T12:05:00Z");
        let account = world.edna.actor.account().unwrap();
        world.town.services.accounts.reset_second_steps(&Actor::Operator, account).await.unwrap();
        assert!(!world.diary(&carer.actor).await.open);
    }

    async fn a_carer_neither_rings_her_phone_nor_silences_her_unheard(place: &Place) {
        let world = World::at(place).await;
        let (carer, _) = world.carer("Ann", "RECRD PRESCR").await;
        let medicine = MedicineRef::Entry(world.plan(RAMIPRIL).await).code();
        let form = ReminderForm {
            medicine,
            name: "Blood pressure".to_owned(),
            times: "11pm".to_owned(),
            days: "mon tue wed thu fri sat sun".to_owned(),
            from: ["3".to_owned(), "11".to_owned(), "2026".to_owned()],
            how: "mail".to_owned(),
            at_night: "yes".to_owned(),
            submission: world.town.services.core.new_id().to_string(),
            ..ReminderForm::default()
        };
        let medicines = &world.town.services.medicines;
        world.town.mail().await;
        refused(medicines.add_reminder(&carer.actor, world.edna.person, &form).await, "at_night", "Only the person");
        let form = ReminderForm { at_night: "no".to_owned(), ..form };
        medicines.add_reminder(&carer.actor, world.edna.person, &form).await.unwrap();
        let mail = world.town.mail().await;
        assert_eq!(mail.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [world.edna.email.as_str()]);
        assert!(mail[0].body.contains("has changed how you are reminded"));
    }

    async fn a_carer_neither_rings_her_phone_nor_silences_what_she_can_order(place: &Place) {
        let world = World::at(place).await;
        let (carer, _) = world.carer("Ann", "RECRD PRESCR").await;
        world.town.give_number(&world.edna, "07700 900111").await;
        let choose = async |by: &Actor, how: &str| world.town.services.medicines.choose_order_reminders(by, world.edna.person, how).await;
        world.town.mail().await;
        refused(choose(&carer.actor, "text").await, "order_how", "Only the person");
        assert!(world.town.mail().await.is_empty());
        choose(&world.edna.actor, "mail text").await.unwrap();
        assert!(world.town.mail().await.is_empty(), "what she does herself she knows");
        for how in ["text", ""] {
            choose(&carer.actor, how).await.unwrap();
            assert_eq!(world.town.told("has changed how you are reminded").await, [world.edna.email.as_str()], "{how}");
        }
        refused(choose(&carer.actor, "mail text").await, "order_how", "Only the person");
    }

    async fn a_carer_moves_nothing_of_hers_into_the_night(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let (carer, _) = world.carer("Ann", "RECRD PRESCR").await;
        world.town.give_number(&world.edna, "07700 900111").await;
        let text = ReminderForm { how: "text".to_owned(), ..world.reminder(RAMIPRIL, "1pm").await };
        let night = world.reminder(METFORMIN, "10:30pm, 1pm").await;
        let night = ReminderForm { days: "mon tue".to_owned(), at_night: "yes".to_owned(), ..night };
        let mut ids = Vec::new();
        for form in [&text, &night] {
            world.add(me, form).await.unwrap();
            ids.push(world.reminders(me).await.iter().find(|one| one.name == form.name).unwrap().id);
        }
        let change = async |id: DoseReminderId, form: &ReminderForm| {
            let form = ReminderForm { submission: world.town.services.core.new_id().to_string(), ..form.clone() };
            medicines.change_reminder(&carer.actor, person, id, &form).await
        };
        let at_3am = |form: &ReminderForm| ReminderForm { times: "3am".to_owned(), at_night: "yes".to_owned(), ..form.clone() };
        for (id, form) in [(ids[0], at_3am(&text)), (ids[1], at_3am(&night)), (ids[1], ReminderForm { days: text.days.clone(), ..night.clone() })] {
            refused(change(id, &form).await, "at_night", "Only the person");
        }
        // What she chose herself stays as it is, and goes to another hour of the day.
        change(ids[0], &ReminderForm { times: "2pm".to_owned(), ..text }).await.unwrap();
        change(ids[1], &ReminderForm { times: "10:30pm, 9am".to_owned(), days: "tue".to_owned(), ..night }).await.unwrap();
    }

    async fn carers_see_and_note_what_she_shares(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        let (carer, relationship) = world.carer("Ann", "RECRD PRESCR").await;
        let (first, second) = (world.remind_of(RAMIPRIL, "noon").await, world.remind_of(METFORMIN, "noon").await);
        world.set("2026-11-03T12:05:00Z");
        let noon = "2026-11-03T12:00:00Z";
        let closed = world.town.services.medicines.doses_of_day(&carer.actor, world.edna.person, None).await.unwrap();
        assert!(!closed.open && closed.doses.is_empty());
        assert!(!world.diary(&carer.actor).await.open);
        not_found(world.note(&carer.actor, first, noon, "taken").await);
        not_found(world.town.services.medicines.share_diary(&carer.actor, world.edna.person, "carers").await);
        refused(world.town.services.medicines.share_diary(me, world.edna.person, "all").await, "share", "Choose");
        let before = world.events().await;
        world.share("carers").await;
        world.share("carers").await;
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::SharingChanged, Basis::Own)));
        world.note(&carer.actor, first, noon, "taken").await.unwrap();
        assert_eq!(world.last().await, (Action::DoseNoted, Basis::Carer));
        // Whoever comes second sees what the first noted.
        assert_eq!(world.today(me).await.iter().find(|dose| dose.reminder == first).unwrap().noted.unwrap().0, NotedBy::Carer);
        refused(world.note(me, first, noon, "skipped").await, "", "was taken");
        world.note(me, second, noon, "taken").await.unwrap();
        let theirs = world.today(&carer.actor).await;
        let by: Vec<_> = theirs.iter().map(|dose| dose.noted.unwrap().0).collect();
        assert!(by.contains(&NotedBy::Person) && by.contains(&NotedBy::You) && theirs.len() == 2);
        // What is hidden from them is in no diary of theirs.
        hide(&world, METFORMIN, relationship).await;
        assert_eq!(world.diary(&carer.actor).await.doses.iter().filter(|dose| dose.name == METFORMIN).count(), 0);
        not_found(world.note(&carer.actor, second, noon, "undo").await);
        world.share("nobody").await;
        assert!(!world.diary(&carer.actor).await.open);
    }

    async fn the_care_team_sees_it_only_where_she_shares_it_with_them(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        let id = world.remind_of(RAMIPRIL, "noon").await;
        world.set("2026-11-03T12:05:00Z");
        world.note(me, id, "2026-11-03T12:00:00Z", "taken").await.unwrap();
        let look = async || {
            let before = world.events().await;
            let diary = world.town.services.medicines.dose_diary_for_team(&world.town.clinician, world.edna.person, None).await;
            assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::CareTeam)));
            diary.unwrap()
        };
        assert!(!look().await.open);
        world.share("carers").await;
        let diary = look().await;
        assert!(!diary.open && diary.doses.is_empty() && diary.share.is_none());
        world.share("team").await;
        let diary = look().await;
        assert_eq!((diary.open, diary.tally.taken, diary.share), (true, 1, None));
        assert_eq!(diary.doses[0].noted.unwrap().0, NotedBy::Person);
        not_found(world.town.services.medicines.dose_diary_for_team(&world.town.stranger, world.edna.person, None).await);
    }

    async fn a_carer_keeps_it_for_somebody_without_an_account(place: &Place) {
        let world = World::at(place).await;
        let (person, carer) = cared_for(&world).await;
        let medicines = &world.town.services.medicines;
        let form = OwnMedicineForm {
            name: "Iron".to_owned(),
            submission: world.town.services.core.new_id().to_string(),
            ..OwnMedicineForm::default()
        };
        medicines.add_own(&carer.actor, person, &form).await.unwrap();
        let own = medicines.list(&carer.actor, person).await.unwrap().medicines[0].own.unwrap();
        let form = ReminderForm { medicine: MedicineRef::Own(own).code(), name: "Iron".to_owned(), ..world.reminder(RAMIPRIL, "noon").await };
        let text = ReminderForm { how: "text".to_owned(), ..form.clone() };
        refused(medicines.add_reminder(&carer.actor, person, &text).await, "how", "mobile number");
        medicines.add_reminder(&carer.actor, person, &form).await.unwrap();
        assert_eq!(world.run("2026-11-03T12:00:00Z").await, (1, 0));
        assert_eq!(world.reminded().await, [carer.email.as_str()]);
        let today = medicines.doses_of_day(&carer.actor, person, None).await.unwrap();
        assert!(today.open && today.doses.len() == 1);
        // Once they may not act any more, nothing goes to them.
        let services = &world.town.services;
        let held = services.carers.of_person(&Actor::Operator, person).await.unwrap().remove(0);
        services.carers.decide(&world.town.clinician, person, held.id, held.version, CarerDecision::End { reason: Reason::Other, text: Some("It is over".to_owned()) }).await.unwrap();
        world.town.mail().await;
        assert_eq!(world.run("2026-11-04T12:00:00Z").await, (0, 0));
    }
}
