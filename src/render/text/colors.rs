//! Colours, which never carry a meaning that the text lacks.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colors {
    /// ANSI colours.
    Coloured,
    /// Plain text.
    Plain,
}

impl Colors {
    fn style(self, text: impl Display, style: Style) -> String {
        match self {
            Self::Coloured => format!("{style}{text}{style:#}"),
            Self::Plain => text.to_string(),
        }
    }

    /// For `+`.
    pub fn green(self, text: impl Display) -> String {
        self.style(text, AnsiColor::Green.on_default())
    }

    /// For `~`, blocked and stale.
    pub fn yellow(self, text: impl Display) -> String {
        self.style(text, AnsiColor::Yellow.on_default())
    }

    /// For `-` and failures.
    pub fn red(self, text: impl Display) -> String {
        self.style(text, AnsiColor::Red.on_default())
    }

    /// For titles and summaries.
    pub fn bold(self, text: impl Display) -> String {
        self.style(text, Style::new().bold())
    }

    /// For secondary text.
    pub fn dim(self, text: impl Display) -> String {
        self.style(text, Style::new().dimmed())
    }

    /// In the colour of a change's symbol.
    pub fn symbol(self, symbol: char, text: impl Display) -> String {
        match symbol {
            '+' => self.green(text),
            '~' => self.yellow(text),
            '-' => self.red(text),
            _ => text.to_string(),
        }
    }
}
