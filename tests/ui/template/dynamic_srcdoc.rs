//@ error: View:1:9: `srcdoc` of <iframe> can't be dynamic: it is a page whose scripts run: use `src`, or mark trusted HTML `|safe`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<iframe srcdoc="{{ name }}"></iframe>"#)] //~
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
