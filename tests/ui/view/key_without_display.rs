//@ error: a view's key must be a text, but `Vec<u8>` has no `Display`
use djust::live_view;

#[live_view(source = "nothing", default, key = self.bytes.clone())] //~
#[derive(Default)]
struct View {
    bytes: Vec<u8>,
}

fn main() {
    let _ = View::PATH;
}
