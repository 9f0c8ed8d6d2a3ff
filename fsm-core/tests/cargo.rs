//! Systems that are made of Cargo workspaces: their text says what the workspace says, and nothing is wrong with it.
#![cfg(all(feature = "checks", feature = "import"))]

use std::collections::BTreeSet;

use fsm_core::import::cargo::{Dependency, Machine, Module, Package, Product, ProductKind, Use, Workspace, cargo};
use fsm_core::source::{SourceFile, Sources};
use fsm_core::{Imported, Importer, analyze, checks};

/// Every import is a file with one machine.
struct Machines;

impl Importer for Machines {
    fn import(&mut self, _: &SourceFile, path: &str) -> Result<Imported, String> {
        let text = "machine Order { event Pay; initial state Open { on Pay -> Paid; } final state Paid; }".to_owned();
        Ok(Imported { name: path.to_owned(), text })
    }
}

/// The text of a workspace, and what is found in it.
fn imported(workspace: &Workspace) -> (String, Vec<String>) {
    let text = cargo(workspace);
    let mut sources = Sources::new();
    let root = sources.add("system.fsm", text.clone());
    let mut analysis = analyze(&mut sources, root, &mut Machines);
    checks::check(&analysis.program, &sources, &mut analysis.diagnostics);
    let found = analysis.diagnostics.into_sorted();
    (text, found.into_iter().map(|finding| format!("{} {}", finding.code(), finding.message)).collect())
}

fn dependency(package: &str, features: &[&str]) -> Dependency {
    Dependency { package: package.to_owned(), features: features.iter().map(|&feature| feature.to_owned()).collect() }
}

fn module(name: &str, uses: &[(&str, &str)]) -> Module {
    let uses: BTreeSet<_> = uses.iter().map(|&(of, name)| Use { of: of.to_owned(), name: name.to_owned() }).collect();
    Module { name: name.to_owned(), uses, ..Module::default() }
}

fn binary(name: &str) -> Product {
    Product { name: name.to_owned(), kind: ProductKind::Binary }
}

/// A shop: a server with a database, a worker with a broker, a library of both, and one of the server alone.
fn shop() -> Workspace {
    let order = Machine { name: "Order".to_owned(), import: Some("server/order.fsm".to_owned()) };
    let server = Package {
        name: "shop-server".to_owned(),
        description: Some("Sells \"books\"\nto readers.".to_owned()),
        products: vec![binary("shopd")],
        library: None,
        dependencies: vec![
            dependency("axum", &[]),
            dependency("sqlx", &["postgres"]),
            dependency("shop-model", &[]),
            dependency("shop-mail", &[]),
        ],
        modules: vec![
            Module { is_program: true, ..module("shopd", &[("crate", "orders")]) },
            Module {
                machines: vec![order],
                docs: Some("Orders, and what becomes of them.".to_owned()),
                ..module("orders", &[("crate", "store"), ("shop_model", "Price"), ("shop_mail", "send")])
            },
            module("store", &[("sqlx", "Pool")]),
            module("lonely", &[]),
        ],
    };
    let worker = Package {
        name: "shop-worker".to_owned(),
        products: vec![binary("shop-worker")],
        dependencies: vec![dependency("lapin", &[]), dependency("shop-model", &[]), dependency("rocksdb", &[])],
        ..Package::default()
    };
    let library = |name: &str, dependencies: Vec<Dependency>| Package {
        name: name.to_owned(),
        library: Some(name.replace('-', "_")),
        dependencies,
        ..Package::default()
    };
    let packages =
        vec![server, worker, library("shop-model", vec![]), library("shop-mail", vec![dependency("lettre", &[])])];
    Workspace { name: "book shop".to_owned(), packages }
}

#[test]
fn a_workspace_becomes_a_system_with_which_nothing_is_wrong() {
    let (text, findings) = imported(&shop());
    assert_eq!(
        text,
        r#"import "server/order.fsm";

system BookShop "book shop" {
    person User "User";
    external store PostgreSQL "PostgreSQL" { technology "PostgreSQL"; }
    external RabbitMQ "RabbitMQ";
    external MailServer "mail server";

    /// Sells "books" to readers.
    container Shopd "shopd" {
        technology "Rust, axum";
        component ShopdShopd "shopd" { technology "program"; }
        /// Orders, and what becomes of them.
        component ShopdOrders "orders" runs Order;
        component ShopdStore "store";
        component ShopMail "shop-mail" { technology "library"; }
        // Related to none of these: lonely.
    }

    container ShopWorker "shop-worker" {
        technology "Rust";
    }

    container ShopModel "shop-model" {
        technology "Rust library";
    }

    store RocksDB "RocksDB files" {
        technology "RocksDB";
    }

    ShopdShopd -> ShopdOrders "uses";
    ShopdOrders -> ShopdStore "uses";
    ShopdOrders -> ShopMail "uses";
    ShopdOrders -> ShopModel "uses";
    ShopdStore -> PostgreSQL "keeps data in" via "SQL";
    Shopd -> ShopModel "uses";
    ShopWorker -> RabbitMQ "sends messages through" via "AMQP";
    ShopWorker -> ShopModel "uses";
    ShopWorker -> RocksDB "keeps data in";
    ShopMail -> MailServer "sends mail through" via "SMTP";
    User -> Shopd "uses" via "HTTP";
    User -> ShopWorker "runs";
}
"#
    );
    assert_eq!(findings, Vec::<String>::new());
}

#[test]
fn the_text_does_not_depend_on_what_things_are_called() {
    let names = ["1st", "日本", "end", "machine", "a\"b\\c", "Größe-2", "self", "state", "--", "user", "developer"];
    let packages = names.iter().map(|&name| Package {
        name: name.to_owned(),
        description: Some(format!("{name} */ \u{7} // {name}")),
        products: vec![binary(name)],
        modules: vec![module(name, &[("crate", "b")]), module("b", &[])],
        dependencies: vec![dependency("redis", &[])],
        ..Package::default()
    });
    let workspace = Workspace { name: "end".to_owned(), packages: packages.collect() };
    let (text, findings) = imported(&workspace);
    assert_eq!(findings, Vec::<String>::new(), "{text}");
}

#[test]
fn libraries_alone_are_used_by_developers() {
    let library = |name: &str, needs: &[&str]| Package {
        name: name.to_owned(),
        library: Some(name.to_owned()),
        dependencies: needs.iter().map(|need| dependency(need, &[])).collect(),
        ..Package::default()
    };
    let workspace = Workspace {
        name: "libs".to_owned(),
        packages: vec![library("front", &["middle"]), library("middle", &["back"]), library("back", &[])],
    };
    let (text, findings) = imported(&workspace);
    assert!(text.contains("Developer -> Front \"builds with\";"), "{text}");
    assert!(!text.contains("Developer -> Middle"), "{text}");
    assert_eq!(findings, Vec::<String>::new(), "{text}");
}

#[test]
fn an_empty_workspace_is_an_empty_system() {
    let (text, findings) = imported(&Workspace { name: "nothing".to_owned(), packages: Vec::new() });
    assert_eq!(text, "system Nothing \"nothing\" {\n\n}\n");
    assert_eq!(findings, Vec::<String>::new());
}
