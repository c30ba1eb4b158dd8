//! A counter: the smallest live view there is.
//!
//! The number lives on the server, one for each open page. A click calls a handler, the handler
//! changes a field, and the browser receives only the new number.

use djust::{LiveView, MountContext, MountResult, handlers, live_view};

#[live_view(template = "counter.html")]
pub struct Counter {
    /// `#[push]`: code outside the page may set it.
    #[push]
    count: i64,
}

impl LiveView for Counter {
    async fn mount(_cx: &mut MountContext) -> MountResult<Self> {
        Ok(Counter { count: 0 })
    }
}

#[handlers]
impl Counter {
    /// `dj-click="increment"` in the template calls this. A name without a handler does not
    /// compile.
    #[event]
    fn increment(&mut self) {
        self.count = self.count.saturating_add(1);
    }

    #[event]
    fn decrement(&mut self) {
        self.count = self.count.saturating_sub(1);
    }

    /// `dj-submit="add"`: the form's field `by` arrives as the argument `by`, read as an `i64`. If
    /// it can't be read, the handler is not called.
    #[event]
    fn add(&mut self, by: i64) {
        self.count = self.count.saturating_add(by);
    }
}

#[cfg(test)]
mod tests {
    use super::Counter;
    use djust::testing::TestPage;
    use std::error::Error;

    #[actix_web::test]
    async fn buttons_count_up_and_down() -> Result<(), Box<dyn Error>> {
        let mut page = TestPage::<Counter>::mount("/counter").await?;
        page.click("#increment").await;
        page.click("#increment").await;
        page.click("#decrement").await;
        assert_eq!(page.text("#count"), "1");
        assert_eq!(page.last_patch(), ["text 0 = 1"], "the browser is sent the number and nothing else");
        Ok(())
    }

    #[actix_web::test]
    async fn a_form_adds_what_is_typed_and_calls_nothing_if_that_is_no_number() -> Result<(), Box<dyn Error>>
    {
        let mut page = TestPage::<Counter>::mount("/counter").await?;
        page.submit("#add").await;
        assert_eq!(page.text("#count"), "5", "what the server wrote into the field");
        page.fill("#by", "-7").await;
        page.press("#by", "Enter").await;
        assert_eq!(page.text("#count"), "-2");
        page.fill("#by", "many").await;
        page.submit("#add").await;
        assert_eq!(page.text("#count"), "-2");
        assert!(page.errors()[0].contains("argument `by` of `add`"));
        Ok(())
    }

    #[actix_web::test]
    async fn a_push_sets_the_number_and_a_typed_one_stays() -> Result<(), Box<dyn Error>> {
        let mut page = TestPage::<Counter>::mount("/counter").await?;
        page.fill("#by", "3").await;
        page.push(Counter::push().count(40)).await?;
        assert_eq!((page.text("#count"), page.value("#by")), ("40".into(), "3".into()));
        Ok(())
    }
}
