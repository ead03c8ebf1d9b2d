//! The public words: what a message of a server may show. The list must not hold a word that is a common password.
//!
//! The words are those of error messages of nginx, Apache, Cloudflare, IIS, `WordPress`, `NestJS` and WAHA, of the vendor's
//! published messages, codes and events, and the API's field names.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The words in lower case, sorted.
const WORDS: &str = "
a about accept acceptable accepted access access_token account accounts ack action active add added address
after again all allowed already also an and another answer answered any apache api application apply archive are aren't argument
array as at attempt authenticated authentication authorization authorized available
back backend bad bad_request balance be bearer because been before being between billing blank blocked body
boolean both browser busy but by
cache call calls can can't cannot cap certificate change changed character characters charset chat check client
close closed cloudflare code column command config configuration configured conflict connect connected
connecting connection contain contains content continue cookie core could couldn't count create created
credential credentials critical current currently
data database date decode decoded defined delete deleted denied deprecated detail details detected device did didn't
directory disabled disconnected dns do does doesn't don't done down due duplicate during
each econnrefused econnreset edited element elements empty enabled encode encoded encoding encountered end ended
endpoint engine enotfound entity error errors etimedout event events every exceed exceeded exception exhausted
exist existing exists expectation expected expired extended extra
fail failed failure false fatal feature fetch field fields file find first follow following for forbidden format
found free from function
gateway gateway_timeout get given go gone got greater group groups
handle handled handler handshake hang has have haven't header headers host hostname hour hours html http https
i id if ignored iis implemented in inactive inbox incorrect information input inside instance instance_id
instances instead insufficient integer internal into invalid invalid_json invalid_token ip is is_active isactive
isn't it items its
join json just
key keys
label large later least leave length less limit limited line list loaded locked logged logout long longer loop
maintenance malformed mandatory many match matches matching max maximum may media mediatype memory message
messages method microsoft min minimum minute minutes missing missing_parameters more most moved much multiple
must
name need needed negotiates nestjs network new nginx no node non not not_found nothing now null number
object of off ok on one only open operation or origin other out outside over overload overloaded own
page paid pairing param parameter parameters parse parsing part participants parts passed path pattern payload
payment per perform permanently permission permissions permitted phone php plain plan please plugin policy poll
port position possible post precondition presence present problem process processed processing progress property
protocols provide provided proxy put
qr query queue quota
range rate reached reaction read ready reason received redirect referenced refused rejected reload remote
removed request requested requests required reset resource resources response rest_forbidden rest_invalid_param
rest_missing_callback_param rest_no_route restart restarted result retry returned revoked route rule running
s same scan scan_qr_code schema script second seconds see seems send sent server service service_unavailable
session session_id session_not_found sessionid sessions set several should shouldn't size slow so socket some
something soon sorry specified ssl start started starting state status statuscode still stop stopped storage
string strings structure submitted subscribe subscribed subscription subscription_required succeeded success
such supported suspended switching syntax systemconfig
take taken teapot temporarily temporary than that the their them then there these this those throttled time
timed timeout timestamp tls to token too too_many_requests trial tried true try trying type
unable unauthenticated unauthorized unavailable undefined unexpected unexpected_failure unhandled unique unknown
unlimited unprocessable unreachable unreadable unsupported until up update updated upgrade upsert upstream
upstream_failure uri url urls use used using utf uuid
v1 v2 v3 valid validate validation value values variant verb verify version via vote
waha wait waiting was wasn't wawp way we web webhook webhooks website were what whatsapp when where which while
will with within without won't wordpress working would write wrong
xml
yet you your
zero
";

/// A word ends at an apostrophe, as in a message.
static PUBLIC: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let words = WORDS.split(|c: char| c.is_whitespace() || c == '\'');
    words.filter(|word| !word.is_empty()).collect()
});

/// Whether a word may be shown, in whatever case.
pub(super) fn is_listed(word: &str) -> bool {
    PUBLIC.contains(word.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted_in_lower_case_and_listed_once() {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        assert!(words.is_sorted_by(|one, next| one < next));
        let is_word = |word: &&str| {
            let is_inside = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'\'');
            word.bytes().all(is_inside) && word.starts_with(|c: char| c.is_ascii_lowercase())
        };
        assert_eq!(words.iter().find(|word| !is_word(word)), None);
    }

    #[test]
    fn no_word_is_a_common_password() {
        let passwords = "abc123 admin changeme default demo dragon guest hello letmein login love manager master monkey \
                         passw0rd password private public qwerty root secret shadow support system test user welcome";
        let listed = passwords.split_whitespace().filter(|word| is_listed(word));
        assert_eq!(listed.collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
