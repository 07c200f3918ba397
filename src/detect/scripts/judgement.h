// From what a page does to what it is. Each rule says its reason in its sentence; the limits behind "likely"
// were set so that large public projects stay silent (docs/webshells.md has the figures).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "detect/scripts/act.h"
#include "detect/scripts/script_analysis.h"

namespace afterpatch::detect::scripts {

struct Judged {
  std::string_view text;  // of the page
  const Page* page = nullptr;
  std::span<const Finding> findings;
  std::size_t code_bytes = 0;
  std::size_t combined_texts = 0;  // PHP: bitwise operators between texts
  bool only_declares = false;      // classes and functions, which do nothing until another page calls them
};

// A page of PHP that sets an application up, and ends where a file tells that it was set up before.
bool sets_up_once(std::string_view page);

// Places are offsets in the page's text.
std::vector<Reason> judge(const Judged& judged);

}  // namespace afterpatch::detect::scripts
