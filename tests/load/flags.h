// Command line flags of the load tools: --name=value, or --name for a switch.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace plexus::load {

// Each getter leaves `out` as it is when the flag is absent. The first problem is kept for Finish.
class Flags {
 public:
  Flags(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) Add(argv[i]);
  }

  void Text(const std::string& name, std::string* out) {
    if (auto values = Take(name); !values.empty()) *out = values.back();
  }
  // Every value of a flag that may be repeated.
  void Texts(const std::string& name, std::vector<std::string>* out) { *out = Take(name); }
  template <typename Number>
  void Integer(const std::string& name, Number* out, Number low, Number high) {
    for (const std::string& value : Take(name)) {
      if (absl::SimpleAtoi(value, out) && *out >= low && *out <= high) continue;
      Fail(absl::StrCat("--", name, "=", value, ": an integer from ", low, " to ", high, " is allowed"));
    }
  }
  void Boolean(const std::string& name, bool* out) {
    for (const std::string& value : Take(name)) {
      if (!value.empty()) Fail(absl::StrCat("--", name, " takes no value"));
      *out = true;
    }
  }

  // InvalidArgument for the first problem; flags that nobody asked for are one.
  absl::Status Finish() {
    for (const auto& [name, values] : given_) Fail(absl::StrCat("there is no flag --", name));
    return status_;
  }

 private:
  void Add(std::string_view word) {
    if (!word.starts_with("--")) return Fail(absl::StrCat("what is '", word, "'?"));
    const size_t equals = word.find('=');
    const std::string name(word.substr(2, equals == word.npos ? word.npos : equals - 2));
    given_[name].emplace_back(equals == word.npos ? std::string_view() : word.substr(equals + 1));
  }
  std::vector<std::string> Take(const std::string& name) {
    auto found = given_.extract(name);
    return found ? std::move(found.mapped()) : std::vector<std::string>();
  }
  void Fail(const std::string& message) {
    if (status_.ok()) status_ = absl::InvalidArgumentError(message);
  }

  std::map<std::string, std::vector<std::string>> given_;
  absl::Status status_;
};

}  // namespace plexus::load
