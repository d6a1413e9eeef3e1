// docs/metrics.md, generated from metric_list.h.
#pragma once

#include <string>

namespace plexus::platform {

// The page, in Markdown.
std::string MetricsPage();

}  // namespace plexus::platform
