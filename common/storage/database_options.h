#pragma once

#include <string>

#include "absl/time/time.h"

namespace plexus::storage {

struct DatabaseOptions {
  // libpq keywords ("host=/run/postgresql dbname=plexus") or a postgresql:// URI.
  std::string connection_string;
  std::string application_name = "plexus";  // shown as plexus/<this> unless it is "plexus"
  // Threads, each with at most one connection, opened when first needed.
  int max_connections = 4;
  // Work that waits for a thread; beyond it calls fail with Unavailable at once.
  int max_queued = 1024;
  absl::Duration max_queue_wait = absl::Seconds(10);
  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration statement_timeout = absl::Seconds(30);
  absl::Duration lock_timeout = absl::Seconds(10);
  // A connection that has not been used for so long is closed.
  absl::Duration idle_timeout = absl::Seconds(60);
  // After a failed connect, work fails at once for this long, doubled up to the maximum.
  absl::Duration min_backoff = absl::Milliseconds(50);
  absl::Duration max_backoff = absl::Seconds(2);
  // Prepared statements that a connection keeps.
  int max_prepared = 256;
};

}  // namespace plexus::storage
