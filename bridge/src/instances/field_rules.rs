//! Rules for the header fields of guests' messages.

use http::HeaderName;
use wasmtime_wasi_http::{Error, RequestOptions, Result, WasiBody, WasiHttpHooks};

/// Our rules where they differ from those of wasmtime-wasi-http. Requests are sent by `imports::http_outgoing`.
pub struct FieldRules;

type Transmission = Box<dyn Future<Output = Result<()>> + Send>;
type Sending = Box<dyn Future<Output = Result<(http::Response<WasiBody>, Transmission)>> + Send>;

impl WasiHttpHooks for FieldRules {
    /// This is never called, since the linker has our own `outgoing-handler`.
    fn send_request(
        &mut self,
        _request: http::Request<WasiBody>,
        _options: Option<RequestOptions>,
        _transmission: Transmission,
    ) -> Sending {
        Box::new(async { Err(Error::HttpRequestDenied) })
    }

    fn is_forbidden_header(&mut self, name: &HeaderName) -> bool {
        FORBIDDEN_FIELDS.contains(&name.as_str())
    }
}

/// The same fields as in wasmtime-wasi-http, which creates nine names for each comparison: fields of the connection
/// (RFC 9110 section 7.6.1), and fields that only the platform may set.
const FORBIDDEN_FIELDS: [&str; 9] = [
    "connection",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
];
