//! What Redis costs: `cargo bench -p djust-tests --bench redis`
//!
//! - from a push to the last of 200 clients: on two servers joined by Redis, and on one of its own, in turn;
//! - how many pushes a second one sender gets into Redis, one by one and by `push_many`.
//!
//! Sender, servers and clients are one process, which reads the clients one after the other; that is the same for both ways.

use djust::layer::RedisLayer;
use djust::push::{Push, Pusher};
use djust_tests::client::Client;
use djust_tests::pushes::for_view;
use djust_tests::redis_server::RedisServer;
use djust_tests::server::{TestServer, page};
use djust_tests::views::{Board, Truth, push_through};
use std::sync::Arc;
use std::time::{Duration, Instant};

const BOARD: &str = "tests.Board";
/// A view of the servers that nobody looks at.
const NOBODY: &str = "tests.Truth";
const COUNT: u64 = 1;
const CLIENTS: usize = 200;
const ROUNDS: usize = 1_000;
const MANY: usize = 100_000;

fn server(layer: Option<RedisLayer>) -> TestServer {
    TestServer::start(
        |builder| match layer {
            Some(layer) => builder.view::<Board>().view::<Truth>().layer(Arc::new(layer)),
            None => builder.view::<Board>().view::<Truth>(),
        },
        |djust, config| {
            push_through(djust.pusher());
            config.route("/board", page::<Board>());
        },
    )
}

fn layer(redis: &RedisServer) -> RedisLayer {
    RedisLayer::new(redis.url()).expect("a good address")
}

/// A way from a sender to 200 clients.
struct Way {
    name: &'static str,
    pusher: Pusher,
    clients: Vec<Client>,
    /// Of each round, sorted at the end.
    times: Vec<Duration>,
}

impl Way {
    fn round(&mut self, number: usize) {
        let begun = Instant::now();
        self.pusher.push_to_view(BOARD, Push::state("count", number)).expect("taken");
        let shown = number.to_string();
        for client in &mut self.clients {
            client.until_shows(COUNT, &shown);
        }
        self.times.push(begun.elapsed());
    }

    fn percentile(&self, percent: usize) -> Duration {
        self.times[(self.times.len() - 1) * percent / 100]
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark's result")]
fn main() {
    let redis = RedisServer::start();
    let local = server(None);
    let joined = [server(Some(layer(&redis))), server(Some(layer(&redis)))];
    let join = |server: &TestServer, clients: usize| -> Vec<_> {
        (0..clients).map(|_| Client::join(server.addr, "/board")).collect()
    };
    let mut over_redis = join(&joined[0], CLIENTS / 2);
    over_redis.extend(join(&joined[1], CLIENTS / 2));
    let way = |name, pusher, clients| Way { name, pusher, clients, times: Vec::new() };
    let mut ways = [
        way("in one process", local.djust.pusher(), join(&local, CLIENTS)),
        way("two servers, Redis", Pusher::new(Arc::new(layer(&redis))), over_redis),
    ];
    for number in 1..=ROUNDS {
        ways.iter_mut().for_each(|way| way.round(number));
        // An idle machine: the pages are not busy with the last push.
        std::thread::sleep(Duration::from_millis(2));
    }
    println!("push to the last of {CLIENTS} clients, {ROUNDS} rounds");
    for way in &mut ways {
        way.times.sort_unstable();
        let (half, most) = (way.percentile(50), way.percentile(99));
        println!("  {:<20} p50 {half:>8.2?}   p99 {most:>8.2?}", way.name);
    }
    println!(
        "  Redis adds           p50 {:>8.2?}   p99 {:>8.2?}",
        ways[1].percentile(50).saturating_sub(ways[0].percentile(50)),
        ways[1].percentile(99).saturating_sub(ways[0].percentile(99)),
    );
    drop(ways);
    let sender = Pusher::new(Arc::new(layer(&redis)));
    sender.push_to_view(NOBODY, Push::render()).expect("it is connected");
    let begun = Instant::now();
    for number in 0..MANY / 20 {
        sender.push_to_view(NOBODY, Push::state("told", number.to_string())).expect("taken");
    }
    let rate = (MANY / 20) as f64 / begun.elapsed().as_secs_f64();
    println!("one by one   {rate:>9.0} pushes/s");
    let begun = Instant::now();
    let results = sender.push_many_blocking(for_view(
        NOBODY,
        (0..MANY).map(|number| Push::state("told", number.to_string())),
    ));
    let taken = results.into_iter().filter(Result::is_ok).count();
    println!(
        "push_many    {:>9.0} pushes/s, {taken} of {MANY} taken",
        MANY as f64 / begun.elapsed().as_secs_f64()
    );
}
