//! The generated surface: names that clients and reflection rely on.

use rr_proto::{FILE_DESCRIPTOR_SET, admin};

#[test]
fn the_descriptor_set_names_the_service_and_its_package() {
    assert_eq!(admin::admin_server::SERVICE_NAME, "rr.admin.v1.Admin");
    let holds = |name: &[u8]| FILE_DESCRIPTOR_SET.windows(name.len()).any(|window| window == name);
    for name in
        [&b"rr.admin.v1"[..], b"rr/v1/event.proto", b"GetStatus", b"ListModels", b"ListRatings", b"ListGames"]
    {
        assert!(holds(name), "{}", String::from_utf8_lossy(name));
    }
}
