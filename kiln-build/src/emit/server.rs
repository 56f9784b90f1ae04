//! The settings of the server that renders pages on request.

use std::net::IpAddr;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::config::{Network, Server};

/// The field `server` of the settings.
pub(super) fn server(server: &Server) -> TokenStream {
    let Server { check_origin, body_limit, allowed_hosts, trusted_proxies } = server;
    let networks = trusted_proxies.iter().map(network);
    quote! {
        server: Server {
            check_origin: #check_origin,
            body_limit: #body_limit,
            allowed_hosts: &[#(#allowed_hosts),*],
            trusted_proxies: &[#(#networks),*],
        }
    }
}

fn network(network: &Network) -> TokenStream {
    let prefix = network.prefix;
    let address = match network.address {
        IpAddr::V4(address) => {
            let octets = address.octets().map(Literal::u8_unsuffixed);
            quote!(V4(::core::net::Ipv4Addr::new(#(#octets),*)))
        }
        IpAddr::V6(address) => {
            let segments = address.segments().map(Literal::u16_unsuffixed);
            quote!(V6(::core::net::Ipv6Addr::new(#(#segments),*)))
        }
    };
    quote!(Network { address: ::core::net::IpAddr::#address, prefix: #prefix })
}
