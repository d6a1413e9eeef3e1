#include "tests/load/chat/driver.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"

namespace plexus::load {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kPoll(30'000);      // the timeout of a sync
constexpr int64_t kDrainNanos = 10'000'000'000;         // the longest wait for the last events
constexpr std::chrono::milliseconds kAfterFailure(20);  // before a failed request's connection goes on
constexpr size_t kShownFailure = 60;                    // bytes of a failure that tell it from others

int64_t Now() { return RealClock().BootNanos(); }

Task<void> SleepUntil(int64_t nanos) {
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::nanoseconds(nanos - Now()));
  co_await timer.async_wait(asio::use_awaitable);
}

Task<void> PauseAfterFailure() {
  asio::steady_timer timer(co_await asio::this_coro::executor, kAfterFailure);
  co_await timer.async_wait(asio::use_awaitable);
}

std::string Describe(const absl::StatusOr<Answer>& answer) {
  if (!answer.ok()) return std::string(answer.status().message());
  return absl::StrCat(answer->status, " ", answer->body.substr(0, kShownFailure));
}

}  // namespace

Driver::Driver(asio::io_context& context, const Options& options, const ServerUrl& url, Target& target, Ledger& ledger,
               std::vector<WatchedProcess> processes)
    : context_(context), options_(options), target_(target), ledger_(ledger), processes_(std::move(processes)) {
  for (int i = 0; i < options.senders; ++i) {
    senders_.push_back(std::make_unique<Connection>(context.get_executor(), url));
  }
  for (int i = 0; i < options.readers; ++i) {
    readers_.push_back({std::make_unique<Connection>(context.get_executor(), url), ""});
  }
}

absl::StatusOr<Results> Driver::Run() {
  for (int i = 0; i < options_.readers; ++i) asio::co_spawn(context_, SyncFirst(i), asio::detached);
  context_.restart();
  context_.run();
  if (!status_.ok()) return status_;

  start_ = Now();
  measure_from_ = start_ + options_.warmup_seconds * int64_t{1'000'000'000};
  measure_until_ = measure_from_ + options_.seconds * int64_t{1'000'000'000};
  for (int i = 0; i < options_.readers; ++i) asio::co_spawn(context_, Read(i), asio::detached);
  for (int i = 0; i < options_.senders; ++i) asio::co_spawn(context_, Send(i), asio::detached);
  sending_ = options_.senders;
  asio::co_spawn(context_, Measure(), asio::detached);
  asio::co_spawn(context_, Finish(), asio::detached);
  context_.restart();
  context_.run();
  results_.lost = ledger_.missing();
  results_.doubled = ledger_.doubled();
  return results_;
}

Task<void> Driver::SyncFirst(int i) {
  Reader& reader = readers_[static_cast<size_t>(i)];
  auto answer = co_await reader.connection->Exchange(target_.SyncRequest(i, "", kPoll));
  const auto token = answer.ok() ? target_.NextToken(answer->body) : std::nullopt;
  if (token) {
    reader.since = *token;
  } else {
    status_ = absl::UnavailableError(absl::StrCat("the first sync: ", Describe(answer)));
  }
}

Task<void> Driver::Send(int sender) {
  for (int64_t i = 0;; ++i) {
    const int64_t due = co_await AwaitTurn(sender, i);
    if (due >= measure_until_ || ledger_.sent() >= static_cast<int64_t>(Ledger::kMaxEvents)) break;
    co_await SendOne(*senders_[static_cast<size_t>(sender)], sender, due);
  }
  --sending_;
}

Task<int64_t> Driver::AwaitTurn(int sender, int64_t i) {
  if (options_.rate <= 0) co_return Now();
  const double index = static_cast<double>(i) * options_.senders + sender;
  const int64_t due = start_ + static_cast<int64_t>(1e9 * index / options_.rate);
  if (due > Now()) co_await SleepUntil(std::min(due, measure_until_));
  co_return due;
}

Task<void> Driver::SendOne(Connection& connection, int sender, int64_t due) {
  const std::optional<int64_t> event = ledger_.Send(due);
  if (!event) co_return;
  std::string text = ledger_.Mark(*event);
  text.resize(std::max(text.size(), static_cast<size_t>(options_.bytes)), 'x');
  std::string request = target_.SendRequest(sender, *event, text);
  auto answer = co_await connection.Exchange(std::move(request));
  const int64_t now = Now();
  if (!answer.ok() || answer->status != 200) {
    Fail(Describe(answer));
    co_return co_await PauseAfterFailure();
  }
  ledger_.Acknowledge(*event);
  if (Measured(now)) ++results_.acknowledged;
  if (Measured(due)) results_.send.Add(now - due);
}

Task<void> Driver::Read(int i) {
  Reader& reader = readers_[static_cast<size_t>(i)];
  while (!finished_) {
    std::string request = target_.SyncRequest(i, reader.since, kPoll);
    auto answer = co_await reader.connection->Exchange(std::move(request));
    if (finished_) break;
    const auto token = answer.ok() && answer->status == 200 ? target_.NextToken(answer->body) : std::nullopt;
    if (!token) {
      Fail(absl::StrCat("sync: ", Describe(answer)));
      co_await PauseAfterFailure();
      continue;
    }
    Receive(i, answer->body);
    reader.since = *token;
  }
}

void Driver::Receive(int reader, const std::string& answer) {
  const int64_t now = Now();
  if (answer.find(R"("limited":true)") != std::string::npos) ++results_.limited_syncs;
  for (int64_t event : ledger_.Find(answer)) {
    const auto latency = ledger_.See(reader, event, now);
    if (latency && Measured(now - *latency)) results_.delivery.Add(*latency);
  }
}

Task<void> Driver::Measure() {
  co_await SleepUntil(measure_from_);
  const int64_t from = Now();
  const double own_before = OwnCpuSeconds();
  std::vector<Usage> before;
  for (const WatchedProcess& process : processes_) before.push_back(process.Read());
  co_await SleepUntil(measure_until_);
  results_.seconds = static_cast<double>(Now() - from) / 1e9;
  results_.own_cpu_seconds = OwnCpuSeconds() - own_before;
  for (size_t i = 0; i < processes_.size(); ++i) {
    const Usage after = processes_[i].Read();
    const double cpu = after.cpu_seconds - before[i].cpu_seconds;
    results_.processes.push_back({processes_[i].name(), cpu, after.resident_bytes});
  }
}

Task<void> Driver::Finish() {
  co_await SleepUntil(measure_until_);
  const int64_t latest = measure_until_ + kDrainNanos;
  while (Now() < latest && (sending_ > 0 || ledger_.missing() > 0)) {
    const int64_t next = Now() + 5'000'000;
    co_await SleepUntil(next);
  }
  finished_ = true;
  for (const auto& connection : senders_) connection->Close();
  for (Reader& reader : readers_) reader.connection->Close();
}

}  // namespace plexus::load
