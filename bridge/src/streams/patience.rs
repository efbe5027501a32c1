//! How long a guest waits for what is on its way (`request-options` of `wasi:http/types`).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// Without a limit it never ends. Used on threads that entered the engine.
pub struct Patience {
    limit: Option<Duration>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    /// Begins when it is polled first.
    pub fn new(limit: Option<Duration>) -> Self {
        Self { limit, timer: None }
    }

    pub fn begun(limit: Option<Duration>) -> Self {
        let timer = limit.map(|limit| Box::pin(sleep(limit)));
        Self { limit, timer }
    }

    /// Ready when it has ended; wakes whoever polls then.
    pub fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(limit) = self.limit else {
            return Poll::Pending;
        };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(limit)));
        timer.as_mut().poll(context)
    }

    pub fn has_ended(&self) -> bool {
        let timer = self.timer.as_ref();
        timer.is_some_and(|timer| timer.deadline() <= Instant::now())
    }

    /// Something came: it begins anew.
    pub fn renew(&mut self) {
        self.timer = None;
    }
}
