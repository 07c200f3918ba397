// What a case knows of each of its servers. Used inside this room only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"
#include "notify/case_life.h"

namespace afterpatch::notify {

struct ServerState {
  bool in_case = false;
  std::optional<Timestamp> patched;  // seen by a scan or a hunt
  std::optional<Timestamp> looked;   // the last hunt or re-check that found no back door
  bool door_ever = false;            // found by a hunt or seen from outside, since the case was last opened
  bool door = false;                 // and no hunt since has missed it

  // Somebody looked when the flaw was closed. A victim's word is enough where no back door was ever found.
  std::optional<Timestamp> clean_since(const std::optional<Timestamp>& victims_word) const {
    if (!patched || door) return std::nullopt;
    std::optional<Timestamp> look = looked;
    if (!door_ever && victims_word && (!look || *look < *victims_word)) look = victims_word;
    if (!look || *look + kPatchSeenLate < *patched) return std::nullopt;
    return std::max(*look, *patched);
  }
};

using ServerStates = std::map<std::pair<std::string, std::uint16_t>, ServerState>;

}  // namespace afterpatch::notify
