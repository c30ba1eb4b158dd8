//@ error: `key` is a text or an expression over `self`: key = "ticket:{id}", key = TicketKey(self.id)
use djust::live_view;

#[live_view(source = "nothing", default, key = struct)] //~
#[derive(Default)]
struct View;

fn main() {
    let _ = View::PATH;
}
