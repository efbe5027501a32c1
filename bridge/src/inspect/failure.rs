//! Failures of an inspection.

/// The reason why a module can't be inspected.
#[derive(Debug)]
pub struct InspectFailure {
    /// The module is valid, but needs something that this engine does not support.
    pub unsupported: bool,
    pub message: String,
}

impl InspectFailure {
    pub fn invalid(message: impl ToString) -> Self {
        Self {
            unsupported: false,
            message: message.to_string(),
        }
    }

    pub fn unsupported(message: impl ToString) -> Self {
        Self {
            unsupported: true,
            message: message.to_string(),
        }
    }
}
