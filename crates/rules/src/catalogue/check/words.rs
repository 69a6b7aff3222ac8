//! Words that a reader should not meet, and how words and sentences are counted.

use model::Language;

/// Words that somebody without technical knowledge need not know, in either language.
const JARGON: &str = "\
    afp, allowlist, amplifier, amqp, api, asn, backdoor, backdoors, bgp, blacklist, bmc, \
    botnet, broker, brute, c2, cidr, cipher, cli, cluster, container, containers, credential, \
    cve, daemon, ddos, debug, dmz, dns, docker, edr, endpoint, endpoints, exfiltration, \
    exploit, firewall, firmware, ftp, gateway, gre, gui, hash, hashes, honeypot, host, http, \
    https, hypervisor, ics, ike, imap, indicator, indicators, infostealer, ioc, iot, ipmi, \
    ipsec, kubernetes, lan, lateral, ldap, log, logs, loopback, malware, mdns, mfa, mqtt, nat, \
    netwerkscan, nfs, nosql, ntp, patch, payload, phishing, plc, pop3, protocol, proxies, \
    proxy, quic, ransomware, rce, rdp, resolver, root, rootkit, router, rsync, scada, script, \
    server, sftp, shell, siem, sinkhole, sip, smb, smtp, snmp, soc, spoof, spoofing, sql, ssdp, \
    ssh, ssl, subnet, tcp, telnet, tftp, tls, token, trojan, ttp, tunnel, tunnels, udp, upnp, \
    url, vlan, vnc, voip, wan, webshell, webshells, whitelist, zero-day, zeroday";

/// The same, in Dutch only.
const JARGON_NL: &str = "\
    amplificatie, authenticatie, bandbreedte, commandolijn, compromitt, configuratie, \
    configureer, domeincontroller, gecompromitteerd, infrastructuur, ip-adres, kwetsbaar, \
    kwetsbaarheden, kwetsbaarheid, kwetsbare, logbestand, logbestanden, mitigatie, mitigeer, \
    poort, poorten, servers, subnetwerk, toegangscontrole, versleutelingsprotocol";

/// The same, in English only.
const JARGON_EN: &str = "\
    amplification, authentication, bandwidth, command-line, compromised, configuration, \
    configure, hosts, infrastructure, ip address, mitigat, port, ports, remediat, \
    vulnerabilities, vulnerability, vulnerable, whitelisted";

/// Phrases that tell a reader to pass the message on. The marking may forbid that, so only the message itself says it.
const PASS_ON: &[&str] = &[
    "stuur dit bericht",
    "bericht mee",
    "send this message",
    "message along",
    "forward",
];

/// What holds `forward` and means something else.
const HARMLESS_FORWARDS: &[&str] = &["port forward", "port-forward", "forwarding"];

/// Words that address a reader.
const ADDRESSING: &[&str] = &["u", "uw", "you", "your", "yours", "jij", "je", "jouw"];

/// The words of a text that an entrepreneur should not have to know.
pub(super) fn jargon_in(text: &str, language: Language) -> Vec<&'static str> {
    let of_language = match language {
        Language::Nl => JARGON_NL,
        Language::En => JARGON_EN,
    };
    let all = JARGON.split(',').chain(of_language.split(','));
    all.map(str::trim)
        .filter(|word| has_word(text, word))
        .collect()
}

/// The word with which a text addresses somebody.
pub(super) fn addressing_in(text: &str) -> Option<&'static str> {
    let mut all = ADDRESSING.iter().copied();
    all.find(|word| has_word(text, word))
}

/// The phrase with which a text tells its reader to pass the message on.
pub(super) fn passing_on_in(text: &str) -> Option<&'static str> {
    let lower = HARMLESS_FORWARDS
        .iter()
        .fold(text.to_lowercase(), |text, harmless| {
            text.replace(harmless, "")
        });
    let mut all = PASS_ON.iter().copied();
    all.find(|phrase| lower.contains(phrase))
}

/// Whether a word of the text is the word given, or begins with it if it is long enough to be unmistakable.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    if word.contains(' ') {
        return text.contains(word);
    }
    text.split(|character: char| !character.is_alphanumeric() && character != '-')
        .any(|it| it == word || (word.len() > 4 && it.starts_with(word)))
}

/// A text without its commands: those have full stops and words of their own.
pub(super) fn prose(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// The sentences of a text, without commands.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let ends = prose(text)
        .replace(". ", ".\n")
        .replace("? ", "?\n")
        .replace("! ", "!\n");
    ends.lines()
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Words of a sentence.
pub(super) fn word_count(sentence: &str) -> usize {
    sentence.split_whitespace().count()
}
