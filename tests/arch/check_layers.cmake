# Fails when an include in src/ or include/ breaks the layers of the design.
#   cmake -D ROOT=<tree> -P check_layers.cmake
# Every folder below src/ needs a rule here: a new one without a rule fails too.
cmake_minimum_required(VERSION 3.21)

if(NOT IS_DIRECTORY "${ROOT}")
  message(FATAL_ERROR "ROOT is not a folder: '${ROOT}'")
endif()

# Which layer a file is in, by its path below ROOT. First match wins.
set(PLACES
  "^include/slogate/core/=public_core"
  "^include/slogate/ports/=public_ports"
  "^src/core/=core"
  "^src/spec/text/yaml_text\\.cc$=yaml"
  "^src/spec/slo/time_zones\\.cc$=time_zones"
  "^src/spec/text/=spec_text"
  "^src/spec/=spec"
  "^src/promql/regex\\.cc$=promql_regex"
  "^src/promql/=promql"
  "^src/simulation/=simulation"
  "^src/rules/=rules"
  "^src/lint/=lint"
  "^src/adapters/http/=adapter_http"
  "^src/adapters/prometheus/api/=prometheus_api"
  "^src/adapters/prometheus/sharing/=prometheus_sharing"
  "^src/adapters/prometheus/evidence/=prometheus_evidence"
  "^src/adapters/prometheus/=adapter_prometheus"
  "^src/adapters/kubernetes/(client|login)/=kubernetes_client"
  "^src/adapters/kubernetes/=adapter_kubernetes"
  "^src/adapters/traffic/=adapter_traffic"
  "^src/adapters/server/=adapter_server"
  "^src/adapters/process/=adapter_process"
  "^src/demo/world/=demo_world"
  "^src/demo/(machine|prometheus|service)/=demo_parts"
  "^src/demo/[^/]+$=demo"
  "^src/app/(controller|sources)/=app_controller"
  "^src/app/cli/terminal/=cli_terminal"
  "^src/app/cli/(frame|help)/=cli_frame"
  "^src/app/cli/status/=cli_status"
  "^src/app/cli/check/=cli_check"
  "^src/app/cli/=app_cli"
  "^src/app/[^/]+$=app"
  "^src/main\\.cc$=main")

# What a layer may include: own headers by prefix, and libraries. The standard library is always
# allowed; the system's headers (<unistd.h>, <sys/...>) outside core and the public headers.
set(PUBLIC "slogate/core/" "slogate/ports/")
set(OWN_public_core "slogate/core/")
set(LIBRARIES_public_core "")
set(OWN_public_ports ${PUBLIC})
set(LIBRARIES_public_ports "tl/expected\\.hpp")
set(OWN_core "slogate/core/" "core/")
set(LIBRARIES_core "")
set(OWN_spec "slogate/core/" "slogate/ports/result\\.h" "spec/" "promql/")
# What every reader uses knows none of them.
set(OWN_spec_text "slogate/core/" "slogate/ports/result\\.h" "spec/text/")
# One parser and one writer for all who read or write queries.
set(OWN_promql ${OWN_spec_text} "promql/")
set(LIBRARIES_spec "tl/expected\\.hpp" "nlohmann/")
set(LIBRARIES_spec_text ${LIBRARIES_spec})
set(LIBRARIES_promql ${LIBRARIES_spec})
# The one who asks RE2.
set(OWN_promql_regex ${OWN_promql})
set(LIBRARIES_promql_regex ${LIBRARIES_promql} "re2/")
# The one reader of YAML: its limits hold for every file.
set(OWN_yaml ${OWN_spec})
set(LIBRARIES_yaml ${LIBRARIES_spec} "yaml-cpp/")
# The one who asks the time zone database.
set(OWN_time_zones ${OWN_spec})
set(LIBRARIES_time_zones ${LIBRARIES_spec} "cctz/")

# Plays the core in virtual time: no clock, no I/O.
set(OWN_simulation "slogate/core/" "slogate/ports/result\\.h" "core/" "spec/" "simulation/")
set(LIBRARIES_simulation "tl/expected\\.hpp" "nlohmann/")

# Text for Prometheus and Grafana, made of objectives.
set(OWN_rules "slogate/core/" "slogate/ports/result\\.h" "core/" "spec/" "promql/" "rules/")
set(LIBRARIES_rules "tl/expected\\.hpp" "nlohmann/")
# What is sound and still unwise.
set(OWN_lint "slogate/core/" "slogate/ports/result\\.h" "core/" "spec/" "promql/" "lint/")
set(LIBRARIES_lint "tl/expected\\.hpp" "nlohmann/")

set(ADAPTER_BASE ${PUBLIC} "spec/" "adapters/http/")
set(ADAPTER_LIBRARIES "tl/expected\\.hpp" "nlohmann/" "openssl/")
set(OWN_adapter_http ${ADAPTER_BASE})
set(LIBRARIES_adapter_http ${ADAPTER_LIBRARIES} "curl/")
set(OWN_prometheus_api ${ADAPTER_BASE} "promql/" "adapters/prometheus/api/")
set(LIBRARIES_prometheus_api ${ADAPTER_LIBRARIES})
set(OWN_prometheus_sharing ${OWN_prometheus_api} "adapters/prometheus/sharing/")
set(LIBRARIES_prometheus_sharing ${ADAPTER_LIBRARIES})
set(OWN_prometheus_evidence ${OWN_prometheus_sharing} "adapters/prometheus/evidence/")
set(LIBRARIES_prometheus_evidence ${ADAPTER_LIBRARIES})
set(OWN_adapter_prometheus ${ADAPTER_BASE} "promql/" "adapters/prometheus/")
set(LIBRARIES_adapter_prometheus ${ADAPTER_LIBRARIES})
set(OWN_kubernetes_client ${ADAPTER_BASE} "adapters/process/" "adapters/kubernetes/client/" "adapters/kubernetes/login/")
set(LIBRARIES_kubernetes_client ${ADAPTER_LIBRARIES})
set(OWN_adapter_kubernetes ${ADAPTER_BASE} "adapters/kubernetes/")
set(LIBRARIES_adapter_kubernetes ${ADAPTER_LIBRARIES})
# Routes are Kubernetes objects: the one adapter that stands on another.
set(OWN_adapter_traffic ${ADAPTER_BASE} "adapters/kubernetes/" "adapters/traffic/")
set(LIBRARIES_adapter_traffic ${ADAPTER_LIBRARIES})
set(OWN_adapter_process ${PUBLIC} "adapters/process/")
set(LIBRARIES_adapter_process "tl/expected\\.hpp" "linux/")
set(OWN_adapter_server ${ADAPTER_BASE} "adapters/server/")
set(LIBRARIES_adapter_server ${ADAPTER_LIBRARIES} "cpprest/" "pplx/")

set(OWN_app ${PUBLIC} "spec/" "promql/" "simulation/" "rules/" "lint/" "app/")
set(LIBRARIES_app "tl/expected\\.hpp" "spdlog/" "nlohmann/")
set(OWN_app_controller ${OWN_app})
set(LIBRARIES_app_controller ${LIBRARIES_app} "prometheus/")
set(OWN_app_cli ${OWN_app})
set(LIBRARIES_app_cli ${LIBRARIES_app} "CLI/")
# Rooms of the command line: text for terminals, what commands share, and two that others build on.
set(OWN_cli_terminal ${PUBLIC} "spec/" "app/cli/terminal/")
set(LIBRARIES_cli_terminal ${LIBRARIES_app_cli})
set(OWN_cli_frame ${PUBLIC} "spec/" "simulation/" "app/controller/" "app/cli/terminal/"
  "app/cli/frame/" "app/cli/help/" "app/cli/demo/demo_story\\.h")
set(LIBRARIES_cli_frame ${LIBRARIES_app_cli})
set(OWN_cli_status ${OWN_cli_frame} "app/cli/status/")
set(LIBRARIES_cli_status ${LIBRARIES_app_cli})
set(OWN_cli_check ${OWN_cli_status} "lint/" "app/cli/check/")
set(LIBRARIES_cli_check ${LIBRARIES_app_cli})

set(OWN_main ${PUBLIC} "core/" "spec/" "simulation/" "rules/" "lint/" "adapters/" "app/" "demo/")
set(LIBRARIES_main "tl/expected\\.hpp" "spdlog/" "CLI/" "nlohmann/" "prometheus/")

# A cluster in memory, behind the ports; what runs beside it; and the two together for gate demo.
set(OWN_demo_world ${PUBLIC} "spec/" "demo/world/")
set(LIBRARIES_demo_world "tl/expected\\.hpp" "nlohmann/")
set(OWN_demo_parts ${PUBLIC} "adapters/(http|process|server)/" "demo/machine/" "demo/prometheus/"
  "demo/service/")
set(LIBRARIES_demo_parts ${LIBRARIES_demo_world})
set(OWN_demo ${PUBLIC} "adapters/process/" "app/cli/" "demo/")
set(LIBRARIES_demo ${LIBRARIES_demo_world})

set(PORTABLE_LAYERS public_core public_ports core spec spec_text promql yaml time_zones simulation rules lint)

function(layer_of path result)
  foreach(place IN LISTS PLACES)
    string(REGEX MATCH "^(.+)=([a-z_]+)$" _ "${place}")
    set(layer ${CMAKE_MATCH_2})
    if(path MATCHES "${CMAKE_MATCH_1}")
      set(${result} ${layer} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(${result} "" PARENT_SCOPE)
endfunction()

function(allowed layer header result)
  set(${result} TRUE PARENT_SCOPE)
  foreach(prefix IN LISTS OWN_${layer} LIBRARIES_${layer})
    if(header MATCHES "^${prefix}")
      return()
    endif()
  endforeach()
  if(header MATCHES "^[a-z_0-9]+$")  # the standard library
    return()
  endif()
  if(NOT layer IN_LIST PORTABLE_LAYERS
     AND header MATCHES "^([a-z_0-9]+|(sys|netinet|arpa)/[a-z_0-9]+)\\.h$")
    return()
  endif()
  set(${result} FALSE PARENT_SCOPE)
endfunction()

set(broken 0)
set(seen 0)
file(GLOB_RECURSE files RELATIVE "${ROOT}"
  "${ROOT}/src/*.h" "${ROOT}/src/*.cc" "${ROOT}/src/*.hpp" "${ROOT}/src/*.cpp"
  "${ROOT}/include/*.h" "${ROOT}/include/*.hpp")
foreach(path IN LISTS files)
  math(EXPR seen "${seen} + 1")
  layer_of("${path}" layer)
  if(NOT layer)
    message(SEND_ERROR "${path}: in no known layer; give its folder a rule in check_layers.cmake")
    math(EXPR broken "${broken} + 1")
    continue()
  endif()
  file(STRINGS "${ROOT}/${path}" lines REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS lines)
    if(NOT line MATCHES "^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"]+)[>\"]")
      message(SEND_ERROR "${path}: cannot read '${line}'")
      math(EXPR broken "${broken} + 1")
      continue()
    endif()
    set(header "${CMAKE_MATCH_1}")
    allowed(${layer} "${header}" fine)
    if(NOT fine)
      message(SEND_ERROR "${path}: layer ${layer} may not include ${header}")
      math(EXPR broken "${broken} + 1")
    endif()
  endforeach()
endforeach()

if(seen EQUAL 0)
  message(FATAL_ERROR "No source below ${ROOT}")
endif()
if(broken EQUAL 0)
  message(STATUS "Layers hold in ${seen} files")
endif()
