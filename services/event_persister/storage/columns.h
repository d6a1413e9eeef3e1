// Columns of rows on their way into `unnest`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/storage/array.h"
#include "common/storage/parameter.h"

namespace plexus::event_persister {

// One array parameter each; the casts are in the statement.
struct Bigints {
  std::vector<int64_t> values;
  void Add(int64_t value) { values.push_back(value); }
  storage::Parameter Take() const { return storage::BigintArray(values); }
};

// Views: the rows outlive the columns.
struct Texts {
  std::vector<std::string_view> values;
  void Add(std::string_view value) { values.push_back(value); }
  storage::Parameter Take() const { return storage::TextArray(values); }
};

struct NullableTexts {
  std::vector<std::optional<std::string>> values;
  void Add(const std::optional<std::string>& value) { values.push_back(value); }
  storage::Parameter Take() const { return storage::NullableTextArray(values); }
};

struct Bools {
  std::vector<bool> values;
  void Add(bool value) { values.push_back(value); }
  storage::Parameter Take() const { return storage::BoolArray(values); }
};

}  // namespace plexus::event_persister
