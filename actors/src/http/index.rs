//! The overview for people with a browser: one page that loads nothing and reads well in the dark, on a phone, and aloud.

use std::fmt::Write as _;

use super::daemon_view::{DaemonStatus, DaemonView};
use super::node_view::NodeView;

/// How the page looks. Colours follow the reader's light or dark; no meaning is told by colour alone.
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--good:#1a7f37;--warn:#8a5a00;--bad:#b3261e}\
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--line:#3d444d;--paper:#0d1117;--good:#56d364;--warn:#e3b341;--bad:#ff8b82}}\
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:0 auto;max-width:70rem;padding:1.5rem}\
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.25rem 0}\
a{color:inherit}.soft{color:var(--soft)}.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}\
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}caption{text-align:left;color:var(--soft);padding:.25rem 0}\
th,td{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}\
th[scope=row]{font-weight:600;white-space:nowrap}td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.n+:not(.n){padding-left:1rem}\
th span{font-weight:400}\
td.e{max-width:24rem;overflow-wrap:anywhere}dt{float:left;clear:left;width:7rem}dd{margin:0 0 .2rem 7rem}";

/// Draws the overview.
pub(super) fn index_page(view: &NodeView, pages: &[(&str, &str)]) -> String {
    let mut html = String::with_capacity(16 * 1024);
    let node = escaped(&view.node_id);
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{node}: {status}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{node}</h1>\n",
        status = view.status,
    );
    summary(&mut html, view);
    html.push_str("</header>\n<main>\n");
    against(&mut html, view);
    daemons(&mut html, view);
    html.push_str("<h2>Pages</h2>\n<nav aria-label=\"Pages\">\n<dl>\n");
    for (path, about) in pages {
        let _ = writeln!(html, "<dt><a href=\"{path}\">{path}</a></dt><dd>{}</dd>", escaped(about));
    }
    html.push_str("</dl>\n</nav>\n</main>\n</body>\n</html>\n");
    html
}

fn summary(html: &mut String, view: &NodeView) {
    let class = match view.status {
        "healthy" => "good",
        "degraded" => "warn",
        _ => "bad",
    };
    let ready = if view.ready { "ready" } else { "not ready" };
    let _ = write!(
        html,
        "<p><strong class=\"{class}\">{}</strong>, {ready}, health {:.2} of 1</p>\n\
         <p class=\"soft\">rr-node {}, profile {}, up {}, {} of {} daemons run</p>\n",
        view.status,
        view.score,
        view.version,
        view.profile,
        lasted(view.uptime_seconds),
        view.running,
        view.total,
    );
}

/// Tells what stands against readiness and against new work, where something does.
fn against(html: &mut String, view: &NodeView) {
    if !view.reasons.is_empty() {
        html.push_str("<h2>Why it is not ready</h2>\n<ul>\n");
        for reason in &view.reasons {
            let _ = writeln!(html, "<li class=\"bad\">{}</li>", escaped(reason));
        }
        html.push_str("</ul>\n");
    }
    if let Some(left) = view.cascade.open_for_seconds {
        let _ = writeln!(
            html,
            "<p class=\"bad\">Too much failed at once: nothing is restarted for another {left:.0} s.</p>"
        );
    }
    if !view.holds.is_empty() {
        html.push_str("<h2>Why new work waits</h2>\n<ul>\n");
        for hold in &view.holds {
            let detail = escaped(&hold.detail);
            let _ = writeln!(html, "<li class=\"warn\">{}: {detail}</li>", hold.reason.name());
        }
        html.push_str("</ul>\n");
    }
}

fn daemons(html: &mut String, view: &NodeView) {
    html.push_str(
        "<h2>Daemons</h2>\n<div class=\"scroll\" role=\"region\" aria-label=\"Daemons\" tabindex=\"0\">\n<table>\n\
         <caption>As of this moment; load the page again for the next one</caption>\n<thead><tr>\
         <th scope=\"col\">Name</th><th scope=\"col\">Status</th><th scope=\"col\" class=\"n\">Up</th>\
         <th scope=\"col\" class=\"n\">Last activity</th><th scope=\"col\" class=\"n\">Restarts</th>\
         <th scope=\"col\" class=\"n\">Errors</th><th scope=\"col\">Last error</th></tr></thead>\n<tbody>\n",
    );
    for (name, daemon) in &view.daemons {
        row(html, (name.as_str(), daemon), view.timestamp_ms);
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
}

fn row(html: &mut String, (name, daemon): (&str, &DaemonView), now_ms: u64) {
    let class = match daemon.status {
        DaemonStatus::Healthy => "good",
        DaemonStatus::Held | DaemonStatus::Starting => "soft",
        DaemonStatus::Degraded => "warn",
        DaemonStatus::Failing | DaemonStatus::Failed => "bad",
    };
    let critical = if daemon.critical { " <span class=\"soft\">critical</span>" } else { "" };
    let last =
        daemon.last_activity_ms.map(|then| format!("{} ago", lasted(now_ms.saturating_sub(then) / 1000)));
    let _ = writeln!(
        html,
        "<tr><th scope=\"row\">{}{critical}</th><td class=\"{class}\">{}</td><td class=\"n\">{}</td>\
         <td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"e\">{}</td></tr>",
        escaped(name),
        daemon.status.name(),
        daemon.uptime_seconds.map_or_else(|| "does not run".to_owned(), lasted),
        last.unwrap_or_else(|| "none yet".to_owned()),
        daemon.restarts,
        daemon.errors_count,
        escaped(daemon.last_error.as_deref().unwrap_or("")),
    );
}

/// Writes a time that has passed, to two units.
fn lasted(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{minutes} min {} s", seconds % 60),
        3_600..86_400 => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}

/// Makes text harmless within a page: names and errors come from elsewhere.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_two_units() {
        let written: Vec<_> = [0, 59, 60, 3_599, 3_600, 90_000].into_iter().map(lasted).collect();
        assert_eq!(written, ["0 s", "59 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "1 d 1 h"]);
    }

    #[test]
    fn foreign_text_stays_text() {
        assert_eq!(escaped("<b a='1' c=\"2\">&é"), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;é");
    }
}
