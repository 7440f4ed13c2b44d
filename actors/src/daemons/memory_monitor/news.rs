//! What of memory is told: a pure fold over the levels, so that one that lasts is told once.

use rr_proto::{
    Event, MemoryPressure, MemoryPressureCleared, NodeId, ResourceConstraint, ResourceKind, ResourceLevel,
    ResourceUse, UnixMillis,
};

use super::level::MemoryLevel;
use super::probe::MemoryUse;

/// Remembers the level that was told last, and since when there is pressure.
#[derive(Debug, Clone)]
pub struct MemoryNews {
    node: NodeId,
    told: MemoryLevel,
    pressed: Option<UnixMillis>,
}

impl MemoryNews {
    /// Starts with enough memory.
    pub fn new(node: NodeId) -> Self {
        Self { node, told: MemoryLevel::Normal, pressed: None }
    }

    /// Takes in the level that the fullest memory makes; returns what is to be told.
    pub fn look(&mut self, level: MemoryLevel, worst: &MemoryUse, at: UnixMillis) -> Vec<Event> {
        let before = std::mem::replace(&mut self.told, level);
        if before == level {
            return Vec::new();
        }
        let (node, usage) = (self.node.clone(), usage(worst));
        let grade = match level {
            MemoryLevel::Normal => ResourceLevel::Normal,
            MemoryLevel::Warned => ResourceLevel::Warning,
            MemoryLevel::Pressure => ResourceLevel::Critical,
        };
        let constraint = ResourceConstraint { node: node.clone(), usage: usage.clone(), level: grade, at };
        let mut events = vec![Event::from(constraint)];
        if level == MemoryLevel::Pressure {
            self.pressed = Some(at);
            events.push(MemoryPressure { node, usage, at }.into());
        } else if let Some(since) = self.pressed.take() {
            let duration_ms = u64::try_from(at.since(since).as_millis()).unwrap_or(u64::MAX);
            events.push(MemoryPressureCleared { node, usage, duration_ms, at }.into());
        }
        events
    }
}

fn usage(memory: &MemoryUse) -> ResourceUse {
    let resource = if memory.name.starts_with("vram") { ResourceKind::Vram } else { ResourceKind::Ram };
    let place = (memory.name != "ram").then(|| memory.name.clone());
    ResourceUse { resource, place, used_bytes: memory.used_bytes, total_bytes: memory.total_bytes }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LEVELS: [MemoryLevel; 3] = [MemoryLevel::Normal, MemoryLevel::Warned, MemoryLevel::Pressure];

    fn told(levels: &[MemoryLevel]) -> Vec<&'static str> {
        let mut news = MemoryNews::new(NodeId::new("n").unwrap());
        let memory = MemoryUse { name: "vram:0".into(), used_bytes: 80, total_bytes: 100 };
        let look = |(at, level): (usize, &MemoryLevel)| news.look(*level, &memory, UnixMillis(at as u64));
        let events = levels.iter().enumerate().flat_map(look);
        events.map(|event| event.name()).collect()
    }

    #[test]
    fn each_change_is_told_once() {
        let [normal, warned, pressure] = LEVELS;
        assert!(told(&[normal, normal]).is_empty());
        let constraint = "RESOURCE_CONSTRAINT";
        assert_eq!(
            told(&[warned, pressure, pressure, warned, normal]),
            [constraint, constraint, "MEMORY_PRESSURE", constraint, "MEMORY_PRESSURE_CLEARED", constraint]
        );
    }

    proptest! {
        #[test]
        fn pressure_and_its_end_take_turns(levels in prop::collection::vec(0usize..3, 0..40)) {
            let levels: Vec<MemoryLevel> = levels.into_iter().map(|level| LEVELS[level]).collect();
            let told = told(&levels);
            let turns: Vec<_> = told.into_iter().filter(|name| name.starts_with("MEMORY")).collect();
            prop_assert!(turns.iter().step_by(2).all(|name| *name == "MEMORY_PRESSURE"));
            prop_assert!(turns.iter().skip(1).step_by(2).all(|name| *name == "MEMORY_PRESSURE_CLEARED"));
            prop_assert_eq!(turns.len() % 2 == 1, levels.last() == Some(&MemoryLevel::Pressure));
        }
    }
}
