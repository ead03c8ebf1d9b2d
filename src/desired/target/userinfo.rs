//! User names that read as hosts: a reviewer takes what stands before the `@` for where events go.

/// Whether a userinfo, percent-decoded, begins like a host: a name with dots that has no password, or a path, or that ends in a
/// public suffix.
pub(super) fn reads_as_host(userinfo: &[u8]) -> bool {
    let text = String::from_utf8_lossy(userinfo);
    let end = text.find([':', '/', '?', '#', '\\']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let is_name = name.contains('.') && name.split('.').all(is_label);
    let suffix = psl::suffix(name.as_bytes());
    let is_public = suffix.is_some_and(|suffix| suffix.is_known());
    is_name && (is_public || !rest.starts_with(':') || rest.contains(['/', '?', '#', '\\']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_userinfo_reads_as_a_host_where_it_begins_like_one() {
        for userinfo in [
            "crm.example",
            "crm.example.com",
            "crm.example/in?x",
            "crm.example.com:443",
            "crm.example.com:443/in",
            "crm.example:443/in",
            "b\u{fc}cher.example",
            "10.0.0.1",
        ] {
            assert!(reads_as_host(userinfo.as_bytes()), "{userinfo}");
        }
        for userinfo in [
            "user",
            "user:pass.word",
            "first.last:password",
            "",
            ".",
            "a..b",
            "user/x.example",
        ] {
            assert!(!reads_as_host(userinfo.as_bytes()), "{userinfo}");
        }
    }
}
