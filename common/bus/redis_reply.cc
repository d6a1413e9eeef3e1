#include "common/bus/redis_reply.h"

#include <hiredis/hiredis.h>

namespace plexus::bus {

RedisReply ToRedisReply(const redisReply& reply) {
  RedisReply out;
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      out.kind = RedisReply::Kind::kInteger;
      out.integer = reply.integer;
      break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
      out.kind = reply.type == REDIS_REPLY_ERROR ? RedisReply::Kind::kError : RedisReply::Kind::kString;
      out.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_ARRAY:
      out.kind = RedisReply::Kind::kArray;
      for (size_t i = 0; i < reply.elements; ++i) out.elements.push_back(ToRedisReply(*reply.element[i]));
      break;
    default: break;
  }
  return out;
}

void AppendCommand(std::span<const std::string_view> arguments, std::string& out) {
  out.append("*").append(std::to_string(arguments.size())).append("\r\n");
  for (std::string_view argument : arguments) {
    out.append("$").append(std::to_string(argument.size())).append("\r\n").append(argument).append("\r\n");
  }
}

}  // namespace plexus::bus
