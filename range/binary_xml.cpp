#include "range/binary_xml.h"

#include "range/evtx_value.h"

namespace afterpatch::range {
namespace {

enum Token : std::uint8_t {
  kEndOfStream = 0x00,
  kOpenStart = 0x01,
  kCloseStart = 0x02,
  kCloseEmpty = 0x03,
  kEndElement = 0x04,
  kValue = 0x05,
  kAttribute = 0x06,
  kTemplateInstance = 0x0c,
  kSlot = 0x0d,
  kOptionalSlot = 0x0e,
  kFragment = 0x0f,
  kMore = 0x40  // added: attributes or more of them follow
};

constexpr std::size_t kNameTable = 128;  // 64 offsets
constexpr std::uint32_t kNameBuckets = 64;
constexpr std::size_t kTemplateTable = 384;  // 32 offsets
constexpr std::uint32_t kTemplateBuckets = 32;

// libevtx documentation, "Name": the low half of a multiplicative hash over UTF-16.
std::uint16_t name_hash(std::string_view utf16) {
  std::uint32_t hash = 0;
  for (std::size_t i = 0; i + 1 < utf16.size(); i += 2) {
    const auto unit = static_cast<std::uint32_t>(static_cast<unsigned char>(utf16[i]) |
                                                 (static_cast<unsigned char>(utf16[i + 1]) << 8U));
    hash = hash * 65599U + unit;
  }
  return static_cast<std::uint16_t>(hash);
}

std::string to_utf16(std::string_view utf8) {
  std::string out;
  append_utf16(out, utf8);
  return out;
}

std::uint32_t to_offset(std::size_t position) {
  return static_cast<std::uint32_t>(position);
}

}  // namespace

std::uint32_t BinaryXml::number_at(std::size_t offset) const {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(chunk_[offset + i]);
  return value;
}

void BinaryXml::fragment() {
  chunk_.push_back(kFragment);
  chunk_.append({1, 1, 0});  // version 1.1, no flags
}

void BinaryXml::end_of_stream() {
  chunk_.push_back(kEndOfStream);
}

// A name is: next name of the same bucket u32, hash u16, number of characters u16, text, end mark u16.
std::uint32_t BinaryXml::find_name(std::string_view utf16, std::uint16_t hash) const {
  std::uint32_t at = number_at(kNameTable + hash % kNameBuckets * 4U);
  for (; at != 0; at = number_at(at)) {
    const bool same_length = number_at(at + 4) >> 16U == utf16.size() / 2;
    if (same_length && std::string_view(chunk_).substr(at + 8, utf16.size()) == utf16) break;
  }
  return at;
}

void BinaryXml::name(std::string_view utf8) {
  const std::string utf16 = to_utf16(utf8);
  const std::uint16_t hash = name_hash(utf16);
  if (const std::uint32_t known = find_name(utf16, hash); known != 0)
    return append_little_endian(chunk_, known);
  const std::uint32_t here = to_offset(chunk_.size() + 4);
  const std::size_t bucket = kNameTable + hash % kNameBuckets * 4U;
  append_little_endian(chunk_, here);
  append_little_endian(chunk_, number_at(bucket));
  append_little_endian(chunk_, hash);
  append_little_endian(chunk_, static_cast<std::uint16_t>(utf16.size() / 2));
  chunk_ += utf16;
  chunk_.append(2, '\0');
  store_little_endian(chunk_, bucket, here);
}

void BinaryXml::open(std::string_view element, bool attributes, std::uint16_t dependency) {
  chunk_.push_back(static_cast<char>(attributes ? kOpenStart | kMore : kOpenStart));
  append_little_endian(chunk_, dependency);
  open_[depth_] = {chunk_.size(), 0};
  append_little_endian(chunk_, std::uint32_t{0});
  name(element);
  if (attributes) {
    open_[depth_].attributes_at = chunk_.size();
    append_little_endian(chunk_, std::uint32_t{0});
  }
  ++depth_;
}

void BinaryXml::attribute(std::string_view attribute_name, bool more_follow) {
  chunk_.push_back(static_cast<char>(more_follow ? kAttribute | kMore : kAttribute));
  name(attribute_name);
}

void BinaryXml::end_attributes() {
  const std::size_t at = open_[depth_ - 1].attributes_at;
  if (at != 0) store_little_endian(chunk_, at, to_offset(chunk_.size() - at - 4));
}

void BinaryXml::content() {
  end_attributes();
  chunk_.push_back(kCloseStart);
}

void BinaryXml::close() {
  chunk_.push_back(kEndElement);
  const std::size_t at = open_[--depth_].size_at;
  store_little_endian(chunk_, at, to_offset(chunk_.size() - at - 4));
}

void BinaryXml::close_empty() {
  end_attributes();
  chunk_.push_back(kCloseEmpty);
  const std::size_t at = open_[--depth_].size_at;
  store_little_endian(chunk_, at, to_offset(chunk_.size() - at - 4));
}

void BinaryXml::text(std::string_view utf8) {
  chunk_.push_back(kValue);
  chunk_.push_back(static_cast<char>(EvtxType::text));
  const std::size_t length_at = chunk_.size();
  append_little_endian(chunk_, std::uint16_t{0});
  append_utf16(chunk_, utf8);
  store_little_endian(chunk_, length_at, static_cast<std::uint16_t>((chunk_.size() - length_at - 2) / 2));
}

void BinaryXml::slot(std::uint16_t number, EvtxType type, bool optional) {
  chunk_.push_back(static_cast<char>(optional ? kOptionalSlot : kSlot));
  append_little_endian(chunk_, number);
  chunk_.push_back(static_cast<char>(type));
}

// A definition is: next one of the same bucket u32, GUID, size u32, document. Its short id, the first four
// bytes of the GUID, stands in every instance.
bool BinaryXml::begin_instance(std::string_view guid) {
  chunk_.push_back(kTemplateInstance);
  chunk_.push_back(1);
  chunk_ += guid.substr(0, 4);
  const std::uint32_t id = number_at(chunk_.size() - 4);
  std::uint32_t at = number_at(kTemplateTable + id % kTemplateBuckets * 4U);
  while (at != 0 && std::string_view(chunk_).substr(at + 4, 16) != guid) at = number_at(at);
  append_little_endian(chunk_, at != 0 ? at : to_offset(chunk_.size() + 4));
  return at != 0;
}

std::size_t BinaryXml::begin_definition(std::string_view guid) {
  const std::uint32_t here = to_offset(chunk_.size());
  const std::uint32_t id = number_at(chunk_.size() - 8);
  const std::size_t bucket = kTemplateTable + id % kTemplateBuckets * 4U;
  append_little_endian(chunk_, number_at(bucket));
  chunk_ += guid;
  append_little_endian(chunk_, std::uint32_t{0});
  store_little_endian(chunk_, bucket, here);
  return chunk_.size() - 4;
}

void BinaryXml::end_definition(std::size_t size_at) {
  store_little_endian(chunk_, size_at, to_offset(chunk_.size() - size_at - 4));
}

}  // namespace afterpatch::range
