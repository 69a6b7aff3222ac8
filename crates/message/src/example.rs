//! A message about a threat with example data, as its reader would get it: for those who write and review texts.

use formats::shadowserver;
use model::{Role, RsitType, Severity, Timestamp};
use rules::catalogue::Threat;
use rules::message::Example;

/// An example of what an owner is told of a threat, made at this moment. Class, role and severity are those of the report
/// type that brings it.
#[must_use]
pub fn example_of(threat: &Threat, now: Timestamp) -> Example<'_> {
    let (role, rsit, severity) = told_as(threat);
    Example {
        role,
        rsit,
        severity,
        ..Example::of(threat, now)
    }
}

/// As what owners are told of a threat: what the first report type that brings it says, else what its name says.
fn told_as(threat: &Threat) -> (Role, RsitType, Severity) {
    let slug = threat.slug.as_str();
    for report_type in shadowserver::types::ALL {
        for side in report_type.sides {
            let severity = side.severity.unwrap_or(report_type.severity);
            if side.threat == slug {
                return (side.role, side.rsit, severity);
            }
            if let Some(variant) = side.variants.iter().find(|variant| variant.threat == slug) {
                return (variant.role, variant.rsit, severity);
            }
        }
    }
    if slug.starts_with("compromised-") {
        return (Role::Victim, RsitType::SystemCompromise, Severity::Critical);
    }
    let is_victim = slug.starts_with("malware-") || slug.ends_with("-source");
    let role = if is_victim {
        Role::Victim
    } else {
        Role::Target
    };
    (role, RsitType::Undetermined, Severity::Medium)
}
