#include "report/attack_techniques.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/digits.h"

namespace afterpatch::report {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

constexpr std::array kNames = std::to_array<Named>({
    {"T1003", "OS Credential Dumping"},
    {"T1003.001", "OS Credential Dumping: LSASS Memory"},
    {"T1003.002", "OS Credential Dumping: Security Account Manager"},
    {"T1003.003", "OS Credential Dumping: NTDS"},
    {"T1005", "Data from Local System"},
    {"T1027", "Obfuscated Files or Information"},
    {"T1036", "Masquerading"},
    {"T1053.005", "Scheduled Task/Job: Scheduled Task"},
    {"T1059", "Command and Scripting Interpreter"},
    {"T1059.001", "Command and Scripting Interpreter: PowerShell"},
    {"T1059.003", "Command and Scripting Interpreter: Windows Command Shell"},
    {"T1070", "Indicator Removal"},
    {"T1070.001", "Indicator Removal: Clear Windows Event Logs"},
    {"T1074.001", "Data Staged: Local Data Staging"},
    {"T1083", "File and Directory Discovery"},
    {"T1087", "Account Discovery"},
    {"T1090", "Proxy"},
    {"T1098", "Account Manipulation"},
    {"T1098.002", "Account Manipulation: Additional Email Delegate Permissions"},
    {"T1105", "Ingress Tool Transfer"},
    {"T1114.001", "Email Collection: Local Email Collection"},
    {"T1114.002", "Email Collection: Remote Email Collection"},
    {"T1136", "Create Account"},
    {"T1136.001", "Create Account: Local Account"},
    {"T1190", "Exploit Public-Facing Application"},
    {"T1505.003", "Server Software Component: Web Shell"},
    {"T1505.004", "Server Software Component: IIS Components"},
    {"T1560", "Archive Collected Data"},
    {"T1560.001", "Archive Collected Data: Archive via Utility"},
    {"T1564.001", "Hide Artifacts: Hidden Files and Directories"},
    {"T1571", "Non-Standard Port"},
    {"T1572", "Protocol Tunneling"},
    {"T1595", "Active Scanning"},
    {"T1620", "Reflective Code Loading"},
});

bool are_digits(std::string_view text) {
  return std::ranges::all_of(text, is_decimal_digit);
}

}  // namespace

bool is_technique_id(std::string_view id) {
  if (id.size() != 5 && id.size() != 9) return false;
  if (id[0] != 'T' || !are_digits(id.substr(1, 4))) return false;
  return id.size() == 5 || (id[5] == '.' && are_digits(id.substr(6)));
}

std::string technique_name(std::string_view id) {
  const auto* const found = std::ranges::find(kNames, id, &Named::first);
  return std::string(found == kNames.end() ? id : found->second);
}

std::string technique_url(std::string_view id) {
  std::string path(id);
  std::ranges::replace(path, '.', '/');
  return "https://attack.mitre.org/techniques/" + path;
}

}  // namespace afterpatch::report
