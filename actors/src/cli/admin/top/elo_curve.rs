//! How strong a config's models are: a point for each with its 95 % interval, oldest at the left.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rr_proto::admin::RatingPoint;

use super::ink::write;
use super::numbers::cut_end;
use super::palette::{Palette, Tone};
use super::state::TopState;

/// Columns of the numbers at the left, and of the axis.
const SCALE: u16 = 6;
/// Columns between two points at most.
const WIDEST_STEP: u16 = 6;

/// Draws the curve of the chosen config.
pub(super) fn draw(state: &TopState, palette: Palette, area: Rect, screen: &mut Buffer) {
    let Some(config) = state.status.as_ref().and_then(|status| status.configs.get(state.config)) else {
        return;
    };
    let points = state.curves.get(&config.config).map_or(&[][..], Vec::as_slice);
    let rated: Vec<&RatingPoint> = points.iter().filter(|point| point.elo.is_some()).collect();
    let room = usize::from(area.width.saturating_sub(SCALE + 1).max(1));
    let shown = &rated[rated.len().saturating_sub(room)..];
    let words = match (rated.len(), shown.len()) {
        (0, _) => format!("Elo of {}: no model rated yet", config.config),
        (1, _) => format!("Elo of {}, 1 model, 95 %", config.config),
        (all, shown) if shown < all => format!("Elo of {}, last {shown} of {all}", config.config),
        (all, _) => format!("Elo of {}, {all} models, 95 %", config.config),
    };
    let words = cut_end(&words, usize::from(area.width), palette.cut());
    write(screen, area, 0, &[(words, palette.style(Tone::Dim))]);
    if area.height >= 4 && !shown.is_empty() {
        let below = Rect { y: area.y + 1, height: area.height - 1, ..area };
        Curve { points: shown, palette, area: below }.draw(screen);
    }
}

struct Curve<'a> {
    points: &'a [&'a RatingPoint],
    palette: Palette,
    area: Rect,
}

impl Curve<'_> {
    fn draw(&self, screen: &mut Buffer) {
        let scale = Scale::around(self.points, self.area.height - 1);
        self.draw_axis(&scale, screen);
        let count = u16::try_from(self.points.len()).unwrap_or(u16::MAX);
        let room = self.area.width.saturating_sub(SCALE + 1);
        let step = (room / count.max(1)).clamp(1, WIDEST_STEP);
        let mut labelled = 0;
        for (at, point) in (0..count).zip(self.points) {
            let x = self.area.x + SCALE + 1 + at * step;
            self.draw_point(point, x, &scale, screen);
            let label = format!("{}", point.generation);
            let width = u16::try_from(label.len()).unwrap_or(u16::MAX);
            if x >= labelled && x + width <= self.area.right() {
                let style = self.palette.style(Tone::Dim);
                screen.set_string(x, self.area.bottom() - 1, &label, style);
                labelled = x + width + 1;
            }
        }
    }

    fn draw_axis(&self, scale: &Scale, screen: &mut Buffer) {
        let style = self.palette.style(Tone::Dim);
        let [.., line, axis] = self.palette.curve();
        for row in 0..scale.rows {
            let label = match row % 2 {
                0 => format!("{:>5.0}{axis}", scale.middle(row)),
                _ => format!("{:>5}{line}", ""),
            };
            write(screen, self.area, row, &[(label, style)]);
        }
        write(screen, self.area, scale.rows, &[(format!("{:>5}", "gen"), style)]);
    }

    fn draw_point(&self, point: &RatingPoint, x: u16, scale: &Scale, screen: &mut Buffer) {
        let Some(elo) = &point.elo else { return };
        let [dot, champion, interval, _] = self.palette.curve();
        let mut put = |row: u16, sign: char, tone: Tone| {
            if let Some(cell) = screen.cell_mut((x, self.area.y + row)) {
                cell.set_char(sign).set_style(self.palette.style(tone));
            }
        };
        for row in scale.row(elo.high)..=scale.row(elo.low) {
            put(row, interval, Tone::Dim);
        }
        match point.champion {
            true => put(scale.row(elo.elo), champion, Tone::Good),
            false => put(scale.row(elo.elo), dot, Tone::Plain),
        }
    }
}

/// Turns ratings into rows.
struct Scale {
    low: f64,
    high: f64,
    rows: u16,
}

impl Scale {
    /// Reaches from the lowest to the highest end of an interval.
    fn around(points: &[&RatingPoint], rows: u16) -> Self {
        let ends = points.iter().filter_map(|point| point.elo).flat_map(|elo| [elo.low, elo.elo, elo.high]);
        let finite = ends.filter(|end| end.is_finite());
        let (low, high) = finite.fold((f64::MAX, f64::MIN), |(low, high), end| (low.min(end), high.max(end)));
        let (low, high) = if low <= high { (low, high) } else { (0.0, 0.0) };
        let margin = if high - low < 10.0 { 5.0 } else { 0.0 };
        Self { low: low - margin, high: high + margin, rows: rows.max(1) }
    }

    fn per_row(&self) -> f64 {
        (self.high - self.low) / f64::from(self.rows)
    }

    fn row(&self, elo: f64) -> u16 {
        let row = ((self.high - elo) / self.per_row()).floor();
        row.clamp(0.0, f64::from(self.rows - 1)) as u16
    }

    fn middle(&self, row: u16) -> f64 {
        self.high - (f64::from(row) + 0.5) * self.per_row()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rr_proto::admin::RatingInterval;

    #[test]
    fn ratings_find_their_rows_whatever_they_are() {
        let point = |elo, low, high| RatingPoint {
            elo: Some(RatingInterval { elo, low, high }),
            ..RatingPoint::default()
        };
        let (a, b) = (point(1500.0, 1400.0, 1600.0), point(1700.0, 1650.0, 1800.0));
        let scale = Scale::around(&[&a, &b], 4);
        let rows = [1800.0, 1700.0, 1600.0, 1500.0, 1400.0].map(|elo| scale.row(elo));
        assert_eq!((rows, scale.middle(0)), ([0, 1, 2, 3, 3], 1750.0));
        let alone = point(1500.0, 1500.0, 1500.0);
        let scale = Scale::around(&[&alone], 4);
        assert_eq!([1505.0, 1500.0, 1495.0].map(|elo| scale.row(elo)), [0, 2, 3]);
        let broken = point(f64::NAN, f64::NEG_INFINITY, f64::INFINITY);
        let scale = Scale::around(&[&broken], 4);
        assert!(scale.row(f64::NAN) < 4 && scale.row(f64::INFINITY) == 0);
    }
}
