// The situation in numbers: what `afterpatch situation` prints and the console shows. Plain values; JSON of
// it is the `Situation` of docs/openapi.yaml (picture_json.h), and docs/situation.md says how each figure is
// made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "situation/clusters.h"
#include "situation/delay.h"
#include "situation/patch_curve.h"
#include "situation/second_group.h"
#include "situation/waves.h"
#include "store/servers.h"

namespace afterpatch::situation {

// The list behind a figure: `view` is "servers", "organisations" or "clusters", the parameters are those of
// store::ServerQuery by its members' names. View "": there is none.
struct List {
  std::string view = "servers";
  std::vector<std::pair<std::string, std::string>> parameters;
};
// What a list of servers asks the store for; its total is the figure, or that of its organisations.
// REQUIRES: view "servers" or "organisations".
store::ServerQuery query_of(const List& list);

// `low`: certain (confirmed, builds known); `value`: likely too; `high`: all that is possible.
struct Band {
  std::uint64_t value = 0, low = 0, high = 0;
  bool operator==(const Band&) const = default;
};

enum class Stage { exposed, unpatched, exploited, backdoored, reentered, notified, reached, patched, clean };
inline constexpr std::size_t kStages = 9;
std::string_view name_of(Stage stage);  // "exposed", ... "re-entered", ...

struct FunnelStep {
  Stage stage = Stage::exposed;
  Band servers;
  Band organisations;             // distinct, of the servers that are attributed
  std::string of;                 // what the denominator counts
  std::uint64_t denominator = 0;  // servers; not always the step before
  List list;                      // of servers.value; "organisations" with the same parameters: theirs
};
using Funnel = std::vector<FunnelStep>;  // one step a stage, in order

struct GroupFunnel {
  std::string key;  // "DE", "Coast", "nace:Q"; empty: not known
  Funnel funnel;
};

struct Headline {
  std::string id;  // docs/openapi.yaml
  Band count;
  std::string unit;  // "servers" or "organisations"
  std::string of;
  std::optional<std::uint64_t> denominator;
  List list;
};

// Of back doors, those that somebody came back through. The denominator is back-doored servers that were
// hunted: from outside nobody sees a return.
struct Reentry {
  std::uint64_t used = 0, hunted = 0;
  double low = 0, high = 0;  // Wilson's 95 % interval of the share
};

// Made from where each server stands now, not from each day's sightings: a server counts from first_seen to
// last_seen without gaps.
struct CurveDay {
  std::int64_t day = 0;
  std::uint64_t unpatched = 0, unsupported = 0, unknown = 0, patched = 0, appeared = 0, gone = 0;
  bool doubtful = false;
};

struct EpidemicDay {
  std::int64_t day = 0;
  std::uint64_t exploited = 0, backdoored = 0, reentered = 0;  // servers, by when it happened first
  NowcastDay expected;                                         // of exploited
};

struct CountryCount {
  std::string country;
  std::uint64_t servers = 0;    // present
  std::uint64_t unpatched = 0;  // present and open
  std::uint64_t exploited = 0, backdoored = 0;
};

// Servers by exposure as last seen, then by stage ("exploited", "notified"...), of one sector.
struct SectorCount {
  std::string sector;
  std::uint64_t servers = 0;
  std::vector<std::pair<std::string, std::uint64_t>> states;
};

struct SourceAge {
  std::string name;
  std::optional<Timestamp> last;
  std::string says;
};

struct BlindSpot {
  std::string says;
  std::optional<std::uint64_t> servers;
  std::optional<List> list;
};

struct ClusterSummary {
  std::string id;
  std::uint64_t servers = 0;
  std::uint64_t also = 0;  // whose own cluster is another one
  // On which its servers were first exploited, as far as that is known.
  std::optional<std::int64_t> first_day, median_day, last_day;
  std::vector<ClusterMark> marks;  // the heaviest, at most kShownMarks
};
inline constexpr std::size_t kShownMarks = 8;

struct ClusterPair {
  Meeting meeting;
  Meets meets = Meets::as_chance;
  std::optional<std::int64_t>
      days_between;  // medians of their servers' first days; more than 0: b came later
};

struct Picture {
  Timestamp as_of{};
  std::string campaign;  // empty: all
  std::string country;   // empty: all
  std::vector<Headline> headlines;
  Funnel funnel;
  std::vector<GroupFunnel> by_country, by_region, by_sector;  // most exposed servers first
  Reentry reentry;
  std::vector<CurveDay> curve;
  std::vector<PatchCurve> patching;  // all first, then by sector
  std::vector<EpidemicDay> epidemic;
  WavePicture waves;
  std::vector<CountryCount> countries;
  std::vector<SectorCount> sectors;
  std::vector<SourceAge> sources;
  std::vector<BlindSpot> blind_spots;
  std::vector<ClusterSummary> clusters;
  std::uint64_t unclustered = 0;
  std::vector<ClusterPair> pairs;  // of clusters with at least one server in common
  bool empty = true;               // nothing was ever seen
};

// "2021-03-03 to 2021-03-06: 180 servers, 45 a day, 90 times the usual rate; seen by both methods".
std::string wave_says(const DatedWave& wave);
// What the clusters allow to say of a second group, as a hypothesis.
std::string second_group_says(const Picture& picture);

}  // namespace afterpatch::situation
