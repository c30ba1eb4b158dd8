//@ error: View:1:65: the attribute `disabled` is in two conditional places: write it once, with one condition for both
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<button {% if count > 1 %}disabled{% endif %} {% if count > 2 %}disabled{% endif %}></button>"#)] //~
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
