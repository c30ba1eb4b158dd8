//! Members that can't keep up with their group's pushes are remounted before a sender is refused.
//!
//! A member lags in two cases: much waits for it and it does not move; or the group's permits run
//! short and it has not taken the oldest push for a while, although others, on any thread, are
//! ahead of it. If nobody is ahead, the sender is faster than every view and must wait.

use super::log::PushLog;
use super::member::{Expulsion, Member};
use super::shard::Members;
use super::shard_actor::{ShardActor, now};
use std::rc::Rc;

/// The weight of the pushes that may wait for one member, unless they wait for the whole group.
const MAX_BEHIND: u64 = 32_768;
/// How many places a log may have. Most of them belong to pushes that nearly all members have
/// taken.
const MAX_PLACES: usize = 131_072;

impl ShardActor {
    /// Checks all members, once a second.
    pub(super) fn look_after_members(&self) {
        let Members { log, all } = &mut *self.members.borrow_mut();
        let behind = |member: &Rc<Member>| member.reader.borrow().pending.get();
        // Members that take turns are never all at one place: one that moves must be far behind the
        // foremost.
        let reading = all.iter().filter(|member| !member.reader.borrow().is_parked());
        let foremost = reading.map(behind).min().unwrap_or_default();
        for member in &*all {
            let next = member.reader.borrow().next;
            let stuck = member.seen_at.replace(next) == next;
            let far = behind(member).saturating_sub(foremost) >= MAX_BEHIND / 2;
            let lags = behind(member) >= MAX_BEHIND && (stuck || far) && !member.is_crowded_out();
            if lags && member.handle.clock().is_steady() {
                self.give_up(member, log);
            } else {
                member.handle.check_connection();
            }
        }
        self.free_permits(log, all);
    }

    /// Ends a member that can't keep up. What it has yet to take is freed at once, whatever the
    /// view is doing.
    fn give_up(&self, member: &Member, log: &mut PushLog) {
        let reader = &mut *member.reader.borrow_mut();
        metrics::counter!("djust_views_lagged_total").increment(1);
        let behind = reader.pending.get();
        tracing::warn!(group = %self.name, behind, "a view can't keep up with its pushes: it is remounted");
        log.abandon(reader);
        member.handle.expel(Expulsion::Lagged);
    }

    /// If permits are short, remounts the members that hold them back.
    pub(super) fn free_permits(&self, log: &mut PushLog, members: &[Rc<Member>]) {
        let runs_short = |log: &PushLog| self.backpressure.is_short() || log.len() > MAX_PLACES;
        let Some(first) = members.first() else { return };
        if !runs_short(log) || !first.handle.clock().is_steady() {
            return;
        }
        let now = now(members);
        let least = log.furthest_ahead(members.iter().map(|member| &member.reader));
        let ahead = least.min(self.backpressure.least_elsewhere(self.id, least));
        while runs_short(log) {
            let lags = |member: &&Rc<Member>| {
                let reader = member.reader.borrow();
                if member.is_crowded_out() {
                    log.is_laggard_in_line(&reader, least, now)
                } else {
                    log.is_laggard(&reader, ahead, now)
                }
            };
            let laggards: Vec<_> = members.iter().filter(lags).collect();
            if laggards.is_empty() {
                return;
            }
            laggards.into_iter().for_each(|member| self.give_up(member, log));
        }
    }
}
