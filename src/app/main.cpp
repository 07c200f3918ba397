#include <malloc.h>

#include <iostream>

#include "app/command_line.h"

namespace {

// Blocks of log come and go by the thousand. Kept in the heap their pages are used again; given back to the
// kernel each time, every 4 KiB of log would cost a page fault (measured: a third of the time of a pass).
void keep_blocks_in_the_heap() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

}  // namespace

int main(int count, char** values) {
  keep_blocks_in_the_heap();
  std::ios::sync_with_stdio(false);
  return afterpatch::app::run({values + 1, values + count}, std::cout, std::cerr);
}
