// Tests that every kind of database has to pass.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "store/hand_made.h"
#include "store/store.h"

namespace afterpatch::store {

// An empty store for each test; open() opens the same one again.
class EachStore : public StoreFolder, public testing::WithParamInterface<std::string> {};

#define AFTERPATCH_EACH_STORE(suite)                                    \
  INSTANTIATE_TEST_SUITE_P(Databases, suite, testing::Values("sqlite"), \
                           [](const auto& each) { return each.param; })

}  // namespace afterpatch::store
