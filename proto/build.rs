//! Compiles the `.proto` files without a system `protoc` and keeps their descriptor set for gRPC reflection.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message as _;

const ROOT: &str = "proto";
const EVENT: &str = "rr/v1/event.proto";
const ADMIN: &str = "rr/admin/v1/admin.proto";

fn main() -> Result<(), Box<dyn Error>> {
    for file in [EVENT, ADMIN] {
        println!("cargo:rerun-if-changed={ROOT}/{file}");
    }
    let descriptors = protox::compile([EVENT, ADMIN], [ROOT])?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("rr.descriptors"), descriptors.encode_to_vec())?;
    // Opening channels is the business of the crate that calls; the client here takes any transport.
    tonic_prost_build::configure().build_transport(false).compile_fds(descriptors)?;
    Ok(())
}
