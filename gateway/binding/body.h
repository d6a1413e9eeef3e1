// The JSON body of a request.
#pragma once

#include "absl/status/status.h"
#include "gateway/binding/inputs.h"
#include "gateway/endpoint.h"

namespace plexus::gateway {

// Parses inputs.request.body into inputs.body as `body` demands; an optional body that is missing becomes {}.
// 413 M_TOO_LARGE beyond `max_bytes`, 400 M_NOT_JSON (also when nested too deeply), 400 M_BAD_JSON if not an object.
absl::Status ReadBody(Body body, size_t max_bytes, Inputs& inputs);

}  // namespace plexus::gateway
