#include "detect/events/field_mapping.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace afterpatch::detect::events {
namespace {

using Form = MappedField::Form;

constexpr MappedField kProcessCreation[] = {
    {"Image", "NewProcessName"},
    {"ParentImage", "ParentProcessName"},
    {"ParentProcessId", "ProcessId", {}, Form::decimal},
    {"IntegrityLevel", "MandatoryLabel", {}, Form::integrity},
    {"LogonId", "SubjectLogonId"},
    {"User", "SubjectDomainName", "SubjectUserName", Form::account},
};

constexpr MappedField kNetworkConnection[] = {
    {"Image", "Application", {}, Form::device_path},
    {"Initiated", "Direction", {}, Form::is_outbound},
    {"SourceIp", "SourceAddress"},
    {"DestinationIp", "DestAddress"},
    {"DestinationPort", "DestPort"},
    {"Protocol", "Protocol", {}, Form::protocol},
};

constexpr MappedField kRegistry[] = {
    {"TargetObject", "ObjectName", "ObjectValueName", Form::registry_key},
    {"Details", "NewValue"},
    {"Image", "ProcessName"},
    {"ProcessId", "ProcessId", {}, Form::decimal},
    {"User", "SubjectDomainName", "SubjectUserName", Form::account},
};

constexpr MappedField kAntivirus[] = {
    {"Signature", "Threat Name"},
    {"Filename", "Path"},
};

std::vector<std::string> decimal(std::string_view text) {
  if (!text.starts_with("0x")) return {std::string(text)};
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 2, end, number, 16);
  if (error != std::errc() || stop != end) return {};
  return {std::to_string(number)};
}

std::vector<std::string> account(std::string_view domain, std::string_view user) {
  if (user.empty()) return {};
  return {std::string(domain) + '\\' + std::string(user)};
}

// Mandatory integrity levels: [MS-DTYP] 2.4.2.4, well-known SIDs ML_*.
std::vector<std::string> integrity(std::string_view sid) {
  constexpr std::pair<std::string_view, std::string_view> kLevels[] = {
      {"S-1-16-0", "Untrusted"}, {"S-1-16-4096", "Low"},   {"S-1-16-8192", "Medium"},
      {"S-1-16-8448", "Medium"}, {"S-1-16-12288", "High"}, {"S-1-16-16384", "System"}};
  for (const auto& [known, word] : kLevels)
    if (sid == known) return {std::string(word)};
  return {};
}

// Which letter a volume has is not in the event; rules with a letter nearly always mean the system's.
std::vector<std::string> device_path(std::string_view path) {
  std::vector<std::string> values = {std::string(path)};
  constexpr std::string_view kVolume = "\\device\\harddiskvolume";
  const std::size_t slash = path.find('\\', kVolume.size());
  if (starts_with_ignoring_case(path, kVolume) && slash != std::string_view::npos)
    values.push_back("C:" + std::string(path.substr(slash)));
  return values;
}

std::vector<std::string> registry_key(std::string_view key, std::string_view value_name) {
  constexpr std::pair<std::string_view, std::string_view> kRoots[] = {{"\\REGISTRY\\MACHINE", "HKLM"},
                                                                      {"\\REGISTRY\\USER", "HKU"}};
  std::string object(key);
  for (const auto& [native, root] : kRoots) {
    if (!starts_with_ignoring_case(key, native)) continue;
    object = std::string(root) + std::string(key.substr(native.size()));
    break;
  }
  if (!value_name.empty()) object.append("\\").append(value_name);
  return {object};
}

std::vector<std::string> word_for(
    std::string_view text, std::initializer_list<std::pair<std::string_view, std::string_view>> words) {
  for (const auto& [known, word] : words)
    if (text == known) return {std::string(word)};
  return {std::string(text)};
}

}  // namespace

bool is_rewritten(const MappedField& mapped) {
  return mapped.sigma_name == mapped.first;
}

std::span<const MappedField> mapped_fields(Mapping mapping) {
  switch (mapping) {
    case Mapping::none:
      return {};
    case Mapping::process_creation:
      return kProcessCreation;
    case Mapping::network_connection:
      return kNetworkConnection;
    case Mapping::registry:
      return kRegistry;
    case Mapping::antivirus:
      return kAntivirus;
  }
  return {};
}

std::vector<std::string> mapped_values(Form form, std::string_view first, std::string_view second) {
  switch (form) {
    case Form::as_is:
      return {std::string(first)};
    case Form::decimal:
      return decimal(first);
    case Form::account:
      return account(first, second);
    case Form::integrity:
      return integrity(first);
    case Form::device_path:
      return device_path(first);
    case Form::registry_key:
      return registry_key(first, second);
    case Form::protocol:
      return word_for(first, {{"6", "tcp"}, {"17", "udp"}});
    case Form::is_outbound:
      return word_for(first, {{"%%14593", "true"}, {"%%14592", "false"}});
  }
  return {};
}

}  // namespace afterpatch::detect::events
