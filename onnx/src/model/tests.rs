//! What is saved comes back; what is not sound is refused with the reason.

use rr_engine::board::BoardKind;

use crate::error::OnnxError;
use crate::model::file::parse_card;
use crate::model::{ModelCard, ModelFile, ModelOrigin};
use crate::net::fixtures::{hexagon, rng, spec};
use crate::net::{GraphOptions, NetSize, NetSpec, ParamTable, inference_graph};

fn hex8() -> NetSpec {
    NetSpec::for_board(BoardKind::Hex8, NetSize::new(2, 8)).unwrap()
}

fn model() -> ModelFile {
    let spec = hex8();
    let origin = ModelOrigin {
        configs: vec!["hex8_2p".to_owned()],
        parent: Some("ab".to_owned()),
        training_steps: 7,
        ..ModelOrigin::default()
    };
    ModelFile::build(&spec, ParamTable::new(&spec).init(&mut rng(3)), GraphOptions::portable(), origin)
        .unwrap()
}

fn refusal(card: &ModelCard, onnx: &[u8]) -> String {
    let card = serde_json::to_vec(card).unwrap();
    match ModelFile::from_bytes(&card, onnx.to_vec()) {
        Err(OnnxError::Refused { reason, .. }) => reason,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_saved_model_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.onnx");
    let model = model();
    model.save(&path).unwrap();
    let again = ModelFile::load(&path).unwrap();
    assert_eq!(again.card(), model.card());
    assert_eq!(again.parameters(), model.parameters());
    assert_eq!(again.onnx(), model.onnx());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_wrong_hash_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.onnx");
    let model = model();
    model.save(&path).unwrap();
    let mut bytes = model.onnx().to_vec();
    let last = bytes.len() / 2;
    bytes[last] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let text = ModelFile::load(&path).unwrap_err().to_string();
    assert!(text.contains("SHA-256") && text.contains("m.onnx"), "{text}");
    // Truncated: the hash differs too.
    std::fs::write(&path, &model.onnx()[..100]).unwrap();
    assert!(ModelFile::load(&path).unwrap_err().to_string().contains("SHA-256"));
}

#[test]
fn weights_that_are_not_numbers_are_refused() {
    let spec = hex8();
    let mut values = ParamTable::new(&spec).init(&mut rng(3));
    values[5] = f32::NAN;
    let onnx = inference_graph(&spec, &values, GraphOptions::portable()).unwrap();
    let card = ModelCard::new(&spec, &onnx, ModelOrigin::default());
    let reason = refusal(&card, &onnx);
    assert!(reason.contains("stem.w") && reason.contains("NaN"), "{reason}");
    assert!(ModelFile::build(&spec, values, GraphOptions::portable(), ModelOrigin::default()).is_err());
}

#[test]
fn another_net_is_refused() {
    let model = model();
    let edit = |change: &dyn Fn(&mut ModelCard)| {
        let mut card = model.card().clone();
        change(&mut card);
        refusal(&card, model.onnx())
    };
    let reason = edit(&|c| c.encoding += 1);
    assert!(reason.contains("encoding version"), "{reason}");
    let reason = edit(&|c| c.board = "square8".to_owned());
    assert!(reason.contains("61 cells, the net has 64"), "{reason}");
    let reason = edit(&|c| c.board = "cube".to_owned());
    assert!(reason.contains("cube"), "{reason}");
    let reason = edit(&|c| c.size = NetSize::new(2, 12));
    assert!(reason.contains("parameters"), "{reason}");
    let reason = edit(&|c| c.size.blocks = 0);
    assert!(reason.contains("no layers"), "{reason}");

    let other = spec(hexagon(2), false, NetSize::new(2, 8));
    assert!(model.card().mismatch(&other).unwrap().contains("hex8"));
}

#[test]
fn weights_of_another_shape_are_refused() {
    let (spec, wide) = (hex8(), NetSpec::for_board(BoardKind::Hex8, NetSize::new(2, 12)).unwrap());
    let onnx =
        inference_graph(&wide, &ParamTable::new(&wide).init(&mut rng(3)), GraphOptions::portable()).unwrap();
    let reason = refusal(&ModelCard::new(&spec, &onnx, ModelOrigin::default()), &onnx);
    assert!(reason.contains("stem.w have shape"), "{reason}");
    let reason = refusal(&ModelCard::new(&spec, b"junk", ModelOrigin::default()), b"junk");
    assert!(reason.contains("not an ONNX model"), "{reason}");
}

#[test]
fn a_card_of_another_version_or_no_card_is_refused() {
    let text = parse_card(b"{\"format\": 9}").unwrap_err().to_string();
    assert!(text.contains("format version 9"), "{text}");
    assert!(parse_card(b"{}").unwrap_err().to_string().contains("format version none"));
    assert!(parse_card(b"{").unwrap_err().to_string().contains("not JSON"));
    assert!(parse_card(b"{\"format\": 1}").unwrap_err().to_string().contains("malformed"));
    let missing = ModelFile::load(std::path::Path::new("/nowhere/m.onnx")).unwrap_err().to_string();
    assert!(missing.contains("/nowhere/m.json"), "{missing}");
}
