// Writes one JSON value after the other into a string: no tree in memory, keys in the order in which they are
// given, so the same report gives the same bytes.
//
// Example:
//   JsonWriter json(JsonWriter::Layout::compact);
//   json.begin_object();
//   json.field("line", std::uint64_t{12});
//   json.end_object();            // json.take() == R"({"line":12})"
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace afterpatch::report {

// Text is made well-formed UTF-8; control, bidirectional and other invisible characters are written as
// \uXXXX, so that JSON shown in a terminal can't drive it. Not thread-safe.
class JsonWriter {
 public:
  enum class Layout { compact, indented };
  explicit JsonWriter(Layout layout) : layout_(layout) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name);

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(bool truth);
  void value(double number);   // 0 to 1 in this document; written with at most 4 digits after the point
  void value(Timestamp time);  // ISO 8601 in UTC; null for the epoch, which stands for "not known"
  void value(std::integral auto number) { scalar(std::to_string(number)); }
  void null() { scalar("null"); }

  void field(std::string_view name, const auto& content) {
    key(name);
    value(content);
  }
  // An array of scalars, on one line in both layouts.
  void field(std::string_view name, const std::vector<std::string>& texts) { list(name, texts); }
  void field(std::string_view name, const std::vector<std::size_t>& numbers) { list(name, numbers); }

  std::string take() { return std::move(out_); }

 private:
  void list(std::string_view name, const auto& items) {
    key(name);
    open('[');
    one_line_ = true;
    for (const auto& item : items) value(item);
    close(']');
    one_line_ = false;
  }
  void open(char bracket);
  void close(char bracket);
  void before_value();
  void new_line();
  void scalar(std::string_view text);

  std::string out_;
  Layout layout_;
  std::size_t depth_ = 0;
  bool first_ = true;  // nothing has been written yet at this depth
  bool after_key_ = false;
  bool one_line_ = false;  // inside an array of scalars
};

}  // namespace afterpatch::report
