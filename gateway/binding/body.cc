#include "gateway/binding/body.h"

#include <algorithm>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/parse.h"

namespace plexus::gateway {
namespace {

bool IsBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

absl::Status ReadBody(Body body, size_t max_bytes, Inputs& inputs) {
  if (body == Body::kNone) return absl::OkStatus();
  std::string& text = inputs.request.body;
  if (text.size() > max_bytes) return errors::TooLarge("The request body is too large");
  if (body == Body::kOptional && IsBlank(text)) text = "{}";
  PLEXUS_ASSIGN_OR_RETURN(inputs.body, json::ParseObject(text, {}, json::GrowOnlyStorage()));
  return absl::OkStatus();
}

}  // namespace plexus::gateway
