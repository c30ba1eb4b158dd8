//@ error: View:1:15: text can't be directly in <tbody>: the browser moves it out of the table
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<table><tbody>{{ count }}</tbody></table>")] //~
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
