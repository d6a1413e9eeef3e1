// Unpredictable bytes from the operating system, in the shapes that Plexus needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plexus {

// `bytes` cryptographically secure random bytes. Thread-safe; never fails.
std::string RandomBytes(size_t bytes);

// `length` characters drawn evenly from `alphabet` (at most 256 characters).
std::string RandomString(size_t length, std::string_view alphabet);

// Letters and digits: for session ids, devices' localparts, room localparts.
std::string RandomAlphanumeric(size_t length);

// `length` upper-case letters, the customary shape of a device id.
std::string RandomUppercase(size_t length);

// A random 63-bit number, never 0: for lease ids and epochs.
int64_t RandomId();

// Compares in time that depends on the lengths only: for secrets and MACs.
bool ConstantTimeEquals(std::string_view a, std::string_view b);

}  // namespace plexus
