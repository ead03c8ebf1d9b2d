//! What `--allow` lets pass: a guard, and up to which number.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::Guard;

/// One `--allow GUARD[=N]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// The guard.
    pub guard: Guard,
    /// The largest number that may pass; `None` for any. The number of a guard over the whole run is the run's, that of
    /// the others each instance's.
    pub most: Option<usize>,
}

/// Why a text is no allowance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllowanceError {
    /// No guard has this name.
    #[error("no guard has this name; the guards are {}", Guard::ALL.map(Guard::as_str).join(", "))]
    UnknownGuard,
    /// What follows `=` is no whole number.
    #[error("takes GUARD or GUARD=N, where N is a whole number such as {0}=12")]
    InvalidNumber(Guard),
}

impl FromStr for Allowance {
    type Err = AllowanceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, most) = match text.split_once('=') {
            Some((name, most)) => (name, Some(most)),
            None => (text, None),
        };
        let guard = Guard::from_name(name).ok_or(AllowanceError::UnknownGuard)?;
        let is_number = |most: &&str| most.bytes().all(|byte| byte.is_ascii_digit());
        let most = most.map(|most| {
            let number = Some(most)
                .filter(is_number)
                .and_then(|most| most.parse().ok());
            number.ok_or(AllowanceError::InvalidNumber(guard))
        });
        Ok(Self {
            guard,
            most: most.transpose()?,
        })
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.most {
            Some(most) => write!(f, "{}={most}", self.guard),
            None => self.guard.fmt(f),
        }
    }
}

/// All allowances of a run. Of several of one guard the largest counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowances(BTreeMap<Guard, Option<usize>>);

impl Allowances {
    /// Whether the guard may pass with this number.
    pub fn allows(&self, guard: Guard, count: usize) -> bool {
        let most = self.0.get(&guard);
        most.is_some_and(|most| most.is_none_or(|most| count <= most))
    }

    /// Iterates over them, one for each guard.
    pub fn iter(&self) -> impl Iterator<Item = Allowance> {
        let all = self.0.iter();
        all.map(|(guard, most)| Allowance {
            guard: *guard,
            most: *most,
        })
    }

    /// Their texts, as `--allow` takes them.
    pub fn texts(&self) -> Vec<String> {
        self.iter().map(|allowance| allowance.to_string()).collect()
    }
}

impl FromIterator<Allowance> for Allowances {
    fn from_iter<I: IntoIterator<Item = Allowance>>(all: I) -> Self {
        let mut allowances = Self::default();
        for Allowance { guard, most } in all {
            let known = allowances.0.entry(guard).or_insert(most);
            // `None` is any number, and so the largest.
            *known = known.zip(most).map(|(one, other)| one.max(other));
        }
        allowances
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_is_a_guard_and_perhaps_a_number() {
        for text in ["prune", "removals=288", "empty=0", "system-off=1"] {
            let allowance: Allowance = text.parse().unwrap();
            assert_eq!(allowance.to_string(), text);
        }
        for (text, error) in [
            ("", AllowanceError::UnknownGuard),
            ("Prune", AllowanceError::UnknownGuard),
            ("removals =1", AllowanceError::UnknownGuard),
            ("removals=", AllowanceError::InvalidNumber(Guard::Removals)),
            (
                "removals=+1",
                AllowanceError::InvalidNumber(Guard::Removals),
            ),
            (
                "removals=-1",
                AllowanceError::InvalidNumber(Guard::Removals),
            ),
            (
                "removals=1.5",
                AllowanceError::InvalidNumber(Guard::Removals),
            ),
            (
                "prune=99999999999999999999999",
                AllowanceError::InvalidNumber(Guard::Prune),
            ),
        ] {
            let parsed: Result<Allowance, _> = text.parse();
            assert_eq!(parsed, Err(error), "{text}");
        }
    }

    #[test]
    fn a_guard_passes_up_to_the_largest_number_allowed_and_others_do_not() {
        let allowed = |texts: &[&str]| -> Allowances {
            let parsed = texts.iter().map(|text| text.parse::<Allowance>().unwrap());
            parsed.collect()
        };
        let some = allowed(&["removals=2", "removals=3"]);
        assert!(some.allows(Guard::Removals, 3) && !some.allows(Guard::Removals, 4));
        assert!(!some.allows(Guard::Prune, 0));
        for any in [&["removals=2", "removals"], &["removals", "removals=2"]] {
            let any = allowed(any);
            assert!(any.allows(Guard::Removals, usize::MAX));
            assert_eq!(any.texts(), ["removals"]);
        }
    }
}
