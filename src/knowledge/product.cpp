#include "knowledge/product.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace afterpatch::knowledge {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

// "Exchange2016" to "Exchange 2016", "ExchangeSE" to "Exchange SE".
std::string spaced(std::string_view product) {
  std::string out;
  for (std::size_t i = 0; i < product.size(); ++i) {
    const bool starts_part = is_digit(product[i]) || is_upper(product[i]);
    const bool inside_part = i > 0 && (is_digit(product[i - 1]) || is_upper(product[i - 1]));
    if (i > 0 && starts_part && !inside_part) out.push_back(' ');
    out.push_back(product[i]);
  }
  return out;
}

// Where the path below `folder` begins inside `path`, both folded; npos if the folder rule does not fit.
std::size_t below(const WebFolder& rule, std::string_view path) {
  for (std::size_t at = path.find(rule.folder); at != std::string_view::npos;
       at = path.find(rule.folder, at + 1)) {
    const std::size_t end = at + rule.folder.size();
    if (end >= path.size() || path[end] != '\\') continue;
    if (rule.recursive || path.find('\\', end + 1) == std::string_view::npos) return end + 1;
  }
  return std::string_view::npos;
}

}  // namespace

std::string BuildInfo::name() const {
  std::string name = spaced(product) + " " + cu;
  if (!su.empty()) name += " " + su;
  return name;
}

const BuildInfo* Product::find(const Build& build) const {
  const auto found = std::ranges::lower_bound(builds, build, {}, &BuildInfo::build);
  return found != builds.end() && found->build == build ? &*found : nullptr;
}

const BuildInfo* Product::nearest(const Build& build) const {
  const auto above = std::ranges::upper_bound(builds, build, {}, &BuildInfo::build);
  if (above == builds.begin()) return nullptr;
  const BuildInfo& below_it = *(above - 1);
  return branch_of(below_it.build) == branch_of(build) ? &below_it : nullptr;
}

std::string Product::branch_of(const Build& build) const {
  const std::string two = fmt::format("{}.{}", build.parts[0], build.parts[1]);
  if (std::ranges::find(short_branches_, two) != short_branches_.end()) return two;
  return fmt::format("{}.{}", two, build.parts[2]);
}

bool Product::knows_cve(std::string_view cve) const {
  return affected_products_.contains(std::string(cve));
}

std::optional<Timestamp> Product::support_ends(const Build& build) const {
  const auto product = branch_products_.find(branch_of(build));
  if (product == branch_products_.end()) return std::nullopt;
  const auto day = support_ends_.find(product->second);
  return day == support_ends_.end() ? std::nullopt : std::optional(day->second);
}

FixStatus Product::fix_status(const Build& build, std::string_view cve) const {
  const auto affected = affected_products_.find(std::string(cve));
  const std::string branch = branch_of(build);
  const auto product = branch_products_.find(branch);
  if (affected == affected_products_.end() || product == branch_products_.end()) return {};
  if (std::ranges::find(affected->second, product->second) == affected->second.end()) {
    return {FixState::not_affected, std::nullopt};
  }
  const auto found = fixes_.find({affected->first, branch});
  if (found == fixes_.end()) return {};
  const Fix& fix = found->second;
  if (!fix.first_fixed) return {FixState::no_fix, std::nullopt};
  const bool fixed = fix.whole_branch || build >= *fix.first_fixed;
  return {fixed ? FixState::fixed : FixState::vulnerable, fix.first_fixed};
}

KnownGoodAnswer Product::known_good(std::string_view windows_path, std::string_view sha256) const {
  return known_good_.answer(windows_path, sha256);
}

const WebFolder* Product::web_folder(std::string_view windows_path) const {
  const std::string path = fold_windows_path(windows_path);
  const auto fits = [&](const WebFolder& rule) { return below(rule, path) != std::string_view::npos; };
  const auto found = std::ranges::find_if(web_folders, fits);
  return found == web_folders.end() ? nullptr : &*found;
}

// The rule is found on the folded path, while the URL keeps version folders as they are, so both are counted
// in parts from the end. A rule for "\version" folders takes its last part from the path, too.
std::string Product::url_of(std::string_view windows_path) const {
  constexpr std::string_view kVersion = "/version";
  const WebFolder* rule = web_folder(windows_path);
  if (rule == nullptr) return {};
  const std::string path = fold_windows_path(windows_path);
  const std::string_view rest = std::string_view(path).substr(below(*rule, path));
  const bool is_version = rule->url.ends_with(kVersion);
  const auto taken = std::ranges::count(rest, '\\') + (is_version ? 2 : 1);
  std::string url =
      rule->url == "/" ? "" : rule->url.substr(0, rule->url.size() - (is_version ? kVersion.size() : 0));
  const auto parts = split(windows_path, '\\');
  for (auto part = parts.end() - taken; part != parts.end(); ++part) url += "/" + to_lower_ascii(*part);
  return url;
}

}  // namespace afterpatch::knowledge
