//! Hands at the window that wait as people do: for what they asked for, and until nothing moves any more. Work and reading
//! run on threads of their own, so what is pressed or looked at without waiting depends on how busy the machine is.

use std::thread::sleep;
use std::time::{Duration, Instant};

use eframe::egui::Event;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use stewartry::desktop::App;

/// Far above what a busy machine needs: it ends a test that would never end.
const PATIENCE: Duration = Duration::from_secs(300);

pub trait Hands {
    fn harness(&self) -> &Harness<'static, App>;

    fn harness_mut(&mut self) -> &mut Harness<'static, App>;

    /// Draws on with somebody at the desk: a frame passes as a quarter of a second, and an idle window locks.
    fn stay(&mut self) {
        self.harness_mut().event(Event::WindowFocused(true));
        self.harness_mut().run_ok();
    }

    /// Waits until something is so. What did it may still be at work then: [`Hands::until`] is for what has come to stay.
    #[track_caller]
    fn as_soon_as(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !is_so(self) {
            if begun.elapsed() > PATIENCE {
                let notice = self.harness().state().notice();
                panic!("never: {what}; the notice says {notice:?}; on the screen:\n{}", self.said().join("\n"));
            }
            sleep(Duration::from_millis(5));
            self.stay();
        }
    }

    /// Waits until nothing is at work, nor read ahead, and what that brought is drawn.
    #[track_caller]
    fn rest(&mut self) {
        let rests = |window: &Self| window.harness().state().at_rest();
        loop {
            self.stay();
            self.as_soon_as("at rest", rests);
            // A frame may find something to read
            self.stay();
            if rests(self) {
                return;
            }
        }
    }

    /// Waits until something is so and nothing is at work any more.
    #[track_caller]
    fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        self.as_soon_as(what, is_so);
        self.rest();
    }

    #[track_caller]
    fn until_shown(&mut self, part: &str) {
        self.until(&format!("“{part}” shown"), |window| window.shows(part));
    }

    /// Every name that a screen reader can say now.
    fn said(&self) -> Vec<String> {
        let nodes = self.harness().query_all_by(|_| true);
        nodes
            .flat_map(|node| {
                let node = node.accesskit_node();
                [node.label(), node.value(), node.description()]
            })
            .flatten()
            .collect()
    }

    /// Whether something is shown whose name holds these words.
    fn shows(&self, part: &str) -> bool {
        self.said().iter().any(|said| said.contains(part))
    }

    /// Keeps a picture where somebody wants to look at it.
    fn picture(&mut self, name: &str) {
        if let Some(folder) = std::env::var_os("STEWARTRY_PICTURES")
            && let Ok(image) = self.harness_mut().render()
        {
            image.save(std::path::Path::new(&folder).join(name)).unwrap();
        }
    }
}

impl Hands for Harness<'static, App> {
    fn harness(&self) -> &Self {
        self
    }

    fn harness_mut(&mut self) -> &mut Self {
        self
    }
}
