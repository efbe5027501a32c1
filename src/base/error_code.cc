#include "base/error_code.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace rockpool {
namespace {

using enum ErrorCode;

constexpr std::array kErrorCodes = std::to_array<ErrorCodeRow>({
    {FunctionNotFound, "function-not-found", 404, "Function not found",
     "No route of this server matches the request's host and path, or no function has that name. "
     "`rockpool list` shows the "
     "functions and their URLs."},
    {ExportNotFound, "export-not-found", 404, "Export not found",
     "The function exists but exports nothing callable under that name. `rockpool show NAME` lists "
     "its exports."},
    {BadRequest, "bad-request", 400, "Bad request",
     "The request is not valid HTTP/1.1 (RFC 9112) or its path holds dot segments. The connection "
     "is closed, since what "
     "follows can't be told apart from an attack."},
    {InvalidArgument, "invalid-argument", 400, "Invalid argument",
     "A value is out of its range or of the wrong form. The detail names the field and what is "
     "allowed."},
    {RequestTimeout, "request-timeout", 408, "Request timeout",
     "The client took too long to send the request's head or body."},
    {HeadersTooLarge, "headers-too-large", 431, "Request header fields too large",
     "The request's head is larger than the server accepts, or holds too many fields."},
    {BadArguments, "bad-arguments", 400, "Bad arguments",
     "The JSON arguments do not fit the export's parameters, or text arguments are no strings or "
     "too long. The detail names position or key, the type expected and what was found."},
    {MethodNotAllowed, "method-not-allowed", 405, "Method not allowed",
     "This resource does not answer that method; the Allow header lists those it does."},
    {BodyTooLarge, "body-too-large", 413, "Body too large",
     "The request's body is larger than the function's `body` limit. `rockpool set NAME "
     "limits.body=20MiB` raises it."},
    {GuestTrap, "guest-trap", 500, "The function trapped",
     "The guest executed an illegal operation (the detail names the kind) and was ended. Its log "
     "holds the backtrace: "
     "`rockpool logs NAME`."},
    {GuestExit, "guest-exit", 500, "The function exited with an error",
     "A command ended with a non-zero exit code before it wrote any output. Its log holds what it "
     "wrote to stderr."},
    {BadGuestResponse, "bad-guest-response", 502, "The function gave no valid answer",
     "What the guest produced is no valid HTTP answer: no header block, an invalid header, or "
     "nothing at all. Of a text function or of lists: no UTF-8, too long, or not within its "
     "memory."},
    {LimitWall, "limit-wall", 504, "Wall-clock limit reached",
     "The call took longer than the function's `wall` limit allows. What the guest waits for "
     "counts, waiting for its turn does not."},
    {LimitCpu, "limit-cpu", 504, "CPU limit reached",
     "The call used more processor time than the function's `cpu` limit allows."},
    {Overloaded, "overloaded", 503, "Overloaded",
     "The function's concurrency and queue, or the server's memory or instance pool, are full. Try "
     "again after the time in "
     "Retry-After."},
    {Draining, "draining", 503, "Shutting down",
     "The server is stopping and takes no new requests. Try another instance, or again after the "
     "time in Retry-After."},
    {RateLimited, "rate-limited", 429, "Too many requests",
     "The caller sends more requests than allowed. Try again after the time in Retry-After."},
    {StorageFull, "storage-full", 507, "Storage full",
     "The disk or a quota is full, so the write was not made. Reads go on."},
    {CallDenied, "call-denied", 403, "Call denied",
     "A function called another without being granted that. The caller's log names the grant: "
     "`rockpool set CALLER grants.call=CALLEE`."},
    {LoopDetected, "loop-detected", 508, "Loop detected",
     "Functions that call functions went deeper than 8 calls, so it is most likely a loop."},
    {Internal, "internal", 500, "Internal error",
     "A bug in Rockpool itself. The server's log holds the details under the request id."},
    {NotFound, "not-found", 404, "Not found",
     "The control API has no such resource. `/openapi.json` lists them."},
    {Unauthorized, "unauthorized", 401, "Unauthorized",
     "The control API needs `Authorization: Bearer TOKEN` here. The CLI sends the token in "
     "ROCKPOOL_TOKEN."},
    {Forbidden, "forbidden", 403, "Forbidden", "The token is valid but does not allow this."},
    {OriginDenied, "origin-denied", 403, "Foreign origin",
     "A browser page of another origin called the control API. Only the control listener's own "
     "pages may."},
    {HostUnknown, "host-unknown", 421, "Unknown host",
     "The Host header names neither a loopback address nor this server. That is how DNS rebinding "
     "looks, so it is refused."},
    {UnknownField, "unknown-field", 400, "Unknown field",
     "The document holds a field this server does not know. The detail names it and the nearest "
     "known one."},
    {UnsupportedMediaType, "unsupported-media-type", 415, "Unsupported media type",
     "This call takes another Content-Type; the detail names those it takes."},
    {PreconditionFailed, "precondition-failed", 412, "Precondition failed",
     "If-Match or If-None-Match does not hold: somebody changed the function meanwhile. Read it "
     "again and retry."},
    {VersionNotFound, "version-not-found", 404, "Version not found",
     "The function has no such version, or it is no longer kept. `rockpool versions NAME` lists "
     "them."},
    {ModuleNotFound, "module-not-found", 404, "Module not found",
     "No module with that digest is stored. Upload it with POST /v1/modules."},
    {ModuleTooLarge, "module-too-large", 413, "Module too large",
     "The module is larger than the server accepts (64 MiB unless `--max-module-size` says "
     "otherwise)."},
    {InvalidModule, "invalid-module", 422, "Invalid module",
     "The bytes are no valid WebAssembly module or component. The detail says where validation "
     "failed."},
    {ImportMissing, "import-missing", 422, "Import missing",
     "The module imports something this server does not offer, or that the module it is linked to "
     "does not export. `imports` lists each, the nearest offered name, and what to do."},
    {NoEntryPoint, "no-entry-point", 422, "No entry point",
     "The module exports nothing Rockpool knows how to call, or not what its signatures say. The "
     "detail lists what it exports."},
    {CompileLimit, "compile-limit", 422, "Compilation limit reached",
     "Compiling the module took more time or memory than allowed."},
    {StartFailed, "start-failed", 422, "Start failed",
     "The module's start function or `_initialize` trapped or ran out of its limits in the trial "
     "instantiation."},
    {ModuleUnsupported, "module-unsupported", 422, "Module unsupported",
     "The module is valid but needs more than an instance may have here (memories, tables, their "
     "sizes, nesting)."},
    {NameInvalid, "name-invalid", 422, "Invalid name",
     "Names are 1 to 63 characters of a-z, 0-9, `-` and `_`, starting and ending with a letter or "
     "digit."},
    {RouteTaken, "route-taken", 409, "Route taken",
     "Another function already answers at an equal route."},
    {RegistryError, "registry-error", 502, "Registry error",
     "The image registry refused, failed, or gave something else than it promised. The detail "
     "holds "
     "what it said."},
    {ImageUnsupported, "image-unsupported", 422, "Image unsupported",
     "The image holds no module that could be taken: other media types or platforms, no "
     "WebAssembly "
     "file, or several of which the reference names none. The detail lists what it holds."},
    {ImageUnsigned, "image-unsigned", 422, "Image not signed",
     "Images must be signed here, by cosign with a key pair, and this one has no signature."},
    {SignatureInvalid, "signature-invalid", 422, "Signature invalid",
     "The image is signed, but not with the key that is asked for, or the signature is of another "
     "image."},
    {AlreadyExists, "already-exists", 409, "Already exists",
     "The thing to be created is there already."},
    {Cancelled, "cancelled", 500, "Cancelled", "The work was given up before it ended."},
    {Timeout, "timeout", 500, "Timed out", "A deadline passed."},
    {Unavailable, "unavailable", 503, "Unavailable", "The other side does not answer."},
    {Corrupt, "corrupt", 500, "Corrupt data", "Stored data fails its checksum or can't be read."},
    {Io, "io", 500, "I/O error", "The operating system reported a failure."},
});

constexpr bool rows_are_in_enum_order() {
  for (std::size_t i = 0; i < kErrorCodes.size(); ++i) {
    if (static_cast<std::size_t>(kErrorCodes[i].code) != i) return false;
  }
  return kErrorCodes.size() == static_cast<std::size_t>(Io) + 1;
}
static_assert(rows_are_in_enum_order());

}  // namespace

std::span<const ErrorCodeRow> error_codes() {
  return kErrorCodes;
}

const ErrorCodeRow& row_of(ErrorCode code) {
  return kErrorCodes[static_cast<std::size_t>(code)];
}

std::string_view name_of(ErrorCode code) {
  return row_of(code).name;
}

int status_of(ErrorCode code) {
  return row_of(code).status;
}

std::optional<ErrorCode> error_code_of(std::string_view name) {
  const auto* row = std::ranges::find(kErrorCodes, name, &ErrorCodeRow::name);
  if (row == kErrorCodes.end()) return std::nullopt;
  return row->code;
}

}  // namespace rockpool
