//! An empty variable is unset, and an error of a variable's value names the variable.

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, stage};

const A: &str = "00000000000A";
const RECIPIENT: &str = "HOOKFLEET_STATE_RECIPIENT";
const KEY: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const OPEN: &str =
    "warning: HOOKFLEET_STATE_RECIPIENT is set and empty, so the run log is not encrypted\n";

fn with(name: &str, value: &str) -> Stage {
    stage(&[(A, "")]).env(name, value)
}

/// The log of the only run.
fn log(stage: &Stage, directory: &str) -> String {
    let files = std::fs::read_dir(stage.path(directory)).unwrap();
    let mut logs = files.filter_map(|file| {
        let path = file.unwrap().path();
        (path.extension()? == "run").then(|| std::fs::read_to_string(path).unwrap())
    });
    logs.next().unwrap()
}

#[test]
fn an_empty_variable_is_unset() {
    for empty in ["", "\n", "\r\n"] {
        for name in ["HOOKFLEET_CA_CERT", "HOOKFLEET_STATE_DIR"] {
            let stage = with(name, empty);
            let run = stage.run(&["apply", "--auto-approve"]);
            assert_eq!(run.code, 0, "{name} {}", run.told());
            assert!(stage.path(".hookfleet").is_dir(), "{name}");
        }
        // The default would be the vendor's.
        let stage = with("HOOKFLEET_BASE_URL", empty).env("HTTPS_PROXY", "http://127.0.0.1:9");
        let run = stage.run(&["plan", "--retries", "0", "--format", "json"]);
        assert_eq!(
            run.json()["instances"][0]["error"]["kind"],
            "proxy",
            "{}",
            run.told()
        );
    }
}

#[test]
fn an_empty_recipient_variable_is_unset_and_said_by_what_writes_a_log() {
    for empty in ["", "\n"] {
        let stage = with(RECIPIENT, empty);
        let run = stage.run(&["apply", "--auto-approve"]);
        assert_eq!(run.code, 0);
        assert!(run.err.starts_with(OPEN), "{}", run.err);
        assert!(log(&stage, ".hookfleet").contains("\"sealed_to\":null"));
        for quiet in ["plan", "drift"] {
            assert!(!stage.run(&[quiet]).err.contains(RECIPIENT));
        }
        // Nothing is written, so there is no log.
        assert!(
            !stage
                .run(&["apply", "--auto-approve"])
                .err
                .contains(RECIPIENT)
        );
    }
}

#[test]
fn one_final_line_end_of_a_variable_never_counts() {
    for end in ["", "\n", "\r\n"] {
        let stage = with(RECIPIENT, &format!("{KEY}{end}"));
        let run = stage.run(&["apply", "--auto-approve"]);
        assert_eq!(run.code, 0, "{}", run.told());
        assert!(log(&stage, ".hookfleet").contains(&format!("\"sealed_to\":\"{KEY}\"")));
        let stage = with("HOOKFLEET_STATE_DIR", &format!("logs{end}"));
        assert_eq!(stage.run(&["apply", "--auto-approve"]).code, 0);
        assert!(log(&stage, "logs").contains("\"sealed_to\":null"));
    }
}

#[test]
fn a_variable_or_an_option_may_hold_several_recipients() {
    const OTHER: &str = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";
    let several = format!("\"sealed_to\":\"{KEY}, {OTHER}\"");
    let apply = ["apply", "--auto-approve"];
    for value in [
        format!("{KEY},{OTHER}"),
        format!("{KEY}\n{OTHER}\n\n"),
        format!(" {KEY}, {OTHER} "),
    ] {
        let stage = with(RECIPIENT, &value);
        assert_eq!(stage.run(&apply).code, 0);
        assert!(log(&stage, ".hookfleet").contains(&several));
        let stage = with(RECIPIENT, "");
        let option = ["--state-recipient", &value];
        assert_eq!(stage.run(&[&apply[..], &option].concat()).code, 0);
        assert!(log(&stage, ".hookfleet").contains(&several));
    }
    let stage = with(RECIPIENT, KEY);
    let options = [["--state-recipient", KEY], ["--state-recipient", OTHER]].concat();
    assert_eq!(stage.run(&[&apply[..], &options].concat()).code, 0);
    assert!(log(&stage, ".hookfleet").contains(&several));
}

#[test]
fn white_space_in_a_recipient_is_named_with_what_it_was_given_by() {
    for (value, white_space) in [
        (format!("{KEY}\u{feff}"), "white space behind it"),
        (format!("\u{feff}{KEY}"), "white space before it"),
        (format!("{KEY}\u{200b}\n"), "white space behind it"),
        (KEY.replacen("hjy", "hj y", 1), "white space inside"),
    ] {
        let stage = with(RECIPIENT, &value);
        let run = stage.run(&["apply", "--auto-approve"]);
        let error = format!("error: {RECIPIENT} takes an age recipient without {white_space}\n");
        assert!(
            run.code == 64 && run.err.starts_with(&error),
            "{}",
            run.told()
        );
        let typed = stage.run(&["apply", "--auto-approve", "--state-recipient", &value]);
        let error = error.replace(RECIPIENT, "--state-recipient");
        assert!(
            typed.code == 64 && typed.err.starts_with(&error),
            "{}",
            typed.told()
        );
        assert_eq!(stage.requests(), (0, 0));
    }
}

#[test]
fn an_error_of_a_variables_value_names_the_variable() {
    let told = |name: &str, value: &str, args: &[&str]| {
        let run = with(name, value).run(args);
        assert_eq!((run.code, &*run.out), (64, ""));
        assert!(!run.err.contains(" --"), "nobody typed a flag: {}", run.err);
        run.err
    };
    assert_data_eq!(
        told("HOOKFLEET_BASE_URL", "api.wawp.net", &["plan"]),
        str![[r#"
error: HOOKFLEET_BASE_URL: the base URL is not a URL

hint: give HOOKFLEET_BASE_URL a URL such as https://api.wawp.net

"#]]
    );
    assert_data_eq!(
        told("HOOKFLEET_CA_CERT", "nowhere.pem", &["plan"]),
        str![[r#"
error: cannot read `nowhere.pem` of HOOKFLEET_CA_CERT: No such file or directory (os error 2)

hint: give HOOKFLEET_CA_CERT a PEM file with the authority's certificate (-----BEGIN CERTIFICATE-----)

"#]]
    );
    assert_data_eq!(
        told(RECIPIENT, "age1nobody", &["apply", "x.plan"]),
        str![[r#"
error: HOOKFLEET_STATE_RECIPIENT takes an age recipient of 62 characters, and this one is shorter: a part is missing

hint: `age-keygen -y FILE` prints the recipient of a secret key

"#]]
    );
    assert_data_eq!(
        told(
            "HOOKFLEET_STATE_DIR",
            "nowhere",
            &["rollback", "x", "--auto-approve"]
        ),
        str![[r#"
error: there is no state directory `nowhere`

hint: HOOKFLEET_STATE_DIR says where the runs are; without it, a run is recorded in .hookfleet below the directory that it was started in

"#]]
    );
}
