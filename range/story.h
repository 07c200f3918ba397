// The script of one tree: what happens besides everyday traffic, and the truth about it. Scenarios fill it,
// then settle() works out answers and counts from what will be visible in the logs.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "range/events.h"
#include "range/random.h"
#include "range/season.h"
#include "range/server.h"
#include "range/truth.h"
#include "range/windows_events.h"

namespace afterpatch::range {

struct DiskFile {
  std::string tree_path;  // below tree/, '/' between parts
  std::string kind;       // as FileTruth::kind; empty for harmless files
  std::string content;
  Timestamp modified;
};

// The days of the tree as shares of its length, so that a longer tree keeps the same story.
class Calendar {
 public:
  Calendar(Timestamp first, int days, Timestamp release = kProxyLogon.patch_released)
      : first_(first), days_(days), release_(release) {}

  Timestamp first() const { return first_; }
  Timestamp last() const { return first_ + std::chrono::days(days_); }
  Timestamp at(double share) const;
  // A moment between two shares; never on the day of the release itself, so that "before the patch" has one
  // answer.
  Timestamp between(Random& random, double low, double high) const;
  // The same moment, or a day later if it lies on the day of the release.
  Timestamp beside_release(Timestamp time) const;

 private:
  Timestamp first_;
  int days_;
  Timestamp release_;
};

// A back door as planned. Its requests carry its index in Request::door.
struct DoorPlan {
  std::string url;
  std::string windows_path;
  std::string tree_path;
  App app = App::none;
  int missing_status = 302;  // what a request for it gets when it is not there
  Timestamp planted;
  std::string planter;
  std::string parameter;  // request parameter that the script looks at
  std::optional<Timestamp> removed;
  std::optional<Timestamp> planted_again;  // after it was removed
  bool time_stomped = false;
  std::string removed_by;  // as DoorTruth::removed_by
  std::string campaign;
};

struct Story {
  Story(Server server_in, Calendar calendar_in, Random random_in, const Season& season_in = kProxyLogon)
      : season(season_in),
        campaign(season.campaign),
        server(std::move(server_in)),
        calendar(calendar_in),
        random(random_in) {}

  Season season;
  std::string campaign;  // of what happens now: the season's, or that of an earlier wave on the same server
  std::vector<Season> earlier;  // waves that hit the server before, and have a truth of their own
  Server server;
  Calendar calendar;
  Random random;
  Events events;
  std::vector<DiskFile> files;
  std::vector<DoorPlan> doors;
  std::vector<RunTruth> runs;
  std::vector<MailboxTruth> mailboxes;
  std::vector<Gap> gaps;
  std::vector<ClockTruth> clocks;  // logs whose clock is off; every other time is the truth
  std::vector<std::string> sweepers;
  std::vector<std::string> noise;
  bool credentials_exposed = false;
  EventHabits habits;
  std::vector<EvtxEvent> windows_events;  // besides the everyday ones
  EventTruth event_truth;                 // `channels` are filled by settle()
};

// Gives every request for a back door its answer, sorts the events, and writes down the truth. Call once, at
// the end.
Truth settle(Story& story);

}  // namespace afterpatch::range
