//! Prompts and series as they are written. How a file becomes one of these is `series_file`'s business.

use serde::{Deserialize, Serialize};

/// What a prompt is about: one of twelve pairs of a managing and a leading side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// Keep today running; aim at a distant goal.
    Horizon,
    /// Reliability and certainty; possibilities that break with the past.
    StabilityChange,
    /// Carry the plan out; set the direction.
    VisionExecution,
    /// Processes and tasks; motivation and growth.
    SystemsPeople,
    /// The authority of the role; influence without it.
    AuthorityInfluence,
    /// Monitor and report; communicate and build trust.
    MeasureInspire,
    /// Deliver what was expected; cause what would not have happened.
    Initiative,
    /// Answer for following the plan; answer for the plan itself.
    Ownership,
    /// Master the work of the role; let go of it and delegate.
    LettingGo,
    /// Train for the task; mentor and build the pipeline.
    GrowingOthers,
    /// How power is used; how people are treated.
    PowerPeople,
    /// Keep to the plan under pressure; hold course or adjust.
    Resolve,
}

impl Theme {
    /// Every theme, in the order of the design.
    pub const ALL: [Theme; 12] = [
        Theme::Horizon,
        Theme::StabilityChange,
        Theme::VisionExecution,
        Theme::SystemsPeople,
        Theme::AuthorityInfluence,
        Theme::MeasureInspire,
        Theme::Initiative,
        Theme::Ownership,
        Theme::LettingGo,
        Theme::GrowingOthers,
        Theme::PowerPeople,
        Theme::Resolve,
    ];

    /// The id used in series files.
    pub fn id(self) -> &'static str {
        match self {
            Theme::Horizon => "horizon",
            Theme::StabilityChange => "stability-change",
            Theme::VisionExecution => "vision-execution",
            Theme::SystemsPeople => "systems-people",
            Theme::AuthorityInfluence => "authority-influence",
            Theme::MeasureInspire => "measure-inspire",
            Theme::Initiative => "initiative",
            Theme::Ownership => "ownership",
            Theme::LettingGo => "letting-go",
            Theme::GrowingOthers => "growing-others",
            Theme::PowerPeople => "power-people",
            Theme::Resolve => "resolve",
        }
    }

    /// The theme with this id.
    pub fn from_id(id: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.id() == id)
    }
}

/// Where an option leans. Never a judgement: neither role is the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lean {
    /// Toward leading.
    Lead,
    /// Toward managing.
    Manage,
    /// A bit of both.
    Both,
}

/// An ordered set of prompts with an id of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Slug: lower-case letters, digits and hyphens, at most 40 characters.
    pub id: String,
    /// At most 60 characters.
    pub title: String,
    /// One or two sentences for lists, at most 200 characters.
    pub about: String,
    /// At least one, at most 500, in the order of the file; ids unique.
    pub prompts: Vec<Prompt>,
}

impl Series {
    /// The prompt with this id.
    pub fn prompt(&self, id: &str) -> Option<&Prompt> {
        self.prompts.iter().find(|prompt| prompt.id == id)
    }
}

/// One prompt. Word limits: situation 60, question 25, insights 40 each. What a word and a character are, and how long
/// a source may be, is said in `series_file`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Slug, unique in its series and stable for ever.
    pub id: String,
    /// What it is about.
    pub theme: Theme,
    /// The title of the source it draws on.
    pub source: String,
    /// At most 80 characters.
    pub title: String,
    /// What is happening.
    pub situation: String,
    /// What is asked.
    pub question: String,
    /// What leading buys and costs here; shown at the reveal.
    pub lead_insight: String,
    /// What managing buys and costs here; shown at the reveal.
    pub manage_insight: String,
    /// How it is answered.
    pub kind: Kind,
}

impl Prompt {
    /// The options of a choice; none for the other kinds.
    pub fn options(&self) -> &[PromptOption] {
        match &self.kind {
            Kind::Choice { options } => options,
            Kind::Reflection | Kind::Challenge => &[],
        }
    }
}

/// How a prompt is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Kind {
    /// One of two to five options.
    Choice {
        /// In the order of the file; what people see is shuffled at the claim.
        options: Vec<PromptOption>,
    },
    /// A sentence or two in a modal, or presence by a reply.
    Reflection,
    /// *Done*, with a note if one likes.
    Challenge,
}

/// One way to act in a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptOption {
    /// The button, at most 34 characters.
    pub label: String,
    /// What it means, at most 15 words.
    pub text: String,
    /// Where it leans.
    pub lean: Lean,
    /// What this choice buys and costs, at most 40 words.
    pub insight: String,
}
