//! Web pages, and the narrative of FHIR and CDA, which is of the same kind.

use super::block::{Block, Builder};
use super::symbol::Typeface;
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// The most bytes of a web page that are read.
const LONGEST: usize = 4 * 1024 * 1024;
/// The most typefaces within one another.
const MOST_FACES: usize = 64;

/// What a web page shows.
pub(super) struct Page {
    pub(super) blocks: Vec<Block>,
    /// Something was left out.
    pub(super) cut: bool,
    /// It holds pictures, which are not shown.
    pub(super) pictures: bool,
}

/// Elements that are left out with all that is in them.
fn is_left_out(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "title"
            | "svg"
            | "math"
            | "template"
            | "iframe"
            | "object"
            | "applet"
            | "select"
            | "audio"
            | "video"
            | "canvas"
            | "noembed"
            | "noframes"
            | "frameset"
            | "datalist"
            | "button"
    )
}

/// Elements that begin and end a paragraph.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "nav"
            | "aside"
            | "address"
            | "blockquote"
            | "center"
            | "dl"
            | "dt"
            | "dd"
            | "fieldset"
            | "legend"
            | "form"
            | "figure"
            | "figcaption"
            | "hr"
            | "body"
            | "details"
            | "summary"
    )
}

fn heading(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.iter().find(|(key, _)| key.as_slice() == name.as_bytes()).map(|(_, value)| value)?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// The typeface that a tag sets.
fn face(tag: &StartTag<()>) -> Option<Typeface> {
    let names = attribute(tag, "face").or_else(|| {
        let style = attribute(tag, "style")?.to_ascii_lowercase();
        let (_, rest) = style.split_once("font-family")?;
        Some(rest.trim_start_matches([' ', ':']).split(';').next().unwrap_or_default().to_owned())
    })?;
    Some(Typeface::of(names.split(',').next().unwrap_or_default()))
}

/// A web page as blocks. The tokens are read as browsers read them; there is no tree of elements, whose upkeep could be made to take
/// as long as somebody likes.
pub(super) fn page(text: &str) -> Page {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut reader = Reader { cut: end < text.len(), ..Reader::default() };
    let mut emitter = DefaultEmitter::<()>::default();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(text.get(..end).unwrap_or_default(), emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => reader.open(&tag),
            Token::EndTag(tag) => reader.close(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
        if reader.builder.is_full() {
            break;
        }
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    builder: Builder,
    /// What is being left out, and how often it is open.
    left_out: Option<(String, usize)>,
    /// The typefaces that are set, each by its element.
    faces: Vec<(String, Typeface)>,
    /// Where the link leads that is open, and what it says.
    link: Option<(String, String)>,
    cut: bool,
    pictures: bool,
}

impl Reader {
    fn text(&mut self, text: &str) {
        if self.left_out.is_some() {
            return;
        }
        if let Some((_, said)) = &mut self.link {
            said.push_str(text);
        }
        match self.faces.last().map(|(_, face)| *face).unwrap_or_default() {
            Typeface::Letters => self.builder.text(text),
            face => self.builder.text(&text.chars().map(|sign| face.shows(sign)).collect::<String>()),
        }
    }

    fn open(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if let Some((open, count)) = &mut self.left_out {
            if *open == name && !tag.self_closing {
                *count += 1;
            }
            return;
        }
        if is_left_out(&name) {
            self.pictures |= matches!(name.as_str(), "svg" | "object" | "canvas" | "video");
            if !tag.self_closing || matches!(name.as_str(), "script" | "style" | "title") {
                self.left_out = Some((name, 1));
            }
            return;
        }
        if let Some(face) = face(tag).filter(|_| self.faces.len() < MOST_FACES) {
            self.faces.push((name.clone(), face));
        } else if self.faces.iter().any(|(open, _)| *open == name) && self.faces.len() < MOST_FACES {
            // So that its end does not end the one around it.
            let inherited = self.faces.last().map(|(_, face)| *face).unwrap_or_default();
            self.faces.push((name.clone(), inherited));
        }
        let across = || attribute(tag, "colspan").and_then(|text| text.trim().parse().ok()).unwrap_or(1);
        let builder = &mut self.builder;
        match name.as_str() {
            "br" => builder.line(),
            "b" | "strong" => builder.strong(true),
            "ul" | "menu" | "dir" => builder.open_list(false),
            "ol" => builder.open_list(true),
            "li" => builder.open_item(),
            "table" => builder.open_table(),
            "tr" => builder.open_row(),
            "td" => builder.open_cell(false, across()),
            "th" => builder.open_cell(true, across()),
            "caption" => builder.open_caption(),
            "pre" | "listing" | "xmp" => {
                builder.flush();
                builder.keep_spaces(true);
            }
            "img" | "image" | "embed" => {
                self.pictures = true;
                if let Some(words) = attribute(tag, "alt").filter(|words| !words.trim().is_empty()) {
                    builder.text(&format!(" [Picture: {}] ", words.trim()));
                }
            }
            "input" => {
                if attribute(tag, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox")) {
                    let ticked = tag.attributes.keys().any(|key| key.as_slice() == b"checked");
                    builder.text(if ticked { " ☑ " } else { " ☐ " });
                }
            }
            "a" => self.link = attribute(tag, "href").map(|href| (href, String::new())),
            name => match heading(name) {
                Some(level) => builder.open_heading(level),
                None if is_block(name) => builder.flush(),
                None => {}
            },
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((open, count)) = &mut self.left_out {
            if open == name {
                *count -= 1;
                if *count == 0 {
                    self.left_out = None;
                }
            }
            return;
        }
        if let Some(at) = self.faces.iter().rposition(|(open, _)| open == name) {
            self.faces.truncate(at);
        }
        match name {
            "b" | "strong" => self.builder.strong(false),
            "ul" | "menu" | "dir" | "ol" => self.builder.close_list(),
            "li" => self.builder.close_item(),
            "table" => self.builder.close_table(),
            "tr" => self.builder.close_row(),
            "td" | "th" => self.builder.close_cell(),
            "caption" => self.builder.close_caption(),
            "pre" | "listing" | "xmp" => {
                self.builder.flush();
                self.builder.keep_spaces(false);
            }
            "a" => self.end_link(),
            name if heading(name).is_some() => self.builder.close_heading(),
            name if is_block(name) => self.builder.flush(),
            _ => {}
        }
    }

    /// Says where a link leads, in words: nothing of a document can be pressed.
    fn end_link(&mut self) {
        let Some((href, said)) = self.link.take() else { return };
        let href = href.trim();
        let bare = href.split_once(':').map_or("", |(_, rest)| rest).trim_start_matches('/');
        let lower = href.to_ascii_lowercase();
        let tells = ["https://", "http://", "mailto:", "tel:"].iter().any(|start| lower.starts_with(start));
        if tells && !bare.is_empty() && !said.contains(bare.trim_end_matches('/')) && href.len() <= 300 {
            let shown = if lower.starts_with("http") { href } else { bare };
            self.builder.text(&format!(" ({shown})"));
        }
    }

    fn finish(self) -> Page {
        // What was begun to be left out and never ended may have been anything.
        let unended = self.left_out.is_some_and(|(name, _)| !matches!(name.as_str(), "script" | "style"));
        let (blocks, cut) = self.builder.finish();
        Page { blocks, cut: cut || self.cut || unended, pictures: self.pictures }
    }
}

#[cfg(test)]
mod tests {
    use super::super::block::Run;
    use super::*;
    use proptest::prelude::*;

    fn said(html: &str) -> String {
        let mut out = String::new();
        page(html).blocks.iter().for_each(|block| block.say(&mut out));
        out
    }

    #[test]
    fn headings_lists_and_tables_stay_what_they_are() {
        let page = page(
            "<h2>Your eyes</h2><p>Two <b>small</b> changes.<ul><li>Left<li>Right<ul><li>Outer</ul></ul>\
                         <table><caption>Sight</caption><tr><th>Eye<th>6/x<tr><td>Left<td>6</table>",
        );
        let run = |text: &str| Run { text: text.to_owned(), strong: false };
        assert_eq!(page.blocks[0], Block::Heading { level: 2, text: "Your eyes".to_owned() });
        let Block::Paragraph(runs) = &page.blocks[1] else { panic!("{:?}", page.blocks) };
        assert_eq!(runs[..], [run("Two "), Run { text: "small".to_owned(), strong: true }, run(" changes.")]);
        let Block::List { items, ordered: false } = &page.blocks[2] else { panic!("{:?}", page.blocks) };
        assert_eq!((items.len(), items[1].inner.len()), (2, 1));
        let Block::Table(table) = &page.blocks[3] else { panic!("{:?}", page.blocks) };
        assert_eq!((table.caption.as_deref(), table.rows.len(), table.rows[0][1].head), (Some("Sight"), 2, true));
        assert!(!page.cut && !page.pictures);
    }

    #[test]
    fn nothing_that_runs_or_loads_comes_through() {
        let page = page(
            "<p onclick='steal()'>Hello <script>alert('a</p>b')</script><a href='javascript:alert(1)'>press</a> \
             <a href='https://nhs.uk/flu'>here</a> <img src='https://track.example/x.gif' onerror=alert(2) alt='A knee'>\
             <svg><script>alert(3)</script><text>inside</text></svg><style>p{background:url(//x)}</style>\
             <iframe src='https://x'>frame</iframe> end &lt;script&gt;</p>",
        );
        let mut out = String::new();
        page.blocks.iter().for_each(|block| block.say(&mut out));
        assert_eq!(out, "Hello press here (https://nhs.uk/flu) [Picture: A knee] end <script>\n");
        assert!(page.pictures);
    }

    #[test]
    fn a_microgram_in_symbol_stays_one() {
        assert_eq!(said("Take 50 <font face='Symbol'>m</font>g"), "Take 50 μg\n");
        assert_eq!(
            said("Take 50 <span style=\"font-size:9pt; font-family: Symbol, serif\">m</span>g of <span>mm</span>"),
            "Take 50 μg of mm\n"
        );
    }

    #[test]
    fn what_is_left_out_and_never_ends_is_said_to_be_missing() {
        assert!(page("<p>Before</p><svg>Everything else").cut);
        assert!(!page("<p>Before</p>").cut);
    }

    #[test]
    fn deep_and_wide_pages_end_soon() {
        for part in [
            "<div>",
            "<table><tr><td>",
            "<ul><li>",
            "<b><i><font size=1>x",
            "<p>x",
            "<svg>",
            "<a href=https://x>",
            "<td",
            "<!--",
            "&#x41;",
        ] {
            let read = page(&part.repeat(60_000));
            assert!(read.blocks.len() <= 30_000, "{part}");
        }
    }

    proptest! {
        #[test]
        fn whatever_it_holds_it_is_read(html in "(<(/)?(p|b|ul|li|table|tr|td|script|svg|a href=x|h1|font face=symbol)>?|[a-z&;#<> ]{0,6}){0,60}") {
            let _ = page(&html);
        }

        #[test]
        fn any_text_is_read(html in any::<String>()) {
            let _ = page(&html);
        }
    }
}
