//@ error: View:1:8: `dj-keydown.cmd-s`: no keyboard has a key `cmd-s`: `cmd-` is not one of the modifiers ctrl-, alt-, shift- and meta-
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<input dj-keydown.cmd-s="go">"#)] //~
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
