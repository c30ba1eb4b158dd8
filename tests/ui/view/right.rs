//@ compiles
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(
    source = r#"<input dj-model="name" value="{{ name }}"><p {% if count > 1 %}hidden{% endif %}>{{ self.double() }}</p>"#,
    path = "shop.views.Cart",
    tick_interval = 500,
    key = "cart:{count:03}:{name}"
)]
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// How many.
    #[push]
    pub count: i64,
    #[push]
    #[model]
    name: String,
}

#[live_view(source = "nothing")]
struct Unit;

impl View {
    fn double(&self) -> i64 {
        self.count * 2
    }
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { count: 0, name: String::new() })
    }
}

impl LiveView for Unit {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Unit)
    }
}

fn main() {
    let _ = View::push().count(1).name("Ada".to_owned()).key("cart:001:Ada").into_push();
    const { assert!(<View as djust::view::ViewDefinition>::TICK_INTERVAL.is_some()) };
}
