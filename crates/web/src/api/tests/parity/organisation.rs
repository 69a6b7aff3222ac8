//! Forms of the pages of an organisation.

use super::Program::{Does, DoesBut, Leaves};
use super::Row;

/// Those who may do everything.
const ADMINISTRATORS: &str = "make or end administrators";

/// What a program is known by.
const KEYS: &str = "make keys, since whoever stole a key could then keep the organisation";

/// The end of it all.
const LEAVING: &str = "ask to leave, since that takes two people or time";

/// An agreement.
const SIGNING: &str = "sign agreements";

/// What an organisation says of itself in a programme.
const DECLARING: &str = "report for a programme what changed, and leave it, which a person declares in the name of the organisation";

/// A mailbox that somebody reads.
const MAILBOX: &str = "prove the mailbox of a programme";

/// What somebody thinks.
const WORDS: &str = "write in its evaluations, complain and suggest, which are words of people";

/// What is looked at by a person of the desk.
const DOCUMENTS: &str = "upload documents, which a person answers for";

pub(super) const FORMS: &[Row] = &[
    (
        "/organisations/{organisation}/assets/bulk",
        Does(&["changeAssets", "beginProofCheck"]),
    ),
    (
        "/organisations/{organisation}/assets/bulk/apply",
        Does(&["changeAssets", "beginProofCheck"]),
    ),
    (
        "/organisations/{organisation}/assets/bulk/records",
        Does(&["getProof"]),
    ),
    (
        "/organisations/{organisation}/assets/confirm",
        Does(&["confirmAssets"]),
    ),
    (
        "/organisations/{organisation}/assets/imports",
        Does(&["previewAssetList"]),
    ),
    (
        "/organisations/{organisation}/assets/imports/{import}",
        Does(&["replaceAssets", "importAssets"]),
    ),
    (
        "/organisations/{organisation}/assets/imports/{import}/discard",
        Does(&["previewAssetList"]),
    ),
    (
        "/organisations/{organisation}/assets/new",
        Does(&["addAsset"]),
    ),
    (
        "/organisations/{organisation}/assets/search",
        Does(&["searchAssets"]),
    ),
    (
        "/organisations/{organisation}/assets/{asset}",
        Does(&["changeAsset"]),
    ),
    (
        "/organisations/{organisation}/assets/{asset}/document",
        Leaves(DOCUMENTS),
    ),
    (
        "/organisations/{organisation}/assets/{asset}/prove",
        Does(&["proveAsset"]),
    ),
    (
        "/organisations/{organisation}/assets/{asset}/prove/code",
        Does(&["checkProofCode"]),
    ),
    (
        "/organisations/{organisation}/assets/{asset}/prove/mail",
        Does(&["sendProofCode"]),
    ),
    (
        "/organisations/{organisation}/assets/{asset}/review",
        Does(&["askProofReview"]),
    ),
    (
        "/organisations/{organisation}/contacts",
        Does(&["addContact", "changeContact"]),
    ),
    (
        "/organisations/{organisation}/contacts/code",
        Does(&["sendContactCode", "checkContactCode"]),
    ),
    (
        "/organisations/{organisation}/contacts/confirm",
        Does(&["confirmContacts"]),
    ),
    (
        "/organisations/{organisation}/contacts/{contact}/key",
        Does(&["putContactKey"]),
    ),
    (
        "/organisations/{organisation}/contacts/{contact}/key/remove",
        Does(&["removeContactKey"]),
    ),
    (
        "/organisations/{organisation}/contacts/{contact}/remove",
        Does(&["closeContact"]),
    ),
    (
        "/organisations/{organisation}/customers/findings/bulk",
        Does(&["answerFindingsOfCustomers"]),
    ),
    (
        "/organisations/{organisation}/findings/bulk",
        Does(&["answerFindings"]),
    ),
    (
        "/organisations/{organisation}/findings/bulk/apply",
        Does(&["answerFindings"]),
    ),
    (
        "/organisations/{organisation}/findings/customers",
        Does(&["addCustomerList"]),
    ),
    (
        "/organisations/{organisation}/findings/preview",
        Does(&["previewContacts"]),
    ),
    (
        "/organisations/{organisation}/findings/search",
        Does(&["searchFindings"]),
    ),
    (
        "/organisations/{organisation}/findings/{finding}",
        Does(&["answerFindings"]),
    ),
    (
        "/organisations/{organisation}/findings/{finding}/assign",
        Does(&["answerFindings"]),
    ),
    (
        "/organisations/{organisation}/findings/{finding}/forward",
        Does(&["forwardFinding"]),
    ),
    (
        "/organisations/{organisation}/findings/{finding}/links/{link}/end",
        Does(&["endFindingLink"]),
    ),
    (
        "/organisations/{organisation}/findings/{finding}/message-links/{message}/end",
        Does(&["endMessageLink"]),
    ),
    (
        "/organisations/{organisation}/findings/{finding}/remember",
        Does(&["putProfile"]),
    ),
    (
        "/organisations/{organisation}/findings/{finding}/useful",
        Does(&["judgeMessage"]),
    ),
    (
        "/organisations/{organisation}/invitations/{invitation}/withdraw",
        DoesBut(&["withdrawInvitation"], ADMINISTRATORS),
    ),
    ("/organisations/{organisation}/keys", Leaves(KEYS)),
    (
        "/organisations/{organisation}/keys/{key}/end",
        Does(&["endKey"]),
    ),
    (
        "/organisations/{organisation}/mandates",
        Does(&["giveMandate"]),
    ),
    (
        "/organisations/{organisation}/mandates/{mandate}/revoke",
        Does(&["revokeMandate"]),
    ),
    (
        "/organisations/{organisation}/members",
        DoesBut(&["invitePerson"], ADMINISTRATORS),
    ),
    (
        "/organisations/{organisation}/members/{person}",
        DoesBut(&["changeMember", "endMember"], ADMINISTRATORS),
    ),
    (
        "/organisations/{organisation}/profile",
        Does(&["changeOrganisation"]),
    ),
    (
        "/organisations/{organisation}/profile/leave",
        DoesBut(&["stopLeaving"], LEAVING),
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/agreement",
        Leaves(SIGNING),
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/change",
        Leaves(DECLARING),
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/decline",
        Leaves(DECLARING),
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/evaluations/{evaluation}",
        Leaves(WORDS),
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/evaluations/{evaluation}/coming",
        Leaves(WORDS),
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/leave",
        Leaves(DECLARING),
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/mailbox",
        Leaves(MAILBOX),
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/mailbox/code",
        Leaves(MAILBOX),
    ),
    (
        "/organisations/{organisation}/security-txt/new",
        Does(&["writeSecurityTxt"]),
    ),
    (
        "/organisations/{organisation}/security-txt/{asset}/check",
        Does(&["checkSecurityTxt"]),
    ),
    (
        "/organisations/{organisation}/sub-organisations",
        Does(&["addPart"]),
    ),
    (
        "/organisations/{organisation}/sub-organisations/move",
        Does(&["moveAssets"]),
    ),
    (
        "/organisations/{organisation}/suppliers",
        Does(&["putProfile"]),
    ),
    (
        "/organisations/{organisation}/suppliers/care",
        Does(&["putProfile"]),
    ),
    (
        "/organisations/{organisation}/suppliers/products",
        Does(&["putProfile"]),
    ),
    (
        "/organisations/{organisation}/suppliers/products/remove",
        Does(&["putProfile"]),
    ),
    (
        "/organisations/{organisation}/suppliers/remove",
        Does(&["putProfile"]),
    ),
    (
        "/organisations/{organisation}/thresholds",
        Does(&["putThresholds"]),
    ),
    (
        "/organisations/{organisation}/webhooks",
        Does(&["addWebhook"]),
    ),
    (
        "/organisations/{organisation}/webhooks/{webhook}",
        Does(&[
            "removeWebhook",
            "rotateWebhook",
            "testWebhook",
            "resumeWebhook",
            "sendWebhookAgain",
        ]),
    ),
];
