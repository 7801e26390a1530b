//! Hands at the window that wait as people do: for what they asked for, and until nothing moves any more. Work and reading
//! run on threads of their own, so what is pressed or looked at without waiting depends on how busy the machine is.

use std::thread::sleep;
use std::time::{Duration, Instant};

use eframe::egui::Event;
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, HarnessBuilder};
use stewartry::desktop::App;

/// Far above what a busy machine needs: it ends a test that would never end.
const PATIENCE: Duration = Duration::from_secs(300);

/// How long a frame takes at a window of these tests, in seconds. Who waits for work lets about as much pass, so that a notice is
/// there as long as it is for people.
const FRAME: f32 = 0.05;

/// How long somebody looks at least, in seconds.
const GLANCE: f64 = 0.3;

/// How a window is made here.
pub fn window() -> HarnessBuilder<App> {
    Harness::builder().with_size([1280.0, 800.0]).with_step_dt(FRAME).with_max_steps(64)
}

pub trait Hands {
    fn harness(&self) -> &Harness<'static, App>;

    fn harness_mut(&mut self) -> &mut Harness<'static, App>;

    /// Draws a frame with somebody at the desk: an idle window locks.
    fn stay(&mut self) {
        self.harness_mut().event(Event::WindowFocused(true));
        self.harness_mut().step();
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
            sleep(Duration::from_secs_f32(FRAME / 3.0));
            self.stay();
        }
    }

    /// Waits until nothing is at work, nor read ahead, and what that brought is drawn and stands still.
    #[track_caller]
    fn rest(&mut self) {
        let (rests, begun) = (|window: &Self| window.harness().state().at_rest(), Instant::now());
        loop {
            self.stay();
            self.as_soon_as("at rest", rests);
            // A frame may find something to read
            let stands = self.harness_mut().run_ok().is_some();
            if stands && rests(self) {
                return self.look();
            }
            assert!(stands || begun.elapsed() < PATIENCE, "never stands still:\n{}", self.said().join("\n"));
        }
    }

    /// Lets as much time pass as people take to look at what came: what is drawn just now takes no answer.
    fn look(&mut self) {
        let now = self.harness().ctx.input(|input| input.time);
        self.harness_mut().input_mut().time = Some(now + GLANCE);
        self.stay();
        self.harness_mut().input_mut().time = None;
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
