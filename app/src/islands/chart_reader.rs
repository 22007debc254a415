//! What the browser does to look closer at a chart, to read it spot by spot, and to keep it as new as what is recorded.

use super::chart_view::CHARTED;
use super::exchange::{form, inside, link, on, page_at};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, Event, HtmlElement, KeyboardEvent, MouseEvent, Node, StorageEvent, Window};

/// Where a chart is drawn.
const PLOT: &str = ".sh-chart__plot";
/// The spots of a plot, one a line: thousandths of its width, pixels from its top, and the words.
const SPOTS: &str = "data-spots";
/// Which of them is read.
const AT: &str = "data-at";
/// What a link does to the chart.
const MOVES: &str = "data-moves";
/// What the script of the sign-in writes down whenever a page is opened in any tab of this browser.
const LAST_USE: &str = "last-use";
/// For how long what is shown is taken to be new, in milliseconds, where nothing was opened in another tab.
const STILL_NEW: f64 = 60_000.0;
/// From how many pixels on a finger that moves sideways moves the chart.
const SWIPE: i32 = 60;

struct Reader {
    window: Window,
    document: Document,
    /// The address without what is asked of it.
    page: String,
    said: Box<dyn Fn(String)>,
    /// What the server sent of what is shown.
    shown: RefCell<String>,
    /// When it did.
    since: Cell<f64>,
    /// Something may be new.
    stale: Cell<bool>,
    /// It is being asked for.
    asking: Cell<bool>,
    /// Where a finger or a mouse was put down.
    down: Cell<Option<i32>>,
}

/// Listens to what is pressed, and to other tabs; `said` is told in words what came of it. `None` where the browser or the page
/// lacks something.
pub fn listen(said: impl Fn(String) + 'static) -> Option<()> {
    let window = web_sys::window()?;
    let document = window.document()?;
    let reader = Rc::new(Reader {
        page: window.location().pathname().ok()?,
        shown: RefCell::new(document.get_element_by_id(CHARTED)?.inner_html()),
        since: Cell::new(js_sys::Date::now()),
        stale: Cell::new(false),
        asking: Cell::new(false),
        down: Cell::new(None),
        said: Box::new(said),
        window: window.clone(),
        document: document.clone(),
    });
    reader.wake();
    let of = Rc::clone(&reader);
    on(&document, "click", move |event| {
        let moves = inside(&of.document, CHARTED, &event, &format!("[{MOVES}]"));
        of.go_where(moves.and_then(|_| link(&of.document, (CHARTED, &of.page), &event)), &event);
    });
    let of = Rc::clone(&reader);
    on(&document, "submit", move |event| of.go_where(form(&of.document, (CHARTED, &of.page), &event), &event));
    let of = Rc::clone(&reader);
    on(&document, "keydown", move |event| {
        if of.key(&event).is_some() {
            event.prevent_default();
        }
    });
    let of = Rc::clone(&reader);
    on(&document, "pointerdown", move |event| {
        let x = of.plot_of(&event).and(event.dyn_ref::<MouseEvent>().map(MouseEvent::client_x));
        of.down.set(x);
    });
    let of = Rc::clone(&reader);
    on(&document, "pointerup", move |event| {
        let _ = of.up(&event);
    });
    let of = Rc::clone(&reader);
    on(&window, "popstate", move |_| {
        if let Ok(address) = of.window.location().href() {
            Rc::clone(&of).go(address, false);
        }
    });
    let of = Rc::clone(&reader);
    on(&window, "storage", move |event| {
        if event.dyn_ref::<StorageEvent>().and_then(StorageEvent::key).as_deref() == Some(LAST_USE) {
            of.stale.set(true);
            Rc::clone(&of).look_again();
        }
    });
    let of = Rc::clone(&reader);
    on(&document, "visibilitychange", move |_| Rc::clone(&of).look_again());
    on(&window, "focus", move |_| Rc::clone(&reader).look_again());
    Some(())
}

/// A node as an element.
fn element(node: Node) -> Option<Element> {
    node.dyn_into().ok()
}

impl Reader {
    fn part(&self) -> Option<Element> {
        self.document.get_element_by_id(CHARTED)
    }

    /// Makes the plots readable by keyboard, and says so.
    fn wake(&self) {
        let Some(plots) = self.part().and_then(|part| part.query_selector_all(&format!("{PLOT}[{SPOTS}]")).ok()) else { return };
        for plot in (0..plots.length()).filter_map(|at| plots.get(at)).filter_map(element) {
            let name = plot.get_attribute("data-name").unwrap_or_default();
            let label = format!("{name}: use the arrow keys");
            // What moves by arrow keys needs them even where a screen reader has keys of its own.
            for (attribute, value) in [("tabindex", "0"), ("role", "application"), ("aria-label", label.as_str())] {
                let _ = plot.set_attribute(attribute, value);
            }
            if let Some(words) = plot.next_element_sibling() {
                let _ = words.remove_attribute("hidden");
            }
        }
    }

    fn plot_of(&self, event: &Event) -> Option<Element> {
        inside(&self.document, CHARTED, event, PLOT).filter(|plot| plot.has_attribute(SPOTS))
    }

    /// What a key does on a plot; `None` where it is none of ours.
    fn key(self: &Rc<Self>, event: &Event) -> Option<()> {
        let key = event.dyn_ref::<KeyboardEvent>()?;
        if key.ctrl_key() || key.meta_key() || key.alt_key() {
            return None;
        }
        let plot = self.plot_of(event)?;
        let count = plot.get_attribute(SPOTS)?.lines().count();
        let at: Option<usize> = plot.get_attribute(AT).and_then(|at| at.parse().ok());
        let last = count.checked_sub(1)?;
        let next = match key.key().as_str() {
            "ArrowLeft" => at.map_or(last, |at| at.saturating_sub(1)),
            "ArrowRight" => at.map_or(last, |at| (at + 1).min(last)),
            "Home" => 0,
            "End" => last,
            "+" | "=" => return self.press("closer"),
            "-" => return self.press("wider"),
            _ => return None,
        };
        read(&plot, next)
    }

    /// Reads the spot that is nearest to where a finger was lifted, or moves the chart where it went sideways.
    fn up(self: &Rc<Self>, event: &Event) -> Option<()> {
        let (down, mouse) = (self.down.take()?, event.dyn_ref::<MouseEvent>()?);
        let plot = self.plot_of(event)?;
        match mouse.client_x() - down {
            went if went >= SWIPE => return self.press("earlier"),
            went if went <= -SWIPE => return self.press("later"),
            _ => {}
        }
        let place = plot.get_bounding_client_rect();
        let across = (f64::from(mouse.client_x()) - place.left()) / place.width().max(1.0) * 1000.0;
        let spots = plot.get_attribute(SPOTS)?;
        let far = |line: &str| line.split(' ').next().and_then(|x| x.parse().ok()).map(|x: i32| (f64::from(x) - across).abs());
        let nearest = spots.lines().enumerate().filter_map(|(at, line)| Some((at, far(line)?)));
        read(&plot, nearest.min_by(|one, other| one.1.total_cmp(&other.1))?.0)
    }

    /// Follows the link that moves the chart so.
    fn press(self: &Rc<Self>, moves: &str) -> Option<()> {
        let link = self.part()?.query_selector(&format!("[{MOVES}={moves}]")).ok()??;
        Rc::clone(self).go(link.get_attribute("href")?, true);
        Some(())
    }

    fn go_where(self: &Rc<Self>, address: Option<String>, event: &Event) {
        if let Some(address) = address {
            event.prevent_default();
            Rc::clone(self).go(address, true);
        }
    }

    /// Exchanges the part for that of the page at the address; where that does not work, goes there.
    fn go(self: Rc<Self>, address: String, keep: bool) {
        leptos::task::spawn_local(async move {
            let there = page_at(&self.window, &address).await;
            if there.and_then(|there| self.show(&there, keep.then_some(address.as_str()))).is_none() {
                let _ = self.window.location().assign(&address);
            }
        });
    }

    fn show(&self, there: &Document, address: Option<&str>) -> Option<()> {
        let new = there.get_element_by_id(CHARTED)?;
        if let Some(address) = address {
            self.window.history().ok()?.push_state_with_url(&JsValue::NULL, "", Some(address)).ok()?;
        }
        self.document.set_title(&there.title());
        self.take(&new)?;
        (self.said)(new_words(&self.part()?));
        Some(())
    }

    /// Puts a part in the place of the one that is shown. Whoever stood on something in it stands on the same again.
    fn take(&self, new: &Element) -> Option<()> {
        let old = self.part()?;
        let stood = self.document.active_element().filter(|active| old.contains(Some(active)));
        let again = stood.as_ref().map(same);
        self.shown.replace(new.inner_html());
        self.since.set(js_sys::Date::now());
        old.replace_with_with_node_1(new).ok()?;
        self.wake();
        if let Some(sort) = again {
            let part = self.part()?;
            let found = part.query_selector(&sort).ok().flatten().or_else(|| part.query_selector(PLOT).ok().flatten());
            if let Some(found) = found.unwrap_or(part).dyn_ref::<HtmlElement>() {
                let _ = found.focus();
            }
        }
        Some(())
    }

    /// Asks for what is new, once it is seen and as long as nothing is being filled in. What happens meanwhile is asked for once more.
    fn look_again(self: Rc<Self>) {
        let old = js_sys::Date::now() - self.since.get() > STILL_NEW;
        if self.document.hidden() || !(old || self.stale.get()) || self.asking.replace(true) {
            return;
        }
        leptos::task::spawn_local(async move {
            loop {
                self.stale.set(false);
                if let Ok(address) = self.window.location().href() {
                    let there = page_at(&self.window, &address).await;
                    let _ = there.and_then(|there| self.renew(&there));
                }
                self.since.set(js_sys::Date::now());
                if !self.stale.get() || self.document.hidden() {
                    break;
                }
            }
            self.asking.set(false);
        });
    }

    fn renew(&self, there: &Document) -> Option<()> {
        let new = there.get_element_by_id(CHARTED)?;
        let filling = self.document.active_element().and_then(|active| active.closest("form").ok().flatten());
        let filling = filling.is_some_and(|form| self.part().is_some_and(|part| part.contains(Some(&form))));
        if filling || *self.shown.borrow() == new.inner_html() {
            return None;
        }
        self.take(&new)?;
        (self.said)(format!("Something new was recorded. {}", new_words(&self.part()?)));
        Some(())
    }
}

/// What a part says of itself.
fn new_words(part: &Element) -> String {
    part.get_attribute("data-said").unwrap_or_default()
}

/// How the same thing is found in another state of the part.
fn same(stood: &Element) -> String {
    let by = |attribute: &str| stood.get_attribute(attribute).map(|value| format!("[{attribute}={value:?}]"));
    by(MOVES).or_else(|| by("data-name")).or_else(|| by("href")).unwrap_or_else(|| PLOT.to_owned())
}

/// Shows a spot of a plot with a cursor, and says it.
fn read(plot: &Element, at: usize) -> Option<()> {
    let spots = plot.get_attribute(SPOTS)?;
    let mut fields = spots.lines().nth(at)?.splitn(3, ' ');
    let (x, y, words) = (fields.next()?.parse::<u32>().ok()?, fields.next()?, fields.next()?);
    let x = format!("{}.{}%", x / 10, x % 10);
    let (line, ring) = (plot.query_selector(".sh-chart__cursor").ok()??, plot.query_selector(".sh-chart__ring").ok()??);
    for (element, attribute, value) in [
        (&line, "x1", x.as_str()),
        (&line, "x2", x.as_str()),
        (&ring, "cx", x.as_str()),
        (&ring, "cy", y),
        (&line, "visibility", "visible"),
        (&ring, "visibility", "visible"),
    ] {
        element.set_attribute(attribute, value).ok()?;
    }
    plot.set_attribute(AT, &at.to_string()).ok()?;
    plot.next_element_sibling()?.set_text_content(Some(words));
    Some(())
}
