#include "common/rpc/unix_socket.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace plexus::rpc {
namespace {

bool SomebodyListens(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return true;
  const bool connected = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const bool refused = !connected && errno == ECONNREFUSED;
  close(fd);
  return !refused;
}

absl::StatusOr<gid_t> GroupId(const std::string& name) {
  std::vector<char> buffer(16 << 10);
  group entry{};
  group* found = nullptr;
  getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) return absl::NotFoundError(absl::StrCat("no such group: ", name));
  return found->gr_gid;
}

}  // namespace

absl::Status ClearStaleSocket(const std::string& path) {
  if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat("not a path for a UNIX socket: '", path, "'"));
  }
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return absl::OkStatus();
  if (!S_ISSOCK(info.st_mode)) return absl::FailedPreconditionError(absl::StrCat(path, " is not a socket"));
  if (SomebodyListens(path)) return absl::UnavailableError(absl::StrCat(path, " is in use"));
  if (unlink(path.c_str()) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("unlink ", path));
  return absl::OkStatus();
}

absl::Status SetSocketAccess(const std::string& path, mode_t mode, const std::string& group) {
  if (!group.empty()) {
    PLEXUS_ASSIGN_OR_RETURN(gid_t id, GroupId(group));
    if (chown(path.c_str(), static_cast<uid_t>(-1), id) != 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("chown ", path));
    }
  }
  if (chmod(path.c_str(), mode) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("chmod ", path));
  return absl::OkStatus();
}

}  // namespace plexus::rpc
