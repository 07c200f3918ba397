// Compares a report on a made-up server with what is known to be true about it (range/truth.h).
#pragma once

#include <filesystem>

#include "app/hunt.h"
#include "range/truth.h"

namespace afterpatch::app {

// How many seeds of each scenario: AFTERPATCH_SEEDS, or 10: more take longer than a build may.
std::uint64_t seed_count();

Result<assess::HuntReport> hunt_tree(const std::filesystem::path& tree);

// Every question that the truth answers; failures name what differs.
void expect_truth(const assess::ServerReport& server, const range::Truth& truth);

// The answer in a terminal of 100 columns is one screen, whatever the story.
void expect_one_screen(const assess::HuntReport& report);

// "mail-theft" as gtest wants names.
std::string test_name(std::string scenario);

}  // namespace afterpatch::app
