//! What the browser does to send a file and to tell how far it is.

use super::exchange::{inside, on};
use super::file_sending::{SENDING, WAY_ON};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Document, File, FormData, HtmlFormElement, ProgressEvent, Window, XmlHttpRequest};

/// The field with the file.
const FILE: &str = "file";
/// The button that stops it.
const STOP: &str = "[data-stop]";
const STOPPED: &str = "You stopped it. Nothing of the file is kept.";
const BROKEN_OFF: &str = "The file could not be sent. Check your connection, and send it again.";
const NOT_TAKEN: &str = "The file was not taken. Load this page again, and send it once more.";

/// What there is to tell of it.
pub(super) enum Told {
    /// So many bytes of so many are sent.
    Sending(f64, f64),
    /// All are.
    Sent,
    /// It came to nothing, for this reason.
    Stopped(&'static str),
}

struct Sender {
    window: Window,
    document: Document,
    told: Box<dyn Fn(Told)>,
    /// What is under way.
    request: RefCell<Option<XmlHttpRequest>>,
}

/// Listens to what is sent and stopped; `told` is told how far it is. `None` where the browser or the page lacks something.
pub(super) fn listen(told: impl Fn(Told) + 'static) -> Option<()> {
    let window = web_sys::window()?;
    let document = window.document()?;
    document.get_element_by_id(SENDING)?;
    let sender = Rc::new(Sender { window, document: document.clone(), told: Box::new(told), request: RefCell::new(None) });
    let of = Rc::clone(&sender);
    on(&document, "submit", move |event| {
        let form = inside(&of.document, SENDING, &event, "form").and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form else { return };
        // Pressed twice it is sent once.
        let is_under_way = of.request.borrow().is_some();
        if is_under_way || of.send(&form).is_some() {
            event.prevent_default();
        }
    });
    on(&document, "click", move |event| {
        if inside(&sender.document, SENDING, &event, STOP).is_some() {
            let under_way = sender.request.borrow().clone();
            let _ = under_way.map(|request| request.abort());
        }
    });
    Some(())
}

impl Sender {
    /// Begins to send a form. `None` where that cannot be, or no file is chosen: then the browser sends it, and the next page says what
    /// is missing.
    fn send(self: &Rc<Self>, form: &HtmlFormElement) -> Option<()> {
        let fields = FormData::new_with_form(form).ok()?;
        fields.get(FILE).dyn_into::<File>().ok().filter(|file| file.size() > 0.0)?;
        let request = XmlHttpRequest::new().ok()?;
        request.open("POST", &form.get_attribute("action")?).ok()?;
        request.set_request_header("Accept", WAY_ON).ok()?;
        let upload = request.upload().ok()?;
        let of = Rc::clone(self);
        on(&upload, "progress", move |event| {
            if let Some(progress) = event.dyn_ref::<ProgressEvent>() {
                (of.told)(Told::Sending(progress.loaded(), progress.total()));
            }
        });
        let of = Rc::clone(self);
        on(&upload, "load", move |_| (of.told)(Told::Sent));
        for (what, why) in [("error", BROKEN_OFF), ("abort", STOPPED)] {
            let of = Rc::clone(self);
            on(&request, what, move |_| of.stop(why));
        }
        let (of, answer) = (Rc::clone(self), request.clone());
        on(&request, "load", move |_| of.go_on(&answer));
        request.send_with_opt_form_data(Some(&fields)).ok()?;
        self.request.replace(Some(request));
        (self.told)(Told::Sending(0.0, 0.0));
        Some(())
    }

    fn stop(&self, why: &'static str) {
        self.request.replace(None);
        (self.told)(Told::Stopped(why));
    }

    /// Goes where the answer says; where another came, such as the page of a sign-in that has ended, says that it was not taken.
    fn go_on(&self, answer: &XmlHttpRequest) {
        let is_way = answer.status().is_ok_and(|status| status == 200)
            && answer.get_response_header("content-type").ok().flatten().is_some_and(|kind| kind.starts_with(WAY_ON));
        let way = answer.response_text().ok().flatten().filter(|way| is_way && way.starts_with('/') && !way.starts_with("//"));
        match way {
            Some(way) if self.window.location().assign(&way).is_ok() => {
                self.request.replace(None);
            }
            _ => self.stop(NOT_TAKEN),
        }
    }
}
