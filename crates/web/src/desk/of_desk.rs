//! Which desk a list is of, for people who work at several. Where there is one, or the visitor works at one, no page speaks of it.

use model::IdKind;
use serde::{Deserialize, Serialize};
use store::{Desk, Tx};
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::site::Site;

/// Of which desk an address or a form asks a list. Empty: of all where the visitor works.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct OfDesk {
    /// Public id of a desk.
    #[serde(default)]
    pub(super) desk: String,
}

impl OfDesk {
    /// Sees nothing but what belongs to the desk that was asked for from now on, and gives what the list says of desks. "Not found":
    /// there is no such desk, or the visitor does not work there.
    pub(super) fn choose(&self, site: &Site, tx: &mut Tx<'_>) -> Result<Choice, Refusal> {
        let desks = seen(tx)?;
        if !self.desk.is_empty() {
            let id: Uuid = self.desk.parse().map_err(|_| Refusal::Bad)?;
            let desk_no = site.number(IdKind::Desk, &id)?;
            if !desks.iter().any(|desk| desk.desk_no == desk_no) {
                return Err(Refusal::NotFound);
            }
            tx.see_only(desk_no);
        }
        let names = Names::of(desks);
        let option = |desk: &Desk| (site.id(IdKind::Desk, desk.desk_no), desk.name.clone());
        Ok(Choice {
            options: names.0.iter().map(option).collect(),
            chosen: self.desk.clone(),
            names,
        })
    }

    /// An address of the same list, with the desk in it that was asked for. It is an id, which needs no escapes.
    pub(super) fn kept_in(&self, address: String) -> String {
        let joint = if address.contains('?') { '&' } else { '?' };
        match self.desk.as_str() {
            "" => address,
            desk => format!("{address}{joint}desk={desk}"),
        }
    }
}

/// The desks that a list can be of.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Choice {
    /// Public id and name of each; none where there is no choice.
    options: Vec<(Uuid, String)>,
    /// Public id of the one that was chosen; empty: all of them.
    chosen: String,
    /// What rows say, also where one was chosen.
    #[serde(skip)]
    pub(super) names: Names,
}

/// Names of desks that are told apart on a page; of none where the visitor sees one.
#[derive(Clone, Debug)]
pub(super) struct Names(Vec<Desk>);

impl Names {
    pub(super) fn read(tx: &mut Tx<'_>) -> Result<Self, Refusal> {
        Ok(Self::of(seen(tx)?))
    }

    fn of(desks: Vec<Desk>) -> Self {
        Self(if desks.len() > 1 { desks } else { Vec::new() })
    }

    /// The name of a desk; empty where there is nothing to tell apart.
    pub(super) fn name(&self, desk_no: i64) -> String {
        let desk = self.0.iter().find(|desk| desk.desk_no == desk_no);
        desk.map(|desk| desk.name.clone()).unwrap_or_default()
    }

    /// The name of the desk of a message; empty where there is nothing to tell apart, or no such message.
    pub(super) fn name_of_message(
        &self,
        tx: &mut Tx<'_>,
        notification_no: Option<i64>,
    ) -> Result<String, Refusal> {
        let message = match notification_no.filter(|_| !self.0.is_empty()) {
            Some(number) => tx.notification(number)?,
            None => None,
        };
        let desk_no = message.map(|message| message.key.desk_no);
        Ok(desk_no.map(|it| self.name(it)).unwrap_or_default())
    }

    /// The name of the desk that a mail came to which is a reply to a message, or to none: then it is the one made at installation.
    pub(super) fn name_of_reply(
        &self,
        tx: &mut Tx<'_>,
        notification_no: Option<i64>,
    ) -> Result<String, Refusal> {
        let named = self.name_of_message(tx, notification_no)?;
        let first = self.0.first().map(|desk| desk.name.clone());
        Ok(match named.as_str() {
            "" => first.unwrap_or_default(),
            _ => named,
        })
    }
}

/// The desks whose things the visitor sees, that made at installation first.
fn seen(tx: &mut Tx<'_>) -> Result<Vec<Desk>, Refusal> {
    let seen = tx.desks_seen().clone();
    let mut desks = tx.desks()?;
    desks.retain(|desk| seen.sees(desk.desk_no));
    Ok(desks)
}
