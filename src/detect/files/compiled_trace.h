// Traces that ASP.NET leaves when it compiles a page: "<name>.<hash>.compiled" in "Temporary ASP.NET Files",
// a small XML file whose `virtualPath` names the page. It proves that the page was run at least once, and
// stays when the page is deleted. Format: BuildResult "preserve" element, as written by
// System.Web.Compilation (PreservationFileWriter).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "detect/files/claim.h"
#include "knowledge/product.h"

namespace afterpatch::detect::files {

bool is_compiled_trace(std::string_view windows_path);

// Value of `virtualPath`, XML entities resolved, at most 1024 bytes; nullopt if there is none.
std::optional<std::string> virtual_path_of(std::string_view xml);

// The claim that a page was run, by the path of its URL; see below. Fact "path": that path.
std::optional<Claim> judge_ran_page(const knowledge::Product& product, const std::string& url_path);

// A claim when the page is no script that the product ships. In a folder whose list of scripts is complete it
// is likely, else possible. Fact "path": the virtual path. Thread-safe.
std::optional<Claim> judge_compiled_trace(const knowledge::Product& product, std::string_view xml);

}  // namespace afterpatch::detect::files
