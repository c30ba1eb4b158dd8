//! Names and reasons that are remembered, and how long they may be.

/// The longest name of a sender, a node, an epoch or a question, in bytes: thousands of them are
/// remembered. An entry with a longer one is passed over. The scripts know the number, too.
pub(crate) const LONGEST_NAME: usize = 256;
/// How much of the host's name is in that of a node.
const LONGEST_HOST: usize = 64;
/// How much is kept of the reason why a push can't be used; it may quote the push.
const LONGEST_REASON: usize = 256;

/// A name, unless it is too long to be remembered.
pub(crate) fn short_name(name: String) -> Option<String> {
    (name.len() <= LONGEST_NAME).then_some(name)
}

/// A reason that may be kept, whatever it quotes.
pub(crate) fn cut_reason(reason: &str) -> String {
    let cut = reason.char_indices().find(|(at, _)| *at >= LONGEST_REASON).map(|(at, _)| at);
    match cut.and_then(|at| reason.get(..at)) {
        Some(short) => format!("{short}…"),
        None => reason.to_owned(),
    }
}

/// Names this process, as a sender and as a node: host, process number, and something random.
pub(crate) fn node_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host: String = host.trim().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let host = if host.is_empty() { "host" } else { &host };
    // Longer ones are not taken by readers.
    let host = host.get(..LONGEST_HOST).unwrap_or(host);
    format!("{host}-{}-{}", std::process::id(), &random_name()[..8])
}

/// 16 hexadecimal digits that nobody else has.
pub(crate) fn random_name() -> String {
    format!("{:016x}", getrandom::u64().expect("the system gives random bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_node_is_one_that_readers_take() {
        assert!(node_name().len() <= LONGEST_NAME / 2);
    }
}
