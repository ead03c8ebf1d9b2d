//! Whether what run logs say can be relied on: the tokens of their instances tell.

use secrecy::ExposeSecret;

use crate::escape::truncate::list;
use crate::fetch::Accesses;
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::runlog::{Header, RunChain};

/// Whether logs have to be authentic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// They have to be.
    Required,
    /// With `--unverified` they need not be, and the run asks on a terminal.
    Waived,
}

impl Verification {
    /// Returns `Waived` with `--unverified`.
    pub fn unless(unverified: bool) -> Self {
        if unverified {
            Self::Waived
        } else {
            Self::Required
        }
    }
}

/// What tokens say of the logs of a chain.
pub struct Authenticity {
    /// The instances of which the logs can't be relied on: a record has been changed, made by hand or moved, or the token is
    /// another since.
    pub strange: Vec<String>,
    /// Whether the logs of an instance are from runs that had its token. Their headers are then those of these runs.
    pub is_known: bool,
}

impl Authenticity {
    /// Checks what the logs of a chain say of the instances of `ids`, each with its credential.
    pub fn of<'i>(
        chain: &RunChain,
        ids: impl Iterator<Item = (&'i str, &'i str)>,
        accesses: &Accesses,
    ) -> Self {
        let is_authentic = |(id, credential): &(&str, &str)| {
            let access = accesses.get(*credential);
            access.is_some_and(|access| chain.is_authentic(id, access.token.expose_secret()))
        };
        let (known, strange): (Vec<_>, Vec<_>) = ids.partition(is_authentic);
        Self {
            strange: strange.into_iter().map(|(id, _)| id.to_owned()).collect(),
            is_known: !known.is_empty(),
        }
    }

    /// The header of the run that was asked for, if what it says can be relied on.
    pub fn header<'c>(&self, chain: &'c RunChain) -> Option<&'c Header> {
        let is_authentic = self.strange.is_empty() && self.is_known && chain.is_whole();
        is_authentic.then(|| &chain.asked().header)
    }

    /// Refuses logs that can't be relied on, unless they need not be; `run` is the one that was asked for.
    ///
    /// # Errors
    /// When there are strange instances.
    pub fn check(
        &self,
        chain: &RunChain,
        run: &str,
        verification: Verification,
    ) -> Result<(), Failure> {
        let is_whole = chain.is_whole();
        if (self.strange.is_empty() && is_whole) || verification == Verification::Waived {
            return Ok(());
        }
        let message = if chain.runs().any(|run| run.header.planner.is_none()) {
            format!(
                "the log of run {run} was written by hookfleet 0.1, which did not authenticate its logs"
            )
        } else if self.strange.is_empty() {
            format!("the log of run {run} lacks records: it was changed")
        } else {
            let instances = list(self.strange.iter().map(String::as_str));
            format!(
                "the log of run {run} is not authenticated by the tokens of {instances}: it was changed or made by hand, or the tokens were replaced since"
            )
        };
        Err(Failure::new(ProblemKind::InvalidLog, message).hint(format!(
            "`hookfleet show {run}` shows it; --unverified relies on it all the same, and asks on a terminal; nothing was read or written"
        )))
    }
}
