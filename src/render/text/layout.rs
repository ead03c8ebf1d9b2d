//! Laying text out at the width of a terminal: prose wraps at words, lists wrap between names, and what can be copied
//! (an id, a URL, a command in backquotes) stays whole. Text that goes elsewhere is not laid out.

use unicode_width::UnicodeWidthChar;

/// The narrowest and the widest layout, in columns.
const NARROWEST: usize = 40;
const WIDEST: usize = 110;

/// Returns the width of the layout on a terminal with so many columns.
pub fn columns(terminal: usize) -> usize {
    terminal.clamp(NARROWEST, WIDEST)
}

/// Lays text out. Its lines are those of the renderers of text, with or without colours.
pub fn fit(text: &str, width: usize) -> String {
    let mut lines = text.split('\n').peekable();
    let mut fitted = Vec::new();
    while let Some(line) = lines.next() {
        let mut line = line.to_owned();
        // Renderers wrap lists at a width of their own.
        while is_list(&line)
            && line.ends_with(',')
            && let Some(more) = lines.next_if(|more| is_list(more))
        {
            line = format!("{line} {}", more.trim_start());
        }
        fitted.extend(if is_source(&line) {
            vec![line]
        } else {
            wrapped(&line, width)
        });
    }
    fitted.join("\n")
}

/// Lays out a question whose last sentence says what an answer is; that stays whole, before the answer.
pub fn question(text: &str, width: usize) -> String {
    let Some((asked, how)) = text.rsplit_once("? ") else {
        return fit(text, width);
    };
    let asked = fit(&format!("{asked}?"), width);
    let last = asked.rsplit('\n').next().unwrap_or_default();
    let gap = if columns_of(last) + 1 + columns_of(how) <= width {
        ' '
    } else {
        '\n'
    };
    format!("{asked}{gap}{how}")
}

/// Whether a line is part of a list of names.
fn is_list(line: &str) -> bool {
    let names = line.strip_prefix("    ");
    names.is_some_and(|names| !names.starts_with(' '))
}

/// Whether a line quotes a file, so that what stands below points into it.
fn is_source(line: &str) -> bool {
    let plain = without_colours(line);
    let rest = plain.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit());
    rest.starts_with('|') || rest.starts_with("--> ")
}

/// Wraps a line, with what follows indented.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    if columns_of(line) <= width {
        return vec![line.to_owned()];
    }
    let indent = line.len() - line.trim_start_matches(' ').len();
    let hanging = if is_list(line) { indent } else { indent + 2 };
    let (mut lines, mut current) = (Vec::new(), " ".repeat(indent));
    let mut is_empty = true;
    for unit in units(&line[indent..]) {
        let (used, needed) = (columns_of(&current), columns_of(unit));
        let is_too_wide = hanging + needed > width;
        // In prose, what is too wide for every line gains nothing by a new one; in a list, it has a line of its own.
        let may_overflow = !is_list(line) && is_too_wide && used <= width;
        let fits = used + 1 + needed <= width || may_overflow;
        if is_empty {
            current.push_str(unit);
        } else if fits {
            current.push(' ');
            current.push_str(unit);
        } else {
            lines.push(std::mem::replace(&mut current, " ".repeat(hanging)));
            current.push_str(unit);
        }
        is_empty = false;
    }
    lines.push(current);
    lines
}

/// Splits a line at the spaces where it may be broken: not inside a command in backquotes, and not before an id in
/// parentheses.
fn units(line: &str) -> Vec<&str> {
    let is_paired = line.matches('`').count().is_multiple_of(2);
    let (mut units, mut start, mut is_quoted) = (Vec::new(), 0, false);
    for (at, c) in line.char_indices() {
        match c {
            '`' => is_quoted = is_paired && !is_quoted,
            ' ' if !is_quoted && !is_id(&line[at + 1..]) && at > start => {
                units.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    units.push(&line[start..]);
    units
}

/// Whether text begins with one word in parentheses.
fn is_id(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('(') else {
        return false;
    };
    let end = inner.find([')', ' ']);
    end.is_some_and(|end| inner[end..].starts_with(')'))
}

/// Returns how many columns text takes.
fn columns_of(text: &str) -> usize {
    let plain = without_colours(text);
    plain.chars().map(|c| c.width().unwrap_or_default()).sum()
}

/// Leaves out the escapes of colours, the only ones that there are.
fn without_colours(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        plain + part.split_once('m').map_or("", |(_, rest)| rest)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prose_wraps_at_words_and_keeps_what_can_be_copied() {
        let text = "notice: shop-of-berlin (00000000000A): the secret goes to a host that has not had it\n\
                    Recorded as run R; `hookfleet rollback 20260101-120000.000-abcd -f 'a b.yaml'` puts back what it has overwritten.\n\
                    short\n";
        assert_eq!(
            fit(text, 40),
            "notice: shop-of-berlin (00000000000A):\n  \
               the secret goes to a host that has not\n  \
               had it\n\
             Recorded as run R; `hookfleet rollback 20260101-120000.000-abcd -f 'a b.yaml'`\n  \
               puts back what it has overwritten.\n\
             short\n"
        );
        let url = format!("      url: https://a.example/{}", "x".repeat(80));
        assert_eq!(fit(&url, 60), url);
    }

    #[test]
    fn a_list_wraps_between_names_however_wide_it_was() {
        let list = "3 instances:\n    shop (00000000000A), 00000000000B,\n    shop-2 (00000000000C)\n  ~ x";
        assert_eq!(
            fit(list, 46),
            "3 instances:\n    shop (00000000000A), 00000000000B,\n    shop-2 (00000000000C)\n  ~ x"
        );
        assert_eq!(
            fit(list, 40),
            "3 instances:\n    shop (00000000000A), 00000000000B,\n    shop-2 (00000000000C)\n  ~ x"
        );
        assert_eq!(
            fit(list, 100),
            "3 instances:\n    shop (00000000000A), 00000000000B, shop-2 (00000000000C)\n  ~ x"
        );
    }

    #[test]
    fn what_is_too_wide_for_a_line_does_not_stop_the_wrapping() {
        let name = |letter: &str| format!("{} (00000000000A)", letter.repeat(57));
        let names = ["a", "b", "c"].map(name);
        let list = format!(
            "    shop (00000000000B), {},\n    x, {}",
            names.join(", "),
            names[0]
        );
        let fitted = format!(
            "    shop (00000000000B),\n    {},\n    {},\n    {},\n    x,\n    {}",
            names[0], names[1], names[2], names[0]
        );
        assert_eq!(fit(&list, 60), fitted);
        assert_eq!(
            fit(
                "    three (00000000000A), support-of-the-western-region (00000000000B), x",
                40
            ),
            "    three (00000000000A),\n    support-of-the-western-region (00000000000B),\n    x"
        );
        let prose = format!("notice: {}: some", names.join(", "));
        let fitted = fit(&prose, 60);
        assert_eq!(fitted.lines().count(), 4, "{fitted}");
    }

    #[test]
    fn what_an_answer_is_stands_before_the_answer() {
        let text = "\nWrite these changes to 4 instances at https://api.wawp.net? Only `yes` is taken as a yes: ";
        let how = "Only `yes` is taken as a yes: ";
        let asked = "\nWrite these changes to 4 instances at https://api.wawp.net?";
        assert_eq!(question(text, 110), text);
        assert_eq!(question(text, 80), format!("{asked}\n{how}"));
        let broken = "\nWrite these changes to 4 instances at\n  https://api.wawp.net?\n";
        assert_eq!(question(text, 40), format!("{broken}{how}"));
    }

    #[test]
    fn quoted_source_and_what_points_into_it_stay_as_they_are() {
        let source = format!(
            "error[x]: a\n  --> {name}:1:1\n   |\n12 | {name} b c d e f g h i j k\n   | ^^^^ a b c d e f g h i j k l m n o p q r s t u\n",
            name = "n".repeat(40)
        );
        assert_eq!(fit(&source, 40), source);
    }

    #[test]
    fn wide_characters_and_colours_are_measured_as_they_are_seen() {
        let bold = format!("\u{1b}[1m{}\u{1b}[0m", ["1234"; 8].join(" "));
        assert_eq!(fit(&bold, 40), bold);
        let wide = ["日本"; 9].join(" ");
        assert_eq!(fit(&wide, 40).lines().count(), 2);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_only_a_single_word_is_too_long(
            text in "(([a-z`(),]{1,12}|[A-Z0-9]{12}) {0,2}|\n|\n    ){0,60}", width in 40..=110_usize,
        ) {
            let fitted = fit(&text, width);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(words(&fitted), words(&text));
            for line in fitted.lines().filter(|line| columns_of(line) > width) {
                let longest = units(line).into_iter().map(columns_of).max();
                // The deepest indentation here is 8.
                prop_assert!(longest.unwrap_or_default() + 8 > width, "{line}");
            }
        }
    }
}
