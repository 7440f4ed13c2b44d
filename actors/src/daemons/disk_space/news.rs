//! What of the disk is told: a pure fold over the levels.

use rr_proto::{DiskSpaceLow, Event, NodeId, ResourceConstraint, ResourceKind, ResourceUse, UnixMillis};

use super::level::DiskLevel;
use super::probe::DiskReading;

/// Remembers the level that was told last.
#[derive(Debug, Clone)]
pub struct DiskNews {
    node: NodeId,
    folder: String,
    told: DiskLevel,
}

impl DiskNews {
    /// Starts with enough room in a folder.
    pub fn new(node: NodeId, folder: String) -> Self {
        Self { node, folder, told: DiskLevel::Normal }
    }

    /// Takes in a level; returns what is to be told of it.
    pub fn look(&mut self, level: DiskLevel, reading: DiskReading, at: UnixMillis) -> Vec<Event> {
        if std::mem::replace(&mut self.told, level) == level {
            return Vec::new();
        }
        let usage = ResourceUse {
            resource: ResourceKind::Disk,
            place: Some(self.folder.clone()),
            used_bytes: reading.used_bytes(),
            total_bytes: reading.total_bytes,
        };
        let (node, level) = (self.node.clone(), level.told());
        let constraint = ResourceConstraint { node: node.clone(), usage: usage.clone(), level, at };
        vec![constraint.into(), DiskSpaceLow { node, usage, level, at }.into()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_is_told_once_and_so_is_that_there_is_room_again() {
        let mut news = DiskNews::new(NodeId::new("n").unwrap(), "/data".into());
        let reading = DiskReading { free_bytes: 1, total_bytes: 10 };
        let mut names =
            |level| -> Vec<_> { news.look(level, reading, UnixMillis(1)).iter().map(Event::name).collect() };
        assert!(names(DiskLevel::Normal).is_empty());
        for level in [DiskLevel::Warned, DiskLevel::Critical, DiskLevel::Normal] {
            assert_eq!(names(level), ["RESOURCE_CONSTRAINT", "DISK_SPACE_LOW"]);
            assert!(names(level).is_empty());
        }
    }
}
