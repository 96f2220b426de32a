//! What nodes, edges and clusters of a drawing are called, in the languages that draw.

use super::{LONGEST_NAME, shortened};
use std::fmt;
use std::marker::PhantomData;

/// How a language of drawings has texts.
pub trait Language {
    /// What parts two lines of a label.
    const BREAK: &'static str;

    /// A text between quotation marks, in which nothing means anything.
    fn escaped(text: &str) -> String;
}

/// A text of a drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label<L>(String, PhantomData<L>);

impl<L: Language> Label<L> {
    /// A text on one line.
    pub fn new(text: &str) -> Self {
        Self(L::escaped(&shortened(text, LONGEST_NAME)), PhantomData)
    }

    /// A line, and another below it.
    #[must_use]
    pub fn above(self, below: &Self) -> Self {
        Self(format!("{}{}{}", self.0, L::BREAK, below.0), PhantomData)
    }
}

impl<L> fmt::Display for Label<L> {
    /// With its quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}
