#include "store/keepable.h"

#include <algorithm>

#include "base/text.h"

namespace afterpatch::store {

bool is_keepable(std::string_view text) {
  return text.find('\0') == std::string_view::npos && is_utf8(text);
}

Result<void> check_keepable(std::initializer_list<std::string_view> texts, const std::string& where) {
  if (std::all_of(texts.begin(), texts.end(), is_keepable)) return {};
  return fail("a text holds a NUL or is no UTF-8", where);
}

}  // namespace afterpatch::store
