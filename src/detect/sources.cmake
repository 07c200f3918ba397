list(APPEND detect_sources detection.cpp)
