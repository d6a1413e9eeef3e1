// Whatever is sent, parsing ends; what it accepts reads back from its ordinary form, and unchanged from its canonical
// one.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/json/canonical.h"
#include "common/json/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace json = plexus::json;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  absl::StatusOr<json::Value> value = json::Parse(text);
  if (!value.ok()) return 0;
  if (!json::Parse(json::Serialize(*value)).ok()) std::abort();
  absl::StatusOr<std::string> canonical = json::Canonical(*value);
  if (canonical.ok() && json::Canonical(*json::Parse(*canonical)) != canonical) std::abort();
  return 0;
}
