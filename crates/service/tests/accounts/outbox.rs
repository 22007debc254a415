//! Mail and text messages: handed over once, tried again when they are not taken, and forgotten when they were.

use crate::accounts::world::*;
use async_trait::async_trait;
use service::{Delivered, Mail, MailError, Mailer, TextError};
use std::sync::atomic::{AtomicU32, Ordering};
use testkit::{Phones, Place, ProviderDoes};

#[derive(Default)]
struct Broken(AtomicU32);

#[async_trait]
impl Mailer for Broken {
    async fn send(&self, _: &Mail) -> Result<(), MailError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Err(MailError("no route".to_owned()))
    }
}

testkit::both_engines! {
    async fn several_servers_hand_over_each_mail_once(place: &Place) {
        let world = World::new(place);
        for n in 0..12 {
            world.services.accounts.register(&format!("p{n}@example.org"), PASSWORD, &here()).await.unwrap();
        }
        assert_eq!(world.services.outbox.waiting().await.unwrap(), 12);
        let postbox = Postbox::default();
        let servers = (0..4).map(|_| {
            let (outbox, postbox) = (world.services.outbox.clone(), postbox.clone());
            tokio::spawn(async move { outbox.deliver_waiting(&postbox, None).await.unwrap().sent })
        });
        let mut sent = 0;
        for server in servers.collect::<Vec<_>>() {
            sent += server.await.unwrap();
        }
        sent += world.services.outbox.deliver_waiting(&postbox, None).await.unwrap().sent;
        assert_eq!(sent, 12);
        assert_eq!(world.services.outbox.waiting().await.unwrap(), 0);
    }

    async fn a_mail_that_is_not_taken_is_tried_again_later(place: &Place) {
        let world = World::new(place);
        world.services.accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        let broken = Broken::default();
        assert_eq!(world.services.outbox.deliver_waiting(&broken, None).await.unwrap(), Delivered { failed: 1, ..Delivered::default() });
        assert_eq!(world.services.outbox.deliver_waiting(&broken, None).await.unwrap(), Delivered::default());
        world.advance_minutes(1);
        assert_eq!(world.services.outbox.deliver_waiting(&broken, None).await.unwrap().failed, 1);
        world.advance_minutes(1);
        assert_eq!(world.services.outbox.deliver_waiting(&broken, None).await.unwrap(), Delivered::default());
        world.advance_minutes(1);
        assert_eq!(world.mail().await.len(), 1);
        assert_eq!(broken.0.load(Ordering::Relaxed), 2);
        assert_eq!(world.services.outbox.waiting().await.unwrap(), 0);
    }

    async fn a_mail_that_a_server_died_over_is_taken_by_another(place: &Place) {
        let world = World::new(place);
        world.services.accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        let lease = world.now() + chrono::TimeDelta::minutes(5);
        let now = world.now();
        let takes = store::outbox::Takes { attempts: 9, by_day: true, texts: true };
        let taken = place.store.write(move |tx| Box::pin(async move { store::outbox::claim(tx, now, lease, takes).await })).await.unwrap();
        assert!(taken.is_some());
        assert!(world.mail().await.is_empty());
        world.advance_minutes(5);
        assert_eq!(world.mail().await.len(), 1);
    }

    async fn every_mail_is_plain_text_with_the_address_of_the_service(place: &Place) {
        let world = World::new(place);
        world.account(EMAIL).await;
        world.services.accounts.ask_reset(EMAIL, &here()).await.unwrap();
        world.services.accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        for mail in world.mail().await {
            assert!(mail.body.ends_with("Selfheal\nhttp://localhost:8080\n"), "{}", mail.body);
            assert!(!mail.body.contains('<') && !mail.subject.contains('\n'));
        }
    }

    async fn a_text_that_the_provider_refuses_for_good_is_given_up_at_once(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        world.ask(account, "07700 900123").await.unwrap();
        world.phones.next(ProviderDoes::Refuses(TextError::Never("the provider does not take the number".to_owned())));
        assert_eq!(world.deliver().await, Delivered { given_up: 1, ..Delivered::default() });
        world.advance_minutes(10);
        assert_eq!(world.deliver().await, Delivered::default());
        assert_eq!(world.services.outbox.waiting().await.unwrap(), 0);
        // The next is another message.
        world.ask(account, "07700 900123").await.unwrap();
        assert_eq!(world.texts().await.len(), 1);
    }

    async fn what_nobody_takes_is_given_up_after_three_days(place: &Place) {
        let world = World::new(place);
        world.services.accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        let (broken, begun, mut last) = (Broken::default(), world.now(), Delivered::default());
        while world.services.outbox.waiting().await.unwrap() > 0 {
            last = world.services.outbox.deliver_waiting(&broken, None).await.unwrap();
            world.advance_minutes(6 * 60);
        }
        assert_eq!((broken.0.load(Ordering::Relaxed), last.given_up), (16, 1));
        assert!(world.now() - begun > chrono::TimeDelta::days(3));
        assert!(world.mail().await.is_empty());
    }

    async fn mail_and_texts_go_by_one_order_and_without_a_texter_only_texts_stay(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        world.ask(account, "07700 900123").await.unwrap();
        world.services.accounts.ask_reset(EMAIL, &here()).await.unwrap();
        let postbox = Postbox::default();
        let without = world.services.outbox.deliver_waiting(&postbox, None).await.unwrap();
        assert_eq!(without, Delivered { sent: 1, ..Delivered::default() });
        assert_eq!(world.services.outbox.waiting().await.unwrap(), 1);
        // Several servers with several texters: each message is taken by one.
        world.ask(account, "07700 900124").await.unwrap();
        let phones = Phones::default();
        let servers: Vec<_> = (0..4)
            .map(|_| {
                let (outbox, postbox, phones) = (world.services.outbox.clone(), postbox.clone(), phones.clone());
                tokio::spawn(async move { outbox.deliver_waiting(&postbox, Some(&phones)).await.unwrap().sent })
            })
            .collect();
        let mut sent = 0;
        for server in servers {
            sent += server.await.unwrap();
        }
        sent += world.services.outbox.deliver_waiting(&postbox, Some(&phones)).await.unwrap().sent;
        assert_eq!((sent, phones.read().len()), (2, 2));
        assert_eq!(world.services.outbox.waiting().await.unwrap(), 0);
    }

    async fn a_text_of_which_nobody_knows_whether_it_went_is_tried_again_by_the_same_reference(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        world.ask(account, "07700 900123").await.unwrap();
        world.phones.next(ProviderDoes::TakesUnsaid);
        assert_eq!(world.deliver().await, Delivered { failed: 1, ..Delivered::default() });
        world.advance_minutes(1);
        assert_eq!(world.deliver().await, Delivered { sent: 1, ..Delivered::default() });
        let texts = world.phones.read();
        assert!(texts.len() == 1 && !texts[0].again);
    }
}
