//! The rule that versions follow each other: once one has answered, what begins after that gets no older one.

/// Times are microseconds since the start of the run.
pub struct Versions {
    /// The order that was asked for; empty for the order of first answers.
    order: Vec<String>,
    /// The versions that have answered, with the time of their first answer, in order.
    reached: Vec<(String, u64)>,
}

impl Versions {
    pub fn new(order: Vec<String>) -> Self {
        Versions {
            order,
            reached: Vec::new(),
        }
    }

    /// Takes an answer, in the order in which they end; `false` when it is of an older version than it may be.
    pub fn answered(&mut self, version: &str, began: u64, ended: u64) -> bool {
        // The last version that had answered before this request began: the oldest that may answer it.
        let oldest = self.reached.iter().rposition(|(_, first)| *first < began).unwrap_or(0);
        let known = if self.order.is_empty() {
            self.reached
                .iter()
                .map(|reached| &reached.0)
                .position(|name| name == version)
        } else {
            let from = self.order.iter().skip(oldest).position(|name| name == version);
            match from {
                Some(position) => Some(oldest + position),
                // A version that nobody expects, or one whose time is over.
                None => return false,
            }
        };
        match known {
            Some(position) if position < self.reached.len() => position >= oldest,
            Some(position) => {
                for name in &self.order[self.reached.len()..=position] {
                    self.reached.push((name.clone(), ended));
                }
                true
            }
            None => {
                self.reached.push((version.to_string(), ended));
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed(order: &[&str], answers: &[(&str, u64, u64)]) -> usize {
        let mut versions = Versions::new(order.iter().map(|name| name.to_string()).collect());
        answers
            .iter()
            .filter(|(version, began, ended)| !versions.answered(version, *began, *ended))
            .count()
    }

    #[test]
    fn an_old_answer_to_what_began_before_the_new_version_answered_is_fine() {
        assert_eq!(
            mixed(
                &[],
                &[
                    ("v1", 0, 1),
                    ("v2", 5, 10),
                    ("v1", 9, 12),
                    ("v1", 10, 13),
                    ("v2", 11, 14)
                ]
            ),
            0
        );
    }

    #[test]
    fn an_old_answer_to_what_began_afterwards_is_mixed() {
        assert_eq!(
            mixed(
                &[],
                &[
                    ("v1", 0, 1),
                    ("v2", 5, 10),
                    ("v1", 11, 12),
                    ("v2", 13, 14),
                    ("v1", 15, 16)
                ]
            ),
            2
        );
    }

    #[test]
    fn a_rollback_is_mixed_unless_the_order_says_so() {
        let answers = [
            ("v1", 0, 1),
            ("v2", 2, 3),
            ("v2", 4, 5),
            ("v1", 6, 7),
            ("v2", 6, 8),
            ("v1", 9, 10),
        ];
        assert_eq!(mixed(&[], &answers), 2);
        assert_eq!(mixed(&["v1", "v2", "v1"], &answers), 0);
    }

    #[test]
    fn after_a_rollback_the_version_that_was_left_is_mixed() {
        let answers = [("v1", 0, 1), ("v2", 2, 3), ("v1", 6, 7), ("v2", 8, 9), ("v3", 10, 11)];
        assert_eq!(mixed(&["v1", "v2", "v1"], &answers), 2);
    }
}
