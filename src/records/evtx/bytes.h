// Little-endian numbers out of bytes whose length is checked by the caller, as everything in an EVTX file is
// little-endian and anything in it may lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace afterpatch::records::evtx {

// REQUIRES: at + sizeof(Number) <= bytes.size().
template <typename Number>
Number load(std::string_view bytes, std::size_t at) {
  Number number;
  std::memcpy(&number, bytes.data() + at, sizeof number);  // every platform we build for is little-endian
  return number;
}

// Whether `count` bytes from `at` lie inside `bytes`. Neither sum can overflow.
inline bool holds(std::string_view bytes, std::size_t at, std::size_t count) {
  return at <= bytes.size() && count <= bytes.size() - at;
}

// Reads on from a place; after a read past the end failed() is true and every number is 0.
class Cursor {
 public:
  Cursor(std::string_view bytes, std::size_t at) : bytes_(bytes), at_(at) {}

  template <typename Number>
  Number take() {
    if (!holds(bytes_, at_, sizeof(Number))) return fail<Number>();
    const auto number = load<Number>(bytes_, at_);
    at_ += sizeof(Number);
    return number;
  }
  std::string_view take_bytes(std::size_t count) {
    if (!holds(bytes_, at_, count)) return fail<std::string_view>();
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }

  std::string_view bytes() const { return bytes_; }
  std::size_t at() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }
  bool failed() const { return failed_; }
  void move_to(std::size_t at) { at_ = at <= bytes_.size() ? at : bytes_.size(); }
  std::uint8_t peek() const { return at_ < bytes_.size() ? static_cast<std::uint8_t>(bytes_[at_]) : 0; }
  bool at_end() const { return at_ >= bytes_.size(); }

 private:
  template <typename Number>
  Number fail() {
    failed_ = true;
    at_ = bytes_.size();
    return Number{};
  }

  std::string_view bytes_;
  std::size_t at_;
  bool failed_ = false;
};

}  // namespace afterpatch::records::evtx
