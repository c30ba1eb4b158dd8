//@ error: `View` has no `Default`, which `#[live_view(default)]` needs to mount it
use djust::live_view;

#[live_view(source = "<p>{{ count }}</p>", default)]
struct View { //~
    count: i64,
}

fn main() {
    let _ = (View::PATH, View::push().into_push());
}
