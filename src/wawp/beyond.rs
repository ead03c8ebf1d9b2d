//! What an answer says beside its webhooks: whether there may be more of them, and which root fields are unknown.
//!
//! The vendor documents no pages. Should there be some one day, a POST would drop every webhook that the read did not
//! show, so an answer that speaks of more is not planned from.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::live::AnswerBeyond;
use crate::wire::Response;

/// Fields that say in yes or no that there is more, as [`plain`] names.
const MORE: [&str; 14] = [
    "hasmore",
    "hasnext",
    "hasnextpage",
    "ismore",
    "more",
    "morepages",
    "istruncated",
    "truncated",
    "partial",
    "incomplete",
    "incompleteresults",
    "morewebhooks",
    "moreresults",
    "moreavailable",
];
/// Fields that lead to more: a URL, a cursor, a page number.
const NEXT: [&str; 12] = [
    "next",
    "nextpage",
    "nexturl",
    "nextlink",
    "nextcursor",
    "nexttoken",
    "nextpagetoken",
    "nextpageurl",
    "continuationtoken",
    "continuation",
    "cursor",
    "aftercursor",
];
/// Fields with the number of all webhooks.
const TOTALS: [&str; 12] = [
    "total",
    "count",
    "totalcount",
    "totalitems",
    "totalresults",
    "totalelements",
    "totalrecords",
    "totalwebhooks",
    "webhookscount",
    "numfound",
    "webhookstotal",
    "totalnumber",
];
/// Fields with the number of webhooks that are left.
const LEFT: [&str; 4] = ["remaining", "remainingcount", "left", "remainingitems"];
/// Fields with the number of pages, and with the page that this is.
const PAGES: [&str; 6] = [
    "pages",
    "totalpages",
    "pagecount",
    "lastpage",
    "maxnumpages",
    "numpages",
];
const PAGE: [&str; 4] = ["page", "currentpage", "pagenumber", "paged"];
/// Objects about pages: without a number of all that the list reaches, there may be more.
const ABOUT_PAGES: [&str; 5] = ["pagination", "paging", "paginator", "pageinfo", "pager"];
/// Objects that may be about pages.
const AROUND: [&str; 4] = ["meta", "links", "metadata", "data"];

/// What says beside the body that it is not all: a part of an answer (RFC 9110, section 15.3.7), or a link to the next
/// page (RFC 8288).
pub fn more_beside_body(answer: &Response) -> Option<String> {
    if answer.status == 206 {
        return Some("206 Partial Content".to_owned());
    }
    let mut links = answer.headers.iter().filter(|(name, _)| name == "link");
    let is_next = |(_, link): &(String, String)| {
        let mut relations = link.split([';', ',']).filter_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("rel")
                .then(|| value.trim().trim_matches('"'))
        });
        relations.any(|relation| {
            relation
                .split_whitespace()
                .any(|word| word.eq_ignore_ascii_case("next"))
        })
    };
    links.any(is_next).then(|| "link: rel=next".to_owned())
}

/// Reads the root fields that are left; `listed` is the number of webhooks in the answer.
pub(super) fn beyond<'a>(
    fields: impl Iterator<Item = (String, &'a RawValue)>,
    listed: usize,
) -> AnswerBeyond {
    let fields =
        fields.map(|(name, raw)| (name, serde_json::from_str(raw.get()).unwrap_or_default()));
    let fields: Vec<(String, Value)> = fields.collect();
    let known: Vec<(&str, &Value)> = fields
        .iter()
        .map(|(name, value)| (&**name, value))
        .collect();
    let more = speaks_of_more(&known, listed);
    // What says that there is more is told as that.
    let is_other = |name: &String| {
        let whole = more.as_deref().and_then(|more| more.split('.').next());
        whole != Some(name.as_str())
    };
    AnswerBeyond {
        unknown: fields
            .into_iter()
            .map(|(name, _)| name)
            .filter(is_other)
            .collect(),
        more,
    }
}

/// The first field that says that there is more, with the objects around it.
fn speaks_of_more(fields: &[(&str, &Value)], listed: usize) -> Option<String> {
    let is = |list: &[&str], name: &str| list.contains(&&*plain(name));
    let page = fields.iter().find(|(name, _)| is(&PAGE, name));
    let page = page.and_then(|(_, value)| number(value)).unwrap_or(1);
    fields.iter().find_map(|(name, value)| {
        let says_more = (is(&MORE, name) && is_yes(value))
            || (is(&NEXT, name) && is_there(value))
            || (is(&TOTALS, name) && number(value).is_some_and(|total| total > listed as u64))
            || (is(&LEFT, name) && number(value).is_some_and(|left| left > 0))
            || (is(&PAGES, name) && number(value).is_some_and(|pages| pages > page));
        if says_more {
            return Some((*name).to_owned());
        }
        let is_about_pages = is(&ABOUT_PAGES, name);
        let inner = value
            .as_object()
            .filter(|_| is_about_pages || is(&AROUND, name))?;
        let inner: Vec<(&str, &Value)> =
            inner.iter().map(|(name, value)| (&**name, value)).collect();
        if let Some(found) = speaks_of_more(&inner, listed) {
            return Some(format!("{name}.{found}"));
        }
        let is_total =
            |(name, value): &(&str, &Value)| is(&TOTALS, name) && number(value).is_some();
        let is_open = is_about_pages && !inner.is_empty() && !inner.iter().any(is_total);
        is_open.then(|| (*name).to_owned())
    })
}

/// A name in lower case, without the signs between its words: `has_more`, `hasMore` and `Has-More` are one.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

fn is_yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::String(text) => !matches!(&*text.to_lowercase(), "" | "0" | "false" | "no"),
        value => number(value).is_some_and(|number| number > 0),
    }
}

/// Whether there is a next page: a text, a number, or an object with something in it, such as `{ "href": … }`.
fn is_there(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Number(_) => number(value) != Some(0),
        Value::String(text) => !text.is_empty() && text != "0",
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => fields.values().any(is_there),
    }
}

/// A whole number, as a number or as PHP's text of one.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => whole(&number.to_string()),
        Value::String(text) => whole(text.trim()),
        _ => None,
    }
}

/// The number before a decimal point.
fn whole(text: &str) -> Option<u64> {
    text.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(root: &str) -> AnswerBeyond {
        let fields: serde_json::Map<String, Value> = serde_json::from_str(root).unwrap();
        let raw: Vec<(String, Box<RawValue>)> = fields
            .into_iter()
            .map(|(name, value)| (name, RawValue::from_string(value.to_string()).unwrap()))
            .collect();
        beyond(raw.iter().map(|(name, raw)| (name.clone(), &**raw)), 2)
    }

    #[test]
    fn an_answer_that_speaks_of_more_names_the_field() {
        for (root, field) in [
            (r#"{"has_more": true}"#, "has_more"),
            (r#"{"hasMore": 1}"#, "hasMore"),
            (r#"{"has_next": "1"}"#, "has_next"),
            (r#"{"truncated": true}"#, "truncated"),
            (r#"{"next": "https://api.example/?page=2"}"#, "next"),
            (r#"{"next": {"href": "x"}}"#, "next"),
            (r#"{"next_page": 2}"#, "next_page"),
            (r#"{"nextCursor": "abc"}"#, "nextCursor"),
            (r#"{"total": 3}"#, "total"),
            (r#"{"total": "3"}"#, "total"),
            (r#"{"total": 3.0}"#, "total"),
            (r#"{"count": 30}"#, "count"),
            (r#"{"webhooks_total": 4}"#, "webhooks_total"),
            (r#"{"remaining": 3}"#, "remaining"),
            (r#"{"incomplete_results": true}"#, "incomplete_results"),
            (r#"{"page": 1, "total_pages": 2}"#, "total_pages"),
            (r#"{"total_pages": 2}"#, "total_pages"),
            (
                r#"{"pagination": {"page": 1, "per_page": 2}}"#,
                "pagination",
            ),
            (r#"{"pagination": {"total": 3}}"#, "pagination.total"),
            (r#"{"paging": {"next": "x", "total": 2}}"#, "paging.next"),
            (
                r#"{"meta": {"pagination": {"hasNext": true}}}"#,
                "meta.pagination.hasNext",
            ),
            (r#"{"links": {"next": "x"}}"#, "links.next"),
            (r#"{"_links": {"next": {"href": "x"}}}"#, "_links.next"),
            (r#"{"X": 1, "data": {"has_more": true}}"#, "data.has_more"),
        ] {
            assert_eq!(read(root).more.as_deref(), Some(field), "{root}");
        }
    }

    #[test]
    fn an_answer_that_says_that_this_is_all_is_whole() {
        for root in [
            "{}",
            r#"{"has_more": false}"#,
            r#"{"has_more": 0}"#,
            r#"{"has_more": "false"}"#,
            r#"{"next": null}"#,
            r#"{"next": ""}"#,
            r#"{"links": {"next": null, "self": "x"}}"#,
            r#"{"next": {"href": null}}"#,
            r#"{"total": 2, "count": 0}"#,
            r#"{"total": null}"#,
            r#"{"page": 1, "pages": 1}"#,
            r#"{"pagination": {"total": 2, "page": 1, "pages": 1}}"#,
            r#"{"pagination": {}}"#,
            r#"{"pagination": null}"#,
            r#"{"message": "more to come", "request_id": "next", "code": 200}"#,
        ] {
            assert_eq!(read(root).more, None, "{root}");
        }
    }

    #[test]
    fn a_part_of_an_answer_and_a_link_to_the_next_page_say_that_there_is_more() {
        let more = |status, link: Option<&str>| {
            let headers = link.map(|link| ("link".to_owned(), link.to_owned()));
            let (headers, body) = (headers.into_iter().collect(), Vec::new());
            more_beside_body(&Response {
                status,
                headers,
                body,
            })
        };
        assert_eq!(more(206, None).as_deref(), Some("206 Partial Content"));
        for link in [
            r#"<https://api.example/?page=2>; rel="next""#,
            r#"<https://api.example/?page=1>; rel="first prev", <https://api.example/?page=2>; title="x"; REL=Next"#,
            r#"</2>; rel="last next""#,
        ] {
            assert_eq!(
                more(200, Some(link)).as_deref(),
                Some("link: rel=next"),
                "{link}"
            );
        }
        for link in [
            "",
            r#"<https://api.example/next>; rel="self""#,
            "</x?rel=next>; rel=prev",
        ] {
            assert_eq!(more(200, Some(link)), None, "{link}");
        }
        assert_eq!(more(200, None), None);
    }

    #[test]
    fn every_root_field_that_is_left_is_named() {
        let beyond = read(r#"{"message": "ok", "total": 2}"#);
        assert_eq!(beyond.unknown, ["message", "total"]);
        let beyond = read(r#"{"message": "ok", "meta": {"total": 3}}"#);
        assert_eq!(
            beyond.unknown,
            ["message"],
            "the other is told as what it says"
        );
    }
}
