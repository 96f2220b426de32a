//! `entrant import`: documents of what is in the tenant, or in the file of another tool, and has none yet. Nothing that
//! is there is overwritten.

use crate::args::{ImportArgs, Tool};
use crate::connection::Connection;
use crate::exit::Exit;
use crate::failure::failure;
use crate::files;
use crate::interrupt::Interrupt;
use crate::render::source::Sources;
use crate::render::values::counted;
use crate::session;
use crate::settings::Settings;
use anyhow::{Context as _, Result};
use entrant_graph::Client;
use entrant_manifest::{Loaded, write};
use entrant_model::reference::fold;
use entrant_model::text::visible;
use entrant_model::{Diagnostic, Document, Kind};
use entrant_workspace::import::foreign::{self, Foreign, Format};
use entrant_workspace::import::{self, File, Imported, Ready, Target, Wanted};
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

/// Where the schema of documents stands, from the directory that holds the policies.
const SCHEMA: &str = "schemas/entrant.schema.json";

/// Reads the tenant, or the file of another tool, and writes what is missing.
pub async fn run(args: &ImportArgs, settings: &Settings) -> Result<Exit> {
    let directory = args.into.clone().unwrap_or_else(|| settings.policies.clone());
    if directory.exists() && !directory.is_dir() {
        return Err(failure(
            format!("{} is no directory", files::shown(&directory)),
            "name a directory with `--into`; one that is not there is made",
        ));
    }
    let mut sources = Sources::default();
    let (loaded, tenant) = known(args, &directory, settings)?;
    let Loaded { documents, diagnostics: mut findings, defaults, .. } = loaded;
    if findings.iter().any(Diagnostic::is_error) {
        session::show(&mut findings, &mut sources, settings);
        settings.terminal.talk("Nothing was imported: it cannot be told what the files declare already.\n");
        return Ok(Exit::Error);
    }
    let foreign = match (args.from, &args.file) {
        (Some(tool), Some(file)) => match foreign(tool, file)? {
            Ok(foreign) => Some(foreign),
            Err(found) => {
                session::show(&mut [*found], &mut sources, settings);
                return Ok(Exit::Error);
            }
        },
        _ => None,
    };
    let interrupt = Interrupt::listen_in_time(settings);
    let cloud = tenant.as_ref().and_then(|tenant| tenant.cloud).and_then(entrant_graph::cloud_root);
    // The file of another tool can do without a tenant, where none is named.
    let connection = match &foreign {
        Some(_) if settings.graph(cloud).is_err() => None,
        _ => Some(Connection::open(settings, tenant.as_ref()).await?),
    };
    let wanted = Wanted { catalogs: args.catalog.clone(), packages: args.package.clone() };
    let has_tenant = connection.is_some();
    let source = Source { foreign, client: connection.as_ref().map(|connection| &connection.client) };
    let read = tokio::select! {
        read = read(source, &documents, &wanted, settings) => Some(read),
        () = interrupt.asked() => None,
    };
    if let Some(connection) = connection {
        connection.close().await;
    }
    let Some(read) = read else { return Ok(interrupt.exit(Exit::Error)) };
    let imported = match read? {
        Some(Ok(ready)) => {
            let target = Target {
                schema: schema_from(&directory, &settings.policies),
                taken: write::names(&directory).into_iter().map(|name| name.to_lowercase()).collect(),
                folds: args.fold,
                templates: templates(&documents),
                defaults,
            };
            ready.files(&target, |file| save(&file, &directory, settings))?
        }
        Some(Err(mut missing)) => {
            session::show(&mut missing, &mut sources, settings);
            return Ok(Exit::Error);
        }
        None => Imported::default(),
    };
    let plan = if is_inside(&directory, &settings.policies) {
        "`entrant plan`".to_owned()
    } else {
        format!("`entrant plan --policies {}`", files::shown(&directory))
    };
    let next = match (args.from, has_tenant) {
        (None, _) => format!("{plan} shows that nothing would change"),
        (Some(_), true) => {
            format!("{plan} shows what differs between the file and the tenant, if anything")
        }
        (Some(_), false) => format!(
            "no tenant was asked; {plan} compares the documents with one, and `--graph-url` here takes from it what the file does not hold"
        ),
    };
    settings.terminal.talk(&summary(&imported, &next));
    if imported.files > 0
        && let Some(help) = missing_schema(&settings.policies)
    {
        settings.terminal.talk(&help);
    }
    Ok(Exit::Done)
}

/// What documents are made of.
struct Source<'c> {
    foreign: Option<Foreign>,
    client: Option<&'c Client>,
}

/// What there is to import; `None` where there is no source.
async fn read<'d>(
    source: Source<'_>,
    documents: &'d [Document],
    wanted: &Wanted,
    settings: &Settings,
) -> Result<Option<Result<Ready<'d>, Vec<Diagnostic>>>> {
    let _line = settings.progress.until_dropped();
    let progress = &settings.progress;
    Ok(match (source.foreign, source.client) {
        (Some(foreign), client) => {
            Some(Box::pin(foreign::import(foreign, documents, client, wanted, progress)).await?)
        }
        (None, Some(client)) => Some(Box::pin(import::import(documents, client, wanted, progress)).await?),
        (None, None) => None,
    })
}

/// Reads the file of another tool, and no more of it than such a file may have.
fn foreign(tool: Tool, file: &Path) -> Result<std::result::Result<Foreign, Box<Diagnostic>>> {
    let format = match tool {
        Tool::Terraform => Format::Terraform,
        Tool::M365dsc => Format::M365dsc,
    };
    let shown = files::shown(file);
    let mut bytes = Vec::new();
    let mut take =
        |source: &mut dyn std::io::Read| source.take(foreign::MAX_FILE + 1).read_to_end(&mut bytes);
    let read = if file == Path::new(foreign::STDIN) {
        take(&mut std::io::stdin().lock())
    } else {
        std::fs::File::open(file).and_then(|mut file| take(&mut file))
    };
    read.map_err(|error| {
        failure(format!("{shown} cannot be read: {error}"), "check the path and its rights")
    })?;
    if bytes.len() as u64 > foreign::MAX_FILE {
        let limit = foreign::MAX_FILE / (1024 * 1024);
        return Err(failure(
            format!("{shown} is larger than {limit} MiB"),
            "print the part of it that holds entitlement management",
        ));
    }
    Ok(foreign::read(format, &file.to_string_lossy(), &bytes))
}

/// What files declare already: those of the policy directory, and those where the new ones go. With `--all` into a
/// directory elsewhere, those alone.
fn known(
    args: &ImportArgs,
    directory: &Path,
    settings: &Settings,
) -> Result<(Loaded, Option<session::Tenant>)> {
    let mut all = Loaded::default();
    let mut tenant = None;
    if settings.policies.is_dir() {
        let (loaded, meant) = session::load(settings)?;
        settings.progress.loaded(loaded.documents.len(), loaded.files);
        tenant = meant;
        all = loaded;
    }
    if !is_inside(directory, &settings.policies) {
        if args.all {
            all.documents.clear();
            all.diagnostics.clear();
            all.defaults.clear();
        }
        if directory.is_dir() {
            let name = tenant.as_ref().map(|tenant| &*tenant.name);
            let paths = [directory.to_owned()];
            let there = entrant_manifest::load_paths(&settings.policies, &paths, name);
            all.documents.extend(there.documents);
            all.diagnostics.extend(there.diagnostics);
            all.defaults.extend(there.defaults);
        }
    }
    Ok((all, tenant))
}

/// Whether what is written there is among the policies.
fn is_inside(directory: &Path, policies: &Path) -> bool {
    match (directory.canonicalize(), policies.canonicalize()) {
        (Ok(directory), Ok(policies)) => directory.starts_with(policies),
        _ => directory.starts_with(policies),
    }
}

/// The names of the templates that documents use.
fn templates(documents: &[Document]) -> BTreeSet<String> {
    let origins = documents.iter().filter_map(|document| document.place.origin.as_deref());
    origins.filter_map(|origin| Some(fold(&origin.template.as_ref()?.name))).collect()
}

/// The way from a file at the top of the directory to the schema, which stands beside the policies.
fn schema_from(directory: &Path, policies: &Path) -> String {
    let base: PathBuf = policies.parent().unwrap_or(Path::new("")).to_owned();
    let below = directory.strip_prefix(&base).unwrap_or(directory);
    let steps: Vec<Component> =
        below.components().filter(|component| !matches!(component, Component::CurDir)).collect();
    let is_plain = steps.iter().all(|step| matches!(step, Component::Normal(_)));
    "../".repeat(if is_plain { steps.len() } else { 1 }) + SCHEMA
}

/// How the schema that the files name comes to be, where it is not there.
fn missing_schema(policies: &Path) -> Option<String> {
    let schema = policies.parent().unwrap_or(Path::new("")).join(SCHEMA);
    if schema.exists() {
        return None;
    }
    let command = match files::shown(schema.parent()?).as_str() {
        "schemas" => "entrant schema".to_owned(),
        other => format!("entrant schema --out {other}"),
    };
    Some(format!("help: `{command}` writes the schema that the files name, for editors\n"))
}

fn save(file: &File, directory: &Path, settings: &Settings) -> Result<()> {
    let shown = format!("{}/{}", files::shown(directory), file.path);
    write::create(directory, &file.path, &file.text).with_context(|| format!("{shown} cannot be written"))?;
    Ok(settings.terminal.data(&format!("wrote {shown}\n"))?)
}

/// What was imported, and what could not be.
fn summary(imported: &Imported, next: &str) -> String {
    let out: String = imported
        .notes
        .iter()
        .flat_map(|note| ["note: ".to_owned(), visible(note), "\n".to_owned()])
        .collect();
    let mut counts: Vec<String> =
        imported.counts.iter().map(|(kind, count)| objects(*kind, *count as u64)).collect();
    if imported.templates > 0 {
        counts.push(counted(imported.templates as u64, "policy template"));
    }
    let known = match imported.known {
        0 => String::new(),
        known => format!("; {} had a document already", counted(known as u64, "object")),
    };
    if counts.is_empty() {
        return out + &format!("Nothing to import{known}.\n");
    }
    let files = counted(imported.files as u64, "file");
    out + &format!("Imported {} into {files}{known}.\nhelp: {next}\n", counts.join(", "))
}

/// So many objects of a kind.
fn objects(kind: Kind, count: u64) -> String {
    match kind {
        Kind::AssignmentPolicy if count != 1 => format!("{count} assignment policies"),
        Kind::Settings => "the settings".to_owned(),
        kind => counted(count, kind.noun()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_found_from_where_the_files_are() {
        for (directory, policies, expected) in [
            ("policies", "policies", "../schemas/entrant.schema.json"),
            ("policies/new", "policies", "../../schemas/entrant.schema.json"),
            ("./policies", "./policies", "../schemas/entrant.schema.json"),
            ("../elsewhere", "policies", "../schemas/entrant.schema.json"),
        ] {
            assert_eq!(schema_from(Path::new(directory), Path::new(policies)), expected, "{directory}");
        }
    }
}
