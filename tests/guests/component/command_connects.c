// Tries to connect to a port, to listen on one, and to look up a name, and answers with what it was
// told, as a CGI program does: sockets are denied unless granted.
#include "command_connects.h"

#include <string.h>

typedef wasi_sockets_network_error_code_t ErrorCode;
typedef wasi_sockets_tcp_borrow_tcp_socket_t Socket;
typedef wasi_sockets_network_borrow_network_t Network;

static const char* const kErrorCodes[] = {
    "unknown",
    "access-denied",
    "not-supported",
    "invalid-argument",
    "out-of-memory",
    "timeout",
    "concurrency-conflict",
    "not-in-progress",
    "would-block",
    "invalid-state",
    "new-socket-limit",
    "address-not-bindable",
    "address-in-use",
    "remote-unreachable",
    "connection-refused",
    "connection-reset",
    "connection-aborted",
    "datagram-too-large",
    "name-unresolvable",
    "temporary-resolver-failure",
    "permanent-resolver-failure",
};

static void print(const char* text) {
  wasi_io_streams_own_output_stream_t out = wasi_cli_stdout_get_stdout();
  command_connects_list_u8_t contents = {(uint8_t*)text, strlen(text)};
  wasi_io_streams_stream_error_t error;
  wasi_io_streams_method_output_stream_blocking_write_and_flush(
      wasi_io_streams_borrow_output_stream(out), &contents, &error);
  wasi_io_streams_output_stream_drop_own(out);
}

static void report(const char* attempt, bool done, ErrorCode error) {
  print(attempt);
  print(": ");
  print(done ? "GRANTED" : kErrorCodes[error]);
  print("\n");
}

static void wait_for(wasi_io_poll_own_pollable_t pollable) {
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(pollable));
  wasi_io_poll_pollable_drop_own(pollable);
}

static bool open_socket(wasi_sockets_tcp_own_tcp_socket_t* opened, ErrorCode* error) {
  return wasi_sockets_tcp_create_socket_create_tcp_socket(
      WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV4, opened, error);
}

static wasi_sockets_network_ip_socket_address_t loopback(uint16_t port) {
  return (wasi_sockets_network_ip_socket_address_t){
      .tag = WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4,
      .val.ipv4 = {.port = port, .address = {127, 0, 0, 1}}};
}

static bool connects(Network network, ErrorCode* error) {
  wasi_sockets_tcp_own_tcp_socket_t opened;
  if (!open_socket(&opened, error)) return false;
  Socket socket = wasi_sockets_tcp_borrow_tcp_socket(opened);
  wasi_sockets_network_ip_socket_address_t address = loopback(1);
  if (!wasi_sockets_tcp_method_tcp_socket_start_connect(socket, network, &address, error)) {
    return false;
  }
  wait_for(wasi_sockets_tcp_method_tcp_socket_subscribe(socket));
  wasi_sockets_tcp_tuple2_own_input_stream_own_output_stream_t streams;
  return wasi_sockets_tcp_method_tcp_socket_finish_connect(socket, &streams, error);
}

static bool listens(Network network, ErrorCode* error) {
  wasi_sockets_tcp_own_tcp_socket_t opened;
  if (!open_socket(&opened, error)) return false;
  Socket socket = wasi_sockets_tcp_borrow_tcp_socket(opened);
  wasi_sockets_network_ip_socket_address_t address = loopback(0);
  return wasi_sockets_tcp_method_tcp_socket_start_bind(socket, network, &address, error) &&
         wasi_sockets_tcp_method_tcp_socket_finish_bind(socket, error) &&
         wasi_sockets_tcp_method_tcp_socket_start_listen(socket, error) &&
         wasi_sockets_tcp_method_tcp_socket_finish_listen(socket, error);
}

static bool looks_up(Network network, ErrorCode* error) {
  command_connects_string_t name;
  command_connects_string_set(&name, "localhost");
  wasi_sockets_ip_name_lookup_own_resolve_address_stream_t opened;
  if (!wasi_sockets_ip_name_lookup_resolve_addresses(network, &name, &opened, error)) return false;
  wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t addresses =
      wasi_sockets_ip_name_lookup_borrow_resolve_address_stream(opened);
  wait_for(wasi_sockets_ip_name_lookup_method_resolve_address_stream_subscribe(addresses));
  wasi_sockets_ip_name_lookup_option_ip_address_t address;
  return wasi_sockets_ip_name_lookup_method_resolve_address_stream_resolve_next_address(
      addresses, &address, error);
}

bool exports_wasi_cli_run_run(void) {
  Network network =
      wasi_sockets_network_borrow_network(wasi_sockets_instance_network_instance_network());
  ErrorCode error = 0;
  print("Content-Type: text/plain\n\n");
  report("connect", connects(network, &error), error);
  report("listen", listens(network, &error), error);
  report("look up", looks_up(network, &error), error);
  return true;
}
