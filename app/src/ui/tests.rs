//! What every example of the kit must keep to.

use super::{Example, gallery};
use crate::pages::design::DesignPage;
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One start tag of rendered HTML.
#[derive(Debug)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
}

impl Element {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    fn class(&self, name: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split_whitespace().any(|class| class == name))
    }
}

/// The start tags of a page, in order. Leptos writes well-formed tags with quoted values, which is all this reads.
fn elements(html: &str) -> Vec<Element> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with('!') || rest.starts_with('/') {
            continue;
        }
        let name_end = rest.find([' ', '>', '/']).expect("a tag has an end");
        let mut element = Element { name: rest[..name_end].to_owned(), attributes: BTreeMap::new() };
        rest = &rest[name_end..];
        loop {
            rest = rest.trim_start_matches([' ', '/', '\n']);
            if rest.starts_with('>') || rest.is_empty() {
                break;
            }
            let end = rest.find(['=', ' ', '>']).expect("an attribute has an end");
            let key = rest[..end].to_owned();
            rest = &rest[end..];
            let value = if let Some(quoted) = rest.strip_prefix("=\"") {
                let close = quoted.find('"').expect("a quoted value is closed");
                rest = &quoted[close + 1..];
                quoted[..close].to_owned()
            } else {
                String::new()
            };
            element.attributes.insert(key, value);
        }
        found.push(element);
    }
    found
}

fn html(example: &Example) -> String {
    let owner = Owner::new();
    owner.with(|| (example.view)().to_html())
}

/// Every example, with a name for messages, and its tags.
fn rendered() -> Vec<(String, String, Vec<Element>)> {
    gallery()
        .into_iter()
        .flat_map(|(component, examples)| {
            examples.into_iter().map(move |example| {
                let html = html(&example);
                let elements = elements(&html);
                (format!("{component}: {}", example.name), html, elements)
            })
        })
        .collect()
}

#[test]
fn every_component_has_an_example() {
    for (component, examples) in gallery() {
        assert!(!examples.is_empty(), "{component} has no example");
        for example in examples {
            assert!(!html(&example).is_empty(), "{component}: {} renders nothing", example.name);
        }
    }
}

#[test]
fn no_id_is_used_twice_in_the_whole_gallery() {
    let mut seen = BTreeSet::new();
    for (name, _, elements) in rendered() {
        for id in elements.iter().filter_map(|element| element.get("id")) {
            assert!(seen.insert(id.to_owned()), "{name}: the id {id} is used twice");
        }
    }
}

#[test]
fn no_example_has_inline_style_or_script() {
    for (name, html, elements) in rendered() {
        assert!(!html.contains("<noscript"), "{name}");
        for element in elements {
            assert_eq!(element.get("style"), None, "{name}");
            assert_ne!(element.name, "script", "{name}");
            assert!(element.attributes.keys().all(|key| !key.starts_with("on")), "{name}: {element:?}");
        }
    }
}

#[test]
fn every_field_has_a_label_and_every_label_a_field() {
    for (name, _, elements) in rendered() {
        let labelled: BTreeSet<&str> =
            elements.iter().filter(|element| element.name == "label").filter_map(|element| element.get("for")).collect();
        let fields: BTreeSet<&str> = elements
            .iter()
            .filter(|element| match &*element.name {
                "input" => element.get("type") != Some("hidden"),
                name => matches!(name, "select" | "textarea"),
            })
            .map(|element| element.get("id").expect("a field has an id"))
            .collect();
        assert_eq!(labelled, fields, "{name}");
    }
}

#[test]
fn what_describes_a_field_exists_and_every_error_and_hint_describes_something() {
    for (name, _, elements) in rendered() {
        let ids: BTreeSet<&str> = elements.iter().filter_map(|element| element.get("id")).collect();
        let described: BTreeSet<&str> =
            elements.iter().filter_map(|element| element.get("aria-describedby")).flat_map(str::split_whitespace).collect();
        assert!(described.is_subset(&ids), "{name}: {described:?}");
        for element in elements.iter().filter(|element| element.class("nhsuk-error-message") || element.class("nhsuk-hint")) {
            let id = element.get("id").expect("a hint or error has an id");
            assert!(described.contains(id), "{name}: nothing is described by {id}");
        }
    }
}

#[test]
fn a_field_with_an_error_is_marked_and_says_so_aloud() {
    for (name, html, elements) in rendered() {
        let errors = elements.iter().filter(|element| element.class("nhsuk-error-message")).count();
        assert_eq!(html.matches("Error: ").count(), errors, "{name}");
        let groups = elements.iter().filter(|element| element.class("nhsuk-form-group--error")).count();
        assert_eq!(groups, errors, "{name}");
    }
}

#[test]
fn an_error_summary_leads_to_fields_that_exist_and_can_take_the_focus() {
    let mut summaries = 0;
    for (name, html, elements) in rendered() {
        let Some(summary) = elements.iter().find(|element| element.class("nhsuk-error-summary")) else { continue };
        summaries += 1;
        assert_eq!(summary.get("tabindex"), Some("-1"), "{name}");
        assert!(elements.iter().any(|element| element.get("role") == Some("alert")), "{name}");
        assert!(html.contains("There is a problem"), "{name}");
        for target in elements.iter().filter_map(|element| element.get("href")?.strip_prefix('#')) {
            assert!(
                elements.iter().any(|element| element.name == "input" && element.get("id") == Some(target)),
                "{name}: there is no field {target}"
            );
        }
    }
    assert_eq!(summaries, 1);
}

#[test]
fn the_browser_never_checks_a_form_itself() {
    for (name, _, elements) in rendered() {
        for element in elements {
            for attribute in ["required", "pattern", "min", "max", "minlength", "maxlength"] {
                assert_eq!(element.get(attribute), None, "{name}: {element:?}");
            }
        }
    }
}

#[test]
fn pictures_are_either_named_or_hidden() {
    for (name, _, elements) in rendered() {
        for svg in elements.iter().filter(|element| element.name == "svg") {
            let hidden = svg.get("aria-hidden") == Some("true");
            let named = svg.get("role") == Some("img") && svg.get("aria-label").is_some();
            assert!(hidden != named, "{name}: {svg:?}");
        }
    }
}

#[test]
fn no_example_tells_a_person_that_they_are_invalid() {
    for (name, html, _) in rendered() {
        assert!(!html.replace("aria-invalid", "").to_lowercase().contains("invalid"), "{name}");
    }
}

#[test]
fn the_gallery_shows_every_example() {
    let owner = Owner::new();
    let page = owner.with(|| view! { <DesignPage /> }.to_html());
    for (component, examples) in gallery() {
        assert!(page.contains(component), "{component}");
        for example in examples {
            assert!(page.contains(example.name), "{component}: {}", example.name);
        }
    }
}
