#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tests/load/chat/connection.h"
#include "tests/load/chat/target.h"

namespace plexus::load {

std::string FloorTarget::SendRequest(int sender, int64_t event, const std::string& text) {
  const std::string body = absl::StrCat(R"({"msgtype":"m.text","body":")", text, R"("})");
  return Connection::Request("PUT", absl::StrCat("/send/", event), url_, "", body);
}

std::string FloorTarget::SyncRequest(int reader, const std::string& since, std::chrono::milliseconds timeout) {
  const std::string target =
      absl::StrCat("/sync?since=", since.empty() ? "0" : since, "&timeout=", since.empty() ? 0 : timeout.count());
  return Connection::Request("GET", target, url_, "", "");
}

std::optional<std::string> FloorTarget::NextToken(std::string_view answer) const {
  constexpr std::string_view kBefore = R"({"next":)";
  if (!answer.starts_with(kBefore)) return std::nullopt;
  answer.remove_prefix(kBefore.size());
  size_t digits = 0;
  while (digits < answer.size() && absl::ascii_isdigit(static_cast<unsigned char>(answer[digits]))) ++digits;
  return std::string(answer.substr(0, digits));
}

}  // namespace plexus::load
