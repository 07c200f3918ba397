#include "range/internet/exposed_builds.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/csv.h"
#include "base/text.h"

namespace afterpatch::range {
namespace {

Build build_of(std::string_view text) {
  std::array<unsigned, 4> parts{};
  std::size_t i = 0;
  for (const std::string_view part : split(text, '.')) {
    if (i < parts.size()) std::from_chars(part.data(), part.data() + part.size(), parts[i++]);
  }
  return {parts[0], parts[1], parts[2], parts[3]};
}

std::vector<ExposedBuild> read_builds() {
  std::vector<ExposedBuild> builds;
  const auto table = CsvTable::parse(exposed_builds_csv(), "exposed_builds.csv", {"product", "weight"});
  if (!table) return builds;
  for (std::size_t row = 0; row < table->size(); ++row) {
    std::size_t weight = 0;
    const std::string_view text = table->at(row, "weight");
    std::from_chars(text.data(), text.data() + text.size(), weight);
    builds.push_back({std::string(table->at(row, "product")), std::string(table->at(row, "cu")),
                      build_of(table->at(row, "base")), build_of(table->at(row, "before")),
                      build_of(table->at(row, "fixed")), weight});
  }
  return builds;
}

}  // namespace

const std::vector<ExposedBuild>& exposed_builds() {
  static const std::vector<ExposedBuild> builds = read_builds();
  return builds;
}

std::string three_numbers(const Build& build) {
  return fmt::format("{}.{}.{}", build.major, build.minor, build.build);
}

}  // namespace afterpatch::range
