//! Options that an environment variable stands in for. An empty variable is unset; every value knows which of the two
//! it comes from, so that an error names what was typed.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};

use crate::wawp::DEFAULT_BASE_URL;

/// An option and the variable that stands in for it.
pub trait Variable {
    /// The option, without its hyphens.
    const OPTION: &'static str;
    /// The option as it is typed.
    const TYPED: &'static str;
    /// The variable.
    const VARIABLE: &'static str;
    /// The value where neither is set.
    const DEFAULT: Option<&'static str> = None;
    /// Whether the option may be given several times. Its values are then one, with commas between them.
    const REPEATS: bool = false;
    /// What the value is called in the help.
    const VALUE: &'static str;
    /// The help.
    const HELP: &'static str;
}

/// `--base-url`.
#[derive(Debug)]
pub struct BaseUrl;

impl Variable for BaseUrl {
    const OPTION: &'static str = "base-url";
    const TYPED: &'static str = "--base-url";
    const VARIABLE: &'static str = "HOOKFLEET_BASE_URL";
    const DEFAULT: Option<&'static str> = Some(DEFAULT_BASE_URL);
    const VALUE: &'static str = "URL";
    const HELP: &'static str = "Where tokens are sent; http only to loopback";
}

/// `--ca-cert`.
#[derive(Debug)]
pub struct CaCert;

impl Variable for CaCert {
    const OPTION: &'static str = "ca-cert";
    const TYPED: &'static str = "--ca-cert";
    const VARIABLE: &'static str = "HOOKFLEET_CA_CERT";
    const VALUE: &'static str = "FILE";
    const HELP: &'static str = "A PEM file of certificate authorities to trust beside the system's";
}

/// `--state-dir`.
#[derive(Debug)]
pub struct StateDir;

impl Variable for StateDir {
    const OPTION: &'static str = "state-dir";
    const TYPED: &'static str = "--state-dir";
    const VARIABLE: &'static str = "HOOKFLEET_STATE_DIR";
    const DEFAULT: Option<&'static str> = Some(".hookfleet");
    const VALUE: &'static str = "DIRECTORY";
    const HELP: &'static str =
        "The directory of the run logs; it holds secrets, and is made for its owner alone";
}

/// `--state-recipient`.
#[derive(Debug)]
pub struct StateRecipient;

impl Variable for StateRecipient {
    const OPTION: &'static str = "state-recipient";
    const TYPED: &'static str = "--state-recipient";
    const VARIABLE: &'static str = "HOOKFLEET_STATE_RECIPIENT";
    const VALUE: &'static str = "age1…";
    const REPEATS: bool = true;
    const HELP: &'static str = "Encrypts the log to this age recipient, or to several with commas or white space between them, each of whom can open it; repeatable";
}

/// The value of an option, from the command line, from its variable, or its default.
#[derive(Debug)]
pub struct Setting<V> {
    value: Option<OsString>,
    /// The option or the variable that the value comes from.
    pub name: &'static str,
    /// Whether nothing but an empty variable gives a value.
    pub is_blank: bool,
    variable: PhantomData<V>,
}

impl<V: Variable> Setting<V> {
    /// Returns the value as a path.
    pub fn path(&self) -> Option<&Path> {
        self.value.as_deref().map(Path::new)
    }

    /// Returns the value as text, which was checked when the arguments were parsed.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        self.value.as_deref().map(OsStr::to_string_lossy)
    }

    /// Whether the value comes from the variable.
    pub fn is_variable(&self) -> bool {
        self.name == V::VARIABLE
    }

    /// Returns the value unless it is the default.
    pub fn given(&self) -> Option<&OsStr> {
        let value = self.value.as_deref();
        value.filter(|value| V::DEFAULT.is_none_or(|default| *value != default))
    }
}

impl Setting<StateDir> {
    /// Returns the directory.
    pub fn directory(&self) -> PathBuf {
        self.path().unwrap_or(Path::new("")).to_owned()
    }
}

impl<V: Variable> Args for Setting<V> {
    fn augment_args(command: Command) -> Command {
        let argument = Arg::new(V::OPTION)
            .long(V::OPTION)
            .env(V::VARIABLE)
            .hide_env_values(true)
            .value_name(V::VALUE)
            .value_parser(value_parser!(OsString))
            .action(if V::REPEATS {
                ArgAction::Append
            } else {
                ArgAction::Set
            })
            .help(V::HELP);
        command.arg(match V::DEFAULT {
            Some(default) => argument.default_value(default),
            None => argument,
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<V: Variable> FromArgMatches for Setting<V> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let values = matches.get_many::<OsString>(V::OPTION);
        let source = matches.value_source(V::OPTION);
        let is_variable = source == Some(ValueSource::EnvVariable);
        let name = if is_variable { V::VARIABLE } else { V::TYPED };
        let value = values.map(|values| {
            let values = values.map(|value| {
                // A path on the command line may end in anything.
                if is_variable || is_text::<V>() {
                    without_line_end(value)
                } else {
                    value.clone()
                }
            });
            values.collect::<Vec<_>>().join(OsStr::new(","))
        });
        if value.as_ref().is_some_and(|value| value.to_str().is_none()) && is_text::<V>() {
            let message = format!("the value of {name} is not UTF-8\n");
            return Err(Error::raw(ErrorKind::InvalidUtf8, message));
        }
        let is_blank = value.as_ref().is_some_and(|value| value.is_empty());
        Ok(Self {
            value: if is_blank {
                V::DEFAULT.map(OsString::from)
            } else {
                value
            },
            name,
            is_blank,
            variable: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Whether the value is no path.
fn is_text<V: Variable>() -> bool {
    !["FILE", "DIRECTORY"].contains(&V::VALUE)
}

/// Returns a value without one line end, which a mounted file or `$(cat …)` in a CI leaves there.
fn without_line_end(value: &OsStr) -> OsString {
    let Some(text) = value.to_str() else {
        return value.to_owned();
    };
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text).into()
}
