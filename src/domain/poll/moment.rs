//! Moments: something good that a member noted about another, of which the weekly poll is made.

use super::MOST_NOMINEES;
use crate::domain::id::{MomentId, TeamId, UserId};
use jiff::Timestamp;

/// The longest text of a moment, in characters; the shortest has one.
pub const LONGEST_MOMENT: usize = 300;

/// A moment as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Its row.
    pub id: MomentId,
    /// Whose it is.
    pub team: TeamId,
    /// Who noted it.
    pub author: UserId,
    /// Whom it is about.
    pub about: UserId,
    /// That person's name as it was shown. Not escaped.
    pub name: String,
    /// What that person did. Not escaped.
    pub text: String,
    /// A link to a message.
    pub link: Option<String>,
    /// When it was noted.
    pub at: Timestamp,
}

/// What a moment says in the poll that was made of it: nothing of who noted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Whom it is about.
    pub about: UserId,
    /// What that person did. Not escaped.
    pub text: String,
    /// A link to a message.
    pub link: Option<String>,
}

/// Moments by the people they are about, at most as many as a poll takes: those with the most moments, among equals
/// those who were noted first. Each person's moments are in the order in which they were noted.
pub fn grouped(mut moments: Vec<Moment>) -> Vec<Vec<Moment>> {
    moments.sort_by_key(|moment| (moment.at, moment.id));
    let mut people: Vec<Vec<Moment>> = Vec::new();
    for moment in moments {
        match people.iter_mut().find(|of| of[0].about == moment.about) {
            Some(of) => of.push(moment),
            None => people.push(vec![moment]),
        }
    }
    people.sort_by_key(|of| std::cmp::Reverse(of.len()));
    people.truncate(MOST_NOMINEES);
    people
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_with_more_moments_come_first_and_ten_are_the_most() {
        let moment = |id: i64, about: u64| Moment {
            id: MomentId(id),
            team: TeamId(1),
            author: UserId(99),
            about: UserId(about),
            name: format!("P{about}"),
            text: format!("did {id}"),
            link: None,
            at: Timestamp::UNIX_EPOCH,
        };
        let mut all: Vec<_> = (1..=12).map(|about| moment(about as i64, about)).collect();
        all.push(moment(13, 12));
        all.reverse();
        let grouped = grouped(all);
        assert_eq!(grouped.len(), MOST_NOMINEES);
        assert_eq!(grouped[0].iter().map(|one| one.id.0).collect::<Vec<_>>(), [12, 13]);
        assert_eq!(
            grouped[1..].iter().map(|of| of[0].about.0).collect::<Vec<_>>(),
            [1, 2, 3, 4, 5, 6, 7, 8, 9]
        );
    }
}
