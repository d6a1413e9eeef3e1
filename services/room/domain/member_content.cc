#include "services/room/domain/member_content.h"

#include "common/json/access.h"

namespace plexus::room {

MemberProfile ProfileFrom(const json::Object& body) {
  MemberProfile profile;
  if (auto name = json::GetString(body, "displayname")) profile.displayname = std::string(*name);
  if (auto url = json::GetString(body, "avatar_url")) profile.avatar_url = std::string(*url);
  return profile;
}

json::Object MemberContent(const MemberWish& wish) {
  json::Object content;
  content["membership"] = matrix::ToString(wish.membership);
  if (wish.profile.displayname) content["displayname"] = *wish.profile.displayname;
  if (wish.profile.avatar_url) content["avatar_url"] = *wish.profile.avatar_url;
  if (wish.reason) content["reason"] = *wish.reason;
  if (wish.is_direct) content["is_direct"] = true;
  if (!wish.authoriser.empty()) content["join_authorised_via_users_server"] = wish.authoriser;
  return content;
}

}  // namespace plexus::room
