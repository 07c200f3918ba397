// Files that victims send, as far as a store knows them; their bytes lie in a folder of room `web`. A row's
// `received` bytes are on disk: whoever raises it has synced them before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace afterpatch::store {

class Database;

// receiving -> waiting (all bytes are there) -> hunting -> answered, or failed. cancelled: by the victim.
enum class UploadState { receiving, waiting, hunting, answered, failed, cancelled };
std::string_view to_string(UploadState state);
std::optional<UploadState> parse_upload_state(std::string_view word);

struct UploadRow {
  std::string id;  // 32 hexadecimal digits, made by the server: also its folder's name
  std::string case_number;
  std::string name;          // as the victim's machine calls it: hostile, never a path of ours
  std::uint64_t length = 0;  // bytes, as announced
  std::uint64_t received = 0;
  std::string sha256;  // announced, then as received; hexadecimal, empty if not yet known
  UploadState state = UploadState::receiving;
  Timestamp created{};
  Timestamp changed{};
  int attempts = 0;     // hunts begun: one that takes the server down with it is not begun for ever
  std::string message;  // why it failed, for the victim
};

// Part of a Store, which owns it. Not thread-safe.
class Uploads {
 public:
  explicit Uploads(Database& database) : database_(database) {}

  Result<void> add(const UploadRow& upload);
  Result<std::optional<UploadRow>> upload(const std::string& id);
  Result<std::vector<UploadRow>> of_case(const std::string& number);  // by creation
  Result<std::vector<UploadRow>> in_state(UploadState state);         // those changed first, first
  Result<std::uint64_t> reserved_bytes(const std::string& number);    // of all cases if it is empty; a failed
                                                                      // or cancelled one counts nothing
  // False if another has received meanwhile: `from` must be what the row says. With its last byte it is
  // `waiting` to be hunted in, in the same step.
  Result<bool> advance(const std::string& id, std::uint64_t from, std::uint64_t to, Timestamp now);
  Result<void> set_state(const std::string& id, UploadState state, const std::string& message, Timestamp now);
  Result<void> set_digest(const std::string& id, const std::string& sha256);
  Result<void> count_attempt(const std::string& id);

 private:
  Result<std::vector<UploadRow>> select(const std::string& column, const std::string& value);
  Database& database_;
};

}  // namespace afterpatch::store
