//! A crash leaves nothing of what was in memory on the disk: the database's key, and everybody who was shown.

/// Says to the system that it may write no dump of this program, or of one that it starts.
///
/// On Linux by a limit of one byte, not of none: where dumps are handed to another program, such as the one that collects
/// them on most desktops, the kernel passes over a limit of none, and hands over nothing where it is one byte. On Windows dumps are the
/// system's own setting.
pub fn forbid() {
    #[cfg(unix)]
    {
        let most = Some(if cfg!(target_os = "linux") { 1 } else { 0 });
        let limit = rustix::process::Rlimit { current: most, maximum: most };
        // Where even that is refused there is nothing more to be done, and work goes on
        let _ = rustix::process::setrlimit(rustix::process::Resource::Core, limit);
    }
}

/// Says to the system that no other program of the same account may look into this one's memory, nor a dump be made of it by anybody.
///
/// Not with a window: the desktop's dialogues for files look at who asks for them (`/proc/PID/root`), and stay away where they
/// may not.
pub fn hide() {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use rustix::process::{DumpableBehavior, dumpable_behavior, set_dumpable_behavior};

    #[test]
    fn what_is_hidden_cannot_be_dumped() {
        super::hide();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        set_dumpable_behavior(DumpableBehavior::Dumpable).unwrap();
    }
}
