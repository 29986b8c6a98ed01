# limn::openblas: OpenBLAS, the flavour that shares OpenMP's threads where Debian offers several.
# Used by the build and, installed beside limn-config.cmake, by those who link limn.
if(NOT TARGET limn::openblas)
  find_library(LIMN_OPENBLAS openblas PATH_SUFFIXES openblas-openmp)
  find_path(LIMN_OPENBLAS_INCLUDE cblas.h PATH_SUFFIXES openblas-openmp openblas)
  if(NOT LIMN_OPENBLAS OR NOT LIMN_OPENBLAS_INCLUDE)
    message(FATAL_ERROR "limn needs OpenBLAS with its header cblas.h; Debian and Ubuntu: "
                        "apt-get install libopenblas-openmp-dev")
  endif()
  add_library(limn::openblas UNKNOWN IMPORTED GLOBAL)
  set_target_properties(
    limn::openblas PROPERTIES IMPORTED_LOCATION ${LIMN_OPENBLAS} INTERFACE_INCLUDE_DIRECTORIES
                                                                 ${LIMN_OPENBLAS_INCLUDE})
endif()
