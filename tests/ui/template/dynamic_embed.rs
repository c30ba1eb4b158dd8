//@ error: View:1:8: `src` of <embed> can't be dynamic: it may run what it loads: use <img>, <video> or <iframe>, or mark it `|safe`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<embed src="{{ name }}">"#)] //~
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
