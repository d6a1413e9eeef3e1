// Inside the library only: OpenSSL contexts by server name.
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plexus::http {

struct SslCtxDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslCtxPtr = std::unique_ptr<SSL_CTX, SslCtxDeleter>;

struct TlsContexts {
  std::vector<SslCtxPtr> owned;                          // the first is the default
  std::map<std::string, SSL_CTX*, std::less<>> by_name;  // "example.org" or "*.example.org", lower case

  // The context for `name` (lower case): exact, then wildcard for its first label, then the default.
  SSL_CTX* Find(std::string_view name) const;
};

}  // namespace plexus::http
