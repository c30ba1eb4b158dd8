//! Everything that can be wrong with a template, with one sentence each.
//!
//! A [`Fault`] is a problem and its location; a [`TemplateError`] is the readable form. The macro
//! puts it into a `compile_error!`, on the attribute's template literal.

use super::source::{Location, Sources};

/// A problem and its location.
#[derive(Debug)]
pub(crate) struct Fault {
    pub at: Location,
    pub problem: Problem,
}

impl Fault {
    pub(crate) fn new(at: Location, problem: Problem) -> Self {
        Fault { at, problem }
    }
}

/// A problem as it is shown: `counter.html:3:9: …`.
#[derive(Debug, thiserror::Error)]
#[error("{position}{problem}")]
pub(crate) struct TemplateError {
    position: String,
    problem: Problem,
}

impl TemplateError {
    /// Finds the line and the column.
    pub(crate) fn new(fault: Fault, sources: &Sources) -> Self {
        let position = format!("{}: ", sources.position(fault.at));
        TemplateError { position, problem: fault.problem }
    }
}

impl From<Problem> for TemplateError {
    fn from(problem: Problem) -> Self {
        TemplateError { position: String::new(), problem }
    }
}

/// A part of a template that must be complete in itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Template,
    Branch,
    Loop,
    Macro,
    Tag,
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Scope::Template => "the template",
            Scope::Branch => "this branch",
            Scope::Loop => "this loop",
            Scope::Macro => "this macro, filter, call or let block",
            Scope::Tag => "this tag",
        })
    }
}

/// Every problem that the template compiler reports.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    // reading
    #[error("there is no template `{name}` in {dirs}")]
    NotFound { name: String, dirs: String },
    #[error("the template {path} can't be read: {reason}")]
    Unreadable { path: String, reason: String },
    #[error("askama.toml can't be used: {0}")]
    Config(String),
    #[error("`{0}` includes itself")]
    IncludesItself(String),

    // askama
    #[error("`{0}` is not closed")]
    Unclosed(String),
    #[error("{0}")]
    Askama(String),
    #[error("this template can't be read; please report it as a bug in djust")]
    OutOfStep,
    #[error("the character U+{0:X} is reserved in live templates")]
    ReservedCharacter(u32),
    #[error(
        "`extends` can't be used in a live view: its template is the live region only, the page around it is the layout"
    )]
    Extends,
    #[error("`{0}` can't be used in a live list: filter with `for … in … if …` or in Rust")]
    LeavesLoop(&'static str),
    #[error(
        "`is defined` can't be used in a live view: every field is there, ask for an `Option`'s `is_some()`"
    )]
    IsDefined,
    #[error("`{view}` has no field `{name}`; {known}")]
    UnknownField { view: String, name: String, known: String },
    #[error("`{0}` is too large for a live template: split it into several views")]
    TooLarge(&'static str),

    // tags
    #[error("<{name}> is not closed in {part}")]
    NotClosed { name: String, part: Scope },
    #[error("</{found}> stands where </{expected}> is expected")]
    Mismatched { found: String, expected: String },
    #[error("</{name}> closes an element that was not opened in {part}")]
    ClosesOutside { name: String, part: Scope },
    #[error("<{0}> has no end tag")]
    VoidEnd(String),
    #[error("the slash does not close <{0}/> in HTML: write <{0}></{0}>")]
    SelfClosing(String),
    #[error("a tag's name can't be dynamic: put whole elements into an `if`")]
    DynamicTagName,
    #[error(
        "an attribute's name can't be dynamic: put whole attributes into an `if`, or mark trusted ones `|safe`"
    )]
    DynamicAttributeName,
    #[error("<{0}> can't have dynamic content in a live view: use attributes instead")]
    DynamicContent(String),
    #[error("an HTML comment can't be dynamic: use `{{# #}}` to leave something out")]
    DynamicComment,
    #[error("{0} belongs to the page around a live view, not into its template")]
    OfThePage(String),
    #[error("the attribute `{0}` is there twice")]
    Duplicate(String),
    #[error("the attribute `{0}` is in two conditional places: write it once, with one condition for both")]
    TwoPlaces(String),
    #[error("a `for` would write the attribute `{0}` once for each item: put the loop into its value")]
    RepeatedAttribute(String),
    #[error(
        "a macro, `call`, `filter` or `let` can't write attributes: put whole attributes into an `if` here"
    )]
    CalledAttributes,
    #[error(
        "a call in the value of `{0}` may write a quote or a tag, which would end the value: write the text \
         here"
    )]
    CalledInValue(String),
    #[error("the value of `{0}` is not quoted: put quotes around it, it has branches or spaces")]
    Unquoted(String),
    #[error("the value of `{0}` ends in the middle of a branch: the quote that closes it can't be inside")]
    QuoteInBranch(String),
    #[error("a branch inside a tag can only hold whole attributes")]
    NotAttributes,
    #[error("{0}")]
    Html(&'static str),

    // values that the browser would run
    #[error("`{name}` of <{element}> can't be dynamic: {reason}")]
    Refused { name: String, element: String, reason: &'static str },
    #[error("the URL in `{0}` runs what follows its scheme: write all of it out, or mark it `|safe`")]
    ScriptUrl(String),
    #[error(
        "an imported macro can't have a URL or a style that is dynamic: `include` its file instead, or mark it `|safe`"
    )]
    Imported,

    // elements that the browser would move
    #[error("<{name}> can't be directly in <{parent}>: the browser inserts {missing}, so write it out")]
    MissingParent { name: String, parent: String, missing: &'static str },
    #[error("<{name}> can only be in {parents}: the browser drops it elsewhere")]
    OutOfPlace { name: String, parents: &'static str },
    #[error("<{name}> can't be in <table>: the browser moves it out")]
    InTable { name: String },
    #[error("text can't be directly in <{0}>: the browser moves it out of the table")]
    TextInTable(String),
    #[error("<{name}> can't be in <{parent}>: the browser closes the <{parent}> before it")]
    Closes { name: String, parent: String },
    #[error("<{name}> can't be in another <{name}>")]
    Nested { name: String },
    #[error("<{name}> can't be in <{parent}> unless in a <foreignObject>")]
    BreaksOut { name: String, parent: String },

    // djust's attributes
    #[error("there is no attribute `{name}`; {known}")]
    UnknownAttribute { name: String, known: String },
    #[error("the attribute `{0}` is written by djust")]
    Reserved(String),
    #[error("`{0}` names no handler")]
    NoHandler(String),
    #[error("the handler's name in `{0}` can't be dynamic: the compiler checks that there is one")]
    DynamicHandler(String),
    #[error(
        "`{value}` in `{attribute}` is not a handler's name: it is a name only, arguments go into dj-value-*"
    )]
    MalformedHandler { attribute: String, value: String },
    #[error("dj-model names no field marked #[model]: {found}; {known}")]
    NotAModel { found: String, known: String },
    #[error("dj-model is for <input>, <select> and <textarea>, not for <{0}>")]
    ModelElsewhere(String),
    #[error(
        "radio buttons with dj-model need a `name`, the same for all of a group: a browser lets a person choose one of those \
         with the same name"
    )]
    NamelessRadio,
    #[error("{attribute} is for {places}, not for <{element}>")]
    HandlerElsewhere { attribute: String, places: &'static str, element: String },
    #[error("`{attribute}`: {mistake}")]
    Key { attribute: String, mistake: String },
    #[error("`{attribute}` does nothing here: put it on {place}")]
    ForNothing { attribute: String, place: &'static str },
    #[error("`{0}` needs a name after it, as in dj-value-id")]
    NamelessValue(String),
    #[error(
        "`{0}` gives an argument to no handler: put it on the element that has dj-click or another handler"
    )]
    ValueForNobody(String),
    #[error("`{0}` is a number of milliseconds")]
    NotMilliseconds(String),
    #[error("dj-update can only be \"ignore\"")]
    Update,
    #[error("dj-update can't be in a branch: what it keeps is decided when the template is compiled")]
    ConditionalUpdate,
    #[error("dj-key belongs on the root element of what a `for` repeats")]
    KeyElsewhere,
    #[error("dj-key needs an expression, else all items have the same key")]
    StaticKey,
}
