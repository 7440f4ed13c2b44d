//! Which role every method needs: the one table. What it does not list is refused.

use super::role::AccessRole;

/// The methods of one service by the role that they need.
struct ServiceMethods {
    service: &'static str,
    read: &'static [&'static str],
    operate: &'static [&'static str],
    admin: &'static [&'static str],
}

/// Every service that the node serves.
const TABLE: &[ServiceMethods] = &[
    ServiceMethods {
        service: "rr.admin.v1.Admin",
        read: &[
            "GetStatus",
            "ListModels",
            "ListRatings",
            "ListGames",
            "GetModel",
            "GetGame",
            "GetRatingCurve",
            "ListConfigs",
        ],
        operate: &[],
        admin: &[],
    },
    ServiceMethods {
        service: "rr.admin.v1.Actors",
        read: &["GetTree", "GetActor", "WatchTree"],
        operate: &["RestartActor"],
        admin: &["KillActor"],
    },
    ServiceMethods {
        service: "rr.admin.v1.Daemons",
        read: &["ListDaemons", "GetDaemon"],
        operate: &["StartDaemon", "StopDaemon", "RestartDaemon"],
        admin: &[],
    },
    ServiceMethods {
        service: "rr.admin.v1.Events",
        read: &["ListEvents", "TailEvents", "ListDeadLetters"],
        operate: &["RetryDeadLetters", "PurgeDeadLetters"],
        admin: &[],
    },
    ServiceMethods {
        service: "rr.admin.v1.Jobs",
        read: &["ListJobs", "GetJob"],
        operate: &["CancelJob"],
        admin: &[],
    },
    ServiceMethods {
        service: "rr.admin.v1.Control",
        read: &["ListSettings", "ExplainSchedule", "ListDevices", "GetLogLevel"],
        operate: &["SetLogLevel", "Drain", "Resume"],
        admin: &["Shutdown"],
    },
    ServiceMethods {
        service: "grpc.health.v1.Health",
        read: &["Check", "List", "Watch"],
        operate: &[],
        admin: &[],
    },
    ServiceMethods {
        service: "grpc.reflection.v1.ServerReflection",
        read: &["ServerReflectionInfo"],
        operate: &[],
        admin: &[],
    },
    ServiceMethods {
        service: "grpc.reflection.v1alpha.ServerReflection",
        read: &["ServerReflectionInfo"],
        operate: &[],
        admin: &[],
    },
];

/// Returns the role that a method needs, by its path `/package.Service/Method`; none where there is no such method.
pub fn needed_role(path: &str) -> Option<AccessRole> {
    let (service, method) = path.strip_prefix('/')?.split_once('/')?;
    let row = TABLE.iter().find(|row| row.service == service)?;
    let lists =
        [(row.read, AccessRole::Read), (row.operate, AccessRole::Operate), (row.admin, AccessRole::Admin)];
    lists.into_iter().find(|(methods, _)| methods.contains(&method)).map(|(_, role)| role)
}

/// Says whether a method changes something: all that reading is not enough for.
pub fn changes_something(path: &str) -> bool {
    needed_role(path).is_some_and(|role| role > AccessRole::Read)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Lists `/package.Service/Method` of every service that is compiled in.
    fn served() -> BTreeSet<String> {
        let pool = prost_types::FileDescriptorSet::decode(rr_proto::FILE_DESCRIPTOR_SET).unwrap();
        let mut paths = BTreeSet::new();
        for file in pool.file {
            for service in &file.service {
                let name = format!("{}.{}", file.package(), service.name());
                paths.extend(service.method.iter().map(|method| format!("/{name}/{}", method.name())));
            }
        }
        paths
    }

    use prost::Message as _;

    #[test]
    fn every_method_of_ours_has_a_role_and_no_row_is_left_over() {
        let served = served();
        assert!(served.contains("/rr.admin.v1.Admin/GetStatus"), "{served:?}");
        for path in &served {
            assert!(needed_role(path).is_some(), "{path} is in no row of security/permission.rs");
        }
        for row in TABLE.iter().filter(|row| row.service.starts_with("rr.")) {
            for method in [row.read, row.operate, row.admin].concat() {
                let path = format!("/{}/{method}", row.service);
                assert!(served.contains(&path), "{path} is listed and does not exist");
            }
        }
    }

    #[test]
    fn names_tell_what_changes() {
        for path in served() {
            let method = path.rsplit('/').next().unwrap_or_default();
            let reads = ["Get", "List", "Watch", "Tail", "Explain", "Show", "Stream", "Check"];
            let looks_like_reading = reads.iter().any(|word| method.starts_with(word));
            assert_eq!(!looks_like_reading, changes_something(&path), "{path}");
        }
    }

    #[test]
    fn what_is_not_listed_is_nothing() {
        for path in [
            "",
            "/",
            "rr.admin.v1.Admin/GetStatus",
            "/rr.admin.v1.Admin",
            "/rr.admin.v1.Admin/",
            "/rr.admin.v1.Admin/getstatus",
            "/rr.admin.v1.Admin/GetStatus/",
            "/rr.admin.v2.Admin/GetStatus",
            "//rr.admin.v1.Admin/GetStatus",
            "/rr.admin.v1.Admin/GetStatus?x=1",
        ] {
            assert_eq!(needed_role(path), None, "{path}");
        }
    }
}
