//! What is wrong with a configuration, said before it bites.

use crate::cli::{Common, MailTo, ServeArgs};
use http::Uri;
use std::path::PathBuf;

/// What is wrong, one plain sentence each. Empty when all is well.
#[must_use]
pub fn faults(common: &Common, serve: &ServeArgs) -> Vec<String> {
    let mut faults = Vec::new();
    let address = common.public_url(Some(serve.addr));
    match public_url(&address) {
        Err(fault) => faults.push(fault),
        Ok(url) => {
            if url.scheme == "http" && !is_loopback_name(&url.host) {
                faults.push(format!(
                    "The public URL {address} must begin with https://, because passwords and records travel over it."
                ));
            }
            if serve.is_demo() && !is_loopback_name(&url.host) {
                faults.push(
                    "A demonstration shows its sign-ins to everybody: its public URL must be a loopback address.".to_owned(),
                );
            }
        }
    }
    if serve.is_demo() && !serve.addr.ip().is_loopback() {
        faults.push(format!(
            "A demonstration shows its sign-ins to everybody: it must listen on a loopback address such as 127.0.0.1, not {}.",
            serve.addr.ip()
        ));
    }
    if !serve.is_demo() && !serve.addr.ip().is_loopback() && serve.mail == MailTo::Log {
        faults.push("Mail goes to the log, so nobody could confirm an email address: set SELFHEAL_MAIL.".to_owned());
    }
    if let Err(fault) = site(serve) {
        faults.push(fault);
    }
    faults
}

/// The parts of the public URL that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// `http` or `https`.
    pub scheme: String,
    /// The host, without its port.
    pub host: String,
}

/// Reads the public URL.
///
/// # Errors
/// One plain sentence when it is not `http(s)://HOST[:PORT]`.
pub fn public_url(text: &str) -> Result<PublicUrl, String> {
    let fault = || format!("The public URL {text:?} must be like https://record.example.org, with no path.");
    let uri: Uri = text.parse().map_err(|_| fault())?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or_else(fault)?;
    let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(fault)?;
    if text.ends_with('/') || uri.path() != "/" || uri.query().is_some() {
        return Err(fault());
    }
    Ok(PublicUrl { scheme: scheme.to_owned(), host: host.to_owned() })
}

fn is_loopback_name(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.ends_with(".localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The folder of the client's files.
///
/// # Errors
/// One plain sentence when it holds no `assets.json`.
pub fn site(serve: &ServeArgs) -> Result<PathBuf, String> {
    let beside = || std::env::current_exe().ok().and_then(|program| program.parent().map(|folder| folder.join("site")));
    let above = || std::env::current_exe().ok().and_then(|program| Some(program.parent()?.parent()?.join("site")));
    let candidates: Vec<PathBuf> = match &serve.site {
        Some(site) => vec![site.clone()],
        None => [beside(), above()].into_iter().flatten().collect(),
    };
    candidates.iter().find(|site| site.join("assets.json").is_file()).cloned().ok_or_else(|| {
        let looked = candidates.iter().map(|site| site.display().to_string()).collect::<Vec<_>>().join(" and ");
        format!(
            "The client's files are not in {looked}: build them with \"cargo xtask build\", or say where they are with --site."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    fn found(args: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("assets.json"), "{}").unwrap();
        let site = folder.path().to_str().unwrap().to_owned();
        let line = ["selfheal", "check", "--site", &site].into_iter().chain(args.split_whitespace());
        let cli = Cli::try_parse_from(line).unwrap();
        let Command::Check(serve) = cli.command else { panic!("check") };
        faults(&cli.common, &serve)
    }

    #[test]
    fn a_configuration_on_this_machine_alone_is_well() {
        assert_eq!(found(""), Vec::<String>::new());
        assert_eq!(found("--demo"), Vec::<String>::new());
    }

    #[test]
    fn a_demonstration_is_refused_on_any_other_address() {
        assert!(found("--demo --addr 0.0.0.0:8080")[0].contains("must listen on a loopback address"));
        assert!(found("--demo --addr [::]:8080")[0].contains("must listen on a loopback address"));
        assert!(found("--demo --public-url https://record.example.org")[0].contains("public URL must be a loopback address"));
        assert_eq!(found("--demo --no-demo --addr 0.0.0.0:80 --public-url https://record.example.org"), Vec::<String>::new());
    }

    #[test]
    fn a_public_url_without_https_is_refused_unless_it_is_loopback() {
        assert!(found("--public-url http://record.example.org")[0].contains("must begin with https://"));
        assert!(found("--public-url record.example.org")[0].contains("must be like"));
        assert!(found("--public-url https://record.example.org/x")[0].contains("no path"));
        assert_eq!(found("--public-url http://[::1]:8080"), Vec::<String>::new());
    }
}
