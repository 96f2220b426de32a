//! `entrant init [--github] [DIR]`: the files that a repository of policies begins with.
//!
//! Nothing that is there is ever overwritten: it is named and left. Works without a network and without a tenant.

mod github;
mod repository;

use crate::args::InitArgs;
use crate::commands::schema;
use crate::exit::Exit;
use crate::failure::{Failure, failure};
use crate::files;
use crate::session;
use crate::settings::Settings;
use anyhow::{Context as _, Result};
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The policy directory that workflows and editor settings mean.
const POLICIES: &str = "policies";
/// The name of the one tenant, where nobody says another.
const TENANT: &str = "prod";
/// The line that keeps the tool's own directory out of git.
const IGNORED: &str = "/.entrant/\n";

/// A file to write.
struct Planned {
    /// Where, below the directory; with `/`.
    path: String,
    /// What.
    text: String,
    /// Whose it is once it is there.
    owner: Owner,
}

/// Whose a file is once it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// The user's: it is meant to be changed, so one that is there is as good.
    User,
    /// The tool's: it works together with the others, so one that differs is told of.
    Tool,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Became {
    Wrote,
    Added,
    Kept,
    Differs,
}

/// Writes what is missing and says what to do next.
pub fn run(args: &InitArgs, settings: &Settings) -> Result<Exit> {
    let directory = args.dir.clone().unwrap_or_else(|| PathBuf::from("."));
    if settings.policies != Path::new(POLICIES) {
        return Err(failure(
            "`entrant init` takes no other policy directory than `policies`",
            "leave `--policies` out: the editor's settings and the workflows look for `policies`",
        ));
    }
    let tenants = tenants(&directory, settings)?;
    if args.github {
        github::check_names(&tenants)?;
    }
    let repository = repository::find(&directory);
    let mut planned = files_of_every_repository(&directory, &tenants)?;
    if args.github {
        planned.extend(github::files(&tenants));
    }
    let mut told = Vec::new();
    for file in &planned {
        told.push((write(&directory, file)?, &*file.path));
    }
    told.push((ignore(&directory)?, ".gitignore"));
    if args.github {
        told.push(github::code_owners(&directory, &repository)?);
    }
    show(&told, settings)?;
    let differing = told.iter().filter(|(became, _)| *became == Became::Differs).count();
    if differing > 0 {
        return Err(Failure {
            message: format!(
                "{} of the tool's own {}; nothing that was there is changed",
                differing,
                if differing == 1 { "files is there and differs" } else { "files are there and differ" }
            ),
            help: vec![
                "workflows and scripts work together: compare with what `entrant init --github` writes into an empty directory".to_owned(),
                "to take this version's, remove them and run this again".to_owned(),
            ],
        }
        .into());
    }
    if args.github {
        settings.terminal.data(&github::next_steps(&tenants, &repository))?;
    } else {
        settings.terminal.data(NEXT_STEPS)?;
    }
    Ok(Exit::Done)
}

/// What to do next, without GitHub.
const NEXT_STEPS: &str = "
Next:
  entrant validate           check the files, offline
  entrant plan --emulator    plan them against an emulated tenant
  entrant init --github      add workflows that plan on pull requests and apply on merge
Put your tenant's id into policies/entrant.yaml and your own names into policies/first-policy.yaml.
";

/// The names of the tenants: those of the configuration that is there, else the one that is to be written.
fn tenants(directory: &Path, settings: &Settings) -> Result<Vec<String>> {
    let configuration = directory.join(POLICIES).join("entrant.yaml");
    if !configuration.exists() {
        let name = settings.tenant.clone().unwrap_or_else(|| TENANT.to_owned());
        github::check_names(std::slice::from_ref(&name))?;
        return Ok(vec![name]);
    }
    let loaded = entrant_manifest::load_paths(&directory.join(POLICIES), &[], None);
    if loaded.diagnostics.iter().any(entrant_model::Diagnostic::is_error) {
        return Err(failure(
            format!("{} has mistakes", files::shown(&configuration)),
            "`entrant validate` shows them",
        ));
    }
    let names: Vec<String> = loaded.config.tenants.into_keys().collect();
    if names.is_empty() {
        return Err(failure(
            format!("{} names no tenant", files::shown(&configuration)),
            "add `tenants: {prod: {id: GUID}}`",
        ));
    }
    if let Some(name) = &settings.tenant
        && !names.contains(name)
    {
        return Err(failure(
            format!(
                "{} is there and names no tenant `{}`",
                files::shown(&configuration),
                entrant_model::text::visible(name)
            ),
            "add the tenant there: `entrant init` changes no file",
        ));
    }
    Ok(names)
}

/// What every repository of policies begins with.
fn files_of_every_repository(directory: &Path, tenants: &[String]) -> Result<Vec<Planned>> {
    let user = |path: &str, text: String| Planned { path: path.to_owned(), text, owner: Owner::User };
    let mut planned = vec![user(
        "policies/entrant.yaml",
        // Where there are several, the file is there.
        include_str!("../../templates/entrant.yaml").replace("TENANT:", &format!("{}:", tenants[0])),
    )];
    // A directory that has policies needs no first one.
    if !has_documents(&directory.join(POLICIES))? {
        planned.push(user(
            "policies/first-policy.yaml",
            include_str!("../../templates/first-policy.yaml").to_owned(),
        ));
    }
    planned.push(user(".vscode/settings.json", include_str!("../../../../.vscode/settings.json").to_owned()));
    planned.push(user(
        ".vscode/extensions.json",
        include_str!("../../../../.vscode/extensions.json").to_owned(),
    ));
    for (name, schema) in schema::schemas(&entrant_manifest::givers(&directory.join(POLICIES))) {
        planned.push(user(&format!("schemas/{name}"), session::json_text(&schema)?));
    }
    Ok(planned)
}

/// Whether a policy directory holds anything but its configuration.
fn has_documents(policies: &Path) -> Result<bool> {
    let entries = match fs::read_dir(policies) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be read", files::shown(policies)));
        }
    };
    for entry in entries {
        let name = entry.with_context(|| format!("{} cannot be read", files::shown(policies)))?.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && name != "entrant.yaml" && name != "emulator.yaml" {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes a file where none is.
fn write(directory: &Path, file: &Planned) -> Result<Became> {
    let path = directory.join(&file.path);
    let cannot = || format!("{} cannot be written", files::shown(&path));
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(cannot)?;
    }
    // Whatever is at that place stays, be it a link that points nowhere.
    match fs::File::options().write(true).create_new(true).open(&path) {
        Ok(mut made) => made.write_all(file.text.as_bytes()).with_context(cannot)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            // A checkout may have turned line ends around.
            let is_same =
                fs::read_to_string(&path).is_ok_and(|found| found.replace("\r\n", "\n") == file.text);
            return Ok(if is_same || file.owner == Owner::User { Became::Kept } else { Became::Differs });
        }
        Err(error) => return Err(error).with_context(cannot),
    }
    Ok(Became::Wrote)
}

/// Keeps the tool's own directory out of git: a line is added to the file that is there, as `cargo init` does.
fn ignore(directory: &Path) -> Result<Became> {
    let file = Planned { path: ".gitignore".to_owned(), text: IGNORED.to_owned(), owner: Owner::User };
    if write(directory, &file)? == Became::Wrote {
        return Ok(Became::Wrote);
    }
    let path = directory.join(&file.path);
    let cannot = || format!("{} cannot be written", files::shown(&path));
    if !fs::symlink_metadata(&path).with_context(cannot)?.is_file() {
        return Ok(Became::Kept);
    }
    let found = fs::read_to_string(&path).with_context(cannot)?;
    if found.lines().any(|line| line.trim().trim_matches('/') == ".entrant") {
        return Ok(Became::Kept);
    }
    let text =
        if found.is_empty() || found.ends_with('\n') { IGNORED.to_owned() } else { format!("\n{IGNORED}") };
    let mut open = fs::File::options().append(true).open(&path).with_context(cannot)?;
    open.write_all(text.as_bytes()).with_context(cannot)?;
    Ok(Became::Added)
}

/// Says what became of each file.
fn show(told: &[(Became, &str)], settings: &Settings) -> Result<()> {
    let mut text = String::new();
    for (became, path) in told {
        text.push_str(match became {
            Became::Wrote => "wrote    ",
            Became::Added => "added to ",
            Became::Kept => "kept     ",
            Became::Differs => "differs  ",
        });
        text.push_str(path);
        text.push('\n');
    }
    settings.terminal.data(&text)?;
    Ok(())
}
