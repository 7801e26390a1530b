//! Many things looked at by themselves, on as many connections as the processor has cores.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::Refused;
use super::live::Live;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// Taken at once by a connection that is free.
const PART: usize = 128;

/// The most connections. Each keeps pages of its own in memory.
const MOST: usize = 4;

/// What a look at each of some things gives, in their order. Each look is one of the decisions as they stand, and of nothing that another
/// look found. `progress`, whose phase has begun, counts them.
pub(super) fn each<T: Sync, F: Send>(
    ws: &Workspace,
    things: &[T],
    progress: &Progress,
    look: impl Fn(&Live<'_>, &T) -> Result<F, Refused> + Sync,
) -> Result<Vec<F>, Refused> {
    let parts: Vec<&[T]> = things.chunks(PART).collect();
    let cores = thread::available_parallelism().map_or(1, usize::from).min(MOST);
    // Where no other can be had, the one that there is looks at everything
    let others: Vec<Workspace> = (1..cores.min(parts.len())).map_while(|_| ws.handle().ok()).collect();

    let next = AtomicUsize::new(0);
    let take = |ws: &Workspace| {
        let live = Live::now(ws);
        let mut found: Vec<(usize, Vec<F>)> = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(part) = parts.get(at) else { return Ok(found) };
            let look = |thing| -> Result<F, Refused> {
                progress.check()?;
                progress.advance(1);
                look(&live, thing)
            };
            let its = part.iter().map(look).collect::<Result<_, Refused>>();
            // What one does not get to the end of, none needs to
            found.push((at, its.inspect_err(|_| next.store(parts.len(), Ordering::Relaxed))?));
        }
    };
    let found: Vec<Result<_, Refused>> = thread::scope(|scope| {
        let take = &take;
        let begin =
            |other| thread::Builder::new().name("rows".to_owned()).spawn_scoped(scope, move || take(&other)).ok();
        let threads: Vec<_> = others.into_iter().filter_map(begin).collect();
        let own = take(ws);
        let beside = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        std::iter::once(own).chain(beside).collect()
    });
    let mut found: Vec<(usize, Vec<F>)> =
        found.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    found.sort_by_key(|(at, _)| *at);
    Ok(found.into_iter().flat_map(|(_, its)| its).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::HashSet;

    use super::*;
    use crate::workspace::quick::{CHOSEN, on_disk};
    use crate::workspace::{Role, Standing};

    fn opened() -> (tempfile::TempDir, Workspace) {
        let person = Standing { name: "Ailsa Craig".into(), role: Role::Officer, active: true, administers: true };
        let (folder, home) = on_disk(&[person], 3);
        let ws = Workspace::open(&home, "Ailsa Craig", CHOSEN).unwrap();
        (folder, ws)
    }

    #[test]
    fn everything_is_looked_at_once_in_its_order_by_as_many_as_there_are() {
        let (_folder, ws) = opened();
        let things: Vec<u64> = (0..2_000).collect();
        let progress = Progress::new();
        let found = each(&ws, &things, &progress, |live, n| {
            thread::sleep(std::time::Duration::from_micros(50));
            Ok((*n, live.ws.me().name.clone(), thread::current().id()))
        })
        .unwrap();
        assert!(found.iter().zip(&things).all(|((n, name, _), thing)| n == thing && name == "Ailsa Craig"));
        assert_eq!((found.len(), progress.now().done), (2_000, 2_000));
        let threads: HashSet<_> = found.iter().map(|(.., thread)| thread).collect();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        assert_eq!(threads.len(), cores.min(MOST));
    }

    #[test]
    fn what_one_look_is_refused_ends_them_all() {
        let (_folder, ws) = opened();
        let things: Vec<u64> = (0..2_000).collect();
        let progress = Progress::new();
        let found = each(&ws, &things, &progress, |_, n| match n {
            300 => Err(Refused::StateChanged),
            _ => Ok(*n),
        });
        assert!(matches!(found, Err(Refused::StateChanged)), "{found:?}");
        progress.cancel();
        let found = each(&ws, &things, &progress, |_, n| Ok(*n));
        assert!(found.is_err());
    }
}
