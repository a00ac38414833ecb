//! A certificate authority of our own, and a certificate for `discord.com`, `localhost` and 127.0.0.1.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Where REST is served over TLS, and whom to trust for it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Options};
///
/// let discord = Discord::start(Options { tls: true, ..Options::default() }).await?;
/// let tls = discord.tls().ok_or("it was asked for")?;
/// let authority = reqwest::Certificate::from_pem(tls.ca_pem.as_bytes())?;
/// let client = reqwest::Client::builder().resolve("discord.com", tls.addr).add_root_certificate(authority);
/// let answer = client.build()?.get("https://discord.com/api/v10/gateway").send().await?;
/// assert_eq!(answer.status(), 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Tls {
    /// The address; connect to it under the name `discord.com` or `localhost`.
    pub addr: SocketAddr,
    /// The authority's certificate, to add to a client's roots.
    pub ca_pem: String,
}

/// What went wrong while making certificates.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Makes an authority and a certificate that it signed.
pub(crate) fn acceptor() -> Result<(TlsAcceptor, String), Failure> {
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.distinguished_name.push(rcgen::DnType::CommonName, "Emulated Discord");
    let authority_key = KeyPair::generate()?;
    let ca_pem = authority.self_signed(&authority_key)?.pem();
    let issuer = Issuer::new(authority, authority_key);
    let names = ["discord.com", "gateway.discord.gg", "localhost", "127.0.0.1"].map(ToOwned::to_owned);
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(names)?.signed_by(&key, &issuer)?;
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)?;
    Ok((TlsAcceptor::from(Arc::new(config)), ca_pem))
}
