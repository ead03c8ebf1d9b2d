//! The patterns that one written pattern stands for: its alternatives one by one, and both readings of what ends a host.
//! Each can then be spelled as globs see URLs. It must not know what a pattern is for.

/// The most alternatives of one pattern.
pub(super) const MOST: usize = 256;

/// All alternatives of `{a,b}`, nested ones too, in their order; `None` when there are more than [`MOST`]. Braces that do
/// not close stay, so that the glob is an error.
pub(super) fn variants(pattern: &str) -> Option<Vec<String>> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(next) = open.pop() {
        match first_braces(&next) {
            None => done.push(next),
            Some((start, end, commas)) => {
                let mut edges = vec![start];
                edges.extend(commas);
                edges.push(end);
                let alternatives = edges.windows(2).map(|edge| {
                    let inner = &next[edge[0] + 1..edge[1]];
                    [&next[..start], inner, &next[end + 1..]].concat()
                });
                let alternatives: Vec<String> = alternatives.collect();
                // The last one is taken first.
                open.extend(alternatives.into_iter().rev());
            }
        }
        if done.len() + open.len() > MOST {
            return None;
        }
    }
    let also: Vec<String> = done
        .iter()
        .filter_map(|pattern| other_reading(pattern))
        .collect();
    done.extend(also);
    Some(done)
}

/// The first braces that close, and the commas between their alternatives. What is escaped or in a class is none.
fn first_braces(pattern: &str) -> Option<(usize, usize, Vec<usize>)> {
    let mut start = None;
    let (mut depth, mut commas) = (0_usize, Vec::new());
    let mut class = None;
    let mut is_escaped = false;
    for (at, c) in pattern.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            // A `]` directly behind `[` or `[!` is one of the characters.
            ']' if class.is_some_and(|from| at > from) => class = None,
            _ if class.is_some() => {}
            '[' => {
                let negated = pattern[at + 1..].starts_with(['!', '^']);
                class = Some(at + 1 + usize::from(negated));
            }
            '{' => {
                start.get_or_insert(at);
                depth += 1;
            }
            '}' if depth == 1 => return start.map(|start| (start, at, commas)),
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 1 => commas.push(at),
            _ => {}
        }
    }
    None
}

/// The other reading of a pattern without a path: what ends its host may be the start of a path, which globs see as `/`,
/// or of a query.
fn other_reading(pattern: &str) -> Option<String> {
    if let Some(rest) = pattern.strip_prefix("**/") {
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let lower = format!("**/{}/{path}", host.to_lowercase());
        return (host != host.to_lowercase()).then_some(lower);
    }
    let (scheme, authority) = pattern.split_once("://")?;
    if authority.contains('/') {
        return None;
    }
    let at = authority.find('?').or_else(|| {
        let host = authority.strip_suffix('*')?;
        (!host.is_empty() && !host.ends_with(['*', '.'])).then_some(host.len())
    })?;
    let (host, rest) = authority.split_at(at);
    (!host.is_empty()).then(|| format!("{scheme}://{host}/{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pattern: &str) -> Vec<String> {
        variants(pattern).unwrap()
    }

    #[test]
    fn alternatives_stand_one_by_one_the_empty_one_too() {
        for (pattern, expected) in [
            ("https://a/x", &["https://a/x"][..]),
            ("https://a/{x,y}", &["https://a/x", "https://a/y"]),
            ("http{,s}://a/", &["http://a/", "https://a/"]),
            ("https://a/h{,/**}", &["https://a/h", "https://a/h/**"]),
            (
                "https://a/{x,y{,z}}{/,}",
                &[
                    "https://a/x/",
                    "https://a/x",
                    "https://a/y/",
                    "https://a/y",
                    "https://a/yz/",
                    "https://a/yz",
                ],
            ),
            ("https://a/{x}", &["https://a/x"]),
            ("https://a/\\{x,y\\}", &["https://a/\\{x,y\\}"]),
            ("https://a/[{]x,y[}]", &["https://a/[{]x,y[}]"]),
            ("https://a/[]{]x}", &["https://a/[]{]x}"]),
            ("https://a/{x,y", &["https://a/{x,y"]),
        ] {
            assert_eq!(all(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn what_ends_a_host_may_begin_a_path_or_a_query() {
        for (pattern, also) in [
            ("https://a.example*", "https://a.example/*"),
            ("https://a.example?*", "https://a.example/?*"),
            ("**/A.EXAMPLE/X", "**/a.example/X"),
        ] {
            assert_eq!(all(pattern), [pattern, also]);
        }
        for pattern in [
            "https://*",
            "https://**",
            "https://a.*",
            "https://a/x*",
            "**/a/X",
            "**",
        ] {
            assert_eq!(all(pattern), [pattern]);
        }
    }

    #[test]
    fn there_are_no_more_alternatives_than_can_be_looked_at() {
        assert_eq!(variants(&"{a,b}".repeat(8)).map(|all| all.len()), Some(256));
        assert_eq!(variants(&"{a,b}".repeat(9)), None);
        assert_eq!(variants(&"{a,b}".repeat(1000)), None);
        assert_eq!(variants(&format!("{{{}}}", ",".repeat(300))), None);
    }
}
