//@ error: `View` is not a live view
use djust::{LiveView, MountContext, MountResult};

struct View;

impl LiveView for View { //~
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View)
    }
}

fn main() {}
