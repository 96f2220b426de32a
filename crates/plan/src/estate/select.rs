//! A part of an estate: what is asked for, and what that needs to be understood.
//!
//! A policy brings everybody who has a part in it, its package and what that gives. A package brings its policies, a
//! catalog its packages, an organization and an extension the policies that mean them, a group or user all that they
//! have a part in.

use super::{Edge, Estate, Node, NodeId, Relation, What, stops};
use entrant_model::address::Pattern;
use entrant_model::reference::{fold, same_name};
use entrant_model::text::nearest;
use entrant_model::{Address, Kind};
use std::collections::BTreeSet;

/// What is asked for.
#[derive(Debug, Clone)]
pub enum Asked {
    /// Catalogs of this name.
    Catalog(String),
    /// Access packages of this name.
    Package(String),
    /// Users, groups and applications of this name.
    Principal(String),
    /// What has this address.
    Target(Pattern),
}

impl Asked {
    fn means(&self, estate: &Estate, node: &Node) -> bool {
        let is_called = |name: &str| same_name(Some(&node.name), Some(name));
        match self {
            Self::Catalog(name) => node.is(Kind::Catalog) && is_called(name),
            Self::Package(name) => node.is(Kind::AccessPackage) && is_called(name),
            Self::Principal(name) => {
                let is_principal =
                    [Kind::User, Kind::Group, Kind::ServicePrincipal].iter().any(|k| node.is(*k));
                is_principal && is_called(name)
            }
            Self::Target(pattern) => {
                let What::Object(kind) = node.what else { return false };
                let segments = estate.segments(node);
                if segments.len() == kind.segments().len() {
                    pattern.matches(&Address { kind, segments: segments.into() })
                } else {
                    // The catalog is not known, so it may be any.
                    let unknown = kind.segments().len().saturating_sub(segments.len());
                    let known = segments.iter().map(|segment| Some(segment.as_str()));
                    let known: Vec<Option<&str>> = std::iter::repeat_n(None, unknown).chain(known).collect();
                    pattern.may_match(kind, &known)
                }
            }
        }
    }

    /// As it was asked.
    pub fn text(&self) -> &str {
        match self {
            Self::Catalog(name) | Self::Package(name) | Self::Principal(name) => name,
            Self::Target(pattern) => pattern.as_str(),
        }
    }
}

impl Estate {
    /// The names that lead to a node, its own last, as far as they are known.
    pub fn segments(&self, node: &Node) -> Vec<String> {
        if node.is(Kind::Settings) {
            return Vec::new();
        }
        let mut segments = vec![node.name.clone()];
        let mut holder = node.holder;
        while let Some(id) = holder {
            segments.push(self.nodes[id].name.clone());
            holder = self.nodes[id].holder;
        }
        segments.reverse();
        segments
    }

    /// The part of the estate that is asked for; all of it where nothing is. An error is what nothing has, and what may
    /// have been meant.
    pub fn part(&self, asked: &[Asked]) -> Result<Self, (Asked, Option<String>)> {
        if asked.is_empty() {
            return Ok(self.clone());
        }
        let mut meant = BTreeSet::new();
        for one in asked {
            let before = meant.len();
            let found = self.nodes.iter().enumerate().filter(|(_, node)| one.means(self, node));
            meant.extend(found.map(|(id, _)| id));
            let is_there = meant.len() > before || self.nodes.iter().any(|node| one.means(self, node));
            if !is_there {
                return Err((one.clone(), self.near(one)));
            }
        }
        Ok(self.around(&meant))
    }

    fn near(&self, asked: &Asked) -> Option<String> {
        let names = self.nodes.iter().filter_map(|node| {
            Some(match asked {
                Asked::Catalog(_) if node.is(Kind::Catalog) => node.name.as_str(),
                Asked::Package(_) if node.is(Kind::AccessPackage) => node.name.as_str(),
                Asked::Principal(_) if node.is_somebody() && node.what != What::People => node.name.as_str(),
                Asked::Target(pattern) if node.is(pattern.kind()) => node.key.as_str(),
                _ => return None,
            })
        });
        let all: Vec<&str> = names.collect();
        nearest(&fold(asked.text()), all).map(str::to_owned)
    }

    /// A node, and what it needs to be understood.
    #[must_use]
    pub fn around_one(&self, node: NodeId) -> Self {
        self.around(&BTreeSet::from([node]))
    }

    /// The nodes, and what they need to be understood.
    fn around(&self, meant: &BTreeSet<NodeId>) -> Self {
        let mut policies = BTreeSet::new();
        let mut packages = BTreeSet::new();
        let mut kept: Vec<&Edge> = Vec::new();
        for id in meant {
            match self.nodes[*id].what {
                What::Object(Kind::AssignmentPolicy) => {
                    policies.insert(*id);
                }
                What::Object(Kind::AccessPackage) => {
                    packages.insert(*id);
                }
                What::Object(Kind::Catalog) => {
                    packages.extend(
                        self.held(*id).filter(|(_, node)| node.is(Kind::AccessPackage)).map(|(id, _)| id),
                    );
                    kept.extend(self.to(*id));
                    kept.extend(self.from(*id));
                }
                What::Object(Kind::ConnectedOrganization) => {
                    kept.extend(self.to(*id));
                    for edge in self.from(*id) {
                        if edge.relation == Relation::CountsAmong {
                            let mut meeting = self.from(edge.to).peekable();
                            if meeting.peek().is_some() {
                                kept.push(edge);
                                policies.extend(meeting.map(|edge| edge.to));
                            }
                        } else {
                            policies.insert(edge.to);
                        }
                    }
                }
                _ => {
                    for edge in self.from(*id).chain(self.to(*id)) {
                        let other = if edge.from == *id { edge.to } else { edge.from };
                        match edge.relation {
                            Relation::Gives { .. } => {
                                packages.insert(edge.from);
                            }
                            _ if self.nodes[other].is(Kind::AssignmentPolicy) => {
                                policies.insert(other);
                            }
                            _ => kept.push(edge),
                        }
                    }
                }
            }
        }
        for package in &packages {
            policies.extend(self.held(*package).map(|(id, _)| id));
        }
        let of_policies = policies.iter().filter_map(|id| self.nodes[*id].holder);
        let packages: BTreeSet<NodeId> = packages.iter().copied().chain(of_policies).collect();
        for policy in &policies {
            kept.extend(self.from(*policy).chain(self.to(*policy)));
        }
        for package in &packages {
            kept.extend(self.from(*package).filter(|edge| matches!(edge.relation, Relation::Gives { .. })));
            kept.extend(self.to(*package).filter(|edge| edge.relation == Relation::Excludes));
        }
        let mut nodes: BTreeSet<NodeId> = meant.iter().chain(&policies).chain(&packages).copied().collect();
        nodes.extend(kept.iter().flat_map(|edge| [edge.from, edge.to]));
        // Who speaks for the organizations, where a policy asks their sponsors.
        let asks = |edge: &&&Edge| matches!(edge.relation, Relation::Approves { .. });
        let asked: BTreeSet<bool> =
            kept.iter().filter(asks).filter_map(|edge| stops::sponsors(&self.nodes[edge.from])).collect();
        let organizations = nodes.iter().filter(|id| self.nodes[**id].is(Kind::ConnectedOrganization));
        let about: Vec<&Edge> = organizations.flat_map(|id| self.from(*id).chain(self.to(*id))).collect();
        kept.extend(about.into_iter().filter(|edge| match edge.relation {
            Relation::CountsAmong => nodes.contains(&edge.to),
            Relation::Sponsors { is_external } => asked.contains(&is_external),
            _ => false,
        }));
        nodes.extend(kept.iter().flat_map(|edge| [edge.from, edge.to]));
        self.with(&nodes, kept)
    }

    fn with(&self, nodes: &BTreeSet<NodeId>, kept: Vec<&Edge>) -> Self {
        let mut all = nodes.clone();
        for id in nodes {
            let mut holder = self.nodes[*id].holder;
            while let Some(held_by) = holder {
                all.insert(held_by);
                holder = self.nodes[held_by].holder;
            }
        }
        let order: Vec<NodeId> = all.into_iter().collect();
        let number = |id: &NodeId| order.binary_search(id).ok();
        let made = order.iter().map(|id| {
            let node = self.nodes[*id].clone();
            Node { holder: node.holder.as_ref().and_then(number), ..node }
        });
        let mut edges: Vec<Edge> = kept
            .into_iter()
            .filter_map(|edge| {
                Some(Edge { from: number(&edge.from)?, to: number(&edge.to)?, ..edge.clone() })
            })
            .collect();
        edges.sort_by(|a, b| (a.from, a.to, &a.relation).cmp(&(b.from, b.to, &b.relation)));
        edges.dedup_by(|a, b| (a.from, a.to, &a.relation) == (b.from, b.to, &b.relation));
        Self::indexed(made.collect(), edges)
    }
}
