// What a command answers: rows that a person reads as a table, and a program as JSON.
#pragma once

#include <string>
#include <vector>

#include "common/json/value.h"

namespace plexus {

// A column "SERVER NAME" is the key "server_name" in JSON.
class Table {
 public:
  // Names of the columns: "SERVER NAME", "STATE".
  explicit Table(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  // One value for each column: texts, numbers, booleans, null, or lists of texts.
  void Add(json::Array row) { rows_.push_back(std::move(row)); }
  size_t size() const { return rows_.size(); }

  // Aligned columns, "-" for what is empty; control characters of values are escaped.
  std::string Text() const;
  // A list of objects.
  std::string Json() const;
  // Without headings, columns separated by tabs.
  std::string Lines() const;

 private:
  const std::vector<std::string> columns_;
  std::vector<json::Array> rows_;
};

}  // namespace plexus
