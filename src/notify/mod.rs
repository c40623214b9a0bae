//! Tells people after a run: a webhook, or e-mail.

use std::path::PathBuf;

use url::Url;

/// Who is told, when and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifySettings {
    /// How.
    pub channel: Channel,
    /// When.
    pub on: Occasion,
    /// A template of one's own for the text; none is the built-in one.
    pub template: Option<PathBuf>,
}

/// After which runs people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// After every run.
    Always,
    /// When a satker or a number is missing, or nothing could be done.
    Failure,
    /// When something changed since the last run.
    Change,
}

/// How people are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// JSON by POST.
    Webhook {
        /// Where to.
        url: Url,
        /// The environment variable that holds the secret it is signed with.
        secret_env: Option<String>,
    },
    /// An e-mail.
    Mail {
        /// The server: `smtps://host`, `smtp+starttls://host:587`, or `smtp://host:25` for one in the office's own network.
        server: Url,
        /// The environment variables that hold user and password.
        user_env: Option<String>,
        /// See `user_env`.
        password_env: Option<String>,
        /// Sender.
        from: String,
        /// Recipients.
        to: Vec<String>,
        /// Whether the workbook is attached.
        attach: bool,
        /// Where the workbook can be opened, where that is to be told.
        link: Option<String>,
    },
}
