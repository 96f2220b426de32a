//! The way to a value while one walks through an object. It is made a text only where something is found.

use crate::diagnostic::Pointer;

/// The way to a value in Graph's shape. A list from the leaf to the root, so that going down costs nothing.
#[derive(Debug, Clone, Copy)]
pub enum Path<'p> {
    /// The whole.
    Root,
    /// A member of what is at the path.
    Key(&'p Path<'p>, &'p str),
    /// An element of what is at the path, from 0.
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    /// The path as a JSON Pointer.
    pub fn pointer(&self) -> Pointer {
        let mut segments = Vec::new();
        let mut at = self;
        loop {
            match at {
                Path::Root => break,
                Path::Key(parent, key) => {
                    segments.push((*key).to_owned());
                    at = parent;
                }
                Path::Index(parent, index) => {
                    segments.push(index.to_string());
                    at = parent;
                }
            }
        }
        segments.reverse();
        Pointer(segments)
    }

    /// The nearest member's name.
    pub fn member(&self) -> &str {
        match self {
            Path::Root => "",
            Path::Key(_, key) => key,
            Path::Index(parent, _) => parent.member(),
        }
    }

    /// The name of the outermost member.
    pub fn outermost(&self) -> &str {
        match self {
            Path::Root => "",
            Path::Key(Path::Root, key) => key,
            Path::Key(parent, _) | Path::Index(parent, _) => parent.outermost(),
        }
    }
}
