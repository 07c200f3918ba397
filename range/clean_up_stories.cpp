#include "range/clean_up_stories.h"

#include <array>

#include "range/cast.h"
#include "range/doors.h"
#include "range/intruder_events.h"

namespace afterpatch::range {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

// Somebody's short visit to a door, request by request.
class CleanUp {
 public:
  CleanUp(Story& story, int door, std::string client, Timestamp when)
      : story_(story),
        random_(story.random.fork("clean-up")),
        door_(door),
        client_(std::move(client)),
        now_(std::chrono::floor<milliseconds>(when)) {}

  void look() { ask("GET", false); }
  void command() { ask("POST", true); }
  // The last command. The file is gone when its answer is sent.
  void delete_door() {
    const Timestamp when = now_;
    command();
    DoorPlan& plan = story_.doors[static_cast<std::size_t>(door_)];
    plan.removed = when + milliseconds(1);
    plan.removed_by = "request";
    if (random_.chance(50)) delete_by_command(story_, door_, client_, when - milliseconds(40));
  }

 private:
  void ask(const std::string& method, bool clean_up) {
    Request request = door_request(story_, door_, random_, client_, std::string(kAgent), method, "");
    request.end = now_;
    request.effect = request.clean_up = clean_up;
    story_.events.requests.push_back(std::move(request));
    now_ += milliseconds(random_.between(2500, 20000));
  }

  static constexpr std::string_view kAgent =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/89.0.4389.114 "
      "Safari/537.36";
  Story& story_;
  Random random_;
  int door_;
  std::string client_;
  Timestamp now_;
};

void sweep_some_time_after(Story& story, int door, Timestamp removed) {
  sweep(story, story.random, fresh_client(story), removed + minutes(story.random.between(30, 300)), door);
}

}  // namespace

void tell_scanned_and_planted_again(Story& story) {
  ProxyShellIntruder intruder = make_proxyshell_intruder(story);
  const Timestamp start = story.calendar.between(story.random, 0.12, 0.38);
  const int door = intruder.plant(start);
  const Timestamp removed = start + hours(8) + minutes(story.random.between(0, 600));
  if (story.random.chance(50)) sweep_some_time_after(story, door, removed);
  const Timestamp again = removed + hours(7) + minutes(story.random.between(0, 600));
  remove_door(story, door, removed);
  remove_by_scanner(story, door);
  int second = door;
  if (story.random.chance(50)) {
    intruder.plant_again(again, door);
  } else {
    second = intruder.plant(again);
  }
  if (story.random.chance(50)) come_back(story, second, intruder.client(), again);
}

namespace {

// Answers when.
Timestamp ask_for_deletion(Story& story, int door) {
  const Timestamp when = story.calendar.between(story.random, 0.45, 0.68);
  CleanUp visit(story, door, fresh_client(story), when);
  if (story.random.chance(60)) visit.look();
  if (story.random.chance(70)) visit.command();  // a copy for the record
  visit.delete_door();
  if (story.random.chance(70)) visit.look();
  if (story.random.chance(60)) sweep_some_time_after(story, door, when);
  return when;
}

}  // namespace

void tell_removed_by_request(Story& story) {
  Intruder intruder = make_intruder(story);
  const int door = intruder.plant(story.calendar.between(story.random, 0.1, 0.35));
  ask_for_deletion(story, door);
}

void tell_removed_then_planted(Story& story) {
  Intruder intruder = make_intruder(story);
  const int door = intruder.plant(story.calendar.between(story.random, 0.1, 0.35));
  const Timestamp removed = ask_for_deletion(story, door);
  const Timestamp again =
      story.calendar.beside_release(removed + hours(7) + minutes(story.random.between(0, 600)));
  intruder.plant_again(again, door);
  if (story.random.chance(40)) come_back(story, door, intruder.client(), again);
}

}  // namespace afterpatch::range
