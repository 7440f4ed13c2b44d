//! A public type name occurs once in the workspace.
use crate::sources::all;
use std::collections::BTreeMap;
use std::path::PathBuf;
use syn::{Item, Visibility};

fn public_types(items: &[Item], out: &mut Vec<String>) {
    for item in items {
        let (vis, ident) = match item {
            Item::Struct(i) => (&i.vis, &i.ident),
            Item::Enum(i) => (&i.vis, &i.ident),
            Item::Trait(i) => (&i.vis, &i.ident),
            Item::Type(i) => (&i.vis, &i.ident),
            Item::Mod(m) => {
                let test = m.attrs.iter().any(|a| a.path().is_ident("cfg"));
                if let (false, Some((_, inner))) = (test, &m.content) {
                    public_types(inner, out);
                }
                continue;
            }
            _ => continue,
        };
        if matches!(vis, Visibility::Public(_)) {
            out.push(ident.to_string());
        }
    }
}

#[test]
fn public_type_names_are_unique() {
    let mut seen: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for source in all().into_iter().filter(|s| !s.is_test()) {
        let file = syn::parse_file(&source.text).unwrap_or_else(|e| panic!("{}: {e}", source.path.display()));
        let mut names = Vec::new();
        public_types(&file.items, &mut names);
        for name in names {
            seen.entry(name).or_default().push(source.path.clone());
        }
    }
    let twice: Vec<_> = seen.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(twice.is_empty(), "public type names used twice: {twice:#?}");
}
