#include "report/json_writer.h"

#include <fmt/format.h>

#include "base/escape.h"
#include "base/text.h"

namespace afterpatch::report {
namespace {

// escape_terminal() knows what is invisible. It is asked per character, since its escapes are not those of
// JSON.
bool is_shown_as_it_is(std::string_view character) {
  return escape_terminal(character) == character;
}

std::size_t length_of_character(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0x80) return 1;
  return byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

char32_t code_point_of(std::string_view character) {
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(character[i]));
  };
  if (character.size() == 1) return byte(0);
  char32_t code_point = byte(0) & (0x7FU >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i) code_point = (code_point << 6U) | (byte(i) & 0x3FU);
  return code_point;
}

void append_escape(std::string& out, char32_t c) {
  const auto unit = [&out](char32_t u) { out += fmt::format("\\u{:04x}", static_cast<unsigned>(u)); };
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else if (c < 0x10000) {
    unit(c);
  } else {
    unit(0xD800 + ((c - 0x10000) >> 10U));
    unit(0xDC00 + ((c - 0x10000) & 0x3FFU));
  }
}

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::string_view character = text.substr(0, length_of_character(text.front()));
    if (is_plain(character.front())) {
      out += character;
    } else if (character == "\"" || character == "\\") {
      out += '\\';
      out += character;
    } else if (is_shown_as_it_is(character)) {
      out += character;
    } else {
      append_escape(out, code_point_of(character));
    }
    text.remove_prefix(character.size());
  }
  return out + '"';
}

}  // namespace

void JsonWriter::key(std::string_view name) {
  before_value();
  out_ += quoted(to_utf8(name));
  out_ += layout_ == Layout::indented ? ": " : ":";
  after_key_ = true;
}

void JsonWriter::value(std::string_view text) {
  scalar(quoted(to_utf8(text)));
}

void JsonWriter::value(bool truth) {
  scalar(truth ? "true" : "false");
}

void JsonWriter::value(double number) {
  std::string text = fmt::format("{:.4f}", number == number ? number : 0.0);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  scalar(text);
}

void JsonWriter::value(Timestamp time) {
  if (time == Timestamp{}) return null();
  scalar(quoted(to_iso8601(time)));
}

void JsonWriter::open(char bracket) {
  before_value();
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (!first_ && !one_line_) new_line();
  out_ += bracket;
  first_ = false;
}

void JsonWriter::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!first_) out_ += one_line_ && layout_ == Layout::indented ? ", " : ",";
  if (depth_ > 0 && !one_line_) new_line();
  first_ = false;
}

void JsonWriter::new_line() {
  if (layout_ == Layout::compact) return;
  out_ += '\n';
  out_.append(depth_ * 2, ' ');
}

void JsonWriter::scalar(std::string_view text) {
  before_value();
  out_ += text;
  first_ = false;
}

}  // namespace afterpatch::report
