//! The command line as it was typed: clap structures and nothing else. [`crate::settings`] decides what it
//! means.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Microsoft Entra entitlement management as code.
///
/// Policies stand as YAML in `policies/`. `plan` reads the tenant and shows what would change; `apply` makes
/// it so.
#[derive(Debug, Parser)]
#[command(name = "entrant", version, max_term_width = 100, infer_long_args = false)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub struct Raw {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The directory that holds the policy files, relative to the working directory
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = "policies",
        help_heading = "Global options"
    )]
    pub policies: PathBuf,
    /// The tenant of entrant.yaml that is meant
    #[arg(long, global = true, value_name = "NAME", help_heading = "Global options")]
    pub tenant: Option<String>,
    /// Work on an emulated Graph inside this process instead of a tenant
    ///
    /// Its state stands in the given file, else in `.entrant/emulator.json` beside the policies.
    #[arg(
        long,
        global = true,
        value_name = "STATE_FILE",
        num_args = 0..=1,
        require_equals = true,
        help_heading = "Global options"
    )]
    #[allow(clippy::option_option, reason = "not given, given, given with a file")]
    pub emulator: Option<Option<PathBuf>>,
    /// Append each exchange with the emulator of `--emulator` to FILE, as JSON lines
    #[arg(long, global = true, value_name = "FILE", hide = true)]
    pub emulator_record: Option<PathBuf>,
    /// The root of Microsoft Graph: one of Microsoft's clouds, or `http://` on this machine
    #[arg(long, global = true, value_name = "URL", help_heading = "Global options")]
    pub graph_url: Option<String>,
    /// How results are printed: `text`, `json`, or what else the command offers
    #[arg(long, global = true, value_name = "FORMAT", help_heading = "Global options")]
    pub format: Option<String>,
    /// When to colour
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        help = "When to colour: auto, always or never",
        help_heading = "Global options"
    )]
    pub color: Color,
    /// How long the run may take at most, such as `30m` or `2h`; then it stops as at ^C. `0` for no end
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        default_value = "6h",
        help_heading = "Global options"
    )]
    pub timeout: String,
    /// Say more on stderr; twice for every request
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Global options")]
    pub verbose: u8,
    /// How log lines are written: text or json
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        value_enum,
        default_value = "text",
        hide_possible_values = true,
        help_heading = "Global options"
    )]
    pub log_format: LogFormat,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the policy files, offline
    Validate(ValidateArgs),
    /// Show what apply would change
    Plan(PlanArgs),
    /// Make the tenant what the policy files say
    Apply(ApplyArgs),
    /// Say in plain words what objects do, declared or not, and where they differ from their documents
    Show(ShowArgs),
    /// Draw who may ask for what, who decides and what that gives: Mermaid, DOT or JSON
    Graph(GraphArgs),
    /// Write a book of the estate for auditors
    Docs(DocsArgs),
    /// Take what is different in the tenant into the policy files, in place
    Adopt(AdoptArgs),
    /// Write documents of the beta shape in the v1.0 shape, where nothing is lost
    Convert(ConvertArgs),
    /// Write documents of what is in the tenant, or in the file of another tool, and has none yet; nothing that is there is
    /// overwritten
    Import(ImportArgs),
    /// Print the policy files in one form, comments included
    Fmt(FmtArgs),
    /// Print policies as they are put together from templates and defaults, with where each value is written
    Render(RenderArgs),
    /// Explain a code such as `unknown-key`
    Explain(ExplainArgs),
    /// Write what a repository of policies begins with; nothing that is there is overwritten
    Init(InitArgs),
    /// Tell who signs in, what that one may do and lacks, and what to do about it
    Doctor,
    /// Write the JSON Schemas of the policy files and of what this tool prints
    Schema(SchemaArgs),
    /// A Microsoft Graph on this machine, to try things on
    #[command(subcommand)]
    Emulator(EmulatorCommand),
    /// Print the completions of a shell
    Completions(CompletionsArgs),
}

/// `entrant validate`
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// Files or directories to check instead of the whole policy directory
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// `entrant plan`
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Save the plan to FILE, for `entrant apply FILE`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write where documents stand and what the run cost to FILE, as JSON
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Write the plan as Markdown for a comment to FILE, beside what `--format` prints
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Exit with 2 where there are changes, and with 0 where there are none
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Only what has this address; `*` matches within a segment
    #[arg(long, value_name = "ADDRESS")]
    pub target: Vec<String>,
    /// What lets guards pass.
    #[command(flatten)]
    pub allow: AllowArgs,
}

/// What lets guards pass, object by object.
#[derive(Debug, Clone, Default, Args)]
pub struct AllowArgs {
    /// Let what has this address be deleted: it counts towards no limit, and needs no document
    #[arg(long, value_name = "ADDRESS")]
    pub allow_delete: Vec<String>,
    /// Let what has this address be changed although that acts on many people at once
    #[arg(long, value_name = "ADDRESS")]
    pub allow_immediate: Vec<String>,
    /// Fail where a document of this git revision is gone and nothing says what shall become of its object
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
}

/// `entrant apply`
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// The plan that was approved, as `plan --out` saved it: do that, or less
    #[arg(value_name = "PLAN_FILE")]
    pub plan: Option<PathBuf>,
    /// The digest of the plan that was approved: do that plan alone, or nothing
    #[arg(long, value_name = "DIGEST")]
    pub expect_digest: Option<String>,
    /// Do not ask
    #[arg(long)]
    pub auto_approve: bool,
    /// Only what has this address; `*` matches within a segment
    #[arg(long, value_name = "ADDRESS")]
    pub target: Vec<String>,
    /// What lets guards pass.
    #[command(flatten)]
    pub allow: AllowArgs,
}

/// `entrant show`
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Addresses; `*` matches within a segment, and the catalog may be left out
    #[arg(value_name = "ADDRESS", required = true)]
    pub addresses: Vec<String>,
    /// Put what is and what shall be side by side, and mark the members that differ
    #[arg(long)]
    pub diff: bool,
}

/// `entrant graph`
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// Only catalogs of this name, with everything in them
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub catalog: Vec<String>,
    /// Only access packages of this name, with their policies and what they give
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub package: Vec<String>,
    /// Only what a user, group or application of this name may ask for, decides on or is given
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub principal: Vec<String>,
    /// Only what has this address, and what has to do with it; `*` matches within a segment
    #[arg(long, value_name = "ADDRESS")]
    pub target: Vec<String>,
    /// Read the tenant too, and add what no document declares
    #[arg(long)]
    pub live: bool,
}

/// `entrant docs`
#[derive(Debug, Args)]
pub struct DocsArgs {
    /// The directory of the book; pages that people wrote there are left alone
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Write nothing; exit with 1 where a page is missing, stale or no longer part of the book
    #[arg(long)]
    pub check: bool,
    /// Read the tenant too, and add what no document declares
    #[arg(long)]
    pub live: bool,
}

/// `entrant adopt`
#[derive(Debug, Args)]
pub struct AdoptArgs {
    /// Addresses of what is declared; `*` matches within a segment, and the catalog may be left out
    #[arg(value_name = "ADDRESS", required_unless_present = "all")]
    pub addresses: Vec<String>,
    /// Everything that the plan would update
    #[arg(long, conflicts_with = "addresses")]
    pub all: bool,
    /// Write nothing; say what would be taken
    #[arg(long)]
    pub dry_run: bool,
    /// Write nothing; print what would change in the files
    #[arg(long)]
    pub diff: bool,
}

/// `entrant convert`
#[derive(Debug, Args)]
pub struct ConvertArgs {
    /// The shape: `v1.0`
    #[arg(long, value_name = "VERSION", value_parser = ["v1.0"])]
    pub to: String,
    /// Files or directories instead of the whole policy directory
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
}

/// `entrant import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Catalogs of this name, with everything in them
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub catalog: Vec<String>,
    /// Access packages of this name, with their policies
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub package: Vec<String>,
    /// The whole tenant, also what is declared elsewhere than in the directory of `--into`
    #[arg(long, conflicts_with_all = ["catalog", "package"])]
    pub all: bool,
    /// Policies that are equal but for whom they are for and who decides, as templates and what differs
    #[arg(long)]
    pub fold: bool,
    /// Where the files go; the policy directory, unless said
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// Take what FILE of another tool holds; what it cannot hold comes from the tenant, where one is named
    #[arg(long, value_name = "TOOL", requires = "file")]
    pub from: Option<Tool>,
    /// The file of the other tool; `-` for stdin
    #[arg(value_name = "FILE", requires = "from")]
    pub file: Option<PathBuf>,
}

/// Another tool whose file is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tool {
    /// What `terraform show -json` prints of a state
    Terraform,
    /// A configuration of Microsoft365DSC (`.ps1`), or its report as JSON
    M365dsc,
}

/// `entrant fmt`
#[derive(Debug, Args)]
pub struct FmtArgs {
    /// Files or directories instead of the whole policy directory
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write nothing; exit with 1 where a file would change, and name it
    #[arg(long)]
    pub check: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
}

/// `entrant render`
#[derive(Debug, Args)]
pub struct RenderArgs {
    /// Addresses of policies; `*` matches within a segment, and the catalog may be left out
    #[arg(value_name = "ADDRESS", required = true)]
    pub addresses: Vec<String>,
}

/// `entrant explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A code, as diagnostics show it in brackets
    pub code: String,
}

/// `entrant init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Add workflows that plan on pull requests and apply on merge, and say what to set up for them
    #[arg(long)]
    pub github: bool,
    /// Where; here, unless said
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// `entrant schema`
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Where the schemas stand
    #[arg(long, value_name = "DIR", default_value = "schemas")]
    pub out: PathBuf,
    /// Write nothing; exit with 1 where a schema is missing or stale
    #[arg(long)]
    pub check: bool,
}

/// `entrant emulator`
#[derive(Debug, Subcommand)]
pub enum EmulatorCommand {
    /// Serve until ^C; the first line on stdout is the address
    Serve(ServeArgs),
}

/// `entrant emulator serve`
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The loopback address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub listen: String,
    /// Keep the tenant in FILE between runs, instead of in memory
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Begin with the tenant in FILE (JSON or YAML), instead of the built-in one
    #[arg(long, value_name = "FILE")]
    pub seed: Option<PathBuf>,
    /// Wait so many milliseconds before each answer
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub latency: u64,
    /// Let go wrong what FILE (JSON or YAML) says
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// Append each request to FILE, as JSON lines
    #[arg(long, value_name = "FILE")]
    pub access_log: Option<PathBuf>,
    /// Append each request and its answer, bodies included, to FILE, as JSON lines
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Accept this bearer token alone, instead of any but `invalid`
    #[arg(long, value_name = "T")]
    pub token: Option<String>,
    /// The tenant's id
    #[arg(long, value_name = "GUID")]
    pub tenant_id: Option<String>,
    /// What v1.0 shows for beta's `AllExistingConnectedOrganizationSubjects`
    #[arg(long, value_name = "WORD", value_enum, default_value = "allConfiguredConnectedOrganizationUsers")]
    pub existing_connected_organizations: ExistingConnectedOrganizations,
    /// How many objects a page of a list holds
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub page_size: usize,
    /// Decides the ids that are made and the order in which sets come back
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub random_seed: u64,
}

/// What v1.0 shows for a scope that only beta has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExistingConnectedOrganizations {
    /// The nearest scope that v1.0 has.
    #[value(name = "allConfiguredConnectedOrganizationUsers")]
    AllConfigured,
    /// As if no scope were set.
    #[value(name = "notSpecified")]
    NotSpecified,
    /// The word for "newer than this version".
    #[value(name = "unknownFutureValue")]
    UnknownFutureValue,
}

/// `entrant completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Raw::command().debug_assert();
    }

    #[test]
    fn the_emulator_flag_takes_its_file_with_an_equals_sign_alone() {
        let parse = |line: &[&str]| Raw::try_parse_from(line).map(|raw| raw.global.emulator);
        assert_eq!(parse(&["entrant", "plan"]).unwrap(), None);
        assert_eq!(parse(&["entrant", "plan", "--emulator"]).unwrap(), Some(None));
        assert_eq!(
            parse(&["entrant", "--emulator=x.json", "plan"]).unwrap(),
            Some(Some(PathBuf::from("x.json")))
        );
        assert!(parse(&["entrant", "plan", "--emulator", "x.json"]).is_err());
    }
}
