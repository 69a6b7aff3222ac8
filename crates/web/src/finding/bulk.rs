//! `POST /organisations/{id}/findings/bulk`: one answer about many findings, or all of them to one person. What needs no more than
//! ticks is done at once; the rest, and what asks of a finding when it was solved, asks on a page of its own, which says about how
//! many findings it is, and `.../bulk/apply` does it.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{AnswerStatus, Day, Role, Severity};
use rules::access::Deed;
use rules::answer::{CHOICES, choices_of};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{InboxOrder, InboxRow, Tx};
use uuid::Uuid;

use super::answering::{AnswerForm, Read, Said, write};
use super::detail::sayer_of;
use super::filter::{self, Filter};
use super::list::{PAGE_ROWS, home};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Statuses that need no more than a tick.
pub(super) const STATUSES: [AnswerStatus; 3] = [
    AnswerStatus::InProgress,
    AnswerStatus::Solved,
    AnswerStatus::HelpRequested,
];

/// Findings that one answer is given about at once; the page says so, and how many there are. They are one transaction.
const AT_ONCE_MAX: usize = 1_000;

/// Questions by which all that a list shows is found: each reads 2,000 lines of messages.
const LOOKS_MAX: usize = 25;

/// What is done with the ticked findings.
#[derive(Clone, Copy)]
pub(super) enum Deal {
    Status(AnswerStatus),
    TakeOver,
}

impl Deal {
    /// The word for it in a form.
    fn as_str(self) -> &'static str {
        match self {
            Self::Status(status) => status.as_str(),
            Self::TakeOver => "take-over",
        }
    }

    /// Whether it asks for no more than ticks.
    fn is_plain(self) -> bool {
        match self {
            Self::Status(status) => STATUSES.contains(&status),
            Self::TakeOver => true,
        }
    }

    /// The form with nothing filled in.
    pub(super) fn form(self) -> AnswerForm {
        let status = match self {
            Self::Status(status) => status.as_str(),
            Self::TakeOver => "",
        };
        AnswerForm {
            status: status.to_owned(),
            ..AnswerForm::default()
        }
    }

    /// What is said of a finding with this form; nothing of one that asks more than was filled in: when it was solved, and what
    /// happened before.
    pub(super) fn said(
        self,
        form: &AnswerForm,
        row: &InboxRow,
        person_no: i64,
        today: Day,
    ) -> Result<Option<Said>, Errors> {
        if let Self::TakeOver = self {
            return Ok(Some(Said {
                assigned_to: Some(person_no),
                ..Said::default()
            }));
        }
        match form.read(
            (row.role, row.place.severity),
            choices_of(row.relation),
            today,
        ) {
            Read::Said(said) => Ok(Some(said)),
            Read::AskAboutThePast => Ok(None),
            Read::Wrong(errors) => Err(errors),
        }
    }
}

/// The form of a list in which findings are ticked.
#[derive(Clone)]
pub(super) struct Ticked<I> {
    pub(super) deal: Deal,
    pub(super) ids: Vec<I>,
    /// The choices of the list, as the end of an address.
    pub(super) back: String,
}

impl<I> Ticked<I> {
    /// Reads a form of at most `ids_max` findings, with one of these statuses.
    pub(super) fn read(
        form: &[u8],
        ids_max: usize,
        statuses: &[AnswerStatus],
        id: impl Fn(&str) -> Option<I>,
    ) -> Result<Self, Refusal> {
        let (mut deal, mut ids, mut back) = (None, Vec::new(), String::new());
        for (name, value) in url::form_urlencoded::parse(form) {
            match &*name {
                "finding" => ids.push(id(&value).ok_or(Refusal::Bad)?),
                "deal" if value == "take-over" => deal = Some(Deal::TakeOver),
                "deal" => {
                    let status = value
                        .parse()
                        .ok()
                        .filter(|status| statuses.contains(status));
                    deal = Some(Deal::Status(status.ok_or(Refusal::Bad)?));
                }
                "back" => back = value.into_owned(),
                _ => {}
            }
        }
        if ids.len() > ids_max {
            return Err(Refusal::Bad);
        }
        let deal = deal.ok_or(Refusal::Bad)?;
        Ok(Self { deal, ids, back })
    }

    /// End of the key of the text that says what was done, where so many findings were left as they were.
    pub(super) fn done(is_none: bool, left: usize) -> &'static str {
        match (is_none, left) {
            (true, _) => "none",
            (false, 0) => "bulk",
            (false, _) => "bulk-but-critical",
        }
    }
}

/// What is to be done, and about which findings.
#[derive(Clone)]
struct Order {
    ticked: Ticked<Uuid>,
    /// All that the list shows, whatever is ticked.
    all: bool,
    /// What the page that asked showed; see [`Meant::mark`].
    mark: String,
    /// What goes with the answer.
    form: AnswerForm,
}

impl Order {
    fn read(form: &[u8]) -> Result<Self, Refusal> {
        let ticked = Ticked::read(form, PAGE_ROWS, &CHOICES, |text| text.parse().ok())?;
        let mut order = Self {
            all: false,
            mark: String::new(),
            form: ticked.deal.form(),
            ticked,
        };
        for (name, value) in url::form_urlencoded::parse(form) {
            match &*name {
                "all" => order.all = value == "yes",
                "mark" => order.mark = value.into_owned(),
                "until" => order.form.until = value.into_owned(),
                "patched" => order.form.patched = value.into_owned(),
                "exposed" => order.form.exposed = value.into_owned(),
                "comment" => order.form.comment = value.into_owned(),
                _ => {}
            }
        }
        Ok(order)
    }

    /// The choices of the list, as the end of an address: `back` was made by the list itself; only those that we know are taken
    /// over.
    fn choices(&self) -> String {
        choices_in::<Filter>(&self.ticked.back).address(None)
    }

    /// Nothing is ticked, and not all is meant.
    fn is_none(&self) -> bool {
        self.ticked.ids.is_empty() && !self.all
    }

    /// The findings that are meant.
    fn meant(&self, site: &Site, member: &Member, tx: &mut Tx<'_>) -> Result<Meant, Refusal> {
        if self.all {
            return Meant::shown(site, member, &self.ticked.back, tx);
        }
        let mut rows = Vec::with_capacity(self.ticked.ids.len());
        for id in &self.ticked.ids {
            rows.push(filter::one(site, member, id, tx)?);
        }
        Ok(Meant {
            rows,
            has_more: false,
        })
    }

    /// What is said of each of these; nothing of one that asks more than was filled in.
    fn said(&self, meant: &Meant, person_no: i64, today: Day) -> Result<Vec<Option<Said>>, Errors> {
        let deal = self.ticked.deal;
        let rows = meant.rows.iter();
        rows.map(|row| deal.said(&self.form, row, person_no, today))
            .collect()
    }

    /// What is wrong with what was filled in, whatever finding it is about.
    fn errors(&self, today: Day) -> Errors {
        // Of such a finding nothing is asked about the past.
        let plain = (Role::Target, Severity::Info);
        match (self.ticked.deal, self.form.read(plain, &CHOICES, today)) {
            (Deal::Status(_), Read::Wrong(errors)) => errors,
            _ => Errors::default(),
        }
    }
}

/// Findings that an answer is about.
struct Meant {
    rows: Vec<InboxRow>,
    /// The list shows more, or may show more.
    has_more: bool,
}

impl Meant {
    /// All that a list shows, the newest first.
    fn shown(site: &Site, member: &Member, back: &str, tx: &mut Tx<'_>) -> Result<Self, Refusal> {
        let filter = Filter {
            after: String::new(),
            ..choices_in::<Filter>(back)
        };
        let mut meant = Self {
            rows: Vec::new(),
            has_more: true,
        };
        let Some(mut query) = filter.query(site, member, tx)? else {
            meant.has_more = false;
            return Ok(meant);
        };
        query.order = InboxOrder::Newest;
        for _ in 0..LOOKS_MAX {
            let page = tx.inbox(&query, AT_ONCE_MAX - meant.rows.len())?;
            meant.rows.extend(page.rows);
            query.after = page.next;
            if query.after.is_none() {
                meant.has_more = false;
                break;
            }
            if meant.rows.len() >= AT_ONCE_MAX {
                break;
            }
        }
        Ok(meant)
    }

    /// Equal while the findings and their answers are those that a page showed.
    fn mark(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for row in &self.rows {
            for number in [row.place.finding_no, row.episode.into(), row.version] {
                hasher.update(&number.to_le_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }
}

#[derive(Serialize)]
struct ConfirmView {
    deal: &'static str,
    all: bool,
    ids: Vec<Uuid>,
    back: String,
    mark: String,
    count: usize,
    /// There are more than are answered at once, or there may be.
    has_more: bool,
    at_once_max: usize,
    /// Findings of which is asked when they were solved, and what happened before.
    asking: usize,
    form: AnswerForm,
    errors: Errors,
    /// The findings are others than when the page was shown before.
    has_changed: bool,
    /// Address of the list.
    list: String,
    home: String,
}

pub(super) async fn bulk(
    State(site): State<Site>,
    member: Member,
    form: Bytes,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::AnswerFindings)?;
    let order = Order::read(&form)?;
    if order.is_none() {
        return Ok(done(&member, &order, 0));
    }
    if order.all || !order.ticked.deal.is_plain() {
        return ask(&site, &member, order, Errors::default(), false).await;
    }
    answer(&site, &member, order, false).await
}

/// The page that says about how many findings it is, and asks what goes with the answer.
async fn ask(
    site: &Site,
    member: &Member,
    order: Order,
    errors: Errors,
    has_changed: bool,
) -> Result<Response, Refusal> {
    let (asked, who, ordered) = (site.clone(), member.clone(), order.clone());
    let meant = site.read(move |tx| ordered.meant(&asked, &who, tx)).await?;
    let (deal, today) = (order.ticked.deal, site.now().day());
    let (plain, person_no) = (deal.form(), member.who.person.person_no);
    let asks = |row: &InboxRow| matches!(deal.said(&plain, row, person_no, today), Ok(None));
    let view = ConfirmView {
        deal: deal.as_str(),
        all: order.all,
        mark: meant.mark(),
        count: meant.rows.len(),
        has_more: meant.has_more,
        at_once_max: AT_ONCE_MAX,
        asking: meant.rows.iter().filter(|row| asks(row)).count(),
        errors,
        has_changed,
        list: format!("{}{}", home(member), order.choices()),
        home: home(member),
        ids: order.ticked.ids,
        back: order.ticked.back,
        form: order.form,
    };
    site.page(member, "finding/bulk.html", &view)
}

/// What came of an answer about many findings.
enum Outcome {
    /// So many were left as they were: they ask more.
    Done(usize),
    /// Nothing was done: what they ask is asked once for all of them.
    Asks,
    Wrong(Errors),
    /// They are others than the page showed.
    Changed,
}

pub(super) async fn apply(
    State(site): State<Site>,
    member: Member,
    form: Bytes,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::AnswerFindings)?;
    let order = Order::read(&form)?;
    let errors = order.errors(site.now().day());
    if !errors.is_empty() {
        return ask(&site, &member, order, errors, false).await;
    }
    answer(&site, &member, order, true).await
}

/// Gives the answer about all that are meant, or asks more. `is_asked`: the page that asks was shown, so what asks more than was
/// filled in is left as it is.
async fn answer(
    site: &Site,
    member: &Member,
    order: Order,
    is_asked: bool,
) -> Result<Response, Refusal> {
    let now = site.now();
    let (asked, who, sayer) = (site.clone(), member.clone(), sayer_of(site, member));
    let ordered = order.clone();
    let outcome = site.write(move |tx| {
        let meant = ordered.meant(&asked, &who, tx)?;
        if is_asked && meant.mark() != ordered.mark {
            return Ok(Outcome::Changed);
        }
        // All are read before one is written: what is wrong for one is done for none.
        let said = match ordered.said(&meant, who.who.person.person_no, now.day()) {
            Ok(said) => said,
            Err(errors) => return Ok(Outcome::Wrong(errors)),
        };
        let left = said.iter().filter(|said| said.is_none()).count();
        if left > 0 && !is_asked {
            return Ok(Outcome::Asks);
        }
        for (row, said) in meant.rows.iter().zip(said) {
            if let Some(said) = said {
                write(&asked, tx, &sayer, row, &said, now)?;
            }
        }
        Ok(Outcome::Done(left))
    });
    match outcome.await? {
        Outcome::Done(left) => Ok(done(member, &order, left)),
        Outcome::Asks => ask(site, member, order, Errors::default(), false).await,
        Outcome::Wrong(errors) => ask(site, member, order, errors, false).await,
        Outcome::Changed => ask(site, member, order, Errors::default(), true).await,
    }
}

/// To the list, which says what was done.
fn done(member: &Member, order: &Order, left: usize) -> Response {
    let choices = order.choices();
    let joint = if choices.is_empty() { "?" } else { "&" };
    let done = Ticked::<Uuid>::done(order.is_none(), left);
    let place = format!("{}{choices}{joint}done={done}", home(member));
    Redirect::to(&place).into_response()
}

/// The choices in the end of an address; those that cannot be read are the usual ones.
pub(super) fn choices_in<F: DeserializeOwned + Default>(address: &str) -> F {
    let uri = format!("/{address}").parse().unwrap_or_default();
    Query::try_from_uri(&uri)
        .map(|query: Query<F>| query.0)
        .unwrap_or_default()
}
