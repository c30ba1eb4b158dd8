//! Booking: a form in three steps, checked by the server.
//!
//! The handler takes a form that may not fit its struct: `Result<Form<Booking>, FieldErrors>`. The
//! view keeps the mistakes, and the template shows each message beside its field. The handler
//! returns `Refused`, so everything that was typed stays. The cities follow the country through
//! `dj-model`, without a handler.

use actix_web::web::Data;
use djust::push::Push;
use djust::view::{HandlerError, Problem};
use djust::{
    FieldErrors, Form, LiveView, MountContext, MountResult, Refused, ViewContext, handlers, live_view,
    push_to_view,
};
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};

/// The largest party.
const LARGEST: u8 = 8;

#[live_view(template = "booking.html")]
pub struct BookingView {
    step: Step,
    /// The last accepted booking. The form shows it when somebody comes back to it.
    booking: Booking,
    errors: FieldErrors,
    /// The list of cities depends on it. Country and city are both models, so both are restored
    /// after a reconnect.
    #[model]
    country: Option<Country>,
    #[model]
    city: String,
    /// How many seats are free tonight. The number changes while people type.
    #[push]
    free: u32,
    seats: Seats,
}

enum Step {
    Form,
    Review,
    Booked,
}

/// The form's fields, by their names in HTML.
#[derive(Default, Deserialize)]
struct Booking {
    name: Name,
    email: Email,
    country: Country,
    city: String,
    guests: u8,
    seating: Seating,
    extras: Vec<Extra>,
    note: String,
    rules: Accepted,
}

/// A text that is not blank.
#[derive(Default, Deserialize)]
#[serde(try_from = "String")]
struct Name(String);

#[derive(Default, Deserialize)]
#[serde(try_from = "String")]
struct Email(String);

/// A box that must be ticked.
#[derive(Default, Deserialize)]
#[serde(try_from = "bool")]
struct Accepted(bool);

#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Country {
    #[default]
    Austria,
    Italy,
    Portugal,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Seating {
    #[default]
    Inside,
    Terrace,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Extra {
    Highchair,
    Vegetarian,
    Stepfree,
}

impl Country {
    const ALL: [(Country, &str, &str); 3] = [
        (Country::Austria, "austria", "Austria"),
        (Country::Italy, "italy", "Italy"),
        (Country::Portugal, "portugal", "Portugal"),
    ];

    fn cities(self) -> &'static [&'static str] {
        match self {
            Country::Austria => &["Graz", "Salzburg", "Vienna"],
            Country::Italy => &["Bologna", "Rome", "Turin"],
            Country::Portugal => &["Coimbra", "Lisbon", "Porto"],
        }
    }
}

impl Seating {
    fn name(self) -> &'static str {
        match self {
            Seating::Inside => "inside",
            Seating::Terrace => "on the terrace",
        }
    }
}

impl Extra {
    const ALL: [(Extra, &str, &str); 3] = [
        (Extra::Highchair, "highchair", "A high chair"),
        (Extra::Vegetarian, "vegetarian", "Vegetarian menu"),
        (Extra::Stepfree, "stepfree", "Step-free access"),
    ];
}

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.trim().is_empty() { Err("blank") } else { Ok(Name(text)) }
    }
}

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (who, host) = text.split_once('@').unwrap_or_default();
        if who.is_empty() || !host.contains('.') { Err("no e-mail address") } else { Ok(Email(text)) }
    }
}

impl TryFrom<bool> for Accepted {
    type Error = &'static str;

    fn try_from(yes: bool) -> Result<Self, Self::Error> {
        if yes { Ok(Accepted(yes)) } else { Err("not accepted") }
    }
}

impl Booking {
    /// Checks the rules that no field's type can express, for a form whose fields fit.
    fn check(self, free: u32) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        if !self.country.cities().contains(&self.city.as_str()) {
            errors.add("city", "Choose a city of this country.");
        }
        if self.guests == 0 {
            errors.add("guests", "At least one.");
        } else if self.guests > LARGEST {
            errors.add("guests", format!("{LARGEST} at most: call us for more."));
        } else if u32::from(self.guests) > free {
            errors.add("guests", too_few(free));
        }
        errors.into_result().map(|()| self)
    }
}

fn too_few(free: u32) -> String {
    format!("No more than {free} seats are left tonight.")
}

/// Replaces messages of the framework where the form has better ones.
fn in_our_words(errors: FieldErrors) -> FieldErrors {
    errors.reword(|field, problem| match (field, problem) {
        ("name", Problem::Required) => Some("Who is coming?".into()),
        ("email", _) => Some("We need an e-mail address, such as ada@example.org.".into()),
        ("rules", _) => Some("We can only take you with the house rules.".into()),
        ("country", Problem::Required) => Some("Choose a country.".into()),
        ("city", Problem::Required) => Some("Choose a city.".into()),
        ("guests", Problem::Required) => Some("How many are you?".into()),
        ("guests", Problem::NotWhole) => Some("A whole number, please: 2, say.".into()),
        _ => None,
    })
}

impl LiveView for BookingView {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let seats = cx.app_data::<Seats>().expect("main.rs registers the seats").clone();
        let booking = Booking { guests: 2, ..Booking::default() };
        let free = seats.free();
        let (errors, city) = (FieldErrors::new(), String::new());
        Ok(BookingView { step: Step::Form, booking, errors, country: None, city, free, seats })
    }
}

#[handlers]
impl BookingView {
    /// All field types are checked at once; the other rules, once all fields fit.
    #[event]
    fn review(&mut self, form: Result<Form<Booking>, FieldErrors>) -> Result<(), Refused> {
        let free = self.free;
        let checked = form.map_err(in_our_words).and_then(|Form(booking)| booking.check(free));
        self.booking = checked.map_err(|errors| self.errors.refuse(errors))?;
        self.errors.clear();
        self.step = Step::Review;
        Ok(())
    }

    #[event]
    fn change(&mut self) {
        self.step = Step::Form;
    }

    /// Books the seats. If somebody else was faster, the form comes back with a message.
    #[event]
    fn book(&mut self, cx: &mut ViewContext<Self>) -> Result<(), HandlerError> {
        match self.seats.take(self.booking.guests) {
            Ok(free) => {
                self.step = Step::Booked;
                self.tell(free, cx)
            }
            Err(free) => {
                self.step = Step::Form;
                Err(self.errors.refuse(FieldErrors::new().with("guests", too_few(free))))?
            }
        }
    }

    #[event]
    fn cancel(&mut self, cx: &mut ViewContext<Self>) -> Result<(), HandlerError> {
        self.step = Step::Form;
        let free = self.seats.give_back(self.booking.guests);
        self.tell(free, cx)
    }

    #[event]
    fn start_again(&mut self) {
        self.step = Step::Form;
        self.booking = Booking { guests: 2, ..Booking::default() };
        (self.country, self.city) = (None, String::new());
    }

    /// This page shows it at once; the others get it by a push.
    fn tell(&mut self, free: u32, cx: &ViewContext<Self>) -> Result<(), HandlerError> {
        self.free = free;
        push_to_view(Self::PATH, Push::state("free", free).except(cx.id()))?;
        Ok(())
    }

    fn cities(&self) -> &'static [&'static str] {
        self.country.map_or(&[], Country::cities)
    }

    fn is_in(&self, country: &Country) -> bool {
        self.country == Some(*country)
    }

    fn is_city(&self, city: &str) -> bool {
        self.city == city
    }

    fn extras(&self) -> String {
        let chosen = Extra::ALL.iter().filter(|(extra, ..)| self.booking.extras.contains(extra));
        chosen.map(|(.., name)| *name).collect::<Vec<_>>().join(", ")
    }
}

/// Tonight's seats. An application would keep them in its database.
#[derive(Clone)]
pub struct Seats(Arc<Mutex<u32>>);

impl Default for Seats {
    fn default() -> Self {
        Seats(Arc::new(Mutex::new(40)))
    }
}

impl Seats {
    /// Makes the data that `main.rs` registers.
    pub fn data() -> Data<Self> {
        Data::new(Seats::default())
    }

    fn free(&self) -> u32 {
        self.change(|_| {})
    }

    /// Takes seats and returns how many are still free. The error says how many are, if that is too
    /// few.
    fn take(&self, guests: u8) -> Result<u32, u32> {
        let mut taken = false;
        let free = self.change(|free| {
            if let Some(left) = free.checked_sub(guests.into()) {
                (*free, taken) = (left, true);
            }
        });
        if taken { Ok(free) } else { Err(free) }
    }

    fn give_back(&self, guests: u8) -> u32 {
        self.change(|free| *free += u32::from(guests))
    }

    fn change(&self, change: impl FnOnce(&mut u32)) -> u32 {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut free);
        *free
    }
}

#[cfg(test)]
mod tests {
    use super::{BookingView, Seats};
    use djust::Djust;
    use djust::testing::{TestApp, TestPage, TestRequest};
    use std::error::Error;

    fn app() -> TestApp {
        TestApp::new(Djust::builder().view::<BookingView>())
    }

    async fn page(app: &TestApp, seats: &Seats) -> Result<TestPage<BookingView>, Box<dyn Error>> {
        Ok(app.mount(TestRequest::get("/booking").app_data(seats.clone())).await?)
    }

    async fn fill(page: &mut TestPage<BookingView>, guests: &str) {
        page.fill("#name", "Ada").await;
        page.fill("#email", "ada@example.org").await;
        page.fill("#country", "portugal").await;
        page.fill("#city", "Porto").await;
        page.fill("#guests", guests).await;
        page.check("[name=seating][value=terrace]").await;
        page.check("[name=extras][value=vegetarian]").await;
        page.check("#rules").await;
    }

    #[actix_web::test]
    async fn a_table_is_booked_in_three_steps_and_every_page_sees_the_seats() -> Result<(), Box<dyn Error>> {
        let (app, seats) = (app(), Seats::default());
        let (mut one, mut other) = (page(&app, &seats).await?, page(&app, &seats).await?);
        fill(&mut one, "3").await;
        one.submit("#booking").await;
        assert_eq!(
            one.texts("#review dd"),
            ["Ada", "ada@example.org", "Porto", "3, on the terrace", "Vegetarian menu"]
        );
        one.click("#book").await;
        other.settled().await;
        assert_eq!((one.text("#free"), other.text("#free")), ("37".into(), "37".into()));
        assert!(one.text("#booked").starts_with("Booked. Ada, a table for 3 in Porto"));
        one.click("#cancel").await;
        assert_eq!(one.text("#free"), "40");
        assert_eq!((one.value("#name"), one.is_checked("#rules")), ("Ada".into(), true));
        Ok(())
    }

    #[actix_web::test]
    async fn what_is_wrong_is_said_beside_each_field_and_what_was_typed_stays() -> Result<(), Box<dyn Error>>
    {
        let mut page = page(&app(), &Seats::default()).await?;
        page.fill("#email", "nobody").await;
        page.fill("#guests", "2.5").await;
        page.submit("#booking").await;
        assert!(page.was_refused());
        assert_eq!(page.text("#name-error"), "Who is coming?");
        assert_eq!(page.text("#guests-error"), "A whole number, please: 2, say.");
        assert_eq!(page.attribute("#email", "aria-invalid").as_deref(), Some("true"));
        assert_eq!((page.value("#email"), page.value("#guests")), ("nobody".into(), "2.5".into()));
        fill(&mut page, "9").await;
        page.submit("#booking").await;
        assert_eq!(page.texts(".field-error:not(:empty)"), ["8 at most: call us for more."]);
        Ok(())
    }

    #[actix_web::test]
    async fn the_cities_follow_the_country() -> Result<(), Box<dyn Error>> {
        let mut page = page(&app(), &Seats::default()).await?;
        assert!(page.attribute("#city", "disabled").is_some());
        page.fill("#country", "italy").await;
        assert_eq!(page.texts("#city option")[1..], ["Bologna", "Rome", "Turin"]);
        page.fill("#city", "Rome").await;
        let page = page.reconnect().await?;
        assert_eq!((page.value("#country"), page.value("#city")), ("italy".into(), "Rome".into()));
        Ok(())
    }

    #[actix_web::test]
    async fn the_last_seats_go_to_who_is_faster() -> Result<(), Box<dyn Error>> {
        let (app, seats) = (app(), Seats::default());
        let (mut one, mut other) = (page(&app, &seats).await?, page(&app, &seats).await?);
        seats.take(36).map_err(|_| "they are free")?;
        for page in [&mut one, &mut other] {
            fill(page, "3").await;
            page.submit("#booking").await;
            assert!(page.has("#review"));
        }
        one.click("#book").await;
        other.click("#book").await;
        assert!(one.has("#booked") && other.was_refused());
        assert_eq!(other.text("#guests-error"), "No more than 1 seats are left tonight.");
        Ok(())
    }
}
