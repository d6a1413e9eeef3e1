// A connected, non-blocking stream socket, plain or under TLS. Nothing here waits: the connection does.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/http/tls.h"

namespace plexus::http {

enum class IoState {
  kDone,       // the call did something: IoResult::bytes says how much
  kWantRead,   // call again when the socket is readable
  kWantWrite,  // call again, with the same arguments, when the socket is writable
  kClosed,     // end of stream or a broken connection
};

struct IoResult {
  IoState state;
  size_t bytes = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;

  // Before anything else, until kDone.
  virtual IoResult Handshake() = 0;
  // Reads at most `size` > 0 bytes.
  virtual IoResult Read(char* data, size_t size) = 0;
  // Writes a first part of `head` followed by `body`, in one go if possible. Not both may be empty.
  virtual IoResult Write(std::string_view head, std::string_view body) = 0;
  // Tells the peer that nothing more will be written.
  virtual void CloseWriting() = 0;
  // Whether Read may yield bytes although the socket itself is not readable.
  virtual bool MayHoldBytes() const = 0;
  virtual bool secure() const = 0;
  // The name that the client asked for by SNI, in lower case, if any.
  virtual std::string server_name() const = 0;
};

// Both borrow `fd`, which must outlive them.
std::unique_ptr<Transport> MakePlainTransport(int fd);
std::unique_ptr<Transport> MakeTlsTransport(int fd, std::shared_ptr<const TlsContexts> contexts);

}  // namespace plexus::http
