//! The figures, by name. Each makes its estate, runs the tool, and adds its rows.

mod create;
mod estate;
mod faults;
mod import;
mod large;
mod least;
mod one;
mod start;
mod unchanged;

use crate::bench::Bench;
use anyhow::Result;
pub(crate) use least::{batches, batches_of_names, pages};

/// One figure of `docs/performance.md`.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it asks for.
    pub about: &'static str,
    run: fn(&mut Bench) -> Result<()>,
}

/// All of them, in the order of the page.
pub const FIGURES: &[Figure] = &[
    Figure { name: start::NAME, about: "`--version`, and `validate` of one file", run: start::run },
    Figure {
        name: unchanged::MANY_PACKAGES,
        about: "an unchanged plan of 200 policies in 200 packages, by name",
        run: unchanged::many_packages,
    },
    Figure {
        name: unchanged::ONE_PACKAGE,
        about: "an unchanged plan of 1,000 policies in one package, by id",
        run: unchanged::one_package,
    },
    Figure {
        name: one::NAME,
        about: "one policy declared, or aimed at, in a tenant of 10,000",
        run: one::run,
    },
    Figure {
        name: estate::NAME,
        about: "an unchanged plan of 32 catalogs, 179 packages and 182 policies, all declared",
        run: estate::run,
    },
    Figure {
        name: create::NAME,
        about: "200 creates, where the server takes them side by side and where it answers with false conflicts",
        run: create::run,
    },
    Figure {
        name: large::NAME,
        about: "an unchanged plan of 25,000 policies, and `validate` of them",
        run: large::run,
    },
    Figure {
        name: large::TEMPLATES,
        about: "the same with policies that are made from 50 templates",
        run: large::templates,
    },
    Figure { name: import::NAME, about: "25,000 policies as documents", run: import::run },
    Figure { name: faults::TENTH, about: "apply while every tenth request fails", run: faults::tenth },
    Figure { name: faults::THIRD, about: "apply while three of ten requests fail", run: faults::third },
];

impl Figure {
    /// Runs it and adds its rows.
    pub fn run(&self, bench: &mut Bench) -> Result<()> {
        (self.run)(bench)
    }
}
