//! `close`: the end of a workspace.

use super::arguments::CloseArgs;
use super::{Done, refuse, terminal, work};
use crate::release::close;

/// Closes a workspace. Its name must be typed: nothing brings the keys back.
pub fn close(args: &CloseArgs) -> Done {
    let workspace = work::sit_down(&args.desk)?;
    let name = workspace.name();
    if args.confirm.trim() != name {
        return refuse(format!(
            "Closing destroys the keys of this workspace, and nothing brings them back; nothing was done. To go on, say --confirm \
             \"{name}\""
        ));
    }
    let reason = args.in_spite.as_deref().unwrap_or_default();
    let closed = terminal::with_progress(|progress| close::close(workspace, &args.into, reason, progress))?;
    println!("The workspace “{name}” is closed, and its keys are destroyed. What remains:");
    for line in &closed.remains {
        println!("  {line}");
    }
    Ok(())
}
