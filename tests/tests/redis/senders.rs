//! What a sender is told, and what it leaves behind.

use crate::order::{BOARD, NODE, sender};
use djust::layer::RedisLayer;
use djust::push::{LayerError, Push, PushError, PushStatus, Pusher, QueryError};
use djust_tests::client::Client;
use djust_tests::node::Node;
use djust_tests::pushes::for_view;
use djust_tests::redis_server::RedisServer;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const SHORT: Duration = Duration::from_millis(700);

fn impatient(redis: &RedisServer) -> Pusher {
    let layer = RedisLayer::builder(redis.url()).timeout(SHORT).build().expect("a good address");
    Pusher::new(Arc::new(layer))
}

#[test]
fn a_program_that_ends_at_once_leaves_its_push_behind_in_every_way_to_send() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let mut client = Client::join(node.addr, "/board");
    for way in ["queued", "spawned", "awaited", "blocking"] {
        let program = env!("CARGO_BIN_EXE_short_lived");
        let ended = Command::new(program).args([&redis.url(), way]).status().expect("cargo has built it");
        assert!(ended.success());
        client.until_shows(0, way);
    }
}

#[test]
fn without_redis_a_push_is_not_taken_and_the_sender_knows_it_in_time() {
    let mut redis = RedisServer::start();
    redis.kill();
    let pusher = impatient(&redis);
    let begun = Instant::now();
    let error = pusher.push_to_view(BOARD, Push::render()).expect_err("there is no Redis");
    assert!(matches!(error, PushError::Unavailable(LayerError::NotStored { .. })), "{error:?}");
    assert!(begun.elapsed() >= SHORT && begun.elapsed() < 2 * SHORT, "{:?}", begun.elapsed());
    let results = pusher.push_many_blocking(for_view(BOARD, (0..100).map(|_| Push::render())));
    assert!(
        results.len() == 100
            && results.iter().all(|r| matches!(r, Err(PushError::Unavailable(LayerError::NotStored { .. }))))
    );
    assert!(begun.elapsed() < 4 * SHORT, "{:?}", begun.elapsed());
    assert!(pusher.viewers_blocking(BOARD).is_err());
}

#[test]
fn with_a_hanging_redis_a_push_is_unconfirmed_and_is_applied_once_at_most() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let mut client = Client::join(node.addr, "/board");
    let pusher = impatient(&redis);
    let record = |number: u64| Push::handler("log").arg("sender", 0).arg("number", number);
    pusher.push_to_view(BOARD, record(1)).expect("taken");
    redis.pause();
    let error = pusher.push_to_view(BOARD, record(2)).expect_err("it hangs");
    assert!(matches!(error, PushError::Unavailable(LayerError::Unconfirmed { .. })), "{error:?}");
    redis.resume();
    while pusher.push_to_view(BOARD, record(3)).is_err() {}
    pusher.push_to_view(BOARD, record(4)).expect("taken");
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let seen = client.places.get(&2).and_then(|seen| seen.as_str()).unwrap_or_default().to_owned();
        if seen.starts_with("4|") {
            assert!(["4|4||0", "4|3|2|0", "4|3|3|0", "4|2|2,3|0"].contains(&seen.as_str()), "{seen}");
            return;
        }
        assert!(Instant::now() < deadline, "{seen}");
        client.frame().expect("the connection lives");
    }
}

#[test]
fn in_a_runtime_a_push_is_queued_until_the_queue_is_full_and_nothing_of_it_is_lost() {
    let mut redis = RedisServer::durable();
    redis.kill();
    let layer = RedisLayer::builder(redis.url()).queue_timeout(Duration::from_secs(60)).build();
    let pusher = Pusher::new(Arc::new(layer.expect("a good address")));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let queued = runtime.block_on(async {
        let mut queued = 0;
        loop {
            let begun = Instant::now();
            // Each counts as 80.
            match pusher.push_to_view(BOARD, Push::state("note", "x".repeat(40_640))) {
                Ok(receipt) => assert_eq!(receipt.status, PushStatus::Queued),
                Err(PushError::Unavailable(LayerError::QueueFull { waiting, .. })) => {
                    assert_eq!(waiting, queued * 80);
                    return queued;
                }
                Err(error) => panic!("{error}"),
            }
            assert!(begun.elapsed() < Duration::from_millis(500), "it does not wait");
            queued += 1;
        }
    });
    assert_eq!(queued, 65_536 / 80, "the bound that is documented");
    redis.run();
    assert_eq!(runtime.block_on(pusher.flush(Duration::from_secs(30))), 0);
    let length: usize = redis.run_command(&["XLEN", "djust:stream:djust_view_tests_Board"]);
    assert_eq!(length, queued);
}

#[test]
fn in_a_runtime_what_would_block_fails_at_once_and_what_queues_does_not() {
    let redis = RedisServer::start();
    let pusher = sender(&redis);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let receipt = runtime.block_on(async {
        let would_block = PushError::Unavailable(LayerError::WouldBlock);
        let error = pusher.send_blocking((BOARD, Push::render())).expect_err("it would block");
        assert_eq!(error, would_block);
        let results = pusher.push_many_blocking([(BOARD, Push::render()), (BOARD, Push::render())]);
        assert!(results.iter().all(|result| result.as_ref().is_err_and(|error| *error == would_block)));
        let error = pusher.viewers_blocking(BOARD).expect_err("it would block");
        assert_eq!(error, QueryError::Push(would_block.clone()));
        assert_eq!(pusher.flush_blocking(SHORT), Err(LayerError::WouldBlock));
        let receipt = pusher.queue((BOARD, Push::render())).expect("there is room");
        let error = receipt.confirm_blocking(SHORT).expect_err("it would block");
        assert_eq!(error, QueryError::Push(would_block));
        receipt
    });
    assert_eq!(receipt.status, PushStatus::Queued);
    assert_eq!(pusher.flush_blocking(Duration::from_secs(10)), Ok(0));
    let length: usize = redis.run_command(&["XLEN", "djust:stream:djust_view_tests_Board"]);
    assert_eq!(length, 1, "only what was queued");
}

#[test]
fn what_was_queued_and_fails_reaches_the_hook() {
    let mut redis = RedisServer::start();
    redis.kill();
    let (failed, seen) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(String::new())));
    let (count, last) = (Arc::clone(&failed), Arc::clone(&seen));
    let layer = RedisLayer::builder(redis.url())
        .queue_timeout(SHORT)
        .on_failure(move |failure| {
            count.fetch_add(1, Ordering::Relaxed);
            *last.lock().expect("nobody panics with it") = format!("{}: {failure}", failure.view_path);
        })
        .build()
        .expect("a good address");
    let pusher = Pusher::new(Arc::new(layer));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        for _ in 0..10 {
            pusher.push_to_view(BOARD, Push::render()).expect("queued");
        }
        assert_eq!(pusher.flush(Duration::from_secs(10)).await, 0);
    });
    assert_eq!(failed.load(Ordering::Relaxed), 10);
    let seen = seen.lock().expect("nobody panics with it").clone();
    assert!(seen.starts_with("tests.Board: ") && seen.contains("not stored"), "{seen}");
}

#[test]
fn what_is_queued_while_redis_is_away_is_taken_when_it_is_back_and_can_be_confirmed() {
    let mut redis = RedisServer::durable();
    let node = Node::start(NODE, &redis.url(), &[]);
    let mut client = Client::join(node.addr, "/board");
    redis.kill();
    let pusher = sender(&redis);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let receipt = runtime.block_on(async { pusher.push_to_view(BOARD, Push::state("note", "later")) });
    let receipt = receipt.expect("queued");
    redis.run();
    let confirmed = runtime.block_on(receipt.confirm(Duration::from_secs(10))).expect("taken and answered");
    assert_eq!((confirmed.views, confirmed.nodes), (1, 1));
    client.until_shows(0, "later");
}

#[test]
fn a_user_a_password_a_database_and_a_prefix_are_used() {
    let redis = RedisServer::start();
    let _: () = redis.run_command(&["CONFIG", "SET", "requirepass", "open sesame"]);
    let layer =
        RedisLayer::builder(redis.url()).credentials("default", "open sesame").database(3).prefix("shop");
    let pusher = Pusher::new(Arc::new(layer.build().expect("a good address")));
    pusher.push_to_view(BOARD, Push::render()).expect("taken");
    let url = format!("redis://:open%20sesame@127.0.0.1:{}/3", redis.port());
    let mut inside =
        redis::Client::open(url).and_then(|client| client.get_connection()).expect("the password");
    let length: usize =
        redis::cmd("XLEN").arg("shop:stream:djust_view_tests_Board").query(&mut inside).expect("a stream");
    assert_eq!(length, 1);
    let begun = Instant::now();
    let wrong = RedisLayer::builder(redis.url()).credentials("default", "wrong").build().expect("an address");
    let error = Pusher::new(Arc::new(wrong)).push_to_view(BOARD, Push::render()).expect_err("no entry");
    assert!(
        matches!(error, PushError::Unavailable(LayerError::NotStored { .. }))
            && error.to_string().contains("authentication failed"),
        "{error}"
    );
    assert!(begun.elapsed() < Duration::from_secs(2), "that is known at once");
}

#[test]
fn tls_is_spoken_with_those_whose_certificate_is_trusted() {
    let (redis, port, certificate) = RedisServer::with_tls();
    let address = format!("rediss://127.0.0.1:{port}");
    let trusting = RedisLayer::builder(&address).certificates(certificate).build().expect("an address");
    Pusher::new(Arc::new(trusting)).push_to_view(BOARD, Push::render()).expect("taken");
    let length: usize = redis.run_command(&["XLEN", "djust:stream:djust_view_tests_Board"]);
    assert_eq!(length, 1);
    let doubting = RedisLayer::builder(&address).timeout(SHORT).build().expect("an address");
    let error = Pusher::new(Arc::new(doubting)).push_to_view(BOARD, Push::render()).expect_err("a stranger");
    assert!(
        matches!(error, PushError::Unavailable(LayerError::NotStored { .. }))
            && error.to_string().contains("certificate"),
        "{error}"
    );
}

#[test]
fn an_address_that_asks_for_the_newer_protocol_is_understood() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &format!("{}/?protocol=resp3", redis.url()), &[]);
    let mut client = Client::join(node.addr, "/board");
    let layer = RedisLayer::new(format!("{}/?protocol=resp3", redis.url())).expect("a good address");
    let pusher = Pusher::new(Arc::new(layer));
    let receipt = pusher.push_to_view(BOARD, Push::state("note", "resp3")).expect("taken");
    client.until_shows(0, "resp3");
    let confirmed = receipt.confirm_blocking(Duration::from_secs(5)).expect("answered");
    assert_eq!((confirmed.views, confirmed.nodes), (1, 1));
}

#[test]
fn who_waits_for_ever_may_say_so() {
    let mut redis = RedisServer::start();
    let layer = RedisLayer::builder(redis.url()).timeout(Duration::MAX).queue_timeout(Duration::MAX);
    let pusher = Pusher::new(Arc::new(layer.build().expect("a good address")));
    redis.kill();
    let waiting = {
        let pusher = pusher.clone();
        std::thread::spawn(move || pusher.push_to_view(BOARD, Push::render()))
    };
    redis.run();
    let receipt = waiting.join().expect("it does not panic").expect("taken when Redis is back");
    assert_eq!(receipt.confirm_blocking(Duration::MAX).expect("nobody is asked").views, 0);
    assert_eq!(pusher.viewers_blocking(BOARD).expect("Redis answers").views, 0);
}

#[test]
fn two_may_wait_for_one_queued_push_each_as_long_as_it_likes() {
    let mut redis = RedisServer::start();
    redis.kill();
    let pusher = sender(&redis);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let receipt = runtime.block_on(async { pusher.push_to_view(BOARD, Push::render()) }).expect("queued");
    let other = receipt.clone();
    runtime.block_on(async {
        let patient = tokio::spawn(async move { receipt.confirm(Duration::from_secs(20)).await });
        tokio::task::yield_now().await;
        let begun = Instant::now();
        let error = other.confirm(SHORT).await.expect_err("it is still queued");
        assert!(
            matches!(error, QueryError::Push(PushError::Unavailable(LayerError::Unconfirmed { .. }))),
            "{error:?}"
        );
        assert!(begun.elapsed() < 2 * SHORT, "{:?}", begun.elapsed());
        redis.run();
        assert_eq!(patient.await.expect("it does not panic").expect("taken").nodes, 0);
    });
}

#[test]
fn a_cluster_is_refused_by_name() {
    let redis = RedisServer::with(&["--save", "", "--cluster-enabled", "yes"]);
    let error = impatient(&redis).push_to_view(BOARD, Push::render()).expect_err("refused");
    assert!(error.to_string().contains("Cluster"), "{error}");
}

#[test]
fn a_malformed_address_is_an_error_at_once() {
    for bad in ["", "localhost", "http://localhost", "redis://"] {
        let Err(error) = RedisLayer::new(bad) else { panic!("{bad} is taken for an address") };
        assert!(error.to_string().contains("redis://"), "{bad}: {error}");
    }
}

#[test]
fn the_commands_that_the_book_names_are_all_that_a_user_needs() {
    let redis = RedisServer::start();
    let book = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/src/redis.md"));
    let book = book.expect("it is in the repository");
    let rule = book.split("```text\nACL ").nth(1).and_then(|text| text.split("```").next());
    let rule: Vec<_> = rule.expect("a rule").split_whitespace().collect();
    let _: () = redis.run_command(&[&["ACL"], rule.as_slice()].concat());
    let url = format!("redis://app:secret@127.0.0.1:{}", redis.port());
    let node = Node::start(NODE, &url, &["--lease-ms", "1000"]);
    let mut client = Client::join(node.addr, "/board");
    let layer = RedisLayer::builder(&url).lease(Duration::from_secs(1)).build().expect("an address");
    let pusher = Pusher::new(Arc::new(layer));
    let all_of_it = |text: &str| {
        let receipt = pusher.push_to_view(BOARD, Push::state("note", text)).expect("taken");
        assert_eq!(receipt.confirm_blocking(Duration::from_secs(8)).expect("it answers").views, 1);
        assert_eq!(pusher.viewers_blocking(BOARD).expect("it answers").views, 1);
    };
    all_of_it("one");
    client.until_shows(0, "one");
    for result in pusher.push_many_blocking(for_view(BOARD, (0..500).map(|n| Push::state("count", n)))) {
        result.expect("taken");
    }
    client.until_shows(1, "499");
    // A server that is gone is given up, and one that has been emptied is known again.
    let mut other = Node::start(NODE, &url, &["--lease-ms", "1000"]);
    let _page = Client::join(other.addr, "/board");
    other.kill();
    std::thread::sleep(Duration::from_secs(3));
    let _: () = redis.run_command(&["FLUSHALL"]);
    all_of_it("two");
    let denied: Vec<redis::Value> = redis.run_command(&["ACL", "LOG"]);
    assert!(denied.is_empty(), "{denied:?}");
}

#[test]
fn who_may_not_look_what_servers_publish_still_pushes_and_who_may_not_add_knows_it_at_once() {
    let redis = RedisServer::start();
    let pushes = [
        "+info",
        "+select",
        "+time",
        "+eval",
        "+evalsha",
        "+script|load",
        "+get",
        "+set",
        "+incrby",
        "+expire",
    ];
    let and_more = ["+xadd", "+hget", "+hset", "+hdel"];
    let user = |name: &str, commands: &[&str]| {
        let rule = ["ACL", "SETUSER", name, "on", ">secret", "~*", "-@all"];
        let _: () = redis.run_command(&[&rule, pushes.as_slice(), commands].concat());
        let url = format!("redis://{name}:secret@127.0.0.1:{}", redis.port());
        Pusher::new(Arc::new(RedisLayer::new(url).expect("an address")))
    };
    user("some", &and_more).push_to_view(BOARD, Push::state("note", "taken")).expect("taken");
    let begun = Instant::now();
    let error = user("few", &and_more[1..]).push_to_view(BOARD, Push::render()).expect_err("it may not add");
    assert!(
        matches!(&error, PushError::Unavailable(LayerError::NotStored { reason, .. }) if reason.contains("can't run")),
        "{error:?}"
    );
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}
