//! Which zones to offer for what somebody has typed so far.

use super::zone::{ids, is_offset};
use crate::domain::nearest::nearest;

/// Places that are offered first, and other words by which people look for them.
const WELL_KNOWN: &[(&str, &str)] = &[
    ("UTC", "utc gmt zulu universal coordinated greenwich"),
    ("Europe/London", "uk united kingdom england britain scotland wales gmt bst wet"),
    ("Europe/Berlin", "germany munich hamburg cologne frankfurt cet cest"),
    ("Europe/Paris", "france lyon marseille cet cest"),
    ("America/New_York", "us eastern usa east coast boston washington miami atlanta est edt"),
    ("America/Chicago", "us central usa texas dallas houston austin cst cdt"),
    ("America/Denver", "us mountain usa colorado utah salt lake city mst mdt"),
    ("America/Los_Angeles", "us pacific usa west coast california san francisco seattle portland pst pdt"),
    ("Asia/Kolkata", "india mumbai delhi bangalore bengaluru chennai hyderabad ist"),
    ("Asia/Tokyo", "japan osaka kyoto jst"),
    ("Asia/Shanghai", "china beijing shenzhen guangzhou"),
    ("Asia/Singapore", "singapore sgt"),
    ("Australia/Sydney", "canberra new south wales aest aedt"),
    ("America/Sao_Paulo", "brazil rio de janeiro brasilia brt"),
    ("Africa/Johannesburg", "south africa cape town pretoria sast"),
    ("Africa/Lagos", "nigeria abuja wat"),
    ("Africa/Nairobi", "kenya eat"),
    ("Africa/Cairo", "egypt"),
    ("Asia/Dubai", "emirates abu dhabi uae"),
    ("Asia/Jerusalem", "israel tel aviv"),
    ("Europe/Istanbul", "turkey turkiye ankara"),
    ("Europe/Madrid", "spain barcelona"),
    ("Europe/Rome", "italy milan"),
    ("Europe/Amsterdam", "netherlands holland rotterdam"),
    ("Europe/Brussels", "belgium"),
    ("Europe/Zurich", "switzerland geneva bern basel"),
    ("Europe/Vienna", "austria"),
    ("Europe/Stockholm", "sweden"),
    ("Europe/Oslo", "norway"),
    ("Europe/Copenhagen", "denmark"),
    ("Europe/Helsinki", "finland eet"),
    ("Europe/Warsaw", "poland krakow"),
    ("Europe/Prague", "czechia czech republic brno"),
    ("Europe/Budapest", "hungary"),
    ("Europe/Bucharest", "romania"),
    ("Europe/Athens", "greece"),
    ("Europe/Lisbon", "portugal porto"),
    ("Europe/Dublin", "ireland"),
    ("Europe/Kyiv", "ukraine"),
    ("Europe/Moscow", "russia"),
    ("America/Toronto", "canada ontario ottawa montreal quebec"),
    ("America/Vancouver", "canada british columbia"),
    ("America/Mexico_City", "mexico"),
    ("America/Bogota", "colombia"),
    ("America/Argentina/Buenos_Aires", "argentina"),
    ("America/Santiago", "chile"),
    ("America/Lima", "peru"),
    ("Asia/Hong_Kong", "hkt"),
    ("Asia/Taipei", "taiwan"),
    ("Asia/Seoul", "south korea kst"),
    ("Asia/Manila", "philippines"),
    ("Asia/Jakarta", "indonesia"),
    ("Asia/Bangkok", "thailand"),
    ("Asia/Ho_Chi_Minh", "vietnam hanoi"),
    ("Asia/Karachi", "pakistan lahore islamabad"),
    ("Asia/Dhaka", "bangladesh"),
    ("Australia/Melbourne", "victoria"),
    ("Australia/Brisbane", "queensland"),
    ("Australia/Perth", "western australia"),
    ("Pacific/Auckland", "new zealand wellington nzst nzdt"),
    ("Pacific/Honolulu", "hawaii hst"),
];

/// Zones for completion, the best first, at most `limit`: an exact id, then well-known places and words for them, then
/// ids with a word that begins like the query, then ids that hold it. Nothing typed yet, or an offset, gives UTC and
/// the well-known places.
pub fn zone_matches(query: &str, limit: usize) -> Vec<String> {
    let words = plain(query);
    if words.is_empty() || is_offset(query) {
        return WELL_KNOWN.iter().map(|(id, _)| (*id).to_owned()).take(limit).collect();
    }
    let mut ranked: Vec<_> = ids()
        .into_iter()
        .filter_map(|id| {
            let name = plain(&id);
            let known = WELL_KNOWN.iter().position(|(known, _)| *known == id);
            let aka = known.is_some_and(|at| begins_a_word(WELL_KNOWN[at].1, &words));
            let begins = begins_a_word(&name, &words);
            let rank = match known {
                _ if name == words => 0,
                Some(at) if begins || aka => 1 + at,
                // Without a place in it an id is an old habit (CET, PRC), and "Etc/GMT+5" means what it does not say.
                _ if !id.contains('/') || (id.starts_with("Etc/") && !words.starts_with("etc")) => {
                    return None;
                }
                _ if begins => 1000,
                _ if name.contains(&words) => 1001,
                _ => return None,
            };
            Some((rank, id))
        })
        .collect();
    ranked.sort();
    ranked.into_iter().map(|(_, id)| id).take(limit).collect()
}

/// Ids of the place that somebody who mistyped its name most likely meant.
pub(super) fn near_misses(text: &str) -> Vec<String> {
    let place = |text: &str| plain(text.rsplit('/').next().unwrap_or(text)).replace(' ', "-");
    let known: Vec<_> = ids().into_iter().map(|id| (place(&id), id)).collect();
    let meant = nearest(&place(text), known.iter().map(|(place, _)| place.as_str()));
    known.iter().filter(|(place, _)| Some(place.as_str()) == meant).map(|(_, id)| id.clone()).collect()
}

fn begins_a_word(words: &str, query: &str) -> bool {
    words.match_indices(query).any(|(at, _)| at == 0 || words[..at].ends_with(' '))
}

/// Small letters without accents, one space between words; slashes, underscores and hyphens are spaces.
fn plain(text: &str) -> String {
    let small = text.to_lowercase();
    let letters = small.chars().map(|c| match c {
        '/' | '_' | '-' | ',' => ' ',
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ś' | 'š' | 'ș' | 'ş' => 's',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        c => c,
    });
    letters.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schedule::parse_zone;

    #[test]
    fn well_known_places_are_zones() {
        for (id, _) in WELL_KNOWN {
            assert_eq!(parse_zone(id).unwrap().iana_name(), Some(*id));
        }
    }

    #[test]
    fn completion_puts_the_likely_first() {
        assert_eq!(zone_matches("", 3), ["UTC", "Europe/London", "Europe/Berlin"]);
        assert_eq!(zone_matches("utc+2", 1), ["UTC"]);
        assert_eq!(zone_matches("ut", 1), ["UTC"]);
        assert_eq!(zone_matches("new york", 5), ["America/New_York"]);
        assert_eq!(zone_matches("york", 5), ["America/New_York"]);
        assert_eq!(zone_matches("SAN FRAN", 5), ["America/Los_Angeles"]);
        assert_eq!(zone_matches("são", 1), ["America/Sao_Paulo"]);
        assert_eq!(zone_matches("lond", 5), ["Europe/London"]);
        assert_eq!(zone_matches("dam", 5), ["Asia/Damascus", "Europe/Amsterdam"]);
        assert_eq!(zone_matches("gmt", 2), ["UTC", "Europe/London"]);
        assert_eq!(zone_matches("europe", 25).len(), 25);
        assert_eq!(zone_matches("europe/", 2), ["Europe/London", "Europe/Berlin"]);
        assert!(zone_matches("zzz", 5).is_empty());
        assert!(zone_matches("e", 0).is_empty());
    }
}
