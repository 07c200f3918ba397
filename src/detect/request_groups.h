// Sums up the requests that a pivot asked for. Bounded: an attacker can send any number of requests, but not
// make us keep them all.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "detect/findings.h"
#include "records/web_request.h"

namespace afterpatch::detect {

// Not thread-safe. Merging in the order of the evidence gives the same groups whatever the threads did.
class RequestGroups {
 public:
  explicit RequestGroups(std::size_t max_groups = 100'000) : max_groups_(max_groups) {}

  // Requests without a time are counted under the epoch.
  // `account`: that a pivot asked for and that signed in; else empty.
  void add(std::string_view log, const records::WebRequest& request, const Place& place, std::string_view raw,
           std::string_view account = {});
  // `line_offset` is added to the places of `later`.
  void merge(RequestGroups&& later, std::uint64_t line_offset);

  // Requests that fell into no group because there were too many.
  std::uint64_t overflow() const { return overflow_; }
  // Ordered by log, path, client, method, status, user agent, account, hour.
  std::vector<RequestGroup> take();

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string, int, std::string, std::string,
                         std::int64_t>;
  RequestGroup* find_or_make(const Key& key);

  std::size_t max_groups_;
  std::uint64_t overflow_ = 0;
  std::map<Key, RequestGroup> groups_;
};

// Whether the query holds more than what Exchange's own front end appends to every logged query
// (&CorrelationID=<empty>;&cafeReqId=<guid>;&encoding=; and ClientRequestId/ActID): then the visitor sent
// parameters.
bool has_own_parameters(std::string_view query);

}  // namespace afterpatch::detect
