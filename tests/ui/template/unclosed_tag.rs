//@ error: View:1:1: this tag has no `>`, or a quote in it is not closed
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<p class="a></p>"#)] //~
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
