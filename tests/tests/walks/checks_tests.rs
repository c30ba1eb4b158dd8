//! Each check finds its mistake.
