//! What ends a run early: ^C, SIGTERM, and the end of its time. The first finishes what is under way, a signal after
//! that stops at once.

use crate::exit::Exit;
use crate::failure::failure;
use crate::progress::Progress;
use crate::render;
use crate::settings::Settings;
use crate::terminal::Terminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::sleep;

/// Whether somebody has asked to stop, or the time is over.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    asked: Arc<AtomicBool>,
    is_late: Arc<AtomicBool>,
    notify: Arc<Notify>,
}

impl Interrupt {
    /// Begins to listen; must be called inside a runtime. A line of progress does not outlive the process.
    pub fn listen(progress: &Progress) -> Self {
        let interrupt = Self::default();
        let (listener, progress) = (interrupt.clone(), progress.clone());
        tokio::spawn(async move {
            signal().await;
            listener.stop();
            progress.stopping();
            signal().await;
            progress.clear();
            std::process::exit(i32::from(Exit::Interrupted.code()));
        });
        interrupt
    }

    /// As [`Self::listen`], and the run's time is counted from now on. Its end is told on stderr.
    pub fn listen_in_time(settings: &Settings) -> Self {
        let interrupt = Self::listen(&settings.progress);
        let Some(timeout) = settings.timeout else { return interrupt };
        let (late, progress, terminal) = (interrupt.clone(), settings.progress.clone(), settings.terminal);
        tokio::spawn(async move {
            sleep(timeout).await;
            if late.is_asked() {
                return;
            }
            late.is_late.store(true, Ordering::SeqCst);
            progress.clear();
            // Before the run may end, and the process with it.
            terminal.talk(&out_of_time(timeout, terminal));
            late.stop();
            progress.stopping();
        });
        interrupt
    }

    fn stop(&self) {
        self.asked.store(true, Ordering::SeqCst);
        self.notify.notify_waiters();
    }

    /// Whether it is to stop.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// How a run ends that was stopped: `late` where its time was over.
    pub fn exit(&self, late: Exit) -> Exit {
        if self.is_late.load(Ordering::SeqCst) { late } else { Exit::Interrupted }
    }

    /// Waits until it is to stop.
    pub async fn asked(&self) {
        loop {
            let notified = self.notify.notified();
            if self.is_asked() {
                return;
            }
            notified.await;
        }
    }
}

fn out_of_time(timeout: Duration, terminal: Terminal) -> String {
    let timeout = jiff::SignedDuration::try_from(timeout).unwrap_or(jiff::SignedDuration::MAX);
    let failure = failure(
        format!(
            "the run took longer than {timeout:#}, which is its time (`--timeout`); it stops after what is under way"
        ),
        "run again: an apply goes on from what is there; or give it longer, `--timeout 12h`",
    );
    render::failure::render(&failure, terminal.talk_width())
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Without handlers the signals end the process, as they would anyway.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
