//@ error: View:1:29: the value of `class` is not quoted: put quotes around it, it has branches or spaces
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p class=a{% if count > 1 %} b{% endif %}></p>")] //~
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
