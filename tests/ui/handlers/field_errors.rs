//@ error: a handler can't return `Result<(), …FieldErrors>`
use djust_tests::ui::*;

#[live_view(source = "<p>{{ count }}</p>")]
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
    fn add(&mut self, form: Result<Form<Add>, FieldErrors>) -> Result<(), FieldErrors> { //~
        self.count += form?.0.by;
        Ok(())
    }
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
