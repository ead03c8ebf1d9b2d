//! Elements of XML and HTML. It looks for text and checks nothing.

/// The text of the first element of that name in `body`, without the tags in it; `lower` is `body` in lower case.
pub(super) fn element(body: &str, lower: &str, name: &str) -> Option<String> {
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
