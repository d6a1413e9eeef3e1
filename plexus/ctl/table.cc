#include "plexus/ctl/table.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/json/canonical.h"

namespace plexus {
namespace {

std::string Cell(const json::Value& value) {
  if (value.is_string()) return absl::Utf8SafeCEscape(std::string_view(value.as_string()));
  if (value.is_bool()) return value.as_bool() ? "yes" : "no";
  if (value.is_null()) return "";
  if (!value.is_array()) return json::Serialize(value);
  return absl::StrJoin(value.as_array(), ",",
                       [](std::string* out, const json::Value& item) { out->append(Cell(item)); });
}

std::string KeyOf(const std::string& column) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(column), {{" ", "_"}});
}

// How many columns of a terminal a text takes, nearly: its code points.
size_t Width(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string Aligned(const std::vector<std::string>& cells, const std::vector<size_t>& widths) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    absl::StrAppend(&line, i == 0 ? "" : "  ", cells[i]);
    if (i + 1 < cells.size()) line.append(widths[i] - Width(cells[i]), ' ');
  }
  return line + "\n";
}

}  // namespace

std::string Table::Text() const {
  std::vector<std::vector<std::string>> lines = {columns_};
  for (const json::Array& row : rows_) {
    std::vector<std::string>& line = lines.emplace_back();
    for (const json::Value& value : row) line.push_back(Cell(value));
    for (std::string& cell : line) cell = cell.empty() ? "-" : cell;
  }
  std::vector<size_t> widths(columns_.size());
  for (const auto& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], Width(line[i]));
  }
  std::string text;
  for (const auto& line : lines) text += Aligned(line, widths);
  return text;
}

std::string Table::Json() const {
  json::Array list;
  for (const json::Array& row : rows_) {
    json::Object object;
    for (size_t i = 0; i < row.size(); ++i) object[KeyOf(columns_[i])] = row[i];
    list.push_back(std::move(object));
  }
  return json::Serialize(json::Value(std::move(list))) + "\n";
}

std::string Table::Lines() const {
  std::string text;
  for (const json::Array& row : rows_) {
    absl::StrAppend(
        &text, absl::StrJoin(row, "\t", [](std::string* out, const json::Value& v) { out->append(Cell(v)); }), "\n");
  }
  return text;
}

}  // namespace plexus
