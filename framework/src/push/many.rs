//! Many pushes at once: the well-formed ones go to the layer, and each has its place in the
//! results.

use super::{IntoMessage, Message, PushError, Receipt};

/// Makes messages of pushes, and remembers the malformed ones.
pub(super) struct Checked<I> {
    pushes: I,
    seen: usize,
    /// The refused pushes: the number of each, and why.
    refused: Vec<(usize, PushError)>,
}

impl<I: Iterator<Item: IntoMessage>> Checked<I> {
    pub(super) fn new(pushes: impl IntoIterator<IntoIter = I>) -> Self {
        Checked { pushes: pushes.into_iter(), seen: 0, refused: Vec::new() }
    }

    /// Merges the layer's results with the errors of the pushes that did not reach it.
    pub(super) fn with_refused(
        self,
        sent: Vec<Result<Receipt, PushError>>,
    ) -> Vec<Result<Receipt, PushError>> {
        if self.refused.is_empty() {
            return sent;
        }
        let mut sent = sent.into_iter();
        let mut results = Vec::with_capacity(self.seen);
        for (number, error) in self.refused {
            results.extend(sent.by_ref().take(number - results.len()));
            results.push(Err(error));
        }
        results.extend(sent);
        results
    }
}

impl<I: Iterator<Item: IntoMessage>> Iterator for Checked<I> {
    type Item = Message;

    fn next(&mut self) -> Option<Message> {
        loop {
            let push = self.pushes.next()?;
            self.seen += 1;
            match push.into_message() {
                Ok(message) => return Some(message),
                Err(error) => {
                    tracing::warn!(%error, "push not accepted");
                    self.refused.push((self.seen - 1, error.into()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MalformedPush, Push};
    use super::*;

    #[test]
    fn each_push_has_its_result_in_its_place() {
        for mistakes in 0..64_u32 {
            let is_wrong = |number: usize| mistakes >> number & 1 == 1;
            let pushes = (0..6).map(|number| {
                let push =
                    if is_wrong(number) { Push::render().arg("a", number) } else { Push::state("n", number) };
                ("a.View", push)
            });
            let mut checked = Checked::new(pushes);
            let sent = checked.by_ref().map(|message| {
                let number = message.push().fields()["n"].as_u64().expect("a number");
                Ok(Receipt::delivered(number as usize, 1))
            });
            let sent = sent.collect();
            let results = checked.with_refused(sent);
            assert_eq!(results.len(), 6);
            for (number, result) in results.into_iter().enumerate() {
                match result {
                    Ok(receipt) => assert!(!is_wrong(number) && receipt.views == number),
                    Err(error) => {
                        assert!(is_wrong(number) && error == MalformedPush::PayloadWithoutHandler.into());
                    }
                }
            }
        }
    }
}
