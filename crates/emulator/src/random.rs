//! A small generator of reproducible numbers: ids that are the same in every run, and the order
//! in which the members of sets come back. Nothing that has to be unguessable.

use uuid::Uuid;

/// The state of one sequence (`SplitMix64`): a counter, so it can be stored and taken up again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A GUID in the lower-case form that Graph writes.
    pub fn guid(&mut self) -> String {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes());
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// Puts `items` into another order, never the one they were in where there is a choice:
    /// a client that depends on the order is found out by the first answer.
    pub fn shuffle<T: PartialEq + Clone>(&mut self, items: &mut [T]) {
        if items.len() < 2 {
            return;
        }
        let before = items.to_vec();
        for last in (1..items.len()).rev() {
            let bound = u64::try_from(last + 1).unwrap_or(u64::MAX);
            let other = usize::try_from(self.next() % bound).unwrap_or(0);
            items.swap(last, other);
        }
        if items == before {
            items.rotate_left(1);
        }
    }
}

/// An id that need not be reproducible: that of a request.
pub fn fresh_guid() -> String {
    Uuid::new_v4().to_string()
}

/// An id that follows from what the thing is, so that it needs no place in the sequence.
pub fn derived_guid(parts: &[&str]) -> String {
    let bytes = parts.iter().flat_map(|part| part.bytes().map(|byte| byte.to_ascii_lowercase()).chain([0]));
    let seed = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Random(seed).guid()
}
