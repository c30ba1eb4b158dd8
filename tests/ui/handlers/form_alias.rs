//@ compiles
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

type Filled = Result<Form<Add>, FieldErrors>;

enum Outcome {
    Added,
    Refused,
}

impl IntoOutcome for Outcome {
    fn into_outcome(self) -> HandlerOutcome {
        match self {
            Outcome::Added => Ok(()),
            Outcome::Refused => Err(HandlerError::Refused),
        }
    }
}

#[handlers]
impl View {
    #[event]
    fn add(&mut self, form: Filled) -> Outcome {
        let Ok(Form(add)) = form else { return Outcome::Refused };
        self.count += add.by;
        Outcome::Added
    }
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
