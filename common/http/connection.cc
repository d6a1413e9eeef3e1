#include "common/http/connection.h"

#include <sys/socket.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace plexus::http {
namespace {

constexpr size_t kHeadRoom = 4 * 1024;
constexpr size_t kBodyRoom = 64 * 1024;
constexpr size_t kWriteTurn = 1024 * 1024;    // written in one go before other work of the thread gets its turn
constexpr size_t kBodyReserve = 1024 * 1024;  // a Content-Length is believed up to here before anything has arrived
constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// What can begin a method; a TLS handshake sent to a plain port cannot.
bool CanBeginMethod(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '\r'; }

void DropFront(size_t bytes, std::string_view* head, std::string_view* body) {
  const size_t from_head = std::min(bytes, head->size());
  head->remove_prefix(from_head);
  body->remove_prefix(bytes - from_head);
}

// Room for what will come, but never much more than what has come.
void MakeRoom(uint64_t content_length, std::string* body) {
  if (body->size() < body->capacity() || body->size() == content_length) return;
  body->reserve(std::min<uint64_t>(content_length, std::max(kBodyReserve, 2 * body->size())));
}

}  // namespace

Connection::Connection(Lane& lane, AcceptedSocket& socket)
    : lane_(lane),
      socket_(lane.io(), boost::asio::generic::stream_protocol(AF_UNSPEC, 0), socket.fd()),
      transport_(socket.MakeTransport()),
      peer_(socket.peer()) {
  socket.Take();
}

Connection::~Connection() {
  lane_.core().connections.fetch_sub(1, std::memory_order_relaxed);
  if (position_) lane_.Remove(*position_);
}

void Connection::Start(std::list<Connection*>::iterator position) {
  position_ = position;
  boost::asio::co_spawn(
      lane_.io(), Run(),
      boost::asio::bind_cancellation_slot(cancel_.slot(), [self = shared_from_this()](const std::exception_ptr&) {}));
}

Task<void> Connection::Run() {
  try {
    if (co_await Handshake()) {
      Enter(Phase::kIdle, lane_.limits().header_timeout);
      while (co_await ServeOne()) Enter(Phase::kIdle, lane_.limits().idle_timeout);
    }
  } catch (const std::exception&) {
    // Aborted, or out of memory: either way the connection ends here.
  }
  if (transport_->secure()) transport_->CloseWriting();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

Task<bool> Connection::Handshake() {
  Enter(Phase::kHandshake, lane_.limits().header_timeout);
  for (;;) {
    const IoState state = transport_->Handshake().state;
    if (state == IoState::kDone) co_return true;
    if (state == IoState::kClosed) co_return false;
    const auto what = state == IoState::kWantRead ? Socket::wait_read : Socket::wait_write;
    if (!co_await Wait(what)) co_return false;
  }
}

Task<bool> Connection::ServeOne() {
  RequestHead head;
  ReadOutcome outcome = co_await ReadHead(&head);
  if (!outcome.lost && !outcome.failure.failed() && head.has_body()) outcome = co_await ReadBody(&head);
  if (outcome.lost) co_return false;
  if (outcome.failure.failed()) co_return co_await Refuse(outcome.failure);

  const bool with_body = head.request.method != "HEAD";
  EnterWithoutDeadline(Phase::kHandler);
  buffer_.ReleaseIfEmpty();
  Response response = co_await Handle(std::move(head.request));
  StopWatching();
  if (aborted_) co_return false;

  const Persistence persistence = PersistenceFor(head);
  if (!co_await Send(std::move(response), persistence, with_body)) co_return false;
  if (persistence != Persistence::kClose) co_return true;
  if (!buffer_.empty()) co_await Linger();
  co_return false;
}

Task<Connection::ReadOutcome> Connection::ReadHead(RequestHead* head) {
  ReadOutcome outcome;
  while (!TakeHead(head, &outcome.failure)) {
    if (!buffer_.empty() && phase_ == Phase::kIdle) Enter(Phase::kHead, lane_.limits().header_timeout);
    if (!co_await Fill(kHeadRoom)) {
      const bool too_slow = expired_ && phase_ == Phase::kHead;
      outcome.lost = !too_slow;
      if (too_slow) outcome.failure = {408, "The request header did not arrive in time"};
      co_return outcome;
    }
    pipelined_ = 0;
  }
  head->request.peer_address = peer_;
  head->request.secure = transport_->secure();
  if (std::string name = transport_->server_name(); !name.empty()) head->request.server_name = std::move(name);
  co_return outcome;
}

// True once the header has been taken from the buffer, or refused.
bool Connection::TakeHead(RequestHead* head, Failure* failure) {
  // RFC 9112, 2.2: empty lines before a request are ignored.
  while (scanned_ == 0 && buffer_.view().starts_with("\r\n")) buffer_.Consume(2);
  const std::string_view held = buffer_.view();
  if (held.empty()) return false;
  if (!CanBeginMethod(held.front())) {
    *failure = {400, "Malformed method"};
    return true;
  }
  const size_t max = lane_.limits().max_header_bytes;
  const size_t end = held.find(kEndOfHead, scanned_);
  const size_t size = end == held.npos ? held.size() : end + kEndOfHead.size();
  if (size > max || (end == held.npos && size == max)) {
    *failure = {431, "Request header too large"};
    return true;
  }
  if (end == held.npos) {
    scanned_ = size < kEndOfHead.size() ? 0 : size - (kEndOfHead.size() - 1);
    return false;
  }
  *failure = ParseRequestHead(held.substr(0, size), lane_.limits().max_headers, head);
  buffer_.Consume(size);
  scanned_ = 0;
  ++pipelined_;
  return true;
}

Task<Connection::ReadOutcome> Connection::ReadBody(RequestHead* head) {
  ReadOutcome outcome;
  const size_t max_body = MaxBody(head->request);
  if (head->content_length > max_body) {
    outcome.failure = {413, "Request body too large"};
    co_return outcome;
  }
  if (head->expects_continue && !head->http_1_0 && buffer_.empty() && !co_await SendContinue()) {
    outcome.lost = true;
    co_return outcome;
  }
  Enter(Phase::kBody, lane_.limits().body_timeout);
  const int64_t since = lane_.NowNanos();
  ChunkedDecoder decoder(max_body, lane_.limits().max_header_bytes);
  while (!TakeBody(head, &decoder, &outcome.failure)) {
    if (!co_await Fill(kBodyRoom)) {
      outcome.lost = !expired_;
      if (expired_) outcome.failure = {408, "The request body did not arrive in time"};
      co_return outcome;
    }
    KeepPace(since, head->request.body.size(), lane_.limits().body_timeout);
  }
  co_return outcome;
}

// True once the body is complete, or refused.
bool Connection::TakeBody(RequestHead* head, ChunkedDecoder* decoder, Failure* failure) {
  std::string& body = head->request.body;
  if (head->chunked) {
    buffer_.Consume(decoder->Feed(buffer_.view(), &body));
    *failure = decoder->failure();
    return decoder->done() || failure->failed();
  }
  while (!buffer_.empty() && body.size() < head->content_length) {
    MakeRoom(head->content_length, &body);
    const size_t take = std::min<uint64_t>(head->content_length - body.size(), buffer_.size());
    body.append(buffer_.view().substr(0, take));
    buffer_.Consume(take);
  }
  return body.size() == head->content_length;
}

size_t Connection::MaxBody(const Request& request) const {
  const auto& max_body = lane_.core().options.max_body;
  return max_body ? max_body(request.method, request.target) : lane_.limits().max_body_bytes;
}

Task<bool> Connection::SendContinue() {
  std::string answer(kContinue);
  co_return co_await Flush(std::move(answer), std::string_view());
}

Task<bool> Connection::Refuse(Failure failure) {
  if (aborted_) co_return false;
  expired_ = false;
  Response response = lane_.core().options.render_error(failure.status, failure.reason);
  if (co_await Send(std::move(response), Persistence::kClose, /*with_body=*/true)) co_await Linger();
  co_return false;
}

Task<Response> Connection::Handle(Request request) {
  const RequestContext context(*this);
  try {
    co_return co_await lane_.core().handler(std::move(request), context);
  } catch (const std::exception&) {
    // Answered below: a handler reports its own failures before it throws.
  }
  co_return lane_.core().options.render_error(500, "Internal error");
}

Persistence Connection::PersistenceFor(const RequestHead& head) const {
  const bool keep =
      head.keep_alive && !lane_.stopping() && !peer_closed_ && pipelined_ < lane_.limits().max_pipelined_requests;
  if (!keep) return Persistence::kClose;
  return head.http_1_0 ? Persistence::kKeepAlive : Persistence::kImplied;
}

Task<bool> Connection::Send(Response response, Persistence persistence, bool with_body) {
  std::string& scratch = lane_.scratch();
  scratch.clear();
  AppendResponseHead(response, persistence, lane_.date(), &scratch);
  std::string_view head = scratch;
  std::string_view body;
  if (with_body && StatusAllowsBody(response.status)) body = response.body_view();
  const IoState state = WriteSome(&head, &body);
  if (state == IoState::kDone) co_return true;
  if (state == IoState::kClosed) co_return false;
  std::string rest(head);  // the scratch is another connection's as soon as this one waits
  co_return co_await Flush(std::move(rest), body);
}

Task<bool> Connection::Flush(std::string head, std::string_view body) {
  Enter(Phase::kWrite, lane_.limits().write_timeout);
  const int64_t since = lane_.NowNanos();
  const size_t total = head.size() + body.size();
  std::string_view head_left = head;
  IoState state = IoState::kWantWrite;
  while (state != IoState::kDone) {
    const auto what = state == IoState::kWantRead ? Socket::wait_read : Socket::wait_write;
    if (!co_await Wait(what)) co_return false;
    state = WriteSome(&head_left, &body);
    if (state == IoState::kClosed) co_return false;
    KeepPace(since, total - head_left.size() - body.size(), lane_.limits().write_timeout);
  }
  co_return true;
}

// kDone if all has been written; otherwise drops from the views what has.
IoState Connection::WriteSome(std::string_view* head, std::string_view* body) {
  size_t written = 0;
  while (!head->empty() || !body->empty()) {
    if (written >= kWriteTurn) return IoState::kWantWrite;
    const IoResult result = transport_->Write(*head, *body);
    if (result.state != IoState::kDone) return result.state;
    DropFront(result.bytes, head, body);
    written += result.bytes;
  }
  return IoState::kDone;
}

Task<void> Connection::Linger() {
  // Closing with unread bytes in the socket would reset the connection and take the answer with it.
  transport_->CloseWriting();
  Enter(Phase::kLinger, lane_.limits().linger_timeout);
  bool more = true;
  while (more) {
    buffer_.Consume(buffer_.size());
    more = co_await Fill(kBodyRoom);
  }
  co_return;
}

Task<bool> Connection::Fill(size_t room) {
  // Between requests nothing is expected yet, so waiting comes first and needs no memory.
  bool try_first = transport_->MayHoldBytes() || phase_ == Phase::kBody || phase_ == Phase::kLinger;
  auto what = Socket::wait_read;
  for (;;) {
    if (!try_first) {
      buffer_.ReleaseIfEmpty();
      if (!co_await Wait(what)) co_return false;
    }
    if (expired_) co_return false;
    const std::span<char> free = buffer_.Prepare(room);
    const IoResult result = transport_->Read(free.data(), free.size());
    if (result.state == IoState::kClosed) co_return false;
    if (result.state == IoState::kDone) {
      buffer_.Commit(result.bytes);
      co_return true;
    }
    what = result.state == IoState::kWantWrite ? Socket::wait_write : Socket::wait_read;
    try_first = false;
  }
}

Task<bool> Connection::Wait(Socket::wait_type what) {
  if (expired_) co_return false;
  const auto [error] = co_await socket_.async_wait(what, boost::asio::as_tuple(boost::asio::use_awaitable));
  co_return !error && !expired_;
}

void Connection::Enter(Phase phase, absl::Duration timeout) {
  phase_ = phase;
  deadline_nanos_ = lane_.NowNanos() + absl::ToInt64Nanoseconds(timeout);
}

void Connection::EnterWithoutDeadline(Phase phase) {
  phase_ = phase;
  deadline_nanos_ = 0;
}

void Connection::KeepPace(int64_t since, uint64_t bytes, absl::Duration timeout) {
  const int64_t patience = absl::ToInt64Nanoseconds(timeout);
  const double earned = 1e9 * static_cast<double>(bytes) / static_cast<double>(lane_.limits().min_transfer_rate);
  deadline_nanos_ = std::min(since + patience + static_cast<int64_t>(earned), lane_.NowNanos() + patience);
}

void Connection::CheckDeadline(int64_t now_nanos) {
  if (deadline_nanos_ == 0 || now_nanos < deadline_nanos_ || expired_) return;
  expired_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Connection::CloseIfIdle() {
  if (phase_ != Phase::kIdle && phase_ != Phase::kHandshake) return;
  expired_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Connection::Abort() {
  aborted_ = true;
  expired_ = true;
  if (stop_source_) stop_source_->request_stop();
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  cancel_.emit(boost::asio::cancellation_type::terminal);
}

std::stop_token Connection::StopToken() {
  if (!stop_source_) {
    stop_source_.emplace();
    OnWatch();
  }
  return stop_source_->get_token();
}

void Connection::Watch() {
  watching_ = true;
  socket_.async_wait(Socket::wait_read,
                     [self = shared_from_this(), watch = watch_](const boost::system::error_code& error) {
                       if (!error && self->watching_ && self->watch_ == watch) self->OnWatch();
                     });
}

// Reads ahead, because the end of the stream stands behind whatever the client has pipelined.
void Connection::OnWatch() {
  watching_ = false;
  while (buffer_.size() < lane_.limits().max_header_bytes) {
    const std::span<char> free = buffer_.Prepare(kHeadRoom);
    const IoResult result = transport_->Read(free.data(), free.size());
    if (result.state == IoState::kDone) {
      buffer_.Commit(result.bytes);
      continue;
    }
    buffer_.ReleaseIfEmpty();
    if (result.state != IoState::kClosed) return Watch();
    peer_closed_ = true;
    stop_source_->request_stop();
    return;
  }
}

void Connection::StopWatching() {
  ++watch_;
  stop_source_.reset();
  if (!std::exchange(watching_, false)) return;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

std::stop_token RequestContext::StopToken() { return connection_->StopToken(); }

}  // namespace plexus::http
