//@ error: View:1:12: `is defined` can't be used in a live view: every field is there, ask for an `Option`'s `is_some()`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "{% if name is defined %}x{% endif %}")] //~
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
