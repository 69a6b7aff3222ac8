//! Words of feedback: what recipients say of the service itself, and what becomes of that.

crate::vocabulary! {
    /// Whether a message was useful to its recipient.
    pub enum Usefulness: "usefulness" {
        /// It was.
        Yes = 0 => "yes",
        /// In part.
        Partly = 1 => "partly",
        /// It was not.
        No = 2 => "no",
    }
}

crate::vocabulary! {
    /// How a complaint came in.
    pub enum ComplaintDoor: "door of a complaint" {
        /// By the form for everybody.
        Page = 0 => "page",
        /// By the same form, from somebody who signed in.
        Portal = 1 => "portal",
        /// By telephone; somebody of the desk wrote it down.
        Telephone = 2 => "telephone",
        /// By letter or mail; somebody of the desk wrote it down.
        Letter = 3 => "letter",
    }
}

crate::vocabulary! {
    /// How far a complaint is.
    pub enum ComplaintState: "state of a complaint" {
        /// Nobody has looked at it yet.
        Received = 0 => "received",
        /// Who complained knows that somebody looks at it.
        Acknowledged = 1 => "acknowledged",
        /// Who complained has the answer.
        Answered = 2 => "answered",
        /// Who complained took it back.
        Withdrawn = 3 => "withdrawn",
    }
}

impl ComplaintState {
    /// Whether the desk is done with it.
    #[must_use]
    pub fn is_ended(self) -> bool {
        match self {
            Self::Received | Self::Acknowledged => false,
            Self::Answered | Self::Withdrawn => true,
        }
    }
}

crate::vocabulary! {
    /// Where a suggestion comes from.
    pub enum SuggestionOrigin: "origin of a suggestion" {
        /// The form for everybody.
        Page = 0 => "page",
        /// The same form, from somebody who signed in.
        Portal = 1 => "portal",
        /// A complaint.
        Complaint = 2 => "complaint",
        /// A survey.
        Survey = 3 => "survey",
        /// A meeting with stakeholders.
        Meeting = 4 => "meeting",
        /// Somebody of the desk.
        Desk = 5 => "desk",
    }
}

crate::vocabulary! {
    /// How a question of a survey is answered.
    pub enum QuestionKind: "kind of question" {
        /// With a number from 1, not at all, to 5, completely.
        Scale = 0 => "scale",
        /// With one of some words.
        Choice = 1 => "choice",
        /// In one's own words.
        Text = 2 => "text",
    }
}

crate::vocabulary! {
    /// How far a user story is.
    pub enum StoryStatus: "status of a user story" {
        /// Nobody has decided about it yet.
        New = 0 => "new",
        /// It will be done.
        Accepted = 1 => "accepted",
        /// It is known when.
        Planned = 2 => "planned",
        /// It is done.
        Done = 3 => "done",
        /// It will not be done, for a reason.
        Declined = 4 => "declined",
    }
}

impl StoryStatus {
    /// Whether something came of it that can be told.
    #[must_use]
    pub fn is_ended(self) -> bool {
        match self {
            Self::New | Self::Accepted | Self::Planned => false,
            Self::Done | Self::Declined => true,
        }
    }
}
