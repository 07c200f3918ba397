#include "range/attack_run.h"

#include <algorithm>

#include "range/doors.h"

namespace afterpatch::range {

void AttackRun::begin(Timestamp start) {
  start_ = now_ = last_ = std::chrono::floor<std::chrono::milliseconds>(start);
  requests_ = 0;
  host_ = random_.pick(story_.server.hosts);
}

void AttackRun::wait(std::int64_t low_ms, std::int64_t high_ms) {
  now_ += std::chrono::milliseconds(random_.between(low_ms, high_ms));
}

void AttackRun::give(Request request) {
  // A tool waits for each answer, so no request begins before the one before it has ended.
  if (requests_ > 0)
    request.duration_ms =
        std::min(request.duration_ms, (now_ - last_) / std::chrono::milliseconds(1) * 9 / 10);
  request.end = last_ = now_;
  ++requests_;
  story_.events.requests.push_back(std::move(request));
}

void AttackRun::end_run(std::string outcome) {
  story_.runs.push_back({start_, last_, client_, std::move(outcome), requests_, story_.campaign});
}

Request AttackRun::request(App app, std::string method, std::string stem) {
  Request request;
  request.app = app;
  request.id = random_.guid();
  request.method = std::move(method);
  request.host = host_;
  request.stem = std::move(stem);
  request.client = client_;
  request.duration_ms = random_.between(40, 2400);
  request.request_bytes = request.method == "GET" ? 0 : random_.between(150, 3300);
  request.response_bytes = random_.between(300, 4000);
  return request;
}

int AttackRun::new_door(const std::string& parameter) {
  DoorPlan door = choose_door(story_, random_);
  door.planter = client_;
  door.parameter = parameter;
  door.campaign = story_.campaign;
  story_.doors.push_back(std::move(door));
  return static_cast<int>(story_.doors.size()) - 1;
}

void AttackRun::check_door(int door, const std::string& agent) {
  const auto looks = random_.between(1, 2);
  for (std::int64_t i = 0; i < looks; ++i) {
    wait(1500, 12000);
    give(door_request(story_, door, random_, client_, agent, random_.chance(10) ? "POST" : "GET", ""));
  }
}

void AttackRun::leave_file(int door, std::string content) {
  const DoorPlan& plan = door_plan(door);
  const Timestamp file_time =
      plan.time_stomped ? plan.planted - std::chrono::days(random_.between(200, 700)) : plan.planted;
  story_.files.push_back({plan.tree_path, "web-shell", std::move(content), file_time});
}

}  // namespace afterpatch::range
