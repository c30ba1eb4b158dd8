//! Members that share a reader: views in equal state, for which one reads, applies and renders.
//!
//! The leading member has a place in the log like any other; those that it reads for are parked.
//! They stay members: they are counted, keep their keys, and are ended one by one. When an item
//! comes that not all of them take, those that stand apart read for themselves again, from that
//! item, before the leading member takes it ([`Membership::next_for_all`]).

use super::log::LogItem;
use super::member::{Member, MemberHandle};
use super::membership::Membership;
use crate::push::ViewId;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::{Rc, Weak};

/// Whether a member reads for others, or another for it.
#[derive(Default)]
pub(super) enum Sharing {
    #[default]
    None,
    /// It reads for these.
    Leads(HashMap<ViewId, Rc<Member>>),
    /// This one reads for it.
    Parked(Weak<Membership>),
}

/// What a leading member finds in the log.
pub(crate) enum NextForAll {
    /// All that it reads for take this.
    Item(LogItem),
    /// These must read for themselves first, starting with the item that comes next.
    Apart(Vec<ViewId>),
}

/// Whom an item in the log concerns, of those that share a reader.
enum Concerned {
    All,
    None,
    /// These must read for themselves: it is only for them, or not for them.
    Apart(Vec<ViewId>),
}

impl Concerned {
    fn apart(ids: Vec<ViewId>) -> Self {
        if ids.is_empty() { Concerned::All } else { Concerned::Apart(ids) }
    }
}

impl Membership {
    /// Adds a member that reads for others, from where this member is. It is not counted.
    pub(crate) fn lead(&self, id: ViewId, handle: Rc<dyn MemberHandle>) -> Rc<Membership> {
        let (shard, member) = (Rc::clone(&self.shard), self.shard.add(id, handle));
        member.reader.borrow_mut().lead();
        Rc::new(Membership { shard, member, sharing: RefCell::new(Sharing::Leads(HashMap::new())) })
    }

    /// Whether nothing waits for the member: no push, no tick, no remount, and its keys are known.
    pub(crate) fn is_level(&self) -> bool {
        let reader = self.member.reader.borrow();
        let is_settled = reader.keys_are_known() || reader.is_leading();
        is_settled && reader.pending.get() == 0 && !reader.remounting && !self.member.ticking.get()
    }

    /// From now on, `leading` reads for this member, if both are level. Returns whether they are: a
    /// member that parks must have nothing to read, because nobody would read it.
    #[must_use]
    pub(crate) fn park(&self, leading: &Rc<Membership>) -> bool {
        if !self.is_level() || !leading.is_level() {
            return false;
        }
        let log = &mut self.shard.members.borrow_mut().log;
        log.park(&mut self.member.reader.borrow_mut(), &mut leading.member.reader.borrow_mut());
        if let Sharing::Leads(members) = &mut *leading.sharing.borrow_mut() {
            members.insert(self.member.id, Rc::clone(&self.member));
        }
        *self.sharing.borrow_mut() = Sharing::Parked(Rc::downgrade(leading));
        true
    }

    /// The member reads for itself again, from where the leading one is, and is told so.
    pub(crate) fn resume(&self) {
        let Some(leading) = self.stop_sharing() else { return };
        let log = &mut self.shard.members.borrow_mut().log;
        log.resume(&mut self.member.reader.borrow_mut(), &leading.member.reader.borrow());
        self.member.wake();
    }

    /// Leaves those that share a reader. Returns the one that has read for this member.
    pub(super) fn stop_sharing(&self) -> Option<Rc<Membership>> {
        let Sharing::Parked(leading) = self.sharing.take() else { return None };
        let leading = leading.upgrade()?;
        if let Sharing::Leads(members) = &mut *leading.sharing.borrow_mut() {
            members.remove(&self.member.id);
        }
        Some(leading)
    }

    /// Takes the next item for all that this member reads for.
    pub(crate) fn next_for_all(&self) -> Option<NextForAll> {
        loop {
            match self.concerned() {
                Concerned::All => return self.next().map(NextForAll::Item),
                Concerned::None => drop(self.next()?),
                Concerned::Apart(ids) => return Some(NextForAll::Apart(ids)),
            }
        }
    }

    /// Whom the next item concerns, of those that this member reads for.
    fn concerned(&self) -> Concerned {
        let members = self.shard.members.borrow();
        let sharing = self.sharing.borrow();
        let (Some((position, item)), Sharing::Leads(led)) =
            (members.log.peek(&self.member.reader.borrow()), &*sharing)
        else {
            return Concerned::All;
        };
        let LogItem::Push(queued) = item else { return Concerned::apart(led.keys().copied().collect()) };
        if let Some(id) = queued.push.excepted().filter(|id| led.contains_key(id)) {
            return Concerned::Apart(vec![id]);
        }
        let Some(key) = queued.push.target_key() else { return Concerned::All };
        let takes = |member: &Rc<Member>| member.reader.borrow().has_key_of(position, &queued.push);
        if led.values().all(takes) {
            return Concerned::All;
        }
        let with_key = self.shard.presence.with_key(key, |id| led.get(&id).is_some_and(takes));
        if with_key.is_empty() { Concerned::None } else { Concerned::Apart(with_key) }
    }

    /// Gives a leading member another id. Pushes that leave out the present one, wherever they are,
    /// are not for those that it reads for now, also when they read for themselves again. Those
    /// that come later have nothing to do with it.
    pub(crate) fn change_id(&self, id: ViewId) {
        self.member.reader.borrow_mut().change_id(id);
    }

    /// Does something with the members that this one stands for.
    pub(super) fn each_view(&self, act: impl Fn(&Member)) {
        match &*self.sharing.borrow() {
            Sharing::Leads(members) => members.values().for_each(|member| act(member)),
            Sharing::None | Sharing::Parked(_) => act(&self.member),
        }
    }

    /// What the views of this group on this thread have in common beyond the group's own business.
    pub(crate) fn common<T: Default + 'static>(&self) -> Rc<T> {
        self.shard.common()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{Directory, Expulsion, Wake};
    use crate::layer::LocalLayer;
    use crate::push::{Message, Push, PushSink, ViewPath, ViewSchema};
    use crate::worker::{Clock, background};
    use std::sync::Arc;

    struct Handle(Clock);

    impl MemberHandle for Handle {
        fn wake(&self, _: Wake) {}

        fn expel(&self, _: Expulsion) {}

        fn check_connection(&self) {}

        fn clock(&self) -> &Clock {
            &self.0
        }
    }

    fn handle() -> Rc<dyn MemberHandle> {
        Rc::new(Handle(Clock::new()))
    }

    #[actix_rt::test]
    async fn who_has_something_to_read_is_not_parked_and_so_loses_nothing() {
        static SCHEMA: ViewSchema = ViewSchema { path: "tests.View", fields: &[], handlers: &[] };
        let path: ViewPath = SCHEMA.path.parse().expect("a path");
        let schemas = [(path.clone(), &SCHEMA)].into();
        let directory = Arc::new(Directory::new(schemas, Arc::new(LocalLayer::new()), background().clone()));
        let member = Membership::new(&directory, &path.group(), ViewId::new(), handle());
        member.joined().await;
        member.keys_are_known();
        let leading = member.lead(ViewId::new(), handle());
        let push = Message::new(path, Push::render()).expect("a push");
        assert_eq!(
            directory.deliver(push).expect("it is accepted").views,
            1,
            "the leading one is not counted"
        );
        while member.is_level() {
            actix_rt::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        assert!(!member.park(&leading));
        assert!(matches!(member.next(), Some(LogItem::Push(_))), "it is still there");
        assert!(!member.park(&leading), "the leading one has not read it");
        assert!(matches!(leading.next_for_all(), Some(NextForAll::Item(LogItem::Push(_)))));
        assert!(member.park(&leading) && member.next().is_none());
    }
}
