//! All sections together.

use serde::{Deserialize, Serialize};

use crate::{check::Checks, section::*};

/// Holds the whole configuration of a node.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Who this node is.
    pub node: NodeSection,
    /// What is logged, and how.
    pub log: LogSection,
    /// Where spans are sent.
    pub trace: TraceSection,
    /// Where data lies and how it is kept.
    pub storage: StorageSection,
    /// What the loop works on.
    #[serde(rename = "loop")]
    pub pass: LoopSection,
    /// How big a new network is.
    pub net: NetSection,
    /// How many simulations a move gets.
    pub budget: BudgetSection,
    /// How the Gumbel search works.
    pub search: SearchSection,
    /// How self-play makes games.
    pub selfplay: SelfplaySection,
    /// When and how networks are trained.
    pub training: TrainingSection,
    /// How the quality of games is watched.
    pub quality: QualitySection,
    /// How a candidate is measured.
    pub evaluation: EvaluationSection,
    /// When a candidate becomes champion.
    pub promotion: PromotionSection,
    /// What counts when self-play is shared among the configs.
    pub scheduler: SchedulerSection,
    /// How results steer what is played and trained next.
    pub feedback: FeedbackSection,
    /// Which devices compute.
    pub devices: DevicesSection,
    /// How memory is watched.
    pub memory: MemorySection,
    /// How disk and stored data are kept in order.
    pub keeping: KeepingSection,
    /// How actors are restarted and watched.
    pub supervision: SupervisionSection,
    /// How events are handled.
    pub events: EventsSection,
    /// How data comes in.
    pub sync: SyncSection,
    /// Where the node listens.
    pub server: ServerSection,
    /// What callers may take.
    pub limits: LimitsSection,
}

impl Settings {
    /// The manual, section by section.
    pub const DOCS: &'static [SectionDoc] = &[
        NodeSection::DOC,
        LogSection::DOC,
        TraceSection::DOC,
        StorageSection::DOC,
        LoopSection::DOC,
        NetSection::DOC,
        BudgetSection::DOC,
        SearchSection::DOC,
        SelfplaySection::DOC,
        TrainingSection::DOC,
        QualitySection::DOC,
        EvaluationSection::DOC,
        PromotionSection::DOC,
        SchedulerSection::DOC,
        FeedbackSection::DOC,
        DevicesSection::DOC,
        MemorySection::DOC,
        KeepingSection::DOC,
        SupervisionSection::DOC,
        EventsSection::DOC,
        SyncSection::DOC,
        ServerSection::DOC,
        LimitsSection::DOC,
    ];

    /// Collects every broken rule.
    pub(crate) fn checks(&self) -> Checks {
        let mut checks = Checks::default();
        self.node.check(&mut checks);
        self.trace.check(&mut checks);
        self.storage.check(&mut checks);
        self.pass.check(&mut checks);
        self.net.check(&mut checks);
        self.budget.check(&mut checks);
        self.search.check(&mut checks);
        self.selfplay.check(&mut checks);
        self.training.check(&mut checks);
        self.quality.check(&mut checks);
        self.evaluation.check(&mut checks);
        self.promotion.check(&mut checks);
        self.scheduler.check(&mut checks);
        self.feedback.check(&mut checks);
        self.devices.check(&mut checks);
        self.memory.check(&mut checks);
        self.keeping.check(&mut checks);
        self.keeping.check_beside(self.storage.min_free_mb, &mut checks);
        self.supervision.check(&mut checks);
        self.events.check(&mut checks);
        self.sync.check(&mut checks);
        self.server.check(&mut checks);
        self.limits.check(&mut checks);
        checks
    }
}
