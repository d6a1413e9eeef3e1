// What a stranger may cost the HTTP server.
#pragma once

#include <cstddef>

#include "absl/time/time.h"

namespace plexus::http {

// Timeouts are checked every `tick`, so they act up to one tick late.
struct Limits {
  size_t max_header_bytes = 16 * 1024;  // request line and fields; 431. Also a chunk's header and the trailer; 400
  size_t max_headers = 100;             // fields; 431
  size_t max_body_bytes = 1024 * 1024;  // where ServerOptions::max_body does not say otherwise; 413
  size_t max_connections = 20'000;      // open at once on one Server; more are closed as they are accepted
  size_t max_pipelined_requests = 64;   // received in one go; the connection ends after answering that many

  absl::Duration header_timeout = absl::Seconds(15);  // first byte to end of the header, also the TLS handshake; 408
  absl::Duration body_timeout = absl::Seconds(20);    // the longest silence within a body; 408
  absl::Duration write_timeout = absl::Seconds(30);   // the longest time in which the client takes nothing
  absl::Duration idle_timeout = absl::Seconds(75);    // between requests
  absl::Duration linger_timeout = absl::Seconds(2);   // for the client to read an answer before the close
  // Bytes a second, averaged over a body or an answer, once the timeout above has been used up; 408 or closed.
  size_t min_transfer_rate = 1024;

  absl::Duration tick = absl::Seconds(1);
};

}  // namespace plexus::http
