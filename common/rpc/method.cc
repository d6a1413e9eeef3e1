#include "common/rpc/method.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdlib>
#include <iostream>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "plexus/common/v1/routing.pb.h"

namespace plexus::rpc {
namespace {

namespace pb = google::protobuf;
namespace options = plexus::common::v1;

absl::StatusOr<const pb::FieldDescriptor*> FieldOf(const pb::Descriptor& message, const std::string& name,
                                                   pb::FieldDescriptor::Type type) {
  const pb::FieldDescriptor* field = message.FindFieldByName(name);
  if (field == nullptr || field->type() != type || field->is_repeated()) {
    return absl::InternalError(absl::StrCat(message.full_name(), " lacks the field ", name));
  }
  return field;
}

absl::Status ReadRoute(const pb::MethodDescriptor& descriptor, MethodInfo& info) {
  std::string key;
  switch (descriptor.options().GetExtension(options::route_by)) {
    case options::ROUTE_BY_ROOM_ID:
      info.route = ShardKind::kRoom;
      key = "room_id";
      break;
    case options::ROUTE_BY_USER_ID:
      info.route = ShardKind::kUser;
      key = "user_id";
      break;
    case options::ROUTE_BY_USER_AFFINITY:
      info.affinity = true;
      key = "user_id";
      break;
    default: return absl::OkStatus();
  }
  auto field = FieldOf(*descriptor.input_type(), key, pb::FieldDescriptor::TYPE_STRING);
  if (!field.ok()) return field.status();
  info.key_field = *field;
  return absl::OkStatus();
}

absl::Status ReadBody(const pb::MethodDescriptor& descriptor, MethodInfo& info) {
  info.streams = descriptor.server_streaming();
  if (!info.streams) return absl::OkStatus();
  auto field = FieldOf(*descriptor.output_type(), kBodyField, pb::FieldDescriptor::TYPE_BYTES);
  if (!field.ok()) return field.status();
  info.body_field = *field;
  return absl::OkStatus();
}

// "plexus.event_persister.v1" -> "event_persister".
std::string RoleOf(const std::string& package) {
  std::vector<std::string> parts = absl::StrSplit(package, '.');
  return parts.size() < 2 ? package : parts[1];
}

absl::StatusOr<std::unique_ptr<const MethodInfo>> Describe(std::string_view full_name) {
  const pb::MethodDescriptor* descriptor =
      pb::DescriptorPool::generated_pool()->FindMethodByName(std::string(full_name));
  if (descriptor == nullptr) return absl::NotFoundError(absl::StrCat("no such method: ", full_name));
  auto info = std::make_unique<MethodInfo>();
  info->full_name = descriptor->full_name();
  info->service = descriptor->service()->full_name();
  info->grpc_path = absl::StrCat("/", info->service, "/", descriptor->name());
  info->role = RoleOf(descriptor->file()->package());
  info->retry_safe = descriptor->options().GetExtension(options::retry_safe);
  info->waits_for_news = descriptor->options().GetExtension(options::waits_for_news);
  pb::MessageFactory* factory = pb::MessageFactory::generated_factory();
  info->request_prototype = factory->GetPrototype(descriptor->input_type());
  info->response_prototype = factory->GetPrototype(descriptor->output_type());
  if (absl::Status status = ReadRoute(*descriptor, *info); !status.ok()) return status;
  if (absl::Status status = ReadBody(*descriptor, *info); !status.ok()) return status;
  return info;
}

// Every method that was ever asked for. Only methods that exist are kept, so strangers cannot make it grow.
class Methods {
 public:
  absl::StatusOr<const MethodInfo*> Find(std::string_view full_name) {
    {
      absl::ReaderMutexLock lock(&mutex_);
      if (auto it = by_name_.find(full_name); it != by_name_.end()) return it->second.get();
    }
    absl::StatusOr<std::unique_ptr<const MethodInfo>> described = Describe(full_name);
    if (!described.ok()) return described.status();
    absl::MutexLock lock(&mutex_);
    return by_name_.try_emplace(std::string(full_name), *std::move(described)).first->second.get();
  }

 private:
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<const MethodInfo>> by_name_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<const MethodInfo*> FindMethod(std::string_view full_name) {
  static auto* const methods = new Methods;  // never destroyed: calls may end after static destructors
  return methods->Find(full_name);
}

absl::StatusOr<const MethodInfo*> FindMethodByPath(std::string_view grpc_path) {
  if (grpc_path.empty() || grpc_path.front() != '/') return absl::NotFoundError("not a method path");
  return FindMethod(absl::StrReplaceAll(grpc_path.substr(1), {{"/", "."}}));
}

const MethodInfo& GetMethodInfo(std::string_view full_name) {
  absl::StatusOr<const MethodInfo*> info = FindMethod(full_name);
  if (!info.ok()) {
    std::cerr << info.status() << std::endl;
    std::abort();
  }
  return **info;
}

absl::StatusOr<std::string> RoutingKey(const MethodInfo& method, const Message& request) {
  std::string key = request.GetReflection()->GetString(request, method.key_field);
  if (key.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(method.full_name, ": ", method.key_field->name(), " is empty"));
  }
  return key;
}

}  // namespace plexus::rpc
