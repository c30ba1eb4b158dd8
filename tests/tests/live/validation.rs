//! `FieldErrors` from the validation crates, with their own derives.

use djust::FieldErrors;
use garde::Validate as _;
use validator::Validate as _;

fn messages(errors: impl Into<FieldErrors>) -> Vec<(String, String)> {
    errors.into().iter().map(|(field, text)| (field.to_owned(), text.to_owned())).collect()
}

fn expected(messages: &[(&str, &str)]) -> Vec<(String, String)> {
    messages.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect()
}

#[derive(validator::Validate)]
#[validate(schema(function = "dates_in_order"))]
struct Booking {
    #[validate(length(min = 2, max = 40))]
    name: String,
    #[validate(email(message = "We need your address to answer."))]
    email: String,
    #[validate(range(min = 1))]
    nights: u32,
    #[validate(nested)]
    guests: Vec<Guest>,
}

#[derive(validator::Validate)]
struct Guest {
    #[validate(range(max = 120))]
    age: u32,
}

fn dates_in_order(booking: &Booking) -> Result<(), validator::ValidationError> {
    if booking.name == "past" {
        let error = validator::ValidationError::new("dates");
        return Err(error.with_message("The dates are in the past.".into()));
    }
    Ok(())
}

#[test]
fn what_validator_finds_is_shown_by_paths_and_in_sentences() {
    let booking = Booking {
        name: "A".into(),
        email: "nobody".into(),
        nights: 0,
        guests: vec![Guest { age: 3 }, Guest { age: 130 }],
    };
    let errors = booking.validate().expect_err("all of it is wrong");
    let sentences = [
        ("email", "We need your address to answer."),
        ("guests[1].age", "It has to be at most 120."),
        ("name", "Its length has to be from 2 to 40."),
        ("nights", "It has to be at least 1."),
    ];
    assert_eq!(messages(errors), expected(&sentences));
    let past = Booking { name: "past".into(), email: "a@example.org".into(), nights: 1, guests: Vec::new() };
    let errors = FieldErrors::from(past.validate().expect_err("the schema's rule"));
    assert_eq!(errors.of_form().collect::<Vec<_>>(), ["The dates are in the past."]);
}

#[derive(garde::Validate)]
struct Order {
    #[garde(length(min = 2))]
    name: String,
    #[garde(dive)]
    items: Vec<Item>,
}

#[derive(garde::Validate)]
struct Item {
    #[garde(range(min = 1))]
    count: u32,
}

#[test]
fn what_garde_finds_is_shown_by_paths() {
    let order = Order { name: "A".into(), items: vec![Item { count: 1 }, Item { count: 0 }] };
    let errors = FieldErrors::from(order.validate().expect_err("two mistakes"));
    assert!(errors.has("name") && errors.has("items[1].count") && errors.len() == 2, "{errors:?}");
    assert_eq!(errors.get("name"), Some("length is lower than 2"));
}
