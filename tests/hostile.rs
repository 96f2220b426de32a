//! Hostile names in every field, through the real binary and into every output; what comes out is read as its reader
//! would read it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/drawings.rs"]
mod drawings;
#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/hostile_estate.rs"]
mod hostile_estate;
#[path = "support/runner.rs"]
mod runner;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use drawings::{dot_labels, mermaid_labels};
use entrant_model::text::{is_deceptive, visible};
use hostile::very_long;
use hostile_estate::{estate, id, names, write, written};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What a run printed and wrote.
struct Ran {
    stdout: String,
    stderr: String,
    /// The summary of the job.
    summary: String,
    exit: Option<i32>,
}

/// The directory with the estate; runs only read it.
fn directory() -> &'static Path {
    static DIRECTORY: OnceLock<tempfile::TempDir> = OnceLock::new();
    DIRECTORY
        .get_or_init(|| {
            let directory = tempfile::tempdir().unwrap();
            estate(directory.path());
            directory
        })
        .path()
}

/// Runs the binary as a step of a workflow would, each on an emulator of its own.
fn run(arguments: &[&str]) -> Ran {
    run_on("GITHUB_ACTIONS", arguments)
}

/// The same where `runner` tells who reads.
fn run_on(runner: &str, arguments: &[&str]) -> Ran {
    let own = tempfile::tempdir().unwrap();
    let summary = own.path().join("summary.md");
    let state = format!("--emulator={}", own.path().join("state.json").display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_entrant"));
    command.current_dir(directory()).args(arguments).stdin(Stdio::null());
    if arguments[0] != "validate" {
        command.arg(state);
    }
    command.env_remove("GITHUB_ACTIONS").env_remove("TF_BUILD");
    command.env("CI", "true").env(runner, "True").env("GITHUB_STEP_SUMMARY", &summary);
    command
        .env("GITHUB_WORKSPACE", directory())
        .env_remove("ENTRANT_GRAPH_URL")
        .env_remove("ENTRANT_ACCESS_TOKEN");
    let output = command.output().unwrap();
    Ran {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        summary: fs::read_to_string(summary).unwrap_or_default(),
        exit: output.status.code(),
    }
}

/// Nothing in the text is obeyed by a terminal, or read otherwise than it stands there.
fn assert_nothing_deceptive(text: &str) {
    if let Some((at, c)) = text.char_indices().find(|(_, c)| is_deceptive(*c) && *c != '\n') {
        panic!("{c:?} in …{}", &text[text[..at].rfind('\n').map_or(0, |at| at + 1)..at]);
    }
}

/// No line of the text is a command to a runner, or to an agent of Azure Pipelines.
fn assert_no_command(text: &str) {
    for line in text.lines() {
        assert!(runner::command(line).is_none(), "{line}");
        assert!(!line.to_ascii_lowercase().contains("##vso["), "{line}");
    }
}

/// A name as a log shows it.
fn in_a_log(name: &str) -> String {
    visible(name).replace("##[", "## [").replace("##vso[", "## vso[")
}

#[test]
fn an_agent_of_azure_pipelines_finds_no_command() {
    for arguments in [
        &["plan"][..],
        &["plan", "--format", "json"],
        &["graph", "--format", "dot"],
        &["apply", "--auto-approve"],
    ] {
        let ran = run_on("TF_BUILD", arguments);
        assert_eq!(ran.exit, Some(0), "{}", ran.stderr);
        for text in [&ran.stdout, &ran.stderr] {
            assert_no_command(text);
        }
        assert!(ran.stdout.contains("vso["), "{arguments:?}");
    }
}

#[test]
fn text_is_harmless_on_a_terminal_and_in_a_log() {
    for arguments in [
        &["plan"][..],
        &["plan", "--color", "never", "-v"],
        &["plan", "--policies", "silent"],
        &["show", "AssignmentPolicy/*/*/*"],
        &["show", "--diff", "AssignmentPolicy/*/*/*"],
        &["apply", "--auto-approve"],
    ] {
        let ran = run(arguments);
        assert_eq!(ran.exit, Some(0), "{}", ran.stderr);
        for text in [&ran.stdout, &ran.stderr] {
            assert_nothing_deceptive(text);
            assert_no_command(text);
        }
        let words: String = ran.stdout.split_whitespace().collect();
        for name in names() {
            let shown: String = in_a_log(&name).split_whitespace().collect();
            assert!(words.contains(&shown), "{name:?} is not shown");
        }
    }
}

#[test]
fn json_holds_each_name_as_it_is_and_shows_none() {
    for arguments in
        [&["plan"][..], &["show", "AssignmentPolicy/*/*/*"], &["show", "--diff", "AssignmentPolicy/*/*/*"]]
    {
        let ran = run(&[arguments, &["--format", "json"]].concat());
        assert_eq!(ran.exit, Some(0), "{}", ran.stderr);
        assert_nothing_deceptive(&ran.stdout);
        assert_no_command(&ran.stdout);
        let printed: Value = serde_json::from_str(&ran.stdout).unwrap();
        let mut texts = BTreeSet::new();
        collect_texts(&printed, &mut texts);
        for name in names() {
            assert!(texts.contains(name.as_str()), "{name:?}");
        }
    }
}

fn collect_texts<'a>(value: &'a Value, texts: &mut BTreeSet<&'a str>) {
    match value {
        Value::String(text) => {
            texts.insert(text);
        }
        Value::Array(list) => list.iter().for_each(|value| collect_texts(value, texts)),
        Value::Object(map) => map.values().for_each(|value| collect_texts(value, texts)),
        _ => {}
    }
}

/// What a reader of Markdown makes of it.
#[derive(Default)]
struct Read {
    /// What stands in code.
    code: Vec<String>,
    /// Lines of code blocks.
    blocks: Vec<String>,
    /// Cells of each row of tables.
    rows: Vec<usize>,
    /// Raw HTML.
    html: String,
    /// Where links lead.
    links: Vec<String>,
    /// Drawings.
    drawings: Vec<String>,
}

/// How GitHub reads Markdown.
fn reading() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.math_dollars = true;
    options.extension.math_code = true;
    options.extension.alerts = true;
    options.extension.superscript = true;
    options
}

/// Reads Markdown as GitHub does and demands that nothing in it acts.
fn read_markdown(text: &str) -> Read {
    assert_nothing_deceptive(text);
    let options = reading();
    let arena = Arena::new();
    let mut read = Read::default();
    visit(parse_document(&arena, text, &options), &mut read);
    assert_eq!(read.links, Vec::<String>::new());
    read
}

/// The same of a page of a book, which has links and drawings.
fn read_page(text: &str) -> Read {
    assert_nothing_deceptive(text);
    let arena = Arena::new();
    let mut read = Read::default();
    visit(parse_document(&arena, text, &reading()), &mut read);
    read
}

fn visit<'a>(node: &'a AstNode<'a>, read: &mut Read) {
    match &node.data.borrow().value {
        NodeValue::Text(text) => assert_plain(text),
        NodeValue::Code(code) => read.code.push(code.literal.clone()),
        NodeValue::CodeBlock(block) if block.info == "mermaid" => read.drawings.push(block.literal.clone()),
        NodeValue::Link(link) => {
            assert_eq!(link.title, "");
            read.links.push(link.url.clone());
        }
        NodeValue::CodeBlock(block) => {
            assert!(["diff", "yaml"].contains(&block.info.as_str()), "{}", block.info);
            read.blocks.extend(block.literal.lines().map(str::to_owned));
        }
        NodeValue::HtmlInline(html) => assert_eq!(html, "<br>"),
        NodeValue::HtmlBlock(block) => read.html.push_str(&block.literal),
        NodeValue::TableRow(_) => read.rows.push(node.children().count()),
        NodeValue::Document
        | NodeValue::Paragraph
        | NodeValue::Heading(_)
        | NodeValue::List(_)
        | NodeValue::Item(_)
        | NodeValue::Table(_)
        | NodeValue::TableCell
        | NodeValue::Strong
        | NodeValue::SoftBreak
        | NodeValue::Alert(_) => {}
        other => panic!("{other:?}"),
    }
    node.children().for_each(|child| visit(child, read));
}

/// GitHub looks for these in what is not code, after everything is parsed.
fn assert_plain(text: &str) {
    for (at, c) in text.char_indices() {
        let next = text[at + c.len_utf8()..].chars().next();
        let acts = match c {
            '@' | '#' => next.is_some_and(char::is_alphanumeric),
            ':' => next.is_some_and(|next| next.is_alphanumeric() || matches!(next, '/' | '+' | '-')),
            '<' | '>' | '$' => true,
            _ => false,
        };
        assert!(!acts, "{text}");
    }
    assert!(!text.contains("www."), "{text}");
    let is_commit = |word: &str| word.len() >= 7 && word.bytes().all(|b| b.is_ascii_hexdigit());
    assert!(!text.split(|c: char| !c.is_alphanumeric()).any(is_commit), "{text}");
}

/// The HTML is ours, and nothing acts in what stands outside its code. What it shows is returned.
fn assert_html_is_ours(html: &str) -> String {
    const TAGS: [&str; 6] = ["<details>", "</details>", "<summary>", "</summary>", "<b>", "</b>"];
    const ENTITIES: [(&str, &str); 5] =
        [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&#39;", "'")];
    let (mut text, mut outside, mut is_code) = (String::new(), String::new(), false);
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        let entity = ENTITIES.into_iter().find(|(entity, _)| rest.starts_with(entity));
        let (length, shown) = if let Some(tag) = TAGS.into_iter().find(|tag| rest.starts_with(tag)) {
            assert!(!is_code, "{html}");
            (tag.len(), "\n")
        } else if let Some((entity, c)) = entity {
            (entity.len(), c)
        } else if let Some(length) =
            ["<code>", "</code>"].map(|t| rest.starts_with(t).then_some(t.len()))[usize::from(is_code)]
        {
            is_code = !is_code;
            (length, " ")
        } else {
            assert!(!"<>&\"'".contains(c), "{rest}");
            (c.len_utf8(), &rest[..c.len_utf8()])
        };
        text.push_str(shown);
        outside.push_str(if is_code { " " } else { shown });
        rest = &rest[length..];
    }
    outside.lines().for_each(assert_plain);
    text
}

#[test]
fn markdown_is_text_and_code() {
    let ran = run(&["plan", "--format", "markdown"]);
    assert_eq!(ran.exit, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.len() <= 65_536);
    assert_no_command(&ran.stdout);
    let ran = run(&["plan", "--format", "github"]);
    // The summary of a job has room for everything.
    let read = read_markdown(&ran.summary);
    // One that is changed, one that is new, and one edit of a template; and the odd file.
    let changes = names().len() * 3 + 1;
    assert_eq!(read.rows, vec![4; changes + 1]);
    let folded = assert_html_is_ours(&read.html);
    assert!(folded.contains("policies of these packages have no document"));
    assert_eq!(read.html.matches("<details>").count(), read.html.matches("</details>").count());
    for name in names() {
        let shown = visible(&name);
        assert!(read.code.contains(&shown), "{name:?}");
        assert!(read.blocks.iter().any(|line| line.contains(&shown)), "{name:?}");
    }
}

/// Estates of policies, and of the other kinds, which their documents give other names than the tenant has.
const ESTATES: [&str; 2] = ["policies", "kinds"];

#[test]
fn drawings_hold_each_name_and_obey_none() {
    for policies in ESTATES {
        let graph = |format: &str| run(&["graph", "--live", "--policies", policies, "--format", format]);
        for (format, labels) in [("mermaid", mermaid_labels as fn(&str) -> Vec<String>), ("dot", dot_labels)]
        {
            let ran = graph(format);
            assert_eq!(ran.exit, Some(0), "{}", ran.stderr);
            for text in [&ran.stdout, &ran.stderr] {
                assert_nothing_deceptive(text);
                assert_no_command(text);
            }
            let all = labels(&ran.stdout).concat();
            for name in names() {
                assert!(all.contains(&visible(&name)), "{policies}: {name:?}");
            }
        }
        let ran = graph("json");
        assert_nothing_deceptive(&ran.stdout);
        assert_no_command(&ran.stdout);
        let printed: Value = serde_json::from_str(&ran.stdout).unwrap();
        let mut texts = BTreeSet::new();
        collect_texts(&printed, &mut texts);
        for name in names() {
            assert!(texts.contains(name.as_str()), "{policies}: {name:?}");
        }
    }
}

#[test]
fn a_book_is_text_code_and_links_that_work() {
    for policies in ESTATES {
        is_text_code_and_links(policies);
    }
}

fn is_text_code_and_links(policies: &str) {
    let own = tempfile::tempdir_in(directory()).unwrap();
    let out = own.path().file_name().unwrap().to_str().unwrap();
    let ran = run(&["docs", "--live", "--policies", policies, "--out", out]);
    assert_eq!(ran.exit, Some(0), "{}", ran.stderr);
    for text in [&ran.stdout, &ran.stderr] {
        assert_nothing_deceptive(text);
        assert_no_command(text);
    }
    let again = run(&["docs", "--live", "--policies", policies, "--out", out, "--check"]);
    assert_eq!((again.exit, &*again.stdout), (Some(0), ""));
    let mut code = BTreeSet::new();
    let mut pages = 0;
    for folder in ["", "approvers", "catalogs", "organizations", "packages"] {
        // There are no organizations where only policies are declared, and no approvers where none are.
        for entry in fs::read_dir(own.path().join(folder)).into_iter().flatten() {
            let file = entry.unwrap().path();
            if file.is_dir() {
                continue;
            }
            pages += 1;
            let name = file.file_name().unwrap().to_str().unwrap();
            let is_safe = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            assert!(name == "README.md" || name.strip_suffix(".md").unwrap().bytes().all(is_safe), "{name}");
            let read = read_page(&fs::read_to_string(&file).unwrap());
            assert!(read.html.starts_with("<!-- ") && read.html.matches('<').count() == 1, "{}", read.html);
            for link in &read.links {
                let (path, line) = link.split_once('#').unwrap_or((link, "L1"));
                assert!(line.strip_prefix('L').unwrap().parse::<usize>().unwrap() > 0, "{link}");
                assert!(file.parent().unwrap().join(path).is_file(), "{link} in {name}");
            }
            for drawing in &read.drawings {
                mermaid_labels(drawing);
            }
            code.extend(read.code);
        }
    }
    // A page for each catalog, package and group, and a few about all.
    assert!(pages > names().len() * 3);
    for name in names() {
        assert!(code.contains(&visible(&name)), "{policies}: {name:?}");
    }
}

#[test]
fn what_apply_refuses_is_text_and_code_as_well() {
    let ran = run(&["plan", "--policies", "silent", "--format", "github"]);
    assert_eq!(ran.exit, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.lines().all(|line| runner::command(line).is_some()), "{}", ran.stdout);
    let read = read_markdown(&ran.summary);
    assert_html_is_ours(&read.html);
    assert!(ran.summary.contains("### Apply refuses: "));
    let codes: Vec<&String> = read.code.iter().filter(|code| code.contains("/Live ")).collect();
    assert!(codes.len() > names().len());
    // The group of the live policy stands in the lines to copy, quoted as YAML needs it.
    assert!(
        read.blocks.iter().filter(|line| line.contains("specificAllowedTargets")).count() >= names().len()
    );
}

#[test]
fn annotations_are_one_command_each() {
    let ran = run(&["plan", "--format", "github"]);
    assert_eq!(ran.exit, Some(0), "{}", ran.stderr);
    assert_nothing_deceptive(&ran.stdout);
    assert_no_command(&ran.stderr);
    let commands: Vec<runner::Command> =
        ran.stdout.lines().map(|line| runner::command(line).unwrap_or_else(|| panic!("{line}"))).collect();
    let of = |name: &str| commands.iter().filter(|command| command.name == name).count();
    assert_eq!((of("error"), of("warning"), of("notice")), (0, 10, 10));
    assert_eq!(commands.len(), 20);
    for command in &commands {
        let allowed = ["file", "line", "col", "title"];
        assert!(command.properties.keys().all(|key| allowed.contains(&key.as_str())), "{command:?}");
        assert!(!command.data.contains("\n::") && !command.data.is_empty(), "{command:?}");
        if let Some(file) = command.properties.get("file") {
            assert!(file.starts_with("policies/") && !file.contains(['\n', '\u{202e}']), "{file}");
        }
    }
}

#[test]
fn sarif_is_text_alone() {
    let ran = run(&["plan", "--format", "sarif"]);
    assert_eq!(ran.exit, Some(0), "{}", ran.stderr);
    assert_nothing_deceptive(&ran.stdout);
    assert_no_command(&ran.stdout);
    let log: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_is_sarif(&log);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() > names().len() * 2);
    let mut all = String::new();
    for result in results {
        let text = result["message"]["text"].as_str().unwrap();
        assert_nothing_deceptive(text);
        all.push_str(&assert_no_link_or_placeholder(text));
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        let is_unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b);
        assert!(uri.starts_with("policies/") && uri.bytes().all(is_unreserved), "{uri}");
    }
    for name in names().iter().filter(|name| !name.contains(is_deceptive)) {
        assert!(all.contains(name.as_str()), "{name:?}");
    }
}

/// The log has what the standard and GitHub demand. With `ENTRANT_SARIF_SCHEMA` the schema of OASIS in that file
/// decides as well.
fn assert_is_sarif(log: &Value) {
    if let Some(file) = std::env::var_os("ENTRANT_SARIF_SCHEMA") {
        let mut schema: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        // Its pattern for a language, which is never written here, is no regular expression of today.
        for owner in ["run", "toolComponent"] {
            let language = schema.pointer_mut(&format!("/definitions/{owner}/properties/language")).unwrap();
            language.as_object_mut().unwrap().remove("pattern");
        }
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(log).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert!(run["automationDetails"]["id"].as_str().unwrap().ends_with('/'));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        for text in ["shortDescription", "fullDescription", "help"] {
            assert!(!rule[text]["text"].as_str().unwrap().is_empty(), "{rule}");
        }
    }
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert!(region.is_null() || region["startLine"].as_u64() > Some(0), "{region}");
    }
}

/// What a reader of SARIF shows for a text (§3.11).
fn assert_no_link_or_placeholder(text: &str) -> String {
    let mut shown = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => shown.extend(chars.next()),
            '{' | '}' => {
                assert_eq!(chars.next(), Some(c), "{text}");
                shown.push(c);
            }
            '[' | ']' => panic!("{text}"),
            c => shown.push(c),
        }
    }
    shown
}

#[test]
fn what_was_typed_is_harmless_as_well() {
    let small = tempfile::tempdir_in(directory()).unwrap();
    write(&small.path().join("a.json"), &json!({"kind": "Catalog", "displayName": "Sales"}));
    let small = small.path().to_str().unwrap();
    for name in names().iter().filter(|name| !name.contains('\0')) {
        for arguments in [
            &["plan", name][..],
            &["plan", "--color", name],
            &["completions", name],
            &["explain", name],
            &["plan", "--target", name],
            &["plan", "--allow-delete", &format!("AssignmentPolicy/x/{}", name.replace('/', " "))],
            &["plan", "--since", name],
            &["plan", "--tenant", name],
            &["plan", "--policies", name],
            &["apply", name],
            &["show", name],
            &["graph", "--policies", small, "--package", name],
            &["docs", "--policies", small, "--out", &format!("{small}/a.json/{name}")],
        ] {
            let ran = run(arguments);
            assert_eq!(ran.exit, Some(1), "{arguments:?}: {}", ran.stderr);
            assert_nothing_deceptive(&ran.stderr);
            assert_no_command(&ran.stderr);
            assert_no_command(&ran.stdout);
        }
    }
}

#[test]
fn why_there_is_no_plan_is_harmless() {
    let own = tempfile::tempdir_in(directory()).unwrap();
    let names = names();
    for (n, name) in names.iter().enumerate() {
        let group = written(name);
        let unclear = json!({
            "kind": "AssignmentPolicy", "accessPackage": {"id": id(2, n)}, "displayName": "x",
            "allowedTargetScope": "specificDirectoryUsers",
            "specificAllowedTargets": [{"group": group}, {"user": group}, {"connectedOrganization": group}],
        });
        let missing = json!({
            "kind": "Removed", "action": "delete", "target": {
                "kind": "AssignmentPolicy", "displayName": group,
                "accessPackage": {"catalog": format!("No {group}"), "name": group},
            },
        });
        write(&own.path().join(format!("{n}-unclear.json")), &unclear);
        write(&own.path().join(format!("{n}-missing.json")), &missing);
    }
    fs::copy(directory().join("policies/emulator.yaml"), own.path().join("emulator.yaml")).unwrap();
    let path = own.path().to_str().unwrap();
    for format in ["text", "json", "markdown", "github", "sarif"] {
        let ran = run(&["plan", "--policies", path, "--format", format]);
        assert_eq!(ran.exit, Some(1), "{}", ran.stderr);
        for text in [&ran.stdout, &ran.stderr] {
            assert_nothing_deceptive(text);
        }
        assert_no_command(&ran.stderr);
        match format {
            "github" => assert!(ran.stdout.lines().all(|line| runner::command(line).is_some())),
            "markdown" => assert!(read_markdown(&ran.stdout).code.len() > names.len()),
            _ => assert_no_command(&ran.stdout),
        }
        if format == "github" {
            assert_eq!(read_markdown(&ran.summary).html, "");
        } else {
            assert_no_command(&ran.stdout);
        }
    }
}

#[test]
fn a_check_of_the_files_is_harmless_too() {
    let broken = tempfile::tempdir_in(directory()).unwrap();
    for (n, name) in names().iter().enumerate() {
        let document = json!({
            "kind": "AssignmentPolicy", "accessPackage": name, "displayName": name, name: name,
            "allowedTargetScope": name, "specificAllowedTargets": [{name: name}, {"group": name}, {"group": name}],
        });
        write(&broken.path().join(format!("{n}.json")), &document);
    }
    let long =
        json!({"kind": "AssignmentPolicy", "accessPackage": "x", "displayName": very_long(), very_long(): 1});
    write(&broken.path().join("long.json"), &long);
    let path = broken.path().to_str().unwrap();
    for format in ["text", "json", "github", "sarif"] {
        let ran = run(&["validate", path, "--format", format]);
        assert_eq!(ran.exit, Some(1), "{}", ran.stderr);
        assert_nothing_deceptive(&ran.stdout);
        match format {
            "github" => {
                let commands = ran.stdout.lines().filter(|line| runner::command(line).is_some()).count();
                assert_eq!(commands, ran.stdout.lines().count() - 1);
                let read = read_markdown(&ran.summary);
                assert_eq!(read.html, "");
                assert!(read.code.len() > names().len());
            }
            "sarif" => assert_is_sarif(&serde_json::from_str(&ran.stdout).unwrap()),
            _ => assert_no_command(&ran.stdout),
        }
    }
}

#[test]
fn the_other_kinds_are_harmless_in_every_output() {
    let plan = |format: &str| {
        let ran = run(&["plan", "--policies", "kinds", "--format", format]);
        assert_eq!(ran.exit, Some(0), "{}", ran.stderr);
        assert_nothing_deceptive(&ran.stdout);
        assert_nothing_deceptive(&ran.stderr);
        assert_no_command(&ran.stderr);
        ran
    };
    let text = plan("text").stdout;
    assert_no_command(&text);
    let words: String = text.split_whitespace().collect();
    let json = plan("json").stdout;
    assert_no_command(&json);
    let printed: Value = serde_json::from_str(&json).unwrap();
    let mut texts = BTreeSet::new();
    collect_texts(&printed, &mut texts);
    assert_eq!(printed["changes"].as_array().unwrap().len(), names().len() * 4);
    let markdown = plan("markdown").stdout;
    assert!(markdown.len() <= 65_536);
    assert_html_is_ours(&read_markdown(&markdown).html);
    let github = plan("github");
    assert!(github.stdout.lines().all(|line| runner::command(line).is_some()), "{}", github.stdout);
    let read = read_markdown(&github.summary);
    assert_html_is_ours(&read.html);
    assert_eq!(read.rows, vec![4; names().len() * 4 + 1]);
    let sarif: Value = serde_json::from_str(&plan("sarif").stdout).unwrap();
    assert_is_sarif(&sarif);
    for result in sarif["runs"][0]["results"].as_array().unwrap() {
        assert_no_link_or_placeholder(result["message"]["text"].as_str().unwrap());
    }
    for name in names() {
        let shown: String = in_a_log(&name).split_whitespace().collect();
        assert!(words.contains(&shown), "{name:?} is not shown");
        assert!(texts.contains(format!("{name} changed").as_str()), "{name:?}");
        assert!(read.code.iter().any(|code| code.contains(&visible(&name))), "{name:?}");
    }
    for arguments in
        [&["apply", "--auto-approve", "--target", "WorkflowExtension/*/*"][..], &["show", "Catalog/*"]]
    {
        let ran = run(&[arguments, &["--policies", "kinds"]].concat());
        for text in [&ran.stdout, &ran.stderr] {
            assert_nothing_deceptive(text);
            assert_no_command(text);
        }
        assert_eq!(ran.exit, Some(0), "{}{}", ran.stdout, ran.stderr);
    }
}
