//! The order in which prompts are asked and options are shown.
//!
//! Must always hold: the same seed gives the same order, on every host and in every version; nothing repeats inside a
//! round; a shuffled round does not begin with the prompt that ended the one before, if there is any other.

/// In which order a series is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// As in the file.
    Sequential,
    /// Each round in an order of its own.
    Shuffled,
}

impl Order {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Order::Sequential => "sequential",
            Order::Shuffled => "shuffled",
        }
    }

    /// The order with this word.
    pub fn parse(word: &str) -> Option<Order> {
        [Order::Sequential, Order::Shuffled].into_iter().find(|order| order.as_str() == word)
    }
}

/// What follows when every prompt was used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AtEnd {
    /// Nothing.
    Stop,
    /// Another round.
    Repeat,
    /// Another series: its id, never empty.
    Series(String),
}

impl AtEnd {
    /// The words in the database: "stop", "repeat", "series:" and an id.
    pub fn to_text(&self) -> String {
        match self {
            AtEnd::Stop => "stop".into(),
            AtEnd::Repeat => "repeat".into(),
            AtEnd::Series(id) => format!("series:{id}"),
        }
    }

    /// What these words say.
    pub fn parse(words: &str) -> Option<AtEnd> {
        match words {
            "stop" => Some(AtEnd::Stop),
            "repeat" => Some(AtEnd::Repeat),
            _ => words.strip_prefix("series:").filter(|id| !id.is_empty()).map(|id| AtEnd::Series(id.into())),
        }
    }
}

/// The prompts of a round (0 is the first), all of `prompt_ids`, each once. The ids must be distinct.
pub fn round(prompt_ids: &[String], order: Order, seed: u64, round: u32) -> Vec<String> {
    // Two prompts that must not meet at the seam have the same order in every round.
    let round = if prompt_ids.len() == 2 { 0 } else { round };
    let before = match (order, round.checked_sub(1)) {
        (Order::Shuffled, Some(before)) => shuffled(prompt_ids, seed, before).pop(),
        _ => None,
    };
    round_after(prompt_ids, order, seed, round, before.as_deref())
}

/// Like `round`, with the prompt that was in fact asked last: prompts put first, skipped or edited meanwhile can make
/// it another than the last of the round before.
pub fn round_after(
    prompt_ids: &[String],
    order: Order,
    seed: u64,
    round: u32,
    last: Option<&str>,
) -> Vec<String> {
    match order {
        Order::Sequential => prompt_ids.to_vec(),
        Order::Shuffled => {
            let mut ids = shuffled(prompt_ids, seed, round);
            // The second goes first. The end stays where it is if there are three or more, so that a round's end does
            // not depend on the rounds before.
            if ids.len() > 1 && ids.first().map(String::as_str) == last {
                ids.swap(0, 1);
            }
            ids
        }
    }
}

fn shuffled(prompt_ids: &[String], seed: u64, round: u32) -> Vec<String> {
    permutation(prompt_ids.len(), seed, u64::from(round))
        .into_iter()
        .map(|at| prompt_ids[at].clone())
        .collect()
}

/// The order in which `n` options are shown: the places they have in the file, as people see them. `seed` is the
/// occurrence's own.
pub fn shuffle_options(n: usize, seed: u64) -> Vec<usize> {
    // A stream that no round uses, so that a seed can serve both.
    permutation(n, seed, u64::MAX)
}

/// Fisher and Yates's shuffle of 0..n. Written out here because stored seeds must give the same order for ever, which
/// no library of random numbers promises across its versions.
fn permutation(n: usize, seed: u64, stream: u64) -> Vec<usize> {
    let mut random = SplitMix64(SplitMix64(seed).next().wrapping_add(stream));
    let mut places: Vec<_> = (0..n).collect();
    for last in (1..n).rev() {
        places.swap(last, random.below(last as u64 + 1) as usize);
    }
    places
}

/// Steele, Lea and Flood's SplitMix64 (OOPSLA 2014), in the form of Vigna's public-domain reference.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Even over 0..n (n at least 1): values above the last whole multiple of n are drawn again.
    fn below(&mut self, n: u64) -> u64 {
        let whole = u64::MAX - u64::MAX % n;
        loop {
            let value = self.next();
            if value < whole {
                return value % n;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(n: usize) -> Vec<String> {
        (0..n).map(|i| format!("p{i}")).collect()
    }

    #[test]
    fn the_generator_is_the_published_one() {
        // The reference's output for the seed 1234567.
        let mut random = SplitMix64(1_234_567);
        let first = [random.next(), random.next(), random.next()];
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn orders_stay_what_they_were() {
        // Written down once. Teams have these seeds in their databases: an order that changes is a broken promise.
        let rounds: Vec<_> = (0..3).map(|r| round(&ids(6), Order::Shuffled, 42, r).join(" ")).collect();
        assert_eq!(rounds, ["p0 p1 p3 p4 p5 p2", "p4 p1 p0 p5 p3 p2", "p4 p2 p3 p1 p5 p0"]);
        assert_eq!(shuffle_options(5, 42), [0, 1, 4, 2, 3]);
    }

    #[test]
    fn sequential_is_the_order_of_the_file_in_every_round() {
        for r in 0..3 {
            assert_eq!(round(&ids(4), Order::Sequential, 7, r), ids(4));
        }
    }

    #[test]
    fn a_round_has_each_prompt_once_and_rounds_do_not_touch_with_the_same_one() {
        for n in 0..=9 {
            for seed in 0..200 {
                let mut last = None;
                for r in 0..6 {
                    let order = round(&ids(n), Order::Shuffled, seed, r);
                    let mut sorted = order.clone();
                    sorted.sort();
                    assert_eq!(sorted, ids(n), "n {n} seed {seed} round {r}");
                    if n > 1 {
                        assert_ne!(order.first(), last.as_ref(), "n {n} seed {seed} round {r}");
                    }
                    last = order.last().cloned();
                }
            }
        }
    }

    #[test]
    fn what_was_asked_last_does_not_come_first() {
        for seed in 0..200 {
            for last in ids(4) {
                let order = round_after(&ids(4), Order::Shuffled, seed, 3, Some(&last));
                assert_ne!(order[0], last);
                assert_eq!(order.len(), 4);
            }
        }
        assert_eq!(round_after(&ids(1), Order::Shuffled, 1, 1, Some("p0")), ["p0"]);
    }

    #[test]
    fn every_order_of_four_comes_up_about_as_often() {
        let mut seen = std::collections::HashMap::new();
        for seed in 0..4800 {
            *seen.entry(shuffle_options(4, seed)).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 24);
        // 200 each is even; the bounds are more than five standard deviations away.
        assert!(seen.values().all(|n| (125..=275).contains(n)), "{seen:?}");
    }

    #[test]
    fn words_of_the_database_read_back() {
        for order in [Order::Sequential, Order::Shuffled] {
            assert_eq!(Order::parse(order.as_str()), Some(order));
        }
        for end in [AtEnd::Stop, AtEnd::Repeat, AtEnd::Series("first-steps".into())] {
            assert_eq!(AtEnd::parse(&end.to_text()), Some(end));
        }
        assert_eq!((Order::parse("random"), AtEnd::parse("series:"), AtEnd::parse("")), (None, None, None));
    }
}
