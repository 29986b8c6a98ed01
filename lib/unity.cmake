# limn_unity(TARGET): with LIMN_UNITY, up to eight sources of a folder are compiled as one, so that what
# they include is parsed, and the templates they share are instantiated, once. A name in an unnamed
# namespace is therefore unique within its folder. Sources with options of their own stay alone.
function(limn_unity target)
  if(NOT LIMN_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # The warning takes what is compiled together for a header.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(GET folder FILENAME folder)
    list(APPEND of_${folder} ${source})
    list(LENGTH of_${folder} count)
    math(EXPR group "(${count} - 1) / 8")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP "${folder}${group}")
  endforeach()
endfunction()
