//! `import`: a tenant as documents. Live objects in, texts of files out; nothing is written here.
//!
//! ```text
//! Graph ─▶ read: objects, parts, policies in both shapes ─▶ names: what each reference is called, or why by id
//!                                                                 │
//!             documents that are there ─▶ known: left alone       ├─▶ documents ─▶ files: names, texts
//! ```
//!
//! What is written plans empty: each object goes through [`entrant_plan::import::said`], which is held to that.
//!
//! The file of another tool is another source of the same documents: [`foreign`].

mod documents;
mod files;
mod fold;
pub mod foreign;
pub(crate) mod known;
mod names;
pub(crate) mod read;
mod yaml;

use crate::codes;
use crate::progress::{Phase, Progress};
use entrant_graph::{Error, Read};
use entrant_model::reference::same_name;
use entrant_model::text::{nearest, visible};
use entrant_model::{Diagnostic, Document, Kind};
pub use files::File;
pub(crate) use names::unwritable;
use std::collections::{BTreeMap, BTreeSet};

/// What to import.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Catalogs, by name; with their packages. All where neither catalogs nor packages are named.
    pub catalogs: Vec<String>,
    /// Packages, by name.
    pub packages: Vec<String>,
}

impl Wanted {
    fn is_all(&self) -> bool {
        self.catalogs.is_empty() && self.packages.is_empty()
    }
}

/// Where files go.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// What leads from a file at the top to the schema of documents.
    pub schema: String,
    /// The files that are there, in lower case and with `/`: no new one takes such a name.
    pub taken: BTreeSet<String>,
    /// Whether policies that are alike become templates.
    pub folds: bool,
    /// The names of templates that are there, as they match.
    pub templates: BTreeSet<String>,
}

/// What was imported.
#[derive(Debug, Default)]
pub struct Imported {
    /// The files, each whole.
    pub files: Vec<File>,
    /// How many objects they declare, by kind.
    pub counts: BTreeMap<Kind, usize>,
    /// How many templates of policies there are beside them.
    pub templates: usize,
    /// How many objects have a document already.
    pub known: usize,
    /// What no document can say, and what was given another file name: sentences with texts of the tenant.
    pub notes: Vec<String>,
}

/// Reads the tenant and makes documents of what none of `documents` declares.
///
/// # Errors
/// An error means that Graph could not be read. A name that nothing has is a diagnostic.
pub async fn import<R: Read + Sync>(
    documents: &[Document],
    reader: &R,
    wanted: &Wanted,
    target: &Target,
    progress: &dyn Progress,
) -> Result<(Imported, Vec<Diagnostic>), Error> {
    let mut tenant = read::roots(reader).await?;
    let missing = missing(wanted, &read::names_of(&tenant.catalogs), &read::names_of(&tenant.packages));
    if !missing.is_empty() {
        return Ok((Imported::default(), missing));
    }
    let known = known::Known::of(documents);
    read::selected(&mut tenant, wanted, &known, reader, progress).await?;
    let names = names::all(&tenant, reader, progress).await?;
    progress.tell(Phase::Compare);
    Ok((documents::imported(&tenant, &names, &known, target), Vec::new()))
}

/// What was named and is not there.
fn missing(wanted: &Wanted, catalogs: &[&str], packages: &[&str]) -> Vec<Diagnostic> {
    let of = |kind: Kind, names: &[String], there: &[&str]| -> Vec<Diagnostic> {
        names
            .iter()
            .filter(|name| !there.iter().any(|known| same_name(Some(known), Some(name))))
            .map(|name| {
                let found = Diagnostic::new(
                    codes::NOTHING_TO_IMPORT,
                    format!("no {} is called `{}`", kind.noun(), visible(name)),
                );
                match nearest(name, there.iter().copied()) {
                    Some(near) => found.help(format!("did you mean `{}`?", visible(near))),
                    None => found.help("check the spelling; the identity that runs this may not see it"),
                }
            })
            .collect()
    };
    let mut found = of(Kind::Catalog, &wanted.catalogs, catalogs);
    found.extend(of(Kind::AccessPackage, &wanted.packages, packages));
    found
}
