# What `cmake --install` puts where: the library, its public headers and a CMake package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/limn)
install(TARGETS limn EXPORT limn-targets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/limn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN *.h)
install(FILES ${PROJECT_BINARY_DIR}/include/limn/version.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/limn)
install(EXPORT limn-targets NAMESPACE limn:: DESTINATION ${package_dir})
configure_package_config_file(limn-config.cmake.in ${PROJECT_BINARY_DIR}/limn-config.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/limn-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/limn-config.cmake ${PROJECT_BINARY_DIR}/limn-config-version.cmake
              utf8proc.cmake DESTINATION ${package_dir})
if(TARGET limn_cli)
  install(TARGETS limn_cli)
endif()
