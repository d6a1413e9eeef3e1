// The one coroutine type of Plexus. Handlers, storage calls and RPCs return Task<T>; a Task runs when awaited.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace plexus {

template <typename T>
using Task = boost::asio::awaitable<T>;

using Executor = boost::asio::any_io_executor;

}  // namespace plexus
