// Appendices, "Glob-style matching".
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <string_view>

namespace plexus::matrix {

// A short text that many patterns are held against. Each costs time linear in its own length, whatever it looks like:
// instead of trying one place after the other for each `*`, all places where the text may have got to are tracked at
// once.
class GlobSubject {
 public:
  static constexpr size_t kMaxBytes = 255;

  // `text`: at most kMaxBytes bytes, of which each counts as a character. A longer one matches nothing.
  explicit GlobSubject(std::string_view text);

  // Whether the whole text matches: `*` stands for any number of characters, `?` for one, all else for itself.
  bool Matches(std::string_view pattern) const;

 private:
  using Places = std::bitset<kMaxBytes + 1>;  // numbers of bytes read
  size_t size_;
  Places inside_;                        // places where a byte follows
  std::array<Places, 256> before_ = {};  // places where that byte follows
};

}  // namespace plexus::matrix
