// Cells are laid down children first, so that every offset is known when it is written; only the way back
// (a key's parent) is filled in afterwards.
#include "range/hive_writer.h"

#include <algorithm>

#include "base/text.h"
#include "range/evtx_value.h"

namespace afterpatch::range {
namespace {

constexpr std::size_t kBaseBlockBytes = 4096;
constexpr std::size_t kBinHeaderBytes = 32;
constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kChecksumAt = 508;
constexpr std::size_t kMaxPathCharacters = 31;  // of 32, the last is a NUL
constexpr std::uint32_t kNone = 0xffffffff;
constexpr std::uint32_t kInCell = 0x80000000;  // up to four bytes of data stand in place of their offset

constexpr std::uint16_t kAsciiName = 0x20;
constexpr std::uint16_t kRootKey = 0x2c;  // root of a hive, not to be deleted, name in ASCII
constexpr std::uint32_t kTypeText = 1;    // REG_SZ
constexpr std::uint32_t kTypeNumber = 4;  // REG_DWORD

constexpr std::size_t kParentAt = 16;  // in a key's cell, behind its size of four bytes
constexpr std::size_t kCellSizeBytes = 4;

std::uint32_t hash_of(std::string_view name) {
  std::uint32_t hash = 0;
  for (const char c : name) {
    const bool small = c >= 'a' && c <= 'z';
    hash = hash * 37 + static_cast<unsigned char>(small ? c - ('a' - 'A') : c);
  }
  return hash;
}

bool comes_before(const HiveKey& a, const HiveKey& b) {
  return to_lower_ascii(a.name) < to_lower_ascii(b.name);
}

class Writer {
 public:
  std::uint32_t add_root(const HiveKey& root) {
    security_ = add_cell(security_cell());
    return add_key(root, kRootKey);
  }

  // The bin, padded to whole pages; what is left over is one free cell.
  std::string take() {
    const std::size_t size = (cells_.size() + 8 + kPageBytes - 1) / kPageBytes * kPageBytes;
    append_little_endian(cells_, static_cast<std::uint32_t>(size - cells_.size()));
    cells_.resize(size);
    store_little_endian(cells_, 8, static_cast<std::uint32_t>(size));
    return std::move(cells_);
  }

 private:
  static std::string bin_header() {
    std::string header = "hbin";
    header.resize(kBinHeaderBytes);
    return header;
  }

  // A descriptor without owner and lists, that all keys share.
  static std::string security_cell() {
    std::string cell = "sk";
    append_little_endian(cell, std::uint16_t{0});
    for (int link = 0; link < 2; ++link)
      append_little_endian(cell, static_cast<std::uint32_t>(kBinHeaderBytes));
    append_little_endian(cell, std::uint32_t{1});
    append_little_endian(cell, std::uint32_t{20});
    append_little_endian(cell, std::uint32_t{0x80000001});  // revision 1, self-relative
    cell.resize(cell.size() + 16);
    return cell;
  }

  std::uint32_t add_cell(const std::string& content) {
    const auto at = static_cast<std::uint32_t>(cells_.size());
    const auto size = static_cast<std::uint32_t>((content.size() + kCellSizeBytes + 7) / 8 * 8);
    append_little_endian(cells_, std::uint32_t{0} - size);  // negative: in use
    cells_ += content;
    cells_.resize(at + size);
    return at;
  }

  std::uint32_t add_value(const HiveValue& value) {
    std::string cell = "vk";
    append_little_endian(cell, static_cast<std::uint16_t>(value.name.size()));
    if (const auto* number = std::get_if<std::uint32_t>(&value.data)) {
      append_little_endian(cell, kInCell | 4U);
      append_little_endian(cell, *number);
      append_little_endian(cell, kTypeNumber);
    } else {
      std::string text;
      append_utf16(text, std::get<std::string>(value.data) + '\0');
      append_little_endian(cell, static_cast<std::uint32_t>(text.size()));
      append_little_endian(cell, add_cell(text));
      append_little_endian(cell, kTypeText);
    }
    append_little_endian(cell, std::uint32_t{1});  // the name is ASCII
    return add_cell(cell + value.name);
  }

  std::uint32_t add_values(const std::vector<HiveValue>& values) {
    if (values.empty()) return kNone;
    std::string list;
    for (const HiveValue& value : values) append_little_endian(list, add_value(value));
    return add_cell(list);
  }

  std::uint32_t add_keys(std::vector<HiveKey> keys, std::vector<std::uint32_t>& cells) {
    if (keys.empty()) return kNone;
    std::ranges::stable_sort(keys, comes_before);
    std::string list = "lh";
    append_little_endian(list, static_cast<std::uint16_t>(keys.size()));
    for (const HiveKey& key : keys) {
      cells.push_back(add_key(key, kAsciiName));
      append_little_endian(list, cells.back());
      append_little_endian(list, hash_of(key.name));
    }
    return add_cell(list);
  }

  std::uint32_t add_key(const HiveKey& key, std::uint16_t flags) {
    std::vector<std::uint32_t> children;
    const std::uint32_t keys = add_keys(key.keys, children);
    const std::uint32_t values = add_values(key.values);
    std::string cell = "nk";
    append_little_endian(cell, flags);
    append_little_endian(cell, to_filetime(key.written));
    append_little_endian(cell, std::uint32_t{0});
    append_little_endian(cell, kNone);  // the parent: filled in by it
    for (const std::uint32_t number :
         {static_cast<std::uint32_t>(key.keys.size()), 0U, keys, kNone,
          static_cast<std::uint32_t>(key.values.size()), values, security_, kNone, 0U, 0U, 0U, 0U, 0U})
      append_little_endian(cell, number);
    append_little_endian(cell, static_cast<std::uint16_t>(key.name.size()));
    append_little_endian(cell, std::uint16_t{0});
    const std::uint32_t at = add_cell(cell + key.name);
    for (const std::uint32_t child : children)
      store_little_endian(cells_, child + kCellSizeBytes + kParentAt, at);
    return at;
  }

  std::string cells_ = bin_header();
  std::uint32_t security_ = kNone;
};

std::uint32_t checksum_of(const std::string& block) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < kChecksumAt; at += 4) {
    for (std::size_t i = 0; i < 4; ++i)
      sum ^= static_cast<std::uint32_t>(static_cast<unsigned char>(block[at + i])) << (8U * i);
  }
  if (sum == 0) return 1;
  return sum == kNone ? kNone - 1 : sum;
}

std::string base_block(const HiveKey& root, std::uint32_t root_cell, std::size_t bins,
                       std::string_view path) {
  std::string block = "regf";
  for (int sequence = 0; sequence < 2; ++sequence) append_little_endian(block, std::uint32_t{1});
  append_little_endian(block, to_filetime(root.written));
  for (const std::uint32_t number : {1U, 5U, 0U, 1U, root_cell, static_cast<std::uint32_t>(bins), 1U})
    append_little_endian(block, number);
  append_utf16(block, path.substr(path.size() - std::min(path.size(), kMaxPathCharacters)));
  block.resize(kBaseBlockBytes);
  store_little_endian(block, kChecksumAt, checksum_of(block));
  return block;
}

}  // namespace

HiveKey& key_at(HiveKey& root, std::string_view path, Timestamp written) {
  HiveKey* key = &root;
  for (const std::string_view name : split(path, '\\')) {
    const auto known = std::ranges::find_if(
        key->keys, [&](const HiveKey& below) { return equals_ignoring_case(below.name, name); });
    key = known != key->keys.end()
              ? &*known
              : &key->keys.emplace_back(HiveKey{.name = std::string(name), .written = written});
  }
  return *key;
}

std::string hive_file(const HiveKey& root, std::string_view path_in_header) {
  Writer writer;
  const std::uint32_t root_cell = writer.add_root(root);
  const std::string bin = writer.take();
  return base_block(root, root_cell, bin.size(), path_in_header) + bin;
}

}  // namespace afterpatch::range
