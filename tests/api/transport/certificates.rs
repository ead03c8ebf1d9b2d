//! Whom a run trusts: the system's authorities and those of `--ca-cert`, for the right name and time, and nobody else.

use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd};

use crate::harness::Run;
use crate::transport::authority::{Authority, params, self_signed, self_signed_by};
use crate::transport::server::Api;
use crate::transport::stage::{Stage, in_sync};

/// What a run leaves behind that trusts neither the server of the base URL nor the way it is told to reach.
fn distrusted(host: &str, why: &str, hint: &str) -> Run {
    let out = format!(
        "failed: 8D30ABB1E6DA: cannot trust {host}:<PORT>: {why}\n\n\
         Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 1 failed, 0 blocked.\n"
    );
    Run {
        code: 1,
        out,
        err: format!("\nhint: {hint}\n"),
    }
}

const TRUST: &str = "check --base-url; where the certificate is of a private authority, --ca-cert FILE trusts that one too";
const TIME: &str = "have the certificate renewed, or set the clock of this machine right";
const UNKNOWN: &str = "its certificate is of an unknown authority";

#[tokio::test]
async fn unknown_ca_is_refused_without_retry_and_the_hint_names_ca_cert() {
    let authority = Authority::new("unknown");
    let api = Api::over_tls(authority.acceptor(&["127.0.0.1", "localhost"])).await;
    let stage = Stage::new();
    for host in ["127.0.0.1", "localhost"] {
        let base_url = format!("https://{host}:{}", api.port());
        let run = stage.plan(&base_url, &[]).await;
        assert_eq!(run, distrusted(host, UNKNOWN, TRUST));
    }
    assert_eq!(api.requests(), Vec::<String>::new());
    assert_eq!(api.connections(), 2, "nothing of that passes by itself");
}

#[tokio::test]
async fn an_authority_that_is_named_is_trusted() {
    let authority = Authority::new("named");
    let api = Api::over_tls(authority.acceptor(&["127.0.0.1", "localhost"])).await;
    let stage = Stage::new().file("ca.pem", &authority.pem);
    for host in ["127.0.0.1", "localhost"] {
        let base_url = format!("https://{host}:{}", api.port());
        let run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
        assert_eq!(run, in_sync());
    }
    let line = |host: &str| {
        let port = api.port();
        let query = "instance_id=8D30ABB1E6DA&access_token=token-of-a-test";
        format!("GET {host}:{port} /v2/session/webhook?{query}")
    };
    assert_eq!(api.requests(), [line("127.0.0.1"), line("localhost")]);
}

#[tokio::test]
async fn an_authority_may_be_named_by_the_environment_and_a_flag_counts_more() {
    let (known, other) = (Authority::new("known"), Authority::new("other"));
    let api = Api::over_tls(known.acceptor(&["127.0.0.1"])).await;
    let base_url = format!("https://127.0.0.1:{}", api.port());
    let stage = Stage::new()
        .file("known.pem", &known.pem)
        .file("other.pem", &other.pem)
        .env("HOOKFLEET_CA_CERT", "known.pem");
    assert_eq!(stage.plan(&base_url, &[]).await, in_sync());
    let run = stage.plan(&base_url, &["--ca-cert", "other.pem"]).await;
    assert_eq!(run, distrusted("127.0.0.1", UNKNOWN, TRUST));
}

#[tokio::test]
async fn every_authority_of_a_file_is_trusted_and_so_are_those_of_the_system() {
    let authorities = ["system", "first", "second"].map(Authority::new);
    let [system, first, second] = &authorities;
    let stage = Stage::new()
        .file("system.pem", &system.pem)
        .file("ca.pem", format!("{}some text\n{}", first.pem, second.pem))
        .env("SSL_CERT_FILE", "system.pem");
    for authority in &authorities {
        let api = Api::over_tls(authority.acceptor(&["127.0.0.1"])).await;
        let base_url = format!("https://127.0.0.1:{}", api.port());
        let run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
        assert_eq!(run, in_sync());
    }
}

#[tokio::test]
async fn a_certificate_that_only_itself_has_signed_is_trusted_where_it_is_named() {
    let (pem, acceptor) = self_signed(&["127.0.0.1"]);
    let api = Api::over_tls(acceptor).await;
    let base_url = format!("https://127.0.0.1:{}", api.port());
    let stage = Stage::new().file("own.pem", pem);
    let run = stage.plan(&base_url, &["--ca-cert", "own.pem"]).await;
    assert_eq!(run, in_sync());
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new("known");
    let api = Api::over_tls(authority.acceptor(&["other.test", "127.0.0.2"])).await;
    let stage = Stage::new().file("ca.pem", &authority.pem);
    for host in ["127.0.0.1", "localhost"] {
        let base_url = format!("https://{host}:{}", api.port());
        let run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
        let why = format!("its certificate is for other.test, 127.0.0.2, and not for {host}");
        assert_eq!(run, distrusted(host, &why, "check the host in --base-url"));
    }
    assert_eq!(api.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_certificate_that_has_expired_or_is_not_valid_yet_is_refused() {
    let authority = Authority::new("known");
    let stage = Stage::new().file("ca.pem", &authority.pem);
    let times = [
        (
            1990,
            2000,
            "its certificate, or one in its chain, expired on 2000-01-01 00:00 UTC",
        ),
        (
            3000,
            3010,
            "its certificate, or one in its chain, is not valid before 3000-01-01 00:00 UTC",
        ),
    ];
    for (from, until, why) in times {
        let mut params = params(&["127.0.0.1"]);
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let api = Api::over_tls(authority.acceptor_of(&params, rustls::ALL_VERSIONS)).await;
        let base_url = format!("https://127.0.0.1:{}", api.port());
        let mut run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
        let clock = run.out.find("; the clock here says 20").unwrap();
        run.out
            .replace_range(clock..run.out.find("UTC\n\n").unwrap() + 3, "");
        assert_eq!(run, distrusted("127.0.0.1", why, TIME));
        assert_eq!(api.requests(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn an_authoritys_own_certificate_on_a_server_says_so_and_how_to_issue_another() {
    let (pem, acceptor) = self_signed_by(IsCa::Ca(BasicConstraints::Unconstrained));
    let api = Api::over_tls(acceptor).await;
    let base_url = format!("https://127.0.0.1:{}", api.port());
    let stage = Stage::new().file("own.pem", pem);
    for args in [&["--ca-cert", "own.pem"][..], &[]] {
        let run = stage.plan(&base_url, args).await;
        let expected = "\
exit 1
--- stdout
failed: 8D30ABB1E6DA: cannot trust 127.0.0.1:<PORT>: its certificate is an authority's own (CA:TRUE), which no server may show

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 1 failed, 0 blocked.
--- stderr

hint: give the server a certificate of its own, with CA:FALSE and signed by that authority, whose certificate --ca-cert then takes; `openssl req -x509 -addext basicConstraints=critical,CA:FALSE` makes one that signs itself
";
        assert_eq!(run.told(), expected);
    }
}

#[tokio::test]
async fn a_certificate_that_signs_itself_and_is_no_authoritys_is_trusted_where_it_is_named() {
    let (pem, acceptor) = self_signed_by(IsCa::ExplicitNoCa);
    let api = Api::over_tls(acceptor).await;
    let base_url = format!("https://127.0.0.1:{}", api.port());
    let stage = Stage::new().file("own.pem", pem);
    let run = stage.plan(&base_url, &["--ca-cert", "own.pem"]).await;
    assert_eq!(run, in_sync());
}

#[tokio::test]
async fn a_certificate_without_a_name_says_what_it_needs() {
    let authority = Authority::new("known");
    let api = Api::over_tls(authority.acceptor(&[])).await;
    let base_url = format!("https://127.0.0.1:{}", api.port());
    let stage = Stage::new().file("ca.pem", &authority.pem);
    let run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
    let why = "its certificate names no host (no subjectAltName), and is not for 127.0.0.1";
    let hint = "give the server a certificate whose subjectAltName has the host of the URL; a common name does not count";
    assert_eq!(run, distrusted("127.0.0.1", why, hint));
}

#[tokio::test]
async fn a_certificate_that_is_for_clients_alone_says_so() {
    let authority = Authority::new("known");
    let mut params = params(&["127.0.0.1"]);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let acceptor = authority.acceptor_of(&params, rustls::ALL_VERSIONS);
    let api = Api::over_tls(acceptor).await;
    let base_url = format!("https://127.0.0.1:{}", api.port());
    let stage = Stage::new().file("ca.pem", &authority.pem);
    let run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
    let told = run.out.lines().next().unwrap();
    assert_eq!(
        told,
        "failed: 8D30ABB1E6DA: cannot trust 127.0.0.1:<PORT>: its certificate is not meant for servers (extended key usage)"
    );
    assert_eq!(
        run.err.trim(),
        "hint: give the server a certificate whose extendedKeyUsage has serverAuth, or that has none"
    );
}

#[tokio::test]
async fn an_authority_with_another_key_under_the_same_name_is_told_as_another_authority() {
    let same = Authority::new("rekeyed");
    let api = Api::over_tls(same.acceptor(&["127.0.0.1"])).await;
    let base_url = format!("https://127.0.0.1:{}", api.port());
    for algorithm in [
        &rcgen::PKCS_ED25519,
        &rcgen::PKCS_ECDSA_P384_SHA384,
        &rcgen::PKCS_ECDSA_P256_SHA256,
    ] {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let earlier = Authority::with_key("rekeyed", key);
        let stage = Stage::new().file("ca.pem", &earlier.pem);
        let run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
        let why = "its certificate is not signed by the authority that it names";
        let hint = "check --base-url; an authority that is trusted has the same name and another key: --ca-cert FILE trusts its present certificate";
        assert_eq!(run, distrusted("127.0.0.1", why, hint), "{algorithm:?}");
    }
}
