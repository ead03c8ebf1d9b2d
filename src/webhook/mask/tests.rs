//! What is taken for a mask, and what is not.

use super::*;

#[test]
fn what_stands_for_a_secret_is_a_mask() {
    for mask in [
        "****",
        "********",
        "••••••",
        "●●●●●●●●",
        "█████",
        "＊＊＊＊",
        "xxxx",
        "XXXXXXXX",
        "xxxx-xxxx-xxxx-1234",
        "XXXX XXXX",
        "sk-••••1234",
        "sk-****1234",
        "sk-…1234",
        "sk_live_...a4F2",
        "…1234",
        "[REDACTED]",
        "<hidden>",
        "(filtered)",
        "(sensitive value)",
        "REDACTED",
        "***REDACTED***",
        "__redacted__",
        "Bearer [Redacted]",
        "user:<masked>",
        " **** ",
    ] {
        assert!(is_masked(mask), "{mask}");
    }
}

#[test]
fn what_only_has_signs_of_a_mask_is_none() {
    for text in [
        "",
        "*",
        "***",
        "xxx",
        "*/*",
        "Accept: *",
        "**/*.js",
        "*/5 * * * *",
        "* * * * *",
        "x",
        "redacted",
        "hidden",
        "xxxy",
        "xxxx.example",
        "xxxx-name",
        "a**b",
        "•••",
        "• one • two • three • four",
        "----",
        "....",
        "key",
        "[secret key]",
        "the old one (removed)",
        "wait…",
        "main...next",
        "src/.../main",
        "one … 1234",
        "0000",
        "__init__",
        "-----BEGIN KEY-----",
    ] {
        assert!(!is_masked(text), "{text}");
    }
}

#[test]
fn json_holds_a_mask_wherever_one_of_its_texts_is_one() {
    let deep = format!("{}\"****\"{}", "[".repeat(500), "]".repeat(500));
    for (json, is_mask) in [
        (r#""****""#, true),
        (r#"{"key":"sk-••••1234"}"#, true),
        (r#"{"key":"\u2022\u2022\u2022\u2022"}"#, true),
        (r#"[{"name":"X","value":"[REDACTED]"}]"#, true),
        (r#"{"key":"****","key":"k"}"#, true),
        (r#"{"a":"\\","b":"\"","key":"****"}"#, true),
        (&deep, true),
        (r#"{"key":"k","n":1}"#, false),
        (r#"["**","**"]"#, false),
        (r#"{"a":"\"**","b":"**\""}"#, false),
        ("4", false),
        ("null", false),
    ] {
        let raw = RawValue::from_string(json.to_owned()).unwrap();
        assert_eq!(holds_a_mask(&raw), is_mask, "{json}");
    }
}

#[test]
fn a_url_is_masked_where_a_part_of_it_is_decoded_or_not() {
    for masked in [
        "https://a.example/in?token=****",
        "https://a.example/in?token=%2A%2a%2A%2A",
        "https://a.example/in?token=sk-%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2",
        "https://a.example/in?token=sk-••••1234",
        "https://a.example/in?****",
        "https://a.example/in?x=1;token=[REDACTED]",
        "https://a.example/in?token=%5BREDACTED%5D",
        "https://user:xxxxx@a.example/",
        "https://****@a.example/",
        "https://a.example/hooks/********/in",
        "https://a.example/hooks/sk-****1234",
        "https://a.example/in#token=****",
        "https://****.example/",
        "https://a.example/api/webhook/xxxxxxxxx",
        "https://app.wawp.net/api/webhook/xxxx****",
        "https://app.wawp.net/in?token=xxxxxxxxx",
        "********",
    ] {
        assert!(HookUrl::live(masked).holds_a_mask(), "{masked}");
    }
    for plain in [
        "https://xxxx.example/in?token=k",
        "https://app.wawp.net/api/webhook/xxxxxxxxx",
        "https://a.example/**/x?glob=*&any=***",
        "https://a.example/x?redacted=true#hidden",
        "https://a.example/",
        "https://*.example/%2A%2A",
        "",
    ] {
        assert!(!HookUrl::live(plain).holds_a_mask(), "{plain}");
    }
}
