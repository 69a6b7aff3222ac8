//! `seinpost key`: keys with which programs ask the API.

use std::io::Write;

use anyhow::Context;
use clap::Subcommand;
use model::{IdKind, KeyKind, PartyRole, Scope, Timestamp};
use rules::access::{key_holds_unasked, key_may_hold};
use serde::Serialize;
use store::{ApiKey, KeyOwner, NewApiKey, StoreError, TransientError, Tx};
use uuid::Uuid;
use web::FreshKey;

use crate::cli::number::within;
use crate::lifecycle::Missing;
use crate::output::{Table, harmless};
use crate::problem::wrong;
use crate::session::{Answer, Session, actor};

const EXAMPLES: &str = "\
Examples:
  seinpost key add --source shadowserver --name \"push from the collector\"
  seinpost key add --desk --scope desk:read --scope desk:write --days 90
  seinpost key add --organisation hospital --scope assets:read
  seinpost key add --desk --at \"Second desk\" --scope desk:read
  seinpost key list
  seinpost key list --organisation hospital
  seinpost key end 6f1c2a9e-7d5b-8e4a-9c0f-6b2d1e8a7c55

The key is shown once and kept nowhere. To replace one, add the next, change the program,
then end the first: both work meanwhile. An organisation can make its own in the portal.";

/// Longest life of a key, in days.
const DAYS_MAX: u16 = 730;

/// Make and end keys of the API: for the desk, for sources and for organisations
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Key {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a key and show it, once
    #[command(after_help = EXAMPLES)]
    Add(Add),
    /// List the keys of the desk and of sources that were not ended, or those of an organisation
    #[command(after_help = EXAMPLES)]
    List {
        /// Of this organisation, by its key in the files of the register
        #[arg(long, value_name = "KEY")]
        organisation: Option<String>,
    },
    /// End a key: it no longer works from this moment on
    #[command(after_help = EXAMPLES)]
    End {
        /// Its id, as the list shows it
        key: Uuid,
    },
}

#[derive(clap::Args)]
struct Add {
    #[command(flatten)]
    owner: Owner,
    /// What it may do [default: read, at the desk without claims, staff and audit log; for a source all that such a key can]
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<Scope>,
    /// With --desk: for the desk of this name; may be given several times [default: the desk made at installation]
    #[arg(long = "at", value_name = "NAME", requires = "desk")]
    at: Vec<String>,
    /// What it is for, for people
    #[arg(long, default_value = "command line", value_name = "TEXT", value_parser = super::person::name)]
    name: String,
    /// Days for which it works
    #[arg(long, default_value_t = 365, value_parser = within(1..=DAYS_MAX))]
    days: u16,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Owner {
    /// For this source, which is made if there is none
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// For this organisation, by its key in the files of the register
    #[arg(long, value_name = "KEY")]
    organisation: Option<String>,
    /// For the desk
    #[arg(long)]
    desk: bool,
}

impl Owner {
    fn kind(&self) -> KeyKind {
        match (&self.organisation, &self.source) {
            (Some(_), _) => KeyKind::Organisation,
            (None, Some(_)) => KeyKind::Source,
            (None, None) => KeyKind::Desk,
        }
    }

    fn find(&self, tx: &mut Tx<'_>, now: Timestamp) -> anyhow::Result<KeyOwner> {
        if let Some(reference) = &self.organisation {
            return Ok(KeyOwner::Organisation(organisation_no(tx, reference)?));
        }
        Ok(match &self.source {
            Some(source) => {
                KeyOwner::Source(tx.ensure_party(source, source, PartyRole::Source, now)?)
            }
            None => KeyOwner::Desk,
        })
    }
}

fn organisation_no(tx: &mut Tx<'_>, reference: &str) -> anyhow::Result<i64> {
    tx.party_no(reference)?.ok_or_else(|| {
        let text = format!(
            "no organisation `{}` is in the register",
            model::shown(reference)
        );
        wrong(text)
            .hint("see `seinpost export organisations`")
            .into()
    })
}

#[derive(Serialize)]
struct AddedView {
    id: Uuid,
    /// As the paths of the API have it.
    organisation: Option<Uuid>,
    key: String,
    expires: String,
}

#[derive(Serialize)]
struct KeyView {
    id: Uuid,
    kind: &'static str,
    owner: String,
    name: String,
    scopes: Vec<Scope>,
    made: String,
    expires: String,
    used: Option<String>,
}

impl Key {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        match self.action {
            Action::Add(add) => add.run(session),
            Action::List { organisation } => list(session, organisation.as_deref()),
            Action::End { key } => end(session, key),
        }
    }
}

impl Add {
    fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let (store, now) = (session.open_store(Missing::Refuse)?, session.now());
        let fresh = FreshKey::default();
        let expires_at = now.plus_seconds(i64::from(self.days) * 86_400);
        let kind = self.owner.kind();
        let may = |scope: &Scope| key_may_hold(kind, *scope);
        if let Some(scope) = self.scopes.iter().find(|scope| !may(scope)) {
            return Err(wrong(format!("such a key cannot be for `{scope}`"))
                .hint("without --scope it is for reading, and for a source to deliver as well")
                .into());
        }
        let usual = |scope: &Scope| key_holds_unasked(kind, *scope);
        let scopes = if self.scopes.is_empty() {
            Scope::ALL.iter().copied().filter(usual).collect()
        } else {
            self.scopes.clone()
        };
        let desks = super::person::desk_nos(&store, &self.at)?;
        let made = store.write(|tx| {
            let owner = self.owner.find(tx, now).map_err(Stopped)?;
            let new = NewApiKey {
                digest: fresh.digest(),
                owner,
                name: &self.name,
                scopes: &scopes,
                expires_at,
            };
            let key_no = tx.add_api_key(&new, &actor(), now)?;
            if !desks.is_empty() {
                tx.set_desks_of_key(key_no, &desks)?;
            }
            let id_key = tx.installation()?.id_key;
            let id = id_key.public_id(IdKind::ApiKey, key_no as u64);
            tx.record(
                now,
                &actor(),
                "make-key",
                &format!("key {id}"),
                kind.as_str(),
            )?;
            let organisation = match owner {
                KeyOwner::Organisation(party_no) => {
                    Some(id_key.public_id(IdKind::Party, party_no as u64))
                }
                _ => None,
            };
            Ok((id, organisation))
        });
        let (id, organisation) = made.map_err(|Stopped(error)| error)?;
        let view = AddedView {
            id,
            organisation,
            key: fresh.text(id),
            expires: expires_at.to_string(),
        };
        if session.json {
            session.out.json(&view)?;
        } else {
            writeln!(session.out, "{}", view.key)?;
            session.note(&format!(
                "works until {}; it is not shown again",
                view.expires
            ));
            if let Some(id) = view.organisation {
                session.note(&format!("its paths begin with /api/v1/organisations/{id}"));
            }
        }
        Ok(Answer::Done)
    }
}

fn list(session: &mut Session, organisation: Option<&str>) -> anyhow::Result<Answer> {
    let store = session.open_store(Missing::Refuse)?;
    let read = store.read(|tx| {
        let keys = match organisation {
            Some(reference) => {
                let party_no = organisation_no(tx, reference).map_err(Stopped)?;
                tx.api_keys_of(party_no)?
            }
            None => tx.api_keys_of_desk()?,
        };
        Ok((keys, tx.installation()?.id_key))
    });
    let (keys, id_key) = read.map_err(|Stopped(error)| error)?;
    let view = |key: ApiKey| KeyView {
        id: id_key.public_id(IdKind::ApiKey, key.key_no as u64),
        kind: key.owner.kind().as_str(),
        owner: key.reference,
        name: key.name,
        scopes: key.scopes,
        made: key.made_at.to_string(),
        expires: key.expires_at.to_string(),
        used: key.used_at.map(|at| at.to_string()),
    };
    let views: Vec<KeyView> = keys.into_iter().map(view).collect();
    if session.json {
        session.out.json(&views)?;
        return Ok(Answer::Done);
    }
    let mut table = Table::new([
        "id",
        "kind",
        "owner",
        "name",
        "scopes",
        "expires",
        "last used",
    ]);
    for view in views {
        let scopes: Vec<_> = view.scopes.iter().map(|scope| scope.as_str()).collect();
        table.row([
            view.id.to_string(),
            view.kind.to_owned(),
            harmless(&view.owner),
            harmless(&view.name),
            scopes.join(" "),
            view.expires,
            view.used.unwrap_or_else(|| "-".into()),
        ]);
    }
    table.write(&mut session.out, "")?;
    Ok(Answer::Done)
}

fn end(session: &mut Session, id: Uuid) -> anyhow::Result<Answer> {
    let (store, now) = (session.open_store(Missing::Refuse)?, session.now());
    let ended = store.write(|tx| {
        let number = tx.installation()?.id_key.number_of(IdKind::ApiKey, &id);
        let Some(key_no) = number.and_then(|number| i64::try_from(number).ok()) else {
            return Ok(false);
        };
        let ended = tx.end_api_key(None, key_no, &actor(), now)?;
        if ended {
            tx.record(now, &actor(), "end-key", &format!("key {id}"), "")?;
        }
        Ok::<_, StoreError>(ended)
    });
    if !ended.context("cannot end the key")? {
        let text = format!("there is no key `{id}` that was not ended");
        return Err(wrong(text).hint("see `seinpost key list`").into());
    }
    session.note("ended");
    Ok(Answer::Done)
}

/// Why a transaction was not committed: it was the input, or the store.
struct Stopped(anyhow::Error);

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl TransientError for Stopped {
    fn is_transient(&self) -> bool {
        let store = self.0.downcast_ref::<StoreError>();
        store.is_some_and(StoreError::is_transient)
    }
}
