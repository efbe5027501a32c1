//! Values of core modules: the four number types.

use wasmtime::{Val, ValType};

use crate::values::reader::{Mismatch, Reader, mismatch};

pub fn decode_core(types: &[ValType], bytes: &[u8]) -> Result<Vec<Val>, Mismatch> {
    let mut reader = Reader::new(bytes);
    let mut values = Vec::with_capacity(types.len());
    for ty in types {
        values.push(read_core(ty, &mut reader)?);
    }
    reader.end()?;
    Ok(values)
}

pub fn encode_core(values: &[Val]) -> Result<Vec<u8>, Mismatch> {
    let mut bytes = Vec::with_capacity(values.len() * 8);
    for value in values {
        write_core(value, &mut bytes)?;
    }
    Ok(bytes)
}

pub fn read_core(ty: &ValType, reader: &mut Reader) -> Result<Val, Mismatch> {
    Ok(match ty {
        ValType::I32 => Val::I32(i32::from_le_bytes(reader.array()?)),
        ValType::I64 => Val::I64(i64::from_le_bytes(reader.array()?)),
        ValType::F32 => Val::F32(u32::from_le_bytes(reader.array()?)),
        ValType::F64 => Val::F64(u64::from_le_bytes(reader.array()?)),
        other => return mismatch(format!("no bytes stand for {other}")),
    })
}

pub fn write_core(value: &Val, bytes: &mut Vec<u8>) -> Result<(), Mismatch> {
    match value {
        Val::I32(value) => bytes.extend_from_slice(&value.to_le_bytes()),
        Val::I64(value) => bytes.extend_from_slice(&value.to_le_bytes()),
        Val::F32(bits) => bytes.extend_from_slice(&bits.to_le_bytes()),
        Val::F64(bits) => bytes.extend_from_slice(&bits.to_le_bytes()),
        _ => return mismatch("a result that is no number"),
    }
    Ok(())
}
