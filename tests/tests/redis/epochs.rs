//! Redis loses what it had taken, in ways that numbers alone don't tell.

use crate::order::{BOARD, NODE, SEEN, sender};
use djust::layer::RedisLayer;
use djust::push::{Push, PushStatus, Pusher};
use djust_tests::crowd::Crowd;
use djust_tests::node::{Node, TruthFile};
use djust_tests::proxy::{Flow, Proxy, Way};
use djust_tests::pushes::for_view;
use djust_tests::redis_server::{RedisServer, signal};
use djust_tests::server::wait_until;
use djust_tests::views::Log;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

const TRUTH: &str = "tests.Truth";
const TRUE: u64 = 0;
const TOLD: u64 = 1;
const SECOND: Duration = Duration::from_secs(1);
const HEALED_WITHIN: Duration = Duration::from_secs(5);
/// Longer than it takes to look for losses twice.
const LOOKED_TWICE: Duration = Duration::from_secs(5);

const EPOCH: &str = "djust:epoch";
const TRUTH_NUMBER: &str = "djust:number:djust_view_tests_Truth";
const TRUTH_STREAM: &str = "djust:stream:djust_view_tests_Truth";

/// Adds a push of each of so many senders, as cron jobs do. KEYS: stream, number, epoch. ARGV: how many, and the number that they log as.
const ADD: &str = r#"
    local epoch = redis.call('GET', KEYS[3])
    for i = 1, tonumber(ARGV[1]) do
        local push = '{"view":"tests.Board","handler":"log","payload":{"sender":' .. ARGV[2] .. ',"number":' .. i .. '}}'
        redis.call('XADD', KEYS[1], '*', 'number', redis.call('INCR', KEYS[2]), 'epoch', epoch,
            'id', 'short' .. i .. '.1', 'push', push)
    end"#;
/// More than are remembered.
const SENDERS: u64 = 4_200;
const BOARD_STREAM: &str = "djust:stream:djust_view_tests_Board";
const BOARD_NUMBER: &str = "djust:number:djust_view_tests_Board";

fn push_of_many_senders(redis: &RedisServer, log_as: &str) {
    let senders = SENDERS.to_string();
    let _: () = redis.run_command(&["EVAL", ADD, "3", BOARD_STREAM, BOARD_NUMBER, EPOCH, &senders, log_as]);
}

fn tell(pusher: &Pusher, text: &str) {
    pusher.push_to_view(TRUTH, Push::state("told", text)).expect("taken");
}

#[test]
fn a_counter_that_is_gone_costs_one_remount_though_nobody_pushes() {
    let redis = RedisServer::start();
    let (node, truth) = (Node::start(NODE, &redis.url(), &[]), TruthFile::new("uncounted", "before"));
    let crowd = Crowd::join(&[(node.addr, &format!("/truth?{}", truth.path().display()))], 4);
    tell(&sender(&redis), "counted");
    crowd.until_all_show(TOLD, "counted", HEALED_WITHIN);
    truth.set("after");
    let _: u64 = redis.run_command(&["DEL", TRUTH_NUMBER]);
    crowd.until_all_show(TRUE, "after", HEALED_WITHIN);
    // The new epoch is a loss for the group of ends, too, which is found at another moment.
    sleep(SECOND);
    truth.set("not read");
    sleep(LOOKED_TWICE);
    tell(&sender(&redis), "last");
    crowd.until_all_show(TOLD, "last", HEALED_WITHIN);
    crowd.until_all_show(TRUE, "after", HEALED_WITHIN);
}

#[test]
fn what_more_senders_than_are_remembered_have_pushed_is_not_applied_again_in_a_new_epoch() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let crowd = Crowd::join(&[(node.addr, "/board")], 4);
    push_of_many_senders(&redis, "0");
    let logs = || crowd.shown(SEEN).iter().map(|shown| Log::parse(shown).calls).collect::<Vec<_>>();
    crowd.until_all_show(SEEN, &format!("{SENDERS}|{SENDERS}||0"), Duration::from_secs(60));
    let _: u64 = redis.run_command(&["DEL", EPOCH]);
    let push = Push::handler("log").arg("sender", 0).arg("number", 1);
    sender(&redis).push_to_view(BOARD, push).expect("taken");
    crowd.until_all_show(SEEN, "1|1||0", HEALED_WITHIN);
    sleep(LOOKED_TWICE);
    assert_eq!(logs(), [1; 4], "the views have been mounted since, and only the new push was for them");
}

#[test]
fn what_was_taken_in_an_epoch_that_a_server_never_saw_is_found_by_its_sender() {
    let redis = RedisServer::start();
    let (node, truth) = (Node::start(NODE, &redis.url(), &[]), TruthFile::new("split", "before"));
    let crowd = Crowd::join(&[(node.addr, &format!("/truth?{}", truth.path().display()))], 4);
    let pusher = sender(&redis);
    tell(&pusher, "seen");
    crowd.until_all_show(TOLD, "seen", HEALED_WITHIN);
    let (epoch, number): (String, String) =
        (redis.run_command(&["GET", EPOCH]), redis.run_command(&["GET", TRUTH_NUMBER]));
    // The server is cut off while a primary takes pushes in another epoch; then a replica that knows nothing of them takes over.
    signal(node.pid(), "STOP");
    let _: () = redis.run_command(&["SET", EPOCH, "7-another-1"]);
    tell(&pusher, "in another epoch");
    let last: Vec<(String, Vec<String>)> =
        redis.run_command(&["XREVRANGE", TRUTH_STREAM, "+", "-", "COUNT", "1"]);
    let _: u64 = redis.run_command(&["XDEL", TRUTH_STREAM, &last[0].0]);
    let _: () = redis.run_command(&["SET", EPOCH, &epoch]);
    let _: () = redis.run_command(&["SET", TRUTH_NUMBER, &number]);
    truth.set("after");
    signal(node.pid(), "CONT");
    tell(&pusher, "back");
    crowd.until_all_show(TOLD, "back", HEALED_WITHIN);
    crowd.until_all_show(TRUE, "after", HEALED_WITHIN);
}

#[test]
fn the_stream_of_a_view_that_nobody_uses_any_more_goes_and_an_open_one_stays() {
    let redis = RedisServer::start();
    let layer = RedisLayer::builder(redis.url()).lease(Duration::from_millis(100));
    let layer = layer.idle_streams(Duration::from_secs(7)).build().expect("good settings");
    let pusher = Pusher::new(Arc::new(layer));
    pusher.push_to_view("gone.View", Push::render()).expect("taken: there is no server yet");
    let (node, truth) = (Node::start(NODE, &redis.url(), &[]), TruthFile::new("idle", "before"));
    let crowd = Crowd::join(&[(node.addr, &format!("/truth?{}", truth.path().display()))], 1);
    tell(&pusher, "something");
    crowd.until_all_show(TOLD, "something", HEALED_WITHIN);
    let seconds = |key: &str| redis.run_command::<i64>(&["TTL", key]);
    // The node keeps it for longer than this sender does, and says so once in its lease of 5 s.
    wait_until("the open one is renewed", || seconds(TRUTH_STREAM) > 7 && seconds(TRUTH_NUMBER) > 7);
    wait_until("the other one goes", || seconds("djust:stream:djust_view_gone_View") == -2);
    assert_eq!(seconds("djust:number:djust_view_gone_View"), -2);
}

#[test]
fn what_a_redis_forgot_when_it_was_started_again_is_found_though_nobody_else_knew_of_it() {
    let mut redis = RedisServer::start();
    let (node, truth) = (Node::start(NODE, &redis.url(), &[]), TruthFile::new("forgotten", "before"));
    let crowd = Crowd::join(&[(node.addr, &format!("/truth?{}", truth.path().display()))], 3);
    tell(&sender(&redis), "seen");
    crowd.until_all_show(TOLD, "seen", HEALED_WITHIN);
    let _: String = redis.run_command(&["SAVE"]);
    // The only server does not read it, and the sender ends.
    signal(node.pid(), "STOP");
    tell(&sender(&redis), "known to nobody");
    truth.set("after");
    redis.kill();
    redis.run();
    signal(node.pid(), "CONT");
    crowd.until_all_show(TRUE, "after", HEALED_WITHIN);
}

#[test]
fn a_push_without_an_answer_is_in_the_stream_once_though_more_senders_than_are_remembered_have_pushed_since()
{
    let redis = RedisServer::start();
    let (node, link) = (Node::start(NODE, &redis.url(), &[]), Proxy::start(redis.port()));
    let crowd = Crowd::join(&[(node.addr, "/board")], 2);
    let layer = RedisLayer::builder(link.redis_url()).timeout(Duration::from_secs(30)).build();
    let pusher = Pusher::new(Arc::new(layer.expect("a good address")));
    let log = |number: u64| Push::handler("log").arg("sender", 0).arg("number", number);
    pusher.push_to_view(BOARD, log(1)).expect("taken");
    link.set(Way::Answers, Flow::Vanishes);
    let length = || redis.run_command::<u64>(&["XLEN", BOARD_STREAM]);
    std::thread::scope(|scope| {
        let pushing = scope.spawn(|| pusher.push_many_blocking(for_view(BOARD, (2..=9).map(log))));
        wait_until("Redis to have them", || length() == 9);
        push_of_many_senders(&redis, "1");
        crowd.until_all_show(SEEN, &format!("9|9||0;{SENDERS}|{SENDERS}||0"), Duration::from_secs(60));
        link.set(Way::Answers, Flow::Passes);
        link.cut();
        for result in pushing.join().expect("no panic") {
            let receipt = result.expect("taken");
            assert_eq!(receipt.status, PushStatus::Stored);
        }
    });
    pusher.push_to_view(BOARD, log(10)).expect("taken");
    crowd.until_all_show(SEEN, &format!("10|10||0;{SENDERS}|{SENDERS}||0"), HEALED_WITHIN);
    assert_eq!(length(), 10 + SENDERS, "none is there a second time");
}
