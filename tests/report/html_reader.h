// Reads our own page strictly: anything that is not an element, a quoted attribute, text without '<' or the
// one doctype is an error, and so is an element that is not closed. A page that passes can't hold markup that
// came from evidence unescaped, as long as its tags and attributes are those that the page's own code writes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::report {

struct PageElement {
  std::string tag;
  std::map<std::string, std::string> attributes;  // values as written, still escaped
  std::vector<std::string> ancestors;             // tags, outermost first
  std::string text;                               // directly inside, still escaped
};

struct PageReading {
  std::vector<PageElement> elements;  // in document order
  std::string error;                  // empty if the page is sound
};

PageReading read_page(std::string_view page);

}  // namespace afterpatch::report
