//! Faults that a drill makes an actor have. Nothing in a node arms one by itself: tests do, and operators who rehearse.

use std::sync::atomic::{AtomicU8, Ordering};

/// Names a fault and the moment at which it strikes; each strikes once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Fault {
    /// Panic at the next start.
    PanicInStart = 1,
    /// Panic instead of handling the next message or ping.
    PanicInHandle = 2,
    /// Fail instead of handling the next message or ping.
    ErrorInHandle = 3,
    /// Never come back from the next message or ping.
    HangInHandle = 4,
    /// Panic at the next orderly stop.
    PanicInStop = 5,
    /// Never come back from the next orderly stop.
    HangInStop = 6,
}

impl Fault {
    /// All faults.
    pub const ALL: [Self; 6] = [
        Self::PanicInStart,
        Self::PanicInHandle,
        Self::ErrorInHandle,
        Self::HangInHandle,
        Self::PanicInStop,
        Self::HangInStop,
    ];
}

/// Holds the fault that a path has coming, over all its lives.
#[derive(Debug, Default)]
pub(super) struct FaultPlan {
    armed: AtomicU8,
}

impl FaultPlan {
    /// Lets `fault` strike, in place of one that was still to come.
    pub fn arm(&self, fault: Fault) {
        self.armed.store(fault as u8, Ordering::SeqCst);
    }

    /// Takes back what has not struck.
    pub fn disarm(&self) {
        self.armed.store(0, Ordering::SeqCst);
    }

    /// Tells whether anything is to come; all that an actor without a drill ever asks.
    #[inline]
    pub fn is_armed(&self) -> bool {
        self.armed.load(Ordering::Relaxed) != 0
    }

    /// Takes `fault` when it is the one to strike.
    pub fn take(&self, fault: Fault) -> bool {
        self.armed.compare_exchange(fault as u8, 0, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_once_and_only_where_it_belongs() {
        let plan = FaultPlan::default();
        for fault in Fault::ALL {
            plan.arm(fault);
            assert!(Fault::ALL.iter().filter(|other| **other != fault).all(|other| !plan.take(*other)));
            assert!(plan.is_armed() && plan.take(fault) && !plan.take(fault) && !plan.is_armed());
        }
        plan.arm(Fault::PanicInStop);
        plan.disarm();
        assert!(!plan.is_armed());
    }
}
