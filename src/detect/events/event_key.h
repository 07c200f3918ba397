// What decides which rules an event can match.
#pragma once

#include <cstdint>
#include <string>

namespace afterpatch::detect::events {

struct EventKey {
  std::string channel;   // System/Channel as written
  std::string provider;  // System/Provider/@Name
  std::uint32_t event_id = 0;
  // EventID is written otherwise than as the plain number ("04624"): then a rule about its text may match
  // although the number says no.
  bool odd_event_id = false;
  auto operator<=>(const EventKey&) const = default;
};

}  // namespace afterpatch::detect::events
