// Waiting for a coroutine from a thread that runs none.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "common/base/task.h"

namespace plexus::platform {

// Runs `task` on `executor` and blocks the calling thread until it has ended.
template <typename T>
T RunBlocking(const Executor& executor, Task<T> task) {
  return boost::asio::co_spawn(executor, std::move(task), boost::asio::use_future).get();
}

}  // namespace plexus::platform
