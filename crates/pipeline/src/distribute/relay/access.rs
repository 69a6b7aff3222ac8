//! How a relay is reached: its name, encryption, login.

use std::error::Error as _;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    Certificate, SmtpConnection, Tls, TlsParameters, TlsVersion,
};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;

use super::super::in_one_line;
use super::step::{MailStep, Stopped};
use crate::error::FlowError;

/// Where a relay is, and what it wants of us.
pub(super) struct Access {
    pub(super) host: String,
    pub(super) port: u16,
    /// As it is used.
    pub(super) tls: Tls,
    /// The same with no version below TLS 1.3: the library does not say which one it came to.
    pub(super) tls_newest: Tls,
    login: Option<Credentials>,
    timeout: Duration,
}

impl Access {
    /// Reads the settings; see [`super::SmtpRelay::new`].
    pub(super) fn new(
        url: &str,
        login: Option<(String, String)>,
        ca: Option<&[u8]>,
        timeout: Duration,
    ) -> Result<Self, FlowError> {
        if url.contains('@') {
            // Not shown: what stands before the `@` may be a password.
            let text =
                "the mail relay is given as host and port only; the password goes into a file";
            return Err(FlowError::Broken(text.into()));
        }
        let broken =
            |why: String| FlowError::Broken(format!("mail relay `{}`: {why}", url.escape_debug()));
        let (scheme, host, port) = parts(url).map_err(|why| broken(why.into()))?;
        let ca = ca.map(Certificate::from_pem).transpose();
        let ca = ca.map_err(|error| broken(in_one_line(&error)))?;
        let parameters = |least| parameters(host, ca.clone(), least);
        let parameters = |least| parameters(least).map_err(|error| broken(in_one_line(&error)));
        let is_here =
            host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let (tls, usual_port): (fn(TlsParameters) -> Tls, u16) = match scheme {
            "smtps" => (Tls::Wrapper, 465),
            "smtp" if is_here && ca.is_none() => (Tls::Opportunistic, 25),
            "smtp" => (Tls::Required, 587),
            _ => return Err(broken("the scheme must be smtp or smtps".into())),
        };
        Ok(Self {
            host: host.to_owned(),
            port: port.unwrap_or(usual_port),
            tls: tls(parameters(TlsVersion::Tlsv12)?),
            tls_newest: tls(parameters(TlsVersion::Tlsv13)?),
            login: login.map(|(user, password)| Credentials::new(user, password)),
            timeout,
        })
    }

    /// A connection on which the relay waits for a mail.
    pub(super) fn open(&self) -> Result<SmtpConnection, Stopped> {
        let mut connection = self.connect(&self.addresses()?, &self.tls)?;
        self.log_in(&mut connection)?;
        Ok(connection)
    }

    /// Where the name leads.
    pub(super) fn addresses(&self) -> Result<Vec<SocketAddr>, Stopped> {
        let stopped = |why: &str| Stopped::here(MailStep::Name, format!("`{}`: {why}", self.host));
        let found = (self.host.as_str(), self.port).to_socket_addrs();
        let found: Vec<_> = found
            .map_err(|error| stopped(&in_one_line(&error)))?
            .collect();
        match found.is_empty() {
            true => Err(stopped("the name has no address")),
            false => Ok(found),
        }
    }

    /// Connects, hears the greeting, and encrypts as `tls` says.
    pub(super) fn connect(
        &self,
        addresses: &[SocketAddr],
        tls: &Tls,
    ) -> Result<SmtpConnection, Stopped> {
        let name = ClientId::default();
        let wrapper = match tls {
            Tls::Wrapper(parameters) => Some(parameters),
            Tls::None | Tls::Opportunistic(_) | Tls::Required(_) => None,
        };
        let connected =
            SmtpConnection::connect(addresses, Some(self.timeout), &name, wrapper, None);
        let mut connection = connected.map_err(|error| Stopped::at(step_of(&error))(error))?;
        let upgraded = match tls {
            Tls::Opportunistic(parameters) if connection.can_starttls() => {
                connection.starttls(parameters, &name)
            }
            Tls::Required(parameters) => connection.starttls(parameters, &name),
            Tls::None | Tls::Opportunistic(_) | Tls::Wrapper(_) => Ok(()),
        };
        upgraded.map_err(Stopped::at(MailStep::Encryption))?;
        Ok(connection)
    }

    /// Logs in, if a login is set.
    pub(super) fn log_in(
        &self,
        connection: &mut SmtpConnection,
    ) -> Result<Option<Response>, Stopped> {
        let login = self.login.as_ref();
        let answer = login.map(|login| connection.auth(DEFAULT_MECHANISMS, login));
        answer.transpose().map_err(Stopped::at(MailStep::Login))
    }
}

/// Scheme, host and port.
fn parts(url: &str) -> Result<(&str, &str, Option<u16>), &'static str> {
    let (scheme, rest) = url.split_once("://").ok_or("the URL has no scheme")?;
    let rest = rest.trim_end_matches('/');
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let port = port.parse().map_err(|_| "the port is not a number")?;
            (host, Some(port))
        }
        _ => (rest, None),
    };
    let host = host.trim_matches(['[', ']']);
    match host.is_empty() {
        true => Err("the URL has no host"),
        false => Ok((scheme, host, port)),
    }
}

fn parameters(
    host: &str,
    ca: Option<Certificate>,
    least: TlsVersion,
) -> Result<TlsParameters, SmtpError> {
    let mut tls = TlsParameters::builder(host.to_owned()).set_min_tls_version(least);
    if let Some(ca) = ca {
        tls = tls.add_root_certificate(ca);
    }
    tls.build()
}

/// Where connecting failed: the library connects, encrypts and hears the greeting in one go.
fn step_of(error: &SmtpError) -> MailStep {
    let cause = error.source();
    let cause = cause.and_then(|cause| cause.downcast_ref::<io::Error>());
    if error.status().is_some() || error.is_response() {
        MailStep::Greeting
    } else if cause.is_some_and(|cause| cause.kind() == io::ErrorKind::InvalidData) {
        // What rustls does not accept comes as such.
        MailStep::Encryption
    } else {
        MailStep::Connection
    }
}
