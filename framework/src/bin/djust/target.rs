//! Where to reach the servers: through their Redis, or at the site's address.

use crate::failure::Failure;
use djust::layer::RedisLayer;
use std::future::Future;
use std::time::Duration;
use ureq::http::Uri;

const DEFAULT: &str = "redis://127.0.0.1:6379";

/// The options that say where.
#[derive(clap::Args)]
pub struct Place {
    /// The servers' Redis: redis://, or rediss:// for TLS. For `push` also the site: http:// or
    /// https://, with the path of djust's routes unless it is /djust. By default $REDIS_URL, then
    /// redis://127.0.0.1:6379
    #[arg(long, env = "DJUST_TO", value_name = "URL", hide_env_values = true)]
    to: Option<String>,
    /// The prefix of the servers' keys in Redis, unless it is `djust`
    #[arg(long)]
    prefix: Option<String>,
    /// How long to try
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub timeout: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|error| format!("{error}; write a number of seconds"))?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if (0.01..=3600.0).contains(&seconds) => Ok(time),
        _ => Err("it must be between 0.01 and 3600".to_owned()),
    }
}

/// A parsed address.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// The servers' Redis.
    Redis(String),
    /// djust's routes at the site: scheme, host and base path, without a slash at the end.
    Http(String),
}

impl Place {
    pub fn target(&self) -> Result<Target, Failure> {
        let (address, source) = match (&self.to, std::env::var("REDIS_URL")) {
            (Some(to), _) => (to.clone(), "--to (or DJUST_TO)"),
            (None, Ok(url)) => (url, "REDIS_URL"),
            (None, Err(_)) => (DEFAULT.to_owned(), "--to"),
        };
        let target = parse(&address).map_err(|mistake| Failure::Usage(format!("{source}: {mistake}")))?;
        if matches!(target, Target::Http(_)) && self.prefix.is_some() {
            return Err(Failure::usage("--prefix is for keys in Redis: leave it out with an http address"));
        }
        Ok(target)
    }

    /// Makes a layer for this address. Whether Redis answers is not known yet.
    pub fn layer(&self, address: &str) -> Result<RedisLayer, Failure> {
        let mut builder = RedisLayer::builder(address).timeout(self.timeout);
        if let Some(prefix) = &self.prefix {
            builder = builder.prefix(prefix);
        }
        builder.build().map_err(Failure::usage)
    }

    /// Makes a layer for a command that needs Redis. Also returns the address for messages.
    pub fn redis(&self, command: &str) -> Result<(RedisLayer, String), Failure> {
        match self.target()? {
            Target::Redis(address) => Ok((self.layer(&address)?, without_password(&address))),
            Target::Http(_) => Err(Failure::Usage(format!(
                "`djust {command}` needs the servers' Redis, not an http address: give --to redis://…"
            ))),
        }
    }
}

fn parse(address: &str) -> Result<Target, String> {
    let Some((scheme, _)) = address.split_once("://") else {
        return Err(
            "there is no scheme: write redis://HOST, rediss://HOST, http://HOST or https://HOST".into()
        );
    };
    if !matches!(scheme, "http" | "https") {
        return Ok(Target::Redis(address.to_owned()));
    }
    let uri: Uri = address.parse().map_err(|error| format!("not an address: {error}"))?;
    let authority = uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
    if authority.contains('@') {
        return Err("an http address has no user or password: give the site's push token with --token".into());
    }
    if uri.query().is_some() || address.contains('#') {
        return Err("an http address ends with the path of djust's routes: leave out ? and #".into());
    }
    let path = match uri.path().trim_end_matches('/') {
        "" => "/djust",
        path => path,
    };
    Ok(Target::Http(format!("{scheme}://{authority}{path}")))
}

/// An address without its password, for messages.
pub fn without_password(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://…@{place}"),
        _ => address.to_owned(),
    }
}

/// Waits for an answer of the layer's thread.
pub fn wait<T>(answer: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime =
        runtime.map_err(|error| Failure::NotDone(format!("no runtime could be started: {error}")))?;
    Ok(runtime.block_on(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_its_own_is_the_base_of_the_routes() {
        let base = |address| match parse(address) {
            Ok(Target::Http(base)) => base,
            other => panic!("{address}: {other:?}"),
        };
        assert_eq!(base("https://site.example"), "https://site.example/djust");
        assert_eq!(base("http://[::1]:8080/"), "http://[::1]:8080/djust");
        assert_eq!(base("https://site.example/shop/djust/"), "https://site.example/shop/djust");
    }

    #[test]
    fn what_is_no_address_is_refused_with_what_to_write() {
        for bad in
            ["site.example", "127.0.0.1:6379", "http://u:p@site", "http://site/?q", "http://", "http://a b"]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert_eq!(parse("rediss://h/2"), Ok(Target::Redis("rediss://h/2".into())));
    }

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(without_password("redis://u:p@ss@host:1/0"), "redis://…@host:1/0");
        assert_eq!(without_password("redis://host"), "redis://host");
    }

    #[test]
    fn a_time_is_a_sensible_number_of_seconds() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for bad in ["", "x", "-1", "0", "NaN", "inf", "1e9"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
