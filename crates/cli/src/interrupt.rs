//! ^C and SIGTERM: the first finishes what is under way, the second stops at once.

use crate::exit::Exit;
use crate::progress::Progress;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// Whether somebody has asked to stop.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    asked: Arc<AtomicBool>,
    notify: Arc<Notify>,
}

impl Interrupt {
    /// Begins to listen; must be called inside a runtime. A line of progress does not outlive the process.
    pub fn listen(progress: &Progress) -> Self {
        let interrupt = Self::default();
        let (listener, progress) = (interrupt.clone(), progress.clone());
        tokio::spawn(async move {
            signal().await;
            listener.asked.store(true, Ordering::SeqCst);
            listener.notify.notify_waiters();
            progress.stopping();
            signal().await;
            progress.clear();
            std::process::exit(i32::from(Exit::Interrupted.code()));
        });
        interrupt
    }

    /// Whether somebody has asked.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Waits until somebody asks.
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
