//! Parsers of option values: concurrency, report files, variables and addresses.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::ValueEnum;

use super::options::ReportTo;
use crate::desired::Concurrency;
use crate::manifest::is_variable_name;
use crate::render::Format;

pub(super) fn concurrency(text: &str) -> Result<Concurrency, String> {
    match text.parse() {
        Ok(number @ 1..=1024) => Ok(Concurrency::Exactly(number)),
        _ if text == "auto" => Ok(Concurrency::Auto),
        _ => Err("takes auto, or a whole number from 1 to 1024".to_owned()),
    }
}

pub(super) fn report(text: &str) -> Result<ReportTo, String> {
    let wrong =
        || "takes FORMAT=FILE, such as json=report.json; the formats are text and json".to_owned();
    let (format, path) = text.split_once('=').ok_or_else(wrong)?;
    let format = Format::from_str(format, false).map_err(|_| wrong())?;
    if path.is_empty() {
        return Err(wrong());
    }
    let path = PathBuf::from(path);
    Ok(ReportTo { format, path })
}

pub(super) fn variable(text: &str) -> Result<String, String> {
    if is_variable_name(text) {
        Ok(text.to_owned())
    } else {
        Err("takes the name of one environment variable: letters, digits and `_`".to_owned())
    }
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let text = text
        .strip_prefix("localhost:")
        .map_or(text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse()
        .map_err(|_| "takes an address and a port, such as 127.0.0.1:8080".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn report_is_a_format_and_a_file() {
        let path = PathBuf::from("a=b.json");
        let format = Format::Json;
        assert_eq!(report("json=a=b.json"), Ok(ReportTo { format, path }));
        for bad in ["", "json", "json=", "=a", "xml=a", "JSON=a"] {
            assert!(report(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn variable_is_refused_unless_it_is_a_plain_name() {
        for good in ["A", "_a1", "WAWP_ACCESS_TOKEN"] {
            assert_eq!(variable(good), Ok(good.to_owned()));
        }
        for bad in ["", "1A", "A B", " A", "A=b", "$A", "A,B", "A*", "é", "A\0"] {
            assert!(variable(bad).is_err(), "{bad}");
        }
    }
}
