#include "detect/files/iis_settings.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "base/text.h"
#include "detect/files/file_places.h"
#include "detect/files/server_paths.h"

namespace afterpatch::detect::files {
namespace {

using std::string_view_literals::operator""sv;

// Sent as they are by every product; a server that runs one of them was set up to hide something.
constexpr std::array kStaticExtensions = {".jpg"sv, ".jpeg"sv, ".png"sv, ".gif"sv,    ".bmp"sv,  ".ico"sv,
                                          ".css"sv, ".txt"sv,  ".log"sv, ".config"sv, ".woff"sv, ".svg"sv,
                                          ".pdf"sv, ".zip"sv,  ".dat"sv, ".tmp"sv};
constexpr std::array kScriptEngines = {"asp.dll"sv,
                                       "aspnet_isapi.dll"sv,
                                       "php-cgi.exe"sv,
                                       "system.web.ui.pagehandlerfactory"sv,
                                       "system.web.ui.simplehandlerfactory"sv,
                                       "system.web.compilation.pagebuildprovider"sv,
                                       "system.web.compilation.webhandlerbuildprovider"sv};

// Shipped as the same in every ECP until February 2020: CVE-2020-0688 (Zero Day Initiative, 2020-02-25).
constexpr std::string_view kSharedKey = "cb2721abdaf8e9dc516d621d8b8bf13a2c9e8689a25303bf";

struct Finding {
  std::string rule_id;
  std::string title;
  std::string kind;
  std::string path;
  Step step = Step::backdoor_file;
  Confidence confidence = Confidence::possible;
  std::string reason;
};

bool ends_path(std::string_view path, const std::vector<std::string>& known) {
  return std::any_of(known.begin(), known.end(),
                     [&](const std::string& tail) { return path.ends_with(tail); });
}

class Reader {
 public:
  Reader(const knowledge::Product& product, std::string_view text, bool serves_product)
      : product_(product), text_(text), serves_product_(serves_product) {}

  std::vector<Claim> read(const pugi::xml_document& document) {
    const pugi::xml_node root = document.child("configuration");
    walk(root, 0);
    return std::move(claims_);
  }

 private:
  // Sections stand below the root, in <location>, and in groups; their names are unique, so place is not
  // asked.
  void walk(const pugi::xml_node& node, int depth) {
    constexpr int kMaxDepth = 12;
    if (depth > kMaxDepth) return;
    for (const pugi::xml_node child : node.children()) {
      const std::string_view name = child.name();
      if (name == "globalModules") each_add(child, &Reader::native_module);
      if (serves_product_ && (name == "modules" || name == "httpModules"))
        each_add(child, &Reader::managed_module);
      if (name == "handlers" || name == "httpHandlers") each_add(child, &Reader::handler);
      if (name == "buildProviders") each_add(child, &Reader::build_provider);
      if (name == "virtualDirectory") virtual_directory(child);
      if (name == "machineKey") machine_key(child);
      walk(child, depth + 1);
    }
  }

  void each_add(const pugi::xml_node& section, void (Reader::*judge)(const pugi::xml_node&)) {
    for (const pugi::xml_node add : section.children("add")) (this->*judge)(add);
  }

  void native_module(const pugi::xml_node& add) {
    const std::string image = settings_path(add.attribute("image").value());
    if (image.empty() || ends_path(image, product_.iis_modules)) return;
    const bool hidden = is_hiding_place(image) || lies_below(image, "\\inetpub");
    take(
        {.rule_id = "iis-unknown-native-module",
         .title = "IIS loads a native module that no clean server has",
         .kind = "iis-module",
         .path = image,
         .confidence = hidden ? Confidence::likely : Confidence::possible,
         .reason = fmt::format("A native module sees and can answer every request. '{}' is loaded from {}{}",
                               add.attribute("name").value(), image,
                               hidden ? ", where no product puts one"
                                      : "; virus scanners and web filters add modules: check who signed it")},
        add);
  }

  // "Name.Space.Class, Assembly, Version=...".
  static bool is_of_microsoft(std::string_view type) {
    const std::string_view assembly = trim(type.substr(std::min(type.find(',') + 1, type.size())));
    const auto known = [](std::string_view name) {
      return starts_with_ignoring_case(name, "system.") || starts_with_ignoring_case(name, "microsoft.");
    };
    return known(trim(type)) && (type.find(',') == std::string_view::npos || known(assembly));
  }

  void managed_module(const pugi::xml_node& add) {
    const std::string_view type = trim(add.attribute("type").value());
    if (type.empty() || is_of_microsoft(type)) return;
    take({.rule_id = "iis-unknown-managed-module",
          .title = "IIS loads a managed module that is none of Microsoft's",
          .kind = "iis-module",
          .path = std::string(type),
          .reason =
              fmt::format("A managed module sees and can answer every request of the application. '{}' is "
                          "of type {}; filters of other makers are loaded so too. Which libraries in "
                          "'bin' are shipped ones can't be said here: no hashes of them are known",
                          add.attribute("name").value(), type)},
         add);
  }

  void virtual_directory(const pugi::xml_node& directory) {
    const std::string path = settings_path(directory.attribute("physicalPath").value());
    if (path.empty() || ends_path(path, product_.iis_folders)) return;
    const bool hidden = is_hiding_place(path);
    if (!hidden && (lies_below(path, "\\windows") || lies_below(path, "\\program files") ||
                    lies_below(path, "\\program files (x86)")))
      return;
    const std::string url =
        std::string(directory.parent().attribute("path").value()) + directory.attribute("path").value();
    take({.rule_id = hidden ? "iis-virtual-directory-in-hiding-place" : "iis-virtual-directory-added",
          .title = hidden ? "IIS serves a folder where only intruders hide things"
                          : "IIS serves a folder that a clean server does not serve",
          .kind = "virtual-directory",
          .path = path,
          .step = hidden ? Step::backdoor_file : Step::context,
          .confidence = hidden ? Confidence::likely : Confidence::possible,
          .reason = fmt::format("{} is served as {}{}", path, url,
                                hidden ? "; no product serves anything from there"
                                       : "; an administrator may have added another site")},
         directory);
  }

  static std::string_view static_extension(std::string_view mapped) {
    const std::string path = to_lower_ascii(mapped);
    const auto found = std::find_if(kStaticExtensions.begin(), kStaticExtensions.end(),
                                    [&](std::string_view extension) { return path.ends_with(extension); });
    return found == kStaticExtensions.end() ? std::string_view() : *found;
  }

  static bool runs_scripts(std::string_view engine) {
    return std::any_of(kScriptEngines.begin(), kScriptEngines.end(),
                       [&](std::string_view known) { return contains_ignoring_case(engine, known); });
  }

  void handler(const pugi::xml_node& add) {
    const std::string engine =
        fmt::format("{} {}", add.attribute("type").value(), add.attribute("scriptProcessor").value());
    mapping(add, add.attribute("path").value(), engine);
  }

  void build_provider(const pugi::xml_node& add) {
    mapping(add, add.attribute("extension").value(), add.attribute("type").value());
  }

  void mapping(const pugi::xml_node& add, std::string_view mapped, std::string_view engine) {
    if (static_extension(mapped).empty() || !runs_scripts(engine)) return;
    take({.rule_id = "iis-static-file-is-run",
          .title = "IIS runs files that should only be sent",
          .kind = "iis-handler",
          .path = std::string(mapped),
          .confidence = Confidence::likely,
          .reason =
              fmt::format("Files '{}' are run as scripts ({}); a picture or text with script in it is then "
                          "a web shell",
                          mapped, trim(engine))},
         add);
  }

  void machine_key(const pugi::xml_node& key) {
    const std::string value = to_lower_ascii(key.attribute("validationKey").value());
    const bool written =
        value.size() >= 32 && value.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!written) return;
    const bool shared = value == kSharedKey;
    take({.rule_id = shared ? "iis-machine-key-known-to-all" : "iis-machine-key-written",
          .title =
              shared ? "The machine key is the one that everybody knows" : "A machine key is written down",
          .kind = "machine-key",
          .path = "machineKey",
          .step = Step::context,
          .reason = shared
                        ? "This key was shipped with every server before February 2020 (CVE-2020-0688): "
                          "whoever may sign in can run code"
                        : "Whoever could read this file can forge ViewState and run code without any file on "
                          "the disk: set new keys after a break-in"},
         key);
  }

  void take(Finding finding, const pugi::xml_node& node) {
    const auto same = std::count_if(claims_.begin(), claims_.end(),
                                    [&](const Claim& claim) { return claim.rule_id == finding.rule_id; });
    if (static_cast<std::size_t>(same) >= kMaxSettingsClaims) return;
    Claim claim;
    claim.kind = RuleKind::placement;
    claim.rule_id = std::move(finding.rule_id);
    claim.title = std::move(finding.title);
    claim.step = finding.step;
    claim.confidence = finding.confidence;
    claim.reason = std::move(finding.reason);
    if (claim.step == Step::backdoor_file) claim.techniques = {"T1505.004"};
    claim.offset = static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
    claim.raw = std::string(surroundings(text_, claim.offset, 1));
    claim.facts = {{"door-kind", std::move(finding.kind)}, {"door-path", std::move(finding.path)}};
    claims_.push_back(std::move(claim));
  }

  const knowledge::Product& product_;
  std::string_view text_;
  bool serves_product_;  // settings of the whole server, or of an application of the product
  std::vector<Claim> claims_;
};

}  // namespace

bool is_iis_settings(std::string_view windows_path) {
  const std::string_view name = file_name(windows_path);
  return name == "applicationhost.config" || name == "web.config";
}

std::vector<Claim> judge_iis_settings(const knowledge::Product& product, std::string_view windows_path,
                                      std::string_view text) {
  if (text.size() > kMaxSettingsBytes || !is_iis_settings(windows_path)) return {};
  pugi::xml_document document;
  // What could be parsed before a fault still counts.
  document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_auto);
  const bool serves_product =
      file_name(windows_path) == "applicationhost.config" || product.web_folder(windows_path) != nullptr;
  return Reader(product, text, serves_product).read(document);
}

}  // namespace afterpatch::detect::files
