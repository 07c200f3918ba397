#include "detect/files/placement.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "detect/files/file_places.h"

namespace afterpatch::detect::files {
namespace {

using knowledge::KnownGoodAnswer;
using std::string_view_literals::operator""sv;

constexpr std::array kPlainIisFiles = {"iisstart.htm"sv, "iisstart.png"sv, "welcome.png"sv, "iis-85.png"sv,
                                       "web.config"sv};

Claim placement_claim(std::string rule_id, std::string title, Step step, Confidence confidence,
                      std::string reason) {
  Claim claim;
  claim.kind = RuleKind::placement;
  claim.rule_id = std::move(rule_id);
  claim.title = std::move(title);
  claim.step = step;
  claim.confidence = confidence;
  claim.reason = std::move(reason);
  if (step == Step::backdoor_file) claim.techniques = {"T1505.003"};
  return claim;
}

Claim script_where_none_belongs(const PlacedFile& file, const knowledge::WebFolder& folder) {
  const bool inert = file.size == 0 || file.bare_dump;
  std::string reason = fmt::format("No script belongs in {}", folder.folder);
  if (!folder.why.empty()) reason += ": " + folder.why;
  if (file.size == 0) reason += "; the file is empty";
  if (file.bare_dump)
    reason += "; it holds a virtual directory's settings without script, so it does nothing now";
  return placement_claim("placement-script-where-none-belongs", "Script in a folder that never holds scripts",
                         inert ? Step::context : Step::backdoor_file,
                         inert ? Confidence::possible : Confidence::likely, std::move(reason));
}

Claim script_never_shipped(const PlacedFile& file, bool closed) {
  const bool inert = file.size == 0 || file.bare_dump;
  const Step step = inert || (!closed && !file.server_script) ? Step::context : Step::backdoor_file;
  const Confidence confidence =
      closed && file.server_script && !inert ? Confidence::likely : Confidence::possible;
  std::string reason = "No build in the tables shipped a script of this name here";
  if (!closed) reason += "; other sites and add-ons may have put it here";
  if (file.size == 0) reason += "; the file is empty";
  if (file.unread) reason += "; its content could not be read";
  if (!file.server_script && file.size != 0 && !file.unread)
    reason += "; no server-side script was seen in it";
  return placement_claim("placement-script-never-shipped", "Script that no build ever shipped", step,
                         confidence, std::move(reason));
}

Claim shipped_name_other_content() {
  Claim claim = placement_claim("known-good-other-content", "Shipped script with content that is in no table",
                                Step::context, Confidence::possible,
                                "The product ships a file of this name, but not with this content in the "
                                "builds known to Afterpatch (to April 2021): a "
                                "later update, or a change by somebody");
  claim.kind = RuleKind::known_good;
  return claim;
}

}  // namespace

std::optional<Claim> judge_baseline(const knowledge::Product& product, std::string_view windows_path,
                                    BaselineAnswer answer) {
  if (!has_extension(windows_path, product.web_extensions)) return std::nullopt;
  Claim claim;
  if (answer == BaselineAnswer::not_listed) {
    claim = placement_claim("baseline-script-not-listed", "Script that is not on your baseline",
                            Step::backdoor_file, Confidence::possible,
                            "Your baseline lists this folder, or one above it, without this script: it was "
                            "added since the baseline was made");
  } else if (answer == BaselineAnswer::other_content) {
    claim =
        placement_claim("baseline-other-content", "Script that differs from your baseline", Step::context,
                        Confidence::possible,
                        "Your baseline lists this script with another content: a later update, or a change "
                        "by somebody");
  } else {
    return std::nullopt;
  }
  claim.kind = RuleKind::known_good;
  return claim;
}

bool is_closed_folder(const knowledge::Product& product, std::string_view windows_path) {
  const knowledge::WebFolder* folder = product.web_folder(windows_path);
  if (folder == nullptr) return false;
  return folder->scripts_never || passes_through(windows_path, "\\frontend\\httpproxy");
}

bool is_ordinary_web_file(std::string_view windows_path) {
  const std::string_view name = file_name(windows_path);
  if (name.ends_with(".strings.localized.js")) return true;
  if (name == "web.config" && passes_through(windows_path, "\\aspnet_client")) return true;
  const bool root = lies_directly_in(windows_path, "\\inetpub\\wwwroot");
  return root && std::find(kPlainIisFiles.begin(), kPlainIisFiles.end(), name) != kPlainIisFiles.end();
}

std::optional<Claim> judge_placement(const knowledge::Product& product, const PlacedFile& file) {
  if (file.known == KnownGoodAnswer::known_file) return std::nullopt;
  const knowledge::WebFolder* folder = product.web_folder(file.windows_path);
  if (folder == nullptr || !has_extension(file.windows_path, product.web_extensions)) return std::nullopt;
  if (file.known == KnownGoodAnswer::known_path_unknown_hash) return shipped_name_other_content();
  const bool closed = is_closed_folder(product, file.windows_path);
  // Certificates have this extension far more often than pages of classic ASP.
  if (extension_of(file.windows_path) == ".cer" && !file.server_script && !closed) return std::nullopt;
  if (folder->scripts_never) return script_where_none_belongs(file, *folder);
  return script_never_shipped(file, closed);
}

}  // namespace afterpatch::detect::files
