//@ error: #[live_view] belongs on a struct
use djust::live_view;

#[live_view(source = "<p></p>")]
fn view() {} //~

fn main() {
    view();
}
