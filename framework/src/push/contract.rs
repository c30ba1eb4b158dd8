//! Contracts: what a push may do to a view, for programs without the view.
//!
//! `#[push_contract]` implements [`PushContract`] for the sender, and [`ContractFor`] for each view
//! that has everything the contract names. The view's macros state what the view has, with
//! [`PushField`] and [`PushHandler`], and name the contract in [`contract_path`]. So the compiler
//! checks that nothing is missing.

use super::ViewSchema;

/// What a push may do to the view with a path, for programs without the view.
/// [`push_contract`](crate::push_contract) implements it.
///
/// The contract's own `push()` needs no check, because the compiler checks it. Check other pushes,
/// from JSON for example, with the schema:
///
/// ```
/// use djust::push::{Push, PushContract};
///
/// #[djust::push_contract(path = "shop.views.Cart")]
/// pub struct CartContract {
///     pub items: u32,
/// }
///
/// let push = Push::from_json(Some(r#"{"items": "three"}"#), None, None)?;
/// let error = CartContract::SCHEMA.check(&push).unwrap_err();
/// assert!(error.to_string().starts_with("field `items`"));
/// # Ok::<(), djust::push::PushError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a push contract",
    label = "has no `#[push_contract(...)]`",
    note = "write `#[push_contract(path = \"shop.views.Cart\")]` above the struct"
)]
pub trait PushContract {
    /// The view path.
    const PATH: &'static str;
    /// What a push may set and call.
    const SCHEMA: &'static ViewSchema;
}

/// Implemented by a contract that the view `V` fulfils.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a push contract",
    label = "has no `#[push_contract(...)]`",
    note = "write `#[push_contract(path = \"shop.views.Cart\")]` above the struct"
)]
pub trait ContractFor<V>: PushContract {}

/// A view with a `#[push]` field of this type. The macros encode its name in the number.
#[doc(hidden)]
pub trait PushField<const NAME: u64, T: ?Sized> {}

/// A view with a `#[push]` handler. `T` is an `fn` with the types of its arguments; the number
/// encodes their names.
#[doc(hidden)]
pub trait PushHandler<const NAME: u64, T: ?Sized> {}

/// Returns the contract's path. It compiles only if the view fulfils the contract.
#[doc(hidden)]
pub const fn contract_path<C: ContractFor<V>, V>() -> &'static str {
    C::PATH
}
