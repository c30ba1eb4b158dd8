//@ error: View:1:20: `View` has no field `other`; its fields are `count`, `name` and `rows`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "{% if count > 1 && other %}x{% endif %}")] //~
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
