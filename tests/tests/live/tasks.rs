//! Futures that views spawn: they run beside the view, and end with it.

use djust::layer::LocalLayer;
use djust::push::ViewPath;
use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view};
use djust_tests::client::Client;
use djust_tests::decorated::Decorated;
use djust_tests::server::{TestServer, page, wait_until};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// What tasks wait for, and how many there are.
#[derive(Clone)]
struct Gate {
    open: Arc<Semaphore>,
    running: Arc<AtomicUsize>,
    /// How many views wait for the tasks to end.
    waiting: Arc<AtomicUsize>,
}

impl Gate {
    fn new() -> Self {
        Gate { open: Arc::new(Semaphore::new(0)), running: Arc::default(), waiting: Arc::default() }
    }

    fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }
}

/// A task that exists, whether it runs or waits.
struct Running(Arc<AtomicUsize>);

impl Running {
    fn new(gate: &Gate) -> Self {
        gate.running.fetch_add(1, Ordering::SeqCst);
        Running(Arc::clone(&gate.running))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

struct PanicsOnDrop;

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        panic!("in drop");
    }
}

/// Writes down what comes back.
#[live_view(path = "tests.Tasks", source = "<p>{{ log }}</p>")]
struct Tasks {
    log: String,
}

impl LiveView for Tasks {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Tasks { log: "mounted".to_owned() })
    }
}

#[handlers]
impl Tasks {
    #[event]
    fn start(&mut self, name: String, times: usize, cx: &mut ViewContext<Self>) {
        let gate = cx.app_data::<Gate>().expect("the server has one").clone();
        for _ in 0..times {
            let (name, gate, running) = (name.clone(), gate.clone(), Running::new(&gate));
            let task = async move {
                let _running = running;
                gate.open.acquire().await.expect("it is never closed").forget();
                name
            };
            cx.spawn(task, |view, name| view.log = format!("{} {name}", view.log));
        }
    }

    /// Keeps the view busy while a task goes on.
    #[event]
    async fn wait_for_none(&mut self, cx: &mut ViewContext<Self>) {
        let gate = cx.app_data::<Gate>().expect("the server has one").clone();
        gate.waiting.fetch_add(1, Ordering::SeqCst);
        while gate.running() > 0 {
            actix_web::rt::time::sleep(Duration::from_millis(2)).await;
        }
        self.log.push_str(" waited");
    }

    #[event]
    fn chain(&mut self, cx: &mut ViewContext<Self>) {
        cx.spawn_with(async { 1 }, |view, one, cx| {
            view.log = format!("{} {one}", view.log);
            cx.focus("after");
            cx.spawn(async move { one + 1 }, |view, two| view.log = format!("{} {two}", view.log));
        });
    }

    #[event]
    fn panic_in_task(&mut self, cx: &mut ViewContext<Self>) {
        cx.spawn(async { panic!("in a task") }, |_, ()| {});
    }

    #[event]
    fn panic_in_result(&mut self, cx: &mut ViewContext<Self>) {
        cx.spawn(async {}, |_, ()| panic!("in a result"));
    }

    /// Leaves a task that has not been started, and panics when it is dropped.
    #[event]
    fn panic_with_tasks(&mut self, cx: &mut ViewContext<Self>) {
        let held = PanicsOnDrop;
        cx.spawn(std::future::pending::<()>(), move |_, ()| drop(held));
        panic!("in the handler");
    }

    #[event]
    fn hold_what_panics(&mut self, cx: &mut ViewContext<Self>) {
        let held = PanicsOnDrop;
        cx.spawn(std::future::pending::<()>(), move |_, ()| drop(held));
    }
}

fn server() -> (TestServer, Gate, Arc<Decorated<LocalLayer>>) {
    let (gate, layer) = (Gate::new(), Arc::new(Decorated::new(LocalLayer::new())));
    let data = gate.clone();
    let server = TestServer::start(
        |builder| builder.view::<Tasks>().layer(layer.clone()),
        move |_, config| {
            config.app_data(actix_web::web::Data::new(data.clone()));
            config.route("/", page::<Tasks>());
        },
    );
    (server, gate, layer)
}

#[test]
fn results_come_back_one_by_one_after_what_the_view_is_busy_with() {
    let (server, gate, _) = server();
    let mut client = Client::join(server.addr, "/");
    client.call("start", json!({"name": "a", "times": 2}));
    client.event("wait_for_none", json!({}));
    wait_until("the view to be busy", || gate.waiting.load(Ordering::SeqCst) == 1);
    assert_eq!(gate.running(), 2);
    gate.open.add_permits(2);
    client.until_shows(0, "mounted waited a a");
    client.call("chain", json!({}));
    client.until_shows(0, "mounted waited a a 1 2");
}

#[test]
fn tasks_end_with_their_view() {
    let (server, gate, _) = server();
    let mut client = Client::join(server.addr, "/");
    client.call("start", json!({"name": "a", "times": 3}));
    assert_eq!(gate.running(), 3);
    drop(client);
    wait_until("the tasks to end", || gate.running() == 0);
}

#[test]
fn a_remount_in_place_ends_the_tasks_of_the_old_instance() {
    let (server, gate, layer) = server();
    let mut client = Client::join(server.addr, "/");
    client.call("start", json!({"name": "old", "times": 2}));
    layer.sink().remount(&"tests.Tasks".parse::<ViewPath>().expect("a path").group());
    wait_until("the tasks to end", || gate.running() == 0);
    client.call("start", json!({"name": "new", "times": 1}));
    gate.open.add_permits(3);
    client.until_shows(0, "mounted new");
}

#[test]
fn a_panic_in_a_task_or_its_result_ends_the_view_and_nothing_else() {
    let (server, ..) = server();
    let mut other = Client::join(server.addr, "/");
    for handler in ["panic_in_task", "panic_in_result", "panic_with_tasks"] {
        let mut client = Client::join(server.addr, "/");
        client.event(handler, json!({}));
        assert_eq!(client.until("ended")["reason"], "panic", "{handler}");
    }
    let mut client = Client::join(server.addr, "/");
    client.call("hold_what_panics", json!({}));
    drop(client);
    server.wait_for_views(1);
    other.call("chain", json!({}));
    other.until_shows(0, "mounted 1 2");
}

#[test]
fn a_view_with_too_many_tasks_is_remounted_and_its_tasks_end() {
    let (server, gate, _) = server();
    let mut client = Client::join(server.addr, "/");
    client.call("start", json!({"name": "a", "times": 1_024}));
    client.event("start", json!({"name": "b", "times": 1}));
    assert_eq!(client.until("ended")["reason"], "lagged");
    wait_until("the tasks to end", || gate.running() == 0);
}
