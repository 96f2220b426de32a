//! The order of a plan, and so of its execution.
//!
//! ```text
//! create ─▶ update ─▶ keep:   settings ─▶ catalogs ─▶ organizations ─▶ extensions ─▶ packages ─▶ policies
//!   ─▶ delete:                policies ─▶ packages ─▶ extensions ─▶ organizations ─▶ catalogs
//!                             within each: what narrows first, then by address
//! ```
//!
//! What holds others, or is referred to, is made before them and goes after them. A policy that takes another's place
//! is made before the other goes, so nobody is left without a way in. The order of files, keys and pages has no part
//! in it.

use crate::change::{Action, Change};
use crate::impact::Class;
use entrant_model::Kind;

/// Puts changes into the order in which they are shown and executed. Their impact must be known.
pub fn sort(changes: &mut [Change]) {
    changes.sort_by_cached_key(|change| {
        let action = match change.action {
            Action::Create => 0,
            Action::Update => 1,
            Action::Keep => 2,
            Action::Delete => 3,
        };
        let level = Kind::DECLARED.iter().position(|kind| *kind == change.kind).unwrap_or_default();
        let level = if change.action == Action::Delete { Kind::DECLARED.len() - level } else { level };
        let widens = change.action == Action::Update && change.class() != Some(Class::Narrows);
        (action, level, widens, change.address.key(), change.live.as_ref().map(|l| l.id.clone()))
    });
}
