//! Reads numbers and pieces from the encoded values of a typed call.

/// The bytes do not fit the types. This is a bug on one side of the bridge, never the caller's fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch(pub String);

impl std::fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}

pub fn mismatch<T>(what: impl Into<String>) -> Result<T, Mismatch> {
    Err(Mismatch(what.into()))
}

/// Reads little-endian values from the front of `bytes`.
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub fn remaining(&self) -> usize {
        self.bytes.len()
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Mismatch> {
        let Some((taken, rest)) = self.bytes.split_at_checked(count) else {
            return mismatch("the values end too early");
        };
        self.bytes = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Mismatch> {
        let Some((taken, rest)) = self.bytes.split_first_chunk::<N>() else {
            return mismatch("the values end too early");
        };
        self.bytes = rest;
        Ok(*taken)
    }

    pub fn u8(&mut self) -> Result<u8, Mismatch> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub fn u32(&mut self) -> Result<u32, Mismatch> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub fn u64(&mut self) -> Result<u64, Mismatch> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// Reads a byte that is 0 or 1.
    pub fn flag(&mut self) -> Result<bool, Mismatch> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            other => mismatch(format!("{other} where 0 or 1 belongs")),
        }
    }

    pub fn end(&self) -> Result<(), Mismatch> {
        if self.bytes.is_empty() {
            Ok(())
        } else {
            mismatch(format!("{} bytes too many", self.bytes.len()))
        }
    }
}
