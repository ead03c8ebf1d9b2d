//! What the body of an error says, in JSON, XML, HTML or plain text: its statements and its code, still foreign text.

use serde_json::{Map, Value};

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
const FURTHER: [&str; 9] = [
    "errors",
    "params",
    "details",
    "violations",
    "issues",
    "invalid_params",
    "invalid-params",
    "children",
    "extensions",
];

/// What a body says.
#[derive(Default)]
pub(super) struct Said {
    statements: Vec<Statement>,
    /// A public word.
    pub(super) code: Option<String>,
}

/// One text, and the place in the request that it is about; it may be empty.
#[derive(PartialEq, Eq)]
struct Statement {
    place: String,
    text: String,
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
        let statement = Statement { place, text };
        let is_new = !statement.text.is_empty() && !self.statements.contains(&statement);
        if is_new && self.statements.len() < MOST {
            self.statements.push(statement);
        }
    }

    fn add_json(&mut self, json: &Value) {
        let codes = [&json["code"], &json["error"]["code"], &json["error_code"]];
        let code = codes.into_iter().find_map(scalar);
        self.add("", json, 0);
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
            self.add(place, fields.get(key).unwrap_or(&Value::Null), depth + 1);
        }
        // Beside a message it is the status once more, unless it holds one of its own.
        let error = fields.get("error").unwrap_or(&Value::Null);
        if self.statements.len() == before || !error.is_string() {
            self.add(place, error, depth + 1);
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

    fn add_markup(&mut self, body: &str) {
        let lower = body.to_ascii_lowercase();
        let names = ["message", "error", "title", "h1", "body"];
        if let Some(text) = names.iter().find_map(|name| element(body, &lower, name)) {
            self.push("", &text);
        }
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

/// The text of the first element of that name in `body`, without the tags in it; `lower` is `body` in lower case.
fn element(body: &str, lower: &str, name: &str) -> Option<String> {
    let tag = format!("<{name}");
    let mut opened = lower.match_indices(&tag);
    let ends_name = |c: char| c == '>' || c.is_ascii_whitespace();
    let open = opened.find_map(|(at, tag)| {
        let end = at + tag.len();
        lower[end..].starts_with(ends_name).then_some(end)
    })?;
    let start = open + lower[open..].find('>')? + 1;
    let length = lower[start..].find(&format!("</{name}"));
    let inside = &body[start..length.map_or(body.len(), |length| start + length)];
    let inside = inside.replace("<![CDATA[", "").replace("]]>", "");
    let pieces = inside.split('<').enumerate().map(|(at, piece)| match at {
        0 => piece,
        _ => piece.split_once('>').map_or("", |(_, behind)| behind),
    });
    let text = pieces.collect::<Vec<_>>().join(" ");
    let text = ENTITIES
        .iter()
        .fold(text, |text, (entity, plain)| text.replace(entity, plain));
    (!text.trim().is_empty()).then_some(text)
}

/// The entities that messages in XML and HTML have for what may stand in a message that is shown.
const ENTITIES: [(&str, &str); 5] = [
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#039;", "'"),
    ("&nbsp;", " "),
];

/// One line without control characters; what is left is still foreign text.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
