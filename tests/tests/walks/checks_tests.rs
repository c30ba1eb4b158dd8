//! Each check finds its mistake, and nothing where there is none.

use crate::checks::{Cut, Evidence, Finding, PageRecord, Seen, Wrong, missing, storms};
use crate::ledger::{Answers, Attempt, Confirmed, Outcome, Record, Viewed};
use djust_tests::walked::{Account, Calls, Moment};

const SECOND: Moment = 1_000_000;

/// Number `n` was stored at `n` seconds, and is settled half a second later.
fn sender(outcomes: &[Outcome]) -> Record {
    let attempt = |(number, &outcome): (Moment, _)| {
        let stored = number * SECOND;
        Attempt { stored, ended: stored + SECOND / 2, outcome }
    };
    Record { attempts: (1..).zip(outcomes).map(attempt).collect(), ..Record::default() }
}

/// An instance of server 0, mounted when `stored` numbers were stored, which has shown the last of its calls at once.
fn seen(name: &str, stored: u64, calls: &[u64]) -> Seen {
    let last = calls.last().unwrap_or(&0).max(&stored) * SECOND + SECOND / 2;
    let calls = vec![calls.iter().copied().collect::<Calls>()];
    let mounted = stored * SECOND + SECOND / 4;
    Seen {
        account: Account { name: name.to_owned(), process: 7, mounted, stored: vec![stored], calls },
        last,
    }
}

fn page(instances: Vec<Seen>) -> PageRecord {
    PageRecord { instances, stays: vec![(0, None)], ..PageRecord::default() }
}

/// One sender with these outcomes, and these pages.
fn evidence(outcomes: &[Outcome], pages: Vec<PageRecord>) -> Evidence {
    Evidence { senders: vec![sender(outcomes)], pages, lease: SECOND, ..Evidence::default() }
}

fn kinds(evidence: &Evidence) -> Vec<Wrong> {
    evidence.findings().iter().map(|(wrong, _): &Finding| *wrong).collect()
}

const TAKEN: [Outcome; 4] = [Outcome::Taken; 4];

#[test]
fn what_is_applied_in_order_and_once_or_known_to_the_mount_is_right() {
    let pages = vec![page(vec![seen("a", 0, &[1, 2]), seen("b", 3, &[4])]), page(vec![seen("c", 4, &[])])];
    assert_eq!(kinds(&evidence(&TAKEN, pages)), []);
    let some = [Outcome::Taken, Outcome::Unknown, Outcome::Refused, Outcome::Taken];
    let pages = vec![page(vec![seen("a", 0, &[1, 4])]), page(vec![seen("b", 0, &[1, 2, 4])])];
    assert_eq!(kinds(&evidence(&some, pages)), []);
}

#[test]
fn a_loss_is_found_in_the_middle_and_at_the_end() {
    for calls in [[1, 2, 4].as_slice(), &[1, 2, 3], &[]] {
        let evidence = evidence(&TAKEN, vec![page(vec![seen("a", 0, calls)])]);
        assert_eq!(kinds(&evidence), [Wrong::Lost], "{calls:?}");
        assert_eq!(missing(&evidence.senders, &evidence.pages[0]).len(), 4 - calls.len());
    }
    // What an instance before has applied does not help, nor does what the mount knew of later pushes.
    let pages = vec![page(vec![seen("a", 0, &[1, 2, 3, 4]), seen("b", 3, &[])])];
    assert_eq!(kinds(&evidence(&TAKEN, pages)), [Wrong::Lost]);
}

#[test]
fn a_push_for_one_room_is_missed_in_that_room_only_and_must_not_be_in_another() {
    let mut evidence = evidence(&TAKEN, vec![page(vec![seen("a", 0, &[])])]);
    evidence.senders[0].room = Some(1);
    assert_eq!(kinds(&evidence), []);
    evidence.pages[0].room = 1;
    assert_eq!(kinds(&evidence), [Wrong::Lost]);
    evidence.pages = vec![page(vec![seen("a", 4, &[4])])];
    assert_eq!(kinds(&evidence), [Wrong::RefusedApplied]);
}

#[test]
fn a_repeat_an_order_error_and_a_refused_push_are_found() {
    let of = |outcomes: &[Outcome], calls: &[u64]| {
        kinds(&evidence(outcomes, vec![page(vec![seen("a", 0, calls), seen("b", 4, &[])])]))
    };
    assert_eq!(of(&TAKEN, &[1, 2, 2, 3, 4]), [Wrong::Repeated]);
    assert_eq!(of(&TAKEN, &[1, 2, 3, 4, 2]), [Wrong::Repeated]);
    assert_eq!(of(&TAKEN, &[1, 3, 2, 4]), [Wrong::Disordered]);
    assert_eq!(of(&TAKEN, &[1, 2, 3, 4, 5]), [Wrong::RefusedApplied], "it was never sent");
    let refused = [Outcome::Taken, Outcome::Refused, Outcome::Taken, Outcome::Taken];
    assert_eq!(of(&refused, &[1, 2, 3, 4]), [Wrong::RefusedApplied]);
    let unknown = [Outcome::Taken, Outcome::Unknown, Outcome::Taken, Outcome::Taken];
    assert_eq!(of(&unknown, &[1, 3, 2, 4]), [Wrong::Disordered], "its sender lives, and has pushed another");
    assert_eq!(of(&unknown, &[1, 2, 2, 3, 4]), [Wrong::Repeated]);
}

#[test]
fn an_unknown_push_of_a_sender_that_forgets_may_come_late_and_once() {
    let unknown = [Outcome::Taken, Outcome::Unknown, Outcome::Taken, Outcome::Taken];
    let mut evidence = evidence(&unknown, vec![page(vec![seen("a", 0, &[1, 3, 2, 4])])]);
    evidence.senders[0].forgets = true;
    assert_eq!(kinds(&evidence), []);
    evidence.pages = vec![page(vec![seen("a", 0, &[1, 3, 2, 4, 2])])];
    assert_eq!(kinds(&evidence), [Wrong::Repeated]);
}

#[test]
fn what_a_server_has_read_before_a_mount_must_not_come_after_it() {
    let again = |second: Seen| {
        kinds(&evidence(&[Outcome::Taken; 9], vec![page(vec![seen("a", 0, &[1, 2]), second])]))
    };
    assert_eq!(again(seen("b", 9, &[2])), [Wrong::ReadAgain]);
    // The other server has not read it yet.
    let mut elsewhere = seen("b", 9, &[2]);
    elsewhere.account.process = 8;
    assert_eq!(again(elsewhere), []);
    // It was mounted when the first had hardly shown it, and may be on another thread.
    assert_eq!(again(seen("b", 4, &[2, 5, 6, 7, 8, 9])), []);
}

#[test]
fn a_confirmation_must_count_who_took_the_push() {
    let pages = || vec![page(vec![seen("a", 0, &[1, 2, 3, 4])]), page(vec![seen("b", 0, &[1, 2, 3, 4])])];
    let with = |views, change: &dyn Fn(&mut Evidence)| {
        let mut evidence = evidence(&TAKEN, pages());
        let confirmed = Confirmed { sender: 0, number: 3, answered: 4 * SECOND, views };
        evidence.answers = Answers { confirmed: vec![confirmed], ..Answers::default() };
        change(&mut evidence);
        kinds(&evidence)
    };
    assert_eq!(with(2, &|_| {}), []);
    assert_eq!(with(1, &|_| {}), [Wrong::Confirm]);
    assert_eq!(with(3, &|_| {}), [Wrong::Confirm], "there are two pages");
    // A view that was mounted after the push need not be counted.
    let late = |evidence: &mut Evidence| evidence.pages[1].instances = vec![seen("b", 3, &[3, 4])];
    assert_eq!(with(1, &late), []);
    // Nor one that has ended with its server before the answer.
    let killed = |evidence: &mut Evidence| {
        evidence.pages[1].instances[0].account.process = 8;
        evidence.ends.insert(8, 3 * SECOND);
    };
    assert_eq!(with(1, &killed), []);
    // That its server was cut off excuses nothing: then there is no number.
    let cut = |evidence: &mut Evidence| {
        evidence.pages[1].server = 1;
        evidence.cuts = vec![Cut { server: Some(1), from: 2 * SECOND, to: 9 * SECOND }];
    };
    assert_eq!(with(1, &cut), [Wrong::Confirm]);
}

#[test]
fn who_is_watching_must_be_right_while_nobody_comes_or_goes() {
    let with = |room, views, change: &dyn Fn(&mut Evidence)| {
        let mut pages = vec![page(vec![]), page(vec![]), page(vec![])];
        (pages[1].room, pages[2].server) = (1, 1);
        let mut evidence = evidence(&[], pages);
        let viewed = Viewed { room, asked: 8 * SECOND, answered: 9 * SECOND, views };
        evidence.answers = Answers { viewed: vec![viewed], ..Answers::default() };
        change(&mut evidence);
        kinds(&evidence)
    };
    assert_eq!(with(None, 3, &|_| {}), []);
    assert_eq!(with(None, 2, &|_| {}), [Wrong::Viewers]);
    assert_eq!(with(None, 4, &|_| {}), [Wrong::Viewers]);
    assert_eq!(with(Some(1), 1, &|_| {}), []);
    assert_eq!(with(Some(1), 3, &|_| {}), [Wrong::Viewers]);
    // One has gone long before.
    let gone = |evidence: &mut Evidence| evidence.pages[0].stays = vec![(0, Some(2 * SECOND))];
    assert_eq!(with(None, 2, &gone), []);
    assert_eq!(with(None, 3, &gone), [Wrong::Viewers]);
    // One comes meanwhile: either is right.
    let comes = |evidence: &mut Evidence| evidence.pages[0].stays = vec![(17 * SECOND / 2, None)];
    assert_eq!((with(None, 2, &comes), with(None, 3, &comes)), (vec![], vec![]));
    // One server is cut off for longer than its lease: it may be counted, or not.
    let cut = |evidence: &mut Evidence| {
        evidence.cuts = vec![Cut { server: Some(1), from: 5 * SECOND, to: 20 * SECOND }];
    };
    assert_eq!((with(None, 2, &cut), with(None, 3, &cut)), (vec![], vec![]));
    assert_eq!(with(None, 1, &cut), [Wrong::Viewers]);
    // It is cut off for less, but no lease was renewed just before.
    let short = Cut { server: Some(1), from: 17 * SECOND / 2, to: 20 * SECOND };
    let full = Cut { server: None, from: 3 * SECOND, to: 8 * SECOND };
    let alone = |evidence: &mut Evidence| evidence.cuts = vec![short];
    assert_eq!(with(None, 2, &alone), [Wrong::Viewers]);
    let after = |evidence: &mut Evidence| evidence.cuts = vec![short, full];
    assert_eq!((with(None, 2, &after), with(None, 3, &after)), (vec![], vec![]));
    // Redis alone excuses nothing.
    let redis = |evidence: &mut Evidence| evidence.cuts = vec![Cut { to: 20 * SECOND, ..full }];
    assert_eq!(with(None, 2, &redis), [Wrong::Viewers]);
}

#[test]
fn an_error_that_is_no_answer_is_told() {
    let mut evidence = evidence(&TAKEN, vec![]);
    evidence.answers.unexpected.push("push 1: no view is registered".to_owned());
    assert_eq!(kinds(&evidence), [Wrong::Unexpected]);
}

#[test]
fn a_page_may_be_mounted_anew_once_in_quiet() {
    let pages = [page(vec![seen("a", 0, &[]), seen("b", 1, &[]), seen("c", 2, &[])])];
    assert_eq!(storms(&[2], &pages), []);
    assert_eq!(storms(&[1], &pages).first().map(|(wrong, _)| *wrong), Some(Wrong::Storm));
}
