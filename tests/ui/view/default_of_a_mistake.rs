//@ error: `View` can't be generic: a view has one path, one template and one schema
use djust::live_view;

#[live_view(source = "nothing", default)]
struct View<T> { //~
    count: T,
}

fn main() {
    fn is_live<V: djust::LiveView>() {}
    let _ = (View::<u8>::PATH, is_live::<View<u8>>);
}
