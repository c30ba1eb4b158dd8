//@ error: View:1:1: a tag's name can't be dynamic: put whole elements into an `if`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<h{{ count }}></h{{ count }}>")] //~
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
