// Judges a file by where it lies and whether the product ever shipped it there. Content only weighs in as
// "has server script" and "is a bare dump"; what the script does is web_content.h's matter.
//
// Sources: the lists of shipped web files of 131 Exchange builds (knowledge/products/exchange, from
// Microsoft's CSS-Exchange baselines, to April 2021): no build shipped a script in FrontEnd\HttpProxy but
// those few names, and none in aspnet_client. Builds after April 2021 are not in the tables, so a shipped
// name with another hash decides nothing by itself.
#pragma once

#include <optional>
#include <string_view>

#include "detect/files/baseline.h"
#include "detect/files/claim.h"
#include "knowledge/product.h"

namespace afterpatch::detect::files {

struct PlacedFile {
  std::string_view windows_path;
  std::uint64_t size = 0;
  knowledge::KnownGoodAnswer known = knowledge::KnownGoodAnswer::unknown_path;
  bool server_script = false;
  bool bare_dump = false;
  bool unread = false;  // the content could not be read
};

// At most one claim. Thread-safe.
std::optional<Claim> judge_placement(const knowledge::Product& product, const PlacedFile& file);

// What the user's baseline says of a script: one that it does not list, beside files that it lists, was added
// since; that is a reason by itself, though no proof. Thread-safe.
std::optional<Claim> judge_baseline(const knowledge::Product& product, std::string_view windows_path,
                                    BaselineAnswer answer);

// A folder of the product where the list of shipped scripts is complete, so that any other script was added:
// folders that never hold scripts, and everything in FrontEnd\HttpProxy.
bool is_closed_folder(const knowledge::Product& product, std::string_view windows_path);

// Files of a plain IIS or ASP.NET installation in wwwroot, and resource files that Exchange generates per
// language.
bool is_ordinary_web_file(std::string_view windows_path);

}  // namespace afterpatch::detect::files
