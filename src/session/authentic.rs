//! Whether what run logs say can be relied on: the tokens of their instances tell.

use secrecy::ExposeSecret;

use super::{Session, token};
use crate::escape::truncate::list;
use crate::fetch::Accesses;
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::runlog::{Header, RunChain, Vouch};

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

/// What the tokens of instances say of the logs of a chain.
pub struct Authenticity {
    /// The instances of which the logs can't be relied on: they were changed or made by hand, or the token is another since.
    pub unauthenticated: Vec<String>,
    /// Whether any token vouches for any of the logs.
    is_vouched: bool,
}

impl Authenticity {
    /// Checks what the logs of a chain say of the instances of `ids`, each with its credential.
    pub fn of<'i>(
        chain: &RunChain,
        ids: impl Iterator<Item = (&'i str, &'i str)>,
        accesses: &Accesses,
    ) -> Self {
        let mut authenticity = Self {
            unauthenticated: Vec::new(),
            is_vouched: false,
        };
        for (id, credential) in ids {
            let access = accesses.get(credential);
            let vouch = access.map(|access| chain.vouch(id, access.token.expose_secret()));
            match vouch {
                Some(Vouch::Silent) => {}
                Some(Vouch::Vouched) => authenticity.is_vouched = true,
                Some(Vouch::Forged) | None => authenticity.unauthenticated.push(id.to_owned()),
            }
        }
        authenticity
    }

    /// The header of a run for which the tokens of all instances that `session` may write vouch, so that what it says can be
    /// relied on.
    pub fn header<'c>(&self, chain: &'c RunChain, session: &Session) -> Option<&'c Header> {
        let tokens = session.targets.iter().filter_map(|target| {
            let token = token(&session.accesses, target)?;
            Some((target.subject.id.as_str(), token))
        });
        chain
            .vouched_header(&tokens.collect::<Vec<_>>())
            .filter(|_| self.unauthenticated.is_empty())
    }

    /// Refuses logs that can't be relied on, unless they need not be; some token may have to vouch for them.
    ///
    /// # Errors
    /// When they can't.
    pub fn check(
        &self,
        chain: &RunChain,
        has_to_be_vouched: bool,
        verification: Verification,
    ) -> Result<(), Failure> {
        let is_unvouched = has_to_be_vouched && !self.is_vouched;
        if verification == Verification::Waived
            || (self.unauthenticated.is_empty() && !is_unvouched)
        {
            return Ok(());
        }
        let run = &chain.asked().header.run;
        let instances = list(self.unauthenticated.iter().map(String::as_str));
        let message = if self.unauthenticated.is_empty() {
            format!("no token of the manifest's instances authenticates the log of run {run}")
        } else if chain.runs().any(|run| run.header.planner.is_none()) {
            format!(
                "the log of run {run} has no authentication, as logs of hookfleet 0.1 have none, so what it says of {instances} may be forged"
            )
        } else {
            format!(
                "the log of run {run} is not authenticated by the tokens of {instances}: it was changed or made by hand, or the tokens were replaced since"
            )
        };
        Err(Failure::new(ProblemKind::InvalidLog, message).hint(format!(
            "`hookfleet show {run}` shows what it says; -i or -l can leave these instances out of a rollback; --unverified uses the log after a question on a terminal; nothing was read or written"
        )))
    }
}
