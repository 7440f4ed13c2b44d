use super::*;
use crate::clock::ManualClock;
use crate::security::audit::AuditReport;

fn open(folder: &Path, most_bytes: u64) -> AuditLog {
    AuditLog::open(folder, most_bytes, Arc::new(ManualClock::default())).unwrap()
}

fn note(target: &str) -> AuditNote {
    AuditNote {
        who: "person:ann".into(),
        role: "operate".into(),
        from: "127.0.0.1:9".into(),
        method: "/x/Stop".into(),
        target: target.into(),
        outcome: "done".into(),
    }
}

fn report(folder: &Path) -> AuditReport {
    AuditReport::read(folder, 100).unwrap()
}

fn current(folder: &Path) -> PathBuf {
    AuditLog::folder(folder).join(CURRENT)
}

#[tokio::test]
async fn lines_are_chained_over_restarts_and_files() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(report(folder.path()), AuditReport::default());
    for round in 0..4 {
        let log = open(folder.path(), 600);
        for step in 0..5_u64 {
            assert_eq!(log.append(note(&format!("{round}/{step}"))).await.unwrap(), round * 5 + step + 1);
        }
    }
    let whole = report(folder.path());
    assert_eq!((whole.lines, &whole.faults), (20, &Vec::new()));
    assert_eq!(whole.entries.first().map(|entry| entry.note.target.as_str()), Some("0/0"));
    assert!(super::files(&AuditLog::folder(folder.path())).unwrap().len() > 3);
    let newest = AuditReport::read(folder.path(), 3).unwrap();
    assert_eq!((newest.entries.len(), newest.lines), (3, 20));
    assert_eq!(newest.entries[2].seq, 20);
}

#[test]
fn an_altered_line_shows() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), 1 << 20);
    for target in ["a", "b", "c"] {
        log.append_blocking(note(target)).unwrap();
    }
    let text = fs::read_to_string(current(folder.path())).unwrap();
    fs::write(current(folder.path()), text.replace("\"target\":\"b\"", "\"target\":\"x\"")).unwrap();
    let faults = report(folder.path()).faults;
    assert!(
        faults.len() == 1 && faults[0].contains("number 2") && faults[0].contains("altered"),
        "{faults:?}"
    );
}

#[test]
fn a_cut_shows_wherever_it_is_and_for_good() {
    for cut in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let log = open(folder.path(), 1 << 20);
        for target in ["a", "b", "c"] {
            log.append_blocking(note(target)).unwrap();
        }
        drop(log);
        let text = fs::read_to_string(current(folder.path())).unwrap();
        let kept: String = text
            .lines()
            .enumerate()
            .filter(|(at, _)| *at != cut)
            .map(|(_, line)| format!("{line}\n"))
            .collect();
        fs::write(current(folder.path()), kept).unwrap();
        assert!(!report(folder.path()).faults.is_empty(), "cut {cut}");
        // A node that starts again goes on, and does not heal the gap.
        open(folder.path(), 1 << 20).append_blocking(note("d")).unwrap();
        assert!(!report(folder.path()).faults.is_empty(), "cut {cut}");
    }
}

#[test]
fn half_a_line_of_a_crash_is_told_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path(), 1 << 20).append_blocking(note("a")).unwrap();
    let mut text = fs::read(current(folder.path())).unwrap();
    text.extend_from_slice(b"{\"seq\":2,\"unix");
    fs::write(current(folder.path()), text).unwrap();
    let log = open(folder.path(), 1 << 20);
    log.append_blocking(note("b")).unwrap();
    let read = report(folder.path());
    let methods: Vec<&str> = read.entries.iter().map(|entry| entry.note.method.as_str()).collect();
    assert_eq!(methods, ["/x/Stop", "audit.opened", "/x/Stop"]);
    assert_eq!(read.faults, ["audit.jsonl line 2 is not readable"]);
}

#[test]
fn what_callers_choose_stays_one_short_line() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), 1 << 20);
    log.append_blocking(note(&"ü\n\"}".repeat(10_000))).unwrap();
    let read = report(folder.path());
    assert_eq!((read.lines, read.faults), (1, Vec::new()));
    assert_eq!(read.entries[0].note.target.chars().count(), MOST_TARGET);
    assert_eq!(fs::read_to_string(current(folder.path())).unwrap().lines().count(), 1);
}
