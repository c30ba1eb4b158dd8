//! A program that pushes and ends at once, in each of the ways to send: `short_lived REDIS queued|spawned|awaited|blocking`.

use djust::layer::RedisLayer;
use djust::push::{Push, PushError, Receipt, apush_to_view, push_to_view, set_default_layer};
use std::error::Error;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(way)) = (arguments.next(), arguments.next()) else {
        return Err("say where Redis is, and how to push".into());
    };
    set_default_layer(Arc::new(RedisLayer::new(address)?));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match way.as_str() {
        "queued" => runtime.block_on(async { push(&way) }),
        // A thread of the runtime queues it, and ends with the runtime.
        "spawned" => runtime.block_on(async { tokio::task::spawn_blocking(move || push(&way)).await })?,
        "awaited" => runtime.block_on(apush_to_view("tests.Board", Push::state("note", &*way))),
        _ => push(&way),
    }?;
    Ok(())
}

fn push(note: &str) -> Result<Receipt, PushError> {
    push_to_view("tests.Board", Push::state("note", note))
}
