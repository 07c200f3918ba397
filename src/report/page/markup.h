// Markup that can't be unescaped by accident. `Html` is a type of its own: it is made of elements, whose
// names are literals of this program, and of text(), which escapes. No std::string from evidence converts to
// it.
//
// Example:
//   Html row = element("tr", {}, {element("td", {{"class", "path"}}, text(door.path))});
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace afterpatch::report {

// Text of this program, never of evidence: only a constant expression makes one.
class Literal {
 public:
  consteval Literal(const char* text)
      : text_(text) {}  // NOLINT(google-explicit-constructor): that is its use
  constexpr std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

class Html {
 public:
  Html() = default;
  Html(std::initializer_list<Html> parts) {
    for (const Html& part : parts) markup_ += part.markup_;
  }

  Html& operator+=(const Html& more) {
    markup_ += more.markup_;
    return *this;
  }
  friend Html operator+(Html left, const Html& right) { return left += right; }

  bool empty() const { return markup_.empty(); }
  const std::string& markup() const { return markup_; }

 private:
  friend Html text(std::string_view bytes, std::size_t limit);
  friend Html literal_markup(Literal markup);
  friend class ElementWriter;
  std::string markup_;
};

// An attribute; its value is escaped when it is written. One that is only a name ("open") has an empty value.
struct Attribute {
  Attribute(Literal attribute_name, std::string_view attribute_value)
      : name(attribute_name), value(attribute_value) {}
  Attribute(Literal attribute_name, double number);  // at most one digit after the point: for drawings
  Literal name;
  std::string value;
};
using Attributes = std::vector<Attribute>;

// Evidence or words, escaped; at most about `limit` bytes of it.
Html text(std::string_view bytes, std::size_t limit = 4096);

// Markup written in this program (style sheet, script, doctype).
Html literal_markup(Literal markup);

Html element(Literal tag, const Attributes& attributes, const Html& content);
Html element(Literal tag, const Html& content);
Html element(Literal tag, std::string_view words);                                // escaped
Html element(Literal tag, const Attributes& attributes, std::string_view words);  // escaped

// An element without content or end tag: input, meta, br, hr; in drawings: rect, line, ...
Html void_element(Literal tag, const Attributes& attributes);

}  // namespace afterpatch::report
