// Where back doors were put in 2021, how the server answers for them, and who asks.
#pragma once

#include <string>
#include <vector>

#include "range/random.h"
#include "range/story.h"

namespace afterpatch::range {

// A name and folder that no other door of the story has.
DoorPlan choose_door(const Story& story, Random& random);

// A request for a door, answered with 200; settle() corrects the answer where the file is not there. `end` is
// left to the caller.
Request door_request(const Story& story, int door, Random& random, const std::string& client,
                     const std::string& agent, const std::string& method, const std::string& query);

// Someone uses the door: `count` requests with effect (POST, or GET with a parameter) from `start` on.
void use_door(Story& story, int door, Random& random, const std::string& client, Timestamp start, int count);

// The file is deleted.
void remove_door(Story& story, int door, Timestamp when);

// The page was compiled when it first ran, and the trace stayed.
void leave_compiled_trace(Story& story, int door, Random& random);

// A third party tries well-known names of other people's doors over every host name, and `known_door` among
// them (-1: none).
void sweep(Story& story, Random& random, const std::string& client, Timestamp start, int known_door);

}  // namespace afterpatch::range
