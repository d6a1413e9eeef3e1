#include "common/base/random.h"

#include <sodium.h>

namespace plexus {
namespace {

constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

}  // namespace

std::string RandomBytes(size_t bytes) {
  std::string out(bytes, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

std::string RandomString(size_t length, std::string_view alphabet) {
  std::string out(length, '\0');
  for (char& c : out) c = alphabet[randombytes_uniform(static_cast<uint32_t>(alphabet.size()))];
  return out;
}

std::string RandomAlphanumeric(size_t length) { return RandomString(length, kAlphanumeric); }

std::string RandomUppercase(size_t length) { return RandomString(length, kUpper); }

int64_t RandomId() {
  int64_t id = 0;
  while (id == 0) {
    randombytes_buf(&id, sizeof id);
    id &= INT64_MAX;
  }
  return id;
}

bool ConstantTimeEquals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace plexus
