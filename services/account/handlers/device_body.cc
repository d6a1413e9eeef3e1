#include "services/account/handlers/device_body.h"

namespace plexus::account {

json::Object DeviceBody(const Device& device) {
  json::Object body{{"device_id", device.device_id}};
  if (device.display_name) body["display_name"] = *device.display_name;
  if (device.last_seen_ip) body["last_seen_ip"] = *device.last_seen_ip;
  if (device.last_seen_ts) body["last_seen_ts"] = *device.last_seen_ts;
  return body;
}

}  // namespace plexus::account
