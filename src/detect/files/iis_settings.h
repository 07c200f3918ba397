// Doors in the settings of IIS: `applicationHost.config` and `web.config` (XML; schema: Microsoft Learn, "IIS
// Configuration Reference"). What a clean server has: knowledge/products/<id>/iis.csv.
//
// - A native module (globalModules) that no clean server has: it sees every request. `possible`, since virus
//   scanners and web filters add modules; `likely` where it is loaded from a hiding place (server_paths.h).
// - A managed module (modules, httpModules) whose type or assembly is neither System.* nor Microsoft.*, for
// the
//   whole server or in an application of the product: `possible`. An intruder may take such a name, and the
//   known-good lists have no hashes of libraries, so silence proves nothing.
// - A virtual directory outside of the product's: `likely` in a hiding place, as left by the campaign of
//   August 2021 on Exchange (C:\ProgramData\COM1\...); outside of Windows and Program Files `possible`.
// - A static extension (.jpg, .css, .config, ...) given to ASP, ASP.NET or a build provider, so that a
// picture
//   runs: `likely`; no product does that.
// - Machine keys written by hand: context. Whoever reads them can forge ViewState and run code.
#pragma once

#include <string_view>
#include <vector>

#include "detect/files/claim.h"
#include "knowledge/product.h"

namespace afterpatch::detect::files {

inline constexpr std::uint64_t kMaxSettingsBytes = 4ULL << 20U;

bool is_iis_settings(std::string_view windows_path);

// Claims in the order above; at most kMaxSettingsClaims of each. Fact "door-path": the module, folder or
// extension meant, and "door-kind". Empty when the text is no XML. Thread-safe.
inline constexpr std::size_t kMaxSettingsClaims = 20;
std::vector<Claim> judge_iis_settings(const knowledge::Product& product, std::string_view windows_path,
                                      std::string_view text);

}  // namespace afterpatch::detect::files
