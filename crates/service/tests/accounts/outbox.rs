//! Mail: handed over once, tried again when it is not taken, and forgotten when it was.

use crate::world::*;
use async_trait::async_trait;
use service::{Delivered, Mail, MailError, Mailer};
use std::sync::atomic::{AtomicU32, Ordering};
use testkit::Place;

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
            tokio::spawn(async move { outbox.deliver_waiting(&postbox).await.unwrap().sent })
        });
        let mut sent = 0;
        for server in servers.collect::<Vec<_>>() {
            sent += server.await.unwrap();
        }
        sent += world.services.outbox.deliver_waiting(&postbox).await.unwrap().sent;
        assert_eq!(sent, 12);
        assert_eq!(world.services.outbox.waiting().await.unwrap(), 0);
    }

    async fn a_mail_that_is_not_taken_is_tried_again_later(place: &Place) {
        let world = World::new(place);
        world.services.accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        let broken = Broken::default();
        assert_eq!(world.services.outbox.deliver_waiting(&broken).await.unwrap(), Delivered { sent: 0, failed: 1 });
        assert_eq!(world.services.outbox.deliver_waiting(&broken).await.unwrap(), Delivered::default());
        world.advance_minutes(1);
        assert_eq!(world.services.outbox.deliver_waiting(&broken).await.unwrap().failed, 1);
        world.advance_minutes(1);
        assert_eq!(world.services.outbox.deliver_waiting(&broken).await.unwrap(), Delivered::default());
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
        let taken = place.store.write(move |tx| Box::pin(async move { store::outbox::claim(tx, now, lease, 9).await })).await.unwrap();
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
}
