// What stands at the top of the picture, the counts by country and sector beside the funnel, and what the
// picture can't know.
#pragma once

#include <array>
#include <map>
#include <string>

#include "situation/picture.h"
#include "situation/tally.h"

namespace afterpatch::situation {

class Counts {
 public:
  void add(const StagedServer& server);
  void finish(Picture& out) const;  // headlines of servers present, countries, sectors, blind spots
  std::uint64_t servers() const { return servers_; }

 private:
  struct Sector {
    std::uint64_t servers = 0;
    std::map<std::string, std::uint64_t> states;
  };

  std::uint64_t servers_ = 0;
  Band present_, open_now_;
  std::uint64_t unknown_now_ = 0, gone_open_ = 0, unattributed_ = 0, not_hunted_ = 0, outside_only_ = 0;
  std::map<std::string, CountryCount> countries_;
  std::map<std::string, Sector> sectors_;
};

// The headlines that repeat a step of the funnel.
void finish_headlines(Picture& out);

}  // namespace afterpatch::situation
