//! The site of one walk: Redis, two servers and the senders, each behind a link of its own.

use crate::checks::Cut;
use crate::plan::{LINKS, Persistence, Plan, SERVERS};
use crate::senders::Desk;
use djust_tests::node::Node;
use djust_tests::proxy::{Flow, Proxy, Way};
use djust_tests::redis_server::RedisServer;
use djust_tests::server::wait_until;
use djust_tests::walked::{Moment, now};
use std::collections::HashMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

pub const STREAM: &str = "djust:stream:djust_view_tests_Walked";
/// Lets its senders push over HTTP.
pub const TOKEN: &str = "a-token-of-the-walks-0123456789";

/// A server that follows another, over a link that can be stalled.
struct Replica {
    redis: RedisServer,
    link: Proxy,
}

/// See the module.
pub struct Site {
    pub redis: RedisServer,
    replica: Option<Replica>,
    /// The Redis servers of before.
    old: Vec<RedisServer>,
    pub links: [Proxy; LINKS],
    servers: [Option<Node>; SERVERS],
    pub desk: Arc<Desk>,
    persistence: Persistence,
    /// For the temporary files.
    directory: PathBuf,
    options: Vec<String>,
    started: usize,
    /// When the processes of servers ended.
    pub ends: HashMap<u32, Moment>,
    pub cuts: Vec<Cut>,
    /// The most that a server needed, in KiB.
    pub memory: u64,
}

impl Site {
    /// Starts all but the senders.
    pub fn start(plan: &Plan, directory: PathBuf) -> Self {
        let arguments = plan.persistence.arguments();
        let (redis, port, certificates) = if plan.tls {
            let (redis, port, pem) = RedisServer::with_tls_and(arguments);
            let file = directory.join("certificates.pem");
            std::fs::write(&file, &pem).expect("the directory is ours");
            (redis, port, Some(file))
        } else {
            let redis = RedisServer::with(arguments);
            let port = redis.port();
            (redis, port, None)
        };
        let links = [Proxy::start(port), Proxy::start(port), Proxy::start(port)];
        let mut options: Vec<String> = [
            ("--stream-length", plan.stream_length.to_string()),
            ("--lease-ms", plan.lease.as_millis().to_string()),
            ("--push-token", TOKEN.to_owned()),
        ]
        .into_iter()
        .flat_map(|(name, value)| [name.to_owned(), value])
        .collect();
        if let Some(file) = &certificates {
            options.extend(["--certificates".to_owned(), file.display().to_string()]);
        }
        let desk = Arc::new(Desk::new(plan, &links, certificates, directory.join("stored")));
        let mut site = Site {
            redis,
            replica: None,
            old: Vec::new(),
            links,
            servers: [None, None],
            desk,
            persistence: plan.persistence,
            directory,
            options,
            started: 0,
            ends: HashMap::new(),
            cuts: Vec::new(),
            memory: 0,
        };
        (0..SERVERS).for_each(|server| site.start_server(server));
        site
    }

    /// The server at this place, which runs.
    pub fn server(&self, server: usize) -> &Node {
        self.servers[server].as_ref().expect("it is not killed twice at once")
    }

    pub fn start_server(&mut self, server: usize) {
        let url = self.desk.url(&self.links[server]);
        let workers = (server + 1).to_string();
        let mut options = vec!["--redis", &url, "--workers", &workers];
        options.extend(self.options.iter().map(String::as_str));
        let log = self.directory.join(format!("server-{server}-{}.log", self.started));
        self.started += 1;
        let log = File::create(log).expect("the directory is ours");
        let node = Node::with_log(env!("CARGO_BIN_EXE_node"), &options, log);
        self.desk.set_server(server, Some(node.addr));
        self.servers[server] = Some(node);
    }

    pub fn kill_server(&mut self, server: usize) {
        self.desk.set_server(server, None);
        if let Some(mut node) = self.servers[server].take() {
            self.memory = self.memory.max(node.resident_kib());
            let process = node.pid();
            node.kill();
            self.ends.insert(process, now());
        }
    }

    /// Notes how much memory the servers have.
    pub fn measure(&mut self) {
        let most = self.servers.iter().flatten().map(Node::resident_kib).max();
        self.memory = self.memory.max(most.unwrap_or(0));
    }

    /// Runs a command on the Redis that is the primary.
    pub fn command(&self, words: &[&str]) {
        let _: redis::Value = self.redis.run_command(words);
    }

    /// Deletes the first of the keys with such a name.
    pub fn delete(&self, pattern: &str, most: usize) {
        let mut keys: Vec<String> = self.redis.run_command(&["KEYS", pattern]);
        keys.sort();
        for key in keys.iter().take(most) {
            self.command(&["DEL", key]);
        }
    }

    /// Starts Redis after a crash that it has lost so many bytes in, if it writes every second.
    pub fn start_redis(&mut self, loses: u64) {
        if self.persistence == Persistence::EverySecond {
            self.redis.lose_end(loses);
        }
        self.redis.run();
        // What was on its way to the servers does not arrive.
        self.links[..SERVERS].iter().for_each(Proxy::cut);
    }

    /// Whether what Redis says arrives at the servers.
    pub fn let_servers_read(&self, they_do: bool) {
        let flow = if they_do { Flow::Passes } else { Flow::Stalls };
        self.links[..SERVERS].iter().for_each(|link| link.set(Way::Answers, flow));
    }

    /// A replica has caught up, and hears nothing any more.
    pub fn begin_failover(&mut self) {
        self.command(&["CONFIG", "SET", "repl-diskless-sync-delay", "0"]);
        let link = Proxy::start(self.redis.port());
        let redis = RedisServer::with(self.persistence.arguments());
        // By a command: once it has taken over, a restart must not make it a replica again.
        let _: redis::Value = redis.run_command(&["REPLICAOF", "127.0.0.1", &link.addr.port().to_string()]);
        wait_until("the replica to catch up", || {
            redis.run_command::<String>(&["INFO", "replication"]).contains("master_link_status:up")
        });
        link.set(Way::Answers, Flow::Stalls);
        self.replica = Some(Replica { redis, link });
    }

    /// The replica takes over as it is.
    pub fn end_failover(&mut self, demotes: bool) {
        let Some(Replica { redis, link }) = self.replica.take() else { return };
        let port = redis.port().to_string();
        if !demotes {
            self.redis.kill();
        }
        let _: redis::Value = redis.run_command(&["REPLICAOF", "NO", "ONE"]);
        if demotes {
            self.command(&["REPLICAOF", "127.0.0.1", &port]);
        }
        // What was under way to the replica never arrives.
        drop(link);
        for link in &self.links {
            link.lead_to(redis.port());
            link.cut();
        }
        self.old.push(std::mem::replace(&mut self.redis, redis));
    }
}
