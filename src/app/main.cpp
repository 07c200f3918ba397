#include <iostream>

#include "app/command_line.h"

int main(int count, char** values) {
  std::ios::sync_with_stdio(false);
  return afterpatch::app::run({values + 1, values + count}, std::cout, std::cerr);
}
