// Bytes received and not yet parsed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace plexus::http {

// One contiguous block that exists only while it holds something: an idle connection has none.
class ReadBuffer {
 public:
  std::string_view view() const { return {data_.get() + begin_, end_ - begin_}; }
  size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }

  // Room for at least `bytes` behind what is held. Invalidates views.
  std::span<char> Prepare(size_t bytes) {
    if (capacity_ - end_ < bytes) Grow(bytes);
    return {data_.get() + end_, capacity_ - end_};
  }
  // The first `bytes` of the room are now held.
  void Commit(size_t bytes) { end_ += bytes; }
  // Drops the first `bytes` held.
  void Consume(size_t bytes) {
    begin_ += bytes;
    if (empty()) begin_ = end_ = 0;
  }
  // Gives the memory back if nothing is held.
  void ReleaseIfEmpty() {
    if (!empty()) return;
    data_.reset();
    begin_ = end_ = capacity_ = 0;
  }

 private:
  void Grow(size_t bytes) {
    const size_t needed = size() + bytes;
    const size_t capacity = needed <= capacity_ ? capacity_ : std::max(needed, 2 * capacity_);
    std::unique_ptr<char[]> grown(new char[capacity]);
    if (!empty()) std::memcpy(grown.get(), data_.get() + begin_, size());
    end_ = size();
    begin_ = 0;
    data_ = std::move(grown);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace plexus::http
