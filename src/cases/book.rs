//! Who refers to whom: what the ids, names and addresses of touches, deals and amounts are looked up in.

use super::campaigns::{Campaigns, Users};
use super::persons::Persons;
use crate::project::Project;
use crate::record::Records;
use crate::store::Words;

/// See the module.
pub struct Book<'b> {
    /// Leads by id, contact, e-mail.
    pub persons: &'b Persons,
    /// Campaigns by id and name.
    pub campaigns: &'b Campaigns,
    /// Users by id.
    pub users: &'b Users,
    /// The records.
    pub records: &'b Records,
    /// The project.
    pub project: &'b Project,
}

impl<'b> Book<'b> {
    /// The texts behind codes.
    pub fn words(&self) -> &'b Words {
        &self.records.words
    }
}
