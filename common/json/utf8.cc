#include "common/json/utf8.h"

#include <cstddef>
#include <cstdint>

namespace plexus::json {
namespace {

// What may follow a lead byte: how many continuation bytes, and the range of the first of them.
struct Sequence {
  size_t continuations;
  unsigned char low, high;
};

bool SequenceOf(unsigned char lead, Sequence& sequence) {
  if (lead >= 0xC2 && lead <= 0xDF) return sequence = {1, 0x80, 0xBF}, true;
  if (lead == 0xE0) return sequence = {2, 0xA0, 0xBF}, true;  // no overlong forms
  if (lead == 0xED) return sequence = {2, 0x80, 0x9F}, true;  // no surrogates
  if (lead >= 0xE1 && lead <= 0xEF) return sequence = {2, 0x80, 0xBF}, true;
  if (lead == 0xF0) return sequence = {3, 0x90, 0xBF}, true;
  if (lead >= 0xF1 && lead <= 0xF3) return sequence = {3, 0x80, 0xBF}, true;
  if (lead == 0xF4) return sequence = {3, 0x80, 0x8F}, true;  // nothing above U+10FFFF
  return false;
}

}  // namespace

bool IsUtf8(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i++]);
    if (lead < 0x80) continue;
    Sequence sequence;
    if (!SequenceOf(lead, sequence) || bytes.size() - i < sequence.continuations) return false;
    for (size_t k = 0; k < sequence.continuations; ++k, ++i) {
      const auto next = static_cast<unsigned char>(bytes[i]);
      if (next < (k == 0 ? sequence.low : 0x80) || next > (k == 0 ? sequence.high : 0xBF)) return false;
    }
  }
  return true;
}

}  // namespace plexus::json
