#include "evidence/artefact.h"

namespace afterpatch::evidence {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::iis_w3c:
      return "iis-w3c";
    case Kind::exchange_csv:
      return "exchange-csv";
    case Kind::mixed_log:
      return "mixed-log";
    case Kind::evtx:
      return "evtx";
    case Kind::event_xml:
      return "event-xml";
    case Kind::event_json:
      return "event-json";
    case Kind::web_content:
      return "web-content";
    case Kind::archive:
      return "archive";
    case Kind::memory_dump:
      return "memory-dump";
    case Kind::executable:
      return "executable";
    case Kind::registry_hive:
      return "registry-hive";
    case Kind::mailbox_store:
      return "mailbox-store";
    case Kind::text:
      return "text";
    case Kind::other:
      return "other";
    case Kind::empty:
      return "empty";
  }
  return "other";
}

std::string_view to_string(LogType type) {
  switch (type) {
    case LogType::none:
      return "none";
    case LogType::http_proxy:
      return "http-proxy";
    case LogType::ecp_server:
      return "ecp-server";
    case LogType::ecp_activity:
      return "ecp-activity";
    case LogType::oab_generator:
      return "oab-generator";
    case LogType::ews:
      return "ews";
    case LogType::autodiscover:
      return "autodiscover";
    case LogType::mapi_http:
      return "mapi-http";
    case LogType::rpc_http:
      return "rpc-http";
    case LogType::rps_http:
      return "rps-http";
    case LogType::rps_cmdlet:
      return "rps-cmdlet";
    case LogType::request_filtering:
      return "request-filtering";
    case LogType::other:
      return "other";
  }
  return "other";
}

}  // namespace afterpatch::evidence
