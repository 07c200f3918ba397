#include "report/page/markup.h"

#include <fmt/format.h>

#include "base/escape.h"

namespace afterpatch::report {

// The one place that writes angle brackets.
class ElementWriter {
 public:
  static Html start(Literal tag, const Attributes& attributes, std::string_view end) {
    Html html;
    html.markup_ += '<';
    html.markup_ += tag.view();
    for (const Attribute& attribute : attributes) {
      html.markup_ += fmt::format(" {}=\"{}\"", attribute.name.view(), escape_html(attribute.value));
    }
    html.markup_ += end;
    return html;
  }
  static void finish(Html& html, Literal tag) { html.markup_ += fmt::format("</{}>", tag.view()); }
};

Attribute::Attribute(Literal attribute_name, double number)
    : name(attribute_name), value(fmt::format("{:.1f}", number)) {
  if (value.ends_with(".0")) value.resize(value.size() - 2);
}

Html text(std::string_view bytes, std::size_t limit) {
  Html html;
  html.markup_ = escape_html(bytes, limit);
  return html;
}

Html literal_markup(Literal markup) {
  Html html;
  html.markup_ = markup.view();
  return html;
}

Html element(Literal tag, const Attributes& attributes, const Html& content) {
  Html html = ElementWriter::start(tag, attributes, ">");
  html += content;
  ElementWriter::finish(html, tag);
  return html;
}

Html element(Literal tag, const Html& content) {
  return element(tag, {}, content);
}

Html element(Literal tag, std::string_view words) {
  return element(tag, {}, text(words));
}

Html element(Literal tag, const Attributes& attributes, std::string_view words) {
  return element(tag, attributes, text(words));
}

Html void_element(Literal tag, const Attributes& attributes) {
  return ElementWriter::start(tag, attributes, "/>");
}

}  // namespace afterpatch::report
