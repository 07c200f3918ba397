#include "range/events.h"

#include <algorithm>
#include <array>

namespace afterpatch::range {

std::string_view folder_of(App app) {
  constexpr std::array<std::string_view, kApps> kFolders = {
      "", "Autodiscover", "Eas", "Ecp", "Ews", "Mapi", "Oab", "Owa", "PowerShell", "RpcHttp"};
  return kFolders[static_cast<std::size_t>(app)];
}

bool in_gap(const std::vector<Gap>& gaps, std::string_view log, Timestamp time) {
  return std::ranges::any_of(gaps, [&](const Gap& gap) {
    return (gap.log == log || gap.log == "all") && time >= gap.first && time < gap.last;
  });
}

}  // namespace afterpatch::range
