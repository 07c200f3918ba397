// What all intruders have in common: one client whose requests follow each other, counted as runs. A run
// begins with its first request and has one outcome (RunTruth).
#pragma once

#include <string>

#include "range/random.h"
#include "range/story.h"

namespace afterpatch::range {

class AttackRun {
 public:
  const std::string& client() const { return client_; }

 protected:
  AttackRun(Story& story, std::string client, Random random)
      : story_(story), client_(std::move(client)), random_(random) {}
  ~AttackRun() = default;

  void begin(Timestamp start);
  void wait(std::int64_t low_ms, std::int64_t high_ms);
  void give(Request request);
  void end_run(std::string outcome);

  // A request of this client with what every request has; the rest is left to the caller.
  Request request(App app, std::string method, std::string stem);

  // A door of this client that shall come to be; returns its index. `parameter` as in DoorPlan.
  int new_door(const std::string& parameter);
  DoorPlan& door_plan(int door) { return story_.doors[static_cast<std::size_t>(door)]; }
  // The planter asks for the page once or twice. A POST here is still part of planting.
  void check_door(int door, const std::string& agent);
  // The door's file, with a time of its own if the story wants that.
  void leave_file(int door, std::string content);

  Story& story_;
  std::string client_;
  Random random_;
  Timestamp now_{};
  Timestamp start_{};
  Timestamp last_{};
  std::uint64_t requests_ = 0;
  std::string host_;
};

}  // namespace afterpatch::range
