//! No circle of files: within a crate, the `use` arrows between files form a directed acyclic graph.
//!
//! A facade (`lib.rs`, `mod.rs`) is looked through: an import of a re-exported name is an arrow to the file that
//! the facade takes the name from.
use crate::sources::{Source, all};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Item, UseTree};

type ModPath = Vec<String>;

/// A module's own path and what it imports from its crate, as absolute paths below the crate root.
struct Module {
    file: String,
    facade: bool,
    uses: Vec<ModPath>,
    reexports: Vec<(String, ModPath)>,
}

fn module_path(source: &Source) -> ModPath {
    let mut parts: Vec<String> =
        source.path.components().skip(2).map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    let last = parts.pop().unwrap_or_default();
    let stem = last.trim_end_matches(".rs");
    if !matches!(stem, "mod" | "lib" | "main") {
        parts.push(stem.to_string());
    }
    parts
}

/// Flattens a use tree into (absolute path below the crate, local name).
fn flatten(tree: &UseTree, prefix: &ModPath, out: &mut Vec<(ModPath, String)>) {
    match tree {
        UseTree::Path(p) => {
            let mut next = prefix.clone();
            next.push(p.ident.to_string());
            flatten(&p.tree, &next, out);
        }
        UseTree::Name(n) => {
            let mut path = prefix.clone();
            path.push(n.ident.to_string());
            out.push((path, n.ident.to_string()));
        }
        UseTree::Rename(r) => {
            let mut path = prefix.clone();
            path.push(r.ident.to_string());
            out.push((path, r.rename.to_string()));
        }
        UseTree::Glob(_) => out.push((prefix.clone(), "*".into())),
        UseTree::Group(g) => g.items.iter().for_each(|t| flatten(t, prefix, out)),
    }
}

/// Turns `crate::`, `self::`, `super::` and child-module paths into absolute ones; foreign paths give `None`.
fn absolute(path: &[String], here: &ModPath, children: &BTreeSet<String>) -> Option<ModPath> {
    match path.first()?.as_str() {
        "crate" => Some(path[1..].to_vec()),
        "self" => Some(here.iter().chain(&path[1..]).cloned().collect()),
        "super" => {
            let ups = path.iter().take_while(|s| *s == "super").count();
            let keep = here.len().checked_sub(ups)?;
            Some(here[..keep].iter().chain(&path[ups..]).cloned().collect())
        }
        first if children.contains(first) => Some(here.iter().chain(path).cloned().collect()),
        _ => None,
    }
}

fn read(source: &Source, here: &ModPath) -> Module {
    let file = syn::parse_file(&source.text).unwrap_or_else(|e| panic!("{}: {e}", source.path.display()));
    let children = file
        .items
        .iter()
        .filter_map(|i| if let Item::Mod(m) = i { Some(m.ident.to_string()) } else { None })
        .collect();
    let name = source.path.file_name().and_then(|n| n.to_str()).unwrap_or("");
    let mut module = Module {
        file: source.path.display().to_string(),
        facade: matches!(name, "lib.rs" | "mod.rs"),
        uses: Vec::new(),
        reexports: Vec::new(),
    };
    for item in &file.items {
        let Item::Use(u) = item else { continue };
        let mut flat = Vec::new();
        flatten(&u.tree, &Vec::new(), &mut flat);
        for (path, local) in flat {
            let Some(path) = absolute(&path, here, &children) else { continue };
            if matches!(u.vis, syn::Visibility::Inherited) {
                module.uses.push(path);
            } else {
                module.reexports.push((local, path));
            }
        }
    }
    module
}

/// Follows a path through facades to the file that defines its name.
fn resolve(path: &ModPath, modules: &BTreeMap<ModPath, Module>, depth: usize) -> Option<ModPath> {
    let cut = (0..=path.len()).rev().find(|n| modules.contains_key(&path[..*n]))?;
    let module = &modules[&path[..cut]];
    if cut == path.len() || depth > 8 || !module.facade {
        return Some(path[..cut].to_vec());
    }
    let (name, rest) = (&path[cut], &path[cut + 1..]);
    match module.reexports.iter().find(|(local, _)| local == name) {
        Some((_, target)) => {
            let full: ModPath = target.iter().chain(rest).cloned().collect();
            resolve(&full, modules, depth + 1)
        }
        None => Some(path[..cut].to_vec()),
    }
}

fn visit(
    at: &ModPath,
    edges: &BTreeMap<ModPath, BTreeSet<ModPath>>,
    state: &mut BTreeMap<ModPath, u8>,
    trail: &mut Vec<ModPath>,
) -> Option<Vec<ModPath>> {
    state.insert(at.clone(), 1);
    trail.push(at.clone());
    for next in edges.get(at).into_iter().flatten() {
        match state.get(next).copied().unwrap_or(0) {
            0 => {
                if let Some(found) = visit(next, edges, state, trail) {
                    return Some(found);
                }
            }
            1 => {
                let start = trail.iter().position(|p| p == next).unwrap_or(0);
                return Some(trail[start..].to_vec());
            }
            _ => {}
        }
    }
    trail.pop();
    state.insert(at.clone(), 2);
    None
}

#[test]
fn no_circle_of_files() {
    let mut crates: BTreeMap<String, BTreeMap<ModPath, Module>> = BTreeMap::new();
    for source in all().iter().filter(|s| !s.is_test() && !s.path.starts_with("actors/src/bin")) {
        let here = module_path(source);
        crates.entry(source.krate.clone()).or_default().insert(here.clone(), read(source, &here));
    }
    for (krate, modules) in &crates {
        let mut edges: BTreeMap<ModPath, BTreeSet<ModPath>> = BTreeMap::new();
        for (here, module) in modules {
            let targets = module.uses.iter().filter_map(|p| resolve(p, modules, 0)).filter(|t| t != here);
            edges.entry(here.clone()).or_default().extend(targets);
        }
        let mut state = BTreeMap::new();
        for at in modules.keys() {
            if state.get(at).copied().unwrap_or(0) == 0 {
                let found = visit(at, &edges, &mut state, &mut Vec::new());
                let files: Option<Vec<_>> =
                    found.map(|c| c.iter().map(|m| modules[m].file.clone()).collect());
                assert!(files.is_none(), "{krate}: these files import each other in a circle: {files:#?}");
            }
        }
    }
}
