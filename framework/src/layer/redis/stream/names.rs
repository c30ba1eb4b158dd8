//! Names and reasons that are remembered, and their greatest lengths.

/// The longest name of a sender, a node, an epoch or a question, in bytes, because thousands of
/// them are remembered. An entry with a longer one is skipped. The scripts contain the same number.
pub(crate) const LONGEST_NAME: usize = 256;
/// How much of the host's name goes into that of a node.
const LONGEST_HOST: usize = 64;
/// How much of a reason why a push can't be used is kept. It may quote the push.
const LONGEST_REASON: usize = 256;

/// Returns a name, unless it is too long to be remembered.
pub(crate) fn short_name(name: String) -> Option<String> {
    (name.len() <= LONGEST_NAME).then_some(name)
}

/// Cuts a reason, which may quote anything, to a length that may be kept.
pub(crate) fn cut_reason(reason: &str) -> String {
    let cut = reason.char_indices().find(|(at, _)| *at >= LONGEST_REASON).map(|(at, _)| at);
    match cut.and_then(|at| reason.get(..at)) {
        Some(short) => format!("{short}…"),
        None => reason.to_owned(),
    }
}

/// Makes a name for this process, as a sender and as a node: the host, the process number and a
/// random part.
pub(crate) fn node_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host: String = host.trim().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let host = if host.is_empty() { "host" } else { &host };
    // Readers refuse longer names.
    let host = host.get(..LONGEST_HOST).unwrap_or(host);
    format!("{host}-{}-{}", std::process::id(), &random_name()[..8])
}

/// Makes 16 random hexadecimal digits.
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
