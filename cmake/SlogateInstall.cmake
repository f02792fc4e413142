# What `cmake --install` and cpack deliver, in two components: `gate` is the program with all a user
# of it needs, `dev` the core and the ports with a config package for other CMake projects.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

install(TARGETS gate RUNTIME COMPONENT gate)
install(TARGETS gate-server RUNTIME DESTINATION lib/slogate COMPONENT gate)
# kubectl runs `kubectl-gate` as `kubectl gate`.
install(CODE [[
  set(bin "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/bin")
  file(CREATE_LINK gate "${bin}/kubectl-gate" SYMBOLIC)
  list(APPEND CMAKE_INSTALL_MANIFEST_FILES "${CMAKE_INSTALL_PREFIX}/bin/kubectl-gate")
]] COMPONENT gate)
# The program writes its own man page and completions.
set(written "${PROJECT_BINARY_DIR}/written")
install(CODE "set(written \"${written}\")
  set(program \"$<TARGET_FILE:gate>\")" COMPONENT gate)
install(CODE [[
  foreach(page "gate.1|docs;--format;man" "gate|completion;bash" "_gate|completion;zsh"
      "gate.fish|completion;fish")
    string(REGEX MATCH "^([^|]+)\\|(.+)$" _ "${page}")
    set(words "${CMAKE_MATCH_2}")
    file(MAKE_DIRECTORY "${written}")
    execute_process(COMMAND "${program}" ${words} OUTPUT_FILE "${written}/${CMAKE_MATCH_1}"
      COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
]] COMPONENT gate)
install(FILES ${written}/gate.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT gate)
install(FILES ${written}/gate DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
  COMPONENT gate)
install(FILES ${written}/_gate DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions
  COMPONENT gate)
install(FILES ${written}/gate.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT gate)
install(DIRECTORY crds examples charts DESTINATION ${CMAKE_INSTALL_DATADIR}/slogate COMPONENT gate)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright COMPONENT gate)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/slogate)
set_target_properties(slogate_core PROPERTIES EXPORT_NAME core)
set_target_properties(slogate_ports PROPERTIES EXPORT_NAME ports)
target_compile_features(slogate_core PUBLIC cxx_std_20)
target_compile_features(slogate_ports INTERFACE cxx_std_20)
install(TARGETS slogate_core slogate_ports EXPORT slogate
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
install(EXPORT slogate NAMESPACE slogate:: FILE slogate-targets.cmake
  DESTINATION ${package_dir} COMPONENT dev)
install(DIRECTORY include/slogate DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
configure_package_config_file(cmake/slogate-config.cmake.in
  ${PROJECT_BINARY_DIR}/slogate-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/slogate-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/slogate-config.cmake
  ${PROJECT_BINARY_DIR}/slogate-config-version.cmake
  DESTINATION ${package_dir} COMPONENT dev)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME slogate)
set(CPACK_PACKAGE_VENDOR slogate)
set(CPACK_PACKAGE_CONTACT "slogate maintainers <maintainers@slogate.dev>")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_COMPONENTS_ALL gate dev)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_GATE_PACKAGE_NAME slogate)
set(CPACK_DEBIAN_GATE_DESCRIPTION
  "decides whether a new version may take more traffic
 Compares a canary with its baseline on every objective the service promises,
 and promotes, holds, pauses or rolls back by moving traffic in Kubernetes.")
set(CPACK_DEBIAN_GATE_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_GATE_PACKAGE_DEPENDS ca-certificates)
# For gate demo alone.
set(CPACK_DEBIAN_GATE_PACKAGE_SUGGESTS prometheus)
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libslogate-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_DESCRIPTION
  "decides whether a new version may take more traffic (library)
 The pure core of slogate and the ports around it, with a config package for
 CMake.")
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS libexpected-dev)
include(CPack)
