//@ error: View:1:9: no #[event] handler `show` in `View`, which has no handlers at all: write #[handlers] above the `impl` block that they are in
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<button dj-click="show">{{ count }}</button>"#)] //~
struct View {
    count: i64,
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { count: 0 })
    }
}

impl View {
    fn show(&mut self) {
        self.count = 1;
    }
}

fn main() {
    View { count: 0 }.show();
    let _ = (View::push().into_push(), <View as djust::view::ViewDefinition>::PATH);
}
