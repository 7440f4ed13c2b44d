//! The `reference` mode of the evaluation against its golden vectors: terms, totals, profiles, raw parts.

#[allow(dead_code, clippy::unwrap_used)]
#[path = "heuristic/vectors.rs"]
mod vectors;

use rr_engine::heuristic::{
    HeuristicEvaluator, HeuristicProfile, HeuristicTerm, HeuristicTerms, HeuristicView, HeuristicWeights,
};
use serde_json::Value;
use vectors::{VectorView, floats, lines, list, number};

const TOLERANCE: f64 = 1e-6;

#[track_caller]
fn assert_close(what: &str, got: f64, want: f64) {
    assert!((got - want).abs() <= TOLERANCE, "{what}: got {got}, the vector says {want}");
}

/// Runs a check on every player view of every position; returns how many there were.
fn for_each_view(mut check: impl FnMut(&str, &VectorView, usize, &Value)) -> usize {
    let mut views = 0;
    for line in lines("pos") {
        let view = VectorView::read(&line);
        assert_eq!(view.legacy_territory_threshold as usize, view.geometry().cells() / 2 + 1);
        for eval in list(&line["eval"]) {
            let name =
                format!("{} seed {} ply {} view {}", view.config, line["seed"], line["ply"], eval["p"]);
            check(&name, &view, number(&eval["p"]) as usize - 1, eval);
            views += 1;
        }
    }
    views
}

fn assert_terms(what: &str, got: &HeuristicTerms, want: &Value) {
    let want = floats(want);
    assert_eq!(want.len(), HeuristicTerm::COUNT);
    for term in HeuristicTerm::ALL {
        assert_close(&format!("{what}, {}", term.name()), got[term], want[term as usize]);
    }
}

#[test]
fn every_profile_has_the_vectors_weights() {
    let profiles = lines("profile");
    assert_eq!(profiles.len(), HeuristicProfile::ALL.len());
    for line in profiles {
        let id = line["id"].as_str().unwrap();
        let profile = HeuristicProfile::from_name(id.trim_start_matches("heuristic_v1_")).unwrap();
        let weights = profile.weights();
        for name in HeuristicWeights::NAMES {
            let want = line["weights"][name].as_f64().unwrap();
            assert!((weights.get(name).unwrap() - want).abs() < 1e-12, "{profile} {name}");
        }
    }
}

#[test]
fn all_terms_and_totals_of_two_profiles_match() {
    let mut balanced = HeuristicEvaluator::reference(HeuristicProfile::Balanced);
    let mut aggressive = HeuristicEvaluator::reference(HeuristicProfile::Aggressive);
    let views = for_each_view(|name, view, seat, eval| {
        assert_terms(name, &balanced.terms(view, seat), &eval["terms"]);
        assert_close(name, balanced.score(view, seat), eval["total"].as_f64().unwrap());
        let want = &eval["aggressive"];
        assert_terms(name, &aggressive.terms(view, seat), &want["terms"]);
        assert_close(name, aggressive.score(view, seat), want["total"].as_f64().unwrap());
    });
    assert_eq!(views, 568);
}

#[test]
fn totals_of_the_light_mode_and_of_the_other_profiles_match() {
    let mut light = HeuristicEvaluator::reference(HeuristicProfile::Balanced).light();
    let mut territorial = HeuristicEvaluator::reference(HeuristicProfile::Territorial);
    let mut defensive = HeuristicEvaluator::reference(HeuristicProfile::Defensive);
    let mut of_config = HeuristicProfile::ALL.map(|p| (p, HeuristicEvaluator::reference(p)));
    for_each_view(|name, view, seat, eval| {
        assert_close(name, light.score(view, seat), eval["light"].as_f64().unwrap());
        assert_close(name, territorial.score(view, seat), eval["territorial"].as_f64().unwrap());
        assert_close(name, defensive.score(view, seat), eval["defensive"].as_f64().unwrap());
        let profile = HeuristicProfile::for_config(view.config);
        let tuned = of_config.iter_mut().find(|(p, _)| *p == profile).unwrap();
        assert_close(name, tuned.1.score(view, seat), eval["board_profile"]["total"].as_f64().unwrap());
    });
}

#[test]
fn raw_parts_match() {
    let mut balanced = HeuristicEvaluator::reference(HeuristicProfile::Balanced);
    for_each_view(|name, view, seat, eval| {
        let raw = &eval["raw"];
        let value = |key: &str| match &raw[key] {
            Value::Bool(b) => f64::from(u8::from(*b)),
            other => other.as_f64().unwrap_or_else(|| panic!("{name}: {key} is {other}")),
        };
        let material = balanced.material(view, seat);
        for (i, key) in ["stack_control", "stack_height", "cap_height", "stack_diversity"].iter().enumerate()
        {
            assert_close(&format!("{name}, {key}"), material[i], raw["mat"][key].as_f64().unwrap());
        }
        let (parts, counts) = balanced.parts(view, seat);
        for (key, got) in [
            ("line_pot", parts.line_potential),
            ("line_conn", parts.line_connectivity),
            ("closure", parts.closure),
            ("safety", parts.safety),
            ("fe_risk", parts.elimination_risk),
            ("actions", f64::from(parts.actions)),
            ("prox", parts.proximity),
            ("recovery", parts.recovery),
            ("pseudo_moves", f64::from(counts.moves())),
            ("markers", f64::from(counts.markers)),
            ("stacks", f64::from(counts.stacks)),
            ("buried", f64::from(counts.buried)),
            ("elig", f64::from(u8::from(counts.recovery_eligible()))),
            ("rec_move", f64::from(u8::from(counts.recovery_move))),
        ] {
            assert_close(&format!("{name}, {key}"), got, value(key));
        }
    });
}
