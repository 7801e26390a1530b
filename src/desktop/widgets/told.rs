//! What is told to those who do not see the window change: one line for each thing that changes away from the keyboard's
//! place. It is no louder than needed: said once it is other than before, after what is being said now.

use eframe::egui::accesskit::Live;
use eframe::egui::{Rect, Role, Sense, Ui, Vec2, WidgetInfo};

/// Tells `words` to a screen reader, where they are other than the last ones of `what`. Draws nothing and takes no room.
pub fn tell(ui: &mut Ui, what: &str, words: &str) {
    // A place of a point's size: what has none at all is taken for hidden
    let place = Rect::from_min_size(ui.max_rect().min, Vec2::splat(1.0));
    let told = ui.interact(place, ui.scope_id().with(("told", what)), Sense::hover());
    told.widget_info(|| WidgetInfo::labeled(Role::Status, true, words));
    ui.ctx().accesskit_node_builder(told.id, |node| {
        node.set_role(Role::Status);
        node.set_label(words);
        node.set_live(Live::Polite);
    });
}

/// How far work is, in steps that are worth telling: a quarter, a half, three quarters.
pub fn quarters(done: u64, total: u64) -> Option<&'static str> {
    match (done * 4).checked_div(total)? {
        0 => None,
        1 => Some("a quarter done"),
        2 => Some("half done"),
        _ => Some("three quarters done"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_told_of_by_quarters_and_not_at_each_row() {
        let told: Vec<_> = (0..=1_000).map(|done| quarters(done, 1_000)).collect();
        let mut steps = told.clone();
        steps.dedup();
        assert_eq!(steps, [None, Some("a quarter done"), Some("half done"), Some("three quarters done")]);
        assert_eq!(quarters(5, 0), None, "nobody knows its end");
    }
}
