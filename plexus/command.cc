#include "plexus/command.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace plexus {

std::string Arguments::Get(const std::string& name, const std::string& otherwise) const {
  auto it = options.find(name);
  return it == options.end() ? otherwise : it->second;
}

absl::StatusOr<std::string> Arguments::Require(const std::string& name) const {
  auto it = options.find(name);
  if (it == options.end()) return absl::InvalidArgumentError(absl::StrCat("--", name, " is missing"));
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
      return absl::InvalidArgumentError(absl::StrCat("unknown option --", name, "; allowed: --",
                                                     absl::StrJoin(allowed, ", --"), switches.empty() ? "" : ", --",
                                                     absl::StrJoin(switches, ", --")));
    } else if (equals != std::string::npos) {
      out.options[name] = words[i].substr(equals + 1);
    } else if (i + 1 < words.size()) {
      out.options[name] = words[++i];
    } else {
      return absl::InvalidArgumentError(absl::StrCat("--", name, " needs a value"));
    }
  }
  return out;
}

}  // namespace plexus
