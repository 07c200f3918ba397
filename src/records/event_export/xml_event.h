// One event in XML, as Event Viewer, wevtutil, PowerShell (ToXml) and evtxexport write it.
#pragma once

#include <string_view>

#include "records/event_export/event.h"

namespace afterpatch::records::event_export {

// Adds the values of `<Event>...</Event>` to the event. False when the text is no such element, or is nested
// deeper than kMaxDepth. Entities other than XML's own five and character references stay as they are:
// nothing is ever expanded or fetched.
bool read_xml_event(std::string_view xml, Event& event);

}  // namespace afterpatch::records::event_export
