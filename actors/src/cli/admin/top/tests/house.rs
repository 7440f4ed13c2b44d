//! A realistic node, its screen, and somebody who types.

use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Color;
use rr_proto::admin::{
    Actor, ActorLoad, ConfigStatus, DeviceStatus, GetStatusResponse, NodeUsage, RatingInterval, RatingPoint,
    StageProgress, WatchTreeResponse,
};

use crate::cli::admin::top::frame::draw;
use crate::cli::admin::top::news::{TopNews, TopOrder};
use crate::cli::admin::top::palette::Palette;
use crate::cli::admin::top::state::TopState;

pub const PLAIN: Palette = Palette { colours: false, signs: true };

/// The actors of a node of role `all`: path, strategy of a supervisor, whether it is critical.
const TREE: [(&str, &str, bool); 22] = [
    ("node", "rest_for_one", true),
    ("node/store", "", true),
    ("node/event-bus", "", true),
    ("node/dead-letters", "", false),
    ("node/devices", "one_for_one", true),
    ("node/devices/cpu:0", "", true),
    ("node/workers", "one_for_one", true),
    ("node/workers/self-play", "one_for_one", true),
    ("node/workers/self-play/0", "", true),
    ("node/workers/self-play/1", "", true),
    ("node/workers/arena", "", false),
    ("node/workers/trainer", "", false),
    ("node/daemons", "one_for_one", false),
    ("node/daemons/memory-monitor", "", false),
    ("node/daemons/disk-space-manager", "", false),
    ("node/leader", "rest_for_one", true),
    ("node/leader/config", "one_for_one", true),
    ("node/leader/config/hex8_2p", "", true),
    ("node/leader/ratings", "", false),
    ("node/leader/promotion", "", false),
    ("node/admin", "", false),
    ("node/display", "", false),
];

fn actor((at, (path, strategy, critical)): (usize, &(&str, &str, bool))) -> Actor {
    let at = u32::try_from(at).unwrap();
    let load = ActorLoad {
        mailbox_depth: u64::from(at % 4),
        mailbox_lag_ms: f64::from(at) * 0.3,
        handled: u64::from(at) * 1_200,
        messages_per_second: f64::from(at) * 1.7,
        busy_ms: if at == 11 { 12_400.0 } else { 0.0 },
        ..ActorLoad::default()
    };
    Actor {
        path: (*path).to_owned(),
        kind: if strategy.is_empty() { "worker" } else { "supervisor" }.to_owned(),
        strategy: (*strategy).to_owned(),
        restart: "permanent".to_owned(),
        state: "running".to_owned(),
        uptime_ms: Some(4_028_000),
        critical: *critical,
        load: Some(load),
        ..Actor::default()
    }
}

/// Returns the actors of a node in which the arena has failed before and the trainer waits for its restart.
pub fn actors() -> Vec<Actor> {
    let mut actors: Vec<Actor> = TREE.iter().enumerate().map(actor).collect();
    actors[10].restarts = 2;
    actors[10].last_error = "the handler hung for 600 s and was killed".to_owned();
    actors[11].state = "backing_off".to_owned();
    actors[11].restarts = 5;
    actors[11].uptime_ms = None;
    actors[11].last_error =
        "the training process 4711 was ended by signal 9 (is the machine out of memory?)".to_owned();
    actors
}

/// Returns how a node is that learns these configs.
pub fn status(configs: &[&str]) -> GetStatusResponse {
    let config = |name: &&str| ConfigStatus {
        config: (*name).to_owned(),
        stage: "collecting".to_owned(),
        games: 1_234,
        samples: 56_789,
        generation: 3,
        champion: "0".repeat(64),
        elo: Some(RatingInterval { elo: 1612.3, low: 1580.1, high: 1644.4 }),
        positions_per_second: 1_234.5,
        progress: Some(StageProgress {
            done: 2_310,
            target: 5_000,
            unit: "new samples".to_owned(),
            detail: String::new(),
        }),
        new_samples: 2_310,
        simulations: 200,
        failures: 0,
        refusals: 1,
    };
    GetStatusResponse {
        node_id: "node-1".to_owned(),
        role: "all".to_owned(),
        version: "0.1.0".to_owned(),
        configs: configs.iter().map(config).collect(),
        devices: vec![DeviceStatus {
            name: "cpu:0".to_owned(),
            execution_provider: "CPU".to_owned(),
            evaluations_per_second: 3_210.4,
            busy: 0.83,
            in_flight: 2,
            ..DeviceStatus::default()
        }],
        health_score: 0.97,
        ready: true,
        usage: Some(NodeUsage {
            cpu_percent: 183.0,
            memory_bytes: 640 << 20,
            memory_total_bytes: 8 << 30,
            memory_available_bytes: 5 << 30,
            cores: 4,
        }),
        ..GetStatusResponse::default()
    }
}

/// Returns the ratings of so many models, the newest of which is champion.
pub fn curve(models: u32) -> Vec<RatingPoint> {
    let point = |at: u32| {
        let elo = 1500.0 + 120.0 * f64::from(at).sqrt();
        let half = 90.0 / f64::from(at + 1).sqrt() + 20.0;
        RatingPoint {
            model: format!("{at:064x}"),
            generation: at,
            elo: Some(RatingInterval { elo, low: elo - half, high: elo + half }),
            champion: at + 1 == models,
            ..RatingPoint::default()
        }
    };
    (0..models).map(point).collect()
}

/// A screen and who sits before it.
pub struct Seat {
    pub state: TopState,
    terminal: Terminal<TestBackend>,
    palette: Palette,
}

impl Seat {
    /// Sits down before a screen of a size that shows the realistic node.
    pub fn new(columns: u16, rows: u16) -> Self {
        let mut seat = Self::before_an_empty_one(columns, rows);
        seat.tell_tree(actors());
        seat.hear(TopNews::Status(Box::new(status(&["hex8_2p"]))));
        seat.hear(TopNews::Curve { config: "hex8_2p".to_owned(), points: curve(5) });
        for step in 0..30 {
            let mut status = status(&["hex8_2p"]);
            status.configs[0].positions_per_second = 700.0 + f64::from(step * step);
            seat.hear(TopNews::Status(Box::new(status)));
        }
        seat.wait(1);
        seat
    }

    pub fn before_an_empty_one(columns: u16, rows: u16) -> Self {
        let terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        Self { state: TopState::new(columns, rows), terminal, palette: PLAIN }
    }

    pub fn with_palette(mut self, palette: Palette) -> Self {
        self.palette = palette;
        self
    }

    pub fn hear(&mut self, news: TopNews) {
        self.state.hear(news);
        self.state.refresh();
    }

    pub fn tell_tree(&mut self, actors: Vec<Actor>) {
        self.hear(TopNews::Tree(WatchTreeResponse {
            snapshot: true,
            actors,
            ..WatchTreeResponse::default()
        }));
    }

    /// Lets seconds go by.
    pub fn wait(&mut self, seconds: u64) -> Vec<TopOrder> {
        self.state.tick(self.state.now + Duration::from_secs(seconds))
    }

    pub fn press(&mut self, key: KeyCode) -> Vec<TopOrder> {
        let orders = self.state.key(KeyEvent::new(key, KeyModifiers::NONE));
        self.picture(); // no key may lead to a state that can't be drawn
        orders
    }

    /// Types letters one by one.
    pub fn write(&mut self, text: &str) -> Vec<TopOrder> {
        text.chars().flat_map(|letter| self.press(KeyCode::Char(letter))).collect()
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.terminal.backend_mut().resize(columns, rows);
        self.state.resize(columns, rows);
    }

    /// Draws and returns the rows of the screen.
    pub fn picture(&mut self) -> Vec<String> {
        let (state, palette) = (&self.state, self.palette);
        self.terminal.draw(|frame| draw(state, palette, frame.buffer_mut())).unwrap();
        let buffer = self.terminal.backend().buffer();
        let width = usize::from(buffer.area.width.max(1));
        let rows = buffer.content().chunks(width);
        rows.map(|cells| cells.iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned())
            .collect()
    }

    /// Draws and tells whether a text is to be seen.
    pub fn shows(&mut self, text: &str) -> bool {
        self.picture().iter().any(|row| row.contains(text))
    }

    /// Tells whether a cell has a colour such as this.
    pub fn has_colour(&self, is_such: impl Fn(Color) -> bool) -> bool {
        let cells = self.terminal.backend().buffer().content();
        cells.iter().any(|cell| is_such(cell.fg) || is_such(cell.bg))
    }

    pub fn selected(&self) -> &str {
        self.state.list.selected().unwrap_or_default()
    }

    pub fn paths(&self) -> Vec<&str> {
        self.state.list.rows().iter().map(|row| row.path.as_str()).collect()
    }
}
