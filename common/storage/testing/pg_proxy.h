// A proxy between a pool and Postgres that fails on demand.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace plexus::storage::testing {

// Listens on a UNIX socket of its own and forwards to the server of `connection_string` (whose host is a socket
// directory), understanding just enough of the protocol to see which statements pass. Thread-safe; has one thread.
class PgProxy {
 public:
  static absl::StatusOr<std::unique_ptr<PgProxy>> Start(const std::string& connection_string);
  ~PgProxy();

  // The connection string that leads through the proxy.
  const std::string& connection_string() const;

  // The next message from the client that contains `text` is forwarded, and the connection is cut once the server has
  // executed it, its answer dropped: an unknown outcome that was committed.
  void CutAfter(std::string text);
  // The next such message is not forwarded: the connection is cut before the server hears of it.
  void CutBefore(std::string text);
  // Cuts every connection now.
  void CutAll();
  // New connections are refused (closed at once) while set.
  void Refuse(bool refuse);
  // Nothing is forwarded in either direction while set, connections stay open.
  void Stall(bool stall);

  // How often a cut has happened.
  int cuts() const;

 private:
  class Core;
  explicit PgProxy(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace plexus::storage::testing
