//! The tenant as readers see it where writes take time to show: a second one, which every change
//! reaches later. The tenant itself is never touched by this.

use std::collections::HashSet;
use std::time::Instant;

use serde_json::{Map, Value};

use super::Lag;
use crate::kinds::{Kind, resource_request};
use crate::store::Tenant;

pub struct Replica {
    seen: Tenant,
    /// In the order in which they were made.
    pending: Vec<Change>,
}

struct Change {
    kind: Kind,
    id: String,
    /// What has become of the object; `None` where it is gone.
    after: Option<Map<String, Value>>,
    due: Due,
}

enum Due {
    At(Instant),
    AfterReads(u64),
}

impl Replica {
    pub fn of(tenant: &Tenant) -> Self {
        Self { seen: tenant.clone(), pending: Vec::new() }
    }

    /// What is seen now. `counts`: this is a read that those wait for who are shown after so many.
    pub fn seen(&mut self, counts: bool) -> &Tenant {
        let now = Instant::now();
        let mut index = 0;
        while index < self.pending.len() {
            let change = &mut self.pending[index];
            let is_due = match &mut change.due {
                Due::At(instant) => now >= *instant,
                Due::AfterReads(0) => true,
                Due::AfterReads(left) => {
                    *left -= u64::from(counts);
                    false
                }
            };
            if is_due {
                let change = self.pending.remove(index);
                index -= self.overtake(&change, index);
                self.show(change);
            } else {
                index += 1;
            }
        }
        &self.seen
    }

    /// What has been made and does not show yet.
    pub fn unseen(&mut self) -> HashSet<(Kind, String)> {
        self.seen(false);
        let made = self.pending.iter().filter(|change| change.after.is_some());
        let unseen = made.filter(|change| self.seen.get(change.kind, &change.id).is_none());
        unseen.map(|change| (change.kind, change.id.clone())).collect()
    }

    /// Takes note of what a write has changed. `delivery`: what it asks for is done so long after it is seen
    /// that it was asked for.
    pub fn note(
        &mut self,
        tenant: &Tenant,
        touched: Vec<(Kind, String)>,
        lag: Option<Lag>,
        delivery: Option<Lag>,
    ) {
        let both = match (lag, delivery) {
            (Some(Lag::Time(first)), Some(Lag::Time(then))) => Some(Lag::Time(first + then)),
            (Some(Lag::Reads(first)), Some(Lag::Reads(then))) => Some(Lag::Reads(first + then)),
            (lag, None) => lag,
            (_, delivery) => delivery,
        };
        for (kind, id) in touched {
            let after = tenant.get(kind, &id);
            if let (Kind::ResourceRequest, Some(asked), Some(_)) = (kind, after, delivery) {
                let accepted = resource_request::accepted(asked).as_object().cloned();
                self.pending.push(Change { kind, id: id.clone(), after: accepted, due: due(lag) });
            }
            let after = after.and_then(Value::as_object).cloned();
            self.pending.push(Change { kind, id, after, due: due(both) });
        }
    }

    /// Drops what an object was to become before this; how many there were.
    fn overtake(&mut self, by: &Change, before: usize) -> usize {
        let mut place = 0;
        let all = self.pending.len();
        self.pending.retain(|change| {
            place += 1;
            place > before || change.kind != by.kind || change.id != by.id
        });
        all - self.pending.len()
    }

    fn show(&mut self, change: Change) {
        match change.after {
            Some(object) => {
                self.seen.put(change.kind, object);
            }
            None => self.seen.remove(change.kind, &change.id),
        }
        self.seen.take_touched();
    }
}

fn due(lag: Option<Lag>) -> Due {
    match lag {
        Some(Lag::Time(time)) => Due::At(Instant::now() + time),
        Some(Lag::Reads(reads)) => Due::AfterReads(reads),
        None => Due::AfterReads(0),
    }
}
