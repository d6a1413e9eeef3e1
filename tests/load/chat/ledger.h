// The books of a run: every event that was sent, whether the server acknowledged it, and which readers saw it when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plexus::load {

// Events are known by their number, from 0; a message carries it as Mark(). Not thread-safe.
class Ledger {
 public:
  // Every event is expected by all of `readers`. `run` tells this run's events from those of earlier ones: letters and
  // digits.
  Ledger(std::string run, int readers);

  // A new event, due at `nanos` of any clock. nullopt once kMaxEvents have been sent.
  std::optional<int64_t> Send(int64_t nanos);
  // The server promised to keep the event.
  void Acknowledge(int64_t event);
  // A reader's sync brought the event. The time since it was due, if that is for the first time.
  std::optional<int64_t> See(int reader, int64_t event, int64_t nanos);

  // The text in a message by which the event is recognised: "plexus-load-RUN-NUMBER.".
  std::string Mark(int64_t event) const;
  // The numbers of the events whose marks are in `text`, in their order. Cheap: the text is searched, not parsed.
  std::vector<int64_t> Find(std::string_view text) const;

  int64_t sent() const { return static_cast<int64_t>(due_.size()); }
  int64_t acknowledged() const { return acknowledged_; }
  // Sightings beyond the first, over all readers.
  int64_t doubled() const { return doubled_; }
  // Acknowledged events that a reader has not seen, over all readers.
  int64_t missing() const { return acknowledged_ * readers_ - seen_acknowledged_; }

  static constexpr size_t kMaxEvents = 10'000'000;

 private:
  bool Known(int64_t event) const { return event >= 0 && event < sent(); }
  size_t Cell(int reader, int64_t event) const { return static_cast<size_t>(event) * readers_ + reader; }

  const std::string mark_;
  const int readers_;
  std::vector<int64_t> due_;
  std::vector<bool> is_acknowledged_;
  std::vector<bool> seen_;      // by event and reader
  std::vector<int> sightings_;  // readers that saw the event
  int64_t acknowledged_ = 0;
  int64_t seen_acknowledged_ = 0;
  int64_t doubled_ = 0;
};

}  // namespace plexus::load
