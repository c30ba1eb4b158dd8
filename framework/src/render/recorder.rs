//! The recorder: runs a rewritten template and keeps its output, divided by the marks.
//!
//! It receives the template's output and its [`marks`], and returns a [`Recording`]. The next
//! rendering uses its buffers again, so a worker thread needs only one recorder.
//!
//! A rendering that fails or panics leaves nothing behind. The next rendering wipes the
//! half-written tape, and recordings that were returned are copies.

use super::marks::{self, Mark};
use super::recording::{Part, Recording, fill_in_length, push_number, reserve_length};
use super::renewal::renew;
use super::{Fields, Template};
use std::cell::{Cell, RefCell};
use std::fmt;

/// The largest buffer that stays for the next rendering, in bytes. A larger one is freed.
const KEPT_BYTES: usize = 1 << 20;

/// Why there is no recording. The view actor handles it: the page keeps its last good state.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// An expression, a filter or a `Display` of the template failed.
    #[error("the template failed: {0}")]
    Template(#[from] askama::Error),
    /// Marks don't nest, or text stands outside them: an error of the template macro.
    #[error("the template's marks don't fit together; please report this as a bug in djust")]
    Marks,
    /// There is more than 4 GiB of dynamic text.
    #[error("the rendered text is longer than 4 GiB")]
    TooLong,
    /// A template renders a view while it is itself being rendered.
    #[error("a view can't be rendered from inside the rendering of another")]
    Nested,
}

/// Runs templates and keeps their output.
#[derive(Debug)]
pub struct Recorder {
    tape: RefCell<Tape>,
    /// What the present rendering is about.
    due: Cell<Fields>,
    /// Where a recording is put together.
    buffer: RefCell<Vec<u8>>,
}

impl Recorder {
    /// Creates an empty recorder.
    pub fn new() -> Self {
        Recorder { tape: RefCell::default(), due: Cell::new(Fields::ALL), buffer: RefCell::default() }
    }

    /// Records one rendering: `recorder.record(|recorder| view.record(recorder))`.
    ///
    /// # Errors
    /// Returns the template's own error; see [`RenderError`].
    pub fn record(
        &self,
        render: impl FnOnce(&Recorder) -> askama::Result<()>,
    ) -> Result<Recording, RenderError> {
        self.run(Fields::ALL, render, |tape| Recording::new(&tape.bytes))
    }

    /// Renders what a change of the `changed` fields may have changed, appends the patch for a page
    /// that shows `shown`, and brings `shown` up to date: all slots that read none of these fields
    /// must be in it as they are.
    ///
    /// Returns `false` if nothing differs; nothing has been appended then.
    ///
    /// # Errors
    /// Returns the template's own error; see [`RenderError`]. Then `shown` is as it was.
    pub fn update(
        &self,
        template: &Template,
        shown: &mut Recording,
        changed: Fields,
        render: impl FnOnce(&Recorder) -> askama::Result<()>,
        out: &mut String,
    ) -> Result<bool, RenderError> {
        self.run(changed, render, |tape| {
            let mut buffer = self.buffer.take();
            let differs = renew(template, shown, changed, Part::new(&tape.bytes), &mut buffer, out);
            buffer.clear();
            buffer.shrink_to(KEPT_BYTES);
            self.buffer.replace(buffer);
            differs
        })
    }

    /// Renders, and passes the finished tape on.
    fn run<T>(
        &self,
        due: Fields,
        render: impl FnOnce(&Recorder) -> askama::Result<()>,
        finish: impl FnOnce(&Tape) -> T,
    ) -> Result<T, RenderError> {
        // marks of another recorder's rendering that this one is inside
        let (outer, ended) = (marks::take(), marks::ended());
        let result = self.run_alone(due, render, finish);
        marks::put_back(outer, ended);
        result
    }

    fn run_alone<T>(
        &self,
        due: Fields,
        render: impl FnOnce(&Recorder) -> askama::Result<()>,
        finish: impl FnOnce(&Tape) -> T,
    ) -> Result<T, RenderError> {
        self.tape.try_borrow_mut().map_err(|_| RenderError::Nested)?.wipe();
        self.due.set(due);
        render(self)?;
        let mut tape = self.tape.try_borrow_mut().map_err(|_| RenderError::Nested)?;
        tape.finish()?;
        Ok(finish(&tape))
    }

    /// The fields whose slots are rendered now; for generated code.
    pub fn due(&self) -> Fields {
        self.due.get()
    }

    /// Runs a rewritten template; called by generated code, inside [`record`](Recorder::record).
    ///
    /// # Errors
    /// Returns the error of an expression or a filter of the template.
    pub fn render(&self, template: &impl askama::Template) -> askama::Result<()> {
        let mut tape = self.tape.try_borrow_mut().map_err(askama::Error::custom)?;
        template.render_into(&mut Writer(&mut tape))
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Recorder::new()
    }
}

/// The destination of a template's output.
struct Writer<'r>(&'r mut Tape);

impl fmt::Write for Writer<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match marks::take() {
            None => self.0.text(text),
            Some(marks::TEXT) => self.0.next_text(text),
            Some(mark) => {
                self.0.mark(mark);
                self.0.text(text);
            }
        }
        Ok(())
    }
}

/// The bytes left for the length of a text while it is written, and for that of a block, list or
/// item. Few are longer than these can say.
const TEXT_ROOM: usize = 1;
const CONTAINER_ROOM: usize = 2;

/// A recording that is being made.
#[derive(Debug, Default)]
struct Tape {
    bytes: Vec<u8>,
    /// Where the length of the open text or key stands.
    open_text: Option<usize>,
    /// The start of the part to check.
    checked_from: usize,
    containers: Vec<Container>,
    misplaced: bool,
}

/// A block, list or item that has not ended.
#[derive(Debug)]
struct Container {
    /// Where its length stands.
    at: usize,
    is_list: bool,
}

impl Tape {
    fn wipe(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(KEPT_BYTES);
        self.open_text = None;
        self.containers.clear();
        self.misplaced = false;
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        if let Some(mark) = marks::take() {
            self.mark(mark);
        }
        self.end_text();
        if self.misplaced || !self.containers.is_empty() {
            return Err(RenderError::Marks);
        }
        if u32::try_from(self.bytes.len()).is_err() {
            return Err(RenderError::TooLong);
        }
        Ok(())
    }

    #[inline]
    fn text(&mut self, text: &str) {
        if self.open_text.is_some() {
            self.bytes.extend_from_slice(text.as_bytes());
        } else if !text.is_empty() {
            self.misplaced = true;
        }
    }

    fn mark(&mut self, mark: Mark) {
        match mark {
            marks::CHECKED => return self.checked_from = self.bytes.len(),
            marks::CHECK => return self.check(),
            _ => self.end_text(),
        }
        match mark {
            marks::TEXT => self.begin_text(),
            marks::END => self.end_container(),
            marks::LIST => self.begin_container(0, true),
            marks::ITEM => self.begin_item(),
            _ => match mark.as_branch() {
                Some(branch) => self.begin_container(branch, false),
                None => self.misplaced = true,
            },
        }
    }

    /// Replaces a part that does not pass, before anything compares it.
    fn check(&mut self) {
        let (check, place) = marks::ended();
        let text = self.bytes.get(self.checked_from..).and_then(|text| str::from_utf8(text).ok());
        if let Some(harmless) = text.and_then(|text| check.replacement(text, place)) {
            self.bytes.truncate(self.checked_from);
            self.bytes.extend_from_slice(harmless.as_bytes());
        }
    }

    /// A text's mark, the most frequent one, and the text after it.
    #[inline]
    fn next_text(&mut self, text: &str) {
        self.end_text();
        self.begin_text();
        self.bytes.extend_from_slice(text.as_bytes());
    }

    #[inline]
    fn begin_text(&mut self) {
        self.open_text = Some(reserve_length::<TEXT_ROOM>(&mut self.bytes));
    }

    #[inline]
    fn end_text(&mut self) {
        if let Some(at) = self.open_text.take() {
            fill_in_length::<TEXT_ROOM>(at, &mut self.bytes);
        }
    }

    /// Begins a block with the number of its branch, or a list, which has no items yet.
    fn begin_container(&mut self, number: usize, is_list: bool) {
        self.open(is_list);
        push_number(number, &mut self.bytes);
    }

    fn begin_item(&mut self) {
        match self.containers.last() {
            Some(list) if list.is_list => self.bytes[list.at + CONTAINER_ROOM] = 1,
            _ => self.misplaced = true,
        }
        self.open(false);
        self.begin_text();
    }

    #[inline]
    fn open(&mut self, is_list: bool) {
        let at = reserve_length::<CONTAINER_ROOM>(&mut self.bytes);
        self.containers.push(Container { at, is_list });
    }

    fn end_container(&mut self) {
        match self.containers.pop() {
            Some(ended) => fill_in_length::<CONTAINER_ROOM>(ended.at, &mut self.bytes),
            None => self.misplaced = true,
        }
    }
}
