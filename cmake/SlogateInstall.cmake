# What `cmake --install` and cpack deliver: the program with all a user of it needs.
include(GNUInstallDirs)

install(TARGETS gate RUNTIME)
# kubectl runs `kubectl-gate` as `kubectl gate`.
install(CODE [[
  set(bin "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/bin")
  file(CREATE_LINK gate "${bin}/kubectl-gate" SYMBOLIC)
  list(APPEND CMAKE_INSTALL_MANIFEST_FILES "${CMAKE_INSTALL_PREFIX}/bin/kubectl-gate")
]])
# The program writes its own man page and completions.
set(written "${PROJECT_BINARY_DIR}/written")
install(CODE "set(written \"${written}\")
  set(program \"$<TARGET_FILE:gate>\")")
install(CODE [[
  foreach(page "gate.1|docs;--format;man" "gate|completion;bash" "_gate|completion;zsh"
      "gate.fish|completion;fish")
    string(REGEX MATCH "^([^|]+)\\|(.+)$" _ "${page}")
    set(words "${CMAKE_MATCH_2}")
    file(MAKE_DIRECTORY "${written}")
    execute_process(COMMAND "${program}" ${words} OUTPUT_FILE "${written}/${CMAKE_MATCH_1}"
      COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
]])
install(FILES ${written}/gate.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${written}/gate DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${written}/_gate DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${written}/gate.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(DIRECTORY admission crds examples charts DESTINATION ${CMAKE_INSTALL_DATADIR}/slogate)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME slogate)
set(CPACK_PACKAGE_VENDOR slogate)
set(CPACK_PACKAGE_CONTACT "slogate maintainers <maintainers@slogate.dev>")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_NAME slogate)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "decides whether a new version may take more traffic
 Compares a canary with its baseline on every objective the service promises,
 and promotes, holds, pauses or rolls back by moving traffic in Kubernetes.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates, tzdata")
# For gate demo alone.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS prometheus)
include(CPack)
