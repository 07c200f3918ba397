#include "base/error.h"

namespace afterpatch {

std::string to_string(const Error& error) {
  std::string text = error.where.empty() ? error.what : error.where + ": " + error.what;
  if (!error.next.empty()) text += " (" + error.next + ")";
  return text;
}

}  // namespace afterpatch
