//! The numbers by which an order and what answers it know each other, where a reference leads from one source to another.

use super::names::wording;
use crate::Received;
use crate::types::{CodeableConcept, Lenient, List, fhir};
use domain::record::{OrderRole, Ordered};
use domain::result::OrderNumber;

/// The most numbers that are kept of one order, or of what answers it.
const MOST: usize = 20;
/// How many references, and how many resources within another, are looked at.
const MOST_READ: usize = 1000;
/// What numbers of orders and of groups of them are called (HL7 v2, table 0203): by who placed them, and by who filled them.
const TYPES: &[&str] = &["PLAC", "PGN", "FILL", "FGN"];
/// Those of groups.
const GROUPS: &[&str] = &["PGN", "FGN"];
const TABLE_0203: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";

fhir! {
    NumberJson {
        system: Lenient<String>,
        value: Lenient<String>,
        #[serde(rename = "type")]
        kind: Lenient<CodeableConcept>,
    }
    /// An order, by itself or within its answer.
    OrderJson {
        resource_type: Lenient<String>,
        id: Lenient<String>,
        status: Lenient<String>,
        identifier: Lenient<List<Lenient<NumberJson>>>,
        requisition: Lenient<NumberJson>,
    }
    AnswerJson {
        identifier: Lenient<List<Lenient<NumberJson>>>,
        based_on: Lenient<List<Lenient<BasedOnJson>>>,
        contained: Lenient<List<Lenient<OrderJson>>>,
    }
    BasedOnJson {
        reference: Lenient<String>,
        #[serde(rename = "type")]
        kind: Lenient<String>,
        identifier: Lenient<NumberJson>,
    }
}

impl NumberJson {
    fn read(&self) -> Option<OrderNumber> {
        let number = OrderNumber::read(self.system.0.as_deref()?, self.value.0.as_deref()?)?;
        let is_of_group = self.kind.0.as_ref().is_some_and(|kind| kind.has(GROUPS));
        Some(if is_of_group { number.of_group() } else { number })
    }

    /// Whether it says that it is the number of an order.
    fn is_of_order(&self) -> bool {
        self.kind.0.as_ref().is_some_and(|kind| kind.has(TYPES))
    }

    /// Whether it may be one: where it stands for an order, and does not say that it is something else.
    fn may_be_of_order(&self) -> bool {
        let Some(kind) = &self.kind.0 else { return true };
        self.is_of_order() || !kind.coding.iter().any(|one| one.system.as_deref() == Some(TABLE_0203))
    }
}

impl OrderJson {
    fn numbers(&self) -> Vec<OrderNumber> {
        let own = self.identifier.0.iter().flat_map(|all| all.iter()).take(MOST_READ).filter_map(|one| one.0.as_ref());
        let mut numbers: Vec<OrderNumber> = own.filter(|one| one.may_be_of_order()).filter_map(NumberJson::read).collect();
        let shared = self.requisition.0.as_ref().filter(|one| one.may_be_of_order()).and_then(NumberJson::read);
        numbers.extend(shared.map(OrderNumber::of_group));
        numbers
    }
}

impl BasedOnJson {
    /// Whether it may be an order: it does not say that it is something else, such as a plan.
    fn may_be_order(&self) -> bool {
        let said = self.kind.0.as_deref().and_then(|kind| kind.rsplit('/').next());
        let worded = self.reference.0.as_deref().and_then(|text| wording(text.trim()));
        let worded = worded.as_deref().and_then(|text| text.split_once('/')).map(|(kind, _)| kind);
        let worded = worded.filter(|kind| kind.starts_with(|first: char| first.is_ascii_uppercase()));
        said.or(worded).is_none_or(|kind| kind == "ServiceRequest")
    }
}

impl AnswerJson {
    /// The order that stands within the answer itself and has this id.
    fn held(&self, id: &str) -> Option<&OrderJson> {
        let mut within = self.contained.0.iter().flat_map(|all| all.iter()).take(MOST_READ).filter_map(|one| one.0.as_ref());
        let held = within.find(|one| one.id.0.as_deref() == Some(id))?;
        let is_order = held.resource_type.0.as_deref() == Some("ServiceRequest");
        (is_order && held.status.0.as_deref() != Some("entered-in-error")).then_some(held)
    }

    fn numbers(&self) -> Vec<OrderNumber> {
        let own = self.identifier.0.iter().flat_map(|all| all.iter()).take(MOST_READ).filter_map(|one| one.0.as_ref());
        let mut numbers: Vec<OrderNumber> = own.filter(|one| one.is_of_order()).filter_map(NumberJson::read).collect();
        for order in self.based_on.0.iter().flat_map(|all| all.iter()).take(MOST_READ).filter_map(|one| one.0.as_ref()) {
            if !order.may_be_order() {
                continue;
            }
            numbers.extend(order.identifier.0.as_ref().filter(|one| one.may_be_of_order()).and_then(NumberJson::read));
            let within = order.reference.0.as_deref().and_then(|text| text.trim().strip_prefix('#'));
            numbers.extend(within.and_then(|id| self.held(id)).map(OrderJson::numbers).unwrap_or_default());
        }
        numbers
    }
}

/// The numbers of an order; `code` is what was ordered, `role` whether it is one of a test.
pub(super) fn of_order(received: &Received, code: Option<&CodeableConcept>, role: OrderRole) -> Option<Box<Ordered>> {
    if !received.raw.contains("\"identifier\"") && !received.raw.contains("\"requisition\"") {
        return None;
    }
    let json: OrderJson = serde_json::from_str(&received.raw).ok()?;
    ordered(role, code, json.numbers())
}

/// The numbers of the orders that a result, a report or a scan answers; `code` is what it is.
pub(super) fn of_answer(received: &Received, code: Option<&CodeableConcept>) -> Option<Box<Ordered>> {
    if !received.raw.contains("\"basedOn\"") && !TYPES.iter().any(|kind| received.raw.contains(kind)) {
        return None;
    }
    let json: AnswerJson = serde_json::from_str(&received.raw).ok()?;
    ordered(OrderRole::Answers, code, json.numbers())
}

fn ordered(role: OrderRole, code: Option<&CodeableConcept>, found: Vec<OrderNumber>) -> Option<Box<Ordered>> {
    let mut numbers: Vec<OrderNumber> = Vec::new();
    for number in found {
        if let Some(one) = numbers.iter_mut().find(|one| one.system == number.system && one.value == number.value) {
            one.is_group |= number.is_group;
        } else if numbers.len() < MOST {
            numbers.push(number);
        }
    }
    (!numbers.is_empty()).then(|| Box::new(Ordered { role, about: about(code), numbers }))
}

/// By what others of the same thing are known: also by a code of a system of which only some know the codes.
fn about(code: Option<&CodeableConcept>) -> Option<String> {
    super::results::analyte(code).or_else(|| {
        let code = code?.code()?;
        OrderNumber::read(&code.system, &code.code).map(|one| format!("{}|{}", one.system, one.value))
    })
}
