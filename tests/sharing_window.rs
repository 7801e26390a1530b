//! Sharing in the window, beside the match files: found by accessible names; what was done is read from the workspace.

use std::path::Path;

use eframe::egui::{Key, Modifiers, Role, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use stewartry::progress::Progress;
use stewartry::release;
use stewartry::workspace::Workspace;

use crate::desk::*;
use crate::desktop::{Window, click, ctrl, signed_in, type_into};
use crate::hands::Hands;
use crate::sharing::{protocol, shared};

fn ws(window: &Window) -> &Workspace {
    window.state().session().unwrap().ws()
}

/// The window on the pane, for a person.
fn open(desk: &mut Desk, name: &str) -> Window {
    desk.become_(name);
    let mut window = signed_in(desk.leave());
    ctrl(&mut window, Key::Num7);
    choose(&mut window, "Sharing");
    window.until("the pane is read", |window| window.query_by_label("Cross-reference").is_some());
    window
}

fn choose(window: &mut Window, name: &str) {
    window.get_by_role_and_label(Role::RadioButton, name).click();
    window.rest();
}

/// Types in place of what stands in a field.
fn fill(window: &mut Window, field: &str, words: &str) {
    window.get_by_role_and_label(Role::TextInput, field).focus();
    window.rest();
    ctrl(window, Key::A);
    window.get_by_role_and_label(Role::TextInput, field).type_text(words);
    window.rest();
}

fn text_of(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn an_extract_is_written_acknowledged_and_followed_by_what_changed() {
    let (mut desk, _) = shared();
    let (folder, cross) = (desk.path("out"), desk.path("cross.ndjson"));
    let mut window = open(&mut desk, SUPERVISOR);
    window.get_by_label_contains("1 restricted");
    window.picture("sharing.png");
    // Tall enough that all of it can be clicked
    window.set_size(vec2(1280.0, 1500.0));
    window.rest();
    assert!(window.query_by_role_and_label(Role::RadioButton, "3").is_none(), "level 3 is not agreed");
    fill(&mut window, "Folder", &text_of(&folder));
    click(&mut window, "Write the extract");
    window.until("an extract", |window| ws(window).extracts().unwrap().len() == 1);
    assert!(release::verify(&folder, &Progress::new()).unwrap().ok());

    window.until("it is listed", |window| window.query_by_label("Extract 1 is loaded…").is_some());
    assert!(window.query_by_role_and_label(Role::RadioButton, "What changed since extract 1").is_none());
    click(&mut window, "Extract 1 is loaded…");
    type_into(&mut window, "Who said so, and how (optional)", "Portal team, by telephone");
    window.picture("sharing_loaded.png");
    click(&mut window, "It is loaded");
    window.until("acknowledged", |window| {
        ws(window).extracts().unwrap()[0].acknowledged.as_ref().is_some_and(|(_, _, note)| note.contains("telephone"))
    });
    let delta = "What changed since extract 1";
    window.until("deltas", |window| window.query_by_label(delta).is_some());

    // A restricted person, and no longer
    click(&mut window, "Share a restricted person…");
    type_into(&mut window, "Mosaic id", "0077");
    window.get_by_role_and_label(Role::MultilineTextInput, "Reason").focus();
    window.rest();
    window.get_by_role_and_label(Role::MultilineTextInput, "Reason").type_text("Agreed with the person");
    window.rest();
    let two = window.get_all_by_role_and_label(Role::RadioButton, "2").last().unwrap();
    two.click();
    window.rest();
    window.picture("sharing_except.png");
    click(&mut window, "Sign the exception");
    window.until("an exception", |window| ws(window).sharing_exceptions().unwrap().len() == 1);
    window.until("it is shown", |window| window.query_by_label("Share 0077 no longer…").is_some());
    choose(&mut window, delta);
    click(&mut window, "Write the extract");
    window.until("a delta", |window| ws(window).extracts().unwrap().len() == 2);
    let second = ws(&window).extracts().unwrap().remove(0);
    assert_eq!((second.base.map(|base| base.0), second.rows), (Some(1), [1, 0, 0]));
    window.until("the pane is read again", |window| window.query_by_label("Extract 2 is loaded…").is_some());
    for (name, width, height) in [("sharing_light.png", 1280.0, 800.0), ("sharing_200.png", 640.0, 400.0)] {
        window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
        window.set_size(vec2(width, height));
        window.rest();
        window.picture(name);
    }
    window.set_size(vec2(1280.0, 1500.0));
    window.rest();
    window.picture("sharing_tall.png");
    click(&mut window, "Share 0077 no longer…");
    click(&mut window, "Share no longer");
    window.until("no exception", |window| ws(window).sharing_exceptions().unwrap().is_empty());

    click(&mut window, "Write the cross-reference…");
    choose(&mut window, "FHIR R4 (NDJSON)");
    fill(&mut window, "File", &text_of(&cross));
    window.picture("sharing_cross.png");
    fill(&mut window, "System of CHI numbers", "no uri");
    click(&mut window, "Write");
    window.until("a bad system is refused", |window| window.query_by_label_contains("must be a URI").is_some());
    fill(&mut window, "System of CHI numbers", "https://chi.example");
    click(&mut window, "Write");
    window.until("the cross-reference", |_| cross.exists());
    assert!(std::fs::read_to_string(&cross).unwrap().contains("https://chi.example"));
}

#[test]
fn a_protocol_is_put_in_force_by_a_supervisor_alone() {
    let mut desk = Desk::with_people(1);
    let path = desk.path("protocol.json");
    std::fs::write(&path, serde_json::to_string(&protocol()).unwrap()).unwrap();
    let window = open(&mut desk, OFFICER);
    assert!(window.get_by_label("Put a protocol in force…").accesskit_node().is_disabled());
    drop(window);

    let mut window = open(&mut desk, SUPERVISOR);
    window.picture("sharing_none.png");
    let example = desk.path("example.json");
    click(&mut window, "Write an example…");
    fill(&mut window, "File", &text_of(&example));
    click(&mut window, "Write");
    window.until("an example", |_| example.exists());
    let read: stewartry::workspace::Protocol = serde_json::from_slice(&std::fs::read(&example).unwrap()).unwrap();
    assert_eq!((read.fault(), read.agreed), (None, 0));
    window.until("the question is gone", |window| window.query_by_role_and_label(Role::TextInput, "File").is_none());

    click(&mut window, "Put a protocol in force…");
    type_into(&mut window, "File", &text_of(&desk.path("none.json")));
    click(&mut window, "Put in force");
    window.until("it is refused", |window| window.query_by_label_contains("could not be read").is_some());
    fill(&mut window, "File", &text_of(&path));
    click(&mut window, "Put in force");
    window.until("in force", |window| ws(window).protocol().unwrap().is_some());
    window.until("shown", |window| window.query_by_label("DG-ISP-7").is_some());
    assert!(window.query_by_label_contains("Put in force").is_none(), "the question is gone");
}
