//! The standard variables of OpenTelemetry, as a layer between the defaults and the file: what the configuration gives wins.
//!
//! As its specification asks, a variable that can't be read counts as not given.

use std::collections::BTreeMap;

/// What every variable of OpenTelemetry begins with.
pub(crate) const PREFIX: &str = "OTEL_";

/// The variables that are heeded, with the keys that they set; the one that stands first wins.
pub(crate) const HEEDED: &[(&str, &str)] = &[
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "trace.endpoint"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "trace.endpoint"),
    ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "trace.timeout_seconds"),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", "trace.timeout_seconds"),
    ("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "trace.tls_ca"),
    ("OTEL_EXPORTER_OTLP_CERTIFICATE", "trace.tls_ca"),
    ("OTEL_SERVICE_NAME", "trace.service_name"),
    ("OTEL_TRACES_SAMPLER_ARG", "trace.sample_share"),
    ("OTEL_TRACES_SAMPLER", "trace.sample_share"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "trace.queue_spans"),
];

/// Variables that the exporter reads itself, or that switch it off; no key is set by them.
pub(crate) const OF_EXPORTER: &[(&str, &str)] = &[
    ("OTEL_EXPORTER_OTLP_HEADERS", "headers for the collector, beside those of `trace.headers_file`"),
    ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "the same, in place of them"),
    ("OTEL_RESOURCE_ATTRIBUTES", "what the collector is told of the node besides its name and version"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "an endpoint of another protocol than `grpc` counts as not given"),
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "the same"),
    ("OTEL_EXPORTER_OTLP_INSECURE", "`true`: an endpoint without a scheme is reached without TLS"),
    ("OTEL_TRACES_EXPORTER", "`none`: an endpoint of these variables counts as not given"),
    ("OTEL_SDK_DISABLED", "`true`: the same"),
];

/// A key with its value as text, and the variable that gives it.
pub(crate) type OtelGiven = (&'static str, String, &'static str);

/// Reads the keys off the variables.
pub(crate) fn read(variables: &BTreeMap<String, String>) -> Vec<OtelGiven> {
    let mut given: Vec<OtelGiven> = Vec::new();
    for (name, key) in HEEDED {
        let taken = given.iter().any(|(known, ..)| known == key);
        let Some(value) = variables.get(*name).filter(|_| !taken) else { continue };
        let value = match *key {
            "trace.endpoint" => endpoint(value, variables),
            "trace.timeout_seconds" => {
                value.parse::<u64>().ok().map(|ms| ms.div_ceil(1000).max(1).to_string())
            }
            "trace.sample_share" => share(name, value, variables),
            "trace.queue_spans" => {
                value.parse::<u32>().ok().filter(|spans| *spans > 0).map(|n| n.to_string())
            }
            _ => Some(value.clone()),
        };
        given.extend(value.map(|value| (*key, value, *name)));
    }
    given
}

fn is(variables: &BTreeMap<String, String>, name: &str, word: &str) -> bool {
    variables.get(name).is_some_and(|value| value.eq_ignore_ascii_case(word))
}

fn endpoint(value: &str, variables: &BTreeMap<String, String>) -> Option<String> {
    let off = is(variables, "OTEL_SDK_DISABLED", "true") || is(variables, "OTEL_TRACES_EXPORTER", "none");
    let protocols = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
    let protocol = protocols.iter().find_map(|name| variables.get(*name));
    if off || protocol.is_some_and(|protocol| protocol != "grpc") {
        return None;
    }
    let scheme = value.starts_with("http://") || value.starts_with("https://");
    let insecure = is(variables, "OTEL_EXPORTER_OTLP_INSECURE", "true");
    Some(match (scheme, insecure) {
        (true, _) => value.to_owned(),
        (false, true) => format!("http://{value}"),
        (false, false) => format!("https://{value}"),
    })
}

/// Reads a share off the sampler's name, or off its argument where the name asks for one.
fn share(name: &str, value: &str, variables: &BTreeMap<String, String>) -> Option<String> {
    let sampler = variables.get("OTEL_TRACES_SAMPLER").map_or("parentbased_traceidratio", String::as_str);
    match sampler.trim_start_matches("parentbased_") {
        "always_on" => Some("1.0".to_owned()),
        "always_off" => Some("0.0".to_owned()),
        "traceidratio" if name.ends_with("_ARG") => value
            .parse::<f64>()
            .ok()
            .filter(|share| (0.0..=1.0).contains(share))
            .map(|share| share.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pairs: &[(&str, &str)]) -> Vec<(&'static str, String)> {
        let variables = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        read(&variables).into_iter().map(|(key, value, _)| (key, value)).collect()
    }

    #[test]
    fn the_variable_for_traces_wins_over_the_general_one() {
        let both = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://general:4317"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces:4317"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "2500"),
        ];
        assert_eq!(
            keys(&both),
            [("trace.endpoint", "http://traces:4317".to_owned()), ("trace.timeout_seconds", "3".to_owned())]
        );
    }

    #[test]
    fn what_is_switched_off_or_of_another_protocol_gives_no_endpoint() {
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317");
        for off in [
            ("OTEL_SDK_DISABLED", "true"),
            ("OTEL_TRACES_EXPORTER", "none"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ] {
            assert_eq!(keys(&[endpoint, off]), [], "{off:?}");
        }
        assert_eq!(keys(&[endpoint, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]).len(), 1);
        let bare = ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317");
        assert_eq!(keys(&[bare])[0].1, "https://collector:4317");
        assert_eq!(keys(&[bare, ("OTEL_EXPORTER_OTLP_INSECURE", "true")])[0].1, "http://collector:4317");
    }

    #[test]
    fn samplers_become_shares_and_nonsense_counts_as_not_given() {
        let share = |pairs: &[(&str, &str)]| keys(pairs).pop().map(|(_, value)| value);
        assert_eq!(share(&[("OTEL_TRACES_SAMPLER", "always_off")]).as_deref(), Some("0.0"));
        assert_eq!(share(&[("OTEL_TRACES_SAMPLER", "parentbased_always_on")]).as_deref(), Some("1.0"));
        let ratio = ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");
        assert_eq!(share(&[ratio, ("OTEL_TRACES_SAMPLER_ARG", "0.25")]).as_deref(), Some("0.25"));
        for nonsense in [
            ("OTEL_TRACES_SAMPLER_ARG", "much"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "-1"),
            ("OTEL_TRACES_SAMPLER", "xray"),
        ] {
            assert_eq!(share(&[nonsense]), None, "{nonsense:?}");
        }
    }
}
