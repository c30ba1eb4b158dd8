//! What the views' tests begin with: a desk with tickets, and agents who are signed in.

use crate::desk::Desk;
use crate::server::views;
use crate::store::Store;
use crate::ticket::{NewTicket, Priority, Ticket};
use actix_session::SessionExt;
use djust::Djust;
use djust::testing::{TestApp, TestRequest};

pub struct TestDesk {
    pub app: TestApp,
    pub desk: Desk,
}

impl TestDesk {
    /// An application without tickets.
    pub async fn new() -> Self {
        let app = TestApp::new(views(Djust::builder()));
        let store = Store::in_memory().await.expect("a database in memory needs nothing");
        TestDesk { desk: Desk::new(store, app.pusher()), app }
    }

    /// A ticket of a customer.
    pub async fn ticket(&self, subject: &str) -> Ticket {
        let new = NewTicket {
            subject,
            customer: "eve@example.org",
            text: "Please help.",
            priority: Priority::Normal,
        };
        self.desk.open_ticket(&new).await.expect("the database takes it")
    }

    /// A visitor's request.
    pub fn request(&self, url: &str) -> TestRequest {
        TestRequest::get(url).app_data(self.desk.clone())
    }

    /// The request of an agent, who has just signed in.
    pub async fn request_of(&self, agent: &str, url: &str) -> TestRequest {
        let session = self.desk.store().begin_session(agent).await.expect("the database takes it");
        self.request(url).with(move |request| {
            request.get_session().insert("session", session).expect("it has a JSON form");
        })
    }
}
