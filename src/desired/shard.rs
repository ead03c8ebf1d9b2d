//! Shards of a fleet by rendezvous hashing of the id: a shard's instances do not depend on each other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The largest number of shards.
const MOST: u32 = 4096;

/// `K/N`: the K-th of N shards, from 1.
///
/// Every id is in exactly one of N shards, which depends only on the id and N: it is the same on every machine and in
/// every version. Going from N to N + 1 shards moves instances only to the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Shard {
    index: u32,
    count: u32,
}

/// An invalid shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a shard is K/N, such as 2/8: the second of 8, of at most {MOST}; K counts from 1")]
pub struct ShardError;

impl Shard {
    /// Its index, from 1.
    pub fn index(self) -> u32 {
        self.index
    }

    /// The number of shards.
    pub fn count(self) -> u32 {
        self.count
    }

    /// Whether the instance with this id is in this shard: the one with the greatest weight for the id.
    pub fn has(self, id: &str) -> bool {
        let hash = Sha256::digest(id.as_bytes());
        let id = hash
            .iter()
            .take(8)
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let weight = |shard: u32| mixed(id ^ mixed(u64::from(shard)));
        let own = weight(self.index);
        // Mixing is a bijection, so no two shards have the same weight.
        (1..=self.count).all(|shard| weight(shard) <= own)
    }
}

/// Mixes a number with the finalizer of `SplitMix64` (Steele, Lea, Flood 2014).
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |text: &str| {
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| is_number)
        };
        let (index, count) = text.split_once('/').ok_or(ShardError)?;
        match (number(index), number(count)) {
            (Some(index), Some(count)) if (1..=count).contains(&index) && count <= MOST => {
                Ok(Self { index, count })
            }
            _ => Err(ShardError),
        }
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl TryFrom<String> for Shard {
    type Error = ShardError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shard_of(id: &str, count: u32) -> u32 {
        let holders: Vec<u32> = (1..=count)
            .filter(|index| {
                Shard {
                    index: *index,
                    count,
                }
                .has(id)
            })
            .collect();
        assert_eq!(holders.len(), 1, "{id} of {count}");
        holders[0]
    }

    proptest! {
        #[test]
        fn id_is_in_one_shard_and_one_more_shard_moves_ids_only_to_it(
            id in ".{0,20}", count in 1_u32..100
        ) {
            let (before, after) = (shard_of(&id, count), shard_of(&id, count + 1));
            prop_assert!(after == before || after == count + 1);
        }
    }

    #[test]
    fn shard_of_an_id_never_changes() {
        let ids = ["8D30ABB1E6DA", "1F20CC41A9B3", "000000000001", "", "é"];
        assert_eq!(ids.map(|id| shard_of(id, 8)), [2, 4, 2, 5, 4]);
    }

    #[test]
    fn shards_have_about_the_same_size() {
        let mut sizes = [0; 8];
        for id in 0..8000 {
            sizes[shard_of(&format!("{id:012}"), 8) as usize - 1] += 1;
        }
        assert!(
            sizes.iter().all(|size| (850..1150).contains(size)),
            "{sizes:?}"
        );
    }

    #[test]
    fn shard_parses_from_k_of_n_and_rejects_anything_else() {
        assert_eq!("2/8".parse(), Ok(Shard { index: 2, count: 8 }));
        assert_eq!(Shard { index: 2, count: 8 }.to_string(), "2/8");
        for bad in [
            "", "0/8", "9/8", "8", "1/0", "1/4097", "+1/8", "1/8/2", " 1/8", "-1/8",
        ] {
            assert_eq!(bad.parse::<Shard>(), Err(ShardError), "{bad}");
        }
    }
}
