//! The context of handlers: the instance, its browser, and its application.

use super::call::Call;
use super::destination::{destination, excerpt};
use super::handshake::HandshakeSnapshot;
use crate::group::Membership;
use crate::push::{GroupName, IntoMessage, PushError, Pusher, Receipt, ViewId, ViewPath};
use futures_util::future::LocalBoxFuture;
use std::cell::Cell;
use std::fmt::Display;
use std::future::Future;
use std::rc::{Rc, Weak};

/// The context of a handler, for those with a `&mut ViewContext` parameter.
///
/// ```
/// use djust::push::Push;
/// use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view, push_to_view};
///
/// #[live_view(path = "chat.Chat", source = r#"<form id="send" dj-submit="say"><input name="text"></form>"#)]
/// struct Chat {}
///
/// #[handlers]
/// impl Chat {
///     #[event]
///     fn say(&mut self, text: String, cx: &mut ViewContext<Self>) -> Result<(), djust::push::PushError> {
///         push_to_view("chat.Chat", Push::handler("on_message").arg("text", text).except(cx.id()))?;
///         cx.reset_form("send");
///         Ok(())
///     }
///
///     #[push]
///     fn on_message(&mut self, text: String) {
///         println!("{text}");
///     }
/// }
/// # impl LiveView for Chat {
/// #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Chat {}) }
/// # }
/// ```
pub struct ViewContext<V> {
    id: ViewId,
    /// A handler has asked for the id.
    is_named: Cell<bool>,
    path: ViewPath,
    /// Gone once the view has ended.
    membership: Weak<Membership>,
    handshake: Rc<HandshakeSnapshot>,
    pusher: Pusher,
    effects: Vec<Effect>,
    tasks: Vec<Task<V>>,
}

/// A future that a handler has spawned. It resolves to the call that applies its result.
pub(crate) struct Task<V>(pub(crate) LocalBoxFuture<'static, Call<V>>);

/// Something that a handler wants done in the browser, besides the patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    ResetForm(String),
    ResetField(String),
    Focus(String),
    Navigate(String),
}

impl<V: 'static> ViewContext<V> {
    pub(crate) fn new(
        id: ViewId,
        path: ViewPath,
        membership: &Rc<Membership>,
        handshake: Rc<HandshakeSnapshot>,
        pusher: Pusher,
    ) -> Self {
        let membership = Rc::downgrade(membership);
        let (is_named, effects, tasks) = (Cell::new(false), Vec::new(), Vec::new());
        ViewContext { id, is_named, path, membership, handshake, pusher, effects, tasks }
    }

    pub(crate) fn view_path(&self) -> &ViewPath {
        &self.path
    }

    /// Gives the instance another id if a handler has asked for the present one. Returns it.
    pub(crate) fn change_named_id(&mut self) -> Option<ViewId> {
        self.is_named.take().then(|| {
            self.id = ViewId::new();
            self.id
        })
    }

    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    pub(crate) fn take_tasks(&mut self) -> Vec<Task<V>> {
        std::mem::take(&mut self.tasks)
    }

    /// Returns the id of this instance. Give it to [`Push::except`](crate::push::Push::except) to
    /// leave the instance out of a push.
    pub fn id(&self) -> ViewId {
        self.is_named.set(true);
        self.id
    }

    /// Returns the view path.
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// Returns the view's group.
    pub fn group(&self) -> GroupName {
        self.path.group()
    }

    /// Returns what the application registered with `App::app_data(web::Data::new(…))`:
    /// `app_data::<T>()` for a `web::Data<T>`.
    ///
    /// ```
    /// use djust::ViewContext;
    /// use std::sync::Mutex;
    ///
    /// struct Orders(Mutex<Vec<u32>>);
    ///
    /// fn cancel<V: 'static>(order: u32, cx: &mut ViewContext<V>) {
    ///     if let Some(Orders(orders)) = cx.app_data() {
    ///         orders.lock().expect("nobody panics").retain(|&other| other != order);
    ///     }
    /// }
    /// ```
    pub fn app_data<T: 'static>(&self) -> Option<&T> {
        self.handshake.app_data()
    }

    /// Returns a handle that pushes through the channel layer of this view's `Djust`.
    pub fn pusher(&self) -> &Pusher {
        &self.pusher
    }

    /// Pushes through [`pusher`](ViewContext::pusher), without waiting. Give it a typed push, or a
    /// pair of a view path and a [`Push`](crate::push::Push).
    ///
    /// ```
    /// use djust::push::{Push, PushError};
    /// use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view};
    ///
    /// #[live_view(source = r#"<button dj-click="add">{{ items }}</button>"#)]
    /// struct Cart {
    ///     #[push]
    ///     items: u32,
    /// }
    ///
    /// #[handlers]
    /// impl Cart {
    ///     #[event]
    ///     fn add(&mut self, cx: &mut ViewContext<Self>) -> Result<(), PushError> {
    ///         cx.push(Cart::push().items(self.items + 1))?;
    ///         cx.push(("shop.views.Bell", Push::handler("on_change")))?;
    ///         Ok(())
    ///     }
    /// }
    /// # impl LiveView for Cart {
    /// #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Cart { items: 0 }) }
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns a [`PushError`](crate::push::PushError) if the push is not accepted.
    pub fn push(&self, push: impl IntoMessage) -> Result<Receipt, PushError> {
        self.pusher.queue(push)
    }

    /// Joins a key. Pushes with [`Push::key`](crate::push::Push::key) that are accepted from now on
    /// reach this instance too. In `mount`, use [`MountContext::join`](crate::MountContext::join).
    /// A view that is remounted has only the keys of its `mount`.
    ///
    /// ```
    /// use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view};
    ///
    /// #[live_view(source = r#"<button dj-click="open" dj-value-ticket="7">Open</button>"#)]
    /// struct Inbox {
    ///     open: Option<u64>,
    /// }
    ///
    /// #[handlers]
    /// impl Inbox {
    ///     #[event]
    ///     fn open(&mut self, ticket: u64, cx: &mut ViewContext<Self>) {
    ///         if let Some(before) = self.open.replace(ticket) {
    ///             cx.leave(format!("ticket:{before}"));
    ///         }
    ///         cx.join(format!("ticket:{ticket}"));
    ///     }
    /// }
    /// # impl LiveView for Inbox {
    /// #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Inbox { open: None }) }
    /// # }
    /// ```
    pub fn join(&self, key: impl Display) {
        if let Some(membership) = self.membership.upgrade() {
            membership.join_key(&key.to_string());
        }
    }

    /// Leaves a key. Pushes for it that this instance has not applied yet are dropped.
    pub fn leave(&self, key: impl Display) {
        if let Some(membership) = self.membership.upgrade() {
            membership.leave_key(&key.to_string());
        }
    }

    /// Runs a future beside the view, and applies its result as a handler would: nothing else of
    /// the view runs meanwhile, and djust renders what has changed.
    ///
    /// Handlers, pushes and ticks go on while the future runs. It needs neither `Send` nor serde,
    /// and has no time limit. It ends when the view ends or is remounted. If it panics, the view
    /// ends, as after a handler's panic. An instance may have 1,024 of them; one that spawns more
    /// is remounted.
    ///
    /// ```
    /// use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view};
    ///
    /// async fn quote(symbol: &'static str) -> Result<u32, std::io::Error> {
    ///     // a request to another service
    /// #   Ok(symbol.len() as u32)
    /// }
    ///
    /// #[live_view(source = r#"
    ///     <button dj-click="refresh">Refresh</button>
    ///     <p>{% if loading %}…{% else %}{{ price }}{% endif %}</p>
    /// "#)]
    /// struct Quote {
    ///     loading: bool,
    ///     price: u32,
    /// }
    ///
    /// #[handlers]
    /// impl Quote {
    ///     #[event]
    ///     fn refresh(&mut self, cx: &mut ViewContext<Self>) {
    ///         self.loading = true;
    ///         cx.spawn(quote("ABC"), |view, result| {
    ///             view.loading = false;
    ///             view.price = result.unwrap_or_default();
    ///         });
    ///     }
    /// }
    /// # impl LiveView for Quote {
    /// #     async fn mount(_: &mut MountContext) -> MountResult<Self> {
    /// #         Ok(Quote { loading: false, price: 0 })
    /// #     }
    /// # }
    /// ```
    pub fn spawn<T: 'static>(
        &mut self,
        future: impl Future<Output = T> + 'static,
        then: impl FnOnce(&mut V, T) + 'static,
    ) {
        self.spawn_with(future, |view, result, _| then(view, result));
    }

    /// Like [`spawn`](ViewContext::spawn), but the function also gets the view's context: to
    /// navigate, to push, or to spawn the next future.
    pub fn spawn_with<T: 'static>(
        &mut self,
        future: impl Future<Output = T> + 'static,
        then: impl FnOnce(&mut V, T, &mut ViewContext<V>) + 'static,
    ) {
        self.tasks.push(Task(Box::pin(async move {
            let result = future.await;
            Call::sync(move |view, cx| {
                then(view, result, cx);
                Ok(())
            })
        })));
    }

    /// Resets the form with this `id` to what the server last wrote. What the person typed there is
    /// lost.
    pub fn reset_form(&mut self, id: impl Into<String>) {
        self.effects.push(Effect::ResetForm(id.into()));
    }

    /// Resets one field to what the server last wrote. What the person entered there is lost. djust
    /// finds the field by its `id`, or else by its `name`.
    ///
    /// This example is for a field that sends its changes by itself, when the handler rejects one:
    ///
    /// ```
    /// use djust::{LiveView, MountContext, MountResult, Refused, ViewContext, handlers, live_view};
    ///
    /// #[live_view(source = r#"
    ///     <select id="status" dj-change="set_status">
    ///       <option value="open"{% if status == "open" %} selected{% endif %}>open</option>
    ///       <option value="closed"{% if status == "closed" %} selected{% endif %}>closed</option>
    ///     </select>
    /// "#)]
    /// struct Ticket {
    ///     status: String,
    ///     has_open_tasks: bool,
    /// }
    ///
    /// #[handlers]
    /// impl Ticket {
    ///     #[event]
    ///     fn set_status(&mut self, value: String, cx: &mut ViewContext<Self>) -> Result<(), Refused> {
    ///         if value == "closed" && self.has_open_tasks {
    ///             cx.reset_field("status"); // shows "open" again
    ///             return Err(Refused);
    ///         }
    ///         self.status = value;
    ///         Ok(())
    ///     }
    /// }
    /// # impl LiveView for Ticket {
    /// #     async fn mount(_: &mut MountContext) -> MountResult<Self> {
    /// #         Ok(Ticket { status: "open".into(), has_open_tasks: true })
    /// #     }
    /// # }
    /// ```
    pub fn reset_field(&mut self, id: impl Into<String>) {
        self.effects.push(Effect::ResetField(id.into()));
    }

    /// Focuses the element with this `id` after the patch has been applied, such as a field that is
    /// now shown.
    ///
    /// This is best effort: if the element does not exist or can't be focused, the browser's
    /// console shows a warning.
    ///
    /// ```
    /// use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view};
    ///
    /// #[live_view(source = r#"
    ///     <button dj-click="search">Search</button>
    ///     {% if searching %}<input id="q" name="q">{% endif %}
    /// "#)]
    /// struct Titles {
    ///     searching: bool,
    /// }
    ///
    /// #[handlers]
    /// impl Titles {
    ///     #[event]
    ///     fn search(&mut self, cx: &mut ViewContext<Self>) {
    ///         self.searching = true;
    ///         cx.focus("q");
    ///     }
    /// }
    /// # impl LiveView for Titles {
    /// #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Titles { searching: false }) }
    /// # }
    /// ```
    pub fn focus(&mut self, id: impl Into<String>) {
        self.effects.push(Effect::Focus(id.into()));
    }

    /// Sends the browser to another URL: http, https or relative. Any other URL is ignored, and
    /// djust logs an error.
    ///
    /// ```
    /// # use djust::ViewContext;
    /// fn on_paid<V: 'static>(order: u64, cx: &mut ViewContext<V>) {
    ///     cx.navigate(format!("/orders/{order}"));
    /// }
    /// ```
    pub fn navigate(&mut self, to: impl Into<String>) {
        let to = to.into();
        match destination(&to) {
            Ok(to) => self.effects.push(Effect::Navigate(to)),
            Err(error) => {
                tracing::error!(
                    view = %self.path,
                    to = excerpt(&to),
                    %error,
                    "a handler navigates to a URL that is not allowed"
                );
            }
        }
    }
}
