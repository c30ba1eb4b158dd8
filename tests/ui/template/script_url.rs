//@ error: View:1:4: the URL in `href` runs what follows its scheme: write all of it out, or mark it `|safe`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<a href="javascript:f({{ count }})">x</a>"#)] //~
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
