#include "common/json/value.h"

#include <boost/json/monotonic_resource.hpp>

namespace plexus::json {

Storage GrowOnlyStorage() { return boost::json::make_shared_resource<boost::json::monotonic_resource>(); }

}  // namespace plexus::json
