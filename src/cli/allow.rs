//! Parses the guards of `--allow`.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::plan::{Allowance, AllowanceError, Guard};

pub(super) fn allowance() -> impl TypedValueParser<Value = Allowance> {
    let guards = Guard::ALL.map(|guard| PossibleValue::new(guard.as_str()));
    AllowanceParser(PossibleValuesParser::new(guards))
}

/// Parses `GUARD[=N]`, and offers the guards for completion.
#[derive(Clone)]
struct AllowanceParser(PossibleValuesParser);

impl TypedValueParser for AllowanceParser {
    type Value = Allowance;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Allowance, clap::Error> {
        match value.to_str().map(str::parse) {
            Some(Ok(allowance)) => Ok(allowance),
            Some(Err(error @ AllowanceError::InvalidNumber(_))) => {
                let parser = move |_: &str| Err::<Allowance, _>(error.clone());
                parser.parse_ref(command, arg, value)
            }
            // clap names the guards, and the nearest one.
            _ => match self.0.parse_ref(command, arg, value) {
                Err(error) => Err(error),
                Ok(_) => Err(clap::Error::new(clap::error::ErrorKind::InvalidValue)),
            },
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        self.0.possible_values()
    }
}
