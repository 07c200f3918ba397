#include <utility>

#include "records/record.h"
#include "records/row_stepper.h"

namespace afterpatch::records {

struct RecordReader::State {
  RowStepper stepper;
  std::vector<HeaderPtr> kept;  // headers that earlier records still point to
};

RecordReader::RecordReader(std::string_view block, HeaderPtr header, std::uint64_t offset, std::string date)
    : state_(new State{RowStepper(block, std::move(header), offset, std::move(date)), {}}) {}

RecordReader::~RecordReader() = default;

const std::string& RecordReader::date() const {
  return state_->stepper.date();
}

const ReadCounts& RecordReader::counts() const {
  return state_->stepper.counts();
}

bool RecordReader::next() {
  RowStepper& stepper = state_->stepper;
  while (!stepper.at_end()) {
    const HeaderPtr before = stepper.header();
    if (stepper.step(record_)) return true;
    if (before != nullptr && before != stepper.header()) state_->kept.push_back(before);
  }
  return false;
}

}  // namespace afterpatch::records
