// The servers that tests/servers/build has built.
#pragma once

#include <string>

namespace slogate::testing {

// The folder of a part of tests/servers/build, such as "kubernetes". Throws std::runtime_error when
// it is not built.
std::string ServerFolder(const std::string& part);

// SLOGATE_PROMETHEUS, a program's path or its name in PATH, where that is set; else Prometheus 3
// as built. promtool is the one beside it. All throw as ServerFolder does.
std::string PrometheusProgram();
std::string PromtoolProgram();
// Whether that program is no Prometheus, but Debian's VictoriaMetrics.
bool IsVictoriaMetrics();
// 2 or 3.
int PrometheusMajorVersion();

}  // namespace slogate::testing
