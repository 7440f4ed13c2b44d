//! An address that outlives the actor behind it.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use ractor::rpc::CallResult;
use ractor::{ActorRef, Message, MessagingErr, RpcReplyPort};
use tokio::sync::watch;

use super::gauge::Admission;
use super::node::TreePath;
use super::slot::{Slot, Tenant};
use crate::error::AddressError;

/// Reaches whoever lives at a path when the message is sent, so that it survives restarts.
///
/// Delivery is at most once: a message to an actor that dies before handling it is lost, and the sender of a call is told.
pub struct Address<M> {
    path: TreePath,
    slot: Arc<Slot>,
    message: PhantomData<fn(M)>,
}

impl<M: Message> Address<M> {
    pub(super) fn bound(path: TreePath, slot: Arc<Slot>) -> Self {
        Self { path, slot, message: PhantomData }
    }

    /// Makes an address of one given actor, for probes that live outside a tree.
    pub fn fixed(path: TreePath, actor: &ActorRef<M>) -> Self {
        let tenant = Tenant { cell: actor.get_cell(), gauge: None };
        Self::bound(path, Arc::new(watch::channel(Some(tenant)).0))
    }

    /// Returns the path that this address names.
    pub fn path(&self) -> &TreePath {
        &self.path
    }

    /// Returns the actor that lives there now, if it takes messages.
    pub fn current(&self) -> Option<ActorRef<M>> {
        let slot = self.slot.borrow();
        slot.as_ref().filter(|tenant| tenant.is_up()).map(|tenant| ActorRef::from(tenant.cell.clone()))
    }

    /// Sends a message.
    ///
    /// # Errors
    /// `NotRunning` when nobody lives there now, `WrongType` when the actor takes other messages, `Full` when as many wait as its
    /// mailbox holds.
    pub fn cast(&self, message: M) -> Result<(), AddressError> {
        let slot = self.slot.borrow();
        let tenant = slot.as_ref().ok_or_else(|| self.not_running())?;
        let number = match tenant.admit() {
            Some(Admission::Dropped) => return Ok(()),
            Some(Admission::Full(bound)) => return Err(self.full(bound)),
            Some(Admission::Counted(number)) => Some(number),
            None => None,
        };
        tenant.cell.send_message(message).map_err(|error| {
            tenant.withdraw(number);
            self.refused(&error)
        })
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// As [`Self::cast`], and `Full` whatever the mailbox does with messages that are too many; `Timeout` after `timeout`,
    /// `NoReply` when the actor died with the request.
    pub async fn call<R, F>(&self, request: F, timeout: Duration) -> Result<R, AddressError>
    where
        R: Send + 'static,
        F: FnOnce(RpcReplyPort<R>) -> M,
    {
        let tenant = self.slot.borrow().clone().ok_or_else(|| self.not_running())?;
        let number = match tenant.admit() {
            Some(Admission::Dropped) => return Err(self.full(tenant.bound())),
            Some(Admission::Full(bound)) => return Err(self.full(bound)),
            Some(Admission::Counted(number)) => Some(number),
            None => None,
        };
        match ractor::rpc::call(&tenant.cell, request, Some(timeout)).await {
            Ok(CallResult::Success(reply)) => Ok(reply),
            Ok(CallResult::Timeout) => Err(AddressError::Timeout { path: self.path.clone(), after: timeout }),
            Ok(CallResult::SenderError) => Err(AddressError::NoReply { path: self.path.clone() }),
            Err(error) => {
                tenant.withdraw(number);
                Err(self.refused(&error))
            }
        }
    }

    /// Waits until somebody lives there.
    ///
    /// # Errors
    /// `NotRunning` when nobody did within `timeout`.
    pub async fn wait_up(&self, timeout: Duration) -> Result<ActorRef<M>, AddressError> {
        let mut receiver = self.slot.subscribe();
        let up = receiver.wait_for(|tenant| tenant.as_ref().is_some_and(Tenant::is_up));
        match tokio::time::timeout(timeout, up).await {
            Ok(Ok(tenant)) => tenant
                .as_ref()
                .map(|tenant| ActorRef::from(tenant.cell.clone()))
                .ok_or_else(|| self.not_running()),
            Ok(Err(_)) | Err(_) => Err(self.not_running()),
        }
    }

    fn not_running(&self) -> AddressError {
        AddressError::NotRunning { path: self.path.clone() }
    }

    fn full(&self, bound: u64) -> AddressError {
        AddressError::Full { path: self.path.clone(), bound }
    }

    fn refused(&self, error: &MessagingErr<M>) -> AddressError {
        match error {
            MessagingErr::InvalidActorType => AddressError::WrongType { path: self.path.clone() },
            MessagingErr::SendErr(_) | MessagingErr::ChannelClosed => self.not_running(),
        }
    }
}

impl<M> Clone for Address<M> {
    fn clone(&self) -> Self {
        Self { path: self.path.clone(), slot: Arc::clone(&self.slot), message: PhantomData }
    }
}

impl<M> fmt::Debug for Address<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&self.path.as_str()).finish()
    }
}
