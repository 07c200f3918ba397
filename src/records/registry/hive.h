// Reads a Windows registry hive as it lies on the disk: keys by path, when each was last changed, and its
// texts and numbers. Bytes are fetched where they are needed, so a hive of any size costs only the keys asked
// for.
//
// A hive is a header of 4096 bytes and cells; keys, lists of keys and values are cells that name each other
// by offset. In a hostile hive they may lie anywhere, overlap and go in circles: every list is bounded, and
// so is the work of one Hive (kMaxCells). Changes that Windows had only written to the transaction logs
// beside the hive are not seen: is_dirty() tells that there may be some.
//
// Source of the format: libyal's "Windows NT Registry File (REGF) format" (libregf, documentation/), and
// M. Suhanov's "Windows registry file format specification".
//
// Example:
//   auto hive = Hive::open(bytes);
//   if (auto key = hive->find("Microsoft\\Windows\\CurrentVersion\\Uninstall"))
//     for (const RegistryKey& program : hive->keys_below(*key)) use(hive->values_of(program));
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace afterpatch::records::registry {

// Where a hive's bytes come from.
class HiveBytes {
 public:
  virtual ~HiveBytes() = default;
  // Fills `out` from the front with what stands at `offset`; fewer bytes at the end, or where they can't be
  // read.
  virtual std::size_t read_at(std::uint64_t offset, std::span<char> out) = 0;
};

// The bytes must live longer.
class HiveText final : public HiveBytes {
 public:
  explicit HiveText(std::string_view bytes) : bytes_(bytes) {}
  std::size_t read_at(std::uint64_t offset, std::span<char> out) override;

 private:
  std::string_view bytes_;
};

// Real hives stay far below each: of 900 keys under \Microsoft, the longest name has 100 characters.
inline constexpr std::size_t kMaxKeysOfOne = 20'000;  // keys below one key; the rest is left out
inline constexpr std::size_t kMaxValuesOfOne = 256;
inline constexpr std::size_t kMaxValueBytes = 4096;  // longer values are left out
inline constexpr std::size_t kMaxNameBytes = 512;  // longer names are cut off; Windows allows 255 characters
inline constexpr std::size_t kMaxPathParts = 32;
inline constexpr std::uint64_t kMaxCells = 500'000;  // looked at by one Hive, then it finds nothing more

struct RegistryKey {
  std::string name;                  // UTF-8
  std::optional<Timestamp> written;  // when the key was last changed; nullopt when that is no time
  std::uint64_t offset = 0;          // of its cell in the file
  std::uint32_t key_count = 0;
  std::uint32_t key_list = 0;
  std::uint32_t value_count = 0;
  std::uint32_t value_list = 0;
};

struct RegistryValue {
  std::string name;  // UTF-8; empty for a key's default value
  std::string text;  // UTF-8 up to the first NUL; a number (REG_DWORD) in decimal digits
};

// Not thread-safe.
class Hive {
 public:
  // `bytes` must outlive the hive. Fails when they don't begin with a hive's header.
  static Result<Hive> open(HiveBytes& bytes);

  // Where Windows had loaded it from, the end of the path: "emRoot\System32\Config\SOFTWARE".
  const std::string& loaded_from() const { return loaded_from_; }
  bool is_dirty() const { return dirty_; }

  // The key of that path below the root, ignoring ASCII case.
  std::optional<RegistryKey> find(std::string_view path);
  // In the order of the hive, which Windows sorts by name.
  std::vector<RegistryKey> keys_below(const RegistryKey& key);
  // Texts (REG_SZ, REG_EXPAND_SZ) and numbers (REG_DWORD), in the order of the hive.
  std::vector<RegistryValue> values_of(const RegistryKey& key);

  // Cells that should have been something and were not, and whether a bound above stopped the search.
  std::uint64_t damaged() const { return damaged_; }
  bool cut_short() const { return cut_short_; }

 private:
  explicit Hive(HiveBytes& bytes) : bytes_(&bytes) {}

  std::string cell(std::uint32_t offset, std::size_t most);
  std::optional<RegistryKey> key_at(std::uint32_t offset);
  std::optional<RegistryValue> value_at(std::uint32_t offset);
  std::optional<std::string> value_data(std::string_view value);
  std::vector<std::uint32_t> offsets_of_keys(const RegistryKey& key);
  std::string list_at(std::uint32_t offset);
  void append_list(std::string_view list, std::vector<std::uint32_t>& offsets);

  HiveBytes* bytes_;
  std::string loaded_from_;
  std::uint32_t root_ = 0;
  bool dirty_ = false;
  bool cut_short_ = false;
  std::uint64_t cells_ = 0;
  std::uint64_t damaged_ = 0;
};

}  // namespace afterpatch::records::registry
