// Chunks of EVTX by hand, byte for byte as src/records/evtx/layout.h describes them, and wrong wherever a
// test asks for it. Names are defined where they are first used, as Windows does it.
//
// Example:
//   ChunkMaker chunk;
//   chunk.record(1, [](ChunkMaker& c) { c.fragment().open("Event").close_start().text("x").end().stop(); });
//   EventReader reader;
//   reader.start_chunk(chunk.bytes());
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/evtx/layout.h"

namespace afterpatch::records::evtx {

// ASCII to UTF-16LE.
inline std::string utf16(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) out.append({c, '\0'});
  return out;
}

template <typename Number>
std::string little_endian(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

class ChunkMaker;
using Writer = std::function<void(ChunkMaker&)>;

// A value as it is put into an instance: bytes, or BinXml written in its place.
struct MadeValue {
  ValueType type = ValueType::null;
  std::string bytes = {};
  Writer nested = {};
  bool is_array = false;
};

inline MadeValue made(std::string_view text) {
  return {ValueType::string, utf16(text)};
}

class ChunkMaker {
 public:
  ChunkMaker() : bytes_(kChunkHeaderBytes, '\0') { bytes_.replace(0, kChunkMagic.size(), kChunkMagic); }

  // The bytes so far; the header names all records as its own.
  std::string bytes() const {
    std::string chunk = bytes_;
    const auto end = static_cast<std::uint32_t>(free_space_ != 0 ? free_space_ : chunk.size());
    chunk.replace(48, 4, little_endian(end));
    return chunk;
  }
  std::size_t size() const { return bytes_.size(); }
  std::uint32_t here() const { return static_cast<std::uint32_t>(bytes_.size()); }
  // What follows is left over from an earlier use of the chunk.
  void end_of_records() { free_space_ = bytes_.size(); }

  ChunkMaker& raw(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
  }
  template <typename Number>
  ChunkMaker& number(Number number) {
    return raw(little_endian(number));
  }
  void put(std::size_t at, std::string_view bytes) { bytes_.replace(at, bytes.size(), bytes); }

  // Where the record begins is given back.
  std::size_t record(std::uint64_t id, const Writer& content, std::uint64_t written = 0) {
    const std::size_t begin = size();
    raw(kRecordMagic).number<std::uint32_t>(0).number(id).number(written);
    content(*this);
    const auto record_size = static_cast<std::uint32_t>(size() - begin + 4);
    put(begin + 4, little_endian(record_size));
    number(record_size);
    return begin;
  }

  // Plain elements of nested values have no dependency ids.
  ChunkMaker& dependency_ids(bool written) {
    has_dependency_ids_ = written;
    return *this;
  }
  ChunkMaker& token(Token kind, std::uint8_t flags = 0) {
    return number(static_cast<std::uint8_t>(static_cast<std::uint8_t>(kind) | flags));
  }
  ChunkMaker& fragment() { return token(Token::fragment_header).raw({"\x01\x01\x00", 3}); }
  ChunkMaker& stop() { return token(Token::end_of_stream); }

  ChunkMaker& name(std::string_view text) {
    const auto [known, is_new] = names_.try_emplace(std::string(text), here() + 4);
    number(known->second);
    if (is_new) define_name(text);
    return *this;
  }
  // Next name of the bucket (4), hash (2), characters (2), text, NUL.
  ChunkMaker& define_name(std::string_view text) {
    std::uint32_t hash = 0;
    for (const char c : text) hash = hash * 65599 + static_cast<std::uint8_t>(c);
    number<std::uint32_t>(0).number(static_cast<std::uint16_t>(hash));
    return number(static_cast<std::uint16_t>(text.size())).raw(utf16(text)).number<std::uint16_t>(0);
  }
  void forget_names() { names_.clear(); }

  ChunkMaker& open(std::string_view element) { return open_with(element, 0); }
  ChunkMaker& open_with_attributes(std::string_view element) { return open_with(element, kMoreData); }
  ChunkMaker& attribute(std::string_view text) { return token(Token::attribute).name(text); }
  ChunkMaker& close_start() { return token(Token::close_start_element); }
  ChunkMaker& end() { return finish(Token::end_element); }
  ChunkMaker& close_empty() { return finish(Token::close_empty_element); }
  ChunkMaker& text(std::string_view ascii) {
    token(Token::value).number(static_cast<std::uint8_t>(ValueType::string));
    return number(static_cast<std::uint16_t>(ascii.size())).raw(utf16(ascii));
  }
  ChunkMaker& slot(std::uint16_t number_of_value, ValueType type = ValueType::string) {
    return token(Token::normal_substitution).number(number_of_value).number(static_cast<std::uint8_t>(type));
  }
  ChunkMaker& optional(std::uint16_t number_of_value, ValueType type = ValueType::string) {
    token(Token::optional_substitution).number(number_of_value);
    return number(static_cast<std::uint8_t>(type));
  }
  // <name>text</name>
  ChunkMaker& element(std::string_view element, const Writer& content) {
    open(element).close_start();
    content(*this);
    return end();
  }

  // An instance of the template whose GUID begins with `guid_begin`: defined inline the first time.
  ChunkMaker& instance(std::uint32_t guid_begin, const Writer& definition,
                       const std::vector<MadeValue>& values_of_instance) {
    const auto [known, is_new] = templates_.try_emplace(guid_begin, here() + 10);
    instance_of(known->second, guid_begin);
    if (is_new) define(guid_begin, definition);
    return values(values_of_instance);
  }
  ChunkMaker& instance_of(std::uint32_t offset, std::uint32_t guid_begin) {
    return token(Token::template_instance).number<std::uint8_t>(1).number(guid_begin).number(offset);
  }
  ChunkMaker& define(std::uint32_t guid_begin, const Writer& definition) {
    number<std::uint32_t>(0).number(guid_begin).raw(std::string(12, 'g'));
    const std::size_t size_at = size();
    number<std::uint32_t>(0);
    const bool outer = std::exchange(has_dependency_ids_, true);
    fragment();
    definition(*this);
    stop();
    has_dependency_ids_ = outer;
    put(size_at, little_endian(static_cast<std::uint32_t>(size() - size_at - 4)));
    return *this;
  }
  ChunkMaker& values(const std::vector<MadeValue>& list) {
    number(static_cast<std::uint32_t>(list.size()));
    const std::size_t descriptors = size();
    for (const MadeValue& value : list) {
      const auto type = static_cast<std::uint8_t>(value.type);
      number<std::uint16_t>(0).number(static_cast<std::uint8_t>(type | (value.is_array ? kArray : 0)));
      number<std::uint8_t>(0);
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::size_t begin = size();
      raw(list[i].bytes);
      if (list[i].nested) list[i].nested(*this);
      put(descriptors + 4 * i, little_endian(static_cast<std::uint16_t>(size() - begin)));
    }
    return *this;
  }

 private:
  ChunkMaker& open_with(std::string_view element, std::uint8_t flags) {
    token(Token::open_start_element, flags);
    if (has_dependency_ids_) number<std::uint16_t>(0xFFFF);
    open_sizes_.push_back(size());
    number<std::uint32_t>(0);
    name(element);
    return flags == 0 ? *this : number<std::uint32_t>(0);
  }
  ChunkMaker& finish(Token kind) {
    token(kind);
    if (open_sizes_.empty()) return *this;
    put(open_sizes_.back(), little_endian(static_cast<std::uint32_t>(size() - open_sizes_.back() - 4)));
    open_sizes_.pop_back();
    return *this;
  }

  std::string bytes_;
  std::size_t free_space_ = 0;
  bool has_dependency_ids_ = true;
  std::map<std::string, std::uint32_t> names_;
  std::map<std::uint32_t, std::uint32_t> templates_;
  std::vector<std::size_t> open_sizes_;
};

}  // namespace afterpatch::records::evtx
