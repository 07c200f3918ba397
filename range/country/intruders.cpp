#include "range/country/intruders.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "range/country/draw.h"

namespace afterpatch::range {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";

void add_marks(Group& group, std::string_view kind, int count, const auto& make) {
  for (int i = 0; i < count; ++i) group.marks.push_back({std::string(kind), make(i)});
}

// The pools from which a group draws for each victim.
Group make_group(Random random, std::size_t number) {
  Group group{fmt::format("group-{}", number + 1), {}};
  add_marks(group, "door-path", 5,
            [&](int) { return "/aspnet_client/" + random.text(kLetters, 8) + ".aspx"; });
  add_marks(group, "parameter", 4, [&](int) { return random.text(kLetters, 10); });
  add_marks(group, "door-hash", 3, [&](int) { return random.hex(64); });
  add_marks(group, "address", 8,
            [&](int i) { return fmt::format("203.0.113.{}", number * 40 + 2 + static_cast<unsigned>(i)); });
  add_marks(group, "url", 2, [&](int) { return "http://f/" + random.text(kLetters, 6); });
  add_marks(group, "tool", 2, [&](int) { return random.text(kLetters, 7) + ".exe"; });
  return group;
}

// What anybody has: a published tool's user agent and page name.
const Hit::Mark kPublicAgent{"user-agent", "python-requests/2.25.1"};
const Hit::Mark kPublicDoor{"door-path", "/aspnet_client/discover.aspx"};
const Hit::Mark kRelay{"address", "203.0.113.250"};

class Intrusion {
 public:
  Intrusion(const Random& world, Country& country) : world_(world), country_(country) {}

  void run() {
    const std::size_t groups = country_.settings.seed % 5 == 0 ? 2 : 3;
    for (std::size_t i = 0; i < groups; ++i)
      country_.groups.push_back(make_group(world_.fork("group", i), i));
    country_.second_group_follows = groups == 3 && country_.settings.seed % 2 == 0;
    plan_waves(groups);
    for (std::size_t i = 0; i < country_.waves.size(); ++i) ride(i);
    trickle();
    std::sort(country_.hits.begin(), country_.hits.end(), [](const Hit& a, const Hit& b) {
      return std::tie(a.exploited, a.server, a.group) < std::tie(b.exploited, b.server, b.group);
    });
  }

 private:
  void add_wave(std::size_t group, std::int64_t first, std::int64_t days, double hits_a_day) {
    const std::int64_t start = day_number(country_.settings.start);
    const double size = static_cast<double>(country_.settings.servers) / 2000;
    const auto hits = static_cast<std::size_t>(hits_a_day * size * static_cast<double>(days));
    country_.waves.push_back({group, start + first, start + first + days - 1, hits});
  }

  void plan_waves(std::size_t groups) {
    Random random = world_.fork("waves");
    add_wave(0, random.between(-6, -5), random.between(3, 4), 14);
    add_wave(1, random.between(0, 2), random.between(4, 6), 75);
    if (groups > 2) add_wave(2, random.between(14, 20), random.between(3, 5), 28);
  }

  bool is_open_at(std::size_t server, Timestamp time) const {
    const CountryServer& one = country_.servers[server];
    const auto day = std::chrono::floor<std::chrono::days>(time - country_.settings.start).count();
    return is_present(one, std::max(0, static_cast<int>(day))) && (!one.patched || *one.patched > time);
  }

  // Tries until somebody is found that is open then; the number of tries bounds what a small country can
  // give.
  void ride(std::size_t number) {
    Random random = world_.fork("wave", number);
    const Wave& wave = country_.waves[number];
    std::size_t done = 0;
    for (std::size_t tries = 0; done < wave.hits && tries < wave.hits * 40; ++tries) {
      const auto minutes = random.between(0, (wave.last_day - wave.first_day + 1) * 1440 - 1);
      const Timestamp time = Timestamp(std::chrono::days(wave.first_day)) + std::chrono::minutes(minutes);
      if (strike(random, wave.group, number, draw_server(random, wave.group), time)) ++done;
    }
    country_.waves[number].hits = done;
  }

  std::size_t draw_server(Random& random, std::size_t group) {
    const bool follows = group == 2 && country_.second_group_follows && random.chance(40);
    if (follows && !victims_[1].empty()) return random.pick(victims_[1]);
    return random.below(country_.servers.size());
  }

  // Single servers that the second group meets later, as scanners that were left running do.
  void trickle() {
    Random random = world_.fork("trickle");
    const auto& settings = country_.settings;
    const auto count = static_cast<std::size_t>(settings.days) * settings.servers / 4000;
    for (std::size_t i = 0; i < count; ++i) {
      const auto minutes = random.between(0, static_cast<std::int64_t>(settings.days) * 1440 - 1);
      strike(random, 1, std::nullopt, random.below(country_.servers.size()),
             settings.start + std::chrono::minutes(minutes));
    }
  }

  bool strike(Random& random, std::size_t group, std::optional<std::size_t> wave, std::size_t server,
              Timestamp time) {
    if (!is_open_at(server, time) || !struck_.insert({server, group}).second) return false;
    Hit hit;
    hit.server = server;
    hit.group = group;
    hit.wave = wave;
    hit.exploited = time;
    draw_consequences(random, hit);
    draw_marks(random, hit);
    victims_[group].push_back(server);
    country_.hits.push_back(std::move(hit));
    return true;
  }

  void draw_consequences(Random& random, Hit& hit) const {
    if (!random.chance(85)) return;
    hit.backdoored = hit.exploited + std::chrono::seconds(random.between(40, 1500));
    hit.mail_accessed = random.chance(12);
    if (!random.chance(9)) return;
    hit.reentered = *hit.backdoored + hours(12 + exponential(random, 120));
    hit.credentials_exposed = random.chance(50);
  }

  void draw_one(Random& random, unsigned percent, std::string_view kind, Hit& hit) {
    if (!random.chance(percent)) return;
    std::vector<Hit::Mark> of_kind;
    for (const Hit::Mark& mark : country_.groups[hit.group].marks)
      if (mark.kind == kind) of_kind.push_back(mark);
    hit.marks.push_back(random.pick(of_kind));
  }

  void draw_marks(Random& random, Hit& hit) {
    draw_one(random, 90, "address", hit);
    draw_one(random, 45, "url", hit);
    if (hit.backdoored) {
      draw_one(random, 70, "door-path", hit);
      draw_one(random, 80, "parameter", hit);
      draw_one(random, 50, "door-hash", hit);
      draw_one(random, 15, "tool", hit);
      if (random.chance(25)) hit.marks.push_back(kPublicDoor);
      if (random.chance(30))
        hit.marks.push_back({"door-path", "/aspnet_client/" + random.text(kLetters, 8) + ".aspx"});
    }
    if (random.chance(60)) hit.marks.push_back(kPublicAgent);
    if (random.chance(3)) hit.marks.push_back(kRelay);
  }

  const Random& world_;
  Country& country_;
  std::set<std::pair<std::size_t, std::size_t>> struck_;
  std::vector<std::size_t> victims_[3];
};

}  // namespace

void make_intruders(const Random& world, Country& country) {
  Intrusion(world, country).run();
}

}  // namespace afterpatch::range
