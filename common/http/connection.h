// Inside the library only: one client's connection, from accept to close.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <list>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "common/http/chunked_decoder.h"
#include "common/http/lane.h"
#include "common/http/read_buffer.h"
#include "common/http/request_head.h"
#include "common/http/response_head.h"

namespace plexus::http {

// Everything happens on its lane's thread, most of it in the coroutine Run. Kept alive by its pending operations;
// the lane only points to it. Timeouts are one deadline, which the lane's tick compares with the clock.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Takes over the descriptor of `socket` unless it throws.
  Connection(Lane& lane, AcceptedSocket& socket);
  ~Connection();

  // Serves the connection to its end.
  void Start(std::list<Connection*>::iterator position);

  // For the lane.
  void CheckDeadline(int64_t now_nanos);
  void CloseIfIdle();
  void Abort();

  // For RequestContext.
  std::stop_token StopToken();

 private:
  enum class Phase { kHandshake, kIdle, kHead, kBody, kHandler, kWrite, kLinger };
  using Socket = boost::asio::generic::stream_protocol::socket;

  // How a request was read: refused (failure), or lost together with the connection.
  struct ReadOutcome {
    bool lost = false;
    Failure failure;
  };

  Task<void> Run();
  Task<bool> Handshake();
  Task<bool> ServeOne();
  Task<ReadOutcome> ReadHead(RequestHead* head);
  Task<ReadOutcome> ReadBody(RequestHead* head);
  Task<bool> SendContinue();
  Task<bool> Refuse(Failure failure);
  Task<Response> Handle(Request request);
  Task<bool> Send(Response response, Persistence persistence, bool with_body);
  Task<bool> Flush(std::string head, std::string_view body);
  Task<void> Linger();
  // Receives at least one byte into buffer_. False: no more will come, or the deadline has passed (expired_).
  Task<bool> Fill(size_t room);
  // False if the wait was cut short.
  Task<bool> Wait(Socket::wait_type what);

  bool TakeHead(RequestHead* head, Failure* failure);
  bool TakeBody(RequestHead* head, ChunkedDecoder* decoder, Failure* failure);
  size_t MaxBody(const Request& request) const;
  Persistence PersistenceFor(const RequestHead& head) const;
  IoState WriteSome(std::string_view* head, std::string_view* body);
  void Watch();
  void OnWatch();
  void StopWatching();

  void Enter(Phase phase, absl::Duration timeout);
  void EnterWithoutDeadline(Phase phase);
  // Moves the deadline of a transfer that began at `since` and has moved `bytes`.
  void KeepPace(int64_t since, uint64_t bytes, absl::Duration timeout);

  Lane& lane_;
  Socket socket_;
  const std::unique_ptr<Transport> transport_;
  const std::string peer_;
  std::optional<std::list<Connection*>::iterator> position_;
  boost::asio::cancellation_signal cancel_;

  ReadBuffer buffer_;
  size_t scanned_ = 0;    // bytes of buffer_ in which the end of the header is known not to begin
  size_t pipelined_ = 0;  // requests taken from buffer_ since it was last filled
  Phase phase_ = Phase::kIdle;
  int64_t deadline_nanos_ = 0;  // 0: none
  bool expired_ = false;        // the deadline has passed, or the connection is not wanted any more
  bool aborted_ = false;
  bool peer_closed_ = false;

  std::optional<std::stop_source> stop_source_;  // of the present request, once its handler has asked
  uint64_t watch_ = 0;                           // counts watches, so that the handler of an old one does nothing
  bool watching_ = false;
};

}  // namespace plexus::http
