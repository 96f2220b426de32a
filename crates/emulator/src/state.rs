//! The file that holds a tenant between runs: locked while the emulator runs, written as a whole
//! under another name and put in place in one step, so that there is always one that can be read.
//! A file that is not ours is reported and left alone.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::kinds::Kind;
use crate::message::Version;
use crate::store::Tenant;

/// Why a state file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// Another emulator has it.
    #[error("{} is in use by another emulator", .0.display())]
    InUse(PathBuf),
    /// It cannot be read, or its lock cannot be made.
    #[error("cannot use the state file {}: {source}", path.display())]
    Io {
        /// The state file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is not a state file, or not one that this version writes. It has not been touched.
    #[error("{} is not a state file of the emulator: {problem}; move it away or name another", path.display())]
    NotOurs {
        /// The state file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

/// A state file that nobody else uses.
pub struct StateFile {
    path: PathBuf,
    /// Held for as long as this lives. Beside the file, because the file itself is replaced.
    _lock: File,
}

/// The member by which a state file is known, and the layout that it has.
const MARK: &str = "entrantEmulatorState";
const LAYOUT: u64 = 2;

impl StateFile {
    /// Locks the file, which need not exist.
    pub fn open(path: PathBuf) -> Result<Self, StateError> {
        let failed = |source| StateError::Io { path: path.clone(), source };
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).map_err(failed)?;
        }
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(beside(&path, "lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StateError::InUse(path)),
            Err(TryLockError::Error(source)) => Err(StateError::Io { path, source }),
        }
    }

    /// The tenant in the file, or `None` where there is no file.
    pub fn load(&self) -> Result<Option<Tenant>, StateError> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(StateError::Io { path: self.path.clone(), source }),
        };
        let not_ours = |problem: String| StateError::NotOurs { path: self.path.clone(), problem };
        let state: Value = serde_json::from_slice(&text).map_err(|error| not_ours(error.to_string()))?;
        tenant(&state).map(Some).map_err(not_ours)
    }

    /// Puts the tenant into the file, whole or not at all.
    pub fn save(&self, tenant: &Tenant) -> Result<(), StateError> {
        let failed = |source| StateError::Io { path: self.path.clone(), source };
        let next = beside(&self.path, "next");
        let mut file = File::create(&next).map_err(failed)?;
        serde_json::to_writer_pretty(io::BufWriter::new(&mut file), &state(tenant))
            .map_err(|error| failed(error.into()))?;
        file.write_all(b"\n").and_then(|()| file.sync_all()).map_err(failed)?;
        drop(file);
        fs::rename(&next, &self.path).map_err(failed)?;
        sync_directory(&self.path).map_err(failed)
    }
}

fn state(tenant: &Tenant) -> Value {
    let mut collections = Map::new();
    for kind in Kind::STORED {
        let objects: Vec<&Value> = tenant.list(kind).collect();
        collections.insert((kind.entity().collection)(Version::V1).to_owned(), json!(objects));
    }
    json!({
        MARK: LAYOUT,
        "tenantId": tenant.id,
        "idSequence": tenant.id_sequence(),
        "collections": collections,
    })
}

fn tenant(state: &Value) -> Result<Tenant, String> {
    let layout = match state.get(MARK).map(Value::as_u64) {
        None => return Err(format!("it has no member '{MARK}'")),
        Some(Some(layout)) if (1..=LAYOUT).contains(&layout) => layout,
        Some(_) => return Err("it was written by another version".to_owned()),
    };
    let id = state["tenantId"].as_str().ok_or("tenantId is missing")?;
    let sequence = state["idSequence"].as_u64().ok_or("idSequence is missing")?;
    let collections = state["collections"].as_object().ok_or("collections are missing")?;
    let mut tenant = Tenant::new(id.to_owned(), sequence);
    for kind in Kind::STORED {
        let name = (kind.entity().collection)(Version::V1);
        let objects = match collections.get(name) {
            // The first layout had fewer collections.
            None if layout < LAYOUT => continue,
            objects => objects.and_then(Value::as_array).ok_or(format!("{name} are missing"))?,
        };
        for object in objects {
            let object = object.as_object().cloned().map(|object| upgraded(kind, object));
            let put = object.and_then(|object| tenant.put(kind, object));
            put.ok_or(format!("one of the {name} has no id"))?;
        }
    }
    Ok(tenant)
}

/// The first layout kept sponsors under the names that Graph has for them.
fn upgraded(kind: Kind, mut object: Map<String, Value>) -> Map<String, Value> {
    if kind == Kind::ConnectedOrganization {
        for name in ["externalSponsors", "internalSponsors"] {
            if let Some(sponsors) = object.shift_remove(name) {
                object.insert(format!("kept:{name}"), sponsors);
            }
        }
    }
    object
}

/// `emulator.json` as `emulator.json.lock`.
fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(extension);
    path.with_file_name(name)
}

/// A rename is on disk when its directory is. Only Unix lets a directory be opened for that.
fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}
