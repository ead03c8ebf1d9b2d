//! Builds trees of YAML parser events. It finds duplicate keys, and bounds depth, values and aliases.

mod checks;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle};

use super::explain::{Explained, explain};
use super::keys::key;
use super::syntax::position;
use super::tree::{Key, Node, Span, Value};
use super::{Code, Findings, Reveal};

/// The deepest nesting of a manifest, in levels; a real one needs 6.
const MAX_DEPTH: usize = 64;
/// The largest number of values in a manifest: those of about 200,000 instances.
const MAX_NODES: usize = 3_000_000;
/// The largest number of values that aliases add, against alias bombs.
const MAX_ALIASED: usize = 500_000;

/// The longest key text that is shared, in bytes.
const LONGEST_SHARED: usize = 64;
/// The largest number of shared key texts.
const MOST_SHARED: usize = 4096;

/// Builds the tree of every document in `text`, which begins `skipped` bytes into `file`.
pub(super) fn build(
    file: &Arc<str>,
    text: &str,
    skipped: usize,
    findings: &mut Findings,
) -> Result<Vec<Node>, Stop> {
    let mut builder = Builder {
        file,
        text,
        findings,
        skipped,
        documents: Vec::new(),
        open: Vec::new(),
        anchors: HashMap::new(),
        keys: HashSet::new(),
        nodes: 0,
        aliased: 0,
    };
    builder.run()?;
    Ok(builder.documents)
}

/// The reason why parsing of a file ends.
pub(super) struct Stop {
    pub(super) code: Code,
    pub(super) span: Span,
    pub(super) message: String,
}

impl Stop {
    pub(super) fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            span,
            message: message.into(),
        }
    }
}

/// The pending key of an open mapping.
enum PendingKey {
    /// The next value is a key.
    None,
    /// The next value is this key's.
    Some(Key),
    /// The next value has no usable key, and is dropped.
    Unusable,
}

/// A collection that is not closed yet.
struct Open {
    node: Node,
    anchor: usize,
    key: PendingKey,
    /// The keys so far and their lines, once there are more than a few.
    seen: HashMap<Arc<str>, u32>,
    nodes_before: usize,
}

struct Builder<'a> {
    file: &'a Arc<str>,
    text: &'a str,
    findings: &'a mut Findings,
    /// The length of the byte-order mark before the parsed text.
    skipped: usize,
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    /// Shared key texts: keys repeat from instance to instance.
    keys: HashSet<Arc<str>>,
    nodes: usize,
    aliased: usize,
}

impl Builder<'_> {
    fn run(&mut self) -> Result<(), Stop> {
        let text = self.text;
        let options = granit_parser::options! {
            emit_comments: false,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        };
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, span) = event.map_err(|error| self.stop(text, &error))?;
            if let Some(tag) = span.tag_span() {
                let tag = self.span(&tag.start, &tag.end);
                self.check_tag(event.tag(), tag);
            }
            let span = self.span(&span.start, &span.end);
            self.take(event, span)?;
        }
        Ok(())
    }

    fn stop(&self, text: &str, error: &granit_parser::ScanError) -> Stop {
        let mark = error.marker();
        let info = error.info();
        if info.contains("nesting") || info.contains("recursion") {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            return Stop::new(Code::Limit, self.span(mark, mark), message);
        }
        self.stopped(explain(text, error.kind(), mark.byte_offset().unwrap_or(0)))
    }

    fn stopped(&self, found: Explained) -> Stop {
        let span = position(&self.text.as_bytes()[..found.at]);
        let skipped = u32::try_from(self.skipped).unwrap_or(0);
        let length = u32::try_from(found.end.saturating_sub(found.at)).unwrap_or(0);
        let start = span.start + skipped;
        let span = Span {
            start,
            end: start + length,
            ..span
        };
        Stop::new(Code::Syntax, span, found.message)
    }

    fn span(&self, start: &granit_parser::Marker, end: &granit_parser::Marker) -> Span {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let byte =
            |mark: &granit_parser::Marker| number(mark.byte_offset().unwrap_or(0) + self.skipped);
        Span {
            line: number(start.line()),
            column: number(start.col() + 1),
            start: byte(start),
            end: byte(end),
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Stop> {
        match event {
            Event::DocumentStart(..) => self.anchors.clear(),
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let lines = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded)
                    || self.source(span).contains(['\n', '\r']);
                if plain && span.start == span.end && anchor != 0 {
                    let message = "`&` begins an anchor in YAML, and nothing follows it; quote a value that begins with `&`";
                    let place = span.in_file(self.file);
                    self.findings
                        .add(Code::Syntax, &place, Reveal::Nothing, message);
                }
                if plain && text.starts_with("http") {
                    self.check_comment(span);
                }
                let value = Value::Scalar {
                    text: self.shared(text),
                    plain,
                    lines,
                };
                self.count(1, span)?;
                self.close(Node { span, value }, anchor, 1)?;
            }
            Event::SequenceStart(_, anchor, _) => {
                self.start(span, Value::List(Vec::new()), anchor)?;
            }
            Event::MappingStart(_, anchor, _) => {
                self.start(span, Value::Map(Vec::new()), anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(done) = self.open.pop() {
                    let count = self.nodes - done.nodes_before;
                    self.close(done.node, done.anchor, count)?;
                }
            }
            Event::Alias(anchor) => {
                let Some((Node { value, .. }, count)) = self.anchors.get(&anchor).cloned() else {
                    let message = "the alias stands inside what it repeats";
                    return Err(Stop::new(Code::Syntax, span, message));
                };
                self.repeat(count, span)?;
                self.count(count, span)?;
                // Findings about the value name the alias, not the anchor.
                self.close(Node { span, value }, 0, count)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The text of a scalar; equal keys share one allocation.
    fn shared(&mut self, text: Cow<'_, str>) -> Arc<str> {
        let is_key = self.open.last().is_some_and(|open| {
            matches!(open.node.value, Value::Map(_)) && matches!(open.key, PendingKey::None)
        });
        if !is_key || text.len() > LONGEST_SHARED {
            return text.into();
        }
        if let Some(known) = self.keys.get(&*text) {
            return known.clone();
        }
        let shared: Arc<str> = text.into();
        if self.keys.len() < MOST_SHARED {
            self.keys.insert(shared.clone());
        }
        shared
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES {
            let message = format!("the file holds more than {MAX_NODES} values; split it");
            return Err(Stop::new(Code::Limit, span, message));
        }
        Ok(())
    }

    /// Counts values that are copied for an anchor or an alias.
    fn repeat(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        self.aliased += nodes;
        if self.aliased > MAX_ALIASED {
            let message = format!(
                "anchors and aliases repeat more than {MAX_ALIASED} values; use webhook_sets or defaults"
            );
            return Err(Stop::new(Code::Limit, span, message));
        }
        Ok(())
    }

    fn start(&mut self, span: Span, value: Value, anchor: usize) -> Result<(), Stop> {
        if self.open.len() >= MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            return Err(Stop::new(Code::Limit, span, message));
        }
        let nodes_before = self.nodes;
        self.count(1, span)?;
        self.open.push(Open {
            node: Node { span, value },
            anchor,
            key: PendingKey::None,
            seen: HashMap::new(),
            nodes_before,
        });
        Ok(())
    }

    /// Adds a finished value, made of `count` values, to its parent or to the documents.
    fn close(&mut self, node: Node, anchor: usize, count: usize) -> Result<(), Stop> {
        if anchor != 0 {
            self.repeat(count, node.span)?;
            self.anchors.insert(anchor, (node.clone(), count));
        }
        let is_key = |open: &Open| {
            matches!(
                (&open.node.value, &open.key),
                (Value::Map(_), PendingKey::None)
            )
        };
        if self.open.last().is_some_and(is_key) {
            self.check_key(&node)?;
        }
        let Some(parent) = self.open.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        parent.node.span.end = parent.node.span.end.max(node.span.end);
        match &mut parent.node.value {
            Value::List(items) => items.push(node),
            Value::Map(entries) => match std::mem::replace(&mut parent.key, PendingKey::None) {
                PendingKey::Some(key) => {
                    // A missing value is reported at its key, not at the colon.
                    let is_absent = matches!(&node.value, Value::Scalar { text, plain: true, .. } if text.is_empty());
                    let span = if is_absent { key.span } else { node.span };
                    entries.push((key, Node { span, ..node }));
                }
                PendingKey::Unusable => {}
                PendingKey::None => {
                    let key = key(node, entries, &mut parent.seen, self.file, self.findings);
                    parent.key = key.map_or(PendingKey::Unusable, PendingKey::Some);
                }
            },
            Value::Scalar { .. } => {}
        }
        Ok(())
    }
}
