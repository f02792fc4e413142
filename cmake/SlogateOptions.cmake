# Compiler settings of every slogate target, as one interface library.
add_library(slogate_options INTERFACE)
target_compile_features(slogate_options INTERFACE cxx_std_20)
target_compile_options(slogate_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum -Wnon-virtual-dtor
  -Woverloaded-virtual -Wnull-dereference -Wformat=2
  $<$<BOOL:${SLOGATE_WERROR}>:-Werror>)
# GCC 12 warns of overlapping copies within its own std::string once it optimises (its bug 105651).
target_compile_options(slogate_options INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict>)
# A debug build with its tests would take half as much room again: objects keep the debugger's
# tables compressed (linking them so would double its time), archives only refer to their objects.
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(CMAKE_CXX_ARCHIVE_CREATE "<CMAKE_AR> qcT <TARGET> <LINK_FLAGS> <OBJECTS>")
  set(CMAKE_CXX_ARCHIVE_APPEND "<CMAKE_AR> qT <TARGET> <LINK_FLAGS> <OBJECTS>")
  target_compile_options(slogate_options INTERFACE -gz)
endif()
if(SLOGATE_SANITIZE)
  target_compile_options(slogate_options INTERFACE
    -fsanitize=${SLOGATE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined
    -g1)  # lines, for reports; the rest costs a tenth of compiling
  target_link_options(slogate_options INTERFACE -fsanitize=${SLOGATE_SANITIZE})
  # GCC 12 reports null dereferences that only exist in sanitizer instrumentation.
  target_compile_options(slogate_options INTERFACE -Wno-null-dereference)
endif()

# slogate_library(name SOURCES ... PUBLIC ... PRIVATE ...): a static library with the alias
# slogate::<name without the slogate_ prefix>. Third-party libraries belong in PRIVATE.
function(slogate_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  string(REGEX REPLACE "^slogate_" "slogate::" alias ${name})
  add_library(${alias} ALIAS ${name})
  target_include_directories(${name}
    PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC}
    PRIVATE ${ARG_PRIVATE} slogate_options)
  # Parsing headers is most of the time of compiling without optimisation: ten files at once parse
  # them once. Names in anonymous namespaces must therefore differ within a library.
  if(CMAKE_CURRENT_SOURCE_DIR MATCHES "^${PROJECT_SOURCE_DIR}/src/")
    set_target_properties(${name} PROPERTIES
      UNITY_BUILD ${SLOGATE_UNITY} UNITY_BUILD_BATCH_SIZE 10)
  endif()
endfunction()

# slogate_test(name LABEL unit SOURCES ... LIBRARIES ...): a GoogleTest program under that label of
# ctest. One entry for the whole program where cases take milliseconds and a process takes longer
# (unit, golden), and with TOGETHER, for cases that share what is long to start; elsewhere one entry
# for each case, so that cases may run side by side. SERIAL: beside no other test.
function(slogate_test name)
  cmake_parse_arguments(ARG "SERIAL;TOGETHER" "LABEL;TIMEOUT" "SOURCES;LIBRARIES;ENVIRONMENT"
    ${ARGN})
  if(ARG_LABEL MATCHES "^(unit|golden)$")
    set(ARG_TOGETHER ON)
    set(ARG_TIMEOUT 1800)
  elseif(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE
    ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest_main
    Threads::Threads slogate_options)
  if(ARG_TOGETHER)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT}
      RUN_SERIAL ${ARG_SERIAL} ENVIRONMENT "${ARG_ENVIRONMENT}")
    return()
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} RUN_SERIAL ${ARG_SERIAL}
      ENVIRONMENT "${ARG_ENVIRONMENT}")
endfunction()
