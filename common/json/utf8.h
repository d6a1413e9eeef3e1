// Whether bytes that did not come out of a JSON parser (paths, headers) are text.
#pragma once

#include <string_view>

namespace plexus::json {

// True if `bytes` is well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool IsUtf8(std::string_view bytes);

}  // namespace plexus::json
