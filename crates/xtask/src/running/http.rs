//! As much of HTTP/1.1 as it takes to ask one server on this machine and to keep the connection.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

/// An answer that does not come within this is a fault.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    chunk: Box<[u8]>,
    /// What has been read and belongs to the answer under way.
    read: Vec<u8>,
    body: Vec<u8>,
}

/// An answer.
pub struct Answer<'a> {
    /// Its status.
    pub status: u16,
    /// The lines of its head.
    pub head: &'a str,
    /// Its body, without the marks of its chunks.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// The value of the first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }

    /// The session that the answer begins, as a browser sends it back: `session=…`.
    pub fn session(&self) -> Option<String> {
        let cookies =
            self.head.lines().filter_map(|line| line.split_once(':')).filter(|(key, _)| key.eq_ignore_ascii_case("set-cookie"));
        let mut pairs = cookies.filter_map(|(_, cookie)| cookie.split(';').next()).map(str::trim);
        pairs.rfind(|pair| pair.starts_with("session=")).map(ToOwned::to_owned)
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    fields.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

impl Connection {
    /// Connects, without delay for small messages.
    pub fn open(to: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(to).with_context(|| format!("{to} cannot be reached"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, chunk: vec![0; 64 * 1024].into(), read: Vec::new(), body: Vec::new() })
    }

    /// Sends a whole request and reads the whole answer.
    pub fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request)?;
        self.read.clear();
        self.body.clear();
        let head_end = self.until(0, b"\r\n\r\n")?;
        let head = std::str::from_utf8(&self.read[..head_end]).context("the head of an answer is not text")?;
        let status: u16 = head.split(' ').nth(1).and_then(|code| code.parse().ok()).context("an answer has no status")?;
        let length: Option<usize> = header(head, "content-length").and_then(|length| length.parse().ok());
        let chunked = header(head, "transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
        let begin = head_end + 4;
        let end = if chunked {
            self.chunks(begin)?
        } else {
            let end = begin + length.unwrap_or(0);
            self.at_least(end)?;
            self.body.extend_from_slice(&self.read[begin..end]);
            end
        };
        ensure!(end == self.read.len(), "more was answered than was asked");
        let head = std::str::from_utf8(&self.read[..head_end])?;
        Ok(Answer { status, head, body: &self.body })
    }

    /// Reads the chunks that begin at `at`; gives where they end.
    fn chunks(&mut self, mut at: usize) -> Result<usize> {
        loop {
            let line_end = self.until(at, b"\r\n")?;
            let line = std::str::from_utf8(&self.read[at..line_end])?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).context("a chunk has no size")?;
            let begin = line_end + 2;
            self.at_least(begin + size + 2)?;
            self.body.extend_from_slice(&self.read[begin..begin + size]);
            at = begin + size + 2;
            if size == 0 {
                return Ok(at);
            }
        }
    }

    /// Reads until the mark comes, from `from` on; gives where it begins.
    fn until(&mut self, from: usize, mark: &[u8]) -> Result<usize> {
        let mut looked = from;
        loop {
            if let Some(found) = self.read[looked..].windows(mark.len()).position(|part| part == mark) {
                return Ok(looked + found);
            }
            looked = self.read.len().saturating_sub(mark.len() - 1).max(from);
            self.more()?;
        }
    }

    fn at_least(&mut self, length: usize) -> Result<()> {
        while self.read.len() < length {
            self.more()?;
        }
        Ok(())
    }

    fn more(&mut self) -> Result<()> {
        let count = self.stream.read(&mut self.chunk).context("no answer came")?;
        ensure!(count > 0, "the server closed the connection");
        self.read.extend_from_slice(&self.chunk[..count]);
        Ok(())
    }
}

/// A request for a page; `more` holds further headers, each with its line's end.
pub fn get(path: &str, more: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n{more}\r\n").into_bytes()
}

/// A form as a browser sends it from a page of the same site.
pub fn post(path: &str, more: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let form = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{more}\r\n{form}",
        form.len()
    )
    .into_bytes()
}

/// A form with a file, as a browser sends it from a page of the same site: its field, its name and what is in it. Where none was chosen, the
/// last two are empty.
pub fn form_with_file(path: &str, more: &str, fields: &[(&str, &str)], (field, name, content): (&str, &str, &str)) -> Vec<u8> {
    const MARK: &str = "----bench7MA4YWxkTrZu0gW";
    let part =
        |(name, value): &(&str, &str)| format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let mut form: String = fields.iter().map(part).collect();
    form += &format!(
        "--{MARK}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n{content}\r\n--{MARK}--\r\n"
    );
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: multipart/form-data; boundary={MARK}\r\nContent-Length: {}\r\n{more}\r\n{form}",
        form.len()
    )
    .into_bytes()
}

/// The header that carries a session.
pub fn cookie(session: &str) -> String {
    format!("Cookie: {session}\r\n")
}

fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// Answers each request on one connection with the next of these texts, in pieces of this size.
    fn server(answers: &'static [&'static str], piece: usize) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_nodelay(true).unwrap();
            for answer in answers {
                let mut request = [0; 1024];
                assert!(stream.read(&mut request).unwrap() > 0);
                for part in answer.as_bytes().chunks(piece) {
                    stream.write_all(part).unwrap();
                }
            }
        });
        address
    }

    #[test]
    fn an_answer_is_read_whole_however_it_is_cut() {
        for piece in [1, 7, 4096] {
            let address = server(
                &[
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nB;x=y\r\n over there\r\n0\r\n\r\n",
                    "HTTP/1.1 303 See Other\r\nlocation: /sign-in/code\r\ncontent-length: 0\r\n\r\n",
                ],
                piece,
            );
            let mut connection = Connection::open(address).unwrap();
            assert_eq!(connection.ask(&get("/", "")).unwrap().body, b"hello");
            assert_eq!(connection.ask(&get("/", "")).unwrap().body, b"hello over there");
            let answer = connection.ask(&get("/", "")).unwrap();
            assert_eq!((answer.status, answer.header("Location"), answer.body), (303, Some("/sign-in/code"), &b""[..]));
        }
    }

    #[test]
    fn a_connection_that_ends_early_is_a_fault() {
        let address = server(&["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"], 4096);
        let fault = Connection::open(address).unwrap().ask(&get("/", "")).err().unwrap();
        assert_eq!(fault.to_string(), "the server closed the connection");
    }

    #[test]
    fn the_last_session_that_an_answer_sets_counts() {
        let head = "HTTP/1.1 303 See Other\r\nSet-Cookie: device=1; Path=/\r\nset-cookie: session=a; HttpOnly\r\nset-cookie: session=b; HttpOnly";
        let answer = Answer { status: 303, head, body: b"" };
        assert_eq!(answer.session().unwrap(), "session=b");
    }

    #[test]
    fn a_form_is_sent_as_a_browser_sends_it() {
        let sent = String::from_utf8(post("/x", &cookie("session=1"), &[("email", "a@b.org"), ("p", "é ü")])).unwrap();
        assert!(sent.starts_with("POST /x HTTP/1.1\r\n"));
        assert!(sent.contains("\r\nSec-Fetch-Site: same-origin\r\n"));
        assert!(sent.contains("\r\nContent-Length: 35\r\nCookie: session=1\r\n\r\nemail=a%40b%2Eorg&p=%C3%A9%20%C3%BC"));
    }

    #[test]
    fn a_form_in_which_no_file_was_chosen_has_an_empty_one() {
        let sent = String::from_utf8(form_with_file("/x", &cookie("session=1"), &[("value", "97")], ("photo", "", ""))).unwrap();
        let (head, form) = sent.split_once("\r\n\r\n").unwrap();
        let mark = head.split_once("boundary=").unwrap().1.lines().next().unwrap();
        assert!(
            head.contains(&format!("\r\nContent-Length: {}\r\n", form.len())) && head.ends_with("Cookie: session=1"),
            "{head}"
        );
        assert!(form.starts_with(&format!("--{mark}\r\n")) && form.ends_with(&format!("\r\n\r\n\r\n--{mark}--\r\n")), "{form}");
        assert!(form.contains("name=\"value\"\r\n\r\n97\r\n") && form.contains("name=\"photo\"; filename=\"\"\r\n"), "{form}");
    }
}
