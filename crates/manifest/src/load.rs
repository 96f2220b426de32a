//! The whole way from a directory to documents, file by file, on all cores.

use crate::codes;
use crate::config::{self, Config};
use crate::context::{Context, too_many};
use crate::dangling;
use crate::document::{self, Declared};
use crate::files;
use crate::identity::{self, Identity};
use crate::scalar;
use crate::template::library::{self, Library, Signs, Source};
use crate::template::taken::Taken;
use crate::tenant::Selection;
use crate::yaml::{self, Fault, Parsed};
use entrant_model::text::visible;
use entrant_model::{Diagnostic, Document, Place};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How many findings one file may report beside mistakes of syntax.
const MAX_FINDINGS: usize = 1000;

/// What a policy directory holds.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The documents without a mistake, by file and position.
    pub documents: Vec<Document>,
    /// Everything that was found, by file and position, with the configured severities. Nothing may be
    /// planned or written while an error is among them.
    pub diagnostics: Vec<Diagnostic>,
    /// The configuration; the default where there is none.
    pub config: Config,
    /// How many files of documents were read.
    pub files: usize,
    /// Whether a document may say something else for another tenant.
    pub depends_on_tenant: bool,
    /// What policies take from the defaults of their catalogs.
    pub defaults: Vec<Taken>,
}

/// The configuration of a policy directory alone, as far as it can be read; its mistakes are told by [`load`].
pub fn configuration(dir: &Path) -> Config {
    let mut loaded = Loaded::default();
    read_config(dir, &mut loaded);
    loaded.config
}

/// Loads every document below a directory, and its configuration. Every mistake is a diagnostic.
///
/// Documents are read for the tenant of this name, or for the only one of the configuration; those of other
/// tenants are left out. Paths are shown as `dir` is given: `policies/sales.yaml` for `policies`.
pub fn load(dir: &Path, tenant: Option<&str>) -> Loaded {
    let mut loaded = Loaded::default();
    let files = files::discover(dir, true, &mut loaded.diagnostics);
    if dir.is_dir() {
        read_config(dir, &mut loaded);
    }
    read_all(files, &[], tenant, &mut loaded);
    loaded
}

/// The files of a policy directory beside the given ones, whose templates and defaults these may use.
fn others_of(dir: &Path, files: &[PathBuf]) -> Vec<Arc<PathBuf>> {
    if !dir.is_dir() {
        return Vec::new();
    }
    let real = |file: &PathBuf| std::fs::canonicalize(file).unwrap_or_else(|_| file.clone());
    let given: HashSet<PathBuf> = files.iter().map(real).collect();
    let all = files::discover(dir, true, &mut Vec::new());
    all.into_iter().filter(|file| !given.contains(&real(file))).map(Arc::new).collect()
}

/// Loads the given files, and every document below the given directories. `dir` is the policy directory,
/// for its configuration; there need be none. `tenant` is as for [`load`].
pub fn load_paths(dir: &Path, paths: &[PathBuf], tenant: Option<&str>) -> Loaded {
    let mut loaded = Loaded::default();
    read_config(dir, &mut loaded);
    // None are asked for by who wants the configuration alone.
    let files = if paths.is_empty() { Vec::new() } else { found(dir, paths, &mut loaded.diagnostics) };
    let others = if files.is_empty() { Vec::new() } else { others_of(dir, &files) };
    read_all(files, &others, tenant, &mut loaded);
    loaded
}

/// The files that these paths mean: all of the policy directory where there are none.
pub(crate) fn found(dir: &Path, paths: &[PathBuf], diagnostics: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    if paths.is_empty() {
        return files::discover(dir, true, diagnostics);
    }
    let top = std::fs::canonicalize(dir).ok();
    let mut files = Vec::new();
    for path in paths {
        let real = std::fs::canonicalize(path).ok();
        if files::leaves_by_link(path, top.as_deref()) {
            diagnostics.push(files::leaves(path));
        } else if path.is_dir() {
            // Below the policy directory the two names mean nothing special.
            let is_inner = real
                .as_ref()
                .zip(top.as_ref())
                .is_some_and(|(real, top)| real != top && real.starts_with(top));
            files.extend(files::discover(path, !is_inner, diagnostics));
        } else if !files::is_special(real.as_deref(), top.as_deref()) {
            files.push(path.clone());
        }
    }
    files.sort_by_cached_key(|file| files::shown(file));
    files.dedup();
    files
}

/// Loads documents from texts instead of files: what a policy directory held in an earlier revision. Paths are
/// relative to the directory, with `/`; `tenant` is as for [`load`]. Names that a directory would not be searched for
/// are left out here as well.
///
/// Documents with mistakes are among the documents as far as they say what they are: an earlier revision is not mended.
pub fn load_texts(texts: Vec<(String, Vec<u8>)>, tenant: Option<&str>) -> Loaded {
    let mut loaded = Loaded::default();
    let (config, texts): (Vec<_>, Vec<_>) = texts
        .into_iter()
        .filter(|(path, _)| path == files::CONFIG || files::is_searched_for(path))
        .partition(|(path, _)| path == files::CONFIG);
    let as_text = |path: String, bytes: Vec<u8>| {
        let path = Arc::new(PathBuf::from(path));
        files::as_text(&path, bytes, files::MAX_FILE).map(|source| (path, source))
    };
    for (path, bytes) in config {
        match as_text(path, bytes) {
            Ok((file, source)) => config_of(&file, &source, &mut loaded),
            Err(diagnostic) => loaded.diagnostics.push(*diagnostic),
        }
    }
    let config = std::mem::take(&mut loaded.config);
    loaded.files = texts.len();
    let mut sources = Vec::new();
    for (path, bytes) in texts {
        match as_text(path, bytes) {
            Ok(text) => sources.push(text),
            Err(diagnostic) => loaded.diagnostics.push(*diagnostic),
        }
    }
    let texts = Texts::new(sources, Vec::new());
    let selection = Selection::new(&config, tenant);
    let (library, found) = texts.gather(selection);
    loaded.diagnostics.extend(found);
    loaded.defaults = library.defaults.iter().map(Taken::of).collect();
    for index in 0..texts.files.len() {
        let read =
            texts.with(index, |file, text| read_source(file, text, &config, selection, &library, true));
        loaded.documents.extend(read.documents);
        loaded.diagnostics.extend(read.diagnostics);
    }
    loaded.config = config;
    loaded
}

/// What the text of one file would hold, were it the file's: its documents, and every mistake. `beside` are the files
/// whose templates, defaults and packages it may need.
pub fn load_text(
    file: &Path,
    source: &str,
    beside: &BTreeSet<PathBuf>,
    config: &Config,
    tenant: Option<&str>,
) -> (Vec<Document>, Vec<Diagnostic>) {
    let beside = beside.iter().filter(|other| *other != file).cloned().map(Arc::new).collect::<Vec<_>>();
    let file = Arc::new(file.to_owned());
    let texts = Texts::new(vec![(Arc::clone(&file), source.to_owned())], signed(&beside));
    let selection = Selection::new(config, tenant);
    let (library, _) = texts.gather(selection);
    let read = read_source(&file, source, config, selection, &library, false);
    (read.documents, read.diagnostics)
}

/// The one document of a YAML or JSON file as JSON, for the emulator's seeds. An empty file is null.
///
/// # Errors
/// Whatever keeps the file from being read, as a diagnostic: the first one.
pub fn yaml_to_json(path: &Path) -> Result<serde_json::Value, Box<Diagnostic>> {
    /// A seed of a whole estate is larger than any file of policies.
    const MAX_SEED: u64 = 64 * 1024 * 1024;
    let file = Arc::new(path.to_owned());
    let source = files::read(&file, MAX_SEED)?;
    let parsed = yaml::parse(&source, files::is_json(path));
    if let Some(fault) = parsed.faults.first() {
        return Err(Box::new(of_fault(&file, fault)));
    }
    let mut documents = parsed.documents.iter().enumerate().filter_map(|(i, d)| Some((i, d.as_ref()?)));
    let first = documents.next();
    if let Some((index, _)) = documents.next() {
        let found = Diagnostic::new(codes::NOT_A_DOCUMENT, "the file holds more than one document")
            .at(Place::document(file, index), "")
            .help("keep one; a seed is one mapping of collections");
        return Err(Box::new(found));
    }
    Ok(first.map_or(serde_json::Value::Null, |(_, node)| scalar::to_json(node)))
}

fn read_config(dir: &Path, loaded: &mut Loaded) {
    let path = dir.join(files::CONFIG);
    if std::fs::symlink_metadata(&path).is_err() {
        return;
    }
    let file = Arc::new(path);
    let source = match files::read(&file, files::MAX_FILE) {
        Ok(source) => source,
        Err(diagnostic) => return loaded.diagnostics.push(*diagnostic),
    };
    config_of(&file, &source, loaded);
}

fn config_of(file: &Arc<PathBuf>, source: &str, loaded: &mut Loaded) {
    let parsed = yaml::parse(source, false);
    loaded.diagnostics.extend(parsed.faults.iter().map(|fault| of_fault(file, fault)));
    if let Some(root) = parsed.documents.iter().flatten().next() {
        let mut ctx = Context::new(Arc::clone(file), source, false, 0);
        loaded.config = config::read(&mut ctx, root);
        loaded.diagnostics.extend(ctx.finish().0);
    }
}

/// Reads the files, finds what stands twice, and puts the findings in order.
fn read_all(files: Vec<PathBuf>, others: &[Arc<PathBuf>], tenant: Option<&str>, loaded: &mut Loaded) {
    let files: Vec<Arc<PathBuf>> = files.into_iter().map(Arc::new).collect();
    loaded.files += files.len();
    let texts = Texts::read(&files, others, &mut loaded.diagnostics);
    let mut identities = Vec::new();
    let selection = Selection::new(&loaded.config, tenant);
    let (library, found) = texts.gather(selection);
    // What is wrong between two of the other files is not asked for.
    let is_read = |found: &Diagnostic| found.place.as_ref().is_some_and(|place| files.contains(&place.file));
    loaded.diagnostics.extend(found.into_iter().filter(is_read));
    let read = on_all_cores(texts.files.len(), |index| {
        texts.with(index, |file, text| read_source(file, text, &loaded.config, selection, &library, false))
    });
    for file in read {
        loaded.depends_on_tenant |= file.depends_on_tenant;
        loaded.documents.extend(file.documents);
        loaded.diagnostics.extend(file.diagnostics);
        identities.extend(file.identities);
    }
    loaded.defaults = library.defaults.iter().map(Taken::of).collect();
    repeated(&library, &mut loaded.diagnostics);
    identity::duplicates(&identities, &mut loaded.diagnostics);
    dangling::roles(&loaded.documents, &mut loaded.diagnostics);
    loaded.config.apply(&mut loaded.diagnostics);
    loaded.diagnostics.sort_by_cached_key(|diagnostic| {
        let place = diagnostic.place.as_ref()?;
        Some((files::shown(&place.file), place.document, place.bytes, place.pointer.clone()))
    });
}

/// What many policies take from one place is told once.
fn repeated(library: &Library, diagnostics: &mut Vec<Diagnostic>) {
    if library.texts.is_empty() {
        return;
    }
    let mut first: HashMap<(Place, &str, String), (usize, usize)> = HashMap::new();
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    for found in diagnostics.drain(..) {
        let shared = found.place.clone().filter(|place| library.holds(place).is_some());
        let Some(place) = shared else {
            kept.push(found);
            continue;
        };
        match first.entry((place, found.code.name, found.message.clone())) {
            Entry::Occupied(mut known) => known.get_mut().1 += 1,
            Entry::Vacant(new) => {
                new.insert((kept.len(), 0));
                kept.push(found);
            }
        }
    }
    for (at, more) in first.into_values() {
        if more > 0 {
            let what = if more == 1 { "one more policy".to_owned() } else { format!("{more} more policies") };
            kept[at].notes.push(format!("the same is so for {what}"));
        }
    }
    *diagnostics = kept;
}

/// The texts of files. Those that others may take values from stay until the end; each of the others is gone once it
/// was read.
pub(crate) struct Texts {
    pub files: Vec<Arc<PathBuf>>,
    shared: Vec<Option<String>>,
    others: Vec<Mutex<Option<String>>>,
    /// Files that are not read themselves, as far as those that are may take values from them.
    beside: Vec<(Arc<PathBuf>, String)>,
}

impl Texts {
    /// Reads files on all cores; those that cannot be read are reported and left out.
    ///
    /// Of the files `beside` them only what documents share is of interest; what is wrong with them is not told.
    pub(crate) fn read(
        files: &[Arc<PathBuf>],
        beside: &[Arc<PathBuf>],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut sources = Vec::with_capacity(files.len());
        let read = on_all_cores(files.len(), |index| files::read(&files[index], files::MAX_FILE));
        for (file, source) in files.iter().zip(read) {
            match source {
                Ok(source) => sources.push((Arc::clone(file), source)),
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
        Self::new(sources, signed(beside))
    }

    fn new(sources: Vec<(Arc<PathBuf>, String)>, beside: Vec<(Arc<PathBuf>, String, Signs)>) -> Self {
        let signs = on_all_cores(sources.len(), |index| library::signs(&sources[index].1));
        let asks = signs.iter().chain(beside.iter().map(|(.., signs)| signs)).any(|signs| signs.asks);
        let beside = beside.into_iter().filter(|(.., signs)| signs.shares || (asks && signs.packages));
        let beside = beside.map(|(file, text, _)| (file, text)).collect();
        let mut texts = Self { files: Vec::new(), shared: Vec::new(), others: Vec::new(), beside };
        for ((file, source), signs) in sources.into_iter().zip(signs) {
            let is_shared = signs.shares || (asks && signs.packages);
            let (shared, other) = if is_shared { (Some(source), None) } else { (None, Some(source)) };
            texts.files.push(file);
            texts.shared.push(shared);
            texts.others.push(Mutex::new(other));
        }
        texts
    }

    /// What documents share.
    pub(crate) fn gather(&self, selection: Selection) -> (Library<'_>, Vec<Diagnostic>) {
        let all = self.files.iter().zip(&self.shared);
        let beside = self.beside.iter().map(|(file, text)| Source { file, text });
        let own = all.filter_map(|(file, text)| Some(Source { file, text: text.as_deref()? }));
        let sources: Vec<Source> = own.chain(beside).collect();
        library::gather(&sources, Some(selection))
    }

    /// Does something with the file at a position, once.
    pub(crate) fn with<T>(&self, index: usize, work: impl FnOnce(&Arc<PathBuf>, &str) -> T) -> T {
        if let Some(text) = &self.shared[index] {
            return work(&self.files[index], text);
        }
        let mut slot = self.others[index].lock().unwrap_or_else(PoisonError::into_inner);
        let text = slot.take().unwrap_or_default();
        drop(slot);
        work(&self.files[index], &text)
    }
}

/// What one file holds.
#[derive(Default)]
struct FileRead {
    documents: Vec<Document>,
    diagnostics: Vec<Diagnostic>,
    identities: Vec<Identity>,
    depends_on_tenant: bool,
}

/// The texts of those files that hold something others may need.
fn signed(files: &[Arc<PathBuf>]) -> Vec<(Arc<PathBuf>, String, Signs)> {
    let read = on_all_cores(files.len(), |index| {
        let text = files::read(&files[index], files::MAX_FILE).ok()?;
        let signs = library::signs(&text);
        (signs != Signs::default()).then(|| (Arc::clone(&files[index]), text, signs))
    });
    read.into_iter().flatten().collect()
}

/// Does something for each number below `count`, and gives the results in their order.
fn on_all_cores<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(count);
    if threads <= 1 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return done;
            }
            done.push((index, work(index)));
        }
    };
    let mut all: Vec<(usize, T)> = thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(some)).collect();
        let own = some();
        let others = workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panicked| std::panic::resume_unwind(panicked)));
        own.into_iter().chain(others).collect()
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, done)| done).collect()
}

/// What the text of a file holds. `keeps_broken`: documents with mistakes too, as far as they say what they are.
fn read_source(
    file: &Arc<PathBuf>,
    source: &str,
    config: &Config,
    selection: Selection,
    library: &Library,
    keeps_broken: bool,
) -> FileRead {
    let mut read = FileRead::default();
    let is_json = files::is_json(file);
    let Parsed { documents, faults } = yaml::parse(source, is_json);
    read.diagnostics.extend(faults.iter().map(|fault| of_fault(file, fault)));
    let mut found = Vec::new();
    let mut errors = 0;
    let mut pasted = Vec::new();
    for (index, root) in documents.iter().enumerate() {
        let Some(root) = root else { continue };
        // Only among mistakes: no document of a file that can be planned is passed over.
        if errors > MAX_FINDINGS {
            break;
        }
        let mut ctx = Context::new(Arc::clone(file), source, is_json, index);
        ctx.selection = selection;
        ctx.library = library;
        if faults.iter().any(|fault| fault.document == index) {
            ctx.set_broken();
        }
        let declared = document::document(&mut ctx, root);
        let is_broken = ctx.is_broken();
        read.depends_on_tenant |= ctx.depends_on_tenant;
        for Declared { body, place, name } in declared {
            read.identities.extend(identity::identity(&body, name));
            if !is_broken || keeps_broken {
                read.documents.push(Document { place, body });
            }
        }
        let (diagnostics, ignored) = ctx.finish();
        errors += diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
        found.extend(diagnostics);
        pasted.extend(ignored);
    }
    found.extend(note_pasted(pasted));
    // Configured before anything is cut off, and errors first, so that no error is.
    config.apply(&mut found);
    if found.len() > MAX_FINDINGS {
        let message = format!("the file has more than {MAX_FINDINGS} findings, and the rest are not shown");
        found.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
        found.truncate(MAX_FINDINGS);
        found.push(too_many(message, Some(Place::document(Arc::clone(file), documents.len()))));
    }
    read.diagnostics.extend(found);
    read
}

/// One note a file for everything that was ignored.
fn note_pasted(mut pasted: Vec<(Place, String)>) -> Option<Diagnostic> {
    let first = pasted.first()?.0.clone();
    pasted.sort_by(|a, b| a.1.cmp(&b.1));
    pasted.dedup_by(|a, b| a.1 == b.1);
    let names: Vec<String> = pasted.iter().take(5).map(|(_, name)| format!("`{}`", visible(name))).collect();
    let more = match pasted.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let verb = if pasted.len() == 1 { "is" } else { "are" };
    Some(
        Diagnostic::new(codes::PASTED, format!("{}{more} {verb} ignored", names.join(", ")))
            .at(first, "")
            .note("the service fills them; they come with what is copied from an answer of Graph")
            .help("leave them out; they have no effect here"),
    )
}

fn of_fault(file: &Arc<PathBuf>, fault: &Fault) -> Diagnostic {
    let at = |span: yaml::Span| {
        let mut place = Place::document(Arc::clone(file), fault.document);
        place.bytes = Some((span.start, span.end));
        place
    };
    let found =
        Diagnostic::new(fault.code, fault.message.clone()).at(at(fault.span), "").help(fault.help.clone());
    match fault.first {
        Some(first) => found.related(at(first), "the first stands here"),
        None => found,
    }
}
