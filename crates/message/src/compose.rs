//! Gathers what a message says, and has `rules` write it. The same for a preview as for sending.
//!
//! What an organisation says of itself (name, own references, supplier, products) is taken as it is when the text is written.

use std::collections::{HashMap, HashSet};

use model::register::NetworkRow;
use model::{
    AssetValue, Day, Endpoint, IdKey, IdKind, Language, LinkKey, MessageKind, Product, Relation,
    Supplier, ThreatSlug, Timestamp, Zone,
};
use rules::message::{
    AllClear, DeskProfile, MessageContext, MessageLine, MessageLinks, Rendered, evidence_values,
    render,
};
use rules::profile::named_in;
use rules::reason::{copy_reason, desk_reason, holder_reason, reason};
use store::{
    AssetCare, Desk, HeldAsset, Notification, NotificationState, Store, StoreError, TellingRow, Tx,
};

use crate::advice::{Advice, NOW};
use crate::error::MessageError;
use crate::place::{Place, address_from, match_basis};

/// Writes the text of a notification: the same bytes for the same notification and the same words of its recipient about
/// itself, whenever it is asked.
///
/// # Errors
/// When the store fails, a row that the notification cites is gone, or the text cannot be written.
pub fn compose(store: &Store, notification: &Notification) -> Result<Rendered, MessageError> {
    let (desk, sources) = store.read(|tx| {
        let desk = desk_of(tx, notification)?;
        Ok::<_, MessageError>((desk, Sources::load(tx, &[notification])?))
    })?;
    sources.text(notification, &desk)
}

/// The desk that warns.
pub(crate) fn desk_of(tx: &mut Tx<'_>, notification: &Notification) -> Result<Desk, MessageError> {
    let desks = tx.desks()?;
    let desk = desks
        .into_iter()
        .find(|desk| desk.desk_no == notification.key.desk_no);
    desk.ok_or_else(|| gone(notification, "the desk"))
}

/// Everything that some messages say, read in one snapshot; their texts are written outside of it.
pub struct Sources {
    id_key: IdKey,
    link_key: LinkKey,
    origin: Option<String>,
    recipients: HashMap<i64, String>,
    threats: HashMap<i64, String>,
    advice: Advice,
    /// By notification number.
    rows: Vec<TellingRow>,
    assets: HashMap<i64, AssetValue>,
    /// By asset number.
    care: HashMap<i64, AssetCare>,
    /// By the organisation that uses them.
    products: HashMap<i64, Vec<Product>>,
    /// Names of the organisations of whose messages copies are among these, by asset number.
    owners: HashMap<i64, String>,
    /// Of those who get copies, who may pass them on.
    may_forward: HashSet<i64>,
    networks: HashMap<i64, NetworkRow>,
    received: HashMap<i64, Timestamp>,
    /// By notification number: days of the reports from which an all-clear concludes.
    clear: HashMap<i64, [Day; 2]>,
}

impl Sources {
    /// Reads what these messages say.
    ///
    /// # Errors
    /// When the store fails.
    pub fn load(tx: &mut Tx<'_>, messages: &[&Notification]) -> Result<Self, StoreError> {
        let numbers = set(messages.iter().map(|message| message.notification_no));
        let rows = tx.telling_rows(&numbers)?;
        Self::of_rows(tx, messages, rows)
    }

    /// One line of a message in a language, as its recipient may see it; `None` where it is not told.
    ///
    /// # Errors
    /// When the store fails.
    pub fn line_of(
        tx: &mut Tx<'_>,
        message: &Notification,
        finding_no: i64,
        language: Language,
    ) -> Result<Option<MessageLine>, StoreError> {
        let row = tx.telling_row(message.notification_no, finding_no)?;
        let sources = Self::of_rows(tx, &[message], row.into_iter().collect())?;
        let row = sources.rows.first();
        Ok(row.and_then(|row| sources.line(row, message, language)))
    }

    fn of_rows(
        tx: &mut Tx<'_>,
        messages: &[&Notification],
        rows: Vec<TellingRow>,
    ) -> Result<Self, StoreError> {
        let of = |part: fn(&Notification) -> i64| set(messages.iter().map(|message| part(message)));
        let told = of(|message| message.key.recipient_no);
        let recipients = tx.parties(&told)?;
        let asset_nos = set(rows.iter().filter_map(|row| row.asset_no));
        let assets = tx.assets(&asset_nos)?;
        let care = tx.care_of_assets(&asset_nos)?;
        let is_copy = |message: &&&Notification| message.key.relation == Relation::Relay;
        let relays = set(messages
            .iter()
            .filter(is_copy)
            .map(|message| message.key.recipient_no));
        let (mut owners, mut may_forward) = (HashMap::new(), HashSet::new());
        if !relays.is_empty() {
            let named = tx.parties(&set(assets.iter().map(|asset| asset.party_no)))?;
            let named = named.into_iter().map(|party| (party.party_no, party.name));
            let named: HashMap<i64, String> = named.collect();
            let of_asset =
                |asset: &HeldAsset| Some((asset.asset_no, named.get(&asset.party_no)?.clone()));
            owners.extend(assets.iter().filter_map(of_asset));
            may_forward = tx.relays_that_may_forward(&relays)?;
        }
        let mut products: HashMap<i64, Vec<Product>> = HashMap::new();
        for (party_no, product) in tx.products_of(&told)? {
            products.entry(party_no).or_default().push(product);
        }
        let networks = tx.networks(&set(rows.iter().filter_map(|row| row.network_no)))?;
        let received = tx.batch_times(&set(rows.iter().map(|row| row.batch_no)))?;
        let clear = messages
            .iter()
            .filter(|message| message.key.kind == MessageKind::AllClear);
        let clear = tx.all_clears(&set(clear.map(|message| message.notification_no)))?;
        let id_key = tx.installation()?.id_key;
        let threats = tx.threat_slugs(&of(|message| message.key.threat_no))?;
        let threats: HashMap<i64, String> = threats.into_iter().collect();
        let wanted = messages.iter().filter_map(|message| {
            let slug = threats.get(&message.key.threat_no)?;
            Some((slug.as_str(), written_at(message)))
        });
        let advice = Advice::load(tx, wanted)?;
        Ok(Self {
            link_key: id_key.link_key(),
            id_key,
            origin: tx.public_origin()?,
            recipients: recipients
                .into_iter()
                .map(|party| (party.party_no, party.name))
                .collect(),
            threats,
            advice,
            rows,
            assets: assets
                .into_iter()
                .map(|asset| (asset.asset_no, asset.value))
                .collect(),
            care: care.into_iter().map(|care| (care.asset_no, care)).collect(),
            products,
            owners,
            may_forward,
            networks: networks
                .into_iter()
                .map(|network| (network.network_no, network.row))
                .collect(),
            received: received.into_iter().collect(),
            clear: clear.into_iter().collect(),
        })
    }

    /// The text of one of the messages.
    ///
    /// # Errors
    /// When a row that the message cites is gone, or the text cannot be written.
    pub fn text(&self, notification: &Notification, desk: &Desk) -> Result<Rendered, MessageError> {
        let reference = notification.reference();
        let gone = |what| gone(notification, what);
        let key = &notification.key;
        let recipient_name = self
            .recipients
            .get(&key.recipient_no)
            .ok_or_else(|| gone("the recipient"))?;
        let slug = self.threats.get(&key.threat_no);
        let threat: ThreatSlug = slug
            .and_then(|slug| slug.parse().ok())
            .ok_or_else(|| gone("the threat"))?;
        let rows = self.rows_of(notification.notification_no);
        if rows.len() as i64 != notification.lines {
            return Err(gone("a line"));
        }
        let lines = rows
            .iter()
            .map(|row| self.line(row, notification, key.language));
        let lines: Option<Vec<MessageLine>> = lines.collect();
        let mut lines = lines.ok_or_else(|| gone("a line"))?;
        lines.sort_by(|a, b| (&a.endpoint, &a.identifier).cmp(&(&b.endpoint, &b.identifier)));
        let received_at = rows
            .iter()
            .filter_map(|row| self.received.get(&row.batch_no))
            .max();
        let profile = profile_of(desk);
        let basis = if notification.lawful_basis.is_empty() {
            &profile.lawful_basis
        } else {
            &notification.lawful_basis
        };
        let links = self.links(notification);
        let context = MessageContext {
            reference: &reference,
            desk: &profile,
            recipient_name,
            relation: key.relation,
            kind: key.kind,
            threat: &threat,
            rsit: key.rsit,
            role: key.role,
            severity: key.severity,
            tlp: key.tlp,
            may_forward: key.tlp.may_forward()
                && (key.relation != Relation::Relay
                    || self.may_forward.contains(&key.recipient_no)),
            lawful_basis: basis,
            language: key.language,
            reader: key.reader,
            // Whether a source may be named is settled in its agreement, which is not registered yet.
            source_name: None,
            received_at: received_at.copied().unwrap_or(notification.created_at),
            decided_at: notification.created_at,
            lines: &lines,
            check_code: &self.link_key.check_code(notification.notification_no),
            links: links.as_ref(),
            supplier: self.supplier(rows, notification),
            in_use: &self.in_use(&lines, notification),
            all_clear: self.all_clear(notification, &profile.time_zone)?,
        };
        let text = self
            .advice
            .text_for(&threat, key.rsit, written_at(notification));
        render(&context, text).map_err(|source| MessageError::Render { reference, source })
    }

    /// The pages that a message names: the same for ever (ADR 0013).
    fn links(&self, notification: &Notification) -> Option<MessageLinks> {
        let origin = self.origin.as_ref()?;
        let (message_no, recipient_no) =
            (notification.notification_no, notification.key.recipient_no);
        let token = self.link_key.answer_token(message_no, recipient_no);
        Some(MessageLinks {
            check: format!("{origin}/check"),
            answer: format!("{origin}/answer/{token}"),
        })
    }

    /// From what an all-clear concludes; nothing of other messages.
    fn all_clear(
        &self,
        notification: &Notification,
        zone: &Zone,
    ) -> Result<Option<AllClear>, MessageError> {
        if notification.key.kind != MessageKind::AllClear {
            return Ok(None);
        }
        let reports_on = self.clear.get(&notification.notification_no);
        let rows = self.rows_of(notification.notification_no).iter();
        let solved_at: Option<Vec<Timestamp>> = rows.map(|row| row.solved_at).collect();
        let solved_at = solved_at.unwrap_or_default();
        let solved_at = solved_at.iter().min().zip(solved_at.iter().max());
        let (reports_on, (first, last)) = reports_on
            .zip(solved_at)
            .ok_or_else(|| gone(notification, "why nothing is seen any more"))?;
        Ok(Some(AllClear {
            solved_on: [zone.local(*first).0, zone.local(*last).0],
            reports_on: *reports_on,
        }))
    }

    fn rows_of(&self, notification_no: i64) -> &[TellingRow] {
        let begin = self
            .rows
            .partition_point(|row| row.notification_no < notification_no);
        let end = self
            .rows
            .partition_point(|row| row.notification_no <= notification_no);
        &self.rows[begin..end]
    }

    /// What the owner says of the asset of a line; nothing where somebody else is told: whoever passes a message on would
    /// pass that on too.
    fn care(&self, row: &TellingRow, message: &Notification) -> Option<&AssetCare> {
        let care = self.care.get(&row.asset_no?)?;
        let is_own = care.party_no == message.key.recipient_no;
        (is_own && message.key.relation == Relation::Owner).then_some(care)
    }

    /// Who looks after all systems of a message, where the owner is told and said so of each of them.
    fn supplier(&self, rows: &[TellingRow], message: &Notification) -> Option<&Supplier> {
        let of_row = |row| self.care(row, message)?.supplier.as_ref();
        let first = of_row(rows.first()?)?;
        rows.iter()
            .all(|row| of_row(row) == Some(first))
            .then_some(first)
    }

    /// The products of the owner that the evidence of some line names.
    fn in_use(&self, lines: &[MessageLine], message: &Notification) -> Vec<&Product> {
        let products = self.products.get(&message.key.recipient_no);
        let products = products.filter(|_| message.key.relation == Relation::Owner);
        products.map_or_else(Vec::new, |products| named_by(products, lines))
    }

    fn line(
        &self,
        row: &TellingRow,
        message: &Notification,
        language: Language,
    ) -> Option<MessageLine> {
        let endpoint = Endpoint::from_key(&row.endpoint)?;
        let place = Place::of(&endpoint, row.address.as_deref(), row.host.as_deref());
        let owner = match message.key.relation {
            Relation::Relay => self.owners.get(&row.asset_no?)?.clone(),
            Relation::Owner | Relation::Provider => String::new(),
        };
        let why = match owner.is_empty() {
            true => self.why_you(row, &endpoint, &place, language),
            false => copy_reason(&owner, language),
        };
        let port = |port: Option<u16>| port.and_then(|port| port.to_string().parse().ok());
        Some(MessageLine {
            finding: self
                .id_key
                .public_id(IdKind::Finding, row.finding_no as u64),
            address: place.address,
            host: place.host,
            port: endpoint.port().or_else(|| port(row.port)),
            transport: endpoint
                .transport()
                .or_else(|| model::Transport::from_code(row.transport?)),
            peer_address: row.peer_address.as_deref().and_then(address_from),
            peer_port: port(row.peer_port),
            identifier: row.identifier.parse().ok(),
            observed_at: row.observed_at,
            // What other sightings say may be marked more strictly than this message.
            first_seen: row.observed_at,
            times_seen: 1,
            // Of an all-clear nothing is visible.
            again: (row.episode > 1 || row.solved_at.is_some())
                && !row.repeated
                && message.key.kind != MessageKind::AllClear,
            repeated: row.repeated,
            evidence: row.evidence.clone(),
            reason: why,
            own_reference: self
                .care(row, message)
                .map(|care| care.own_reference.clone())
                .unwrap_or_default(),
            owner,
            endpoint,
        })
    }

    /// The sentence that says why this recipient is told.
    fn why_you(
        &self,
        row: &TellingRow,
        endpoint: &Endpoint,
        place: &Place,
        language: Language,
    ) -> String {
        let network = row.network_no.and_then(|number| self.networks.get(&number));
        if let (Some(network), Some(address)) = (network, place.address) {
            return holder_reason(&network.prefix, &network.holder, address, language);
        }
        let asset = row.asset_no.and_then(|number| self.assets.get(&number));
        let why = asset.and_then(|asset| {
            let basis = match_basis(asset, endpoint, place)?;
            Some(reason(asset, &basis, language))
        });
        why.unwrap_or_else(|| desk_reason(language))
    }
}

/// The products that what the sources said of these lines names.
#[must_use]
pub fn named_by<'p>(products: &'p [Product], lines: &[MessageLine]) -> Vec<&'p Product> {
    let said: Vec<(String, String)> = lines
        .iter()
        .flat_map(|line| evidence_values(&line.evidence))
        .collect();
    let values: Vec<&str> = said.iter().map(|(_, value)| value.as_str()).collect();
    named_in(products, &values)
}

/// The moment whose texts a message has: that of its approval, so that it says the same whenever it is written.
fn written_at(message: &Notification) -> Timestamp {
    match message.state {
        NotificationState::Collecting | NotificationState::Held => NOW,
        NotificationState::Approved
        | NotificationState::Unmailed
        | NotificationState::Delivered
        | NotificationState::Withheld
        | NotificationState::Failed => message.decided_at.unwrap_or(NOW),
    }
}

fn set(numbers: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut numbers: Vec<i64> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn gone(notification: &Notification, what: &str) -> MessageError {
    MessageError::Broken(format!("{what} of {} is gone", notification.reference()))
}

/// The desk as messages show it. What is missing shows as such in a preview; nothing is sent before it is complete.
fn profile_of(desk: &store::Desk) -> DeskProfile {
    let unset = || {
        "desk@not-set.invalid"
            .parse()
            .expect("this is an e-mail address")
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "(not set)".into());
    DeskProfile {
        name: desk.name.clone(),
        sender: desk.sender.clone().unwrap_or_else(unset),
        reply_to: desk.reply_to.clone().unwrap_or_else(unset),
        phone: text(&desk.phone),
        privacy_nl: text(&desk.privacy_nl),
        privacy_en: text(&desk.privacy_en),
        lawful_basis: text(&desk.lawful_basis),
        time_zone: desk.time_zone.clone().unwrap_or(model::Zone::UTC),
    }
}
