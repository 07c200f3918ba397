// Indicator files of users: CSV, STIX bundles and MISP events, told apart by content.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "detect/files/indicators.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace afterpatch::detect;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  RuleReport report;
  const files::IndicatorSet set =
      files::parse_indicators("fuzz", text, report, {.stix_objects = size % 2 == 0});
  for (const files::LogLiteral& literal : set.literals()) {
    for (std::size_t at = 0; at < size && at < 64; ++at) files::matches_in(literal, text, at);
    // A value standing by itself is always found by its own witness.
    if (!files::matches_in(literal, literal.value, literal.witness_offset)) __builtin_trap();
  }
  return 0;
}
