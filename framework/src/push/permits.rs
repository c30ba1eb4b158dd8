//! How much of what is pushed may wait in one place, and how much of that a push takes.

/// How many permits a queue of pushes has.
pub(crate) const PERMITS: usize = 65_536;
/// A push of more bytes than this takes several.
const BYTES_PER_PERMIT: usize = 512;

/// How many permits a push of this size takes: one, and one more for each 512 bytes.
pub(crate) fn permits_for(bytes: usize) -> u32 {
    let permits = (1 + bytes / BYTES_PER_PERMIT).min(PERMITS);
    u32::try_from(permits).expect("PERMITS fits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_takes_a_permit_for_each_512_bytes_and_never_more_than_there_are() {
        assert_eq!([0, 511, 512, 1024].map(permits_for), [1, 1, 2, 3]);
        assert_eq!(permits_for(usize::MAX) as usize, PERMITS);
    }
}
