#include "tests/load/chat/ledger.h"

#include <string.h>

#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"

namespace plexus::load {

Ledger::Ledger(std::string run, int readers)
    : mark_(absl::StrCat("plexus-load-", std::move(run), "-")), readers_(readers) {}

std::optional<int64_t> Ledger::Send(int64_t nanos) {
  if (due_.size() >= kMaxEvents) return std::nullopt;
  due_.push_back(nanos);
  is_acknowledged_.push_back(false);
  sightings_.push_back(0);
  seen_.resize(seen_.size() + static_cast<size_t>(readers_), false);
  return sent() - 1;
}

void Ledger::Acknowledge(int64_t event) {
  if (!Known(event) || is_acknowledged_[event]) return;
  is_acknowledged_[event] = true;
  ++acknowledged_;
  seen_acknowledged_ += sightings_[event];
}

std::optional<int64_t> Ledger::See(int reader, int64_t event, int64_t nanos) {
  if (!Known(event)) return std::nullopt;
  const size_t cell = Cell(reader, event);
  if (seen_[cell]) {
    ++doubled_;
    return std::nullopt;
  }
  seen_[cell] = true;
  ++sightings_[event];
  if (is_acknowledged_[event]) ++seen_acknowledged_;
  return nanos - due_[event];
}

std::string Ledger::Mark(int64_t event) const { return absl::StrCat(mark_, event, "."); }

std::vector<int64_t> Ledger::Find(std::string_view text) const {
  std::vector<int64_t> events;
  const char* const end = text.data() + text.size();
  const char* at = text.data();
  while ((at = static_cast<const char*>(memmem(at, static_cast<size_t>(end - at), mark_.data(), mark_.size())))) {
    at += mark_.size();
    int64_t event = 0;
    const auto number = std::from_chars(at, end, event);
    if (number.ec == std::errc() && number.ptr != end && *number.ptr == '.') events.push_back(event);
  }
  return events;
}

}  // namespace plexus::load
