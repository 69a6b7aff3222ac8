//! How an organisation works, as it says itself: suppliers, who acts for which systems, products in use.

use crate::EmailAddress;

/// Somebody who looks after systems of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplier {
    /// For people; once in an organisation.
    pub name: String,
    /// Where findings can be forwarded to.
    pub email: EmailAddress,
}

/// A product that an organisation uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Who makes it; empty where nobody said.
    pub vendor: String,
    /// As people know it.
    pub name: String,
}

/// Who acts on the systems of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Care {
    /// Number of the group; `None`: the systems that are in no group.
    pub group_no: Option<i64>,
    /// Name of the supplier; `None`: the organisation itself.
    pub supplier: Option<String>,
    /// What the organisation calls them, in its own administration for example; empty: nothing.
    pub reference: String,
}

/// What an organisation says of how it works. Nothing in it decides whether a message is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Its suppliers, by name.
    pub suppliers: Vec<Supplier>,
    /// Who acts; a group that is not here: the organisation itself.
    pub care: Vec<Care>,
    /// What it uses, by vendor and name.
    pub products: Vec<Product>,
}

impl Profile {
    /// The supplier that acts on the systems of a group, or on those in no group.
    #[must_use]
    pub fn supplier_of(&self, group_no: Option<i64>) -> Option<&Supplier> {
        let care = self.care.iter().find(|care| care.group_no == group_no)?;
        let name = care.supplier.as_ref()?;
        self.suppliers
            .iter()
            .find(|supplier| supplier.name == *name)
    }

    /// From now on this supplier acts on the systems of a group. What the group is called stays.
    pub fn let_act(&mut self, group_no: Option<i64>, supplier: &str) {
        let supplier = Some(supplier.to_owned());
        match self.care.iter_mut().find(|care| care.group_no == group_no) {
            Some(care) => care.supplier = supplier,
            None => self.care.push(Care {
                group_no,
                supplier,
                reference: String::new(),
            }),
        }
    }

    /// Takes a supplier out. Where it acted, the organisation itself does.
    pub fn remove_supplier(&mut self, name: &str) {
        self.suppliers.retain(|supplier| supplier.name != name);
        for care in &mut self.care {
            if care.supplier.as_deref() == Some(name) {
                care.supplier = None;
            }
        }
    }
}
