#include "detect/request_groups.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace afterpatch::detect {
namespace {

constexpr std::array<std::string_view, 6> kAppendedByExchange = {"CorrelationID",   "cafeReqId", "encoding",
                                                                 "ClientRequestId", "ActID",     "ClientId"};

bool appended_by_exchange(std::string_view part) {
  const std::string_view key = part.substr(0, part.find('='));
  return std::any_of(kAppendedByExchange.begin(), kAppendedByExchange.end(),
                     [&](std::string_view known) { return equals_ignoring_case(key, known); });
}

void add_to(RequestGroup& group, const RequestGroup& later) {
  group.first = std::min(group.first, later.first);
  group.last = std::max(group.last, later.last);
  group.count += later.count;
  group.with_parameters += later.with_parameters;
  group.response_bytes += later.response_bytes;
}

}  // namespace

bool has_own_parameters(std::string_view query) {
  for (const std::string_view part : split(query, '&')) {
    const std::string_view bare = trim(part);
    if (!bare.empty() && bare != "-" && bare != ";" && !appended_by_exchange(bare)) return true;
  }
  return false;
}

void RequestGroups::add(std::string_view log, const records::WebRequest& request, const Place& place,
                        std::string_view raw, std::string_view account) {
  const Timestamp time = request.time.value_or(Timestamp{});
  const Key key{std::string(log), to_lower_ascii(request.path), request.client,       request.method,
                request.status,   request.user_agent,           std::string(account), hour_of(time)};
  RequestGroup* group = find_or_make(key);
  if (group == nullptr) return;
  if (group->count == 0) {
    group->first = group->last = time;
    group->first_place = place;
    group->first_raw = raw.substr(0, kMaxRawBytes);
  }
  RequestGroup one;
  one.first = one.last = time;
  one.count = 1;
  one.with_parameters = has_own_parameters(request.query) ? 1 : 0;
  one.response_bytes = std::max<std::int64_t>(request.response_bytes, 0);
  add_to(*group, one);
}

RequestGroup* RequestGroups::find_or_make(const Key& key) {
  const auto found = groups_.find(key);
  if (found != groups_.end()) return &found->second;
  if (groups_.size() >= max_groups_) return ++overflow_, nullptr;
  RequestGroup& group = groups_[key];
  std::tie(group.log, group.path, group.client, group.method, group.status, group.user_agent, group.account,
           std::ignore) = key;
  return &group;
}

void RequestGroups::merge(RequestGroups&& later, std::uint64_t line_offset) {
  overflow_ += later.overflow_;
  for (auto& [key, group] : later.groups_) {
    RequestGroup* mine = find_or_make(key);
    if (mine == nullptr) {
      overflow_ += group.count - 1;
    } else if (mine->count == 0) {
      group.first_place.line += line_offset;
      *mine = std::move(group);
    } else {
      add_to(*mine, group);
    }
  }
}

std::vector<RequestGroup> RequestGroups::take() {
  std::vector<RequestGroup> all;
  for (auto& [key, group] : groups_) all.push_back(std::move(group));
  groups_.clear();
  return all;
}

}  // namespace afterpatch::detect
