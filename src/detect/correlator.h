// Collects the matches of all logs for correlations, and turns what the correlations find into detections.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/base_match.h"
#include "detect/detection.h"
#include "detect/sigma/correlation_engine.h"
#include "detect/sigma_rules.h"

namespace afterpatch::detect {

class FindingsBuilder;

// Rows behind correlations that are kept word for word; a detection beyond that has its place, but no row.
inline constexpr std::size_t kMaxCorrelationRawBytes = std::size_t{64} << 20U;

// Not thread-safe: called in the order of the evidence, which decides between matches of the same moment.
class Correlator {
 public:
  explicit Correlator(const SigmaRules& rules, const sigma::CorrelationLimits& limits = {});

  // Places must be final.
  void add(BaseMatches&& matches);
  // One detection for each match of a correlation; problems for what was left out. Call once.
  void finish(FindingsBuilder& builder);

 private:
  // Where a match was found, without a copy of the path for each.
  struct Origin {
    std::uint32_t artefact = 0;
    std::uint32_t raw_size = 0;
    std::uint64_t raw_begin = 0;
    std::uint64_t offset = 0;
    std::uint64_t line = 0;
  };
  struct Artefact {
    std::uint32_t source = 0;
    std::string path;
    std::string log;
    bool operator==(const Artefact&) const = default;
  };

  void add(const BaseMatch& match);
  bool is_last(const BaseMatch& match) const;
  static Artefact artefact_of(const BaseMatch& match);
  void keep_origin(const BaseMatch& match);
  Detection detection_of_match(const sigma::Correlation& correlation,
                               const sigma::CorrelationMatch& match) const;
  void finish_set(const sigma::RuleSet& set, sigma::CorrelationEngine& engine,
                  FindingsBuilder& builder) const;
  std::string rows_of(const sigma::CorrelationMatch& match) const;

  SigmaRules rules_;
  sigma::CorrelationEngine campaign_;
  sigma::CorrelationEngine user_;
  std::vector<Origin> origins_;  // by reference
  std::vector<Artefact> artefacts_;
  std::string raws_;
  std::uint64_t without_time_ = 0;
};

}  // namespace afterpatch::detect
