//! The party register in memory, for one version of it: assets to match against, parties to route to.

use std::collections::HashMap;

use message::{choice_of, usual_of};
use model::{Asn, AssetKind, ClassHistory, Day, Prefix, Threshold};
use rules::matching::{AsTable, AssetIndex, AssetIndexBuilder, IndexedAsset};
use rules::route::{AssetThresholds, Copies, Directory, Network, Party};
use store::{Store, StoreError, StoredAsset, Tx};

use crate::error::FlowError;

/// Everything that decides whose a finding is and who is told.
pub(crate) struct Register {
    /// Goes up with every change.
    pub(crate) version: i64,
    pub(crate) assets: AssetIndex,
    /// What organisations only say is theirs. Nobody is told of a finding by it.
    pub(crate) claims: AssetIndex,
    pub(crate) directory: Directory,
}

impl Register {
    /// Reads the register in one snapshot.
    ///
    /// Legal classes that ended before `today` are left out: nobody is told on a day that is over.
    pub(crate) fn load(store: &Store, today: Day) -> Result<Self, FlowError> {
        store.scan(|tx| {
            let version = tx.installation()?.register_version;
            let (assets, claims) = load_assets(tx)?;
            Ok(Self {
                version,
                assets,
                claims,
                directory: load_directory(tx, today)?,
            })
        })
    }
}

/// What is held for certain, and what is only claimed.
fn load_assets(tx: &mut Tx<'_>) -> Result<(AssetIndex, AssetIndex), FlowError> {
    let mut assets = Loading::default();
    tx.each_asset(|stored| assets.add(&stored))?;
    let mut claims = Loading::default();
    let mut claims_asn = false;
    tx.each_claimed(|stored| {
        claims_asn |= stored.kind == AssetKind::Asn;
        claims.add(&stored);
    })?;
    let mut announced = Vec::new();
    tx.each_as_prefix(|row| announced.push((row.prefix, row.asn)))?;
    // The table is large, and few claim an AS number.
    let for_claims = if claims_asn {
        announced.clone()
    } else {
        Vec::new()
    };
    Ok((assets.build(announced)?, claims.build(for_claims)?))
}

/// An index on its way, and the first asset that did not fit.
#[derive(Default)]
struct Loading {
    builder: AssetIndexBuilder,
    failed: Option<String>,
}

impl Loading {
    fn add(&mut self, stored: &StoredAsset<'_>) {
        let asset = IndexedAsset {
            asset_no: stored.asset_no,
            party_no: stored.party_no,
            valid_from: stored.valid_from,
            valid_until: stored.valid_until,
        };
        if let Err(error) = self.builder.add_canonical(asset, stored.kind, stored.value) {
            let what = || {
                format!(
                    "asset {} cannot be matched against: {error}",
                    stored.asset_no
                )
            };
            self.failed.get_or_insert_with(what);
        }
    }

    fn build(self, announced: Vec<(Prefix, Asn)>) -> Result<AssetIndex, FlowError> {
        match self.failed {
            Some(what) => Err(FlowError::Broken(what)),
            None => Ok(self.builder.build(AsTable::from_iter(announced))),
        }
    }
}

fn load_directory(tx: &mut Tx<'_>, today: Day) -> Result<Directory, StoreError> {
    let mut parties: HashMap<i64, Party> = HashMap::new();
    tx.each_recipient(|row| {
        let party = Party {
            usual: usual_of(&row),
            reference: row.reference.into(),
            classes: ClassHistory::default(),
            thresholds: None,
            copies: None,
            contacts: Vec::new(),
        };
        parties.insert(row.party_no, party);
    })?;
    tx.each_class_history(|party_no, classes| {
        if let Some(party) = parties.get_mut(&party_no) {
            party.classes = classes.since(today);
        }
    })?;
    tx.each_contact(|contact| {
        if let Some(party) = parties.get_mut(&contact.party_no) {
            party.contacts.push(choice_of(&contact));
        }
    })?;
    load_thresholds(tx, &mut parties)?;
    load_copies(tx, &mut parties)?;
    let mut networks = Vec::new();
    tx.each_network(|network| {
        let holder = Network {
            network_no: network.network_no,
            party_no: network.party_no,
        };
        networks.push((network.row.prefix, holder));
    })?;
    Ok(Directory::new(parties, networks))
}

/// Few organisations have thresholds; for the others nothing is kept.
fn load_thresholds(tx: &mut Tx<'_>, parties: &mut HashMap<i64, Party>) -> Result<(), StoreError> {
    let none = || AssetThresholds {
        usual: Threshold::NONE,
        own: HashMap::new(),
    };
    let mut of_party = |party_no, put: &mut dyn FnMut(&mut AssetThresholds)| {
        if let Some(party) = parties.get_mut(&party_no) {
            put(party.thresholds.get_or_insert_with(|| Box::new(none())));
        }
    };
    for (party_no, usual) in tx.usual_thresholds()? {
        of_party(party_no, &mut |thresholds| thresholds.usual = usual);
    }
    for (party_no, asset_no, own) in tx.thresholds_of_assets()? {
        of_party(party_no, &mut |thresholds| {
            thresholds.own.insert(asset_no, own);
        });
    }
    Ok(())
}

/// Of few organisations others get copies; for the rest nothing is kept.
fn load_copies(tx: &mut Tx<'_>, parties: &mut HashMap<i64, Party>) -> Result<(), StoreError> {
    let mut of_party: HashMap<i64, Vec<Copies>> = HashMap::new();
    for route in tx.relay_routes()? {
        of_party.entry(route.party_no).or_default().push(Copies {
            relay_no: route.relay_no,
            from: route.from,
            until: route.until,
            classes: route.classes,
            severity_min: route.severity_min,
        });
    }
    for (party_no, copies) in of_party {
        if let Some(party) = parties.get_mut(&party_no) {
            party.copies = Some(copies.into());
        }
    }
    Ok(())
}
