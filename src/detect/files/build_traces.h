// What the disk itself says of the product's build, beside the rows of its logs: the version of its set-up
// program, which is the truth at the time of collecting, and the folders that are named after builds, which
// list former ones too (product.yaml, `version_files` and `version_folders`).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detect/findings.h"
#include "evidence/artefact.h"
#include "knowledge/product.h"

namespace afterpatch::detect::files {

inline constexpr std::size_t kMaxVersionFileBytes = std::size_t{16} << 20U;

// The file version in a program's resources: "15.1.2176.9". Microsoft, VS_FIXEDFILEINFO: the signature
// 0xFEEF04BD behind the key VS_VERSION_INFO, then version words, high half first. Null if there is none.
std::optional<std::string> file_version(std::string_view program);

// The part of the path behind `folder` ("\owa\auth\") that is named after a build; empty if there is none.
std::string_view build_in_path(std::string_view windows_path, std::string_view folder);

// One a (kind, build), by kind then build. Reads the version files; what can't be read is a problem.
std::vector<BuildTrace> build_traces(const evidence::Inventory& inventory, const knowledge::Product& product,
                                     std::vector<evidence::Problem>& problems);

}  // namespace afterpatch::detect::files
