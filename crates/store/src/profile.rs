//! How an organisation works, as it says itself; and what messages about its systems take of it.

use model::{Care, Product, Profile, Supplier};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// What an organisation says of one of its assets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetCare {
    /// The asset.
    pub asset_no: i64,
    /// Whose it is.
    pub party_no: i64,
    /// The group that it is in.
    pub group_no: Option<i64>,
    /// What the organisation calls it: its reference for the group and its label; empty: nothing.
    pub own_reference: String,
    /// Who acts on it; `None`: the organisation itself, or somebody of whom it gave no address.
    pub supplier: Option<Supplier>,
    /// That is said of this asset alone, whatever is said of its group.
    pub has_own_supplier: bool,
}

impl Tx<'_> {
    /// How an organisation works; everything empty where it said nothing.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn profile(&mut self, party_no: i64) -> Result<Profile> {
        let suppliers = "SELECT name, email FROM supplier WHERE party_no = $1 ORDER BY name";
        let care = "SELECT c.group_no, s.name, c.reference
            FROM care c LEFT JOIN supplier s ON s.supplier_no = c.supplier_no
            WHERE c.party_no = $1 ORDER BY c.care_no";
        let products =
            "SELECT party_no, vendor, name FROM product WHERE party_no = $1 ORDER BY vendor, name";
        Ok(Profile {
            suppliers: self.query(suppliers, values![party_no], |row| supplier_from(row, 0))?,
            care: self.query(care, values![party_no], |row| {
                Ok(Care {
                    group_no: row.opt_int(0)?,
                    supplier: row.opt_text(1)?,
                    reference: row.text(2)?,
                })
            })?,
            products: self.query(products, values![party_no], |row| Ok(product_from(row)?.1))?,
        })
    }

    /// Says anew how an organisation works. That suppliers, groups and products stand there once, and that groups are its
    /// own, is for the caller to know.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_profile(&mut self, party_no: i64, profile: &Profile) -> Result<()> {
        for table in ["care", "supplier", "product"] {
            let removed = format!("DELETE FROM {table} WHERE party_no = $1");
            self.execute(&removed, values![party_no])?;
        }
        for supplier in &profile.suppliers {
            self.execute(
                "INSERT INTO supplier (party_no, name, email) VALUES ($1, $2, $3)",
                values![party_no, &supplier.name, supplier.email.as_str()],
            )?;
        }
        for care in &profile.care {
            self.execute(
                "INSERT INTO care (party_no, group_no, supplier_no, reference) VALUES ($1, $2,
                    (SELECT supplier_no FROM supplier WHERE party_no = $1 AND name = $3), $4)",
                values![
                    party_no,
                    care.group_no,
                    care.supplier.as_deref(),
                    &care.reference
                ],
            )?;
        }
        for product in &profile.products {
            self.execute(
                "INSERT INTO product (party_no, vendor, name) VALUES ($1, $2, $3)",
                values![party_no, &product.vendor, &product.name],
            )?;
        }
        Ok(())
    }

    /// What their organisations say of these assets.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn care_of_assets(&mut self, asset_nos: &[i64]) -> Result<Vec<AssetCare>> {
        let sql = format!(
            "SELECT a.asset_no, a.party_no, d.group_no, COALESCE(c.reference, ''), COALESCE(d.label, ''), s.name, s.email,
                CASE WHEN d.supplier <> '' THEN 1 ELSE 0 END
             FROM asset a LEFT JOIN asset_detail d ON d.asset_no = a.asset_no
             LEFT JOIN care c ON c.party_no = a.party_no
                AND (c.group_no = d.group_no OR c.group_no IS NULL AND d.group_no IS NULL)
             LEFT JOIN supplier s ON s.party_no = a.party_no AND (s.name = d.supplier
                OR s.supplier_no = c.supplier_no AND COALESCE(d.supplier, '') = '')
             WHERE a.asset_no {}",
            self.in_set("$1")
        );
        self.query(&sql, values![asset_nos], |row| {
            let names = [row.text(3)?, row.text(4)?];
            let names = names.into_iter().filter(|name| !name.is_empty());
            Ok(AssetCare {
                asset_no: row.int(0)?,
                party_no: row.int(1)?,
                group_no: row.opt_int(2)?,
                own_reference: names.collect::<Vec<_>>().join(" / "),
                supplier: match row.opt_text(5)? {
                    Some(_) => Some(supplier_from(row, 5)?),
                    None => None,
                },
                has_own_supplier: row.int(7)? == 1,
            })
        })
    }

    /// Names of suppliers that an organisation gave to systems of its own and of whom it gave no address, at most so many.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn suppliers_without_address(
        &mut self,
        party_no: i64,
        rows_max: i64,
    ) -> Result<Vec<String>> {
        self.query(
            "SELECT DISTINCT d.supplier FROM asset_detail d JOIN asset a ON a.asset_no = d.asset_no
             WHERE d.party_no = $1 AND d.supplier <> '' AND a.closed_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM supplier s WHERE s.party_no = d.party_no AND s.name = d.supplier)
             ORDER BY d.supplier LIMIT $2",
            values![party_no, rows_max],
            |row| row.text(0),
        )
    }

    /// Which products these organisations say they use.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn products_of(&mut self, party_nos: &[i64]) -> Result<Vec<(i64, Product)>> {
        let sql = format!(
            "SELECT party_no, vendor, name FROM product WHERE party_no {} ORDER BY party_no, vendor, name",
            self.in_set("$1")
        );
        self.query(&sql, values![party_nos], product_from)
    }
}

fn supplier_from(row: &Row<'_>, column: usize) -> Result<Supplier> {
    Ok(Supplier {
        name: row.text(column)?,
        email: row.parsed(column + 1, "e-mail address")?,
    })
}

fn product_from(row: &Row<'_>) -> Result<(i64, Product)> {
    let product = Product {
        vendor: row.text(1)?,
        name: row.text(2)?,
    };
    Ok((row.int(0)?, product))
}
