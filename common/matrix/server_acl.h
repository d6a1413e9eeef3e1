// Which servers may take part in a room. Client-Server API, "Server Access Control Lists (ACLs) for rooms".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/json/value.h"

namespace plexus::matrix {

class Event;

// Immutable, thread-safe. Deciding costs time linear in the length of the lists, whatever their patterns.
class ServerAcl {
 public:
  // The lists that the content of an m.room.server_acl holds. What is not of its type counts as absent.
  explicit ServerAcl(const json::Object& content);

  // Whether a server may take part; its port does not matter. What is no server name may not.
  bool Allows(std::string_view server_name) const;

 private:
  std::vector<std::string> allow_, deny_;  // patterns, in lower case
  bool allow_ip_literals_;
};

// The same for the room's current m.room.server_acl, which may be null: then everybody may.
bool ServerMayTakePart(const Event* acl, std::string_view server_name);

}  // namespace plexus::matrix
