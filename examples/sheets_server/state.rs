//! What the server remembers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use super::account::Tokens;
use super::error::ApiError;
use super::faults::{Kind, Ledger};
use super::http::{Call, machine_time};
use super::model::{Role, Spreadsheet};

/// Spreadsheets, tokens, faults and counts.
#[derive(Debug, Default)]
pub struct State {
    /// Spreadsheets by their id. A reader keeps the one it began with.
    pub spreadsheets: BTreeMap<String, Arc<Spreadsheet>>,
    /// Tokens given out.
    pub tokens: Tokens,
    /// Faults, quota, counts, log.
    pub ledger: Ledger,
    /// Seconds a token is good for.
    pub token_life: i64,
}

impl State {
    /// Seconds since 1970 by the server's clock.
    pub fn now(&self) -> i64 {
        machine_time() + self.ledger.faults.clock_skew
    }

    /// Checks who is asking and whether the quota permits it; what the caller may do with a spreadsheet.
    ///
    /// # Errors
    /// 400, 401, 403 or 429 as Google answers.
    pub fn caller(&mut self, call: &Call, kind: Kind) -> Result<Caller, ApiError> {
        let caller = match (&call.token, call.field("key")) {
            (Some(token), _) => {
                let grant = self.tokens.check(token, self.now()).ok_or_else(ApiError::unauthenticated)?;
                Caller::Account { may_write: grant.may_write }
            }
            (None, Some(super::account::API_KEY)) => Caller::ApiKey,
            (None, Some(_)) => return Err(ApiError::invalid("API key not valid. Please pass a valid API key.")),
            (None, None) => return Err(ApiError::unregistered()),
        };
        if !self.ledger.within_quota(kind, Instant::now()) {
            return Err(ApiError::over_quota(if kind == Kind::Read { "Read" } else { "Write" }));
        }
        Ok(caller)
    }

    /// The spreadsheet of an id, for a caller who may do that with it.
    ///
    /// # Errors
    /// 404, 403 or 400 as Google answers.
    pub fn open(&self, id: &str, caller: Caller, needed: Role) -> Result<&Arc<Spreadsheet>, ApiError> {
        let spreadsheet = self.spreadsheets.get(id).ok_or_else(ApiError::not_found)?;
        let by_link = if spreadsheet.by_link { Role::Viewer } else { Role::None };
        let role = match caller {
            Caller::ApiKey if needed == Role::Editor => return Err(ApiError::unauthenticated()),
            Caller::ApiKey => by_link,
            Caller::Account { may_write: false } if needed == Role::Editor => {
                return Err(ApiError::scope());
            }
            Caller::Account { .. } if self.ledger.faults.refuse_account => Role::None,
            Caller::Account { .. } => spreadsheet.account.max(by_link),
        };
        if role < needed {
            return Err(ApiError::denied());
        }
        if spreadsheet.office_file {
            return Err(ApiError::office_file());
        }
        Ok(spreadsheet)
    }
}

/// Who is asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// The service account.
    Account {
        /// Whether its token permits writing.
        may_write: bool,
    },
    /// Somebody with the API key.
    ApiKey,
}
