// Numbers as PromQL and JSON write them.
#pragma once

#include <string>

namespace slogate::rules {

// The shortest decimal within two units in the last place: 0.999, where 99.9 / 100 is
// 0.9990000000000001.
std::string NumberText(double value);

}  // namespace slogate::rules
