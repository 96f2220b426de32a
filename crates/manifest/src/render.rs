//! `render`: each policy as one whole document, with the file and the line that each value comes from.
//!
//! What is printed is the tree that the tables read: a template is filled in, defaults are in their places, variables
//! have their values. Values stay as they are written, in hand form or in Graph's. Read again, the document says the
//! same, which a test holds.

use crate::context::Context;
use crate::document;
use crate::files;
use crate::keys;
use crate::leaf;
use crate::load::{self, Texts};
use crate::scalar::{self, Scalar};
use crate::schema::Givers;
use crate::template::packages::{self, FOR_EACH};
use crate::template::{Assembled, TEMPLATE, WITH};
use crate::tenant::Selection;
use crate::yaml::{self, Data, Entry, Node, Span, Style};
use entrant_model::kinds::assignment_policy::{self, package_member};
use entrant_model::spec::Access;
use entrant_model::text::is_deceptive;
use entrant_model::{Declared, Pointer, TypeSpec, Version};
use serde_json::{Map, Value as Json};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

/// A policy as one whole document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// The catalog of its package, as far as the files tell.
    pub catalog: Option<String>,
    /// Its package: the name, or the id where that is written.
    pub package: String,
    /// Its name.
    pub name: String,
    /// The template that it uses.
    pub template: Option<String>,
    /// The catalog whose defaults it takes.
    pub defaults: Option<String>,
    /// Its document, line by line. The texts are YAML, and hold nothing that a terminal would obey.
    pub lines: Vec<Line>,
    /// The same as JSON. Texts are as they are written, whatever they hold.
    pub document: Json,
    /// Where each value of the document is written, by its JSON Pointer: a file, as a person would name it, and its line,
    /// from 1.
    pub origins: Vec<(Pointer, Arc<PathBuf>, usize)>,
}

/// A line of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line, indented.
    pub text: String,
    /// Where what it says is written: a file, as a person would name it, and its line, from 1.
    pub origin: Option<(Arc<PathBuf>, usize)>,
}

/// Every policy that the documents below a directory declare for a tenant, in the order of files. Documents with
/// mistakes are left out; [`crate::load`] tells them.
pub fn render(dir: &std::path::Path, tenant: Option<&str>) -> Vec<Rendered> {
    let config = load::configuration(dir);
    let mut ignored = Vec::new();
    let files: Vec<Arc<PathBuf>> =
        files::discover(dir, true, &mut ignored).into_iter().map(Arc::new).collect();
    let texts = Texts::read(&files, &[], &mut ignored);
    let selection = Selection::new(&config, tenant);
    let (library, _) = texts.gather(selection);
    let mut all = Vec::new();
    for index in 0..texts.files.len() {
        texts.with(index, |file, text| {
            let is_json = files::is_json(file);
            for (document, root) in yaml::parse(text, is_json).documents.iter().enumerate() {
                let Some(root) = root else { continue };
                let mut ctx = Context::new(Arc::clone(file), text, is_json, document);
                ctx.selection = selection;
                ctx.library = &library;
                for assembled in document::assembled(&mut ctx, root) {
                    all.extend(of_assembled(&ctx, assembled));
                }
            }
        });
    }
    all
}

/// What the documents below a directory may take from its templates and defaults, for the schema of an editor.
pub fn givers(dir: &std::path::Path) -> Givers {
    let config = load::configuration(dir);
    let mut ignored = Vec::new();
    let files: Vec<Arc<PathBuf>> =
        files::discover(dir, true, &mut ignored).into_iter().map(Arc::new).collect();
    let texts = Texts::read(&files, &[], &mut ignored);
    let (library, _) = texts.gather(Selection::new(&config, None));
    Givers::of(&library)
}

/// One policy for each package.
fn of_assembled(ctx: &Context, assembled: Assembled) -> Vec<Rendered> {
    let Assembled { node, others, origin } = assembled;
    let is_beta = node
        .get("apiVersion")
        .is_some_and(|entry| matches!(leaf::scalar(&entry.value), Some(Scalar::Text("beta"))));
    let version = if is_beta { Version::Beta } else { Version::V1 };
    let member = package_member(version);
    let (template, defaults) = origin.map_or((None, None), |origin| {
        let name = |declared: &Option<Arc<Declared>>| declared.as_ref().map(|declared| declared.name.clone());
        (name(&origin.template), name(&origin.defaults))
    });
    let packages = node.get(member).map(|entry| entry.value.clone()).into_iter().chain(others);
    packages
        .map(|package| {
            let mut node = node.clone();
            if let Data::Map(entries) = &mut node.data
                && let Some(entry) = entries.iter_mut().find(|entry| entry.key == member)
            {
                entry.value = package.clone();
            }
            Rendered {
                catalog: packages::catalog_of(ctx.library, &package).map(str::to_owned),
                package: shown(&package),
                name: node.get("displayName").map_or_else(String::new, |entry| shown(&entry.value)),
                template: template.clone(),
                defaults: defaults.clone(),
                ..whole(ctx, &node, assignment_policy::table(version))
            }
        })
        .collect()
}

/// The text of a scalar; of a reference its name, else its id.
fn shown(node: &Node) -> String {
    match &node.data {
        Data::Scalar(text, _) => text.to_string(),
        Data::Map(_) => {
            ["name", "id"].iter().find_map(|key| node.get(key)).map_or_else(String::new, |e| shown(&e.value))
        }
        Data::List(_) => String::new(),
    }
}

/// A policy as a document: the tool's own members first, Graph's in the order of the table.
fn whole(ctx: &Context, node: &Node, ty: &'static TypeSpec) -> Rendered {
    let mut entries: Vec<&Entry> = node
        .entries()
        .unwrap_or_default()
        .iter()
        .filter(|entry| {
            ![TEMPLATE, WITH, FOR_EACH, "$schema"].contains(&&*entry.key) && is_meant(ty, &entry.key)
        })
        .collect();
    let own = ["kind", "apiVersion", "pin", "tenants", "protected", "previousNames"];
    entries.sort_by_key(|entry| {
        let of_table = ty.member(&entry.key).map_or(usize::MAX, |(id, _)| own.len() + usize::from(id.0));
        own.iter().position(|key| *key == entry.key).unwrap_or(of_table)
    });
    let mut page = Page { ctx, lines: Vec::new(), origins: Vec::new() };
    let mut document = Map::new();
    if !entries.iter().any(|entry| entry.key == "kind") {
        page.lines.push(Line { text: "kind: AssignmentPolicy".to_owned(), origin: None });
        document.insert("kind".to_owned(), "AssignmentPolicy".into());
    }
    for entry in entries {
        page.entry(0, "", entry);
        page.origin(&Pointer::default(), &entry.key, entry.key_span, &entry.value);
        document.insert(entry.key.clone().into_owned(), scalar::to_json(&entry.value));
    }
    Rendered {
        lines: page.lines,
        document: Json::Object(document),
        origins: page.origins,
        ..Rendered::default()
    }
}

/// Whether a key is more than what came with an answer of Graph.
fn is_meant(ty: &'static TypeSpec, key: &str) -> bool {
    !keys::is_annotation(key) && ty.member(key).is_none_or(|(_, member)| member.access != Access::ReadOnly)
}

/// Lines that are being written.
struct Page<'a, 'c> {
    ctx: &'a Context<'c>,
    lines: Vec<Line>,
    origins: Vec<(Pointer, Arc<PathBuf>, usize)>,
}

impl Page<'_, '_> {
    fn line(&mut self, text: String, span: Span) {
        let origin = Some(self.position(span));
        self.lines.push(Line { text, origin });
    }

    /// The file and the line of a span.
    fn position(&self, span: Span) -> (Arc<PathBuf>, usize) {
        let before = self.ctx.texts().of(span.text).get(..span.start).unwrap_or_default();
        let file = self.ctx.library.text(span.text).map_or(&self.ctx.file, |text| &text.file);
        (Arc::clone(file), before.bytes().filter(|byte| *byte == b'\n').count() + 1)
    }

    /// Notes where a value and all in it are written. What holds other values stands where its key does.
    fn origin(&mut self, parent: &Pointer, step: &str, key: Span, value: &Node) {
        let at = parent.child(step);
        let holds = match &value.data {
            Data::Scalar(..) => false,
            Data::Map(entries) => !entries.is_empty(),
            Data::List(list) => !list.is_empty(),
        };
        let (file, line) = self.position(if holds { key } else { value.span });
        self.origins.push((at.clone(), file, line));
        match &value.data {
            Data::Scalar(..) => {}
            Data::Map(entries) => {
                for entry in entries {
                    self.origin(&at, &entry.key, entry.key_span, &entry.value);
                }
            }
            Data::List(list) => {
                for (index, element) in list.iter().enumerate() {
                    self.origin(&at, &index.to_string(), element.span, element);
                }
            }
        }
    }

    /// A key with its value; `lead` stands before the key on its line.
    fn entry(&mut self, indent: usize, lead: &str, entry: &Entry) {
        let key = scalar_text(&entry.key, Style::Text);
        let before = format!("{}{lead}{key}:", " ".repeat(indent));
        if let Some(text) = on_one_line(&entry.value) {
            self.line(format!("{before} {text}"), entry.value.span);
        } else {
            self.line(before, entry.key_span);
            self.inner(indent + lead.len() + 2, &entry.value);
        }
    }

    /// What stands below a key.
    fn inner(&mut self, indent: usize, node: &Node) {
        match &node.data {
            Data::Map(entries) => entries.iter().for_each(|entry| self.entry(indent, "", entry)),
            Data::List(list) => list.iter().for_each(|element| self.element(indent, element)),
            Data::Scalar(..) => {}
        }
    }

    fn element(&mut self, indent: usize, node: &Node) {
        if let Some(text) = on_one_line(node) {
            return self.line(format!("{}- {text}", " ".repeat(indent)), node.span);
        }
        let Data::Map(entries) = &node.data else {
            self.line(format!("{}-", " ".repeat(indent)), node.span);
            return self.inner(indent + 2, node);
        };
        for (index, entry) in entries.iter().enumerate() {
            if index == 0 {
                self.entry(indent, "- ", entry);
            } else {
                self.entry(indent + 2, "", entry);
            }
        }
    }
}

/// A value that needs no lines of its own: a scalar, an empty collection, a mapping of one scalar.
fn on_one_line(node: &Node) -> Option<String> {
    match &node.data {
        Data::Scalar(text, style) => Some(scalar_text(text, *style)),
        Data::List(list) if list.is_empty() => Some("[]".to_owned()),
        Data::Map(entries) if entries.is_empty() => Some("{}".to_owned()),
        Data::Map(entries) => match entries.as_slice() {
            [one] if matches!(one.value.data, Data::Scalar(..)) => {
                let (key, value) = (scalar_text(&one.key, Style::Text), on_one_line(&one.value)?);
                let is_plain = value.starts_with('"') || !value.contains([',', '{', '}', '[', ']']);
                let value = if is_plain { value } else { quoted(&shown(&one.value)) };
                Some(format!("{{{key}: {value}}}"))
            }
            _ => None,
        },
        Data::List(_) => None,
    }
}

/// A scalar as YAML that reads as the same, and holds nothing that a terminal would obey.
fn scalar_text(text: &str, style: Style) -> String {
    if style == Style::Plain && !matches!(scalar::resolve(text, style), Scalar::Text(_)) {
        return if text.is_empty() { "null".to_owned() } else { text.to_owned() };
    }
    let is_word = |c: char| {
        c.is_alphanumeric()
            || matches!(c, ' ' | '-' | '_' | '.' | '@' | '/' | '(' | ')' | '+' | ',' | '?' | '!')
    };
    let is_plain = text.starts_with(char::is_alphanumeric)
        && text.chars().all(|c| is_word(c) && !is_deceptive(c))
        && !text.ends_with(' ')
        && matches!(scalar::resolve(text, Style::Plain), Scalar::Text(_));
    if is_plain { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_deceptive(c) && u32::from(c) <= 0xffff => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c if is_deceptive(c) => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

impl Rendered {
    /// The whole document, with the origin of each value in a comment at the end of its line.
    pub fn text(&self) -> String {
        /// Beyond this column comments do not stand below one another.
        const WIDEST: usize = 60;
        let columns = |text: &str| text.chars().count();
        let width = self
            .lines
            .iter()
            .map(|line| columns(&line.text))
            .filter(|width| *width <= WIDEST)
            .max()
            .unwrap_or(0);
        let mut out = String::new();
        for line in &self.lines {
            out.push_str(&line.text);
            if let Some((file, number)) = &line.origin {
                let pad = width.saturating_sub(columns(&line.text)) + 2;
                let _ = write!(out, "{}# {}:{number}", " ".repeat(pad), files::shown(file));
            }
            out.push('\n');
        }
        out
    }

    /// Its address, as far as the files tell; `?` stands for a catalog that they do not.
    pub fn address(&self) -> String {
        let encode = entrant_model::address::encode;
        let catalog = self.catalog.as_deref().map_or_else(|| "?".to_owned(), encode);
        format!("AssignmentPolicy/{catalog}/{}/{}", encode(&self.package), encode(&self.name))
    }
}
