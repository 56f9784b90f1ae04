//! Finds an address to listen on.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};

use anyhow::{Context, Result, bail};
use tokio::net::TcpListener;

use crate::arguments::Arguments;

/// The port if none is given.
const PORT: u16 = 4321;

/// How many ports are tried if none is given.
const ATTEMPTS: u16 = 100;

/// A socket, and how it was found.
#[derive(Debug)]
pub(crate) struct Listening {
    pub(crate) listener: TcpListener,
    pub(crate) address: SocketAddr,
    /// The URL, with the name of the host if `--host` is a name.
    pub(crate) url: String,
    /// The default port, if another program has it.
    pub(crate) taken: Option<u16>,
}

/// Listens on the address of the command line.
///
/// # Errors
///
/// Fails if the address is invalid, or the port is taken.
pub(crate) async fn listen(arguments: &Arguments) -> Result<Listening> {
    let host = arguments.host.as_deref().unwrap_or("127.0.0.1");
    let plain = host.trim_start_matches('[').trim_end_matches(']');
    let ports = match arguments.port {
        Some(port) => port..=port,
        None => PORT..=PORT + ATTEMPTS,
    };
    for port in ports {
        let listener = match TcpListener::bind((plain, port)).await {
            Ok(listener) => listener,
            Err(error) if arguments.port.is_none() && error.kind() == ErrorKind::AddrInUse => {
                continue;
            }
            Err(error) => return Err(error).with_context(|| refused(plain, port)),
        };
        let address = listener.local_addr().context("the socket has no address")?;
        let url = match plain.parse::<IpAddr>() {
            Ok(_) => format!("http://{address}"),
            Err(_) => format!("http://{plain}:{}", address.port()),
        };
        let taken = (arguments.port.is_none() && address.port() != PORT).then_some(PORT);
        return Ok(Listening { listener, address, url, taken });
    }
    bail!("the ports from {PORT} to {} of {plain} are all taken", PORT + ATTEMPTS)
}

fn refused(host: &str, port: u16) -> String {
    format!(
        "cannot listen on {host}:{port}\n  hint: `--port` takes another port, 0 for any free one, and `--host` another address"
    )
}

/// The addresses of this machine, without loopback and link-local ones.
pub(crate) fn own_addresses() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let mut addresses: Vec<IpAddr> = interfaces
        .iter()
        .filter(|interface| !interface.is_loopback() && !interface.is_link_local())
        .map(if_addrs::Interface::ip)
        .collect();
    addresses.sort();
    addresses.dedup();
    addresses
}
