// Problems of queries within the fields of an object.
#pragma once

#include <string_view>

#include "promql/grammar/tokens.h"
#include "spec/text/object_reader.h"

namespace slogate::promql {

// Reports the problem of `owner`.`field`, which has this text: with its line, where there are
// several, and its character.
void Report(spec::ObjectReader& owner, std::string_view field, std::string_view text,
            Problem problem);

}  // namespace slogate::promql
