#include "detect/files/service_settings.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "base/digits.h"
#include "base/text.h"
#include "detect/files/command_judgement.h"
#include "detect/files/file_places.h"

namespace afterpatch::detect::files {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t kMaxCommand = 4096;

// "hex(2):25,00,57,00": a text in UTF-16, with NUL characters at its end.
std::string text_of_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size() && bytes.size() < 2 * kMaxCommand;) {
    if (!is_hex_digit(digits[at]) || !is_hex_digit(digits[at + 1])) {
      ++at;
      continue;
    }
    bytes.push_back(static_cast<char>(hex_digit(digits[at]) * 16 + hex_digit(digits[at + 1])));
    at += 2;
  }
  std::string text = utf16le_to_utf8(bytes);
  return text.substr(0, text.find('\0'));
}

// "a \"b\" c:\\d" without its quotes and backslashes.
std::string text_of_quoted(std::string_view written) {
  std::string text;
  for (std::size_t at = 1; at < written.size() && written[at] != '"' && text.size() < kMaxCommand; ++at) {
    if (written[at] == '\\' && at + 1 < written.size()) ++at;
    text.push_back(written[at]);
  }
  return text;
}

std::string value_text(std::string_view written) {
  if (written.starts_with('"')) return text_of_quoted(written);
  return starts_with_ignoring_case(written, "hex(2):") ? text_of_hex(written.substr(7)) : std::string();
}

// "...\\services\\name" or "...\\services\\name\\parameters": the name; "" for another key.
std::string service_of_key(std::string_view key) {
  const std::string lower = to_lower_ascii(key);
  constexpr std::string_view kServices = "\\services\\";
  const auto at = lower.find(kServices);
  if (at == std::string::npos) return {};
  const std::string_view below = key.substr(at + kServices.size());
  const auto end = below.find('\\');
  const bool own = end == npos || equals_ignoring_case(below.substr(end + 1), "parameters");
  return own ? std::string(below.substr(0, end)) : std::string();
}

// Reads an export line by line; long values go on where a line ends with '\\'.
class ExportReader {
 public:
  ExportReader(std::string_view text, std::size_t bytes_a_character)
      : text_(text), width_(bytes_a_character) {}

  std::vector<Service> read() {
    while (at_ < text_.size() && services_.size() < kMaxServices) line();
    add();
    return std::move(services_);
  }

 private:
  void line() {
    const std::size_t from = at_;
    const std::string whole = next_value();
    const std::string_view line = trim(whole);
    if (line.starts_with('[')) {
      add();
      name_ = line.ends_with(']') ? service_of_key(line.substr(1, line.size() - 2)) : std::string();
      offset_ = from * width_;
    } else if (!name_.empty() && line.starts_with('"')) {
      value(line);
    }
  }

  std::string next_value() {
    std::string whole;
    for (bool goes_on = true; goes_on && at_ < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', at_), text_.size());
      std::string_view piece = trim(text_.substr(at_, end - at_));
      at_ = end + 1;
      goes_on = piece.ends_with('\\');
      if (goes_on) piece.remove_suffix(1);
      if (whole.size() < 8 * kMaxCommand) whole.append(piece);
    }
    return whole;
  }

  void value(std::string_view line) {
    const auto equals = line.find("\"=");
    if (equals == npos) return;
    const std::string name = to_lower_ascii(line.substr(1, equals - 1));
    if (name == "imagepath" || name == "servicedll" || name == "application" || name == "appparameters")
      values_[name] = value_text(line.substr(equals + 2));
  }

  void add() {
    std::string wrapped = values_["application"];
    if (!wrapped.empty()) wrapped += " " + values_["appparameters"];
    for (const std::string& command : {values_["imagepath"], values_["servicedll"], wrapped}) {
      if (!command.empty() && !name_.empty()) services_.push_back({name_, command, offset_});
    }
    values_.clear();
  }

  std::string_view text_;
  std::size_t width_;
  std::size_t at_ = 0;
  std::string name_;
  std::uint64_t offset_ = 0;
  std::map<std::string, std::string> values_;
  std::vector<Service> services_;
};

Claim claim_of(const Service& service, const CommandJudgement& judgement, std::string_view windows_path) {
  Claim claim;
  claim.kind = RuleKind::placement;
  claim.rule_id = "service-of-an-intruder";
  claim.title = "Service that starts what no product starts";
  claim.step = Step::backdoor_file;
  claim.confidence = judgement.confidence;
  claim.reason = fmt::format(
      "A service starts with Windows and brings its owner back: {}. {} says so; whether the "
      "service still exists, the server's registry tells",
      judgement.why, file_name(windows_path));
  claim.techniques = {"T1543.003"};
  claim.offset = service.offset;
  claim.raw = service.command.substr(0, kMaxRawBytes);
  claim.facts = {{"door-kind", "service"},
                 {"door-path", service.name},
                 {"command", service.command.substr(0, kMaxRawBytes)}};
  return claim;
}

}  // namespace

bool is_registry_export(std::string_view windows_path) {
  return extension_of(windows_path) == ".reg";
}

bool is_service_wrapper(std::string_view windows_path) {
  return extension_of(windows_path) == ".xml";
}

std::vector<Service> services_of_export(std::string_view bytes) {
  if (bytes.size() > kMaxRegistryExportBytes) return {};
  const bool wide = bytes.starts_with("\xff\xfe");
  // One byte a character, so that a place in the text is one in the file; names beyond ASCII are not asked.
  std::string narrow;
  for (std::size_t at = 2; wide && at + 1 < bytes.size(); at += 2)
    narrow.push_back(bytes[at + 1] == 0 ? bytes[at] : '?');
  const std::string_view text = wide ? std::string_view(narrow) : bytes;
  const bool known = text.starts_with("Windows Registry Editor") || text.starts_with("REGEDIT4");
  return known ? ExportReader(text, wide ? 2 : 1).read() : std::vector<Service>();
}

std::vector<Service> services_of_wrapper(std::string_view xml) {
  if (xml.size() > kMaxWrapperBytes) return {};
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_auto);
  const pugi::xml_node service = document.child("service");
  const std::string program = service.child("executable").child_value();
  if (program.empty()) return {};
  std::string command = program;
  for (const char* name : {"startargument", "startarguments", "argument", "arguments"}) {
    for (const pugi::xml_node one : service.children(name)) command += fmt::format(" {}", one.child_value());
  }
  const std::string id = service.child("id").child_value();
  return {{.name = id.empty() ? program : id, .command = command.substr(0, kMaxCommand), .offset = 0}};
}

std::vector<Claim> judge_service_settings(const knowledge::Product& product, std::string_view windows_path,
                                          std::string_view bytes) {
  const auto services =
      is_registry_export(windows_path) ? services_of_export(bytes) : services_of_wrapper(bytes);
  std::vector<Claim> claims;
  for (const Service& service : services) {
    if (claims.size() >= kMaxServiceClaims) break;
    if (const auto judgement = judge_command(product, service.command))
      claims.push_back(claim_of(service, *judgement, windows_path));
  }
  return claims;
}

}  // namespace afterpatch::detect::files
