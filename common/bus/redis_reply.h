// What Redis answers, as a value, and how commands are written for it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct redisReply;  // hiredis

namespace plexus::bus {

struct RedisReply {
  enum class Kind { kNil, kInteger, kString, kError, kArray };
  Kind kind = Kind::kNil;
  int64_t integer = 0;
  std::string text;  // of kString (status replies too) and kError
  std::vector<RedisReply> elements;

  bool is_error() const { return kind == Kind::kError; }
};

RedisReply ToRedisReply(const redisReply& reply);

// Appends a command in Redis' wire format.
void AppendCommand(std::span<const std::string_view> arguments, std::string& out);

}  // namespace plexus::bus
