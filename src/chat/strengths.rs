//! The themes as strengths, in the words of people who recognise a colleague.

use crate::domain::prompt::Theme;

/// What somebody showed, for example "Took responsibility". At most 60 characters.
pub fn name(theme: Theme) -> &'static str {
    match theme {
        Theme::Horizon => "Looked ahead",
        Theme::StabilityChange => "Dared something new",
        Theme::VisionExecution => "Gave direction",
        Theme::SystemsPeople => "Saw the people, not only the process",
        Theme::AuthorityInfluence => "Convinced without giving orders",
        Theme::MeasureInspire => "Inspired and built trust",
        Theme::Initiative => "Took the initiative",
        Theme::Ownership => "Took responsibility",
        Theme::LettingGo => "Let others do it",
        Theme::GrowingOthers => "Helped others grow",
        Theme::PowerPeople => "Used power fairly",
        Theme::Resolve => "Held course under pressure",
    }
}

/// The same with a little more to it, as it stands beside the name. At most 100 characters.
pub fn about(theme: Theme) -> &'static str {
    match theme {
        Theme::Horizon => "kept the distant goal in view while the day pressed",
        Theme::StabilityChange => "broke with what had always been done, for a good reason",
        Theme::VisionExecution => "made clear where to go, and why",
        Theme::SystemsPeople => "asked how it is for those who do the work",
        Theme::AuthorityInfluence => "others followed because it made sense",
        Theme::MeasureInspire => "people wanted to do it, and dared to speak",
        Theme::Initiative => "caused what would not have happened otherwise",
        Theme::Ownership => "answered for the plan itself, also when it went wrong",
        Theme::LettingGo => "handed over work, and the credit for it",
        Theme::GrowingOthers => "taught, gave feedback, opened a door",
        Theme::PowerPeople => "treated people well who could not push back",
        Theme::Resolve => "stayed steady, or changed course when the argument was good",
    }
}

/// "Took responsibility, Looked ahead".
pub fn list(themes: impl IntoIterator<Item = Theme>) -> String {
    themes.into_iter().map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_theme_has_its_own_words_and_they_fit() {
        let names: BTreeSet<_> = Theme::ALL.into_iter().map(name).collect();
        assert_eq!(names.len(), Theme::ALL.len());
        for theme in Theme::ALL {
            assert!(name(theme).len() <= 60 && about(theme).len() <= 100, "{theme:?}");
        }
    }
}
