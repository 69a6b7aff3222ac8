//! Who asks: anybody, somebody who signed in, a member of an organisation, or staff of the desk.
//!
//! A middleware recognises the visitor once per request, from the cookie of the session; the extractors here say in a
//! handler's signature who may come in. Read [`Member`] and [`Staff`] first.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use model::{IdKind, Language, OrganisationRole, StaffRole, Timestamp, Zone};
use rules::access::{Deed, DeskDeed, Standing, staff_may};
use serde::Serialize;
use store::{Desks, Mandate, Membership, Person, Session, TOUCH_INTERVAL_MICROS};
use uuid::Uuid;

use crate::acting::Acting;
use crate::page::{SentBy, sender_mark};
use crate::refusal::Refusal;
use crate::site::{Site, seeing, zone_of};

/// The cookie that holds the token of the session. Where pages are encrypted, its name keeps it to this host (RFC 6265bis).
pub(crate) fn session_cookie(site: &Site) -> &'static str {
    if site.is_encrypted() {
        "__Host-session"
    } else {
        "session"
    }
}

/// A session that was not used for this long has ended.
const SESSION_IDLE_MAX: Duration = Duration::from_secs(60 * 60);

/// A session has ended after this time, however busy it was.
const SESSION_LENGTH_MAX: Duration = Duration::from_secs(12 * 60 * 60);

/// How long ago the person must have shown a strong factor to do something dangerous.
pub(crate) const PROOF_AGE_MAX: Duration = Duration::from_secs(10 * 60);

/// Whoever asks. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) language: Language,
    /// `light` or `dark`; empty: what the browser prefers.
    pub(crate) theme: &'static str,
    /// Zone of the desk, in which times are shown.
    pub(crate) zone: Zone,
    /// Name of the desk.
    pub(crate) desk_name: String,
    /// Of which desks the pages of the desk show what belongs to a desk.
    pub(crate) desks: Desks,
    /// Path of the request, without its query.
    pub(crate) path: String,
    pub(crate) signed_in: Option<Arc<SignedIn>>,
    /// The person whose session this was, where it ended by its age.
    pub(crate) formerly: Option<i64>,
}

impl Visitor {
    /// Somebody of whom nothing is known, because the store did not answer.
    pub(crate) fn unknown() -> Self {
        Self {
            language: Language::Nl,
            theme: "",
            zone: Zone::UTC,
            desk_name: String::new(),
            desks: Desks::Only(Vec::new()),
            path: "/".to_owned(),
            signed_in: None,
            formerly: None,
        }
    }
}

/// Somebody who signed in.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) person: Person,
    pub(crate) session: Session,
    pub(crate) staff_roles: Vec<StaffRole>,
    pub(crate) memberships: Vec<Membership>,
}

impl SignedIn {
    /// Who acts, for the audit log: no name, no address.
    pub(crate) fn actor(&self, site: &Site) -> String {
        format!("person {}", site.id(IdKind::Person, self.person.person_no))
    }

    /// Refuses where the person has not shown a strong factor for a while.
    pub(crate) fn must_have_proved(&self, now: Timestamp) -> Result<(), Refusal> {
        if is_older(self.session.proved_at, PROOF_AGE_MAX, now) {
            return Err(Refusal::Prove);
        }
        Ok(())
    }
}

/// Anybody who signed in, whatever for.
#[derive(Clone)]
pub(crate) struct Somebody {
    pub(crate) visitor: Visitor,
    pub(crate) who: Arc<SignedIn>,
}

/// Somebody who may act for the organisation that the path names (`/organisations/{organisation}/...`).
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) visitor: Visitor,
    pub(crate) who: Arc<SignedIn>,
    pub(crate) party_no: i64,
    /// Public id of the organisation.
    pub(crate) party_id: Uuid,
    pub(crate) party_name: String,
    pub(crate) standing: Standing,
}

impl Member {
    /// Begin of the addresses of the organisation's pages.
    pub(crate) fn home(&self) -> String {
        format!("/organisations/{}", self.party_id)
    }

    /// The organisation as the audit log names it. What is recorded under it, its members can read.
    pub(crate) fn subject(&self) -> String {
        format!("party {}", self.party_id)
    }

    /// Who acts, for what pages and programs do in one way.
    pub(crate) fn acting(&self, site: &Site) -> Acting {
        Acting {
            party_no: self.party_no,
            actor: self.who.actor(site),
            subject: self.subject(),
        }
    }

    /// What the person is in the organisation by whose right it acts: this one, or the one with the mandate.
    pub(crate) fn role(&self) -> OrganisationRole {
        match self.standing {
            Standing::Member(role) | Standing::Mandate { role, .. } => role,
        }
    }

    /// Refuses what the member's role or mandate does not cover.
    pub(crate) fn must_be_allowed(&self, deed: Deed) -> Result<(), Refusal> {
        if self.standing.may(deed) {
            Ok(())
        } else {
            Err(Refusal::Forbidden)
        }
    }
}

/// Somebody with a role at the desk.
#[derive(Clone)]
pub(crate) struct Staff {
    pub(crate) visitor: Visitor,
    pub(crate) who: Arc<SignedIn>,
}

impl Staff {
    /// Refuses what none of the roles covers.
    pub(crate) fn must_be_allowed(&self, deed: DeskDeed) -> Result<(), Refusal> {
        if self.may(deed) {
            Ok(())
        } else {
            Err(Refusal::Forbidden)
        }
    }

    /// Whether one of the roles covers this. The audit log has the acts of all desks, and is for who works at each.
    pub(crate) fn may(&self, deed: DeskDeed) -> bool {
        may_at(&self.visitor.desks, &self.who.staff_roles, deed)
    }

    /// Refuses who does not work at every desk: what is asked was counted over all of them together.
    pub(crate) fn must_work_everywhere(&self) -> Result<(), Refusal> {
        match self.visitor.desks.is_all() {
            true => Ok(()),
            false => Err(Refusal::Forbidden),
        }
    }
}

/// Whether somebody who works at these desks with these roles may do this.
pub(crate) fn may_at(desks: &Desks, roles: &[StaffRole], deed: DeskDeed) -> bool {
    staff_may(roles, deed) && (deed != DeskDeed::ReadAudit || desks.is_all())
}

/// The digest under which the store knows a token: of a session, an invitation, an answer link.
#[must_use]
pub fn token_digest(token: &str) -> [u8; 32] {
    *blake3::hash(token.as_bytes()).as_bytes()
}

/// A token that nobody can guess: 256 random bits as 64 hexadecimal digits.
pub(crate) fn fresh_token() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    blake3::Hash::from_bytes(bytes).to_hex().to_string()
}

/// Middleware: recognises the visitor and notes that the session was used.
pub(crate) async fn recognise(
    State(site): State<Site>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let jar = CookieJar::from_headers(request.headers());
    let token = jar
        .get(session_cookie(&site))
        .map(|cookie| token_digest(cookie.value()));
    let now = site.now();
    let (desks, works_at, signed_in, formerly) = site
        .read(move |tx| {
            let desks = tx.desks()?;
            let nowhere = Desks::Only(Vec::new());
            let Some(digest) = token else {
                return Ok((desks, nowhere, None, None));
            };
            let Some(session) = tx.session(&digest)? else {
                return Ok((desks, nowhere, None, None));
            };
            if !is_open(&session, now) {
                return Ok((desks, nowhere, None, Some(session.person_no)));
            }
            let Some(person) = tx.person(session.person_no)? else {
                return Ok((desks, nowhere, None, None));
            };
            let works_at = match desks.len() {
                // Who has a role works there.
                0 | 1 => Desks::All,
                _ => {
                    let all: Vec<i64> = desks.iter().map(|desk| desk.desk_no).collect();
                    let own = tx.desks_of_person(person.person_no)?;
                    Desks::of(own.into_iter().collect(), &all)
                }
            };
            let signed_in = SignedIn {
                staff_roles: tx.staff_roles(person.person_no)?,
                memberships: tx.memberships_of(person.person_no)?,
                person,
                session,
            };
            Ok((desks, works_at, Some(Arc::new(signed_in)), None))
        })
        .await?;
    if let Some(who) = &signed_in {
        touch(&site, &who.session, now);
    }
    let known = signed_in.as_ref().and_then(|who| who.person.language);
    let chosen = jar
        .get("language")
        .and_then(|cookie| cookie.value().parse().ok());
    let visitor = Visitor {
        language: known
            .or(chosen)
            .unwrap_or_else(|| asked_language(request.headers())),
        theme: match jar.get("theme").map(|cookie| cookie.value()) {
            Some("light") => "light",
            Some("dark") => "dark",
            _ => "",
        },
        zone: zone_of(&desks),
        desk_name: desks
            .into_iter()
            .next()
            .map(|desk| desk.name)
            .unwrap_or_default(),
        desks: works_at,
        path: request.uri().path().to_owned(),
        signed_in,
        formerly,
    };
    let sent_by = request.extensions().get::<SentBy>();
    let is_others = sent_by
        .zip(visitor.signed_in.as_ref())
        .is_some_and(|(by, who)| by.0 != sender_mark(&site, who.person.person_no));
    let mut response = if is_others {
        Refusal::OtherSender.into_response()
    } else {
        request.extensions_mut().insert(visitor.clone());
        let seen = match visitor.signed_in.is_some() && is_of_desk(&visitor.path) {
            true => visitor.desks.clone(),
            // Organisations are told by all desks; whoever did not sign in is shown no page of a desk.
            false => Desks::All,
        };
        seeing(seen, async {
            match site.must_see(&visitor.path).await {
                Ok(()) => next.run(request).await,
                Err(refusal) => refusal.into_response(),
            }
        })
        .await
    };
    // For whoever writes the page of an error.
    response.extensions_mut().insert(visitor);
    Ok(response)
}

/// Whether a page is one of the desk.
fn is_of_desk(path: &str) -> bool {
    path.strip_prefix("/desk")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn touch(site: &Site, session: &Session, now: Timestamp) {
    if now.micros() - session.used_at.micros() < TOUCH_INTERVAL_MICROS {
        return;
    }
    let session_no = session.session_no;
    site.note("that a session was used", move |tx| {
        Ok(tx.touch_session(session_no, now)?)
    });
}

/// How long a session lasts from this moment on, in seconds, as pages tell it (requirement AC-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SessionLeft {
    /// Until it ends unless it is used.
    pub(crate) idle: i64,
    /// Until it ends in any case.
    pub(crate) length: i64,
}

impl SessionLeft {
    /// What is left of a session that is used at this moment.
    pub(crate) fn of(session: &Session, now: Timestamp) -> Self {
        let left = |most: Duration, since: i64| (most.as_secs() as i64 - since).max(0);
        // A use soon after the last one is not kept.
        let is_noted = now.micros() - session.used_at.micros() >= TOUCH_INTERVAL_MICROS;
        let unused = match is_noted {
            true => 0,
            false => now.seconds_since(session.used_at).max(0),
        };
        Self {
            idle: left(SESSION_IDLE_MAX, unused),
            length: left(SESSION_LENGTH_MAX, now.seconds_since(session.opened_at)),
        }
    }
}

/// Whether a session of the store still counts.
pub(crate) fn is_open(session: &Session, now: Timestamp) -> bool {
    !is_older(session.used_at, SESSION_IDLE_MAX, now)
        && !is_older(session.opened_at, SESSION_LENGTH_MAX, now)
}

/// Whether a moment is longer ago than this.
fn is_older(moment: Timestamp, age_max: Duration, now: Timestamp) -> bool {
    u128::try_from(now.micros() - moment.micros()).is_ok_and(|age| age > age_max.as_micros())
}

/// The first of our languages that the browser asks for; Dutch where it asks for neither.
fn asked_language(headers: &HeaderMap) -> Language {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let mut tags = asked.unwrap_or_default().split(',').map(str::trim);
    tags.find_map(|tag| match tag.get(..2)?.to_ascii_lowercase().as_str() {
        "nl" => Some(Language::Nl),
        "en" => Some(Language::En),
        _ => None,
    })
    .unwrap_or(Language::Nl)
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Refusal> {
        // Every page is behind the middleware; a route that is not is a fault of ours.
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(Refusal::Panicked)
    }
}

impl FromRequestParts<Site> for Somebody {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Refusal> {
        let visitor = Visitor::from_request_parts(parts, site).await?;
        let who = visitor.signed_in.clone().ok_or(Refusal::SignIn)?;
        Ok(Self { visitor, who })
    }
}

impl FromRequestParts<Site> for Staff {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Refusal> {
        let visitor = Visitor::from_request_parts(parts, site).await?;
        let who = visitor.signed_in.clone().ok_or(Refusal::SignIn)?;
        if who.staff_roles.is_empty() {
            // Whether there is a desk here is nobody's business.
            return Err(Refusal::NotFound);
        }
        Ok(Self { visitor, who })
    }
}

impl FromRequestParts<Site> for Member {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Refusal> {
        let visitor = Visitor::from_request_parts(parts, site).await?;
        let who = visitor.signed_in.clone().ok_or(Refusal::SignIn)?;
        let path = RawPathParams::from_request_parts(parts, site)
            .await
            .map_err(|_| Refusal::NotFound)?;
        let party_id = path
            .iter()
            .find(|(name, _)| *name == "organisation")
            .map(|(_, value)| value);
        let party_id: Uuid = party_id
            .and_then(|id| id.parse().ok())
            .ok_or(Refusal::NotFound)?;
        let party_no = site.number(IdKind::Party, &party_id)?;
        let own = who.memberships.iter().find(|own| own.party_no == party_no);
        let (party_name, standing) = match own {
            Some(own) => (own.party_name.clone(), Standing::Member(own.role)),
            None => by_mandate(site, &who, party_no).await?,
        };
        Ok(Self {
            visitor,
            who,
            party_no,
            party_id,
            party_name,
            standing,
        })
    }
}

/// The right that a mandate gives to somebody with this role in the organisation that holds it.
pub(crate) fn standing_by(mandate: &Mandate, role: OrganisationRole) -> Standing {
    Standing::Mandate {
        role,
        may_answer: mandate.may_answer,
        tlp_max: mandate.tlp_max,
        group_no: mandate.group_no,
    }
}

/// Asked anew for each request, so that a revoked mandate ends at once. Whoever belongs to several organisations that have
/// one acts by that which allows most.
async fn by_mandate(
    site: &Site,
    who: &SignedIn,
    party_no: i64,
) -> Result<(String, Standing), Refusal> {
    let (person_no, now) = (who.person.person_no, site.now());
    let mandates = site
        .read(move |tx| Ok(tx.mandates_between(person_no, party_no)?))
        .await?;
    let standing = |mandate: &Mandate| {
        let mut own = who.memberships.iter();
        let holder = own.find(|own| own.party_no == mandate.holder_no);
        standing_by(
            mandate,
            holder.map_or(OrganisationRole::Reader, |own| own.role),
        )
    };
    let held = mandates.into_iter().filter(|held| held.holds_at(now));
    let widest = held.max_by_key(|held| {
        let may_answer = standing(held).may(Deed::AnswerFindings);
        (held.group_no.is_none(), may_answer, held.tlp_max)
    });
    let mandate = widest.ok_or(Refusal::NotFound)?;
    Ok((mandate.party_name.clone(), standing(&mandate)))
}
