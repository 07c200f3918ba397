// Services as files describe them. Windows itself keeps services in the registry alone; what lies in a tree
// is
// - an export of the registry (".reg", UTF-16 or a single-byte code page), whose keys
//   ...\Services\<name> have "ImagePath", and below them \Parameters "ServiceDll" (svchost) and "Application"
//   with "AppParameters" (NSSM): text or hex(2) (format: Microsoft Learn, "Registration entries (.reg)
//   file");
// - the settings of a wrapper that makes a service of any program: WinSW's "<service>" with <executable>,
//   <startargument> and <arguments> (WinSW's documentation, "XML configuration file"), beside the wrapper.
//
// What is named is what command_judgement.h names in scheduled tasks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/files/claim.h"
#include "knowledge/product.h"

namespace afterpatch::detect::files {

// An export of all services of a server has some 2 MB as UTF-16; a wrapper's settings are a page.
inline constexpr std::uint64_t kMaxRegistryExportBytes = 16ULL << 20U;
inline constexpr std::uint64_t kMaxWrapperBytes = 64ULL << 10U;
inline constexpr std::size_t kMaxServiceClaims = 20;
inline constexpr std::size_t kMaxServices = 20'000;

struct Service {
  std::string name;
  std::string command;
  std::uint64_t offset = 0;  // in the file: of the key's or value's line, 0 for a wrapper
};

bool is_registry_export(std::string_view windows_path);
bool is_service_wrapper(std::string_view windows_path);  // may be: by its name only

// Empty where the text is none; at most kMaxServices.
std::vector<Service> services_of_export(std::string_view bytes);
std::vector<Service> services_of_wrapper(std::string_view xml);

// At most kMaxServiceClaims. Facts "door-kind" ("service"), "door-path" (its name) and "command".
// Thread-safe.
std::vector<Claim> judge_service_settings(const knowledge::Product& product, std::string_view windows_path,
                                          std::string_view bytes);

}  // namespace afterpatch::detect::files
