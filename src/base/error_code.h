#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rockpool {

// The one list of failures. Problem answers, `rockpool explain`, the reference page and the HTTP
// status come from it. `kErrorCodes` in error_code.cc holds a row for each.
enum class ErrorCode : std::uint8_t {
  // Callers of functions.
  FunctionNotFound,
  ExportNotFound,
  BadRequest,
  InvalidArgument,
  RequestTimeout,
  HeadersTooLarge,
  BadArguments,
  MethodNotAllowed,
  BodyTooLarge,
  GuestTrap,
  GuestExit,
  BadGuestResponse,
  LimitWall,
  LimitCpu,
  Overloaded,
  Draining,
  RateLimited,
  StorageFull,
  CallDenied,
  LoopDetected,
  Internal,
  // Operators.
  NotFound,
  Unauthorized,
  Forbidden,
  OriginDenied,
  HostUnknown,
  UnknownField,
  UnsupportedMediaType,
  PreconditionFailed,
  VersionNotFound,
  ModuleNotFound,
  ModuleTooLarge,
  InvalidModule,
  ImportMissing,
  NoEntryPoint,
  CompileLimit,
  StartFailed,
  ModuleUnsupported,
  NameInvalid,
  RouteTaken,
  RegistryError,
  ImageUnsupported,
  ImageUnsigned,
  SignatureInvalid,
  // Among ourselves; outside they are told as Internal.
  AlreadyExists,
  Cancelled,
  Timeout,
  Unavailable,
  Corrupt,
  Io,
};

struct ErrorCodeRow {
  ErrorCode code;
  std::string_view name;         // as in problem answers: "function-not-found"
  int status;                    // HTTP status; 500 for those that never leave the process
  std::string_view title;        // RFC 9457 title: one short phrase
  std::string_view explanation;  // what it means and what to do, for a person
};

std::span<const ErrorCodeRow> error_codes();
const ErrorCodeRow& row_of(ErrorCode code);
std::string_view name_of(ErrorCode code);
int status_of(ErrorCode code);
std::optional<ErrorCode> error_code_of(std::string_view name);

}  // namespace rockpool
