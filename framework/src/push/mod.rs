//! Pushing: from a call anywhere to a channel layer.

mod schema;

pub use schema::{FieldSchema, HandlerSchema, ViewSchema, field_schema, handler_schema};
