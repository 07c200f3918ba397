#include "range/cast.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "range/doors.h"

namespace afterpatch::range {
namespace {

using std::chrono::hours;

// Documentation addresses (RFC 5737, RFC 3849), each handed out once.
std::string attacker_address(Story& story) {
  static constexpr std::array<std::string_view, 3> kNetworks = {"203.0.113.", "198.51.100.", "192.0.2."};
  if (story.random.chance(8))
    return fmt::format("2001:db8:{}:{}::{}", story.random.hex(4), story.random.hex(4), story.random.hex(2));
  return fmt::format("{}{}", story.random.pick(kNetworks), story.random.between(1, 254));
}

}  // namespace

Random intruder_stream(const Story& story) {
  return story.random.fork("intruder", story.runs.size() + story.events.requests.size());
}

std::string fresh_client(Story& story) {
  std::string client;
  const auto taken = [&] {
    return std::ranges::any_of(story.events.requests,
                               [&](const Request& request) { return request.client == client; });
  };
  do client = attacker_address(story);
  while (taken());
  return client;
}

Intruder make_intruder(Story& story) {
  const std::string client = fresh_client(story);
  Random random = intruder_stream(story);
  Tool tool = make_tool(random);
  return {story, client, tool, random};
}

ProxyShellIntruder make_proxyshell_intruder(Story& story) {
  const std::string client = fresh_client(story);
  Random random = intruder_stream(story);
  ProxyShellTool tool = make_proxyshell_tool(random);
  return {story, client, tool, random};
}

PasswordIntruder make_password_intruder(Story& story) {
  const std::string client = fresh_client(story);
  const std::size_t people = story.server.users.size() - 1;  // not the administrator
  const User& user = story.server.users[static_cast<std::size_t>(story.random.below(people))];
  return {story, client, user, intruder_stream(story)};
}

Timestamp attack_time(Story& story) {
  const bool early = story.random.chance(35);
  return early ? story.calendar.between(story.random, 0.12, 0.38)
               : story.calendar.between(story.random, 0.5, 0.6);
}

Timestamp later(Story& story, Timestamp planted, hours after) {
  const Timestamp earliest = planted + after;
  const auto room =
      std::chrono::duration_cast<std::chrono::seconds>(story.calendar.at(0.93) - earliest).count();
  return earliest + std::chrono::seconds(story.random.between(0, std::max<std::int64_t>(room, 60)));
}

void come_back(Story& story, int door, const std::string& planter, Timestamp planted) {
  const auto visits = story.random.between(1, 3);
  for (std::int64_t i = 0; i < visits; ++i) {
    const std::string client = story.random.chance(35) ? planter : fresh_client(story);
    use_door(story, door, story.random, client, later(story, planted, hours(7)),
             static_cast<int>(story.random.between(1, 12)));
  }
}

}  // namespace afterpatch::range
