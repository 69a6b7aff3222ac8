//! A message before it leaves: to whom it goes, what it says, the bytes of its mail, and what a person decides about it. And
//! what comes back: the answer of a recipient, and a mail in reply.
//!
//! The stages and the desk both ask here, so that what an analyst sees and approves is what is sent. `rules` writes the
//! words; the store keeps the outcome.
//!
//! Left to others: handing over (`pipeline`), and who may decide (`web`, the commands).

mod administrators;
mod advice;
mod answer;
mod call;
mod compose;
mod decide;
mod error;
mod evaluation;
mod example;
mod gone;
mod held;
mod key_news;
mod mail;
pub mod openpgp;
mod place;
mod reply;
mod settle;
mod show;
mod waiting_list;

pub use administrators::{tell_administrators, tell_administrators_of_part, tell_people_of};
pub use advice::{Advice, NOW};
pub use answer::{AnswerError, Said, Sayer, answer};
pub use call::{CALLS_MAX, Call, CallCounts, CallPlace, Calls, call_about, calls, numbers_for};
pub use compose::{Sources, compose, named_by};
pub use decide::{Decider, Released, Retried, SentAgain};
pub use error::MessageError;
pub use evaluation::tell_of_evaluation;
pub use example::example_of;
pub use gone::{Gone, end_gone, nobody_gets};
pub use held::{Unheld, discard_held, release_held};
pub use key_news::{KeyNews, tell_of_key};
pub use mail::{Letter, Mail};
pub use place::{Reasons, address_from, match_reasons};
pub use reply::{REPLY_BYTES_MAX, Reply};
pub use settle::{addresses_of, choice_of, keep_hours, settle, usual_of};
pub use show::{Shown, show};
pub use waiting_list::{can_pass_on_places, pass_on_places, tell_applicant};
