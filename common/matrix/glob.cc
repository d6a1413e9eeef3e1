#include "common/matrix/glob.h"

namespace plexus::matrix {

GlobSubject::GlobSubject(std::string_view text) : size_(text.size()) {
  if (size_ > kMaxBytes) return;
  for (size_t place = 0; place < size_; ++place) {
    inside_.set(place);
    before_[static_cast<unsigned char>(text[place])].set(place);
  }
}

bool GlobSubject::Matches(std::string_view pattern) const {
  if (size_ > kMaxBytes) return false;
  Places places(1);
  for (const char c : pattern) {
    if (c == '*') {
      // Every place from the first one on.
      places = ~Places() << places._Find_first();
    } else {
      places = (places & (c == '?' ? inside_ : before_[static_cast<unsigned char>(c)])) << 1;
    }
    if (places.none()) return false;
  }
  return places.test(size_);
}

}  // namespace plexus::matrix
