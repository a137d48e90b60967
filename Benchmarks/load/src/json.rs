//! As much JSON as a report needs.

/// An object, built field by field.
#[derive(Default)]
pub struct Object(Vec<String>);

impl Object {
    /// A field whose value is JSON already, or a number.
    pub fn field(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.0.push(format!("{}:{value}", string(name)));
        self
    }

    pub fn text(self, name: &str, value: &str) -> Self {
        self.field(name, string(value))
    }

    pub fn seconds(self, name: &str, value: f64) -> Self {
        self.field(name, format!("{value:.6}"))
    }

    pub fn build(self) -> String {
        format!("{{{}}}", self.0.join(","))
    }
}

pub fn array(values: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", values.into_iter().collect::<Vec<_>>().join(","))
}

fn string(text: &str) -> String {
    let mut literal = String::from('"');
    for character in text.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            control if control < ' ' => literal.push_str(&format!("\\u{:04x}", control as u32)),
            other => literal.push(other),
        }
    }
    literal + "\""
}
