list(APPEND detect_sources detection.cpp literal_scanner.cpp)
