//! File sizes, and file names that say nothing.
use crate::sources::all;

/// Files between 400 and 600 lines, each with the reason that it is one thing.
const LONGER_WITH_A_REASON: [(&str, &str); 0] = [];

const NAMES_THAT_SAY_NOTHING: [&str; 9] =
    ["common", "util", "utils", "helper", "helpers", "manager", "base", "v2", "misc"];

#[test]
fn facades_stay_thin() {
    for source in all() {
        let name = source.path.file_name().and_then(|n| n.to_str()).unwrap_or("");
        let lines = source.without_tests().lines().count();
        if name == "lib.rs" || (name == "mod.rs" && !source.is_test()) {
            assert!(
                lines <= 80,
                "{}: {lines} lines; a facade holds docs, mod and pub use in 80",
                source.path.display()
            );
        }
    }
}

#[test]
fn files_stay_readable() {
    let mut wrong = Vec::new();
    for source in all() {
        if source.is_test() {
            continue;
        }
        let lines = source.without_tests().lines().count();
        let path = source.path.display().to_string();
        let excused = LONGER_WITH_A_REASON.iter().any(|(p, _)| *p == path) && lines <= 600;
        if lines > 400 && !excused {
            wrong.push(format!("{path}: {lines} lines without tests"));
        }
    }
    assert!(wrong.is_empty(), "split these:\n{}", wrong.join("\n"));
}

#[test]
fn names_say_what_is_inside() {
    for source in all() {
        for part in source.path.components() {
            let name = part.as_os_str().to_string_lossy();
            let stem = name.strip_suffix(".rs").unwrap_or(&name);
            assert!(
                !NAMES_THAT_SAY_NOTHING.contains(&stem),
                "{}: '{stem}' says nothing",
                source.path.display()
            );
        }
    }
}
