//! Pharmacies: the operator's table, finding one, the person's own choice, and where an order goes.

use crate::medicines::town::{fields, not_found, problems, refused};
use crate::medicines::world::{METFORMIN, RAMIPRIL, SALBUTAMOL, World};
use domain::access::{Actor, Assurance};
use domain::audit::{Action, Basis};
use domain::pharmacy::{NominationSlot, OdsCode};
use service::{
    Closing, FindPharmacyForm, GoesTo, NominateForm, NominationsSeen, OrderForm, PharmaciesReport, ServiceError, WithdrawForm,
};
use std::io::Cursor;
use testkit::Place;

const HEAD: &str = "code,kind,name,address,town,postcode,phone,website,services,monday,tuesday,wednesday,thursday,friday,saturday,sunday,latitude,longitude\n";
/// By the clock: open from Monday to Friday; its postcode says where it is.
const BELL: &str = "FA001,community,Bell Pharmacy,1 High Street,Taunton,TA1 1AA,01823 000001,,delivery flu-vaccination,9:00-17:00,9:00-17:00,9:00-17:00,9:00-17:00,9:00-17:00,,,,\n";
/// About a mile from it, open at night too.
const OWL: &str = "FA002,community,Night Owl Pharmacy,Station Road,Taunton,TA1 1AB,01823 000002,,contraception,7am-11pm,7am-11pm,7am-11pm,7am-11pm,7am-11pm,7am-11pm,7am-11pm,51.0287,-3.1029\n";
/// About nine miles from it.
const LLOYD: &str = "FA003,community,Lloyd's Chemist,2 Quay,Bridgwater,TA6 3AA,,,flu-vaccination,,,,,,,,51.1279,-3.0036\n";
const POST: &str =
    "FA004,distance-selling,Postbox Pharmacy,Mill Estate,Taunton,TA1 1AA,,https://post.example,delivery,,,,,,,,51.0147,-3.1029\n";
const STOMA: &str = "FA005,appliance-contractor,Comfrey Appliances,Mill Estate,Taunton,TA1 1AA,,,,,,,,,,,51.0147,-3.1030\n";
const DOCTOR: &str = "FA006,dispensing-doctor,Hill Surgery,Hill,Taunton,TA1 1AA,,,,,,,,,,,51.0147,-3.1031\n";

fn table(lines: &[&str]) -> String {
    format!("{HEAD}{}", lines.concat())
}

fn all() -> String {
    table(&[BELL, OWL, LLOYD, POST, STOMA, DOCTOR])
}

fn code(text: &str) -> OdsCode {
    OdsCode::parse(text).unwrap()
}

impl World {
    async fn load(&self, file: &str) -> Result<PharmaciesReport, ServiceError> {
        self.town.services.pharmacies.load(&Actor::Operator, Cursor::new(file.as_bytes().to_vec()), Closing::Any).await
    }

    /// All others have closed.
    pub async fn close_all_but_bell(&self) {
        self.load(&table(&[BELL])).await.unwrap();
    }

    /// The same town with its pharmacies.
    pub async fn with_pharmacies(place: &Place) -> Self {
        let world = Box::pin(Self::at(place)).await;
        let postcodes = b"postcode,latitude,longitude\nTA1 1AA,51.0147,-3.1029\n".to_vec();
        world.town.services.postcodes.import(&Actor::Operator, Cursor::new(postcodes)).await.unwrap();
        world.load(&all()).await.unwrap();
        world
    }

    /// The names of what she finds, with the miles to each.
    async fn find(&self, form: FindPharmacyForm) -> Result<Vec<(String, Option<i64>)>, ServiceError> {
        let found = self.town.services.pharmacies.find(&self.edna.actor, self.edna.person, &form).await?;
        assert!(!found.more && found.page == 1);
        let miles = |miles: f64| format!("{miles:.0}").parse().unwrap();
        Ok(found.found.into_iter().map(|one| (one.name, one.miles.map(miles))).collect())
    }

    async fn nominations(&self, by: &Actor) -> NominationsSeen {
        self.town.services.pharmacies.nominations(by, self.edna.person).await.unwrap()
    }

    /// The names of those whom she has nominated.
    async fn nominated(&self) -> Vec<String> {
        self.nominations(&self.edna.actor).await.nominations.into_iter().map(|one| one.dispenser.name).collect()
    }

    /// The form of the page of this one as it stands now.
    async fn nominating(&self, of: &str) -> NominateForm {
        let page = self.town.services.pharmacies.one(&self.edna.actor, self.edna.person, &code(of)).await.unwrap();
        NominateForm {
            dispenser: of.to_owned(),
            version: page.version.to_string(),
            registered: String::new(),
            confirmed: "yes".to_owned(),
        }
    }

    async fn nominate(&self, of: &str) {
        let form = self.nominating(of).await;
        self.town.services.pharmacies.nominate(&self.edna.actor, self.edna.person, &form).await.unwrap();
    }

    /// Orders this, to go there; to whom it goes, as she sees it.
    async fn send_to(&self, name: &str, to: &str) -> Result<Option<GoesTo>, ServiceError> {
        let form = OrderForm { dispenser: to.to_owned(), ..self.form(&[name]).await };
        let order = self.town.services.medicines.order(&self.edna.actor, self.edna.person, &form).await?.orders[0];
        let seen = self.town.services.medicines.one_order(&self.edna.actor, self.edna.person, order).await.unwrap();
        assert_eq!(self.at_work(&self.town.reception, order).await.goes_to, seen.goes_to);
        let item = seen.items[0].id;
        self.town.services.medicines.cancel(&self.edna.actor, self.edna.person, item).await.unwrap();
        Ok(seen.goes_to)
    }
}

fn near(postcode: &str) -> FindPharmacyForm {
    FindPharmacyForm { postcode: postcode.to_owned(), ..FindPharmacyForm::default() }
}

fn words(words: &str) -> FindPharmacyForm {
    FindPharmacyForm { words: words.to_owned(), ..FindPharmacyForm::default() }
}

fn named(of: &[(&str, Option<i64>)]) -> Vec<(String, Option<i64>)> {
    of.iter().map(|(name, miles)| ((*name).to_owned(), *miles)).collect()
}

testkit::both_engines! {
    async fn a_table_is_taken_in_whole_or_not_at_all_and_whom_it_does_not_name_is_closed(place: &Place) {
        let world = World::at(place).await;
        assert_eq!(world.town.services.pharmacies.knows().await.unwrap(), (false, false));
        let report = world.load(&all()).await.unwrap();
        assert_eq!(report, PharmaciesReport { held: 6, changed: 6, closed: 0, nowhere: 1 });
        assert_eq!(world.load(&all()).await.unwrap(), PharmaciesReport { changed: 0, ..report });
        // Once postcodes are there it is known where that one is, and the same table still changes nothing.
        let postcodes = b"postcode,latitude,longitude\nTA1 1AA,51.0147,-3.1029\n".to_vec();
        world.town.services.postcodes.import(&Actor::Operator, Cursor::new(postcodes)).await.unwrap();
        assert_eq!(world.load(&all()).await.unwrap(), PharmaciesReport { changed: 0, nowhere: 0, ..report });
        assert_eq!(world.town.services.pharmacies.knows().await.unwrap(), (true, true));
        let moved = BELL.replace("1 High Street", "9 High Street");
        let wrong = format!("{}F,community\n", table(&[&moved]));
        assert_eq!(problems(world.load(&wrong).await), [
            ("file".to_owned(), "Line 3: code is not an ODS code such as FA123".to_owned()),
            ("file".to_owned(), "Nothing was taken in".to_owned()),
        ]);
        let bell = world.town.services.pharmacies.one(&world.edna.actor, world.edna.person, &code("FA001")).await.unwrap().dispenser;
        assert_eq!((bell.address.as_str(), bell.closed), ("1 High Street", false));
        let report = world.load(&table(&[&moved, POST])).await.unwrap();
        assert_eq!(report, PharmaciesReport { held: 2, changed: 1, closed: 4, nowhere: 0 });
        assert_eq!(world.find(words("owl")).await.unwrap(), []);
        assert_eq!(world.find(words("9 high")).await.unwrap(), named(&[("Bell Pharmacy", None)]));
        let owl = world.town.services.pharmacies.one(&world.edna.actor, world.edna.person, &code("FA002")).await.unwrap();
        assert!(owl.dispenser.closed);
        // Whom a later table names again is open again.
        assert_eq!(world.load(&all()).await.unwrap(), PharmaciesReport { held: 6, changed: 5, closed: 0, nowhere: 0 });
        for actor in [&world.edna.actor, &world.town.manager, &Actor::Nobody] {
            let file = Cursor::new(table(&[BELL]).into_bytes());
            assert!(world.town.services.pharmacies.load(actor, file, Closing::Any).await.is_err());
        }
        assert_eq!(world.find(words("owl")).await.unwrap().len(), 1);
        world.town.verify().await;
    }

    async fn one_is_found_near_somewhere_by_name_by_what_it_offers_and_by_when_it_is_open(place: &Place) {
        let world = World::with_pharmacies(place).await;
        let events = world.events().await;
        let by = |change: &dyn Fn(&mut FindPharmacyForm)| { let mut form = near("ta1"); change(&mut form); form };
        // Whoever sends is near nowhere.
        assert_eq!(world.find(near(" ta11aa ")).await.unwrap(), named(&[
            ("Bell Pharmacy", Some(0)), ("Comfrey Appliances", Some(0)), ("Hill Surgery", Some(0)), ("Night Owl Pharmacy", Some(1)),
            ("Lloyd's Chemist", Some(9)),
        ]));
        let community = by(&|form| form.kind = "community".to_owned());
        assert_eq!(world.find(community).await.unwrap().len(), 3);
        let online = by(&|form| form.kind = "distance-selling".to_owned());
        assert_eq!(world.find(online).await.unwrap(), named(&[("Postbox Pharmacy", None)]));
        let flu = by(&|form| form.services = "flu-vaccination delivery".to_owned());
        assert_eq!(world.find(flu).await.unwrap(), named(&[("Bell Pharmacy", Some(0))]));
        // It is Tuesday, 10:40.
        let now = by(&|form| form.open = "now".to_owned());
        assert_eq!(world.find(now.clone()).await.unwrap(), named(&[("Bell Pharmacy", Some(0)), ("Night Owl Pharmacy", Some(1))]));
        world.set("2026-11-03T17:00:00Z");
        assert_eq!(world.find(now).await.unwrap(), named(&[("Night Owl Pharmacy", Some(1))]));
        let sunday = by(&|form| form.open = "sun".to_owned());
        assert_eq!(world.find(sunday.clone()).await.unwrap(), named(&[("Night Owl Pharmacy", Some(1))]));
        let late = |time: &str| FindPharmacyForm { time: time.to_owned(), ..sunday.clone() };
        assert_eq!(world.find(late("10pm")).await.unwrap().len(), 1);
        assert_eq!(world.find(late("23:00")).await.unwrap(), []);
        // By words of the name, the street and the town, as they are typed.
        for (typed, names) in [
            ("LLOYDS", vec!["Lloyd's Chemist"]), ("lloyd\u{2019}s chem", vec!["Lloyd's Chemist"]), ("quay bridg", vec!["Lloyd's Chemist"]),
            ("pharmacy taunton", vec!["Bell Pharmacy", "Night Owl Pharmacy", "Postbox Pharmacy"]), ("ta1 1ab", vec!["Night Owl Pharmacy"]),
            ("boots", vec![]), ("ll%", vec!["Lloyd's Chemist"]), ("_ell", vec![]),
        ] {
            let found = world.find(words(typed)).await.unwrap();
            assert_eq!(found.into_iter().map(|(name, _)| name).collect::<Vec<_>>(), names, "{typed}");
        }
        let both = FindPharmacyForm { words: "bell".to_owned(), ..near("TA1 1AA") };
        assert_eq!(world.find(both).await.unwrap(), named(&[("Bell Pharmacy", Some(0))]));
        for (form, field) in [
            (FindPharmacyForm::default(), "postcode"), (near("nowhere"), "postcode"), (near("QQ1 1AA"), "postcode"), (words("!!"), "words"),
            (words(&"x".repeat(101)), "words"), (by(&|form| form.kind = "shop".to_owned()), "kind"),
            (by(&|form| form.services = "magic".to_owned()), "services"), (by(&|form| form.open = "tomorrow".to_owned()), "open"),
            (by(&|form| { form.open = "mon".to_owned(); form.time = "25:00".to_owned(); }), "time"),
        ] {
            assert_eq!(fields(world.find(form.clone()).await), [field], "{form:?}");
        }
        // Nothing was read of her.
        assert_eq!(world.events().await, events);
    }

    async fn a_file_that_would_close_many_is_taken_for_one_that_was_cut_off(place: &Place) {
        let world = World::at(place).await;
        let lines: Vec<String> = (0..10).map(|at| format!("FC{at:03},community,Shop {at},,Taunton,TA1 1AA,,,,,,,,,,,,\n")).collect();
        let some = |count: usize| table(&lines.iter().take(count).map(String::as_str).collect::<Vec<_>>());
        let load = async |count: usize, closing| {
            let file = Cursor::new(some(count).into_bytes());
            world.town.services.pharmacies.load(&Actor::Operator, file, closing).await
        };
        load(10, Closing::Few).await.unwrap();
        refused(load(7, Closing::Few).await, "file", "does not name 3 of 10 that are open");
        assert_eq!(world.find(words("shop")).await.unwrap().len(), 10, "nothing was taken in");
        assert_eq!(load(8, Closing::Few).await.unwrap().closed, 2);
        assert_eq!(load(2, Closing::Any).await.unwrap().closed, 6);
        assert_eq!(world.find(words("shop")).await.unwrap().len(), 2);
    }

    async fn many_are_shown_a_page_at_a_time_each_once(place: &Place) {
        let world = World::with_pharmacies(place).await;
        let lines: Vec<String> = (0..25)
            .map(|at| format!("FB{at:03},community,Shop {at:02},,Taunton,TA1 1AA,,,,,,,,,,,51.{:04},-3.1029\n", 300 + at))
            .collect();
        world.load(&table(&lines.iter().map(String::as_str).collect::<Vec<_>>())).await.unwrap();
        let page = async |number: &str| {
            let form = FindPharmacyForm { page: number.to_owned(), ..near("TA1 1AA") };
            world.town.services.pharmacies.find(&world.edna.actor, world.edna.person, &form).await.unwrap()
        };
        let mut names = Vec::new();
        for (number, count, more) in [("", 10, true), ("2", 10, true), ("3", 5, false), ("4", 0, false)] {
            let found = page(number).await;
            assert_eq!((found.found.len(), found.more), (count, more), "{number}");
            names.extend(found.found.into_iter().map(|one| one.name));
        }
        let expected: Vec<String> = (0..25).map(|at| format!("Shop {at:02}")).collect();
        assert_eq!(names, expected);
        assert_eq!((page("999999").await.page, page("-1").await.page), (10, 1));
    }

    async fn the_person_chooses_changes_and_takes_back_each_once(place: &Place) {
        let world = World::with_pharmacies(place).await;
        let (me, person, pharmacies) = (&world.edna.actor, world.edna.person, &world.town.services.pharmacies);
        let seen = world.nominations(me).await;
        assert_eq!((seen.nominations.len(), seen.may_change), (0, true));
        let form = world.nominating("FA001").await;
        let unsure = NominateForm { confirmed: String::new(), ..form.clone() };
        refused(pharmacies.nominate(me, person, &unsure).await, "confirmed", "Tick the box");
        for version in ["", "x", "-1", "1"] {
            let wrong = NominateForm { version: version.to_owned(), ..form.clone() };
            assert_eq!(fields(pharmacies.nominate(me, person, &wrong).await), [""]);
        }
        for nobody in ["FA999", "", "../x"] {
            not_found(pharmacies.nominate(me, person, &NominateForm { dispenser: nobody.to_owned(), ..form.clone() }).await);
        }
        assert!(world.nominated().await.is_empty() && world.told().await.is_empty());
        let before = world.events().await;
        for _ in 0..2 {
            pharmacies.nominate(me, person, &form).await.unwrap();
        }
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::NominationChanged, Basis::Own)));
        let mail = world.town.mail().await;
        assert_eq!(mail.iter().map(|one| one.to.as_str()).collect::<Vec<_>>(), [world.edna.email.as_str()]);
        assert!(!mail[0].body.contains("Bell") && !mail[0].body.to_lowercase().contains("prescription"), "{}", mail[0].body);
        assert_eq!(world.nominated().await, ["Bell Pharmacy"]);
        assert_eq!(world.last().await, (Action::Read, Basis::Own));
        // Another window that was opened before that.
        let owl = NominateForm { dispenser: "FA002".to_owned(), ..form.clone() };
        refused(pharmacies.nominate(me, person, &owl).await, "", "has changed since you opened that page");
        let page = pharmacies.one(me, person, &code("FA002")).await.unwrap();
        assert_eq!((page.nominated, page.version, page.instead_of.map(|one| one.name)), (false, 1, Some("Bell Pharmacy".to_owned())));
        world.nominate("FA002").await;
        assert_eq!((world.nominated().await, world.told().await.len()), (vec!["Night Owl Pharmacy".to_owned()], 1));
        // One that sends takes the same place, once she has registered there.
        let post = world.nominating("FA004").await;
        refused(pharmacies.nominate(me, person, &post).await, "registered", "Register with them first");
        let both = NominateForm { confirmed: String::new(), ..post.clone() };
        assert_eq!(fields(pharmacies.nominate(me, person, &both).await), ["registered", "confirmed"]);
        pharmacies.nominate(me, person, &NominateForm { registered: "yes".to_owned(), ..post }).await.unwrap();
        for of in ["FA005", "FA006"] {
            world.nominate(of).await;
        }
        assert_eq!(world.nominated().await, ["Postbox Pharmacy", "Comfrey Appliances", "Hill Surgery"]);
        world.told().await;
        let away = WithdrawForm { slot: "pharmacy".to_owned(), version: "3".to_owned(), confirmed: "yes".to_owned() };
        refused(pharmacies.withdraw(me, person, &WithdrawForm { confirmed: String::new(), ..away.clone() }).await, "confirmed", "Tick");
        refused(pharmacies.withdraw(me, person, &WithdrawForm { version: "2".to_owned(), ..away.clone() }).await, "", "has changed");
        not_found(pharmacies.withdraw(me, person, &WithdrawForm { slot: "shop".to_owned(), ..away.clone() }).await);
        let before = world.events().await;
        for _ in 0..2 {
            pharmacies.withdraw(me, person, &away).await.unwrap();
        }
        assert_eq!((world.told().await.len(), world.nominated().await), (1, vec!["Comfrey Appliances".to_owned(), "Hill Surgery".to_owned()]));
        // The act and the look.
        assert_eq!(world.events().await, before + 2);
        let mut tx = world.town.services.core.store().read().await.unwrap();
        let history = store::pharmacy::history(&mut tx, person, NominationSlot::Pharmacy).await.unwrap();
        let codes: Vec<_> = history.iter().map(|row| (row.version, row.dispenser.as_deref())).collect();
        assert_eq!(codes, [(1, Some("FA001")), (2, Some("FA002")), (3, Some("FA004")), (4, None)]);
        drop(tx);
        world.town.verify().await;
    }

    async fn two_windows_at_once_make_one_choice_and_whoever_comes_second_is_told(place: &Place) {
        let world = World::with_pharmacies(place).await;
        let (one, other) = (world.nominating("FA001").await, world.nominating("FA002").await);
        let pharmacies = &world.town.services.pharmacies;
        let (me, person) = (&world.edna.actor, world.edna.person);
        let (first, again, second) =
            tokio::join!(pharmacies.nominate(me, person, &one), pharmacies.nominate(me, person, &one), pharmacies.nominate(me, person, &other));
        let done = [first.is_ok(), again.is_ok(), second.is_ok()];
        assert!(done == [true, true, false] || done == [false, false, true], "{done:?}");
        assert_eq!((world.told().await.len(), world.nominated().await.len()), (1, 1));
    }

    async fn a_carer_sees_it_and_nobody_changes_it_for_another(place: &Place) {
        let world = World::with_pharmacies(place).await;
        world.nominate("FA001").await;
        let pharmacies = &world.town.services.pharmacies;
        let (carer, _) = world.carer("Ann", "PRESCR").await;
        let (reader, _) = world.carer("Bob", "APPT").await;
        world.town.mail().await;
        let seen = world.nominations(&carer.actor).await;
        assert_eq!((seen.nominations[0].dispenser.name.as_str(), seen.may_change), ("Bell Pharmacy", false));
        assert_eq!(world.last().await, (Action::Read, Basis::Carer));
        let page = pharmacies.one(&carer.actor, world.edna.person, &code("FA002")).await.unwrap();
        assert!(!page.may_change);
        let form = world.nominating("FA002").await;
        let away = WithdrawForm { slot: "pharmacy".to_owned(), version: "1".to_owned(), confirmed: "yes".to_owned() };
        let stranger = world.town.citizen("Stone").await;
        let weak = match world.edna.actor { Actor::Account { id, .. } => Actor::Account { id, assurance: Assurance::FirstStep }, _ => unreachable!() };
        for actor in [&carer.actor, &reader.actor, &stranger.actor, &world.town.clinician, &world.town.reception, &Actor::Operator, &Actor::System] {
            assert!(matches!(pharmacies.nominate(actor, world.edna.person, &form).await, Err(ServiceError::NotFound)), "{actor:?}");
            assert!(matches!(pharmacies.withdraw(actor, world.edna.person, &away).await, Err(ServiceError::NotFound)), "{actor:?}");
        }
        assert!(matches!(pharmacies.nominate(&weak, world.edna.person, &form).await, Err(ServiceError::NeedsSecondStep)));
        for actor in [&reader.actor, &stranger.actor, &world.town.clinician] {
            not_found(pharmacies.nominations(actor, world.edna.person).await);
            not_found(pharmacies.one(actor, world.edna.person, &code("FA001")).await);
            not_found(pharmacies.find(actor, world.edna.person, &words("bell")).await);
        }
        // She is told of those who are no strangers to her.
        pharmacies.nominate(&carer.actor, world.edna.person, &form).await.unwrap_err();
        assert_eq!(world.last().await, (Action::Refused, Basis::Carer));
        assert_eq!((world.nominated().await, world.told().await), (vec!["Bell Pharmacy".to_owned()], Vec::new()));
        world.town.verify().await;
    }

    async fn an_order_goes_where_it_says_and_else_to_whom_is_nominated(place: &Place) {
        let world = World::with_pharmacies(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let to = |seen: Option<GoesTo>| seen.map(|to| (to.code.to_string(), to.once));
        // Nothing is chosen.
        assert_eq!(to(world.send_to(RAMIPRIL, "").await.unwrap()), None);
        // An appliance supplier gives no medicines by itself.
        world.nominate("FA005").await;
        assert_eq!(to(world.send_to(RAMIPRIL, "").await.unwrap()), None);
        world.nominate("FA006").await;
        assert_eq!(to(world.send_to(RAMIPRIL, "").await.unwrap()), Some(("FA006".to_owned(), false)));
        world.nominate("FA001").await;
        assert_eq!(to(world.send_to(RAMIPRIL, "").await.unwrap()), Some(("FA001".to_owned(), false)));
        assert_eq!(to(world.send_to(RAMIPRIL, "FA001").await.unwrap()), Some(("FA001".to_owned(), false)));
        assert_eq!(to(world.send_to(RAMIPRIL, "fa002").await.unwrap()), Some(("FA002".to_owned(), true)));
        assert_eq!(to(world.send_to(RAMIPRIL, OrderForm::LATER).await.unwrap()), None);
        refused(world.send_to(RAMIPRIL, "FA999").await, "dispenser", "Choose where the prescription goes");
        refused(world.send_to(RAMIPRIL, "<b>").await, "dispenser", "Choose where the prescription goes");
        refused(world.send_to(RAMIPRIL, "FA004").await, "dispenser", "only to people who have registered");
        let form = OrderForm { dispenser: "FA002".to_owned(), ..world.form(&[RAMIPRIL]).await };
        let check = medicines.ordering(me, person, &form).await.unwrap();
        assert_eq!(check.nominated.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Bell Pharmacy", "Hill Surgery", "Comfrey Appliances"]);
        assert_eq!(check.once.map(|one| one.name), Some("Night Owl Pharmacy".to_owned()));
        // The same form again is the same order, whatever it says now.
        let order = medicines.order(me, person, &form).await.unwrap();
        let again = medicines.order(me, person, &OrderForm { dispenser: "FA001".to_owned(), ..form }).await.unwrap();
        assert_eq!((order.orders.clone(), true), (again.orders, again.again));
        let seen = medicines.one_order(me, person, order.orders[0]).await.unwrap();
        assert_eq!(to(seen.goes_to.clone()), Some(("FA002".to_owned(), true)));
        assert!(world.orders(me).await.iter().any(|one| one.id == seen.id));
        // What was wrong elsewhere is told together, and a carer sends where they choose.
        let wrong = OrderForm { dispenser: "x".to_owned(), note: "x".repeat(501), ..world.form(&[SALBUTAMOL]).await };
        assert_eq!(fields(medicines.order(me, person, &wrong).await), ["dispenser", "note"]);
        let (carer, _) = world.carer("Ann", "PRESCR").await;
        let form = OrderForm { dispenser: "FA003".to_owned(), ..world.form(&[SALBUTAMOL]).await };
        let theirs = medicines.order(&carer.actor, person, &form).await.unwrap().orders[0];
        assert_eq!(to(medicines.one_order(me, person, theirs).await.unwrap().goes_to), Some(("FA003".to_owned(), true)));
    }

    async fn what_has_closed_gets_no_order_and_is_said_to_have(place: &Place) {
        let world = World::with_pharmacies(place).await;
        world.nominate("FA001").await;
        world.nominate("FA002").await;
        let stale = world.nominating("FA001").await;
        let order = world.order(&world.edna.actor, &[SALBUTAMOL]).await;
        world.load(&table(&[LLOYD, POST])).await.unwrap();
        let seen = world.nominations(&world.edna.actor).await;
        assert!(seen.nominations[0].dispenser.closed);
        refused(world.send_to(RAMIPRIL, "").await, "dispenser", "Night Owl Pharmacy has closed. Choose another");
        refused(world.send_to(RAMIPRIL, "FA001").await, "dispenser", "Bell Pharmacy has closed");
        assert_eq!(world.send_to(RAMIPRIL, "FA003").await.unwrap().map(|to| to.once), Some(true));
        let of = world.town.services.medicines.one_order(&world.edna.actor, world.edna.person, order).await.unwrap();
        assert!(of.goes_to.is_some_and(|to| to.closed && !to.once));
        refused(world.town.services.pharmacies.nominate(&world.edna.actor, world.edna.person, &stale).await, "", "has closed");
        world.nominate("FA003").await;
        assert_eq!(world.nominated().await, ["Lloyd's Chemist"]);
        assert!(world.one(&world.edna.actor, METFORMIN).await.plan.is_some());
    }
}
