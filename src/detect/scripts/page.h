// A web page cut into the parts that a server runs. Tolerant: a tag that is never closed runs to the end of
// the file, as servers take it; what can't be understood is left out. Nothing is run. Linear in the page.
//
//   Page page = read_page("<%@ Page Language=\"C#\" %><h1><%= Request[\"x\"] %></h1>", PageKind::aspnet);
//   page.regions[0].language == Language::csharp, page.regions[0].prints
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/scripts/language.h"

namespace afterpatch::detect::scripts {

// Which engine a page belongs to. `unknown` lets the page's own text decide.
enum class PageKind : std::uint8_t { php, asp, aspnet, razor, jsp, unknown };

struct Region {
  Language language = Language::php;
  bool prints = false;  // "<%= ... %>"
  std::size_t at = 0;   // of the code in the page's text
  std::string_view code;
  bool xml = false;  // the content of an element: entities and CDATA marks are to be resolved
};

struct Page {
  PageKind kind = PageKind::unknown;
  std::vector<Region> regions;  // in the order of the page
  std::vector<std::string>
      control_ids;  // lower case ids of elements with runat="server": what they hold is sent by the visitor
  // Elements "<object runat=server>": id and the class it stands for, by its ProgID, lower case.
  std::vector<std::pair<std::string, std::string_view>> objects;
  std::size_t includes = 0;  // parts that lie in other files: server-side includes, master pages, controls
};

inline constexpr std::size_t kMaxRegions = 20'000;

// By a file's extension with its dot, in lower case; `unknown` for anything else.
PageKind kind_of_extension(std::string_view extension);
// Of a page whose name tells nothing ("x.aspx.txt", "upload"): by the marks in the text.
PageKind kind_of_text(std::string_view text);

// `text` must outlive the result.
Page read_page(std::string_view text, PageKind kind);

}  // namespace afterpatch::detect::scripts
