//! Calls of wasi:http components.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;

use crate::call::{Call, Ended};
use crate::failure::Failure;
use crate::ffi::{CallConfig, RequestHead};
use crate::hooks::Hooks;
use crate::instances::life::Held;
use crate::instances::store::note_instantiated;
use crate::program::{Entry, Loaded, Program};
use crate::streams::inlet::{Inlet, InletBody};
use crate::streams::outlet::{Answer, Outlet};

type Request = hyper::Request<InletBody>;

pub fn start(
    program: &Program,
    config: &CallConfig,
    hooks: Arc<Hooks>,
    head: &RequestHead,
    inlet: &Inlet,
    outlet: &Outlet,
) -> Result<Call, Failure> {
    let loaded = program.loaded()?.clone();
    let request = request(head, inlet.body(hooks.clone()))
        .map_err(|error| Failure::new("bad-request", error.to_string()))?;
    let scheme = if head.https {
        Scheme::Https
    } else {
        Scheme::Http
    };
    let meter_limit = config.memory_bytes;
    let outlet = outlet.clone();
    let call_hooks = hooks.clone();
    let running = Box::pin(async move {
        let handling = handle(
            &loaded,
            meter_limit,
            &call_hooks,
            scheme,
            request,
            outlet.clone(),
        );
        let mut ended = answer(handling, &outlet).await;
        if ended.is_well() && outlet.answer() != Answer::Complete {
            ended.fail(Failure::new(
                "bad-guest-response",
                what_is_wrong(outlet.answer()),
            ));
        }
        ended
    });
    Ok(Call::new(hooks, running))
}

fn what_is_wrong(answer: Answer) -> &'static str {
    match answer {
        Answer::None => "the guest returned without an answer",
        Answer::Refused => "the guest answered with an error instead of a response",
        _ => "the guest did not finish its answer's body",
    }
}

fn request(head: &RequestHead, body: InletBody) -> http::Result<Request> {
    let uri = Uri::builder()
        .scheme(if head.https { "https" } else { "http" })
        .authority(head.authority)
        .path_and_query(head.path_with_query)
        .build()?;
    let mut fields = HeaderMap::with_capacity(head.fields.len());
    for field in head.fields {
        fields.append(
            HeaderName::from_bytes(field.name)?,
            HeaderValue::from_bytes(field.value)?,
        );
    }
    let mut request = hyper::Request::new(body);
    *request.method_mut() = Method::from_bytes(head.method)?;
    *request.uri_mut() = uri;
    *request.headers_mut() = fields;
    Ok(request)
}

/// Runs the guest's handler, in an instance that waited for this call or in a fresh one.
async fn handle(
    loaded: &Loaded,
    memory_limit: u64,
    hooks: &Arc<Hooks>,
    scheme: Scheme,
    request: Request,
    outlet: Outlet,
) -> Ended {
    let Entry::Http { pre, idle } = &loaded.entry else {
        unreachable!("start_http is called for programs of abi http");
    };
    let mut held = Held::take(idle, memory_limit, hooks, move |_| {
        loaded.component_store(memory_limit, hooks)
    });
    let responding = outlet.clone();
    let result = async {
        let request = held
            .store
            .data_mut()
            .http()
            .new_incoming_request(scheme, request)?;
        let outparam = held
            .store
            .data_mut()
            .http()
            .new_response_outparam_from_callback(move |response| {
                responding.set_response(response)
            })?;
        let proxy = match &held.instance {
            Some(proxy) => proxy,
            None => {
                let began = Instant::now();
                loaded.linked.instantiate(&mut held.store).await?;
                let made = pre.instantiate_async(&mut held.store).await?;
                note_instantiated(&mut held.store, began);
                held.instance.insert(made)
            }
        };
        proxy
            .wasi_http_incoming_handler()
            .call_handle(&mut held.store, request, outparam)
            .await
    }
    .await;
    let ended = held.end(result);
    if ended.is_well() {
        outlet.settle().await;
    }
    held.release(ended, loaded.engine.keep_resident_bytes)
}

/// Polls the guest and moves its body out until both have ended. If the guest fails, the rest of its body is dropped.
async fn answer(handling: impl Future<Output = Ended>, outlet: &Outlet) -> Ended {
    let mut handling = pin!(handling);
    let mut ended = None;
    std::future::poll_fn(|context| {
        if ended.is_none()
            && let Poll::Ready(end) = handling.as_mut().poll(context)
        {
            ended = Some(end);
        }
        let pumped = outlet.poll_pump(context);
        match &ended {
            Some(ended) if pumped.is_ready() || !ended.is_well() => Poll::Ready(()),
            _ => Poll::Pending,
        }
    })
    .await;
    ended.unwrap_or_else(|| unreachable!("poll_fn is ready only when the guest has ended"))
}
