//! The system's own dialogs for files and folders. They are created on the window's thread, as some systems demand, and
//! awaited on a thread of their own, so that the window goes on.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use rfd::{AsyncFileDialog, FileHandle};

use super::jobs::Job;
use super::screens::Action;

/// What came of asking the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// This was chosen.
    Chosen(PathBuf),
    /// The dialog was left.
    Left,
    /// The system has no dialog to show: the path must be typed.
    NoDialog,
}

/// What to say where the system has no dialog.
pub const NO_DIALOG: &str = "This system showed no file dialog; type the path instead";

/// Asks for a file to read. `endings`: what its name may end with, beside everything.
pub fn file(
    title: &str,
    from: Option<&Path>,
    endings: &[&str],
    then: impl FnOnce(Choice) -> Action + Send + 'static,
) -> Job {
    let dialog = dialog(title, from).add_filter("Tables", endings).add_filter("All files", &["*"]);
    job(dialog.pick_file(), then)
}

/// Asks for a folder.
pub fn folder(title: &str, from: Option<&Path>, then: impl FnOnce(Choice) -> Action + Send + 'static) -> Job {
    job(dialog(title, from).pick_folder(), then)
}

/// Asks where to write a file.
pub fn save(title: &str, from: Option<&Path>, name: &str, then: impl FnOnce(Choice) -> Action + Send + 'static) -> Job {
    job(dialog(title, from).set_file_name(name).save_file(), then)
}

fn dialog(title: &str, from: Option<&Path>) -> AsyncFileDialog {
    let dialog = AsyncFileDialog::new().set_title(title);
    match from {
        Some(folder) => dialog.set_directory(folder),
        None => dialog,
    }
}

fn job(
    answer: impl Future<Output = Option<FileHandle>> + Send + 'static,
    then: impl FnOnce(Choice) -> Action + Send + 'static,
) -> Job {
    Job::quiet("Choosing", move |_| {
        let begun = Instant::now();
        then(match wait(answer) {
            Some(file) => Choice::Chosen(file.path().to_owned()),
            // Nobody leaves a dialog this fast: there was none.
            None if begun.elapsed() < Duration::from_millis(300) => Choice::NoDialog,
            None => Choice::Left,
        })
    })
}

/// Waits for a future on this thread.
fn wait<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_future_is_awaited_though_it_is_woken_from_another_thread() {
        let mut begun = false;
        let future = std::future::poll_fn(move |context| {
            if begun {
                return Poll::Ready(7);
            }
            begun = true;
            let waker = context.waker().clone();
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(10));
                waker.wake();
            });
            Poll::Pending
        });
        assert_eq!(wait(future), 7);
    }
}
