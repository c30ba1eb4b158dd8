//@ error: View:1:17: <script> can't have dynamic content in a live view: use attributes instead
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<script>let n = {{ count }};</script>")] //~
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
