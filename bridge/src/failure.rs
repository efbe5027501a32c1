//! Failures of calls, loads and compilations, with the codes of `src/base/error_code.h`.

use std::fmt;

use wasmtime::{PoolConcurrencyLimitError, Trap};
use wasmtime_wasi::I32Exit;

use crate::ffi::Outcome;
use crate::instances::memory::Denial;

#[derive(Clone, Debug)]
pub struct Failure {
    pub code: &'static str,
    pub message: String,
    pub detail: String,
}

impl Failure {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            detail: String::new(),
        }
    }

    pub fn internal(detail: impl Into<String>) -> Self {
        Self {
            code: "internal",
            message: "the engine failed".to_owned(),
            detail: detail.into(),
        }
    }

    /// The outcome of an operation that did not fail.
    pub fn none() -> Outcome {
        Outcome {
            code: "",
            message: String::new(),
            detail: String::new(),
        }
    }

    pub fn into_outcome(self) -> Outcome {
        Outcome {
            code: self.code,
            message: self.message,
            detail: self.detail,
        }
    }

    /// The failure that a guest's `error` means. `None` if the guest exited with code 0.
    pub fn of_guest(error: &wasmtime::Error, denial: Denial) -> Option<Self> {
        if let Some(known) = error.downcast_ref::<Self>() {
            return Some(known.clone());
        }
        if let Some(I32Exit(code)) = error.downcast_ref::<I32Exit>() {
            return match code {
                0 => None,
                code => Some(Self::new(
                    "guest-exit",
                    format!("the guest exited with code {code}"),
                )),
            };
        }
        if error.is::<PoolConcurrencyLimitError>() {
            return Some(Self::new(
                "overloaded",
                "every instance of the pool is in use",
            ));
        }
        let (code, message) = match (error.downcast_ref::<Trap>(), denial) {
            (Some(trap), _) => ("guest-trap", trap_kind(*trap).to_owned()),
            (None, Denial::Server) => (
                "overloaded",
                "the memory of all instances is in use".to_owned(),
            ),
            (None, Denial::Function) => (
                "guest-trap",
                "the guest needs more memory than its limit".to_owned(),
            ),
            (None, Denial::None) => ("guest-trap", "a host call was refused".to_owned()),
        };
        Some(Self {
            code,
            message,
            detail: format!("{error:?}"),
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Failure {}

/// Describes a trap without any text of the guest's.
fn trap_kind(trap: Trap) -> &'static str {
    match trap {
        Trap::StackOverflow => "call stack exhausted",
        Trap::MemoryOutOfBounds => "out of bounds memory access",
        Trap::HeapMisaligned => "unaligned atomic",
        Trap::TableOutOfBounds => "out of bounds table access",
        Trap::IndirectCallToNull => "uninitialized element",
        Trap::BadSignature => "indirect call type mismatch",
        Trap::IntegerOverflow => "integer overflow",
        Trap::IntegerDivisionByZero => "integer divide by zero",
        Trap::BadConversionToInteger => "invalid conversion to integer",
        Trap::UnreachableCodeReached => "unreachable",
        Trap::NullReference => "null reference",
        Trap::CannotEnterComponent => "re-entered component",
        _ => "trap",
    }
}
