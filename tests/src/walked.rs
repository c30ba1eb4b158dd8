//! The view of the random walks over Redis: it shows each call that it has had, and what was stored before it was mounted.
//!
//! A sender stores a number in [`Stored`] first, then pushes it. `mount` reads how far each sender had stored. So every number
//! above that is pushed after the view has joined its group, and has to be applied, or the view has to be mounted anew.

use djust::{LiveView, MountContext, MountResult, Refusal, handlers, live_view};
use std::fmt::{self, Display};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

/// The view's path.
pub const WALKED: &str = "tests.Walked";

/// A point in time that all processes of this machine understand: microseconds.
pub type Moment = u64;

/// This one.
pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    u64::try_from(since.as_micros()).expect("it is before the year 500,000")
}

/// The truth: how far each sender has gone. A file with eight bytes for each.
#[derive(Debug)]
pub struct Stored(File);

impl Stored {
    /// A file where so many senders have not begun yet.
    ///
    /// # Errors
    /// The system's.
    pub fn create(path: &Path, senders: usize) -> io::Result<Self> {
        std::fs::write(path, vec![0; 8 * senders])?;
        Self::open(path)
    }

    /// A file that is there.
    ///
    /// # Errors
    /// The system's.
    pub fn open(path: &Path) -> io::Result<Self> {
        File::options().read(true).write(true).open(path).map(Stored)
    }

    /// A sender is going to push up to this number.
    ///
    /// # Errors
    /// The system's.
    pub fn store(&self, sender: usize, number: u64) -> io::Result<()> {
        self.0.write_all_at(&number.to_le_bytes(), 8 * sender as u64)
    }

    /// How far each sender has gone.
    fn read(path: &str) -> io::Result<Vec<u64>> {
        let bytes = std::fs::read(path)?;
        Ok(bytes.as_chunks().0.iter().map(|number| u64::from_le_bytes(*number)).collect())
    }
}

/// The calls of one sender's numbers, in the order in which they came: ranges in which each is one above that before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls(Vec<(u64, u64)>);

impl Calls {
    /// The next one.
    pub fn add(&mut self, number: u64) {
        match self.0.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => self.0.push((number, number)),
        }
    }

    /// All, in their order.
    pub fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().flat_map(|&(first, last)| first..=last)
    }

    /// Whether one of them is this.
    pub fn contain(&self, number: u64) -> bool {
        self.0.iter().any(|&(first, last)| (first..=last).contains(&number))
    }

    /// How many.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|(first, last)| last - first + 1).sum()
    }
}

impl FromIterator<u64> for Calls {
    fn from_iter<I: IntoIterator<Item = u64>>(numbers: I) -> Self {
        let mut calls = Calls::default();
        numbers.into_iter().for_each(|number| calls.add(number));
        calls
    }
}

/// What one instance of the view, mounted once, says of itself: `name|process|mounted|stored,…|calls;…`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The instance's own.
    pub name: String,
    /// The server process that it is in.
    pub process: u32,
    /// When its mount began.
    pub mounted: Moment,
    /// How far each sender had stored then.
    pub stored: Vec<u64>,
    /// The calls of each sender since.
    pub calls: Vec<Calls>,
}

impl Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|{}|{}|", self.name, self.process, self.mounted)?;
        for (number, stored) in self.stored.iter().enumerate() {
            write!(f, "{}{stored}", if number > 0 { "," } else { "" })?;
        }
        f.write_str("|")?;
        for (number, calls) in self.calls.iter().enumerate() {
            f.write_str(if number > 0 { ";" } else { "" })?;
            for (number, (first, last)) in calls.0.iter().enumerate() {
                write!(f, "{}{first}-{last}", if number > 0 { " " } else { "" })?;
            }
        }
        Ok(())
    }
}

impl FromStr for Account {
    type Err = Box<dyn std::error::Error>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let [name, process, mounted, stored, calls]: [&str; 5] =
            text.split('|').collect::<Vec<_>>().try_into().map_err(|_| format!("not five parts: {text}"))?;
        let filled = |part: &&str| !part.is_empty();
        let range = |range: &str| -> Result<(u64, u64), Self::Err> {
            let (first, last) = range.split_once('-').ok_or("no range")?;
            Ok((first.parse()?, last.parse()?))
        };
        let of_one = |calls: &str| calls.split(' ').filter(filled).map(range).collect::<Result<_, _>>();
        Ok(Account {
            name: name.to_owned(),
            process: process.parse()?,
            mounted: mounted.parse()?,
            stored: stored.split(',').filter(filled).map(str::parse).collect::<Result<_, _>>()?,
            calls: calls.split(';').map(|calls| of_one(calls).map(Calls)).collect::<Result<_, _>>()?,
        })
    }
}

/// The view: `/walked/{room}?FILE`, where the file is what [`Stored`] wrote.
#[live_view(path = "tests.Walked", source = "<p>{{ account }}</p>", key = "room:{room}")]
pub struct Walked {
    room: u32,
    account: Account,
}

impl LiveView for Walked {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let mounted = now();
        let room = cx.param("room").and_then(|room| room.parse().ok());
        let room = room.ok_or_else(|| Refusal::not_found("no such room"))?;
        let stored = Stored::read(cx.query_string()).map_err(|_| Refusal::not_found("this walk is over"))?;
        let name = format!("{:x}", fastrand::u64(..));
        let (process, calls) = (std::process::id(), vec![Calls::default(); stored.len()]);
        Ok(Walked { room, account: Account { name, process, mounted, stored, calls } })
    }
}

#[handlers]
impl Walked {
    /// A number; `pad` only makes the push larger.
    #[push]
    fn take(&mut self, sender: usize, number: u64, pad: Option<String>) {
        drop(pad);
        self.account.calls[sender].add(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_reads_as_it_was_written() {
        let calls = vec![Calls::from_iter([1, 2, 3, 7, 5, 6, 6]), Calls::default(), Calls::from_iter([9])];
        let account = Account { name: "a1".into(), process: 7, mounted: 12, stored: vec![0, 4, 8], calls };
        let text = account.to_string();
        assert_eq!(text, "a1|7|12|0,4,8|1-3 7-7 5-6 6-6;;9-9");
        assert_eq!(text.parse::<Account>().expect("it is one"), account);
        assert_eq!(account.calls[0].numbers().collect::<Vec<_>>(), [1, 2, 3, 7, 5, 6, 6]);
        assert!(account.calls[0].contain(5) && !account.calls[0].contain(4));
        assert!("a1|7|12|0,4,8".parse::<Account>().is_err());
    }
}
