//! What a run tells while it reads: data alone, in no language. Whoever listens puts it into words.

/// Hears how far a run is. It is called from the task that reads, so it must not block.
pub trait Progress: Sync {
    /// A phase begins, or goes on.
    fn tell(&self, phase: Phase);
}

/// Nobody listens.
impl Progress for () {
    fn tell(&self, _: Phase) {}
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// So many packages, by name or id, are looked up.
    Packages(usize),
    /// So many names and ids that documents refer to are looked up.
    Names(usize),
    /// The policies of so many packages are read.
    Policies {
        /// Packages that a declaration names.
        packages: usize,
    },
    /// So many policies were read so far. May be told often.
    Read {
        /// From the beginning of [`Phase::Policies`].
        policies: usize,
    },
    /// So many catalogs, packages and organizations are read with what they hold.
    Parts(usize),
    /// What is declared is compared with what was read.
    Compare,
    /// So many objects that would be updated or deleted are read in the other shape too.
    OtherShape(usize),
    /// It is counted how many people hold access through so many policies that would be changed.
    Assignments(usize),
    /// Something that a person should know of how it is read, such as a way that was refused and the one that
    /// is taken instead. A sentence without its full stop. May hold texts of the tenant: not yet safe for a
    /// terminal.
    Note(String),
}
