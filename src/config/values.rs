//! Values of the config that are more than a word: what they look like, and whether they are on this machine.
//!
//! The error of each is two lines: what is wrong, and what to write.

use reqwest::Url;
use serde::Deserialize;
use std::fmt;
use std::net::IpAddr;
use tracing_subscriber::filter::{LevelFilter, Targets};

/// The base of REST calls, `https://discord.com` unless the config says otherwise. Paths such as `/api/v10/…` follow.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ApiUrl(Url);

/// Discord itself.
const DISCORD: &str = "https://discord.com";

impl Default for ApiUrl {
    fn default() -> Self {
        Self(Url::parse(DISCORD).expect("a URL"))
    }
}

impl ApiUrl {
    /// Whether this is Discord itself.
    pub fn is_discord(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.0.host_str().is_some_and(is_loopback)
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl TryFrom<String> for ApiUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let help = "\nwrite the address of a REST proxy or emulator, for example: api_url = \"http://127.0.0.1:8080\"";
        let url = Url::parse(&text).map_err(|error| format!("this is no URL: {error}{help}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("the URL begins with neither http:// nor https://{help}"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "the URL has a user or a password in it\nleave both out; the bot's token is all it sends"
                    .into(),
            );
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(format!("the URL has something behind its path{help}"));
        }
        Ok(Self(url))
    }
}

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ConnectTo {
    /// A name or an address, without the brackets of IPv6.
    pub host: String,
    /// From 1.
    pub port: u16,
}

impl ConnectTo {
    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

impl fmt::Display for ConnectTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl TryFrom<String> for ConnectTo {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = |what: &str| {
            format!(
                "{what}\nwrite a host and a port, for example: connect_to = \"127.0.0.1:8443\" or \"[::1]:8443\""
            )
        };
        let (host, port) = text.rsplit_once(':').ok_or_else(|| wrong("there is no port"))?;
        let port = port.parse::<u16>().ok().filter(|port| *port > 0);
        let port = port.ok_or_else(|| wrong("the port is no number from 1 to 65535"))?;
        let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(host) if host.parse::<std::net::Ipv6Addr>().is_ok() => host,
            None if !host.is_empty()
                && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c)) =>
            {
                host
            }
            _ => return Err(wrong("there is no host before the port")),
        };
        Ok(Self { host: host.to_owned(), port })
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// How much is logged: a level, and levels of their own for parts of the program.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Filter(String);

impl Default for Filter {
    fn default() -> Self {
        Self("info,serenity=warn,poise=warn,sqlx=warn".to_owned())
    }
}

impl Filter {
    /// As the log's library takes it.
    pub fn targets(&self) -> Targets {
        self.0.parse().expect("checked when it was read")
    }
}

impl TryFrom<String> for Filter {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        for part in text.split(',') {
            // The library would take a misspelt level for the name of a part, and log nothing.
            let level = match part.split_once('=') {
                Some((target, _)) if target.is_empty() || target.contains(|c: char| c.is_whitespace()) => "",
                Some((_, level)) => level,
                None => part,
            };
            if level.is_empty() || level.parse::<usize>().is_ok() || level.parse::<LevelFilter>().is_err() {
                return Err(format!(
                    "`{part}` is no level and no part=level\n\
                     the levels are off, error, warn, info, debug, trace; for example: level = \"info,sqlx=warn\""
                ));
            }
        }
        text.parse::<Targets>()
            .map_err(|error| format!("this is no filter: {error}\nfor example: level = \"info\""))?;
        Ok(Self(text))
    }
}
