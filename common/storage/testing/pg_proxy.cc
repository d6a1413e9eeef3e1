#include "common/storage/testing/pg_proxy.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <list>
#include <optional>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/random.h"
#include "common/storage/testing/pg_protocol.h"

namespace plexus::storage::testing {

namespace asio = boost::asio;
using Socket = asio::local::stream_protocol::socket;
using boost::system::error_code;

namespace {

// What shall happen to the next message that contains a text.
struct Cut {
  std::string text;
  bool before = false;
};

class Faults {
 public:
  std::optional<Cut> cut;
  bool stalled = false;
  bool refusing = false;
};

// One client and its connection to the server. Everything runs on the proxy's thread.
class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(Socket client, Socket server, Faults& faults, std::atomic<int>& cuts)
      : client_(std::move(client)), server_(std::move(server)), faults_(faults), cuts_(cuts) {}

  void Start() {
    ReadClient();
    ReadServer();
  }
  void Close() {
    error_code ignored;
    client_.close(ignored);
    server_.close(ignored);
  }
  // Forwards what a stall held back.
  void Resume() {
    ForwardClient();
    ForwardServer();
  }

 private:
  void ReadClient() {
    client_.async_read_some(asio::buffer(from_client_), [self = shared_from_this()](error_code error, size_t size) {
      if (error) return self->Close();
      self->requests_.Add(self->from_client_.data(), size);
      self->ForwardClient();
      self->ReadClient();
    });
  }

  void ReadServer() {
    server_.async_read_some(asio::buffer(from_server_), [self = shared_from_this()](error_code error, size_t size) {
      if (error) return self->Close();
      self->answers_.append(self->from_server_.data(), size);
      self->ForwardServer();
      self->ReadServer();
    });
  }

  void ForwardClient() {
    if (faults_.stalled || !server_.is_open()) return;
    while (std::optional<std::string> message = requests_.Next()) {
      if (!Pass(*message)) return;
    }
  }

  bool Pass(const std::string& message) {
    bool matches = faults_.cut && absl::StrContains(message, faults_.cut->text) && !dropping_;
    if (matches && faults_.cut->before) {
      CountCut();
      Close();
      return false;
    }
    if (matches) {
      faults_.cut.reset();
      dropping_ = true;
    }
    error_code error;
    asio::write(server_, asio::buffer(message), error);
    if (error) Close();
    return !error;
  }

  // After the cut statement nothing is answered; ReadyForQuery, the last message of an answer, tells that it is done.
  void ForwardServer() {
    if (faults_.stalled || !client_.is_open()) return;
    if (dropping_) {
      bool ready = absl::StrContains(answers_, std::string_view("Z\0\0\0\5", 5));
      if (!ready) return;
      CountCut();
      return Close();
    }
    error_code error;
    asio::write(client_, asio::buffer(answers_), error);
    answers_.clear();
    if (error) Close();
  }

  void CountCut() {
    faults_.cut.reset();
    ++cuts_;
  }

  Socket client_;
  Socket server_;
  Faults& faults_;
  std::atomic<int>& cuts_;
  PgFrames requests_{true};
  std::string answers_;
  bool dropping_ = false;
  std::array<char, 65536> from_client_;
  std::array<char, 65536> from_server_;
};

// The value of a keyword in a libpq connection string, the last one if it is repeated, as libpq takes it.
std::string ValueOf(const std::string& connection_string, std::string_view keyword, std::string otherwise) {
  for (std::string_view word : absl::StrSplit(connection_string, ' ')) {
    if (word.starts_with(absl::StrCat(keyword, "="))) otherwise = std::string(word.substr(keyword.size() + 1));
  }
  return otherwise;
}

// The name of a server's socket in its directory.
std::string SocketName(const std::string& connection_string) {
  return absl::StrCat("/.s.PGSQL.", ValueOf(connection_string, "port", "5432"));
}

}  // namespace

class PgProxy::Core : public std::enable_shared_from_this<PgProxy::Core> {
 public:
  explicit Core(std::string connection_string)
      : directory_(absl::StrCat("/tmp/plexus-proxy-", getpid(), "-", RandomAlphanumeric(8))),
        server_(absl::StrCat(ValueOf(connection_string, "host", ""), SocketName(connection_string))),
        connection_string_(absl::StrCat(connection_string, " host=", directory_)) {}

  absl::Status Start() {
    error_code error;
    std::filesystem::create_directory(directory_);
    asio::local::stream_protocol::endpoint endpoint(directory_ + SocketName(connection_string_));
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(64, error);
    if (error) return absl::InternalError(absl::StrCat("proxy: ", error.message()));
    Accept();
    thread_ = std::thread([this] { io_.run(); });
    return absl::OkStatus();
  }

  void Stop() {
    Do([](Core& core) {
      core.acceptor_.close();
      core.CloseLinks();
    });
    if (thread_.joinable()) thread_.join();
    std::filesystem::remove_all(directory_);
  }

  // Runs on the proxy's thread and waits for it.
  template <typename F>
  void Do(F action) {
    if (!thread_.joinable()) return;
    std::atomic<bool> done = false;
    asio::post(io_, [&] {
      action(*this);
      done = true;
      done.notify_one();
    });
    done.wait(false);
  }

  void CloseLinks() {
    for (const auto& link : links_) {
      if (auto alive = link.lock()) alive->Close();
    }
    links_.clear();
  }
  void Resume() {
    for (const auto& link : links_) {
      if (auto alive = link.lock()) alive->Resume();
    }
  }

  Faults faults;  // on the proxy's thread
  std::atomic<int> cuts = 0;
  const std::string& connection_string() const { return connection_string_; }

 private:
  void Accept() {
    acceptor_.async_accept([this](error_code error, Socket client) {
      if (error) return;
      if (!faults.refusing) Connect(std::move(client));
      Accept();
    });
  }

  void Connect(Socket client) {
    error_code error;
    Socket server(io_);
    server.connect(server_, error);
    if (error) return;
    auto link = std::make_shared<Link>(std::move(client), std::move(server), faults, cuts);
    links_.remove_if([](const std::weak_ptr<Link>& old) { return old.expired(); });
    links_.push_back(link);
    link->Start();
  }

  const std::string directory_;
  const asio::local::stream_protocol::endpoint server_;
  const std::string connection_string_;
  asio::io_context io_{1};
  asio::local::stream_protocol::acceptor acceptor_{io_};
  std::list<std::weak_ptr<Link>> links_;
  std::thread thread_;
};

absl::StatusOr<std::unique_ptr<PgProxy>> PgProxy::Start(const std::string& connection_string) {
  auto core = std::make_shared<Core>(connection_string);
  if (absl::Status status = core->Start(); !status.ok()) return status;
  return std::unique_ptr<PgProxy>(new PgProxy(std::move(core)));
}

PgProxy::PgProxy(std::shared_ptr<Core> core) : core_(std::move(core)) {}

PgProxy::~PgProxy() { core_->Stop(); }

const std::string& PgProxy::connection_string() const { return core_->connection_string(); }

void PgProxy::CutAfter(std::string text) {
  core_->Do([&](Core& core) { core.faults.cut = Cut{text, false}; });
}

void PgProxy::CutBefore(std::string text) {
  core_->Do([&](Core& core) { core.faults.cut = Cut{text, true}; });
}

void PgProxy::CutAll() {
  core_->Do([](Core& core) { core.CloseLinks(); });
}

void PgProxy::Refuse(bool refuse) {
  core_->Do([&](Core& core) { core.faults.refusing = refuse; });
}

void PgProxy::Stall(bool stall) {
  core_->Do([&](Core& core) {
    core.faults.stalled = stall;
    if (!stall) core.Resume();
  });
}

int PgProxy::cuts() const { return core_->cuts; }

}  // namespace plexus::storage::testing
