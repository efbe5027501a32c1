//! How long a guest waits for something that is on its way (`request-options` of `wasi:http/types`).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// Without a limit, it never ends. It must be used on threads that entered the engine.
pub struct Patience {
    limit: Option<Duration>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    /// The time begins with the first poll.
    pub fn new(limit: Option<Duration>) -> Self {
        Self { limit, timer: None }
    }

    pub fn begun(limit: Option<Duration>) -> Self {
        let timer = limit.map(|limit| Box::pin(sleep(limit)));
        Self { limit, timer }
    }

    /// Ready when the time is over, which also wakes the task that polled last.
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

    /// Starts the time over, as something has arrived.
    pub fn renew(&mut self) {
        self.timer = None;
    }
}
