//! Letters that look like a delimiter of URLs. It must not decide where one is allowed.

/// A letter, digit or mark that looks like a delimiter.
pub(crate) struct Lookalike {
    /// What it looks like.
    pub(crate) delimiter: char,
    /// The blocks of its scripts; none where it stands among Latin letters.
    scripts: Blocks,
}

/// The first and last characters of blocks.
type Blocks = &'static [(char, char)];

const LATIN: Blocks = &[];
const ARABIC: Blocks = &[('\u{600}', '\u{6ff}'), ('\u{750}', '\u{77f}')];
const CHEROKEE: Blocks = &[('\u{13a0}', '\u{13ff}'), ('\u{ab70}', '\u{abbf}')];
const HANGUL: Blocks = &[('\u{1100}', '\u{11ff}'), ('\u{ac00}', '\u{d7ff}')];
const LISU: Blocks = &[('\u{a4d0}', '\u{a4ff}')];
/// Han, and the kana and Bopomofo that stand beside it.
const HAN: Blocks = &[
    ('\u{3005}', '\u{3007}'),
    ('\u{3041}', '\u{312f}'),
    ('\u{31a0}', '\u{31bf}'),
    ('\u{31f0}', '\u{31ff}'),
    ('\u{3400}', '\u{4dbf}'),
    ('\u{4e00}', '\u{9fff}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{20000}', '\u{3ffff}'),
];

/// Those that Unicode's confusables (UTS #39) map to a delimiter, and those that are drawn like them: signs of visarga are
/// two dots, and glottal stops are question marks. Other signs are no part of a host.
const LETTERS: [(char, char, Blocks); 45] = [
    ('\u{241}', '?', LATIN),
    ('\u{242}', '?', LATIN),
    ('\u{294}', '?', LATIN),
    ('\u{295}', '?', LATIN),
    ('\u{2a1}', '?', LATIN),
    ('\u{2a2}', '?', LATIN),
    ('\u{2c0}', '?', LATIN),
    ('\u{2c1}', '?', LATIN),
    ('\u{2d0}', ':', LATIN),
    ('\u{2d1}', ':', LATIN),
    ('\u{660}', '.', ARABIC),
    ('\u{6f0}', '.', ARABIC),
    ('\u{903}', ':', &[('\u{900}', '\u{97f}')]),
    ('\u{97d}', '?', &[('\u{900}', '\u{97f}')]),
    ('\u{983}', ':', &[('\u{980}', '\u{9ff}')]),
    ('\u{a03}', ':', &[('\u{a00}', '\u{a7f}')]),
    ('\u{a83}', ':', &[('\u{a80}', '\u{aff}')]),
    ('\u{b03}', ':', &[('\u{b00}', '\u{b7f}')]),
    ('\u{c03}', ':', &[('\u{c00}', '\u{c7f}')]),
    ('\u{c83}', ':', &[('\u{c80}', '\u{cff}')]),
    ('\u{d03}', ':', &[('\u{d00}', '\u{d7f}')]),
    ('\u{d83}', ':', &[('\u{d80}', '\u{dff}')]),
    ('\u{e30}', ':', &[('\u{e00}', '\u{e7f}')]),
    ('\u{eb0}', ':', &[('\u{e80}', '\u{eff}')]),
    ('\u{f7f}', ':', &[('\u{f00}', '\u{fff}')]),
    ('\u{1038}', ':', &[('\u{1000}', '\u{109f}')]),
    ('\u{119e}', '.', HANGUL),
    ('\u{13ae}', '?', CHEROKEE),
    ('\u{1427}', '.', &[('\u{1400}', '\u{167f}')]),
    ('\u{17c7}', ':', &[('\u{1780}', '\u{17ff}')]),
    ('\u{2cc6}', '/', &[('\u{2c80}', '\u{2cff}')]),
    ('\u{2cc7}', '/', &[('\u{2c80}', '\u{2cff}')]),
    ('\u{30ce}', '/', HAN),
    ('\u{30fd}', '\\', HAN),
    ('\u{4e36}', '\\', HAN),
    ('\u{4e3f}', '/', HAN),
    ('\u{a4f8}', '.', LISU),
    ('\u{a4f9}', '.', LISU),
    ('\u{a4fa}', '.', LISU),
    ('\u{a4fb}', '.', LISU),
    ('\u{a4fd}', ':', LISU),
    ('\u{a6eb}', '?', &[('\u{a6a0}', '\u{a6ff}')]),
    ('\u{a78f}', '.', LATIN),
    ('\u{ab7e}', '?', CHEROKEE),
    ('\u{1d16d}', '.', LATIN),
];

/// The delimiter that a letter looks like; `None` if it looks like none.
pub(crate) fn lookalike(c: char) -> Option<Lookalike> {
    let at = LETTERS.binary_search_by_key(&c, |(letter, ..)| *letter);
    let &(_, delimiter, scripts) = LETTERS.get(at.ok()?)?;
    Some(Lookalike { delimiter, scripts })
}

impl Lookalike {
    /// Whether a character is a letter of its scripts that looks like no delimiter itself.
    pub(crate) fn is_at_home_beside(&self, c: char) -> bool {
        let mut scripts = self.scripts.iter();
        lookalike(c).is_none() && scripts.any(|(first, last)| (*first..=*last).contains(&c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lookalike_is_found_and_is_of_its_own_scripts() {
        assert!(LETTERS.is_sorted_by_key(|(letter, ..)| *letter));
        for (letter, delimiter, scripts) in LETTERS {
            assert_eq!(
                lookalike(letter).map(|found| found.delimiter),
                Some(delimiter)
            );
            let mut blocks = scripts.iter();
            let is_in = blocks.any(|(first, last)| (*first..=*last).contains(&letter));
            assert_eq!(is_in, !scripts.is_empty(), "{letter}");
        }
        for c in ['a', '/', '\u{30c8}', '\u{65e5}', '\u{e9}'] {
            assert!(lookalike(c).is_none());
        }
    }
}
