# limn::utf8proc: the library of Unicode's tables; Debian's package brings no CMake file of its own.
# Used by the build and, installed beside limn-config.cmake, by those who link limn.
if(NOT TARGET limn::utf8proc)
  find_library(LIMN_UTF8PROC utf8proc)
  find_path(LIMN_UTF8PROC_INCLUDE utf8proc.h)
  if(NOT LIMN_UTF8PROC OR NOT LIMN_UTF8PROC_INCLUDE)
    message(FATAL_ERROR "limn needs utf8proc with its header utf8proc.h; Debian and Ubuntu: "
                        "apt-get install libutf8proc-dev")
  endif()
  add_library(limn::utf8proc UNKNOWN IMPORTED GLOBAL)
  set_target_properties(
    limn::utf8proc PROPERTIES IMPORTED_LOCATION ${LIMN_UTF8PROC} INTERFACE_INCLUDE_DIRECTORIES
                                                                 ${LIMN_UTF8PROC_INCLUDE})
endif()
