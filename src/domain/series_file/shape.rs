//! What a series, a prompt and an option are made of.

use super::limits::Size;

/// One key that a table may have.
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) rule: Rule,
    /// A line as it could stand in a file.
    pub(super) example: &'static str,
}

/// What may stand behind a key.
pub(super) enum Rule {
    Slug,
    /// Text; the second says whether it may have several lines.
    Text(Size, bool),
    /// One of some words, which the caller checks.
    Word,
    /// A list of tables, which the caller reads.
    Tables,
}

/// A kind of table: what it is called, how it begins, what it holds.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) header: &'static str,
    pub(super) fields: &'static [Field],
    /// Tables whose keys are sometimes written into this one, and where those stand.
    pub(super) elsewhere: &'static [(&'static str, &'static Shape)],
}

impl Shape {
    /// The field with this key, which there must be.
    pub(super) fn field(&'static self, key: &str) -> &'static Field {
        self.fields.iter().find(|field| field.key == key).expect("the shape has each key that is read")
    }
}

const ONE_LINE: bool = false;
const LINES: bool = true;

pub(super) static SERIES: Shape = Shape {
    name: "a series",
    header: "at the top of the file",
    fields: &[
        Field { key: "id", rule: Rule::Slug, example: "id = \"our-first-weeks\"" },
        Field {
            key: "title",
            rule: Rule::Text(Size::Characters(60), ONE_LINE),
            example: "title = \"Our first weeks\"",
        },
        Field {
            key: "about",
            rule: Rule::Text(Size::Characters(200), ONE_LINE),
            example: "about = \"One or two sentences for lists.\"",
        },
        Field { key: "prompt", rule: Rule::Tables, example: "[[prompt]]" },
    ],
    elsewhere: &[("below a [[prompt]]", &PROMPT), ("below a [[prompt.option]]", &OPTION)],
};

pub(super) static PROMPT: Shape = Shape {
    name: "a prompt",
    header: "below [[prompt]]",
    fields: &[
        Field { key: "id", rule: Rule::Slug, example: "id = \"who-is-on-tonight\"" },
        Field { key: "kind", rule: Rule::Word, example: "kind = \"choice\"" },
        Field { key: "theme", rule: Rule::Word, example: "theme = \"systems-people\"" },
        Field {
            key: "source",
            rule: Rule::Text(Size::Characters(120), ONE_LINE),
            example: "source = \"The title of the source it draws on\"",
        },
        Field {
            key: "title",
            rule: Rule::Text(Size::Characters(80), ONE_LINE),
            example: "title = \"Who is on tonight?\"",
        },
        Field {
            key: "situation",
            rule: Rule::Text(Size::Words(60), LINES),
            example: "situation = \"What is happening.\"",
        },
        Field {
            key: "question",
            rule: Rule::Text(Size::Words(25), LINES),
            example: "question = \"What do you do?\"",
        },
        Field {
            key: "lead_insight",
            rule: Rule::Text(Size::Words(40), LINES),
            example: "lead_insight = \"What leading buys and costs here.\"",
        },
        Field {
            key: "manage_insight",
            rule: Rule::Text(Size::Words(40), LINES),
            example: "manage_insight = \"What managing buys and costs here.\"",
        },
        Field { key: "option", rule: Rule::Tables, example: "[[prompt.option]]" },
    ],
    elsewhere: &[
        ("below a [[prompt.option]]", &OPTION),
        ("at the top of the file, before the first [[prompt]]", &SERIES),
    ],
};

pub(super) static OPTION: Shape = Shape {
    name: "an option",
    header: "below [[prompt.option]]",
    fields: &[
        Field {
            key: "label",
            rule: Rule::Text(Size::Characters(34), ONE_LINE),
            example: "label = \"Ask the two of them\"",
        },
        Field {
            key: "text",
            rule: Rule::Text(Size::Words(15), ONE_LINE),
            example: "text = \"Ask what the rota does not give them.\"",
        },
        Field { key: "lean", rule: Rule::Word, example: "lean = \"lead\"" },
        Field {
            key: "insight",
            rule: Rule::Text(Size::Words(40), LINES),
            example: "insight = \"What this choice buys and costs.\"",
        },
    ],
    elsewhere: &[
        ("below the [[prompt]], before its first [[prompt.option]]", &PROMPT),
        ("at the top of the file, before the first [[prompt]]", &SERIES),
    ],
};
