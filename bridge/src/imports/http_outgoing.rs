//! `wasi:http/outgoing-handler`: the requests of components.
//!
//! It replaces the handler of wasmtime-wasi-http, which runs each request as a separate task on another thread. All
//! functions that name `future-incoming-response` are here, since a resource has one host type.

use http_body_util::BodyExt;
use wasmtime::component::{Linker, Resource, ResourceType};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, Scheme};
use wasmtime_wasi_http::p2::body::HostIncomingBody;
use wasmtime_wasi_http::p2::types::{HostIncomingResponse, HostOutgoingRequest};
use wasmtime_wasi_http::{FieldMap, RequestOptions, WasiHttpView};

use crate::ffi::{NameValue, OutgoingHead};
use crate::imports::http_body::content_length;
use crate::instances::guest::{ComponentGuest, Guest};
use crate::streams::outgoing::{AnswerBody, AnswerHead, FutureAnswer, Taken, Timeouts, pair};

/// Wasmtime links these versions to each 0.2.x that guests import.
const HANDLER: &str = "wasi:http/outgoing-handler@0.2.12";
const TYPES: &str = "wasi:http/types@0.2.12";

type Sent = Result<Resource<FutureAnswer>, ErrorCode>;
type Got = Option<Result<Result<Resource<HostIncomingResponse>, ErrorCode>, ()>>;

/// Replaces the handler of wasmtime-wasi-http. The linker must allow shadowing.
pub fn link(linker: &mut Linker<ComponentGuest>) -> wasmtime::Result<()> {
    linker.instance(HANDLER)?.func_wrap(
        "handle",
        |mut store,
         (request, options): (
            Resource<HostOutgoingRequest>,
            Option<Resource<RequestOptions>>,
        )| {
            let timeouts = timeouts(store.data_mut(), options)?;
            Ok((handle(store.data_mut(), request, timeouts)?,))
        },
    )?;
    let mut types = linker.instance(TYPES)?;
    types.resource(
        "future-incoming-response",
        ResourceType::host::<FutureAnswer>(),
        |mut store, index| {
            let future = Resource::<FutureAnswer>::new_own(index);
            store.data_mut().table().delete(future)?;
            Ok(())
        },
    )?;
    types.func_wrap(
        "[method]future-incoming-response.subscribe",
        |mut store, (future,): (Resource<FutureAnswer>,)| {
            let pollable: Resource<DynPollable> = subscribe(store.data_mut().table(), future)?;
            Ok((pollable,))
        },
    )?;
    types.func_wrap(
        "[method]future-incoming-response.get",
        |mut store, (future,): (Resource<FutureAnswer>,)| Ok((get(store.data_mut(), &future)?,)),
    )
}

#[async_trait]
impl Pollable for FutureAnswer {
    async fn ready(&mut self) {
        FutureAnswer::ready(self).await;
    }
}

/// `connect-timeout` is ignored, since nothing is connected.
fn timeouts(
    guest: &mut ComponentGuest,
    options: Option<Resource<RequestOptions>>,
) -> wasmtime::Result<Timeouts> {
    let Some(options) = options else {
        return Ok(Timeouts::default());
    };
    let options = guest.table().delete(options)?;
    Ok(Timeouts {
        first_byte: options.first_byte_timeout,
        between_bytes: options.between_bytes_timeout,
    })
}

fn handle(
    guest: &mut ComponentGuest,
    request: Resource<HostOutgoingRequest>,
    timeouts: Timeouts,
) -> wasmtime::Result<Sent> {
    let request = guest.table().delete(request)?;
    let announced = content_length(&request.headers);
    match announced {
        Err(()) => return Ok(Err(ErrorCode::HttpProtocolError)),
        Ok(Some(length)) if request.body.is_none() && length != 0 => {
            return Ok(Err(ErrorCode::HttpRequestBodySize(Some(0))));
        }
        Ok(_) => {}
    }
    let method: http::Method = match request.method.try_into() {
        Ok(method) => method,
        Err(_) => return Ok(Err(ErrorCode::HttpRequestMethodInvalid)),
    };
    let scheme = match &request.scheme {
        Some(Scheme::Http) => "http",
        Some(Scheme::Https) | None => "https",
        Some(Scheme::Other(other)) => other,
    };
    let fields: Vec<NameValue> = request
        .headers
        .iter()
        .map(|(name, value)| NameValue {
            name: name.as_str().as_bytes(),
            value: value.as_bytes(),
        })
        .collect();
    let head = OutgoingHead {
        is_http: true,
        method: method.as_str().as_bytes(),
        scheme: scheme.as_bytes(),
        authority: request.authority.as_deref().unwrap_or_default().as_bytes(),
        path_with_query: request.path_with_query.as_deref().unwrap_or("/").as_bytes(),
        fields: &fields,
        has_body: request.body.is_some(),
        answer_bytes: 0,
    };
    let (outgoing, future) = pair(request.body, timeouts);
    guest.call().hooks().send(&head, outgoing);
    Ok(Ok(guest.table().push(future)?))
}

fn get(guest: &mut ComponentGuest, future: &Resource<FutureAnswer>) -> wasmtime::Result<Got> {
    Ok(match guest.table().get_mut(future)?.take() {
        Taken::Pending => None,
        Taken::Again => Some(Err(())),
        Taken::Failed(code) => Some(Ok(Err(error_code(&code)))),
        Taken::Answer(head, body) => Some(Ok(Ok(respond(guest, head, body)?))),
    })
}

fn respond(
    guest: &mut ComponentGuest,
    head: AnswerHead,
    body: AnswerBody,
) -> wasmtime::Result<Resource<HostIncomingResponse>> {
    let http = guest.http();
    let headers = FieldMap::new_immutable(http.hooks, head.fields);
    Ok(http.table.push(HostIncomingResponse {
        status: head.status.as_u16(),
        headers,
        body: Some(HostIncomingBody::new(body.boxed_unsync())),
    })?)
}

/// The wasi:http name of a code of `base/error_code.h`.
fn error_code(code: &str) -> ErrorCode {
    match code {
        "call-denied" => ErrorCode::HttpRequestDenied,
        "function-not-found" => ErrorCode::DestinationNotFound,
        "loop-detected" => ErrorCode::LoopDetected,
        "bad-request" => ErrorCode::HttpRequestUriInvalid,
        "overloaded" => ErrorCode::ConnectionLimitReached,
        "draining" => ErrorCode::DestinationUnavailable,
        "timeout" => ErrorCode::ConnectionReadTimeout,
        "cancelled" => ErrorCode::ConnectionTerminated,
        "bad-guest-response" => ErrorCode::HttpProtocolError,
        _ => ErrorCode::InternalError(None),
    }
}
