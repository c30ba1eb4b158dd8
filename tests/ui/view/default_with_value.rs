//@ error: `default` has no value: write `default` alone
use djust::live_view;

#[live_view(source = "<p>{{ count }}</p>", default = true)] //~
#[derive(Default)]
struct View {
    count: i64,
}

fn main() {
    let _ = View::PATH;
}
