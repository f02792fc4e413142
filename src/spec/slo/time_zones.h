// Time zones of the IANA database, by name.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "slogate/core/time_zone.h"

namespace slogate::spec {

enum class ZoneProblem {
  kNoName,      // by its form the name of no time zone; no file was looked for
  kUnknown,     // not in the database
  kNoDatabase,  // nothing is in the database: the machine has none
};

// The zone with its changes from 2000 to 2080; after that the last one stays. The database is the
// machine's: files in $TZDIR, or /usr/share/zoneinfo, read at the first question for each name and
// then kept for the life of the process. Names may come from anybody: no other file is opened. Any
// thread.
tl::expected<core::TimeZone, ZoneProblem> TimeZoneOf(const std::string& name);

}  // namespace slogate::spec
