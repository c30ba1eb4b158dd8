//! Pushes by a contract, to a view that has it from another crate.

use djust::push::{Push, PushContract};
use djust::view::ViewDefinition;
use djust::{LiveView, MountContext, MountResult, handlers, live_view};
use djust_tests::client::Client;
use djust_tests::contracts::ShelfContract;
use djust_tests::server::{TestServer, page};

const ITEMS: u64 = 0;
const LABEL: u64 = 1;
const NOTICE: u64 = 2;

/// The view; it has more than its contract.
#[live_view(
    contract = ShelfContract,
    source = r#"<p>{{ items }}</p><b>{{ label.as_deref().unwrap_or("none") }}</b><i>{{ notice }}</i>"#
)]
struct Shelf {
    #[push]
    items: u32,
    #[push]
    label: Option<String>,
    #[push]
    notice: String,
}

impl LiveView for Shelf {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Shelf { items: 0, label: Some("new".into()), notice: String::new() })
    }
}

#[handlers]
impl Shelf {
    #[push]
    fn on_notice(&mut self, text: String, times: Option<usize>) {
        self.notice = text.repeat(times.unwrap_or(1));
    }

    #[push]
    fn on_dusted(&mut self) {}
}

#[test]
fn a_push_by_a_contract_reaches_the_view() {
    let server = TestServer::start(
        |builder| builder.view::<Shelf>(),
        |_, config| {
            config.route("/shelf", page::<Shelf>());
        },
    );
    let mut client = Client::join(server.addr, "/shelf");
    let pusher = server.djust.pusher();
    let push = ShelfContract::push().items(3).label(None).on_notice("full".to_owned(), Some(2));
    assert_eq!(push.via(&pusher).send_blocking().expect("accepted").views, 1);
    client.until_shows(NOTICE, "fullfull");
    assert_eq!((&client.places[&ITEMS], &client.places[&LABEL]), (&"3".into(), &"none".into()));
}

/// Two applications in one process, as tests have.
#[test]
fn a_typed_push_goes_through_the_pusher_that_it_is_given_and_no_other_in_every_way_to_send() {
    let application = || {
        TestServer::start(
            |builder| builder.view::<Shelf>(),
            |_, config| {
                config.route("/shelf", page::<Shelf>());
            },
        )
    };
    let (one, other) = (application(), application());
    let mut clients = [&one, &other].map(|server| Client::join(server.addr, "/shelf"));
    let (pusher, others) = (one.djust.pusher(), other.djust.pusher());
    let push = |items| ShelfContract::push().items(items);
    // The layer in one process never blocks, so that all of them work in a runtime, too.
    let receipts = actix_rt::System::new().block_on(async {
        let mut receipts = vec![
            push(1).via(&pusher).send().await,
            push(2).via(&pusher).send_blocking(),
            push(3).via(&pusher).queue(),
            pusher.send(push(4)).await,
            pusher.queue(push(5).via(&others)),
        ];
        receipts.extend(pusher.push_many([push(6), push(7)]).await);
        receipts
    });
    assert!(receipts.iter().all(|receipt| receipt.as_ref().is_ok_and(|receipt| receipt.views == 1)));
    clients[0].until_shows(ITEMS, "7");
    assert!(others.send_blocking(push(8)).is_ok_and(|receipt| receipt.views == 1));
    clients[1].until_shows(ITEMS, "8");
    assert_eq!(clients[0].places[&ITEMS], "7");
}

#[test]
fn a_view_and_its_contract_make_the_same_pushes_to_the_same_path() {
    assert_eq!(Shelf::PATH, "tests.Shelf");
    assert_eq!(Shelf::PATH, ShelfContract::PATH);
    assert_eq!(ShelfContract::SCHEMA.path, ShelfContract::PATH);
    let (view, contract) = (Shelf::push().items(3).label(None), ShelfContract::push().items(3).label(None));
    assert_eq!(view.clone().into_push(), contract.clone().into_push());
    assert_eq!(view.clone().key("shelf:1").into_push(), contract.clone().key("shelf:1").into_push());
    for times in [None, Some(2)] {
        let (view, contract) = (view.clone(), contract.clone());
        let push = contract.on_notice("full".to_owned(), times).key("shelf:1").into_push();
        assert_eq!(view.on_notice("full".to_owned(), times).key("shelf:1").into_push(), push);
    }
}

#[test]
fn the_schema_of_a_contract_refuses_what_the_view_would() {
    let notice = || Push::handler("on_notice").arg("text", "full");
    for push in [Push::render(), Push::state("items", 3).set("label", ()), notice(), notice().arg("times", 2)]
    {
        assert_eq!(ShelfContract::SCHEMA.check(&push), Ok(()));
        assert_eq!(Shelf::SCHEMA.check(&push), Ok(()));
    }
    for push in [
        Push::state("itms", 3),
        Push::state("items", -3),
        Push::state("items", ()),
        Push::handler("on_notise"),
        Push::handler("on_notice"),
        Push::handler("on_notice").arg("text", 5),
        notice().arg("times", "twice"),
        notice().arg("time", 2),
    ] {
        let error = ShelfContract::SCHEMA.check(&push);
        assert!(error.is_err(), "{push:?}");
        assert_eq!(error, Shelf::SCHEMA.check(&push));
    }
    assert!(ShelfContract::SCHEMA.check(&Push::state("notice", "x")).is_err(), "the view has more than that");
}
