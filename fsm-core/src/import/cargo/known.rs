//! Crates that tell what a program speaks to, and by what it is spoken to. A crate more is a line more.

/// A crate that tells something.
pub(super) struct Known {
    /// The name of the package.
    pub(super) package: &'static str,
    /// What it tells.
    pub(super) tells: Tells,
}

/// What a crate tells of who uses it.
#[derive(Clone, Copy)]
pub(super) enum Tells {
    /// It keeps data in another system: which one, how they speak.
    Store(&'static str, &'static str),
    /// It keeps data in another system: which one depends on features, and which without, how they speak.
    StoreBy(&'static [(&'static str, &'static str)], Option<&'static str>, &'static str),
    /// It keeps data in files of its own.
    Files(&'static str),
    /// It speaks to another system: what it is, what for, how they speak.
    System(&'static str, &'static str, &'static str),
    /// It takes requests: with what it is made, how they come.
    Serves(&'static str, &'static str),
    /// People use it directly: with what it is made, how.
    Shown(&'static str, &'static str),
}

use Tells::{Files, Serves, Shown, Store, StoreBy, System};

/// The product that a feature of a database crate names.
const SQL: &[(&str, &str)] = &[
    ("postgres", "PostgreSQL"),
    ("mysql", "MySQL"),
    ("mariadb", "MariaDB"),
    ("sqlite", "SQLite"),
    ("mssql", "SQL Server"),
];

const SOME_SQL: Option<&str> = Some("SQL database");

const SENDS: &str = "sends messages through";
const CALLS: &str = "calls";

const fn known(package: &'static str, tells: Tells) -> Known {
    Known { package, tells }
}

/// All that are known.
pub(super) static KNOWN: &[Known] = &[
    // Databases behind a network.
    known("sqlx", StoreBy(SQL, SOME_SQL, "SQL")),
    known("diesel", StoreBy(SQL, SOME_SQL, "SQL")),
    known("diesel-async", StoreBy(SQL, SOME_SQL, "SQL")),
    known("sea-orm", StoreBy(SQL, SOME_SQL, "SQL")),
    known("tokio-postgres", Store("PostgreSQL", "SQL")),
    known("postgres", Store("PostgreSQL", "SQL")),
    known("deadpool-postgres", Store("PostgreSQL", "SQL")),
    known("mysql", Store("MySQL", "SQL")),
    known("mysql_async", Store("MySQL", "SQL")),
    known("tiberius", Store("SQL Server", "TDS")),
    known("redis", Store("Redis", "RESP")),
    known("fred", Store("Redis", "RESP")),
    known("deadpool-redis", Store("Redis", "RESP")),
    known("actix-session", StoreBy(&[("redis", "Redis")], None, "RESP")),
    known("tower-sessions-redis-store", Store("Redis", "RESP")),
    known("memcache", Store("Memcached", "memcached")),
    known("mongodb", Store("MongoDB", "MongoDB wire protocol")),
    known("foundationdb", Store("FoundationDB", "FDB client")),
    known("scylla", Store("ScyllaDB", "CQL")),
    known("cdrs-tokio", Store("Cassandra", "CQL")),
    known("clickhouse", Store("ClickHouse", "HTTP")),
    known("elasticsearch", Store("Elasticsearch", "HTTP")),
    known("opensearch", Store("OpenSearch", "HTTP")),
    known("meilisearch-sdk", Store("Meilisearch", "HTTP")),
    known("qdrant-client", Store("Qdrant", "gRPC")),
    known("surrealdb", Store("SurrealDB", "WebSocket")),
    known("neo4rs", Store("Neo4j", "Bolt")),
    known("influxdb", Store("InfluxDB", "HTTP")),
    known("etcd-client", Store("etcd", "gRPC")),
    known("aws-sdk-dynamodb", Store("DynamoDB", "HTTPS")),
    known("aws-sdk-s3", Store("Amazon S3", "HTTPS")),
    known("rust-s3", Store("S3 object store", "HTTPS")),
    known("object_store", Store("object store", "HTTPS")),
    known("google-cloud-storage", Store("Google Cloud Storage", "HTTPS")),
    // Databases in files.
    known("rusqlite", Files("SQLite")),
    known("libsqlite3-sys", Files("SQLite")),
    known("rocksdb", Files("RocksDB")),
    known("sled", Files("sled")),
    known("redb", Files("redb")),
    known("heed", Files("LMDB")),
    known("lmdb", Files("LMDB")),
    known("fjall", Files("fjall")),
    known("duckdb", Files("DuckDB")),
    known("tantivy", Files("tantivy index")),
    // Brokers.
    known("rdkafka", System("Kafka", SENDS, "Kafka")),
    known("rskafka", System("Kafka", SENDS, "Kafka")),
    known("kafka", System("Kafka", SENDS, "Kafka")),
    known("lapin", System("RabbitMQ", SENDS, "AMQP")),
    known("amqprs", System("RabbitMQ", SENDS, "AMQP")),
    known("async-nats", System("NATS", SENDS, "NATS")),
    known("nats", System("NATS", SENDS, "NATS")),
    known("rumqttc", System("MQTT broker", SENDS, "MQTT")),
    known("paho-mqtt", System("MQTT broker", SENDS, "MQTT")),
    known("pulsar", System("Pulsar", SENDS, "Pulsar")),
    known("zeromq", System("ZeroMQ peers", SENDS, "ZeroMQ")),
    known("aws-sdk-sqs", System("Amazon SQS", SENDS, "HTTPS")),
    known("aws-sdk-sns", System("Amazon SNS", SENDS, "HTTPS")),
    known("aws-sdk-eventbridge", System("Amazon EventBridge", SENDS, "HTTPS")),
    known("aws-sdk-kinesis", System("Amazon Kinesis", SENDS, "HTTPS")),
    known("google-cloud-pubsub", System("Google Pub/Sub", SENDS, "gRPC")),
    // Services.
    known("reqwest", System("HTTP services", CALLS, "HTTP")),
    known("ureq", System("HTTP services", CALLS, "HTTP")),
    known("isahc", System("HTTP services", CALLS, "HTTP")),
    known("surf", System("HTTP services", CALLS, "HTTP")),
    known("attohttpc", System("HTTP services", CALLS, "HTTP")),
    known("curl", System("HTTP services", CALLS, "HTTP")),
    known("tokio-tungstenite", System("WebSocket peers", "talks to", "WebSocket")),
    known("tungstenite", System("WebSocket peers", "talks to", "WebSocket")),
    known("async-openai", System("OpenAI API", CALLS, "HTTPS")),
    known("octocrab", System("GitHub", CALLS, "HTTPS")),
    known("kube", System("Kubernetes", "manages resources in", "HTTPS")),
    known("bollard", System("Docker", "runs containers in", "HTTP")),
    known("lettre", System("mail server", "sends mail through", "SMTP")),
    known("async-smtp", System("mail server", "sends mail through", "SMTP")),
    known("ssh2", System("SSH servers", "runs commands on", "SSH")),
    known("russh", System("SSH servers", "runs commands on", "SSH")),
    known("git2", System("Git repositories", "reads and writes", "Git")),
    known("gix", System("Git repositories", "reads and writes", "Git")),
    known("teloxide", System("Telegram", "chats through", "HTTPS")),
    known("serenity", System("Discord", "chats through", "WebSocket")),
    known("sentry", System("Sentry", "reports errors to", "HTTPS")),
    known("opentelemetry-otlp", System("OpenTelemetry collector", "reports to", "OTLP")),
    known("metrics-exporter-prometheus", System("Prometheus", "is measured by", "HTTP")),
    known("prometheus", System("Prometheus", "is measured by", "HTTP")),
    known("aws-sdk-secretsmanager", System("AWS Secrets Manager", CALLS, "HTTPS")),
    known("vaultrs", System("Vault", CALLS, "HTTP")),
    // What takes requests.
    known("actix-web", Serves("Actix-web", "HTTP")),
    known("axum", Serves("axum", "HTTP")),
    known("warp", Serves("warp", "HTTP")),
    known("rocket", Serves("Rocket", "HTTP")),
    known("poem", Serves("poem", "HTTP")),
    known("salvo", Serves("salvo", "HTTP")),
    known("tide", Serves("tide", "HTTP")),
    known("tiny_http", Serves("tiny_http", "HTTP")),
    known("ntex", Serves("ntex", "HTTP")),
    known("tonic", Serves("tonic", "gRPC")),
    known("jsonrpsee", Serves("jsonrpsee", "JSON-RPC")),
    known("tower-lsp", Serves("tower-lsp", "LSP")),
    known("lsp-server", Serves("lsp-server", "LSP")),
    // What people have before them.
    known("clap", Shown("clap", "command line")),
    known("argh", Shown("argh", "command line")),
    known("bpaf", Shown("bpaf", "command line")),
    known("lexopt", Shown("lexopt", "command line")),
    known("pico-args", Shown("pico-args", "command line")),
    known("structopt", Shown("structopt", "command line")),
    known("xflags", Shown("xflags", "command line")),
    known("ratatui", Shown("ratatui", "terminal")),
    known("cursive", Shown("cursive", "terminal")),
    known("eframe", Shown("egui", "window")),
    known("iced", Shown("iced", "window")),
    known("slint", Shown("Slint", "window")),
    known("tauri", Shown("Tauri", "window")),
    known("gtk4", Shown("GTK", "window")),
    known("bevy", Shown("Bevy", "window")),
    known("leptos", Shown("Leptos", "browser")),
    known("yew", Shown("Yew", "browser")),
    known("dioxus", Shown("Dioxus", "browser")),
];

/// What a package tells of those who depend on it.
pub(super) fn of(package: &str) -> Option<Tells> {
    KNOWN.iter().find(|known| known.package == package).map(|known| known.tells)
}

/// The product that features name.
pub(super) fn product(by: &[(&'static str, &'static str)], features: &[String]) -> Option<&'static str> {
    let named = by.iter().find(|(word, _)| features.iter().any(|feature| feature.contains(word)));
    named.map(|(_, product)| *product)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{KNOWN, SQL, product};

    #[test]
    fn no_crate_is_listed_twice() {
        let names: BTreeSet<_> = KNOWN.iter().map(|known| known.package).collect();
        assert_eq!(names.len(), KNOWN.len());
    }

    #[test]
    fn features_name_the_product() {
        assert_eq!(product(SQL, &["runtime-tokio".to_owned(), "postgres".to_owned()]), Some("PostgreSQL"));
        assert_eq!(product(SQL, &["sqlx-sqlite".to_owned()]), Some("SQLite"));
        assert_eq!(product(SQL, &[]), None);
    }
}
