//! The table: what was measured, beside what it has to be.

/// What a line has to reach.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// At most this.
    Most(f64),
    /// At least this.
    Least(f64),
    /// It is only told.
    None,
}

/// One line of the table.
pub(crate) struct Row {
    /// What was measured.
    pub(crate) work: String,
    /// What it has to be.
    pub(crate) target: Target,
    /// What it was, each time.
    pub(crate) values: Vec<f64>,
    /// What the numbers are of, such as seconds.
    pub(crate) of: String,
}

/// Two contenders, run alternately: the ratios of their times.
#[derive(Default)]
pub(crate) struct Pairs {
    left: Vec<f64>,
    right: Vec<f64>,
}

impl Pairs {
    /// One run of each, in seconds.
    pub(crate) fn add(&mut self, left: f64, right: f64) {
        self.left.push(left);
        self.right.push(right);
    }

    /// The line that they make.
    pub(crate) fn row(self, work: impl Into<String>, target: Target) -> Row {
        let pairs = self.left.iter().zip(&self.right);
        let values = pairs.map(|(left, right)| left / right).collect();
        let seconds = |times| format!("{:.3} s", median(times));
        Row {
            work: work.into(),
            target,
            values,
            of: format!("{} / {}", seconds(&self.left), seconds(&self.right)),
        }
    }
}

impl Row {
    /// A line of one number.
    pub(crate) fn single(work: impl Into<String>, target: Target, value: f64, of: &str) -> Self {
        Self {
            work: work.into(),
            target,
            values: vec![value],
            of: of.to_owned(),
        }
    }

    /// Whether it is what it has to be.
    pub(crate) fn is_met(&self) -> bool {
        let value = median(&self.values);
        match self.target {
            Target::Most(most) => value <= most,
            Target::Least(least) => value >= least,
            Target::None => true,
        }
    }

    /// As a line of a Markdown table.
    pub(crate) fn line(&self) -> String {
        let sorted = sorted(&self.values);
        let end = |value: Option<&f64>| value.map_or_else(String::new, |value| short(*value));
        let (target, met) = match self.target {
            Target::Most(most) => (format!("≤ {}", short(most)), self.met()),
            Target::Least(least) => (format!("≥ {}", short(least)), self.met()),
            Target::None => (String::new(), ""),
        };
        format!(
            "| {} | {target} | **{}** | {} | {} | {met} | {} |",
            self.work,
            short(median(&self.values)),
            end(sorted.first()),
            end(sorted.last()),
            self.of
        )
    }

    fn met(&self) -> &'static str {
        if self.is_met() { "yes" } else { "**no**" }
    }
}

/// What stands above the lines.
pub(crate) const HEAD: &str =
    "| work | target | median | min | max | met | of |\n|---|---|---|---|---|---|---|";

/// The middle of some numbers.
pub(crate) fn median(values: &[f64]) -> f64 {
    let sorted = sorted(values);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn short(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 || value == 0.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.3}")
    }
}
