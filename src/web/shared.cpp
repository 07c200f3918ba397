#include "web/shared.h"

#include <fmt/format.h>

namespace afterpatch::web {

Shared::Shared(Settings chosen) : settings(std::move(chosen)), uploads(settings.uploads) {}

std::string Shared::mark() const {
  const std::lock_guard lock(mutex_);
  return fmt::format("{}/{}", store_mark_, changes_here_.load());
}

void Shared::set_mark(const std::string& store_mark) {
  const std::lock_guard lock(mutex_);
  store_mark_ = store_mark;
}

}  // namespace afterpatch::web
