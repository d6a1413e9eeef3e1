#include "common/rpc/status.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "plexus/common/v1/status.pb.h"

namespace plexus::rpc {
namespace {

namespace wire = plexus::common::v1;

constexpr std::string_view kMatrixErrorUrl = "type.googleapis.com/plexus.common.v1.MatrixError";
constexpr std::string_view kWrongOwnerUrl = "type.googleapis.com/plexus.common.v1.WrongOwner";
constexpr std::string_view kNotExecutedUrl = "type.googleapis.com/plexus.common.v1.NotExecuted";

void AddDetail(std::string_view url, std::string value, wire::Status& out) {
  google::protobuf::Any* detail = out.add_details();
  detail->set_type_url(std::string(url));
  detail->set_value(std::move(value));
}

std::string EncodeMatrixError(const MatrixError& error) {
  wire::MatrixError message;
  message.set_errcode(error.errcode);
  message.set_http_status(error.http_status);
  message.set_extra_json(error.extra_json);
  return message.SerializeAsString();
}

// `status` with the code that came over the wire and the payload of its Matrix error.
absl::Status WithMatrixError(absl::StatusCode code, std::string_view text, const std::string& value) {
  wire::MatrixError message;
  if (!message.ParseFromString(value)) return absl::Status(code, text);
  const absl::Status carrier = errors::Matrix(message.http_status(), message.errcode(), text, message.extra_json());
  absl::Status status(code, text);
  carrier.ForEachPayload([&](std::string_view url, const absl::Cord& payload) { status.SetPayload(url, payload); });
  return status;
}

}  // namespace

absl::Status WrongOwnerStatus(const WrongOwner& wrong) {
  wire::WrongOwner message;
  message.set_kind(static_cast<wire::ShardKind>(wrong.kind));
  message.set_shard(wrong.shard);
  message.set_owner(wrong.owner);
  message.set_address(wrong.address);
  absl::Status status = absl::FailedPreconditionError(
      absl::StrCat("not the owner of ", ShardKindName(wrong.kind), " shard ", wrong.shard));
  status.SetPayload(kWrongOwnerUrl, absl::Cord(message.SerializeAsString()));
  return status;
}

std::optional<WrongOwner> GetWrongOwner(const absl::Status& status) {
  const auto payload = status.GetPayload(kWrongOwnerUrl);
  wire::WrongOwner message;
  if (!payload || !message.ParseFromString(std::string(*payload))) return std::nullopt;
  if (message.kind() != wire::SHARD_KIND_ROOM && message.kind() != wire::SHARD_KIND_USER) return std::nullopt;
  return WrongOwner{static_cast<ShardKind>(message.kind()), message.shard(), message.owner(), message.address()};
}

absl::Status NotExecuted(absl::Status status) {
  status.SetPayload(kNotExecutedUrl, absl::Cord());
  return status;
}

bool WasNotExecuted(const absl::Status& status) {
  return status.GetPayload(kNotExecutedUrl).has_value() || GetWrongOwner(status).has_value();
}

std::string EncodeStatusDetails(const absl::Status& status) {
  wire::Status out;
  const std::optional<MatrixError> error = CarriedMatrixError(status);
  if (error) AddDetail(kMatrixErrorUrl, EncodeMatrixError(*error), out);
  const absl::Status carrier = error ? ToStatus(*error) : absl::OkStatus();
  status.ForEachPayload([&](std::string_view url, const absl::Cord& payload) {
    if (!carrier.GetPayload(url)) AddDetail(url, std::string(payload), out);
  });
  if (out.details().empty()) return "";
  out.set_code(static_cast<int>(status.code()));
  out.set_message(std::string(status.message()));
  return out.SerializeAsString();
}

absl::Status DecodeStatus(absl::StatusCode code, std::string_view message, std::string_view details) {
  absl::Status status(code, message);
  wire::Status in;
  if (code == absl::StatusCode::kOk || !in.ParseFromArray(details.data(), static_cast<int>(details.size()))) {
    return status;
  }
  for (const google::protobuf::Any& detail : in.details()) {
    if (detail.type_url() == kMatrixErrorUrl) status = WithMatrixError(code, message, detail.value());
  }
  for (const google::protobuf::Any& detail : in.details()) {
    if (detail.type_url() != kMatrixErrorUrl) status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return status;
}

}  // namespace plexus::rpc
