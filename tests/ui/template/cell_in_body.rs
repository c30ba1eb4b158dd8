//@ error: View:1:15: <td> can't be directly in <tbody>: the browser inserts a <tr>, so write it out
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<table><tbody><td>x</td></tbody></table>")] //~
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
