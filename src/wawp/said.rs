//! What the body of an error says, in JSON, XML, HTML or plain text: its statements and its code, still foreign text.

use serde_json::{Map, Value};

use super::failed::WRAPPERS;
use super::markup::element;
use super::public_words::is_listed;

/// How deep a JSON body is looked into.
const DEEPEST: usize = 16;
/// How many statements of a body are looked at.
const MOST: usize = 20;

/// The keys of the text that an object is about, in the order in which they are told.
const TEXTS: [&str; 7] = [
    "title",
    "message",
    "msg",
    "detail",
    "error_description",
    "description",
    "reason",
];
/// The keys of the place that a statement is about.
const PLACES: [&str; 8] = [
    "property",
    "param",
    "parameter",
    "field",
    "path",
    "loc",
    "pointer",
    "instancePath",
];
/// The keys of further statements: by frameworks, and by RFC 9457.
const FURTHER: [&str; 11] = [
    "errors",
    "params",
    "details",
    "violations",
    "issues",
    "invalid_params",
    "invalid-params",
    "children",
    "extensions",
    "fieldViolations",
    "field_violations",
];

/// What a body says.
#[derive(Default)]
pub(super) struct Said {
    statements: Vec<Statement>,
    /// What a page says below its title, which is told where the title says nothing.
    pub(super) below: Vec<String>,
    /// A public word.
    pub(super) code: Option<String>,
}

/// One text, and the place in the request that it is about; it may be empty.
struct Statement {
    place: String,
    text: String,
}

impl Statement {
    /// Whether it says what a text says.
    fn says(&self, text: &str) -> bool {
        self.text == text || (words(text).count() > 0 && words(&self.text).eq(words(text)))
    }
}

impl Said {
    /// Reads a body, whatever its format.
    pub(super) fn of(body: &[u8]) -> Self {
        let body = String::from_utf8_lossy(body);
        let body = body.trim_start_matches('\u{feff}').trim();
        let mut said = Self::default();
        if body.starts_with(['{', '[', '"']) {
            if let Ok(json) = serde_json::from_str(body) {
                said.add_json(&json);
            }
        } else if body.starts_with('<') {
            said.add_markup(body);
        } else {
            said.push("", body);
        }
        said
    }

    /// The statements and the code in one line, without what `is_known` already; `None` where nothing is left.
    pub(super) fn line(&self, is_known: impl Fn(&str) -> bool) -> Option<String> {
        let mut line = String::new();
        let mut last = "";
        let statements = self.statements.iter();
        for Statement { place, text } in statements.filter(|own| !is_known(&own.text)) {
            if !line.is_empty() {
                line.push_str("; ");
            }
            if !place.is_empty() && place != last {
                line.extend([place, ": "]);
            }
            line.push_str(text);
            last = place;
        }
        if line.is_empty() {
            let below = self.below.iter().find(|text| !is_known(text));
            line.extend(below.map(String::as_str));
        }
        let code = self.code.as_deref().filter(|code| !is_known(code));
        let says_more = |code: &&str| words(code).ne(words(&line));
        match code.filter(says_more) {
            Some(code) if line.is_empty() => line.push_str(code),
            Some(code) => line.extend([" (", code, ")"]),
            None => {}
        }
        (!line.is_empty()).then_some(line)
    }

    /// Whether it may mean that a parameter did not arrive: it says so, or nothing at all.
    pub(super) fn lacks_something(&self) -> bool {
        let is_silent = self.statements.is_empty() && self.code.is_none();
        is_silent || self.mentions("missing") || self.mentions("required")
    }

    /// Whether a word is in it.
    pub(super) fn mentions(&self, word: &str) -> bool {
        let texts = self.statements.iter().map(|statement| &*statement.text);
        let mut all = texts.chain(self.code.as_deref()).flat_map(words);
        all.any(|own| own == word)
    }

    fn push(&mut self, place: &str, text: &str) {
        let (place, text) = (one_line(place), one_line(text));
        if text.is_empty() {
            return;
        }
        let mut same = self.statements.iter_mut().filter(|own| own.says(&text));
        // It is one statement, of which the place is known now.
        if let Some(own) =
            same.find(|own| own.place.is_empty() || place.is_empty() || own.place == place)
        {
            if own.place.is_empty() {
                own.place = place;
            }
        } else if self.statements.len() < MOST {
            self.statements.push(Statement { place, text });
        }
    }

    fn add_json(&mut self, json: &Value) {
        let codes = [&json["code"], &json["error"]["code"], &json["error_code"]];
        let code = codes.into_iter().find_map(scalar);
        self.add("", json, 0);
        if self.statements.is_empty() {
            let inside = WRAPPERS.iter().filter_map(|key| json.get(key));
            for inside in inside.filter(|inside| inside.is_object()) {
                self.add("", inside, 1);
            }
        }
        // A list of texts for each place, and nothing around it.
        if self.statements.is_empty()
            && let Value::Object(fields) = json
        {
            let lists = fields.iter().filter(|(_, value)| value.is_array());
            for (place, list) in lists.take(MOST) {
                self.add_by_place(place, list, 1);
            }
        }
        if self.statements.is_empty()
            && let Some(code) = &code
        {
            self.push("", code);
        }
        self.set_code(code);
    }

    fn set_code(&mut self, code: Option<String>) {
        self.code = code
            .map(|code| one_line(&code))
            .filter(|code| is_listed(code));
    }

    /// Adds what a value says of a place.
    fn add(&mut self, place: &str, value: &Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match value {
            Value::String(_) | Value::Number(_) => {
                self.push(place, &scalar(value).unwrap_or_default());
            }
            Value::Array(items) => {
                // More can't be of use, and each may be deep.
                for item in items.iter().take(MOST) {
                    self.add(place, item, depth + 1);
                }
            }
            Value::Object(fields) => self.add_object(place, fields, depth),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn add_object(&mut self, place: &str, fields: &Map<String, Value>, depth: usize) {
        let own = PLACES.iter().find_map(|key| path(fields.get(*key)?));
        let place = own.as_deref().unwrap_or(place);
        let before = self.statements.len();
        for key in TEXTS {
            self.add_text(place, fields.get(key).unwrap_or(&Value::Null), depth + 1);
        }
        // Beside a message it is the status once more, unless it holds one of its own.
        let error = fields.get("error").unwrap_or(&Value::Null);
        if self.statements.len() == before || !error.is_string() {
            self.add_text(place, error, depth + 1);
        }
        if let Some(Value::Object(constraints)) = fields.get("constraints") {
            for text in constraints.values() {
                self.add(place, text, depth + 1);
            }
        }
        // What is there besides is no statement, unless it holds some.
        let data = fields.get("data").and_then(Value::as_object);
        let data = data.into_iter().flat_map(further);
        for value in further(fields).chain(data) {
            match value {
                Value::Object(by_place) => {
                    for (place, value) in by_place.iter().take(MOST) {
                        self.add(place, value, depth + 1);
                    }
                }
                other => self.add(place, other, depth + 1),
            }
        }
    }

    /// Adds what stands in place of a text: an object may have no text of its own, but one for each place.
    fn add_text(&mut self, place: &str, value: &Value, depth: usize) {
        let before = self.statements.len();
        self.add(place, value, depth);
        if value.is_object() && self.statements.len() == before {
            self.add_by_place(place, value, depth);
        }
    }

    /// Adds the texts of an object that has them by place, however deep they are.
    fn add_by_place(&mut self, place: &str, value: &Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let inside = |step: &str| match place {
            "" => step.to_owned(),
            place => format!("{place}.{step}"),
        };
        match value {
            Value::Object(by_place) => {
                for (step, value) in by_place.iter().take(MOST) {
                    self.add_by_place(&inside(step), value, depth + 1);
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().take(MOST).enumerate() {
                    match item {
                        Value::Object(_) => {
                            self.add_by_place(&inside(&at.to_string()), item, depth + 1);
                        }
                        item => self.add(place, item, depth + 1),
                    }
                }
            }
            text => self.add(place, text, depth),
        }
    }

    fn add_markup(&mut self, body: &str) {
        let lower = body.to_ascii_lowercase();
        let names = ["message", "error", "title", "h1", "body"];
        if let Some(text) = names.iter().find_map(|name| element(body, &lower, name)) {
            self.push("", &text);
        }
        let below = ["h1", "p", "pre"].into_iter();
        let below = below.filter_map(|name| element(body, &lower, name));
        self.below = below.map(|text| one_line(&text)).collect();
        self.set_code(element(body, &lower, "code"));
    }
}

fn further(fields: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    FURTHER.iter().filter_map(|key| fields.get(*key))
}

/// A string, or a number as text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A place: one text, or its steps.
fn path(value: &Value) -> Option<String> {
    let steps = match value {
        Value::Array(steps) => steps.iter().take(MOST).filter_map(scalar).collect(),
        one => vec![scalar(one)?],
    };
    Some(steps.join(".")).filter(|path| !path.is_empty())
}

/// The words of a text in lower case, for comparing what it says.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// One line without control characters; what is left is still foreign text.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
