//! Every look has its files, a valid shader, names and parameters.

use super::*;
use bijou::style::look::MAX_PARAMETERS;
use std::collections::BTreeSet;

#[test]
fn every_shader_is_valid_and_every_look_has_its_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let common = std::fs::read_to_string(root.join("shaders/common.wgsl")).unwrap();
    let mut stems = BTreeSet::new();
    for entry in std::fs::read_dir(root.join("shaders")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let own = std::fs::read_to_string(&path).unwrap();
        // A look's text is what the program built of its files, the shared ones before its own.
        let look = style::look(&stem).ok();
        let text = match look {
            Some(look) => look.wgsl(),
            None if stem == "common" => own.clone(),
            None => [common.as_str(), &own, "fn spread() -> f32 { return 1.0; }"].join("\n"),
        };
        let module = naga::front::wgsl::parse_str(&text)
            .unwrap_or_else(|e| panic!("{stem}: {}", e.emit_to_string(&text)));
        let info = naga::valid::Validator::new(
            naga::valid::ValidationFlags::all(),
            naga::valid::Capabilities::empty(),
        )
        .validate(&module);
        info.unwrap_or_else(|e| panic!("{stem}: {}", e.emit_to_string(&text)));
        if let Some(look) = look {
            assert!(
                text.starts_with(&common) && text.ends_with(&own),
                "{stem} was built from another text"
            );
            assert!(root.join(format!("src/style/{stem}.rs")).is_file(), "{stem}");
            let entries: Vec<_> = module.entry_points.iter().map(|e| e.name.as_str()).collect();
            for pass in look.passes {
                assert!(entries.contains(&pass.entry), "{stem} has no pass {}", pass.entry);
            }
            assert_eq!(
                entries.len(),
                look.passes.len(),
                "{stem} has passes that never run"
            );
            stems.insert(stem);
        }
    }
    let all = looks().iter().chain([style::finish()]);
    assert_eq!(stems, all.map(|look| look.id.to_owned()).collect());
}

#[test]
fn looks_are_complete() {
    assert!(looks().len() >= 14, "{} looks", looks().len());
    for look in looks().iter().chain([style::finish(), style::like()]) {
        assert!(
            look.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
            "{}",
            look.id
        );
        assert!(
            ![look.name_en, look.name_zh, look.description].contains(&""),
            "{}",
            look.id
        );
        assert!(look.parameters.len() <= MAX_PARAMETERS, "{}", look.id);
        assert!(look.parameters.iter().all(|p| p.allows(p.default)), "{}", look.id);
        let names: BTreeSet<_> = look.parameters.iter().map(|p| p.name).collect();
        assert_eq!(names.len(), look.parameters.len(), "{}", look.id);
    }
}
