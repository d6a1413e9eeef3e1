// For the tests of this directory: a Server on threads of its own, and a client that controls every byte.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/http/server.h"
#include "gtest/gtest.h"

namespace plexus::http {

// Waits up to 10 s for `condition`; false if it never held.
inline bool Eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return condition();
}

inline size_t OpenDescriptors() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

// This process' resident memory.
inline size_t ResidentKilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    size_t kilobytes = 0;
    if (word == "VmRSS:" && status >> kilobytes) return kilobytes;
  }
  return 0;
}

// io_contexts, each run by a thread until destruction.
class Threads {
 public:
  explicit Threads(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      auto& io = contexts_.emplace_back(1);
      guards_.push_back(boost::asio::make_work_guard(io));
      threads_.emplace_back([&io] { io.run(); });
    }
  }
  ~Threads() {
    guards_.clear();  // run() returns only if the server has left nothing behind
    for (auto& thread : threads_) thread.join();
  }
  std::vector<boost::asio::io_context*> contexts() {
    std::vector<boost::asio::io_context*> all;
    for (auto& io : contexts_) all.push_back(&io);
    return all;
  }

 private:
  std::list<boost::asio::io_context> contexts_;
  std::vector<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guards_;
  std::vector<std::thread> threads_;
};

// Limits whose timeouts are far away, and a tick that makes those that a test shortens exact.
inline ServerOptions TestOptions() {
  ServerOptions options;
  options.limits.tick = absl::Milliseconds(10);
  options.limits.linger_timeout = absl::Milliseconds(200);
  options.render_error = [](int status, std::string_view reason) {
    Response response;
    response.status = status;
    response.headers.Add("Content-Type", "application/json");
    response.body = "{\"error\":\"" + std::string(reason) + "\"}";
    return response;
  };
  return options;
}

// A started server on a port of its own.
class TestServer {
 public:
  explicit TestServer(Handler handler, ServerOptions options = TestOptions(), size_t threads = 1,
                      std::shared_ptr<const TlsCertificates> tls = nullptr)
      : threads_(threads), server_(threads_.contexts(), std::move(handler), std::move(options)) {
    const auto port = server_.ListenTcp("127.0.0.1", 0, std::move(tls));
    EXPECT_TRUE(port.ok()) << port.status();
    port_ = port.value_or(0);
    server_.Start();
  }
  Server& server() { return server_; }
  uint16_t port() const { return port_; }

 private:
  Threads threads_;
  Server server_;
  uint16_t port_ = 0;
};

struct Reply {
  int status = 0;  // 0: the connection ended without an answer
  std::string head;
  std::string body;

  bool Says(std::string_view text) const { return head.find(text) != std::string::npos; }
};

// A blocking client. Reads give up after 10 s.
class Client {
 public:
  explicit Client(uint16_t port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    Connect(AF_INET, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  }
  explicit Client(const std::string& path) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    Connect(AF_UNIX, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  }
  ~Client() { Close(); }
  Client(const Client&) = delete;

  int fd() const { return fd_; }
  bool connected() const { return connected_; }

  // False if the server has closed.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // The next answer; `head_only` for answers to HEAD and interim ones.
  Reply Receive(bool head_only = false) {
    Reply reply;
    size_t end;
    while ((end = held_.find("\r\n\r\n")) == std::string::npos) {
      if (!ReadMore()) return reply;
    }
    reply.head = held_.substr(0, end + 4);
    held_.erase(0, end + 4);
    reply.status = std::atoi(reply.head.c_str() + 9);
    const size_t length_at = reply.head.find("Content-Length: ");
    if (head_only || length_at == std::string::npos) return reply;
    const size_t length = std::strtoull(reply.head.c_str() + length_at + 16, nullptr, 10);
    while (held_.size() < length && ReadMore()) {
    }
    reply.body = held_.substr(0, length);
    held_.erase(0, length);
    return reply;
  }

  Reply Exchange(std::string_view bytes) {
    Send(bytes);
    return Receive();
  }

  // Whether the server closes within 10 s without sending anything more.
  bool SeesClose() { return held_.empty() && !ReadMore() && !timed_out_; }
  bool HasInput(int within_ms) {
    pollfd poll_for = {fd_, POLLIN, 0};
    return !held_.empty() || ::poll(&poll_for, 1, within_ms) > 0;
  }

  void HalfClose() { ::shutdown(fd_, SHUT_WR); }
  void Close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  void Connect(int family, const sockaddr* address, socklen_t size) {
    fd_ = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience = {10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    connected_ = ::connect(fd_, address, size) == 0;
  }
  bool ReadMore() {
    char bytes[16 * 1024];
    const ssize_t count = ::recv(fd_, bytes, sizeof(bytes), 0);
    timed_out_ = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (count <= 0) return false;
    held_.append(bytes, static_cast<size_t>(count));
    return true;
  }

  int fd_ = -1;
  bool connected_ = false;
  bool timed_out_ = false;
  std::string held_;
};

inline std::string Get(std::string_view target, std::string_view more_fields = "") {
  std::string request = "GET ";
  return request.append(target).append(" HTTP/1.1\r\nHost: test\r\n").append(more_fields).append("\r\n");
}

inline std::string Post(std::string_view target, std::string_view body) {
  std::string request = "POST ";
  return request.append(target)
      .append(" HTTP/1.1\r\nHost: test\r\nContent-Length: ")
      .append(std::to_string(body.size()))
      .append("\r\n\r\n")
      .append(body);
}

// Answers with what it understood: "METHOD path|query|body".
inline Task<Response> Echo(Request request, RequestContext) {
  Response response;
  response.headers.Add("Content-Type", "text/plain");
  response.body = request.method + " ";
  response.body.append(request.path()).append("|").append(request.query()).append("|").append(request.body);
  co_return response;
}

}  // namespace plexus::http
