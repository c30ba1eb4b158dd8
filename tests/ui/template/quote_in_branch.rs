//@ error: View:1:30: the value of `class` ends in the middle of a branch: the quote that closes it can't be inside
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<p class="a{% if count > 1 %}" id="b{% endif %}"></p>"#)] //~
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
