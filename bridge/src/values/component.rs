//! Values of components: all plain WIT types.

use wasmtime::component::{Type, Val};

use crate::values::reader::{Mismatch, Reader, mismatch};

/// A value that takes no bytes could be repeated without end. Real values take at least one byte each.
const VALUES_BEYOND_BYTES: usize = 64 << 10;

pub fn decode_component(types: &[Type], bytes: &[u8]) -> Result<Vec<Val>, Mismatch> {
    let mut decoder = Decoder {
        reader: Reader::new(bytes),
        values_left: bytes.len().saturating_add(VALUES_BEYOND_BYTES),
    };
    let mut values = Vec::with_capacity(types.len());
    for ty in types {
        values.push(decoder.value(ty)?);
    }
    decoder.reader.end()?;
    Ok(values)
}

struct Decoder<'a> {
    reader: Reader<'a>,
    values_left: usize,
}

impl Decoder<'_> {
    fn value(&mut self, ty: &Type) -> Result<Val, Mismatch> {
        let Some(values_left) = self.values_left.checked_sub(1) else {
            return mismatch("more values than bytes");
        };
        self.values_left = values_left;
        let reader = &mut self.reader;
        Ok(match ty {
            Type::Bool => Val::Bool(reader.flag()?),
            Type::S8 => Val::S8(i8::from_le_bytes(reader.array()?)),
            Type::U8 => Val::U8(reader.u8()?),
            Type::S16 => Val::S16(i16::from_le_bytes(reader.array()?)),
            Type::U16 => Val::U16(u16::from_le_bytes(reader.array()?)),
            Type::S32 => Val::S32(i32::from_le_bytes(reader.array()?)),
            Type::U32 => Val::U32(reader.u32()?),
            Type::S64 => Val::S64(i64::from_le_bytes(reader.array()?)),
            Type::U64 => Val::U64(u64::from_le_bytes(reader.array()?)),
            Type::Float32 => Val::Float32(f32::from_le_bytes(reader.array()?)),
            Type::Float64 => Val::Float64(f64::from_le_bytes(reader.array()?)),
            Type::Char => Val::Char(self.char()?),
            Type::String => Val::String(self.string()?),
            other => self.compound(other)?,
        })
    }

    fn compound(&mut self, ty: &Type) -> Result<Val, Mismatch> {
        Ok(match ty {
            Type::List(list) => self.list(&list.ty())?,
            Type::Record(record) => {
                let mut fields = Vec::with_capacity(record.fields().len());
                for field in record.fields() {
                    fields.push((field.name.to_owned(), self.value(&field.ty)?));
                }
                Val::Record(fields)
            }
            Type::Tuple(tuple) => {
                let mut members = Vec::with_capacity(tuple.types().len());
                for ty in tuple.types() {
                    members.push(self.value(&ty)?);
                }
                Val::Tuple(members)
            }
            Type::Variant(variant) => {
                let index = self.index()?;
                let Some(case) = variant.cases().nth(index) else {
                    return mismatch(format!("no case {index} in a variant"));
                };
                Val::Variant(case.name.to_owned(), self.side(case.ty)?)
            }
            Type::Enum(cases) => {
                let index = self.index()?;
                match cases.names().nth(index) {
                    Some(name) => Val::Enum(name.to_owned()),
                    None => return mismatch(format!("no case {index} in an enum")),
                }
            }
            Type::Option(option) => {
                let present = self.reader.flag()?;
                Val::Option(self.side(present.then(|| option.ty()))?)
            }
            Type::Result(result) => {
                if self.reader.flag()? {
                    Val::Result(Err(self.side(result.err())?))
                } else {
                    Val::Result(Ok(self.side(result.ok())?))
                }
            }
            Type::Flags(flags) => {
                let mut set = Vec::new();
                for name in flags.names() {
                    if self.reader.flag()? {
                        set.push(name.to_owned());
                    }
                }
                Val::Flags(set)
            }
            _ => return mismatch("no bytes stand for a type that is not plain"),
        })
    }

    fn list(&mut self, element: &Type) -> Result<Val, Mismatch> {
        let count = self.index()?;
        // The count is not trusted until its elements have been read.
        let mut elements = Vec::with_capacity(count.min(self.reader.remaining()));
        for _ in 0..count {
            elements.push(self.value(element)?);
        }
        Ok(Val::List(elements))
    }

    fn side(&mut self, ty: Option<Type>) -> Result<Option<Box<Val>>, Mismatch> {
        match ty {
            Some(ty) => Ok(Some(Box::new(self.value(&ty)?))),
            None => Ok(None),
        }
    }

    fn index(&mut self) -> Result<usize, Mismatch> {
        let index = self.reader.u32()?;
        usize::try_from(index).or_else(|_| mismatch("an index beyond this machine's"))
    }

    fn char(&mut self) -> Result<char, Mismatch> {
        let number = self.reader.u32()?;
        match char::from_u32(number) {
            Some(char) => Ok(char),
            None => mismatch(format!("{number:#x} is no character")),
        }
    }

    fn string(&mut self) -> Result<String, Mismatch> {
        let count = self.index()?;
        match std::str::from_utf8(self.reader.take(count)?) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => mismatch("a string that is not UTF-8"),
        }
    }
}

pub fn encode_component(types: &[Type], values: &[Val]) -> Result<Vec<u8>, Mismatch> {
    if types.len() != values.len() {
        return mismatch(format!("{} values for {} types", values.len(), types.len()));
    }
    let mut encoder = Encoder { bytes: Vec::new() };
    for (ty, value) in types.iter().zip(values) {
        encoder.value(ty, value)?;
    }
    Ok(encoder.bytes)
}

struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.bytes.extend_from_slice(&bytes);
    }

    fn count(&mut self, count: usize) -> Result<(), Mismatch> {
        match u32::try_from(count) {
            Ok(count) => self.put(count.to_le_bytes()),
            Err(_) => return mismatch("more than 4 Gi elements"),
        }
        Ok(())
    }

    fn value(&mut self, ty: &Type, value: &Val) -> Result<(), Mismatch> {
        match value {
            Val::Bool(value) => self.put([u8::from(*value)]),
            Val::S8(value) => self.put(value.to_le_bytes()),
            Val::U8(value) => self.put(value.to_le_bytes()),
            Val::S16(value) => self.put(value.to_le_bytes()),
            Val::U16(value) => self.put(value.to_le_bytes()),
            Val::S32(value) => self.put(value.to_le_bytes()),
            Val::U32(value) => self.put(value.to_le_bytes()),
            Val::S64(value) => self.put(value.to_le_bytes()),
            Val::U64(value) => self.put(value.to_le_bytes()),
            Val::Float32(value) => self.put(value.to_le_bytes()),
            Val::Float64(value) => self.put(value.to_le_bytes()),
            Val::Char(value) => self.put(u32::from(*value).to_le_bytes()),
            Val::String(value) => {
                self.count(value.len())?;
                self.bytes.extend_from_slice(value.as_bytes());
            }
            _ => return self.compound(ty, value),
        }
        Ok(())
    }

    fn compound(&mut self, ty: &Type, value: &Val) -> Result<(), Mismatch> {
        match (ty, value) {
            (Type::List(list), Val::List(elements)) => {
                self.count(elements.len())?;
                let ty = list.ty();
                elements.iter().try_for_each(|value| self.value(&ty, value))
            }
            (Type::Record(record), Val::Record(fields)) => record
                .fields()
                .zip(fields)
                .try_for_each(|(field, (_, value))| self.value(&field.ty, value)),
            (Type::Tuple(tuple), Val::Tuple(members)) => tuple
                .types()
                .zip(members)
                .try_for_each(|(ty, value)| self.value(&ty, value)),
            (Type::Variant(variant), Val::Variant(name, value)) => {
                let mut cases = variant.cases().enumerate();
                let Some((index, case)) = cases.find(|(_, case)| case.name == name) else {
                    return mismatch(format!("no case {name} in a variant"));
                };
                self.count(index)?;
                self.side(case.ty, value)
            }
            (Type::Enum(cases), Val::Enum(name)) => {
                match cases.names().position(|candidate| candidate == name) {
                    Some(index) => self.count(index),
                    None => mismatch(format!("no case {name} in an enum")),
                }
            }
            (Type::Option(option), Val::Option(value)) => {
                self.put([u8::from(value.is_some())]);
                self.side(value.as_ref().map(|_| option.ty()), value)
            }
            (Type::Result(result), Val::Result(Ok(value))) => {
                self.put([0]);
                self.side(result.ok(), value)
            }
            (Type::Result(result), Val::Result(Err(value))) => {
                self.put([1]);
                self.side(result.err(), value)
            }
            (Type::Flags(flags), Val::Flags(set)) => {
                for name in flags.names() {
                    self.put([u8::from(set.iter().any(|other| other == name))]);
                }
                Ok(())
            }
            _ => mismatch("a value of another type than the function's"),
        }
    }

    fn side(&mut self, ty: Option<Type>, value: &Option<Box<Val>>) -> Result<(), Mismatch> {
        match (ty, value) {
            (Some(ty), Some(value)) => self.value(&ty, value),
            (None, None) => Ok(()),
            _ => mismatch("a case carries what its type does not, or lacks it"),
        }
    }
}
