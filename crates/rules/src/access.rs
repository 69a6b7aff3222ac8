//! What a role may do. Pages and the API ask here, so that both allow the same.

use model::{KeyKind, OrganisationRole, Scope, StaffRole, Tlp};

/// What somebody wants to do for an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Read findings, messages and answers.
    ReadFindings,
    /// Answer findings: status, comment, assignment, forwarding.
    AnswerFindings,
    /// Read assets.
    ReadAssets,
    /// Add, change, prove and remove assets.
    ChangeAssets,
    /// Read who the people and contacts are.
    ReadPeople,
    /// Invite people, change their roles, and change contacts and preferences.
    ChangePeople,
    /// Give and revoke mandates.
    GiveMandates,
    /// Make and revoke keys for the API, and addresses that are told what happens.
    MakeKeys,
    /// Read what was done in the organisation, and by whom.
    ReadHistory,
    /// Sign agreements, and report what changed at the organisation.
    SignAgreements,
    /// End the link that the mail of a message carries: nobody answers by it any more.
    EndMessageLinks,
}

impl Deed {
    /// Every deed.
    pub const ALL: [Self; 11] = [
        Self::ReadFindings,
        Self::AnswerFindings,
        Self::ReadAssets,
        Self::ChangeAssets,
        Self::ReadPeople,
        Self::ChangePeople,
        Self::GiveMandates,
        Self::MakeKeys,
        Self::ReadHistory,
        Self::SignAgreements,
        Self::EndMessageLinks,
    ];
}

/// By what right somebody acts for an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As a member.
    Member(OrganisationRole),
    /// By a mandate that the organisation gave to the one of which the person is a member.
    Mandate {
        /// What the person is in the organisation that holds the mandate.
        role: OrganisationRole,
        /// Whether the mandate lets its holder answer.
        may_answer: bool,
        /// Most restricted marking that it shows.
        tlp_max: Tlp,
        /// The group of assets that it is about; `None`: all.
        group_no: Option<i64>,
    },
}

impl Standing {
    /// Whether this right covers the deed (PO-06, PO-11).
    #[must_use]
    pub fn may(self, deed: Deed) -> bool {
        use Deed as D;
        match self {
            Self::Member(OrganisationRole::Administrator) => true,
            Self::Member(OrganisationRole::SecurityContact) => !matches!(
                deed,
                D::ChangePeople
                    | D::GiveMandates
                    | D::MakeKeys
                    | D::SignAgreements
                    | D::EndMessageLinks
            ),
            Self::Member(OrganisationRole::Reader) => {
                matches!(deed, D::ReadFindings | D::ReadAssets | D::ReadPeople)
            }
            // Whoever acts for a customer never sees its people, mandates and keys.
            Self::Mandate {
                role, may_answer, ..
            } => match deed {
                D::ReadFindings | D::ReadAssets => true,
                D::AnswerFindings => may_answer && role != OrganisationRole::Reader,
                D::ChangeAssets
                | D::ReadPeople
                | D::ChangePeople
                | D::GiveMandates
                | D::MakeKeys
                | D::ReadHistory
                | D::SignAgreements
                | D::EndMessageLinks => false,
            },
        }
    }

    /// Most restricted marking that is shown. A member sees all that the organisation was told; whoever acts for it not
    /// beyond what TLP 2.0 lets an organisation pass on to those who work for it.
    #[must_use]
    pub fn tlp_max(self) -> Tlp {
        match self {
            Self::Member(_) => Tlp::Red,
            Self::Mandate { tlp_max, .. } => tlp_max.min(Tlp::Amber),
        }
    }
}

/// Whether an organisation keeps the administrator that it has when a person gets another role, or none. Without one, nobody
/// could let anybody in again. One that has none yet loses none.
#[must_use]
pub fn keeps_an_administrator(
    members: impl IntoIterator<Item = (i64, OrganisationRole)>,
    person_no: i64,
    role: Option<OrganisationRole>,
) -> bool {
    let mut administrators = members
        .into_iter()
        .filter(|(_, held)| *held == OrganisationRole::Administrator)
        .map(|(member, _)| member)
        .peekable();
    role == Some(OrganisationRole::Administrator)
        || administrators.peek().is_none()
        || administrators.any(|member| member != person_no)
}

/// What somebody wants to do at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeskDeed {
    /// Read the balance, queues, deliveries and sources.
    ReadDesk,
    /// Approve, hold, release and withhold messages, pause and resume, repair and replay.
    Handle,
    /// Look up an address, a name or an organisation, with a reason.
    Search,
    /// Read one organisation's data, with a reason.
    ReadOrganisation,
    /// Change organisations and decide disputes.
    ChangeOrganisations,
    /// Write a version of an entry of the catalogue.
    EditCatalogue,
    /// Release a version that somebody else wrote.
    ReleaseCatalogue,
    /// Add people of the desk, change their roles, add sources and keys.
    ChangeStaff,
    /// Read what was done, and by whom.
    ReadAudit,
    /// Run programmes: applications, the draw, places.
    RunProgrammes,
    /// Handle complaints and suggestions, and meet with stakeholders.
    HandleFeedback,
}

impl DeskDeed {
    /// Every deed.
    pub const ALL: [Self; 11] = [
        Self::ReadDesk,
        Self::Handle,
        Self::Search,
        Self::ReadOrganisation,
        Self::ChangeOrganisations,
        Self::EditCatalogue,
        Self::ReleaseCatalogue,
        Self::ChangeStaff,
        Self::ReadAudit,
        Self::RunProgrammes,
        Self::HandleFeedback,
    ];
}

/// Whether one of these roles at the desk covers the deed.
#[must_use]
pub fn staff_may(roles: &[StaffRole], deed: DeskDeed) -> bool {
    use DeskDeed as D;
    roles.iter().any(|role| match role {
        StaffRole::Analyst => !matches!(deed, D::ChangeStaff | D::ReadAudit | D::EditCatalogue),
        StaffRole::Editor => {
            matches!(deed, D::ReadDesk | D::EditCatalogue | D::ReleaseCatalogue)
        }
        StaffRole::PrivacyOfficer => matches!(
            deed,
            D::ReadDesk | D::Search | D::ReadOrganisation | D::ReadAudit
        ),
        StaffRole::Director => matches!(deed, D::ReadDesk),
        StaffRole::Administrator => {
            matches!(
                deed,
                D::ReadDesk | D::ChangeOrganisations | D::ChangeStaff | D::ReadAudit
            )
        }
    })
}

/// Why somebody does not get these roles at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffRefusal {
    /// Nobody gives oneself a role.
    Own,
    /// Without an administrator nobody could let anybody in again.
    LastAdministrator,
}

/// Whether one person may change the roles of another from these to those; none for one who is let go.
///
/// `administrators` are the people with that role who may sign in.
///
/// # Errors
/// Why not.
pub fn may_set_staff_roles(
    (by_no, person_no): (i64, i64),
    (from, to): (&[StaffRole], &[StaffRole]),
    administrators: &[i64],
) -> Result<(), StaffRefusal> {
    if by_no == person_no && to.iter().any(|role| !from.contains(role)) {
        return Err(StaffRefusal::Own);
    }
    let stays = to.contains(&StaffRole::Administrator)
        || administrators.iter().any(|other| *other != person_no);
    if stays {
        Ok(())
    } else {
        Err(StaffRefusal::LastAdministrator)
    }
}

/// Whether a key of this kind can be for this. A key of the desk reads no organisation's findings: a person does, with a
/// reason.
#[must_use]
pub fn key_may_hold(kind: KeyKind, scope: Scope) -> bool {
    match scope {
        Scope::OrganisationRead
        | Scope::AssetsRead
        | Scope::AssetsWrite
        | Scope::FindingsRead
        | Scope::FindingsWrite
        | Scope::OrganisationWrite
        | Scope::PeopleRead
        | Scope::PeopleWrite
        | Scope::MandatesRead
        | Scope::MandatesWrite
        | Scope::HistoryRead
        | Scope::KeysRead
        | Scope::KeysWrite
        | Scope::WebhooksRead
        | Scope::WebhooksWrite => kind == KeyKind::Organisation,
        Scope::BatchesRead => kind != KeyKind::Organisation,
        Scope::BatchesWrite => kind == KeyKind::Source,
        Scope::DeskRead
        | Scope::DeskWrite
        | Scope::MessagesRead
        | Scope::MessagesWrite
        | Scope::SourcesWrite
        | Scope::QueuesWrite
        | Scope::RowsWrite
        | Scope::ClaimsRead
        | Scope::ClaimsWrite
        | Scope::CatalogueRead
        | Scope::CatalogueWrite
        | Scope::StaffRead
        | Scope::AuditRead
        | Scope::ProgrammesRead => kind == KeyKind::Desk,
    }
}

/// Whether a key of this kind is for this where nobody says what it is for: for reading, and one of a source for delivering. What
/// organisations hold, who works at the desk and what was done there is read with a key that somebody made for that.
#[must_use]
pub fn key_holds_unasked(kind: KeyKind, scope: Scope) -> bool {
    let must_be_asked = matches!(
        scope,
        Scope::ClaimsRead | Scope::StaffRead | Scope::AuditRead
    );
    let reads = scope.as_str().ends_with(":read") && !must_be_asked;
    key_may_hold(kind, scope) && (kind == KeyKind::Source || reads)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(standing: Standing) -> Vec<Deed> {
        let all = Deed::ALL.into_iter();
        all.filter(|deed| standing.may(*deed)).collect()
    }

    fn mandate(role: OrganisationRole, may_answer: bool, tlp_max: Tlp) -> Standing {
        Standing::Mandate {
            role,
            may_answer,
            tlp_max,
            group_no: None,
        }
    }

    #[test]
    fn the_last_administrator_stays_until_there_is_another() {
        use OrganisationRole::{Administrator, Reader};
        let alone = [(1, Administrator), (2, Reader)];
        assert!(!keeps_an_administrator(alone, 1, None));
        assert!(!keeps_an_administrator(alone, 1, Some(Reader)));
        assert!(keeps_an_administrator(alone, 1, Some(Administrator)));
        assert!(keeps_an_administrator(alone, 2, None));
        assert!(keeps_an_administrator([], 1, Some(Reader)));
        assert!(keeps_an_administrator(
            [(1, Administrator), (2, Administrator)],
            1,
            None
        ));
    }

    #[test]
    fn a_reader_changes_nothing() {
        let may = allowed(Standing::Member(OrganisationRole::Reader));
        assert_eq!(
            may,
            [Deed::ReadFindings, Deed::ReadAssets, Deed::ReadPeople]
        );
    }

    #[test]
    fn a_mandate_covers_findings_and_assets_and_never_people_or_keys() {
        use OrganisationRole::{Administrator, Reader};
        let reads = [Deed::ReadFindings, Deed::ReadAssets];
        assert_eq!(allowed(mandate(Administrator, false, Tlp::Amber)), reads);
        assert_eq!(allowed(mandate(Reader, true, Tlp::Amber)), reads);
        let answers = [Deed::ReadFindings, Deed::AnswerFindings, Deed::ReadAssets];
        assert_eq!(allowed(mandate(Administrator, true, Tlp::Amber)), answers);
    }

    #[test]
    fn a_mandate_never_shows_more_than_amber() {
        for (given, want) in [
            (Tlp::Red, Tlp::Amber),
            (Tlp::AmberStrict, Tlp::Amber),
            (Tlp::Amber, Tlp::Amber),
            (Tlp::Green, Tlp::Green),
        ] {
            let standing = mandate(OrganisationRole::Administrator, true, given);
            assert_eq!(standing.tlp_max(), want, "{given}");
        }
    }

    #[test]
    fn nobody_at_the_desk_may_do_everything_alone() {
        for role in StaffRole::ALL {
            let may = |deed: &DeskDeed| staff_may(&[*role], *deed);
            assert!(!DeskDeed::ALL.iter().all(may), "{role}");
        }
        assert!(!DeskDeed::ALL.into_iter().any(|deed| staff_may(&[], deed)));
    }

    #[test]
    fn nobody_raises_oneself_and_the_last_administrator_stays() {
        use StaffRole::{Administrator, Analyst};
        let both: &[StaffRole] = &[Administrator, Analyst];
        let set = |by_and_whom, from: &[StaffRole], to: &[StaffRole], administrators: &[i64]| {
            may_set_staff_roles(by_and_whom, (from, to), administrators)
        };
        assert_eq!(
            set((1, 1), &[Administrator], both, &[1, 2]),
            Err(StaffRefusal::Own)
        );
        assert_eq!(set((1, 1), both, &[Administrator], &[1]), Ok(()));
        assert_eq!(
            set((1, 1), both, &[Analyst], &[1]),
            Err(StaffRefusal::LastAdministrator)
        );
        assert_eq!(set((1, 1), both, &[], &[1, 2]), Ok(()));
        assert_eq!(
            set((2, 1), both, &[], &[1]),
            Err(StaffRefusal::LastAdministrator)
        );
        assert_eq!(set((1, 2), &[], both, &[1]), Ok(()));
    }

    #[test]
    fn whoever_changes_assets_reads_all_that_a_list_of_them_says() {
        // A list of somebody who does not see the suppliers would empty them.
        for role in OrganisationRole::ALL.iter().copied() {
            let mandate = Standing::Mandate {
                role,
                may_answer: true,
                tlp_max: Tlp::Red,
                group_no: None,
            };
            for standing in [Standing::Member(role), mandate] {
                assert!(
                    !standing.may(Deed::ChangeAssets) || standing.may(Deed::ReadPeople),
                    "{standing:?}"
                );
            }
        }
    }

    #[test]
    fn a_scope_of_one_kind_of_key_is_not_one_of_another_but_reading_deliveries() {
        for scope in Scope::ALL {
            let kinds: Vec<_> = KeyKind::ALL
                .iter()
                .filter(|kind| key_may_hold(**kind, *scope))
                .collect();
            let want = if *scope == Scope::BatchesRead { 2 } else { 1 };
            assert_eq!(kinds.len(), want, "{scope}");
        }
    }

    #[test]
    fn a_key_of_which_nobody_said_what_for_changes_nothing_and_reads_no_names_of_the_desk() {
        let unasked = |kind| {
            let all = Scope::ALL.iter().copied();
            all.filter(|scope| key_holds_unasked(kind, *scope))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            unasked(KeyKind::Desk),
            [
                Scope::BatchesRead,
                Scope::DeskRead,
                Scope::MessagesRead,
                Scope::CatalogueRead,
                Scope::ProgrammesRead
            ]
        );
        assert_eq!(
            unasked(KeyKind::Source),
            [Scope::BatchesRead, Scope::BatchesWrite]
        );
    }
}
