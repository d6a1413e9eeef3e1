#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "common/http/ascii.h"
#include "common/http/tls_contexts.h"
#include "common/http/transport.h"

namespace plexus::http {
namespace {

constexpr size_t kRecord = 16 * 1024;  // the largest TLS record

int FdOf(BIO* bio) { return static_cast<int>(reinterpret_cast<intptr_t>(BIO_get_data(bio))); }

int Retry(BIO* bio, ssize_t count, int flag) {
  BIO_clear_retry_flags(bio);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_flags(bio, flag);
  return static_cast<int>(count);
}

int BioRead(BIO* bio, char* data, int size) {
  return Retry(bio, ::recv(FdOf(bio), data, static_cast<size_t>(size), 0), BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
}

int BioWrite(BIO* bio, const char* data, int size) {
  return Retry(bio, ::send(FdOf(bio), data, static_cast<size_t>(size), MSG_NOSIGNAL),
               BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY);
}

long BioControl(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL: a client that hangs up would kill the process by SIGPIPE.
BIO_METHOD* SocketMethod() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* created = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "plexus socket");
    BIO_meth_set_read(created, BioRead);
    BIO_meth_set_write(created, BioWrite);
    BIO_meth_set_ctrl(created, BioControl);
    return created;
  }();
  return method;
}

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(int fd, std::shared_ptr<const TlsContexts> contexts)
      : fd_(fd), contexts_(std::move(contexts)), ssl_(SSL_new(contexts_->owned.front().get())) {
    BIO* bio = BIO_new(SocketMethod());
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<intptr_t>(fd)));
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
  }

  IoResult Handshake() override {
    ERR_clear_error();
    return FromSsl(SSL_do_handshake(ssl_.get()), 0);
  }

  IoResult Read(char* data, size_t size) override {
    ERR_clear_error();
    size_t count = 0;
    const int result = SSL_read_ex(ssl_.get(), data, size, &count);
    return FromSsl(result, count);
  }

  // One record takes the head and as much of the body as fits.
  IoResult Write(std::string_view head, std::string_view body) override {
    if (head.empty()) return WriteBytes(body);
    if (body.empty() || head.size() >= kRecord) return WriteBytes(head);
    std::string record(head);
    record.append(body.substr(0, kRecord - head.size()));
    return WriteBytes(record);
  }

  void CloseWriting() override {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
    ::shutdown(fd_, SHUT_WR);
  }

  bool MayHoldBytes() const override { return true; }
  bool secure() const override { return true; }

  std::string server_name() const override {
    const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? std::string() : Lowered(name);
  }

 private:
  IoResult WriteBytes(std::string_view bytes) {
    ERR_clear_error();
    size_t count = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
    return FromSsl(result, count);
  }

  IoResult FromSsl(int result, size_t count) const {
    if (result == 1) return {IoState::kDone, count};
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ: return {IoState::kWantRead};
      case SSL_ERROR_WANT_WRITE: return {IoState::kWantWrite};
      default: return {IoState::kClosed};
    }
  }

  const int fd_;
  const std::shared_ptr<const TlsContexts> contexts_;
  const std::unique_ptr<SSL, SslDeleter> ssl_;
};

}  // namespace

std::unique_ptr<Transport> MakeTlsTransport(int fd, std::shared_ptr<const TlsContexts> contexts) {
  return std::make_unique<TlsTransport>(fd, std::move(contexts));
}

}  // namespace plexus::http
