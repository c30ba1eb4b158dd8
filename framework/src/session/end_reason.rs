//! Why instances end: the metrics' labels, and what browsers are told.

use crate::group::Expulsion;

/// Why a view instance ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndReason {
    /// The browser left, or sent `leave`.
    Left,
    /// `mount` refused.
    Refused,
    /// User code panicked.
    Panic,
    /// A handler took longer than its limit.
    TimeLimit,
    /// It fell too far behind its pushes.
    Lagged,
    /// The browser acknowledged nothing in time.
    Stalled,
    /// The server is shutting down.
    Shutdown,
    /// The application has ended the views of its key.
    Revoked,
}

impl EndReason {
    /// The metrics' label, which never changes.
    pub(crate) fn label(self) -> &'static str {
        match self {
            EndReason::Left => "left",
            EndReason::Refused => "refused",
            EndReason::Panic => "panic",
            EndReason::TimeLimit => "time_limit",
            EndReason::Lagged => "lagged",
            EndReason::Stalled => "stalled",
            EndReason::Shutdown => "shutdown",
            EndReason::Revoked => "revoked",
        }
    }

    /// What the `ended` frame says, for the reasons that have one.
    pub(crate) fn frame_reason(self) -> Option<&'static str> {
        match self {
            EndReason::Left | EndReason::Refused | EndReason::Stalled => None,
            EndReason::Panic => Some("panic"),
            EndReason::TimeLimit => Some("time_limit"),
            EndReason::Lagged => Some("lagged"),
            EndReason::Shutdown => Some("shutdown"),
            EndReason::Revoked => Some("revoked"),
        }
    }
}

impl From<Expulsion> for EndReason {
    fn from(why: Expulsion) -> Self {
        match why {
            Expulsion::Lagged => EndReason::Lagged,
            Expulsion::Shutdown => EndReason::Shutdown,
            Expulsion::Revoked => EndReason::Revoked,
        }
    }
}
