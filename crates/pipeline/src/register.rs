//! The party register in memory, for one version of it: assets to match against, parties to route to.

use std::collections::HashMap;

use message::choice_of;
use rules::matching::{AsTable, AssetIndex, IndexedAsset};
use rules::route::{Directory, Network, Party};
use store::{Store, StoreError, Tx};

use crate::error::FlowError;

/// Everything that decides whose a finding is and who is told.
pub(crate) struct Register {
    /// Goes up with every change.
    pub(crate) version: i64,
    pub(crate) assets: AssetIndex,
    pub(crate) directory: Directory,
}

impl Register {
    /// Reads the register in one snapshot.
    pub(crate) fn load(store: &Store) -> Result<Self, FlowError> {
        store.read(|tx| {
            let version = tx.installation()?.register_version;
            Ok(Self {
                version,
                assets: load_assets(tx)?,
                directory: load_directory(tx)?,
            })
        })
    }
}

fn load_assets(tx: &mut Tx<'_>) -> Result<AssetIndex, FlowError> {
    let mut builder = AssetIndex::builder();
    let mut failed = None;
    tx.each_asset(|stored| {
        let asset = IndexedAsset {
            asset_no: stored.asset_no,
            party_no: stored.party_no,
            valid_from: stored.valid_from,
            valid_until: stored.valid_until,
        };
        if let Err(error) = builder.add_canonical(asset, stored.kind, stored.value) {
            failed.get_or_insert((stored.asset_no, error));
        }
    })?;
    if let Some((asset_no, error)) = failed {
        let what = format!("asset {asset_no} cannot be matched against: {error}");
        return Err(FlowError::Broken(what));
    }
    let mut announced = Vec::new();
    tx.each_as_prefix(|row| announced.push((row.prefix, row.asn)))?;
    Ok(builder.build(AsTable::from_iter(announced)))
}

fn load_directory(tx: &mut Tx<'_>) -> Result<Directory, StoreError> {
    let mut parties: HashMap<i64, Party> = HashMap::new();
    tx.each_recipient(|row| {
        let party = Party {
            reference: row.reference.into(),
            legal_class: row.legal_class,
            language: row.language,
            contacts: Vec::new(),
        };
        parties.insert(row.party_no, party);
    })?;
    tx.each_contact(|contact| {
        if let Some(party) = parties.get_mut(&contact.party_no) {
            party.contacts.push(choice_of(&contact));
        }
    })?;
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
