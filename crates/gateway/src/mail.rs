//! Ways to send mail: by SMTP, into files for development and tests, or into the log.

use crate::files;
use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use service::{Mail, MailError, Mailer};
use std::path::PathBuf;
use std::time::Duration;

/// What went wrong with a file, without its name, which holds a recipient.
fn failed(error: std::io::Error) -> MailError {
    MailError(error.kind().to_string())
}

/// What went wrong with a mail server: its reply code, or the kind of failure. Never its words, which may repeat the
/// recipient.
fn refused(error: &lettre::transport::smtp::Error) -> MailError {
    if let Some(code) = error.status() {
        return MailError(format!("the mail server answered {code}"));
    }
    let kind = if error.is_timeout() {
        "the mail server did not answer in time"
    } else if error.is_tls() {
        "no safe connection to the mail server could be made"
    } else if error.is_client() {
        "the mail server does not do what the mail needs"
    } else if error.is_response() {
        "the mail server's answer cannot be understood"
    } else {
        "the mail server cannot be reached"
    };
    MailError(kind.to_owned())
}

fn message(from: &Mailbox, mail: &Mail) -> Result<Message, MailError> {
    // A mail that is handed over twice, because nobody heard that it was taken, says that it is one.
    let id = format!("<{}@{}>", mail.reference, from.email.domain());
    Message::builder()
        .message_id(Some(id))
        .from(from.clone())
        .to(mail.to.parse().map_err(|_| MailError("the recipient's address cannot be used".to_owned()))?)
        .subject(&mail.subject)
        .header(ContentType::TEXT_PLAIN)
        .body(mail.body.clone())
        .map_err(|_| MailError("the mail cannot be put together".to_owned()))
}

/// Sends by an SMTP server.
pub struct SmtpMailer {
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpMailer {
    /// A mailer for `smtp://USER:PASSWORD@HOST:PORT` or `smtps://…` (STARTTLS by `?tls=required`).
    ///
    /// # Errors
    /// [`MailError`] when the address or the sender cannot be understood; the address is not repeated in it.
    pub fn new(url: &str, from: &str) -> Result<Self, MailError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| MailError("the SMTP address cannot be understood".to_owned()))?
            .timeout(Some(Duration::from_secs(20)))
            .build();
        Ok(Self { from: from.parse().map_err(|_| MailError(format!("the sender {from:?} cannot be understood")))?, transport })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.transport.send(message(&self.from, mail)?).await.map_err(|error| refused(&error))?;
        Ok(())
    }
}

/// Writes each mail to a file of its own, named by its time and recipient; for development and tests.
pub struct FileMailer {
    from: Mailbox,
    folder: PathBuf,
}

impl FileMailer {
    /// A mailer into this folder, which is made if it is not there.
    ///
    /// # Errors
    /// [`MailError`] when the folder cannot be made or the sender cannot be understood.
    pub fn new(folder: PathBuf, from: &str) -> Result<Self, MailError> {
        std::fs::create_dir_all(&folder).map_err(|error| MailError(format!("{} cannot be made: {error}", folder.display())))?;
        Ok(Self { from: from.parse().map_err(|_| MailError(format!("the sender {from:?} cannot be understood")))?, folder })
    }
}

#[async_trait]
impl Mailer for FileMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let text = format!("From: {}\nTo: {}\nSubject: {}\n\n{}\n", self.from, mail.to, mail.subject, mail.body);
        files::keep(&self.folder, &mail.to, text).await.map_err(failed)
    }
}

/// Says in the log that there was a mail, without its words or its recipient.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogMailer;

#[async_trait]
impl Mailer for LogMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        tracing::info!(subject = mail.subject, "mail written to the log, not sent");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use uuid::Uuid;

    fn mail() -> Mail {
        Mail {
            reference: Uuid::from_u128(7),
            to: "zoë@example.org".to_owned(),
            subject: "Confirm".to_owned(),
            body: "Open https://x/y?token=1".to_owned(),
        }
    }

    #[tokio::test]
    async fn each_mail_is_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let mailer = FileMailer::new(folder.path().join("mail"), "Selfheal <no-reply@localhost>").unwrap();
        mailer.send(&mail()).await.unwrap();
        mailer.send(&mail()).await.unwrap();
        let mut names: Vec<_> = std::fs::read_dir(folder.path().join("mail"))
            .unwrap()
            .map(|f| f.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["000000-zo_@example.org.txt", "000001-zo_@example.org.txt"]);
        let text = std::fs::read_to_string(folder.path().join("mail").join(&names[0])).unwrap();
        assert!(text.contains("Subject: Confirm\n\nOpen https://x/y?token=1"), "{text}");
    }

    #[test]
    fn a_mail_that_is_handed_over_twice_has_one_message_id() {
        let from = "Selfheal <no-reply@example.org>".parse().unwrap();
        let id = |mail: &Mail| {
            let text = String::from_utf8(message(&from, mail).unwrap().formatted()).unwrap();
            text.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().to_owned()
        };
        assert_eq!(id(&mail()), "Message-ID: <00000000-0000-0000-0000-000000000007@example.org>");
        assert_eq!(id(&mail()), id(&mail()));
    }

    /// A mail server that greets, takes a sender and gives this answer for a recipient.
    fn server(recipient: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut out = stream.try_clone().unwrap();
            out.write_all(b"220 mail.example.org\r\n").unwrap();
            for line in BufReader::new(stream).lines() {
                let answer = match line.unwrap_or_default().get(..4) {
                    Some("EHLO") => "250 mail.example.org",
                    Some("RCPT") => recipient,
                    Some("QUIT") => "221 bye",
                    _ => "250 ok",
                };
                if out.write_all(format!("{answer}\r\n").as_bytes()).is_err() {
                    return;
                }
            }
        });
        url
    }

    async fn fault(url: &str, to: &str) -> String {
        let mailer = SmtpMailer::new(url, "Selfheal <no-reply@localhost>").unwrap();
        mailer.send(&Mail { to: to.to_owned(), ..mail() }).await.unwrap_err().0
    }

    #[tokio::test]
    async fn a_refusal_is_told_without_the_recipient_or_the_servers_words() {
        let url = server("550 5.1.1 <sam@example.org> is not known here");
        assert_eq!(fault(&url, "sam@example.org").await, "the mail server answered 550");
        let url = server("nonsense about sam@example.org");
        assert_eq!(fault(&url, "sam@example.org").await, "the mail server's answer cannot be understood");
        let url = server("250 ok");
        assert_eq!(fault(&url, "zoë@example.org").await, "the mail server does not do what the mail needs");
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(fault(&format!("smtp://{closed}"), "sam@example.org").await, "the mail server cannot be reached");
        assert_eq!(fault(&url, "nobody").await, "the recipient's address cannot be used");
    }

    #[test]
    fn a_wrong_configuration_is_told_without_its_secrets() {
        let error = SmtpMailer::new("smtp://me:secret@:x", "a@b.org").err().unwrap().to_string();
        assert!(!error.contains("secret"), "{error}");
        assert!(SmtpMailer::new("smtp://localhost:25", "not a sender").is_err());
    }
}
