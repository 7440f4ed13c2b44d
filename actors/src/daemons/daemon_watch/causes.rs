//! What of a tree a person should look at: a pure function of one look.

use std::collections::BTreeMap;

use rr_proto::{AlertSeverity, DaemonPhase};

use super::alerts::AlertCause;
use super::sighting::DaemonSighting;
use crate::supervision::{CascadeView, TreeNode, TreePath, health_score};

/// The health of a node under which a person has to look.
const ILL: f64 = 0.5;

/// Lists what a person should look at: critical daemons that do not run, daemons whose duty fails, an open cascade breaker, a node that is ill.
pub fn alert_causes(
    seen: &BTreeMap<TreePath, DaemonSighting>,
    tree: &[TreeNode],
    cascade: &CascadeView,
) -> Vec<AlertCause> {
    let mut causes: Vec<AlertCause> =
        seen.iter().filter_map(|(path, daemon)| of_daemon(path, daemon)).collect();
    let score = health_score(tree, cascade);
    if score < ILL {
        causes.push(AlertCause {
            subject: "node".to_owned(),
            severity: AlertSeverity::Critical,
            message: format!(
                "the node's health is {score:.2}; `rr-admin actors tree` shows what does not run"
            ),
            at_once: false,
        });
    }
    if let Some(open_for) = cascade.open_for {
        causes.push(AlertCause {
            subject: "cascade breaker".to_owned(),
            severity: AlertSeverity::Critical,
            message: format!(
                "too many restarts of the whole node: none is made for another {} s; the log says what failed",
                open_for.as_secs()
            ),
            at_once: true,
        });
    }
    causes
}

fn of_daemon(path: &TreePath, daemon: &DaemonSighting) -> Option<AlertCause> {
    let why = daemon.failure.as_ref().map_or("no reason is known", |note| note.message.as_str());
    let down = matches!(daemon.phase, DaemonPhase::Restarting | DaemonPhase::Failed | DaemonPhase::Stopped);
    let (severity, message) = if daemon.critical && down && !daemon.held {
        let message =
            format!("the node needs it, and it does not run ({why}); see `rr-admin actors show {path}`");
        (AlertSeverity::Critical, message)
    } else if daemon.failing {
        let message = format!("its last rounds all failed; `rr-admin actors show {path}` has the last error");
        (AlertSeverity::Warning, message)
    } else {
        return None;
    };
    Some(AlertCause { subject: path.to_string(), severity, message, at_once: false })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::sighting::tests::worker;
    use super::super::sightings;
    use super::*;
    use crate::daemons::DaemonCondition;
    use crate::supervision::NodeState;

    const CALM: CascadeView = CascadeView { open_for: None, restarts: 0, threshold: 20, opened: 0 };

    fn causes(
        tree: &[TreeNode],
        condition: Option<DaemonCondition>,
        cascade: &CascadeView,
    ) -> Vec<AlertCause> {
        alert_causes(&sightings(tree, |_| condition), tree, cascade)
    }

    #[test]
    fn each_cause_by_itself() {
        let critical = |state| TreeNode { critical: true, ..worker("node/store", state) };
        let well = [critical(NodeState::Running), worker("node/a", NodeState::Running)];
        assert!(causes(&well, None, &CALM).is_empty());
        let held = [critical(NodeState::Running), worker("node/a", NodeState::Failed)];
        assert!(causes(&held, None, &CALM).is_empty(), "its own event tells of it");

        let down = [critical(NodeState::BackingOff)];
        let found = causes(&down, None, &CALM);
        assert_eq!((found.len(), found[0].subject.as_str()), (1, "node/store"));
        assert_eq!(found[0].severity, AlertSeverity::Critical);

        let failing = causes(&well[1..], Some(DaemonCondition::Failing), &CALM);
        assert_eq!((failing.len(), failing[0].severity), (1, AlertSeverity::Warning));

        let ill = [worker("node/a", NodeState::Failed), worker("node/b", NodeState::Failed)];
        assert_eq!(causes(&ill, None, &CALM)[0].subject, "node");

        let open = CascadeView { open_for: Some(Duration::from_secs(9)), ..CALM };
        let subjects: Vec<_> =
            causes(&well, None, &open).into_iter().map(|c| (c.subject, c.at_once)).collect();
        assert_eq!(subjects, [("cascade breaker".to_owned(), true)], "0.5 is not under 0.5");
    }

    #[test]
    fn what_a_person_stopped_is_no_alert() {
        let held = [TreeNode { critical: true, ..worker("node/store", NodeState::Held) }];
        let subjects: Vec<_> = causes(&held, None, &CALM).into_iter().map(|cause| cause.subject).collect();
        assert_eq!(subjects, ["node"], "nothing else runs in this tree");
    }
}
