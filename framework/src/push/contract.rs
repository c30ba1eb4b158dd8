//! Contracts: what a push may do to a view, for programs that don't have the view.
//!
//! `#[push_contract]` implements [`PushContract`] for the sender, and [`ContractFor`] for each view
//! that has what the contract names. The view's macros say what it has, by [`PushField`] and
//! [`PushHandler`], and name the contract in [`contract_path`]: that it has all is then for the
//! compiler to prove.

use super::ViewSchema;

/// What a push may do to the view of a path, without the view: made by
/// [`push_contract`](crate::push_contract).
///
/// The contract's own `push()` needs no check, the compiler does it. Pushes from elsewhere, as JSON
/// for example, are checked by the schema:
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

/// A contract that the view `V` fulfils.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a push contract",
    label = "has no `#[push_contract(...)]`",
    note = "write `#[push_contract(path = \"shop.views.Cart\")]` above the struct"
)]
pub trait ContractFor<V>: PushContract {}

/// A view with a `#[push]` field of this type. The name is there as a number, made by the macros.
#[doc(hidden)]
pub trait PushField<const NAME: u64, T: ?Sized> {}

/// A view with a `#[push]` handler, `T` being `fn` with the types of its arguments; their names are
/// in the number.
#[doc(hidden)]
pub trait PushHandler<const NAME: u64, T: ?Sized> {}

/// The path of a view that fulfils its contract.
#[doc(hidden)]
pub const fn contract_path<C: ContractFor<V>, V>() -> &'static str {
    C::PATH
}
