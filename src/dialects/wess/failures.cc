#include "dialects/wess/failures.h"

#include <fmt/format.h>

#include "dialects/arrival.h"
#include "dialects/wess/answer.h"
#include "dialects/wess/wess.h"

namespace rockpool::dialects::wess {
namespace {

Error own_fault(const Error& failure, Log& log) {
  return {ErrorCode::Internal, "Error: " + client_message(failure, kDialect, log)};
}

// What compiling or loading a module may fail with.
bool is_of_module(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidModule:
    case ErrorCode::ModuleUnsupported:
    case ErrorCode::ModuleTooLarge:
    case ErrorCode::NoEntryPoint:
    case ErrorCode::ImportMissing:
    case ErrorCode::CompileLimit:
    case ErrorCode::StartFailed:
      return true;
    default:
      return false;
  }
}

}  // namespace

Error write_failure(const Error& failure, Log& log) {
  if (failure.code() == ErrorCode::FunctionNotFound) return unknown_id();
  if (is_of_module(failure.code()))
    return {ErrorCode::InvalidArgument, "Invalid Wasm: " + failure.message()};
  if (failure.code() == ErrorCode::InvalidArgument)
    return {ErrorCode::InvalidArgument, "Invalid Json: " + failure.message()};
  return own_fault(failure, log);
}

Error read_failure(const Error& failure, Log& log) {
  if (failure.code() == ErrorCode::FunctionNotFound) return unknown_module();
  return own_fault(failure, log);
}

Error run_failure(const Error& failure, std::string_view function_name, Log& log) {
  switch (failure.code()) {
    case ErrorCode::FunctionNotFound:
      return unknown_id();
    case ErrorCode::ExportNotFound:
      return {ErrorCode::Internal, fmt::format("Error: Instantiate Function Error `{}`: {}",
                                               function_name, failure.message())};
    case ErrorCode::BadArguments:
    case ErrorCode::BadGuestResponse:
    case ErrorCode::GuestTrap:
    case ErrorCode::GuestExit:
    case ErrorCode::LimitCpu:
    case ErrorCode::LimitWall:
      return {ErrorCode::Internal, "Error: Function Execution Error: " + failure.message()};
    case ErrorCode::StartFailed:
      return {ErrorCode::Internal, "Error: Initializing Error: " + failure.message()};
    default:
      break;
  }
  if (is_of_module(failure.code()))
    return {ErrorCode::Internal, "Error: Compiling Error: " + failure.message()};
  return own_fault(failure, log);
}

}  // namespace rockpool::dialects::wess
