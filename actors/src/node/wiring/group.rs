//! The supervisor of children that are of one kind.

use crate::node::context::NodeContext;
use crate::supervision::{Strategy, SupervisorSpec};

/// Describes a supervisor whose children need one another only for work, not for stopping.
pub(in crate::node) fn group(context: &NodeContext) -> SupervisorSpec {
    SupervisorSpec::new(Strategy::OneForOne).configured(&context.settings.supervision).stop_together()
}
