//! What error answers are told as.

use super::*;

const GET: RequestForm<'_> = RequestForm {
    method: Method::Get,
    auth: Authentication::Query,
    write: WriteVia::Body,
    carried: &[],
};

fn answer(status: u16, body: &str) -> Response {
    Response {
        status,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    }
}

fn say(status: u16, body: &str) -> Problem {
    problem(&answer(status, body), GET)
}

#[test]
fn the_message_inside_the_body_is_shown_whatever_its_format() {
    let line = "the API answered 502 Bad Gateway: Connection Failed to Upstream";
    for body in [
        r#"{"status":"error","message":"Connection Failed to Upstream"}"#,
        r#"{"error":"Connection Failed to Upstream"}"#,
        r#"{"error":{"message":"Connection Failed to Upstream"}}"#,
        "\u{feff}{\"message\":[[\"Connection Failed to Upstream\"]],\"error\":\"Bad Gateway\"}",
        "<?xml version=\"1.0\"?><response><message>Connection Failed\n to Upstream</message></response>",
        "<response><MESSAGE lang=\"en\"><![CDATA[Connection <b>Failed</b> to Upstream]]></MESSAGE></response>",
        "<html><head><title>Connection Failed to Upstream</title></head><body><h1>x</h1></body></html>",
        "<html><body><h1>Connection <b>Failed</b>&nbsp;to Upstream</h1></body></html>",
        "  Connection Failed\r\n to \u{1b}Upstream ",
    ] {
        assert_eq!(say(502, body).message, line, "{body}");
    }
    for body in [
        "",
        "{}",
        "<a></a>",
        "Bad Gateway",
        "<title>502 Bad Gateway</title>",
    ] {
        assert_eq!(
            say(502, body).message,
            "the API answered 502 Bad Gateway",
            "{body}"
        );
    }
}

#[test]
fn the_engines_list_of_unknown_events_is_told() {
    let body = r#"{"statusCode":400,"message":["webhooks.0.each value in events must be one of the following values: message, message.any","webhooks.1.url must be a URL address"],"error":"Bad Request"}"#;
    assert_eq!(
        say(400, body).message,
        "the API answered 400 Bad Request: webhooks.0.each value in events must be one of the following values: message, message.any; webhooks.1.url must be a URL address"
    );
}

#[test]
fn a_free_account_is_told_from_any_other_403() {
    let body = r#"{"code":"subscription_required","message":"Upgrade"}"#;
    let problem = say(403, body);
    assert_eq!(problem.kind, ProblemKind::SubscriptionRequired);
    assert_eq!(
        problem.message,
        "the API answered 403 Forbidden: Upgrade (subscription_required)"
    );
    assert_eq!(say(403, "no").kind, ProblemKind::Forbidden);
}

#[test]
fn a_message_shows_public_words_alone() {
    for (body, said) in [
        (r#"{"message":"bad token s3cr3t"}"#, ": bad token ***"),
        (
            r#"{"message":"s3cr3t","code":"s3cr3t"}"#,
            " (its message is not shown)",
        ),
        (
            r#"{"message":"s3cr3t","code":"invalid_token"}"#,
            ": *** (invalid_token)",
        ),
        ("<code>s3cr3t</code><message>no</message>", ": no"),
    ] {
        let line = format!("the API answered 401 Unauthorized{said}");
        assert_eq!(say(401, body).message, line);
    }
}

#[test]
fn a_long_message_is_cut() {
    assert_eq!(
        say(500, &"if not ".repeat(5000)).message.chars().count(),
        "the API answered 500 Internal Server Error: ".len() + MAX_MESSAGE + 1
    );
}

/// What is said after the status.
fn detail(status: u16, body: &str) -> String {
    let message = say(status, body).message;
    let status = status_line(status);
    let rest = message.strip_prefix(&format!("the API answered {status}"));
    rest.unwrap_or(&message).to_owned()
}

#[test]
fn the_detail_of_an_error_is_told_wherever_a_framework_puts_it() {
    for (body, told) in [
        // WordPress.
        (
            r#"{"code":"rest_invalid_param","message":"Invalid parameter(s): webhooks","data":{"status":400,"params":{"webhooks":"webhooks[0][events] is not of type array."},"details":{"webhooks":{"code":"rest_invalid_type","message":"webhooks[0][events] is not of type array.","data":{"param":"webhooks[0][events]"}}}}}"#,
            ": Invalid parameter(s): webhooks; webhooks: webhooks[0][events] is not of type array. (rest_invalid_param)",
        ),
        (
            r#"{"code":"rest_missing_callback_param","message":"Missing parameter(s): webhooks","data":{"status":400,"params":["webhooks"]}}"#,
            ": Missing parameter(s): webhooks; webhooks (rest_missing_callback_param)",
        ),
        // NestJS, and its validator without a pipe that flattens.
        (
            r#"{"statusCode":400,"message":["each value in events must be a string"],"error":"Bad Request"}"#,
            ": each value in events must be a string",
        ),
        (
            r#"{"message":[["url must be valid"],[["events is required"]],{"message":"is_active must be a boolean"}]}"#,
            ": url must be valid; events is required; is_active must be a boolean",
        ),
        (
            r#"{"statusCode":400,"message":[{"property":"url","constraints":{"isUrl":"url must be valid"},"children":[]}]}"#,
            ": url: url must be valid",
        ),
        // Laravel, Express validators, FastAPI, problem details, GraphQL.
        (
            r#"{"message":"The data was invalid.","errors":{"webhooks.0.url":["The url is required.","The url must be valid."]}}"#,
            ": The data was invalid.; webhooks.0.url: The url is required.; The url must be valid.",
        ),
        (
            r#"{"errors":[{"msg":"Invalid value","param":"events","location":"body"},{"msg":"Invalid value","param":"url"}]}"#,
            ": events: Invalid value; url: Invalid value",
        ),
        (
            r#"{"detail":[{"loc":["body","webhooks",0,"url"],"msg":"field required","type":"value_error"}]}"#,
            ": body.webhooks.0.url: field required",
        ),
        (
            r#"{"type":"about:blank","title":"Validation failed","status":400,"detail":"webhooks is required"}"#,
            ": Validation failed; webhooks is required",
        ),
        (
            r#"{"errors":[{"message":"events must be an array","path":["webhooks"]}]}"#,
            ": webhooks: events must be an array",
        ),
        (
            r#"{"success":false,"error":{"code":"invalid_json","message":"Invalid JSON","details":["unexpected character"]}}"#,
            ": Invalid JSON; unexpected character (invalid_json)",
        ),
        // Texts by place, without a key of their own: Mongoose, Rails, Django.
        (
            r#"{"message":{"webhooks":["the url is not a url"]}}"#,
            ": webhooks: the url is not a url",
        ),
        (
            r#"{"error":{"url":["is not a url"],"events":{"0":"is not supported"}}}"#,
            ": events.0: is not supported; url: is not a url",
        ),
        (
            r#"{"detail":{"webhooks":[{"url":["must be valid"]}]}}"#,
            ": webhooks.0.url: must be valid",
        ),
        (r#"{"url":["is not a url"],"id":7}"#, ": url: is not a url"),
        // Google.
        (
            r#"{"error":{"message":"bad","details":[{"fieldViolations":[{"field":"url","description":"is not a url"}]}]}}"#,
            ": bad; url: is not a url",
        ),
        (r#"["url is required"]"#, ": url is required"),
        (r#""url is required""#, ": url is required"),
    ] {
        assert_eq!(detail(422, body), told, "{body}");
    }
}

#[test]
fn a_text_is_said_once_with_its_place_and_of_several_places_for_each() {
    for (body, told) in [
        (
            r#"{"message":"the url is not a url","data":{"params":{"events":"the url is not a url"}}}"#,
            ": events: the url is not a url",
        ),
        (
            r#"{"title":"url is required","detail":"URL is required."}"#,
            ": url is required",
        ),
        (
            r#"{"message":"url is required","errors":[{"message":"url is required"}]}"#,
            ": url is required",
        ),
        (
            r#"{"errors":{"events":"is required"},"details":["is required"]}"#,
            ": events: is required",
        ),
        (
            r#"{"errors":{"events":["is required"],"url":["is required"]}}"#,
            ": events: is required; url: is required",
        ),
        (
            r#"{"message":"required","errors":{"events":["required"],"url":["required"]}}"#,
            ": events: required; url: required",
        ),
    ] {
        assert_eq!(detail(422, body), told, "{body}");
    }
}

#[test]
fn a_page_whose_title_is_but_the_status_is_told_by_what_it_says_below() {
    for (body, told) in [
        (
            "<html><head><title>400 Bad Request</title></head><body><h1>Bad Request</h1><p>unknown field url</p></body></html>",
            ": unknown field url",
        ),
        (
            "<html><head><title>Error</title></head><body><pre>Cannot POST /session</pre></body></html>",
            ": Cannot POST /session",
        ),
        (
            "<title>Bad Request</title><h1>The url is required</h1><p>again</p>",
            ": The url is required",
        ),
        (
            "<title>The url is required</title><h1>Bad Request</h1><p>again</p>",
            ": The url is required",
        ),
        ("<title>400</title><body>Bad Request</body>", ""),
    ] {
        assert_eq!(detail(400, body), told, "{body}");
    }
}

#[test]
fn a_message_shows_the_names_of_the_fields_that_the_request_carried_and_no_other() {
    let form = RequestForm {
        carried: &["hmac"],
        ..GET
    };
    for (body, told) in [
        (
            r#"{"message":["webhooks.0.property hmac should not exist"]}"#,
            ": webhooks.0.property hmac should not exist",
        ),
        (
            r#"{"detail":[{"loc":["body","webhooks",0,"hmac"],"msg":"extra fields not permitted"}]}"#,
            ": body.webhooks.0.hmac: extra fields not permitted",
        ),
        (
            r#"{"message":"unknown field retries"}"#,
            ": unknown field ***",
        ),
    ] {
        let message = problem(&answer(400, body), form).message;
        assert_eq!(message, format!("the API answered 400 Bad Request{told}"));
        let inner = inner_error(
            &answer(200, &body.replacen('{', r#"{"success":false,"#, 1)),
            form,
        );
        let expected = format!("the API answered 200 OK with an error{told}");
        assert_eq!(inner.unwrap().problem.message, expected);
    }
    let said = remark(&answer(200, "unknown field hmac"), form);
    assert_eq!(said.as_deref(), Some("200 OK: unknown field hmac"));
}

#[test]
fn a_status_text_is_said_once() {
    for (status, bodies) in [
        (
            400,
            &[
                r#"{"message":"bad request"}"#,
                r#"{"error":"Bad Request","statusCode":400}"#,
                r#"{"code":"bad_request","message":"Bad Request"}"#,
                r#"{"code":"bad_request"}"#,
                "<html><head><title>400 Bad Request</title></head></html>",
                "Bad Request.",
                "Error 400: Bad Request",
            ][..],
        ),
        (
            503,
            &[
                r#"{"code":"service_unavailable","message":"Service Unavailable"}"#,
                "<title>503 Service Temporarily Unavailable</title>",
                "HTTP/1.1 503 Service Unavailable",
            ],
        ),
        (
            413,
            &[
                "<title>413 Request Entity Too Large</title>",
                "Payload Too Large",
            ],
        ),
        (
            414,
            &["<title>414 Request-URI Too Large</title>", "URI Too Long"],
        ),
        (
            504,
            &["<title>504 Gateway Time-out</title>", "Gateway Timeout"],
        ),
        (
            429,
            &[r#"{"code":"too_many_requests","message":"Too many requests"}"#],
        ),
        (502, &["error code: 502", "502"]),
    ] {
        for body in bodies {
            assert_eq!(detail(status, body), "", "{body}");
        }
    }
    let body = r#"{"message":"Service Unavailable","code":"session_not_found"}"#;
    assert_eq!(detail(503, body), ": session_not_found");
}

#[test]
fn a_detail_is_bounded_however_deep_or_long_it_is() {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    assert_eq!(detail(422, &format!(r#"{{"message":{deep}}}"#)), "");
    let wide: Vec<String> = (0..100_000)
        .map(|n| format!("\"url is required {n}\""))
        .collect();
    let body = format!(r#"{{"message":[{}]}}"#, wide.join(","));
    assert!(detail(422, &body).chars().count() <= ": …".chars().count() + MAX_MESSAGE);
}

#[test]
fn a_success_whose_body_is_an_error_is_told_as_one() {
    for (body, told) in [
        (
            r#"{"status":"error","message":"Session Does Not Exist"}"#,
            "unexpected_answer None: the API answered 200 OK with an error: Session Does Not Exist",
        ),
        (
            r#"{"success":false,"message":["url must be valid"]}"#,
            "unexpected_answer None: the API answered 200 OK with an error: url must be valid",
        ),
        (
            r#"{"error":{"message":"Invalid token s3cr3t"}}"#,
            "unexpected_answer None: the API answered 200 OK with an error: Invalid token ***",
        ),
        (
            r#"{"error":"s3cr3t"}"#,
            "unexpected_answer None: the API answered 200 OK with an error (its message is not shown)",
        ),
        (
            r#"{"ok":false}"#,
            "unexpected_answer None: the API answered 200 OK with an error",
        ),
        (
            r#"{"statusCode":404,"message":"Not Found"}"#,
            "not_found Some(404): the API answered 200 OK with the error 404 Not Found",
        ),
        (
            r#"{"code":"rest_invalid_param","message":"Invalid parameter(s): webhooks","data":{"status":400}}"#,
            "bad_request Some(400): the API answered 200 OK with the error 400 Bad Request: Invalid parameter(s): webhooks (rest_invalid_param)",
        ),
        (
            r#"{"status":"error","code":"subscription_required"}"#,
            "subscription_required None: the API answered 200 OK with an error: subscription_required",
        ),
    ] {
        let inner = inner_error(&answer(200, body), GET).unwrap();
        let InnerError { problem, status } = inner;
        let Problem { kind, message, .. } = &problem;
        assert_eq!(format!("{} {status:?}: {message}", kind.as_str()), told);
        assert_eq!(problem.http_status, Some(200));
    }
}

#[test]
fn whatever_a_body_says_no_with_is_an_error() {
    for body in [
        r#"{"success":"false","message":"engine down"}"#,
        r#"{"success":0,"message":"engine down"}"#,
        r#"{"success":"0","message":"engine down"}"#,
        r#"{"ok":"no","message":"engine down"}"#,
        r#"{"result":"error","message":"engine down"}"#,
        r#"{"result":"FAILED","message":"engine down"}"#,
        r#"{"result":false,"message":"engine down"}"#,
        r#"{"outcome":"failure","message":"engine down"}"#,
        r#"{"type":"error","message":"engine down"}"#,
        r#"{"status":"false","message":"engine down"}"#,
        r#"{"status":"ko","message":"engine down"}"#,
        r#"{"isError":true,"message":"engine down"}"#,
        r#"{"error":1,"message":"engine down"}"#,
        r#"{"error":["engine down"]}"#,
        r#"{"errors":[{"detail":"engine down"}]}"#,
        r#"{"errors":["engine down"]}"#,
        r#"{"errors":"engine down"}"#,
        r#"{"response":{"status":"error","message":"engine down"}}"#,
        r#"{"result":{"success":false,"message":"engine down"}}"#,
        "<response><status>error</status><message>engine down</message></response>",
        "<?xml version=\"1.0\"?>\n<Response><Success>false</Success><Message>engine down</Message></Response>",
        "<r><result>fail</result><message>engine down</message></r>",
        "<response><error>engine down</error></response>",
        "<errors><message>engine down</message></errors>",
    ] {
        let inner = inner_error(&answer(200, body), GET);
        let message = inner.map(|inner| inner.problem.message);
        let expected = "the API answered 200 OK with an error: engine down";
        assert_eq!(message.as_deref(), Some(expected), "{body}");
    }
}

#[test]
fn xml_whose_root_is_an_error_is_one_whatever_the_status_and_another_text_is_a_remark() {
    let xml = r#"<?xml version="1.0"?><error><code>session_not_found</code><message>Session Does Not Exist</message></error>"#;
    let inner = inner_error(&answer(200, xml), GET).unwrap();
    assert_eq!(
        inner.problem.message,
        "the API answered 200 OK with an error: Session Does Not Exist (session_not_found)"
    );
    for (body, said) in [
        (
            "<html><title>Session expired, s3cr3t</title></html>",
            Some("200 OK: Session expired, ***"),
        ),
        ("Invalid url", Some("200 OK: Invalid url")),
        (r#""Invalid url""#, Some("200 OK: Invalid url")),
        ("s3cr3t", Some("200 OK (its message is not shown)")),
        ("OK", None),
        ("", None),
        ("<a>x</a>", None),
        (r#"{"status":"success"}"#, None),
        ("[]", None),
    ] {
        assert!(inner_error(&answer(200, body), GET).is_none(), "{body}");
        assert_eq!(remark(&answer(200, body), GET).as_deref(), said, "{body}");
    }
}

#[test]
fn a_success_that_is_none_but_says_no_such_thing_is_no_error() {
    for body in [
        "",
        "<html>error</html>",
        "[]",
        "null",
        r#"{"status":"success","webhooks":[]}"#,
        r#"{"status":"success","webhooks":[],"error":null}"#,
        r#"{"webhooks":[],"error":"none"}"#,
        r#"{"status":"pending"}"#,
        r#"{"status":200,"webhooks":{}}"#,
        r#"{"success":true,"error":""}"#,
        r#"{"success":"true","error":"false"}"#,
        r#"{"success":1,"errors":[],"error":0}"#,
        r#"{"result":"ok","errors":{},"error":"none"}"#,
        r#"{"status":"success","webhooks":[],"errors":["a session is down"]}"#,
        r#"{"status":"success","webhooks":[{"url":"https://a.example/","events":[],"success":false}]}"#,
        r#"{"result":{"webhooks":[]},"response":null}"#,
        "<response><status>success</status></response>",
        "<html><body><status>error</status></body></html>",
    ] {
        assert!(inner_error(&answer(200, body), GET).is_none(), "{body}");
    }
}

/// The next step after an answer to a request.
fn step(status: u16, body: &str, method: Method, write: WriteVia) -> Option<&'static str> {
    let form = RequestForm {
        method,
        write,
        ..GET
    };
    match problem(&answer(status, body), form).hint {
        Hint::Usual => Some("usual"),
        Hint::Nothing => None,
        Hint::Step(step) => Some(step),
    }
}

#[test]
fn a_hint_fits_the_status_the_request_and_the_message_or_there_is_none() {
    use Method::{Get, Post};
    use WriteVia::{Body, Query};
    let lacks = "Missing Required Parameter(s)";
    let invalid = r#"{"message":["url must be valid"]}"#;
    let names = |status, body, method, write, word| {
        let step = step(status, body, method, write).unwrap_or_default();
        assert!(step.contains(word), "{status} {body}: {step}");
    };
    names(400, lacks, Get, Body, "auth: header");
    names(400, lacks, Post, Body, "write: query");
    names(400, "", Post, Body, "write: query");
    names(400, lacks, Post, Query, "write: body");
    names(415, "", Post, Body, "write: query");
    names(413, "", Post, Body, "fewer webhooks");
    names(414, "", Post, Query, "write: body");
    names(431, "", Post, Query, "write: body");
    names(414, "", Get, Query, "token");
    names(421, "", Get, Body, "loopback");
    names(511, "", Get, Body, "login");
    names(408, "", Post, Body, "again in a while");
    for (status, body, method) in [
        (400, invalid, Get),
        (400, invalid, Post),
        (409, "", Post),
        (415, "", Get),
        (410, "", Get),
        (413, "", Get),
        (422, invalid, Post),
    ] {
        assert_eq!(step(status, body, method, Body), None, "{status} {body}");
    }
    for status in [
        301, 401, 403, 404, 405, 418, 429, 500, 502, 503, 504, 520, 999,
    ] {
        assert_eq!(step(status, "", Get, Body), Some("usual"), "{status}");
    }
}

#[test]
fn a_body_that_is_encoded_is_not_quoted() {
    let gzip = Response {
        headers: vec![("content-encoding".to_owned(), "gzip".to_owned())],
        ..answer(502, "bad text")
    };
    assert_eq!(
        problem(&gzip, GET).message,
        "the API answered 502 Bad Gateway"
    );
}

#[test]
fn only_a_redirect_is_called_one() {
    let kinds = [300, 301, 302, 303, 304, 305, 307, 308].map(|status| say(status, "").kind);
    let redirect = ProblemKind::Redirect;
    let other = ProblemKind::UnexpectedAnswer;
    let expected = [
        other, redirect, redirect, redirect, other, other, redirect, redirect,
    ];
    assert_eq!(kinds, expected);
}
