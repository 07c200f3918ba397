#include "range/country/hunts.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "range/country/draw.h"

namespace afterpatch::range {
namespace {

std::string draw_confidence(Random& random) {
  const auto lot = random.below(100);
  return lot < 72 ? "confirmed" : lot < 90 ? "likely" : "possible";
}

void keep_first(std::optional<Timestamp>& kept, const std::optional<Timestamp>& time, Timestamp until) {
  if (time && *time < until && (!kept || *time < *kept)) kept = time;
}

std::string worst_of(const HuntAnswer& answer) {
  return answer.reentered ? "re-entered" : answer.backdoored ? "backdoored" : "exploited";
}

class Searching {
 public:
  Searching(const Random& world, Country& country) : world_(world), country_(country) {}

  void run() {
    std::map<std::size_t, std::vector<const Hit*>> by_server;
    for (const Hit& hit : country_.hits) by_server[hit.server].push_back(&hit);
    for (const auto& [server, hits] : by_server) search_victim(server, hits);
    for (std::size_t i = 0; i < country_.servers.size(); ++i)
      if (!by_server.contains(i)) search_other(i);
    std::erase_if(country_.hunts,
                  [this](const HuntAnswer& one) { return one.received >= end_of(country_.settings); });
    std::sort(country_.hunts.begin(), country_.hunts.end(), [](const HuntAnswer& a, const HuntAnswer& b) {
      return std::tie(a.received, a.server) < std::tie(b.received, b.server);
    });
  }

 private:
  void search_victim(std::size_t server, const std::vector<const Hit*>& hits) {
    Random random = world_.fork("search", server);
    const std::string confidence = draw_confidence(random);
    if (random.chance(60)) {
      for (const Hit* hit : hits) hunt(random, *hit, hits, confidence);
    } else if (random.chance(25) && hits.front()->backdoored) {
      see_from_outside(random, *hits.front());
    }
  }

  // Nobody knew of the flaws before the patch.
  Timestamp draw_received(Random& random, Timestamp event) const {
    const Timestamp usual = event + hours(24 + exponential(random, 6.0 * 24));
    const Timestamp known = country_.settings.start + hours(24 + exponential(random, 3.0 * 24));
    return event < country_.settings.start ? std::max(usual, known) : usual;
  }

  void hunt(Random& random, const Hit& cause, const std::vector<const Hit*>& hits,
            const std::string& confidence) {
    HuntAnswer out;
    out.server = cause.server;
    out.received = draw_received(random, cause.exploited);
    out.time = out.received - std::chrono::minutes(random.between(30, 600));
    for (const Hit* hit : hits)
      if (hit->exploited < out.time) take_in(*hit, out);
    out.compromise = worst_of(out);
    out.confidence = confidence;
    out.door_present = out.backdoored && random.chance(70);
    out.credentials_exposed = out.credentials_exposed && out.reentered;
    const auto& patched = country_.servers[out.server].patched;
    const bool tells = country_.servers[out.server].shown == ShownBuild::update_only && random.chance(50);
    if (tells && patched && *patched < out.time) out.patched = patched;
    country_.hunts.push_back(std::move(out));
  }

  static void take_in(const Hit& hit, HuntAnswer& out) {
    keep_first(out.exploited, hit.exploited, out.time);
    keep_first(out.backdoored, hit.backdoored, out.time);
    keep_first(out.reentered, hit.reentered, out.time);
    out.mail_accessed |= hit.mail_accessed;
    out.credentials_exposed |= hit.credentials_exposed;
    out.marks.insert(out.marks.end(), hit.marks.begin(), hit.marks.end());
  }

  void see_from_outside(Random& random, const Hit& hit) {
    HuntAnswer out;
    out.server = hit.server;
    out.from_outside = true;
    out.time = std::max(hit.exploited, country_.settings.start) + hours(48 + exponential(random, 120));
    out.received = out.time + std::chrono::hours(20);
    out.compromise = "backdoored";
    out.door_present = true;
    out.marks = hit.marks;
    country_.hunts.push_back(std::move(out));
  }

  void search_other(std::size_t server) {
    Random random = world_.fork("search", server);
    if (!random.chance(8)) return;
    HuntAnswer out;
    out.server = server;
    out.received = country_.settings.start + hours(24 + unit(random) * 24 * (country_.settings.days - 2));
    out.time = out.received - std::chrono::minutes(random.between(30, 600));
    out.compromise = random.chance(75) ? "no-evidence" : "probed";
    out.confidence = draw_confidence(random);
    country_.hunts.push_back(std::move(out));
  }

  const Random& world_;
  Country& country_;
};

}  // namespace

void make_hunts(const Random& world, Country& country) {
  Searching(world, country).run();
}

}  // namespace afterpatch::range
