//@ compiles
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(
    source = r#"<p onclick="f({{ name|safe }})" {{ name|safe }}></p><iframe srcdoc="{{ name|safe }}"></iframe>
    <a href={{ name }} {% if count > 1 %}class=on{% else %}class=off{% endif %}></a><script src="{{ name|safe }}"></script>
    {% include "linking.html" %}{{ link(name) }}"#
)]
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
