//! Where our programs lie.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Returns the project's root folder.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the project").to_path_buf()
}

/// Starts a command line of `rr-node`.
pub fn rr_node() -> Command {
    clean(Command::new(program("rr-node")))
}

/// Starts a command line of `rr-admin`.
pub fn rr_admin() -> Command {
    clean(Command::new(program("rr-admin")))
}

/// Takes away what the caller's environment could change: the variables that are heeded, and a data folder that is not the test's.
fn clean(mut command: Command) -> Command {
    for (name, _) in env::vars_os() {
        let heeded = |prefix: &&str| name.to_string_lossy().starts_with(*prefix);
        if ["RINGRIFT_", "OTEL_", "TRACEPARENT"].iter().any(heeded) {
            command.env_remove(name);
        }
    }
    let own = project().join(".runtime/onnxruntime/lib/libonnxruntime.so");
    if env::var_os("ORT_DYLIB_PATH").is_none() && own.exists() {
        command.env("ORT_DYLIB_PATH", own);
    }
    command.env("XDG_DATA_HOME", "/nonexistent/this-test-forgot-its-data-folder");
    command.env_remove("RUST_LOG").env_remove("RUST_BACKTRACE");
    command
}

/// Finds a program beside the test's own executable, where `cargo` puts what it builds with the same profile; builds it
/// where a single package was tested and nobody else did.
fn program(name: &str) -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    let path = profile_folder().join(name);
    if !path.exists() {
        BUILT.get_or_init(build);
    }
    assert!(path.exists(), "{} is not built: run `cargo build -p rr-actors --bins`", path.display());
    path
}

/// Returns `target/<profile>`: the test runs from `deps` below it.
fn profile_folder() -> PathBuf {
    let exe = env::current_exe().expect("a test knows its own file");
    let folder = exe.parent().expect("a file lies in a folder");
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    folder.to_path_buf()
}

fn build() {
    let folder = profile_folder();
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = folder.parent().expect("target/<profile> lies in target");
    let status = Command::new(cargo)
        .args(["build", "-p", "rr-actors", "--bins", "--profile", profile, "--target-dir"])
        .arg(target)
        .current_dir(project())
        .status()
        .expect("cargo starts");
    assert!(status.success(), "`cargo build -p rr-actors --bins` failed");
}
