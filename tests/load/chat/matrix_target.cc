#include "tests/load/chat/matrix_target.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/http/uri.h"
#include "common/json/access.h"
#include "common/json/parse.h"

namespace plexus::load {
namespace {

namespace asio = boost::asio;

constexpr char kPassword[] = "A password for load tests 7";
constexpr char kClient[] = "/_matrix/client/v3";
constexpr char kSecretRegister[] = "/_synapse/admin/v1/register";
// Bursts must not be cut off the timeline; presence and account data are not what is measured.
constexpr char kFilter[] =
    R"({"room":{"timeline":{"limit":1000}},"presence":{"not_types":["*"]},"account_data":{"not_types":["*"]}})";

std::string HmacSha1(const std::string& key, const std::string& text) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), mac, &size);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(mac), size));
}

Task<void> Pause(std::chrono::milliseconds length) {
  asio::steady_timer timer(co_await asio::this_coro::executor, length);
  co_await timer.async_wait(asio::use_awaitable);
}

// What the workers of one ForEach share.
struct Progress {
  int next = 0;
  absl::Status status;
};

Task<void> Work(std::shared_ptr<Progress> progress, int count,
                const std::function<Task<absl::Status>(Connection&, int)>& step, const ServerUrl& url) {
  Connection connection(co_await asio::this_coro::executor, url);
  while (progress->status.ok() && progress->next < count) {
    const int i = progress->next++;
    absl::Status status = co_await step(connection, i);
    if (!status.ok()) progress->status = status;
  }
}

}  // namespace

MatrixTarget::MatrixTarget(const ServerUrl& url, const Options& options, std::string run)
    : url_(url), options_(options), run_(std::move(run)) {
  users_.resize(static_cast<size_t>(options.senders + options.readers));
  rooms_.resize(static_cast<size_t>(options.rooms));
  for (int room = 0; room < options.rooms; ++room) {
    users_[static_cast<size_t>(room % options.senders)].rooms.push_back(room);
    for (int i = 0; i < options.readers; ++i) joins_.push_back({options.senders + i, room});
  }
  for (int sender = options.rooms; sender < options.senders; ++sender) {
    users_[static_cast<size_t>(sender)].rooms.push_back(sender % options.rooms);
    joins_.push_back({sender, sender % options.rooms});
  }
}

absl::Status MatrixTarget::Prepare(asio::io_context& context) {
  auto run = [&](int count, Task<absl::Status> (MatrixTarget::*step)(Connection&, int)) {
    return ForEach(context, count,
                   [this, step](Connection& connection, int i) { return (this->*step)(connection, i); });
  };
  PLEXUS_RETURN_IF_ERROR(run(static_cast<int>(users_.size()), &MatrixTarget::Register));
  PLEXUS_RETURN_IF_ERROR(run(options_.rooms, &MatrixTarget::MakeRoom));
  PLEXUS_RETURN_IF_ERROR(run(static_cast<int>(joins_.size()), &MatrixTarget::Join));
  return run(options_.readers, &MatrixTarget::MakeFilter);
}

absl::Status MatrixTarget::ForEach(asio::io_context& context, int count, const Step& step) {
  auto progress = std::make_shared<Progress>();
  for (int i = 0; i < std::min(kParallel, count); ++i) {
    asio::co_spawn(context, Work(progress, count, step, url_), asio::detached);
  }
  context.restart();
  context.run();
  return progress->status;
}

Task<absl::Status> MatrixTarget::Register(Connection& connection, int user) {
  const std::string name = absl::StrCat("load-", absl::AsciiStrToLower(run_), "-", user);
  absl::StatusOr<json::Object> answer = absl::UnknownError("");
  if (options_.registration_secret.empty()) {
    answer = co_await RegisterOpenly(connection, name);
  } else {
    answer = co_await RegisterWithSecret(connection, name);
  }
  if (!answer.ok()) co_return answer.status();
  PLEXUS_CO_ASSIGN_OR_RETURN(users_[static_cast<size_t>(user)].access_token,
                             json::RequireString(*answer, "access_token"));
  co_return absl::OkStatus();
}

Task<absl::StatusOr<json::Object>> MatrixTarget::RegisterOpenly(Connection& connection, std::string name) {
  const std::string target = absl::StrCat(kClient, "/register");
  const std::string fields = absl::StrCat(R"({"username":")", name, R"(","password":")", kPassword, R"(","auth":)");
  std::string body = absl::StrCat(fields, R"({"type":"m.login.dummy"}})");
  auto answer = co_await Ask(connection, "POST", target, "", std::move(body), true);
  if (!answer.ok() || json::Find(*answer, "access_token") != nullptr) co_return answer;
  // The server wants its session named.
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string session, json::RequireString(*answer, "session"));
  body = absl::StrCat(fields, R"({"type":"m.login.dummy","session":")", session, R"("}})");
  co_return co_await Ask(connection, "POST", target, "", std::move(body));
}

Task<absl::StatusOr<json::Object>> MatrixTarget::RegisterWithSecret(Connection& connection, std::string name) {
  auto answer = co_await Ask(connection, "GET", kSecretRegister, "", "");
  if (!answer.ok()) co_return answer;
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string nonce, json::RequireString(*answer, "nonce"));
  const std::string zero(1, '\0');
  const std::string mac =
      HmacSha1(options_.registration_secret, absl::StrCat(nonce, zero, name, zero, kPassword, zero, "notadmin"));
  std::string body = absl::StrCat(R"({"nonce":")", nonce, R"(","username":")", name, R"(","password":")", kPassword,
                                  R"(","admin":false,"mac":")", mac, R"("})");
  co_return co_await Ask(connection, "POST", kSecretRegister, "", std::move(body));
}

Task<absl::Status> MatrixTarget::MakeRoom(Connection& connection, int room) {
  const User& creator = users_[static_cast<size_t>(room % options_.senders)];
  auto answer = co_await Ask(connection, "POST", absl::StrCat(kClient, "/createRoom"), creator.access_token,
                             R"({"preset":"public_chat","name":"load"})");
  if (!answer.ok()) co_return answer.status();
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string room_id, json::RequireString(*answer, "room_id"));
  rooms_[static_cast<size_t>(room)] = http::PercentEncode(room_id);
  co_return absl::OkStatus();
}

Task<absl::Status> MatrixTarget::Join(Connection& connection, int i) {
  const Membership& join = joins_[static_cast<size_t>(i)];
  const std::string target = absl::StrCat(kClient, "/join/", rooms_[static_cast<size_t>(join.room)]);
  const std::string token = users_[static_cast<size_t>(join.user)].access_token;
  co_return (co_await Ask(connection, "POST", target, token, "{}")).status();
}

Task<absl::Status> MatrixTarget::MakeFilter(Connection& connection, int i) {
  User& user = reader(i);
  auto who = co_await Ask(connection, "GET", absl::StrCat(kClient, "/account/whoami"), user.access_token, "");
  if (!who.ok()) co_return who.status();
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string user_id, json::RequireString(*who, "user_id"));
  const std::string target = absl::StrCat(kClient, "/user/", http::PercentEncode(user_id), "/filter");
  auto answer = co_await Ask(connection, "POST", target, user.access_token, kFilter);
  if (!answer.ok()) co_return answer.status();
  PLEXUS_CO_ASSIGN_OR_RETURN(user.filter_id, json::RequireString(*answer, "filter_id"));
  co_return absl::OkStatus();
}

Task<absl::StatusOr<json::Object>> MatrixTarget::Ask(Connection& connection, std::string method, std::string target,
                                                     std::string access_token, std::string body, bool may_be_401) {
  const std::string request = Connection::Request(method, target, url_, access_token, body);
  for (int attempt = 1;; ++attempt) {
    auto answer = co_await connection.Exchange(request);
    if (!answer.ok()) co_return answer.status();
    const int status = answer->status;
    if (status == 200 || (status == 401 && may_be_401)) co_return json::ParseObject(answer->body);
    const bool later = status == 429 || status == 503;
    if (!later || attempt == kAttempts) {
      co_return absl::UnavailableError(absl::StrCat(method, " ", target, ": ", status, " ", answer->body));
    }
    co_await Pause(std::chrono::milliseconds(100 * attempt));
  }
}

std::string MatrixTarget::SendRequest(int sender, int64_t event, const std::string& text) {
  const User& user = users_[static_cast<size_t>(sender)];
  const int room = user.rooms[static_cast<size_t>(event) % user.rooms.size()];
  const std::string target =
      absl::StrCat(kClient, "/rooms/", rooms_[static_cast<size_t>(room)], "/send/m.room.message/load-", event);
  const std::string body = absl::StrCat(R"({"msgtype":"m.text","body":")", text, R"("})");
  return Connection::Request("PUT", target, url_, user.access_token, body);
}

std::string MatrixTarget::SyncRequest(int i, const std::string& since, std::chrono::milliseconds timeout) {
  const User& user = reader(i);
  std::string target = absl::StrCat(kClient, "/sync?set_presence=offline&filter=", user.filter_id);
  if (!since.empty()) absl::StrAppend(&target, "&timeout=", timeout.count(), "&since=", http::PercentEncode(since));
  return Connection::Request("GET", target, url_, user.access_token, "");
}

// Searched for rather than parsed: the generator must cost little beside the server.
std::optional<std::string> MatrixTarget::NextToken(std::string_view answer) const {
  constexpr std::string_view kKey = R"("next_batch")";
  size_t at = answer.find(kKey);
  if (at == std::string_view::npos) return std::nullopt;
  at = answer.find('"', at + kKey.size());
  const size_t end = at == std::string_view::npos ? at : answer.find('"', at + 1);
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(answer.substr(at + 1, end - at - 1));
}

}  // namespace plexus::load
