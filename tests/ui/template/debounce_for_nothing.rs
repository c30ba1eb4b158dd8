//@ error: View:1:6: `dj-debounce` does nothing here: put it on a field, or on what has dj-input, dj-change, dj-click or a dj-keydown for all keys
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<div dj-debounce="300"><input></div>"#)] //~
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
