# A tree that breaks one rule must be caught, and one that breaks none must pass.
#   cmake -D CHECK=<check_layers.cmake> -D SCRATCH=<folder> -P check_layers_test.cmake
cmake_minimum_required(VERSION 3.21)

# file -> include
set(FORBIDDEN
  "include/slogate/core/a.h|<nlohmann/json.hpp>"
  "include/slogate/core/a.h|<tl/expected.hpp>"
  "include/slogate/core/a.h|\"slogate/ports/result.h\""
  "include/slogate/core/a.h|<unistd.h>"
  "include/slogate/ports/a.h|<nlohmann/json.hpp>"
  "include/slogate/other/a.h|<vector>"
  "src/core/stats/a.cc|\"slogate/ports/clock.h\""
  "src/core/stats/a.cc|\"spec/policy/policy_yaml.h\""
  "src/core/stats/a.cc|<boost/math/distributions.hpp>"
  "src/core/stats/a.cc|\"../../spec/policy/policy_yaml.h\""
  "src/spec/a.cc|\"slogate/ports/cluster.h\""
  "src/spec/a.cc|\"adapters/http/client.h\""
  "src/spec/a.cc|<spdlog/spdlog.h>"
  "src/spec/a.cc|<yaml-cpp/yaml.h>"
  "src/adapters/kubernetes/a.cc|<yaml-cpp/yaml.h>"
  "src/adapters/http/a.cc|<cpprest/http_client.h>"
  "src/adapters/http/a.cc|\"adapters/kubernetes/client/kube_client.h\""
  "src/adapters/prometheus/a.cc|<curl/curl.h>"
  "src/adapters/prometheus/a.cc|\"adapters/kubernetes/client/kube_client.h\""
  "src/adapters/kubernetes/a.cc|\"adapters/traffic/weighted_router.h\""
  "src/adapters/kubernetes/a.cc|\"app/controller/log.h\""
  "src/adapters/newcomer/a.cc|<vector>"
  "src/app/controller/a.cc|\"adapters/kubernetes/client/kube_client.h\""
  "src/app/controller/a.cc|<CLI/CLI.hpp>"
  "src/app/controller/a.cc|<yaml-cpp/yaml.h>"
  "src/app/cli/a.cc|\"core/rollout/rollout_checks.h\""
  "src/app/controller/a.cc|#include MACRO"
  "src/app/cli/a.cc|<prometheus/registry.h>"
  "src/demo/world/a.cc|\"app/cli/frame/adapters.h\""
  "src/demo/world/a.cc|\"adapters/kubernetes/client/kube_client.h\""
  "src/demo/service/a.cc|\"demo/world/world.h\""
  "src/demo/a.cc|\"adapters/kubernetes/client/kube_client.h\""
  "src/app/cli/a.cc|\"demo/world/world.h\""
  "src/spec/text/a.cc|\"spec/policy/policy_yaml.h\""
  "src/promql/a.cc|\"spec/slo/slo_file.h\""
  "src/adapters/prometheus/api/a.cc|\"adapters/prometheus/evidence/pairing.h\""
  "src/adapters/prometheus/evidence/a.cc|\"adapters/prometheus/budget/budget_grid.h\""
  "src/adapters/kubernetes/client/a.cc|\"adapters/kubernetes/policy/policy_store.h\""
  "src/app/cli/terminal/a.cc|\"app/cli/frame/command.h\""
  "src/app/cli/frame/a.cc|\"app/cli/check/slo_check.h\""
  "src/app/cli/status/a.cc|\"app/cli/check/check_connection.h\""
  "src/app/cli/check/a.cc|\"app/cli/predict/plan.h\""
  "src/main.cc|<cpprest/http_listener.h>"
  "src/other.cc|<vector>")

set(ALLOWED
  "include/slogate/core/a.h|\"slogate/core/time.h\""
  "include/slogate/ports/a.h|<tl/expected.hpp>"
  "src/core/stats/a.cc|<cmath>"
  "src/core/stats/a.cc|\"core/stats/grid.h\""
  "src/spec/text/yaml_text.cc|<yaml-cpp/yaml.h>"
  "src/spec/a.cc|\"slogate/ports/result.h\""
  "src/adapters/http/a.cc|<curl/curl.h>"
  "src/adapters/kubernetes/a.cc|<sys/stat.h>"
  "src/adapters/traffic/a.cc|\"adapters/kubernetes/client/kube_client.h\""
  "src/adapters/server/a.cc|<cpprest/http_listener.h>"
  "src/app/controller/a.cc|<prometheus/registry.h>"
  "src/app/cli/a.cc|<CLI/CLI.hpp>"
  "src/demo/a.cc|\"app/cli/demo/demo_story.h\""
  "src/adapters/prometheus/evidence/a.cc|\"adapters/prometheus/api/reply.h\""
  "src/app/cli/check/a.cc|\"app/cli/status/rollout_view.h\""
  "src/main.cc|\"adapters/kubernetes/client/kube_client.h\"")

function(check case result output)
  string(REPLACE "|" ";" parts "${case}")
  list(GET parts 0 path)
  list(GET parts 1 header)
  if(NOT header MATCHES "^#")
    set(header "#include ${header}")
  endif()
  file(REMOVE_RECURSE "${SCRATCH}")
  file(WRITE "${SCRATCH}/${path}" "#pragma once\n  ${header}\n")
  execute_process(COMMAND ${CMAKE_COMMAND} -D "ROOT=${SCRATCH}" -P "${CHECK}"
    RESULT_VARIABLE code OUTPUT_VARIABLE text ERROR_VARIABLE text)
  set(${result} "${code}" PARENT_SCOPE)
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

foreach(case IN LISTS FORBIDDEN)
  check("${case}" code output)
  string(REGEX REPLACE "\\|.*" "" path "${case}")
  if(code EQUAL 0)
    message(SEND_ERROR "Not caught: ${case}")
  elseif(NOT output MATCHES "${path}")
    message(SEND_ERROR "Caught without naming the file: ${case}\n${output}")
  endif()
endforeach()

foreach(case IN LISTS ALLOWED)
  check("${case}" code output)
  if(NOT code EQUAL 0)
    message(SEND_ERROR "Refused: ${case}\n${output}")
  endif()
endforeach()

file(REMOVE_RECURSE "${SCRATCH}")
execute_process(COMMAND ${CMAKE_COMMAND} -D "ROOT=${SCRATCH}" -P "${CHECK}"
  RESULT_VARIABLE code OUTPUT_QUIET ERROR_QUIET)
if(code EQUAL 0)
  message(SEND_ERROR "A tree that is not there passed")
endif()
