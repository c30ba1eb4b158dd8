//@ error: View:1:7: <a> can't be in another <a>
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<a><i><a></a></i></a>")] //~
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
