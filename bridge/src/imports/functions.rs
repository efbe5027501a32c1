//! `rockpool.call` and `rockpool:functions/calls`: how guests call functions without HTTP. Request and answer are one
//! piece each. docs/reference/calls.md says what guests may rely on.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use wasmtime::component::Linker as ComponentLinker;
use wasmtime::format_err;

use crate::ffi::OutgoingHead;
use crate::hooks::Hooks;
use crate::instances::guest::{ComponentGuest, Guest};
use crate::streams::outgoing::{FutureAnswer, Taken, Timeouts, pair};

/// The interface that wit/deps/rockpool-functions.wit defines.
pub const INTERFACE: &str = "rockpool:functions/calls@0.1.0";

/// `result<answer, answer>` of that interface.
type Answered = Result<(u16, Vec<u8>), (u16, Vec<u8>)>;

pub struct WholeAnswer {
    pub status: u16,
    /// True if no function answered. `body` says why.
    pub is_failure: bool,
    pub body: Vec<u8>,
}

/// The limit of a request and of an answer, since each of them is in memory as a whole.
pub const MAX_BYTES: u64 = 8 << 20;

/// Sends a request to the function `name`. An answer of more than `answer_bytes` becomes a failure.
pub fn send(hooks: &Hooks, name: &[u8], request: Bytes, answer_bytes: u64) -> FutureAnswer {
    let body = Full::new(request)
        .map_err(|never| match never {})
        .boxed_unsync();
    let (outgoing, answer) = pair(Some(body), Timeouts::default());
    let head = OutgoingHead {
        is_http: false,
        method: b"POST",
        scheme: b"",
        authority: name,
        path_with_query: b"",
        fields: &[],
        has_body: true,
        answer_bytes: answer_bytes.min(MAX_BYTES),
    };
    hooks.send(&head, outgoing);
    answer
}

pub async fn receive(mut answer: FutureAnswer) -> wasmtime::Result<WholeAnswer> {
    answer.ready().await;
    let given_up = || format_err!("the call was given up");
    let Taken::Answer(head, body) = answer.take() else {
        return Err(given_up());
    };
    let collected = body.collect().await.map_err(|_| given_up())?;
    Ok(WholeAnswer {
        status: head.status.as_u16(),
        is_failure: head.is_failure,
        body: collected.to_bytes().to_vec(),
    })
}

pub fn link_component(linker: &mut ComponentLinker<ComponentGuest>) -> wasmtime::Result<()> {
    linker.instance(INTERFACE)?.func_wrap_async(
        "call",
        |mut store, (name, request): (String, Vec<u8>)| {
            Box::new(async move {
                let guest = store.data_mut();
                let hooks = guest.call().hooks();
                let answer_bytes = guest.meter().room();
                let sent = send(&hooks, name.as_bytes(), request.into(), answer_bytes);
                let answer = receive(sent).await?;
                let response = (answer.status, answer.body);
                let answered: Answered = if answer.is_failure {
                    Err(response)
                } else {
                    Ok(response)
                };
                Ok((answered,))
            })
        },
    )
}
