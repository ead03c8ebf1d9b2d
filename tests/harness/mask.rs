//! Stand-ins for what varies from run to run.

/// The hosts of every emulator, server and proxy here.
const HOSTS: [&str; 3] = ["127.0.0.1:", "localhost:", "0.0.0.0:"];
/// The name of a run, with a digit for each `d` and a hex digit for each `x`.
const NAME: &str = "dddddddd-dddddd.ddd-xxxx";

/// The names of the runs that a text names, in its order.
pub(crate) fn runs_in(text: &str) -> Vec<&str> {
    let is_name = |name: &str| {
        let fits = |(c, kind): (char, char)| match kind {
            'd' => c.is_ascii_digit(),
            'x' => c.is_ascii_hexdigit(),
            _ => c == kind,
        };
        name.chars().zip(NAME.chars()).all(fits)
    };
    let starts = text.char_indices().map(|(at, _)| at);
    let names = starts.filter_map(|at| text.get(at..at + NAME.len()));
    names.filter(|name| is_name(name)).collect()
}

/// Fingerprints, ports and runs vary from run to run: `***` and eight hex digits become `***<FP>`, the emulator's port
/// `<PORT>`, the name of a run `<RUN>`.
pub(crate) fn masked(text: &str) -> String {
    let mut nameless = text.to_owned();
    for run in runs_in(text) {
        nameless = nameless.replace(run, "<RUN>");
    }
    let mut portless = nameless;
    for host in HOSTS {
        let mut parts = portless.split(host);
        let mut masked = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            masked.extend([host, "<PORT>"]);
            masked.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
        portless = masked;
    }
    let mut parts = portless.split("***");
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_print = part.len() >= 8 && part.bytes().take(8).all(|b| b.is_ascii_hexdigit());
        masked.push_str(if is_print { "***<FP>" } else { "***" });
        masked.push_str(if is_print { &part[8..] } else { part });
    }
    masked
}
