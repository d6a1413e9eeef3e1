#include "common/matrix/stream_token.h"

#include <limits>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/matrix_error.h"
#include "common/matrix/base64.h"

namespace plexus::matrix {
namespace {

constexpr std::string_view kStreamPrefix = "s1_";
constexpr std::string_view kTopologicalPrefix = "t1_";
// A token of two times kMaxTokenShards long numbers, in base64.
constexpr size_t kMaxTokenBytes = 8192;

absl::Status BadToken() { return errors::InvalidParam("This is not a token of this server"); }

void AppendVarint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void AppendPositions(std::string& out, const std::vector<int64_t>& positions) {
  AppendVarint(out, positions.size());
  for (int64_t position : positions) AppendVarint(out, static_cast<uint64_t>(position));
}

// Takes numbers off the front; remembers if that failed.
class VarintReader {
 public:
  explicit VarintReader(std::string_view bytes) : bytes_(bytes) {}

  int64_t Next(uint64_t max = std::numeric_limits<int64_t>::max()) {
    uint64_t value = 0;
    for (int shift = 0; shift < 63 && !bytes_.empty(); shift += 7) {
      const auto byte = static_cast<uint8_t>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value <= max ? static_cast<int64_t>(value) : Fail();
    }
    return Fail();
  }

  std::vector<int64_t> Positions() {
    std::vector<int64_t> positions(static_cast<size_t>(Next(kMaxTokenShards)));
    for (int64_t& position : positions) position = Next();
    return positions;
  }

  // Everything was read, and nothing is left.
  bool complete() const { return !failed_ && bytes_.empty(); }

 private:
  int64_t Fail() {
    failed_ = true;
    bytes_ = {};
    return 0;
  }
  std::string_view bytes_;
  bool failed_ = false;
};

}  // namespace

std::string EncodeStreamToken(const StreamToken& token) {
  std::string bytes;
  AppendVarint(bytes, token.timeline);
  AppendPositions(bytes, token.room);
  AppendPositions(bytes, token.user);
  AppendVarint(bytes, static_cast<uint64_t>(token.push));
  AppendVarint(bytes, token.typing_source);
  AppendVarint(bytes, static_cast<uint64_t>(token.typing));
  return absl::StrCat(kStreamPrefix, Base64UrlEncode(bytes));
}

bool IsStreamToken(std::string_view text) { return absl::StartsWith(text, kStreamPrefix); }

absl::StatusOr<StreamToken> ParseStreamToken(std::string_view text) {
  if (!IsStreamToken(text) || text.size() > kMaxTokenBytes) return BadToken();
  std::optional<std::string> bytes = Base64UrlDecode(text.substr(kStreamPrefix.size()));
  if (!bytes) return BadToken();
  constexpr uint64_t kMax32 = std::numeric_limits<uint32_t>::max();
  VarintReader reader(*bytes);
  StreamToken token;
  token.timeline = static_cast<uint32_t>(reader.Next(kMax32));
  token.room = reader.Positions();
  token.user = reader.Positions();
  token.push = reader.Next();
  token.typing_source = static_cast<uint32_t>(reader.Next(kMax32));
  token.typing = reader.Next();
  if (!reader.complete()) return BadToken();
  return token;
}

std::string EncodeTopologicalToken(const TopologicalToken& token) {
  return absl::StrCat(kTopologicalPrefix, token.depth, "_", token.nid);
}

absl::StatusOr<TopologicalToken> ParseTopologicalToken(std::string_view text) {
  if (!absl::StartsWith(text, kTopologicalPrefix) || text.size() > kMaxTokenBytes) return BadToken();
  const std::vector<std::string_view> parts = absl::StrSplit(text.substr(kTopologicalPrefix.size()), '_');
  TopologicalToken token;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &token.depth) || !absl::SimpleAtoi(parts[1], &token.nid) ||
      token.depth < -1 || token.nid < 0) {
    return BadToken();
  }
  return token;
}

}  // namespace plexus::matrix
