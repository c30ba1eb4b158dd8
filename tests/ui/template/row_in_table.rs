//@ error: View:1:29: <tr> can't be directly in <table>: the browser inserts a <tbody>, so write it out
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<table>{% for row in rows %}<tr><td>{{ row }}</td></tr>{% endfor %}</table>")] //~
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
