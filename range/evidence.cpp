#include "range/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/file.h"
#include "range/event_logs.h"
#include "range/routine_events.h"
#include "range/scenarios.h"
#include "range/software_hive.h"
#include "range/traffic.h"

namespace afterpatch::range {
namespace {

Result<void> check(const EvidenceRequest& request) {
  if (find_scenario(request.scenario) == nullptr) {
    return fail(fmt::format("no scenario is named '{}'", request.scenario), "", "--list shows them");
  }
  if (request.days < 7 || request.days > 3650) return fail("days must be 7 to 3650");
  if (request.rows_per_day < 24 || request.rows_per_day > 10'000'000)
    return fail("rows per day must be 24 to 10,000,000");
  if (request.events_per_day < 0 || request.events_per_day > 10'000'000)
    return fail("events per day must be 0 to 10,000,000");
  return {};
}

Result<std::filesystem::path> prepare_folder(const std::filesystem::path& folder) {
  std::error_code error;
  const auto tree = folder / "tree";
  if (std::filesystem::exists(tree, error)) {
    const bool ours = std::filesystem::exists(folder / "truth.json", error);
    if (!ours)
      return fail("a folder is in the way, and no truth.json says that it came from here", tree.string(),
                  "choose an empty folder");
    std::filesystem::remove_all(tree, error);
  }
  std::filesystem::create_directories(tree, error);
  if (error) return fail("can't make the folder: " + error.message(), tree.string());
  return tree;
}

// Folders that stand on every server, so that an empty one can be told from one that was not collected.
Result<void> make_standing_folders(const std::filesystem::path& drive) {
  static constexpr std::array<std::string_view, 8> kFolders = {
      "inetpub/wwwroot/aspnet_client/system_web",
      "Windows/Temp",
      "ProgramData",
      "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/Current/themes",
      "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/ecp/auth",
      "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/OAB",
      "Program Files/Microsoft/Exchange Server/V15/ClientAccess/OAB/Temp",
      "Program Files/Microsoft/Exchange Server/V15/ClientAccess/ecp"};
  std::error_code error;
  for (const auto folder : kFolders) {
    std::filesystem::create_directories(drive / folder, error);
    if (error) return fail("can't make the folder: " + error.message(), (drive / folder).string());
  }
  return {};
}

Result<void> write_disk_file(const std::filesystem::path& tree, const DiskFile& file) {
  const auto path = tree / file.tree_path;
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) return fail("can't make the folder: " + error.message(), path.parent_path().string());
  if (const auto written = write_file(path, file.content); !written) return written;
  return set_modified(path, file.modified);
}

void add_start_page(Story& story) {
  story.files.push_back(
      {"C/inetpub/wwwroot/iisstart.htm", "",
       "<html><head><title>IIS</title></head><body>start page of the evidence range</body></html>\r\n",
       story.calendar.first() - std::chrono::days(300)});
}

// Of servers that were surely patched and whose logs have no hole: there logs and registry tell the same.
void add_software_hive(Story& story, const Scenario& scenario) {
  const bool patched = scenario.patching == Patching::always || scenario.patching == Patching::at_once;
  if (!patched || !story.server.patched || !story.gaps.empty() || !has_named_update(story.server)) return;
  story.files.push_back({"C/Windows/System32/config/SOFTWARE", "",
                         software_hive(story.server, story.calendar.first()),
                         story.calendar.last() - std::chrono::minutes(30)});
}

// While a security update is installed, IIS is down for some minutes before the first row with the new build.
bool down(const Server& server, Timestamp time) {
  return server.patched && time < *server.patched && time >= *server.patched - std::chrono::minutes(25);
}

// Takes the script's events of one hour, which lie in order.
template <typename Event, typename TimeOf>
void take_hour(const std::vector<Event>& all, std::size_t& next, Timestamp end, TimeOf time_of,
               std::vector<Event>& out) {
  while (next < all.size() && time_of(all[next]) < end) out.push_back(all[next++]);
}

// Feeds everyday traffic and the script, hour by hour and in order, to the logs.
class Player {
 public:
  Player(const Story& story, Traffic traffic, LogTree& logs)
      : story_(story), traffic_(std::move(traffic)), logs_(logs) {}

  void play() {
    for (Timestamp hour = story_.calendar.first(); hour < story_.calendar.last();
         hour += std::chrono::hours(1))
      play_hour(hour);
  }

 private:
  void add_everyday(Timestamp hour, Events& events) const {
    traffic_.add_hour(hour, events);
    const auto is_down = [&](const auto& event) { return down(story_.server, event.time); };
    std::erase_if(events.requests, [&](const Request& request) { return down(story_.server, request.end); });
    std::erase_if(events.commands, is_down);
    std::erase_if(events.cmdlets, is_down);
  }

  void add_script(Timestamp end, Events& events) {
    take_hour(
        story_.events.requests, next_request_, end, [](const Request& request) { return request.end; },
        events.requests);
    take_hour(
        story_.events.commands, next_command_, end, [](const EcpCommand& command) { return command.time; },
        events.commands);
    take_hour(
        story_.events.cmdlets, next_cmdlet_, end, [](const ShellCmdlet& cmdlet) { return cmdlet.time; },
        events.cmdlets);
  }

  void play_hour(Timestamp hour) {
    Events events;
    const bool kept = !in_gap(story_.gaps, "all", hour);
    if (kept) add_everyday(hour, events);
    add_script(hour + std::chrono::hours(1), events);
    if (!kept) return;
    std::ranges::stable_sort(events.requests, {}, &Request::end);
    std::ranges::stable_sort(events.commands, {}, &EcpCommand::time);
    std::ranges::stable_sort(events.cmdlets, {}, &ShellCmdlet::time);
    for (const Request& request : events.requests) logs_.write(request);
    for (const EcpCommand& command : events.commands) logs_.write(command);
    for (const ShellCmdlet& cmdlet : events.cmdlets) logs_.write(cmdlet);
    if (hour_of(hour) % 24 == 4) generate_address_book(hour);
  }

  // A download that failed and stays in its own folder is harmless.
  void generate_address_book(Timestamp hour) {
    logs_.write_oab_generator(hour + std::chrono::minutes(11),
                              "OAB generation started for \\Default Offline Address Book");
    if (hour_of(hour) / 24 % 3 == 0) {
      logs_.write_oab_generator(
          hour + std::chrono::minutes(12),
          fmt::format("Download failed and temporary file 'C:\\Program Files\\Microsoft\\Exchange "
                      "Server\\V15\\ClientAccess\\OAB\\Temp\\{}.lzx' needs to be removed",
                      story_.server.oab_guid));
    }
    logs_.write_oab_generator(hour + std::chrono::minutes(14), "OAB generation completed");
  }

  const Story& story_;
  Traffic traffic_;
  LogTree& logs_;
  std::size_t next_request_ = 0;
  std::size_t next_command_ = 0;
  std::size_t next_cmdlet_ = 0;
};

// The same for the event logs.
class EventPlayer {
 public:
  EventPlayer(const Story& story, const RoutineEvents& routine, EventLogs& logs)
      : story_(story), routine_(routine), logs_(logs) {}

  void play() {
    for (Timestamp hour = story_.calendar.first(); hour < story_.calendar.last();
         hour += std::chrono::hours(1))
      play_hour(hour);
  }

 private:
  void play_hour(Timestamp hour) {
    std::vector<EvtxEvent> events = std::move(late_);
    late_.clear();
    routine_.add_hour(hour, events);
    std::erase_if(events, [&](const EvtxEvent& event) { return down(story_.server, event.time); });
    const Timestamp end = hour + std::chrono::hours(1);
    take_hour(story_.windows_events, next_, end, [](const EvtxEvent& event) { return event.time; }, events);
    std::ranges::stable_sort(events, {}, &EvtxEvent::time);
    const auto late = std::ranges::lower_bound(events, end, {}, &EvtxEvent::time);
    late_.assign(std::make_move_iterator(late), std::make_move_iterator(events.end()));
    events.erase(late, events.end());
    for (const EvtxEvent& event : events) logs_.write(event);
  }

  const Story& story_;
  const RoutineEvents& routine_;
  EventLogs& logs_;
  std::size_t next_ = 0;
  std::vector<EvtxEvent> late_;  // an event of this hour may have its counterpart in the next
};

Result<void> write_event_logs(const EvidenceRequest& request, const Story& story,
                              const std::filesystem::path& drive) {
  const RoutineEvents routine(story.server, Random(request.seed).fork("routine events"), story.habits,
                              request.events_per_day);
  EventLogs logs(drive, story.server.fqdn, story.event_truth);
  EventPlayer(story, routine, logs).play();
  return logs.close();
}

void name_noise(Story& story, Random& chance, TrafficOptions& traffic) {
  traffic.crawlers = chance.chance(40);
  if (traffic.crawlers) story.noise.emplace_back("crawlers");
  if (story.server.byte_order_mark) story.noise.emplace_back("byte-order-mark");
}

// The build that closed a wave's flaws.
void add_builds(const std::vector<BuildSpan>& builds, Truth& truth) {
  truth.builds = builds;
  if (truth.exposure == "patched" && builds.size() > 1) truth.patched_at = builds.back().first;
  for (Truth& earlier : truth.earlier) add_builds(builds, earlier);
}

Result<void> write_logs(const EvidenceRequest& request, Story& story, const std::filesystem::path& drive,
                        Truth& truth) {
  Random chance = Random(request.seed).fork("noise");
  TrafficOptions options{.rows_per_day = request.rows_per_day};
  name_noise(story, chance, options);
  LogTree logs(drive, story.server, story.gaps, chance.fork("log ids"));
  for (const ClockTruth& clock : story.clocks) logs.set_clock(clock.log, std::chrono::seconds(clock.ahead_s));
  Player(story, Traffic(story.server, chance.fork("traffic"), options), logs).play();
  if (chance.chance(20)) {
    logs.cut_last_line_of_iis();
    story.noise.emplace_back("truncated-line");
  }
  if (const auto closed = logs.close(); !closed) return closed;
  truth.noise = story.noise;
  add_builds(logs.builds(), truth);
  return {};
}

}  // namespace

Result<Truth> make_evidence(const EvidenceRequest& request) {
  if (const auto sound = check(request); !sound) return std::unexpected(sound.error());
  const auto tree = prepare_folder(request.folder);
  if (!tree) return std::unexpected(tree.error());
  const Scenario& scenario = *find_scenario(request.scenario);
  Story story = make_story(scenario, request.seed, calendar_of(scenario, request.days, request.start));
  add_start_page(story);
  add_software_hive(story, scenario);
  Truth truth = settle(story);
  truth.tree = *tree;
  truth.scenario = request.scenario;
  truth.seed = request.seed;
  if (const auto made = make_standing_folders(*tree / "C"); !made) return std::unexpected(made.error());
  if (const auto written = write_logs(request, story, *tree / "C", truth); !written)
    return std::unexpected(written.error());
  if (const auto written = write_event_logs(request, story, *tree / "C"); !written)
    return std::unexpected(written.error());
  for (const DiskFile& file : story.files) {
    if (const auto written = write_disk_file(*tree, file); !written) return std::unexpected(written.error());
  }
  if (const auto written = write_file(request.folder / "truth.json", to_json(truth)); !written)
    return std::unexpected(written.error());
  return truth;
}

}  // namespace afterpatch::range
