//! Codes that were mailed somewhere, as programs send them back.

use utoipa::ToSchema;

use crate::api::error::{ApiError, Mistake};
use crate::api::fields::Fields;

/// Most digits that are read of a code.
const CODE_CHARS_MAX: usize = 20;

/// A code that was mailed.
#[derive(ToSchema)]
pub(in crate::api) struct NewCode {
    #[schema(max_length = 20, min_length = 1, example = "01234567")]
    pub(in crate::api) code: String,
}

impl NewCode {
    pub(in crate::api) fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let code = fields.line("code", CODE_CHARS_MAX)?;
        Some(Self { code })
    }
}

/// The error about a code that was not the right one.
pub(in crate::api) fn wrong_code() -> ApiError {
    let why = "this is not the code that was mailed, or it counts no longer";
    ApiError::Invalid(vec![Mistake::at("/code", "wrong-code", why)])
}
