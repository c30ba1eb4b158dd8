//! Origins, hosts and proxies, in tables.

use super::*;
use actix_web::test::TestRequest;

struct Asked<'a> {
    origins: &'a [&'a str],
    hosts: &'a [&'a str],
    headers: &'a [(&'static str, &'a str)],
}

fn policy(origins: &[&str], hosts: &[&str], proxies: &[&str]) -> OriginPolicy {
    let mut policy = OriginPolicy::default();
    origins.iter().for_each(|origin| policy.allow_origin(origin).expect("an origin"));
    hosts.iter().for_each(|host| policy.allow_host(host).expect("a host"));
    proxies.iter().for_each(|proxy| policy.proxies.trust(proxy).expect("a network"));
    policy
}

fn check(policy: &OriginPolicy, asked: &Asked) -> Result<(), OriginError> {
    let mut request = TestRequest::with_uri("/djust/live").peer_addr(([10, 0, 0, 1], 4000).into());
    for origin in asked.origins {
        request = request.append_header(("Origin", *origin));
    }
    for host in asked.hosts {
        request = request.append_header(("Host", *host));
    }
    for header in asked.headers {
        request = request.append_header(*header);
    }
    policy.check(&request.to_http_request())
}

fn same(origin: &str, host: &str) -> bool {
    check(&policy(&[], &[], &[]), &Asked { origins: &[origin], hosts: &[host], headers: &[] }).is_ok()
}

#[test]
fn one_origin_has_many_spellings() {
    for (origin, host) in [
        ("http://shop.example:8080", "shop.example:8080"),
        ("https://shop.example", "Shop.Example:443"),
        ("https://Shop.Example:443", "shop.example"),
        ("HTTP://shop.example:80", "SHOP.example"),
        ("http://shop.example", "shop.example:80"),
        ("http://[::1]:8080", "[0:0:0:0:0:0:0:1]:8080"),
        ("http://[FE80::A]", "[fe80::a]:80"),
        ("http://127.0.0.1:3000", "127.0.0.1:3000"),
        ("http://my_host", "my_host"),
        ("http://shop.example.", "shop.example."),
    ] {
        assert!(same(origin, host), "{origin} {host}");
    }
}

#[test]
fn other_origins_and_what_is_none_may_not_connect() {
    for (origin, host) in [
        ("http://shop.example", "shop.example:8080"),
        ("http://shop.example", "shop.example:443"),
        ("https://shop.example", "shop.example:80"),
        ("http://evil.example", "shop.example"),
        ("http://shop.example.evil.example", "shop.example"),
        ("http://evil-shop.example", "shop.example"),
        ("http://shop.example.", "shop.example"),
        ("null", "null"),
        ("", ""),
        ("http://", ""),
        ("http://user@shop.example", "shop.example"),
        ("http://user@shop.example", "user@shop.example"),
        ("http://shop.example/", "shop.example"),
        ("http://shop.example/path", "shop.example"),
        ("http://shop.example:8080x", "shop.example:8080x"),
        ("http://shop.example:99999", "shop.example:99999"),
        ("http://shop.example:+80", "shop.example"),
        ("http://[::1]", "[::2]"),
        ("http://[::1", "[::1"),
        ("http://::1", "::1"),
        ("http://shop.example http://evil.example", "shop.example"),
        ("://shop.example", "shop.example"),
        ("shop.example", "shop.example"),
    ] {
        assert!(!same(origin, host), "{origin} {host}");
    }
}

#[test]
fn without_an_origin_it_is_no_browser_and_with_two_it_is_nobody_s() {
    let policy = policy(&[], &[], &[]);
    assert_eq!(check(&policy, &Asked { origins: &[], hosts: &["a.example"], headers: &[] }), Ok(()));
    let two = &["http://a.example", "http://a.example"];
    assert!(check(&policy, &Asked { origins: two, hosts: &["a.example"], headers: &[] }).is_err());
    let hosts = &["a.example", "b.example"];
    assert!(check(&policy, &Asked { origins: &two[..1], hosts, headers: &[] }).is_err());
    assert!(check(&policy, &Asked { origins: &two[..1], hosts: &[], headers: &[] }).is_err());
}

#[test]
fn http_2_has_its_host_in_the_authority() {
    let request = TestRequest::with_uri("http://shop.example/djust/live")
        .insert_header(("Origin", "http://shop.example"))
        .to_http_request();
    assert_eq!(policy(&[], &[], &[]).check(&request), Ok(()));
}

#[test]
fn listed_origins_are_compared_in_the_same_way() {
    let policy = policy(&["https://Partner.Example:443/", "http://[::1]:80"], &[], &[]);
    for origin in ["https://partner.example", "http://[0::1]"] {
        let asked = Asked { origins: &[origin], hosts: &["shop.example"], headers: &[] };
        assert_eq!(check(&policy, &asked), Ok(()), "{origin}");
    }
    for origin in ["http://partner.example", "https://partner.example:8443", "https://partner.example.evil"] {
        let asked = Asked { origins: &[origin], hosts: &["shop.example"], headers: &[] };
        assert!(check(&policy, &asked).is_err(), "{origin}");
    }
    for malformed in ["null", "partner.example", "https://", "https://a/b", "https://a@b", "*"] {
        assert!(OriginPolicy::default().allow_origin(malformed).is_err(), "{malformed}");
    }
}

#[test]
fn forwarded_headers_are_believed_from_a_trusted_proxy_only() {
    let origin = "https://shop.example";
    for headers in [
        &[("X-Forwarded-Host", "Shop.Example"), ("X-Forwarded-Proto", "https")][..],
        &[("X-Forwarded-Host", "shop.example, inner"), ("X-Forwarded-Proto", "https, http")],
        &[("Forwarded", "for=9.9.9.9; Host=\"shop.example:443\"; proto=HTTPS, host=inner")],
    ] {
        let asked = Asked { origins: &[origin], hosts: &["inner:8080"], headers };
        assert_eq!(check(&policy(&[], &[], &["10.0.0.0/8"]), &asked), Ok(()), "{headers:?}");
        assert!(check(&policy(&[], &[], &[]), &asked).is_err(), "{headers:?}");
        assert!(check(&policy(&[], &[], &["10.0.0.2"]), &asked).is_err(), "{headers:?}");
    }
    let http = &[("X-Forwarded-Proto", "http")];
    let asked = Asked { origins: &[origin], hosts: &["shop.example"], headers: http };
    assert!(check(&policy(&[], &[], &["10.0.0.1"]), &asked).is_err(), "the scheme is known, and another");
}

#[test]
fn only_listed_hosts_are_answered() {
    let policy = policy(&[], &["shop.example", "localhost:8080"], &[]);
    let check = |host: &str| {
        let origin = format!("http://{host}");
        check(&policy, &Asked { origins: &[&origin], hosts: &[host], headers: &[] })
    };
    for host in ["shop.example", "SHOP.example:9000", "shop.example.", "localhost:8080"] {
        assert_eq!(check(host), Ok(()), "{host}");
    }
    for host in ["evil.example", "localhost", "localhost:80", "shop.example.evil", "127.0.0.1", ""] {
        assert!(matches!(check(host), Err(OriginError::Host(_))), "{host}");
    }
}

#[test]
fn a_refusal_names_both_sides_cut_and_on_one_line() {
    let asked = Asked { origins: &["http://evil.example"], hosts: &["Shop.example:8080"], headers: &[] };
    let error = check(&policy(&[], &[], &[]), &asked).expect_err("another origin").to_string();
    assert!(error.contains("http://evil.example may not connect to http(s)://Shop.example:8080"), "{error}");
    let long = format!("http://{}", "\u{e9}\"".repeat(5_000));
    let asked = Asked { origins: &[&long], hosts: &[&"h".repeat(5_000)], headers: &[] };
    let error = check(&policy(&[], &[], &[]), &asked).expect_err("none").to_string();
    assert!(error.len() < 600 && !error.contains('\n'), "{error}");
}
