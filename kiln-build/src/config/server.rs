//! Reads `[server]` of `kiln.toml`.

mod host;
mod network;
mod size;

use toml::Spanned;
use toml::de::DeValue;

pub(crate) use self::network::Network;
use super::settings::Settings;

/// The settings of the server that renders pages on request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) check_origin: bool,
    /// In bytes.
    pub(crate) body_limit: usize,
    /// In lower case, without duplicates, in the order of the file.
    pub(crate) allowed_hosts: Vec<String>,
    /// Without duplicates, in the order of the file.
    pub(crate) trusted_proxies: Vec<Network>,
}

impl Default for Server {
    fn default() -> Self {
        Server {
            check_origin: true,
            body_limit: 1024 * 1024,
            allowed_hosts: vec![],
            trusted_proxies: vec![],
        }
    }
}

const KEYS: [&str; 4] = ["check-origin", "body-limit", "allowed-hosts", "trusted-proxies"];

/// Reads the table.
pub(super) fn read(settings: &mut Settings<'_>, value: &Spanned<DeValue<'_>>) -> Server {
    let mut server = Server::default();
    let Some(table) = settings.table(value, "server = { body-limit = \"1 MiB\" }") else {
        return server;
    };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "check-origin" => {
                settings
                    .boolean(value, "check-origin = false")
                    .inspect(|v| server.check_origin = *v);
            }
            "body-limit" => {
                size::read(settings, value).inspect(|v| server.body_limit = *v);
            }
            "allowed-hosts" => {
                let example = "allowed-hosts = [\"example.com\"]";
                let hosts = settings.strings(value, example, host::parse);
                server.allowed_hosts = hosts.unwrap_or_default();
            }
            "trusted-proxies" => {
                let example = "trusted-proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]";
                let networks = settings.strings(value, example, Network::parse);
                server.trusted_proxies = networks.unwrap_or_default();
            }
            _ => settings.unknown_key(key, &KEYS),
        }
    }
    server
}
