//@ error: View:1:9: `sandbox` of <iframe> can't be dynamic: it decides what the frame may do: write it out, or mark it `|safe`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<iframe sandbox="{{ name }}"></iframe>"#)] //~
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
