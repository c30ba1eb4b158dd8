//! Why a command has no answer, and what that says about its effect.

use redis::{ErrorKind, RedisError, ServerErrorKind};
use std::time::Duration;

/// How long an answer may take before the connection counts as broken.
pub(crate) const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
pub(crate) const NO_ANSWER: &str = "Redis did not answer in time";

/// What Redis says when a script needs a command or a key that its user may not use. Inside a
/// script, this has no error code.
const IN_A_SCRIPT: [&str; 4] =
    ["NOPERM", "can't run this command", "can't access at least one of the keys", "no permissions to"];

/// Why a command has no answer.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The command was not sent.
    Unsent(String),
    /// The command was sent, and it is not known whether it was executed.
    Unanswered(String),
    /// Redis refused the command. It had no effect, and may work later.
    Refused(String),
    /// Redis refused the command, and always will.
    Denied(String),
}

impl Fault {
    /// Redis answered, but not as djust's script does.
    pub(crate) fn senseless() -> Self {
        Fault::Refused("Redis gave an unexpected answer".to_owned())
    }

    pub(crate) fn reason(&self) -> &str {
        match self {
            Fault::Unsent(reason)
            | Fault::Unanswered(reason)
            | Fault::Refused(reason)
            | Fault::Denied(reason) => reason,
        }
    }
}

impl From<RedisError> for Fault {
    fn from(error: RedisError) -> Self {
        let reason = error.to_string();
        match error.kind() {
            ErrorKind::Server(ServerErrorKind::NoPerm) => Fault::Denied(reason),
            _ if IN_A_SCRIPT.iter().any(|said| reason.contains(said)) => Fault::Denied(reason),
            ErrorKind::Server(_) => Fault::Refused(reason),
            ErrorKind::Extension => match error.code() {
                Some("WRONGTYPE" | "NOAUTH") => Fault::Denied(reason),
                _ => Fault::Refused(reason),
            },
            _ => Fault::Unanswered(reason),
        }
    }
}

/// Whether a server refuses to write because it is a replica, in a transaction or outside one.
pub(crate) fn is_demoted(error: &RedisError) -> bool {
    let is_read_only = |kind| kind == Some(ServerErrorKind::ReadOnly);
    error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
        || error
            .clone()
            .into_server_errors()
            .is_some_and(|errors| errors.iter().any(|(_, error)| is_read_only(error.kind())))
}
