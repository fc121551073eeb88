//! The binary phones nobody: no network client is linked.

use crate::run::project;
use std::process::Command;

#[test]
fn no_network_client_is_linked() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "-e", "normal", "--offline", "--prefix", "none", "--manifest-path"])
        .arg(project().join("Cargo.toml"))
        .output()
        .expect("cargo runs");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8_lossy(&tree.stdout);
    assert!(tree.contains("polars-core"), "the tree is there");
    for client in ["reqwest", "hyper", "rustls", "native-tls", "ureq", "curl", "openssl"] {
        assert!(!tree.lines().any(|l| l.starts_with(&format!("{client} "))), "{client} is linked");
    }
}
