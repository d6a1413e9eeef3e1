#include "common/platform/yaml_reader.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace plexus::platform {
namespace {

std::string Shown(const YAML::Node& node) {
  if (node.IsScalar()) return absl::StrCat("\"", node.Scalar(), "\"");
  if (node.IsSequence()) return "a list";
  if (node.IsMap()) return "a mapping";
  return "nothing";
}

}  // namespace

YamlReader::YamlReader(const YAML::Node& node, std::string path, absl::Status* status)
    : node_(node), path_(std::move(path)), status_(status) {
  if (!node_.IsMap() && !node_.IsNull()) {
    if (status_->ok()) {
      *status_ = absl::InvalidArgumentError(absl::StrCat(path_, ": is ", Shown(node_), "; allowed: a mapping"));
    }
  }
}

YamlReader::YamlReader(std::set<std::string>* keys, absl::Status* status) : status_(status), keys_(keys) {}

void YamlReader::ListKeys(const std::string& inner, const std::function<void(YamlReader&)>& read) {
  YamlReader reader(keys_, status_);
  reader.prefix_ = prefix_ + inner;
  read(reader);
}

YAML::Node YamlReader::Get(const std::string& key) {
  known_.insert(key);
  if (keys_ != nullptr) keys_->insert(prefix_ + key);
  if (!node_.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
  return node_[key];
}

void YamlReader::Fail(const std::string& key, std::string_view value, std::string_view allowed) {
  if (!status_->ok()) return;
  *status_ = absl::InvalidArgumentError(absl::StrCat(path_, ": ", key, " is ", value, "; allowed: ", allowed));
}

void YamlReader::Fail(const absl::Status& problem) {
  if (!status_->ok()) return;
  *status_ = absl::InvalidArgumentError(absl::StrCat(path_, ": ", problem.message()));
}

void YamlReader::Text(const char* key, std::string* out) {
  Text(key, out, "a text", [](const std::string&) { return true; });
}

void YamlReader::Text(const char* key, std::string* out, std::string_view allowed,
                      const std::function<bool(const std::string&)>& ok) {
  YAML::Node value = Get(key);
  if (!value.IsDefined()) return;
  if (!value.IsScalar() || !ok(value.Scalar())) return Fail(key, Shown(value), allowed);
  *out = value.Scalar();
}

void YamlReader::Integer(const char* key, int64_t* out, int64_t low, int64_t high) {
  YAML::Node value = Get(key);
  if (!value.IsDefined()) return;
  int64_t number = 0;
  if (!value.IsScalar() || !absl::SimpleAtoi(value.Scalar(), &number) || number < low || number > high) {
    return Fail(key, Shown(value), absl::StrCat("a whole number from ", low, " to ", high));
  }
  *out = number;
}

void YamlReader::Integer(const char* key, int* out, int low, int high) {
  int64_t wide = *out;
  Integer(key, &wide, int64_t{low}, int64_t{high});
  *out = static_cast<int>(wide);
}

void YamlReader::Number(const char* key, double* out, double low, double high) {
  YAML::Node value = Get(key);
  if (!value.IsDefined()) return;
  double number = 0;
  if (!value.IsScalar() || !absl::SimpleAtod(value.Scalar(), &number) || !(number >= low && number <= high)) {
    return Fail(key, Shown(value), absl::StrCat("a number from ", low, " to ", high));
  }
  *out = number;
}

void YamlReader::Boolean(const char* key, bool* out) {
  YAML::Node value = Get(key);
  if (!value.IsDefined()) return;
  if (value.IsScalar() && value.Scalar() == "true") {
    *out = true;
  } else if (value.IsScalar() && value.Scalar() == "false") {
    *out = false;
  } else {
    Fail(key, Shown(value), "true or false");
  }
}

void YamlReader::Texts(const char* key, std::vector<std::string>* out) {
  YAML::Node value = Get(key);
  if (!value.IsDefined()) return;
  if (!value.IsSequence()) return Fail(key, Shown(value), "a list of texts");
  out->clear();
  for (const YAML::Node& item : value) {
    if (!item.IsScalar()) return Fail(key, Shown(item), "a list of texts");
    out->push_back(item.Scalar());
  }
}

void YamlReader::Mode(const char* key, int* out) {
  YAML::Node value = Get(key);
  if (!value.IsDefined()) return;
  char* end = nullptr;
  const std::string text = value.IsScalar() ? value.Scalar() : "";
  const long mode = std::strtol(text.c_str(), &end, 8);
  if (text.empty() || *end != '\0' || mode < 0 || mode > 0777) {
    return Fail(key, Shown(value), "an octal file mode in quotes, such as \"0660\"");
  }
  *out = static_cast<int>(mode);
}

void YamlReader::Secret(const std::string& key, std::string* out) {
  const std::string file_key = key + "_file";
  YAML::Node direct = Get(key);
  YAML::Node file = Get(file_key);
  if (direct.IsDefined() && file.IsDefined()) return Fail(key, "given twice", absl::StrCat(key, " or ", file_key));
  if (direct.IsDefined()) return Text(key.c_str(), out);
  if (!file.IsDefined()) return;
  std::ifstream in(file.IsScalar() ? file.Scalar() : "");
  if (!in) return Fail(file_key, Shown(file), "the path of a file that can be read");
  std::stringstream contents;
  contents << in.rdbuf();
  std::string text = contents.str();
  *out = std::string(absl::StripSuffix(text, "\n"));
  if (out->empty()) Fail(file_key, Shown(file), "a file that is not empty");
}

void YamlReader::File(const char* key, std::string* out) {
  Text(key, out, "the path of a file that can be read",
       [](const std::string& path) { return std::ifstream(path).good(); });
}

void YamlReader::Mapping(const char* key, const std::function<void(YamlReader&)>& read) {
  if (keys_ != nullptr) return ListKeys(absl::StrCat(key, "."), read);
  YAML::Node value = Get(key);
  if (!value.IsDefined()) return;
  YamlReader reader(value, absl::StrCat(path_, ": ", key), status_);
  reader.strict_ = strict_;
  read(reader);
  reader.Finish();
}

void YamlReader::List(const char* key, const std::function<void(YamlReader&)>& read) {
  if (keys_ != nullptr) return ListKeys(absl::StrCat(key, "[]."), read);
  YAML::Node value = Get(key);
  if (!value.IsDefined() || value.IsNull()) return;
  if (!value.IsSequence()) return Fail(key, Shown(value), "a list");
  for (size_t i = 0; i < value.size(); ++i) {
    YamlReader reader(value[i], absl::StrCat(path_, ": ", key, "[", i, "]"), status_);
    reader.strict_ = strict_;
    read(reader);
    reader.Finish();
  }
}

void YamlReader::Finish() {
  if (!node_.IsMap() || !strict_) return;
  for (const auto& entry : node_) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    if (known_.contains(key)) continue;
    if (status_->ok()) {
      *status_ = absl::InvalidArgumentError(
          absl::StrCat(path_, ": unknown key \"", key, "\"; allowed: ", absl::StrJoin(known_, ", ")));
    }
  }
}

}  // namespace plexus::platform
