//@ error: View:1:4: there is no attribute `dj-clik`; there are dj-click, dj-submit, dj-input, dj-change, dj-keydown, dj-keyup, dj-focus, dj-blur, dj-close, dj-toggle, dj-cancel, dj-model, dj-value-*, dj-debounce, dj-throttle, dj-update, dj-confirm, dj-disable-with, dj-key
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<p dj-clik="go"></p>"#)] //~
struct View {
    count: i64,
    #[model]
    name: String,
    rows: Vec<i64>,
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { count: 0, name: String::new(), rows: Vec::new() })
    }
}

fn main() {
    let _ = (View::push().into_push(), <View as djust::view::ViewDefinition>::PATH);
}
