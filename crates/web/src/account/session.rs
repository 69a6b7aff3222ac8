//! The session of a browser: it begins when somebody signed in, and goes on under another token after each proof.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use model::{Language, Timestamp};
use rules::message::time_in_words;
use serde_json::json;
use store::{NewServiceMail, NewSession, Person, Tx};

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{SessionLeft, Somebody, fresh_token, session_cookie, token_digest};

/// Begins a session in a transaction; gives the token for the cookie.
pub(super) fn open(
    tx: &mut Tx<'_>,
    person_no: i64,
    method: &str,
    browser: &str,
    now: Timestamp,
) -> Result<String, Refusal> {
    let token = fresh_token();
    let session = NewSession {
        digest: token_digest(&token),
        person_no,
        method,
        browser,
    };
    tx.open_session(&session, now)?;
    Ok(token)
}

/// Notes a proof, and gives the token under which the session goes on.
pub(super) fn prove(
    tx: &mut Tx<'_>,
    session_no: i64,
    method: &str,
    now: Timestamp,
) -> Result<String, Refusal> {
    let token = fresh_token();
    tx.prove_session(session_no, &token_digest(&token), method, now)?;
    Ok(token)
}

/// A cookie that no script reads and no other site sends along with a form.
pub(super) fn cookie(site: &Site, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(site.is_encrypted())
        .same_site(SameSite::Lax)
        .build()
}

/// Puts the token of a session into the browser.
pub(super) fn keep(site: &Site, jar: CookieJar, token: String) -> CookieJar {
    jar.add(cookie(site, session_cookie(site), token))
}

/// `POST /account/stay`: uses the session, and says how long it lasts. The script of the pages asks when its reader wants that.
pub(super) async fn stay(State(site): State<Site>, somebody: Somebody) -> Json<SessionLeft> {
    Json(SessionLeft::of(&somebody.who.session, site.now()))
}

/// Takes it away again.
pub(super) fn drop(site: &Site, jar: CookieJar) -> CookieJar {
    let mut gone = cookie(site, session_cookie(site), String::new());
    gone.make_removal();
    jar.add(gone)
}

/// Leaves a mail that says what changed in how a person signs in.
pub(super) fn tell_change(
    tx: &mut Tx<'_>,
    site: &Site,
    person: &Person,
    what: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let desks = tx.desks()?;
    let language = desks.first().map_or(Language::Nl, |desk| desk.language);
    let language = person.language.unwrap_or(language);
    let at = time_in_words(now, &crate::site::zone_of(&desks), language);
    let facts = json!({ "what": what, "at": at }).to_string();
    let mail = NewServiceMail {
        kind: "sign-in-changed",
        to: &person.email,
        language,
        facts: &facts,
    };
    tx.add_service_mail(&mail, now)?;
    let id = format!(
        "person {}",
        site.id(model::IdKind::Person, person.person_no)
    );
    tx.record(now, &id, what, &id, "")?;
    Ok(())
}

/// Family and system of a browser, for a list that people read. The whole header would recognise a person.
pub(super) fn browser_name(headers: &HeaderMap) -> String {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    // Most call themselves by the names of others too: the order decides.
    let first = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(part, _)| agent.contains(part));
        found.map(|(_, name)| *name)
    };
    let family = first(&[
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    [family, system]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_by_family_and_system_and_nothing_else() {
        for (agent, want) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox, Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
                "Safari, iOS",
            ),
            ("curl/8.0", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, agent.parse().unwrap());
            assert_eq!(browser_name(&headers), want);
        }
    }
}
