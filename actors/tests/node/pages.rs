//! The pages of a node, read by real connections.

use std::sync::Arc;
use std::time::Duration;

use rr_actors::node::{Node, NodePaths};
use rr_actors::security::{AccessRole, CertFolder, TokenFile};
use rr_actors::supervision::{Fault, SupervisorMsg, TreePath};
use rr_config::NodeRole;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::house::plan;
use crate::reader::{PATIENCE, Page, ask, ask_over, get};

async fn start(own: &[(&str, &str)]) -> (tempfile::TempDir, Node) {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(plan(folder.path(), own)).await.unwrap();
    (folder, node)
}

/// Asks until a page is as wanted.
async fn until(address: std::net::SocketAddr, path: &str, wanted: impl Fn(&Page) -> bool) -> Page {
    let asked = async {
        loop {
            let page = get(address, path).await;
            if wanted(&page) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.expect("the page never is as wanted")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_healthy_node_says_so_on_every_page() {
    let (_folder, node) = start(&[("node.id", "ann")]).await;
    let (health, status) = node.page_addresses().unwrap();
    for (port, path) in [(health, "/health"), (health, "/livez"), (status, "/health"), (status, "/livez")] {
        let page = get(port, path).await;
        assert_eq!((page.code, &page.json()["alive"]), (200, &json!(true)), "{page:?}");
    }
    for (port, path) in [(health, "/ready"), (health, "/readyz"), (status, "/ready"), (status, "/readyz")] {
        let page = get(port, path).await;
        assert_eq!((page.code, &page.json()["reasons"]), (200, &json!([])), "{page:?}");
    }
    let page = until(health, "/status", |page| page.json()["daemons"]["http"]["status"] == "healthy").await;
    let whole = page.json();
    assert_eq!(
        (&whole["node_id"], &whole["ready"], &whole["score"]),
        (&json!("ann"), &json!(true), &json!(1.0))
    );
    assert_eq!((&whole["status"], &whole["profile"]), (&json!("healthy"), &json!("all")));
    let daemons = whole["daemons"].as_object().unwrap();
    assert_eq!(daemons.len(), rr_actors::node::DaemonRow::of_role(NodeRole::All).count());
    for (name, daemon) in daemons {
        assert_eq!(daemon["running"], json!(true), "{name}: {daemon}");
        assert!(daemon["status"].is_string() && daemon["errors_count"].is_u64(), "{name}: {daemon}");
    }
    assert_eq!(daemons["http"]["duties"], json!(["HEALTH_SERVER"]));
    assert!(daemons["http"]["shows"]["answered"].is_u64(), "{}", daemons["http"]);
    assert!(
        daemons["store"]["last_activity_ms"].as_u64() >= Some(node.context().started_ms),
        "{}",
        daemons["store"]
    );
    let cluster = get(status, "/status").await.json();
    assert_eq!((&cluster["node_id"], &cluster["leader_id"]), (&json!("ann"), &json!("ann")));
    assert_eq!((&cluster["role"], &cluster["alive_peers"]), (&json!("leader"), &json!(1)));
    for port in [health, status] {
        let page = get(port, "/").await;
        assert!(page.code == 200 && page.has("content-type: text/html; charset=utf-8"), "{page:?}");
        assert!(page.body.contains("<h1>ann</h1>") && page.body.contains("memory-monitor"), "{page:?}");
        assert!(
            !page.body.contains("http://") && !page.body.contains("<script"),
            "it loads and runs nothing"
        );
    }
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_other_methods_and_unknown_pages() {
    let (_folder, node) = start(&[]).await;
    let (health, status) = node.page_addresses().unwrap();
    for port in [health, status] {
        let head = ask(port, "HEAD", "/status").await;
        assert_eq!((head.code, head.body.as_str()), (200, ""), "{head:?}");
        for header in ["cache-control: no-store", "x-content-type-options: nosniff", "x-frame-options: DENY"]
        {
            assert!(head.has(&header.to_lowercase()), "{header} {head:?}");
        }
        assert!(head.head.to_lowercase().contains("content-security-policy: default-src 'none'"), "{head:?}");
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
            let page = ask(port, method, "/health").await;
            assert!(page.code == 405 && page.has("allow: get, head"), "{method} {page:?}");
            assert!(page.has("x-content-type-options: nosniff"), "a refusal has them too: {page:?}");
        }
        let page = get(port, "/helth").await;
        assert_eq!(page.code, 404);
        assert!(page.json()["pages"].as_array().unwrap().contains(&json!("/health")), "{page:?}");
    }
    let counts = &node.context().page_counts;
    assert!(counts.iter().all(|counts| counts.answered() == 1 && counts.refused() == 7), "{counts:?}");
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_critical_daemon_that_is_down_is_named_until_it_runs_again() {
    let (_folder, node) = start(&[]).await;
    let (health, status) = node.page_addresses().unwrap();
    let leader = node.tree().address::<SupervisorMsg>(&TreePath::new("node/leader"));
    let name = || "promotion".to_owned();
    leader.call(|reply| SupervisorMsg::StopChild(name(), reply), PATIENCE).await.unwrap().unwrap();
    for port in [health, status] {
        let page = get(port, "/ready").await;
        assert_eq!(page.code, 503);
        assert_eq!(page.json()["reasons"], json!(["node/leader/promotion is held"]), "{page:?}");
        assert_eq!(get(port, "/health").await.code, 200, "it lives all the same");
    }
    let whole = get(health, "/status").await.json();
    let daemon = &whole["daemons"]["promotion"];
    assert_eq!((&daemon["status"], &daemon["running"]), (&json!("held"), &json!(false)), "{daemon}");
    assert!(get(health, "/").await.body.contains("node/leader/promotion is held"));
    leader.call(|reply| SupervisorMsg::StartChild(name(), reply), PATIENCE).await.unwrap().unwrap();
    assert_eq!(until(health, "/ready", |page| page.code == 200).await.json()["ready"], json!(true));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_store_hangs_every_page_is_served() {
    let (_folder, node) = start(&[]).await;
    let (health, status) = node.page_addresses().unwrap();
    assert!(node.tree().arm(&NodePaths::store(), Fault::HangInHandle));
    let store = node.context().store.clone();
    let asking = tokio::spawn(async move { store.report().await });
    let hangs = || node.tree().node(&NodePaths::store()).unwrap().load.busy_for.is_some();
    let begun = async {
        while !hangs() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, begun).await.unwrap();
    for (port, path) in [
        (health, "/health"),
        (health, "/ready"),
        (health, "/status"),
        (health, "/metrics"),
        (health, "/"),
        (status, "/status"),
    ] {
        let page = get(port, path).await;
        assert_eq!(page.code, 200, "{page:?}");
    }
    assert!(hangs() && !asking.is_finished(), "the pages were served while the store hung");
    asking.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_it_comes_back_on_the_same_ports() {
    let (_folder, node) = start(&[]).await;
    let ports = node.page_addresses().unwrap();
    let path = TreePath::new("node/http");
    node.tree().cell(&path).unwrap().kill();
    let back = async {
        while node.tree().node(&path).is_none_or(|node| node.restarts == 0) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, back).await.unwrap();
    assert_eq!(node.page_addresses().unwrap(), ports);
    assert_eq!((get(ports.0, "/health").await.code, get(ports.1, "/status").await.code), (200, 200));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_without_a_leader_follows_nobody() {
    let (_folder, node) = start(&[("node.role", "voter")]).await;
    let (health, status) = node.page_addresses().unwrap();
    let cluster = get(status, "/status").await.json();
    assert_eq!((&cluster["role"], &cluster["leader_id"]), (&json!("follower"), &json!(null)));
    assert_eq!(get(health, "/ready").await.code, 200, "what its role calls for runs");
    node.stop().await.unwrap();
}

/// Starts a node whose pages are for other machines, with certificates and a token.
async fn exposed(own: &[(&str, &str)]) -> (tempfile::TempDir, Node, CertFolder, String) {
    let folder = tempfile::tempdir().unwrap();
    let certs = CertFolder::new(&folder.path().join("certs"));
    let now_ms = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let now_ms = u64::try_from(now_ms).unwrap();
    certs.make_authority(now_ms / 1000).unwrap();
    let pair = certs.make_node("a", &[], AccessRole::Operate, (now_ms / 1000, 30)).unwrap();
    let tokens = folder.path().join("tokens.json");
    let mut file = TokenFile::load(&tokens).unwrap();
    let token = file.add("ann", AccessRole::Read, now_ms, None).unwrap();
    file.save(&tokens).unwrap();
    let (cert, key) = (pair.cert.display().to_string(), pair.key.display().to_string());
    let tokens = tokens.display().to_string();
    let mut settings = vec![
        ("server.health_host", "0.0.0.0"),
        ("server.tls_cert", cert.as_str()),
        ("server.tls_key", key.as_str()),
        ("server.tokens_file", tokens.as_str()),
    ];
    settings.extend(own);
    let node = Node::start(plan(folder.path(), &settings)).await.unwrap();
    (folder, node, certs, token)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn off_loopback_pages_speak_tls_and_ask_who_reads() {
    let (_folder, node, certs, token) = exposed(&[]).await;
    let port = node.page_addresses().unwrap().0.port();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certs.authority().cert).unwrap()).unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let connect = async || {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap()
    };
    let nobody = ask_over(connect().await, "/status", "").await;
    assert!(nobody.code == 401 && nobody.has("www-authenticate: bearer"), "{nobody:?}");
    let ann = ask_over(connect().await, "/status", &format!("Authorization: Bearer {token}\r\n")).await;
    assert_eq!((ann.code, &ann.json()["ready"]), (200, &json!(true)), "{ann:?}");
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn public_pages_are_read_by_anybody_and_in_the_clear() {
    let (_folder, node, _, _) = exposed(&[("server.public_pages", "true")]).await;
    let port = node.page_addresses().unwrap().0.port();
    let page = get(([127, 0, 0, 1], port).into(), "/ready").await;
    assert_eq!(page.code, 200, "{page:?}");
    node.stop().await.unwrap();
}
