// The one shape in which IIS and HttpProxy rows are compared and joined: who asked for what, with what
// result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "records/record.h"

namespace afterpatch::records {

// Both logs write the time at which a request ENDED. Values are as logged, but '+' in IIS header fields is
// given back as a space, and "-" or empty as empty.
struct WebRequest {
  std::optional<Timestamp> time;
  std::string
      client;  // address without port or IPv6 zone; X-Forwarded-For's first address when the log has one
  std::string peer;  // c-ip / ClientIpAddress as logged (a balancer's address when there is one)
  std::string method;
  std::string host;
  std::string path;   // cs-uri-stem / UrlStem
  std::string query;  // cs-uri-query / UrlQuery
  int status = 0;     // 0 = not logged
  std::string user_agent;
  std::string user;
  std::string request_id;  // IIS: cafeReqId of the query; HttpProxy: RequestId. Lower case; empty unless it
                           // is a GUID.
  std::int64_t request_bytes = -1;  // -1 = not logged
  std::int64_t response_bytes = -1;
};

// The parts of a row by themselves, for logs of services (EWS) that name a client and a request but no path.
// The address without port or IPv6 zone, the first where a list stands.
std::string_view client_address(std::string_view text);
// A GUID in lower case; empty when `text` is none (the "xxx" of a redacted log joins nothing).
std::string request_guid(std::string_view text);

// nullopt when the row's columns are not those of a web log.
std::optional<WebRequest> web_request_of(const Record& record, std::string_view date = {});

}  // namespace afterpatch::records
