//@ error: `View` has no `Default`, by which `#[live_view(default)]` mounts it
use djust::live_view;

#[live_view(source = "<p>{{ count }}</p>", default)]
struct View { //~
    count: i64,
}

fn main() {
    let _ = (View::PATH, View::push().into_push());
}
