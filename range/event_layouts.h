// Layouts of the Windows events that the range writes, one for each channel, provider and event id. Field
// names and types follow records of Server 2016 (public samples and Microsoft's pages of the Security
// events).
#pragma once

#include "range/evtx_event.h"

namespace afterpatch::range::layouts {

// Security.
const EvtxLayout& logon();             // 4624
const EvtxLayout& logoff();            // 4634
const EvtxLayout& special_logon();     // 4672
const EvtxLayout& process();           // 4688, with command line
const EvtxLayout& account_created();   // 4720
const EvtxLayout& member_added();      // 4732: to a local group
const EvtxLayout& security_cleared();  // 1102

// System.
const EvtxLayout& service_state();       // 7036
const EvtxLayout& service_start_type();  // 7040
const EvtxLayout& service_installed();   // 7045
const EvtxLayout& log_cleared();         // 104: another log than Security

// MSExchange Management.
const EvtxLayout& cmdlet_succeeded();  // 1
const EvtxLayout& cmdlet_failed();     // 6

// Application. Ids and levels of Exchange's own events differ by version; only provider and text are certain.
const EvtxLayout& unified_messaging_error();
const EvtxLayout& update_installed();
const EvtxLayout& front_end_proxy();       // 1001
const EvtxLayout& control_panel_error();   // 4
const EvtxLayout& common_error();          // 4999: MSExchange Common
const EvtxLayout& transport();             // 16028
const EvtxLayout& windows_error_report();  // 1001

// PowerShell.
const EvtxLayout& engine_started();  // 400, Windows PowerShell
const EvtxLayout& pipeline();        // 4103
const EvtxLayout& script_block();    // 4104

// Others.
const EvtxLayout& sysmon_process();    // Sysmon 1
const EvtxLayout& malware_detected();  // Defender 1116
const EvtxLayout& malware_removed();   // Defender 1117

}  // namespace afterpatch::range::layouts
