//! Finds and loads ONNX Runtime's shared library.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ort::environment::Environment;

use crate::error::OnnxError;

/// Where the install script puts the library, seen from the root of the project.
const INSTALLED: &str = ".runtime/onnxruntime/lib/libonnxruntime.so";

/// The library is loaded once per process and stays: ONNX Runtime allows one environment only.
static LOADED: Mutex<Option<Runtime>> = Mutex::new(None);

/// Holds the loaded library; sessions are made from it. Cloning is cheap.
#[derive(Clone)]
pub struct Runtime {
    pub(super) environment: Environment,
    library: PathBuf,
}

impl Runtime {
    /// Loads the library that `ORT_DYLIB_PATH` names, or the one that `make runtime` installed.
    ///
    /// The installed one is looked for above the working folder and above the program.
    ///
    /// # Errors
    /// `RuntimeMissing` where there is none, `RuntimeUnusable` where it does not load.
    pub fn load() -> Result<Self, OnnxError> {
        match std::env::var_os("ORT_DYLIB_PATH").filter(|p| !p.is_empty()) {
            Some(path) => Self::load_from(Path::new(&path)),
            None => Self::load_first(&installed_places()),
        }
    }

    fn load_first(places: &[PathBuf]) -> Result<Self, OnnxError> {
        match places.iter().find(|p| p.is_file()) {
            Some(path) => Self::load_from(path),
            None => Err(OnnxError::RuntimeMissing { looked_at: places.to_vec() }),
        }
    }

    /// Loads the library at a path. Where one is loaded already, that one is returned.
    ///
    /// # Errors
    /// `RuntimeMissing` where the file is not there, `RuntimeUnusable` where it does not load.
    pub fn load_from(path: &Path) -> Result<Self, OnnxError> {
        let mut loaded = LOADED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !path.is_file() {
            return Err(OnnxError::RuntimeMissing { looked_at: vec![path.to_owned()] });
        }
        if let Some(runtime) = loaded.as_ref() {
            return Ok(runtime.clone());
        }
        let unusable = |cause: String| OnnxError::RuntimeUnusable { path: path.to_owned(), cause };
        let path = path.canonicalize().map_err(|e| unusable(e.to_string()))?;
        let builder = ort::init_from(&path).map_err(|e| unusable(e.to_string()))?;
        let builder = builder.with_name("rr-onnx").with_telemetry(false);
        let environment = builder.build().map_err(|e| unusable(e.to_string()))?;
        environment.set_log_level(ort::logging::LogLevel::Warning);
        tracing::info!(library = %path.display(), "loaded ONNX Runtime");
        let runtime = Self { environment, library: path };
        *loaded = Some(runtime.clone());
        Ok(runtime)
    }

    /// Says which release was loaded, in the library's own words.
    #[must_use]
    pub fn version(&self) -> &'static str {
        let info = ort::info().trim_start_matches("ORT Build Info: ");
        info.split(", cmake").next().unwrap_or(info)
    }

    /// Returns the file that was loaded.
    #[must_use]
    pub fn library(&self) -> &Path {
        &self.library
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime").field("library", &self.library).finish_non_exhaustive()
    }
}

/// Lists where the install script may have put the library: above the working folder and above the program.
fn installed_places() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = Vec::new();
    let program = std::env::current_exe().ok();
    let starts =
        [std::env::current_dir().ok(), program.and_then(|file| file.parent().map(Path::to_path_buf))];
    for start in starts.into_iter().flatten() {
        for folder in start.ancestors() {
            let place = folder.join(INSTALLED);
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    // The message of a missing library names a few places; those that exist come first either way.
    places.sort_by_key(|p| !p.is_file());
    places.truncate(4);
    places
}
