// A simulated country's scans, owners, hunts and cases in a store, as a national team would have them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "range/country/country.h"
#include "store/store.h"

namespace afterpatch::situation {

// A file that goes with this.
class CountryStore {
 public:
  explicit CountryStore(const range::Country& country);
  ~CountryStore();
  CountryStore(const CountryStore&) = delete;
  CountryStore& operator=(const CountryStore&) = delete;

  store::Store& store() { return *store_; }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<store::Store> store_;
};

std::string subject_of(const range::CountryServer& server);

}  // namespace afterpatch::situation
