// The header fields of one HTTP message, in the order in which they came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plexus::http {

// Names and values live in one string, so that a message costs two allocations however many fields it has. Names
// compare without regard to ASCII case and keep their spelling. Views that it returns last until it is changed,
// moved or destroyed.
class Headers {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

  // Appends a field; others of the same name stay.
  void Add(std::string_view name, std::string_view value);
  // Replaces all fields named `name` by one.
  void Set(std::string_view name, std::string_view value);
  void Remove(std::string_view name);
  void Clear();

  // The value of the first field named `name`.
  std::optional<std::string_view> Get(std::string_view name) const;
  bool Has(std::string_view name) const { return Get(name).has_value(); }
  // How many fields are named `name`.
  size_t Count(std::string_view name) const;

  size_t size() const { return spans_.size(); }
  bool empty() const { return spans_.empty(); }
  // Field `i`, 0 <= i < size().
  Field operator[](size_t i) const;

 private:
  struct Span {
    uint32_t begin;
    uint32_t name_size;
    uint32_t value_size;
  };
  std::string text_;
  std::vector<Span> spans_;
};

}  // namespace plexus::http
