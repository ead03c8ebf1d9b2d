//! Which URLs are targets of webhooks: those that every reader reads alike and a reviewer can see.

use std::fmt::Write as _;
use std::sync::Arc;

use hookfleet::desired::bind;
use hookfleet::desired::bind::Values;
use hookfleet::manifest::Code;
use snapbox::str;

use super::urls::hook;
use super::{check, list, same, v1};

/// What is said of a URL, written as a double-quoted scalar.
fn verdict(url: &str) -> String {
    let escaped: String = url
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c.is_ascii_graphic() => c.to_string(),
            c => format!("\\U{:08x}", u32::from(c)),
        })
        .collect();
    let (_, findings) = check(&v1(&hook(&format!("\"{escaped}\""))));
    // A password that is written out is another matter.
    let mut said = findings
        .iter()
        .filter(|finding| finding.code != Code::SecretInUrl)
        .map(|finding| format!("{}: {}", finding.code.as_str(), finding.message));
    let first = said.next().unwrap_or_else(|| "valid".to_owned());
    assert_eq!(said.next(), None, "one thing is said of {url:?}");
    first
}

fn verdicts(urls: &[&str]) -> String {
    let mut text = String::new();
    for url in urls {
        writeln!(text, "{}\n  {}", url.escape_debug(), verdict(url)).unwrap();
    }
    text
}

#[test]
fn a_character_that_nobody_sees_or_no_url_holds_is_named() {
    same(
        verdicts(&[
            "https://a.example/\u{200b}x",
            "https://a.example/\u{202e}x",
            "https://a\u{ad}b.example/",
            "https://a.example/\u{e0041}",
            "https://a.example/\u{7}",
            "https://a.exa\nmple/",
            "https://a.exa\tmple/",
            "https://a.example/a b",
            "https://a.example/\u{a0}",
            "https://a.example/<x>",
            "https://a.example/a|b",
            "https://a.example/a^b",
            "https://a.example/a`b",
            "https://a.example/{x}",
            "https://a.example/a\"b",
            "https://crm.example.com\\@attacker.example/in",
            "https://a.example/%zz",
            "https://a.example/100%",
            "https://a.example/%4",
        ]),
        str![[r#"
https://a.example/\u{200b}x
  invalid-url: not a URL to deliver to: it holds U+200B ZERO WIDTH SPACE, which nobody sees; remove it
https://a.example/\u{202e}x
  invalid-url: not a URL to deliver to: it holds U+202E RIGHT-TO-LEFT OVERRIDE, which nobody sees; remove it
https://a\u{ad}b.example/
  invalid-url: not a URL to deliver to: it holds U+00AD SOFT HYPHEN, which nobody sees; remove it
https://a.example/\u{e0041}
  invalid-url: not a URL to deliver to: it holds the invisible character U+E0041, which nobody sees; remove it
https://a.example/\u{7}
  invalid-url: not a URL to deliver to: it holds U+0007 BELL; remove it, or write it as %07
https://a.exa\nmple/
  invalid-url: not a URL to deliver to: it holds U+000A LINE FEED; remove it, or write it as %0A
https://a.exa\tmple/
  invalid-url: not a URL to deliver to: it holds U+0009 TAB; remove it, or write it as %09
https://a.example/a b
  invalid-url: not a URL to deliver to: it holds U+0020 SPACE; remove it, or write it as %20
https://a.example/\u{a0}
  invalid-url: not a URL to deliver to: it holds U+00A0 NO-BREAK SPACE; remove it, or write it as %C2%A0
https://a.example/<x>
  invalid-url: not a URL to deliver to: it holds `<` (U+003C), which no URL holds there; write it as %3C
https://a.example/a|b
  invalid-url: not a URL to deliver to: it holds `|` (U+007C), which no URL holds there; write it as %7C
https://a.example/a^b
  invalid-url: not a URL to deliver to: it holds `^` (U+005E), which no URL holds there; write it as %5E
https://a.example/a`b
  invalid-url: not a URL to deliver to: it holds U+0060 GRAVE ACCENT, which no URL holds there; write it as %60
https://a.example/{x}
  invalid-url: not a URL to deliver to: it holds `{` (U+007B), which no URL holds there; write it as %7B
https://a.example/a\"b
  invalid-url: not a URL to deliver to: it holds `"` (U+0022), which no URL holds there; write it as %22
https://crm.example.com\\@attacker.example/in
  invalid-url: not a URL to deliver to: it holds `\` (U+005C), which some readers of URLs take for `/` and others for a part of the host; write / or %5C
https://a.example/%zz
  invalid-url: not a URL to deliver to: it holds a `%` without two hex digits behind it; write a literal `%` as %25
https://a.example/100%
  invalid-url: not a URL to deliver to: it holds a `%` without two hex digits behind it; write a literal `%` as %25
https://a.example/%4
  invalid-url: not a URL to deliver to: it holds a `%` without two hex digits behind it; write a literal `%` as %25

"#]],
    );
}

#[test]
fn an_authority_that_readers_do_not_read_alike_is_named_by_its_part() {
    same(
        verdicts(&[
            "https://https://a.example/h",
            "https://http//a.example/h",
            "HTTPS://HTTP:/a.example",
            "https:///a.example/h",
            "https://a..example/",
            "https://.a.example/",
            "https://a.example:0/",
            "https://a.example:65536/",
            "https://a.example:/",
            "https://a.example:x/",
            "https://a.example:443:80/",
            "https://a.example:+443/",
            "https://a.example,b.example/",
            "https://a.example/x,https://b.example/y",
            "https://a%2eexample/",
            "https://a%2fb.example/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://127.1/",
            "https://127.0.0.01/",
            "https://192.0.2.1./",
            "https://192.0.2.256/",
            "https://a.1/",
            "https://[fe80::1%25eth0]/",
            "https://[::g]/",
            "https://[::1]x/",
            "https://::1/",
            "https://u@p:w@a.example/",
            "https://u:p:w@a.example/",
            "https://@a.example/",
            "https://:@a.example/",
            "https://u:@a.example/",
            "https://ü@a.example/",
            "https://u@/",
            "https://:443/",
            "https://u@:443/",
            "https://user:p/w@a.example/",
            "https://user:p?w@a.example/",
            "https://a!b.example/",
            "https://a*.example/",
            "https://fa\u{df}.example/",
            "https://\u{ff41}.example/",
            "https://a\u{3002}example/",
            "https://xn--a.example/",
        ]),
        str![[r#"
https://https://a.example/h
  invalid-url: not a URL to deliver to: its scheme stands twice; remove one
https://http//a.example/h
  invalid-url: not a URL to deliver to: its scheme stands twice; remove one
HTTPS://HTTP:/a.example
  invalid-url: not a URL to deliver to: its scheme stands twice; remove one
https:///a.example/h
  invalid-url: not a URL to deliver to: it must start with https:// or http://, and name a host
https://a..example/
  invalid-url: not a URL to deliver to: its host has two dots in a row, or one at its start
https://.a.example/
  invalid-url: not a URL to deliver to: its host has two dots in a row, or one at its start
https://a.example:0/
  invalid-url: not a URL to deliver to: its port is not a number from 1 to 65535
https://a.example:65536/
  invalid-url: not a URL to deliver to: its port is not a number from 1 to 65535
https://a.example:/
  invalid-url: not a URL to deliver to: its port is empty; leave out the `:`, or write it
https://a.example:x/
  invalid-url: not a URL to deliver to: its port is not a number from 1 to 65535
https://a.example:443:80/
  invalid-url: not a URL to deliver to: its port is not a number from 1 to 65535
https://a.example:+443/
  invalid-url: not a URL to deliver to: its port is not a number from 1 to 65535
https://a.example,b.example/
  invalid-url: not a URL to deliver to: its host holds `,` (U+002C), which no host holds
https://a.example/x,https://b.example/y
  invalid-url: not a URL to deliver to: it holds a second URL; write one webhook for each, or, where it is one URL, the comma as %2C
https://a%2eexample/
  invalid-url: not a URL to deliver to: its host is percent-encoded; write it plainly
https://a%2fb.example/
  invalid-url: not a URL to deliver to: its host is percent-encoded; write it plainly
https://0x7f.1/
  invalid-url: not a URL to deliver to: its host ends in a number and is no IPv4 address: four numbers from 0 to 255, such as 192.0.2.1
https://2130706433/
  invalid-url: not a URL to deliver to: its host ends in a number and is no IPv4 address: four numbers from 0 to 255, such as 192.0.2.1
https://127.1/
  invalid-url: not a URL to deliver to: its host ends in a number and is no IPv4 address: four numbers from 0 to 255, such as 192.0.2.1
https://127.0.0.01/
  invalid-url: not a URL to deliver to: its host ends in a number and is no IPv4 address: four numbers from 0 to 255, such as 192.0.2.1
https://192.0.2.1./
  invalid-url: not a URL to deliver to: its host ends in a number and is no IPv4 address: four numbers from 0 to 255, such as 192.0.2.1
https://192.0.2.256/
  invalid-url: not a URL to deliver to: its host ends in a number and is no IPv4 address: four numbers from 0 to 255, such as 192.0.2.1
https://a.1/
  invalid-url: not a URL to deliver to: its host ends in a number and is no IPv4 address: four numbers from 0 to 255, such as 192.0.2.1
https://[fe80::1%25eth0]/
  invalid-url: not a URL to deliver to: its host has an IPv6 zone, which holds on one machine only
https://[::g]/
  invalid-url: not a URL to deliver to: its host is not an IPv6 address
https://[::1]x/
  invalid-url: not a URL to deliver to: its host has a `[` or `]` too many
https://::1/
  invalid-url: not a URL to deliver to: its host is an IPv6 address without `[` and `]` around it
https://u@p:w@a.example/
  invalid-url: not a URL to deliver to: its userinfo has `@` twice; write the first as %40
https://u:p:w@a.example/
  invalid-url: not a URL to deliver to: its userinfo has `:` twice; write the second as %3A
https://@a.example/
  invalid-url: not a URL to deliver to: its userinfo is empty; leave out the `@`
https://:@a.example/
  invalid-url: not a URL to deliver to: its userinfo has an empty password; leave out the `:`
https://u:@a.example/
  invalid-url: not a URL to deliver to: its userinfo has an empty password; leave out the `:`
https://ü@a.example/
  invalid-url: not a URL to deliver to: it holds `ü` (U+00FC), which no URL holds there; write it as %C3%BC
https://u@/
  invalid-url: not a URL to deliver to: it must start with https:// or http://, and name a host
https://:443/
  invalid-url: not a URL to deliver to: it must start with https:// or http://, and name a host
https://u@:443/
  invalid-url: not a URL to deliver to: it must start with https:// or http://, and name a host
https://user:p/w@a.example/
  invalid-url: not a URL to deliver to: its userinfo ends at a delimiter; in a password write `/` as %2F, `?` as %3F and `#` as %23
https://user:p?w@a.example/
  invalid-url: not a URL to deliver to: its userinfo ends at a delimiter; in a password write `/` as %2F, `?` as %3F and `#` as %23
https://a!b.example/
  invalid-url: not a URL to deliver to: its host holds `!` (U+0021), which no host holds
https://a*.example/
  invalid-url: not a URL to deliver to: its host holds `*` (U+002A), which no host holds
https://faß.example/
  invalid-url: not a URL to deliver to: its host is mapped to another name by some readers; write `xn--fa-hia.example` where that is meant
https://ａ.example/
  invalid-url: not a URL to deliver to: its host is mapped to another name by some readers; write `a.example` where that is meant
https://a。example/
  invalid-url: not a URL to deliver to: its host holds `。` (U+3002), which no host holds
https://xn--a.example/
  invalid-url: not a URL to deliver to: its host is not valid

"#]],
    );
    for long in [
        format!("https://{}.example/", "a".repeat(64)),
        format!("https://{}example/", "abcdefg.".repeat(31)),
    ] {
        assert_eq!(
            verdict(&long),
            "invalid-url: not a URL to deliver to: its host is too long: 63 characters between dots, 253 in all"
        );
    }
}

#[test]
fn what_readers_read_alike_is_valid() {
    for url in [
        "https://a.example",
        "HTTPS://A.Example:8443/x",
        "https://u:p%40w@a.example/",
        "https://:pw@a.example/",
        "https://u@a.example/",
        "https://my_host.example/",
        "https://a.example./",
        "https://xn--bcher-kva.example/",
        "https://b\u{fc}cher.example/b\u{e4}r?x=\u{e9}#\u{e9}",
        "https://a.example/a[]?b[]=1&c='(*)'!$,;:@",
        "https://a.example/?next=https://b.example/",
        "https://a.example/%0a%E2%80%8B",
        "https://203.0.113.7:8443/",
        "https://[2606:4700::1111]/",
        "https://a.example/#a#b",
        "https://a.example?x=y@z",
    ] {
        assert_eq!(verdict(url), "valid", "{url}");
    }
}

#[test]
fn a_target_that_the_apis_servers_cannot_reach_is_a_warning() {
    let unreachable = |host: &str| verdict(&format!("https://{host}/in"));
    same(
        list(&v1(&hook("https://localhost:8443/in"))),
        str![[r#"
m.yaml:5:14 unreachable-target: the API's servers can't deliver here: this host leads to the machine itself (loopback); write one that is public

"#]],
    );
    for host in [
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[fd00::1]",
        "[fe80::1]",
        "[::ffff:10.0.0.1]",
        "crm",
        "printer.local",
        "LOCALHOST",
        "a.localhost",
        "crm.internal",
        "crm.internal.",
        "svc.cluster.local",
        "x.test",
        "x.invalid",
        "router.lan",
        "nas.home.arpa",
    ] {
        let said = unreachable(host);
        assert!(said.starts_with("unreachable-target: "), "{host}: {said}");
    }
    for host in [
        "crm.example",
        "172.32.0.1",
        "100.128.0.1",
        "8.8.8.8",
        "[2001:4860:4860::8888]",
        "mylocal.example",
        "notlocalhost.example",
        "localhost.example.com",
        "test.example.com",
    ] {
        assert_eq!(unreachable(host), "valid", "{host}");
    }
}

#[test]
fn a_host_that_a_secret_fills_is_not_called_unreachable() {
    assert_eq!(
        list(&v1(&format!(
            "secrets: {{s: {{env: S}}}}\n{}",
            hook("https://${secret.s}/in")
        ))),
        ""
    );
}

/// What is said once a secret is filled in.
fn bound(url: &str, secret: &str) -> String {
    let files = v1(&format!("secrets: {{s: {{env: S}}}}\n{}", hook(url)));
    let (desired, mut findings) = check(&files);
    let secrets = Values::from([(Arc::from("s"), secret.to_owned().into())]);
    bind(&desired, &[0], &secrets, &mut findings);
    let said = findings.iter().map(|finding| finding.message.clone());
    said.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_secret_that_spoils_its_url_is_an_error_that_names_the_part_and_no_character() {
    same(
        [
            bound("${secret.s}", "https://a.example\\@b.example/"),
            bound("${secret.s}", "https://a.example/\u{200b}"),
            bound("${secret.s}", "https://a.example/%zz"),
            bound("${secret.s}", "https://u:p:w@a.example/"),
            bound("${secret.s}", "https://a.example:0/"),
            bound("${secret.s}", "https://a!b.example/"),
            bound("${secret.s}", "https://127.1/"),
            bound("${secret.s}", "a.example"),
            bound("https://${secret.s}/", "a.example/x"),
            bound("https://${secret.s}/", "127.1"),
            bound("https://${secret.s}.example/", "a..b"),
        ]
        .join("\n"),
        str![[r#"
with its secrets filled in this is not a URL to deliver to: it holds a character that no URL holds there
with its secrets filled in this is not a URL to deliver to: it holds a character that no URL holds there
with its secrets filled in this is not a URL to deliver to: it holds a character that no URL holds there
with its secrets filled in this is not a URL to deliver to: its userinfo is not valid
with its secrets filled in this is not a URL to deliver to: its port is not valid
with its secrets filled in this is not a URL to deliver to: its host holds a character that no host holds
with its secrets filled in this is not a URL to deliver to: its host is not valid
with its secrets filled in this is not a URL to deliver to: it must start with https:// or http://, and name a host
with its secrets filled in this is not a URL to deliver to: its host is not valid
with its secrets filled in this is not a URL to deliver to: its host is not valid
with its secrets filled in this is not a URL to deliver to: its host is not valid
"#]],
    );
    assert_eq!(bound("${secret.s}", "https://localhost/"), "");
    assert_eq!(bound("https://a.example/?x=${secret.s}", "\\ %zz"), "");
}

#[test]
fn a_letter_that_falls_together_with_another_or_is_drawn_as_a_stroke_is_refused_in_a_host() {
    let host = |letter: char| verdict(&format!("https://a{letter}b.example/"));
    for (letter, name) in [
        ('\u{212a}', "akb.example"),
        ('\u{212b}', "xn--ab-yia.example"),
        ('\u{130}', "xn--aib-9dc.example"),
        ('ß', "xn--ab-gia.example"),
    ] {
        let mapped = format!(
            "invalid-url: not a URL to deliver to: its host is mapped to another name by some readers; write `{name}` where that is meant"
        );
        assert_eq!(host(letter), mapped, "{letter:?}");
    }
    for (letter, code) in [
        ('\u{338}', "0338"),
        ('\u{20d2}', "20D2"),
        ('\u{3033}', "3033"),
    ] {
        let named = format!(
            "invalid-url: not a URL to deliver to: its host holds `{letter}` (U+{code}), which no host holds"
        );
        assert_eq!(host(letter), named);
    }
    assert_eq!(host('\u{dc}'), "valid");
}

#[test]
fn what_looks_like_a_delimiter_in_a_latin_host_is_refused_and_names_of_other_scripts_are_valid() {
    let host = |host: &str| verdict(&format!("https://{host}/in"));
    assert_eq!(
        host("a.example\u{30ce}.evil.example"),
        "invalid-url: not a URL to deliver to: its host holds `\u{30ce}` (U+30CE), which looks like `/` beside letters of another script, so that a part of the host looks like all of it; where it is meant, write the host as `xn--…`"
    );
    for letters in [
        // Like `/`.
        "⁄∕⧸／⟋╱㇓⼃〳⁁᜵𝈺ノﾉ丿Ⳇⳇ",
        // Like `\\`.
        "＼﹨∖⟍⧵⧹𝈏𝈻㇔丶⼂ヽ",
        // Like `?`, `#`, `@` and `%`.
        "？﹖⸮ʔɁɂʕˀॽᎮꭾꛫ＃﹟⋕＠﹫％﹪٪⁒‰",
        // Like `:`.
        "։܃܄᛬︰᠃᠉⁚׃˸꞉∶ːˑꓽ：﹕︓ःଃঃઃะះ၊း",
        // Like `.`.
        "․܁܂꘎𐩐٠۰ꓸꓺꓻꞏ𝅭．。｡、､﹒·‧・᐀ᐧ᛫",
    ] {
        for letter in letters.chars() {
            for host in [
                format!("a.example{letter}in.evil.example"),
                format!("a.example{letter}8443.evil.example"),
                format!("a.example.{letter}.evil.example"),
            ] {
                let said = verdict(&format!("https://{host}/in"));
                assert!(
                    said.starts_with("invalid-url: "),
                    "{letter:?}: {host}: {said}"
                );
            }
        }
    }
    for name in [
        "日本ノ例え.example",
        "ノート.example",
        "山ノ内.example",
        "テクノ-1.example",
        "例え.テスト",
        "bücher.example",
        "пример.example",
        "παράδειγμα.example",
        "דוגמה.example",
        "दुःख.example",
        "ประเทศไทยและ.example",
        "실례.example",
        "a.xn--example-z04f.evil.example",
    ] {
        assert_eq!(host(name), "valid", "{name}");
    }
}

#[test]
fn a_secret_that_is_written_out_and_a_placeholder_of_another_tool_are_warnings() {
    let said = |url: &str| format!("{url}\n{}", list(&v1(&hook(&format!("'{url}'")))));
    same(
        [
            "https://a.example.com/?token=abcdef0123456789abcdef",
            "https://a.example.com/?x=abcdef0123456789abcdef&y=1",
            "https://user:hunter2@a.example.com/",
            "https://a.example.com/?secret=$secret.crm",
            "https://a.example.com/?secret=%CRM%",
            "https://a.example.com/?secret=<your-secret>",
            "https://a.example.com/?secret=%3Cyour-secret%3E",
            "https://a.example.com/?secret={{ x }}",
            "https://a.example.com/?secret=%7B%7Bx%7D%7D",
            "https://a.example.com/?secret=$CRM_SECRET",
            "https://a.example.com/?secret=changeme",
            "https://a.example.com/?secret=********",
            "https://a.example.com/?a=b&amp;secret=x",
            "https://a.example.com/?a=b&#038;secret=x",
            "https://a.example.com/{tenant}/in",
            "https://a.example.com/?secret=[your-secret]",
            "https://a.example.com/***777e7f54/in",
            "https://a.example.com/in/***",
            "https://a.example.com/in/…",
            "https://a.example.com/?secret=***e24ee87b",
            "https://***777e7f54@a.example.com/in2",
        ]
        .map(said)
        .concat(),
        str![[r#"
https://a.example.com/?token=abcdef0123456789abcdef
m.yaml:5:14 secret-in-url: the value of `token` in this URL looks like a secret that is written out, and so as public as the manifest; give it a source under `secrets`, and write `${secret.NAME}` here
https://a.example.com/?x=abcdef0123456789abcdef&y=1
m.yaml:5:14 secret-in-url: the value of `x` in this URL looks like a secret that is written out, and so as public as the manifest; give it a source under `secrets`, and write `${secret.NAME}` here
https://user:hunter2@a.example.com/
m.yaml:5:14 secret-in-url: the password of this URL is written out, and so as public as the manifest; give it a source under `secrets`, and write `${secret.NAME}` here
https://a.example.com/?secret=$secret.crm
m.yaml:5:14 placeholder: `$secret.…` has no braces, so it is text here; write `${secret.…}`
https://a.example.com/?secret=%CRM%
m.yaml:5:14 invalid-url: not a URL to deliver to: `%NAME%` is a placeholder of another tool, and text here; write `${secret.NAME}`, `${label.KEY}` or what is meant
https://a.example.com/?secret=<your-secret>
m.yaml:5:14 invalid-url: not a URL to deliver to: `<…>` is a placeholder of another tool, and text here; write `${secret.NAME}`, `${label.KEY}` or what is meant
https://a.example.com/?secret=%3Cyour-secret%3E
m.yaml:5:14 placeholder: `<…>` is a placeholder of another tool, and text here; write `${secret.NAME}`, `${label.KEY}` or what is meant
https://a.example.com/?secret={{ x }}
m.yaml:5:14 invalid-url: not a URL to deliver to: `{{…}}` is a placeholder of another tool, and text here; write `${secret.NAME}`, `${label.KEY}` or what is meant
https://a.example.com/?secret=%7B%7Bx%7D%7D
m.yaml:5:14 placeholder: `{{…}}` is a placeholder of another tool, and text here; write `${secret.NAME}`, `${label.KEY}` or what is meant
https://a.example.com/?secret=$CRM_SECRET
m.yaml:5:14 placeholder: `$NAME` is a placeholder of another tool, and text here; write `${secret.NAME}`, `${label.KEY}` or what is meant
https://a.example.com/?secret=changeme
m.yaml:5:14 placeholder: `changeme` is a placeholder of another tool, and text here; write `${secret.NAME}`, `${label.KEY}` or what is meant
https://a.example.com/?secret=********
m.yaml:5:14 placeholder: a mask such as `****` is text here: that is how a secret is shown, and not the secret itself; write `${secret.NAME}` where it goes
https://a.example.com/?a=b&amp;secret=x
m.yaml:5:14 placeholder: `&amp;` is HTML, and text here; write `&`
https://a.example.com/?a=b&#038;secret=x
m.yaml:5:14 placeholder: `&#038;` is HTML, and text here; write `&`
https://a.example.com/{tenant}/in
m.yaml:5:14 invalid-url: not a URL to deliver to: `{…}` is a placeholder of another tool, and text here; write `${secret.NAME}`, `${label.KEY}` or what is meant
https://a.example.com/?secret=[your-secret]
m.yaml:5:14 placeholder: `[your-secret]` is a placeholder of another tool, and text here; write `${secret.NAME}`, `${label.KEY}` or what is meant
https://a.example.com/***777e7f54/in
m.yaml:5:14 placeholder: `***…` is text here: that is how hookfleet shows a secret, and not the secret itself; write `${secret.NAME}` where it goes
https://a.example.com/in/***
m.yaml:5:14 placeholder: `***…` is text here: that is how hookfleet shows a secret, and not the secret itself; write `${secret.NAME}` where it goes
https://a.example.com/in/…
m.yaml:5:14 placeholder: `…` is text here: that is how hookfleet shows a secret, and not the secret itself; write `${secret.NAME}` where it goes
https://a.example.com/?secret=***e24ee87b
m.yaml:5:14 placeholder: `***…` is text here: that is how hookfleet shows a secret, and not the secret itself; write `${secret.NAME}` where it goes
https://***777e7f54@a.example.com/in2
m.yaml:5:14 placeholder: `***…` is text here: that is how hookfleet shows a secret, and not the secret itself; write `${secret.NAME}` where it goes

"#]],
    );
}

#[test]
fn a_userinfo_that_reads_as_a_host_is_a_warning() {
    let codes = |url: &str| {
        let found = check(&v1(&hook(&format!("'{url}'")))).1;
        let codes: Vec<&str> = found.iter().map(|found| found.code.as_str()).collect();
        codes.join(" ")
    };
    for url in [
        "https://crm.example@attacker.example/",
        "https://crm.example%2Fin%3Fx@attacker.example/",
        "https://crm.example.com:443@attacker.example/",
    ] {
        assert!(
            codes(url).contains("misleading-userinfo"),
            "{url}: {}",
            codes(url)
        );
    }
    for url in ["https://user@a.example/", "https://a.example/crm.example@x"] {
        assert_eq!(codes(url), "", "{url}");
    }
}
