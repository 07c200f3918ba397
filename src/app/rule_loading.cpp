#include "app/rule_loading.h"

#include <system_error>

#include "detect/sigma/placeholder_file.h"

namespace afterpatch::app {

Result<detect::sigma::RuleSet> load_rules(const RulePaths& paths) {
  for (const auto& path : paths.rules) {
    std::error_code error;
    if (!std::filesystem::exists(path, error))
      return fail("no such file or folder", path.string(), "check the path of the rules");
  }
  detect::sigma::Placeholders placeholders;
  if (!paths.placeholders.empty()) {
    auto loaded = detect::sigma::load_placeholders(paths.placeholders);
    if (!loaded) return std::unexpected(loaded.error());
    placeholders = std::move(*loaded);
  }
  return detect::sigma::load_rules(paths.rules, placeholders);
}

}  // namespace afterpatch::app
