//@ error: View:1:8: `dj-keydown.ctrl-esc`: no keyboard has a key `esc`: `escape` is meant
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<input dj-keydown.ctrl-esc="go">"#)] //~
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
