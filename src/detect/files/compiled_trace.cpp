#include "detect/files/compiled_trace.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "detect/files/file_places.h"
#include "detect/files/placement.h"

namespace afterpatch::detect::files {
namespace {

using knowledge::KnownGoodAnswer;

constexpr std::size_t kMaxVirtualPath = 1024;

std::string resolve_entities(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string out;
  while (!text.empty()) {
    bool resolved = false;
    for (const auto& [entity, character] : kEntities) {
      if (!text.starts_with(entity)) continue;
      out.push_back(character);
      text.remove_prefix(entity.size());
      resolved = true;
      break;
    }
    if (resolved) continue;
    out.push_back(text.front());
    text.remove_prefix(1);
  }
  return out;
}

enum class Standing { shipped, added_to_closed_folder, elsewhere };

// One URL can be served from several folders (front end and back end), and any of them may explain the page.
// The page was added to a closed folder only if every folder that serves the URL most directly is closed.
Standing standing_of(const knowledge::Product& product, std::string_view virtual_path) {
  std::size_t longest = 0;
  bool closed = false;
  for (const knowledge::WebFolder& folder : product.web_folders) {
    const auto below = below_url(virtual_path, folder.url);
    if (!below) continue;
    const std::string path = folder.folder + *below;
    if (product.known_good(path, "") != KnownGoodAnswer::unknown_path) return Standing::shipped;
    if (folder.url.size() < longest) continue;
    const bool as_direct = folder.url.size() == longest;
    closed = is_closed_folder(product, path) && (!as_direct || closed);
    longest = folder.url.size();
  }
  return closed ? Standing::added_to_closed_folder : Standing::elsewhere;
}

}  // namespace

bool is_compiled_trace(std::string_view windows_path) {
  return windows_path.ends_with(".compiled") && passes_through(windows_path, "\\temporary asp.net files");
}

std::optional<std::string> virtual_path_of(std::string_view xml) {
  constexpr std::string_view kAttribute = "virtualPath=\"";
  const auto at = xml.find(kAttribute);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view value = xml.substr(at + kAttribute.size(), kMaxVirtualPath + 1);
  const auto end = value.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  return resolve_entities(value.substr(0, end));
}

std::optional<Claim> judge_ran_page(const knowledge::Product& product, const std::string& url_path) {
  std::string as_file = "\\" + url_path;
  for (char& c : as_file) c = c == '/' ? '\\' : to_lower_ascii(c);
  if (!has_extension(as_file, product.web_extensions)) return std::nullopt;
  const Standing standing = standing_of(product, url_path);
  if (standing == Standing::shipped) return std::nullopt;
  const bool closed = standing == Standing::added_to_closed_folder;
  Claim claim;
  claim.kind = RuleKind::placement;
  claim.rule_id = "compiled-trace-of-unknown-page";
  claim.title = "ASP.NET compiled a page that the product never shipped";
  claim.step = Step::backdoor_trace;
  claim.confidence = closed ? Confidence::likely : Confidence::possible;
  claim.reason =
      "ASP.NET keeps this trace of a page that was run at least once, and no build in the tables shipped "
      "that page";
  if (!closed) claim.reason += "; other sites, add-ons and later builds may have it";
  claim.techniques = {"T1505.003"};
  claim.facts = {{"path", url_path}};
  return claim;
}

std::optional<Claim> judge_compiled_trace(const knowledge::Product& product, std::string_view xml) {
  const std::string text = xml.starts_with("\xff\xfe") ? utf16le_to_utf8(xml.substr(2)) : std::string(xml);
  const auto path = virtual_path_of(text);
  if (!path) return std::nullopt;
  auto claim = judge_ran_page(product, *path);
  if (claim) claim->raw = text;
  return claim;
}

}  // namespace afterpatch::detect::files
