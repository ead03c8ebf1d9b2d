//! What is odd about a value, and what is not.

use super::*;

fn of(value: &str, purpose: Purpose) -> Vec<Oddity> {
    oddities(value, purpose).into_iter().collect()
}

#[test]
fn what_is_not_meant_is_odd_in_secrets_and_tokens() {
    for purpose in [Purpose::Secret, Purpose::Credential] {
        for (value, odd) in [
            (" s3cr3t", vec![Oddity::SpaceBefore]),
            ("\ts3cr3t", vec![Oddity::SpaceBefore]),
            ("\ns3cr3t", vec![Oddity::SpaceBefore]),
            ("s3cr3t ", vec![Oddity::SpaceAfter]),
            ("s3cr3t\u{a0}", vec![Oddity::SpaceAfter]),
            ("s3cr3t\n", vec![Oddity::LineEnd]),
            ("s3cr3t\r", vec![Oddity::CarriageReturn]),
            ("s3cr3t\r\r", vec![Oddity::LineEnd]),
            ("s3cr3t \r\n", vec![Oddity::SpaceAfter, Oddity::LineEnd]),
            ("\"s3cr3t\"", vec![Oddity::Quotes]),
            ("'s3cr3t'", vec![Oddity::Quotes]),
            ("\u{201c}s3cr3t\u{201d}", vec![Oddity::Quotes]),
            (
                " 's3cr3t'\n",
                vec![Oddity::SpaceBefore, Oddity::LineEnd, Oddity::Quotes],
            ),
            ("\u{feff}s3cr3t", vec![Oddity::ByteOrderMark]),
            ("s3\ncr3t", vec![Oddity::LineBreak]),
            ("s3\0cr3t", vec![Oddity::Control]),
            ("\u{1b}[31ms3cr3t", vec![Oddity::Control]),
            ("s3\u{200b}cr3t", vec![Oddity::Invisible]),
            ("s3cr3t\u{feff}", vec![Oddity::Invisible]),
            ("<your-secret>", vec![Oddity::Placeholder]),
            ("$CRM_SECRET", vec![Oddity::Placeholder]),
            ("${CRM_SECRET}", vec![Oddity::Placeholder]),
            ("changeme", vec![Oddity::Placeholder]),
            ("********", vec![Oddity::Placeholder]),
            ("***", vec![Oddity::Placeholder]),
            ("null", vec![Oddity::Placeholder]),
            ("undefined", vec![Oddity::Placeholder]),
            ("None", vec![Oddity::Placeholder]),
            ("TODO", vec![Oddity::Placeholder]),
            ("\"null\"", vec![Oddity::Quotes, Oddity::Placeholder]),
            ("CRM=s3cr3t", vec![Oddity::Assignment]),
            ("export CRM=s3cr3t", vec![Oddity::Assignment]),
            ("CRM=\"s3cr3t\"", vec![Oddity::Quotes, Oddity::Assignment]),
            ("CRM: s3cr3t", vec![Oddity::Mapping]),
            ("crm: 's3cr3t'", vec![Oddity::Quotes, Oddity::Mapping]),
            ("\"s3cr3t", vec![Oddity::OneQuote]),
            ("s3cr3t'", vec![Oddity::OneQuote]),
            ("“s3cr3t“", vec![Oddity::Quotes]),
            ("”s3cr3t”", vec![Oddity::Quotes]),
            ("\"s3cr3t\",", vec![Oddity::Quotes, Oddity::Comma]),
            ("'s3cr3t';", vec![Oddity::Quotes, Oddity::Comma]),
            ("s3cr3t%0A", vec![Oddity::WrittenEnd]),
            ("s3cr3t%0d%0a", vec![Oddity::WrittenEnd]),
            ("s3cr3t%20", vec![Oddity::WrittenEnd]),
            ("s3cr3t\\n", vec![Oddity::WrittenEnd]),
            ("s3cr3t\\r\\n", vec![Oddity::WrittenEnd]),
            ("s3cr3t,", vec![]),
            ("n0ne", vec![]),
            ("s3%0Acr3t", vec![]),
            ("https://a.example/?a=b", vec![]),
            ("a:b", vec![]),
            ("=s3cr3t", vec![]),
            ("$ecret", vec![]),
            ("\"", vec![]),
            ("s3cr3t", vec![]),
            ("it's", vec![]),
            ("pässwörd-日本", vec![]),
            ("YWJjZA==", vec![]),
        ] {
            assert_eq!(of(value, purpose), odd, "{value:?} {purpose}");
        }
    }
}

#[test]
fn what_stands_before_a_token_is_odd_in_a_token_alone() {
    for (value, odd) in [
        ("Bearer s3cr3t", vec![Oddity::Scheme]),
        ("bearer  s3cr3t", vec![Oddity::Scheme]),
        ("Token s3cr3t", vec![Oddity::Scheme]),
        ("Authorization: s3cr3t", vec![Oddity::HeaderName]),
        (
            "authorization:Bearer s3cr3t",
            vec![Oddity::HeaderName, Oddity::Scheme],
        ),
        (
            "TOKEN=Bearer s3cr3t",
            vec![Oddity::Scheme, Oddity::Assignment],
        ),
        ("\"Bearer s3cr3t\"", vec![Oddity::Quotes, Oddity::Scheme]),
        ("s3 cr3t", vec![Oddity::SpaceInside]),
    ] {
        assert_eq!(of(value, Purpose::Credential), odd, "{value:?}");
        let plain = of(value, Purpose::Secret);
        let is_of_both = |odd: &Oddity| matches!(odd, Oddity::Quotes | Oddity::Assignment);
        assert!(plain.iter().all(is_of_both), "{value:?}");
    }
    assert_eq!(of("bearers3cr3t", Purpose::Credential), []);
    assert_eq!(of("a:b", Purpose::Credential), []);
}
