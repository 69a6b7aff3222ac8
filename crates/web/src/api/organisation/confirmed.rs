//! That what an organisation said of itself still holds.

use model::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// When it was said that all of it still holds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Confirmed {
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    confirmed_at: String,
}

impl Confirmed {
    pub(in crate::api) fn at(now: Timestamp) -> Self {
        Self {
            confirmed_at: now.to_string(),
        }
    }
}
