//! How a group reaches its member, an instance.

use super::client_sender::ClientSender;
use super::lobby::LookForPeers;
use super::{CancellationToken, EndReason};
use crate::group::{Expulsion, MemberHandle, Wake};
use crate::worker::{Clock, Tell};
use actix::Recipient;
use std::sync::Arc;

/// An instance's mailbox, its connection, and the token that ends it.
pub(super) struct Lifeline {
    pub(super) view: Recipient<Wake>,
    pub(super) sender: Arc<ClientSender>,
    pub(super) token: Arc<CancellationToken>,
    /// Where invitations to a cohort go.
    pub(super) looks: Recipient<LookForPeers>,
}

impl Lifeline {
    pub(super) fn end(&self, reason: EndReason) {
        if self.token.cancel(reason) {
            self.view.tell(Wake::End);
        }
    }
}

impl MemberHandle for Lifeline {
    fn wake(&self, wake: Wake) {
        self.view.tell(wake);
    }

    fn expel(&self, why: Expulsion) {
        self.end(why.into());
    }

    fn check_connection(&self) {
        if let Some(fault) = self.sender.look_after() {
            self.end(fault);
        }
    }

    fn clock(&self) -> &Clock {
        self.sender.clock()
    }
}
