#include "common/http/headers.h"

#include "common/http/ascii.h"

namespace plexus::http {

Headers::Headers(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  for (const auto& [name, value] : fields) Add(name, value);
}

void Headers::Add(std::string_view name, std::string_view value) {
  spans_.push_back(
      {static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(name.size()), static_cast<uint32_t>(value.size())});
  text_.append(name).append(value);
}

void Headers::Set(std::string_view name, std::string_view value) {
  Remove(name);
  Add(name, value);
}

void Headers::Remove(std::string_view name) {
  // The text stays until Clear: removal is rare and messages are short-lived.
  std::erase_if(spans_, [&](const Span& span) {
    return EqualsIgnoreCase(std::string_view(text_).substr(span.begin, span.name_size), name);
  });
}

void Headers::Clear() {
  text_.clear();
  spans_.clear();
}

std::optional<std::string_view> Headers::Get(std::string_view name) const {
  for (size_t i = 0; i < spans_.size(); ++i) {
    const Field field = (*this)[i];
    if (EqualsIgnoreCase(field.name, name)) return field.value;
  }
  return std::nullopt;
}

size_t Headers::Count(std::string_view name) const {
  size_t count = 0;
  for (size_t i = 0; i < spans_.size(); ++i) count += EqualsIgnoreCase((*this)[i].name, name);
  return count;
}

Headers::Field Headers::operator[](size_t i) const {
  const Span& span = spans_[i];
  const std::string_view text = text_;
  return {text.substr(span.begin, span.name_size), text.substr(span.begin + span.name_size, span.value_size)};
}

}  // namespace plexus::http
