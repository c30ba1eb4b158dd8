//! The ways in which a command can fail.

use djust::push::{LayerError, PushError, QueryError};
use std::fmt::Display;
use std::process::ExitCode;

/// For the help of each command.
pub const EXIT_CODES: &str = "Exit status:
  0  done
  1  not accepted, or the target can't be reached: nothing was applied
  2  malformed input: nothing was sent
  3  no answer came, so the push may have been accepted; it is applied at most once";

/// Why a command has not done what it was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The command line can't be used.
    Usage(String),
    /// Nothing was done.
    NotDone(String),
    /// It may have been done.
    Unconfirmed(String),
    /// Nobody reads the output any more.
    NobodyReads,
}

impl Failure {
    pub fn usage(message: impl ToString) -> Self {
        Failure::Usage(message.to_string())
    }

    pub fn message(&self) -> Option<&str> {
        match self {
            Failure::Usage(message) | Failure::NotDone(message) | Failure::Unconfirmed(message) => {
                Some(message)
            }
            Failure::NobodyReads => None,
        }
    }

    pub fn code(&self) -> ExitCode {
        match self {
            Failure::NobodyReads => ExitCode::SUCCESS,
            Failure::NotDone(_) => ExitCode::FAILURE,
            Failure::Usage(_) => ExitCode::from(2),
            Failure::Unconfirmed(_) => ExitCode::from(3),
        }
    }

    /// Why a push over Redis has failed; `place` is the address of Redis.
    pub fn of_push(error: &PushError, place: &str) -> Self {
        match error {
            PushError::Unavailable(LayerError::Unconfirmed { .. }) => Failure::Unconfirmed(error.to_string()),
            PushError::Unavailable(LayerError::NotStored { .. }) => Failure::away(error, place),
            error => Failure::NotDone(error.to_string()),
        }
    }

    /// Why a question over Redis has failed; `place` is the address of Redis.
    pub fn of_query(error: &QueryError, place: &str) -> Self {
        match error {
            QueryError::Push(error) => Failure::of_push(error, place),
            QueryError::Unreachable { .. } => Failure::away(error, place),
            error => Failure::NotDone(error.to_string()),
        }
    }

    fn away(error: impl Display, place: &str) -> Self {
        Failure::NotDone(format!("{error}\n  asked: {place}; --to or DJUST_TO names another"))
    }
}
