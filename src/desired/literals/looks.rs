//! The looks of a value that is written out in a manifest: random, or words, numbers, dates, ids and addresses.

/// The least number of bytes that look random in a value that does.
const SHORTEST: usize = 12;
/// The longest text of small letters that is taken for words.
const LONGEST_WORDS: usize = 30;
/// The longest word that is no value of a secret.
const LONGEST_WORD: usize = 12;
/// The longest number that is no value of a secret.
const LONGEST_NUMBER: usize = 4;
/// The shortest hump of `camelCase`.
const SHORTEST_HUMP: usize = 3;
/// The length of the ids that the vendor documents.
const ID: usize = 12;
/// The lengths of the groups of a UUID.
const UUID: [usize; 5] = [8, 4, 4, 4, 12];
/// Names of algorithms with digits in them.
const ALGORITHMS: [&str; 13] = [
    "aes256", "ed25519", "es256", "hs256", "hs384", "hs512", "md5", "oauth1", "oauth2", "rs256",
    "sha1", "sha256", "sha512",
];

/// Whether a decoded value has a stretch that looks random, and is neither a UUID nor an address of e-mail.
pub(super) fn looks_random(value: &str) -> bool {
    let is_of_a_token = |c: char| c.is_alphanumeric() || "-_.+=~".contains(c);
    let bare = value.trim_matches(['{', '}', '"', '\'']);
    !is_uuid(bare)
        && !is_address(bare)
        && value.split(|c: char| !is_of_a_token(c)).any(|stretch| {
            let words = stretch.split(['-', '_', '.', '+', '=', '~']);
            let random = words.filter(|word| !is_readable(word));
            random.map(str::len).sum::<usize>() >= SHORTEST
        })
}

/// Whether a value is a word or two, a short number or the name of an algorithm, as keys such as `auth` and `key` have them.
pub(super) fn is_a_word(value: &str) -> bool {
    let words: Vec<&str> = value.split(['-', '_', '/', ' ']).collect();
    let is_word = |word: &&str| {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let is_of_one_case = is_letters(word) && !has_humps(word);
        (is_number && word.len() <= LONGEST_NUMBER)
            || (is_of_one_case && word.len() <= LONGEST_WORD)
            || ALGORITHMS.contains(&&*word.to_ascii_lowercase())
    };
    words.len() <= 2 && words.iter().all(is_word)
}

/// Whether a text is a number, letters of words, a timestamp of digits and `T`, or an id such as the vendor's.
fn is_readable(text: &str) -> bool {
    let is_id = text.len() == ID
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let is_time = text.trim_end_matches('Z').split('T').all(is_number);
    let is_words = is_letters(text) && text.len() <= LONGEST_WORDS;
    is_number(text) || is_id || is_time || (is_words && (!has_humps(text) || are_words(text)))
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_letters(text: &str) -> bool {
    text.chars().all(char::is_alphabetic)
}

/// Whether a capital stands behind the first letter of a text that is not all capitals.
fn has_humps(text: &str) -> bool {
    text.contains(char::is_lowercase) && text.chars().skip(1).any(char::is_uppercase)
}

/// Whether the humps of `camelCase` are long enough for words.
fn are_words(text: &str) -> bool {
    let mut humps: Vec<usize> = vec![0];
    for c in text.chars() {
        if c.is_uppercase() {
            humps.push(0);
        }
        if let Some(last) = humps.last_mut() {
            *last += 1;
        }
    }
    let mut humps = humps.into_iter().filter(|hump| *hump > 0);
    humps.all(|hump| hump >= SHORTEST_HUMP)
}

fn is_uuid(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    let is_of_one = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    groups.eq(UUID) && text.bytes().all(is_of_one)
}

/// Whether a text is an address of e-mail, or of a chat.
fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| {
        let is_of_a_user = |c: char| c.is_alphanumeric() || "-_.+".contains(c);
        let is_of_a_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        !user.is_empty()
            && user.chars().all(is_of_a_user)
            && host.contains('.')
            && host.chars().all(is_of_a_host)
    })
}
