//! Compiles the `.proto` files without a system `protoc` and keeps their descriptor set for gRPC reflection.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message as _;

const ROOT: &str = "proto";
const FILES: [&str; 7] = [
    "rr/v1/event.proto",
    "rr/admin/v1/admin.proto",
    "rr/admin/v1/actors.proto",
    "rr/admin/v1/daemons.proto",
    "rr/admin/v1/events.proto",
    "rr/admin/v1/jobs.proto",
    "rr/admin/v1/control.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    for file in FILES {
        println!("cargo:rerun-if-changed={ROOT}/{file}");
    }
    let descriptors = protox::compile(FILES, [ROOT])?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("rr.descriptors"), descriptors.encode_to_vec())?;
    // Opening channels is the business of the crate that calls; the client here takes any transport.
    // The command line shows answers as JSON.
    tonic_prost_build::configure()
        .build_transport(false)
        .type_attribute(".rr.admin.v1", "#[derive(serde::Serialize)]")
        .compile_fds(descriptors)?;
    Ok(())
}
