#include "range/doors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "range/fixtures.h"

namespace afterpatch::range {
namespace {

struct Folder {
  std::string_view windows;
  std::string_view url;
  App app;
  int missing_status;
};
constexpr std::string_view kFrontEnd =
    "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy";
constexpr std::string_view kRoot = "C:\\inetpub\\wwwroot";
// A missing page below /owa and /ecp is sent to the logon page; elsewhere IIS says 404.
constexpr std::array<Folder, 8> kFolders = {
    {{"\\owa\\auth", "/owa/auth", App::owa, 302},
     {"\\owa\\auth", "/owa/auth", App::owa, 302},
     {"\\owa\\auth\\Current\\themes", "/owa/auth/Current/themes", App::owa, 302},
     {"\\ecp\\auth", "/ecp/auth", App::ecp, 302},
     {"\\OAB", "/OAB", App::oab, 404},
     {"\\aspnet_client", "/aspnet_client", App::none, 404},
     {"\\aspnet_client", "/aspnet_client", App::none, 404},
     {"\\aspnet_client\\system_web", "/aspnet_client/system_web", App::none, 404}}};
// File names that were published in 2021 for many different intruders.
constexpr std::array<std::string_view, 14> kNames = {"RedirSuiteServerProxy",
                                                     "supp0rt",
                                                     "discover",
                                                     "OutlookEN",
                                                     "errorFF",
                                                     "shell",
                                                     "load",
                                                     "error_page",
                                                     "logg",
                                                     "one",
                                                     "web",
                                                     "healthcheck",
                                                     "document",
                                                     "iispage"};
constexpr std::array<std::string_view, 10> kSweptNames = {
    "ErrorAA", "zntwv", "getpp", "Err0r", "fexppw", "928ccfacbe", "errorFS", "OutlookZH", "bob", "multiup"};
constexpr std::array<std::string_view, 3> kBrowsers = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.182 "
    "Safari/537.36",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/65.0.2345 "
    "Safari/537.36",
    "python-requests/2.25.1"};

std::string to_tree_path(std::string_view windows_path) {
  std::string path(windows_path);
  std::ranges::replace(path, '\\', '/');
  path.erase(1, 1);  // "C:/x" -> "C/x"
  return path;
}

std::string file_name(const Folder& folder, Random& random) {
  const bool random_name = folder.url.ends_with("system_web") || random.chance(40);
  if (random_name) return random.text("abcdefghijklmnopqrstuvwxyz0123456789", 8) + ".aspx";
  return std::string(random.pick(kNames)) + ".aspx";
}

Request page_request(const Story& story, Random& random, App app, const std::string& url) {
  Request request;
  request.app = app;
  request.id = random.guid();
  request.stem = url;
  request.host = random.pick(story.server.hosts);
  request.authentication = app == App::none ? "" : "FBA";
  request.encoding = app == App::owa;
  request.duration_ms = random.between(15, 180);
  request.response_bytes = random.between(900, 3000);
  return request;
}

}  // namespace

DoorPlan choose_door(const Story& story, Random& random) {
  for (;;) {
    const Folder& folder = random.pick(kFolders);
    const std::string name = file_name(folder, random);
    DoorPlan door;
    door.url = fmt::format("{}/{}", folder.url, name);
    door.windows_path =
        fmt::format("{}{}\\{}", folder.app == App::none ? kRoot : kFrontEnd, folder.windows, name);
    door.tree_path = to_tree_path(door.windows_path);
    door.app = folder.app;
    door.missing_status = folder.missing_status;
    door.time_stomped = random.chance(15);
    if (std::ranges::find(story.doors, door.url, &DoorPlan::url) == story.doors.end()) return door;
  }
}

Request door_request(const Story& story, int door, Random& random, const std::string& client,
                     const std::string& agent, const std::string& method, const std::string& query) {
  const DoorPlan& plan = story.doors[static_cast<std::size_t>(door)];
  Request request = page_request(story, random, plan.app, plan.url);
  request.client = client;
  request.user_agent = agent;
  request.method = method;
  request.query = query;
  request.request_bytes = method == "POST" ? random.between(80, 2400) : 0;
  request.door = door;
  return request;
}

void use_door(Story& story, int door, Random& random, const std::string& client, Timestamp start, int count) {
  const std::string agent(random.pick(kBrowsers));
  const bool by_get = random.chance(25);
  const std::string parameter = story.doors[static_cast<std::size_t>(door)].parameter;
  Timestamp now = std::chrono::floor<std::chrono::milliseconds>(start);
  for (int i = 0; i < count; ++i) {
    Request request = door_request(story, door, random, client, agent, by_get ? "GET" : "POST",
                                   by_get ? parameter + "=whoami" : "");
    request.end = now;
    request.effect = true;
    story.events.requests.push_back(std::move(request));
    now += std::chrono::milliseconds(random.between(1500, 60000));
  }
}

void remove_door(Story& story, int door, Timestamp when) {
  const Timestamp in_time = std::min(when, story.calendar.at(0.97));
  story.doors[static_cast<std::size_t>(door)].removed = std::chrono::floor<std::chrono::seconds>(in_time);
}

void leave_compiled_trace(Story& story, int door, Random& random) {
  const DoorPlan& plan = story.doors[static_cast<std::size_t>(door)];
  const std::string name = plan.url.substr(plan.url.rfind('/') + 1);
  const std::string_view application = plan.app == App::none          ? "root"
                                       : plan.app == App::oab         ? "oab"
                                       : plan.url.starts_with("/ecp") ? "ecp"
                                                                      : "owa";
  story.files.push_back(
      {fmt::format(
           "C/Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/{}/{}/{}/{}.{}.compiled",
           application, random.hex(8), random.hex(8), to_lower_ascii(name), random.hex(8)),
       "compiled-trace", compiled_trace(plan.url, random), plan.planted + std::chrono::seconds(9)});
}

void sweep(Story& story, Random& random, const std::string& client, Timestamp start, int known_door) {
  const std::string agent(random.pick(kBrowsers));
  const std::size_t names = 5 + static_cast<std::size_t>(random.below(5));
  const std::size_t turn = static_cast<std::size_t>(random.below(names));
  Timestamp now = std::chrono::floor<std::chrono::milliseconds>(start);
  for (std::size_t i = 0; i < names; ++i) {
    for (const std::string& host : story.server.hosts) {
      Request request =
          page_request(story, random, App::owa, fmt::format("/owa/auth/{}.aspx", kSweptNames[i]));
      request.status = 302;
      if (known_door >= 0 && i == turn)
        request = door_request(story, known_door, random, client, agent, "GET", "");
      request.host = host;
      request.client = client;
      request.user_agent = agent;
      request.end = now;
      story.events.requests.push_back(std::move(request));
      now += std::chrono::milliseconds(random.between(70, 900));
    }
  }
  if (std::ranges::find(story.sweepers, client) == story.sweepers.end()) story.sweepers.push_back(client);
}

}  // namespace afterpatch::range
