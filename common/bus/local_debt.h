// What one process knows about the debt of one key: what Redis said last, plus what was admitted since.
#pragma once

#include <algorithm>

namespace plexus::bus {

// All amounts and times in microseconds; `now` is this process' steady clock. A debt shrinks by itself as time passes.
class LocalDebt {
 public:
  double debt(double now) const { return std::max(0.0, paid_at_ - now); }
  // How much the debt exceeds `limit` once `cost` is added; not positive: it fits. A microsecond is rounding.
  double Excess(double cost, double limit, double now) const { return debt(now) + cost - limit - 1; }

  // Admitted and not yet counted by Redis.
  double uncounted() const { return unreported_ + in_flight_; }
  double unreported() const { return unreported_; }

  // Admits `cost` without Redis. At most `cap` stays to be reported (what an outage piles up is forgiven beyond it).
  void Admit(double cost, double cap, double now) {
    paid_at_ = std::max(paid_at_, now) + cost;
    unreported_ = std::min(unreported_ + cost, std::max(cap, cost));
  }

  // Takes what is to be reported now; give it to Counted or Lost.
  double StartReport() {
    double amount = unreported_;
    in_flight_ += amount;
    unreported_ = 0;
    return amount;
  }
  // Redis has counted a report of `amount` and says that the whole debt is `shared`.
  void Counted(double amount, double shared, double now) {
    in_flight_ = std::max(0.0, in_flight_ - amount);
    paid_at_ = now + shared + uncounted();
  }
  // Nobody knows whether Redis has counted it. It is not reported again.
  void Lost(double amount) { in_flight_ = std::max(0.0, in_flight_ - amount); }

  // Nothing is worth remembering.
  bool idle(double now) const { return debt(now) == 0 && uncounted() == 0; }

 private:
  double paid_at_ = 0;
  double unreported_ = 0;
  double in_flight_ = 0;
};

}  // namespace plexus::bus
