//! The node: its name and health, what it uses, its devices, its self-play, how far its configs are.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use rr_proto::admin::{ConfigStatus, DeviceStatus, GetStatusResponse, NodeUsage};

use super::ink::{tint, write};
use super::layout::CONFIG_ROWS;
use super::numbers::{bytes_text, count_text, cut_end};
use super::palette::{Palette, Tone};
use super::state::TopState;
use crate::cli::admin::span_text;

/// Columns of the names at the left.
const NAMES: usize = 5;
/// Bars narrower than this say nothing.
const LEAST_BAR: usize = 6;

type Pieces = Vec<(String, Style)>;

/// Says which node this is and how it is, or that it does not answer.
pub(super) fn draw_title(state: &TopState, palette: Palette, area: Rect, screen: &mut Buffer) {
    if let Some((span, reason)) = state.silence() {
        let style = palette.style(Tone::Bad);
        let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        let text = format!("no answer since {} s, reconnecting{reason}", span.as_secs());
        write(screen, area, 0, &[(cut_end(&text, usize::from(area.width), palette.cut()), style)]);
        return;
    }
    let Some(status) = &state.status else {
        write(screen, area, 0, &[("connecting".to_owned(), palette.style(Tone::Dim))]);
        return;
    };
    let (word, tone) = match (status.draining, status.ready) {
        (true, _) => ("draining", Tone::Warn),
        (false, true) => ("ready", Tone::Good),
        (false, false) => ("not ready", Tone::Bad),
    };
    let health = match status.health_score {
        score if score >= 0.995 => Tone::Good,
        score if score > 0.5 => Tone::Warn,
        _ => Tone::Bad,
    };
    let uptime = state.tree.iter().next().and_then(|root| root.uptime_ms(state.shown_time()));
    let (actors, running) = state.tree.counts();
    let uptime = span_text(uptime.unwrap_or(0));
    let about = format!("{running} of {actors} actors run  up {uptime}  version {}", status.version);
    let pieces = [
        (format!("{} ({})  ", status.node_id, status.role), palette.style(Tone::Strong)),
        (word.to_owned(), palette.style(tone)),
        ("  health ".to_owned(), Style::new()),
        // Rounded down: 1.00 is for the node that has nothing wrong.
        (format!("{:.2}", (status.health_score * 100.0).floor() / 100.0), palette.style(health)),
        (format!("  {about}"), palette.style(Tone::Dim)),
    ];
    write(screen, area, 0, &pieces);
}

/// Draws the numbers, the most important first, as many as there is room for.
pub(super) fn draw_numbers(state: &TopState, palette: Palette, area: Rect, screen: &mut Buffer) {
    let Some(status) = state.status.as_deref() else { return };
    let (width, rows) = (usize::from(area.width), usize::from(area.height));
    let mut lines: Vec<Pieces> = Vec::new();
    for reason in status.not_ready.iter().take(2) {
        lines.push(vec![(cut_end(reason, width, palette.cut()), palette.style(Tone::Bad))]);
    }
    lines.extend(usage(&status.usage.unwrap_or_default(), palette, width));
    lines.push(self_play(state, palette, width));
    let for_config = usize::from(CONFIG_ROWS) * usize::from(!status.configs.is_empty());
    let devices = rows.saturating_sub(lines.len() + for_config);
    lines.extend(status.devices.iter().take(devices).map(|device| device_line(device, palette, width)));
    let fitting = rows.saturating_sub(lines.len()) / usize::from(CONFIG_ROWS);
    lines.extend(configs(state, status, fitting.max(1)).flat_map(|(name, config)| {
        let rating = vec![(cut_end(&rating_text(name, config), width, palette.cut()), Style::new())];
        [rating, stage(config, palette, width)]
    }));
    for (row, pieces) in (0..area.height).zip(&lines) {
        write(screen, area, row, pieces);
    }
    if state.silence().is_some() {
        (0..area.height).for_each(|row| tint(screen, area, row, palette.style(Tone::Dim)));
    }
}

fn usage(usage: &NodeUsage, palette: Palette, width: usize) -> [Pieces; 2] {
    let cores = f64::from(usage.cores.max(1));
    let used = usage.cpu_percent / 100.0;
    let (memory, total) = (usage.memory_bytes, usage.memory_total_bytes);
    let share = |part: u64| if total == 0 { 0.0 } else { part as f64 / total as f64 };
    // The machine's memory, of which the node's own is told beside: others can run it out too.
    let taken = total.saturating_sub(usage.memory_available_bytes);
    let words = format!("node {}, all {} of {}", bytes_text(memory), bytes_text(taken), bytes_text(total));
    let tone = match share(taken) {
        share if share >= 0.85 => Tone::Bad,
        share if share >= 0.75 => Tone::Warn,
        _ => Tone::Bar,
    };
    [
        bar("cpu", used / cores, &format!("{used:.1} of {cores:.0} cores"), (palette, Tone::Bar, width)),
        bar("mem", share(taken), &words, (palette, tone, width)),
    ]
}

fn self_play(state: &TopState, palette: Palette, width: usize) -> Pieces {
    let now = state.speeds.back().copied().unwrap_or(0.0);
    let words = format!("{} positions/s ", count_text(now));
    let room = width.saturating_sub(NAMES + words.chars().count());
    let most = state.speeds.iter().copied().fold(0.0, f64::max);
    let newest = state.speeds.iter().skip(state.speeds.len().saturating_sub(room));
    let levels = newest.map(|speed| palette.level(if most > 0.0 { speed / most } else { 0.0 })).collect();
    vec![
        (format!("{:<NAMES$}", "play"), palette.style(Tone::Dim)),
        (words, palette.style(Tone::Strong)),
        (levels, palette.style(Tone::Bar)),
    ]
}

fn device_line(device: &DeviceStatus, palette: Palette, width: usize) -> Pieces {
    let provider = match device.execution_provider.as_str() {
        "" => "idle",
        provider => provider,
    };
    let mut words = format!("{provider} {} evals/s", count_text(device.evaluations_per_second));
    if device.waiting > 0 {
        words.push_str(&format!(", {} wait", device.waiting));
    }
    if device.paused {
        words.push_str(", paused");
    }
    let tone = if device.paused { Tone::Warn } else { Tone::Bar };
    bar(&device.name, device.busy, &words, (palette, tone, width))
}

/// Chooses the configs that are shown, from the chosen one on.
fn configs<'a>(
    state: &TopState,
    status: &'a GetStatusResponse,
    fitting: usize,
) -> impl Iterator<Item = (String, &'a ConfigStatus)> {
    let (count, first) = (status.configs.len(), state.config);
    (0..count.min(fitting)).map(move |step| {
        let config = &status.configs[(first + step) % count];
        let place =
            if count > 1 { format!(" {}/{count}", (first + step) % count + 1) } else { String::new() };
        (format!("{}{place}", config.config), config)
    })
}

fn rating_text(name: String, config: &ConfigStatus) -> String {
    let generation = config.generation;
    match &config.elo {
        Some(elo) => {
            format!("{name} gen {generation} Elo {:.0} ({:.0}..{:.0})", elo.elo, elo.low, elo.high)
        }
        None => format!("{name} gen {generation}, not rated yet"),
    }
}

fn stage(config: &ConfigStatus, palette: Palette, width: usize) -> Pieces {
    let stage = config.stage.as_str();
    let Some(progress) = &config.progress else {
        return vec![(cut_end(&format!("  {stage}"), width, palette.cut()), Style::new())];
    };
    let share = if progress.target == 0 { 0.0 } else { progress.done as f64 / progress.target as f64 };
    let words = format!("{}/{} {}", progress.done, progress.target, progress.unit);
    bar(&format!("  {stage}"), share, &words, (palette, Tone::Bar, width))
}

/// Draws a name, a bar and what it says: `cpu  [||||||      1.8 of 4 cores]`; without the bar where there is no room for one.
fn bar(name: &str, share: f64, words: &str, (palette, tone, width): (Palette, Tone, usize)) -> Pieces {
    let name = format!("{name:<NAMES$}");
    let name = if name.ends_with(' ') { name } else { format!("{name} ") };
    let length = width.saturating_sub(name.chars().count() + 2);
    let words = cut_end(words, length, palette.cut());
    let free = length.saturating_sub(words.chars().count() + 1);
    if free < LEAST_BAR {
        return vec![(name, palette.style(Tone::Dim)), (words, Style::new())];
    }
    let full = (share.clamp(0.0, 1.0) * free as f64).round() as usize;
    vec![
        (name, palette.style(Tone::Dim)),
        ("[".to_owned(), palette.style(Tone::Strong)),
        ("|".repeat(full), palette.style(tone)),
        (" ".repeat(free - full + 1), Style::new()),
        (words, Style::new()),
        ("]".to_owned(), palette.style(Tone::Strong)),
    ]
}
