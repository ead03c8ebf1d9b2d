//! Where the system has no root store, the bundled roots serve.

use crate::transport::authority::Authority;
use crate::transport::server::Api;
use crate::transport::stage::{Stage, in_sync};

/// A stage on a system without a root store.
fn without_a_store() -> Stage {
    Stage::new()
        .env("SSL_CERT_FILE", "/nowhere/ca.pem")
        .env("SSL_CERT_DIR", "/nowhere/certs")
}

/// Why a server with a certificate of an authority is not trusted.
async fn doubt(authority: &Authority, stage: &Stage, args: &[&str]) -> String {
    let api = Api::over_tls(authority.acceptor(&["127.0.0.1"])).await;
    let base_url = format!("https://127.0.0.1:{}", api.port());
    let run = stage.plan(&base_url, args).await;
    assert_eq!(api.requests(), Vec::<String>::new());
    let first = run.out.lines().next().unwrap_or_default();
    let told = first.strip_prefix("failed: 8D30ABB1E6DA: cannot trust 127.0.0.1:<PORT>: ");
    told.unwrap_or_else(|| panic!("{}", run.told())).to_owned()
}

/// What tells that a root of that name is known, and that it has not signed this.
const FORGED: &str = "its certificate is not signed by the authority that it names";
const UNKNOWN: &str = "its certificate is of an unknown authority";

#[tokio::test]
async fn a_run_over_plain_loopback_needs_no_store() {
    let api = Api::plain().await;
    let base_url = format!("http://127.0.0.1:{}", api.port());
    assert_eq!(without_a_store().plan(&base_url, &[]).await, in_sync());
}

#[tokio::test]
async fn a_named_authority_is_trusted_without_a_store() {
    let authority = Authority::new("named");
    let api = Api::over_tls(authority.acceptor(&["127.0.0.1"])).await;
    let base_url = format!("https://127.0.0.1:{}", api.port());
    let stage = without_a_store().file("ca.pem", &authority.pem);
    let run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
    assert_eq!(run, in_sync());
}

#[tokio::test]
async fn without_a_store_the_bundled_roots_are_known_with_and_without_a_named_authority() {
    let impostor = Authority::impostor();
    let stage = without_a_store().file("ca.pem", Authority::new("other").pem);
    assert_eq!(doubt(&impostor, &stage, &[]).await, FORGED);
    let named = doubt(&impostor, &stage, &["--ca-cert", "ca.pem"]).await;
    assert_eq!(named, FORGED);
}

#[tokio::test]
async fn a_system_that_has_a_store_decides_by_itself_whom_it_trusts() {
    let impostor = Authority::impostor();
    let other = Authority::new("other").pem;
    let stage = Stage::new()
        .file("store.pem", &other)
        .env("SSL_CERT_FILE", "store.pem");
    assert_eq!(doubt(&impostor, &stage, &[]).await, UNKNOWN);
    let named = doubt(&impostor, &stage, &["--ca-cert", "store.pem"]).await;
    assert_eq!(named, UNKNOWN);
}
