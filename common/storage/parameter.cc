#include "common/storage/parameter.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace plexus::storage {

Parameter::Parameter(double value) : text_(absl::StrFormat("%.17g", value)) {}

Parameter::Parameter(Bytes value) : text_(absl::StrCat("\\x", absl::BytesToHexString(value.bytes))) {}

const std::string& Parameter::text() const {
  static const std::string* const kEmpty = new std::string;
  return text_ ? *text_ : *kEmpty;
}

}  // namespace plexus::storage
