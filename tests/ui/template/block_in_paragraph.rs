//@ error: View:1:22: <div> can't be in <p>: the browser closes the <p> before it
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p>{% if count > 1 %}<div></div>{% endif %}</p>")] //~
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
