//! JSON in which readings stand one after the other: in a list, in the list of an object, or one document after another.

use crate::collect::Collector;
use crate::metered::{Meter, Metered};
use crate::{Left, ReadError, fitbit, google, openmhealth};
use domain::reading::Origin;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;
use std::io::{self, BufRead};

/// The list of Google Fit's points.
const POINTS: &str = "Data Points";

/// Reads all that stands in it; whose it is, where something of it is known.
pub(crate) fn read(
    source: Metered<impl BufRead>,
    name: &str,
    collector: &mut Collector<'_>,
) -> Result<Option<Origin>, ReadError> {
    let meter = source.meter();
    let file = name.rsplit('/').next().unwrap_or_default();
    let mut all = All { meter: meter.clone(), file, fitbit: fitbit::kind_of(file), collector, origin: None, fault: None };
    let mut json = serde_json::Deserializer::from_reader(source);
    loop {
        meter.begin();
        match json.end() {
            Ok(()) => return Ok(all.origin),
            Err(error) if error.is_io() => return Err(fault(&error)),
            Err(_) => {}
        }
        if let Err(error) = (Document { all: &mut all, in_list: false }).deserialize(&mut json) {
            return Err(all.fault.take().unwrap_or_else(|| fault(&error)));
        }
    }
}

fn fault(error: &serde_json::Error) -> ReadError {
    match error.io_error_kind() {
        Some(kind) if kind != io::ErrorKind::InvalidData => ReadError::Io(io::Error::new(kind, error.to_string())),
        _ => ReadError::Damaged,
    }
}

/// What is read, and what was seen of it.
struct All<'a, 'c> {
    meter: Meter,
    file: &'a str,
    fitbit: Option<fitbit::Kind>,
    collector: &'a mut Collector<'c>,
    origin: Option<Origin>,
    fault: Option<ReadError>,
}

impl All<'_, '_> {
    fn take(&mut self, value: &Value) -> Result<(), ReadError> {
        let origin = if let Some(kind) = self.fitbit {
            fitbit::take(kind, value, self.collector)?;
            Origin::Fitbit
        } else if openmhealth::is_one(value) {
            openmhealth::take(value, self.collector)?;
            Origin::OpenMHealth
        } else if google::is_one(value) {
            google::take(value, self.file, self.collector)?;
            Origin::GoogleFit
        } else if google::is_session(value) {
            google::take_session(value, self.collector)?;
            Origin::GoogleFit
        } else {
            self.collector.leave(Left::Kind);
            return Ok(());
        };
        self.collector.leaves_last_day |= origin != Origin::OpenMHealth;
        self.origin = self.origin.or(Some(origin));
        Ok(())
    }

    fn take_or_stop<E: Error>(&mut self, value: &Value) -> Result<(), E> {
        self.take(value).map_err(|fault| {
            self.fault = Some(fault);
            E::custom("stopped")
        })
    }
}

/// A document, or a list of them.
struct Document<'r, 'a, 'c> {
    all: &'r mut All<'a, 'c>,
    in_list: bool,
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        loop {
            self.all.meter.begin();
            let Some(value) = list.next_element::<Value>()? else { return Ok(()) };
            self.all.take_or_stop(&value)?;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut rest = Map::new();
        while let Some(key) = object.next_key::<String>()? {
            if key == POINTS && !self.in_list {
                object.next_value_seed(Document { all: &mut *self.all, in_list: true })?;
                self.all.origin = self.all.origin.or(Some(Origin::GoogleFit));
                rest.insert(key, Value::Null);
            } else {
                rest.insert(key, object.next_value()?);
            }
        }
        if rest.contains_key(POINTS) { Ok(()) } else { self.all.take_or_stop(&Value::Object(rest)) }
    }
}
