//! A site for one test, and browsers that ask it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use model::{Language, OrganisationRole, StaffRole};
use store::{NewSession, Store};
use testkit::Desk;
use tower::ServiceExt;

use crate::visitor::{fresh_token, token_digest};
use crate::{Health, Site, SiteOptions, router};

/// Pages of a whole installation, whose clock stands at [`testkit::now`].
pub(crate) struct TestSite {
    pub(crate) desk: Desk,
    pub(crate) site: Site,
    pages: Router,
    runtime: tokio::runtime::Runtime,
}

impl TestSite {
    /// On the embedded engine.
    pub(crate) fn new() -> Self {
        Self::over(Desk::embedded())
    }

    /// Over an installation.
    pub(crate) fn over(desk: Desk) -> Self {
        Self::with(desk, |_| {})
    }

    /// Over an installation, with other options than usual.
    pub(crate) fn with(desk: Desk, change: impl FnOnce(&mut SiteOptions)) -> Self {
        let store = desk.flow.store.clone();
        let mut options = SiteOptions {
            id_key: store.read(|tx| tx.installation()).unwrap().id_key,
            store,
            now: std::sync::Arc::new(testkit::now),
            origin: "http://localhost:8080".parse().unwrap(),
            skin: None,
        };
        change(&mut options);
        let site = Site::new(options);
        let pages = router(Health::new([], std::collections::BTreeMap::new), &site);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        Self {
            desk,
            site,
            pages,
            runtime: runtime.unwrap(),
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.desk.flow.store
    }

    /// A browser of somebody who did not sign in.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser {
            site: self,
            cookies: Vec::new(),
        }
    }

    /// Somebody who may sign in and has no role anywhere yet.
    pub(crate) fn person(&self, email: &str) -> i64 {
        let email = email.parse().unwrap();
        let added = self
            .store()
            .write(|tx| tx.add_person(&email, "Sam Visser", Some(Language::En), testkit::now()));
        added.unwrap()
    }

    /// Makes the person a member of the organisation with this reference.
    pub(crate) fn join(&self, person_no: i64, reference: &str, role: OrganisationRole) {
        let joined = self.store().write(|tx| {
            let party_no = tx
                .party_no(reference)?
                .expect("the register has the organisation");
            tx.put_membership(person_no, party_no, role, "test", testkit::now())
        });
        assert!(joined.unwrap());
    }

    /// Gives the person a role at the desk.
    pub(crate) fn employ(&self, person_no: i64, role: StaffRole) {
        let given = self
            .store()
            .write(|tx| tx.give_staff_role(person_no, role, "test", testkit::now()));
        assert!(given.unwrap());
    }

    /// A browser in which the person signed in just now.
    pub(crate) fn signed_in(&self, person_no: i64) -> Browser<'_> {
        let token = fresh_token();
        let session = NewSession {
            digest: token_digest(&token),
            person_no,
            method: "passkey",
            browser: "test",
        };
        self.store()
            .write(|tx| tx.open_session(&session, testkit::now()))
            .unwrap();
        Browser {
            site: self,
            cookies: vec![("session".to_owned(), token)],
        }
    }
}

/// Asks pages and keeps the cookies that it gets.
pub(crate) struct Browser<'s> {
    site: &'s TestSite,
    cookies: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Where it sends the browser; empty where it does not.
    pub(crate) fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Browser<'_> {
    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).unwrap())
    }

    /// Sends a form, as a page of the site would.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.ask(request.body(Body::from(form)).unwrap())
    }

    /// Sends any request, with the cookies.
    pub(crate) fn ask(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request
                .headers_mut()
                .insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let pages = self.site.pages.clone();
        let (parts, body) = self.site.runtime.block_on(async {
            let (parts, body) = pages.oneshot(request).await.unwrap().into_parts();
            (parts, body.collect().await.unwrap().to_bytes())
        });
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(kept, _)| kept != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}
