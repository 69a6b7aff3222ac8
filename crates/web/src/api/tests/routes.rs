//! The list of all routes, for tests that ask each of them.

use model::IdKind;
use serde_json::{Value, json};

use super::{NOTHING, home};
use crate::testing::TestSite;

/// Every route with a body that is good enough to be let in, but the document itself.
pub(super) fn routes(site: &TestSite) -> Vec<(&'static str, String, Value)> {
    let mut routes = of_the_desk_and_of_sources(site);
    routes.extend(of_the_work_of_the_desk(site));
    let home = home(site, "hospital");
    routes.push(("GET", home.clone(), NOTHING));
    routes.push(("PATCH", home.clone(), json!({})));
    let parts = [of_organisations(site), of_assets(site), of_findings(site)];
    let at_home = parts.into_iter().flatten();
    routes.extend(at_home.map(|(method, path, body)| (method, format!("{home}/{path}"), body)));
    routes
}

fn of_the_desk_and_of_sources(site: &TestSite) -> Vec<(&'static str, String, Value)> {
    let batch = site.site.id(IdKind::Batch, 1);
    let message = site.site.id(IdKind::Notification, 1);
    let source = site.site.id(IdKind::Party, 2);
    vec![
        ("GET", format!("/batches/{batch}"), NOTHING),
        ("GET", format!("/batches/{batch}/verdicts"), NOTHING),
        ("GET", "/batches".into(), NOTHING),
        ("POST", "/batches".into(), json!({})),
        ("GET", "/messages".into(), NOTHING),
        ("GET", format!("/messages/{message}"), NOTHING),
        ("POST", format!("/messages/{message}/_hold"), json!({})),
        ("POST", format!("/messages/{message}/_withhold"), json!({})),
        ("POST", format!("/messages/{message}/_send-again"), NOTHING),
        ("GET", "/calls".into(), NOTHING),
        ("GET", format!("/calls/{message}"), NOTHING),
        ("POST", format!("/calls/{message}/_assign"), json!({})),
        ("GET", format!("/calls/{message}/attempts"), NOTHING),
        ("POST", format!("/calls/{message}/attempts"), json!({})),
        ("GET", "/distribution".into(), NOTHING),
        ("POST", "/distribution/_pause".into(), json!({})),
        ("GET", format!("/messages/{message}/deliveries"), NOTHING),
        ("POST", format!("/batches/{batch}/_retry"), NOTHING),
        ("POST", format!("/batches/{batch}/_replay"), NOTHING),
        ("GET", "/organisations".into(), NOTHING),
        ("POST", "/organisations".into(), json!({})),
        ("GET", "/sources".into(), NOTHING),
        ("GET", format!("/sources/{source}"), NOTHING),
        ("PATCH", format!("/sources/{source}"), json!({})),
        ("POST", "/sources".into(), json!({})),
        ("POST", format!("/sources/{source}/_stop"), json!({})),
        ("POST", format!("/sources/{source}/_propose"), json!({})),
        ("GET", format!("/sources/{source}/quality"), NOTHING),
    ]
}

/// What waits at the desk, and what is its own.
fn of_the_work_of_the_desk(site: &TestSite) -> Vec<(&'static str, String, Value)> {
    let id = |kind| site.site.id(kind, 1);
    let waiting = format!("/queue-items/{}", id(IdKind::Finding));
    let dispute = format!("/disputes/{}", id(IdKind::Dispute));
    let review = format!("/proof-reviews/{}", id(IdKind::ProofReview));
    let version = format!("/advice/{}", id(IdKind::AdviceVersion));
    let programme = format!("/programmes/{}", id(IdKind::Programme));
    vec![
        ("GET", "/queue-items".into(), NOTHING),
        ("GET", waiting.clone(), NOTHING),
        ("POST", format!("{waiting}/_assign"), json!({})),
        ("POST", format!("{waiting}/_decide"), json!({})),
        ("GET", "/disputes".into(), NOTHING),
        ("GET", dispute.clone(), NOTHING),
        ("POST", format!("{dispute}/_decide"), json!({})),
        ("GET", "/proof-reviews".into(), NOTHING),
        ("GET", review.clone(), NOTHING),
        ("GET", format!("{review}/document"), NOTHING),
        ("POST", format!("{review}/_decide"), json!({})),
        ("GET", "/catalogue".into(), NOTHING),
        ("GET", "/catalogue/open-rdp".into(), NOTHING),
        ("GET", "/catalogue/open-rdp/versions".into(), NOTHING),
        ("POST", "/catalogue/open-rdp/drafts".into(), json!({})),
        ("GET", version.clone(), NOTHING),
        ("PUT", version, json!({})),
        ("GET", "/programmes".into(), NOTHING),
        ("GET", programme.clone(), NOTHING),
        ("GET", format!("{programme}/places"), NOTHING),
        ("GET", format!("{programme}/measures"), NOTHING),
        ("GET", format!("{programme}/report"), NOTHING),
        ("GET", "/measures".into(), NOTHING),
        ("GET", "/staff".into(), NOTHING),
        ("POST", "/audit/_search".into(), json!({})),
        ("POST", "/audit/_verify".into(), NOTHING),
    ]
}

fn of_organisations(site: &TestSite) -> Vec<(&'static str, String, Value)> {
    let id = |kind| site.site.id(kind, 1);
    let (contact, person) = (id(IdKind::Contact), id(IdKind::Person));
    let (invitation, mandate) = (id(IdKind::Invitation), id(IdKind::Mandate));
    let (part, key) = (id(IdKind::Party), id(IdKind::ApiKey));
    let (webhook, programme) = (id(IdKind::Webhook), id(IdKind::Programme));
    vec![
        ("POST", "_invite-administrator".into(), json!({})),
        ("GET", "contacts".into(), NOTHING),
        ("POST", "contacts".into(), json!({})),
        ("POST", "contacts/_confirm".into(), NOTHING),
        ("POST", "contacts/_preview".into(), json!({})),
        ("GET", format!("contacts/{contact}"), NOTHING),
        ("PATCH", format!("contacts/{contact}"), json!({})),
        ("DELETE", format!("contacts/{contact}"), NOTHING),
        ("POST", format!("contacts/{contact}/_send-code"), NOTHING),
        ("POST", format!("contacts/{contact}/_check-code"), json!({})),
        ("GET", format!("contacts/{contact}/key"), NOTHING),
        ("PUT", format!("contacts/{contact}/key"), json!({})),
        ("DELETE", format!("contacts/{contact}/key"), NOTHING),
        ("GET", "programmes".into(), NOTHING),
        ("GET", format!("programmes/{programme}"), NOTHING),
        ("GET", "webhooks".into(), NOTHING),
        ("POST", "webhooks".into(), json!({})),
        ("GET", format!("webhooks/{webhook}"), NOTHING),
        ("DELETE", format!("webhooks/{webhook}"), NOTHING),
        ("POST", format!("webhooks/{webhook}/_rotate"), NOTHING),
        ("POST", format!("webhooks/{webhook}/_test"), NOTHING),
        ("POST", format!("webhooks/{webhook}/_resume"), NOTHING),
        ("GET", format!("webhooks/{webhook}/deliveries"), NOTHING),
        ("GET", format!("webhooks/{webhook}/set-aside"), NOTHING),
        ("POST", format!("webhooks/{webhook}/_send-again"), NOTHING),
        ("GET", "members".into(), NOTHING),
        ("GET", format!("members/{person}"), NOTHING),
        ("PATCH", format!("members/{person}"), json!({})),
        ("DELETE", format!("members/{person}"), NOTHING),
        ("GET", "invitations".into(), NOTHING),
        ("POST", "invitations".into(), json!({})),
        ("GET", format!("invitations/{invitation}"), NOTHING),
        ("DELETE", format!("invitations/{invitation}"), NOTHING),
        ("GET", "mandates".into(), NOTHING),
        ("POST", "mandates".into(), json!({})),
        ("GET", format!("mandates/{mandate}"), NOTHING),
        ("DELETE", format!("mandates/{mandate}"), NOTHING),
        ("GET", "customers".into(), NOTHING),
        ("GET", "customers/findings".into(), NOTHING),
        ("POST", "customers/findings/_answer".into(), json!({})),
        ("GET", "sub-organisations".into(), NOTHING),
        ("POST", "sub-organisations".into(), json!({})),
        ("GET", format!("sub-organisations/{part}"), NOTHING),
        ("POST", format!("sub-organisations/{part}/_move"), json!({})),
        ("GET", "profile".into(), NOTHING),
        ("PUT", "profile".into(), json!({})),
        ("GET", "thresholds".into(), NOTHING),
        ("PUT", "thresholds".into(), json!({})),
        ("GET", "legal-classes".into(), NOTHING),
        ("POST", "legal-classes".into(), json!({})),
        ("GET", "leaving".into(), NOTHING),
        ("DELETE", "leaving".into(), NOTHING),
        ("GET", "history".into(), NOTHING),
        ("GET", "keys".into(), NOTHING),
        ("GET", format!("keys/{key}"), NOTHING),
        ("DELETE", format!("keys/{key}"), NOTHING),
    ]
}

fn of_assets(site: &TestSite) -> Vec<(&'static str, String, Value)> {
    let asset = site.site.id(IdKind::Asset, 1);
    let check = site.site.id(IdKind::ProofCheck, 1);
    vec![
        ("GET", "assets".into(), NOTHING),
        ("POST", "assets".into(), json!({})),
        ("PUT", "assets".into(), json!("192.0.2.0/29")),
        ("POST", "assets/_preview".into(), json!("192.0.2.0/29")),
        ("POST", "assets/_change".into(), json!({})),
        ("POST", "assets/_import".into(), json!({})),
        ("POST", "assets/_search".into(), json!({})),
        ("POST", "assets/_confirm".into(), NOTHING),
        ("GET", "asset-groups".into(), NOTHING),
        ("GET", format!("assets/{asset}/proof"), NOTHING),
        ("POST", format!("assets/{asset}/_prove"), NOTHING),
        ("GET", format!("assets/{asset}/security-txt"), NOTHING),
        (
            "POST",
            format!("assets/{asset}/_check-security-txt"),
            NOTHING,
        ),
        ("POST", "assets/_write-security-txt".into(), json!({})),
        ("POST", format!("assets/{asset}/_send-code"), json!({})),
        ("POST", format!("assets/{asset}/_check-code"), json!({})),
        ("POST", format!("assets/{asset}/_ask-review"), json!({})),
        ("POST", "proof-checks".into(), json!({})),
        ("GET", format!("proof-checks/{check}"), NOTHING),
        ("GET", format!("proof-checks/{check}/looks"), NOTHING),
        ("GET", format!("assets/{asset}"), NOTHING),
        ("PATCH", format!("assets/{asset}"), json!({})),
        ("DELETE", format!("assets/{asset}"), NOTHING),
    ]
}

fn of_findings(site: &TestSite) -> Vec<(&'static str, String, Value)> {
    let finding = site.site.id(IdKind::Finding, 1);
    let message = site.site.id(IdKind::Notification, 1);
    let list = site.site.id(IdKind::CustomerList, 1);
    let link = site.site.id(IdKind::AnswerLink, 1);
    vec![
        ("GET", "findings".into(), NOTHING),
        ("POST", "findings/_search".into(), json!({})),
        ("POST", "findings/_export".into(), json!({})),
        ("POST", "findings/_answer".into(), json!({})),
        ("GET", format!("findings/{finding}"), NOTHING),
        ("GET", format!("findings/{finding}/answers"), NOTHING),
        ("GET", format!("findings/{finding}/history"), NOTHING),
        ("POST", format!("findings/{finding}/_forward"), json!({})),
        ("GET", format!("findings/{finding}/links"), NOTHING),
        (
            "DELETE",
            format!("findings/{finding}/links/{link}"),
            NOTHING,
        ),
        ("GET", "messages".into(), NOTHING),
        ("GET", format!("messages/{message}"), NOTHING),
        ("DELETE", format!("messages/{message}/link"), NOTHING),
        ("GET", format!("messages/{message}/judgement"), NOTHING),
        ("POST", format!("messages/{message}/_judge"), json!({})),
        ("GET", "changes".into(), NOTHING),
        ("GET", "customer-lists".into(), NOTHING),
        ("POST", "customer-lists".into(), json!({})),
        ("GET", format!("customer-lists/{list}"), NOTHING),
        ("GET", format!("customer-lists/{list}/not-taken"), NOTHING),
    ]
}
