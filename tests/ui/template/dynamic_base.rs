//@ error: View:1:7: `href` of <base> can't be dynamic: it changes all links of the page: write it out, or mark it `|safe`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<base href="{{ name }}">"#)] //~
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
