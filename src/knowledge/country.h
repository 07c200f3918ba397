// Whom a victim must tell, and how fast, in one country: knowledge/countries/<cc>.yaml
// (docs/campaign-format.md, "Countries"). A reminder, not legal advice: every duty names its source.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "knowledge/faults.h"

namespace afterpatch::knowledge {

struct Duty {
  std::string title;     // when it holds: "Personal data may be affected"
  std::string deadline;  // "within 72 hours of becoming aware"
  std::string text;      // may be empty
  std::string to;        // whom to tell
  std::string where;     // https address; may be empty
  std::string source;    // law and article, or who says so
  std::string checked;   // where and when that was read; empty: it was not, and the reader is told so
};

struct Country {
  std::string code;  // ISO 3166-1 alpha-2 in lower case, or "eu"
  std::string name;
  // The country's own, then those of the countries that it names under `also`, without titles it has itself.
  std::vector<Duty> duties;
};

// Codes for which there is a file; sorted.
std::vector<std::string> country_codes(const std::filesystem::path& knowledge);

// `code` in any case. Fails with the known codes for an unknown one, and with the first fault of its file.
Result<Country> load_country(const std::filesystem::path& knowledge, std::string_view code);

// Every fault in every file of knowledge/countries.
std::vector<Error> check_countries(const std::filesystem::path& knowledge);

}  // namespace afterpatch::knowledge
