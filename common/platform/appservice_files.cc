// Which registration files there are, and what holds for all of them together.
#include <glob.h>

#include <cerrno>
#include <fstream>
#include <map>
#include <set>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/platform/appservice.h"

namespace plexus::platform {
namespace {

// A directory that is not there has no files; one that cannot be read ends the search.
int EndsSearch(const char* /*directory*/, int error) { return error == ENOENT ? 0 : 1; }

bool IsPattern(const std::string& path) { return path.find_first_of("*?[") != std::string::npos; }

absl::StatusOr<std::vector<std::string>> FilesOf(const std::string& pattern) {
  if (!IsPattern(pattern)) return std::vector<std::string>{pattern};
  glob_t found{};
  absl::Cleanup release = [&found] { globfree(&found); };
  const int result = glob(pattern.c_str(), 0, EndsSearch, &found);
  if (result == GLOB_NOMATCH) return std::vector<std::string>();
  if (result != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("appservice_files is \"", pattern, "\"; allowed: files in directories that can be read"));
  }
  return std::vector<std::string>(found.gl_pathv, found.gl_pathv + found.gl_pathc);
}

absl::StatusOr<std::string> ReadRegistrationFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kMaxAppserviceFileBytes + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  const auto read = static_cast<size_t>(in.gcount());
  // A directory opens, and fails to be read.
  if (!in.is_open() || in.bad() || read == 0 || read > kMaxAppserviceFileBytes) {
    return absl::InvalidArgumentError(absl::StrCat("appservice_files is \"", path,
                                                   "\"; allowed: files that can be read, ", "of 1 to ",
                                                   kMaxAppserviceFileBytes, " bytes"));
  }
  text.resize(read);
  return text;
}

// "The homeserver MUST enforce" that ids and tokens are unique.
class UniqueValues {
 public:
  explicit UniqueValues(const char* key) : key_(key) {}

  // `shown` is how an error calls the value.
  absl::Status Add(const std::string& value, const std::string& file, std::string_view shown) {
    auto [at, added] = files_.emplace(value, file);
    if (added) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(file, ": ", key_, " is ", shown, ", as in ", at->second,
                                                   "; allowed: one that no other application service has"));
  }

 private:
  const char* const key_;
  std::map<std::string, std::string> files_;
};

}  // namespace

absl::StatusOr<std::vector<Appservice>> LoadAppservices(const std::vector<std::string>& patterns) {
  std::vector<Appservice> out;
  std::set<std::string> seen;
  UniqueValues ids("id"), tokens("as_token");
  for (const std::string& pattern : patterns) {
    PLEXUS_ASSIGN_OR_RETURN(std::vector<std::string> files, FilesOf(pattern));
    for (const std::string& file : files) {
      if (!seen.insert(file).second) continue;
      if (out.size() == kMaxAppservices) {
        return absl::InvalidArgumentError(
            absl::StrCat("appservice_files: \"", file, "\" is one too many; allowed: ", kMaxAppservices));
      }
      PLEXUS_ASSIGN_OR_RETURN(std::string yaml, ReadRegistrationFile(file));
      PLEXUS_ASSIGN_OR_RETURN(Appservice read, ParseAppservice(yaml, file));
      PLEXUS_RETURN_IF_ERROR(ids.Add(read.id, file, absl::StrCat("\"", read.id, "\"")));
      PLEXUS_RETURN_IF_ERROR(tokens.Add(read.as_token, file, "the same"));
      out.push_back(std::move(read));
    }
  }
  return out;
}

}  // namespace plexus::platform
