# Searches a model whole. With DEFINE, the defect of that name must break one of its promises.
#   cmake -D MODEL=FILE -D SCRATCH=FOLDER [-D DEFINE=NAME] -P run_spin.cmake
find_program(spin spin)
if(NOT spin)
  message(FATAL_ERROR "spin is missing: scripts/install installs it")
endif()
file(MAKE_DIRECTORY "${SCRATCH}")
set(defines)
if(DEFINE)
  set(defines -D${DEFINE})
endif()
execute_process(COMMAND ${spin} ${defines} -a "${MODEL}" WORKING_DIRECTORY "${SCRATCH}"
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND cc -O2 -w -o pan pan.c
  WORKING_DIRECTORY "${SCRATCH}" COMMAND_ERROR_IS_FATAL ANY)

# search(NAME OPTIONS...): sets `errors`.
function(search name)
  execute_process(COMMAND ./pan ${ARGN} WORKING_DIRECTORY "${SCRATCH}" OUTPUT_VARIABLE output
    COMMAND_ERROR_IS_FATAL ANY)
  message("${name}\n${output}")
  if(output MATCHES "max search depth too small|out of memory")
    message(FATAL_ERROR "the search was not whole")
  endif()
  if(NOT output MATCHES "errors: ([0-9]+)")
    message(FATAL_ERROR "pan says nothing of errors")
  endif()
  set(errors "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()

search("Assertions, of every interleaving" -noclaim -m1000000 -E)
set(found ${errors})
search("The route agrees with the status, of every fair interleaving" -a -f -N agrees -m1000000 -E)
math(EXPR found "${found} + ${errors}")
if(DEFINE AND found EQUAL 0)
  message(FATAL_ERROR "the defect ${DEFINE} was not found")
elseif(NOT DEFINE AND NOT found EQUAL 0)
  message(FATAL_ERROR "a promise is broken: spin -t -p ${MODEL} shows how, in ${SCRATCH}")
endif()
