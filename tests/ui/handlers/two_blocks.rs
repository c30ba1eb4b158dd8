//@ error: conflicting implementations of trait `…OneHandlersBlock` for type `View`
use djust::{LiveView, MountContext, MountResult, handlers, live_view};

#[live_view(source = r#"<button dj-click="show" dj-value-page="2">{{ count }}</button>"#)] 
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

#[handlers] //~
impl View {
    #[event]
    fn hide(&mut self) {
        self.count = 0;
    }
}

fn main() {
    let _ = (View::push().into_push(), <View as djust::view::ViewDefinition>::PATH);
}
