#include "detect/files/command_judgement.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "detect/files/file_places.h"
#include "detect/files/server_paths.h"

namespace afterpatch::detect::files {
namespace {

using std::string_view_literals::operator""sv;

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// The words of a command line, quotes taken off.
std::vector<std::string> words_of(std::string_view command) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char c : command) {
    if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ' ' || c == '\t' || c == ',' || c == '=')) {
      words.emplace_back();
    } else {
      words.back().push_back(c);
    }
  }
  return words;
}

// "-e", "-enc", "-EncodedCommand", any part of it that PowerShell takes, with a long base64 text behind it.
bool has_coded_command(const std::vector<std::string>& words) {
  constexpr std::string_view kOption = "encodedcommand";
  constexpr std::size_t kLong = 40;  // less is one short word in UTF-16
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i].size() < 2 || (words[i][0] != '-' && words[i][0] != '/')) continue;
    const std::string_view option = std::string_view(words[i]).substr(1);
    const bool coded = kOption.starts_with(option) || option == "ec";
    const bool base64 =
        words[i + 1].size() >= kLong &&
        words[i + 1].find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+/=") == std::string::npos;
    if (coded && base64) return true;
  }
  return false;
}

std::optional<CommandJudgement> judge_tool(std::string_view command, const std::vector<std::string>& words) {
  const bool fetches = has_any(command, {"http://", "https://", "ftp://"});
  if (has_any(command, {"powershell", "pwsh"})) {
    if (has_coded_command(words))
      return CommandJudgement{Confidence::likely,
                              "it runs a coded PowerShell command, whose text nobody can read"};
    const bool runs = has_any(command, {"iex", "invoke-expression", "| iex", "frombase64string"});
    if (fetches && runs)
      return CommandJudgement{Confidence::likely,
                              "it fetches a PowerShell script from a web address and runs it"};
  }
  if (fetches && has_any(command, {"certutil", "bitsadmin", "mshta", "regsvr32"}))
    return CommandJudgement{Confidence::likely,
                            "it fetches something from a web address with a tool of Windows"};
  return std::nullopt;
}

std::optional<CommandJudgement> judge_place(const knowledge::Product& product,
                                            const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    const std::string path = settings_path(word);
    if (path.empty() || path.find('\\', 1) == std::string::npos) continue;
    const bool served = product.web_folder(path) != nullptr || lies_below(path, "\\inetpub\\wwwroot");
    if (served && !has_extension(path, {".log", ".txt"}))
      return CommandJudgement{Confidence::likely,
                              fmt::format("it uses {}, in a folder of the web server", path)};
    constexpr std::array kRun = {".exe"sv, ".dll"sv, ".bat"sv, ".cmd"sv, ".ps1"sv, ".vbs"sv,
                                 ".js"sv,  ".hta"sv, ".scr"sv, ".com"sv, ".jar"sv};
    const bool runs = std::find(kRun.begin(), kRun.end(), extension_of(path)) != kRun.end();
    if (runs && is_hiding_place(path))
      return CommandJudgement{Confidence::possible,
                              fmt::format("it runs {}, where no product puts programs", path)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<CommandJudgement> judge_command(const knowledge::Product& product, std::string_view command) {
  const std::string lower = to_lower_ascii(command);
  const auto words = words_of(lower);
  auto tool = judge_tool(lower, words);
  auto place = judge_place(product, words);
  if (!tool || (place && place->confidence > tool->confidence)) return place;
  return tool;
}

}  // namespace afterpatch::detect::files
