//! `rockpool.call`: how core modules call functions, with names and bodies in their linear memory.

use bytes::Bytes;
use wasmtime::{Caller, Extern, Linker, Memory, format_err};

use crate::imports::functions::{MAX_BYTES, receive, send};
use crate::instances::guest::{CoreGuest, Guest};

const MODULE: &str = "rockpool";
const CALL: &str = "call";
const READ_RESPONSE: &str = "read_response";

/// "module.name" of each function that link() adds.
pub const NAMES: [&str; 2] = ["rockpool.call", "rockpool.read_response"];

const BODY_TOO_LARGE: u16 = 413;
const UNAVAILABLE: u16 = 503;

pub fn link(linker: &mut Linker<CoreGuest>) -> wasmtime::Result<()> {
    linker.func_wrap_async(
        MODULE,
        CALL,
        |mut caller: Caller<'_, CoreGuest>,
         (name, name_length, request, request_length, response, capacity): (
            u32,
            u32,
            u32,
            u32,
            u32,
            u32,
        )| {
            Box::new(async move {
                let name = Span::new(name, name_length);
                let request = Span::new(request, request_length);
                call(&mut caller, name, request, Span::new(response, capacity)).await
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        READ_RESPONSE,
        |mut caller: Caller<'_, CoreGuest>, offset: u32, buffer: u32, capacity: u32| {
            copy_response(&mut caller, offset, Span::new(buffer, capacity))
        },
    )?;
    Ok(())
}

/// A range of a guest's memory, as the guest passed it.
#[derive(Clone, Copy)]
struct Span {
    begin: usize,
    length: usize,
}

impl Span {
    fn new(begin: u32, length: u32) -> Self {
        Self {
            begin: begin as usize,
            length: length as usize,
        }
    }

    fn of(self, memory: &[u8]) -> wasmtime::Result<&[u8]> {
        memory
            .get(self.begin..self.begin + self.length)
            .ok_or_else(out_of_bounds)
    }

    fn of_mut(self, memory: &mut [u8]) -> wasmtime::Result<&mut [u8]> {
        memory
            .get_mut(self.begin..self.begin + self.length)
            .ok_or_else(out_of_bounds)
    }
}

fn out_of_bounds() -> wasmtime::Error {
    wasmtime::Trap::MemoryOutOfBounds.into()
}

fn memory_of(caller: &mut Caller<'_, CoreGuest>) -> wasmtime::Result<Memory> {
    match caller.get_export("memory") {
        Some(Extern::Memory(memory)) => Ok(memory),
        _ => Err(format_err!("the module exports no memory")),
    }
}

/// Calls the function, keeps its answer, and copies as much of it as fits. The kept answer counts as the guest's
/// memory.
async fn call(
    caller: &mut Caller<'_, CoreGuest>,
    name: Span,
    request: Span,
    response: Span,
) -> wasmtime::Result<i64> {
    let memory = memory_of(caller)?;
    let (data, guest) = memory.data_and_store_mut(&mut *caller);
    response.of(data)?;
    let name = name.of(data)?;
    let request = request.of(data)?;
    guest.forget_call();
    if request.len() as u64 > MAX_BYTES || !guest.meter().hold(request.len() as u64) {
        return Ok(result(BODY_TOO_LARGE, 0, true));
    }
    let hooks = guest.call().hooks();
    let answer_bytes = guest.meter().room();
    let sent = send(&hooks, name, Bytes::copy_from_slice(request), answer_bytes);
    let answer = receive(sent).await?;
    let outcome = result(answer.status, answer.body.len(), answer.is_failure);
    let guest = caller.data_mut();
    if !guest.meter().hold(answer.body.len() as u64) {
        return Ok(result(UNAVAILABLE, 0, true));
    }
    guest.response = answer.body;
    copy_response(caller, 0, response)?;
    Ok(outcome)
}

/// Packs the status into the upper half and the response's length into the lower half. Negative if no function
/// answered.
fn result(status: u16, length: usize, is_failure: bool) -> i64 {
    let both = (i64::from(status) << 32) | length as i64;
    if is_failure { -both } else { both }
}

/// Copies the last response, from `offset` on, to the guest's buffer. Returns the number of bytes that fitted and were
/// copied.
fn copy_response(
    caller: &mut Caller<'_, CoreGuest>,
    offset: u32,
    buffer: Span,
) -> wasmtime::Result<u32> {
    let memory = memory_of(caller)?;
    let (data, guest) = memory.data_and_store_mut(&mut *caller);
    let buffer = buffer.of_mut(data)?;
    let rest = guest.response.get(offset as usize..).unwrap_or_default();
    let count = rest.len().min(buffer.len());
    buffer[..count].copy_from_slice(&rest[..count]);
    Ok(count as u32)
}
