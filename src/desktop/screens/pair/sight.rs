//! Whether what is answered could have been looked at: a key or a button that is pressed twice answers the next pair unseen.

/// How long something is drawn before it takes an answer, in seconds. Nobody reads two records in that; a finger that bounces, or
/// clicks twice, takes less.
const GLANCE: f64 = 0.25;

/// What is looked at, and since when.
#[derive(Debug, Clone, Copy)]
pub struct Sight<T> {
    since: Option<(T, f64)>,
}

impl<T> Default for Sight<T> {
    fn default() -> Self {
        Self { since: None }
    }
}

impl<T: PartialEq> Sight<T> {
    /// This is drawn now, by the window's clock.
    pub fn draws(&mut self, what: T, now: f64) {
        if self.since.as_ref().is_none_or(|(seen, _)| *seen != what) {
            self.since = Some((what, now));
        }
    }

    /// Whether it was drawn long enough to be answered.
    pub fn allows(&self, what: &T, now: f64) -> bool {
        self.since.as_ref().is_some_and(|(seen, since)| seen == what && now - since >= GLANCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_just_now_takes_no_answer_yet() {
        let mut sight = Sight::default();
        assert!(!sight.allows(&7, 100.0), "never drawn");
        sight.draws(7, 100.0);
        sight.draws(7, 100.2);
        assert!(!sight.allows(&7, 100.2) && sight.allows(&7, 100.3));
        sight.draws(8, 100.3);
        assert!(!sight.allows(&8, 100.4) && !sight.allows(&7, 100.4), "the next begins anew");
    }
}
