//! The clipboard: what says who somebody is leaves it again after a while, and when the window is locked or closed.

use std::time::Duration;

use eframe::egui;

use super::out::Copied;

/// How long what identifies somebody stays, in seconds.
const STAYS: f64 = 15.0;

/// What was put on the clipboard and must leave it again.
#[derive(Debug, Default)]
pub struct Clipboard {
    holds: Option<(String, f64)>,
}

impl Clipboard {
    /// Puts text on the clipboard.
    pub(super) fn put(&mut self, ctx: &egui::Context, copied: Copied) {
        let now = ctx.input(|input| input.time);
        self.holds = copied.identifies.then(|| (copied.text.clone(), now + STAYS));
        ctx.copy_text(copied.text);
        if self.holds.is_some() {
            ctx.request_repaint_after(Duration::from_secs_f64(STAYS + 0.05));
        }
    }

    /// Takes what has been there long enough off it.
    pub fn tick(&mut self, ctx: &egui::Context) {
        let now = ctx.input(|input| input.time);
        match &self.holds {
            Some((_, until)) if now >= *until => self.clear(ctx),
            Some((_, until)) => ctx.request_repaint_after(Duration::from_secs_f64(until - now + 0.05)),
            None => {}
        }
    }

    /// Takes it off at once. What somebody put there since stays.
    pub fn clear(&mut self, ctx: &egui::Context) {
        if let Some((text, _)) = self.holds.take()
            && still_there(&text)
        {
            ctx.copy_text(String::new());
        }
    }

    /// Takes it off where the window is gone already.
    pub fn clear_at_the_end(&mut self) {
        if let Some((text, _)) = self.holds.take()
            && still_there(&text)
            && let Ok(mut clipboard) = arboard::Clipboard::new()
        {
            let _ = clipboard.clear(); // There is nobody left to be told
        }
    }
}

/// Whether the clipboard holds that text. Where it cannot be read it may: then it is cleared.
fn still_there(text: &str) -> bool {
    arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text()).map_or(true, |held| held == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::proof::Proof;

    fn copied(output: &egui::FullOutput) -> Option<&str> {
        output.platform_output.commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.as_str()),
            _ => None,
        })
    }

    #[test]
    fn what_identifies_somebody_leaves_after_a_while_and_anything_else_stays() {
        let mut proof = Proof::of(6, "a copied CHI leaves the clipboard after fifteen seconds, anything else stays");
        let (ctx, mut clipboard) = (egui::Context::default(), Clipboard::default());
        let at = |seconds: f64, clipboard: &mut Clipboard, put: Option<Copied>| {
            let input = egui::RawInput { time: Some(seconds), ..egui::RawInput::default() };
            let mut put = put;
            let mut output = ctx.run_ui(input, |ui| {
                if let Some(put) = put.take() {
                    clipboard.put(ui.ctx(), put);
                }
                clipboard.tick(ui.ctx());
            });
            output.textures_delta.clear();
            copied(&output).map(str::to_owned)
        };
        let chi = Copied { text: "0102031234".to_owned(), identifies: true };
        assert_eq!(at(1.0, &mut clipboard, Some(chi.clone())).as_deref(), Some("0102031234"));
        assert_eq!(at(15.9, &mut clipboard, None), None);
        if still_there("0102031234") {
            assert_eq!(at(16.1, &mut clipboard, None).as_deref(), Some(""), "cleared");
        }
        assert_eq!(at(40.0, &mut clipboard, None), None, "and only once");
        let hash = Copied { text: "abc".to_owned(), identifies: false };
        assert_eq!(at(50.0, &mut clipboard, Some(hash)).as_deref(), Some("abc"));
        assert_eq!(at(90.0, &mut clipboard, None), None);
        proof.tried(2);
    }
}
