#include "common/storage/testing/pg_protocol.h"

#include <cstdint>

namespace plexus::storage::testing {
namespace {

constexpr uint32_t kSslRequest = 80877103;
constexpr uint32_t kGssRequest = 80877104;

uint32_t ReadBigEndian(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

}  // namespace

std::optional<std::string> PgFrames::Next() {
  size_t header = in_startup_ ? 0 : 1;
  if (buffer_.size() < header + 4) return std::nullopt;
  size_t size = header + ReadBigEndian(buffer_, header);
  if (buffer_.size() < size) return std::nullopt;
  std::string message = buffer_.substr(0, size);
  buffer_.erase(0, size);
  if (in_startup_ && size >= 8) {
    uint32_t code = ReadBigEndian(message, 4);
    in_startup_ = code == kSslRequest || code == kGssRequest;
  }
  return message;
}

}  // namespace plexus::storage::testing
