// What the readers of indicator files share. Each takes one file's text and gives indicators to a sink; what
// they can't use goes to the sink as well, with the reason, and comes out summed up, so that a feed of
// 100,000 mutexes is one line and not a flood.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/value.hpp>

#include "detect/files/indicators.h"
#include "detect/findings.h"

namespace afterpatch::detect::files {

inline constexpr std::uint64_t kMaxIndicatorFileBytes = 64ULL << 20U;
inline constexpr std::size_t kMaxJsonDepth = 32;
inline constexpr std::size_t kMaxIndicatorsPerFile = 1'000'000;

class IndicatorSink {
 public:
  // `campaign`: Indicator::campaign.
  IndicatorSink(IndicatorSet& set, std::string file, std::string origin, std::string campaign = {})
      : set_(set), file_(std::move(file)), origin_(std::move(origin)), campaign_(std::move(campaign)) {}

  // `line` is 0 where lines mean nothing (JSON). False when the file's limit is reached.
  bool take(IndicatorType type, std::string_view value, std::string_view note, bool strong,
            std::uint64_t line = 0);
  // By a word of a list; an unknown word is refused.
  bool take_word(std::string_view type_word, std::string_view value, std::string_view note,
                 std::string_view strength, std::uint64_t line = 0);
  // `rule` says what, as far as it could be read; the reason is what equal refusals are counted by.
  void refuse(std::string_view rule, std::string_view reason, std::uint64_t line = 0);

  const std::string& file() const { return file_; }
  // One entry a reason, in the order of (reason): "... (and 41 more like it)".
  void report_to(RuleReport& report) const;

 private:
  struct Refusal {
    std::string rule;
    std::uint64_t line = 0;
    std::uint64_t count = 0;
  };
  IndicatorSet& set_;
  std::string file_;
  std::string origin_;
  std::string campaign_;
  std::size_t taken_ = 0;
  std::map<std::string, Refusal> refusals_;
};

// Strong unless the list says otherwise: digests, addresses, domains, URLs and paths; weak: user agents and
// bare names.
bool is_strong_by_default(IndicatorType type);

// A STIX 2.1 bundle: patterns of its indicators, and its objects if asked for.
void read_stix(const boost::json::value& bundle, const IndicatorOptions& options, IndicatorSink& sink);

// A MISP event, a list of them, or {"response": [...]}.
void read_misp(const boost::json::value& events, IndicatorSink& sink);

// The text of a member, or "".
std::string_view json_text(const boost::json::object& object, std::string_view name);

}  // namespace afterpatch::detect::files
