//@ error: View:1:8: dj-model names no field marked #[model]: there is none called `count`; the view's only model field is `name`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<input dj-model="count">"#)] //~
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
