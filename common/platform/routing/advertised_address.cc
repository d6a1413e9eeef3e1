#include "common/platform/routing/advertised_address.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace plexus::platform {

std::string AdvertisedAddress(std::string_view bound, std::string_view host_name) {
  for (std::string_view everywhere : {"0.0.0.0:", "[::]:"}) {
    if (absl::StartsWith(bound, everywhere)) return absl::StrCat(host_name, ":", bound.substr(everywhere.size()));
  }
  return std::string(bound);
}

}  // namespace plexus::platform
