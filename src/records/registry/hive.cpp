#include "records/registry/hive.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "records/evtx/event.h"

namespace afterpatch::records::registry {
namespace {

constexpr std::size_t kHeaderBytes = 4096;
constexpr std::size_t kSequencesAt = 4;  // two numbers: equal once everything was written
constexpr std::size_t kRootAt = 36;
constexpr std::size_t kLoadedFromAt = 48;
constexpr std::size_t kLoadedFromBytes = 64;

constexpr std::size_t kCellSizeBytes = 4;
constexpr std::uint32_t kNone = 0xffffffff;

constexpr std::size_t kKeyBytes = 76;  // without its name
constexpr std::uint16_t kNarrowKeyName = 0x20;
constexpr std::size_t kValueBytes = 20;  // without its name
constexpr std::uint16_t kNarrowValueName = 1;
constexpr std::uint32_t kDataInPlace = 0x80000000;

constexpr std::size_t kListHeaderBytes = 4;

constexpr std::uint32_t kText = 1;
constexpr std::uint32_t kExpandableText = 2;
constexpr std::uint32_t kNumber = 4;

// REQUIRES: that many bytes stand there.
std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t size = 4) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < size; ++i)
    number |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8U * i);
  return number;
}

std::uint16_t short_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(number_at(bytes, at, 2));
}

std::uint64_t long_at(std::string_view bytes, std::size_t at) {
  return number_at(bytes, at) | static_cast<std::uint64_t>(number_at(bytes, at + 4)) << 32U;
}

std::string up_to_nul(std::string text) {
  if (const std::size_t end = text.find('\0'); end != std::string::npos) text.resize(end);
  return text;
}

std::string name_in(std::string_view cell, std::size_t at, std::size_t size, bool narrow) {
  const std::string_view name = cell.substr(at, std::min(size, kMaxNameBytes));
  return narrow ? to_utf8(name) : utf16le_to_utf8(name);
}

// Bytes of one entry of a list of keys; 0 when it is none. Behind the offset "lf" and "lh" keep a hint of the
// name.
std::size_t entry_bytes(std::string_view list) {
  if (list.starts_with("lf") || list.starts_with("lh")) return 8;
  return list.starts_with("li") || list.starts_with("ri") ? 4 : 0;
}

}  // namespace

std::size_t HiveText::read_at(std::uint64_t offset, std::span<char> out) {
  if (offset >= bytes_.size()) return 0;
  return bytes_.copy(out.data(), out.size(), static_cast<std::size_t>(offset));
}

Result<Hive> Hive::open(HiveBytes& bytes) {
  std::array<char, kLoadedFromAt + kLoadedFromBytes> start{};
  const std::string_view header(start.data(), bytes.read_at(0, start));
  if (header.size() < start.size() || !header.starts_with("regf"))
    return fail("is no registry hive: its header is missing");
  Hive hive(bytes);
  hive.root_ = number_at(header, kRootAt);
  hive.dirty_ = number_at(header, kSequencesAt) != number_at(header, kSequencesAt + 4);
  hive.loaded_from_ = up_to_nul(utf16le_to_utf8(header.substr(kLoadedFromAt)));
  return hive;
}

// The content of a cell that is in use, or its first `most` bytes; empty when there is none.
std::string Hive::cell(std::uint32_t offset, std::size_t most) {
  if (++cells_ > kMaxCells) {
    cut_short_ = true;
    return {};
  }
  std::string content(kCellSizeBytes + most, '\0');
  content.resize(bytes_->read_at(kHeaderBytes + std::uint64_t{offset}, content));
  const std::uint32_t size = content.size() < kCellSizeBytes ? 0 : std::uint32_t{0} - number_at(content, 0);
  const bool in_use = size > kCellSizeBytes && size <= 0x80000000;
  content.erase(0, kCellSizeBytes);
  content.resize(in_use ? std::min<std::size_t>(content.size(), size - kCellSizeBytes) : 0);
  if (content.empty()) ++damaged_;
  return content;
}

std::optional<RegistryKey> Hive::key_at(std::uint32_t offset) {
  const std::string content = cell(offset, kKeyBytes + kMaxNameBytes);
  if (content.size() < kKeyBytes || !content.starts_with("nk")) {
    damaged_ += content.empty() ? 0 : 1;  // an empty cell was counted as it was read
    return std::nullopt;
  }
  RegistryKey key;
  key.name = name_in(content, kKeyBytes, short_at(content, 72), (short_at(content, 2) & kNarrowKeyName) != 0);
  key.written = evtx::filetime_to_time(long_at(content, 4));
  key.offset = kHeaderBytes + std::uint64_t{offset};
  key.key_count = number_at(content, 20);
  key.key_list = number_at(content, 28);
  key.value_count = number_at(content, 36);
  key.value_list = number_at(content, 40);
  return key;
}

void Hive::append_list(std::string_view list, std::vector<std::uint32_t>& offsets) {
  const std::size_t step = entry_bytes(list);
  if (list.size() < kListHeaderBytes || step == 0) {
    damaged_ += list.empty() ? 0 : 1;
    return;
  }
  const std::size_t count = std::min<std::size_t>(short_at(list, 2), (list.size() - kListHeaderBytes) / step);
  for (std::size_t i = 0; i < count; ++i) {
    if (offsets.size() >= kMaxKeysOfOne) {
      cut_short_ = true;
      return;
    }
    offsets.push_back(number_at(list, kListHeaderBytes + i * step));
  }
}

// A list of keys, no more of it than its own count asks for.
std::string Hive::list_at(std::uint32_t offset) {
  const std::string head = cell(offset, kListHeaderBytes);
  if (head.size() < kListHeaderBytes) return head;
  return cell(offset, kListHeaderBytes + entry_bytes(head) * short_at(head, 2));
}

// A key with many others below it has a list of lists ("ri"), of one level.
std::vector<std::uint32_t> Hive::offsets_of_keys(const RegistryKey& key) {
  std::vector<std::uint32_t> offsets;
  if (key.key_count == 0 || key.key_list == kNone) return offsets;
  const std::string first = list_at(key.key_list);
  if (!first.starts_with("ri")) {
    append_list(first, offsets);
    return offsets;
  }
  std::vector<std::uint32_t> lists;
  append_list(first, lists);
  for (const std::uint32_t list : lists) {
    const std::string below = list_at(list);
    if (below.starts_with("ri")) {
      ++damaged_;
      continue;
    }
    append_list(below, offsets);
    if (cut_short_) break;
  }
  return offsets;
}

std::vector<RegistryKey> Hive::keys_below(const RegistryKey& key) {
  std::vector<RegistryKey> keys;
  for (const std::uint32_t offset : offsets_of_keys(key)) {
    if (auto below = key_at(offset)) keys.push_back(std::move(*below));
    if (cells_ > kMaxCells) break;
  }
  return keys;
}

std::optional<RegistryKey> Hive::find(std::string_view path) {
  auto key = key_at(root_);
  const auto parts = split(path, '\\');
  if (parts.size() > kMaxPathParts) return std::nullopt;
  for (const std::string_view part : parts) {
    if (!key) return std::nullopt;
    auto keys = keys_below(*key);
    const auto next = std::ranges::find_if(
        keys, [&](const RegistryKey& below) { return equals_ignoring_case(below.name, part); });
    if (next == keys.end()) return std::nullopt;
    key = std::move(*next);
  }
  return key;
}

std::optional<std::string> Hive::value_data(std::string_view value) {
  const std::uint32_t size = number_at(value, 4);
  if ((size & kDataInPlace) != 0)
    return std::string(value.substr(8, std::min<std::uint32_t>(size & ~kDataInPlace, 4)));
  if (size > kMaxValueBytes) return std::nullopt;
  if (size == 0) return std::string();
  return cell(number_at(value, 8), size);
}

std::optional<RegistryValue> Hive::value_at(std::uint32_t offset) {
  const std::string content = cell(offset, kValueBytes + kMaxNameBytes);
  if (content.size() < kValueBytes || !content.starts_with("vk")) {
    damaged_ += content.empty() ? 0 : 1;
    return std::nullopt;
  }
  const std::uint32_t type = number_at(content, 12);
  if (type != kText && type != kExpandableText && type != kNumber) return std::nullopt;
  const auto data = value_data(content);
  if (!data || (type == kNumber && data->size() != 4)) return std::nullopt;
  RegistryValue value;
  value.name =
      name_in(content, kValueBytes, short_at(content, 2), (short_at(content, 16) & kNarrowValueName) != 0);
  value.text = type == kNumber ? std::to_string(number_at(*data, 0)) : up_to_nul(utf16le_to_utf8(*data));
  return value;
}

std::vector<RegistryValue> Hive::values_of(const RegistryKey& key) {
  std::vector<RegistryValue> values;
  if (key.value_count == 0 || key.value_list == kNone) return values;
  const std::size_t count = std::min<std::size_t>(key.value_count, kMaxValuesOfOne);
  cut_short_ = cut_short_ || count < key.value_count;
  const std::string list = cell(key.value_list, 4 * count);
  for (std::size_t at = 0; at + 4 <= list.size() && at < 4 * count; at += 4) {
    if (auto value = value_at(number_at(list, at))) values.push_back(std::move(*value));
  }
  return values;
}

}  // namespace afterpatch::records::registry
