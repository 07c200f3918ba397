// Counts servers and organisations by stage, for all and by country, region and sector, in one pass.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "situation/picture.h"
#include "store/servers.h"

namespace afterpatch::situation {

// One server with what was known by the day of the picture.
struct StagedServer {
  store::ServerGlance glance;
  bool hunted = false;  // by a hunt
};

// Which stages a server is at, with which certainty: three bits a stage. The conditions are those of
// store/server_stage.h, which lists the same servers.
using StageBits = std::uint32_t;
StageBits stages_of(const store::ServerGlance& server);
bool holds(StageBits bits, Stage stage, std::size_t certainty);  // 0 certain, 1 counted, 2 possible

// Denominators, and what else is counted in passing.
struct Wholes {
  std::uint64_t seen = 0;         // by a scan, as self-hosted
  std::uint64_t told_of = 0;      // ever open, or broken into
  std::uint64_t looked_into = 0;  // hunted, or a door seen from outside
  std::uint64_t doors_hunted = 0, reentered_hunted = 0;
};

class Tally {
 public:
  void add(const StagedServer& server);

  Funnel funnel() const;
  std::vector<GroupFunnel> by_country() const { return groups(0, "country"); }
  std::vector<GroupFunnel> by_region() const { return groups(1, "region"); }
  std::vector<GroupFunnel> by_sector() const { return groups(2, "sector"); }
  const Wholes& wholes() const { return all_.wholes; }

 private:
  static constexpr std::size_t kBits = kStages * 3;
  struct Counts {
    std::array<std::uint64_t, kBits> servers{};
    std::array<std::uint64_t, kBits> organisations{};
    Wholes wholes;
  };
  struct Known {
    StageBits bits = 0;
    std::array<std::size_t, 3> groups{};  // country, region, sector, of its first server
  };

  // Counts of one kind of group; a group's number is its place in `counts`.
  struct Groups {
    std::unordered_map<std::string, std::size_t> numbers;
    std::vector<Counts> counts;
    std::size_t number_of(const std::string& key);
  };

  static void count(StageBits bits, std::array<std::uint64_t, kBits>& out);
  static Funnel funnel_of(const Counts& counts, const List& list);
  std::vector<GroupFunnel> groups(std::size_t kind, const std::string& parameter) const;
  void count_wholes(const StagedServer& server, StageBits bits, Wholes& out) const;

  Counts all_;
  std::array<Groups, 3> groups_;
  std::unordered_map<std::string, std::size_t> organisation_numbers_;  // their places in the list
  std::vector<Known> organisations_;
};

}  // namespace afterpatch::situation
