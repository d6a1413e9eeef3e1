// plexus keygen: makes a homeserver's signing key.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/matrix/signing.h"
#include "plexus/command.h"

namespace plexus {

absl::Status Keygen(const Words& words) {
  PLEXUS_ASSIGN_OR_RETURN(Arguments arguments, ParseArguments(words, {"out"}));
  PLEXUS_ASSIGN_OR_RETURN(std::string path, arguments.Require("out"));
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno == EEXIST) {
    std::printf("%s exists and is kept\n", path.c_str());
    return absl::OkStatus();
  }
  if (file < 0) return absl::UnavailableError(absl::StrCat(path, ": ", std::strerror(errno)));
  const matrix::SigningKey key = matrix::SigningKey::Generate();
  const std::string text = key.Print();
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
  close(file);
  if (!written) {
    unlink(path.c_str());
    return absl::UnavailableError(absl::StrCat(path, ": cannot be written"));
  }
  std::printf("%s: %s\n", path.c_str(), key.key_id().c_str());
  return absl::OkStatus();
}

}  // namespace plexus
