//@ error: View:1:25: there is no argument `pge` in `show`
use djust::{LiveView, MountContext, MountResult, handlers, live_view};

#[live_view(source = r#"<button dj-click="show" dj-value-pge="2">{{ count }}</button>"#)] //~
struct View {
    count: i64,
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { count: 0 })
    }
}

#[handlers]
impl View {
    #[event]
    fn show(&mut self, page: i64) {
        self.count = page;
    }
}

fn main() {
    let _ = (View::push().into_push(), <View as djust::view::ViewDefinition>::PATH);
}
