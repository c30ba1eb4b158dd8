//@ compiles
use djust::{FieldErrors, Form, LiveView, MountContext, MountResult, handlers, live_view};
use std::collections::BTreeMap;

type Everything = Form<BTreeMap<String, String>>;
type Checked = Result<Everything, FieldErrors>;

#[live_view(source = r#"<i dj-click="all" dj-value-any="1"></i><i dj-click="checked" dj-value-other="1">{{ count }}</i>"#)]
struct View {
    count: usize,
}

#[handlers]
impl View {
    #[event]
    fn all(&mut self, values: Everything) {
        self.count = values.0.len();
    }

    #[event]
    fn checked(&mut self, values: Checked) {
        self.count = values.map_or(0, |values| values.0.len());
    }
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { count: 0 })
    }
}

fn main() {
    let _ = (View::push().into_push(), <View as djust::view::ViewDefinition>::PATH);
}
