// The binary form of this library's own messages: little-endian numbers and length-prefixed strings.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace plexus::bus {

class WireWriter {
 public:
  void Number(uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) out_.push_back(static_cast<char>(value >> shift));
  }
  void Text(std::string_view text) {
    Number(text.size());
    out_.append(text);
  }
  // Without a length: the last field.
  void Rest(std::string_view text) { out_.append(text); }
  std::string Take() && { return std::move(out_); }

 private:
  std::string out_;
};

// Every getter is nullopt once the message is too short.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : left_(message) {}
  std::optional<uint64_t> Number() {
    if (left_.size() < 8) return std::nullopt;
    uint64_t value = 0;
    for (int i = 7; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(left_[i]);
    left_.remove_prefix(8);
    return value;
  }
  std::optional<std::string> Text() {
    std::optional<uint64_t> size = Number();
    if (!size || *size > left_.size()) return std::nullopt;
    std::string text(left_.substr(0, *size));
    left_.remove_prefix(*size);
    return text;
  }
  std::string_view Rest() const { return left_; }

 private:
  std::string_view left_;
};

}  // namespace plexus::bus
