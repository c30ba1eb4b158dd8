//! The test kit: what each of its methods promises.

mod apps;
mod failures;
mod fields;
mod forms;
mod life;
mod pushes;
mod shared;
mod walk;
