//! Files that people hand to commands: fetched from where Discord keeps them, and from nowhere else.

use super::{ClientError, Discord, HttpParts};
use std::time::Duration;

/// Where Discord keeps files. Source: its reference, "CDN Formatting" and the proxy of attachments.
const HOSTS: [&str; 2] = ["cdn.discordapp.com", "media.discordapp.net"];
/// A file may take so long in all.
const LONGEST: Duration = Duration::from_secs(20);

/// What fetches files.
pub(super) struct Fetcher {
    client: reqwest::Client,
    /// Where files are as well: the host that REST calls go to instead of Discord's, as "http://host:port".
    other: Option<String>,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum NoFile {
    /// The address is not one of Discord's.
    #[error("the address of the file is not one of Discord's")]
    Elsewhere,
    /// It has more bytes than it may have.
    #[error("the file is too large")]
    TooLarge,
    /// Discord did not give it.
    #[error("the file could not be fetched: {0}")]
    Unreached(String),
}

impl Fetcher {
    pub(super) fn new(parts: &HttpParts) -> Result<Self, ClientError> {
        let other = parts.api_url.as_deref().and_then(origin);
        let mut client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(LONGEST)
            .redirect(reqwest::redirect::Policy::none())
            .https_only(other.is_none());
        if other.is_some() {
            client = client.no_proxy();
        }
        Ok(Self { client: client.build()?, other })
    }

    fn knows(&self, url: &str) -> bool {
        let Ok(parsed) = reqwest::Url::parse(url) else { return false };
        let plain = parsed.username().is_empty() && parsed.password().is_none();
        let discords = parsed.scheme() == "https"
            && parsed.port().is_none()
            && parsed.host_str().is_some_and(|host| HOSTS.contains(&host));
        plain && (discords || (self.other.is_some() && origin(url) == self.other))
    }
}

/// "https://host:port" of an address.
fn origin(url: &str) -> Option<String> {
    let url = reqwest::Url::parse(url).ok()?;
    let port = url.port_or_known_default()?;
    Some(format!("{}://{}:{port}", url.scheme(), url.host_str()?))
}

impl Discord {
    /// The bytes of a file that somebody handed to a command, at most `most` of them. Discord's own word about its
    /// size is to be asked first; here it is counted while it is read.
    ///
    /// # Errors
    ///
    /// [`NoFile`] says why not. Nothing is asked for at an address that is not Discord's.
    pub async fn fetch_upload(&self, url: &str, most: usize) -> Result<Vec<u8>, NoFile> {
        let Fetcher { client, .. } = &self.0.fetcher;
        if !self.0.fetcher.knows(url) {
            return Err(NoFile::Elsewhere);
        }
        let unreached = |error: reqwest::Error| NoFile::Unreached(error.without_url().to_string());
        let mut response = client.get(url).send().await.map_err(unreached)?;
        if !response.status().is_success() {
            return Err(NoFile::Unreached(format!("status {}", response.status().as_u16())));
        }
        let mut bytes = Vec::new();
        while let Some(part) = response.chunk().await.map_err(unreached)? {
            if bytes.len() + part.len() > most {
                return Err(NoFile::TooLarge);
            }
            bytes.extend_from_slice(&part);
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetcher(api_url: Option<&str>) -> Fetcher {
        let api_url = api_url.map(str::to_owned);
        let (connect_to, ca_pem, time_out) = (None, None, Duration::from_secs(1));
        Fetcher::new(&HttpParts { token: "t".into(), api_url, connect_to, ca_pem, time_out }).unwrap()
    }

    #[test]
    fn only_discords_addresses_are_known() {
        for (url, known) in [
            ("https://cdn.discordapp.com/ephemeral-attachments/1/2/a.toml?ex=1", true),
            ("https://media.discordapp.net/attachments/1/2/a.toml", true),
            ("http://cdn.discordapp.com/a.toml", false),
            ("https://cdn.discordapp.com:8443/a.toml", false),
            ("https://cdn.discordapp.com@example.com/a.toml", false),
            ("https://me:pw@cdn.discordapp.com/a.toml", false),
            ("https://cdn.discordapp.com.example.com/a.toml", false),
            ("https://discordapp.com/a.toml", false),
            ("http://127.0.0.1:7777/a.toml", false),
            ("file:///etc/passwd", false),
            ("", false),
        ] {
            assert_eq!(fetcher(None).knows(url), known, "{url}");
        }
        let there = fetcher(Some("http://127.0.0.1:7777"));
        assert!(there.knows("http://127.0.0.1:7777/ephemeral-attachments/1/a.toml"));
        assert!(!there.knows("http://127.0.0.1:7778/a.toml"));
        assert!(!there.knows("https://127.0.0.1:7777/a.toml"));
        assert!(there.knows("https://cdn.discordapp.com/a.toml"), "a proxy of REST keeps no files");
    }
}
