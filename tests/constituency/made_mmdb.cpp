#include "constituency/made_mmdb.h"

#include <array>

namespace afterpatch::constituency {
namespace {

constexpr unsigned kString = 2;
constexpr unsigned kUint16 = 5;
constexpr unsigned kUint32 = 6;
constexpr unsigned kMap = 7;
constexpr unsigned kUint64 = 9;
constexpr unsigned kArray = 11;

std::string control(unsigned type, std::size_t size) {
  std::string bytes;
  const auto shown = static_cast<unsigned>(size < 29 ? size : 29);
  bytes.push_back(static_cast<char>(type > 7 ? shown : type << 5U | shown));
  if (type > 7) bytes.push_back(static_cast<char>(type - 7));
  if (size >= 29) bytes.push_back(static_cast<char>(size - 29));
  return bytes;
}

std::string text(const std::string& value) {
  return control(kString, value.size()) + value;
}

std::string number(unsigned type, std::uint64_t value) {
  std::string bytes;
  for (; value != 0; value >>= 8U) bytes.insert(bytes.begin(), static_cast<char>(value & 255U));
  return control(type, bytes.size()) + bytes;
}

std::string data_of(const MmdbRecord& record) {
  std::string fields;
  std::size_t count = 0;
  if (!record.country.empty() && ++count != 0)
    fields += text("country") + control(kMap, 1) + text("iso_code") + text(record.country);
  if (record.as_number != 0 && ++count != 0)
    fields += text("autonomous_system_number") + number(kUint32, record.as_number);
  if (!record.as_name.empty() && ++count != 0)
    fields += text("autonomous_system_organization") + text(record.as_name);
  return control(kMap, count) + fields;
}

std::string metadata(std::size_t nodes) {
  return "\xAB\xCD\xEFMaxMind.com" + control(kMap, 9) + text("binary_format_major_version") +
         number(kUint16, 2) + text("binary_format_minor_version") + number(kUint16, 0) + text("build_epoch") +
         number(kUint64, 1614556800) + text("database_type") + text("Test") + text("description") +
         control(kMap, 0) + text("ip_version") + number(kUint16, 6) + text("languages") + control(kArray, 0) +
         text("node_count") + number(kUint32, nodes) + text("record_size") + number(kUint16, 32);
}

// Bit `index` of the address as one of 128 bits; IPv4 lies in ::/96.
bool bit(const Address& address, unsigned index) {
  return ((index < 64 ? address.high >> (63 - index) : address.low >> (127 - index)) & 1U) != 0;
}

class Tree {
 public:
  void add(const Network& network, std::size_t data_offset) {
    const unsigned length = network.length + (network.first.v6 ? 0 : 96);
    std::size_t node = 0;
    for (unsigned i = 0; i + 1 < length; ++i) {
      const std::size_t side = bit(network.first, i) ? 1 : 0;
      if (nodes_[node][side] < 0) {
        nodes_[node][side] = static_cast<std::int64_t>(nodes_.size());
        nodes_.push_back({kEmpty, kEmpty});
      }
      node = static_cast<std::size_t>(nodes_[node][side]);
    }
    nodes_[node][bit(network.first, length - 1) ? 1 : 0] = kData - static_cast<std::int64_t>(data_offset);
  }

  std::size_t size() const { return nodes_.size(); }
  std::string bytes() const {
    std::string out;
    for (const auto& node : nodes_) {
      for (const std::int64_t record : node) append(out, record);
    }
    return out;
  }

 private:
  static constexpr std::int64_t kEmpty = -1;
  static constexpr std::int64_t kData = -2;  // and below: offset of data

  void append(std::string& out, std::int64_t record) const {
    const auto count = static_cast<std::int64_t>(nodes_.size());
    const std::int64_t value = record >= 0        ? record
                               : record == kEmpty ? count
                                                  : count + 16 + (kData - record);
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
  }

  std::vector<std::array<std::int64_t, 2>> nodes_ = {{kEmpty, kEmpty}};
};

}  // namespace

std::string made_mmdb(const std::vector<MmdbRecord>& records) {
  Tree tree;
  std::string data;
  for (const MmdbRecord& record : records) {
    tree.add(record.network, data.size());
    data += data_of(record);
  }
  return tree.bytes() + std::string(16, '\0') + data + metadata(tree.size());
}

}  // namespace afterpatch::constituency
