//@ error: `default` is given twice
use djust::live_view;

#[live_view(source = "<p>{{ count }}</p>", default, default)] //~
#[derive(Default)]
struct View {
    count: i64,
}

fn main() {
    fn is_live<V: djust::LiveView>() {}
    let _ = (View::PATH, is_live::<View>);
}
