#include <arpa/inet.h>
#include <grp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "common/base/status_macros.h"
#include "common/http/acceptor.h"

namespace plexus::http {
namespace {

constexpr int kBacklog = 4096;  // the system lowers it to net.core.somaxconn

absl::Status ErrnoStatus(const std::string& what) { return absl::UnavailableError(what + ": " + std::strerror(errno)); }

struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t size = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

bool ParseIp(const std::string& address, uint16_t port, SocketAddress* out) {
  auto& v4 = reinterpret_cast<sockaddr_in&>(out->storage);
  if (::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    out->size = sizeof(v4);
    return true;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(out->storage);
  if (::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) != 1) return false;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  out->size = sizeof(v6);
  return true;
}

absl::StatusOr<SocketAddress> UnixAddress(const std::string& path) {
  SocketAddress address;
  auto& name = reinterpret_cast<sockaddr_un&>(address.storage);
  if (path.empty() || path.size() >= sizeof(name.sun_path)) {
    return absl::InvalidArgumentError("UNIX socket " + path + ": the path must have 1 to " +
                                      std::to_string(sizeof(name.sun_path) - 1) + " bytes");
  }
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path.data(), path.size());
  address.size = sizeof(name);
  return address;
}

absl::StatusOr<ListeningSocket> NewSocket(int family, const std::string& label) {
  ListeningSocket socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.fd() < 0) return ErrnoStatus(label);
  return socket;
}

// Removes the socket file at `path` if nobody answers on it.
absl::Status RemoveStale(const std::string& path, const SocketAddress& address, const std::string& label) {
  struct stat info = {};
  if (::lstat(path.c_str(), &info) != 0) return errno == ENOENT ? absl::OkStatus() : ErrnoStatus(label);
  if (!S_ISSOCK(info.st_mode)) return absl::AlreadyExistsError(label + ": there is a file that is not a socket");
  PLEXUS_ASSIGN_OR_RETURN(const ListeningSocket probe, NewSocket(AF_UNIX, label));
  const bool refused = ::connect(probe.fd(), address.get(), address.size) != 0 && errno == ECONNREFUSED;
  if (!refused) return absl::AlreadyExistsError(label + ": in use");
  return ::unlink(path.c_str()) == 0 ? absl::OkStatus() : ErrnoStatus(label);
}

absl::Status GiveToGroup(const std::string& path, std::string_view group, const std::string& label) {
  if (group.empty()) return absl::OkStatus();
  struct group entry = {};
  struct group* found = nullptr;
  std::vector<char> buffer(16 * 1024);
  ::getgrnam_r(std::string(group).c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) return absl::NotFoundError(label + ": no group " + std::string(group));
  return ::chown(path.c_str(), static_cast<uid_t>(-1), found->gr_gid) == 0 ? absl::OkStatus() : ErrnoStatus(label);
}

// Between bind and listen nobody can connect, so the permissions hold from the first connection.
absl::Status RestrictAndListen(int fd, const std::string& path, uint32_t mode, std::string_view group,
                               const std::string& label) {
  PLEXUS_RETURN_IF_ERROR(GiveToGroup(path, group, label));
  if (::chmod(path.c_str(), mode) != 0) return ErrnoStatus(label);
  return ::listen(fd, kBacklog) == 0 ? absl::OkStatus() : ErrnoStatus(label);
}

}  // namespace

ListeningSocket::~ListeningSocket() {
  if (fd_ >= 0) ::close(fd_);
}

absl::StatusOr<ListeningSocket> BindTcp(std::string_view address, uint16_t port) {
  const std::string ip(address);
  const std::string label = "listen on " + ip + " port " + std::to_string(port);
  SocketAddress where;
  if (!ParseIp(ip, port, &where)) return absl::InvalidArgumentError(label + ": not an IP address");
  PLEXUS_ASSIGN_OR_RETURN(ListeningSocket socket, NewSocket(where.get()->sa_family, label));
  const int on = 1;
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
  // "::" is IPv6 alone, so that it can stand beside "0.0.0.0".
  if (where.get()->sa_family == AF_INET6) ::setsockopt(socket.fd(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
  if (::bind(socket.fd(), where.get(), where.size) != 0) return ErrnoStatus(label);
  if (::listen(socket.fd(), kBacklog) != 0) return ErrnoStatus(label);
  return socket;
}

absl::StatusOr<ListeningSocket> BindUnix(const std::string& path, uint32_t mode, std::string_view group) {
  const std::string label = "listen on UNIX socket " + path;
  PLEXUS_ASSIGN_OR_RETURN(const SocketAddress where, UnixAddress(path));
  PLEXUS_RETURN_IF_ERROR(RemoveStale(path, where, label));
  PLEXUS_ASSIGN_OR_RETURN(ListeningSocket socket, NewSocket(AF_UNIX, label));
  if (::bind(socket.fd(), where.get(), where.size) != 0) return ErrnoStatus(label);
  if (const absl::Status status = RestrictAndListen(socket.fd(), path, mode, group, label); !status.ok()) {
    ::unlink(path.c_str());
    return status;
  }
  return socket;
}

uint16_t BoundPort(int fd) {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

}  // namespace plexus::http
