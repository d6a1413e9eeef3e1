// Reads one YAML mapping strictly: typed getters that remember which keys were asked for, so that Finish() can refuse
// the others. The first problem is kept, and names the file, the key, the value and what is allowed.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace plexus::platform {

class YamlReader {
 public:
  // `path` is what errors call this mapping: "plexus.yaml: database". `status` outlives the reader.
  YamlReader(const YAML::Node& node, std::string path, absl::Status* status);
  // Reads nothing, and adds each key that is asked for to `keys`, as "tenants[].limits.login.burst". Both outlive it.
  YamlReader(std::set<std::string>* keys, absl::Status* status);

  // Each leaves `out` as it is when the key is absent.
  void Text(const char* key, std::string* out);
  void Text(const char* key, std::string* out, std::string_view allowed,
            const std::function<bool(const std::string&)>& ok);
  void Integer(const char* key, int64_t* out, int64_t low, int64_t high);
  void Integer(const char* key, int* out, int low, int high);
  void Number(const char* key, double* out, double low, double high);
  void Boolean(const char* key, bool* out);
  void Texts(const char* key, std::vector<std::string>* out);
  // An octal file mode in quotes: "0660".
  void Mode(const char* key, int* out);
  // `key`, or the contents of the file that `key`_file names, without its trailing newline.
  void Secret(const std::string& key, std::string* out);
  // An absolute path, or one relative to the working directory, of a file that exists.
  void File(const char* key, std::string* out);
  // Calls `read` with a reader of the mapping under `key`, or of each mapping of the list there.
  void Mapping(const char* key, const std::function<void(YamlReader&)>& read);
  void List(const char* key, const std::function<void(YamlReader&)>& read);

  bool Has(const char* key) const { return node_.IsMap() && node_[key].IsDefined(); }
  bool IsNull(const char* key) const { return Has(key) && node_[key].IsNull(); }
  // Here and in what Mapping() and List() read from now on, Finish() refuses nothing.
  void AllowUnknownKeys() { strict_ = false; }
  // Reports a problem of this mapping's `key` in the usual form.
  void Fail(const std::string& key, std::string_view value, std::string_view allowed);
  // Reports a problem with what this mapping refers to, which names file and key itself.
  void Fail(const absl::Status& problem);
  // Refuses keys that nobody asked for.
  void Finish();

 private:
  YAML::Node Get(const std::string& key);
  // With `keys_`: asks for the keys of the mapping that `inner`, such as "limits." or "tenants[].", begins.
  void ListKeys(const std::string& inner, const std::function<void(YamlReader&)>& read);

  const YAML::Node node_;
  const std::string path_;
  absl::Status* const status_;
  std::set<std::string>* const keys_ = nullptr;
  std::string prefix_;  // of what goes into `keys_`
  std::set<std::string> known_;
  bool strict_ = true;
};

}  // namespace plexus::platform
