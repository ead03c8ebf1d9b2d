//! What `--ca-cert` refuses before any request: a usage error that names the file, and what it should be.

use crate::harness::Run;
use crate::transport::authority::Authority;
use crate::transport::server::Api;
use crate::transport::stage::Stage;

/// The usage error that says this.
fn refused(message: &str) -> Run {
    let hint = "give --ca-cert a PEM file with the authority's certificate (-----BEGIN \
                CERTIFICATE-----)";
    Run {
        code: 64,
        out: String::new(),
        err: format!("error: {message}\n\nhint: {hint}\n"),
    }
}

/// A certificate, and one whose bytes are cut off although its base64 is not.
fn whole_and_cut() -> (String, String) {
    let whole = Authority::new("known").pem;
    let lines: Vec<&str> = whole.lines().collect();
    let cut = format!("{}\n{}\n{}\n", lines[0], lines[1], lines[lines.len() - 1]);
    (whole, cut)
}

#[tokio::test]
async fn a_file_that_gives_no_certificate_is_a_usage_error_before_any_request() {
    let (whole, cut) = whole_and_cut();
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let endless = whole.replace("-----END CERTIFICATE-----", "");
    let garbled = whole.replacen("MII", "M!I", 1);
    let filler = format!("{whole}{}", "#".repeat(1024 * 1024));
    let no_certificate = "`ca.pem` of --ca-cert holds no PEM certificate";
    let private = "`ca.pem` of --ca-cert holds a private key, and no certificate";
    let broken = "`ca.pem` of --ca-cert holds a broken certificate, number 1 in it";
    let second = "`ca.pem` of --ca-cert holds a broken certificate, number 2 in it";
    let api = Api::plain().await;
    let base_url = format!("http://127.0.0.1:{}", api.port());
    for (content, message) in [
        ("", "`ca.pem` of --ca-cert is empty"),
        (" \n", "`ca.pem` of --ca-cert is empty"),
        ("hello", no_certificate),
        ("\u{30}\u{82}\u{1}", no_certificate),
        (&key, private),
        (encrypted, private),
        (&cut, broken),
        (&endless, broken),
        (&garbled, broken),
        (&format!("{whole}{cut}"), second),
        (
            &filler,
            "cannot read `ca.pem` of --ca-cert: it is larger than 1 MiB",
        ),
    ] {
        let stage = Stage::new().file("ca.pem", content);
        for format in ["text", "json"] {
            let args = ["--ca-cert", "ca.pem", "--format", format];
            assert_eq!(stage.plan(&base_url, &args).await, refused(message));
        }
        let stage = stage.env("HOOKFLEET_CA_CERT", "ca.pem");
        let run = stage.plan(&base_url, &[]).await;
        let run = Run {
            err: run.err.replace("HOOKFLEET_CA_CERT", "--ca-cert"),
            ..run
        };
        assert_eq!(run, refused(message));
    }
    assert_eq!(api.connections(), 0);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_or_has_no_end_is_a_usage_error_before_any_request() {
    let api = Api::plain().await;
    let base_url = format!("http://127.0.0.1:{}", api.port());
    let stage = Stage::new();
    let run = stage.plan(&base_url, &["--ca-cert", "absent.pem"]).await;
    let message = "cannot read `absent.pem` of --ca-cert: No such file or directory (os error 2)";
    assert_eq!(run, refused(message));
    let run = stage.plan(&base_url, &["--ca-cert", "."]).await;
    let message = "cannot read `.` of --ca-cert: Is a directory (os error 21)";
    assert_eq!(run, refused(message));
    let run = stage.plan(&base_url, &["--ca-cert", "/dev/zero"]).await;
    let message = "cannot read `/dev/zero` of --ca-cert: it is larger than 1 MiB";
    assert_eq!(run, refused(message));
    assert_eq!(api.connections(), 0);
}

#[tokio::test]
async fn a_key_beside_a_certificate_and_a_file_of_just_one_mebibyte_do_no_harm() {
    let (whole, _) = whole_and_cut();
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let filler = format!("{whole}{}", "#".repeat(1024 * 1024 - whole.len()));
    let api = Api::plain().await;
    let base_url = format!("http://127.0.0.1:{}", api.port());
    for content in [format!("{key}{whole}"), whole.replace('\n', "\r\n"), filler] {
        let stage = Stage::new().file("ca.pem", content);
        let run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
        assert_eq!(run, crate::transport::stage::in_sync());
    }
}
