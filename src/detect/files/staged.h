// Memory dumps, registry hives, directory databases, archives and mail stores at places where intruders
// staged them in the campaigns of 2021. Told by content first: names are the intruder's choice.
//
// Sources: Microsoft 2021-03-02 and Test-ProxyLogon (lsass dumps; archives below ProgramData), CHIRP and
// signature-base (cabinets with another extension), Volexity (ProgramData\pst, VSPerfMon). Test-ProxyLogon
// looks at every archive below ProgramData and so names those of McAfee's agent (its issue 311) and
// AppRecovery (328); here only the root of ProgramData and the two named folders count.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "detect/files/claim.h"
#include "evidence/artefact.h"

namespace afterpatch::detect::files {

// As much of the head as staged_claims() can use for this artefact; 0 when its name and kind say all.
std::uint64_t staged_head_bytes(const evidence::Artefact& artefact);

struct StagedFile {
  const evidence::Artefact& artefact;
  std::string_view head;       // first bytes of the file, unpacked
  bool in_web_folder = false;  // of the product, or below \inetpub\wwwroot
  bool shipped_here = false;   // the product ships a file of this name here
};

// At most one claim for each idea. Thread-safe.
std::vector<Claim> staged_claims(const StagedFile& file);

enum class DumpedProcess { unknown, lsass, another };
// The process of a minidump, by its module list (MINIDUMP_HEADER, MINIDUMP_DIRECTORY, MINIDUMP_MODULE_LIST in
// minidumpapiset.h); when the list lies beyond `head`, by the name of a library that only lsass loads.
// Bounded by `head`; never trusts an offset.
DumpedProcess dumped_process(std::string_view head);

}  // namespace afterpatch::detect::files
