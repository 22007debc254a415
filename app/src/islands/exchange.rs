//! What the browser does to exchange a part of a page for that of another.

use super::slot_picker::PICKED;
use js_sys::Function;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, DomParser, Element, Event, EventTarget, FormData, HtmlElement, HtmlFormElement, MouseEvent, Response,
    SupportedType, UrlSearchParams, Window,
};

/// Where the pages are whose parts are exchanged.
const PAGE: &str = "/appointments/find";

struct Picker {
    window: Window,
    document: Document,
    said: Box<dyn Fn(String)>,
}

/// Listens to what is pressed, sent and gone back to; `said` is told in words what came of it. `None` where the browser or the
/// page lacks something.
pub fn listen(said: impl Fn(String) + 'static) -> Option<()> {
    let window = web_sys::window()?;
    let document = window.document()?;
    document.get_element_by_id(PICKED)?;
    let picker = Rc::new(Picker { window: window.clone(), document: document.clone(), said: Box::new(said) });
    let of = Rc::clone(&picker);
    on(&document, "click", move |event| {
        if let Some(address) = link(&of.document, (PICKED, PAGE), &event) {
            event.prevent_default();
            Rc::clone(&of).go(address, true);
        }
    });
    let of = Rc::clone(&picker);
    on(&document, "submit", move |event| {
        if let Some(address) = form(&of.document, (PICKED, PAGE), &event) {
            event.prevent_default();
            Rc::clone(&of).go(address, true);
        }
    });
    on(&window, "popstate", move |_| {
        if let Ok(address) = picker.window.location().href() {
            Rc::clone(&picker).go(address, false);
        }
    });
    Some(())
}

/// For as long as the page is there.
pub(super) fn on(target: &EventTarget, what: &str, act: impl FnMut(Event) + 'static) {
    let act: Box<dyn FnMut(Event)> = Box::new(act);
    let act = Closure::wrap(act);
    if target.add_event_listener_with_callback(what, act.as_ref().unchecked_ref::<Function>()).is_ok() {
        act.forget();
    }
}

/// The element of this sort in the part that is exchanged, in which an event happened.
pub(super) fn inside(document: &Document, part: &str, event: &Event, sort: &str) -> Option<Element> {
    let found = event.target()?.dyn_into::<Element>().ok()?.closest(sort).ok()??;
    document.get_element_by_id(part)?.contains(Some(&found)).then_some(found)
}

/// Where a pressed link in a part leads, if that is another state of this page and it was pressed plainly.
pub(super) fn link(document: &Document, (part, page): (&str, &str), event: &Event) -> Option<String> {
    let mouse = event.dyn_ref::<MouseEvent>()?;
    let plain = mouse.button() == 0 && !mouse.ctrl_key() && !mouse.meta_key() && !mouse.shift_key() && !mouse.alt_key();
    let address = inside(document, part, event, "a[href]").filter(|_| plain)?.get_attribute("href")?;
    (address.split('?').next() == Some(page) && address.contains('?')).then_some(address)
}

/// Where a form in a part leads that was sent, if that is another state of this page.
pub(super) fn form(document: &Document, (part, page): (&str, &str), event: &Event) -> Option<String> {
    let form = inside(document, part, event, "form")?.dyn_into::<HtmlFormElement>().ok()?;
    if form.get_attribute("action")? != page {
        return None;
    }
    let fields = FormData::new_with_form(&form).ok()?;
    let query = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
    Some(format!("{page}?{}", String::from(query.to_string())))
}

/// The page at the address; `None` where another came instead, such as that of a sign-in that has ended.
pub(super) async fn page_at(window: &Window, address: &str) -> Option<Document> {
    let response = JsFuture::from(window.fetch_with_str(address)).await.ok()?.dyn_into::<Response>().ok()?;
    if !response.ok() || response.redirected() {
        return None;
    }
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    DomParser::new().ok()?.parse_from_string(&text, SupportedType::TextHtml).ok()
}

impl Picker {
    /// Exchanges the part for that of the page at the address; where that does not work, goes there.
    fn go(self: Rc<Self>, address: String, keep: bool) {
        leptos::task::spawn_local(async move {
            let there = page_at(&self.window, &address).await;
            if there.and_then(|there| self.exchange(&there, &address, keep)).is_none() {
                let _ = self.window.location().assign(&address);
            }
        });
    }

    fn exchange(&self, there: &Document, address: &str, keep: bool) -> Option<()> {
        let (old, new) = (self.document.get_element_by_id(PICKED)?, there.get_element_by_id(PICKED)?);
        if keep {
            self.window.history().ok()?.push_state_with_url(&JsValue::NULL, "", Some(address)).ok()?;
        }
        self.document.set_title(&there.title());
        old.replace_with_with_node_1(&new).ok()?;
        let new = self.document.get_element_by_id(PICKED)?;
        if let Some(element) = new.dyn_ref::<HtmlElement>() {
            // Whoever reads with a screen reader or by keyboard goes on from here.
            let _ = element.focus();
        }
        new.scroll_into_view();
        (self.said)(new.get_attribute("data-said").unwrap_or_default());
        Some(())
    }
}
