#include "common/rpc/body_chunks.h"

#include <google/protobuf/message.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace plexus::rpc {
namespace {

// Moves every field but the body.
void MoveEnvelope(Message& from, Message& to, const MethodInfo& method) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  from.GetReflection()->ListFields(from, &fields);
  std::erase(fields, method.body_field);
  from.GetReflection()->SwapFields(&from, &to, fields);
}

}  // namespace

BodySplitter::BodySplitter(std::unique_ptr<Message> whole, const MethodInfo& method, size_t chunk_bytes)
    : whole_(std::move(whole)), method_(method), chunk_bytes_(chunk_bytes) {}

BodySplitter::~BodySplitter() = default;

const std::string& BodySplitter::body() const {
  return whole_->GetReflection()->GetStringReference(*whole_, method_.body_field, &scratch_);
}

std::unique_ptr<Message> BodySplitter::Next() {
  std::unique_ptr<Message> part(whole_->New());
  if (!started_) MoveEnvelope(*whole_, *part, method_);
  started_ = true;
  std::string chunk = body().substr(offset_, chunk_bytes_);
  offset_ += chunk.size();
  part->GetReflection()->SetString(part.get(), method_.body_field, std::move(chunk));
  return part;
}

BodyJoiner::BodyJoiner(const MethodInfo& method, size_t max_bytes) : method_(method), max_bytes_(max_bytes) {}

BodyJoiner::~BodyJoiner() = default;

absl::Status BodyJoiner::Add(std::unique_ptr<Message> part) {
  if (method_.body_field == nullptr) {
    if (first_ != nullptr) return absl::InternalError(absl::StrCat(method_.full_name, " answered twice"));
    first_ = std::move(part);
    return absl::OkStatus();
  }
  std::string scratch;
  const std::string& chunk = part->GetReflection()->GetStringReference(*part, method_.body_field, &scratch);
  if (chunk.size() > max_bytes_ - body_.size()) {
    return absl::ResourceExhaustedError(absl::StrCat(method_.full_name, " answered more than ", max_bytes_, " bytes"));
  }
  body_.append(chunk);
  if (first_ == nullptr) first_ = std::move(part);
  return absl::OkStatus();
}

std::unique_ptr<Message> BodyJoiner::Finish() {
  if (first_ != nullptr && method_.body_field != nullptr) {
    first_->GetReflection()->SetString(first_.get(), method_.body_field, std::move(body_));
  }
  return std::move(first_);
}

}  // namespace plexus::rpc
