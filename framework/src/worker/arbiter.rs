//! The thread on which registries and the tick supervisor run.
//!
//! It belongs to djust, starts at first use and never ends. So an actor there outlives any worker,
//! and needs neither `#[actix_web::main]` nor another runtime around it.

use actix::System;
use actix::prelude::ArbiterHandle;
use std::sync::{OnceLock, mpsc};

/// The background arbiter, started at the first call.
pub(crate) fn background() -> &'static ArbiterHandle {
    static ARBITER: OnceLock<ArbiterHandle> = OnceLock::new();
    ARBITER.get_or_init(|| {
        let (sender, receiver) = mpsc::channel();
        std::thread::Builder::new()
            .name("djust-background".into())
            .spawn(move || {
                let system = System::new();
                let arbiter = system.block_on(async { System::current().arbiter().clone() });
                if sender.send(arbiter).is_ok()
                    && let Err(error) = system.run()
                {
                    tracing::error!(%error, "the background arbiter has ended: no push is delivered any more");
                }
            })
            .expect("the system starts a thread");
        receiver.recv().expect("the thread sends its arbiter first")
    })
}
