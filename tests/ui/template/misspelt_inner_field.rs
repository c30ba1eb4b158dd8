//@ error: no field `titel` on type `AtViewLine1Column31<…
use djust::{LiveView, MountContext, MountResult, live_view};

struct Ticket {
    title: String,
}

#[live_view(source = r#"{% for ticket in tickets %}<p>{{ ticket.titel }}</p>{% endfor %}"#)] //~
struct View {
    tickets: Vec<Ticket>,
}

impl View {
    fn open(&self) -> usize {
        self.tickets.iter().filter(|ticket| !ticket.title.is_empty()).count()
    }
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { tickets: Vec::new() })
    }
}

fn main() {
    let view = View { tickets: Vec::new() };
    let _ = (view.open(), View::push().into_push(), <View as djust::view::ViewDefinition>::PATH);
}
