#include "plexus/ctl/arguments.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace plexus {
namespace {

constexpr char kUsagePayload[] = "plexus.usage";

std::string Allowed(const std::set<std::string>& allowed, const std::set<std::string>& switches) {
  std::set<std::string> all = allowed;
  all.insert(switches.begin(), switches.end());
  return all.empty() ? "none" : absl::StrCat("--", absl::StrJoin(all, ", --"));
}

}  // namespace

absl::Status UsageError(std::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kUsagePayload, absl::Cord());
  return status;
}

bool IsUsageError(const absl::Status& status) { return status.GetPayload(kUsagePayload).has_value(); }

int ExitCode(const absl::Status& status) {
  if (status.ok()) return 0;
  return IsUsageError(status) ? 2 : 1;
}

std::string Arguments::Get(const std::string& name, const std::string& otherwise) const {
  auto it = options.find(name);
  return it == options.end() ? otherwise : it->second;
}

absl::StatusOr<std::string> Arguments::Require(const std::string& name) const {
  auto it = options.find(name);
  if (it == options.end()) return UsageError(absl::StrCat("--", name, " is missing"));
  return it->second;
}

absl::StatusOr<Arguments> ParseArguments(const Words& words, const std::set<std::string>& allowed,
                                         const std::set<std::string>& switches) {
  Arguments out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with("--")) {
      out.positional.push_back(words[i]);
      continue;
    }
    const size_t equals = words[i].find('=');
    const std::string name = words[i].substr(2, equals == std::string::npos ? std::string::npos : equals - 2);
    if (switches.contains(name) && equals == std::string::npos) {
      out.options[name] = "true";
    } else if (!allowed.contains(name)) {
      return UsageError(absl::StrCat("unknown option --", name, "; allowed: ", Allowed(allowed, switches)));
    } else if (equals != std::string::npos) {
      out.options[name] = words[i].substr(equals + 1);
    } else if (i + 1 < words.size()) {
      out.options[name] = words[++i];
    } else {
      return UsageError(absl::StrCat("--", name, " needs a value"));
    }
  }
  return out;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::stringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  std::ifstream in(path);
  if (!in) return absl::NotFoundError(absl::StrCat(path, " cannot be read"));
  text << in.rdbuf();
  return text.str();
}

}  // namespace plexus
