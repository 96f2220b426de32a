//! `import`: a tenant as documents. Live objects in, texts of files out; nothing is written here.
//!
//! ```text
//! Graph ─▶ read: objects, parts, policies in both shapes ─▶ names: what each reference is called, or why by id
//!                                                                 │
//!             documents that are there ─▶ known: left alone       ├─▶ documents ─▶ files: names, texts, one by one
//! ```
//!
//! A large tenant has thousands of files. Each is handed over as it is whole, and what it was made of is dropped.
//!
//! What is written plans empty: each object goes through [`entrant_plan::import::said`], which is held to that.
//!
//! The file of another tool is another source of the same documents: [`foreign`].

mod beside;
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
use entrant_manifest::Taken;
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
    /// What policies there take from the defaults of their catalogs.
    pub defaults: Vec<Taken>,
}

/// What was imported.
#[derive(Debug, Default)]
pub struct Imported {
    /// How many files there are.
    pub files: usize,
    /// How many objects they declare, by kind.
    pub counts: BTreeMap<Kind, usize>,
    /// How many templates of policies there are beside them.
    pub templates: usize,
    /// How many objects have a document already.
    pub known: usize,
    /// What no document can say, and what was given another file name: sentences with texts of the tenant.
    pub notes: Vec<String>,
}

/// What was read and named; documents are yet to be made of it.
pub struct Ready<'d> {
    tenant: read::Tenant,
    names: names::Names,
    known: known::Known<'d>,
}

impl Ready<'_> {
    /// Makes the files. `each` takes them one by one, each whole, in an order that is the same for the same tenant.
    ///
    /// # Errors
    /// The first error of `each`; no file is made after it.
    pub fn files<E>(
        self,
        target: &Target,
        mut each: impl FnMut(File) -> Result<(), E>,
    ) -> Result<Imported, E> {
        documents::imported(self.tenant, &self.names, &self.known, target, &mut each)
    }
}

/// Reads what the tenant holds and none of `documents` declares. The inner error is of names that nothing has.
///
/// # Errors
/// An error means that Graph could not be read.
pub async fn import<'d, R: Read + Sync>(
    documents: &'d [Document],
    reader: &R,
    wanted: &Wanted,
    progress: &dyn Progress,
) -> Result<Result<Ready<'d>, Vec<Diagnostic>>, Error> {
    let mut tenant = read::roots(reader).await?;
    let missing = missing(wanted, &read::names_of(&tenant.catalogs), &read::names_of(&tenant.packages));
    if !missing.is_empty() {
        return Ok(Err(missing));
    }
    let known = known::Known::of(documents);
    read::selected(&mut tenant, wanted, &known, reader, progress).await?;
    let mut names = names::all(&tenant, reader, progress).await?;
    tenant.unread.append(&mut names.unread);
    progress.tell(Phase::Compare);
    Ok(Ok(Ready { tenant, names, known }))
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
