// Which Windows events a rule's log source means: by channel, provider and event id of the event itself,
// never by file name, so that collected (forwarded) and renamed logs are treated like any other.
//
// Source: Sigma specification 2.1.0, appendix "Taxonomy", section "Windows Folder"; event ids of the category
// antivirus and the event types of registry_add and registry_delete as in SigmaHQ's tests/thor.yml. Where a
// channel's real name differs from the taxonomy's (DNS client), both are taken.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "detect/events/event_key.h"
#include "detect/sigma/rule.h"

namespace afterpatch::detect::events {

// Fields that rules ask for under Sysmon's names and that other events hold under their own.
enum class Mapping : std::uint8_t {
  none,
  process_creation,    // Security 4688
  network_connection,  // Security 5156
  registry,            // Security 4657
  antivirus,           // Windows Defender
};

// Whether a rule with this log source is asked about such events.
bool fits(const sigma::LogSource& rule, const EventKey& event);

// What such events are mapped by. It depends on the event alone, so that a rule says the same whichever other
// rules are loaded.
Mapping mapping_of(const EventKey& event);

// Whether such rules are for Windows events at all.
bool is_for_windows_events(const sigma::LogSource& rule);

// Event types of which one must stand in the field EventType for the rule to match at all (registry_add,
// registry_delete: Sysmon gives all of them one event id); empty for other log sources.
std::vector<std::string_view> event_types(const sigma::LogSource& rule);

}  // namespace afterpatch::detect::events
